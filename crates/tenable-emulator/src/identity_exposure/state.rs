//! Everything an instance remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::accounts::Accounts;
use crate::secrets::Password;

/// The role that may do everything.
pub(super) const GLOBAL_ADMINISTRATOR: u64 = 1;
/// The profile that every instance has.
pub(super) const BUILT_IN_PROFILE: u64 = 1;
/// The account that an instance starts with.
pub(super) const DEFAULT_ADMINISTRATOR: u64 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) accounts: Accounts,
    pub(super) roles: BTreeMap<u64, Role>,
    pub(super) last_role_id: u64,
    pub(super) profiles: BTreeMap<u64, Profile>,
    pub(super) last_profile_id: u64,
    pub(super) lockout_policy: LockoutPolicy,
    pub(super) application_settings: ApplicationSettings,
    pub(super) ldap_configuration: Map<String, Value>,
    pub(super) saml_configuration: Map<String, Value>,
    pub(super) license: License,
    pub(super) reset_tokens: BTreeMap<String, ResetToken>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) surname: Option<String>,
    pub(super) email: String,
    pub(super) identifier: String,
    pub(super) provider: String,
    pub(super) roles: Vec<u64>,
    pub(super) eula_version: u64,
    pub(super) active: bool,
    pub(super) department: Option<String>,
    pub(super) biography: Option<String>,
    pub(super) picture: Option<Value>,
    pub(super) internal: bool,
    /// None for accounts that sign in elsewhere.
    pub(super) password: Option<Password>,
    pub(super) api_key: String,
    pub(super) language: String,
    pub(super) preferred_profile_id: u64,
    /// Times of the failed logins that still count, in milliseconds since the epoch.
    pub(super) failed_logins: Vec<u64>,
    /// End of the lock-out in milliseconds since the epoch; `u64::MAX` for one that only an administrator ends.
    pub(super) locked_until: Option<u64>,
}

impl User {
    pub(super) fn is_local(&self) -> bool {
        self.provider == "tenable"
    }

    pub(super) fn is_global_administrator(&self) -> bool {
        self.roles.contains(&GLOBAL_ADMINISTRATOR)
    }

    pub(super) fn is_locked(&self, policy: &LockoutPolicy, now: u64) -> bool {
        policy.enabled && self.locked_until.is_some_and(|until| now < until)
    }

    pub(super) fn unlock(&mut self) {
        self.locked_until = None;
        self.failed_logins.clear();
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) permissions: Vec<Permission>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Permission {
    pub(super) entity_name: String,
    pub(super) action: String,
    pub(super) entity_ids: Option<Vec<String>>,
    pub(super) dynamic_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Profile {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) deleted: bool,
    pub(super) directories: Vec<Value>,
    pub(super) dirty: bool,
    pub(super) has_ever_been_committed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LockoutPolicy {
    pub(super) enabled: bool,
    /// Seconds.
    pub(super) lockout_duration: u64,
    pub(super) failed_attempt_threshold: u64,
    /// Seconds.
    pub(super) failed_attempt_period: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationSettings {
    pub(super) default_role_ids: Vec<u64>,
    pub(super) default_profile_id: u64,
    /// The settings that nothing in the emulator depends on, as they go over the wire.
    pub(super) other: Map<String, Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct License {
    pub(super) customer_name: String,
    pub(super) max_active_user_count: u64,
    /// Milliseconds since the epoch.
    pub(super) expires: u64,
    pub(super) in_app_eula: bool,
    pub(super) kind: String,
    pub(super) container_uuid: Option<String>,
    pub(super) activation_code: Option<String>,
    pub(super) product_association: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetToken {
    pub(super) user_id: u64,
    /// Milliseconds since the epoch.
    pub(super) expires: u64,
}
