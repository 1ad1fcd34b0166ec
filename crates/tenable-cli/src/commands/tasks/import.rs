//! `tenable import`: people from the rows of a file, with a result for each row.

use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, value_parser};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tenable_directory::import::{ColumnMap, Existing, Format, Import, Options, Prepared, RowOutcome, RowResult, Table};
use tenable_directory::plan::Plan;

use super::ending::{Unread, in_the_way, with_unread};
use super::writing::{Ended, Manner};
use super::{Desk, Task, arguments};
use crate::exit::{Exit, Failure, Result, one_line};
use crate::output::{Document, split};

/// The words of `--format`, and what they mean.
const FORMATS: [(&str, Format); 3] = [("csv", Format::Csv), ("jsonl", Format::JsonLines), ("xlsx", Format::Xlsx)];

/// The words of `--existing`, and what they mean.
const EXISTING: [(&str, Existing); 3] =
    [("update", Existing::Update), ("keep", Existing::Keep), ("refuse", Existing::Refuse)];

pub(super) fn command() -> Command {
    let command = Command::new("import")
        .about("Make or update people from the rows of a CSV, JSON Lines or Excel file, with a result for each row")
        .long_about(
            "Make or update people from the rows of a CSV, JSON Lines or Excel file, with a result for each row.\n\nEvery row is checked \
             before anything is written: addresses, domains, roles, groups, passwords and the rules of each product. One bad row stops \
             all, unless --skip-bad-rows is given. Columns are known by their heads: email, user name, name, first name, last name, roles, \
             groups, enabled, password, tenant; --map says what others hold.\n\nAn import that was ended goes on when it is run again with \
             the same file and options.",
        )
        .after_help(
            "Examples:\n  tenable import people.csv --profile acme --dry-run\n  tenable import people.xlsx --sheet Joiners --map \
             \"Mail=email,Login=user_name,Phone=\" --all --all-tenants\n  tenable import people.csv --profile acme --domain example.com \
             --passwords-file passwords.csv --output csv > results.csv\n  people-of-today | tenable import - --format jsonl --profile acme",
        )
        .arg(
            Arg::new("file")
                .required(true)
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("The file with the rows; - for standard input, which is CSV unless --format says otherwise"),
        )
        .arg(
            arguments::repeated("map", "COLUMN=FIELD,...")
                .help("What columns hold: email, user_name, name, first_name, last_name, roles, groups, enabled, password, tenant, or nothing"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(PossibleValuesParser::new(FORMATS.map(|(word, _)| word)))
                .help("What the file holds, where its name does not tell"),
        )
        .arg(arguments::text("sheet", "NAME").help("The sheet of an Excel workbook; the first one, unless given"))
        .arg(arguments::flag("all-tenants", "Take rows that name no tenant for every tenant"))
        .arg(arguments::repeated("domain", "DOMAIN").help("Only addresses in this domain, such as example.com or *.example.com; may be repeated"))
        .arg(
            Arg::new("existing")
                .long("existing")
                .value_name("WHAT")
                .value_parser(PossibleValuesParser::new(EXISTING.map(|(word, _)| word)))
                .help("What becomes of people who are there: update them to what the row says, keep them as they are, or refuse the row [default: update]"),
        )
        .arg(arguments::flag("skip-bad-rows", "Import the good rows although others are bad"))
        .arg(arguments::flag("add-groups", "Leave people in groups that their row does not name"))
        .arg(arguments::flag("anew", "Plan anew, rather than go on with an earlier run that was ended"))
        .arg(arguments::max_removals());
    arguments::creating(command)
}

pub(super) fn run(task: &mut Task<'_>) -> Result<Exit> {
    let known = task.known()?;
    let (bytes, path) = rows(task)?;
    let import = read(task, path.as_deref(), &bytes)?;
    for note in import.notes() {
        task.output.note(&one_line(note));
    }
    let again = if path.is_some() { "the same command again" } else { "the same command again, with the same input" };
    let manner = Manner::of(task, again);
    let anew = task.flag("anew");
    let rehearsal = task.is_rehearsal();
    let digest = Sha256::digest(&bytes);
    let fingerprint = digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    task.during(known, async |desk| {
        let record = Kept::of(&manner, &format!("{fingerprint:016x}"));
        let earlier = if anew || rehearsal { None } else { go_on(desk, &import, record.as_ref())? };
        let goes_on = earlier.is_some();
        let prepared = match earlier {
            Some(prepared) => prepared,
            None => import.plan(&desk.directory, &*desk.watch, desk.interrupt.stop()).await,
        };
        desk.watch.rest();
        if !prepared.problems().is_empty() {
            return Err(in_the_way(prepared.problems()));
        }
        let failed: Vec<Unread> = prepared.failed_tenants().to_vec();
        let all = desk.directory.tenants().len();
        if rehearsal {
            let results = prepared.expected();
            desk.output.print_document(document(&results))?;
            let exit = if prepared.draft().is_empty() { Exit::Done } else { Exit::Pending };
            return with_unread(exit, &failed, all);
        }
        if !prepared.draft().is_empty() && !goes_on {
            manner.confirm(desk, prepared.draft(), &format!("Import {} rows?", import.len())).await?;
        }
        let results = carry_out(desk, &prepared, manner, record.as_ref()).await?;
        desk.output.print_document(document(&results))?;
        end(&results)?;
        with_unread(Exit::Done, &failed, all)
    })
}

/// Where an import keeps what a later run goes on with.
struct Kept {
    journal: PathBuf,
    /// Beside the journal.
    record: PathBuf,
    /// Whether somebody named the place.
    named: bool,
}

impl Kept {
    fn of(manner: &Manner, fingerprint: &str) -> Option<Self> {
        let (journal, is_own) = manner.place(&format!("import-{fingerprint}"))?;
        let mut record = journal.clone().into_os_string();
        record.push(".import");
        Some(Self { journal, record: record.into(), named: !is_own })
    }
}

/// The plan of an earlier run that was ended, if there is one that fits.
fn go_on(desk: &Desk, import: &Import, kept: Option<&Kept>) -> Result<Option<Prepared>> {
    let Some(kept) = kept else { return Ok(None) };
    let Ok(record) = fs::read_to_string(&kept.record) else { return Ok(None) };
    match import.go_on(&desk.directory, &record) {
        Ok(prepared) => {
            desk.output.note("going on with an earlier run of this import that was ended; --anew plans anew");
            Ok(Some(prepared))
        }
        Err(problem) if kept.named => {
            Err(Failure::usage(format!("{}: {}", kept.record.display(), one_line(&problem.to_string()))))
        }
        // One of other rows or options, in a place that nobody named.
        Err(_) => Ok(None),
    }
}

async fn carry_out(desk: &Desk, prepared: &Prepared, manner: Manner, kept: Option<&Kept>) -> Result<Vec<RowResult>> {
    let plan: &Plan = prepared.draft();
    if let Some(kept) = kept {
        let record = prepared.to_json().map_err(|problems| in_the_way(problems.all()))?;
        let is_same = fs::read_to_string(&kept.record).is_ok_and(|earlier| earlier == record);
        if !is_same {
            // A journal of another plan would be refused; in a place that nobody named, nobody misses it.
            if !kept.named {
                let _removed = fs::remove_file(&kept.journal);
            }
            if let Some(folder) = kept.record.parent().filter(|_| !kept.named) {
                fs::create_dir_all(folder)
                    .map_err(|error| Failure::io(format!("{} cannot be made", folder.display()), &error))?;
            }
            fs::write(&kept.record, record)
                .map_err(|error| Failure::io(format!("{} cannot be written", kept.record.display()), &error))?;
        }
    }
    let journal = kept.map(|kept| (kept.journal.clone(), !kept.named));
    let writing = manner.begin_in(desk, plan, journal, |others| Box::new(prepared.passwords(others)))?;
    let report = desk.directory.apply(plan, &writing.options(desk)).await;
    let earlier = writing.earlier();
    let ended = Ended::with(&report, tenable_directory::Report::is_complete);
    writing.end(desk, ended);
    let is_stale = ended == Ended::Refused;
    if let Some(kept) = kept.filter(|kept| ended == Ended::Well || (is_stale && !kept.named)) {
        // One that stays is no harm.
        let _removed = fs::remove_file(&kept.record);
        if is_stale {
            let _removed = fs::remove_file(&kept.journal);
        }
    }
    let report = report.map_err(|problems| Failure::problems(Exit::Refused, problems.all()))?;
    Ok(prepared.results(&report, earlier.as_ref()))
}

/// The bytes that hold the rows, and the file that they are from; `None` for standard input.
fn rows(task: &mut Task<'_>) -> Result<(Vec<u8>, Option<PathBuf>)> {
    let path = task.path("file").unwrap_or_default();
    if path.as_os_str() == "-" {
        return Ok((task.input.bytes("the rows")?, None));
    }
    let bytes = fs::read(&path).map_err(|error| Failure::io(format!("{} cannot be read", path.display()), &error))?;
    Ok((bytes, Some(path)))
}

fn read(task: &Task<'_>, path: Option<&Path>, bytes: &[u8]) -> Result<Import> {
    let refused = |problems: tenable_directory::Problems| Failure::problems(Exit::Usage, problems.all());
    let format = match (task.text("format"), path) {
        (Some(word), _) => {
            FORMATS.into_iter().find(|(known, _)| *known == word).map_or(Format::Csv, |(_, format)| format)
        }
        (None, Some(path)) => Format::of(path).map_err(|problem| Failure::problems(Exit::Usage, &[problem]))?,
        // What is piped has no name that tells.
        (None, None) => Format::Csv,
    };
    let sheet = task.text("sheet");
    if sheet.is_some() && format != Format::Xlsx {
        return Err(Failure::usage("--sheet is for Excel workbooks"));
    }
    let table = Table::read(format, bytes, path, sheet.as_deref()).map_err(refused)?;
    let mut map = ColumnMap::default();
    for text in task.texts("map") {
        map = map.and(ColumnMap::parse(&text).map_err(|problem| Failure::problems(Exit::Usage, &[problem]))?);
    }
    let mut options = Options::default();
    options.all_tenants = task.flag("all-tenants");
    options.domains = task.texts("domain").iter().flat_map(|list| split(list)).collect();
    if let Some(word) = task.text("existing") {
        options.existing =
            EXISTING.into_iter().find(|(known, _)| *known == word).map(|(_, what)| what).unwrap_or_default();
    }
    options.skip_bad_rows = task.flag("skip-bad-rows");
    options.add_groups = task.flag("add-groups");
    if let Some(most) = task.removals() {
        options.most_removals = most;
    }
    Import::new(table, &map, options).map_err(refused)
}

const COLUMNS: &[&str] = &["line", "person", "tenant", "result", "fields", "made", "why"];

fn document(results: &[RowResult]) -> Document<'_> {
    let records: Vec<Value> = results.iter().map(|result| serde_json::to_value(result).unwrap_or_default()).collect();
    let row = |(result, record): (&RowResult, &Value)| {
        let mut row = json!({});
        for name in COLUMNS {
            row[*name] = record[*name].clone();
        }
        row["line"] = json!(result.place.line);
        row
    };
    let rows = results.iter().zip(&records).map(row).collect();
    let whole = serde_json::to_string_pretty(&records).unwrap_or_default() + "\n";
    let text = Box::new(|_| {
        let lines =
            results.iter().map(|result| format!("{} {}\n", mark(&result.result), one_line(&result.to_string())));
        lines.collect::<String>() + "\n" + &summary(results) + "\n"
    });
    Document { text, whole, records, rows, columns: COLUMNS }
}

const fn mark(outcome: &RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Created => "+",
        RowOutcome::Changed { .. } => "~",
        RowOutcome::Unchanged => "=",
        RowOutcome::NotTried { .. } => "·",
        _ => "✗",
    }
}

/// How many rows came to what, such as `28 created, 2 refused.`
fn summary(results: &[RowResult]) -> String {
    let words = ["created", "changed", "unchanged", "partly done", "refused", "unknown", "not tried"];
    let count = |word: &str| results.iter().filter(|result| self::word(&result.result) == word).count();
    let parts: Vec<String> = words
        .into_iter()
        .filter_map(|word| match count(word) {
            0 => None,
            number => Some(format!("{number} {word}")),
        })
        .collect();
    if parts.is_empty() { "There are no rows.".to_owned() } else { parts.join(", ") + "." }
}

const fn word(outcome: &RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Created => "created",
        RowOutcome::Changed { .. } => "changed",
        RowOutcome::Unchanged => "unchanged",
        RowOutcome::Partly { .. } => "partly done",
        RowOutcome::Refused { .. } => "refused",
        RowOutcome::Unknown { .. } => "unknown",
        _ => "not tried",
    }
}

/// How an import ends whose rows came to this.
fn end(results: &[RowResult]) -> Result {
    let failed = results.iter().filter(|result| !result.result.is_success()).count();
    if failed == 0 {
        return Ok(());
    }
    let unknown = results.iter().any(|result| {
        matches!(&result.result, RowOutcome::Unknown { .. })
            || matches!(&result.result, RowOutcome::Partly { why, .. } if why.starts_with("unknown: "))
    });
    let exit = if unknown { Exit::Unknown } else { Exit::Partly };
    let line = format!("{failed} of {} rows are not as they say; run it again to go on", results.len());
    Err(Failure::new(exit, line))
}
