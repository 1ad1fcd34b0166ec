//! What the rows run: programs of the workspace in their release profile, the wheel, and what Python code uses today.

use std::{
    cell::OnceCell,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use super::{
    plot::Series,
    worker::{Responder, Worker},
};
use crate::{
    python::{Environment, Profile},
    workspace::{TERMINAL, Workspace, cargo},
};

/// What the wheel is held against, pinned.
const PEERS: &str = "tests/bench/python/requirements.txt";

/// The Python workers.
const SCRIPTS: &str = "tests/bench/python";

/// Everything that rows have in common.
pub(crate) struct Stage<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) workspace: &'a Workspace,
    pub(crate) quick: bool,
    pub(crate) rounds: usize,
    /// Whether the programs and the wheel of the last run are measured.
    pub(crate) built: bool,
    /// What goes into the plot.
    pub(crate) series: Vec<Series>,
    python: OnceCell<Python>,
    programs: OnceCell<PathBuf>,
    terminal: OnceCell<PathBuf>,
}

/// An environment with the wheel and its peers.
struct Python {
    environment: Environment,
    wheel: PathBuf,
    /// Those that could not be installed, and why.
    missing: Vec<(String, String)>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(shell: &'a Shell, workspace: &'a Workspace, quick: bool, rounds: usize, built: bool) -> Self {
        Self {
            shell,
            workspace,
            quick,
            rounds,
            built,
            series: Vec::new(),
            python: OnceCell::new(),
            programs: OnceCell::new(),
            terminal: OnceCell::new(),
        }
    }

    /// The larger number, or the smaller one for a quick run.
    pub(crate) fn pick<T>(&self, steady: T, quick: T) -> T {
        if self.quick { quick } else { steady }
    }

    /// A program of `tenable-bench`.
    pub(crate) fn program(&self, name: &str) -> anyhow::Result<Command> {
        if self.programs.get().is_none() {
            // As programs of those who use the crates are built.
            let folder = self.build("tenable-bench", "release")?;
            self.programs.set(folder).ok().context("the programs were built twice")?;
        }
        let folder = self.programs.get().context("the programs were just built")?;
        Ok(Command::new(folder.join(name)))
    }

    /// The program `tenable`.
    pub(crate) fn terminal(&self) -> anyhow::Result<&Path> {
        if self.terminal.get().is_none() {
            let program = self.build("tenable-cli", TERMINAL)?.join("tenable");
            self.terminal.set(program).ok().context("the command was built twice")?;
        }
        Ok(self.terminal.get().context("the command was just built")?)
    }

    /// Builds a package, and gives the folder of its programs.
    fn build(&self, package: &str, profile: &str) -> anyhow::Result<PathBuf> {
        if !self.built {
            cargo(self.shell).args(["build", "--profile", profile, "--package", package]).run()?;
        }
        Ok(self.workspace.target.join(profile))
    }

    /// A worker written in Rust, ready.
    pub(crate) fn rust_worker(&self, program: &str, arguments: &[&str]) -> anyhow::Result<Worker> {
        let mut command = self.program(program)?;
        command.args(arguments);
        Worker::start(command)
    }

    /// The server of the rows.
    pub(crate) fn responder(&self, arguments: &[&str]) -> anyhow::Result<Responder> {
        let mut command = self.program("responder")?;
        command.args(arguments);
        Responder::start(command)
    }

    /// Python with the wheel and its peers.
    pub(crate) fn python(&self) -> anyhow::Result<Command> {
        let mut python: Command = self.prepared()?.environment.python(self.shell).into();
        // What the tests set, and what a user does not have.
        python.env_remove("PYTHONWARNINGS").env_remove("PYTHONDONTWRITEBYTECODE");
        Ok(python)
    }

    /// The wheel that was measured.
    pub(crate) fn wheel(&self) -> anyhow::Result<&Path> {
        Ok(&self.prepared()?.wheel)
    }

    /// A worker written in Python, ready.
    pub(crate) fn python_worker(&self, script: &str, arguments: &[impl AsRef<OsStr>]) -> anyhow::Result<Worker> {
        let mut command = self.python()?;
        command.arg(self.workspace.root.join(SCRIPTS).join(script)).args(arguments);
        Worker::start(command)
    }

    /// A worker that starts this command again and again.
    pub(crate) fn cold(&self, command: &[impl AsRef<OsStr>]) -> anyhow::Result<Worker> {
        let mut worker = self.python()?;
        worker.arg(self.workspace.root.join(SCRIPTS).join("cold.py")).arg("--").args(command);
        Worker::start(worker)
    }

    /// Why a contender cannot run, if it cannot: one of the packages in its name is not installed.
    pub(crate) fn missing(&self, contender: &str) -> anyhow::Result<Option<String>> {
        let missing = &self.prepared()?.missing;
        let of_contender = |package: &str| contender.split('+').any(|part| part.eq_ignore_ascii_case(package));
        let found = missing.iter().find(|(package, _)| of_contender(package));
        Ok(found.map(|(package, why)| format!("{package} could not be installed: {why}")))
    }

    /// Whether a program is on this machine.
    pub(crate) fn has(&self, program: &str) -> bool {
        cmd!(self.shell, "{program} --version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
    }

    fn prepared(&self) -> anyhow::Result<&Python> {
        if self.python.get().is_none() {
            let python = prepare(self)?;
            self.python.set(python).ok().context("the environment was made twice")?;
        }
        self.python.get().context("the environment was just made")
    }
}

/// Makes the environment, where it was not made already.
fn prepare(stage: &Stage<'_>) -> anyhow::Result<Python> {
    let Stage { shell, workspace, .. } = *stage;
    let peers = shell.read_file(PEERS)?;
    let environment = Environment::prepare_bare(shell, workspace.target.join("bench/venv"), &peers)?;
    let mut missing = Vec::new();
    for peer in requirements(&peers) {
        // Quick where it is installed already.
        let install = environment.module(shell, "pip").args(["install", "--quiet", peer]).quiet().ignore_status();
        let output = install.output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            let why = errors.lines().rfind(|line| !line.is_empty()).unwrap_or("pip does not say why").to_owned();
            missing.push((package(peer).to_owned(), why));
        }
    }
    let folder = workspace.target.join("bench/wheels");
    let wheel = if stage.built {
        let wheels = shell.read_dir(&folder)?;
        let wheel = wheels.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "whl"));
        wheel.with_context(|| format!("there is no wheel in {}", folder.display()))?
    } else {
        let builder = Environment::prepare(shell, workspace)?;
        builder.build_wheel(shell, workspace, Profile::Release, &folder)?
    };
    environment.install_wheel(shell, &wheel)?;
    Ok(Python { environment, wheel, missing })
}

/// The lines of a requirements file that ask for something.
fn requirements(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The name in a pinned requirement.
fn package(requirement: &str) -> &str {
    requirement.split("==").next().unwrap_or(requirement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_requirement_a_line() {
        let text = "# What is compared.\n\nhttpx==0.28.1\n  pyTenable==26.10.1\n";
        let found: Vec<&str> = requirements(text).map(package).collect();
        assert_eq!(found, ["httpx", "pyTenable"]);
    }
}
