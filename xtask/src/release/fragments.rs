//! Fragments of the changelog: one file for each change, written with the change.

use std::fmt::Write as _;

use anyhow::{Context as _, bail, ensure};
use xshell::Shell;

/// Where they are.
pub(crate) const FOLDER: &str = "changes";

/// What a change is to whoever reads of it. In the order of the changelog, what asks most of the reader first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Breaking,
    Removed,
    Added,
    Changed,
    Deprecated,
    Fixed,
    Security,
}

impl Section {
    const ALL: [Self; 7] =
        [Self::Breaking, Self::Removed, Self::Added, Self::Changed, Self::Deprecated, Self::Fixed, Self::Security];

    /// In the name of a file.
    fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Removed => "removed",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Deprecated => "deprecated",
            Self::Fixed => "fixed",
            Self::Security => "security",
        }
    }

    fn title(self) -> String {
        let word = self.word();
        word[..1].to_uppercase() + &word[1..]
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// From the root of the workspace.
    pub(crate) file: String,
    pub(crate) section: Section,
    text: String,
}

impl Fragment {
    /// `NAME.SECTION.md`, and the entry as a paragraph.
    fn read(name: &str, text: &str) -> anyhow::Result<Self> {
        let section = name.strip_suffix(".md").and_then(|stem| stem.rsplit_once('.'));
        let section = section
            .filter(|(stem, _)| !stem.is_empty())
            .and_then(|(_, word)| Section::ALL.into_iter().find(|section| section.word() == word));
        let words = Section::ALL.map(Section::word).join(", ");
        let section = section.with_context(|| format!("its name is not NAME.SECTION.md with one of {words}"))?;
        let text = text.trim();
        ensure!(!text.is_empty(), "it says nothing");
        ensure!(!text.starts_with(['*', '-', '#']), "it is one entry: a paragraph without a mark before it");
        ensure!(text.ends_with('.'), "it does not end a sentence");
        Ok(Self { file: format!("{FOLDER}/{name}"), section, text: text.to_owned() })
    }
}

#[cfg(test)]
impl Fragment {
    pub(super) fn of_test(section: Section) -> Self {
        Self { file: format!("{FOLDER}/a.{}.md", section.word()), section, text: "A.".to_owned() }
    }
}

/// All of them, in the order of their names.
pub(crate) fn load(shell: &Shell) -> anyhow::Result<Vec<Fragment>> {
    let mut fragments = Vec::new();
    let mut problems = Vec::new();
    // Sorted by the shell.
    for path in shell.read_dir(FOLDER)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "README.md" {
            continue;
        }
        match Fragment::read(&name, &shell.read_file(&path)?) {
            Ok(fragment) => fragments.push(fragment),
            Err(error) => problems.push(format!("{FOLDER}/{name}: {error}")),
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(fragments)
}

/// The changes as the changelog has them, without the heading of the release.
pub(crate) fn assembled(fragments: &[Fragment]) -> String {
    let mut text = String::new();
    for section in Section::ALL {
        let mut entries = fragments.iter().filter(|fragment| fragment.section == section).peekable();
        if entries.peek().is_none() {
            continue;
        }
        let _infallible = write!(text, "### {}\n\n", section.title());
        for entry in entries {
            // What goes over more lines is indented below its mark.
            let _infallible = writeln!(text, "* {}", entry.text.replace('\n', "\n  ").replace("\n  \n", "\n\n"));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_the_section_and_the_text_is_one_entry() {
        let fragment = Fragment::read("roles.by-name.added.md", "Roles by name.\n").unwrap();
        assert_eq!((fragment.section, fragment.file.as_str()), (Section::Added, "changes/roles.by-name.added.md"));
        for (name, text) in [
            ("roles.md", "Roles."),
            ("roles.new.md", "Roles."),
            (".added.md", "Roles."),
            ("roles.added.txt", "Roles."),
            ("roles.added.md", " \n"),
            ("roles.added.md", "* Roles."),
            ("roles.added.md", "Roles"),
        ] {
            assert!(Fragment::read(name, text).is_err(), "{name}: {text:?}");
        }
    }

    #[test]
    fn sections_come_in_the_order_of_what_they_ask() {
        let read = |name: &str, text: &str| Fragment::read(name, text).unwrap();
        let text = assembled(&[
            read("a.fixed.md", "A."),
            read("b.breaking.md", "B goes over\ntwo lines.\n\nAnd on."),
            read("c.fixed.md", "C."),
        ]);
        assert_eq!(text, "### Breaking\n\n* B goes over\n  two lines.\n\n  And on.\n\n### Fixed\n\n* A.\n* C.\n\n");
    }
}
