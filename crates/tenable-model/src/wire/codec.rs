use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde::ser::SerializeSeq as _;
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
pub(super) struct Decode<T, C>(PhantomData<(T, C)>);

impl<T, C> Decode<T, C> {
    pub(super) const fn new() -> Self {
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

/// Reads an optional field that may be absent but not null, for `#[serde(default, deserialize_with = "...")]`.
///
/// Null is refused instead of read as nothing: who writes null means to clear a field that cannot be cleared.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
