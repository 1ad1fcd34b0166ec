//! The envelope around every answer: `{"type", "response", "error_code", "error_msg", "warnings", "timestamp"}`.
//!
//! Operations read their payload out of it here and nowhere else. The content type is never asked for: refusals are at times labelled
//! as HTML. Source: recorded exchanges and the vendor's API pages.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::Response;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tenable_model::Timestamp;
use tenable_model::security_center::Page;

use crate::{Error, OperationMeta, parse};

/// Where whoever reads the payload of an answer leaves its head, so that a long answer is gone through once.
#[derive(Clone, Debug, Default)]
pub(super) struct HeadFound(Arc<OnceLock<Head>>);

impl HeadFound {
    pub(super) fn get(&self) -> Option<&Head> {
        self.0.get()
    }
}

/// The payload.
pub(super) fn json<T: DeserializeOwned>(meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<T, Error> {
    if let Some(found) = response.extensions().get::<HeadFound>() {
        let mut head = Head::default();
        if let Ok(payload) = parse::read(meta, response, Envelope { head: &mut head, payload: PhantomData }) {
            // There is one answer, and it is read once.
            let _first = found.0.set(head);
            return Ok(payload);
        }
        // It may be the head that cannot be read.
    }
    parse::member(meta, PAYLOAD, response)
}

/// Reads an envelope for its payload and its head.
struct Envelope<'h, T> {
    head: &'h mut Head,
    payload: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Envelope<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Envelope<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<T, A::Error> {
        let mut payload = None;
        while let Some(name) = fields.next_key::<String>()? {
            if name == PAYLOAD {
                payload = Some(fields.next_value()?);
            } else {
                self.head.take(&name, &mut fields)?;
            }
        }
        payload.ok_or_else(|| A::Error::missing_field(PAYLOAD))
    }
}

const PAYLOAD: &str = "response";

/// The elements of a list in any of its forms: bare, under the name of the resource, or one page.
pub(super) fn list<T: DeserializeOwned>(
    meta: &'static OperationMeta,
    response: &Response<Bytes>,
) -> Result<Vec<T>, Error> {
    page(meta, response).map(|page| page.items)
}

/// One page of a list.
pub(super) fn page<T: DeserializeOwned>(
    meta: &'static OperationMeta,
    response: &Response<Bytes>,
) -> Result<Page<T>, Error> {
    json(meta, response)
}

/// Success without a value. The payload is not looked at; no body at all is success too.
pub(super) fn ignored(meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<(), Error> {
    if response.body().trim_ascii().is_empty() {
        return Ok(());
    }
    json::<IgnoredAny>(meta, response).map(drop)
}

/// All of an envelope but its payload. Every field is read leniently: what is wrong with one must not hide the others.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Where there are several, one that is a refusal.
    pub(super) error_code: Option<i64>,
    pub(super) error_msg: String,
    pub(super) warnings: Vec<Value>,
    pub(super) timestamp: Option<Timestamp>,
}

impl Head {
    /// That of an answer; `None` if the answer is no envelope.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(body).ok().filter(|head| head.error_code.is_some())
    }

    /// Takes the value of the field of this name.
    fn take<'de, A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "error_code" => {
                let code = number(&fields.next_value()?);
                self.error_code = self.error_code.filter(|code| *code != 0).or(code).or(self.error_code);
            }
            "error_msg" => self.error_msg = text(fields.next_value()?),
            "warnings" => self.warnings = elements(fields.next_value()?),
            "timestamp" => {
                let seconds = number(&fields.next_value()?);
                self.timestamp = seconds.and_then(|seconds| Timestamp::from_unix_seconds(seconds).ok());
            }
            _ => drop(fields.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeadVisitor)
    }
}

struct HeadVisitor;

impl<'de> Visitor<'de> for HeadVisitor {
    type Value = Head;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Head, A::Error> {
        let mut head = Head::default();
        while let Some(name) = fields.next_key::<String>()? {
            head.take(&name, &mut fields)?;
        }
        Ok(head)
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements,
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Operation;
    use crate::security_center::{DeleteUser, GetUser, ListUsers};

    fn answer(body: &str) -> Response<Bytes> {
        Response::builder()
            .header("content-type", "text/html; charset=UTF-8")
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    }

    #[test]
    fn every_form_of_a_list_is_read() {
        for payload in [
            r#"[{"id":"4"}]"#,
            r#"{"users":[{"id":"4"}]}"#,
            r#"{"totalRecords":"1","returnedRecords":1,"startOffset":"0","endOffset":1,"results":[{"id":"4"}]}"#,
        ] {
            let body = format!(
                r#"{{"type":"regular","response":{payload},"error_code":0,"error_msg":"","warnings":[],"timestamp":1}}"#
            );
            assert_eq!(ListUsers::parse(&answer(&body)).unwrap().len(), 1, "{payload}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let error = ListUsers::parse(&answer(r#"{"response":[{"id":"4"},{"id":[]}],"error_code":0}"#)).unwrap_err();
        assert!(error.to_string().contains("response[1].id"), "{error}");
        let error = GetUser::parse(&answer("<h1>Sign in</h1>")).unwrap_err();
        assert!(error.to_string().contains("not JSON: Sign in"), "{error}");
    }

    #[test]
    fn what_is_no_utf_8_matters_where_it_is_read() {
        let answer = |name: &[u8], message: &[u8]| {
            let body = [
                br#"{"response":[{"id":"4","username":""#,
                name,
                br#""}],"error_code":0,"error_msg":""#,
                message,
                br#""}"#,
            ];
            Response::new(Bytes::from(body.concat()))
        };
        assert_eq!(ListUsers::parse(&answer(b"lee", b"\xe9")).unwrap()[0].username.as_deref(), Some("lee"));
        let error = ListUsers::parse(&answer(b"l\xe9e", b"")).unwrap_err();
        assert!(error.is_unreadable() && error.to_string().contains("response[0].username"), "{error}");
    }

    #[test]
    fn success_without_a_value() {
        for body in ["", r#"{"response":"","error_code":0}"#, r#"{"response":{"new":1},"error_code":0}"#] {
            DeleteUser::parse(&answer(body)).unwrap();
        }
        for body in ["<h1>Sign in</h1>", "[1]", r#"{"error":"gone"}"#] {
            assert!(DeleteUser::parse(&answer(body)).unwrap_err().is_unreadable(), "{body}");
        }
    }

    #[test]
    fn of_several_codes_a_refusal_counts() {
        for (body, code) in [
            (r#"{"response":"","error_code":0,"error_code":147}"#, 147),
            (r#"{"error_code":147,"response":"","error_code":0}"#, 147),
            (r#"{"error_code":147,"response":"","error_code":null}"#, 147),
            (r#"{"error_code":0,"response":"","error_code":"0","error_msg":"","error_msg":""}"#, 0),
            (r#"{"error_code":0,"response":"","error_code":null}"#, 0),
        ] {
            assert_eq!(Head::read(body.as_bytes()).unwrap().error_code, Some(code), "{body}");
        }
    }

    #[test]
    fn the_head_is_read_whatever_is_wrong_with_the_rest() {
        let head = Head::read(br#"{"type":1,"response":[[]],"error_code":"147","error_msg":null,"warnings":{"code":1},"timestamp":"1700000000"}"#);
        let head = head.unwrap();
        assert_eq!((head.error_code, head.error_msg.as_str(), head.warnings.len()), (Some(147), "", 1));
        assert_eq!(head.timestamp.unwrap().unix_seconds(), 1_700_000_000);
        for body in ["", "[]", "[12]", "{}", "<html>", r#"{"error":"gone"}"#, r#"{"response":"","error_code":null}"#] {
            assert!(Head::read(body.as_bytes()).is_none(), "{body}");
        }
    }
}
