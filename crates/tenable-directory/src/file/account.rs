//! How somebody's account should be in one place, as the file says it.

use tenable_api::admin::Count;
use tenable_api::model::Product;

use super::fields::{Fields, Said};
use super::node::{Node, Value};
use super::people::check_address;
use super::problems::Found;
use super::products;
use crate::wish::{Presence, UserWish};

/// What the file says of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AccountEntry {
    pub(super) line: usize,
    pub(super) user_name: Said<String>,
    pub(super) email: Said<String>,
    pub(super) name: Said<String>,
    pub(super) enabled: Said<bool>,
    roles: Said<Vec<String>>,
    groups: Said<Vec<String>>,
    more_groups: Said<Vec<String>>,
    password: Said<bool>,
    api_keys: Said<bool>,
    saml: Said<bool>,
    pub(super) absent: Said<bool>,
    pub(super) successor: Said<String>,
}

impl AccountEntry {
    /// Of which nothing is said, on this line.
    pub(super) fn on(line: usize) -> Self {
        Self { line, ..Self::default() }
    }

    /// What stands under the name of a tenant or product: a mapping, or nothing for an account of which nothing more is said.
    pub(super) fn read(product: Option<Product>, node: &Node, found: &mut Found) -> Self {
        let mut account = Self::on(node.line);
        if matches!(node.value, Value::Null) {
            return account;
        }
        let Some(mut fields) = Fields::of(node, "an account", found) else { return account };
        account.user_name = fields.text("user_name", found);
        account.email = fields.text("email", found);
        account.name = fields.text("name", found);
        account.enabled = fields.flag("enabled", found);
        account.roles = fields.several("roles", "role", found);
        account.groups = fields.several("groups", "group", found);
        account.more_groups = fields.texts("more_groups", found);
        if let Some(node) = fields.take("sign_in") {
            account.read_sign_in(node, found);
        }
        account.absent = fields.flag("absent", found);
        account.successor = fields.text("successor", found);
        if let Some(name) = account.user_name.as_ref() {
            check_placeholders(name, fields.line_of("user_name"), found);
        }
        if let Some(email) = account.email.as_ref() {
            check_address(email, fields.line_of("email"), found);
        }
        if account.successor.is_said() && account.absent != Said::Is(true) {
            let what = "a successor is for an account that goes: say absent: true as well, or leave the successor out";
            found.at(fields.line_of("successor"), what);
        }
        if let Some(product) = product {
            account.check_product(product, &fields, found);
        }
        fields.finish(found);
        account
    }

    /// The same in a template, which says nothing that can be true of one person only.
    pub(super) fn read_of_template(product: Option<Product>, node: &Node, found: &mut Found) -> Self {
        let account = Self::read(product, node, found);
        let own = [("email", account.email.as_ref()), ("name", account.name.as_ref())];
        for (key, _) in own.into_iter().filter(|(_, said)| said.is_some()) {
            found.at(account.line, format!("{key} in a template would be the same for everybody: give it in people"));
        }
        if let Some(name) = account.user_name.as_ref().filter(|name| !name.contains('{')) {
            let what = format!(
                "everybody of the template would have the user name {name:?}: write {EMAIL} or {LOCAL_PART} in it"
            );
            found.at(account.line, what);
        }
        account
    }

    fn read_sign_in(&mut self, node: &Node, found: &mut Found) {
        if matches!(node.value, Value::Null) {
            return;
        }
        let Some(mut fields) = Fields::of(node, "sign_in", found) else { return };
        self.password = fields.flag("password", found);
        self.api_keys = fields.flag("api_keys", found);
        self.saml = fields.flag("saml", found);
        fields.finish(found);
    }

    /// What the product cannot do.
    fn check_product(&self, product: Product, fields: &Fields<'_>, found: &mut Found) {
        let one_role = products::roles(product) == Count::One;
        if let Some(roles) = self.roles.as_ref().filter(|roles| one_role && roles.len() != 1) {
            let count = if roles.is_empty() { "none".to_owned() } else { roles.len().to_string() };
            let what = format!("{product} gives each user exactly one role, and here are {count}");
            found.at(fields.line_of_several("roles", "role"), what);
        }
        for (line, groups) in [
            (fields.line_of_several("groups", "group"), self.groups.as_ref()),
            (fields.line_of("more_groups"), self.more_groups.as_ref()),
        ] {
            match (products::groups(product), groups.map_or(0, Vec::len)) {
                (Count::None, 1..) => found.at(line, format!("{product} has no groups: give roles instead")),
                (Count::One, 2..) => found.at(line, format!("{product} puts each user into exactly one group")),
                _ => {}
            }
        }
        let ways = [&self.password, &self.api_keys, &self.saml];
        if ways.into_iter().any(Said::is_said) && !products::has_ways_to_sign_in(product) {
            let what =
                format!("{product} opens and closes no single ways to sign in: say enabled: false for all of them");
            found.at(fields.line_of("sign_in"), what);
        }
        if self.successor.as_ref().is_some() && !products::hands_over(product) {
            let what = format!("{product} hands nothing over when a user is deleted: leave the successor out");
            found.at(fields.line_of("successor"), what);
        }
    }

    /// This, with what another says where this says nothing.
    pub(super) fn over(self, other: Self) -> Self {
        Self {
            line: self.line,
            user_name: self.user_name.or(other.user_name),
            email: self.email.or(other.email),
            name: self.name.or(other.name),
            enabled: self.enabled.or(other.enabled),
            roles: self.roles.or(other.roles),
            groups: self.groups.or(other.groups),
            more_groups: self.more_groups.or(other.more_groups),
            password: self.password.or(other.password),
            api_keys: self.api_keys.or(other.api_keys),
            saml: self.saml.or(other.saml),
            absent: self.absent.or(other.absent),
            successor: self.successor.or(other.successor),
        }
    }

    /// The account as a wish.
    pub(super) fn wish(self, person: &str) -> UserWish {
        let mut wish = UserWish::new(person);
        wish.user_name = self.user_name.value().map(|name| filled(&name, person));
        if self.absent == Said::Is(true) {
            // Of somebody who goes nothing else is asked.
            wish.presence = Presence::Absent { successor: self.successor.value() };
            return wish;
        }
        wish.email = self.email.value();
        wish.full_name = self.name.value();
        wish.enabled = self.enabled.value();
        wish.roles = self.roles.value();
        wish.groups = self.groups.value();
        wish.more_groups = self.more_groups.value().unwrap_or_default();
        wish.sign_in.password = self.password.value();
        wish.sign_in.api_keys = self.api_keys.value();
        wish.sign_in.saml = self.saml.value();
        wish
    }
}

const EMAIL: &str = "{email}";
const LOCAL_PART: &str = "{local_part}";

/// Whether a user name is filled in from the e-mail address.
pub(super) fn has_placeholder(name: &str) -> bool {
    name.contains(EMAIL) || name.contains(LOCAL_PART)
}

fn check_placeholders(name: &str, line: usize, found: &mut Found) {
    let rest = name.replace(EMAIL, "").replace(LOCAL_PART, "");
    if rest.contains(['{', '}']) {
        found.at(line, format!("user_name is {name:?}: of braces it may have {EMAIL} and {LOCAL_PART}"));
    }
}

fn filled(name: &str, person: &str) -> String {
    let local_part = person.split_once('@').map_or(person, |(local_part, _)| local_part);
    // The local part first: an address may have braces of its own.
    name.replace(LOCAL_PART, local_part).replace(EMAIL, person)
}
