//! People, as the file says them.

use std::collections::BTreeMap;

use super::account::AccountEntry;
use super::fields::{Fields, Said, text, texts};
use super::node::{Node, Value};
use super::problems::Found;
use super::{Targets, Templates};
use crate::aliases::normalized;
use crate::suggest::do_you_mean;
use crate::wish::UserWish;
use crate::{Aliases, Place, Problem};

/// One person, with the accounts by tenant or product.
#[derive(Clone, Debug)]
pub(super) struct PersonEntry {
    place: Place,
    person: String,
    aliases: Vec<String>,
    /// What is left of the person, when it goes everywhere.
    leaving: Option<AccountEntry>,
    accounts: BTreeMap<String, Vec<AccountEntry>>,
    /// For an account in whichever tenant.
    user_name: Option<String>,
}

impl PersonEntry {
    pub(super) fn read(node: &Node, templates: &Templates, targets: &mut Targets, found: &mut Found) -> Option<Self> {
        let mut fields = Fields::of(node, "a person", found)?;
        let name = fields.text("name", found);
        let email = fields.text("email", found);
        let user_name = fields.text("user_name", found).value();
        let enabled = fields.flag("enabled", found);
        let aliases = fields.texts("aliases", found).value().unwrap_or_default();
        let template = fields.take("template").map(|node| read_template(node, templates, found));
        let own = fields.take("accounts").map(|node| {
            targets.each(node, "accounts", found, |node, found| match &node.value {
                Value::List(nodes) => nodes.iter().map(|node| AccountEntry::read(node, found)).collect(),
                _ => vec![AccountEntry::read(node, found)],
            })
        });
        let absent = fields.flag("absent", found);
        let successor = fields.text("successor", found);
        fields.finish(found);
        let person = match (email.clone().value(), &user_name) {
            (Some(email), _) => {
                check_address(&email, node.line, found);
                email.trim().to_owned()
            }
            (None, Some(name)) => name.clone(),
            (None, None) => {
                found.at(node.line, "a person has neither email nor user_name: give one to be known by");
                return None;
            }
        };
        if successor.is_said() && absent != Said::Is(true) {
            found.at(
                node.line,
                "a successor is for somebody who goes: say absent: true as well, or leave the successor out",
            );
        }
        let common = AccountEntry::of_person(node.line, email, name, enabled);
        let mut accounts: BTreeMap<String, Vec<AccountEntry>> = BTreeMap::new();
        let template = template.unwrap_or_default();
        for (target, entries) in own.unwrap_or_default() {
            // What is said of a tenant and what is said of its product are joined when the tenant is met.
            let base = template.get(&target).cloned().unwrap_or_default();
            let entries = entries.into_iter().map(|entry| entry.over(base.clone()).over(common.clone())).collect();
            accounts.insert(target, entries);
        }
        for (target, entry) in template {
            let line = node.line;
            accounts.entry(target).or_insert_with(|| vec![entry.over(common.clone()).on(line)]);
        }
        let leaving = (absent == Said::Is(true)).then(|| AccountEntry::leaving(node.line, successor));
        if leaving.is_none() && accounts.is_empty() {
            found
                .at(node.line, format!("{person} has no account anywhere: give a template, accounts, or absent: true"));
        }
        Some(Self { place: found.place(node.line), person, aliases, leaving, accounts, user_name })
    }

    pub(super) fn person(&self) -> &str {
        &self.person
    }

    pub(super) fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// What is asked of a tenant, by its name, else by its product.
    pub(super) fn wishes(&self, names: [&str; 2]) -> Vec<UserWish> {
        let wish = |entry: &AccountEntry| {
            let mut place = self.place.clone();
            place.line = entry.line;
            let mut wish = entry.clone().wish(&self.person);
            wish.place = Some(place);
            if wish.user_name.is_none() {
                wish.user_name.clone_from(&self.user_name);
            }
            wish
        };
        if let Some(leaving) = &self.leaving {
            // By the user names that the file gives the accounts, too.
            let known = super::chosen(&self.accounts, names).map_or(&[][..], Vec::as_slice).iter();
            let mut all: Vec<UserWish> = known.map(|entry| wish(&leaving.clone().named_as(entry))).collect();
            if all.is_empty() {
                all.push(wish(leaving));
            }
            return all;
        }
        let [tenant, product] = names;
        let of_product = self.accounts.get(product);
        match (self.accounts.get(tenant), of_product.map(Vec::as_slice)) {
            (Some(own), Some([general])) if tenant != product => {
                own.iter().map(|entry| wish(&entry.clone().over(general.clone()))).collect()
            }
            (Some(entries), _) => entries.iter().map(wish).collect(),
            (None, Some(entries)) => entries.iter().map(wish).collect(),
            (None, None) => Vec::new(),
        }
    }
}

/// One template or several, of which a later one says more than an earlier.
fn read_template(node: &Node, templates: &Templates, found: &mut Found) -> BTreeMap<String, AccountEntry> {
    let names = match &node.value {
        Value::List(_) => texts(node, "template", found),
        _ => text(node, "template", found).map(|name| vec![name]),
    };
    let mut joined: BTreeMap<String, AccountEntry> = BTreeMap::new();
    for name in names.unwrap_or_default() {
        let Some(template) = templates.get(&name) else {
            let advice = do_you_mean(&name, templates.keys().map(String::as_str));
            found.at(node.line, format!("there is no template {name:?}{advice}"));
            continue;
        };
        for (target, entry) in template {
            let earlier = joined.remove(target).unwrap_or_default();
            joined.insert(target.clone(), entry.clone().over(earlier));
        }
    }
    joined
}

fn check_address(email: &str, line: usize, found: &mut Found) {
    let email = email.trim();
    let good = email
        .split_once('@')
        .is_some_and(|(local_part, domain)| !local_part.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if !good || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        found.at(line, format!("{email:?} is no e-mail address"));
    }
}

/// All names of all people, and whoever stands there twice.
pub(super) fn aliases(people: &[PersonEntry], found: &mut Found) -> Aliases {
    let mut aliases = Aliases::default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for entry in people {
        let line = entry.place.line;
        if let Some(first) = seen.insert(normalized(&entry.person), line) {
            found.at(line, format!("{} stands here twice, first on line {first}", entry.person));
        }
        if let Err(Problem { what, .. }) = aliases.add(&entry.person, &entry.aliases) {
            found.at(line, what);
        }
    }
    aliases
}
