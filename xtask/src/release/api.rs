//! `cargo xtask release api`: what a release changes for those who call the crates.
//!
//! Two checks. The public API of each library stands as a text in `tests/public-api`, where a change of it shows up in the difference
//! that is read. And cargo-semver-checks compares it with the last release that is tagged, once there is one.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use xshell::{Shell, cmd};

use super::{current, git, order, version::Version};
use crate::{
    tools::Tool,
    workspace::{Workspace, as_if_by_hand, cargo},
};

const CARGO_PUBLIC_API: Tool = Tool { name: "cargo-public-api", version: "0.52.0" };
const CARGO_SEMVER_CHECKS: Tool = Tool { name: "cargo-semver-checks", version: "0.51.0" };

/// A text for each library.
const FOLDER: &str = "tests/public-api";

/// A package without a library for others.
const PROGRAM: &str = "tenable-cli";

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Write the texts instead of comparing them
    #[arg(long)]
    bless: bool,
    /// Compare with this commit or tag instead of the last release
    #[arg(long, value_name = "REVISION", conflicts_with = "bless")]
    baseline: Option<String>,
}

pub(super) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    if options.bless {
        for package in libraries(workspace)? {
            let text = text(shell, workspace, package)?;
            shell.write_file(file(package), text)?;
        }
        cmd!(shell, "git diff --stat -- {FOLDER}").run()?;
        return Ok(());
    }
    match &options.baseline {
        Some(revision) => semver(shell, workspace, revision, None),
        None => check(shell, workspace, None),
    }
}

/// Fails if a text is out of date, or if the next version is too little for what changed since the last release.
pub(super) fn check(shell: &Shell, workspace: &Workspace, next: Option<Version>) -> anyhow::Result<()> {
    let mut differences = String::new();
    let libraries = libraries(workspace)?;
    for &package in &libraries {
        let wanted = text(shell, workspace, package)?;
        let present = shell.read_file(file(package)).unwrap_or_default().replace("\r\n", "\n");
        let difference = similar::TextDiff::from_lines(&present, &wanted)
            .unified_diff()
            .context_radius(1)
            .header(&format!("{} (checked in)", file(package).display()), "the code")
            .to_string();
        differences.push_str(&difference);
    }
    if !differences.is_empty() {
        bail!(
            "{differences}\nthe public API is not as {FOLDER} says: run `cargo xtask release api --bless` and read the difference"
        );
    }
    println!("The public API of {} crates is as {FOLDER} says.", libraries.len());
    if let Some(last) = git::last_release(shell)? {
        let step = last.step_to(next.map_or_else(|| current(workspace), Ok)?);
        semver(shell, workspace, &last.tag(), Some(step))
    } else {
        println!("No release is tagged, so there is nothing that cargo-semver-checks could compare with.");
        Ok(())
    }
}

fn libraries(workspace: &Workspace) -> anyhow::Result<Vec<&str>> {
    let published = order::published(&workspace.packages)?;
    Ok(published.into_iter().map(|package| package.name.as_str()).filter(|name| *name != PROGRAM).collect())
}

fn file(package: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{package}.txt"))
}

/// The public API of a library with all features, without what is derived or follows from other items.
fn text(shell: &Shell, workspace: &Workspace, package: &str) -> anyhow::Result<String> {
    let tool = CARGO_PUBLIC_API.prepare(shell, workspace)?;
    // Of its own: with the switch below, what has a build script is compiled anew.
    let target = workspace.target.join("public-api");
    let json = target.join(format!("doc/{}.json", package.replace('-', "_")));
    cargo(shell)
        .args(["rustdoc", "--quiet", "--locked", "--package", package, "--lib", "--all-features", "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"])
        // Documentation as JSON is not stable; its form is the same in the compiler of this workspace.
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    let listed = cmd!(shell, "{tool} public-api -sss --color=never --rustdoc-json {json}").quiet().read()?;
    Ok(format!("{listed}\n"))
}

/// Compares with a revision. Without a step, any difference counts that a patch must not have.
fn semver(shell: &Shell, workspace: &Workspace, revision: &str, step: Option<&str>) -> anyhow::Result<()> {
    let tool = CARGO_SEMVER_CHECKS.prepare(shell, workspace)?;
    let packages = libraries(workspace)?.into_iter().flat_map(|package| ["--package", package]);
    as_if_by_hand(cmd!(shell, "{tool} semver-checks --all-features --baseline-rev {revision}"))
        .args(packages)
        .args(["--release-type", step.unwrap_or("patch")])
        .env("CARGO_TARGET_DIR", workspace.target.join("semver"))
        .run()?;
    Ok(())
}
