//! The browser in which the access review's page is tested.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use crate::{npm::Npm, python::Environment, workspace::Workspace};

/// Names a Chromium or a Chrome to use instead of any other.
pub(crate) const VARIABLE: &str = "CHROMIUM";

/// Tells the tests why there is none.
pub(crate) const PROBLEM: &str = "CHROMIUM_PROBLEM";

const PROGRAMS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The npm package that carries a Chromium. It stands for itself but for the C library.
const PACKAGE: &str = "@sparticuz/chromium";
const VERSION: &str = "153.0.0";
/// As the registry tells it for this version.
const INTEGRITY: &str =
    "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==";

/// A Chromium: the one that `CHROMIUM` names, one that is installed, or one in `target/browser`, where it is unpacked the first time.
///
/// Nothing is installed outside of the target folder, and nothing needs special rights.
pub(crate) fn prepare(shell: &Shell, workspace: &Workspace, environment: &Environment) -> anyhow::Result<PathBuf> {
    if let Some(program) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let program = PathBuf::from(program);
        if !starts(shell, &program) {
            bail!("{VARIABLE} names {}, which does not start", program.display());
        }
        return Ok(program);
    }
    // What is called `chromium` may be a script that only says how to install it.
    if let Some(program) = PROGRAMS.iter().map(Path::new).find(|program| starts(shell, program)) {
        return found(program);
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("no Chromium or Chrome is installed; install one, or name one in {VARIABLE}");
    }
    let browser = workspace.target.join("browser");
    let folder = browser.join(format!("chromium-{VERSION}"));
    let program = folder.join("start");
    if !program.exists() {
        println!("Unpacking Chromium {VERSION} into {}", folder.display());
        let package = fetch(shell, workspace, environment, &browser)
            .with_context(|| format!("cannot get {PACKAGE}; install Chromium, or name one in {VARIABLE}"))?;
        environment
            .python(shell)
            .args(["tests/python/unpack_chromium.py".as_ref(), package.as_path(), INTEGRITY.as_ref(), folder.as_path()])
            .run()?;
        shell.remove_path(package)?;
    }
    if !starts(shell, &program) {
        bail!("{} does not start; install Chromium, or name one in {VARIABLE}", program.display());
    }
    Ok(program)
}

fn starts(shell: &Shell, program: &Path) -> bool {
    cmd!(shell, "{program} --version").quiet().ignore_stderr().read().is_ok_and(|version| version.contains("Chrom"))
}

/// The whole path of a program, which those who start it without a shell ask for.
fn found(program: &Path) -> anyhow::Result<PathBuf> {
    if program.is_absolute() {
        return Ok(program.to_owned());
    }
    let path = env::var_os("PATH").context("there is no PATH")?;
    let whole = env::split_paths(&path).map(|folder| folder.join(program)).find(|whole| whole.is_file());
    whole.with_context(|| format!("{} starts and is not on PATH", program.display()))
}

/// Lets npm get the package into the folder, and gives its path.
fn fetch(shell: &Shell, workspace: &Workspace, environment: &Environment, folder: &Path) -> anyhow::Result<PathBuf> {
    shell.create_dir(folder)?;
    let cache = folder.join("npm-cache");
    let name = Npm::prepare(shell, workspace, environment)?
        .command(shell, environment, &cache)
        .args(["pack", "--pack-destination"])
        .arg(folder)
        .arg(format!("{PACKAGE}@{VERSION}"))
        .read()?;
    shell.remove_path(cache)?;
    let file = name.lines().last().context("npm pack names no file")?;
    Ok(folder.join(file))
}
