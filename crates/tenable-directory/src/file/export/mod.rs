//! What is there, as a file of people.

mod names;
pub(super) mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use tenable_api::admin::{Ability, Count};
use tenable_api::model::Known;
use tenable_api::model::shared::{Role, User, UserKey};

use self::names::Names;
use self::yaml::{Form, comment, line};
use super::people::is_address;
use crate::aliases::normalized;
use crate::{Aliases, Present, Snapshot};

/// What is there, as a file of people that asks for exactly that: planning it changes nothing.
///
/// The same text for the same state, in the order of the directory and of names. What a product does not tell is left out; what could not
/// be read, or cannot be asked for, is named in comments. Roles that the product brought and groups that everybody is in are not listed.
/// Passwords, keys and whatever else is secret are told by no product, and are not in it.
///
/// ```
/// use tenable_directory::{Directory, Stop, export};
///
/// async fn keep(directory: &Directory) -> std::io::Result<()> {
///     let present = directory.read(&(), &Stop::default()).await;
///     std::fs::write("people.yaml", export(&present, directory.known_aliases()))
/// }
/// ```
pub fn export(present: &Present, aliases: &Aliases) -> String {
    let mut text = String::from("version: 1\n");
    for (tenant, why) in present.failed() {
        comment(&mut text, 0, &format!("{tenant} could not be read: {why}"));
    }
    for snapshot in present.snapshots() {
        for unread in &snapshot.unread {
            comment(&mut text, 0, &format!("{}: {} could not be read: {}", snapshot.tenant, unread.what, unread.why));
        }
    }
    let tenants: Vec<Tenant<'_>> = present.snapshots().map(|snapshot| (snapshot, Names::of(snapshot))).collect();
    write_roles(&mut text, &tenants);
    write_groups(&mut text, &tenants);
    write_people(&mut text, &tenants, aliases);
    text
}

type Tenant<'a> = (&'a Snapshot, Names<'a>);

fn entry(key: &str, form: Form) -> (String, Form) {
    (key.to_owned(), form)
}

fn write_roles(text: &mut String, tenants: &[Tenant<'_>]) {
    let mut written = false;
    for (snapshot, names) in tenants {
        let custom = snapshot.roles.iter().filter(|role| role.predefined != Known::Value(true));
        let mut roles: Vec<(&str, &Role)> = custom.filter_map(|role| Some((names.role(&role.key)?, role))).collect();
        if roles.is_empty() {
            continue;
        }
        roles.sort_by_key(|(name, _)| *name);
        if !std::mem::replace(&mut written, true) {
            line(text, 0, "\nroles:");
        }
        line(text, 2, &format!("{}:", yaml::scalar(&snapshot.tenant)));
        for (name, role) in roles {
            let mut entries = vec![entry("name", Form::text(name))];
            let description = role.description.value().filter(|description| !description.is_empty());
            entries.extend(description.map(|description| entry("description", Form::text(description))));
            entries.extend(role.permissions.value().map(|words| {
                let words: BTreeSet<&String> = words.iter().collect();
                entry("permissions", Form::List(words.into_iter().cloned().collect()))
            }));
            Form::Map(entries).entry(text, 4);
        }
    }
}

fn write_groups(text: &mut String, tenants: &[Tenant<'_>]) {
    let mut written = false;
    for (snapshot, names) in tenants {
        let groups = snapshot.groups.iter().filter(|group| group.fixed != Known::Value(true));
        let groups: BTreeSet<&str> = groups.filter_map(|group| names.group(&group.key)).collect();
        if groups.is_empty() {
            continue;
        }
        if !std::mem::replace(&mut written, true) {
            line(text, 0, "\ngroups:");
        }
        Form::List(groups.into_iter().map(str::to_owned).collect()).under(text, 2, &snapshot.tenant);
    }
}

/// Who has accounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Person {
    /// By e-mail address.
    Address(String),
    /// By user name, or by key where there is none; normalised.
    Name(String),
}

#[derive(Default)]
struct Somebody<'a> {
    /// The user name as it is written, of whom has no address.
    user_name: String,
    accounts: Vec<(&'a Tenant<'a>, &'a User)>,
}

fn write_people(text: &mut String, tenants: &[Tenant<'_>], aliases: &Aliases) {
    let mut people: BTreeMap<Person, Somebody<'_>> = BTreeMap::new();
    for tenant in tenants {
        for user in &tenant.0.users {
            let (person, user_name) = person_of(user, aliases);
            let somebody = people.entry(person).or_default();
            if somebody.accounts.is_empty() {
                somebody.user_name = user_name;
            }
            somebody.accounts.push((tenant, user));
        }
    }
    if !people.is_empty() {
        line(text, 0, "\npeople:");
    }
    for (person, somebody) in &people {
        write_person(text, person, somebody, aliases);
    }
}

/// Whose account it is, and the name for it where that is no address.
fn person_of(user: &User, aliases: &Aliases) -> (Person, String) {
    let addresses: Vec<String> = aliases.persons(user).into_iter().filter(|name| is_address(name)).collect();
    // Of the addresses of two people, that of the e-mail field says who it is.
    let email = user.email.value().map(|email| aliases.person(email)).filter(|email| addresses.contains(email));
    if let Some(address) = email.or_else(|| addresses.into_iter().next()) {
        return (Person::Address(address), String::new());
    }
    let name = user.user_name.value().filter(|name| !name.trim().is_empty() && !name.contains(['{', '}']));
    let name = name.cloned().unwrap_or_else(|| user.key.to_string());
    (Person::Name(normalized(&name)), name)
}

fn write_person(text: &mut String, person: &Person, somebody: &Somebody<'_>, aliases: &Aliases) {
    let mut entries = Vec::new();
    let known_by = match person {
        Person::Address(address) => {
            entries.push(entry("email", Form::text(address)));
            let mut others = aliases.names(address);
            others.remove(address);
            if !others.is_empty() {
                entries.push(entry("aliases", Form::List(others.into_iter().collect())));
            }
            KnownBy { address: Some(address), user_name: None, name: somebody.common_name() }
        }
        Person::Name(_) => {
            entries.push(entry("user_name", Form::text(&somebody.user_name)));
            KnownBy { address: None, user_name: Some(&somebody.user_name), name: somebody.common_name() }
        }
    };
    entries.extend(known_by.name.map(|name| entry("name", Form::text(name))));
    for (index, (key, form)) in entries.iter().enumerate() {
        if index == 0 {
            let mut first = String::new();
            form.under(&mut first, 4, key);
            first.replace_range(2..3, "-");
            text.push_str(&first);
        } else {
            form.under(text, 4, key);
        }
    }
    line(text, 4, "accounts:");
    somebody.write_accounts(text, &known_by);
}

/// What is said of a person for all accounts.
struct KnownBy<'a> {
    address: Option<&'a str>,
    user_name: Option<&'a str>,
    name: Option<&'a str>,
}

impl KnownBy<'_> {
    fn is_address(&self, text: &str) -> bool {
        self.address.is_some_and(|address| normalized(text) == normalized(address))
    }
}

impl Somebody<'_> {
    /// The full name that all accounts have.
    fn common_name(&self) -> Option<&str> {
        let mut names = self.accounts.iter().map(|(_, user)| full_name(user));
        let first = names.next()??;
        names.all(|name| name == Some(first)).then_some(first)
    }

    fn write_accounts(&self, text: &mut String, known_by: &KnownBy<'_>) {
        let mut rest = &self.accounts[..];
        // Accounts of one tenant follow each other.
        while let Some((tenant, _)) = rest.first() {
            let snapshot = tenant.0;
            let count = rest.iter().take_while(|((other, _), _)| std::ptr::eq(*other, snapshot)).count();
            let (accounts, others) = rest.split_at(count);
            rest = others;
            let mut forms = Vec::new();
            for ((_, names), user) in accounts {
                let (form, left_out) = account(snapshot, names, user, known_by, count > 1);
                for why in left_out {
                    comment(text, 6, &format!("{}: {} {why}", snapshot.tenant, crate::present::shown(user)));
                }
                forms.push(form);
            }
            if let [form] = &forms[..] {
                form.under(text, 6, &snapshot.tenant);
                continue;
            }
            line(text, 6, &format!("{}:", yaml::scalar(&snapshot.tenant)));
            for form in forms {
                form.entry(text, 8);
            }
        }
    }
}

fn full_name(user: &User) -> Option<&str> {
    user.full_name.value().map(String::as_str).filter(|name| !name.trim().is_empty())
}

/// One account, and what of it cannot be written.
fn account(
    snapshot: &Snapshot,
    names: &Names<'_>,
    user: &User,
    known_by: &KnownBy<'_>,
    one_of_several: bool,
) -> (Form, Vec<String>) {
    let mut entries = Vec::new();
    let mut left_out = Vec::new();
    let own = user.user_name.value().map(String::as_str).filter(|name| !name.trim().is_empty());
    // Names of several accounts, and names that read as something else, do not tell which one is meant.
    let is_clear = |name: &str| {
        snapshot.users_named(name).count() == 1 && name.parse::<UserKey>().is_err() && !name.contains(['{', '}'])
    };
    match own {
        Some(name) if !one_of_several && is_clear(name) && known_by.is_address(name) => {}
        Some(name) if !one_of_several && is_clear(name) && known_by.user_name == Some(name) => {}
        Some(name) if is_clear(name) => entries.push(entry("user_name", Form::text(name))),
        _ => entries.push(entry("user_name", Form::text(&user.key.to_string()))),
    }
    let told = user.email.value().map(String::as_str).filter(|email| is_address(email.trim()));
    let told = told.filter(|_| snapshot.capabilities.separate_email);
    match told {
        Some(email) if known_by.is_address(email) => {}
        Some(email) => entries.push(entry("email", Form::text(email))),
        None if known_by.address.is_none()
            || own.is_some_and(|name| !snapshot.capabilities.separate_email && known_by.is_address(name)) => {}
        None => entries.push(entry("email", Form::Word("null"))),
    }
    if let Some(name) = full_name(user).filter(|_| known_by.name.is_none()) {
        entries.push(entry("name", Form::text(name)));
    }
    entries.extend(user.enabled.value().map(|enabled| entry("enabled", Form::flag(*enabled))));
    match user.roles.value().map(|roles| names.roles_of(roles)) {
        Some(Ok(roles)) => {
            let one = snapshot.capabilities.roles_per_user == Count::One;
            entries.push(several("role", roles, one));
        }
        Some(Err(why)) => left_out.push(why),
        None => {}
    }
    match user.groups.value().map(|groups| names.groups_of(groups)) {
        Some(Ok(Some(groups))) => {
            let one = snapshot.capabilities.groups_per_user == Count::One;
            entries.push(several("group", groups, one));
        }
        Some(Err(why)) => left_out.push(why),
        Some(Ok(None)) | None => {}
    }
    if snapshot.capabilities.can(Ability::SetSignInMethods) {
        let ways =
            [("password", &user.sign_in.password), ("api_keys", &user.sign_in.api_keys), ("saml", &user.sign_in.saml)];
        let told = ways.into_iter().filter_map(|(key, open)| Some(entry(key, Form::flag(*open.value()?))));
        let told: Vec<_> = told.collect();
        if !told.is_empty() {
            entries.push(entry("sign_in", Form::Map(told)));
        }
    }
    (Form::Map(entries), left_out)
}

/// `role: X` where there is exactly one, `roles: [X]` elsewhere.
fn several(what: &str, mut names: Vec<String>, one: bool) -> (String, Form) {
    match (one, names.len()) {
        (true, 1) => (what.to_owned(), Form::Text(names.swap_remove(0))),
        _ => (format!("{what}s"), Form::List(names)),
    }
}
