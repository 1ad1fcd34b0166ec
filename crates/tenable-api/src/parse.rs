//! From an `http::Response` to a value.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Response;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Error, OperationMeta};

/// A JSON body.
pub(crate) fn json<T: DeserializeOwned>(meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<T, Error> {
    read(meta, response, || PhantomData)
}

/// What stands under this name in a JSON object; the rest of the object is not looked at.
pub(crate) fn member<T: DeserializeOwned>(
    meta: &'static OperationMeta,
    name: &'static str,
    response: &Response<Bytes>,
) -> Result<T, Error> {
    read(meta, response, || Member(name, PhantomData))
}

/// A JSON body by a seed.
///
/// Nearly all documents are right. So the whole is seen to be UTF-8 at once, which is much faster than text by text, and where a document
/// is wrong is found out by reading it once more: to keep the place in mind takes as long as to read.
fn read<S: for<'de> DeserializeSeed<'de, Value = T>, T>(
    meta: &'static OperationMeta,
    response: &Response<Bytes>,
    seed: impl Fn() -> S,
) -> Result<T, Error> {
    let Ok(text) = std::str::from_utf8(response.body()) else {
        return read_with_place(meta, response, seed());
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match seed().deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(_) => read_with_place(meta, response, seed()),
    }
}

/// The same, also of a document that is no UTF-8 where nobody looks.
fn read_with_place<S: for<'de> DeserializeSeed<'de, Value = T>, T>(
    meta: &'static OperationMeta,
    response: &Response<Bytes>,
    seed: S,
) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(response.body());
    let mut track = serde_path_to_error::Track::new();
    let value = seed
        .deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track))
        .map_err(|error| Error::unreadable(meta, response, Some(track.path().to_string()), error))?;
    deserializer.end().map_err(|error| Error::unreadable(meta, response, None, error))?;
    Ok(value)
}

/// Reads an object for one of its members.
struct Member<T>(&'static str, PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Member<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Member<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{}`", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<T, A::Error> {
        let mut value = None;
        while let Some(name) = fields.next_key::<String>()? {
            if name == self.0 {
                value = Some(fields.next_value()?);
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        value.ok_or_else(|| A::Error::missing_field(self.0))
    }
}

/// A JSON array of exactly one element.
pub(crate) fn one<T: DeserializeOwned>(meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<T, Error> {
    let mut list: Vec<T> = json(meta, response)?;
    match (list.pop(), list.len()) {
        (Some(element), 0) => Ok(element),
        (element, rest) => {
            let count = rest + usize::from(element.is_some());
            Err(Error::unexpected(meta, response, format!("one element was expected in the answer, {count} came")))
        }
    }
}

/// Success without a value: no body, or JSON that is not looked at. A page of something in front of the product is no success.
pub(crate) fn ignored(meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<(), Error> {
    optional::<IgnoredAny>(meta, response).map(|_| ())
}

/// A JSON body, or none.
pub(crate) fn optional<T: DeserializeOwned>(
    meta: &'static OperationMeta,
    response: &Response<Bytes>,
) -> Result<Option<T>, Error> {
    if response.body().iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    json(meta, response)
}
