use std::fmt;

use serde::de::{Error, IntoDeserializer, Visitor};
use serde::{Deserializer, Serializer};

use super::scalar::{number_then, text_then};
use super::{Codec, Number};
use crate::Timestamp;

/// Seconds since 1970 as a JSON number; digit strings are read too.
#[derive(Debug)]
pub struct UnixSeconds;

/// Seconds since 1970 as digits in a JSON string, where 0, -1 and an empty string mean "never"; numbers are read too.
///
/// "Never" is written as `"0"`.
#[derive(Debug)]
pub struct UnixSecondsText;

impl Codec<Timestamp> for UnixSecondsText {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        UnixSeconds::decode(deserializer)
    }

    fn encode<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&value.unix_seconds())
    }

    fn decode_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        struct Seconds;

        impl Visitor<'_> for Seconds {
            type Value = Option<Timestamp>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or one in quotes")
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Option<Timestamp>, E> {
                if value.is_empty() { Ok(None) } else { seconds(value) }
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Option<Timestamp>, E> {
                seconds(value)
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Option<Timestamp>, E> {
                seconds(value)
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Option<Timestamp>, E> {
                seconds(value)
            }
        }

        fn seconds<'v, E: Error>(value: impl IntoDeserializer<'v, E>) -> Result<Option<Timestamp>, E> {
            match Number::decode(value.into_deserializer())? {
                0 | -1 => Ok(None),
                seconds => Timestamp::from_unix_seconds(seconds).map(Some).map_err(E::custom),
            }
        }

        deserializer.deserialize_any(Seconds)
    }

    fn encode_nothing<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("0")
    }
}

/// Milliseconds since 1970 as a JSON number; digit strings are read too. In a field, 0 means "never".
#[derive(Debug)]
pub struct UnixMilliseconds;

/// RFC 3339 text such as `2026-08-01T12:00:00Z`.
#[derive(Debug)]
pub struct Rfc3339;

impl Codec<Timestamp> for UnixSeconds {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        number_then(deserializer, Timestamp::from_unix_seconds)
    }

    fn encode<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(value.unix_seconds())
    }
}

impl Codec<Timestamp> for UnixMilliseconds {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        number_then(deserializer, Timestamp::from_unix_milliseconds)
    }

    fn encode<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(value.unix_milliseconds())
    }

    fn decode_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        number_then(deserializer, |milliseconds| match milliseconds {
            0 => Ok(None),
            milliseconds => Timestamp::from_unix_milliseconds(milliseconds).map(Some),
        })
    }

    fn encode_nothing<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(0)
    }
}

impl Codec<Timestamp> for Rfc3339 {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        text_then(deserializer, |text| text.parse())
    }

    fn encode<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<C: Codec<Timestamp>>(json: &str) -> Result<Timestamp, serde_json::Error> {
        C::decode(&mut serde_json::Deserializer::from_str(json))
    }

    fn written<C: Codec<Timestamp>>(value: &Timestamp) -> String {
        C::encode(value, serde_json::value::Serializer).unwrap().to_string()
    }

    #[test]
    fn times_accepted_and_refused() {
        let noon = Timestamp::from_unix_seconds(1_785_585_600).unwrap();
        for json in ["1785585600", "\"1785585600\"", "1785585600.0"] {
            assert_eq!(read::<UnixSeconds>(json).unwrap(), noon, "{json}");
        }
        for json in ["1785585600000", "\"1785585600000\""] {
            assert_eq!(read::<UnixMilliseconds>(json).unwrap(), noon, "{json}");
        }
        for json in ["\"2026-08-01T12:00:00Z\"", "\"2026-08-01T12:00:00.000+00:00\""] {
            assert_eq!(read::<Rfc3339>(json).unwrap(), noon, "{json}");
        }
        for json in ["\"\"", "null", "true", "\"soon\"", "1785585600.5", "9223372036854775807"] {
            assert!(read::<UnixSeconds>(json).is_err(), "{json}");
            assert!(read::<UnixMilliseconds>(json).is_err(), "{json}");
        }
        for json in ["\"\"", "null", "\"1785585600\"", "\"2026-08-01\""] {
            assert!(read::<Rfc3339>(json).is_err(), "{json}");
        }
        for (json, time) in [("0", None), ("\"0\"", None), ("1785585600000", Some(noon))] {
            let read = UnixMilliseconds::decode_field(&mut serde_json::Deserializer::from_str(json));
            assert_eq!(read.unwrap(), time, "{json}");
        }
        for (json, time) in [
            ("\"\"", None),
            ("\"0\"", None),
            ("\"-1\"", None),
            ("0", None),
            ("-1", None),
            ("-1.0", None),
            ("\"1785585600\"", Some(noon)),
            ("1785585600", Some(noon)),
            ("1785585600.0", Some(noon)),
        ] {
            let read = UnixSecondsText::decode_field(&mut serde_json::Deserializer::from_str(json));
            assert_eq!(read.unwrap(), time, "{json}");
        }
        for json in ["\"soon\"", "-1.5", "true", "[]"] {
            assert!(UnixSecondsText::decode_field(&mut serde_json::Deserializer::from_str(json)).is_err(), "{json}");
        }
        assert_eq!(UnixMilliseconds::encode_nothing(serde_json::value::Serializer).unwrap(), 0);
        assert_eq!(written::<UnixSeconds>(&noon), "1785585600");
        assert_eq!(written::<UnixMilliseconds>(&noon), "1785585600000");
        assert_eq!(written::<Rfc3339>(&noon), "\"2026-08-01T12:00:00Z\"");
    }
}
