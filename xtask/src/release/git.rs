//! What git knows about the state of the release.

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use super::version::Version;

/// Files that differ from the last commit, as `git status` writes them.
pub(super) fn changed(shell: &Shell) -> anyhow::Result<Vec<String>> {
    let status = cmd!(shell, "git status --porcelain").quiet().read()?;
    Ok(status.lines().map(str::to_owned).collect())
}

/// Fails unless everything is committed.
pub(super) fn must_be_clean(shell: &Shell) -> anyhow::Result<()> {
    let changed = changed(shell)?;
    if !changed.is_empty() {
        bail!(
            "{} files differ from the last commit; commit them or take them away:\n{}",
            changed.len(),
            changed.join("\n")
        );
    }
    Ok(())
}

/// The last release that this commit comes after.
pub(super) fn last_release(shell: &Shell) -> anyhow::Result<Option<Version>> {
    let tags = cmd!(shell, "git tag --list v* --merged HEAD").quiet().read()?;
    Ok(newest(&tags))
}

fn newest(tags: &str) -> Option<Version> {
    tags.lines().filter_map(|tag| tag.strip_prefix('v')?.parse().ok()).max()
}

/// When the commit was made, in seconds since 1970: what is built of it says no other time.
pub(super) fn commit_time(shell: &Shell) -> anyhow::Result<String> {
    Ok(cmd!(shell, "git log -1 --format=%ct").quiet().read()?)
}

/// The commit, in short.
pub(super) fn commit(shell: &Shell) -> anyhow::Result<String> {
    cmd!(shell, "git rev-parse --short HEAD").quiet().read().context("there is no commit")
}

/// Whether this commit carries the tag.
pub(super) fn has_tag(shell: &Shell, tag: &str) -> anyhow::Result<bool> {
    let tags = cmd!(shell, "git tag --points-at HEAD").quiet().read()?;
    Ok(tags.lines().any(|line| line == tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_is_by_number_and_not_by_letter() {
        let newest = newest("v0.9.0\nv0.10.0\nvendor\nv1.0.0-rc.1\n");
        assert_eq!(newest.map(|version| version.to_string()).as_deref(), Some("0.10.0"));
        assert_eq!(super::newest(""), None);
    }
}
