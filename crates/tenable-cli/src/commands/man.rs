//! `tenable man`: the manual pages of all commands, for whoever packages the program.

use std::path::PathBuf;

use clap::{Arg, Command, value_parser};

use crate::exit::{Failure, Result};
use crate::options::Scopes;

pub(crate) fn command() -> Command {
    Command::new("man")
        .about("Write the manual pages of all commands into a folder")
        .after_help("Example:\n  tenable man ~/.local/share/man/man1 && man tenable-ie-users-update")
        .arg(
            Arg::new("folder")
                .required(true)
                .value_name("FOLDER")
                .value_parser(value_parser!(PathBuf))
                .help("Folder that gets a file for each command; made if it is not there"),
        )
}

pub(crate) fn run(scopes: &Scopes<'_>) -> Result {
    let Some(folder) = scopes.leaf().and_then(|matches| matches.get_one::<PathBuf>("folder")) else { return Ok(()) };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(crate::cli::command(), folder))
        .map_err(|error| Failure::io(format!("the manual pages cannot be written into {}", folder.display()), &error))
}
