//! People from rows: CSV, JSON Lines, Excel workbooks.
//!
//! A [`Table`] is read from a file, a [`ColumnMap`] says what its columns hold, and an [`Import`] checks every row and computes one plan
//! for all of them before anything is written. Each row is one person, in one or several tenants, and ends with a [`RowResult`].
//!
//! ```
//! use tenable_directory::import::{ColumnMap, Import, Options, Prepared, Table};
//! use tenable_directory::{Apply, Directory, Problems, RandomPasswords, Stop};
//!
//! async fn import(directory: &Directory, file: &[u8]) -> Result<(), Problems> {
//!     let table = Table::csv(file, Some("people.csv".as_ref()))?;
//!     let map = ColumnMap::parse("Mail=email,Login=user_name")?;
//!     let import = Import::new(table, &map, Options::default())?;
//!     let prepared = import.plan(directory, &(), &Stop::default()).await;
//!     let passwords = prepared.passwords(RandomPasswords);
//!     let report = directory.apply(prepared.plan()?, &Apply::new().passwords(&passwords)).await?;
//!     for result in prepared.results(&report, None) {
//!         println!("{result}");
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # A run that was killed
//!
//! Running the import again goes on where it stopped, since what is there is read first: rows that were done are *unchanged*, one that
//! was half done is *changed*. That is enough where people who are there are brought up to date, and not where they are kept or refused
//! ([`Existing`]), since a row that was half done is then taken for somebody who was there before. With a record
//! ([`Prepared::to_json`], kept before the first write) and a [`Journal`](crate::Journal), [`Import::go_on`] goes on with the very plan of
//! the first run instead, and rows that earlier runs made are *created*.

mod columns;
mod csv;
mod json_lines;
mod person;
mod prepare;
mod record;
mod result;
mod table;
mod targets;
#[cfg(feature = "xlsx")]
mod xlsx;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use columns::{ColumnMap, Field};
pub use prepare::Prepared;
pub use result::{RowOutcome, RowResult};
pub use table::{Format, Table};

use crate::scope::Removals;
use crate::{Place, Problems};
use columns::Columns;
use person::Person;

/// What becomes of rows about people who have an account already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Existing {
    /// It is changed to what the row says.
    #[default]
    Update,
    /// It is left as it is.
    Keep,
    /// The row is a bad one.
    Refuse,
}

/// How rows become people.
///
/// ```
/// use tenable_directory::import::{Existing, Options};
///
/// let mut options = Options::default();
/// options.existing = Existing::Refuse;
/// options.domains = vec!["example.com".to_owned()];
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether rows that name no tenant are for every tenant. Where there is only one, they are for that one anyway.
    pub all_tenants: bool,
    /// The domains that addresses may have; `*` stands for any characters, as in `*.example.com`. Any domain when there are none.
    pub domains: Vec<String>,
    /// What becomes of rows about people who have an account already.
    pub existing: Existing,
    /// Whether the good rows are imported although others are bad. Otherwise one bad row stops all.
    pub skip_bad_rows: bool,
    /// Whether people stay in groups that their row does not name. Otherwise a row that names groups names all of them.
    pub add_groups: bool,
    /// How many people the rows may disable in one tenant.
    pub most_removals: Removals,
}

/// Rows that are to become people, each checked as far as it can be without the tenants.
#[derive(Debug)]
pub struct Import {
    file: Option<PathBuf>,
    people: Vec<Person>,
    notes: Vec<String>,
    options: Options,
}

impl Import {
    /// Of the rows of a table.
    ///
    /// # Errors
    ///
    /// When it is not clear what the columns hold. What is wrong with single rows is told by [`plan`](Self::plan), all at once.
    pub fn new(table: Table, map: &ColumnMap, options: Options) -> Result<Self, Problems> {
        if table.columns.is_empty() {
            return Err(table.unreadable());
        }
        let Columns { fields, notes } = Columns::of(&table, map)?;
        let columns = Columns { fields, notes: Vec::new() };
        let rows = table.rows.into_iter();
        let people = rows.map(|row| Person::of(row, &columns, &options.domains)).collect();
        Ok(Self { file: table.file, people, notes, options })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// What whoever runs the import should know: columns that are not used.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    fn place(&self, line: usize) -> Place {
        Place::new(self.file.clone(), line)
    }
}
