//! What the tests recorded: a table for each part of the proof.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use xshell::Shell;

/// What begins a note that says what a part leaves open.
pub(crate) const NOT_SHOWN: &str = "Not shown:";

/// As `tests/trust/record.rs` and `bindings/python/tests/trust/record.py` write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) notes: Vec<String>,
}

impl Record {
    /// The table as Markdown.
    pub(crate) fn table(&self) -> String {
        table(&self.columns, &self.rows)
    }

    /// What the notes say is open.
    pub(crate) fn not_shown(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().filter_map(|note| note.strip_prefix(NOT_SHOWN)).map(str::trim)
    }

    /// The other notes.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str).filter(|note| !note.starts_with(NOT_SHOWN))
    }
}

/// A table as Markdown. Columns of numbers are set to the right.
pub(crate) fn table<C: AsRef<str>>(columns: &[C], rows: &[Vec<String>]) -> String {
    let number = |cell: &str| cell == "-" || cell.trim_end_matches(" %").parse::<f64>().is_ok();
    let numbers = |column: usize| rows.iter().all(|row| row.get(column).is_some_and(|cell| number(cell)));
    let line = |cells: &mut dyn Iterator<Item = String>| format!("|{}|\n", cells.collect::<Vec<_>>().join("|"));
    let mut text = line(&mut columns.iter().map(|column| format!(" {} ", escaped(column.as_ref()))));
    text += &line(&mut (0..columns.len()).map(|column| if numbers(column) { " ---: " } else { " --- " }.to_owned()));
    for row in rows {
        text += &line(&mut row.iter().map(|cell| format!(" {} ", escaped(cell))));
    }
    text
}

/// A cell's text so that it stays within its cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}

/// All records of a folder, by name.
pub(crate) fn read_all(shell: &Shell, folder: &Path) -> anyhow::Result<Vec<Record>> {
    let mut records = Vec::new();
    for file in json_files(shell, folder)? {
        let shown = file.display();
        let record: Record = serde_json::from_str(&shell.read_file(&file)?).with_context(|| shown.to_string())?;
        ensure!(file.file_stem() == Some(record.name.as_ref()), "{shown} holds the record {:?}", record.name);
        ensure!(
            record.rows.iter().all(|row| row.len() == record.columns.len()),
            "{shown}: a row needs a cell for each of {:?}",
            record.columns
        );
        records.push(record);
    }
    Ok(records)
}

/// The JSON files of a folder, by name; none when there is no folder.
pub(crate) fn json_files(shell: &Shell, folder: &Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    if !shell.path_exists(folder) {
        return Ok(Vec::new());
    }
    let mut files = shell.read_dir(folder)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_its_columns_whatever_its_cells_hold() {
        let rows = vec![vec!["a|b\n<c>".to_owned(), "12".to_owned()], vec!["d".to_owned(), "3.4 %".to_owned()]];
        assert_eq!(
            table(&["What", "Cases"], &rows),
            "| What | Cases |\n| --- | ---: |\n| a\\|b &lt;c> | 12 |\n| d | 3.4 % |\n"
        );
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let shell = Shell::new().unwrap();
        let text = r#"{"name": "load", "title": "Load", "columns": ["Tasks"], "rows": [["64"]], "notes": ["Seed 7.", "Not shown: days."]}"#;
        shell.write_file(folder.path().join("load.json"), text).unwrap();
        let records = read_all(&shell, folder.path()).unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].remarks().collect::<Vec<_>>(), ["Seed 7."]);
        assert_eq!(records[0].not_shown().collect::<Vec<_>>(), ["days."]);

        shell.write_file(folder.path().join("load.json"), text.replace("[[\"64\"]]", "[[\"64\", \"65\"]]")).unwrap();
        assert!(read_all(&shell, folder.path()).unwrap_err().to_string().contains("a cell for each of"));
    }
}
