//! People from rows.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::prelude::*;
use serde_json::{Value, json};
use tenable_api::model::Product;
use tenable_api::model::secret::SecretString;
use tenable_directory::import::{ColumnMap, Existing, Field, Format, Import, Options, RowResult, Table};
use tenable_directory::plan::Change;
use tenable_directory::{Directory, Passwords, Problem, Problems};

use super::documents;
use super::passwords::Given;
use super::plan::Plan;
use super::task::Desk;
use super::writing;

/// How rows become people.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(super) struct Reading {
    /// What the file holds: `csv`, `jsonl` or `xlsx`; told by its name where it is not given.
    format: Option<String>,
    sheet: Option<String>,
    /// What columns hold; nothing for those that are left out.
    columns: Vec<(String, Option<String>)>,
    all_tenants: bool,
    domains: Vec<String>,
    /// `update`, `keep` or `refuse`.
    existing: String,
    skip_bad_rows: bool,
    add_groups: bool,
    max_removals: Option<String>,
}

impl Reading {
    /// The rows of these bytes, each checked as far as it can be without the tenants.
    pub(super) fn import(self, bytes: &[u8], file: Option<&Path>) -> Result<Import, Problems> {
        let format = match (self.format.as_deref(), file) {
            (Some("csv"), _) => Format::Csv,
            (Some("jsonl"), _) => Format::JsonLines,
            (Some("xlsx"), _) => Format::Xlsx,
            (Some(other), _) => {
                return Err(Problem::new(format!("there is no format {other:?}: csv, jsonl and xlsx are read")).into());
            }
            (None, Some(file)) => Format::of(file)?,
            (None, None) => return Err(Problem::new("say the format of the rows: csv, jsonl or xlsx").into()),
        };
        let table = Table::read(format, bytes, file, self.sheet.as_deref())?;
        let mut map = ColumnMap::default();
        for (head, field) in self.columns {
            map = match field {
                None => map.ignored(head),
                Some(word) => {
                    let words = Field::ALL.map(Field::name).join(", ");
                    let unknown = || Problem::new(format!("there is no field {word:?}; fields are {words}"));
                    map.column(head, Field::of_head(&word).ok_or_else(unknown)?)
                }
            };
        }
        let mut options = Options::default();
        options.all_tenants = self.all_tenants;
        options.domains = self.domains;
        options.existing = match self.existing.as_str() {
            "update" => Existing::Update,
            "keep" => Existing::Keep,
            "refuse" => Existing::Refuse,
            other => {
                let what = format!("existing is {other:?}: update, keep or refuse is expected");
                return Err(Problem::new(what).into());
            }
        };
        options.skip_bad_rows = self.skip_bad_rows;
        options.add_groups = self.add_groups;
        if let Some(most) = self.max_removals {
            options.most_removals = most.parse()?;
        }
        Import::new(table, &map, options)
    }
}

/// Rows with everything checked and planned.
#[pyclass(frozen, module = "tenable_api._native.directory")]
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) prepared: Arc<tenable_directory::import::Prepared>,
    notes: Vec<String>,
}

#[pymethods]
impl Prepared {
    fn plan(&self) -> Plan {
        let (plan, unread) = (self.prepared.draft().clone(), self.prepared.failed_tenants().to_vec());
        Plan { plan, unread, file: None }
    }

    /// What stands in the way, as a JSON list.
    fn problems(&self) -> String {
        serde_json::to_string(self.prepared.problems()).unwrap_or_default()
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    /// The tenants that could not be read, as a JSON list.
    fn unread(&self) -> String {
        documents::unread(self.prepared.failed_tenants()).to_string()
    }

    /// The accounts that are made and whose row gives no password: tenant and user name of each.
    fn without_password(&self) -> Vec<(String, String)> {
        let given = self.prepared.passwords(NoPassword);
        let made = self.prepared.draft().steps.iter().filter(|step| matches!(step.change, Change::CreateUser { .. }));
        let names = made.map(|step| (step.tenant.clone(), step.subject.name().to_owned()));
        // The product is not asked for.
        let lacks = |(tenant, name): &(String, String)| {
            given.first_password(tenant, Product::VulnerabilityManagement, name).is_err()
        };
        names.filter(lacks).collect()
    }

    /// What becomes of each row if everything goes well, as a JSON list.
    fn expected(&self) -> String {
        results(&self.prepared.expected()).to_string()
    }
}

/// Has no password for anybody.
struct NoPassword;

impl Passwords for NoPassword {
    fn first_password(&self, _: &str, _: Product, _: &str) -> Result<SecretString, Problem> {
        Err(Problem::new("the row gives no password"))
    }
}

fn results(results: &[RowResult]) -> Value {
    let one =
        |result: &RowResult| documents::with(serde_json::to_value(result), &[("text", result.to_string().into())]);
    results.iter().map(one).collect()
}

/// Where a later run finds what it goes on with: beside the journal.
fn record_beside(journal: &Path) -> PathBuf {
    let mut record = OsString::from(journal);
    record.push(".import");
    record.into()
}

/// Checks and plans rows, or goes on with an earlier run of the same journal that was ended.
pub(super) async fn prepare(
    import: Import,
    directory: &Directory,
    journal: Option<&Path>,
    desk: &Desk,
) -> Result<Prepared, Problems> {
    let notes = import.notes().to_vec();
    let earlier = journal.and_then(|journal| fs::read_to_string(record_beside(journal)).ok());
    let prepared = match earlier {
        Some(record) => import.go_on(directory, &record)?,
        None => import.plan(directory, &desk.watch, &desk.stop).await,
    };
    Ok(Prepared { prepared: Arc::new(prepared), notes })
}

/// Makes the steps of a prepared import: what became of the plan, and of each row.
pub(super) async fn carry_out(
    prepared: &tenable_directory::import::Prepared,
    directory: &Directory,
    journal: Option<PathBuf>,
    passwords: Given,
    desk: &Desk,
) -> Result<Value, Problems> {
    let plan = prepared.plan()?;
    let record = journal.as_deref().filter(|_| !plan.is_empty()).map(record_beside);
    if let Some(path) = &record {
        let text = prepared.to_json()?;
        if fs::read_to_string(path).ok().as_ref() != Some(&text) {
            fs::write(path, text).map_err(|error| Problem::new(format!("{}: {error}", path.display())))?;
        }
    }
    let passwords = prepared.passwords(passwords);
    let (report, earlier) = writing::apply(directory, plan, journal, &passwords, desk).await?;
    if let Some(path) = record.filter(|_| report.is_complete()) {
        // One that stays is no harm.
        let _removed = fs::remove_file(path);
    }
    let rows = results(&prepared.results(&report, earlier.as_ref()));
    Ok(json!({"report": documents::report(&report, prepared.failed_tenants()), "results": rows}))
}
