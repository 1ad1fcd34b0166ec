//! The Python side of the commands: a virtual environment under `target/`, and the wheel.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use xshell::{Cmd, Shell, cmd};

use crate::workspace::{WHEEL, Workspace, as_if_by_hand, cargo};

/// What the tests and the build of the wheel need, pinned.
const REQUIREMENTS: &str = "tests/python/requirements.txt";

/// The oldest Python that the wheel supports: `abi3-py310`.
const OLDEST: Version = Version(3, 10);

/// What an interpreter says about itself.
const WHO_ARE_YOU: &str = r#"
import importlib.util, json, sys, sysconfig
print(json.dumps({
    "program": sys.executable,
    "version": sys.version_info[:2],
    "build": sys.version,
    "stable_abi": sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED"),
    "environments": all(importlib.util.find_spec(name) for name in ("ensurepip", "venv")),
}))
"#;

/// How the wheel's native module is compiled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Profile {
    /// Quick to build; shares what it can with the tests of the workspace.
    Dev,
    /// As published: out of the source distribution, which is left beside it.
    Release,
}

impl Profile {
    /// What the tests know a wheel of this profile by.
    pub(crate) fn variables(self, wheel: &Path) -> [(&'static str, OsString); 2] {
        let name = match self {
            Self::Dev => "dev",
            Self::Release => "release",
        };
        [("TENABLE_WHEEL", wheel.into()), ("TENABLE_WHEEL_PROFILE", name.into())]
    }
}

/// How a wheel for publishing is built, beyond what all of them have in common.
#[derive(Debug)]
pub(crate) struct Release {
    /// Where it is compiled.
    pub(crate) target: PathBuf,
    /// For maturin.
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(&'static str, OsString)>,
}

impl Release {
    /// For this machine.
    pub(crate) fn here(workspace: &Workspace) -> Self {
        Self { target: workspace.target.join("python/release"), arguments: Vec::new(), variables: Vec::new() }
    }
}

/// Of the language, such as 3.12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Version(u32, u32);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor) = self;
        write!(formatter, "{major}.{minor}")
    }
}

/// A Python of this machine.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Interpreter {
    program: PathBuf,
    version: Version,
    /// All that tells it from others.
    build: String,
    /// Whether wheels of the stable ABI are for it.
    stable_abi: bool,
    /// Whether it makes virtual environments; Debian has that in a package of its own.
    environments: bool,
}

impl Interpreter {
    /// The one that `PYTHON` names; `python3` without it.
    pub(crate) fn chosen(shell: &Shell) -> anyhow::Result<Self> {
        let fallback = if cfg!(windows) { "python" } else { "python3" };
        let program: PathBuf = env::var_os("PYTHON").unwrap_or_else(|| OsString::from(fallback)).into();
        let shown = program.display();
        let interpreter = Self::ask(shell, &program)
            .with_context(|| format!("cannot start {shown}; set PYTHON to a Python {OLDEST} or newer"))?;
        if interpreter.version < OLDEST {
            bail!("{shown} is Python {}; set PYTHON to a Python {OLDEST} or newer", interpreter.version);
        }
        Ok(interpreter)
    }

    /// One of each version that the wheel supports: the chosen one, then those on `PATH`, then pyenv's.
    pub(crate) fn all(shell: &Shell) -> anyhow::Result<Vec<Self>> {
        let chosen = Self::chosen(shell)?;
        let on_path = (OLDEST.1..20).map(|minor| PathBuf::from(format!("python3.{minor}")));
        let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".pyenv")));
        let versions = pyenv.and_then(|folder| shell.read_dir(folder.join("versions")).ok()).unwrap_or_default();
        let of_pyenv = versions.into_iter().map(|folder| folder.join("bin/python"));
        let mut found = BTreeMap::from([(chosen.version, chosen)]);
        for program in on_path.chain(of_pyenv) {
            // What does not start is not there: pyenv has a `python3.12` on PATH that may only say so.
            if let Ok(interpreter) = Self::ask(shell, &program)
                && interpreter.version >= OLDEST
                && interpreter.stable_abi
                && interpreter.environments
            {
                found.entry(interpreter.version).or_insert(interpreter);
            }
        }
        Ok(found.into_values().collect())
    }

    /// The file of the program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    fn ask(shell: &Shell, program: &Path) -> anyhow::Result<Self> {
        let answer = cmd!(shell, "{program} -I -c {WHO_ARE_YOU}").quiet().ignore_stderr().read()?;
        serde_json::from_str(&answer).context("it is no Python")
    }
}

/// A virtual environment with everything of [`REQUIREMENTS`].
#[derive(Debug)]
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Creates the environment in `target/python/venv`, or brings it up to date.
    ///
    /// `PYTHON` names the interpreter; `python3` without it.
    pub(crate) fn prepare(shell: &Shell, workspace: &Workspace) -> anyhow::Result<Self> {
        Self::of_tests(shell, &Interpreter::chosen(shell)?, workspace.target.join("python/venv"))
    }

    /// Creates the environment of one of several interpreters, for instance in `target/python/venv-3.12`, or brings it up to date.
    pub(crate) fn prepare_for(shell: &Shell, workspace: &Workspace, interpreter: &Interpreter) -> anyhow::Result<Self> {
        Self::of_tests(shell, interpreter, workspace.target.join(format!("python/venv-{}", interpreter.version)))
    }

    /// Creates an environment in this folder with nothing but this package, pinned, and what it needs, or brings it up to date.
    pub(crate) fn prepare_tool(shell: &Shell, folder: PathBuf, package: &str) -> anyhow::Result<Self> {
        Self::prepare_tools(shell, folder, &[package])
    }

    /// The same with several packages.
    pub(crate) fn prepare_tools(shell: &Shell, folder: PathBuf, packages: &[&str]) -> anyhow::Result<Self> {
        Self::of(shell, &Interpreter::chosen(shell)?, folder, &packages.join("\n"), packages)
    }

    /// Creates an environment in this folder with nothing in it, anew when these requirements are others.
    pub(crate) fn prepare_bare(shell: &Shell, folder: PathBuf, requirements: &str) -> anyhow::Result<Self> {
        Self::of(shell, &Interpreter::chosen(shell)?, folder, requirements, &[])
    }

    fn of_tests(shell: &Shell, interpreter: &Interpreter, folder: PathBuf) -> anyhow::Result<Self> {
        Self::of(shell, interpreter, folder, &shell.read_file(REQUIREMENTS)?, &["--requirement", REQUIREMENTS])
    }

    fn of(
        shell: &Shell,
        interpreter: &Interpreter,
        folder: PathBuf,
        requirements: &str,
        install: &[&str],
    ) -> anyhow::Result<Self> {
        let environment = Self { folder };
        let base = &interpreter.program;
        // Tells which interpreter and which requirements the environment was made for.
        let stamp = environment.folder.join("made-for.txt");
        let made_for = format!("{} {}\n{requirements}", base.display(), interpreter.build);
        if shell.read_file(&stamp).is_ok_and(|text| text == made_for) {
            return Ok(environment);
        }
        let folder = &environment.folder;
        println!("Making the Python environment in {}", folder.display());
        cmd!(shell, "{base} -m venv --clear {folder}").run()?;
        if !install.is_empty() {
            environment.module(shell, "pip").args(["install", "--quiet"]).args(install).run()?;
        }
        // Last, so that a failed installation is made anew.
        shell.write_file(&stamp, made_for)?;
        Ok(environment)
    }

    /// Installs packages into a folder of their own, without what they depend on, unless they are there already.
    pub(crate) fn install_apart(&self, shell: &Shell, requirements: &str, folder: &Path) -> anyhow::Result<()> {
        let wanted = shell.read_file(requirements)?;
        let stamp = folder.join("made-for.txt");
        if shell.read_file(&stamp).is_ok_and(|text| text == wanted) {
            return Ok(());
        }
        shell.remove_path(folder)?;
        self.module(shell, "pip")
            .args(["install", "--quiet", "--no-deps", "--requirement", requirements, "--target"])
            .arg(folder)
            .run()?;
        // Last, so that a failed installation is made anew.
        shell.write_file(&stamp, wanted)?;
        Ok(())
    }

    /// `python -m MODULE` in the environment.
    pub(crate) fn module<'a>(&self, shell: &'a Shell, module: &str) -> Cmd<'a> {
        self.python(shell).args(["-m", module])
    }

    /// `python` in the environment.
    pub(crate) fn python<'a>(&self, shell: &'a Shell) -> Cmd<'a> {
        let python = self.program("python");
        cmd!(shell, "{python}")
            .env("VIRTUAL_ENV", &self.folder)
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            // The checkout stays clean of compiled files.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("MYPY_CACHE_DIR", self.folder.join("mypy-cache"))
            // The wheel of the tests says at its import what it is, in programs that tests start as well.
            .env("PYTHONWARNINGS", "ignore:tenable_api is a debug build:RuntimeWarning")
    }

    /// Builds the wheel for this machine into `folder`, which holds nothing else afterwards but a source distribution, and gives
    /// its path.
    pub(crate) fn build_wheel(
        &self,
        shell: &Shell,
        workspace: &Workspace,
        profile: Profile,
        folder: &Path,
    ) -> anyhow::Result<PathBuf> {
        match profile {
            Profile::Dev => {
                shell.remove_path(folder)?;
                // Symbols are for backtraces, and packing takes time.
                self.maturin(shell, workspace, folder)
                    .args(["--profile", "dev", "--strip", "false", "--compression-method", "stored"])
                    .run()?;
                the_wheel(shell, folder)
            }
            Profile::Release => self.build_release(shell, workspace, &Release::here(workspace), folder),
        }
    }

    /// Builds the source distribution, and out of it the wheel, into `folder`, which holds nothing else afterwards.
    ///
    /// Gives the path of the wheel.
    pub(crate) fn build_release(
        &self,
        shell: &Shell,
        workspace: &Workspace,
        release: &Release,
        folder: &Path,
    ) -> anyhow::Result<PathBuf> {
        shell.remove_path(folder)?;
        // The files of a source distribution are all as old as each other, so cargo would take any edition of a crate of ours for
        // the one that it compiled before.
        let ours = workspace.packages.iter().flat_map(|package| ["--package", &package.name]);
        cargo(shell)
            .args(["clean", "--quiet", "--profile", WHEEL, "--target-dir"])
            .arg(&release.target)
            .args(ours)
            .run()?;
        self.maturin(shell, workspace, folder)
            .args(["--sdist", "--profile", WHEEL, "--compression-level", "9"])
            .args(&release.arguments)
            .env("CARGO_TARGET_DIR", &release.target)
            .envs(release.variables.iter().map(|(name, value)| (*name, value)))
            .run()?;
        the_wheel(shell, folder)
    }

    fn maturin<'a>(&self, shell: &'a Shell, workspace: &Workspace, folder: &Path) -> Cmd<'a> {
        let manifest = workspace.root.join("bindings/python/Cargo.toml");
        let maturin = self.program("maturin");
        as_if_by_hand(cmd!(shell, "{maturin} build --manifest-path {manifest} --out {folder}"))
    }

    /// Installs the wheel, and nothing but the wheel.
    pub(crate) fn install_wheel(&self, shell: &Shell, wheel: &Path) -> anyhow::Result<()> {
        self.module(shell, "pip")
            .args(["install", "--quiet", "--no-index", "--no-deps", "--force-reinstall"])
            .arg(wheel)
            .run()?;
        Ok(())
    }

    /// The file of a program of the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.folder.join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}

/// The only wheel in a folder.
fn the_wheel(shell: &Shell, folder: &Path) -> anyhow::Result<PathBuf> {
    let mut wheels = shell.read_dir(folder)?;
    wheels.retain(|path| path.extension().is_some_and(|extension| extension == "whl"));
    match <[PathBuf; 1]>::try_from(wheels) {
        Ok([wheel]) => Ok(wheel),
        Err(wheels) => bail!("maturin left {} wheels in {}", wheels.len(), folder.display()),
    }
}
