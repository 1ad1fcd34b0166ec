//! Which commit something was tried at, and whether that has changed since.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use xshell::{Shell, cmd};

/// What a campaign was run on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The commit, in full.
    pub(crate) commit: String,
    /// Whether there were changes to it that were not committed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) changed: bool,
}

/// What has become of an [`Origin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// What was tried is as it was.
    Current,
    /// Something of it has changed.
    Stale,
    /// The commit is not in this clone.
    Unknown,
}

impl Origin {
    /// The checkout as it is, seen at these paths.
    pub(crate) fn here(shell: &Shell, paths: &[&str]) -> anyhow::Result<Self> {
        let changes = cmd!(shell, "git status --porcelain -- {paths...}").quiet().read()?;
        Ok(Self { commit: resolve(shell, "HEAD")?, changed: !changes.is_empty() })
    }

    /// Whether these paths are as they were.
    pub(crate) fn age(&self, shell: &Shell, paths: &[&str]) -> anyhow::Result<Age> {
        let commit = &self.commit;
        let difference = cmd!(shell, "git diff --quiet {commit} -- {paths...}").quiet().ignore_status().ignore_stderr();
        Ok(match difference.output()?.status.code() {
            Some(0) if !self.changed => Age::Current,
            Some(0 | 1) => Age::Stale,
            _ => Age::Unknown,
        })
    }

    /// As a reader is told.
    pub(crate) fn shown(&self, age: Age) -> String {
        let commit = self.commit.get(..10).unwrap_or(&self.commit);
        let changed = if self.changed { " with changes that were not committed" } else { "" };
        let age = match age {
            Age::Current => "",
            Age::Stale => " (**stale**: what it tried has changed since)",
            Age::Unknown => " (a commit that this clone does not have)",
        };
        format!("`{commit}`{changed}{age}")
    }
}

/// The full name of a commit.
pub(crate) fn resolve(shell: &Shell, commit: &str) -> anyhow::Result<String> {
    let commit = format!("{commit}^{{commit}}");
    cmd!(shell, "git rev-parse --verify --quiet {commit}").quiet().read().context("a campaign needs the git history")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(shell: &Shell, text: &str) -> String {
        shell.write_file("src/lib.rs", text).unwrap();
        cmd!(shell, "git add .").quiet().run().unwrap();
        cmd!(shell, "git -c user.name=a -c user.email=a@b.example commit --quiet --message text")
            .quiet()
            .run()
            .unwrap();
        resolve(shell, "HEAD").unwrap()
    }

    #[test]
    fn what_was_tried_is_stale_once_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let shell = Shell::new().unwrap();
        shell.change_dir(folder.path());
        cmd!(shell, "git init --quiet").quiet().run().unwrap();
        committed(&shell, "one");
        let origin = Origin::here(&shell, &["src"]).unwrap();
        assert!(!origin.changed);
        shell.write_file("README.md", "not of it").unwrap();
        assert_eq!(origin.age(&shell, &["src"]).unwrap(), Age::Current);

        shell.write_file("src/lib.rs", "two").unwrap();
        assert_eq!(origin.age(&shell, &["src"]).unwrap(), Age::Stale);
        assert!(Origin::here(&shell, &["src"]).unwrap().changed);
        committed(&shell, "two");
        assert_eq!(origin.age(&shell, &["src"]).unwrap(), Age::Stale);
        committed(&shell, "one");
        assert_eq!(origin.age(&shell, &["src"]).unwrap(), Age::Current);
    }

    #[test]
    fn a_commit_of_another_clone_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let shell = Shell::new().unwrap();
        shell.change_dir(folder.path());
        cmd!(shell, "git init --quiet").quiet().run().unwrap();
        committed(&shell, "one");
        let origin = Origin { commit: "0123456789abcdef0123456789abcdef01234567".to_owned(), changed: false };
        assert_eq!(origin.age(&shell, &["src"]).unwrap(), Age::Unknown);
        assert_eq!(origin.shown(Age::Unknown), "`0123456789` (a commit that this clone does not have)");
    }
}
