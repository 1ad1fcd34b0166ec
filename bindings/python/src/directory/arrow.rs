//! The tables of a review as Arrow has them, with the columns and types of the Parquet files.

use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, BooleanBuilder, ListBuilder, StringBuilder, TimestampMillisecondBuilder};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use tenable_api::model::Timestamp;
use tenable_directory::Review;
use tenable_directory::review::{Cell, Kind};

/// Rows that stand together.
const ROWS_AT_ONCE: usize = 64 * 1024;

const ZONE: &str = "UTC";

/// A table in parts.
pub(super) struct Batches {
    schema: SchemaRef,
    batches: Vec<Result<RecordBatch, ArrowError>>,
}

pub(super) fn accounts(review: &Review) -> Batches {
    let mut table = Building::new(Review::ACCOUNT_COLUMNS);
    review.each_account(|cells| table.row(cells));
    table.finish()
}

pub(super) fn findings(review: &Review) -> Batches {
    let mut table = Building::new(Review::FINDING_COLUMNS);
    review.each_finding(|cells| table.row(cells));
    table.finish()
}

/// The capsule that Arrow's C stream interface goes by in Python.
pub(super) fn stream(py: Python<'_>, table: Batches) -> PyResult<Bound<'_, PyCapsule>> {
    let Batches { schema, batches } = table;
    if let Some(Err(error)) = batches.iter().find(|batch| batch.is_err()) {
        return Err(PyValueError::new_err(format!("the table cannot be made: {error}")));
    }
    let reader = RecordBatchIterator::new(batches, schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

struct Building {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
    batches: Vec<Result<RecordBatch, ArrowError>>,
}

/// What is gathered of a column. A time has a second column after it, which tells never from not told.
enum Column {
    Text(StringBuilder),
    Flag(BooleanBuilder),
    Time(TimestampMillisecondBuilder, BooleanBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl Building {
    fn new(columns: &'static [(&'static str, Kind)]) -> Self {
        let fields = columns.iter().flat_map(|(name, kind)| fields(name, *kind)).collect::<Vec<_>>();
        let columns = columns.iter().map(|(_, kind)| Column::new(*kind)).collect();
        Self { schema: Arc::new(Schema::new(fields)), columns, rows: 0, batches: Vec::new() }
    }

    fn row(&mut self, cells: &[Cell<'_>]) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell);
        }
        self.rows += 1;
        if self.rows == ROWS_AT_ONCE {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let arrays = self.columns.iter_mut().flat_map(Column::finish).collect();
        self.batches.push(RecordBatch::try_new(Arc::clone(&self.schema), arrays));
        self.rows = 0;
    }

    fn finish(mut self) -> Batches {
        if self.rows > 0 {
            self.cut();
        }
        Batches { schema: self.schema, batches: self.batches }
    }
}

fn element() -> Field {
    Field::new("element", DataType::Utf8, false)
}

fn fields(name: &str, kind: Kind) -> Vec<Field> {
    match kind {
        Kind::Text => vec![Field::new(name, DataType::Utf8, true)],
        Kind::Flag => vec![Field::new(name, DataType::Boolean, true)],
        Kind::Time => vec![
            Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, Some(ZONE.into())), true),
            Field::new(format!("{name}_never"), DataType::Boolean, true),
        ],
        Kind::Texts => vec![Field::new(name, DataType::List(Arc::new(element())), true)],
    }
}

impl Column {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Flag => Self::Flag(BooleanBuilder::new()),
            Kind::Time => Self::Time(TimestampMillisecondBuilder::new().with_timezone(ZONE), BooleanBuilder::new()),
            Kind::Texts => Self::Texts(ListBuilder::new(StringBuilder::new()).with_field(element())),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(column), Cell::Text(text)) => column.append_option(*text),
            (Self::Flag(column), Cell::Flag(flag)) => column.append_option(*flag),
            (Self::Time(times, never), Cell::Time(time)) => {
                times.append_option(time.and_then(|text| text.parse().ok().map(Timestamp::unix_milliseconds)));
                never.append_option(time.map(|text| text == "never"));
            }
            (Self::Texts(column), Cell::Texts(texts)) => {
                for text in texts.iter().flatten() {
                    column.values().append_value(text);
                }
                column.append(texts.is_some());
            }
            // Cells are of the kind of their columns, as the tests of the crate show.
            (Self::Text(column), _) => column.append_null(),
            (Self::Flag(column), _) => column.append_null(),
            (Self::Time(times, never), _) => {
                times.append_null();
                never.append_null();
            }
            (Self::Texts(column), _) => column.append_null(),
        }
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        match self {
            Self::Text(column) => vec![ArrayBuilder::finish(column)],
            Self::Flag(column) => vec![ArrayBuilder::finish(column)],
            Self::Time(times, never) => vec![ArrayBuilder::finish(times), ArrayBuilder::finish(never)],
            Self::Texts(column) => vec![ArrayBuilder::finish(column)],
        }
    }
}
