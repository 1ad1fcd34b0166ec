//! Everything an instance remembers, its sessions excepted.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::accounts::Accounts;
use crate::secrets::{self, Password};

/// The pseudo organization of the administrators.
pub(super) const ADMINISTRATION: u64 = 0;
/// The first user of an organization, who cannot be deleted.
pub(super) const FIRST_USER: u64 = 1;
/// What users fall to whose role is deleted.
pub(super) const NO_ROLE: u64 = 0;
pub(super) const ADMINISTRATOR: u64 = 1;
pub(super) const SECURITY_MANAGER: u64 = 2;
/// The group that every organization has.
pub(super) const FULL_ACCESS: u64 = 0;
/// In a list of managed groups: all of them.
pub(super) const ALL_GROUPS: i64 = -1;
/// Stands for an id that is not set.
pub(super) const UNSET: i64 = -1;
/// The asset list of everything, which every organization has.
pub(super) const ALL_ASSETS: u64 = 0;
/// The `authType` of an organization user who is an administrator's second account.
pub(super) const LINKED: &str = "linked";

/// Fields of a user, an organization or both that are plain text.
pub(super) const NAMES: [&str; 3] = ["firstname", "lastname", "title"];
pub(super) const CONTACT: [&str; 7] = ["email", "address", "city", "state", "country", "phone", "fax"];

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    /// Of the instance, in lower case.
    pub(super) uuid: String,
    pub(super) accounts: Accounts,
    pub(super) roles: BTreeMap<u64, Role>,
    pub(super) last_role_id: u64,
    pub(super) organizations: BTreeMap<u64, Organization>,
    pub(super) last_organization_id: u64,
    /// What belongs to no organization: repositories, LDAP servers and so on.
    pub(super) objects: Catalog,
}

/// A user, worldwide: ids are unique per organization only.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub(super) struct AccountId {
    pub(super) organization: u64,
    pub(super) id: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) account: AccountId,
    pub(super) uuid: String,
    pub(super) username: String,
    pub(super) status: String,
    /// [`NAMES`] and [`CONTACT`].
    pub(super) texts: BTreeMap<String, String>,
    /// Times are in seconds since the epoch; 0 stands for never.
    pub(super) created: u64,
    pub(super) modified: u64,
    pub(super) last_login: u64,
    pub(super) last_login_ip: String,
    pub(super) last_failed_login: u64,
    pub(super) failed_login_ip: String,
    pub(super) failed_logins: u64,
    pub(super) must_change_password: bool,
    pub(super) locked: bool,
    pub(super) auth_type: String,
    pub(super) fingerprint: Option<String>,
    /// For an account that signs in elsewhere: what the directory knows.
    pub(super) password: Option<Password>,
    pub(super) password_set: u64,
    pub(super) password_expires: bool,
    /// Days.
    pub(super) password_expiration: Option<u64>,
    pub(super) password_expiration_override: bool,
    pub(super) ldap: Option<u64>,
    pub(super) ldap_username: String,
    pub(super) managed_users_groups: Vec<i64>,
    pub(super) managed_objects_groups: Vec<i64>,
    pub(super) preferences: Vec<Preference>,
    pub(super) role: u64,
    pub(super) responsible_asset: i64,
    /// None for administrators.
    pub(super) group: Option<u64>,
    /// The administrator that a linked user hangs on.
    pub(super) parent: Option<u64>,
    pub(super) keys: Option<KeyPair>,
}

impl User {
    /// A local user without anything but a role; the uuid is fresh.
    pub(super) fn new(account: AccountId, username: String, role: u64, now: u64) -> Self {
        Self {
            account,
            uuid: random_uuid(),
            username,
            status: "0".to_owned(),
            texts: BTreeMap::new(),
            created: now,
            modified: now,
            last_login: 0,
            last_login_ip: String::new(),
            last_failed_login: 0,
            failed_login_ip: String::new(),
            failed_logins: 0,
            must_change_password: false,
            locked: false,
            auth_type: "tns".to_owned(),
            fingerprint: None,
            password: None,
            password_set: now,
            password_expires: false,
            password_expiration: None,
            password_expiration_override: false,
            ldap: None,
            ldap_username: String::new(),
            managed_users_groups: Vec::new(),
            managed_objects_groups: Vec::new(),
            preferences: Vec::new(),
            role,
            responsible_asset: UNSET,
            group: None,
            parent: None,
            keys: None,
        }
    }

    pub(super) fn is_administrator(&self) -> bool {
        self.account.organization == ADMINISTRATION
    }

    pub(super) fn is_linked(&self) -> bool {
        self.auth_type == LINKED
    }

    /// Whether the password is checked here, rather than by a directory or an identity provider.
    pub(super) fn has_local_password(&self) -> bool {
        !matches!(self.auth_type.as_str(), "ldap" | "saml" | LINKED)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Preference {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) tag: String,
}

/// An API key.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KeyPair {
    /// Names the key: 32 lower-case hexadecimal characters.
    pub access_key: String,
    /// Proves it: 32 more.
    pub secret_key: String,
}

impl std::fmt::Debug for KeyPair {
    /// Masks both.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeyPair").field("access_key", &"***").field("secret_key", &"***").finish()
    }
}

impl KeyPair {
    pub(super) fn random() -> Self {
        Self { access_key: secrets::random_hex::<16>(), secret_key: secrets::random_hex::<16>() }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) creator: AccountId,
    /// 0 for the roles that come with the product.
    pub(super) created: u64,
    pub(super) modified: u64,
    /// The permissions granted, by their names on the wire.
    pub(super) flags: BTreeSet<String>,
    pub(super) scan: Scan,
}

/// The values of `permScan`, from the least.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scan {
    None,
    Policy,
    Full,
}

impl Scan {
    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::Policy, Self::Full].into_iter().find(|scan| scan.name() == text)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Policy => "policy",
            Self::Full => "full",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organization {
    pub(super) id: u64,
    pub(super) uuid: String,
    /// Name, description, contact and network, as they go over the wire.
    pub(super) texts: BTreeMap<String, String>,
    pub(super) created: u64,
    pub(super) modified: u64,
    /// Arrays, as they go over the wire, with ids alone where they refer to objects of the instance.
    pub(super) arrays: Map<String, Value>,
    pub(super) password_expires: bool,
    /// Days.
    pub(super) password_expiration: u64,
    pub(super) groups: BTreeMap<u64, Group>,
    pub(super) last_group_id: u64,
    pub(super) objects: Catalog,
}

impl Organization {
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The ids in an array of references.
    pub(super) fn ids(&self, array: &str) -> impl Iterator<Item = u64> {
        let entries = self.arrays.get(array).and_then(Value::as_array).into_iter().flatten();
        entries.filter_map(|entry| entry.get("id")?.as_u64())
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) created: u64,
    pub(super) modified: u64,
    pub(super) create_default_objects: bool,
    /// Whether the sample content is there already.
    pub(super) has_default_objects: bool,
    /// Ids of objects, by the name of the field.
    pub(super) lists: BTreeMap<String, Vec<u64>>,
}

impl Group {
    pub(super) fn list(&self, name: &str) -> &[u64] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Objects by resource, such as `assets`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Catalog(BTreeMap<String, BTreeMap<u64, Object>>);

/// Something that users own, share or refer to. The emulator serves it only where it stands in a user, group or organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Object {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: String,
    /// The kind of an asset list, such as `static`; empty elsewhere.
    pub(super) kind: String,
    /// The user of the organization whom it belongs to; none for what comes with the product.
    pub(super) owner: Option<u64>,
}

impl Catalog {
    pub(super) fn get(&self, resource: &str, id: u64) -> Option<&Object> {
        self.0.get(resource)?.get(&id)
    }

    /// Adds an object and gives its id.
    pub(super) fn add(&mut self, resource: &str, name: &str, kind: &str, owner: Option<u64>) -> u64 {
        let objects = self.0.entry(resource.to_owned()).or_default();
        let id = objects.last_key_value().map_or(1, |(last, _)| last + 1);
        self.put(
            resource,
            Object { id, name: name.to_owned(), description: String::new(), kind: kind.to_owned(), owner },
        );
        id
    }

    pub(super) fn put(&mut self, resource: &str, object: Object) {
        self.0.entry(resource.to_owned()).or_default().insert(object.id, object);
    }

    /// Hands a user's objects to another.
    pub(super) fn migrate(&mut self, from: u64, to: u64) {
        for object in self.0.values_mut().flat_map(BTreeMap::values_mut).filter(|object| object.owner == Some(from)) {
            object.owner = Some(to);
        }
    }

    /// Removes a user's objects.
    pub(super) fn remove_of(&mut self, owner: u64) {
        self.0.values_mut().for_each(|objects| objects.retain(|_, object| object.owner != Some(owner)));
    }
}

/// A fresh uuid in the form of users: upper case.
pub(super) fn random_uuid() -> String {
    let mut bytes = secrets::random::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = secrets::hex(&bytes).to_uppercase();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
