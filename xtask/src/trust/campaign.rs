//! The results of the campaigns, and how they are shown.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Serialize, de::DeserializeOwned};
use xshell::Shell;

use super::{
    CAMPAIGNS, coverage, fuzz,
    long::{self, Long},
    mutants,
    record::json_files,
};
use crate::workspace::Workspace;

/// A campaign as a section of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) title: String,
    /// Markdown: what was run and what came out.
    pub(crate) text: String,
    /// What it leaves open.
    pub(crate) not_shown: Vec<String>,
}

/// The file of a campaign.
pub(crate) fn file(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.root.join(CAMPAIGNS).join(format!("{name}.json"))
}

/// What is in the file of a campaign, or nothing where there is none.
pub(crate) fn load<T: DeserializeOwned>(shell: &Shell, file: &Path) -> anyhow::Result<Option<T>> {
    if !shell.path_exists(file) {
        return Ok(None);
    }
    let text = shell.read_file(file)?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

/// Writes the file of a campaign.
pub(crate) fn save<T: Serialize>(shell: &Shell, file: &Path, campaign: &T) -> anyhow::Result<()> {
    shell.write_file(file, serde_json::to_string_pretty(campaign)? + "\n")?;
    Ok(())
}

/// All campaigns, in the order of the page.
pub(crate) fn sections(shell: &Shell, workspace: &Workspace) -> anyhow::Result<Vec<Section>> {
    let mut sections = Vec::new();
    let (mut of_tests, mut others) = (Vec::new(), Vec::new());
    for path in json_files(shell, &workspace.root.join(CAMPAIGNS))? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match name.strip_prefix(long::PREFIX) {
            Some(_) => of_tests.push(path),
            None => others.push((name, path)),
        }
    }
    if let Some(position) =
        others.iter().position(|(name, _)| ![mutants::NAME, fuzz::NAME, coverage::NAME].contains(&&**name))
    {
        bail!("{}: no campaign is called that", others[position].1.display());
    }
    for path in of_tests {
        let campaign: Long = load(shell, &path)?.context("the file was there")?;
        sections.push(campaign.section(campaign.origin.age(shell, long::PATHS)?));
    }
    sections.push(fuzz::section(shell, load(shell, &file(workspace, fuzz::NAME))?)?);
    sections.push(mutants::section(shell, load(shell, &file(workspace, mutants::NAME))?)?);
    sections.push(coverage::section(shell, load(shell, &file(workspace, coverage::NAME))?)?);
    Ok(sections)
}

/// How long something took, as a reader is told.
pub(crate) fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// A part of a whole in percent, cut after the first digit; nothing of nothing.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    match (part * 1000).checked_div(whole) {
        Some(thousandths) => format!("{}.{} %", thousandths / 10, thousandths % 10),
        None => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_parts_are_never_rounded_up() {
        assert_eq!([duration(59), duration(119), duration(3 * 3600 + 61)], ["59 s", "1 min", "3 h 1 min"]);
        assert_eq!([percent(0, 0), percent(849_999, 1_000_000), percent(3, 3)], ["-", "84.9 %", "100.0 %"]);
    }
}
