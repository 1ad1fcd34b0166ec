//! `tenable tour`: the main tasks, step by step, on an emulator, with everything read back.
//!
//! Each product has a chapter, which uses the typed client as a program would. What was asked for is compared with what is there
//! afterwards; a difference ends the tour with an error that names it.

mod directory;
mod identity_exposure;
mod report;
mod security_center;
#[cfg(test)]
mod tests;
mod vulnerability_management;

use std::time::Instant;

use clap::{Arg, ArgAction, Command};
use tenable_api::model::Product;
use tenable_emulator::{Emulator, RunningEmulator};

use crate::commands::emulator::{not_started, runtime, set_rules};
use crate::exit::{Failure, Result};
use crate::options::Scopes;
use report::Report;

pub(crate) fn command() -> Command {
    Command::new("tour")
        .about("Show the main tasks, step by step, on an emulator")
        .long_about(
            "Show the main tasks, step by step, on an emulator that is started for it and served over https.\n\nIn Identity Exposure, \
             people join, get roles, change, reset and change passwords, are locked out and let in, renew a key, and leave; a \
             connection breaks on the way. In Security Center, an administrator makes the Security Manager of an organization, who \
             signs in, makes a role, a group and users, edits, locks and moves them, and deletes one whose objects go to another; a \
             session expires, and one is too many. In Vulnerability Management, people get roles by name, custom ones too, ways to sign \
             in, keys and a group; the product is busy, an answer is lost and settled by looking, and the log of changes tells it all. At the \
             end, one file brings people into all three, the access is reviewed as a page that stays for your browser, and somebody leaves \
             everywhere. Everything is read back, and a difference ends the tour with an error.",
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
        let client = security_center::client(&emulator)?;
        security_center::chapter(&emulator, client, &mut report).await?;
        let client = vulnerability_management::client(&emulator)?;
        vulnerability_management::chapter(&emulator, client, &mut report).await?;
        let directory = directory::directory(&emulator)?;
        directory::chapter(&emulator, directory, &mut report).await?;
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
    report.chapter("Summary");
    for product in [Product::IdentityExposure, Product::SecurityCenter, Product::VulnerabilityManagement] {
        let of_product: Vec<_> =
            journal.iter().filter(|entry| product.name().ends_with(&named(&entry.product))).collect();
        let count = |method: &str| of_product.iter().filter(|entry| entry.method == method).count();
        let methods = ["GET", "POST", "PATCH", "PUT", "DELETE"].map(|method| (count(method), method));
        let methods: Vec<String> =
            methods.iter().filter(|(count, _)| *count > 0).map(|(count, method)| format!("{count} {method}")).collect();
        report.text(&format!("{product}: {} requests ({})", of_product.len(), methods.join(", ")));
    }
    let refused = journal.iter().filter(|entry| entry.status.is_none_or(|status| status >= 400)).count();
    report.text(&format!(
        "{} steps, {} requests, of which {refused} were refused or lost on purpose; {:.1} s.\n\
         Everything was read back and is as it was asked for. The emulator is gone, and nothing is left behind but the page of the review.",
        report.steps(),
        journal.len(),
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// The name of a product as the journal has it, in words.
fn named(product: &str) -> String {
    let words = product.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}
