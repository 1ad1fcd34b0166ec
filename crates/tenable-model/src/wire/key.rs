/// Declares the segment of a path that is a number or a UUID.
macro_rules! key {
    ($(#[$meta:meta])* $name:ident: $id:ident = $kind:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            /// By number.
            Number($id),
            /// By UUID.
            Uuid($crate::Uuid),
        }

        impl From<$id> for $name {
            fn from(id: $id) -> Self {
                Self::Number(id)
            }
        }

        impl From<$crate::Uuid> for $name {
            fn from(uuid: $crate::Uuid) -> Self {
                Self::Uuid(uuid)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    Self::Number(id) => id.fmt(f),
                    Self::Uuid(uuid) => uuid.fmt(f),
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire::ParseIdError;

            fn from_str(text: &str) -> Result<Self, $crate::wire::ParseIdError> {
                if let Ok(id) = text.parse() {
                    return Ok(Self::Number(id));
                }
                text.parse().map(Self::Uuid).map_err(|_| $crate::wire::ParseIdError::new($kind, text).or_uuid())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Number(id) => id.serialize(serializer),
                    Self::Uuid(uuid) => uuid.serialize(serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            /// From a number, digits in a string, or a UUID.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::text_then(deserializer, |text| text.parse::<Self>())
            }
        }
    };
}

pub(crate) use key;
