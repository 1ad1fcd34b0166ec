use std::fmt;

/// A text that is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    kind: &'static str,
    expected: &'static str,
    text: String,
}

impl ParseIdError {
    pub(crate) fn new(kind: &'static str, text: &str) -> Self {
        Self { kind, expected: "a whole number such as 7", text: text.chars().take(64).collect() }
    }

    pub(crate) fn uuid(text: &str) -> Self {
        Self { expected: "hexadecimal digits in groups of 8-4-4-4-12", ..Self::new("UUID", text) }
    }

    pub(crate) fn predefined_role(text: &str) -> Self {
        Self { expected: "its number, or its name such as Scan Manager", ..Self::new("predefined role", text) }
    }

    pub(crate) fn or_uuid(self) -> Self {
        Self { expected: "a whole number such as 7, or a UUID", ..self }
    }
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a {}: expected {}", self.text, self.kind, self.expected)
    }
}

impl std::error::Error for ParseIdError {}

/// Declares id newtypes over `u64`: read from a number or a digit string, written as a number, or by `NumberText` as a string.
///
/// Digits only: an id cannot leave its path segment.
macro_rules! id {
    ($($(#[$meta:meta])* pub struct $name:ident = $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl $name {
            /// The number itself.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire::ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                match text.parse() {
                    Ok(id) if digits => Ok(Self(id)),
                    _ => Err($crate::wire::ParseIdError::new($kind, text)),
                }
            }
        }

        impl $crate::wire::Codec<$name> for $crate::wire::NumberText {
            fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }

            fn encode<S: serde::Serializer>(id: &$name, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(id)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$crate::wire::Number as $crate::wire::Codec<u64>>::decode(deserializer).map(Self)
            }
        }
    )*};
}

pub(crate) use id;

#[cfg(test)]
mod tests {
    use crate::identity_exposure::UserId;

    #[test]
    fn ids_accepted_and_refused() {
        for (text, id) in [("0", 0), ("7", 7), ("007", 7), ("18446744073709551615", u64::MAX)] {
            assert_eq!(text.parse::<UserId>().unwrap(), UserId(id), "{text}");
        }
        for text in ["", "-1", "+1", "1 ", "1.0", "whoami", "../roles/1", "1/roles", "%31", "٣", "18446744073709551616"]
        {
            assert!(text.parse::<UserId>().is_err(), "{text}");
        }
        assert_eq!(
            "whoami".parse::<UserId>().unwrap_err().to_string(),
            "\"whoami\" is not a user id: expected a whole number such as 7"
        );
    }

    #[test]
    fn ids_are_read_from_both_forms_and_written_as_numbers() {
        for json in ["7", "\"7\"", "7.0"] {
            assert_eq!(serde_json::from_str::<UserId>(json).unwrap(), UserId(7), "{json}");
        }
        for json in ["-7", "null", "\"seven\"", "7.5"] {
            assert!(serde_json::from_str::<UserId>(json).is_err(), "{json}");
        }
        assert_eq!(serde_json::to_string(&UserId(7)).unwrap(), "7");
    }
}
