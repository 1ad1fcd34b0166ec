//! Roles and groups, and who has them.

use std::collections::HashMap;
use std::hash::Hash;

use tenable_api::model::shared::{GroupKey, RoleKey, User, UserKey};

use super::people::Place;
use super::{ReviewedGroup, ReviewedRole};

/// All roles of a tenant, by name and key.
pub(super) fn roles(place: &Place<'_>) -> Vec<ReviewedRole> {
    let snapshot = place.snapshot;
    let key_of = |user: &User| -> Option<Vec<RoleKey>> {
        let key = |role| place.strengths.listed_key(role).cloned();
        Some(user.roles.value()?.iter().filter_map(key).collect())
    };
    let (mut members, members_complete) = members(&snapshot.users, key_of);
    let mut roles: Vec<ReviewedRole> = snapshot
        .roles
        .iter()
        .map(|role| {
            let judgement = place.strengths.judgement(&role.key);
            let mut permissions = role.permissions.value().cloned();
            if let Some(permissions) = &mut permissions {
                permissions.sort();
            }
            ReviewedRole {
                tenant: snapshot.tenant.clone(),
                product: snapshot.product().command().to_owned(),
                key: role.key.clone(),
                name: role.name.value().cloned().unwrap_or_else(|| role.key.to_string()),
                description: role.description.value().cloned(),
                permissions,
                predefined: role.predefined.value().copied(),
                administrator: judgement.administrator(),
                administrator_by: judgement.why().map(str::to_owned),
                members: members.remove(&role.key).unwrap_or_default(),
                members_complete,
            }
        })
        .collect();
    roles.sort_by_cached_key(|role| (role.name.clone(), role.key.to_string()));
    roles
}

/// All groups of a tenant, by name and key.
pub(super) fn groups(place: &Place<'_>) -> Vec<ReviewedGroup> {
    let snapshot = place.snapshot;
    let key_of = |user: &User| -> Option<Vec<GroupKey>> {
        Some(user.groups.value()?.iter().map(|group| group.key.clone()).collect())
    };
    let (mut members, members_complete) = members(&snapshot.users, key_of);
    let mut groups: Vec<ReviewedGroup> = snapshot
        .groups
        .iter()
        .map(|group| ReviewedGroup {
            tenant: snapshot.tenant.clone(),
            product: snapshot.product().command().to_owned(),
            key: group.key.clone(),
            name: group.name.value().cloned().unwrap_or_else(|| group.key.to_string()),
            description: group.description.value().cloned(),
            member_count: group.member_count.value().copied(),
            fixed: group.fixed.value().copied(),
            managed_by_saml: group.managed_by_saml.value().copied(),
            members: members.remove(&group.key).unwrap_or_default(),
            members_complete,
        })
        .collect();
    groups.sort_by_cached_key(|group| (group.name.clone(), group.key.to_string()));
    groups
}

/// Who has what, each in order of keys, and whether every account tells what it has.
fn members<K: Eq + Hash>(
    users: &[User],
    keys_of: impl Fn(&User) -> Option<Vec<K>>,
) -> (HashMap<K, Vec<UserKey>>, bool) {
    let mut members: HashMap<K, Vec<UserKey>> = HashMap::new();
    let mut complete = true;
    for user in users {
        match keys_of(user) {
            Some(keys) => {
                for key in keys {
                    members.entry(key).or_default().push(user.key.clone());
                }
            }
            None => complete = false,
        }
    }
    for keys in members.values_mut() {
        keys.sort_by_cached_key(ToString::to_string);
        keys.dedup();
    }
    (members, complete)
}
