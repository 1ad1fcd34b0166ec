//! The tables as Parquet. Behind the feature `parquet`.

use std::io;
use std::sync::Arc;

use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use tenable_api::model::Timestamp;

use super::Review;
use super::table::{AccountRow, Cell, FindingRow, Kind};

/// Rows that are held in memory, and stand together in the file.
const ROWS_AT_ONCE: usize = 4 * 1024;

impl Review {
    /// Writes one row for each account, with the columns of [the CSV](Self::write_accounts_csv).
    ///
    /// Texts are strings and may be null, several texts are lists of strings, yes or no is a boolean. A time is a timestamp in
    /// milliseconds, UTC, null for never and for not told; the boolean column after it, `last_seen_never`, tells the two apart.
    pub fn write_accounts_parquet(&self, out: impl io::Write + Send) -> io::Result<()> {
        write(out, &AccountRow::COLUMNS, self.account_rows(), AccountRow::cells).map_err(io::Error::other)
    }

    /// Writes one row for each finding, the gravest first, in the same form as [the accounts](Self::write_accounts_parquet).
    pub fn write_findings_parquet(&self, out: impl io::Write + Send) -> io::Result<()> {
        write(out, &FindingRow::COLUMNS, self.finding_rows(), FindingRow::cells).map_err(io::Error::other)
    }
}

fn write<R, const N: usize>(
    out: impl io::Write + Send,
    columns: &[(&str, Kind); N],
    mut rows: impl Iterator<Item = R>,
    cells: for<'r> fn(&'r R) -> [Cell<'r>; N],
) -> Result<(), ParquetError> {
    let schema = Arc::new(parse_message_type(&schema(columns))?);
    let properties = WriterProperties::builder().set_created_by("tenable-directory".to_owned()).build();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    loop {
        let group: Vec<R> = rows.by_ref().take(ROWS_AT_ONCE).collect();
        if group.is_empty() {
            break;
        }
        let cells: Vec<[Cell<'_>; N]> = group.iter().map(cells).collect();
        let mut group = writer.next_row_group()?;
        for (place, (_, kind)) in columns.iter().enumerate() {
            let column = cells.iter().map(|row| &row[place]);
            match kind {
                Kind::Text => one::<ByteArrayType, _>(&mut group, column.map(text))?,
                Kind::Flag => one::<BoolType, _>(&mut group, column.map(flag))?,
                Kind::Time => {
                    one::<Int64Type, _>(&mut group, column.clone().map(time))?;
                    one::<BoolType, _>(&mut group, column.map(never))?;
                }
                Kind::Texts => lists(&mut group, column)?,
            }
        }
        group.close()?;
    }
    writer.close().map(drop)
}

fn schema(columns: &[(&str, Kind)]) -> String {
    let column = |(name, kind): &(&str, Kind)| match kind {
        Kind::Text => format!("optional binary {name} (STRING);"),
        Kind::Flag => format!("optional boolean {name};"),
        Kind::Time => format!("optional int64 {name} (TIMESTAMP(MILLIS,true)); optional boolean {name}_never;"),
        Kind::Texts => {
            format!("optional group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}")
        }
    };
    let columns: Vec<String> = columns.iter().map(column).collect();
    format!("message review {{ {} }}", columns.join(" "))
}

fn text(cell: &Cell<'_>) -> Option<ByteArray> {
    match cell {
        Cell::Text(text) => text.map(ByteArray::from),
        _ => None,
    }
}

fn flag(cell: &Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Flag(flag) => *flag,
        _ => None,
    }
}

/// A text that is no time is as one that is not told; `never` is none.
fn time(cell: &Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Time(Some(text)) => text.parse().ok().map(Timestamp::unix_milliseconds),
        _ => None,
    }
}

fn never(cell: &Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Time(Some(text)) => Some(*text == "never"),
        _ => None,
    }
}

/// Writes the next column, of values that may be null.
fn one<T: DataType, W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let mut values = Vec::new();
    let mut definitions = Vec::new();
    for cell in cells {
        definitions.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    next::<T, W>(group, &values, &definitions, None)
}

/// Writes the next column, of lists that may be null: by the definition level, 0 is null, 1 is empty and 2 is a text; by the repetition
/// level, 0 begins a row.
fn lists<'c, W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: impl Iterator<Item = &'c Cell<'c>>,
) -> Result<(), ParquetError> {
    let mut values: Vec<ByteArray> = Vec::new();
    let mut definitions = Vec::new();
    let mut repetitions = Vec::new();
    for cell in cells {
        let texts = match cell {
            Cell::Texts(Some(texts)) => Some(texts),
            _ => None,
        };
        match texts {
            Some(texts) if !texts.is_empty() => {
                definitions.extend(texts.iter().map(|_| 2));
                repetitions.extend((0..texts.len()).map(|place| i16::from(place > 0)));
                values.extend(texts.iter().map(|text| ByteArray::from(*text)));
            }
            empty => {
                definitions.push(i16::from(empty.is_some()));
                repetitions.push(0);
            }
        }
    }
    next::<ByteArrayType, W>(group, &values, &definitions, Some(&repetitions))
}

fn next<T: DataType, W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    definitions: &[i16],
    repetitions: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("the schema has fewer columns than the table".to_owned()));
    };
    let typed: &mut ColumnWriterImpl<'_, T> = column.typed::<T>();
    typed.write_batch(values, Some(definitions), repetitions)?;
    column.close()
}
