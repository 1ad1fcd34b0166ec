//! The access review.

use std::time::Duration;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};
use serde_json::json;
use tenable_directory::review::{Details, ReadReviewError};
use tenable_directory::{Clock, ReviewOptions};

use super::arrow;
use super::lines::Lines;
use super::problems::invalid_input;

const DAY: u64 = 24 * 60 * 60;

/// A review as the SDK has it.
#[pyclass(frozen, eq, module = "tenable_api._native.directory")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Review {
    pub(super) review: tenable_directory::Review,
}

/// How a review is made.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(super) struct Manner {
    idle_days: i64,
    unused_key_days: i64,
    listed: Option<Vec<String>>,
    /// `nobody`, `administrators` or `everybody`.
    details: String,
    /// RFC 3339; now where it is not given.
    now: Option<String>,
}

impl Manner {
    pub(super) fn options(self, py: Python<'_>) -> PyResult<ReviewOptions> {
        let now = match self.now {
            None => Clock::default().now(),
            Some(text) => text.parse().map_err(|error| invalid_input(py, &format!("now: {error}")))?,
        };
        let days = |name: &str, days: i64| match u64::try_from(days).ok().and_then(|days| days.checked_mul(DAY)) {
            Some(seconds @ 1..) => Ok(Duration::from_secs(seconds)),
            _ => Err(invalid_input(py, &format!("{name} is {days}: a number of days from 1 is expected"))),
        };
        let mut options = ReviewOptions::new(now)
            .idle(days("idle_days", self.idle_days)?)
            .unused_key(days("unused_key_days", self.unused_key_days)?);
        if let Some(listed) = self.listed {
            options = options.listed(listed);
        }
        Ok(match self.details.as_str() {
            "nobody" => options.details(Details::Nobody),
            "administrators" => options,
            "everybody" => options.details(Details::Everybody),
            other => {
                let what = format!("details is {other:?}: \"nobody\", \"administrators\" or \"everybody\" is expected");
                return Err(invalid_input(py, &what));
            }
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn unreadable(error: ReadReviewError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn unwritten(error: std::io::Error) -> PyErr {
    PyOSError::new_err(format!("the review cannot be written: {error}"))
}

fn text(bytes: Vec<u8>) -> PyResult<String> {
    String::from_utf8(bytes).map_err(|error| PyValueError::new_err(error.to_string()))
}

fn no_table(name: &str) -> PyErr {
    PyValueError::new_err(format!("there is no table {name:?}: tables are accounts and findings"))
}

#[pymethods]
impl Review {
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        let review = py.detach(|| tenable_directory::Review::read_json(text)).map_err(unreadable)?;
        Ok(Self { review })
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let mut out = Vec::new();
        py.detach(|| self.review.write_json(&mut out)).map_err(unwritten)?;
        text(out)
    }

    /// Everything that is not one of the long lists, as JSON.
    fn head(&self) -> String {
        let review = &self.review;
        json!({
            "version": review.version, "made_at": review.made_at, "idle_days": review.idle_days,
            "unused_key_days": review.unused_key_days, "listed": review.listed, "tenants": review.tenants,
            "untold": review.untold, "changes": review.changes,
        })
        .to_string()
    }

    /// One of the long lists: `accounts`, `findings`, `people`, `roles` or `groups`.
    fn rows(&self, py: Python<'_>, table: &str) -> PyResult<Lines> {
        let review = &self.review;
        match table {
            "accounts" => {
                let mut out = Vec::new();
                py.detach(|| review.write_accounts_json_lines(&mut out)).map_err(unwritten)?;
                text(out).map(Lines::new)
            }
            "findings" => Ok(py.detach(|| Lines::of(&review.findings))),
            "people" => Ok(py.detach(|| Lines::of(&review.people))),
            "roles" => Ok(py.detach(|| Lines::of(&review.roles))),
            "groups" => Ok(py.detach(|| Lines::of(&review.groups))),
            other => Err(no_table(other)),
        }
    }

    fn html(&self, py: Python<'_>) -> PyResult<String> {
        let mut out = Vec::new();
        py.detach(|| self.review.write_html(&mut out)).map_err(unwritten)?;
        text(out)
    }

    /// The `accounts` or the `findings`.
    fn csv(&self, py: Python<'_>, table: &str) -> PyResult<String> {
        let mut out = Vec::new();
        match table {
            "accounts" => py.detach(|| self.review.write_accounts_csv(&mut out)),
            "findings" => py.detach(|| self.review.write_findings_csv(&mut out)),
            other => return Err(no_table(other)),
        }
        .map_err(unwritten)?;
        text(out)
    }

    /// The `accounts` or the `findings`.
    fn json_lines(&self, py: Python<'_>, table: &str) -> PyResult<String> {
        let mut out = Vec::new();
        match table {
            "accounts" => py.detach(|| self.review.write_accounts_json_lines(&mut out)),
            "findings" => py.detach(|| self.review.write_findings_json_lines(&mut out)),
            other => return Err(no_table(other)),
        }
        .map_err(unwritten)?;
        text(out)
    }

    /// The `accounts` or the `findings`.
    fn parquet<'py>(&self, py: Python<'py>, table: &str) -> PyResult<Bound<'py, PyBytes>> {
        let mut out = Vec::new();
        match table {
            "accounts" => py.detach(|| self.review.write_accounts_parquet(&mut out)),
            "findings" => py.detach(|| self.review.write_findings_parquet(&mut out)),
            other => return Err(no_table(other)),
        }
        .map_err(unwritten)?;
        Ok(PyBytes::new(py, &out))
    }

    /// The `accounts` or the `findings` as a stream of Arrow's.
    fn arrow<'py>(&self, py: Python<'py>, table: &str) -> PyResult<Bound<'py, PyCapsule>> {
        let batches = match table {
            "accounts" => py.detach(|| arrow::accounts(&self.review)),
            "findings" => py.detach(|| arrow::findings(&self.review)),
            other => return Err(no_table(other)),
        };
        arrow::stream(py, batches)
    }

    /// The same review, compared with the last one.
    fn since(&self, py: Python<'_>, last: &Self) -> PyResult<Self> {
        let review = py.detach(|| self.review.clone().since(&last.review)).map_err(unreadable)?;
        Ok(Self { review })
    }

    /// What is not as it was in the last review, as JSON.
    fn compare(&self, py: Python<'_>, last: &Self) -> PyResult<String> {
        let changes = py.detach(|| self.review.compare(&last.review)).map_err(unreadable)?;
        Ok(serde_json::to_string(&changes).unwrap_or_default())
    }
}
