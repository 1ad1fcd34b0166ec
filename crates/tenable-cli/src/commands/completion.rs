//! `tenable completion`: what a shell needs to complete the command.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, value_parser};
use clap_complete::{Shell, generate};

use crate::exit::Result;
use crate::options::{ROOT, Scopes};
use crate::output::write;

pub(crate) fn command() -> Command {
    Command::new("completion")
        .about("Print a completion script for a shell")
        .after_help(
            "Examples:\n  tenable completion bash > /etc/bash_completion.d/tenable\n  tenable completion zsh > \
             \"${fpath[1]}/_tenable\"\n  tenable completion fish > ~/.config/fish/completions/tenable.fish",
        )
        .arg(Arg::new("shell").required(true).value_name("SHELL").value_parser(value_parser!(Shell)))
}

pub(crate) fn run(scopes: &Scopes<'_>) -> Result {
    let shell = scopes.leaf().and_then(|matches| matches.get_one::<Shell>("shell").copied());
    let mut script = Vec::new();
    if let Some(shell) = shell {
        let mut command = crate::cli::command();
        generate(shell, &mut command, ROOT, &mut script);
        if shell == Shell::Fish {
            script.extend_from_slice(third_level_for_fish(&command).as_bytes());
        }
    }
    write(&script)
}

/// The options of methods, three commands deep: the generator for fish stops at two.
fn third_level_for_fish(root: &Command) -> String {
    let mut lines = String::new();
    let levels = root.get_subcommands().flat_map(|product| {
        product
            .get_subcommands()
            .flat_map(move |resource| resource.get_subcommands().map(move |method| (product, resource, method)))
    });
    for (product, resource, method) in levels {
        let seen = [product, resource, method].map(|command| {
            let names: Vec<&str> = command.get_name_and_visible_aliases();
            format!("__fish_seen_subcommand_from {}", names.join(" "))
        });
        for arg in method.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let Some(long) = arg.get_long() else { continue };
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let help = help.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', " ");
            let value = if matches!(arg.get_action(), ArgAction::SetTrue | ArgAction::Count) { "" } else { " -r" };
            let known = arg.get_possible_values();
            let known: Vec<&str> = known.iter().map(clap::builder::PossibleValue::get_name).collect();
            let known = if known.is_empty() { String::new() } else { format!(" -f -a '{}'", known.join(" ")) };
            let _infallible = writeln!(
                lines,
                "complete -c {ROOT} -n \"{}\" -l {long} -d '{help}'{value}{known}",
                seen.join("; and ")
            );
        }
    }
    lines
}
