//! Identity Exposure in the common form.

use serde::de::Error as _;

use super::{LastTime, OriginalRole, OriginalUser, Role, RoleReference, SignIn, User, full_name};
use crate::identity_exposure::{self, Permission, Provider, UserInfo};
use crate::{Known, Product};

impl From<identity_exposure::User> for User {
    fn from(user: identity_exposure::User) -> Self {
        let told = |name: &str, text: &String| told(user.lacks(name), text);
        let role = |id: &identity_exposure::RoleId| RoleReference::new(*id, None);
        let roles = if user.lacks("roles") { None } else { Some(user.roles.iter().map(role).collect()) };
        let name = (!user.lacks("name")).then_some(user.name.as_str());
        Self {
            user_name: told("email", &user.email),
            full_name: full_name(name, user.surname.as_deref()).into(),
            email: told("email", &user.email),
            enabled: user.active.into(),
            locked_out: (!user.lacks("lockedOut")).then_some(user.locked_out).into(),
            roles: Known::from(roles),
            sign_in: sign_in(&user.provider),
            ..kept(user.id, OriginalUser::IdentityExposure(Box::new(user.clone())))
        }
    }
}

impl From<UserInfo> for User {
    fn from(user: UserInfo) -> Self {
        let told = |name: &str, text: &String| told(user.lacks(name), text);
        let role = |role: &identity_exposure::Role| RoleReference::new(role.id, name_of(role));
        let roles = if user.lacks("roles") { None } else { Some(user.roles.iter().map(role).collect()) };
        let name = (!user.lacks("name")).then_some(user.name.as_str());
        Self {
            user_name: told("email", &user.email),
            full_name: full_name(name, user.surname.as_deref()).into(),
            email: told("email", &user.email),
            enabled: user.active.into(),
            locked_out: user.locked_out.into(),
            roles: Known::from(roles),
            sign_in: sign_in(&user.provider),
            ..kept(user.id, OriginalUser::IdentityExposureInfo(Box::new(user.clone())))
        }
    }
}

/// What holds for every account.
fn kept(id: identity_exposure::UserId, original: OriginalUser) -> User {
    User {
        groups: Known::NotKept,
        last_sign_in: Known::<LastTime>::NotKept,
        last_api_use: Known::NotKept,
        second_factor: Known::NotKept,
        ..User::untold(id.into(), original)
    }
}

fn told(lacking: bool, text: &str) -> Known<String> {
    if lacking { Known::NotTold } else { Known::Value(text.to_owned()) }
}

fn name_of(role: &identity_exposure::Role) -> Known<String> {
    told(role.lacks("name"), &role.name)
}

/// An account signs in at one place. Whether it holds an API key is told nowhere.
fn sign_in(provider: &Provider) -> SignIn {
    let at = |place: bool| Known::Value(place);
    let known = SignIn {
        password: at(matches!(provider, Provider::Tenable | Provider::Alsid)),
        saml: at(*provider == Provider::Saml),
        ldap: at(*provider == Provider::Ldap),
        other_account: at(*provider == Provider::Tone),
        client_certificate: Known::NotKept,
        api_keys: Known::NotTold,
        other: None,
    };
    match provider {
        Provider::Other(word) => SignIn {
            client_certificate: Known::NotKept,
            other: Some(word.clone()).filter(|word| !word.is_empty()),
            ..SignIn::default()
        },
        _ => known,
    }
}

impl From<identity_exposure::Role> for Role {
    fn from(role: identity_exposure::Role) -> Self {
        let permissions = role.permissions.iter().map(Permission::word).collect();
        Self {
            product: Product::IdentityExposure,
            key: role.id.into(),
            name: name_of(&role),
            description: told(role.lacks("description"), &role.description),
            permissions: if role.lacks("permissions") { Known::NotTold } else { Known::Value(permissions) },
            // The product has roles of its own and marks none.
            predefined: Known::NotTold,
            original: OriginalRole::IdentityExposure(Box::new(role)),
        }
    }
}

impl Permission {
    /// The permission as one word: `dashboard:read`, or its JSON when it holds more than a kind of entity and an action.
    ///
    /// ```
    /// use tenable_model::identity_exposure::Permission;
    ///
    /// let read = Permission::new("dashboard", "read");
    /// assert_eq!(read.word(), "dashboard:read");
    /// assert_eq!(Permission::from_word(&read.word())?, read);
    ///
    /// let one = read.entity_ids(["5"]);
    /// assert_eq!(one.word(), r#"{"entityName":"dashboard","action":"read","entityIds":["5"]}"#);
    /// assert_eq!(Permission::from_word(&one.word())?, one);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn word(&self) -> String {
        let short = self.entity_ids.is_none()
            && self.dynamic_id.is_none()
            && self.extra.is_empty()
            && !self.entity_name.contains(':')
            && !self.entity_name.trim_start().starts_with('{');
        if short {
            return format!("{}:{}", self.entity_name, self.action);
        }
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The permission of a [`word`](Self::word).
    ///
    /// Fails for a text that is neither two words with a colon between nor the JSON of a permission, which names entity and action.
    pub fn from_word(word: &str) -> Result<Self, serde_json::Error> {
        match word.split_once(':') {
            Some((entity_name, action)) if !word.trim_start().starts_with('{') => Ok(Self::new(entity_name, action)),
            _ => {
                let permission: Self = serde_json::from_str(word)?;
                match ["entityName", "action"].into_iter().find(|name| permission.lacks(name)) {
                    Some(name) => Err(serde_json::Error::missing_field(name)),
                    None => Ok(permission),
                }
            }
        }
    }
}
