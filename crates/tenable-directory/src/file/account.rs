//! How somebody's account should be in one place, as the file says it.

use super::fields::{Fields, Said};
use super::node::{Node, Value};
use super::problems::Found;
use crate::wish::{Presence, SignInWish, UserWish};

/// What the file says of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AccountEntry {
    pub(super) line: usize,
    user_name: Said<String>,
    email: Said<String>,
    name: Said<String>,
    enabled: Said<bool>,
    roles: Said<Vec<String>>,
    groups: Said<Vec<String>>,
    more_groups: Said<Vec<String>>,
    password: Said<bool>,
    api_keys: Said<bool>,
    saml: Said<bool>,
    absent: Said<bool>,
    successor: Said<String>,
}

impl AccountEntry {
    /// What stands under the name of a tenant: a mapping, or nothing for an account of which nothing more is said.
    pub(super) fn read(node: &Node, found: &mut Found) -> Self {
        let mut account = Self { line: node.line, ..Self::default() };
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
        fields.finish(found);
        if let Said::Is(name) = &account.user_name {
            check_placeholders(name, node.line, found);
        }
        if account.successor.is_said() && account.absent != Said::Is(true) {
            found.at(
                node.line,
                "a successor is for an account that goes: say absent: true as well, or leave the successor out",
            );
        }
        account
    }

    fn read_sign_in(&mut self, node: &Node, found: &mut Found) {
        let Some(mut fields) = Fields::of(node, "sign_in", found) else { return };
        self.password = fields.flag("password", found);
        self.api_keys = fields.flag("api_keys", found);
        self.saml = fields.flag("saml", found);
        fields.finish(found);
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

    /// What is said of the person, for every account of it.
    pub(super) fn of_person(line: usize, email: Said<String>, name: Said<String>, enabled: Said<bool>) -> Self {
        Self { line, email, name, enabled, ..Self::default() }
    }

    /// The same for whoever goes.
    pub(super) fn leaving(line: usize, successor: Said<String>) -> Self {
        Self { line, absent: Said::Is(true), successor, ..Self::default() }
    }

    /// The same, under the user name of another.
    pub(super) fn named_as(self, other: &Self) -> Self {
        Self { user_name: other.user_name.clone(), ..self }
    }

    /// The same, said on another line.
    pub(super) fn on(self, line: usize) -> Self {
        Self { line, ..self }
    }

    /// The account as a wish.
    pub(super) fn wish(self, person: &str) -> UserWish {
        let mut wish = UserWish::new(person);
        wish.user_name = self.user_name.value().map(|name| filled(&name, person));
        wish.email = self.email.value();
        wish.full_name = self.name.value();
        wish.enabled = self.enabled.value();
        wish.roles = self.roles.value();
        wish.groups = self.groups.value();
        wish.more_groups = self.more_groups.value().unwrap_or_default();
        let sign_in = &mut wish.sign_in;
        *sign_in = SignInWish::default();
        sign_in.password = self.password.value();
        sign_in.api_keys = self.api_keys.value();
        sign_in.saml = self.saml.value();
        if self.absent.value() == Some(true) {
            // Of somebody who goes nothing else is asked.
            let mut gone = UserWish::new(person);
            gone.user_name = wish.user_name;
            gone.presence = Presence::Absent { successor: self.successor.value() };
            return gone;
        }
        wish
    }
}

const EMAIL: &str = "{email}";
const LOCAL_PART: &str = "{local_part}";

fn check_placeholders(name: &str, line: usize, found: &mut Found) {
    let rest = name.replace(EMAIL, "").replace(LOCAL_PART, "");
    if rest.contains(['{', '}']) {
        found.at(line, format!("user_name is {name:?}: of braces it may have {EMAIL} and {LOCAL_PART}"));
    }
}

fn filled(name: &str, person: &str) -> String {
    let local_part = person.split_once('@').map_or(person, |(local_part, _)| local_part);
    name.replace(EMAIL, person).replace(LOCAL_PART, local_part)
}
