//! Many small JSON documents, of which each is read when it is looked at.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use serde::Serialize;

/// JSON documents, one a line.
#[pyclass(frozen, eq, module = "tenable_api._native.directory")]
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    text: String,
    /// Where each ends, without its line break.
    ends: Vec<usize>,
}

impl Lines {
    /// Of these values.
    pub(super) fn of<T: Serialize>(values: impl IntoIterator<Item = T>) -> Self {
        let mut text = Vec::new();
        for value in values {
            // Writing to memory cannot fail, and every key is a string.
            let _written = serde_json::to_writer(&mut text, &value);
            text.push(b'\n');
        }
        Self::new(String::from_utf8(text).unwrap_or_default())
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let begin = index.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        self.text.get(begin..end)
    }
}

#[pymethods]
impl Lines {
    /// Of text whose every line is a document.
    #[new]
    pub(super) fn new(text: String) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end).collect();
        Self { text, ends }
    }

    fn __len__(&self) -> usize {
        self.ends.len()
    }

    fn line(&self, index: usize) -> PyResult<&str> {
        self.get(index).ok_or_else(|| PyIndexError::new_err(format!("there is no line {index}")))
    }

    fn text(&self) -> &str {
        &self.text
    }
}
