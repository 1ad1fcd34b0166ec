//! Cargo's companions, each installed into a folder of its own below the target folder.

use std::{env::consts::EXE_SUFFIX, path::PathBuf};

use xshell::Shell;

use crate::workspace::{Workspace, cargo};

/// A program from crates.io, pinned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// The program's file; installed the first time.
    pub(crate) fn prepare(self, shell: &Shell, workspace: &Workspace) -> anyhow::Result<PathBuf> {
        self.prepare_with(shell, workspace, &[])
    }

    /// [`prepare`](Self::prepare), built with these options of `cargo install`.
    pub(crate) fn prepare_with(
        self,
        shell: &Shell,
        workspace: &Workspace,
        options: &[&str],
    ) -> anyhow::Result<PathBuf> {
        let Self { name, version } = self;
        let folder = workspace.target.join(format!("tools/{name}-{version}"));
        let program = folder.join(format!("bin/{name}{EXE_SUFFIX}"));
        if !shell.path_exists(&program) {
            println!("Installing {name} {version} into {} (some minutes, once)", folder.display());
            // Of its own: a build of the workspace need not wait for it.
            let build = folder.join("build");
            cargo(shell)
                .args(["install", "--locked", "--version", version, name])
                .args(options)
                .arg("--root")
                .arg(&folder)
                .arg("--target-dir")
                .arg(&build)
                .run()?;
            shell.remove_path(build)?;
        }
        Ok(program)
    }
}
