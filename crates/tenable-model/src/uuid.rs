use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{Codec, ParseIdError, Text};

/// A universally unique identifier, such as `7F0C2D1E-93A4-4B7C-8E21-5D6F0A1B2C3D`.
///
/// Kept in the letter case in which it came. Products differ in it, so two that differ in nothing else are equal. From an answer any
/// text is read; what a program gives by [`FromStr`] must look like one.
///
/// ```
/// use tenable_model::Uuid;
///
/// let upper: Uuid = "7F0C2D1E-93A4-4B7C-8E21-5D6F0A1B2C3D".parse()?;
/// let lower: Uuid = "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d".parse()?;
/// assert_eq!(upper, lower);
/// assert!("4".parse::<Uuid>().is_err());
/// # Ok::<(), tenable_model::wire::ParseIdError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Uuid(String);

impl Uuid {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Uuid {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Uuid {}

impl Hash for Uuid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&Self> for Uuid {
    fn from(uuid: &Self) -> Self {
        uuid.clone()
    }
}

impl FromStr for Uuid {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let shaped = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        if shaped { Ok(Self(text.to_owned())) } else { Err(ParseIdError::uuid(text)) }
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::decode(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn accepted_and_refused() {
        assert!("7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d".parse::<Uuid>().is_ok());
        for text in [
            "",
            "4",
            "7f0c2d1e93a44b7c8e215d6f0a1b2c3d",
            "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3",
            "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3g",
            "../../../../../../../../../../../abc",
        ] {
            assert!(text.parse::<Uuid>().is_err(), "{text}");
        }
    }

    #[test]
    fn letter_case_does_not_matter_but_is_kept() {
        let upper: Uuid = serde_json::from_str("\"7F0C-A\"").unwrap();
        let lower: Uuid = serde_json::from_str("\"7f0c-a\"").unwrap();
        assert_eq!(upper, lower);
        assert_eq!(HashSet::from([upper.clone(), lower]).len(), 1);
        assert_eq!(serde_json::to_string(&upper).unwrap(), "\"7F0C-A\"");
    }
}
