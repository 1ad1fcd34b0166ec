//! The Python side of the commands: a virtual environment under `target/`, and the wheel.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use xshell::{Cmd, Shell, cmd};

use crate::workspace::Workspace;

/// What the tests and the build of the wheel need, pinned.
const REQUIREMENTS: &str = "tests/python/requirements.txt";

/// The oldest Python that the wheel supports: `abi3-py310`.
const OLDEST: &str = "3.10";

/// How the wheel's native module is compiled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Profile {
    /// Quick to build; shares what it can with the tests of the workspace.
    Dev,
    /// As published.
    Release,
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
        let base = interpreter();
        let version = cmd!(shell, "{base} -c")
            .arg(format!(
                "import sys; ok = sys.version_info >= ({}); print(sys.version if ok else '')",
                OLDEST.replace('.', ", ")
            ))
            .quiet()
            .read()
            .with_context(|| format!("cannot start {}; set PYTHON to a Python {OLDEST} or newer", base.display()))?;
        if version.is_empty() {
            bail!("{} is older than {OLDEST}; set PYTHON to a newer one", base.display());
        }
        let environment = Self { folder: workspace.target.join("python/venv") };
        let requirements = shell.read_file(REQUIREMENTS)?;
        // Tells which interpreter and which requirements the environment was made for.
        let stamp = environment.folder.join("made-for.txt");
        let made_for = format!("{} {version}\n{requirements}", base.display());
        if shell.read_file(&stamp).is_ok_and(|text| text == made_for) {
            return Ok(environment);
        }
        let folder = &environment.folder;
        println!("Making the Python environment in {}", folder.display());
        cmd!(shell, "{base} -m venv --clear {folder}").run()?;
        environment.module(shell, "pip").args(["install", "--quiet", "--requirement", REQUIREMENTS]).run()?;
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
    }

    /// Builds the wheel into `folder`, which holds nothing else afterwards, and gives its path.
    pub(crate) fn build_wheel(
        &self,
        shell: &Shell,
        workspace: &Workspace,
        profile: Profile,
        folder: &Path,
    ) -> anyhow::Result<PathBuf> {
        shell.remove_path(folder)?;
        let manifest = workspace.root.join("bindings/python/Cargo.toml");
        let profile: &[&str] = match profile {
            Profile::Dev => &["--profile", "dev"],
            Profile::Release => &["--release", "--strip"],
        };
        let maturin = self.program("maturin");
        cmd!(shell, "{maturin} build {profile...} --manifest-path {manifest} --out {folder}").run()?;
        let mut wheels = shell.read_dir(folder)?;
        wheels.retain(|path| path.extension().is_some_and(|extension| extension == "whl"));
        match <[PathBuf; 1]>::try_from(wheels) {
            Ok([wheel]) => Ok(wheel),
            Err(wheels) => bail!("maturin left {} wheels in {}", wheels.len(), folder.display()),
        }
    }

    /// Builds the wheel in the dev profile and installs it.
    pub(crate) fn install_wheel(&self, shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
        let wheel = self.build_wheel(shell, workspace, Profile::Dev, &workspace.target.join("python/wheels"))?;
        self.module(shell, "pip")
            .args(["install", "--quiet", "--no-index", "--no-deps", "--force-reinstall"])
            .arg(wheel)
            .run()?;
        Ok(())
    }

    fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.folder.join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}

fn interpreter() -> PathBuf {
    let fallback = if cfg!(windows) { "python" } else { "python3" };
    env::var_os("PYTHON").unwrap_or_else(|| OsString::from(fallback)).into()
}
