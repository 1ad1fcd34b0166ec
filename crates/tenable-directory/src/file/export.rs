//! What is there, as a file of people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tenable_api::model::Known;
use tenable_api::model::shared::{Role, User};

use crate::aliases::normalized;
use crate::{Aliases, Present, Snapshot};

/// What is there, as a file of people that asks for exactly that: planning it changes nothing.
///
/// What a product does not tell is left out; what could not be read is named in comments. Roles that the product brought and groups that
/// everybody is in are not listed. Passwords, keys and whatever else is secret are told by no product, and are not in it.
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
        comment(&mut text, &format!("{tenant} could not be read: {why}"));
    }
    for snapshot in present.snapshots() {
        for unread in &snapshot.unread {
            comment(&mut text, &format!("{}: {} could not be read: {}", snapshot.tenant, unread.what, unread.why));
        }
    }
    write_roles(&mut text, present);
    write_groups(&mut text, present);
    write_people(&mut text, present, aliases);
    text
}

/// Writing to a text cannot fail.
fn line(text: &mut String, indent: usize, content: &str) {
    let _infallible = writeln!(text, "{:indent$}{content}", "");
}

fn comment(text: &mut String, content: &str) {
    let content: String = content.chars().map(|c| if c.is_control() || is_break(c) { ' ' } else { c }).collect();
    line(text, 0, &format!("# {content}"));
}

fn custom_roles(snapshot: &Snapshot) -> Vec<&Role> {
    let is_custom = |role: &&Role| role.predefined != Known::Value(true) && role.name.value().is_some();
    let mut roles: Vec<&Role> = snapshot.roles.iter().filter(is_custom).collect();
    roles.sort_by_key(|role| (role.name.value().cloned(), role.key.to_string()));
    roles
}

fn write_roles(text: &mut String, present: &Present) {
    let tenants: Vec<_> = present
        .snapshots()
        .map(|snapshot| (snapshot, custom_roles(snapshot)))
        .filter(|(_, roles)| !roles.is_empty())
        .collect();
    if tenants.is_empty() {
        return;
    }
    line(text, 0, "\nroles:");
    for (snapshot, roles) in tenants {
        line(text, 2, &format!("{}:", scalar(&snapshot.tenant)));
        for role in roles {
            let mut entries = vec![entry("name", &scalar(&role_name(snapshot, role)))];
            entries.extend(role.description.value().map(|description| entry("description", &scalar(description))));
            entries.extend(role.permissions.value().map(|words| {
                let words: BTreeSet<&String> = words.iter().collect();
                entry("permissions", &list(words))
            }));
            line(text, 4, &format!("- {{{}}}", entries.join(", ")));
        }
    }
}

fn write_groups(text: &mut String, present: &Present) {
    let mut tenants = Vec::new();
    for snapshot in present.snapshots() {
        let groups = snapshot.groups.iter().filter(|group| group.fixed != Known::Value(true));
        let names: BTreeSet<String> =
            groups.filter(|group| group.name.value().is_some()).map(|group| group_name(snapshot, &group.key)).collect();
        if !names.is_empty() {
            tenants.push((snapshot, names));
        }
    }
    if tenants.is_empty() {
        return;
    }
    line(text, 0, "\ngroups:");
    for (snapshot, names) in tenants {
        line(text, 2, &format!("{}: {}", scalar(&snapshot.tenant), list(&names)));
    }
}

/// Everybody, by address, with their accounts.
type Everybody<'a> = BTreeMap<String, Vec<(&'a Snapshot, &'a User)>>;

fn write_people(text: &mut String, present: &Present, aliases: &Aliases) {
    let mut people: Everybody<'_> = BTreeMap::new();
    let mut nameless: Vec<(&Snapshot, &User)> = Vec::new();
    for snapshot in present.snapshots() {
        for user in &snapshot.users {
            let addresses: Vec<String> = aliases.persons(user).into_iter().filter(|name| is_address(name)).collect();
            // Of two addresses of two people, that of the e-mail field says who it is.
            let email = user.email.value().map(|email| aliases.person(email)).filter(|email| addresses.contains(email));
            match email.or_else(|| addresses.into_iter().next()) {
                Some(address) => people.entry(address).or_default().push((snapshot, user)),
                None => nameless.push((snapshot, user)),
            }
        }
    }
    if people.is_empty() && nameless.is_empty() {
        return;
    }
    line(text, 0, "\npeople:");
    for (address, accounts) in &people {
        write_person(text, address, accounts, aliases);
    }
    let mut by_name: BTreeMap<String, Vec<(&Snapshot, &User)>> = BTreeMap::new();
    for (snapshot, user) in nameless {
        let name = user.user_name.value().filter(|name| !name.trim().is_empty()).cloned();
        by_name.entry(name.unwrap_or_else(|| user.key.to_string())).or_default().push((snapshot, user));
    }
    for (name, accounts) in &by_name {
        write_nobody(text, name, accounts);
    }
}

fn write_person(text: &mut String, address: &str, accounts: &[(&Snapshot, &User)], aliases: &Aliases) {
    let full_name = common_name(accounts);
    line(text, 2, &format!("- email: {}", scalar(address)));
    if let Some(name) = full_name {
        line(text, 4, &format!("name: {}", scalar(name)));
    }
    let mut others = aliases.names(address);
    others.remove(address);
    if !others.is_empty() {
        line(text, 4, &format!("aliases: {}", list(&others)));
    }
    write_accounts(text, Some(address), full_name, accounts);
}

/// Accounts that have no address.
fn write_nobody(text: &mut String, name: &str, accounts: &[(&Snapshot, &User)]) {
    let full_name = common_name(accounts);
    line(text, 2, &format!("- user_name: {}", scalar(name)));
    if let Some(name) = full_name {
        line(text, 4, &format!("name: {}", scalar(name)));
    }
    write_accounts(text, None, full_name, accounts);
}

/// The full name that all accounts have.
fn common_name<'a>(accounts: &[(&Snapshot, &'a User)]) -> Option<&'a String> {
    let names: BTreeSet<Option<&String>> = accounts.iter().map(|(_, user)| user.full_name.value()).collect();
    if names.len() == 1 { names.into_iter().next().flatten() } else { None }
}

fn write_accounts(text: &mut String, person: Option<&str>, name: Option<&String>, accounts: &[(&Snapshot, &User)]) {
    line(text, 4, "accounts:");
    let mut by_tenant: Vec<(&str, Vec<String>)> = Vec::new();
    for (snapshot, user) in accounts {
        let entries = account(snapshot, user, person, name);
        match by_tenant.iter_mut().find(|(tenant, _)| *tenant == snapshot.tenant) {
            Some((_, accounts)) => accounts.push(entries),
            None => by_tenant.push((&snapshot.tenant, vec![entries])),
        }
    }
    for (tenant, mut accounts) in by_tenant {
        accounts.sort();
        match &accounts[..] {
            [account] => line(text, 6, &format!("{}: {account}", scalar(tenant))),
            several => {
                line(text, 6, &format!("{}:", scalar(tenant)));
                for account in several {
                    line(text, 8, &format!("- {account}"));
                }
            }
        }
    }
}

/// One account in braces.
fn account(snapshot: &Snapshot, user: &User, person: Option<&str>, name: Option<&String>) -> String {
    let mut entries = Vec::new();
    let is_person = |text: &str| person.is_some_and(|person| normalized(text) == normalized(person));
    match user.user_name.value() {
        Some(own) if is_person(own) && snapshot.users_named(own).count() == 1 => {}
        Some(own) if !own.trim().is_empty() && !own.contains(['{', '}']) => {
            // Names that are those of several accounts, or read as a key, are no way to tell which one is meant.
            let is_clear =
                snapshot.users_named(own).count() == 1 && own.parse::<tenable_api::model::shared::UserKey>().is_err();
            entries.push(entry("user_name", &scalar(&if is_clear { own.clone() } else { user.key.to_string() })));
        }
        _ => entries.push(entry("user_name", &scalar(&user.key.to_string()))),
    }
    if snapshot.capabilities.separate_email {
        match user.email.value() {
            Some(own) if is_person(own) => {}
            Some(own) => entries.push(entry("email", &scalar(own))),
            None if person.is_some() => entries.push(entry("email", "null")),
            None => {}
        }
    } else if user.user_name.value().is_none_or(|own| !is_person(own)) && person.is_some() {
        // There is one text for both, and it is told above.
        entries.push(entry("email", "null"));
    }
    match user.full_name.value() {
        own if own == name => {}
        Some(own) => entries.push(entry("name", &scalar(own))),
        None => entries.push(entry("name", "null")),
    }
    entries.extend(user.enabled.value().map(|enabled| entry("enabled", &enabled.to_string())));
    if let Some(roles) = user.roles.value() {
        let named = |key| match snapshot.role(key) {
            Some(role) => role_name(snapshot, role),
            None => ToString::to_string(key),
        };
        let known = roles.iter().all(|role| snapshot.role(&role.key).is_some());
        if known {
            entries.push(entry("roles", &list(&roles.iter().map(|role| named(&role.key)).collect::<BTreeSet<_>>())));
        }
    }
    if let Some(groups) =
        user.groups.value().filter(|groups| groups.iter().all(|group| snapshot.group(&group.key).is_some()))
    {
        let own = groups.iter().filter(|group| !snapshot.is_fixed(&group.key));
        let names: BTreeSet<String> = own.map(|group| group_name(snapshot, &group.key)).collect();
        if !names.is_empty() || snapshot.capabilities.groups_per_user == tenable_api::admin::Count::Any {
            entries.push(entry("groups", &list(&names)));
        }
    }
    format!("{{{}}}", entries.join(", "))
}

/// The name of a role, or its key where the name is not its alone.
fn role_name(snapshot: &Snapshot, role: &Role) -> String {
    let name = snapshot.role_name(&role.key);
    let alike = snapshot.roles.iter().filter(|other| other.name.value().is_some_and(|other| *other == name));
    let is_key = name.parse::<tenable_api::model::shared::RoleKey>().is_ok();
    if alike.count() == 1 && !is_key { name } else { role.key.to_string() }
}

/// The name of a group, or its key where the name is not its alone.
fn group_name(snapshot: &Snapshot, key: &tenable_api::model::shared::GroupKey) -> String {
    let name = snapshot.group_name(key);
    let alike = snapshot.groups.iter().filter(|other| other.name.value().is_some_and(|other| *other == name));
    let is_key = name.parse::<tenable_api::model::shared::GroupKey>().is_ok();
    if alike.count() == 1 && !is_key { name } else { key.to_string() }
}

fn is_address(name: &str) -> bool {
    let good = name
        .split_once('@')
        .is_some_and(|(local_part, domain)| !local_part.is_empty() && !domain.is_empty() && !domain.contains('@'));
    good && !name.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn entry(key: &str, value: &str) -> String {
    format!("{key}: {value}")
}

fn list<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| scalar(text)).collect();
    format!("[{}]", texts.join(", "))
}

fn is_break(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A text as YAML: plain where nobody can take it for something else, in quotes otherwise.
pub(super) fn scalar(text: &str) -> String {
    let plain = text.chars().next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '@' | '/' | '+'))
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        let code = u32::from(c);
        let _infallible = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            '\n' => write!(quoted, "\\n"),
            '\t' => write!(quoted, "\\t"),
            _ if c.is_control() || is_break(c) || matches!(code, 0xfffe | 0xffff) => write!(quoted, "\\u{code:04x}"),
            _ => write!(quoted, "{c}"),
        };
    }
    quoted.push('"');
    quoted
}
