//! From a request struct to an `http::Request`: paths that cannot be escaped, bodies that are exact.

use std::fmt::Display;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;
use tenable_model::Extra;

use crate::{Error, OperationMeta};

/// All but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Builds the request of one operation.
#[derive(Debug)]
pub(crate) struct RequestBuilder {
    meta: &'static OperationMeta,
    /// As far as it is filled in.
    path: Result<String, Error>,
    /// What follows, with its parameters.
    rest: &'static str,
    query: String,
}

impl RequestBuilder {
    pub(crate) fn new(meta: &'static OperationMeta) -> Self {
        Self { meta, path: Ok(String::with_capacity(128)), rest: meta.path, query: String::new() }
    }

    /// Fills the next path parameter, which has this name. Whatever the value holds stays inside its segment; an empty one is refused,
    /// for it would name the collection instead of an element.
    pub(crate) fn segment(mut self, name: &str, value: impl Display) -> Self {
        let value = value.to_string();
        if value.is_empty() || value == "." || value == ".." {
            let problem = format!("`{name}` is {value:?}, which names nothing");
            self.path = self.path.and_then(|_| Err(Error::invalid_input(self.meta, problem)));
        } else if let Ok(path) = &mut self.path
            && let Some((before, after)) = self.rest.split_once('{')
            && let Some((parameter, rest)) = after.split_once('}')
        {
            debug_assert_eq!(parameter, name, "{}", self.meta.path);
            path.push_str(before);
            path.extend(utf8_percent_encode(&value, SEGMENT));
            self.rest = rest;
        }
        self
    }

    /// Adds a parameter to the query, if it has a value.
    pub(crate) fn query(self, name: &str, value: Option<&impl Display>) -> Self {
        match value {
            Some(value) => self.query_list(name, Some(&vec![value])),
            None => self,
        }
    }

    /// Adds a comma-separated list to the query, if there is one and it is not empty.
    pub(crate) fn query_list<T: Display>(mut self, name: &str, values: Option<&Vec<T>>) -> Self {
        for (number, value) in values.into_iter().flatten().enumerate() {
            if number > 0 {
                self.query.push(',');
            } else {
                self.query.push(if self.query.is_empty() { '?' } else { '&' });
                self.query.push_str(name);
                self.query.push('=');
            }
            self.query.extend(utf8_percent_encode(&value.to_string(), SEGMENT));
        }
        self
    }

    /// Adds a list to the query, in which each element repeats the name.
    pub(crate) fn query_each<T: Display>(self, name: &str, values: Option<&Vec<T>>) -> Self {
        values.into_iter().flatten().fold(self, |builder, value| builder.query(name, Some(value)))
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

    /// A request with a JSON body that may have fields which the contract does not know.
    pub(crate) fn json_with<T: Serialize>(self, body: &T, extra: &Extra) -> Result<http::Request<Bytes>, Error> {
        if extra.is_empty() {
            return self.json(body);
        }
        if let Some((name, _)) =
            extra.iter().find(|(name, _)| self.meta.parameters.iter().any(|known| known.name == *name))
        {
            return Err(Error::invalid_input(self.meta, format!("`{name}` is a field of its own and no extra one")));
        }
        // The known fields as they are written anyway, in their order, then the others.
        let mut json =
            serde_json::to_string(body).map_err(|error| Error::invalid_input(self.meta, error.to_string()))?;
        json.truncate(json.len().saturating_sub(1));
        for (name, value) in extra.iter() {
            if !json.ends_with('{') {
                json.push(',');
            }
            json.push_str(&Value::from(name).to_string());
            json.push(':');
            json.push_str(&value.to_string());
        }
        json.push('}');
        self.body(Some(json.into()))
    }

    /// A request with a JSON body, or without one if that would be an empty object.
    pub(crate) fn json_unless_empty<T: Serialize>(self, body: &T) -> Result<http::Request<Bytes>, Error> {
        let json = serde_json::to_vec(body).map_err(|error| Error::invalid_input(self.meta, error.to_string()))?;
        self.body(Some(json.into()).filter(|json: &Bytes| json.as_ref() != b"{}"))
    }

    fn body(self, body: Option<Bytes>) -> Result<http::Request<Bytes>, Error> {
        let json = HeaderValue::from_static("application/json");
        let address = self.path? + self.rest + &self.query;
        let address = PathAndQuery::try_from(address);
        let has_body = body.is_some();
        let mut request = http::Request::new(body.unwrap_or_default());
        *request.method_mut() = self.meta.method.clone();
        *request.uri_mut() = address.map_err(|error| Error::invalid_input(self.meta, error.to_string()))?.into();
        if has_body {
            request.headers_mut().insert(CONTENT_TYPE, json.clone());
        }
        request.headers_mut().insert(ACCEPT, json);
        Ok(request)
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

/// Refuses one of two fields that only work together.
pub(crate) fn together(
    meta: &'static OperationMeta,
    (first, first_is_set): (&str, bool),
    (second, second_is_set): (&str, bool),
) -> Result<(), Error> {
    let (set, missing) = match (first_is_set, second_is_set) {
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return Ok(()),
    };
    Err(Error::invalid_input(meta, format!("`{set}` is set without `{missing}`; the product wants both or neither")))
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
