//! `cargo xtask release`: one version for the crates, the program and the wheel. RELEASING.md is the way through.

use std::path::PathBuf;

use clap::Subcommand;
use xshell::Shell;

use self::version::Version;
use crate::workspace::Workspace;

mod api;
mod archive;
mod changelog;
mod checksums;
mod crates;
pub(crate) mod fragments;
mod gather;
mod git;
mod notes;
mod order;
mod plan;
mod prepare;
mod publish;
mod registry;
mod sbom;
mod target;
mod verify;
mod version;

/// What is built is left here, below the target folder.
const DIST: &str = "dist";

/// A part of releasing.
#[derive(Debug, Subcommand)]
pub(crate) enum Part {
    /// Say what the next release would be, and what stands in its way; changes nothing
    Plan,
    /// Write the version, the changelog and what documents pin into the files, for one commit
    Prepare {
        /// Three numbers, such as 0.2.0
        version: Version,
    },
    /// Build all that is published into target/dist, check it, and try it
    Verify(verify::Options),
    /// Print what the changelog says of a release; of the next one if this version has none yet
    Notes {
        /// The version of the packages without it
        version: Option<Version>,
    },
    /// Make one folder, target/dist, of what several machines built
    Gather {
        /// With a folder for each machine, which is what `verify` left in its target/dist
        folder: PathBuf,
    },
    /// Publish what is not published yet
    Publish(publish::Options),
    /// Compare the public Rust API with the texts in tests/public-api, and with the last release
    Api(api::Options),
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace, part: Part) -> anyhow::Result<()> {
    match part {
        Part::Plan => plan::run(shell, workspace),
        Part::Prepare { version } => prepare::run(shell, workspace, version),
        Part::Verify(options) => verify::run(shell, workspace, &options),
        Part::Notes { version } => notes::run(shell, workspace, version),
        Part::Gather { folder } => gather::run(shell, workspace, &folder),
        Part::Publish(options) => publish::run(shell, workspace, &options),
        Part::Api(options) => api::run(shell, workspace, &options),
    }
}

/// The version that all packages have.
fn current(workspace: &Workspace) -> anyhow::Result<Version> {
    let package = workspace.packages.first().map_or("", |package| package.version.as_str());
    package.parse()
}
