//! State that outlives the process: one JSON file for all products.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use crate::lock;

/// Layout of the file; a file of another layout is refused.
const FORMAT: u64 = 1;

/// Why a state file could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The file could not be read or written.
    #[error("cannot use the state file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is not a state of this emulator. It is left as it is.
    #[error("the state file {} is not usable and was left untouched: {reason}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The state file. Each write replaces the whole of it.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    products: Mutex<Map<String, Value>>,
}

impl StateFile {
    /// Reads the file; one that does not exist yet is an empty state.
    pub(crate) fn open(path: &Path) -> Result<Self, StateError> {
        let products = match fs::read(path) {
            Ok(bytes) => parse(&bytes).map_err(|reason| StateError::Invalid { path: path.to_owned(), reason })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Map::new(),
            Err(source) => return Err(StateError::Io { path: path.to_owned(), source }),
        };
        Ok(Self { path: path.to_owned(), products: Mutex::new(products) })
    }

    /// The last saved state of a product.
    pub(crate) fn load(&self, product: &str) -> Option<Value> {
        lock(&self.products).get(product).cloned()
    }

    /// An error about the content of a product's part.
    pub(crate) fn invalid(&self, product: &str, reason: &dyn std::fmt::Display) -> StateError {
        StateError::Invalid { path: self.path.clone(), reason: format!("{product}: {reason}") }
    }

    /// Writes the file anew, with this state of a product. On failure the file keeps its old content.
    pub(crate) fn save(&self, product: &str, state: Value) -> Result<(), StateError> {
        let mut products = lock(&self.products);
        let previous = products.insert(product.to_owned(), state);
        let result = self.write(&products);
        if result.is_err() {
            // Keep what `load` gives equal to what is in the file.
            match previous {
                Some(previous) => products.insert(product.to_owned(), previous),
                None => products.remove(product),
            };
        }
        result.map_err(|source| StateError::Io { path: self.path.clone(), source })
    }

    fn write(&self, products: &Map<String, Value>) -> io::Result<()> {
        let folder = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // A temporary file is created with mode 0600, which the rename keeps: the state holds keys.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let mut writer = io::BufWriter::new(&mut file);
        serde_json::to_writer(&mut writer, &json!({ "format": FORMAT, "products": products }))?;
        writer.write_all(b"\n")?;
        writer.flush()?;
        drop(writer);
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

fn parse(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
    match value.get("format").and_then(Value::as_u64) {
        Some(FORMAT) => {}
        Some(other) => return Err(format!("its format is {other}, this emulator reads format {FORMAT}")),
        None => return Err("it has no \"format\"".to_owned()),
    }
    match value.get("products") {
        Some(Value::Object(products)) => Ok(products.clone()),
        _ => Err("it has no \"products\"".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_refused_and_left_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.json");
        for broken in [r#"{"format":1,"products":{"#, r#"{"format":2,"products":{}}"#, "{}", r#"{"format":1}"#] {
            fs::write(&path, broken).unwrap();
            let message = StateFile::open(&path).unwrap_err().to_string();
            assert!(message.contains("people.json") && message.contains("untouched"), "{message}");
            assert_eq!(fs::read_to_string(&path).unwrap(), broken);
        }
    }

    #[test]
    fn products_share_the_file_and_leave_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.json");
        let file = StateFile::open(&path).unwrap();
        file.save("one", json!({"a": 1})).unwrap();
        file.save("two", json!({"b": 2})).unwrap();
        let again = StateFile::open(&path).unwrap();
        assert_eq!(again.load("one"), Some(json!({"a": 1})));
        assert_eq!(again.load("two"), Some(json!({"b": 2})));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.json");
        StateFile::open(&path).unwrap().save("one", json!({})).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_failed_write_keeps_the_last_saved_state() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let file = StateFile::open(&inner.join("people.json")).unwrap();
        file.save("one", json!(1)).unwrap();
        fs::remove_dir_all(&inner).unwrap();
        assert!(file.save("one", json!(2)).is_err());
        assert_eq!(file.load("one"), Some(json!(1)));
    }
}
