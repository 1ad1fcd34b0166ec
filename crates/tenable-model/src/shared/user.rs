use serde::ser::{SerializeMap as _, SerializeStruct};
use serde::{Serialize, Serializer};

use super::known::Gaps;
use super::{GroupKey, LastTime, RoleKey, SignIn, UserKey};
use crate::{Known, Product, identity_exposure, security_center, vulnerability_management};

/// A user account of any product: who, where, in what state, with which roles and groups, when last seen, and how it signs in.
///
/// Made from what a product answers by `From`, which never fails and drops nothing: the product's own value is in
/// [`original`](Self::original). What the answer does not say and what the product does not have are told apart; see [`Known`].
///
/// ```
/// use tenable_model::{Known, identity_exposure, shared};
///
/// let answer = r#"{"id": 7, "name": "Ann", "surname": "Lee", "email": "ann@example.com", "active": true, "roles": [2]}"#;
/// let user: identity_exposure::User = serde_json::from_str(answer)?;
/// let user = shared::User::from(user);
/// assert_eq!(user.key.to_string(), "ie:7");
/// assert_eq!(user.full_name, Known::Value("Ann Lee".to_owned()));
/// assert_eq!(user.enabled, Known::Value(true));
/// assert_eq!(user.groups, Known::NotKept, "Identity Exposure has no groups");
/// assert!(user.unknown().contains(&"locked_out"), "the answer does not say");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct User {
    /// The product that has the account.
    pub product: Product,
    /// Which account.
    pub key: UserKey,
    /// The name that the account signs in with. In Identity Exposure the e-mail address, in Vulnerability Management one by form.
    pub user_name: Known<String>,
    /// First and last name as one text. Empty when the account has none.
    pub full_name: Known<String>,
    /// E-mail address. Empty when the account has none.
    pub email: Known<String>,
    /// Whether the account may sign in as far as administrators have a say. In Security Center the opposite of `locked`, which is set by
    /// hand and by failed attempts alike.
    pub enabled: Known<bool>,
    /// Whether failed attempts to sign in have locked the account.
    pub locked_out: Known<bool>,
    /// The roles of the account.
    pub roles: Known<Vec<RoleReference>>,
    /// The groups of the account.
    pub groups: Known<Vec<GroupReference>>,
    /// When the user signed in last.
    pub last_sign_in: Known<LastTime>,
    /// When the account's API keys were used last.
    pub last_api_use: Known<LastTime>,
    /// The ways to sign in.
    pub sign_in: SignIn,
    /// Whether a second factor is asked for when the user signs in with a password.
    pub second_factor: Known<bool>,
    /// The product's own value, whole.
    pub original: OriginalUser,
}

/// A role that an account has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleReference {
    /// Which role.
    pub key: RoleKey,
    /// Its name.
    pub name: Known<String>,
}

impl Serialize for RoleReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_reference(&self.key, &self.name, serializer)
    }
}

/// A group that an account is in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupReference {
    /// Which group.
    pub key: GroupKey,
    /// Its name.
    pub name: Known<String>,
}

impl Serialize for GroupReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_reference(&self.key, &self.name, serializer)
    }
}

fn write_reference<S: Serializer>(
    key: &impl Serialize,
    name: &Known<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("key", key)?;
    map.serialize_entry("name", name)?;
    map.end()
}

/// What a [`User`] was made from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OriginalUser {
    /// A user of Identity Exposure.
    IdentityExposure(Box<identity_exposure::User>),
    /// The calling user of Identity Exposure.
    IdentityExposureInfo(Box<identity_exposure::UserInfo>),
    /// A user of Security Center.
    SecurityCenter(Box<security_center::User>),
    /// The calling user of Security Center.
    SecurityCenterCurrent(Box<security_center::CurrentUser>),
    /// A user of Vulnerability Management.
    VulnerabilityManagement(Box<vulnerability_management::User>),
    /// A member of a group of Vulnerability Management.
    VulnerabilityManagementMember(Box<vulnerability_management::GroupMember>),
    /// The calling user of Vulnerability Management.
    VulnerabilityManagementCurrent(Box<vulnerability_management::CurrentUser>),
}

impl Serialize for OriginalUser {
    /// As the product writes it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::IdentityExposure(original) => original.serialize(serializer),
            Self::IdentityExposureInfo(original) => original.serialize(serializer),
            Self::SecurityCenter(original) => original.serialize(serializer),
            Self::SecurityCenterCurrent(original) => original.serialize(serializer),
            Self::VulnerabilityManagement(original) => original.serialize(serializer),
            Self::VulnerabilityManagementMember(original) => original.serialize(serializer),
            Self::VulnerabilityManagementCurrent(original) => original.serialize(serializer),
        }
    }
}

impl RoleReference {
    /// A role by its key and, if it is told, its name.
    pub fn new(key: impl Into<RoleKey>, name: impl Into<Known<String>>) -> Self {
        Self { key: key.into(), name: name.into() }
    }
}

impl GroupReference {
    /// A group by its key and, if it is told, its name.
    pub fn new(key: impl Into<GroupKey>, name: impl Into<Known<String>>) -> Self {
        Self { key: key.into(), name: name.into() }
    }
}

impl User {
    /// An account of which nothing is told.
    pub(super) fn untold(key: UserKey, original: OriginalUser) -> Self {
        Self {
            product: key.product(),
            key,
            user_name: Known::NotTold,
            full_name: Known::NotTold,
            email: Known::NotTold,
            enabled: Known::NotTold,
            locked_out: Known::NotTold,
            roles: Known::NotTold,
            groups: Known::NotTold,
            last_sign_in: Known::NotTold,
            last_api_use: Known::NotTold,
            sign_in: SignIn::default(),
            second_factor: Known::NotTold,
            original,
        }
    }

    /// The facts that the answer does not tell and the product may have, by the names of the fields.
    pub fn unknown(&self) -> Vec<&'static str> {
        self.gaps().not_told
    }

    /// The facts that the product does not keep at all, by the names of the fields.
    pub fn not_kept(&self) -> Vec<&'static str> {
        self.gaps().not_kept
    }

    /// When the account was last used in any way that the product tells: signing in or an API key.
    ///
    /// At least then: of two ways, one may not be told. `Never` only when every way that the product keeps is told and never happened.
    pub fn last_seen(&self) -> Known<LastTime> {
        match (&self.last_sign_in, &self.last_api_use) {
            (Known::Value(sign_in), Known::Value(api)) => Known::Value(*sign_in.max(api)),
            (Known::Value(LastTime::Never), Known::NotTold) | (Known::NotTold, Known::Value(LastTime::Never)) => {
                Known::NotTold
            }
            (Known::Value(time), _) | (_, Known::Value(time)) => Known::Value(*time),
            (Known::NotKept, Known::NotKept) => Known::NotKept,
            _ => Known::NotTold,
        }
    }

    /// Whether the account can sign in now: enabled and not locked out. `None` when that is not told.
    pub fn can_sign_in(&self) -> Option<bool> {
        match (self.enabled.value(), self.locked_out.value()) {
            (Some(false), _) | (_, Some(true)) => Some(false),
            (Some(true), Some(false)) => Some(true),
            (Some(true), None) if self.locked_out.is_not_kept() => Some(true),
            _ => None,
        }
    }

    /// Whether the user name or the e-mail address is this text, both without surrounding white space and without regard to the case of
    /// ASCII letters. An empty text is nobody's.
    pub fn is_named(&self, name: &str) -> bool {
        let name = normalized(name);
        let is = |fact: &Known<String>| fact.value().is_some_and(|value| normalized(value) == name);
        !name.is_empty() && (is(&self.user_name) || is(&self.email))
    }

    fn gaps(&self) -> Gaps {
        let mut gaps = Gaps::default();
        gaps.note("user_name", &self.user_name);
        gaps.note("full_name", &self.full_name);
        gaps.note("email", &self.email);
        gaps.note("enabled", &self.enabled);
        gaps.note("locked_out", &self.locked_out);
        gaps.note("roles", &self.roles);
        gaps.note("groups", &self.groups);
        gaps.note("last_sign_in", &self.last_sign_in);
        gaps.note("last_api_use", &self.last_api_use);
        self.sign_in.note(&mut gaps);
        gaps.note("second_factor", &self.second_factor);
        gaps
    }
}

fn normalized(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

impl Serialize for User {
    /// An object with every fact as its value or null, the lists `not_told` and `not_kept` that say which nulls are which, and the
    /// product's own document in `original`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Gaps { not_told, not_kept } = self.gaps();
        let mut object = serializer.serialize_struct("User", 16)?;
        object.serialize_field("product", self.product.command())?;
        object.serialize_field("key", &self.key)?;
        object.serialize_field("user_name", &self.user_name)?;
        object.serialize_field("full_name", &self.full_name)?;
        object.serialize_field("email", &self.email)?;
        object.serialize_field("enabled", &self.enabled)?;
        object.serialize_field("locked_out", &self.locked_out)?;
        object.serialize_field("roles", &self.roles)?;
        object.serialize_field("groups", &self.groups)?;
        object.serialize_field("last_sign_in", &self.last_sign_in)?;
        object.serialize_field("last_api_use", &self.last_api_use)?;
        object.serialize_field("sign_in", &self.sign_in)?;
        object.serialize_field("second_factor", &self.second_factor)?;
        object.serialize_field("not_told", &not_told)?;
        object.serialize_field("not_kept", &not_kept)?;
        object.serialize_field("original", &self.original)?;
        object.end()
    }
}
