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
    let stamp = folder.join("made-for.txt");
    let wanted = shell.read_file(LOCKED[1])?;
    if !shell.read_file(&stamp).is_ok_and(|text| text == wanted) {
        shell.remove_path(&folder)?;
        shell.create_dir(&folder)?;
        for file in LOCKED {
            shell.copy_file(file, &folder)?;
        }
        let cache = folder.join("npm-cache");
        npm.command(shell, environment, &cache)
            .args(["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .ignore_stdout()
            .run()?;
        shell.remove_path(cache)?;
        // Last, so that a failed installation is made anew.
        shell.write_file(&stamp, wanted)?;
    }
    Ok((npm.node(), program))
}
