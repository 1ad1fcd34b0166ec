//! `tenable plan` and `tenable apply`: what a file says should be there, what is to be done for it, and doing it.

use std::fs;
use std::path::PathBuf;

use clap::{Arg, Command, value_parser};
use serde_json::Value;
use tenable_directory::plan::{Plan, Planned};
use tenable_directory::{Directory, PeopleFile, Removals, Report};

use super::ending::{Unread, in_the_way, of_report, unread, unread_at_any_time, with_unread};
use super::text::{of_plan, of_report as report_document, plan_text};
use super::writing::{Ended, Manner};
use super::{Desk, Task, arguments};
use crate::config::ConfigFile;
use crate::exit::{Exit, Failure, Result};
use crate::output::{Format, Limits, write};

/// What such a file looks like.
const SAMPLE: &str = "  version: 1
  people:
    - name: Ann Lee
      email: ann@example.com
      accounts:
        ie: {role: User}
        vm: {role: Standard, groups: [Analysts]}
  groups:
    vm: [Analysts]";

pub(super) fn command() -> Command {
    let command = Command::new("plan")
        .about("Show what is to be done so that people, roles and groups are as a file says")
        .long_about(
            "Show what is to be done so that people, roles and groups are as a file says. Nothing is changed.\n\nThe exit code is 0 when \
             there is nothing to do and 6 when changes are pending. What the file does not say stays as it is. `tenable schema` prints the \
             JSON Schema of the file, and `tenable export` writes what is there as such a file.",
        )
        .after_help(format!(
            "A file:\n{SAMPLE}\n\nExamples:\n  tenable plan people.yaml --all\n  tenable plan people.yaml --all --save plan.json\n  tenable \
             export --all | tenable plan - --all"
        ))
        .arg(file("FILE", "The file of people, roles and groups; - for standard input"))
        .arg(arguments::path("save", "FILE").help("Write the plan as JSON to this file as well, for `tenable apply`"))
        .arg(arguments::max_removals());
    arguments::planning(command)
}

pub(super) fn apply_command() -> Command {
    let command = Command::new("apply")
        .about("Make people, roles and groups be as a file says, or carry out a saved plan")
        .long_about(
            "Make people, roles and groups be as a file says, or carry out a plan that `tenable plan --save` wrote, and read back what came \
             of it.\n\nA saved plan is refused when what it was made on is not so any more. Running it again goes on where it was ended, and \
             changes nothing when all is done. Each step is written to a journal before and after it is made.",
        )
        .after_help(
            "Examples:\n  tenable apply people.yaml --all\n  tenable apply plan.json --all --yes\n  tenable apply people.yaml --profile acme \
             --plan-hash sha256:9f86d0... --passwords-file passwords.csv",
        )
        .arg(file("FILE|PLAN", "The file of people, roles and groups, or a plan; - for standard input"))
        .arg(arguments::text("plan-hash", "HASH").help("Apply only if the plan has this hash, which `tenable plan --output json` tells"))
        .arg(arguments::max_removals());
    arguments::creating(command)
}

fn file(value: &'static str, help: &'static str) -> Arg {
    Arg::new("file").required(true).value_name(value).value_parser(value_parser!(PathBuf)).help(help)
}

/// What was given to be planned or applied.
enum Given {
    File(Box<PeopleFile>),
    Plan(Plan),
}

pub(super) fn plan(task: &mut Task<'_>) -> Result<Exit> {
    let known = task.known()?;
    let (text, path) = read(task)?;
    let Given::File(file) = parse(&text, path)? else {
        return Err(Failure::usage("this is a plan already: `tenable apply` carries it out"));
    };
    let (most, save) = (task.removals(), task.path("save"));
    task.during(known, async |desk| {
        let (_, planned) = planned(desk, &file, most).await?;
        let failed = unread(&planned.present);
        if !planned.problems.is_empty() {
            // What can be planned helps to see what stands in the way of the rest. It is not to be applied.
            if desk.output.format == Format::Table && !planned.plan.is_empty() {
                write(plan_text(&planned.plan, Limits::of_terminal()).as_bytes())?;
            }
            return Err(in_the_way(&planned.problems));
        }
        if let Some(path) = &save {
            fs::write(path, planned.plan.to_json())
                .map_err(|error| Failure::io(format!("{} cannot be written", path.display()), &error))?;
        }
        desk.output.print_document(of_plan(&planned.plan))?;
        let exit = if planned.plan.is_empty() { Exit::Done } else { Exit::Pending };
        with_unread(exit, &failed, planned.present.readings.len())
    })
}

pub(super) fn apply(task: &mut Task<'_>) -> Result<Exit> {
    let known = task.known()?;
    let (text, path) = read(task)?;
    let name = path.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    let given = parse(&text, path)?;
    let manner = Manner::of(task, format!("tenable apply {name}, with the same options"));
    let (most, hash, rehearsal) = (task.removals(), task.text("plan-hash"), task.is_rehearsal());
    if matches!(given, Given::Plan(_)) && most.is_some() {
        return Err(Failure::usage("--max-removals is for planning, and this is a plan already"));
    }
    task.during(known, async |desk| {
        let (directory, plan, failed) = match &given {
            Given::Plan(plan) => (desk.directory.clone(), plan.clone(), Vec::new()),
            Given::File(file) => {
                let (directory, planned) = planned(desk, file, most).await?;
                if !planned.problems.is_empty() {
                    return Err(in_the_way(&planned.problems));
                }
                let failed = unread(&planned.present);
                (directory, planned.plan, failed)
            }
        };
        if let Some(wanted) = hash.as_ref().filter(|wanted| **wanted != plan.hash()) {
            let line = format!("the plan has the hash {} now, and {wanted} is asked for; plan again", plan.hash());
            return Err(Failure::new(Exit::Refused, line));
        }
        let all = directory.tenants().len();
        if rehearsal {
            desk.output.print_document(of_plan(&plan))?;
            let exit = if plan.is_empty() { Exit::Done } else { Exit::Pending };
            return with_unread(exit, &failed, all);
        }
        carry_out(desk, &directory, &plan, manner, &failed).await
    })
}

async fn carry_out(desk: &Desk, directory: &Directory, plan: &Plan, manner: Manner, failed: &[Unread]) -> Result<Exit> {
    if !plan.is_empty() {
        manner.confirm(desk, plan, "Apply this plan?").await?;
    }
    let writing = manner.begin(desk, plan)?;
    let report = directory.apply(plan, &writing.options(desk)).await;
    writing.end(desk, Ended::with(&report, Report::is_complete));
    let report = report.map_err(|problems| Failure::problems(Exit::Refused, problems.all()))?;
    let unread = unread_at_any_time(failed, &report);
    desk.output.print_document(report_document(&report, &unread))?;
    of_report(&report, &unread, directory.tenants().len(), "run it again to go on")
}

/// The plan for what a file says, and the directory that knows what the file says of names.
async fn planned(desk: &Desk, file: &PeopleFile, most: Option<Removals>) -> Result<(Directory, Planned)> {
    let problems = |problems: tenable_directory::Problems| Failure::problems(Exit::Usage, problems.all());
    let configuration = ConfigFile::load()?;
    let tenants = desk.directory.tenants().iter().map(tenable_directory::Tenant::name);
    file.check_tenants(tenants.chain(configuration.names())).map_err(problems)?;
    let directory = file.directory(desk.directory.clone());
    let directory = directory.map_err(|problem| Failure::problems(Exit::Usage, &[problem]))?;
    let wish = |snapshot: &tenable_directory::Snapshot| {
        let mut wish = file.wish(snapshot);
        if let Some(most) = most {
            wish.scope.most_removals = most;
        }
        wish
    };
    let planned = directory.plan(wish, &*desk.watch, desk.interrupt.stop()).await;
    desk.watch.rest();
    Ok((directory, planned))
}

/// The text of the file, and its name if it has one.
fn read(task: &mut Task<'_>) -> Result<(String, Option<PathBuf>)> {
    let path = task.path("file").unwrap_or_default();
    if path.as_os_str() == "-" {
        return Ok((task.input.text("the file")?, None));
    }
    let text =
        fs::read_to_string(&path).map_err(|error| Failure::io(format!("{} cannot be read", path.display()), &error))?;
    Ok((text, Some(path)))
}

/// A plan, if it is one as JSON; a file of people otherwise.
fn parse(text: &str, path: Option<PathBuf>) -> Result<Given> {
    let document: Option<Value> = serde_json::from_str(text).ok();
    if document.is_some_and(|document| document.get("steps").is_some() && document.get("hash").is_some()) {
        return Plan::from_json(text).map(Given::Plan).map_err(|problem| {
            let place = path.map(|path| tenable_directory::Place::new(Some(path), 1));
            Failure::problems(Exit::Usage, &[problem.at(place)])
        });
    }
    let file = PeopleFile::parse(text, path.as_deref());
    file.map(|file| Given::File(Box::new(file))).map_err(|problems| Failure::problems(Exit::Usage, problems.all()))
}
