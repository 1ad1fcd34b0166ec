//! The platform that something is built for.

use std::{ffi::OsString, path::PathBuf};

use anyhow::Context as _;
use xshell::{Cmd, Shell, cmd};

use crate::{
    python::Environment,
    workspace::{TERMINAL, Workspace, cargo},
};

/// A C compiler and linker for every Linux, and how cargo uses it; pinned.
const ZIG: [&str; 2] = ["cargo-zigbuild==0.24.0", "ziglang==0.17.1"];

/// The oldest C library of Linux that is built for: what the wheel says of itself, and what the linker is told.
const GLIBC: &str = "2.28";

/// A platform, by the name that the compiler has for it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) triple: String,
    /// Whether what is built can be started here.
    pub(super) here: bool,
    /// Brings what it links with; only where the platform was named, and is a Linux.
    zig: Option<Environment>,
    named: bool,
}

impl Target {
    /// The one that is named, made ready; this machine's without a name.
    pub(super) fn prepare(shell: &Shell, workspace: &Workspace, named: Option<&str>) -> anyhow::Result<Self> {
        let host = host(shell)?;
        let Some(triple) = named else {
            return Ok(Self { triple: host, here: true, zig: None, named: false });
        };
        cmd!(shell, "rustup target add {triple}").run()?;
        let zig = if triple.contains("-linux-") {
            let folder = workspace.target.join("tools/zig");
            Some(Environment::prepare_tools(shell, folder, &ZIG)?)
        } else {
            None
        };
        Ok(Self { triple: triple.to_owned(), here: runs(&host, triple), zig, named: true })
    }

    /// `cargo build --profile terminal`, or what does the same for another C library.
    pub(super) fn build<'a>(&self, shell: &'a Shell) -> Cmd<'a> {
        let command = match &self.zig {
            Some(zig) => {
                let program = zig.program("cargo-zigbuild");
                cmd!(shell, "{program} zigbuild").env("CARGO_ZIGBUILD_PYTHON_PATH", zig.program("python"))
            }
            None => cargo(shell).arg("build"),
        };
        let command = command.args(["--profile", TERMINAL, "--locked"]);
        if !self.named {
            return command;
        }
        let triple = &self.triple;
        command.arg("--target").arg(if triple.ends_with("-gnu") && self.zig.is_some() {
            format!("{triple}.{GLIBC}")
        } else {
            triple.clone()
        })
    }

    /// Where in the target folder a release is.
    pub(super) fn folder(&self) -> PathBuf {
        if self.named { PathBuf::from(&self.triple).join(TERMINAL) } else { TERMINAL.into() }
    }

    /// What maturin is told.
    pub(super) fn maturin(&self) -> (Vec<String>, Vec<(&'static str, OsString)>) {
        if !self.named {
            return (Vec::new(), Vec::new());
        }
        let mut arguments = vec!["--target".to_owned(), self.triple.clone()];
        let mut variables = Vec::new();
        if let Some(zig) = &self.zig {
            arguments.push("--zig".to_owned());
            arguments.extend(["--compatibility".to_owned(), compatibility(&self.triple)]);
            variables.push(("CARGO_ZIGBUILD_PYTHON_PATH", zig.program("python").into()));
        }
        (arguments, variables)
    }
}

/// What a wheel for a Linux says that it needs.
fn compatibility(triple: &str) -> String {
    if triple.contains("-musl") { "musllinux_1_2".to_owned() } else { format!("manylinux_{}", GLIBC.replace('.', "_")) }
}

/// Whether a machine starts what is built for a platform.
fn runs(host: &str, triple: &str) -> bool {
    // A system of Apple's on its own processors starts programs for the others as well, but the wheel's Python is not one of them.
    host == triple
}

/// The platform of this machine.
fn host(shell: &Shell) -> anyhow::Result<String> {
    let version = cmd!(shell, "rustc -vV").quiet().read()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what it runs on")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_says_the_library_that_it_was_linked_with() {
        assert_eq!(compatibility("aarch64-unknown-linux-gnu"), "manylinux_2_28");
        assert_eq!(compatibility("x86_64-unknown-linux-musl"), "musllinux_1_2");
    }

    #[test]
    fn only_what_is_built_for_this_machine_is_started() {
        assert!(runs("x86_64-unknown-linux-gnu", "x86_64-unknown-linux-gnu"));
        assert!(!runs("x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"));
    }
}
