//! The tasks over people, products and tenants, and the administration that all products have in common.
//!
//! Values cross as JSON text, which `tenable_api.directory` and `tenable_api.admin` give their types. What is large stays here: plans,
//! reviews, imports and departures are held as the SDK has them.

mod admin;
mod arrow;
mod documents;
mod import;
mod lines;
mod offboarding;
mod passwords;
mod plan;
mod problems;
mod review;
mod task;
mod tenants;
mod writing;

use pyo3::prelude::*;

/// The native half of `tenable_api.directory` and `tenable_api.admin`.
#[pymodule]
pub(crate) mod directory {
    #[pymodule_export]
    use super::admin::{Admin, Listed, abilities};
    #[pymodule_export]
    use super::import::Prepared;
    #[pymodule_export]
    use super::lines::Lines;
    #[pymodule_export]
    use super::offboarding::{PlannedOffboarding, offboarding_failures};
    #[pymodule_export]
    use super::passwords::random_password;
    #[pymodule_export]
    use super::plan::{Draft, Plan};
    #[pymodule_export]
    use super::review::Review;
    #[pymodule_export]
    use super::task::Task;
    #[pymodule_export]
    use super::tenants::Directory;

    /// The JSON Schema of a file of people.
    #[pymodule_export]
    const PEOPLE_SCHEMA: &str = tenable_directory::PEOPLE_SCHEMA;
}
