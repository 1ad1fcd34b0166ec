//! `tenable review`: the access review, on the screen and as files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};
use serde_json::{Value, json};
use tenable_directory::review::{Changes, Details};
use tenable_directory::{Clock, Review, ReviewOptions};

use super::ending::{Unread, with_unread};
use super::{Task, arguments};
use crate::exit::{Exit, Failure, Result, one_line};
use crate::output::{Columns, Format as OutputFormat, Limits, render_table, write};

pub(super) fn command() -> Command {
    let command = Command::new("review")
        .about("Review who has access: every account with its findings, as a page, tables or JSON")
        .long_about(
            "Review who has access: people with their accounts in all tenants, roles, groups, and findings such as an administrator without \
             a second factor, an account that nobody uses, or one that is enabled here and gone elsewhere. Nothing is changed.\n\nOn a \
             terminal it prints the findings. --to writes files, whose format is told by their names: .html is one page for people, which \
             needs nothing else; .csv, .ndjson and .parquet have a row for each account; .json is the whole, which --last compares the next \
             review with. A fact that a product does not tell gives no finding, and is counted as untold.",
        )
        .after_help(
            "Examples:\n  tenable review --all\n  tenable review --all --to review.html --to review.csv --to 2026-11.json --last \
             2026-08.json\n  tenable review --profile acme --idle 60d --listed addresses.txt",
        )
        .arg(
            Arg::new("to")
                .long("to")
                .value_name("FILE")
                .action(ArgAction::Append)
                .value_parser(value_parser!(PathBuf))
                .help("Write the review to this file, in place of what is there; may be repeated"),
        )
        .arg(
            Arg::new("findings-to")
                .long("findings-to")
                .value_name("FILE")
                .action(ArgAction::Append)
                .value_parser(value_parser!(PathBuf))
                .help("Write a row for each finding to this .csv, .ndjson or .parquet file; may be repeated"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(PossibleValuesParser::new(Format::ALL.map(Format::word)))
                .help("The format of --to, where the name of the file does not tell it; without --to, of standard output"),
        )
        .arg(arguments::path("last", "FILE").help("The last review as .json, to be compared with"))
        .arg(days("idle", "After how long without use an account is idle [default: 90d]"))
        .arg(days("unused-key", "After how long without use API keys are unused [default: 90d]"))
        .arg(arguments::path("listed", "FILE").help(
            "The addresses of everybody whom the identity provider lists, one a line; an account of anybody else is a finding",
        ))
        .arg(
            Arg::new("details")
                .long("details")
                .value_name("OF-WHOM")
                .value_parser(PossibleValuesParser::new(["nobody", "administrators", "everybody"]))
                .help(
                    "Of whom the details are read one by one, for what lists do not tell, such as the ways to sign in to vm [default: \
                     administrators]",
                ),
        );
    arguments::about_people(command)
}

fn days(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("TIME").value_parser(parse_days).help(help)
}

/// Days such as `90d` or `90`, or weeks such as `12w`.
fn parse_days(text: &str) -> std::result::Result<Duration, String> {
    const DAY: u64 = 24 * 60 * 60;
    let bad = || "expected a number of days such as 90d, or of weeks such as 12w".to_owned();
    let (number, days) = match text.strip_suffix(['d', 'w']) {
        Some(number) if text.ends_with('w') => (number, 7),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let number: u64 = number.parse().map_err(|_| bad())?;
    match number.checked_mul(days * DAY) {
        Some(seconds @ 1..) => Ok(Duration::from_secs(seconds)),
        _ => Err(bad()),
    }
}

/// What a file can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Html,
    Csv,
    Ndjson,
    Json,
    Parquet,
}

impl Format {
    const ALL: [Self; 5] = [Self::Html, Self::Csv, Self::Ndjson, Self::Json, Self::Parquet];

    const fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
    }

    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "htm" => Some(Self::Html),
            "jsonl" => Some(Self::Ndjson),
            other => Self::ALL.into_iter().find(|format| format.word() == other),
        }
    }

    /// The review, or its findings alone.
    fn write(self, review: &Review, findings: bool) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        match (self, findings) {
            (Self::Html, _) => review.write_html(&mut out),
            (Self::Json, _) => review.write_json(&mut out),
            (Self::Csv, false) => review.write_accounts_csv(&mut out),
            (Self::Csv, true) => review.write_findings_csv(&mut out),
            (Self::Ndjson, false) => review.write_accounts_json_lines(&mut out),
            (Self::Ndjson, true) => review.write_findings_json_lines(&mut out),
            (Self::Parquet, false) => review.write_accounts_parquet(&mut out),
            (Self::Parquet, true) => review.write_findings_parquet(&mut out),
        }
        .map(|()| out)
    }
}

/// A file to be written.
struct Target {
    path: PathBuf,
    format: Format,
    findings: bool,
}

pub(super) fn run(task: &mut Task<'_>) -> Result<Exit> {
    let known = task.known()?;
    let given = task.text("format");
    let given = given.and_then(|word| Format::ALL.into_iter().find(|format| format.word() == word));
    let targets = targets(task, given)?;
    let last = task.path("last").map(|path| last(&path)).transpose()?;
    let options = options(task)?;
    task.during(known, async |desk| {
        let review = desk.directory.review(&options, &*desk.watch, desk.interrupt.stop()).await;
        desk.watch.rest();
        let review = match last {
            Some(last) => review.since(&last).map_err(|error| Failure::usage(format!("--last: {error}")))?,
            None => review,
        };
        for Target { path, format, findings } in &targets {
            let written = format.write(&review, *findings).and_then(|bytes| fs::write(path, bytes));
            written.map_err(|error| Failure::io(format!("{} cannot be written", path.display()), &error))?;
            desk.output.note(&format!("written: {}", path.display()));
        }
        let to_stdout = if targets.is_empty() { given } else { None };
        print(&review, to_stdout, desk.output.format, !targets.is_empty())?;
        let failed = review.tenants.iter().filter_map(|tenant| Some((tenant.tenant.clone(), tenant.failed.clone()?)));
        with_unread(Exit::Done, &failed.collect::<Vec<Unread>>(), review.tenants.len())
    })
}

/// On standard output: what was asked for, or the findings for people. Programs that asked for files get nothing there.
fn print(review: &Review, format: Option<Format>, output: OutputFormat, has_files: bool) -> Result {
    let format = match (format, output) {
        (Some(Format::Parquet), _) if io::stdout().is_terminal() => {
            return Err(Failure::usage("Parquet is no text for a terminal: give --to FILE"));
        }
        (Some(format), _) => format,
        (None, OutputFormat::Table | OutputFormat::Raw) => {
            return write(text(review, Limits::of_terminal()).as_bytes());
        }
        (None, _) if has_files => return Ok(()),
        (None, OutputFormat::Json) => Format::Json,
        (None, OutputFormat::Ndjson) => Format::Ndjson,
        (None, OutputFormat::Csv) => Format::Csv,
    };
    let bytes = format.write(review, false);
    write(&bytes.map_err(|error| Failure::new(Exit::Partly, format!("the review could not be written: {error}")))?)
}

fn targets(task: &Task<'_>, given: Option<Format>) -> Result<Vec<Target>> {
    let paths = |id: &str| task.matches.get_many::<PathBuf>(id).unwrap_or_default().cloned().collect::<Vec<_>>();
    let all = paths("to").into_iter().map(|path| (path, false));
    let findings = paths("findings-to").into_iter().map(|path| (path, true));
    let mut targets: Vec<Target> = Vec::new();
    for (path, findings) in all.chain(findings) {
        let Some(format) = Format::of(&path).or(given) else {
            return Err(Failure::usage(format!(
                "{} does not tell a format by its name: end it with .html, .csv, .ndjson, .json or .parquet, or give --format",
                path.display()
            )));
        };
        if findings && matches!(format, Format::Html | Format::Json) {
            return Err(Failure::usage(format!(
                "{}: findings alone are written as .csv, .ndjson or .parquet",
                path.display()
            )));
        }
        if targets.iter().any(|other| other.path == path) {
            return Err(Failure::usage(format!("{} is named twice", path.display())));
        }
        targets.push(Target { path, format, findings });
    }
    Ok(targets)
}

fn options(task: &Task<'_>) -> Result<ReviewOptions> {
    let mut options = ReviewOptions::new(Clock::default().now());
    let days = |id: &str| task.matches.get_one::<Duration>(id).copied();
    if let Some(idle) = days("idle") {
        options = options.idle(idle);
    }
    if let Some(unused) = days("unused-key") {
        options = options.unused_key(unused);
    }
    if let Some(path) = task.path("listed") {
        let text = fs::read_to_string(&path)
            .map_err(|error| Failure::io(format!("{} cannot be read for the list", path.display()), &error))?;
        options = options.listed(text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')));
    }
    Ok(match task.text("details").as_deref() {
        Some("nobody") => options.details(Details::Nobody),
        Some("everybody") => options.details(Details::Everybody),
        _ => options,
    })
}

fn last(path: &Path) -> Result<Review> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::io(format!("{} cannot be read for the last review", path.display()), &error))?;
    Review::read_json(&text).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn text(review: &Review, limits: Limits) -> String {
    let read = review.tenants.iter().filter(|tenant| tenant.failed.is_none()).count();
    let accounts: usize = review.tenants.iter().map(|tenant| tenant.accounts).sum();
    let mut text = format!(
        "{}, {} of {}, {}.\n",
        counted(read, "tenant"),
        counted(accounts, "account"),
        if review.people.len() == 1 { "1 person".to_owned() } else { format!("{} people", review.people.len()) },
        severities(review)
    );
    if let Some(changes) = &review.changes {
        let _infallible = writeln!(text, "{}", since(changes));
    }
    if !review.findings.is_empty() {
        let rows: Vec<Value> = review
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "severity": finding.severity.word(), "whom": finding.subject(), "tenants": finding.tenants,
                    "finding": one_line(&finding.what), "advice": one_line(&finding.advice)
                })
            })
            .collect();
        let columns =
            Columns { preferred: &["severity", "whom", "tenants", "finding", "advice"], ..Columns::default() };
        let _infallible = writeln!(text, "\n{}", render_table(&rows.into(), columns, limits).text.trim_end());
    }
    let untold: usize = review.untold.iter().map(|untold| untold.count).sum();
    if untold > 0 {
        let _infallible = writeln!(
            text,
            "\n{untold} facts are not told by the products, and give no finding; --to review.html names them."
        );
    }
    text
}

/// How many findings of each severity.
fn severities(review: &Review) -> String {
    let mut counts = BTreeMap::new();
    for finding in &review.findings {
        *counts.entry(finding.severity.word()).or_insert(0_usize) += 1;
    }
    let words = tenable_directory::review::Severity::ALL.iter().map(|severity| severity.word());
    let parts: Vec<String> = words.filter_map(|word| Some(format!("{} {word}", counts.get(word)?))).collect();
    match review.findings.len() {
        0 => "no findings".to_owned(),
        all => format!("{}: {}", counted(all, "finding"), parts.join(", ")),
    }
}

fn since(changes: &Changes) -> String {
    let Changes {
        since, joined, left, changed, new_findings, solved_findings, unsettled_findings, not_compared, ..
    } = changes;
    let mut text = format!(
        "Since {since}: {} joined, {} left, {} changed; {} new, {} solved",
        joined.len(),
        left.len(),
        changed.len(),
        counted(new_findings.len(), "finding"),
        solved_findings.len()
    );
    if !unsettled_findings.is_empty() {
        let _infallible = write!(text, ", {} could not be looked for", unsettled_findings.len());
    }
    if !not_compared.is_empty() {
        let _infallible = write!(text, "; not compared: {}", not_compared.join(", "));
    }
    text + "."
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let day = 24 * 60 * 60;
        for (text, days) in [("90", 90), ("90d", 90), ("12w", 84), ("1d", 1)] {
            assert_eq!(parse_days(text), Ok(Duration::from_secs(days * day)), "{text}");
        }
        for text in ["", "d", "0", "0d", "-1d", "90h", "1.5d", "99999999999999999999d", "18446744073709551615w"] {
            assert!(parse_days(text).is_err(), "{text}");
        }
    }

    #[test]
    fn formats_by_name() {
        let of = |name: &str| Format::of(Path::new(name));
        assert_eq!(of("a.HTML"), Some(Format::Html));
        assert_eq!(of("a.jsonl"), Some(Format::Ndjson));
        assert_eq!(of("a.b.parquet"), Some(Format::Parquet));
        assert_eq!((of("html"), of("a.xlsx")), (None, None));
    }
}
