//! The whole command: built, read, and handed to whoever carries it out.

use std::ffi::OsString;

use clap::Command;
use clap::error::ErrorKind;

use crate::commands::{arguments, completion, config, emulator, help, man, product, tasks};
use crate::exit::{EXIT_CODES, Exit, Failure, Result};
use crate::options::{self, ROOT, Reach, Scopes};
use crate::output::message;
use crate::{logging, tour};

const ABOUT: &str = "Administer users, roles and groups of Tenable products";

const EXAMPLES: &str = "\
Examples:
  tenable ie users list --output csv
  tenable ie users create --name Ann --email ann@example.com --password-stdin < secret
  tenable sc users list --fields username,locked,role
  tenable vm users create --username bo@example.com --role standard --password-stdin < secret
  tenable whois ann@example.com --all   one person, in every tenant of the configuration file
  tenable plan people.yaml              what is to be done so that people, roles and groups are as a file says
  tenable --emulator ie users list      no product needed: an emulator is started for the command
  tenable tour                          a guided run through the main tasks on an emulator";

/// The command with all its subcommands.
pub(crate) fn command() -> Command {
    let root = Command::new(ROOT)
        .about(ABOUT)
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .after_help(format!(
            "{EXAMPLES}\n\n{EXIT_CODES}\n\nMore: tenable help tasks|tenants|exit-codes|config|secrets"
        ));
    let root = root.subcommands(product::commands());
    let root = tasks::commands()
        .into_iter()
        .fold(root, |root, command| root.subcommand(options::add_everywhere(command, Reach::Tenants)));
    let root = root
        .subcommand(options::add_everywhere(emulator::command(), Reach::Output))
        .subcommand(options::add_everywhere(tour::command(), Reach::Everywhere))
        .subcommand(options::add_everywhere(config::command(), Reach::Output))
        .subcommand(options::add_everywhere(completion::command(), Reach::Everywhere))
        .subcommand(options::add_everywhere(man::command(), Reach::Everywhere))
        .subcommand(options::add_everywhere(help::command(), Reach::Everywhere));
    options::add(root, Reach::Tenants)
}

/// Runs the command that these arguments make, the program's own name first.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> Exit {
    let arguments = arguments::join_booleans(arguments.collect(), product::is_boolean);
    let json_errors = wants_json_errors(&arguments);
    let result = match command().try_get_matches_from(&arguments) {
        Ok(matches) => {
            let (path, scopes) = Scopes::of(&matches);
            logging::start(scopes.count("verbose"));
            dispatch(&path, &scopes)
        }
        Err(error) => return not_understood(&error, json_errors),
    };
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            report(&failure, json_errors);
            failure.exit()
        }
    }
}

fn dispatch(path: &[&str], scopes: &Scopes<'_>) -> Result<Exit> {
    if let Some(result) = tasks::run(path, scopes) {
        return result;
    }
    match path {
        ["emulator"] => emulator::run(scopes),
        ["tour"] => tour::run(scopes),
        ["completion"] => completion::run(scopes),
        ["man"] => man::run(scopes),
        ["config", action @ ..] => config::run(action, scopes),
        ["help"] => help::run(scopes),
        [product, resource, rest @ ..] => product::run(product, resource, rest, scopes),
        _ => Err(Failure::usage("there is no such command")),
    }
    .map(|()| Exit::Done)
}

/// Says why on standard error, on one line or as one JSON object.
pub(crate) fn report(failure: &Failure, as_json: bool) {
    if as_json {
        message(&failure.json().to_string());
    } else {
        for line in failure.before() {
            message(line);
        }
        let style = anstyle::AnsiColor::Red.on_default().bold();
        message(&format!("{style}error:{style:#} {}", failure.line()));
    }
}

/// What clap has to say: help and version on standard output, wrong usage on standard error.
fn not_understood(error: &clap::Error, json_errors: bool) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A reader that has gone away has read enough.
        let _unheard = error.print();
        return Exit::Done;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json_errors {
        let _unheard = error.print();
        return Exit::Usage;
    }
    let failure = Failure::usage(usage_line(&error.to_string()));
    report(&failure, json_errors);
    failure.exit()
}

/// Wrong usage on one line: what is wrong and clap's tips, without the usage itself, which `--help` has.
fn usage_line(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let lines =
        text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let mut joined = String::new();
    for line in lines.filter(|line| !line.is_empty()) {
        joined += match joined.chars().last() {
            None => "",
            Some(':') => " ",
            Some(_) if line.starts_with("tip:") => "; ",
            Some(_) => ", ",
        };
        joined += line;
    }
    joined + "; see --help"
}

/// Looked for before anything is parsed, for what cannot be parsed is an error too.
fn wants_json_errors(arguments: &[OsString]) -> bool {
    let mut previous = "";
    for argument in arguments.iter().filter_map(|argument| argument.to_str()) {
        if argument == "--error-format=json" || (previous == "--error-format" && argument == "json") {
            return true;
        }
        previous = argument;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_put_together_well() {
        command().debug_assert();
    }

    #[test]
    fn wrong_usage_is_one_line() {
        for (arguments, line) in [
            ("ie users details x", "invalid value 'x' for '[ID]': expected a whole number such as 7; see --help"),
            (
                "ie users create",
                "the following required arguments were not provided: --name <TEXT>, --email <TEXT>; see --help",
            ),
            ("ie users lisst", "unrecognized subcommand 'lisst'; tip: a similar subcommand exists: 'list'; see --help"),
            (
                "ie users list --output xml",
                "invalid value 'xml' for '--output <FORMAT>', [possible values: table, json, ndjson, csv, raw]; see --help",
            ),
        ] {
            let arguments = std::iter::once("tenable").chain(arguments.split(' '));
            let error = command().try_get_matches_from(arguments).unwrap_err();
            assert_eq!(usage_line(&error.to_string()), line);
        }
    }

    #[test]
    fn json_errors_are_seen_before_parsing() {
        let wants = |arguments: &[&str]| wants_json_errors(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(wants(&["tenable", "--error-format", "json", "nonsense"]));
        assert!(wants(&["tenable", "nonsense", "--error-format=json"]));
        assert!(!wants(&["tenable", "json", "--error-format", "text"]));
    }
}
