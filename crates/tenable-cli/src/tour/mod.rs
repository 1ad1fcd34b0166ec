//! `tenable tour`: the main tasks, step by step, on an emulator, with everything read back.
//!
//! Each product has a chapter, which uses the typed client as a program would. What was asked for is compared with what is there
//! afterwards; a difference ends the tour with an error that names it.

mod identity_exposure;
mod report;
#[cfg(test)]
mod tests;

use std::time::Instant;

use clap::{Arg, ArgAction, Command};
use tenable_emulator::{Emulator, RunningEmulator};

use crate::commands::emulator::{not_started, runtime, set_rules};
use crate::exit::{Failure, Result};
use crate::options::Scopes;
use report::Report;

pub(crate) fn command() -> Command {
    Command::new("tour")
        .about("Show the main tasks, step by step, on an emulator")
        .long_about(
            "Show the main tasks, step by step, on an emulator that is started for it and served over https.\n\nPeople join, get \
             roles, change, reset and change passwords, are locked out and let in, renew a key, and leave; a connection breaks on the \
             way. Everything is read back, and a difference ends the tour with an error.",
        )
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("RULE=OUTCOME")
                .action(ArgAction::Append)
                .help("Choose how the emulator behaves; see tenable emulator --rules"),
        )
}

pub(crate) fn run(scopes: &Scopes<'_>) -> Result {
    let rules = scopes.leaf().and_then(|matches| matches.get_many::<String>("set")).unwrap_or_default();
    let builder = set_rules(Emulator::builder().tls(true), rules.map(String::as_str))?;
    let mut report = Report::to_stdout(scopes.flag("quiet"));
    runtime()?.block_on(async {
        let started = Instant::now();
        let emulator = builder.start().await.map_err(not_started)?;
        report.title("A tour of the main tasks");
        report.text(
            "An emulator was started on this machine. Its certificate authority was made for this tour,\nand the client trusts no other.",
        );
        let client = identity_exposure::client(&emulator)?;
        identity_exposure::chapter(&emulator, client, &mut report).await?;
        summary(&emulator, &mut report, started)?;
        emulator.shutdown().await;
        Ok(())
    })
}

/// What it took, by the emulator's own record.
fn summary(emulator: &RunningEmulator, report: &mut Report, started: Instant) -> Result {
    let journal = emulator.control().journal();
    if let Some(unknown) = journal.iter().find(|entry| entry.route.is_none()) {
        let (method, path) = (&unknown.method, &unknown.path);
        return Err(Failure::new(crate::exit::Exit::Refused, format!("the emulator knows no {method} {path}")));
    }
    let count = |method: &str| journal.iter().filter(|entry| entry.method == method).count();
    let methods = ["GET", "POST", "PATCH", "PUT", "DELETE"].map(|method| format!("{} {method}", count(method)));
    let refused = journal.iter().filter(|entry| entry.status.is_none_or(|status| status >= 400)).count();
    report.chapter("Summary");
    report.text(&format!(
        "{} steps, {} requests ({}), of which {refused} were refused or lost on purpose; {:.1} s.\n\
         Everything was read back and is as it was asked for. The emulator is gone, and nothing is left behind.",
        report.steps(),
        journal.len(),
        methods.join(", "),
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}
