//! `--verbose`: what is sent, on standard error. The libraries never log secrets or bodies.

use std::io;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

/// Starts to log, if asked to: once for attempts and their outcome, twice for everything.
pub(crate) fn start(verbosity: u32) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let styled = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(styled).without_time();
    let targets = Targets::new().with_target("tenable", level).with_target("tenable_transport", level);
    let targets = targets.with_target("tenable_api", level);
    // A second subscriber would fail here, and there is none.
    let _only_one = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(targets).with(lines));
}
