use std::fmt;
use std::marker::PhantomData;

use secrecy::{ExposeSecret as _, SecretString};
use serde::de::{Error, IntoDeserializer, Unexpected, Visitor};
use serde::{Deserializer, Serializer};

use super::Codec;

/// A JSON number; digit strings and integral floats are read too.
#[derive(Debug)]
pub struct Number;

/// The integer types that [`Number`] serves.
trait Integer: Copy + TryFrom<i64> + TryFrom<u64> {
    fn write<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error>;
}

macro_rules! integers {
    ($($integer:ident $serialize:ident),*) => {$(
        impl Integer for $integer {
            fn write<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$serialize(self)
            }
        }

        impl Codec<$integer> for Number {
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$integer, D::Error> {
                deserializer.deserialize_any(IntegerVisitor(PhantomData))
            }

            fn encode<S: Serializer>(value: &$integer, serializer: S) -> Result<S::Ok, S::Error> {
                value.write(serializer)
            }
        }
    )*};
}

integers!(u16 serialize_u16, u32 serialize_u32, u64 serialize_u64, i32 serialize_i32, i64 serialize_i64);

struct IntegerVisitor<T>(PhantomData<T>);

impl<T: Integer> Visitor<'_> for IntegerVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or one in quotes")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        // Beyond 2^53 a float no longer names one integer.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() != 0.0 || value.abs() > EXACT {
            return Err(E::invalid_value(Unexpected::Float(value), &self));
        }
        #[expect(clippy::cast_possible_truncation, reason = "integral and below 2^53")]
        self.visit_i64(value as i64)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        let digits = value.strip_prefix('-').unwrap_or(value);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(E::invalid_value(Unexpected::Str(value), &self));
        }
        if let Ok(number) = value.parse::<i64>() {
            return self.visit_i64(number);
        }
        match value.parse::<u64>() {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Str(value), &self)),
        }
    }
}

/// Digits in a JSON string, as in `"42"`; numbers are read too.
#[derive(Debug)]
pub struct NumberText;

impl<T: Integer + fmt::Display> Codec<T> for NumberText
where
    Number: Codec<T>,
{
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        Number::decode(deserializer)
    }

    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }
}

/// A boolean that is written `1` or `0`; every form that [`Boolean`] reads is read too.
#[derive(Debug)]
pub struct BooleanNumber;

impl Codec<bool> for BooleanNumber {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        Boolean::decode(deserializer)
    }

    fn encode<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(u8::from(*value))
    }
}

/// A JSON boolean; `1`, `0`, and both words and digits in quotes in any letter case are read too.
#[derive(Debug)]
pub struct Boolean;

impl Codec<bool> for Boolean {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        struct BooleanVisitor;

        impl Visitor<'_> for BooleanVisitor {
            type Value = bool;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false, 1 or 0, or one of these in quotes")
            }

            fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
                Ok(value)
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
                match value {
                    0 => Ok(false),
                    1 => Ok(true),
                    _ => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
                }
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<bool, E> {
                if value == "1" || value.eq_ignore_ascii_case("true") {
                    Ok(true)
                } else if value == "0" || value.eq_ignore_ascii_case("false") {
                    Ok(false)
                } else {
                    Err(E::invalid_value(Unexpected::Str(value), &self))
                }
            }
        }

        deserializer.deserialize_any(BooleanVisitor)
    }

    fn encode<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*value)
    }
}

/// `"true"` or `"false"` in a JSON string; every form that [`Boolean`] reads is read too.
#[derive(Debug)]
pub struct BooleanText;

impl Codec<bool> for BooleanText {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        Boolean::decode(deserializer)
    }

    fn encode<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if *value { "true" } else { "false" })
    }
}

/// A JSON string; numbers and booleans are read too, as the text that stands in the document.
#[derive(Debug)]
pub struct Text;

impl Codec<String> for Text {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        text(deserializer)
    }

    fn encode<S: Serializer>(value: &String, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value)
    }
}

/// What [`Text`] reads, made into what is wanted of it without a text between them.
pub(crate) fn text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'t> From<&'t str> + From<String>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: for<'t> From<&'t str> + From<String>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<T, E> {
        Ok(value.into())
    }

    fn visit_bool<E>(self, value: bool) -> Result<T, E> {
        Ok(value.to_string().into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<T, E> {
        Ok(value.to_string().into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<T, E> {
        Ok(value.to_string().into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<T, E> {
        Ok(value.to_string().into())
    }
}

/// What [`Text`] reads, made into something that not every text is. An error has the place of the text.
pub(crate) fn text_then<'de, T, X, D>(deserializer: D, make: impl FnOnce(String) -> Result<T, X>) -> Result<T, D::Error>
where
    X: fmt::Display,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Then(TextVisitor(PhantomData), make))
}

/// The same of a JSON string and nothing else.
pub(crate) fn string_then<'de, T, X, D>(
    deserializer: D,
    make: impl FnOnce(String) -> Result<T, X>,
) -> Result<T, D::Error>
where
    X: fmt::Display,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Then(TextVisitor(PhantomData), make))
}

/// What [`Number`] reads, made into something that not every number is. An error has the place of the number.
pub(crate) fn number_then<'de, T, X, D>(deserializer: D, make: impl FnOnce(i64) -> Result<T, X>) -> Result<T, D::Error>
where
    X: fmt::Display,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Then(IntegerVisitor(PhantomData), make))
}

/// Makes something else of what a visitor gives, while the document is still where the value ends: what fails afterwards is told with the
/// place of what comes next.
struct Then<V, F>(V, F);

impl<'de, V, T, X, F> Visitor<'de> for Then<V, F>
where
    V: Visitor<'de>,
    X: fmt::Display,
    F: FnOnce(V::Value) -> Result<T, X>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        self.1(self.0.visit_bool(value)?).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        self.1(self.0.visit_i64(value)?).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        self.1(self.0.visit_u64(value)?).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        self.1(self.0.visit_f64(value)?).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        self.1(self.0.visit_str(value)?).map_err(E::custom)
    }
}

/// A JSON string that is a secret. Writing exposes it: a value with a secret is written to send or to store it, never to show it.
#[derive(Debug)]
pub struct Secret;

impl Codec<SecretString> for Secret {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
        struct SecretVisitor;

        // An error must not quote what it found, so every form but a string falls through to serde's "invalid type" without value.
        impl Visitor<'_> for SecretVisitor {
            type Value = SecretString;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, value: &str) -> Result<SecretString, E> {
                Ok(SecretString::from(value))
            }

            fn visit_string<E>(self, value: String) -> Result<SecretString, E> {
                Ok(SecretString::from(value))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<SecretString, E> {
                Err(E::invalid_type(Unexpected::Other("number"), &self))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<SecretString, E> {
                Err(E::invalid_type(Unexpected::Other("number"), &self))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<SecretString, E> {
                Err(E::invalid_type(Unexpected::Other("number"), &self))
            }
        }

        deserializer.deserialize_any(SecretVisitor)
    }

    fn encode<S: Serializer>(value: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
        crate::secret::expose(value, serializer)
    }
}

/// A JSON number that is a secret; digit strings are read too. Errors do not quote it.
#[derive(Debug)]
pub struct SecretNumber;

impl Codec<SecretString> for SecretNumber {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
        struct SecretVisitor;

        impl SecretVisitor {
            /// The text of what [`Number`] reads; the error does not quote what it does not.
            fn read<'v, E: Error>(value: impl IntoDeserializer<'v, E>) -> Result<SecretString, E> {
                let number: Result<u64, E> = Number::decode(value.into_deserializer());
                let number = number.map_err(|_| E::custom("invalid value: expected a whole number"))?;
                Ok(SecretString::from(number.to_string()))
            }
        }

        impl Visitor<'_> for SecretVisitor {
            type Value = SecretString;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<SecretString, E> {
                Self::read(value)
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<SecretString, E> {
                Self::read(value)
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<SecretString, E> {
                Self::read(value)
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<SecretString, E> {
                Self::read(value)
            }
        }

        deserializer.deserialize_any(SecretVisitor)
    }

    fn encode<S: Serializer>(value: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
        let number: u64 =
            value.expose_secret().parse().map_err(|_| serde::ser::Error::custom("the secret is not a whole number"))?;
        serializer.serialize_u64(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Each;

    fn read<T, C: Codec<T>>(json: &str) -> Result<T, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let value = C::decode(&mut deserializer)?;
        deserializer.end()?;
        Ok(value)
    }

    fn written<T, C: Codec<T>>(value: &T) -> String {
        C::encode(value, serde_json::value::Serializer).unwrap().to_string()
    }

    #[test]
    fn numbers_accepted_and_refused() {
        for (json, number) in [
            ("0", 0),
            ("7", 7),
            ("-1", -1),
            ("\"42\"", 42),
            ("\"-1\"", -1),
            ("7.0", 7),
            ("\"007\"", 7),
            ("9007199254740992", 1 << 53),
        ] {
            assert_eq!(read::<i64, Number>(json).unwrap(), number, "{json}");
        }
        for json in [
            "1.5", "\"\"", "\"-\"", "\"+7\"", "\" 7\"", "\"7.0\"", "\"0x10\"", "true", "null", "[7]", "{}", "1e300",
            "\"９\"",
        ] {
            assert!(read::<i64, Number>(json).is_err(), "{json}");
        }
        for json in ["-1", "\"-1\"", "18446744073709551616"] {
            assert!(read::<u64, Number>(json).is_err(), "{json}");
        }
        assert_eq!(read::<u64, Number>("18446744073709551615").unwrap(), u64::MAX);
        assert_eq!(read::<u64, Number>("\"18446744073709551615\"").unwrap(), u64::MAX);
        assert!(read::<u16, Number>("65536").is_err());
        assert_eq!(written::<i64, Number>(&-1), "-1");
        assert_eq!(written::<u32, Number>(&42), "42");
    }

    #[test]
    fn booleans_accepted_and_refused() {
        for (json, boolean) in [
            ("true", true),
            ("false", false),
            ("1", true),
            ("0", false),
            ("\"true\"", true),
            ("\"FALSE\"", false),
            ("\"1\"", true),
            ("\"0\"", false),
        ] {
            assert_eq!(read::<bool, Boolean>(json).unwrap(), boolean, "{json}");
        }
        for json in ["2", "-1", "1.0", "\"yes\"", "\"\"", "\" true\"", "null", "[]", "{}"] {
            assert!(read::<bool, Boolean>(json).is_err(), "{json}");
        }
        assert_eq!(written::<bool, Boolean>(&true), "true");
    }

    #[test]
    fn texts_accepted_and_refused() {
        for (json, text) in [("\"\"", ""), ("\"a\"", "a"), ("5", "5"), ("-5", "-5"), ("1.5", "1.5"), ("true", "true")] {
            assert_eq!(read::<String, Text>(json).unwrap(), text, "{json}");
        }
        for json in ["null", "[]", "{}"] {
            assert!(read::<String, Text>(json).is_err(), "{json}");
        }
        assert_eq!(written::<String, Text>(&"5".to_owned()), "\"5\"");
    }

    #[test]
    fn lists_accepted_and_refused() {
        for (json, list) in [("[]", &[][..]), ("null", &[]), ("[1,\"5\"]", &["1", "5"])] {
            assert_eq!(read::<Vec<String>, Each<Text>>(json).unwrap(), list, "{json}");
        }
        for json in ["\"1\"", "{}", "[null]", "[[1]]"] {
            assert!(read::<Vec<String>, Each<Text>>(json).is_err(), "{json}");
        }
        assert_eq!(written::<Vec<String>, Each<Text>>(&vec!["1".to_owned()]), "[\"1\"]");
    }

    #[test]
    fn scalars_that_stand_in_strings() {
        assert_eq!(read::<i64, NumberText>("\"-1\"").unwrap(), -1);
        assert_eq!(read::<u64, NumberText>("42").unwrap(), 42);
        assert_eq!(written::<u64, NumberText>(&42), "\"42\"");
        assert!(read::<u64, NumberText>("\"\"").is_err());
        assert!(read::<bool, BooleanText>("\"true\"").unwrap() && read::<bool, BooleanText>("true").unwrap());
        assert_eq!(written::<bool, BooleanText>(&false), "\"false\"");
        let token = read::<SecretString, SecretNumber>("314159").unwrap();
        assert_eq!(token.expose_secret(), "314159");
        assert_eq!(written::<SecretString, SecretNumber>(&token), "314159");
    }

    #[test]
    fn a_refused_secret_is_not_quoted() {
        for json in ["-314159", "\"x314159\"", "314159.5", "[314159]"] {
            let error = read::<SecretString, SecretNumber>(json).unwrap_err().to_string();
            assert!(!error.contains("314159"), "{error}");
        }
        for json in ["314159", "-314159", "314159.5", "[314159]"] {
            let error = read::<SecretString, Secret>(json).unwrap_err().to_string();
            assert!(!error.contains("314159"), "{error}");
        }
    }
}
