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
/// Memory that the kept entries may take, in bytes; the oldest go first.
const MEMORY: usize = 64 * 1024 * 1024;
/// Bodies above this size are recorded by their length alone.
const BODY_LIMIT: usize = 64 * 1024;
const MASK: &str = "***";

/// One request, as the emulator saw it.
///
/// Header values are not recorded, except the content type. A value in the query or the body that could be a secret is
/// `"***"`: kept are only the values of body fields that the product knows and that hold no secret.
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
    /// Query, without the question mark, with `***` for each value.
    pub query: Option<String>,
    /// Names of the request headers, in lower case.
    pub headers: Vec<String>,
    /// Value of the `Content-Type` header.
    pub content_type: Option<String>,
    /// Body, with secrets masked. One that is not JSON or is very long is replaced by its length; one that is refused
    /// with status 413 is left out.
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
    /// Each with the memory it takes.
    kept: VecDeque<(usize, JournalEntry)>,
    memory: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Entries>);

impl Journal {
    /// Records a request; `is_open` says whether a field of a body holds no secret.
    pub(crate) fn record(
        &self,
        time: String,
        product: &str,
        request: &Request<Bytes>,
        is_open: &dyn Fn(&str) -> bool,
        verdict: &Verdict,
    ) {
        let entry = JournalEntry {
            sequence: 0,
            time,
            product: product.to_owned(),
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(masked_query),
            headers: request.headers().keys().map(|name| name.as_str().to_owned()).collect(),
            content_type: request
                .headers()
                .get(CONTENT_TYPE)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            body: masked_body(request.body(), is_open),
            status: verdict.status,
            route: verdict.route.map(ToOwned::to_owned),
            faults: verdict.faults.iter().map(|&name| name.to_owned()).collect(),
        };
        let mut entries = lock(&self.0);
        entries.last += 1;
        let sequence = entries.last;
        let size = size(&entry);
        while entries.kept.len() >= CAPACITY || (entries.memory + size > MEMORY && !entries.kept.is_empty()) {
            let oldest = entries.kept.pop_front().map_or(0, |(size, _)| size);
            entries.memory -= oldest;
        }
        entries.memory += size;
        entries.kept.push_back((size, JournalEntry { sequence, ..entry }));
    }

    pub(crate) fn after(&self, sequence: u64) -> Vec<JournalEntry> {
        let entries = lock(&self.0);
        entries.kept.iter().map(|(_, entry)| entry).filter(|entry| entry.sequence > sequence).cloned().collect()
    }

    /// Forgets the entries; the numbering goes on.
    pub(crate) fn clear(&self) {
        let mut entries = lock(&self.0);
        entries.kept.clear();
        entries.memory = 0;
    }
}

/// The memory that an entry takes, roughly.
fn size(entry: &JournalEntry) -> usize {
    let texts = [&entry.time, &entry.product, &entry.method, &entry.path].into_iter();
    let texts = texts.chain(&entry.query).chain(&entry.headers).chain(&entry.content_type).chain(&entry.route);
    let texts = texts.chain(&entry.faults).map(|text| size_of::<String>() + text.len());
    size_of::<JournalEntry>() + texts.sum::<usize>() + entry.body.as_ref().map_or(0, value_size)
}

fn value_size(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(value_size).sum(),
        // The map's nodes are about half full.
        Value::Object(object) => {
            object.iter().map(|(key, value)| 2 * size_of::<String>() + key.len() + 2 * value_size(value)).sum()
        }
        _ => 0,
    };
    size_of::<Value>() + inside
}

/// The names of a query. A value may be a key that someone sent in the wrong place.
fn masked_query(query: &str) -> String {
    let masked = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) => format!("{name}={MASK}"),
        None => pair.to_owned(),
    });
    masked.collect::<Vec<_>>().join("&")
}

fn masked_body(body: &Bytes, is_open: &dyn Fn(&str) -> bool) -> Option<Value> {
    if body.is_empty() {
        return None;
    }
    if body.len() > BODY_LIMIT {
        return Some(json!({ "omitted_bytes": body.len() }));
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return Some(json!({ "unparsed_bytes": body.len() }));
    };
    mask(&mut value, false, is_open);
    Some(value)
}

/// Replaces whatever is not the value of an open field; `open` says whether `value` stands in one.
fn mask(value: &mut Value, open: bool, is_open: &dyn Fn(&str) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, open, is_open)),
        Value::Object(object) => {
            for (name, value) in object {
                if is_open(name) {
                    mask(value, true, is_open);
                } else {
                    *value = MASK.into();
                }
            }
        }
        _ if open => {}
        _ => *value = MASK.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(journal: &Journal, body: impl Into<Bytes>) {
        let request = Request::post("/api/users?api-key=sentinel-query&flag&=sentinel-nameless")
            .header("X-API-Key", "sentinel-header")
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        let verdict = Verdict { status: Some(201), route: Some("/api/users"), faults: vec![] };
        let is_open = |name: &str| ["email", "roles", "nested"].contains(&name);
        journal.record("2026-01-01T00:00:00Z".into(), "identity_exposure", &request, &is_open, &verdict);
    }

    #[test]
    fn secrets_do_not_reach_the_journal() {
        let journal = Journal::default();
        for (body, recorded) in [
            (
                json!([{ "email": "a@example.com", "roles": [1, null], "password": "sentinel", "pwd": { "email": "sentinel" },
                    "nested": { "Email": "sentinel", "email": "b@example.com" }, "pin": 1 }]),
                json!([{ "email": "a@example.com", "roles": [1, null], "password": "***", "pwd": "***",
                    "nested": { "Email": "***", "email": "b@example.com" }, "pin": "***" }]),
            ),
            (json!("sentinel"), json!("***")),
            (json!(42), json!("***")),
            (json!(["sentinel", ["sentinel"], {}]), json!(["***", ["***"], {}])),
        ] {
            record(&journal, body.to_string());
            assert_eq!(journal.after(0).last().unwrap().body, Some(recorded));
        }
        record(&journal, "password=sentinel-not-json");
        let text = serde_json::to_string(&journal.after(0)).unwrap();
        assert_eq!(journal.after(0)[0].query.as_deref(), Some("api-key=***&flag&=***"));
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

    #[test]
    fn the_journal_takes_bounded_memory_and_keeps_the_latest() {
        let journal = Journal::default();
        // A list of numbers takes many times the length of its text.
        let body = Bytes::from(format!(r#"{{"roles":[{}1]}}"#, "1,".repeat(30_000)));
        let count = u64::try_from(2 * MEMORY / (30_000 * size_of::<Value>())).unwrap();
        for _ in 0..count {
            record(&journal, body.clone());
        }
        let memory = |journal: &Journal| {
            let entries = lock(&journal.0);
            assert_eq!(entries.memory, entries.kept.iter().map(|(_, entry)| size(entry)).sum::<usize>());
            entries.memory
        };
        assert!((MEMORY / 2..=MEMORY).contains(&memory(&journal)));
        assert_eq!(journal.after(count - 1).len(), 1);
        assert!(journal.after(0)[0].sequence > 1);
        journal.clear();
        assert_eq!(memory(&journal), 0);
    }
}
