//! The `tenable` command: administer users, roles and groups of Tenable products from a terminal.

mod cli;
mod commands;
mod config;
mod connection;
mod exit;
mod logging;
mod options;
mod output;
mod progress;
mod signals;
mod stdin;
mod tour;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os()).into()
}
