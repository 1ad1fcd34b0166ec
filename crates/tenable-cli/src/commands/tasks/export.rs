//! `tenable export` and `tenable schema`: what is there as a file for `tenable plan`, and the form of such files.

use std::fs;

use clap::Command;
use tenable_directory::{PEOPLE_SCHEMA, export};

use super::ending::{unread, with_unread};
use super::{Task, arguments};
use crate::exit::{Exit, Failure, Result};
use crate::output::write;

pub(super) fn command() -> Command {
    let command = Command::new("export")
        .about("Write the people, roles and groups that are there as a file for plan and apply")
        .long_about(
            "Write the people, roles and groups that are there as a file for plan and apply, in YAML. Planning it finds nothing to do. \
             Accounts of one person in several tenants are together, by e-mail address and by the aliases that are known. What could not be \
             read is said in comments.",
        )
        .after_help("Examples:\n  tenable export --all > people.yaml\n  tenable export --profile acme --to people.yaml")
        .arg(arguments::path("to", "FILE").help("Write it to this new file"));
    arguments::about_people(command)
}

pub(super) fn run(task: &mut Task<'_>) -> Result<Exit> {
    let known = task.known()?;
    let to = task.path("to");
    if let Some(path) = to.as_ref().filter(|path| path.exists()) {
        // It may be what somebody wrote by hand.
        return Err(Failure::usage(format!("{} is there already: name a new file", path.display())));
    }
    task.during(known, async |desk| {
        let present = desk.directory.read(&*desk.watch, desk.interrupt.stop()).await;
        desk.watch.rest();
        let text = export(&present, desk.directory.known_aliases());
        match &to {
            Some(path) => fs::write(path, text)
                .map_err(|error| Failure::io(format!("{} cannot be written", path.display()), &error))?,
            None => write(text.as_bytes())?,
        }
        with_unread(Exit::Done, &unread(&present), present.readings.len())
    })
}

pub(super) fn schema_command() -> Command {
    Command::new("schema")
        .about("Print the JSON Schema of the files that plan and apply read")
        .after_help("Example:\n  tenable schema > people.schema.json")
}

pub(super) fn schema() -> Result<Exit> {
    write(PEOPLE_SCHEMA.as_bytes()).map(|()| Exit::Done)
}
