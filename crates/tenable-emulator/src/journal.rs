//! A record of every request, without its secrets.

use std::collections::VecDeque;
use std::sync::Mutex;

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::lock;

/// Entries kept; the oldest go first.
const CAPACITY: usize = 10_000;
/// Bodies above this size are recorded by their length alone.
const BODY_LIMIT: usize = 64 * 1024;
const MASK: &str = "***";

/// One request, as the emulator saw it.
///
/// Header values are not recorded, except the content type; the values of secret fields in the body are `"***"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournalEntry {
    /// Number of the request, counted from 1 over all products.
    pub sequence: u64,
    /// Time of the request by the emulator's clock, RFC 3339 in UTC.
    pub time: String,
    /// Product that was asked, such as `identity_exposure`.
    pub product: String,
    /// Method.
    pub method: String,
    /// Path, without the query.
    pub path: String,
    /// Query, without the question mark.
    pub query: Option<String>,
    /// Names of the request headers, in lower case.
    pub headers: Vec<String>,
    /// Value of the `Content-Type` header.
    pub content_type: Option<String>,
    /// Body, with secrets masked. A body that is not JSON or is very long is replaced by its length.
    pub body: Option<Value>,
    /// Status of the answer; none where the connection was cut or left hanging instead.
    pub status: Option<u16>,
    /// Template of the route that matched, such as `/api/users/{id}`; none for a request that the product does not know.
    pub route: Option<String>,
    /// Names of the faults that were applied.
    pub faults: Vec<String>,
}

/// What the emulator made of a request.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) status: Option<u16>,
    pub(crate) route: Option<&'static str>,
    pub(crate) faults: Vec<&'static str>,
}

#[derive(Debug, Default)]
struct Entries {
    last: u64,
    kept: VecDeque<JournalEntry>,
}

#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Entries>);

impl Journal {
    pub(crate) fn record(&self, time: String, product: &str, request: &Request<Bytes>, verdict: &Verdict) {
        let entry = JournalEntry {
            sequence: 0,
            time,
            product: product.to_owned(),
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(ToOwned::to_owned),
            headers: request.headers().keys().map(|name| name.as_str().to_owned()).collect(),
            content_type: request
                .headers()
                .get(CONTENT_TYPE)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            body: masked_body(request.body()),
            status: verdict.status,
            route: verdict.route.map(ToOwned::to_owned),
            faults: verdict.faults.iter().map(|&name| name.to_owned()).collect(),
        };
        let mut entries = lock(&self.0);
        entries.last += 1;
        let sequence = entries.last;
        if entries.kept.len() == CAPACITY {
            entries.kept.pop_front();
        }
        entries.kept.push_back(JournalEntry { sequence, ..entry });
    }

    pub(crate) fn after(&self, sequence: u64) -> Vec<JournalEntry> {
        lock(&self.0).kept.iter().filter(|entry| entry.sequence > sequence).cloned().collect()
    }

    /// Forgets the entries; the numbering goes on.
    pub(crate) fn clear(&self) {
        lock(&self.0).kept.clear();
    }
}

fn masked_body(body: &Bytes) -> Option<Value> {
    if body.is_empty() {
        return None;
    }
    if body.len() > BODY_LIMIT {
        return Some(json!({ "omitted_bytes": body.len() }));
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return Some(json!({ "unparsed_bytes": body.len() }));
    };
    mask(&mut value);
    Some(value)
}

/// Replaces the values of secret fields, whatever their type.
fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(object) => {
            for (key, value) in object {
                if is_secret(key) {
                    *value = MASK.into();
                } else {
                    mask(value);
                }
            }
        }
        _ => {}
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["password", "secret", "token"].iter().any(|part| key.contains(part))
        || key.ends_with("key")
        || key.ends_with("license")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(journal: &Journal, body: &'static str) {
        let request = Request::post("/api/users?x=1")
            .header("X-API-Key", "sentinel-header")
            .header("content-type", "application/json")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        let verdict = Verdict { status: Some(201), route: Some("/api/users"), faults: vec![] };
        journal.record("2026-01-01T00:00:00Z".into(), "identity_exposure", &request, &verdict);
    }

    #[test]
    fn secrets_do_not_reach_the_journal() {
        let journal = Journal::default();
        record(
            &journal,
            r#"[{"email":"a@example.com","password":"sentinel-1","nested":{"oldPassword":"sentinel-2","newPassword":"sentinel-3",
            "token":"sentinel-4","smtpAccountPassword":"sentinel-5","searchUserPassword":"sentinel-6","key":"sentinel-7",
            "secretKey":["sentinel-8"],"license":"sentinel-9"}}]"#,
        );
        record(&journal, "password=sentinel-not-json");
        let text = serde_json::to_string(&journal.after(0)).unwrap();
        assert!(!text.contains("sentinel"), "{text}");
        assert!(text.contains("a@example.com") && text.contains("x-api-key"), "{text}");
        assert!(text.contains(r#""unparsed_bytes":26"#), "{text}");
    }

    #[test]
    fn the_oldest_entries_go_first_and_numbers_are_not_reused() {
        let journal = Journal::default();
        for _ in 0..=CAPACITY {
            record(&journal, "");
        }
        let entries = journal.after(0);
        assert_eq!((entries.len(), entries[0].sequence), (CAPACITY, 2));
        assert_eq!(journal.after(CAPACITY as u64).len(), 1);
        journal.clear();
        record(&journal, "");
        assert_eq!(journal.after(0)[0].sequence, CAPACITY as u64 + 2);
    }
}
