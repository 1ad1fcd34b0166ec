use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Place, Problem, Problems};

/// Kinds of files that hold rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Values separated by commas, semicolons or tabs, with a head line. UTF-8.
    Csv,
    /// One JSON object a line. UTF-8.
    JsonLines,
    /// A sheet of an Excel workbook. Needs the feature `xlsx`.
    Xlsx,
}

impl Format {
    /// The format that the name of a file tells: `.csv`, `.tsv`, `.tab`, `.txt`, `.jsonl`, `.ndjson`, `.xlsx`, `.xlsm`.
    ///
    /// ```
    /// use tenable_directory::import::Format;
    ///
    /// assert_eq!(Format::of("people.CSV".as_ref())?, Format::Csv);
    /// assert!(Format::of("people.xls".as_ref()).is_err());
    /// # Ok::<(), tenable_directory::Problem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When it tells none that can be read.
    pub fn of(path: &Path) -> Result<Self, Problem> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv" | "tsv" | "tab" | "txt") => Ok(Self::Csv),
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines),
            Some("xlsx" | "xlsm") => Ok(Self::Xlsx),
            _ => {
                let name = path.display();
                Err(Problem::new(format!(
                    "{name}: what it holds is not told by its name: give a .csv, .jsonl or .xlsx file, or say the format"
                )))
            }
        }
    }
}

/// Rows of text under named columns, as a file holds them.
///
/// Rows that hold nothing are left out. What is wrong with one row alone is kept with it, so that the others can be looked at too.
///
/// ```
/// use tenable_directory::import::Table;
///
/// let table = Table::csv(b"Mail;Role\nann@example.com;Auditor\n", None)?;
/// assert_eq!(table.columns(), ["Mail", "Role"]);
/// assert_eq!(table.len(), 1);
/// # Ok::<(), tenable_directory::Problems>(())
/// ```
#[derive(Clone, Default)]
pub struct Table {
    pub(super) file: Option<PathBuf>,
    /// The line of the heads, where there is one.
    pub(super) head: Option<usize>,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One row. Cells that hold nothing are left out.
#[derive(Clone, Default)]
pub(super) struct Row {
    /// Line of the file or number in the sheet, from 1.
    pub(super) line: usize,
    /// Column and what stands there.
    pub(super) cells: Vec<(usize, Cell)>,
    /// What is wrong with it.
    pub(super) problems: Vec<String>,
}

/// What stands in a cell.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text, never empty, as it stands there.
    Text(String),
    /// A list of its own, as only JSON has it; may be empty.
    List(Vec<String>),
}

impl Table {
    /// Reads bytes of this format. Of a workbook, the first sheet, or the one of this name.
    ///
    /// # Errors
    ///
    /// When the whole cannot be read; what is wrong with single rows is told by the import.
    pub fn read(format: Format, bytes: &[u8], file: Option<&Path>, sheet: Option<&str>) -> Result<Self, Problems> {
        if sheet.is_some() && format != Format::Xlsx {
            return Err(Problem::new("only workbooks have sheets").at(place(file, 1)).into());
        }
        match format {
            Format::Csv => Self::csv(bytes, file),
            Format::JsonLines => Self::json_lines(bytes, file),
            #[cfg(feature = "xlsx")]
            Format::Xlsx => Self::xlsx(bytes, file, sheet),
            #[cfg(not(feature = "xlsx"))]
            Format::Xlsx => {
                let what = "this build reads no workbooks: save the sheet as CSV (UTF-8)";
                Err(Problem::new(what).at(place(file, 1)).into())
            }
        }
    }

    /// The names of the columns, in their order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn place(&self, line: usize) -> Place {
        place(self.file.as_deref(), line)
    }

    /// Why there are no columns: each line is something else, or there is none.
    pub(super) fn unreadable(&self) -> Problems {
        const SHOWN: usize = 10;
        let of_row = |row: &Row| Some(Problem::new(row.problems.first()?).at(self.place(row.line)));
        let problems = self.rows.iter().filter_map(of_row).take(SHOWN).collect();
        match Problems::check(problems) {
            Err(problems) => problems,
            Ok(()) => Problem::new("there are no rows").at(self.place(1)).into(),
        }
    }
}

/// Without the cells, which may hold passwords.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = f.debug_struct("Table");
        parts.field("file", &self.file).field("columns", &self.columns).field("rows", &self.rows.len());
        parts.finish_non_exhaustive()
    }
}

pub(super) fn place(file: Option<&Path>, line: usize) -> Place {
    Place::new(file.map(Path::to_owned), line)
}

/// The bytes as text, without the mark that some programs put at the beginning.
pub(super) fn text<'a>(bytes: &'a [u8], file: Option<&Path>) -> Result<&'a str, Problem> {
    let wrong = |line, what: &str| Err(Problem::new(what).at(place(file, line)));
    if bytes.starts_with(b"PK\x03\x04") {
        return wrong(
            1,
            "this is a workbook or another archive and no text: give its format, or save the sheet as CSV",
        );
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return wrong(1, "the file is UTF-16: save it as UTF-8");
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let line = Lines::new(bytes).at(error.valid_up_to());
            wrong(line, "there is a byte here that is not UTF-8: save the file as UTF-8")
        }
    }
}

/// Counts lines. They end with a line feed, a carriage return, or both.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    position: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, position: 0, line: 1 }
    }

    /// The line of a byte that is not before those that were asked for earlier.
    pub(super) fn at(&mut self, byte: usize) -> usize {
        let end = byte.clamp(self.position, self.text.len());
        for index in self.position..end {
            let ends = match self.text[index] {
                b'\n' => true,
                b'\r' => self.text.get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += usize::from(ends);
        }
        self.position = end;
        self.line
    }
}

#[cfg(test)]
impl Table {
    /// Each row as `line: column=text, …; ! problem`.
    pub(super) fn shown(&self) -> Vec<String> {
        let show = |row: &Row| {
            let cell = |(column, cell): &(usize, Cell)| match cell {
                Cell::Text(text) => format!("{}={text}", self.columns[*column]),
                Cell::List(list) => format!("{}={list:?}", self.columns[*column]),
            };
            let cells: Vec<String> = row.cells.iter().map(cell).collect();
            let problems: Vec<String> = row.problems.iter().map(|problem| format!("! {problem}")).collect();
            let problems = problems.concat();
            format!("{}: {}{problems}", row.line, cells.join(", "))
        };
        self.rows.iter().map(show).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let text = b"a\nb\r\nc\rd";
        let mut lines = Lines::new(text);
        let found: Vec<usize> = (0..text.len()).map(|byte| lines.at(byte)).collect();
        assert_eq!(found, [1, 1, 2, 2, 2, 3, 3, 4]);
    }

    #[test]
    fn the_first_bad_byte_is_named_by_its_line() {
        let path = Path::new("people.csv");
        let problem = text(b"a\nb\n\xfc\n\xfc", Some(path)).unwrap_err();
        assert!(problem.to_string().starts_with("people.csv:3: there is a byte here that is not UTF-8"), "{problem}");
        assert!(text(b"\xff\xfea\0", None).unwrap_err().what.contains("UTF-16"));
        assert!(text(b"PK\x03\x04", None).unwrap_err().what.contains("workbook"));
        assert_eq!(text(b"\xef\xbb\xbfa", None).unwrap(), "a");
    }

    #[test]
    fn names_tell_formats() {
        for (name, format) in [("a.tsv", Format::Csv), ("a.JSONL", Format::JsonLines), ("a.b.xlsm", Format::Xlsx)] {
            assert_eq!(Format::of(name.as_ref()).unwrap(), format);
        }
        for name in ["a", "a.json", "csv", ".csv"] {
            assert!(Format::of(name.as_ref()).is_err(), "{name}");
        }
    }

    #[test]
    fn a_table_shows_no_cell() {
        let table = Table::csv(b"email,password\nann@example.com,Violet-Harbor-42\n", None).unwrap();
        let shown = format!("{table:?}");
        assert!(shown.contains("password") && !shown.contains("Violet"), "{shown}");
    }
}
