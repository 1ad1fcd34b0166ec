//! Golden documents: exchanges as the reference of a product has them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A golden document: one exchange as the product's reference has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// Where it stands, for messages.
    #[serde(skip)]
    pub file: String,
    /// Request: HTTP method.
    #[serde(default)]
    pub method: String,
    /// Request: path and query.
    #[serde(default)]
    pub path: String,
    /// Request: what the caller gives, in wire names.
    #[serde(default)]
    pub arguments: Value,
    /// Response: HTTP status.
    #[serde(default)]
    pub status: u16,
    #[serde(default, deserialize_with = "tenable_model::wire::not_null")]
    body: Option<Box<RawValue>>,
}

impl Golden {
    /// The body as text without white space between its parts; empty when there is none. Keys stand in the order of the file.
    pub fn body(&self) -> String {
        let (mut compact, mut in_text, mut escaped) = (String::new(), false, false);
        for character in self.body.as_ref().map_or("", |body| body.get()).chars() {
            if in_text || !character.is_ascii_whitespace() {
                compact.push(character);
            }
            match character {
                '"' if !escaped => in_text = !in_text,
                _ => {}
            }
            escaped = character == '\\' && !escaped;
        }
        compact
    }

    /// The body as a value; null when there is none.
    ///
    /// # Panics
    ///
    /// Never: the body was read as JSON before.
    pub fn value(&self) -> Value {
        self.body.as_ref().map_or(Value::Null, |body| serde_json::from_str(body.get()).expect("the body is JSON"))
    }

    /// Of `response.VARIANT.json`: what `read.VARIANT.json` beside it says, the usual form of an answer in an unusual one.
    ///
    /// # Panics
    ///
    /// When the file is there and no JSON.
    pub fn usual_form(&self) -> Option<Value> {
        let path = Path::new(&self.file);
        let name = path.file_name()?.to_str()?.replacen("response", "read", 1);
        let text = fs::read_to_string(path.with_file_name(name)).ok()?;
        Some(serde_json::from_str(&text).expect("the file is JSON"))
    }
}

/// The golden documents of an operation whose file names start with `kind`: `request` or `response`.
///
/// # Panics
///
/// When a file is not a golden document.
pub fn fixtures(product: &str, operation: &str, kind: &str) -> Vec<Golden> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(product).join(operation);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(kind)))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let golden: Golden =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            Golden { file: path.display().to_string(), ..golden }
        })
        .collect()
}

/// The golden documents of all operations of a product, as [`fixtures`] gives them, each with its operation.
///
/// # Panics
///
/// When a file is not a golden document.
pub fn all_fixtures(product: &str, kind: &str) -> Vec<(String, Golden)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(product);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let entries = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut operations: Vec<String> = entries
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    operations.sort();
    let documents = |operation: String| {
        let documents = fixtures(product, &operation, kind);
        documents.into_iter().map(move |golden| (operation.clone(), golden))
    };
    operations.into_iter().flat_map(documents).collect()
}
