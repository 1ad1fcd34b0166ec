//! `cargo xtask bench`: what the project costs, held against the other ways to do the same, in one run.
//!
//! `rows/` measures, each family of rows against its contenders; the programs that it starts stand in `tests/bench/`. The page and its picture
//! are only written by a run of all rows.

use std::{num::NonZeroUsize, path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use xshell::Shell;

use self::{
    catalogue::CATALOGUE,
    machine::Machine,
    outcome::{Outcome, Outcomes, Row, rows},
    rows::{FAMILIES, Family, Server},
    stage::Stage,
};
use crate::workspace::Workspace;

mod catalogue;
mod machine;
mod outcome;
mod page;
mod plot;
mod rows;
mod stage;
mod statistics;
mod summary;
mod worker;

const PAGE: &str = "docs/benchmarks.md";
const PICTURE: &str = "docs/benchmarks.svg";

/// What to measure, and how long.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only rows whose names begin with one of these, such as `python-list`; the page is not written then
    rows: Vec<String>,
    /// Few rounds and small sizes: to see that all works, not for figures; the page is not written then
    #[arg(long)]
    quick: bool,
    /// Rounds of most rows, in place of 15, or of 3 with --quick
    #[arg(long)]
    rounds: Option<NonZeroUsize>,
    /// Build nothing: measure the programs and the wheel of the last run
    #[arg(long)]
    no_build: bool,
    /// Also write the rows as JSON to this file
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    let families = chosen(&options.rows)?;
    let rounds = options.rounds.map_or(if options.quick { 3 } else { 15 }, NonZeroUsize::get);
    let mut stage = Stage::new(shell, workspace, options.quick, rounds, options.no_build);
    let mut outcomes = Outcomes::new();
    let mut failed = false;
    for family in families {
        match (family.measure)(&mut stage) {
            Ok(measured) => {
                print(&rows(&measured));
                outcomes.extend(measured);
            }
            Err(error) => {
                // The others can be measured still; what is written says that this one was not.
                failed = true;
                eprintln!("error: {}: {error:#}", family.rows.join(", "));
                outcomes.extend(family.rows.iter().map(|&name| (name, Outcome::Missing(format!("{error:#}")))));
            }
        }
    }
    let rows = rows(&outcomes);
    if let Some(file) = &options.summary {
        shell.write_file(file, summary::render(&rows))?;
    }
    if failed {
        return Ok(ExitCode::FAILURE);
    }
    if options.rows.is_empty() && !options.quick {
        write(&stage, &rows)?;
    }
    println!("{} of {} targets are met.", rows.iter().filter(|row| row.is_met()).count(), rows.len());
    Ok(ExitCode::SUCCESS)
}

/// The families that have a row whose name begins with one of these; all without any.
fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Family>> {
    for name in names {
        if !CATALOGUE.iter().any(|row| row.name.starts_with(name.as_str())) {
            let known: Vec<&str> = CATALOGUE.iter().map(|row| row.name).collect();
            bail!("no row is called {name:?}; there are {}", known.join(", "));
        }
    }
    let fits = |row: &str| names.is_empty() || names.iter().any(|name| row.starts_with(name.as_str()));
    Ok(FAMILIES.iter().filter(|family| family.rows.iter().any(|row| fits(row))).collect())
}

/// A line for each row, as it comes.
fn print(rows: &[Row]) {
    for row in rows {
        let (value, others) = page::cells(row);
        let met = if row.is_met() { "met   " } else { "missed" };
        let target = row.definition.target.show(row.definition.unit);
        let others = if others.is_empty() { others } else { format!("; {others}") };
        println!("{met} {:30} {value}, target {target}{others}", row.definition.name);
        if let Outcome::Measured(measured) = &row.outcome
            && !measured.detail.is_empty()
        {
            println!("       {:30} {}", "", measured.detail);
        }
    }
}

/// Writes the page and its picture.
fn write(stage: &Stage<'_>, rows: &[Row]) -> anyhow::Result<()> {
    let root = &stage.workspace.root;
    let picture = plot::render(&stage.series)?;
    if let Some(picture) = &picture {
        stage.shell.write_file(root.join(PICTURE), picture)?;
    }
    let text = page::render(rows, &Machine::this(stage)?, &Server::measure(stage)?, picture.is_some())?;
    stage.shell.write_file(root.join(PAGE), text)?;
    println!("wrote {PAGE}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rows: &[&str]) -> Vec<&'static str> {
        let rows: Vec<String> = rows.iter().map(|&row| row.to_owned()).collect();
        chosen(&rows).unwrap().iter().flat_map(|family| family.rows).copied().collect()
    }

    #[test]
    fn a_name_chooses_what_is_measured_with_it() {
        assert_eq!(names(&["python-call"]), ["python-call"]);
        assert_eq!(names(&["crates"]), ["crates-model", "crates-api", "crates-api-transport"]);
        // What is measured in the same rounds comes along.
        assert_eq!(names(&["python-list-sc"]), ["python-list-sc", "python-fastest-sc"]);
        assert_eq!(names(&[]).len(), CATALOGUE.len());
        assert!(chosen(&["nothing".to_owned()]).is_err());
    }
}
