//! `cargo xtask release verify`: everything that a release publishes, built, checked and tried on this machine.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use xshell::Shell;

use super::{DIST, api, archive, changelog, checksums, crates, current, fragments, git, sbom, target::Target};
use crate::{
    codegen,
    python::{Environment, Release},
    tidy, wheel,
    workspace::{Workspace, cargo_home},
};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only these; all of them without it
    #[arg(long, value_enum)]
    part: Vec<Part>,
    /// The platform to build the wheel and the program for, such as aarch64-unknown-linux-musl; this machine's without it
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Also build the program and the wheel a second time, in another folder, and compare
    #[arg(long)]
    twice: bool,
    /// Take what is not committed as well; never for what is published
    #[arg(long)]
    allow_dirty: bool,
}

/// What is verified, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The tree is clean, generated code, rules, changelog and public API are as they should be
    Checks,
    /// Each crate is packed, and compiled out of its package
    Crates,
    /// The source distribution, and the wheel that is built out of it, tried on every Python of this machine
    Wheel,
    /// The archive of the program, with completions and manual pages
    Program,
    /// Bills of materials
    Sbom,
}

pub(super) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let dist = workspace.target.join(DIST);
    if options.part.is_empty() {
        // What an earlier version left is not part of this one.
        shell.remove_path(&dist)?;
    }
    let target = Target::prepare(shell, workspace, options.target.as_deref())?;
    let time = git::commit_time(shell)?;
    let flags = flags(workspace);
    for part in Part::value_variants() {
        if !options.part.is_empty() && !options.part.contains(part) {
            continue;
        }
        println!("== {part:?}");
        match part {
            Part::Checks => checks(shell, workspace, options.allow_dirty)?,
            Part::Crates => crates::build(shell, workspace, &dist.join("crates"), options.allow_dirty)?,
            Part::Wheel => wheels(shell, workspace, &target, &dist.join("python"), &time, &flags, options.twice)?,
            Part::Program => {
                let environment = Environment::prepare(shell, workspace)?;
                let options = archive::Options { time: &time, flags: &flags, twice: options.twice };
                archive::build(shell, workspace, &environment, &target, &dist.join("program"), &options)?;
            }
            Part::Sbom => sbom::build(shell, workspace, &target, &dist.join("sbom"), &time)?,
        }
    }
    if !options.allow_dirty {
        // Nothing of the above leaves anything behind.
        git::must_be_clean(shell)?;
    }
    if dist.exists() {
        let sums = checksums::of_folder(&dist)?;
        shell.write_file(dist.join(checksums::FILE), &sums)?;
        println!("== {}\n{sums}", dist.display());
    }
    if options.part.is_empty() {
        println!("Commit {} holds what a release needs.", git::commit(shell)?);
    }
    Ok(())
}

/// What needs no build, or little.
fn checks(shell: &Shell, workspace: &Workspace, dirty: bool) -> anyhow::Result<()> {
    if !dirty {
        git::must_be_clean(shell)?;
    }
    codegen::run(&workspace.root, true)?;
    tidy::run(shell, workspace)?;
    let version = current(workspace)?;
    let fragments = fragments::load(shell)?;
    let tagged = git::has_tag(shell, &version.tag())?;
    match (changelog::section(&shell.read_file(changelog::FILE)?, version), fragments.len()) {
        (Some(_), 0) => println!("{} has {version}, and no fragment is left.", changelog::FILE),
        (_, open) if tagged => bail!(
            "the commit is tagged {}, and {} does not have all of it: {open} fragments",
            version.tag(),
            changelog::FILE
        ),
        (_, open) => {
            println!("{version} is not prepared yet: {open} fragments wait. What is built below is for trying it.");
        }
    }
    api::check(shell, workspace, None)
}

/// The source distribution and the wheel, tried.
fn wheels(
    shell: &Shell,
    workspace: &Workspace,
    target: &Target,
    folder: &Path,
    time: &str,
    flags: &str,
    twice: bool,
) -> anyhow::Result<()> {
    let environment = Environment::prepare(shell, workspace)?;
    let build = |folder: &Path, place: &str| {
        let (arguments, mut variables) = target.maturin();
        variables.push(("SOURCE_DATE_EPOCH", time.into()));
        variables.push(("CARGO_ENCODED_RUSTFLAGS", flags.into()));
        let release = Release { target: workspace.target.join(place), arguments, variables };
        environment.build_release(shell, workspace, &release, folder)
    };
    let wheel = build(folder, "python/release")?;
    if twice {
        let again = workspace.target.join("release-python-again");
        build(&again, "python/release-again")?;
        for file in checksums::files(folder)? {
            let name = file.file_name().context("a file has a name")?;
            if checksums::of(&file)? != checksums::of(&again.join(name))? {
                bail!("{} is another file when it is built in another folder", file.display());
            }
        }
        println!("The source distribution and the wheel are the same when they are built in another folder.");
    }
    if target.here {
        wheel::try_everywhere(shell, &environment, &wheel)
    } else {
        println!("{} is for another machine, and is not tried on this one.", wheel.display());
        Ok(())
    }
}

/// What the compiler is told: where the build was is not written into what it makes.
fn flags(workspace: &Workspace) -> String {
    let mut flags = vec![format!("--remap-path-prefix={}=/tenable", workspace.root.display())];
    flags.extend(cargo_home().map(|home| format!("--remap-path-prefix={}=/cargo", home.display())));
    // Cargo splits them there, so that a space in a path does no harm.
    flags.join("\u{1f}")
}
