//! What a part of the proof tried, as a table for `docs/trust.md`.

use std::{
    env,
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

/// The folder that records go to. `cargo xtask trust` sets it; without it nothing is written.
const FOLDER: &str = "TENABLE_TRUST_RECORDS";

/// A table of what was tried, how many, and what came out.
///
/// Every figure is counted by the run that writes it, and is the same in each run: seeds are fixed and stand in a note; there are no
/// times and no paths of the machine. A note that begins with `Not shown:` says what the part leaves open; `docs/trust.md` gathers
/// these at its end.
///
/// ```ignore
/// Record::new("load")
///     .title("One client for many tasks")
///     .columns(["Tasks", "Calls", "Answered 429"])
///     .row([&64, &10_000, &"0.4 %"])
///     .note("Seed 7.")
///     .write();
/// ```
#[must_use = "a record that is not written says nothing"]
#[derive(Serialize)]
pub(crate) struct Record {
    name: String,
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Record {
    /// Begins with the name: that of its file, one per test that records.
    pub(crate) fn new(name: &str) -> Self {
        assert!(
            !name.is_empty() && name.chars().all(|character| matches!(character, 'a'..='z' | '0'..='9' | '-')),
            "{name:?} is no name of a record",
        );
        Self { name: name.to_owned(), title: String::new(), columns: Vec::new(), rows: Vec::new(), notes: Vec::new() }
    }

    /// What the table is about, as its headline.
    pub(crate) fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// The headings, before the first row.
    pub(crate) fn columns<const N: usize>(mut self, columns: [&str; N]) -> Self {
        self.columns = columns.map(str::to_owned).into();
        self
    }

    /// Adds a row: a cell for each column.
    pub(crate) fn row<const N: usize>(mut self, cells: [&dyn Display; N]) -> Self {
        assert_eq!(N, self.columns.len(), "a cell for each of {:?}", self.columns);
        self.rows.push(cells.iter().map(ToString::to_string).collect());
        self
    }

    /// Adds a sentence below the table: a choice, a seed, what is not shown.
    pub(crate) fn note(mut self, note: &str) -> Self {
        self.notes.push(note.to_owned());
        self
    }

    /// Writes the record, if it is asked for.
    pub(crate) fn write(self) {
        assert!(!self.title.is_empty() && !self.rows.is_empty(), "the record {:?} has no title or no row", self.name);
        if let Some(folder) = env::var_os(FOLDER) {
            self.write_to(Path::new(&folder));
        }
    }

    fn write_to(&self, folder: &Path) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join(format!("{}.json", self.name));
        fs::write(&file, serde_json::to_string_pretty(self).unwrap() + "\n").unwrap();
        file
    }
}

#[test]
fn a_record_is_a_table_of_text() {
    let record =
        Record::new("load").title("Load").columns(["Tasks", "What came out"]).row([&64, &"all"]).note("Seed 7.");
    let folder = tempfile::tempdir().unwrap();
    let file = record.write_to(&folder.path().join("records"));
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(file.file_name().unwrap(), "load.json");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&text).unwrap(),
        serde_json::json!({
            "name": "load",
            "title": "Load",
            "columns": ["Tasks", "What came out"],
            "rows": [["64", "all"]],
            "notes": ["Seed 7."],
        })
    );
}

#[test]
#[should_panic(expected = "a cell for each of")]
fn a_row_has_a_cell_for_each_column() {
    let _ = Record::new("load").columns(["Tasks", "Calls"]).row([&64]);
}
