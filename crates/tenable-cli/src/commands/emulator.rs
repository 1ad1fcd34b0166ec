//! `tenable emulator`: an emulator that serves until it is told to stop.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};
use serde_json::json;
use tenable_emulator::{Emulator, EmulatorBuilder, EmulatorError};

use crate::exit::{Failure, Result};
use crate::options::Scopes;
use crate::output::{Answer, Output, message, write};
use crate::signals::Signals;

pub(crate) fn command() -> Command {
    Command::new("emulator")
        .about("Run an emulator of the products")
        .long_about(
            "Run an emulator of the products on this machine, until SIGINT or SIGTERM.\n\nOnce it serves, it prints one line of JSON \
             with addresses, credentials and the control interface's token: {\"identity_exposure\":{\"url\",\"api_key\"[,\"ca\"]},\
             \"security_center\":{\"url\",\"access_key\",\"secret_key\",\"username\",\"password\",\"organization_id\",\
             \"administrator\":{\"access_key\",\"secret_key\",\"username\",\"password\"}[,\"ca\"]},\
             \"vulnerability_management\":{\"url\",\"access_key\",\"secret_key\"[,\"ca\"]},\
             \"control\":{\"url\",\"token\"}}.",
        )
        .arg(
            Arg::new("state")
                .long("state")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Keep the state in this file, keys included, and start from it if it is there"),
        )
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("RULE=OUTCOME")
                .action(ArgAction::Append)
                .help("Choose how the emulator behaves where the product is not documented; see --rules"),
        )
        .arg(
            Arg::new("tls")
                .long("tls")
                .action(ArgAction::SetTrue)
                .help("Serve https, with a certificate authority made for this run, whose file is printed as ca"),
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS")
                .value_parser(value_parser!(IpAddr))
                .help("Serve the products on this address instead of 127.0.0.1; the control interface stays there"),
        )
        .arg(
            Arg::new("api-key-env")
                .long("api-key-env")
                .value_name("VARIABLE")
                .help("Environment variable that holds the administrator's API key in Identity Exposure; a fresh key, unless given"),
        )
        .arg(Arg::new("rules").long("rules").action(ArgAction::SetTrue).help("List the rules for --set, and stop"))
}

pub(crate) fn run(scopes: &Scopes<'_>) -> Result {
    let Some(matches) = scopes.leaf() else { return Ok(()) };
    if matches.get_flag("rules") {
        return list_rules(&Output::from(scopes));
    }
    let mut builder = Emulator::builder().tls(matches.get_flag("tls"));
    if let Some(path) = matches.get_one::<PathBuf>("state") {
        builder = builder.state_file(path);
    }
    if let Some(&address) = matches.get_one::<IpAddr>("listen") {
        let any_port = SocketAddr::new(address, 0);
        builder = builder
            .identity_exposure_address(any_port)
            .security_center_address(any_port)
            .vulnerability_management_address(any_port);
    }
    if let Some(variable) = matches.get_one::<String>("api-key-env") {
        builder = builder.api_key(crate::stdin::variable(variable)?);
    }
    let rules = matches.get_many::<String>("set").unwrap_or_default();
    let builder = set_rules(builder, rules.map(String::as_str))?;
    runtime()?.block_on(serve(builder))
}

/// Sets rules given as `RULE=OUTCOME`.
pub(crate) fn set_rules<'r>(
    mut builder: EmulatorBuilder,
    rules: impl IntoIterator<Item = &'r str>,
) -> Result<EmulatorBuilder> {
    for rule in rules {
        let (name, outcome) = rule.split_once('=').ok_or_else(|| {
            Failure::usage(format!("--set {rule:?} is not RULE=OUTCOME, such as ie.duplicate_email=400"))
        })?;
        builder = builder.set(name.trim(), outcome.trim()).map_err(|error| Failure::usage(error.to_string()))?;
    }
    Ok(builder)
}

/// The runtime that everything with a socket runs in.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("the program cannot use the network", &error))
}

async fn serve(builder: EmulatorBuilder) -> Result {
    // Set up first: whoever reads the ready line may stop the emulator at once.
    let mut signals = Signals::new().map_err(|error| Failure::io("signals cannot be received", &error))?;
    let emulator = builder.start().await.map_err(not_started)?;
    if let Some(warning) = warning(&emulator.exposed()) {
        message(&warning);
    }
    write(format!("{}\n", emulator.ready_line()).as_bytes())?;
    signals.next().await;
    emulator.shutdown().await;
    Ok(())
}

/// What is to be said of listeners that others can reach.
fn warning(exposed: &[SocketAddr]) -> Option<String> {
    let address = exposed.first()?.ip();
    Some(format!(
        "warning: the emulator listens on {address}: whoever reaches that address can try keys and passwords on it, and use it up"
    ))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn not_started(error: EmulatorError) -> Failure {
    Failure::usage(format!("the emulator did not start: {}", crate::exit::chain(&error)))
}

fn list_rules(output: &Output) -> Result {
    let rule = |rule: &tenable_emulator::Rule| {
        let (name, outcomes, default, doc) = (rule.name, rule.outcomes, rule.default, rule.doc);
        json!({"name": name, "outcomes": outcomes, "default": default, "doc": doc})
    };
    output
        .clone()
        .or_columns(&["name", "default", "outcomes", "doc"])
        .print(Answer::plain(tenable_emulator::rules().map(rule).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_within_reach_of_others_are_warned_of() {
        assert_eq!(warning(&[]), None);
        let said = warning(&["0.0.0.0:1".parse().unwrap(), "0.0.0.0:2".parse().unwrap()]).unwrap();
        assert!(said.starts_with("warning: the emulator listens on 0.0.0.0: ") && !said.contains('\n'), "{said}");
    }
}
