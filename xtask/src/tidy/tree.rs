//! The files of the checkout, in memory.

use std::{collections::BTreeMap, fs, path::Path};

use xshell::{Shell, cmd};

use crate::workspace::Workspace;

/// The files that git keeps or would keep, by their path from the root with `/` on every system.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Without a text: a file that is no text.
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// As they are now, committed or not.
    pub(crate) fn of_checkout(shell: &Shell, workspace: &Workspace) -> anyhow::Result<Self> {
        let list = cmd!(shell, "git ls-files -z --cached --others --exclude-standard").quiet().read()?;
        let mut files = BTreeMap::new();
        for path in list.split('\0').filter(|path| !path.is_empty()) {
            // One that was removed and not committed yet is gone.
            if let Ok(bytes) = fs::read(workspace.root.join(path)) {
                files.insert(path.to_owned(), String::from_utf8(bytes).ok());
            }
        }
        Ok(Self { files })
    }

    /// For tests of rules.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether this is a file, or a folder with files in it.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        path.is_empty() || self.files.contains_key(path) || self.below(&folder).next().is_some()
    }

    /// The paths that begin so.
    pub(crate) fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.files
            .range(prefix.to_owned()..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| path.starts_with(prefix))
    }

    /// The text of a file; empty if it is not there.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(path).and_then(Option::as_deref).unwrap_or_default()
    }

    /// All files that are text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }
}

/// Whether the path ends in this extension.
pub(crate) fn is_kind(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_there_as_well() {
        let tree = Tree::of(&[("docs/a.md", ""), ("docs-old.md", "")]);
        assert!(tree.has("docs") && tree.has("docs/") && tree.has("docs/a.md") && tree.has(""));
        assert!(!tree.has("doc") && !tree.has("docs/a"));
    }
}
