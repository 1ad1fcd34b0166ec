use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::RoleKey;
use super::known::Gaps;
use crate::{Known, Product, identity_exposure, security_center, vulnerability_management};

/// A role of any product: a named set of permissions.
///
/// ```
/// use tenable_model::{Known, security_center, shared};
///
/// let role: security_center::Role = serde_json::from_str(r#"{"id": "3", "name": "Analyst", "permScan": "policy"}"#)?;
/// let role = shared::Role::from(role);
/// assert_eq!(role.key.to_string(), "sc:3");
/// assert_eq!(role.permissions, Known::Value(vec!["permScan:policy".to_owned()]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Role {
    /// The product that has the role.
    pub product: Product,
    /// Which role.
    pub key: RoleKey,
    /// Name of the role.
    pub name: Known<String>,
    /// What the role is for.
    pub description: Known<String>,
    /// What the role allows, in the product's own words, which do not compare between products.
    ///
    /// Identity Exposure: `dashboard:read`, and for anything more than a kind of entity and an action the JSON of the permission.
    /// Security Center: the names of the flags, and `permScan:full` or `permScan:policy`. Vulnerability Management: its strings, such as
    /// `VM.VM_SCAN.READ`.
    pub permissions: Known<Vec<String>>,
    /// Whether the product brought it.
    pub predefined: Known<bool>,
    /// The product's own value, whole.
    pub original: OriginalRole,
}

/// What a [`Role`] was made from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OriginalRole {
    /// A role of Identity Exposure.
    IdentityExposure(Box<identity_exposure::Role>),
    /// A role of Security Center.
    SecurityCenter(Box<security_center::Role>),
    /// A role of Vulnerability Management.
    VulnerabilityManagement(Box<vulnerability_management::Role>),
}

impl Serialize for OriginalRole {
    /// As the product writes it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::IdentityExposure(original) => original.serialize(serializer),
            Self::SecurityCenter(original) => original.serialize(serializer),
            Self::VulnerabilityManagement(original) => original.serialize(serializer),
        }
    }
}

impl Role {
    /// The facts that the answer does not tell and the product may have, by the names of the fields.
    pub fn unknown(&self) -> Vec<&'static str> {
        self.gaps().not_told
    }

    fn gaps(&self) -> Gaps {
        let mut gaps = Gaps::default();
        gaps.note("name", &self.name);
        gaps.note("description", &self.description);
        gaps.note("permissions", &self.permissions);
        gaps.note("predefined", &self.predefined);
        gaps
    }
}

impl Serialize for Role {
    /// As a [`User`](super::User) is written.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Gaps { not_told, not_kept } = self.gaps();
        let mut object = serializer.serialize_struct("Role", 9)?;
        object.serialize_field("product", self.product.command())?;
        object.serialize_field("key", &self.key)?;
        object.serialize_field("name", &self.name)?;
        object.serialize_field("description", &self.description)?;
        object.serialize_field("permissions", &self.permissions)?;
        object.serialize_field("predefined", &self.predefined)?;
        object.serialize_field("not_told", &not_told)?;
        object.serialize_field("not_kept", &not_kept)?;
        object.serialize_field("original", &self.original)?;
        object.end()
    }
}
