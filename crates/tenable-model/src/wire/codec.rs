use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One way to stand in JSON for values of type `T`.
///
/// Implemented by marker types such as [`Boolean`](super::Boolean); a field names its codec, the value keeps its plain Rust type.
///
/// ```
/// use tenable_model::wire::{Boolean, Codec};
///
/// let read: bool = Boolean::decode(&mut serde_json::Deserializer::from_str("\"true\""))?;
/// assert!(read);
/// assert_eq!(Boolean::encode(&read, serde_json::value::Serializer)?, serde_json::json!(true));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Codec<T> {
    /// Reads any accepted form.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;

    /// Writes the one documented form.
    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads the value of a field, where a product has a word for "nothing" besides null; `None` for that word.
    fn decode_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Self::decode(deserializer).map(Some)
    }

    /// Writes the product's word for "nothing"; null where it has none.
    fn encode_nothing<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

/// The value's own serde form: for ids, open enums and nested objects, which are lenient by themselves.
#[derive(Debug)]
pub struct AsIs;

impl<T: Serialize + for<'de> Deserialize<'de>> Codec<T> for AsIs {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// An array whose elements stand in JSON by codec `C`. Null is read as empty.
#[derive(Debug)]
pub struct Each<C>(PhantomData<C>);

impl<T, C: Codec<T>> Codec<Vec<T>> for Each<C> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        struct Elements<T, C>(PhantomData<(T, C)>);

        impl<'de, T, C: Codec<T>> Visitor<'de> for Elements<T, C> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_unit<E>(self) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(element) = elements.next_element_seed(Decode::<T, C>::new())? {
                    list.push(element);
                }
                Ok(list)
            }
        }

        deserializer.deserialize_any(Elements::<T, C>(PhantomData))
    }

    fn encode<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut elements = serializer.serialize_seq(Some(value.len()))?;
        for element in value {
            elements.serialize_element(&Encode::<T, C>::new(element))?;
        }
        elements.end()
    }
}

/// A seed that reads a `T` by codec `C`.
pub(crate) struct Decode<T, C>(PhantomData<(T, C)>);

impl<T, C> Decode<T, C> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T, C: Codec<T>> DeserializeSeed<'de> for Decode<T, C> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        C::decode(deserializer)
    }
}

/// A value that writes itself by codec `C`.
pub(super) struct Encode<'a, T, C>(&'a T, PhantomData<C>);

impl<'a, T, C> Encode<'a, T, C> {
    pub(super) const fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<T, C: Codec<T>> Serialize for Encode<'_, T, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        C::encode(self.0, serializer)
    }
}

/// An object that holds nothing but the id of something, `{"id": 7}`, for which the id itself stands in Rust. `C` is how the id is
/// written; an id without the object around it is read too.
#[derive(Debug)]
pub struct InObject<C>(PhantomData<C>);

impl<T, C: Codec<T>> Codec<T> for InObject<C> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        struct Wrapped<T, C>(PhantomData<(T, C)>);

        impl<'de, T, C: Codec<T>> Visitor<'de> for Wrapped<T, C> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id, or an object with one")
            }

            fn visit_u64<E: Error>(self, id: u64) -> Result<T, E> {
                C::decode(id.into_deserializer())
            }

            fn visit_i64<E: Error>(self, id: i64) -> Result<T, E> {
                C::decode(id.into_deserializer())
            }

            fn visit_str<E: Error>(self, id: &str) -> Result<T, E> {
                C::decode(id.into_deserializer())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<T, A::Error> {
                let mut id = None;
                while let Some(name) = fields.next_key::<String>()? {
                    if name == "id" {
                        id = Some(fields.next_value_seed(Decode::<T, C>::new())?);
                    } else {
                        fields.next_value::<IgnoredAny>()?;
                    }
                }
                id.ok_or_else(|| A::Error::missing_field("id"))
            }
        }

        deserializer.deserialize_any(Wrapped::<T, C>(PhantomData))
    }

    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry("id", &Encode::<T, C>::new(value))?;
        object.end()
    }
}

/// Writes a field by codec `C`, for `#[serde(serialize_with = "...")]`.
pub fn encode<T, C: Codec<T>, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    C::encode(value, serializer)
}

/// [`encode`] for a field that is skipped when there is nothing to write.
pub fn encode_option<T, C: Codec<T>, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => C::encode(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Reads a field by codec `C`, for `#[serde(deserialize_with = "...")]`.
pub fn decode<'de, T, C: Codec<T>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    C::decode(deserializer)
}

/// [`decode`] for a field that may be absent but not null.
pub fn decode_option<'de, T, C: Codec<T>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    C::decode(deserializer).map(Some)
}

/// Reads an optional field that may be absent but not null, for `#[serde(default, deserialize_with = "...")]`.
///
/// Null is refused instead of read as nothing: who writes null means to clear a field that cannot be cleared.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Number;

    #[test]
    fn an_object_around_an_id() {
        type Ids = Each<InObject<Number>>;
        let read = |json: &str| -> Result<Vec<i64>, serde_json::Error> {
            Ids::decode(&mut serde_json::Deserializer::from_str(json))
        };
        let ids = read(r#"[{"id":7},{"id":"-1","name":"All"},3,"4"]"#).unwrap();
        assert_eq!(ids, [7, -1, 3, 4]);
        let written = Ids::encode(&ids, serde_json::value::Serializer).unwrap();
        assert_eq!(written.to_string(), r#"[{"id":7},{"id":-1},{"id":3},{"id":4}]"#);
        for json in [r#"[{"name":"All"}]"#, r#"[{"id":null}]"#, "[true]", "[[7]]"] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    /// People see it in an error: "invalid type: boolean `true`, expected an array".
    #[test]
    fn what_was_wanted_is_said() {
        use crate::security_center::{Page, ReferenceId};
        use crate::vulnerability_management::RoleAssignment;
        use crate::wire::{Boolean, Secret, Text, UnixSecondsText};

        fn refused<T, C: Codec<T>>(json: &str) -> String {
            let mut deserializer = serde_json::Deserializer::from_str(json);
            C::decode_field(&mut deserializer).err().map(|error| error.to_string()).unwrap_or_default()
        }

        for (error, wanted) in [
            (refused::<i64, Number>("true"), "expected a whole number, or one in quotes"),
            (refused::<bool, Boolean>("[]"), "expected true or false, 1 or 0, or one of these in quotes"),
            (refused::<String, Text>("{}"), "expected a string"),
            (refused::<secrecy::SecretString, Secret>("true"), "expected a string"),
            (refused::<Vec<i64>, Each<Number>>("true"), "expected an array"),
            (refused::<i64, InObject<Number>>("true"), "expected an id, or an object with one"),
            (refused::<crate::Timestamp, UnixSecondsText>("true"), "expected a whole number, or one in quotes"),
            (refused::<ReferenceId, AsIs>("true"), "expected a whole number, or one in quotes"),
            (refused::<Page<i64>, AsIs>("true"), "expected a list, or an object that holds one"),
            (refused::<RoleAssignment, AsIs>("true"), "expected the UUID or the name of one role"),
        ] {
            assert!(error.contains(wanted), "{error:?} does not say {wanted:?}");
        }
    }
}
