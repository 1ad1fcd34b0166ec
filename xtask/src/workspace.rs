//! Where the workspace and its build results are, and which packages it has.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Deserialize;
use xshell::{Cmd, Shell, cmd};

/// The profile of the program that is downloaded, and its folder.
pub(crate) const TERMINAL: &str = "terminal";

/// The profile of the wheel.
pub(crate) const WHEEL: &str = "wheel";

/// Selects every package with every feature. All commands use it, so that dependencies are compiled once.
pub(crate) const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];

/// The workspace as `cargo metadata --no-deps` tells it.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    /// Follows `CARGO_TARGET_DIR` and cargo's configuration.
    #[serde(rename = "target_directory")]
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// A member of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) manifest_path: PathBuf,
    /// Registries it may go to: absent for any, empty for none.
    pub(crate) publish: Option<Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as the manifest declares it.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The real name, whatever it is renamed to.
    pub(crate) name: String,
    /// `dev`, `build`, or nothing for a normal one.
    pub(crate) kind: Option<String>,
    /// Which versions it takes: `^0.1.0`, or `*` for a path without a version.
    #[serde(rename = "req")]
    pub(crate) requirement: String,
}

impl Workspace {
    /// Finds the workspace and makes its root the shell's folder.
    pub(crate) fn locate(shell: &Shell) -> anyhow::Result<Self> {
        // The folder is cargo's word at run time, so that a checkout may be moved; the fallback serves a direct start.
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        shell.change_dir(&manifest);
        let json = cargo(shell).args(["metadata", "--no-deps", "--format-version=1"]).quiet().read()?;
        let workspace: Self = serde_json::from_str(&json).context("cannot read the output of cargo metadata")?;
        shell.change_dir(&workspace.root);
        Ok(workspace)
    }

    /// A path below the root, relative to it where possible: for messages.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

impl Package {
    /// Whether it goes to a registry.
    pub(crate) fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }
}

/// The cargo that started this program.
pub(crate) fn cargo(shell: &Shell) -> Cmd<'_> {
    let cargo = cargo_path();
    as_if_by_hand(cmd!(shell, "{cargo}"))
}

/// Without what `cargo run` has told this program of its own package: a build script that looks at it would be run again, and all above
/// it built anew.
pub(crate) fn as_if_by_hand(command: Cmd<'_>) -> Cmd<'_> {
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| told(name));
    names.fold(command, Cmd::env_remove)
}

/// The command as a reader would type it.
pub(crate) fn shown(command: &Cmd<'_>) -> String {
    let text = command.to_string();
    match text.strip_prefix(&*cargo_path().to_string_lossy()) {
        Some(arguments) => format!("cargo{arguments}"),
        None => text,
    }
}

/// Where cargo keeps what it has downloaded.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

fn cargo_path() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
