//! `tenable config`: where settings come from, and keys in the operating system's keyring.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};
use serde_json::{Value, json};

use crate::config::{ConfigFile, KeySource, Secret, keyring};
use crate::exit::{Failure, Result};
use crate::options::Scopes;
use crate::output::{Answer, Output, write};
use crate::stdin::{self, Input};

pub(crate) fn command() -> Command {
    let profile = || Arg::new("name").required(true).value_name("PROFILE").help("Profile of the configuration file");
    let secret = || {
        Arg::new("secret")
            .long("secret")
            .value_name("WHICH")
            .value_parser(PossibleValuesParser::new(Secret::ALL.map(Secret::word)))
            .help("Which secret of the profile; its API key, unless given")
    };
    Command::new("config")
        .about("Show the configuration, and keep secrets in the keyring")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("path").about("Print where the configuration file is"))
        .subcommand(
            Command::new("show").about("Print the profiles, and where each has its credentials from").arg(
                Arg::new("profile")
                    .value_name("PROFILE")
                    .action(ArgAction::Set)
                    .help("Profile of the configuration file; all of them, unless given"),
            ),
        )
        .subcommand(
            Command::new("keyring")
                .about("Keep API keys and passwords in the keyring of the operating system")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(
                    Command::new("set")
                        .about("Store the API key or another secret of a profile, from standard input or a prompt")
                        .arg(profile())
                        .arg(secret()),
                )
                .subcommand(
                    Command::new("remove")
                        .about("Remove the API key or another secret of a profile")
                        .arg(profile())
                        .arg(secret()),
                ),
        )
}

pub(crate) fn run(action: &[&str], scopes: &Scopes<'_>) -> Result {
    let Some(matches) = scopes.leaf() else { return Ok(()) };
    let output = Output::from(scopes);
    match action {
        ["path"] => write(format!("{}\n", ConfigFile::path()?.display()).as_bytes()),
        ["show"] => show(&output, matches.get_one::<String>("profile").map(String::as_str)),
        ["keyring", action] => {
            let name = matches.get_one::<String>("name").cloned().unwrap_or_default();
            let word = matches.get_one::<String>("secret").map_or("api-key", String::as_str);
            let secret = Secret::ALL.into_iter().find(|secret| secret.word() == word).unwrap_or(Secret::ApiKey);
            let entry = entry(&ConfigFile::load()?, &name, secret)?;
            if *action == "set" {
                // On a terminal this asks, without showing what is typed.
                let key = Input::default().secrets(&[secret.name()])?.into_iter().next();
                keyring::write(&entry, &key.map_or_else(|| stdin::prompt(secret.name()), Ok)?)?;
                output.note(&format!("stored as {entry}"));
            } else {
                keyring::remove(&entry)?;
                output.note(&format!("removed {entry}"));
            }
            Ok(())
        }
        _ => Err(Failure::usage("there is no such command")),
    }
}

fn show(output: &Output, wanted: Option<&str>) -> Result {
    let file = ConfigFile::load()?;
    if let Some(name) = wanted {
        return output.print(Answer::plain(row(&file, name)?));
    }
    let rows: Result<Vec<Value>> = file.names().map(|name| row(&file, name)).collect();
    let columns = ["name", "url", "site", "key_from"].map(str::to_owned).to_vec();
    output.print(Answer { value: rows?.into(), reveals: true, columns, ..Answer::default() })
}

fn row(file: &ConfigFile, name: &str) -> Result<Value> {
    let profile = file.profile(name)?;
    let mut row = profile.shown();
    let sources = profile.sources(name)?;
    let key = (!sources.is_empty()).then(|| sources.join(", "));
    if let Value::Object(row) = &mut row {
        row.insert("name".to_owned(), json!(name));
        row.insert("key_from".to_owned(), json!(key));
        row.insert("default".to_owned(), json!(file.default_profile() == Some(name)));
        row.retain(|_, value| !value.is_null());
    }
    Ok(row)
}

fn entry(file: &ConfigFile, name: &str, secret: Secret) -> Result<keyring::Entry> {
    match file.profile(name)?.source(secret, name)? {
        Some(KeySource::Keyring(entry)) => Ok(entry),
        _ => Err(Failure::usage(format!(
            "the profile {name} does not take its {} from the keyring: add {}_keyring = \"tenable/{name}\" to it",
            secret.name(),
            secret.word().replace('-', "_")
        ))),
    }
}
