//! Plans, and what stands in their way.

use std::sync::Arc;

use pyo3::prelude::*;
use serde_json::Value;
use tenable_directory::plan::Planned;
use tenable_directory::{PeopleFile, Present};

use super::documents::{self, Unread};
use super::problems;

/// A plan, and what is known of how it was made.
#[pyclass(frozen, module = "tenable_api._native.directory")]
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_field_names, reason = "the plan of the SDK, and what is known of it")]
pub(crate) struct Plan {
    pub(super) plan: tenable_directory::plan::Plan,
    pub(super) unread: Vec<Unread>,
    /// The file that it was made of, whose protected accounts are looked after when it is applied too.
    pub(super) file: Option<Arc<PeopleFile>>,
}

impl Plan {
    pub(super) fn of(plan: tenable_directory::plan::Plan, present: &Present) -> Self {
        Self { plan, unread: unread(present), file: None }
    }
}

pub(super) fn unread(present: &Present) -> Vec<Unread> {
    present.failed().map(|(tenant, why)| (tenant.to_owned(), why.clone())).collect()
}

#[pymethods]
impl Plan {
    /// A plan without steps.
    #[new]
    fn new() -> Self {
        Self::default()
    }

    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        let plan = tenable_directory::plan::Plan::from_json(text).map_err(|problem| problems::one(py, problem))?;
        Ok(Self { plan, ..Self::default() })
    }

    fn to_json(&self) -> String {
        self.plan.to_json()
    }

    fn hash(&self) -> String {
        self.plan.hash()
    }

    fn text(&self) -> String {
        self.plan.to_string()
    }

    /// The steps as a JSON list.
    fn steps(&self) -> String {
        self.plan.steps.iter().map(documents::step).collect::<Value>().to_string()
    }

    fn notes(&self) -> Vec<String> {
        self.plan.notes.clone()
    }

    /// The tenants that could not be read when it was made, as a JSON list.
    fn unread(&self) -> String {
        documents::unread(&self.unread).to_string()
    }

    fn __len__(&self) -> usize {
        self.plan.steps.len()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.plan == other.plan
    }
}

/// A plan of one wish, and what it was computed from.
#[pyclass(frozen, module = "tenable_api._native.directory")]
#[derive(Debug)]
pub(crate) struct Draft {
    pub(super) planned: Arc<Planned>,
}

#[pymethods]
impl Draft {
    fn plan(&self) -> Plan {
        Plan::of(self.planned.plan.clone(), &self.planned.present)
    }
}
