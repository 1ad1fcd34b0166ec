use serde::{Deserialize, Serialize, Serializer};
use tenable_api::model::shared::{LastTime, SignIn, User, UserKey};
use tenable_api::model::{Known, Product};

use crate::Snapshot;

/// An account as a record keeps it: names instead of keys of roles and groups, and no secret.
///
/// A fact that is missing is `None`, and `null` in JSON; whether the answer did not tell it or the product does not keep it is in
/// [`not_told`](Self::not_told) and [`not_kept`](Self::not_kept), by the names of the facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Which account.
    pub key: UserKey,
    /// The name to sign in with.
    pub user_name: Option<String>,
    /// First and last name as one text.
    pub full_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether the account may sign in as far as administrators have a say.
    pub enabled: Option<bool>,
    /// Whether failed attempts to sign in have locked the account.
    pub locked_out: Option<bool>,
    /// Names of the roles, in order.
    pub roles: Option<Vec<String>>,
    /// Names of the groups, in order.
    pub groups: Option<Vec<String>>,
    /// When the account was last used in any way that is told: RFC 3339, or `never`.
    pub last_seen: Option<String>,
    /// When the user signed in last: RFC 3339, or `never`.
    pub last_sign_in: Option<String>,
    /// When the API keys were used last: RFC 3339, or `never`.
    pub last_api_use: Option<String>,
    /// The ways to sign in.
    pub sign_in: SignInWays,
    /// Whether a second factor is asked for beside a password.
    pub second_factor: Option<bool>,
    /// Facts that the product may have and its answers do not tell.
    pub not_told: Vec<String>,
    /// Facts that the product does not keep.
    pub not_kept: Vec<String>,
}

/// The ways to sign in: open, closed, or `None` for not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignInWays {
    /// With a password that the product keeps.
    pub password: Option<bool>,
    /// Through a SAML identity provider.
    pub saml: Option<bool>,
    /// With the password of an LDAP directory.
    pub ldap: Option<bool>,
    /// With a client certificate.
    pub client_certificate: Option<bool>,
    /// With API keys.
    pub api_keys: Option<bool>,
    /// From another account, which switches to this one.
    pub other_account: Option<bool>,
    /// By a way that only the product has a word for, in that word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

impl Account {
    /// An account of a tenant.
    pub fn of(user: &User, snapshot: &Snapshot) -> Self {
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let time = |time: &Known<LastTime>| time.value().map(ToString::to_string);
        let words = |names: Vec<&'static str>| names.into_iter().map(str::to_owned).collect();
        let roles = user.roles.value().map(|roles| {
            let name = |role: &tenable_api::model::shared::RoleReference| match (snapshot.role(&role.key), &role.name) {
                (None, Known::Value(name)) if !name.trim().is_empty() => name.clone(),
                _ => snapshot.role_name(&role.key),
            };
            sorted(roles.iter().map(name).collect())
        });
        let groups = user.groups.value().map(|groups| {
            let name =
                |group: &tenable_api::model::shared::GroupReference| match (snapshot.group(&group.key), &group.name) {
                    (None, Known::Value(name)) if !name.trim().is_empty() => name.clone(),
                    _ => snapshot.group_name(&group.key),
                };
            sorted(groups.iter().map(name).collect())
        });
        Self {
            key: user.key.clone(),
            user_name: user.user_name.value().cloned(),
            full_name: user.full_name.value().cloned(),
            email: user.email.value().cloned(),
            enabled: user.enabled.value().copied(),
            locked_out: user.locked_out.value().copied(),
            roles,
            groups,
            last_seen: time(&user.last_seen()),
            last_sign_in: time(&user.last_sign_in),
            last_api_use: time(&user.last_api_use),
            sign_in: SignInWays::of(&user.sign_in),
            second_factor: user.second_factor.value().copied(),
            not_told: words(user.unknown()),
            not_kept: words(user.not_kept()),
        }
    }

    /// The name that people see: the user name, else the e-mail address, else the key.
    pub fn name(&self) -> String {
        let named = self.user_name.as_ref().or(self.email.as_ref()).filter(|name| !name.trim().is_empty());
        named.cloned().unwrap_or_else(|| self.key.to_string())
    }
}

impl SignInWays {
    fn of(sign_in: &SignIn) -> Self {
        let way = |fact: &Known<bool>| fact.value().copied();
        Self {
            password: way(&sign_in.password),
            saml: way(&sign_in.saml),
            ldap: way(&sign_in.ldap),
            client_certificate: way(&sign_in.client_certificate),
            api_keys: way(&sign_in.api_keys),
            other_account: way(&sign_in.other_account),
            other: sign_in.other.clone(),
        }
    }

    /// The ways that are known to be open, in words: `password`, `SAML`, `API keys`.
    pub fn open(&self) -> Vec<&str> {
        let ways = [
            ("password", self.password),
            ("SAML", self.saml),
            ("LDAP", self.ldap),
            ("client certificate", self.client_certificate),
            ("API keys", self.api_keys),
            ("another account", self.other_account),
        ];
        let open = ways.into_iter().filter(|(_, way)| *way == Some(true)).map(|(word, _)| word);
        open.chain(self.other.as_deref()).collect()
    }
}

/// The word of the product in commands: `ie`, `sc`, `vm`.
#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(crate) fn product_word<S: Serializer>(product: &Option<Product>, serializer: S) -> Result<S::Ok, S::Error> {
    product.map(Product::command).serialize(serializer)
}
