//! `cargo xtask deny`: licences, banned crates and sources of all dependencies.

use std::env::consts::EXE_SUFFIX;

use xshell::{Shell, cmd};

use crate::workspace::{Workspace, cargo};

const VERSION: &str = "0.20.2";

pub(crate) fn run(shell: &Shell, workspace: &Workspace, advisories: bool) -> anyhow::Result<()> {
    let tools = workspace.target.join(format!("tools/cargo-deny-{VERSION}"));
    let deny = tools.join(format!("bin/cargo-deny{EXE_SUFFIX}"));
    if !shell.path_exists(&deny) {
        println!("Installing cargo-deny {VERSION} into {} (some minutes, once)", tools.display());
        cargo(shell).args(["install", "--locked", "--version", VERSION, "cargo-deny", "--root"]).arg(&tools).run()?;
    }
    let checks = ["licenses", "bans", "sources"];
    let database = advisories.then_some("advisories");
    cmd!(shell, "{deny} --all-features --workspace check {checks...} {database...}").run()?;
    Ok(())
}
