//! Values separated by commas, semicolons or tabs.

use std::io::Read as _;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use super::table::{Cell, Lines, Row, Table, place, text};
use crate::{Problem, Problems};

/// Ends every file, so that a quote that is never closed is seen: it swallows this.
const END: &str = "\n\u{1}\n";

impl Table {
    /// Reads values separated by commas, semicolons or tabs, whichever the head line has most of.
    ///
    /// Values in double quotes may hold separators, line breaks and doubled quotes. A first line such as `sep=;`, as spreadsheets write
    /// it, is obeyed.
    ///
    /// # Errors
    ///
    /// When it is not UTF-8, has no head line, or a quote is never closed.
    pub fn csv(bytes: &[u8], file: Option<&Path>) -> Result<Self, Problems> {
        let text = text(bytes, file)?;
        let (told, skipped) = told_delimiter(text);
        let body = &text[skipped..];
        let delimiter = told.unwrap_or_else(|| delimiter(body));
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(body.as_bytes().chain(END.as_bytes()));
        let mut table = Self { file: file.map(Path::to_owned), ..Self::default() };
        let mut lines = Lines::new(text.as_bytes());
        let mut record = StringRecord::new();
        let mut is_closed = false;
        let mut line = 1;
        while reader.read_record(&mut record).map_err(|error| unreadable(&error, file, line))? {
            if record.len() == 1 && &record[0] == "\u{1}" {
                is_closed = true;
                break;
            }
            let begins = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
            line = lines.at(first_byte(text, skipped.saturating_add(begins)));
            match table.head {
                Some(_) => table.rows.extend(row(&record, table.columns.len(), line)),
                None if record.iter().all(|cell| cell.trim().is_empty()) => {}
                None => {
                    table.columns = record.iter().map(|name| name.trim().to_owned()).collect();
                    table.head = Some(line);
                }
            }
        }
        if !is_closed {
            let what = "a quote is opened in the row that begins here and never closed";
            return Err(Problem::new(what).at(place(file, line)).into());
        }
        if table.head.is_none() {
            return Err(Problem::new("there is no head line").at(place(file, 1)).into());
        }
        Ok(table)
    }
}

/// Reading from memory text that was checked: not expected, and told without the text.
fn unreadable(error: &csv::Error, file: Option<&Path>, line: usize) -> Problem {
    let what = match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => "the row after this one cannot be read".to_owned(),
    };
    Problem::new(what).at(place(file, line))
}

fn row(record: &StringRecord, columns: usize, line: usize) -> Option<Row> {
    let cells = record.iter().enumerate().filter(|(_, text)| !text.trim().is_empty());
    let cells: Vec<(usize, Cell)> = cells.map(|(column, text)| (column, Cell::Text(text.to_owned()))).collect();
    let last = cells.last()?.0;
    let is_ragged = record.len() < columns || last >= columns;
    if is_ragged {
        let found = record.len();
        let what =
            format!("the row has {found} values and the head line {columns}: is a separator or a quote missing?");
        return Some(Row { line, cells: Vec::new(), problems: vec![what] });
    }
    Some(Row { line, cells, problems: Vec::new() })
}

/// Line breaks before a record belong to none.
fn first_byte(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

/// What a first line `sep=;` says, and how many bytes it takes.
fn told_delimiter(text: &str) -> (Option<u8>, usize) {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let told = line.trim_matches('"').strip_prefix("sep=").map(str::as_bytes);
    match told {
        Some([delimiter]) if *delimiter != b'"' => (Some(*delimiter), line.len()),
        _ => (None, 0),
    }
}

/// Of comma, semicolon and tab the one that the first line with something in it has most of outside of quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            byte => counts.iter_mut().filter(|(other, _)| *other == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // The first of those that are there as often as others.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<String> {
        Table::csv(text.as_bytes(), None).unwrap().shown()
    }

    fn problem(text: &str) -> String {
        Table::csv(text.as_bytes(), Some("p.csv".as_ref())).unwrap_err().to_string()
    }

    #[test]
    fn the_delimiter_is_that_of_the_head_line() {
        for text in ["a,b\n1,2", "a;b\n1;2", "a\tb\n1\t2", "sep=|\na|b\n1|2", "\"sep=;\"\r\n\"a\";\"b\"\r\n1;2\r\n"] {
            assert!(rows(text)[0].ends_with("a=1, b=2"), "{text:?}");
        }
        assert_eq!(rows("\"a,b,c\";d\n1,1;2"), ["2: a,b,c=1,1, d=2"], "what is in quotes does not count");
        assert_eq!(rows("a\n1;2"), ["2: a=1;2"], "one column");
    }

    #[test]
    fn rows_have_the_lines_of_the_file() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "", "\"3\u{2028}x", "y\",4", ",", "5,6", ""].join(end);
            let expected = ["2: a=1, b=2".to_owned(), format!("4: a=3\u{2028}x{end}y, b=4"), "7: a=5, b=6".to_owned()];
            assert_eq!(rows(&text), expected, "{end:?}");
        }
        assert_eq!(rows("\u{feff}\n\nsep\n1\n")[0], "4: sep=1", "blank lines come first");
        assert_eq!(rows("sep=;\n\na;b\n1;2")[0], "4: a=1, b=2");
    }

    #[test]
    fn quotes() {
        assert_eq!(rows("a,b\n\"x \"\"y\"\"\",\" z \""), ["2: a=x \"y\", b= z "]);
        assert_eq!(rows("a,b\nx \"y\",z"), ["2: a=x \"y\", b=z"], "a quote within is a character");
        let expected = "p.csv:3: a quote is opened in the row that begins here and never closed";
        assert_eq!(problem("a,b\n1,2\n\"3,4\n5,6\n7,8\n"), expected);
        assert_eq!(problem("a,b\n1,2\n3,\""), expected);
        assert_eq!(problem("\"a,b\n1,2\n"), "p.csv:1: a quote is opened in the row that begins here and never closed");
    }

    #[test]
    fn rows_of_another_length_are_told() {
        let told = rows("a,b\n1\n1,2,3\n1,2,,\n1,2");
        assert!(told[0].starts_with("2: ! the row has 1 values and the head line 2"), "{told:?}");
        assert!(told[1].starts_with("3: ! the row has 3 values and the head line 2"), "{told:?}");
        assert_eq!(told[2..], ["4: a=1, b=2", "5: a=1, b=2"], "what holds nothing does not count");
    }

    #[test]
    fn without_a_head_there_is_no_table() {
        for text in ["", "\n\n", "\u{feff}", " , \n"] {
            assert_eq!(problem(text), "p.csv:1: there is no head line", "{text:?}");
        }
        assert!(rows("a,b\n").is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_table_or_a_problem(bytes: Vec<u8>) {
            let _ = Table::csv(&bytes, None);
        }

        /// What a writer that is not ours writes is read as it was.
        #[test]
        fn what_is_written_is_read(
            cells in prop::collection::vec(prop::collection::vec("[ -~\r\n\t\u{e9}\u{1F600}]{0,8}", 3), 0..8),
            delimiter in prop::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
            writer.write_record(["one", "two", "three"]).unwrap();
            for row in &cells {
                writer.write_record(row).unwrap();
            }
            let table = Table::csv(&writer.into_inner().unwrap(), None).unwrap();
            let holds = |row: &&Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
            let expected: Vec<Vec<(usize, &str)>> = cells.iter().filter(holds).map(|row| {
                let cells = row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
                cells.map(|(column, cell)| (column, cell.as_str())).collect()
            }).collect();
            let read: Vec<Vec<(usize, &str)>> = table.rows.iter().map(|row| {
                row.cells.iter().map(|(column, cell)| match cell {
                    Cell::Text(text) => (*column, text.as_str()),
                    Cell::List(_) => unreachable!("CSV has no lists"),
                }).collect()
            }).collect();
            prop_assert_eq!(read, expected);
        }
    }
}
