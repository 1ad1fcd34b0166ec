use secrecy::SecretString;
use tenable_model::shared::{GroupKey, RoleKey};

/// Declares setters for fields that may stay unset.
macro_rules! setters {
    ($type:ident { $($(#[$meta:meta])* $field:ident: $argument:ty;)* }) => {
        impl $type {
            $(
                $(#[$meta])*
                #[must_use]
                pub fn $field(mut self, $field: $argument) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*
        }
    };
}

/// A user to create. It signs in with a password, and may do so at once unless [`enabled`](Self::enabled) says otherwise.
///
/// ```
/// use tenable_api::admin::NewUser;
///
/// let ann = NewUser::new("ann@example.com", "Violet-Harbor-42")
///     .full_name("Ann Lee")
///     .roles(["ie:2".parse::<tenable_model::shared::RoleKey>()?]);
/// assert!(ann.enabled);
/// assert!(!format!("{ann:?}").contains("Violet"));
/// # Ok::<(), tenable_model::shared::KeyError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewUser {
    /// The name to sign in with. In Identity Exposure and Vulnerability Management an e-mail address.
    pub user_name: String,
    /// The password. Each product has its own rule for one; the server is the authority.
    pub password: SecretString,
    /// E-mail address. Where it is not set, products whose user names are addresses take the user name.
    pub email: Option<String>,
    /// First and last name as one text. Products that keep them apart get them apart; see
    /// [`first_and_last_name`](tenable_model::shared::first_and_last_name). Identity Exposure needs one, and gets the user name where none is
    /// set.
    pub full_name: Option<String>,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// The roles. Empty for those that the product gives by itself; Security Center gives none, and needs one.
    pub roles: Vec<RoleKey>,
    /// The groups. In Security Center exactly one, except for administrators, who have none.
    pub groups: Vec<GroupKey>,
}

impl NewUser {
    /// With what must be there; the rest is set by the methods below.
    pub fn new(user_name: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self {
            user_name: user_name.into(),
            password: password.into(),
            email: None,
            full_name: None,
            enabled: true,
            roles: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Whether the user may sign in. True unless set.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// The roles.
    #[must_use]
    pub fn roles(mut self, roles: impl IntoIterator<Item = impl Into<RoleKey>>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// The groups.
    #[must_use]
    pub fn groups(mut self, groups: impl IntoIterator<Item = impl Into<GroupKey>>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }
}

setters! {
    NewUser {
        /// E-mail address.
        email: impl Into<String>;
        /// First and last name as one text.
        full_name: impl Into<String>;
    }
}

/// What to change of a user. What is not set is not sent, and stays.
///
/// ```
/// use tenable_api::admin::UserChange;
///
/// let change = UserChange::new().full_name("Ann van der Lee");
/// assert!(change.email.is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserChange {
    /// The name to sign in with.
    pub user_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// First and last name as one text.
    pub full_name: Option<String>,
}

impl UserChange {
    /// A change of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

setters! {
    UserChange {
        /// The name to sign in with.
        user_name: impl Into<String>;
        /// E-mail address.
        email: impl Into<String>;
        /// First and last name as one text.
        full_name: impl Into<String>;
    }
}

/// A password for another user.
///
/// ```
/// use tenable_api::admin::NewPassword;
///
/// let password = NewPassword::new("Copper-Lantern-77").temporary(true);
/// assert!(!format!("{password:?}").contains("Copper"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewPassword {
    /// The password.
    pub password: SecretString,
    /// Whether the user has to replace it at the next sign-in.
    pub temporary: bool,
    /// The password of the account that makes the call, where the product asks for it
    /// ([`own_password_needed`](super::Capabilities::own_password_needed)); other products are not told. Security Center takes any text
    /// from an account that has no password there.
    pub own_password: Option<SecretString>,
}

impl NewPassword {
    /// With what must be there; the rest is set by the methods below.
    pub fn new(password: impl Into<SecretString>) -> Self {
        Self { password: password.into(), temporary: false, own_password: None }
    }

    /// Whether the user has to replace it at the next sign-in. False unless set.
    #[must_use]
    pub fn temporary(mut self, temporary: bool) -> Self {
        self.temporary = temporary;
        self
    }
}

setters! {
    NewPassword {
        /// The password of the account that makes the call.
        own_password: impl Into<SecretString>;
    }
}

/// Which ways to sign in to allow or forbid a user. What is not set stays.
///
/// ```
/// use tenable_api::admin::SignInChange;
///
/// let single_sign_on = SignInChange::new().password(false).saml(true);
/// assert!(single_sign_on.api_keys.is_none(), "they stay as they are");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignInChange {
    /// With a password that the product keeps.
    pub password: Option<bool>,
    /// With API keys.
    pub api_keys: Option<bool>,
    /// Through a SAML identity provider.
    pub saml: Option<bool>,
}

impl SignInChange {
    /// A change of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

setters! {
    SignInChange {
        /// With a password that the product keeps.
        password: bool;
        /// With API keys.
        api_keys: bool;
        /// Through a SAML identity provider.
        saml: bool;
    }
}

/// The API keys that took the place of a user's former ones, which are useless from then on.
///
/// The product shows them this once. They are secrets: `Debug` does not show them, and memory is cleared when they are dropped.
///
/// ```
/// use tenable_api::admin::{ReplacedKeys, UserAdmin};
/// use tenable_model::shared::UserKey;
///
/// async fn cut_off(admin: &dyn UserAdmin, leaver: &UserKey) -> Result<(), tenable_api::Error> {
///     let keys: ReplacedKeys = admin.replace_keys(leaver).await?;
///     // Nobody else has seen them: who drops them has closed the way in.
///     drop(keys);
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReplacedKeys {
    /// The half that names the account; `None` where the product has one key and not a pair.
    pub access_key: Option<SecretString>,
    /// The secret half, or the one key.
    pub secret_key: SecretString,
}

impl ReplacedKeys {
    /// A pair.
    pub fn pair(access_key: impl Into<SecretString>, secret_key: impl Into<SecretString>) -> Self {
        Self { access_key: Some(access_key.into()), secret_key: secret_key.into() }
    }
}

/// A role to create.
///
/// ```
/// use tenable_api::admin::NewRole;
///
/// let role = NewRole::new("Auditor").description("Reads").permissions(["permViewOrgLogs"]);
/// assert_eq!(role.permissions, ["permViewOrgLogs"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewRole {
    /// Name of the role.
    pub name: String,
    /// What the role is for. Empty unless set.
    pub description: String,
    /// What the role allows, in the product's own words; see [`Role::permissions`](tenable_model::shared::Role::permissions).
    pub permissions: Vec<String>,
}

impl NewRole {
    /// With what must be there; the rest is set by the methods below.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), description: String::new(), permissions: Vec::new() }
    }

    /// What the role is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// What the role allows, in the product's own words.
    #[must_use]
    pub fn permissions(mut self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.permissions = permissions.into_iter().map(Into::into).collect();
        self
    }
}

/// What to change of a role. What is not set is not sent, and stays.
///
/// ```
/// use tenable_api::admin::RoleChange;
///
/// let change = RoleChange::new().description("Reads everything");
/// assert!(change.permissions.is_none(), "they stay as they are");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleChange {
    /// Name of the role.
    pub name: Option<String>,
    /// What the role is for.
    pub description: Option<String>,
    /// All that the role allows from now on, in the product's own words.
    pub permissions: Option<Vec<String>>,
}

impl RoleChange {
    /// A change of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// All that the role allows from now on, in the product's own words.
    #[must_use]
    pub fn permissions(mut self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.permissions = Some(permissions.into_iter().map(Into::into).collect());
        self
    }
}

setters! {
    RoleChange {
        /// Name of the role.
        name: impl Into<String>;
        /// What the role is for.
        description: impl Into<String>;
    }
}
