//! What every task that writes has around it: a journal, first passwords, and an end that can be asked for.

use std::path::PathBuf;

use pyo3::prelude::*;
use tenable_directory::{Apply, Clock, Directory, Earlier, Journal, Passwords, Problem, Problems, Report};

use super::task::Desk;

/// How a task writes.
#[derive(Debug)]
pub(super) struct Manner {
    pub(super) journal: Option<PathBuf>,
    pub(super) passwords: Option<Py<PyAny>>,
}

/// Opens the journal of a plan. Of nothing that is done, nothing is written down.
pub(super) fn journal(path: Option<PathBuf>, plan: &tenable_directory::plan::Plan) -> Result<Option<Journal>, Problem> {
    path.filter(|_| !plan.is_empty()).map(|path| Journal::open(path, plan, Clock::default())).transpose()
}

/// How a plan is applied by a task.
pub(super) fn options<'a>(desk: &'a Desk, passwords: &'a dyn Passwords, journal: Option<&'a Journal>) -> Apply<'a> {
    let options = Apply::new().passwords(passwords).observer(&desk.watch).stop(desk.stop.clone());
    match journal {
        Some(journal) => options.journal(journal),
        None => options,
    }
}

/// Applies a plan, with what earlier runs of the same journal came to.
pub(super) async fn apply(
    directory: &Directory,
    plan: &tenable_directory::plan::Plan,
    path: Option<PathBuf>,
    passwords: &dyn Passwords,
    desk: &Desk,
) -> Result<(Report, Option<Earlier>), Problems> {
    let journal = journal(path, plan)?;
    let report = directory.apply(plan, &options(desk, passwords, journal.as_ref())).await?;
    Ok((report, journal.map(|journal| journal.earlier().clone())))
}
