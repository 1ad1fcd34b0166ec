//! From an `http::Response` to a value.

use bytes::Bytes;
use http::Response;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{Error, OperationMeta};

/// A JSON body.
pub(crate) fn json<T: DeserializeOwned>(meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(response.body());
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        Error::unreadable(meta, response, Some(path), error.into_inner())
    })?;
    deserializer.end().map_err(|error| Error::unreadable(meta, response, None, error))?;
    Ok(value)
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
