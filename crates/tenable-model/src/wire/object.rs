use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserializer, Serialize, Serializer};

use super::Codec;
use super::codec::Encode;
use crate::Extra;
use crate::extra::Presence;

/// Declares how a struct with an `extra` field stands in JSON, one line a field: kind, field, wire name, codec.
///
/// The kind says what a missing or null field means when it is read, and how "nothing" is written:
///
/// | kind | missing or null reads as | nothing is written as |
/// | --- | --- | --- |
/// | `required` | an error | (there is always a value) |
/// | `default` | the type's default | as it was read |
/// | `optional` | `None` | absent, unless null or the codec's word for nothing was read |
/// | `nullable` | `None` | null |
///
/// A document that has none of the fields that are not optional is another document, and is refused.
///
/// Written by hand instead of serde's `flatten`, which reads every document twice through an intermediate tree.
macro_rules! object {
    ($name:ident { $($kind:ident $field:ident: $wire:literal as $codec:ty,)* }) => {
        const _: () = {
            /// The known fields; also their numbers in [`Extra`](crate::Extra)'s notes.
            #[derive(Clone, Copy)]
            #[expect(non_camel_case_types, reason = "variants are named as the fields are")]
            enum Field { $($field,)* Count }

            const _: () = assert!(Field::Count as u32 <= 64, "Extra has 64 bits for the presence of fields");

            /// The fields that are not optional, one bit each.
            const EXPECTED: u64 = 0 $(| ($crate::wire::expected(stringify!($kind)) << Field::$field as u32))*;

            fn field_of(name: &str) -> Option<Field> {
                match name {
                    $($wire => Some(Field::$field),)*
                    _ => None,
                }
            }

            impl $name {
                /// Whether the answer that this was read from did not have the field of this wire name, or had null.
                pub fn lacks(&self, wire_name: &str) -> bool {
                    field_of(wire_name).is_some_and(|field| self.extra.lacks(1 << field as u32))
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct ObjectVisitor;

                    impl<'de> serde::de::Visitor<'de> for ObjectVisitor {
                        type Value = $name;

                        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                            f.write_str("an object")
                        }

                        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                            let mut decoder = $crate::wire::Decoder::new(map);
                            $(let mut $field = $crate::wire::Decoded::Absent;)*
                            while let Some(field) = decoder.next_field(field_of)? {
                                match field {
                                    $(Field::$field => $field = decoder.value::<_, $codec>()?,)*
                                    Field::Count => {}
                                }
                            }
                            let mut extra = decoder.into_extra();
                            let object = $name {
                                $($field: $field.$kind($wire, Field::$field as u32, &mut extra)?,)*
                                extra,
                            };
                            if EXPECTED != 0 && object.extra.lacks(EXPECTED) {
                                return Err(serde::de::Error::custom(concat!("it has no field of a ", stringify!($name))));
                            }
                            Ok(object)
                        }
                    }

                    deserializer.deserialize_map(ObjectVisitor)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap as _;

                    let mut encoder = $crate::wire::Encoder::new(serializer.serialize_map(None)?, &self.extra);
                    $(encoder.$kind::<_, $codec>($wire, Field::$field as u32, &self.$field)?;)*
                    encoder.finish()?.end()
                }
            }
        };
    };
}

pub(crate) use object;

/// 1 for a field that is not optional, by its kind.
pub(crate) const fn expected(kind: &str) -> u64 {
    // `required`, `default` and `nullable`; comparing texts is not const.
    (kind.as_bytes()[0] != b'o') as u64
}

/// One field as it stood in the document.
pub(crate) enum Decoded<T> {
    Absent,
    Null,
    /// The codec's own word for nothing.
    Nothing,
    Value(T),
}

#[expect(clippy::unnecessary_wraps, reason = "all kinds of field are called alike by the macro")]
impl<T> Decoded<T> {
    pub(crate) fn required<E: Error>(self, name: &'static str, _: u32, _: &mut Extra) -> Result<T, E> {
        match self {
            Self::Absent => Err(E::missing_field(name)),
            Self::Null | Self::Nothing => Err(E::custom(format_args!("field `{name}` is null"))),
            Self::Value(value) => Ok(value),
        }
    }

    pub(crate) fn optional<E: Error>(self, _: &'static str, field: u32, extra: &mut Extra) -> Result<Option<T>, E> {
        Ok(match self {
            Self::Absent => {
                extra.note(field, Presence::Absent);
                None
            }
            Self::Null => {
                extra.note(field, Presence::Null);
                None
            }
            Self::Nothing => {
                extra.note(field, Presence::Nothing);
                None
            }
            Self::Value(value) => Some(value),
        })
    }

    pub(crate) fn nullable<E: Error>(self, name: &'static str, field: u32, extra: &mut Extra) -> Result<Option<T>, E> {
        self.optional(name, field, extra)
    }

    pub(crate) fn default<E: Error>(self, name: &'static str, field: u32, extra: &mut Extra) -> Result<T, E>
    where
        T: Default,
    {
        Ok(self.optional(name, field, extra)?.unwrap_or_default())
    }
}

/// Reads an object field by field and keeps what is not known.
pub(crate) struct Decoder<A> {
    map: A,
    unknown: Vec<(Box<str>, serde_json::Value)>,
}

impl<'de, A: MapAccess<'de>> Decoder<A> {
    pub(crate) fn new(map: A) -> Self {
        Self { map, unknown: Vec::new() }
    }

    /// The next known field; unknown ones on the way are kept. A field that comes twice counts by its last value.
    ///
    /// `field_of` is a type of its own and no pointer, so that looking up a name becomes part of reading it.
    pub(crate) fn next_field<F>(&mut self, field_of: impl Fn(&str) -> Option<F> + Copy) -> Result<Option<F>, A::Error> {
        while let Some(key) = self.map.next_key_seed(Key(field_of, PhantomData))? {
            match key {
                Ok(field) => return Ok(Some(field)),
                Err(name) => {
                    let value: serde_json::Value = self.map.next_value()?;
                    if self.unknown.is_empty() {
                        // Mostly it stays at one.
                        self.unknown.reserve_exact(1);
                    }
                    self.unknown.push((name, value));
                }
            }
        }
        Ok(None)
    }

    pub(crate) fn value<T, C: Codec<T>>(&mut self) -> Result<Decoded<T>, A::Error> {
        self.map.next_value_seed(Nullable::<T, C>(PhantomData))
    }

    pub(crate) fn into_extra(self) -> Extra {
        let mut extra = Extra::default();
        extra.set_fields(self.unknown);
        extra
    }
}

/// A field, or the name of one that is not known.
struct Key<F, G>(G, PhantomData<F>);

impl<'de, F, G: Fn(&str) -> Option<F>> DeserializeSeed<'de> for Key<F, G> {
    type Value = Result<F, Box<str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<F, G: Fn(&str) -> Option<F>> Visitor<'_> for Key<F, G> {
    type Value = Result<F, Box<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.0)(name).ok_or_else(|| name.into()))
    }
}

struct Nullable<T, C>(PhantomData<(T, C)>);

impl<'de, T, C: Codec<T>> DeserializeSeed<'de> for Nullable<T, C> {
    type Value = Decoded<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Decoded<T>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T, C: Codec<T>> Visitor<'de> for Nullable<T, C> {
    type Value = Decoded<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<Decoded<T>, E> {
        Ok(Decoded::Null)
    }

    fn visit_unit<E>(self) -> Result<Decoded<T>, E> {
        Ok(Decoded::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Decoded<T>, D::Error> {
        C::decode_field(deserializer).map(|value| value.map_or(Decoded::Nothing, Decoded::Value))
    }
}

/// A codec's word for nothing, as a value that writes itself.
struct EncodeNothing<T, C>(PhantomData<(T, C)>);

impl<T, C: Codec<T>> Serialize for EncodeNothing<T, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        C::encode_nothing(serializer)
    }
}

/// Writes an object field by field, then what was not known.
pub(crate) struct Encoder<'a, M> {
    map: M,
    extra: &'a Extra,
}

#[expect(clippy::ref_option, reason = "all kinds of field are called alike by the macro")]
impl<'a, M: SerializeMap> Encoder<'a, M> {
    pub(crate) fn new(map: M, extra: &'a Extra) -> Self {
        Self { map, extra }
    }

    pub(crate) fn required<T, C: Codec<T>>(&mut self, name: &'static str, _: u32, value: &T) -> Result<(), M::Error> {
        self.map.serialize_entry(name, &Encode::<T, C>::new(value))
    }

    pub(crate) fn optional<T, C: Codec<T>>(
        &mut self,
        name: &'static str,
        field: u32,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) => self.required::<T, C>(name, field, value),
            None => match self.extra.presence(field) {
                Presence::Null => self.null(name),
                Presence::Nothing => self.map.serialize_entry(name, &EncodeNothing::<T, C>(PhantomData)),
                Presence::Absent | Presence::Value => Ok(()),
            },
        }
    }

    pub(crate) fn nullable<T, C: Codec<T>>(
        &mut self,
        name: &'static str,
        field: u32,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) => self.required::<T, C>(name, field, value),
            None => self.null(name),
        }
    }

    pub(crate) fn default<T: Default + PartialEq, C: Codec<T>>(
        &mut self,
        name: &'static str,
        field: u32,
        value: &T,
    ) -> Result<(), M::Error> {
        match self.extra.presence(field) {
            Presence::Absent if *value == T::default() => Ok(()),
            Presence::Null if *value == T::default() => self.null(name),
            _ => self.required::<T, C>(name, field, value),
        }
    }

    pub(crate) fn finish(mut self) -> Result<M, M::Error> {
        for (name, value) in self.extra.iter() {
            self.map.serialize_entry(name, value)?;
        }
        Ok(self.map)
    }

    fn null(&mut self, name: &'static str) -> Result<(), M::Error> {
        self.map.serialize_entry(name, &serde_json::Value::Null)
    }
}

#[cfg(test)]
#[allow(dead_code, unreachable_pub, reason = "the macro is made for public types")]
mod tests {
    use crate::Extra;
    use crate::wire::{AsIs, Boolean, Each, Number, Text};

    #[derive(Clone, Debug, PartialEq)]
    struct Sample {
        id: u64,
        name: String,
        note: Option<String>,
        scope: Option<Vec<String>>,
        parts: Vec<Self>,
        extra: Extra,
    }

    object! {
        Sample {
            required id: "id" as Number,
            default name: "name" as Text,
            optional note: "note" as Text,
            nullable scope: "scopeIds" as Each<Text>,
            default parts: "parts" as Each<AsIs>,
        }
    }

    fn read(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_presence_of_every_kind_comes_back_as_it_was() {
        for json in [
            r#"{"id":1,"scopeIds":null}"#,
            r#"{"id":1,"name":null,"note":null,"scopeIds":null,"parts":null}"#,
            r#"{"id":1,"name":"","note":"","scopeIds":[],"parts":[]}"#,
            r#"{"id":1,"name":"n","note":"x","scopeIds":["1"],"parts":[{"id":2,"scopeIds":null,"new":{"deep":[1,null]}}],"a":1,"b":null}"#,
        ] {
            assert_eq!(serde_json::to_string(&read(json)).unwrap(), json);
        }
    }

    #[test]
    fn what_is_changed_after_reading_is_written() {
        let mut sample = read(r#"{"id":1,"note":null}"#);
        sample.name = "n".to_owned();
        sample.note = Some("x".to_owned());
        sample.scope = Some(Vec::new());
        assert_eq!(serde_json::to_string(&sample).unwrap(), r#"{"id":1,"name":"n","note":"x","scopeIds":[]}"#);
    }

    #[test]
    fn a_value_made_in_code_writes_null_only_where_the_key_must_be_there() {
        let sample =
            Sample { id: 1, name: String::new(), note: None, scope: None, parts: Vec::new(), extra: Extra::default() };
        assert_eq!(serde_json::to_string(&sample).unwrap(), r#"{"id":1,"name":"","scopeIds":null,"parts":[]}"#);
    }

    #[test]
    fn presence_does_not_make_values_unequal() {
        assert_eq!(read(r#"{"id":1,"note":null}"#), read(r#"{"id":1}"#));
        assert_ne!(read(r#"{"id":1,"new":null}"#), read(r#"{"id":1}"#));
    }

    #[test]
    fn silence_can_be_told_from_a_default() {
        let sample = read(r#"{"id":1,"note":null,"name":""}"#);
        assert!(sample.lacks("note") && sample.lacks("parts"));
        assert!(!sample.lacks("id") && !sample.lacks("name") && !sample.lacks("no such field"));
    }

    #[test]
    fn another_document_is_refused() {
        #[derive(Debug, PartialEq)]
        struct Policy {
            enabled: bool,
            period: u64,
            extra: Extra,
        }
        object! { Policy { default enabled: "enabled" as Boolean, default period: "period" as Number, } }

        let error = serde_json::from_str::<Policy>(r#"{"error":"nope"}"#).unwrap_err().to_string();
        assert!(error.contains("no field of a Policy"), "{error}");
        assert_eq!(serde_json::from_str::<Policy>(r#"{"enabled":true}"#).unwrap().period, 0);
    }

    #[test]
    fn a_repeated_field_counts_by_its_last_value() {
        assert_eq!(read(r#"{"id":1,"id":2}"#).id, 2);
    }

    #[test]
    fn what_cannot_be_read_says_which_field() {
        for (json, text) in [
            ("{}", "missing field `id`"),
            (r#"{"id":null}"#, "field `id` is null"),
            (r#"{"id":"x"}"#, "a whole number"),
            ("[]", "an object"),
        ] {
            let error = serde_json::from_str::<Sample>(json).unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
    }
}
