//! `cargo xtask trust long`: tests of the quick part, run for longer.

use std::{num::NonZeroU32, time::Instant};

use anyhow::{bail, ensure};
use serde::{Deserialize, Serialize};
use xshell::Shell;

use super::{
    RECORDS,
    campaign::{self, Section, duration},
    history::{Age, Origin},
    record::{Record, read_all},
};
use crate::{test, workspace::Workspace};

/// What the names of the files begin with.
pub(crate) const PREFIX: &str = "long-";

/// What is tried, and by what.
pub(crate) const PATHS: &[&str] =
    &["crates", "bindings/python", "tests/trust", "tests/targets", "tests/python", "spec"];

/// What tells tests how much to try. Their notes say what they count: runs, kills, inputs, examples.
const RUNS: &[&str] = &["TENABLE_TRUST_RUNS", "TENABLE_TRUST_EMULATOR_KILLS", "TENABLE_TRUST_SCHEMATHESIS_EXAMPLES"];

/// What a test recorded that ran for longer.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Long {
    #[serde(flatten)]
    pub(crate) origin: Origin,
    seed: u64,
    runs: u32,
    /// Of the whole run, with what else it tried.
    seconds: u64,
    record: Record,
}

/// Runs the tests whose names contain this, and keeps their records.
pub(crate) fn run(
    shell: &Shell,
    workspace: &Workspace,
    tests: &str,
    runs: NonZeroU32,
    seed: u64,
) -> anyhow::Result<()> {
    let folder = workspace.target.join("trust/long");
    shell.remove_path(&folder)?;
    let origin = Origin::here(shell, PATHS)?;
    let start = Instant::now();
    let mut variables = vec![(RECORDS, folder.as_os_str().to_owned()), ("TENABLE_TRUST_SEED", seed.to_string().into())];
    variables.extend(RUNS.iter().map(|&name| (name, runs.to_string().into())));
    let counts = test::trust(shell, workspace, Some(tests), &variables)?;
    ensure!(counts.failed == 0, "{counts}");
    let records = read_all(shell, &folder)?;
    if records.is_empty() {
        bail!("no test whose name contains {tests:?} recorded anything: {counts}");
    }
    let seconds = start.elapsed().as_secs();
    for record in records {
        let file = campaign::file(workspace, &format!("{PREFIX}{}", record.name));
        campaign::save(shell, &file, &Long { origin: origin.clone(), seed, runs: runs.get(), seconds, record })?;
        println!("{}", workspace.relative(&file).display());
    }
    Ok(())
}

impl Long {
    /// As a section of the page.
    pub(crate) fn section(&self, age: Age) -> Section {
        let Self { origin, seed, runs, seconds, record } = self;
        let mut text = format!(
            "At {}, `--runs {runs} --seed {seed}`, {} in all.\n\n{}",
            origin.shown(age),
            duration(*seconds),
            record.table()
        );
        super::page::push_list(&mut text, record.remarks());
        Section {
            name: format!("{PREFIX}{}", record.name),
            title: format!("{}, for longer", record.title),
            text,
            // The quick part says it already.
            not_shown: Vec::new(),
        }
    }
}
