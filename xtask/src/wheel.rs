//! `cargo xtask wheel`: the Python wheel for this machine, as it would be published, and its checks.

use std::{io, path::Path};

use anyhow::bail;
use xshell::Shell;

use crate::{
    counts::{Counts, Runner},
    python::{Environment, Interpreter, Profile},
    test::{SPREAD, build_programs, count},
    workspace::{Workspace, cargo},
};

/// Makes an environment with nothing but the wheel, and tries it.
const CLEAN_ENVIRONMENT: &str = "bindings/python/tests/clean_environment.py";

/// A Python without the global lock, as pyo3 is told of one that is not here. Its wheel is not of the stable ABI.
const FREE_THREADED: &str = "\
implementation=CPython
version=3.14
shared=true
pointer_width=64
build_flags=Py_GIL_DISABLED
suppress_build_script_link_lines=true
";

/// Builds the source distribution, and out of it the wheel, both into `target/wheels`; tries the wheel on every Python of this machine.
///
/// With `test` the wheel's whole test suite runs on each of them as well.
pub(crate) fn run(shell: &Shell, workspace: &Workspace, test: bool) -> anyhow::Result<()> {
    let environment = Environment::prepare(shell, workspace)?;
    let wheel = environment.build_wheel(shell, workspace, Profile::Release, &workspace.target.join("wheels"))?;
    try_everywhere(shell, &environment, &wheel)?;
    if test {
        let mut total = Counts::default();
        for interpreter in &Interpreter::all(shell)? {
            total += test_on(shell, workspace, interpreter, &wheel)?;
        }
        println!("{total}");
        if total.failed > 0 {
            bail!("the wheel does not pass its tests everywhere");
        }
    }
    Ok(())
}

/// Installs the wheel into a clean environment of every Python of this machine, and tries it there.
pub(crate) fn try_everywhere(shell: &Shell, environment: &Environment, wheel: &Path) -> anyhow::Result<()> {
    println!("{}: {:.1} MB", wheel.display(), megabytes(wheel)?);
    for interpreter in Interpreter::all(shell)? {
        let program = interpreter.program();
        let folder = shell.create_temp_dir()?;
        environment.python(shell).args([CLEAN_ENVIRONMENT.as_ref(), wheel, program, folder.path()]).run()?;
    }
    Ok(())
}

fn megabytes(file: &Path) -> io::Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a wheel is far smaller than what a float counts")]
    Ok(file.metadata()?.len() as f64 / 1e6)
}

fn test_on(shell: &Shell, workspace: &Workspace, interpreter: &Interpreter, wheel: &Path) -> anyhow::Result<Counts> {
    let environment = Environment::prepare_for(shell, workspace, interpreter)?;
    environment.install_wheel(shell, wheel)?;
    let programs = build_programs(shell, false)?;
    let command = environment
        .module(shell, "pytest")
        .args(["--config-file", "tests/python/pytest.ini", "--rootdir", ".", "bindings/python/tests"])
        .args(SPREAD)
        .envs(programs.variables())
        .envs(crate::pyright::variables(shell, workspace, &environment))
        .envs(Profile::Release.variables(wheel))
        .env("TENABLE_PYTHONS", interpreter.program());
    count(Runner::Pytest, command)
}

/// Compiles the native module for a Python without the global lock, without linking it.
pub(crate) fn check_free_threaded(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    // Of its own: the settings of pyo3 would have everything that uses it compiled anew each time.
    let target = workspace.target.join("python/free-threaded");
    let settings = target.join("pyo3.txt");
    // Only written when it differs, for the same reason.
    if !shell.read_file(&settings).is_ok_and(|text| text == FREE_THREADED) {
        shell.write_file(&settings, FREE_THREADED)?;
    }
    let cargo = cargo(shell).args(["check", "--package", "tenable-python", "--target-dir"]);
    cargo.arg(&target).env("PYO3_CONFIG_FILE", &settings).env_remove("PYO3_NO_PYTHON").run()?;
    Ok(())
}
