//! First passwords that Python gives.

use std::sync::Arc;

use pyo3::prelude::*;
use tenable_api::model::Product;
use tenable_api::model::secret::{ExposeSecret as _, SecretString};
use tenable_directory::{Passwords, Problem, RandomPasswords, Stop};

use super::problems;
use super::task::{Desk, Raised, lock};

/// A random password by the rules of all products.
#[pyfunction]
pub(crate) fn random_password(py: Python<'_>) -> PyResult<String> {
    let password = RandomPasswords.first_password("", Product::VulnerabilityManagement, "");
    password.map(|password| password.expose_secret().to_owned()).map_err(|problem| problems::one(py, problem))
}

/// Asks a callable of Python's, which gives text, or `None` for a random password. What it raises ends the task in order.
#[derive(Debug)]
pub(super) struct Asked {
    give: Py<PyAny>,
    stop: Stop,
    raised: Raised,
}

impl Asked {
    pub(super) fn new(give: Py<PyAny>, desk: &Desk) -> Self {
        Self { give, stop: desk.stop.clone(), raised: Arc::clone(&desk.raised) }
    }
}

impl Passwords for Asked {
    fn first_password(&self, tenant: &str, product: Product, user_name: &str) -> Result<SecretString, Problem> {
        let none = || Problem::new("no first password was given: what is called for it raised an exception");
        if lock(&self.raised).is_some() {
            return Err(none());
        }
        let ask =
            |py: Python<'_>| self.give.call1(py, (tenant, product.command(), user_name))?.extract::<Option<String>>(py);
        // It may take its time, as whoever asks a vault does.
        match tokio::task::block_in_place(|| Python::attach(ask)) {
            Ok(Some(password)) => Ok(password.into()),
            Ok(None) => RandomPasswords.first_password(tenant, product, user_name),
            Err(error) => {
                self.stop.stop();
                lock(&self.raised).get_or_insert(error);
                Err(none())
            }
        }
    }
}

/// Who gives the first passwords of a task.
#[derive(Debug)]
pub(super) enum Given {
    Asked(Asked),
    Random,
}

impl Given {
    pub(super) fn new(give: Option<Py<PyAny>>, desk: &Desk) -> Self {
        give.map_or(Self::Random, |give| Self::Asked(Asked::new(give, desk)))
    }
}

impl Passwords for Given {
    fn first_password(&self, tenant: &str, product: Product, user_name: &str) -> Result<SecretString, Problem> {
        match self {
            Self::Asked(asked) => asked.first_password(tenant, product, user_name),
            Self::Random => RandomPasswords.first_password(tenant, product, user_name),
        }
    }
}
