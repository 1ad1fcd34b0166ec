//! Which rows are for which tenants, and which are the same person twice.

use std::collections::{BTreeSet, HashMap};

use super::Import;
use super::person::Person;
use crate::Directory;
use crate::suggest::do_you_mean;

/// One row in one tenant, or a row of which the tenant is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The place of the row among the rows.
    pub(super) row: usize,
    /// The tenant by name; `None` when the row names one that is not there.
    pub(super) tenant: Option<String>,
    pub(super) state: State,
}

/// What is known of a row in a tenant before anything is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Whatever it takes is in the plan.
    Planned,
    /// The account is there and left as it is.
    Kept,
    /// The row is a bad one.
    Refused(String),
    /// The tenant could not be read.
    NotTried(String),
}

/// The rows in their tenants, in the order of the file, with what is wrong with whole rows.
pub(super) fn targets(import: &Import, directory: &Directory) -> (Vec<Target>, Vec<(usize, String)>) {
    let names: Vec<&str> = directory.tenants().iter().map(crate::Tenant::name).collect();
    let mut targets = Vec::with_capacity(import.people.len());
    let mut problems = Vec::new();
    for (row, person) in import.people.iter().enumerate() {
        problems.extend(person.problems.iter().map(|what| (row, what.clone())));
        let tenants = match tenants_of(person, import.options.all_tenants, directory, &names) {
            Ok(tenants) => tenants.into_iter().map(|tenant| Some(names[tenant].to_owned())).collect(),
            Err(what) => {
                // What the columns hold is not known of a row that could not be read.
                if person.problems.is_empty() {
                    problems.push((row, what));
                }
                vec![None]
            }
        };
        targets.extend(tenants.into_iter().map(|tenant| Target { row, tenant, state: State::Planned }));
    }
    problems.extend(repeated(import, directory, &targets));
    (targets, problems)
}

fn tenants_of(person: &Person, all: bool, directory: &Directory, names: &[&str]) -> Result<BTreeSet<usize>, String> {
    let Some(wanted) = &person.tenants else {
        return match names.len() {
            0 => Err("there is no tenant".to_owned()),
            1 => Ok([0].into()),
            _ if all => Ok((0..names.len()).collect()),
            several => Err(format!(
                "there are {several} tenants, and the row does not say which: name it in a column \"tenant\", or import into all"
            )),
        };
    };
    let mut found = BTreeSet::new();
    for name in wanted {
        let before = found.len();
        match names.iter().position(|other| other == name) {
            Some(tenant) => {
                found.insert(tenant);
                continue;
            }
            // The word of a product stands for every tenant of it.
            None => found.extend(directory.tenants().iter().enumerate().filter_map(|(index, tenant)| {
                tenant.product().is_some_and(|product| product.command() == name).then_some(index)
            })),
        }
        let is_word =
            directory.tenants().iter().any(|tenant| tenant.product().is_some_and(|product| product.command() == name));
        if found.len() == before && !is_word {
            return Err(format!("there is no tenant {name:?}{}", do_you_mean(name, names.iter().copied())));
        }
    }
    if found.is_empty() { Err("the list of tenants is empty".to_owned()) } else { Ok(found) }
}

/// Rows about one person in one tenant: each names the line of another one.
fn repeated(import: &Import, directory: &Directory, targets: &[Target]) -> Vec<(usize, String)> {
    let aliases = directory.known_aliases();
    let mut seen: HashMap<(&str, String), usize> = HashMap::new();
    let mut other: HashMap<usize, usize> = HashMap::new();
    for target in targets {
        let Some(tenant) = &target.tenant else { continue };
        let person = &import.people[target.row];
        let names: BTreeSet<String> =
            [&person.email, &person.user_name].into_iter().flatten().map(|name| aliases.person(name)).collect();
        for name in names {
            let first = *seen.entry((tenant, name)).or_insert(target.row);
            if first != target.row {
                other.entry(first).or_insert(target.row);
                other.entry(target.row).or_insert(first);
            }
        }
    }
    let mut repeated: Vec<(usize, usize)> = other.into_iter().collect();
    repeated.sort_unstable();
    let what = |(row, other): (usize, usize)| {
        let (name, line) = (import.people[row].name(), import.people[other].line);
        (row, format!("{name} is the person of line {line} too: one row for each"))
    };
    repeated.into_iter().map(what).collect()
}
