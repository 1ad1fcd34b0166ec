//! A plan as people read it: one line a step, grouped by tenant.

use std::collections::HashSet;
use std::fmt;

use super::{Change, Edit, Named, Plan, Step};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tenants: Vec<&str> = Vec::new();
        for step in &self.steps {
            if !tenants.contains(&step.tenant.as_str()) {
                tenants.push(&step.tenant);
            }
        }
        for tenant in tenants {
            writeln!(f, "{}", plain(tenant))?;
            for step in self.steps.iter().filter(|step| step.tenant == tenant) {
                writeln!(f, "  {step}")?;
            }
            writeln!(f)?;
        }
        for note in &self.notes {
            writeln!(f, "Note: {}", plain(note))?;
        }
        let count = |is: fn(&Change) -> bool| self.steps.iter().filter(|step| is(&step.change)).count();
        let made = count(is_creation);
        let removals = || self.steps.iter().filter(|step| step.is_removal());
        let changed = self.steps.len() - made - removals().count();
        // Who is disabled and deleted goes once.
        let removed = removals().map(|step| (&step.tenant, &step.subject)).collect::<HashSet<_>>().len();
        if self.is_empty() {
            writeln!(f, "Nothing to do: everything is as it should be.")
        } else {
            writeln!(f, "Plan: {made} to make, {changed} to change, {removed} to remove.")
        }
    }
}

fn is_creation(change: &Change) -> bool {
    matches!(change, Change::CreateUser { .. } | Change::CreateRole { .. } | Change::CreateGroup)
}

impl fmt::Display for Step {
    /// One line: `+` makes, `~` changes, `-` removes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match &self.change {
            change if is_creation(change) => '+',
            _ if self.is_removal() => '-',
            _ => '~',
        };
        write!(f, "{sign} {} {}", self.subject.kind(), plain(self.subject.name()))?;
        let what = self.change.to_string();
        if what.is_empty() { Ok(()) } else { write!(f, ": {what}") }
    }
}

impl fmt::Display for Change {
    /// What is done, without the subject. Empty when the sign says it all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        match self {
            Self::CreateRole { description, permissions } => {
                if !description.is_empty() {
                    parts.push(quoted(description));
                }
                parts.push(format!("allows {}", list(permissions)));
            }
            Self::ChangeRole { description, permissions } => {
                parts.extend(description.as_ref().map(|edit| edited("description", edit)));
                if let Some(Edit { from, to }) = permissions {
                    let from = from.as_deref().unwrap_or_default();
                    let added = to.iter().filter(|word| !from.contains(word)).map(|word| format!("+{}", plain(word)));
                    let gone = from.iter().filter(|word| !to.contains(word)).map(|word| format!("-{}", plain(word)));
                    parts.push(format!("permissions {}", added.chain(gone).collect::<Vec<_>>().join(" ")));
                }
            }
            Self::DeleteRole | Self::CreateGroup | Self::DeleteGroup { empty_first: false } => {}
            Self::DeleteGroup { empty_first: true } => parts.push("everybody leaves it first".to_owned()),
            Self::CreateUser { email, full_name, enabled, roles, groups } => {
                parts.extend(full_name.as_deref().map(quoted));
                parts.extend(email.as_deref().map(plain));
                if !roles.is_empty() {
                    parts.push(format!("roles {}", names(roles)));
                }
                if !groups.is_empty() {
                    parts.push(format!("groups {}", names(groups)));
                }
                if !enabled {
                    parts.push("disabled".to_owned());
                }
            }
            Self::ChangeUser { user_name, email, full_name } => {
                parts.extend(user_name.as_ref().map(|edit| edited("user name", edit)));
                parts.extend(email.as_ref().map(|edit| edited("e-mail address", edit)));
                parts.extend(full_name.as_ref().map(|edit| edited("full name", edit)));
            }
            Self::SetSignIn { password, api_keys, saml } => {
                for (way, edit) in [("password", password), ("API keys", api_keys), ("SAML", saml)] {
                    let word = |edit: &Edit<bool>| if edit.to { "opened" } else { "closed" };
                    parts.extend(edit.as_ref().map(|edit| format!("sign-in by {way} {}", word(edit))));
                }
            }
            Self::ReplaceKeys => parts.push("API keys replaced by others that nobody gets".to_owned()),
            Self::SetRoles { from, to } => {
                let from = from.as_deref().map_or_else(|| "?".to_owned(), names);
                parts.push(format!("roles {from} -> {}", names(to)));
            }
            Self::JoinGroup { group } => parts.push(format!("joins group {}", plain(&group.name))),
            Self::LeaveGroup { group } => parts.push(format!("leaves group {}", plain(&group.name))),
            Self::SetEnabled(Edit { to, .. }) => parts.push(if *to { "enabled" } else { "disabled" }.to_owned()),
            Self::DeleteUser { successor } => {
                parts.push("deleted".to_owned());
                parts.extend(
                    successor.as_ref().map(|successor| format!("what it owns goes to {}", plain(&successor.name))),
                );
            }
        }
        f.write_str(&parts.join(", "))
    }
}

fn edited(field: &str, Edit { from, to }: &Edit<String>) -> String {
    match from {
        Some(from) => format!("{field} {} -> {}", quoted(from), quoted(to)),
        None => format!("{field} -> {}", quoted(to)),
    }
}

fn names<K>(named: &[Named<K>]) -> String {
    if named.is_empty() {
        return "none".to_owned();
    }
    named.iter().map(|named| plain(&named.name)).collect::<Vec<_>>().join(", ")
}

fn list(words: &[String]) -> String {
    if words.is_empty() {
        return "nothing".to_owned();
    }
    words.iter().map(|word| plain(word)).collect::<Vec<_>>().join(" ")
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// A name without what could steer a terminal or pretend to be another line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
