//! `cargo xtask deny`: licences, banned crates and sources of all dependencies, and whether defects of them are known.

use xshell::{Shell, cmd};

use crate::{python::Environment, tools::Tool, workspace::Workspace};

const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// pip-audit, pinned.
const PIP_AUDIT: &str = "pip-audit==2.10.1";

/// What is installed from `PyPI`. The wheel itself depends on nothing.
const REQUIREMENTS: &[&str] = &[
    "tests/python/requirements.txt",
    "tests/python/requirements-npm.txt",
    "tests/python/requirements-pytenable-1.9.txt",
];

/// The lock files: of the workspace, and of what stands outside of it.
const MANIFESTS: &[&str] = &["Cargo.toml", "tests/fuzz/Cargo.toml"];

pub(crate) fn run(shell: &Shell, workspace: &Workspace, advisories: bool) -> anyhow::Result<()> {
    let deny = CARGO_DENY.prepare(shell, workspace)?;
    let checks = ["licenses", "bans", "sources"];
    cmd!(shell, "{deny} --all-features --workspace check {checks...}").run()?;
    if advisories {
        for manifest in MANIFESTS {
            cmd!(shell, "{deny} --all-features --config deny.toml --manifest-path {manifest} check advisories")
                .run()?;
        }
        audit(shell, workspace)?;
    }
    Ok(())
}

/// Looks up what the tests install from `PyPI`.
fn audit(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    let environment = Environment::prepare_tool(shell, workspace.target.join("tools/pip-audit"), PIP_AUDIT)?;
    for requirements in REQUIREMENTS {
        // Strict: a package that cannot be looked up is a failure.
        environment.module(shell, "pip_audit").args(["--strict", "--requirement", requirements]).run()?;
    }
    Ok(())
}
