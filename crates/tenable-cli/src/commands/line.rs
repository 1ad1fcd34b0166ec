//! What the terminal knows of each product: one row a product, and nothing about products elsewhere.

use clap::Command;
use serde_json::Value;
use tenable_api::model::Product;
use tenable_api::{UntypedOperation, identity_exposure, security_center, vulnerability_management};

use super::product::Task;
use super::{
    identity_exposure as for_identity_exposure, security_center as for_security_center,
    vulnerability_management as for_vulnerability_management,
};
use crate::exit::{Failure, Result};

/// A product line, what it can do, and what its commands do beyond single operations.
pub(crate) struct Line {
    pub(crate) product: Product,
    pub(crate) alias: &'static str,
    pub(crate) operations: &'static [UntypedOperation],
    /// A path for `raw`.
    pub(crate) raw_path: &'static str,
    /// The option that a credential on standard input is asked for with, and what is on its lines.
    pub(crate) credential: (&'static str, &'static [&'static str]),
    /// Adds to an operation's command what it can do beyond the operation, by the id of the operation.
    pub(crate) extend: fn(&str, Command) -> Command,
    /// Adds commands of their own to a resource.
    pub(crate) add: fn(Command, &str) -> Command,
    /// Carries out a command, by resource and method, that is more than a single operation.
    pub(crate) run: fn(&str, &str, &mut Task<'_>) -> Option<Result>,
    /// Adds to the failure of an operation what can be done about it here.
    pub(crate) advise: fn(&str, Failure) -> Failure,
    /// Columns of a list of this resource that has no elements.
    pub(crate) columns: fn(&Self, &str) -> Vec<String>,
    /// Makes the result of an operation fit for a table, and gives the columns that a list begins with; all without any.
    pub(crate) present: fn(&str, &mut Value) -> &'static [&'static str],
}

pub(crate) static LINES: [Line; 3] = [
    Line {
        product: Product::IdentityExposure,
        alias: "identity-exposure",
        operations: identity_exposure::OPERATIONS,
        raw_path: "/api/users",
        credential: ("api-key-stdin", &["API key"]),
        extend: for_identity_exposure::extend,
        add: for_identity_exposure::add,
        run: for_identity_exposure::run,
        advise: for_identity_exposure::advise,
        columns: of_creation,
        present: as_it_is,
    },
    Line {
        product: Product::SecurityCenter,
        alias: "security-center",
        operations: security_center::OPERATIONS,
        raw_path: "/rest/user",
        credential: ("login-password-stdin", &["password of the login"]),
        extend: for_security_center::extend,
        add: for_security_center::add,
        run: for_security_center::run,
        advise: for_security_center::advise,
        columns: for_security_center::columns,
        present: as_it_is,
    },
    Line {
        product: Product::VulnerabilityManagement,
        alias: "vulnerability-management",
        operations: vulnerability_management::OPERATIONS,
        raw_path: "/users",
        credential: ("api-key-stdin", &["access key", "secret key"]),
        extend: for_vulnerability_management::extend,
        add: for_vulnerability_management::add,
        run: for_vulnerability_management::run,
        advise: for_vulnerability_management::advise,
        columns: for_vulnerability_management::columns,
        present: for_vulnerability_management::present,
    },
];

fn as_it_is(_: &str, _: &mut Value) -> &'static [&'static str] {
    &[]
}

/// The id, and what an element is created with.
fn of_creation(line: &Line, resource: &str) -> Vec<String> {
    let create = line.operations.iter().map(UntypedOperation::meta);
    let create = create.filter(|meta| meta.resource == resource && meta.name == "create");
    let fields = create.flat_map(|meta| meta.parameters).filter(|parameter| !parameter.secret);
    std::iter::once("id").chain(fields.map(|parameter| parameter.name)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_has_the_columns_of_its_resource() {
        let columns = |line: &Line, resource| (line.columns)(line, resource);
        assert_eq!(columns(&LINES[0], "roles"), ["id", "name", "description"]);
        assert!(!columns(&LINES[0], "users").contains(&"password".to_owned()));
        assert_eq!(columns(&LINES[1], "roles"), ["id", "name", "description"]);
        assert!(columns(&LINES[1], "users").contains(&"username".to_owned()));
        assert_eq!(columns(&LINES[2], "groups")[..2], ["id", "name"]);
    }
}
