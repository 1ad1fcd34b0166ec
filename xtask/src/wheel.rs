//! `cargo xtask wheel`: the Python wheel for this machine, as it would be published.

use xshell::Shell;

use crate::{
    python::{self, Profile},
    workspace::Workspace,
};

pub(crate) fn run(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    let environment = python::Environment::prepare(shell, workspace)?;
    let wheel = environment.build_wheel(shell, workspace, Profile::Release, &workspace.target.join("wheels"))?;
    println!("{}", wheel.display());
    Ok(())
}
