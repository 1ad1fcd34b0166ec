//! Security Center in the common form.

use super::{
    Group, GroupReference, LastTime, OriginalGroup, OriginalRole, OriginalUser, Role, RoleReference, SignIn, User,
    full_name,
};
use crate::security_center::{self, AuthType, CurrentUser, GroupId, Reference, RoleId, UserAddress};
use crate::{Known, Product, Timestamp};

/// Roles that the product brings are numbered up to this. Source: vendor's API pages, source of an existing client.
const LAST_SYSTEM_ROLE: RoleId = RoleId(7);
/// Custom roles are numbered from this. Source: recorded exchanges.
const FIRST_CUSTOM_ROLE: RoleId = RoleId(1_000_001);

impl From<security_center::User> for User {
    /// The key is the number in the caller's own organization: an answer does not say of which organization it is. Who reads the users of
    /// another organization sets [`key`](User::key).
    fn from(user: security_center::User) -> Self {
        let api_keys = user.api_keys.as_ref().map(|keys| !keys.is_empty());
        Self {
            user_name: user.username.clone().into(),
            full_name: full_name(user.firstname.as_deref(), user.lastname.as_deref()).into(),
            email: user.email.clone().into(),
            roles: roles(user.role.as_ref()),
            groups: groups(user.group.as_ref(), user.is_administrator()),
            last_sign_in: last_login(user.last_login, user.lacks("lastLogin")),
            sign_in: SignIn {
                client_certificate: certificate(user.fingerprint.as_deref()),
                api_keys: api_keys.into(),
                ..sign_in(user.auth_type.as_ref())
            },
            ..kept(user.id, user.locked, OriginalUser::SecurityCenter(Box::new(user.clone())))
        }
    }
}

impl From<CurrentUser> for User {
    fn from(user: CurrentUser) -> Self {
        Self {
            user_name: user.username.clone().into(),
            full_name: full_name(user.firstname.as_deref(), user.lastname.as_deref()).into(),
            email: user.email.clone().into(),
            roles: roles(user.role.as_ref()),
            groups: groups(user.group.as_ref(), user.is_administrator()),
            last_sign_in: last_login(user.last_login, user.lacks("lastLogin")),
            sign_in: SignIn {
                client_certificate: certificate(user.fingerprint.as_deref()),
                ..sign_in(user.auth_type.as_ref())
            },
            ..kept(user.id, user.locked, OriginalUser::SecurityCenterCurrent(Box::new(user.clone())))
        }
    }
}

/// What holds for every account.
///
/// A lock is set by hand and by failed attempts, and nothing tells which it was. No lock is neither.
fn kept(id: security_center::UserId, locked: Option<bool>, original: OriginalUser) -> User {
    User {
        enabled: locked.map(|locked| !locked).into(),
        locked_out: locked.filter(|locked| !locked).into(),
        last_api_use: Known::NotKept,
        second_factor: Known::NotKept,
        ..User::untold(UserAddress::Own(id).into(), original)
    }
}

fn roles(role: Option<&Reference>) -> Known<Vec<RoleReference>> {
    let reference = |role: &Reference| {
        let id = role.id.get()?;
        Some(RoleReference::new(RoleId(id), role.name.clone()))
    };
    Known::from(role).map(|role| reference(role).into_iter().collect())
}

fn groups(group: Option<&Reference>, administrator: Option<bool>) -> Known<Vec<GroupReference>> {
    let reference = |group: &Reference| {
        let id = group.id.get()?;
        Some(GroupReference::new(GroupId(id), group.name.clone()))
    };
    match group {
        None if administrator == Some(true) => Known::Value(Vec::new()),
        group => Known::from(group).map(|group| reference(group).into_iter().collect()),
    }
}

fn last_login(time: Option<Timestamp>, lacking: bool) -> Known<LastTime> {
    match time {
        Some(time) => Known::Value(LastTime::At(time)),
        None if lacking => Known::NotTold,
        None => Known::Value(LastTime::Never),
    }
}

/// That there is no certificate is told by null, which reads as a field that is missing.
fn certificate(fingerprint: Option<&str>) -> Known<bool> {
    Known::from(fingerprint).map(|fingerprint| !fingerprint.is_empty())
}

fn sign_in(auth_type: Option<&AuthType>) -> SignIn {
    let known = |password: bool, saml: bool, ldap: bool, other_account: bool| SignIn {
        password: Known::Value(password),
        saml: Known::Value(saml),
        ldap: Known::Value(ldap),
        other_account: Known::Value(other_account),
        ..SignIn::default()
    };
    match auth_type {
        None => SignIn::default(),
        Some(AuthType::Tns) => known(true, false, false, false),
        Some(AuthType::Saml) => known(false, true, false, false),
        Some(AuthType::Ldap) => known(false, false, true, false),
        Some(AuthType::Linked) => known(false, false, false, true),
        Some(other) => SignIn { other: Some(other.as_str().to_owned()), ..SignIn::default() },
    }
}

impl From<security_center::Role> for Role {
    fn from(role: security_center::Role) -> Self {
        let predefined = match role.id {
            id if id <= LAST_SYSTEM_ROLE => Known::Value(true),
            id if id >= FIRST_CUSTOM_ROLE => Known::Value(false),
            _ => Known::NotTold,
        };
        Self {
            product: Product::SecurityCenter,
            key: role.id.into(),
            name: role.name.clone().into(),
            description: role.description.clone().into(),
            permissions: permissions(&role).into(),
            predefined,
            original: OriginalRole::SecurityCenter(Box::new(role)),
        }
    }
}

/// The flags that are set, and which scans are allowed. Lists hold neither unless they are asked for.
fn permissions(role: &security_center::Role) -> Option<Vec<String>> {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(role) else { return None };
    if !fields.keys().any(|name| name.starts_with("perm")) {
        return None;
    }
    let scan = role.perm_scan.as_ref().filter(|scan| **scan != security_center::ScanPermission::None);
    let mut words = role.granted();
    words.extend(scan.map(|scan| format!("permScan:{scan}")));
    words.sort();
    Some(words)
}

impl From<security_center::Group> for Group {
    fn from(group: security_center::Group) -> Self {
        let listed = group.users.as_ref().map(|users| users.len() as u64);
        Self {
            product: Product::SecurityCenter,
            key: group.id.into(),
            name: group.name.clone().into(),
            description: group.description.clone().into(),
            member_count: group.user_count.or(listed).into(),
            managed_by_saml: Known::NotKept,
            fixed: Known::NotKept,
            original: OriginalGroup::SecurityCenter(Box::new(group)),
        }
    }
}
