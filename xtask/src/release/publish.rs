//! `cargo xtask release publish`: what is not published yet, in the order in which it can be.
//!
//! Each step looks first at what is there. Whatever stopped an earlier run, the same command goes on after it.

use std::path::Path;

use anyhow::{bail, ensure};
use clap::{Args, ValueEnum};
use xshell::{Shell, cmd};

use super::{
    DIST, changelog, checksums, current, git, order,
    registry::{self, State},
    version::Version,
};
use crate::workspace::{Workspace, cargo, shown};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only these; all of them without it
    #[arg(long, value_enum)]
    to: Vec<Place>,
    /// Say what would be done, in order, and do nothing; needs no credential
    #[arg(long)]
    dry_run: bool,
}

/// Where something is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Place {
    /// The crates. The token is in `CARGO_REGISTRY_TOKEN`
    Crates,
    /// The release on the forge with the archives, through its program `gh`, which has its own token
    Forge,
}

pub(super) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let version = current(workspace)?;
    let obstacles = obstacles(shell, version)?;
    println!("Release {version}, commit {}", git::commit(shell)?);
    if !options.dry_run && !obstacles.is_empty() {
        bail!("{}", obstacles.join("\n"));
    }
    for obstacle in &obstacles {
        println!("In the way: {obstacle}");
    }
    let wanted = |place| options.to.is_empty() || options.to.contains(&place);
    if wanted(Place::Crates) {
        to_registry(shell, workspace, options.dry_run)?;
    }
    println!(
        "\nPyPI: the workflow hands {DIST}/python to the publishing action, which skips the files that are there."
    );
    if wanted(Place::Forge) {
        to_forge(shell, workspace, version, options.dry_run)?;
    }
    Ok(())
}

/// Why this commit cannot be published.
fn obstacles(shell: &Shell, version: Version) -> anyhow::Result<Vec<String>> {
    let mut obstacles = Vec::new();
    let changed = git::changed(shell)?;
    if !changed.is_empty() {
        obstacles.push(format!("{} files differ from the last commit", changed.len()));
    }
    if !git::has_tag(shell, &version.tag())? {
        obstacles.push(format!("the commit is not tagged {}", version.tag()));
    }
    if changelog::section(&shell.read_file(changelog::FILE)?, version).is_none() {
        obstacles.push(format!("{} has no section for {version}: run `cargo xtask release prepare`", changelog::FILE));
    }
    Ok(obstacles)
}

fn to_registry(shell: &Shell, workspace: &Workspace, dry_run: bool) -> anyhow::Result<()> {
    println!("\nRegistry of crates:");
    let mut states = Vec::new();
    for package in order::published(&workspace.packages)? {
        let state = registry::ask(shell, &package.name, &package.version)?;
        println!("  {} {}: {}", package.name, package.version, words(&state));
        states.push((package.name.as_str(), state));
    }
    let remaining = remaining(&states, dry_run)?;
    if remaining.is_empty() {
        println!("All are there.");
        return Ok(());
    }
    // Cargo uploads them one after the other, and waits for each until the registry shows it.
    let command =
        cargo(shell).args(["publish", "--locked"]).args(remaining.iter().flat_map(|name| ["--package", name]));
    if dry_run {
        println!("Would run: {}", shown(&command));
    } else {
        command.run()?;
    }
    Ok(())
}

fn words(state: &State) -> String {
    match state {
        State::Published => "is there, nothing to do".to_owned(),
        State::Absent => "is to be uploaded".to_owned(),
        State::Unknown(why) => format!("nobody knows ({why})"),
    }
}

/// The crates to upload, in order.
fn remaining<'a>(states: &[(&'a str, State)], dry_run: bool) -> anyhow::Result<Vec<&'a str>> {
    let mut remaining = Vec::new();
    for (name, state) in states {
        match state {
            State::Published => {}
            State::Unknown(why) if !dry_run => bail!("whether {name} is published is not known: {why}"),
            State::Absent | State::Unknown(_) => remaining.push(*name),
        }
    }
    Ok(remaining)
}

fn to_forge(shell: &Shell, workspace: &Workspace, version: Version, dry_run: bool) -> anyhow::Result<()> {
    println!("\nRelease on the forge:");
    let dist = workspace.target.join(DIST);
    let files = if dist.exists() { checksums::files(&dist)? } else { Vec::new() };
    // The registry of crates keeps its files itself.
    let files: Vec<_> = files.into_iter().filter(|file| !file.starts_with(dist.join("crates"))).collect();
    let tag = version.tag();
    for file in &files {
        println!("  {}", file.strip_prefix(&dist).unwrap_or(file).display());
    }
    if files.is_empty() {
        println!("  no file: `cargo xtask release verify` builds them");
    }
    let others: Vec<_> = files.iter().filter(|file| is_of_another(file, version)).collect();
    if !others.is_empty() {
        let why = format!(
            "{} files in {DIST} are not of {version}: `cargo xtask release verify` builds those that are",
            others.len()
        );
        ensure!(dry_run, why);
        println!("In the way: {why}");
    }
    let notes = workspace.target.join("release-notes.md");
    let create = cmd!(shell, "gh release create {tag} --verify-tag --title {tag} --notes-file {notes}");
    let upload = cmd!(shell, "gh release upload {tag} --clobber").args(&files);
    if dry_run {
        println!("Would run, unless the release is there: {create}");
        println!("Would run: gh release upload {tag} --clobber FILES");
        return Ok(());
    }
    ensure!(!files.is_empty(), "there is nothing in {}", dist.display());
    write_notes(shell, &notes, version)?;
    if cmd!(shell, "gh release view {tag}").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        create.run()?;
    }
    upload.run()?;
    Ok(())
}

/// Whether a file of a release has another version in its name.
fn is_of_another(file: &Path, version: Version) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let named = |end: char| name.contains(&format!("-{version}{end}"));
    name != checksums::FILE && !named('-') && !named('.')
}

fn write_notes(shell: &Shell, file: &Path, version: Version) -> anyhow::Result<()> {
    let changelog = shell.read_file(changelog::FILE)?;
    shell.write_file(file, changelog::notes(&changelog, version)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_for_another_version_is_seen() {
        let version = "0.2.0".parse().unwrap();
        for (name, other) in [
            ("SHA256SUMS", false),
            ("tenable_api-0.2.0.tar.gz", false),
            ("tenable-0.2.0-x86_64-unknown-linux-gnu.tar.gz", false),
            ("tenable-0.1.0-x86_64-unknown-linux-gnu.tar.gz", true),
            ("tenable_api-0.2.0rc1.tar.gz", true),
            ("tenable_api-10.2.0.tar.gz", true),
        ] {
            assert_eq!(is_of_another(Path::new(name), version), other, "{name}");
        }
    }

    #[test]
    fn a_run_that_was_stopped_is_gone_on_with() {
        let unknown = || State::Unknown("error: offline".to_owned());
        let states = [("model", State::Published), ("api", State::Absent), ("cli", State::Absent)];
        assert_eq!(remaining(&states, false).unwrap(), ["api", "cli"]);
        assert_eq!(remaining(&[("model", State::Published)], false).unwrap(), [] as [&str; 0]);
        // What is not known is not uploaded on the chance of it; a dry run may say what it would do.
        assert!(remaining(&[("model", unknown())], false).is_err());
        assert_eq!(remaining(&[("model", unknown())], true).unwrap(), ["model"]);
    }
}
