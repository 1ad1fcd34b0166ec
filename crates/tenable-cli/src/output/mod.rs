//! What goes to standard output: tables for people, JSON, NDJSON and CSV for programs.
//!
//! Messages of any kind go to standard error, so that standard output holds the result and nothing else.

mod cells;
mod csv;
mod mask;
mod order;
mod table;

use std::io::{self, IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};
use serde_json::{Map, Value};

use crate::exit::{Exit, Failure, Result};
use crate::options::Scopes;

pub(crate) use csv::guarded;
pub(crate) use mask::{mask, mask_arguments};
pub(crate) use table::{Columns, Limits, facts, render as render_table};

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    Ndjson,
    Csv,
    /// The bare value, for one that is a text: an API key.
    Raw,
}

impl Format {
    pub(crate) const NAMES: [&str; 5] = ["table", "json", "ndjson", "csv", "raw"];

    fn of(name: &str) -> Self {
        match name {
            "json" => Self::Json,
            "ndjson" => Self::Ndjson,
            "csv" => Self::Csv,
            "raw" => Self::Raw,
            _ => Self::Table,
        }
    }
}

/// What was asked for in the way of output.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    columns: Option<Vec<String>>,
    pub(crate) quiet: bool,
    reveal: bool,
}

/// A result, with what must be known to print it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer<'a> {
    pub(crate) value: Value,
    /// Names of fields that hold secrets.
    pub(crate) secret_fields: &'a [&'a str],
    /// Whether the secret is what was asked for.
    pub(crate) reveals: bool,
    /// Columns to name when there are no rows to take them from.
    pub(crate) columns: Vec<String>,
    /// Columns of a table where none were asked for; all without any.
    pub(crate) preferred: &'a [&'a str],
}

/// What a task came to, in the shapes that the formats need. It holds no secret.
pub(crate) struct Document<'a> {
    /// For people.
    pub(crate) text: Box<dyn Fn(Limits) -> String + 'a>,
    /// All of it, as JSON.
    pub(crate) whole: String,
    /// Its parts, each a line of NDJSON.
    pub(crate) records: Vec<Value>,
    /// Its parts as rows of plain values, for CSV and for tables of chosen columns.
    pub(crate) rows: Vec<Value>,
    /// The columns of the rows, in their order.
    pub(crate) columns: &'a [&'a str],
}

impl Answer<'_> {
    /// A result without secrets.
    pub(crate) fn plain(value: Value) -> Self {
        Self { value, ..Self::default() }
    }
}

impl Output {
    pub(crate) fn from(scopes: &Scopes<'_>) -> Self {
        let default = || if io::stdout().is_terminal() { Format::Table } else { Format::Json };
        Self {
            format: scopes.text("output").map_or_else(default, |name| Format::of(&name)),
            columns: scopes.text("columns").map(|list| split(&list)),
            quiet: scopes.flag("quiet"),
            reveal: scopes.flag("reveal-secrets"),
        }
    }

    /// Prints a result. Nothing, for an operation that gives nothing.
    pub(crate) fn print(&self, answer: Answer<'_>) -> Result {
        let mut value = answer.value;
        if !answer.reveals && !self.reveal {
            mask(&mut value, answer.secret_fields);
        }
        if value.is_null() {
            return Ok(());
        }
        let limits = Limits::of_terminal();
        let mut text = Vec::new();
        match self.format {
            Format::Table => {
                let columns =
                    Columns { wanted: self.columns.as_deref(), preferred: answer.preferred, fallback: &answer.columns };
                let table = table::render(&value, columns, limits);
                if !table.left_out.is_empty() {
                    let names = table.left_out.join(", ");
                    self.note(&format!("no room for {names}: choose with --columns, or use --output json"));
                }
                text = table.text.into_bytes();
            }
            Format::Json => {
                // Writing to memory cannot fail.
                let _infallible = serde_json::to_writer_pretty(&mut text, &order::Ordered(&self.project(value)));
                text.push(b'\n');
            }
            Format::Ndjson => {
                let lines = match self.project(value) {
                    Value::Array(elements) => elements,
                    single => vec![single],
                };
                for line in lines {
                    let _infallible = serde_json::to_writer(&mut text, &order::Ordered(&line));
                    text.push(b'\n');
                }
            }
            Format::Csv => csv::write(&mut text, &value, self.columns.as_deref(), &answer.columns),
            Format::Raw => {
                text.extend_from_slice(cells::raw(&value).as_bytes());
                text.push(b'\n');
            }
        }
        write(&text)
    }

    /// Prints what a task came to.
    pub(crate) fn print_document(&self, document: Document<'_>) -> Result {
        let Document { text, whole, records, rows, columns } = document;
        let print_rows = |rows: Vec<Value>, format| {
            let output = Self { format, ..self.clone() }.or_columns(columns);
            output.print(Answer { value: rows.into(), reveals: true, ..Answer::default() })
        };
        match self.format {
            Format::Table if self.columns.is_some() => print_rows(rows, Format::Table),
            Format::Table => write(text(Limits::of_terminal()).as_bytes()),
            Format::Raw => write(text(Limits { width: None, styled: false }).as_bytes()),
            Format::Json => write(whole.as_bytes()),
            Format::Ndjson => {
                let mut lines = Vec::new();
                for record in records {
                    // Writing to memory cannot fail.
                    let _infallible = serde_json::to_writer(&mut lines, &record);
                    lines.push(b'\n');
                }
                write(&lines)
            }
            Format::Csv => print_rows(rows, Format::Csv),
        }
    }

    /// With these columns, unless others were asked for.
    pub(crate) fn or_columns(mut self, columns: &[&str]) -> Self {
        self.columns.get_or_insert_with(|| columns.iter().map(|&column| column.to_owned()).collect());
        self
    }

    /// A message to whoever is watching.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            message(text);
        }
    }

    /// Columns that were asked for and that no element has.
    pub(crate) fn absent(&self, value: &Value) -> Vec<&str> {
        let elements = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let objects: Vec<&Map<String, Value>> = elements.iter().filter_map(Value::as_object).collect();
        let somewhere = |column: &&str| objects.iter().any(|fields| order::find(fields, column).is_some());
        let columns = self.columns.iter().flatten().map(String::as_str);
        columns.filter(|column| !objects.is_empty() && !somewhere(column)).collect()
    }

    /// Only the chosen fields of objects.
    fn project(&self, value: Value) -> Value {
        let Some(columns) = &self.columns else { return value };
        match value {
            Value::Array(elements) => Value::Array(elements.into_iter().map(|element| self.project(element)).collect()),
            Value::Object(fields) => {
                let wanted = columns.iter().filter_map(|column| {
                    let own = fields.keys().find(|name| order::same(name, column));
                    let name = own.unwrap_or(column).clone();
                    Some((name, order::find(&fields, column)?.clone()))
                });
                Value::Object(wanted.collect())
            }
            scalar => scalar,
        }
    }
}

/// Writes to standard output. A reader that has gone away, as after `| head`, is no failure.
pub(crate) fn write(text: &[u8]) -> Result {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Partly, format!("the result could not be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error.
pub(crate) fn message(text: &str) {
    // There is nowhere left to say that this failed.
    let _unheard = writeln!(anstream::stderr().lock(), "{text}");
}

/// Whether standard output is a terminal that shows styles, and nobody asked for none (`NO_COLOR`).
pub(crate) fn styled() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Separated by commas, without blanks.
pub(crate) fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn output(columns: &str) -> Output {
        let columns = Some(split(columns)).filter(|columns| !columns.is_empty());
        Output { format: Format::Json, columns, quiet: true, reveal: false }
    }

    #[test]
    fn columns_choose_fields_by_either_spelling() {
        let value = json!([{"id": 1, "lockedOut": true, "name": "Ann"}, {"id": 2}]);
        assert_eq!(output("locked-out, id").project(value.clone()), json!([{"lockedOut": true, "id": 1}, {"id": 2}]));
        assert_eq!(output("").project(value.clone()), value);
        let nested = json!({"role": {"id": "2", "name": "Auditor"}});
        assert_eq!(output("role.name,id").project(nested), json!({"role.name": "Auditor"}));
    }

    #[test]
    fn columns_that_nothing_has_are_named() {
        let value = json!([{"id": 1, "role": {"name": "Auditor"}}, {"id": 2}]);
        assert_eq!(output("id,role.name,locked").absent(&value), ["locked"]);
        assert_eq!(output("locked").absent(&json!([])), [""; 0]);
        assert_eq!(output("").absent(&value), [""; 0]);
    }

    #[test]
    fn every_format_has_a_name() {
        let formats = Format::NAMES.map(Format::of);
        assert_eq!(formats, [Format::Table, Format::Json, Format::Ndjson, Format::Csv, Format::Raw]);
    }
}
