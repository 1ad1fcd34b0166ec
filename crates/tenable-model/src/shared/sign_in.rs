use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::known::Gaps;
use crate::{Known, Timestamp};

/// When somebody did something last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LastTime {
    /// Not once, as far as the product remembers.
    Never,
    /// Then.
    At(Timestamp),
}

impl LastTime {
    /// The time, if there is one.
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(time) => Some(time),
            Self::Never => None,
        }
    }
}

impl fmt::Display for LastTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.pad("never"),
            Self::At(time) => time.fmt(f),
        }
    }
}

impl Serialize for LastTime {
    /// `"never"`, or the time by RFC 3339.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// By which ways an account can sign in, as far as its settings go: whether it is enabled or locked out is another matter.
///
/// ```
/// use tenable_model::{Known, identity_exposure, shared};
///
/// let user: identity_exposure::User = serde_json::from_str(r#"{"id": 7, "provider": "saml"}"#)?;
/// let user = shared::User::from(user);
/// assert_eq!(user.sign_in.saml, Known::Value(true));
/// assert_eq!(user.sign_in.password, Known::Value(false));
/// assert_eq!(user.sign_in.client_certificate, Known::NotKept);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignIn {
    /// With a password that the product keeps.
    pub password: Known<bool>,
    /// Through a SAML identity provider.
    pub saml: Known<bool>,
    /// With the password of an LDAP directory.
    pub ldap: Known<bool>,
    /// With a client certificate.
    pub client_certificate: Known<bool>,
    /// With API keys.
    pub api_keys: Known<bool>,
    /// From another account, which switches to this one; from the Tenable platform for users of Tenable One.
    pub other_account: Known<bool>,
    /// By a way that only the product has a word for, in that word.
    pub other: Option<String>,
}

impl SignIn {
    /// Each way by its name, `other` left out.
    pub fn ways(&self) -> [(&'static str, &Known<bool>); 6] {
        [
            ("password", &self.password),
            ("saml", &self.saml),
            ("ldap", &self.ldap),
            ("client_certificate", &self.client_certificate),
            ("api_keys", &self.api_keys),
            ("other_account", &self.other_account),
        ]
    }

    /// Notes the ways by their place in a user.
    pub(super) fn note(&self, gaps: &mut Gaps) {
        gaps.note("sign_in.password", &self.password);
        gaps.note("sign_in.saml", &self.saml);
        gaps.note("sign_in.ldap", &self.ldap);
        gaps.note("sign_in.client_certificate", &self.client_certificate);
        gaps.note("sign_in.api_keys", &self.api_keys);
        gaps.note("sign_in.other_account", &self.other_account);
    }
}

impl Serialize for SignIn {
    /// An object with a boolean or null for each way.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (way, fact) in self.ways() {
            map.serialize_entry(way, fact)?;
        }
        if let Some(other) = &self.other {
            map.serialize_entry("other", other)?;
        }
        map.end()
    }
}
