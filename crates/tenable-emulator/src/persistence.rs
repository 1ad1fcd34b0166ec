//! State that outlives the process: one JSON file for all products.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use fs4::{FileExt, TryLockError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

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
    /// Another emulator works with the file, in this process or another. It is left as it is.
    #[error("the state file {} is in use by another emulator", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
}

/// The state file. Each write replaces the whole of it.
///
/// A second file, `<file>.lock`, is locked as long as this one is open. It is not removed: someone who has opened it
/// already would lock a file that nobody else finds. The state file itself cannot carry the lock, as writes replace it.
pub(crate) struct StateFile {
    path: PathBuf,
    contents: Mutex<Contents>,
}

struct Contents {
    /// Holds the lock; none once the file is closed.
    locked: Option<File>,
    /// What was saved last, by product, as JSON text.
    products: BTreeMap<String, Vec<u8>>,
}

impl fmt::Debug for StateFile {
    /// Leaves out the content, which holds keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StateFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl StateFile {
    /// Locks and reads the file; one that does not exist yet is an empty state.
    pub(crate) fn open(path: &Path) -> Result<Self, StateError> {
        let failed = |source| StateError::Io { path: path.to_owned(), source };
        // Behind a link, so that the same file has the same lock whatever it is called.
        let path = &match fs::canonicalize(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(failed(error)),
        };
        let guard =
            private(OpenOptions::new().write(true).create(true).truncate(false)).open(beside(path, "", ".lock"));
        let guard = guard.map_err(failed)?;
        FileExt::try_lock(&guard).map_err(|error| match error {
            TryLockError::WouldBlock => StateError::InUse { path: path.clone() },
            TryLockError::Error(error) => failed(error),
        })?;
        let products = match fs::read(path) {
            Ok(bytes) => parse(&bytes).map_err(|reason| StateError::Invalid { path: path.clone(), reason })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(source) => return Err(failed(source)),
        };
        Ok(Self { path: path.clone(), contents: Mutex::new(Contents { locked: Some(guard), products }) })
    }

    /// The last saved state of a product; none if there is none yet.
    pub(crate) fn load<T: DeserializeOwned>(&self, product: &str) -> Result<Option<T>, StateError> {
        let contents = lock(&self.contents);
        let Some(saved) = contents.products.get(product) else { return Ok(None) };
        serde_json::from_slice(saved).map(Some).map_err(|error| self.invalid(product, &error))
    }

    /// An error about the content of a product's part.
    pub(crate) fn invalid(&self, product: &str, reason: &dyn std::fmt::Display) -> StateError {
        StateError::Invalid { path: self.path.clone(), reason: format!("{product}: {reason}") }
    }

    /// Writes the file anew, with this state of a product. On failure the file keeps its old content.
    pub(crate) fn save(&self, product: &str, state: &impl Serialize) -> Result<(), StateError> {
        let failed = |source| StateError::Io { path: self.path.clone(), source };
        let mut contents = lock(&self.contents);
        if contents.locked.is_none() {
            return Err(failed(io::Error::other("the emulator has ended")));
        }
        // The only copy. It stays as what to return to when a later write fails.
        let new = serde_json::to_vec(state).map_err(|error| failed(error.into()))?;
        let others = contents.products.iter().filter(|(name, _)| *name != product);
        let others = others.map(|(name, saved)| (name.as_str(), saved.as_slice()));
        self.write(others.chain([(product, new.as_slice())])).map_err(failed)?;
        contents.products.insert(product.to_owned(), new);
        Ok(())
    }

    /// Lets others have the file. Nothing is written any more.
    pub(crate) fn close(&self) {
        if let Some(guard) = lock(&self.contents).locked.take() {
            // Closing unlocks too, on some systems only after a while.
            let _closed = FileExt::unlock(&guard);
        }
    }

    fn write<'c>(&self, products: impl Iterator<Item = (&'c str, &'c [u8])>) -> io::Result<()> {
        // Always the same name, so that kills leave at most one behind; whoever has the lock may remove it.
        let new = beside(&self.path, ".", ".new");
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = private(OpenOptions::new().write(true).create_new(true)).open(&new)?;
        let written = write_products(file, products).and_then(|()| fs::rename(&new, &self.path));
        if written.is_err() {
            // The error that matters is the first.
            drop(fs::remove_file(&new));
        }
        written?;
        #[cfg(unix)]
        if let Ok(folder) = File::open(folder(&self.path)) {
            // The new file is in place already; a file system that cannot sync folders is no reason to refuse it.
            let _unsupported = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for StateFile {
    fn drop(&mut self) {
        self.close();
    }
}

fn write_products<'c>(file: File, products: impl Iterator<Item = (&'c str, &'c [u8])>) -> io::Result<()> {
    let mut writer = io::BufWriter::new(file);
    write!(writer, "{{\"format\":{FORMAT},\"products\":{{")?;
    for (index, (product, state)) in products.enumerate() {
        if index > 0 {
            writer.write_all(b",")?;
        }
        serde_json::to_writer(&mut writer, product)?;
        writer.write_all(b":")?;
        writer.write_all(state)?;
    }
    writer.write_all(b"}}\n")?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// For the owner alone: the state holds keys.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A name next to the file, made from its own.
fn beside(path: &Path, before: &str, after: &str) -> PathBuf {
    let mut name = OsString::from(before);
    name.push(path.file_name().unwrap_or_default());
    name.push(after);
    folder(path).join(name)
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
    match value.get("format").and_then(Value::as_u64) {
        Some(FORMAT) => {}
        Some(other) => return Err(format!("its format is {other}, this emulator reads format {FORMAT}")),
        None => return Err("it has no \"format\"".to_owned()),
    }
    let Some(Value::Object(products)) = value.get_mut("products").map(Value::take) else {
        return Err("it has no \"products\"".to_owned());
    };
    let text = |(name, state)| serde_json::to_vec(&state).map(|text| (name, text)).map_err(|error| error.to_string());
    products.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

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
    fn products_share_the_file_and_leave_only_the_lock_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.json");
        let file = StateFile::open(&path).unwrap();
        file.save("one", &json!({"a": 1})).unwrap();
        file.save("two", &json!({"b": 2})).unwrap();
        file.save("one", &json!({"a": 3})).unwrap();
        drop(file);
        let again = StateFile::open(&path).unwrap();
        assert_eq!(again.load("one").unwrap(), Some(json!({"a": 3})));
        assert_eq!(again.load("two").unwrap(), Some(json!({"b": 2})));
        assert_eq!(again.load::<Value>("three").unwrap(), None);
        assert_eq!(names(folder.path()), ["people.json", "people.json.lock"]);
    }

    #[test]
    fn a_file_has_one_user_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.json");
        let file = StateFile::open(&path).unwrap();
        let error = StateFile::open(&path).unwrap_err();
        assert!(matches!(error, StateError::InUse { .. }), "{error:?}");
        let message = error.to_string();
        assert!(message.contains("people.json is in use") && !message.contains('\n'), "{message}");
        file.save("one", &1).unwrap();
        file.close();
        let second = StateFile::open(&path).unwrap();
        assert!(file.save("one", &2).is_err(), "a closed file is not written");
        assert_eq!(second.load("one").unwrap(), Some(1));
        drop(second);
        StateFile::open(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_same_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("people.json"), folder.path().join("link.json"));
        let file = StateFile::open(&path).unwrap();
        file.save("one", &1).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(StateFile::open(&link), Err(StateError::InUse { .. })));
        drop(file);
        StateFile::open(&link).unwrap().save("one", &2).unwrap();
        assert_eq!(StateFile::open(&path).unwrap().load("one").unwrap(), Some(2));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file_and_what_a_kill_left_is_taken_away() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.json");
        let left = folder.path().join(".people.json.new");
        fs::write(&left, "half a state").unwrap();
        fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).unwrap();
        StateFile::open(&path).unwrap().save("one", &json!({})).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["people.json", "people.json.lock"]);
    }

    #[test]
    fn a_failed_write_keeps_the_last_saved_state() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let file = StateFile::open(&inner.join("people.json")).unwrap();
        file.save("one", &1).unwrap();
        fs::remove_dir_all(&inner).unwrap();
        assert!(file.save("one", &2).is_err());
        assert_eq!(file.load("one").unwrap(), Some(1));
    }
}
