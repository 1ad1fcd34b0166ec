//! `tenable offboard`: somebody leaves, everywhere, and a record says whether all of it holds.

use std::fmt::Write as _;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::{Arg, Command};
use serde_json::{Value, json};
use tenable_directory::{
    AccountRecord, Accounts, After, Departure, Offboarding, OffboardingRecord, Outcome, PlannedOffboarding,
    TenantRecord, Verdict,
};

use super::ending::{in_the_way, unread, with_unread};
use super::text::{of_plan, styled};
use super::whois::{not_found, remarks};
use super::writing::{Ended, Manner};
use super::{Desk, Task, arguments};
use crate::exit::{Exit, Failure, Result, one_line};
use crate::output::{Document, Limits, split};

pub(super) fn command() -> Command {
    let command = Command::new("offboard")
        .about("Close every account of somebody who leaves, in every tenant, and prove it")
        .long_about(
            "Close every account of somebody who leaves, in every tenant: ways to sign in are closed, API keys replaced, roles and groups \
             taken, as far as each product can; then the account is disabled, or deleted if that is asked for.\n\nEverything is read back, \
             and the record says of each account what was there, what was done, what is left to do by hand, and whether it still opens \
             anything. Running it again changes nothing more.\n\nYour own account, the last administrator, accounts that are protected and \
             those that another Tenable product keeps are not touched: the command is refused.",
        )
        .after_help(
            "Examples:\n  tenable offboard ann@example.com --all --dry-run\n  tenable offboard ann@example.com --all --record ann.json\n  \
             tenable offboard ann@example.com --profile acme --delete --successor bo@example.com",
        )
        .arg(Arg::new("name").required(true).value_name("NAME").help("E-mail address, user name or alias"))
        .arg(arguments::flag("delete", "Delete the accounts after they are closed, instead of disabling them"))
        .arg(
            arguments::repeated("delete-in", "TENANT,...")
                .help("Delete the accounts in these tenants, and disable them elsewhere")
                .conflicts_with("delete"),
        )
        .arg(
            arguments::text("successor", "NAME")
                .help("Who gets what a deleted account owns: user name, e-mail address or key; the product decides without it"),
        )
        .arg(arguments::flag("all-accounts", "Close all accounts that bear the name, where a tenant has several").conflicts_with("account"))
        .arg(
            arguments::repeated("account", "NAME")
                .help("Close only this account of the person, by user name or key; may be repeated"),
        )
        .arg(arguments::path("record", "FILE").help("Write the record as JSON to this new file as well"));
    arguments::writing(command)
}

pub(super) fn run(task: &mut Task<'_>) -> Result<Exit> {
    let known = task.known()?;
    let manner = Manner::of(task, "the same command again");
    let rehearsal = task.is_rehearsal();
    let record_file = task.path("record");
    if let Some(path) = record_file.as_ref().filter(|path| path.exists()) {
        return Err(Failure::usage(format!("{} is there already: a record goes to a new file", path.display())));
    }
    let offboarding = offboarding(task)?;
    task.during(known, async |desk| {
        let planned = desk.directory.plan_offboarding(&offboarding, &*desk.watch, desk.interrupt.stop()).await;
        desk.watch.rest();
        for line in remarks(&planned.whois) {
            desk.output.note(&line);
        }
        let (failed, all) = (unread(&planned.planned.present), desk.directory.tenants().len());
        if planned.is_nobody() && planned.planned.problems.is_empty() && failed.len() < all {
            let found = not_found(&planned.whois, all - failed.len());
            return match with_unread(Exit::Done, &failed, all) {
                Ok(_) => Err(Failure::new(Exit::Refused, found)),
                Err(failure) => Err(failure.but(Exit::Partly, &found)),
            };
        }
        if !planned.planned.problems.is_empty() {
            return Err(in_the_way(&planned.planned.problems));
        }
        let plan = &planned.planned.plan;
        if rehearsal {
            desk.output.print_document(of_plan(plan))?;
            let exit = if plan.is_empty() { Exit::Done } else { Exit::Pending };
            return with_unread(exit, &failed, all);
        }
        if !plan.is_empty() {
            manner
                .confirm(desk, plan, &format!("Close these accounts of {}?", one_line(&planned.whois.person)))
                .await?;
        }
        carry_out(desk, &planned, manner, record_file).await
    })
}

async fn carry_out(
    desk: &Desk,
    planned: &PlannedOffboarding,
    manner: Manner,
    record_file: Option<PathBuf>,
) -> Result<Exit> {
    let writing = manner.begin(desk, &planned.planned.plan)?;
    let record = desk.directory.offboard(planned, &writing.options(desk)).await;
    writing.end(desk, Ended::with(&record, |record| record.holds));
    let record = record.map_err(|problems| Failure::problems(Exit::Refused, problems.all()))?;
    let written = record_file.map_or(Ok(()), |path| {
        std::fs::write(&path, record.to_json()).map_err(|error| {
            Failure::new(Exit::Partly, format!("the record could not be written to {}: {error}", path.display()))
        })
    });
    desk.output.print_document(document(&record))?;
    written?;
    if record.holds {
        return Ok(Exit::Done);
    }
    let outcomes = record.accounts().flat_map(|(_, account)| &account.steps).map(|step| &step.outcome);
    let unknown = outcomes.into_iter().any(|outcome| matches!(outcome, Outcome::Unknown { .. }));
    let exit = if unknown { Exit::Unknown } else { Exit::Partly };
    let failures: Vec<String> = record.failures().iter().map(|line| one_line(line)).collect();
    Err(Failure::new(exit, "not everything holds; run it again to go on").after(failures))
}

fn offboarding(task: &Task<'_>) -> Result<Offboarding> {
    let name = task.text("name").unwrap_or_default();
    let only: Vec<String> = task.texts("delete-in").iter().flat_map(|list| split(list)).collect();
    let successor = task.text("successor");
    let refused = |problem| Failure::problems(Exit::Usage, &[problem]);
    let mut offboarding = Offboarding::new(name);
    if only.is_empty() {
        let departure = Departure::asked(task.flag("delete"), successor).map_err(refused)?;
        offboarding = offboarding.departure(departure);
    } else {
        for tenant in only {
            offboarding = offboarding.departure_in(tenant, Departure::Delete { successor: successor.clone() });
        }
    }
    let named = task.texts("account");
    Ok(if task.flag("all-accounts") {
        offboarding.accounts(Accounts::All)
    } else if named.is_empty() {
        offboarding
    } else {
        offboarding.accounts(Accounts::Only(named))
    })
}

const COLUMNS: &[&str] = &[
    "tenant",
    "product",
    "key",
    "name",
    "after",
    "verdict",
    "holds",
    "steps",
    "failed_steps",
    "open",
    "not_done",
    "by_hand",
];

fn document(record: &OffboardingRecord) -> Document<'_> {
    let records = record.accounts().map(|(tenant, account)| {
        let mut value = serde_json::to_value(account).unwrap_or_default();
        value["tenant"] = json!(tenant.tenant);
        value["product"] = json!(tenant.product);
        value
    });
    let rows = record.accounts().map(|(tenant, account)| row(tenant, account)).collect();
    let text = Box::new(|limits| text(record, limits));
    Document { text, whole: record.to_json(), records: records.collect(), rows, columns: COLUMNS }
}

fn row(tenant: &TenantRecord, account: &AccountRecord) -> Value {
    let failed = account.steps.iter().filter(|step| !step.outcome.is_success());
    let failed: Vec<String> = failed.map(|step| one_line(&format!("{}: {}", step.text, step.outcome))).collect();
    let not_done: Vec<String> = account.not_done.iter().map(|not| not.what.clone()).collect();
    let (verdict, open) = match &account.verdict {
        Verdict::StillOpen { what } => ("still_open", what.clone()),
        _ => ("refused_everywhere", Vec::new()),
    };
    json!({
        "tenant": tenant.tenant, "product": tenant.product, "key": account.key.to_string(), "name": account.name,
        "after": state(account), "verdict": verdict, "holds": account.holds, "steps": account.steps.len(),
        "failed_steps": failed, "open": open, "not_done": not_done, "by_hand": account.by_hand
    })
}

fn state(account: &AccountRecord) -> &'static str {
    match &account.after {
        After::Gone => "deleted",
        After::There { account } if account.enabled == Some(false) => "disabled",
        After::There { account } if account.enabled == Some(true) => "enabled",
        After::There { .. } => "there",
        _ => "not read back",
    }
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const BOLD: Style = Style::new().bold();

fn text(record: &OffboardingRecord, limits: Limits) -> String {
    let mut text = String::new();
    let mut line = |indent: &str, line: &str| {
        let _infallible = writeln!(text, "{indent}{line}");
    };
    for tenant in &record.tenants {
        if let Some(why) = &tenant.unread {
            line(
                "",
                &format!(
                    "{}: {}",
                    styled(BOLD, &one_line(&tenant.tenant), limits),
                    one_line(&format!("not read: {why}"))
                ),
            );
        }
        for account in &tenant.accounts {
            let head = format!("{}: {} ({})", tenant.tenant, account.name, account.key);
            line("", &styled(BOLD, &one_line(&head), limits));
            for step in &account.steps {
                let (mark, style) = if step.outcome.is_success() { ("✓", GOOD) } else { ("✗", BAD) };
                let what = match &step.outcome {
                    Outcome::Done => step.step.change.to_string(),
                    other => format!("{}: {other}", step.step.change),
                };
                line("  ", &format!("{} {}", styled(style, mark, limits), one_line(&what)));
            }
            let (mark, style) = if account.holds { ("✓", GOOD) } else { ("✗", BAD) };
            let mark = styled(style, mark, limits);
            match &account.verdict {
                Verdict::StillOpen { what } => {
                    for what in what {
                        line("  ", &format!("{mark} {}, still open: {}", state(account), one_line(what)));
                    }
                }
                _ => line("  ", &format!("{mark} {}, and every credential is refused", state(account))),
            }
            for not in &account.not_done {
                line("    ", &one_line(&format!("not done: {}; {}", not.why, not.instead)));
            }
            for what in &account.by_hand {
                line("    ", &one_line(&format!("by hand: {what}")));
            }
        }
    }
    let end = if record.holds { "All of it holds" } else { "Not all of it holds" };
    let _infallible = write!(text, "\n{end} for {}.\n", one_line(&record.person));
    text
}
