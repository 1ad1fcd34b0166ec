//! `cargo xtask release notes`.

use xshell::Shell;

use super::{changelog, current, fragments, version::Version};
use crate::workspace::Workspace;

pub(super) fn run(shell: &Shell, workspace: &Workspace, version: Option<Version>) -> anyhow::Result<()> {
    println!("{}", text(shell, workspace, version)?);
    Ok(())
}

/// What the changelog says, or will say.
fn text(shell: &Shell, workspace: &Workspace, version: Option<Version>) -> anyhow::Result<String> {
    let changelog = shell.read_file(changelog::FILE)?;
    match version {
        Some(version) => Ok(changelog::notes(&changelog, version)?.to_owned()),
        None => match changelog::section(&changelog, current(workspace)?) {
            Some(section) => Ok(section.to_owned()),
            None => Ok(fragments::assembled(&fragments::load(shell)?).trim_end().to_owned()),
        },
    }
}
