//! From an `http::Response` to a value.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Response;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use tenable_model::place_of;

use crate::{Error, OperationMeta};

/// A JSON body.
pub(crate) fn json<T: DeserializeOwned>(meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<T, Error> {
    read(meta, response, PhantomData)
}

/// What stands under this name in a JSON object; the rest of the object is not looked at.
pub(crate) fn member<T: DeserializeOwned>(
    meta: &'static OperationMeta,
    name: &'static str,
    response: &Response<Bytes>,
) -> Result<T, Error> {
    read(meta, response, Member(name, PhantomData))
}

/// A JSON body by a seed.
///
/// The whole is seen to be UTF-8 at once, which is much faster than text by text. Where a document is wrong is found out afterwards: to
/// keep the place in mind takes as long as to read.
pub(crate) fn read<S: for<'de> DeserializeSeed<'de, Value = T>, T>(
    meta: &'static OperationMeta,
    response: &Response<Bytes>,
    seed: S,
) -> Result<T, Error> {
    let text = match std::str::from_utf8(response.body()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(readable(response.body())),
    };
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let value = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| Error::unreadable(meta, response, place_of(&text, &error), error))
}

/// A body that is no UTF-8, as a text that is wrong where the body is: the second half of a pair of code units stands for what is no
/// character. Who reads over it does not mind, and who reads it fails. Columns after it are those of this text.
fn readable(body: &[u8]) -> String {
    body.utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            // The blank keeps a backslash, or a first half, before it from taking this one.
            text.push_str(" \\udc00");
        }
        text
    })
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
