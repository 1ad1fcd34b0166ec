use serde::de::Error;
use serde::ser::SerializeMap;

use super::Codec;
use super::codec::Encode;

/// Declares how a struct that stands in requests only is written in JSON, one line a field: kind, field, wire name, codec.
///
/// What was read by `object!` came from a product; this comes from a caller. So a name that is not known or comes twice is refused, and so
/// is null. A `required` field must be there, an `optional` one is left out where it is `None`.
macro_rules! request {
    ($name:ident { $($kind:ident $field:ident: $wire:literal as $codec:ty,)* }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct RequestVisitor;

                impl<'de> serde::de::Visitor<'de> for RequestVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("struct ", stringify!($name)))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        const FIELDS: &[&str] = &[$($wire),*];
                        $(let mut $field = None;)*
                        while let Some(name) = map.next_key::<String>()? {
                            match name.as_str() {
                                $($wire => {
                                    let value = map.next_value_seed($crate::wire::Decode::<_, $codec>::new())?;
                                    if $field.replace(value).is_some() {
                                        return Err(serde::de::Error::duplicate_field($wire));
                                    }
                                })*
                                other => return Err(serde::de::Error::unknown_field(other, FIELDS)),
                            }
                        }
                        Ok($name { $($field: $crate::wire::taken::$kind($field, $wire)?,)* })
                    }
                }

                deserializer.deserialize_map(RequestVisitor)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serde::Serializer::serialize_map(serializer, None)?;
                $($crate::wire::written::$kind::<_, $codec, _>(&mut map, $wire, &self.$field)?;)*
                serde::ser::SerializeMap::end(map)
            }
        }
    };
}

pub(crate) use request;

/// What a field of each kind is, by what was read.
pub(crate) mod taken {
    use super::Error;

    pub(crate) fn required<T, E: Error>(value: Option<T>, name: &'static str) -> Result<T, E> {
        value.ok_or_else(|| E::missing_field(name))
    }

    #[expect(clippy::unnecessary_wraps, reason = "both kinds of field are called alike by the macro")]
    pub(crate) fn optional<T, E: Error>(value: Option<T>, _: &'static str) -> Result<Option<T>, E> {
        Ok(value)
    }
}

/// How a field of each kind is written.
pub(crate) mod written {
    use super::{Codec, Encode, SerializeMap};

    pub(crate) fn required<T, C: Codec<T>, M: SerializeMap>(
        map: &mut M,
        name: &str,
        value: &T,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, &Encode::<T, C>::new(value))
    }

    #[expect(clippy::ref_option, reason = "both kinds of field are called alike by the macro")]
    pub(crate) fn optional<T, C: Codec<T>, M: SerializeMap>(
        map: &mut M,
        name: &str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        value.as_ref().map_or(Ok(()), |value| required::<T, C, M>(map, name, value))
    }
}
