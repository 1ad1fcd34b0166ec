//! Whom, which role and which group a call means, in words that no other product and no other object shares.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{ParseIdError, string_then};
use crate::{Product, Uuid, identity_exposure, security_center, vulnerability_management};

/// A text that is not a key, or a key of another product than the one it was given to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(String);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyError {}

/// How a product's own address stands in the text of a key, after the product.
trait Address: Sized {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    fn read(text: &str) -> Result<Self, ParseIdError>;
}

/// Addresses whose `Display` and `FromStr` are that text.
macro_rules! plain {
    ($($address:ty),* $(,)?) => {$(
        impl Address for $address {
            fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }

            fn read(text: &str) -> Result<Self, ParseIdError> {
                text.parse()
            }
        }
    )*};
}

plain! {
    identity_exposure::UserId,
    identity_exposure::RoleId,
    security_center::RoleId,
    security_center::GroupId,
    vulnerability_management::UserKey,
    vulnerability_management::GroupKey,
    PlatformRole,
}

impl Address for security_center::UserAddress {
    /// `4`, `2/4` in the organization 2, or the UUID.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.organization() {
            Some(organization) => write!(f, "{organization}/{}", self.key()),
            None => fmt::Display::fmt(&self.key(), f),
        }
    }

    fn read(text: &str) -> Result<Self, ParseIdError> {
        if let Some((organization, user)) = text.split_once('/') {
            return Ok(Self::InOrganization(organization.parse()?, user.parse()?));
        }
        Ok(match text.parse()? {
            security_center::UserKey::Number(id) => Self::Own(id),
            security_center::UserKey::Uuid(uuid) => Self::Uuid(uuid),
        })
    }
}

/// Which role of Vulnerability Management: by UUID, or a predefined one by its number.
///
/// A user that is read without its roles tells the number of a predefined role only. The two ways of naming one role are not equal; read
/// the roles to compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PlatformRole {
    /// By UUID, which every role has.
    Uuid(Uuid),
    /// A predefined role, by number.
    Predefined(vulnerability_management::PredefinedRole),
}

impl fmt::Display for PlatformRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(uuid) => fmt::Display::fmt(uuid, f),
            Self::Predefined(role) => fmt::Display::fmt(&role.number(), f),
        }
    }
}

impl FromStr for PlatformRole {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u32>() {
            Ok(number) if digits => Ok(Self::Predefined(number.into())),
            _ => text.parse().map(Self::Uuid).map_err(|_| ParseIdError::new("role", text).or_uuid()),
        }
    }
}

impl From<Uuid> for PlatformRole {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(uuid)
    }
}

impl From<vulnerability_management::PredefinedRole> for PlatformRole {
    fn from(role: vulnerability_management::PredefinedRole) -> Self {
        Self::Predefined(role)
    }
}

/// Declares a key: the address types of the products, under one name.
macro_rules! key_of {
    ($(#[$meta:meta])* pub enum $name:ident = $what:literal { $($(#[$variant_meta:meta])* $product:ident($address:ty),)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $product($address),)*
        }

        impl $name {
            /// The product that it belongs to.
            pub const fn product(&self) -> Product {
                match self {
                    $(Self::$product(_) => Product::$product,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}:", self.product().command())?;
                match self {
                    $(Self::$product(address) => address.write(f),)*
                }
            }
        }

        impl FromStr for $name {
            type Err = KeyError;

            fn from_str(text: &str) -> Result<Self, KeyError> {
                let shown = text.chars().take(64).collect::<String>();
                $(
                    let address = text.strip_prefix(Product::$product.command()).and_then(|text| text.strip_prefix(':'));
                    if let Some(address) = address {
                        return Address::read(address)
                            .map(Self::$product)
                            .map_err(|error| KeyError(format!("{shown:?} is not the key of a {}: {error}", $what)));
                    }
                )*
                let products = [$(Product::$product.command()),*].join(":, ");
                Err(KeyError(format!("{shown:?} is not the key of a {}: it does not begin with one of {products}:", $what)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                string_then(deserializer, |text| text.parse::<Self>())
            }
        }

        $(
            impl From<$address> for $name {
                fn from(address: $address) -> Self {
                    Self::$product(address)
                }
            }

            impl TryFrom<$name> for $address {
                type Error = KeyError;

                /// Fails for a key of another product.
                fn try_from(key: $name) -> Result<Self, KeyError> {
                    match key {
                        $name::$product(address) => Ok(address),
                        other => Err(KeyError(format!(
                            "{other} is a {} of {}, not of {}",
                            $what,
                            other.product(),
                            Product::$product
                        ))),
                    }
                }
            }

            impl TryFrom<&$name> for $address {
                type Error = KeyError;

                fn try_from(key: &$name) -> Result<Self, KeyError> {
                    key.clone().try_into()
                }
            }
        )*
    };
}

key_of! {
    /// Which user a call means: an address that is unique within one connection to a product, and says which product it is of.
    ///
    /// As text, in JSON too: `ie:7`; `sc:4` for the user 4 of the caller's own organization (for an administrator, the administrator 4),
    /// `sc:2/4` for the user 4 of the organization 2, `sc:` and a UUID; `vm:` and a number or a UUID. What the SDK reads from
    /// Vulnerability Management has the UUID.
    ///
    /// ```
    /// use tenable_model::identity_exposure::UserId;
    /// use tenable_model::shared::UserKey;
    ///
    /// let key: UserKey = "ie:7".parse()?;
    /// assert_eq!(key, UserId(7).into());
    /// assert_eq!(UserId::try_from(&key)?, UserId(7));
    /// assert_eq!(serde_json::to_string(&key)?, "\"ie:7\"");
    ///
    /// let other = UserId::try_from("sc:2/4".parse::<UserKey>()?).unwrap_err();
    /// assert_eq!(other.to_string(), "sc:2/4 is a user of Tenable Security Center, not of Tenable Identity Exposure");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum UserKey = "user" {
        /// By number.
        IdentityExposure(identity_exposure::UserId),
        /// By number within an organization, or by UUID.
        SecurityCenter(security_center::UserAddress),
        /// By UUID or number.
        VulnerabilityManagement(vulnerability_management::UserKey),
    }
}

key_of! {
    /// Which role a call means. As text: `ie:2`, `sc:1000001`; `vm:` and a UUID, or the number of a predefined role.
    ///
    /// ```
    /// use tenable_model::security_center::RoleId;
    /// use tenable_model::shared::RoleKey;
    ///
    /// assert_eq!(RoleKey::from(RoleId(4)).to_string(), "sc:4");
    /// ```
    pub enum RoleKey = "role" {
        /// By number.
        IdentityExposure(identity_exposure::RoleId),
        /// By number.
        SecurityCenter(security_center::RoleId),
        /// By UUID, or a predefined one by number.
        VulnerabilityManagement(PlatformRole),
    }
}

key_of! {
    /// Which group a call means. As text: `sc:1`, which is a group of the caller's own organization; `vm:` and a number or a UUID.
    ///
    /// Identity Exposure has no groups.
    ///
    /// ```
    /// use tenable_model::security_center::GroupId;
    /// use tenable_model::shared::GroupKey;
    ///
    /// assert_eq!("sc:0".parse::<GroupKey>()?, GroupId(0).into());
    /// # Ok::<(), tenable_model::shared::KeyError>(())
    /// ```
    pub enum GroupKey = "group" {
        /// By number within the caller's own organization.
        SecurityCenter(security_center::GroupId),
        /// By UUID or number.
        VulnerabilityManagement(vulnerability_management::GroupKey),
    }
}

/// A UUID, if the text that came for one looks like it; answers may hold anything.
pub(super) fn proper(uuid: &Uuid) -> Option<Uuid> {
    uuid.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d";

    fn comes_back<K>(text: &str)
    where
        K: FromStr<Err = KeyError> + fmt::Display + PartialEq + fmt::Debug + Serialize + for<'de> Deserialize<'de>,
    {
        let key: K = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<K>(&json).unwrap(), key);
        assert_eq!(serde_json::from_value::<K>(text.into()).unwrap(), key);
    }

    #[test]
    fn keys_come_back_from_text_and_json() {
        for text in ["ie:7", "sc:4", "sc:2/4", "vm:7", &format!("sc:{UUID}"), &format!("vm:{UUID}")] {
            comes_back::<UserKey>(text);
        }
        for text in ["ie:7", "sc:1000001", "vm:16", "vm:0", "vm:128", &format!("vm:{UUID}")] {
            comes_back::<RoleKey>(text);
        }
        for text in ["sc:0", "vm:0", &format!("vm:{UUID}")] {
            comes_back::<GroupKey>(text);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "7",
            "ie",
            "ie:",
            "ie:-1",
            "ie: 7",
            "IE:7",
            "ie:../roles/1",
            "ie:7/1",
            "sc:1/2/3",
            "sc:/4",
            "sc:4/",
            "vm:ann",
            "xx:7",
            "sc:2/4\n",
        ] {
            assert!(text.parse::<UserKey>().is_err(), "{text}");
            assert!(serde_json::from_value::<UserKey>(text.into()).is_err(), "{text}");
        }
        for text in ["ie:1", "sc:-1", "vm:+1"] {
            assert!(text.parse::<GroupKey>().is_err(), "{text}");
        }
        for text in ["vm:+16", "vm:Basic", "vm:4294967296"] {
            assert!(text.parse::<RoleKey>().is_err(), "{text}");
        }
        assert_eq!(
            "xx:7".parse::<UserKey>().unwrap_err().to_string(),
            "\"xx:7\" is not the key of a user: it does not begin with one of ie:, sc:, vm:"
        );
        assert_eq!(
            "ie:x".parse::<RoleKey>().unwrap_err().to_string(),
            "\"ie:x\" is not the key of a role: \"x\" is not a role id: expected a whole number such as 7"
        );
    }

    #[test]
    fn a_key_is_of_one_product() {
        for (text, product) in [
            ("ie:7", Product::IdentityExposure),
            ("sc:7", Product::SecurityCenter),
            ("vm:7", Product::VulnerabilityManagement),
        ] {
            let key: UserKey = text.parse().unwrap();
            assert_eq!(key.product(), product);
            assert_eq!(identity_exposure::UserId::try_from(&key).is_ok(), product == Product::IdentityExposure);
            assert_eq!(security_center::UserAddress::try_from(&key).is_ok(), product == Product::SecurityCenter);
            let vulnerability_management = vulnerability_management::UserKey::try_from(&key).is_ok();
            assert_eq!(vulnerability_management, product == Product::VulnerabilityManagement);
        }
        assert_ne!("sc:4".parse::<UserKey>().unwrap(), "vm:4".parse().unwrap());
    }
}
