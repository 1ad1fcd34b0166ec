//! From a request struct to an `http::Request`: paths that cannot be escaped, bodies that are exact.

use std::fmt::Display;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::{Error, OperationMeta};

/// All but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Builds the request of one operation.
#[derive(Debug)]
pub(crate) struct RequestBuilder {
    meta: &'static OperationMeta,
    path: Result<String, Error>,
}

impl RequestBuilder {
    pub(crate) fn new(meta: &'static OperationMeta) -> Self {
        Self { meta, path: Ok(meta.path.to_owned()) }
    }

    /// Fills the next path parameter. Whatever the value holds stays inside its segment; an empty one is refused, for it would
    /// name the collection instead of an element.
    pub(crate) fn segment(mut self, name: &str, value: impl Display) -> Self {
        self.path = self.path.and_then(|path| {
            let value = value.to_string();
            if value.is_empty() || value == "." || value == ".." {
                return Err(Error::invalid_input(self.meta, format!("`{name}` is {value:?}, which names nothing")));
            }
            Ok(path.replacen(&format!("{{{name}}}"), &utf8_percent_encode(&value, SEGMENT).to_string(), 1))
        });
        self
    }

    /// A request without a body.
    pub(crate) fn finish(self) -> Result<http::Request<Bytes>, Error> {
        self.body(None)
    }

    /// A request with a JSON body.
    pub(crate) fn json<T: Serialize + ?Sized>(self, body: &T) -> Result<http::Request<Bytes>, Error> {
        let json = serde_json::to_vec(body).map_err(|error| Error::invalid_input(self.meta, error.to_string()))?;
        self.body(Some(json.into()))
    }

    fn body(self, body: Option<Bytes>) -> Result<http::Request<Bytes>, Error> {
        let mut request = http::Request::builder().method(self.meta.method.clone()).uri(self.path?);
        request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        if body.is_some() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        request.body(body.unwrap_or_default()).map_err(|error| Error::invalid_input(self.meta, error.to_string()))
    }
}

/// Refuses an empty list where the product wants at least one element.
pub(crate) fn at_least_one<T>(meta: &'static OperationMeta, name: &str, list: Option<&Vec<T>>) -> Result<(), Error> {
    match list {
        Some(list) if list.is_empty() => {
            Err(Error::invalid_input(meta, format!("`{name}` is empty; the operation needs at least one element")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Operation;
    use crate::identity_exposure::GetUser;

    proptest! {
        #[test]
        fn a_value_never_leaves_its_segment(value in prop_oneof!["\\PC*", ".{0,3}", "(\\.|/|%2[fF]|\\?|#|\\\\| |;|:|@){1,8}"]) {
            let request = RequestBuilder::new(GetUser::META).segment("id", &value).finish();
            if matches!(value.as_str(), "" | "." | "..") {
                prop_assert!(request.unwrap_err().is_invalid_input());
                return Ok(());
            }
            let uri = request.unwrap().uri().clone();
            prop_assert!(uri.query().is_none());
            let segments: Vec<&str> = uri.path().split('/').collect();
            prop_assert_eq!(&segments[..3], &["", "api", "users"]);
            prop_assert_eq!(segments.len(), 4);
            let back = percent_encoding::percent_decode_str(segments[3]).decode_utf8().unwrap();
            prop_assert_eq!(back, value);
        }
    }
}
