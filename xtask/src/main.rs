//! The commands of this workspace: `cargo xtask <command>`.
//!
//! One file per command. It links none of the workspace's crates, so that it builds when they do not.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::{
    panic,
    path::PathBuf,
    process::{self, ExitCode},
};

use clap::{CommandFactory as _, Parser, Subcommand};
use xshell::Shell;

use crate::{test::Suite, workspace::Workspace};

mod bench;
mod browser;
mod ci;
mod codegen;
mod counts;
mod deny;
mod docs;
mod emulator;
mod npm;
mod pyright;
mod python;
mod release;
mod test;
mod tidy;
mod tools;
mod trust;
mod walls;
mod wheel;
mod workflows;
mod workspace;

/// Commands of the Tenable SDK workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the tests: all of them, or one suite
    Test {
        /// The suite; all of them without it
        suite: Option<Suite>,
        /// Only tests whose name contains this
        filter: Option<String>,
        /// Also write the line of totals to this file
        #[arg(long, value_name = "FILE")]
        totals: Option<PathBuf>,
    },
    /// Run the checks that stand beside the tests: format, lints, docs, generated code, layer walls
    Ci,
    /// Write the code generated from spec/
    Codegen {
        /// Write nothing; fail and show the difference if what is checked in is out of date
        #[arg(long)]
        check: bool,
    },
    /// Check the rules of this project: secrets, operations, links, versions, markers, workflows
    Tidy,
    /// Check the workflows of the forge with actionlint
    Workflows,
    /// Check that dependencies between the layers only go the agreed way
    Walls,
    /// Build the Python wheel and its source distribution into target/wheels, and try the wheel on every Python of this machine
    Wheel {
        /// Also run the wheel's whole test suite on each of them
        #[arg(long)]
        test: bool,
        /// Build nothing; check that the native module compiles for a Python without the global interpreter lock
        #[arg(long, conflicts_with = "test")]
        check_free_threaded: bool,
    },
    /// Start the emulated products on this machine until Ctrl-C
    Emulator {
        /// What `tenable emulator` takes; `--help` after `--` shows it
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Measure what the project costs against other ways to do the same, and write docs/benchmarks.md
    Bench(bench::Options),
    /// Plan, prepare, verify and publish a release
    Release {
        #[command(subcommand)]
        part: release::Part,
    },
    /// Build the book and the documentation of the crates, and check the links of the book
    Docs(docs::Options),
    /// Check licences, banned crates and sources of all dependencies
    Deny {
        /// Also look all of them up in the databases of known defects, which takes the network
        #[arg(long)]
        advisories: bool,
    },
    /// Try what is claimed about trust, and write docs/trust.md; with a part, run that one for as long as it takes
    Trust {
        #[command(subcommand)]
        part: Option<trust::Part>,
    },
}

fn main() -> ExitCode {
    end_quietly_when_nobody_reads();
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// `cargo xtask release plan | head` is no failure of ours.
fn end_quietly_when_nobody_reads() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |why| {
        let text = why.payload_as_str().unwrap_or_default();
        if text.starts_with("failed printing to stdout") && text.contains("Broken pipe") {
            process::exit(0);
        }
        tell(why);
    }));
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Some(command) = arguments.command else {
        Arguments::command().print_help()?;
        return Ok(ExitCode::SUCCESS);
    };
    let shell = Shell::new()?;
    let workspace = Workspace::locate(&shell)?;
    match command {
        Command::Test { suite, filter, totals } => {
            return test::run(&shell, &workspace, suite, filter.as_deref(), totals.as_deref());
        }
        Command::Ci => ci::run(&shell, &workspace)?,
        Command::Codegen { check } => codegen::run(&workspace.root, check)?,
        Command::Tidy => tidy::run(&shell, &workspace)?,
        Command::Emulator { options } => emulator::run(&shell, &options)?,
        Command::Workflows => workflows::run(&shell, &workspace)?,
        Command::Walls => walls::run(&shell, &workspace)?,
        Command::Wheel { check_free_threaded: true, .. } => wheel::check_free_threaded(&shell, &workspace)?,
        Command::Wheel { test, .. } => wheel::run(&shell, &workspace, test)?,
        Command::Release { part } => release::run(&shell, &workspace, part)?,
        Command::Docs(options) => return docs::run(&shell, &workspace, &options),
        Command::Deny { advisories } => deny::run(&shell, &workspace, advisories)?,
        Command::Bench(options) => return bench::run(&shell, &workspace, &options),
        Command::Trust { part } => return trust::run(&shell, &workspace, part),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
