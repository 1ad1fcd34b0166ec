//! People, as the file says them.

use std::collections::{BTreeMap, HashMap};

use super::account::{AccountEntry, has_placeholder};
use super::fields::{Fields, Said, text, texts};
use super::node::{Node, Value};
use super::problems::Found;
use super::{Targets, Templates};
use crate::aliases::normalized;
use crate::suggest::do_you_mean;
use crate::wish::UserWish;
use crate::{Aliases, Place};

/// One person, with the accounts by tenant or product. What is said nearest to the account counts: under its tenant, under its product,
/// of the person, and last by the template, there too of the tenant before the product.
#[derive(Clone, Debug)]
pub(super) struct PersonEntry {
    place: Place,
    person: String,
    aliases: Vec<String>,
    aliases_line: usize,
    /// What is said of the person, for every account.
    common: AccountEntry,
    accounts: BTreeMap<String, Vec<AccountEntry>>,
    template: BTreeMap<String, AccountEntry>,
}

impl PersonEntry {
    pub(super) fn read(node: &Node, templates: &Templates, targets: &mut Targets, found: &mut Found) -> Option<Self> {
        let mut fields = Fields::of(node, "a person", found)?;
        let mut common = AccountEntry::on(node.line);
        common.name = fields.text("name", found);
        common.email = fields.text("email", found);
        common.user_name = fields.text("user_name", found);
        common.enabled = fields.flag("enabled", found);
        let aliases = fields.texts("aliases", found).value().unwrap_or_default();
        let template = fields.take("template").map(|node| read_template(node, templates, found));
        let accounts = fields.take("accounts").map(|node| {
            targets.each(node, "accounts", found, |product, node, found| match &node.value {
                Value::List(nodes) => nodes.iter().map(|node| AccountEntry::read(product, node, found)).collect(),
                _ => vec![AccountEntry::read(product, node, found)],
            })
        });
        common.absent = fields.flag("absent", found);
        common.successor = fields.text("successor", found);
        if common.successor.is_said() && common.absent != Said::Is(true) {
            let what = "a successor is for somebody who goes: say absent: true as well, or leave the successor out";
            found.at(fields.line_of("successor"), what);
        }
        let [email_line, aliases_line, user_name_line] =
            ["email", "aliases", "user_name"].map(|key| fields.line_of(key));
        fields.finish(found);
        let person = match (common.email.as_ref(), common.user_name.as_ref()) {
            (Some(email), _) => {
                check_address(email, email_line, found);
                email.trim().to_owned()
            }
            (None, Some(name)) => name.clone(),
            (None, None) => {
                found.at(node.line, "a person has neither email nor user_name: give one to be known by");
                return None;
            }
        };
        if let Some(name) = common.user_name.as_ref().filter(|name| name.contains(['{', '}'])) {
            found.at(user_name_line, format!("user_name is {name:?}: braces are for templates and accounts"));
        }
        let entry = Self {
            place: found.place(node.line),
            person,
            aliases,
            aliases_line,
            common,
            accounts: accounts.unwrap_or_default(),
            template: template.unwrap_or_default(),
        };
        entry.check(found);
        Some(entry)
    }

    fn check(&self, found: &mut Found) {
        let Self { person, place, .. } = self;
        if self.common.absent != Said::Is(true) && self.accounts.is_empty() && self.template.is_empty() {
            found.at(
                place.line,
                format!("{person} has no account anywhere: give a template, accounts, or absent: true"),
            );
        }
        for accounts in self.accounts.values().filter(|accounts| accounts.len() > 1) {
            for account in accounts.iter().filter(|account| account.user_name.as_ref().is_none()) {
                found.at(account.line, format!("{person} has several accounts here: give each its user_name"));
            }
        }
        if !person.contains('@') {
            let all = self.accounts.values().flatten().map(|account| (account.line, account));
            let all = all.chain(self.template.values().map(|account| (place.line, account)));
            for (line, _) in
                all.filter(|(_, account)| account.user_name.as_ref().is_some_and(|name| has_placeholder(name)))
            {
                found.at(line, format!("{person} has no e-mail address that a user name could be filled in from"));
            }
        }
    }

    pub(super) fn person(&self) -> &str {
        &self.person
    }

    pub(super) fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// What is asked of a tenant, by its name and by its product.
    pub(super) fn wishes(&self, [tenant, product]: [&str; 2], hands_over: bool) -> Vec<UserWish> {
        let mut common = self.common.clone();
        if !hands_over {
            // Said of the person everywhere, and no way to do it here.
            common.successor = Said::Nothing;
        }
        let leaves = common.absent == Said::Is(true);
        let of_tenant = self.accounts.get(tenant).filter(|_| tenant != product).map(Vec::as_slice);
        let of_product = self.accounts.get(product).map(Vec::as_slice);
        let mut entries: Vec<AccountEntry> = match (of_tenant, of_product) {
            (Some(own), Some([general])) => own.iter().map(|entry| entry.clone().over(general.clone())).collect(),
            (Some(entries), _) | (None, Some(entries)) => entries.to_vec(),
            (None, None) => Vec::new(),
        };
        let mut base = common;
        let template = [tenant, product].into_iter().filter_map(|name| self.template.get(name));
        let mut templated = false;
        for entry in template {
            templated = true;
            base = base.over(entry.clone());
        }
        if entries.is_empty() && (leaves || (templated && of_tenant.or(of_product).is_none())) {
            entries.push(AccountEntry::on(self.place.line));
        }
        let wish = |entry: AccountEntry| {
            let mut place = self.place.clone();
            place.line = entry.line;
            let mut wish = entry.over(base.clone()).wish(&self.person);
            wish.place = Some(place);
            wish
        };
        entries.into_iter().map(wish).collect()
    }
}

/// One template or several, of which a later one says more than an earlier.
fn read_template(node: &Node, templates: &Templates, found: &mut Found) -> BTreeMap<String, AccountEntry> {
    let names = match &node.value {
        Value::Null => return BTreeMap::new(),
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

/// Whether this is an e-mail address by form: something, an at sign, something, and no white space.
pub(super) fn is_address(text: &str) -> bool {
    let good = text
        .split_once('@')
        .is_some_and(|(local_part, domain)| !local_part.is_empty() && !domain.is_empty() && !domain.contains('@'));
    good && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
}

pub(super) fn check_address(email: &str, line: usize, found: &mut Found) {
    if !is_address(email.trim()) {
        found.at(line, format!("{email:?} is no e-mail address"));
    }
}

/// All names of all people, and whoever stands there twice.
pub(super) fn aliases(people: &[PersonEntry], found: &mut Found) -> Aliases {
    let mut aliases = Aliases::default();
    // Whose each name is, and where that stands.
    let mut owners: HashMap<String, (&str, usize)> = HashMap::new();
    for entry in people {
        let line = entry.place.line;
        match owners.get(&normalized(&entry.person)) {
            Some((_, first)) => found.at(line, format!("{} stands here twice, first on line {first}", entry.person)),
            None => {
                owners.insert(normalized(&entry.person), (&entry.person, line));
            }
        }
    }
    for entry in people {
        for name in &entry.aliases {
            let (owner, line) = *owners.entry(normalized(name)).or_insert((&entry.person, entry.aliases_line));
            if normalized(owner) != normalized(&entry.person) {
                let what = format!("{name} is {owner} on line {line}, and here {}: nobody is two people", entry.person);
                found.at(entry.aliases_line, what);
            }
        }
        // What is wrong is told above, with its line.
        let _told = aliases.add(&entry.person, &entry.aliases);
    }
    aliases
}
