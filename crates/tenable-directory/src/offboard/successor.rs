//! Who gets what a deleted account owns.

use tenable_api::model::shared::{PlatformRole, RoleKey, User, UserKey};
use tenable_api::model::vulnerability_management::PredefinedRole;
use tenable_api::model::{Known, Product};

use super::accounts::bears;
use super::limits::{is_administrators, may_inherit_from_administrator, organization};
use crate::present::shown;
use crate::{Aliases, Snapshot};

/// The successor in one tenant, and what whoever reads the plan should know about it.
pub(super) struct Heir {
    pub(super) key: UserKey,
    pub(super) note: Option<String>,
}

/// The account that gets what `user` owns, if it can.
pub(super) fn heir(
    name: &str,
    user: &User,
    person: &str,
    snapshot: &Snapshot,
    aliases: &Aliases,
) -> Result<Heir, String> {
    let accounts = snapshot.accounts(person, aliases);
    let leaves = |heir: &User| accounts.iter().any(|account| account.key == heir.key);
    if aliases.person(name) == aliases.person(person) || accounts.iter().any(|account| bears(account, name)) {
        return Err(format!("the successor {name} is who leaves: name somebody else"));
    }
    let administrators = is_administrators(snapshot);
    let found = candidates(name, snapshot, aliases);
    let same_organization = |heir: &&User| !administrators || organization(&heir.key) == organization(&user.key);
    let found: Vec<&User> = found.into_iter().filter(same_organization).collect();
    let heir = match found[..] {
        [heir] => heir,
        [] if administrators => {
            return Err(format!("the successor {name} has no account in the organization of {}", user.key));
        }
        [] => return Err(format!("the successor {name} has no account here")),
        _ => {
            let names: Vec<String> = found.iter().map(|heir| format!("{} ({})", shown(heir), heir.key)).collect();
            return Err(format!(
                "the successor {name} could be any of {}: give the user name or key",
                names.join(", ")
            ));
        }
    };
    let shown = shown(heir);
    if leaves(heir) {
        return Err(format!("the successor {shown} is who leaves: name somebody else"));
    }
    if heir.enabled == Known::Value(false) {
        return Err(format!("the successor {shown} is disabled: enable the account, or name somebody else"));
    }
    if administrators && !may_inherit_from_administrator(heir) {
        return Err(format!("the successor {shown} must be a Security Manager where an administrator deletes"));
    }
    Ok(Heir { key: heir.key.clone(), note: note(heir, snapshot) })
}

fn candidates<'a>(name: &str, snapshot: &'a Snapshot, aliases: &Aliases) -> Vec<&'a User> {
    if let Ok(key) = name.parse::<UserKey>() {
        return snapshot.user(&key).into_iter().collect();
    }
    let own = |user: &&User| user.user_name.value().is_some_and(|own| own.trim().eq_ignore_ascii_case(name.trim()));
    let by_user_name: Vec<&User> = snapshot.users_named(name).filter(own).collect();
    if by_user_name.is_empty() { snapshot.accounts(name, aliases) } else { by_user_name }
}

/// What may keep the server from handing over. It then deletes nothing, and the account is left disabled.
fn note(heir: &User, snapshot: &Snapshot) -> Option<String> {
    let name = shown(heir);
    if heir.enabled.is_not_told() {
        return Some(format!("whether the successor {name} is enabled is not told"));
    }
    if snapshot.product() != Product::VulnerabilityManagement {
        return None;
    }
    // Which accounts may own something is not documented; these see and do not make.
    let sees_only = heir.roles.value()?.iter().find_map(|role| {
        let by_number = match &role.key {
            RoleKey::VulnerabilityManagement(PlatformRole::Predefined(role)) => role.name().map(str::to_owned),
            key => Some(snapshot.role_name(key)),
        };
        by_number.filter(|name| sees(name))
    });
    sees_only.map(|role| {
        format!(
            "the successor {name} has the role {role}, which makes no scans: the server may refuse to hand over, and then deletes nothing"
        )
    })
}

fn sees(role: &str) -> bool {
    [PredefinedRole::ReadOnly, PredefinedRole::Basic].iter().any(|known| known.name() == Some(role))
}
