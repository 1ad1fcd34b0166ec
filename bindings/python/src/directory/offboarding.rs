//! Somebody leaves.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tenable_directory::{Accounts, Departure, Offboarding, OffboardingRecord};

use super::plan::Plan;
use super::problems;

/// How somebody would leave.
#[pyclass(frozen, module = "tenable_api._native.directory")]
#[derive(Debug)]
pub(crate) struct PlannedOffboarding {
    pub(super) planned: Arc<tenable_directory::PlannedOffboarding>,
}

#[pymethods]
impl PlannedOffboarding {
    fn whois(&self) -> String {
        serde_json::to_string(&self.planned.whois).unwrap_or_default()
    }

    fn plan(&self) -> Plan {
        Plan::of(self.planned.planned.plan.clone(), &self.planned.planned.present)
    }

    /// What stands in the way, as a JSON list.
    fn problems(&self) -> String {
        serde_json::to_string(&self.planned.planned.problems).unwrap_or_default()
    }
}

/// What does not hold of a record, which is given as JSON.
#[pyfunction]
pub(crate) fn offboarding_failures(record: &str) -> PyResult<Vec<String>> {
    let record: OffboardingRecord = serde_json::from_str(record)
        .map_err(|error| PyValueError::new_err(format!("this is no record of a departure: {error}")))?;
    Ok(record.failures())
}

/// Who leaves, and how.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(super) struct Leaving {
    person: String,
    delete: bool,
    delete_in: Vec<String>,
    successor: Option<String>,
    all_accounts: bool,
    accounts: Vec<String>,
}

impl Leaving {
    pub(super) fn offboarding(self, py: Python<'_>) -> PyResult<Offboarding> {
        let mut offboarding = Offboarding::new(self.person);
        if self.delete_in.is_empty() {
            let departure = Departure::asked(self.delete, self.successor);
            offboarding = offboarding.departure(departure.map_err(|problem| problems::one(py, problem))?);
        } else {
            for tenant in self.delete_in {
                offboarding = offboarding.departure_in(tenant, Departure::Delete { successor: self.successor.clone() });
            }
        }
        Ok(if self.all_accounts {
            offboarding.accounts(Accounts::All)
        } else if self.accounts.is_empty() {
            offboarding
        } else {
            offboarding.accounts(Accounts::Only(self.accounts))
        })
    }
}
