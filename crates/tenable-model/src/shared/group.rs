use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::GroupKey;
use super::known::Gaps;
use crate::{Known, Product, security_center, vulnerability_management};

/// A group of any product that has groups.
///
/// ```
/// use tenable_model::{Known, security_center, shared};
///
/// let group: security_center::Group = serde_json::from_str(r#"{"id": "0", "name": "Full Access", "userCount": 4}"#)?;
/// let group = shared::Group::from(group);
/// assert_eq!(group.key.to_string(), "sc:0");
/// assert_eq!(group.member_count, Known::Value(4));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// The product that has the group.
    pub product: Product,
    /// Which group.
    pub key: GroupKey,
    /// Name of the group.
    pub name: Known<String>,
    /// What the group is for.
    pub description: Known<String>,
    /// How many users are in it.
    pub member_count: Known<u64>,
    /// Whether a SAML identity provider adds and removes members, so that changes made here may be undone.
    pub managed_by_saml: Known<bool>,
    /// Whether everybody is in it, and neither it nor who is in it can be changed.
    pub fixed: Known<bool>,
    /// The product's own value, whole.
    pub original: OriginalGroup,
}

/// What a [`Group`] was made from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OriginalGroup {
    /// A group of Security Center.
    SecurityCenter(Box<security_center::Group>),
    /// A group of Vulnerability Management.
    VulnerabilityManagement(Box<vulnerability_management::Group>),
}

impl Serialize for OriginalGroup {
    /// As the product writes it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::SecurityCenter(original) => original.serialize(serializer),
            Self::VulnerabilityManagement(original) => original.serialize(serializer),
        }
    }
}

impl Group {
    /// The facts that the answer does not tell and the product may have, by the names of the fields.
    pub fn unknown(&self) -> Vec<&'static str> {
        self.gaps().not_told
    }

    fn gaps(&self) -> Gaps {
        let mut gaps = Gaps::default();
        gaps.note("name", &self.name);
        gaps.note("description", &self.description);
        gaps.note("member_count", &self.member_count);
        gaps.note("managed_by_saml", &self.managed_by_saml);
        gaps.note("fixed", &self.fixed);
        gaps
    }
}

impl Serialize for Group {
    /// As a [`User`](super::User) is written.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Gaps { not_told, not_kept } = self.gaps();
        let mut object = serializer.serialize_struct("Group", 10)?;
        object.serialize_field("product", self.product.command())?;
        object.serialize_field("key", &self.key)?;
        object.serialize_field("name", &self.name)?;
        object.serialize_field("description", &self.description)?;
        object.serialize_field("member_count", &self.member_count)?;
        object.serialize_field("managed_by_saml", &self.managed_by_saml)?;
        object.serialize_field("fixed", &self.fixed)?;
        object.serialize_field("not_told", &not_told)?;
        object.serialize_field("not_kept", &not_kept)?;
        object.serialize_field("original", &self.original)?;
        object.end()
    }
}
