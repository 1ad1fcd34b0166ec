//! Whether what is there is what a change makes, or what it was planned on.

use std::fmt;

use tenable_api::model::Known;
use tenable_api::model::shared::{GroupKey, Role, RoleKey, User};

use crate::Snapshot;
use crate::aliases::normalized;
use crate::plan::{Change, Edit, Named};
use crate::planner::same_roles;

/// How what is there compares with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// It is as the change makes it.
    Yes,
    /// A field is something else.
    No(Difference),
    /// What a field is, is not told.
    Untold(&'static str),
}

/// A field that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) field: &'static str,
    pub(super) wanted: String,
    pub(super) got: String,
    /// Whether it is what the plan was made on.
    pub(super) as_planned: bool,
}

impl Holds {
    /// The first that does not hold, differences before gaps.
    fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::Yes;
        for part in parts {
            match part {
                Self::Yes => {}
                Self::No(found) => {
                    let all_as_planned = match &result {
                        Self::No(first) => first.as_planned && found.as_planned,
                        _ => found.as_planned,
                    };
                    let first = if let Self::No(first) = result { first } else { found };
                    result = Self::No(Difference { as_planned: all_as_planned, ..first });
                }
                Self::Untold(field) => {
                    if result == Self::Yes {
                        result = Self::Untold(field);
                    }
                }
            }
        }
        result
    }
}

fn fact<T: PartialEq + fmt::Debug + Clone>(
    field: &'static str,
    told: Known<T>,
    edit: &Edit<T>,
    same: impl Fn(&T, &T) -> bool,
) -> Holds {
    let Known::Value(got) = told else { return Holds::Untold(field) };
    if same(&got, &edit.to) {
        return Holds::Yes;
    }
    let as_planned = edit.from.as_ref().is_none_or(|from| same(from, &got));
    Holds::No(Difference { field, wanted: format!("{:?}", edit.to), got: format!("{got:?}"), as_planned })
}

fn flag(field: &'static str, told: Known<bool>, edit: Option<&Edit<bool>>) -> Holds {
    edit.map_or(Holds::Yes, |edit| fact(field, told, edit, PartialEq::eq))
}

fn text(field: &'static str, told: &Known<String>, edit: Option<&Edit<String>>, exact: bool) -> Holds {
    let same = |a: &String, b: &String| if exact { a.trim() == b.trim() } else { normalized(a) == normalized(b) };
    edit.map_or(Holds::Yes, |edit| fact(field, told.clone(), edit, same))
}

/// What was made, whatever was there before.
fn made<T>(to: T) -> Edit<T> {
    Edit { from: None, to }
}

/// How an account compares with a change of it. `enabled_later` says that a later step decides about the state.
pub(super) fn user(change: &Change, user: &User, snapshot: &Snapshot, enabled_later: bool) -> Holds {
    match change {
        Change::CreateUser { email, full_name, enabled, roles: given, groups } => {
            let groups = groups.iter().map(|group| in_group(user, group, true, snapshot));
            let email = email.clone().map(made);
            let full_name = full_name.clone().map(made);
            let parts = [
                text("email", &user.email, email.as_ref(), false),
                text("full_name", &user.full_name, full_name.as_ref(), true),
                if enabled_later { Holds::Yes } else { flag("enabled", user.enabled, Some(&made(*enabled))) },
                if given.is_empty() { Holds::Yes } else { roles(user, None, given, snapshot) },
            ];
            Holds::all(parts.into_iter().chain(groups))
        }
        Change::ChangeUser { user_name, email, full_name } => Holds::all([
            text("user_name", &user.user_name, user_name.as_ref(), false),
            text("email", &user.email, email.as_ref(), false),
            text("full_name", &user.full_name, full_name.as_ref(), true),
        ]),
        Change::SetSignIn { password, api_keys, saml } => Holds::all([
            flag("sign_in.password", user.sign_in.password, password.as_ref()),
            flag("sign_in.api_keys", user.sign_in.api_keys, api_keys.as_ref()),
            flag("sign_in.saml", user.sign_in.saml, saml.as_ref()),
        ]),
        Change::SetRoles { from, to } => roles(user, from.as_deref(), to, snapshot),
        Change::JoinGroup { group } => in_group(user, group, true, snapshot),
        Change::LeaveGroup { group } => in_group(user, group, false, snapshot),
        Change::SetEnabled(edit) => flag("enabled", user.enabled, Some(edit)),
        Change::ReplaceKeys => Holds::Untold("API keys"),
        _ => Holds::Untold("user"),
    }
}

fn roles(user: &User, from: Option<&[Named<RoleKey>]>, to: &[Named<RoleKey>], snapshot: &Snapshot) -> Holds {
    let Known::Value(told) = &user.roles else { return Holds::Untold("roles") };
    let got: Vec<Named<RoleKey>> = told.iter().map(|role| named_role(role, snapshot)).collect();
    let to: Vec<Named<RoleKey>> = to.iter().map(|role| resolved_role(role, snapshot)).collect();
    if same_roles(&got, &to) {
        return Holds::Yes;
    }
    let names = |roles: &[Named<RoleKey>]| {
        let mut names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        names.sort_unstable();
        format!("{names:?}")
    };
    let as_planned = from.is_none_or(|from| same_roles(from, &got));
    Holds::No(Difference { field: "roles", wanted: names(&to), got: names(&got), as_planned })
}

fn named_role(role: &tenable_api::model::shared::RoleReference, snapshot: &Snapshot) -> Named<RoleKey> {
    let name = match (snapshot.role(&role.key), role.name.value()) {
        (None, Some(name)) => name.clone(),
        _ => snapshot.role_name(&role.key),
    };
    Named::new(name, role.key.clone())
}

/// A role that the plan made has its key by now.
fn resolved_role(role: &Named<RoleKey>, snapshot: &Snapshot) -> Named<RoleKey> {
    let of_name = || snapshot.roles.iter().find(|other| other.name.value() == Some(&role.name));
    let key = role.key.clone().or_else(|| of_name().map(|role| role.key.clone()));
    Named::new(&role.name, key)
}

fn in_group(user: &User, group: &Named<GroupKey>, wanted: bool, snapshot: &Snapshot) -> Holds {
    let Known::Value(told) = &user.groups else { return Holds::Untold("groups") };
    let of_name = || snapshot.groups.iter().find(|other| other.name.value() == Some(&group.name));
    let key = group.key.clone().or_else(|| of_name().map(|group| group.key.clone()));
    let is_in = key.is_some_and(|key| told.iter().any(|group| group.key == key));
    if is_in == wanted {
        return Holds::Yes;
    }
    let word = |is_in: bool| format!("{} {:?}", if is_in { "in" } else { "not in" }, group.name);
    Holds::No(Difference { field: "groups", wanted: word(wanted), got: word(is_in), as_planned: true })
}

/// Whether a role is what is left when its creation was cut off between the call that makes it and the one that says what it allows.
pub(super) fn is_begun(change: &Change, role: &Role) -> bool {
    let Change::CreateRole { description, .. } = change else { return false };
    let empty = Change::CreateRole { description: description.clone(), permissions: Vec::new() };
    self::role(&empty, role) == Holds::Yes
}

/// How a role compares with a change of it.
pub(super) fn role(change: &Change, role: &Role) -> Holds {
    let words = |told: &Known<Vec<String>>| {
        told.as_ref().map(|words| {
            let mut words = words.clone();
            words.sort();
            words.dedup();
            words
        })
    };
    let allows = |edit: Option<&Edit<Vec<String>>>| {
        edit.map_or(Holds::Yes, |edit| fact("permissions", words(&role.permissions), edit, PartialEq::eq))
    };
    match change {
        Change::CreateRole { description, permissions } => Holds::all([
            text("description", &role.description, Some(&made(description.clone())), true),
            allows(Some(&made(permissions.clone()))),
        ]),
        Change::ChangeRole { description, permissions } => Holds::all([
            text("description", &role.description, description.as_ref(), true),
            allows(permissions.as_ref()),
        ]),
        _ => Holds::Untold("role"),
    }
}
