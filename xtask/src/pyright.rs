//! pyright, the second type checker of the Python package and its tests.

use std::{ffi::OsString, path::PathBuf};

use xshell::Shell;

use crate::{npm::Npm, python::Environment, workspace::Workspace};

/// The version, and what the registry's file must hash to.
const LOCKED: [&str; 2] = ["tests/python/pyright/package.json", "tests/python/pyright/package-lock.json"];

/// What the tests find pyright with: `NODE` and the program's file for it. Or why there is none; its tests fail and say it.
pub(crate) fn variables(
    shell: &Shell,
    workspace: &Workspace,
    environment: &Environment,
) -> Vec<(&'static str, OsString)> {
    match prepare(shell, workspace, environment) {
        Ok((node, program)) => vec![("NODE", node.into()), ("PYRIGHT", program.into())],
        Err(error) => vec![("PYRIGHT_PROBLEM", format!("{error:#}").into())],
    }
}

/// node, and the file that it runs: in `target/pyright`, where it is installed the first time.
fn prepare(shell: &Shell, workspace: &Workspace, environment: &Environment) -> anyhow::Result<(PathBuf, PathBuf)> {
    let npm = Npm::prepare(shell, workspace, environment)?;
    let folder = workspace.target.join("pyright");
    let program = folder.join("node_modules/pyright/index.js");
    npm.install_locked(shell, environment, LOCKED, &folder)?;
    Ok((npm.node(), program))
}
