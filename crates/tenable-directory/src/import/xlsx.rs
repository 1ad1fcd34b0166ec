//! Sheets of Excel workbooks.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::catch_unwind;
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};

use super::table::{Cell, Row, Table, place};
use crate::suggest::do_you_mean;
use crate::{Problem, Problems};

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;
type Cells = BTreeMap<u32, BTreeMap<u32, Result<String, String>>>;

impl Table {
    /// Reads the first sheet of a workbook, or the one of this name. The first row with something in it has the heads.
    ///
    /// Rows go by the numbers that the sheet shows. Numbers are taken without a needless fraction, dates as `2026-11-21` or
    /// `2026-11-21T08:00:00`, truth values as `true` and `false`, and of formulas the value that was stored with them.
    ///
    /// # Errors
    ///
    /// When it is no workbook, there is no such sheet, or no heads.
    pub fn xlsx(bytes: &[u8], file: Option<&Path>, sheet: Option<&str>) -> Result<Self, Problems> {
        // The library counts on sound files: one that gives its corners the wrong way round makes it panic where overflows are checked.
        match catch_unwind(|| Self::of_workbook(bytes, file, sheet)) {
            Ok(result) => result,
            Err(_) => {
                Err(Problem::new("this is no workbook that can be read: it is damaged").at(place(file, 1)).into())
            }
        }
    }

    fn of_workbook(bytes: &[u8], file: Option<&Path>, sheet: Option<&str>) -> Result<Self, Problems> {
        let wrong = |what: String| Problems::from(Problem::new(what).at(place(file, 1)));
        let unreadable = |error: &XlsxError| wrong(format!("this is no workbook that can be read: {error}"));
        let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        let sheets = workbook.sheet_names();
        let name = match sheet {
            Some(name) if sheets.iter().any(|other| other == name) => name.to_owned(),
            Some(name) => {
                let near = do_you_mean(name, sheets.iter().map(String::as_str));
                return Err(wrong(format!("there is no sheet {name:?}{near}")));
            }
            None => sheets.into_iter().next().ok_or_else(|| wrong("the workbook has no sheet".to_owned()))?,
        };
        let cells = cells(&mut workbook, &name).map_err(|error| unreadable(&error))?;
        let mut rows = cells.into_iter();
        let Some((head, names)) = rows.next() else {
            return Err(wrong(format!("the sheet {name:?} has no heads: it is empty")));
        };
        let mut table = Self { file: file.map(Path::to_owned), head: Some(number(head)), ..Self::default() };
        let mut columns: BTreeMap<u32, usize> = BTreeMap::new();
        for (column, name) in names {
            columns.insert(column, table.columns.len());
            table.columns.push(name.unwrap_or_default().trim().to_owned());
        }
        for (line, cells) in rows {
            let mut row = Row { line: number(line), ..Row::default() };
            for (letter, cell) in cells {
                // A column without a head is one that nobody asked for, but may be one that somebody means.
                let column = *columns.entry(letter).or_insert_with(|| {
                    table.columns.push(String::new());
                    table.columns.len() - 1
                });
                match cell {
                    Ok(text) => row.cells.push((column, Cell::Text(text))),
                    Err(what) => row.problems.push(format!("{:?} holds {what}", table.columns[column])),
                }
            }
            table.rows.push(row);
        }
        Ok(table)
    }
}

/// All cells that hold something, by row and column. Only what is there takes memory, however large the sheet says that it is.
fn cells(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Cells, XlsxError> {
    let mut cells = Cells::new();
    let mut empty = Vec::new();
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::Empty => {
                empty.push((row, column));
                continue;
            }
            DataRef::Error(error) => Err(format!("the error {error}")),
            value => Ok(text(value)),
        };
        if text.as_ref().map_or(true, |text| !text.trim().is_empty()) {
            cells.entry(row).or_default().insert(column, text);
        }
    }
    drop(reader);
    if empty.is_empty() {
        return Ok(cells);
    }
    // A cell may be empty because a program wrote a formula and nobody has computed it yet.
    empty.sort_unstable();
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    while let Some(cell) = reader.next_formula()? {
        let (row, column) = cell.get_position();
        if !cell.get_value().is_empty() && empty.binary_search(&(row, column)).is_ok() {
            let what = "a formula without its value: open the workbook in a spreadsheet program and save it".to_owned();
            cells.entry(row).or_default().insert(column, Err(what));
        }
    }
    Ok(cells)
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => date(value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Without fraction where there is none.
fn decimal(number: f64) -> String {
    // A zero may have a sign.
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

/// A date, with the time if there is one; a time alone if there is no day. Durations and what is beyond all dates stay numbers.
fn date(value: &ExcelDateTime) -> String {
    /// The day after the last one of the year 9999.
    const END: f64 = 2_958_466.0;
    if !value.is_datetime() || !(0.0..END).contains(&value.as_f64()) {
        return decimal(value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (value.as_f64() < 1.0, time.as_str()) {
        (true, _) => time,
        (false, "00:00:00") => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02}T{time}"),
    }
}

/// The number that the sheet shows for a row.
fn number(row: u32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests;
