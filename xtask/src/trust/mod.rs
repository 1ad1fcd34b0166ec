//! `cargo xtask trust`: what is claimed about trust is tried, and `docs/trust.md` says what came out.
//!
//! The quick part is the test programs called `trust`, and the Python tests beside them; they leave records. The campaigns take long, can be
//! stopped and gone on with, and leave their results in [`CAMPAIGNS`], which is committed.

use std::{num::NonZeroU32, process::ExitCode};

use clap::Subcommand;
use xshell::Shell;

use crate::{test, workspace::Workspace};

mod campaign;
mod coverage;
mod fuzz;
mod history;
mod long;
mod mutants;
mod page;
mod record;

/// What the campaigns found.
const CAMPAIGNS: &str = "tests/trust/campaigns";

/// What all of this is for.
const PAGE: &str = "docs/trust.md";

/// The folder that tests leave their records in, as they know it.
const RECORDS: &str = "TENABLE_TRUST_RECORDS";

/// A part of the proof that is not run with the tests.
#[derive(Debug, Subcommand)]
pub(crate) enum Part {
    /// Change the code in one place at a time, and see whether a test fails; goes on where it was stopped
    Mutants(mutants::Options),
    /// Feed the parsers with what nobody vouches for; goes on with the inputs found before
    Fuzz(fuzz::Options),
    /// Count the lines that the Rust tests reach, for each crate
    Coverage(coverage::Options),
    /// Run tests of the quick part for longer, and keep what they record
    Long {
        /// Part of the names of the tests, such as `crash`
        tests: String,
        /// How often they try what they try: runs, kills, inputs or examples, as their notes say
        #[arg(long)]
        runs: NonZeroU32,
        /// What they draw from, where they draw
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write docs/trust.md from what the last runs left, without running anything
    Page,
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace, part: Option<Part>) -> anyhow::Result<ExitCode> {
    let records = workspace.target.join("trust/records");
    match part {
        None => {
            // A part that is gone leaves no record behind.
            shell.remove_path(&records)?;
            let counts = test::trust(shell, workspace, None, &[(RECORDS, records.as_os_str().to_owned())])?;
            println!("{counts}");
            if counts.failed > 0 {
                // What is not so is not written down.
                return Ok(ExitCode::FAILURE);
            }
        }
        Some(Part::Page) => {}
        Some(Part::Mutants(options)) => return kept(mutants::run(shell, workspace, &options)),
        Some(Part::Fuzz(options)) => return kept(fuzz::run(shell, workspace, &options)),
        Some(Part::Coverage(options)) => return kept(coverage::run(shell, workspace, &options)),
        Some(Part::Long { tests, runs, seed }) => return kept(long::run(shell, workspace, &tests, runs, seed)),
    }
    page::write(shell, workspace, &records)?;
    Ok(ExitCode::SUCCESS)
}

/// A campaign leaves the page alone: it also shows records, and those of this machine may be older than the page.
fn kept(result: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    result?;
    println!("`cargo xtask trust` takes what is in {CAMPAIGNS} into {PAGE}");
    Ok(ExitCode::SUCCESS)
}
