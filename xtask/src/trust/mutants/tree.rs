//! The worktree that is mutated, and cargo-mutants in it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use xshell::{Cmd, Shell, cmd};

use super::{EXCEPT, PACKAGES, Verdict};

/// The tests of a package take some seconds; those across the layers, a minute.
const TIMEOUT_SECONDS: &str = "300";

/// A change, as cargo-mutants lists it.
#[derive(Debug, Deserialize)]
pub(super) struct Mutant {
    /// File, line, column and what is changed.
    pub(super) name: String,
    pub(super) package: String,
    /// From the root of the workspace.
    file: String,
}

/// A checkout of one commit that nobody else works in.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    shell: &'a Shell,
    tool: PathBuf,
    folder: PathBuf,
    build: PathBuf,
    output: PathBuf,
}

impl<'a> Tree<'a> {
    /// Makes the worktree, or brings it to the commit; of each shard its own.
    pub(super) fn prepare(
        shell: &'a Shell,
        tool: PathBuf,
        folder: &Path,
        slug: &str,
        commit: &str,
    ) -> anyhow::Result<Self> {
        let [tree, build, output] = ["tree", "build", "output"].map(|name| folder.join(format!("{name}-{slug}")));
        if shell.path_exists(tree.join(".git")) {
            // A run that was stopped leaves its change behind.
            cmd!(shell, "git -C {tree} checkout --quiet --force --detach {commit}").quiet().run()?;
        } else {
            cmd!(shell, "git worktree prune").quiet().run()?;
            cmd!(shell, "git worktree add --quiet --force --detach {tree} {commit}").run()?;
        }
        shell.create_dir(&output)?;
        Ok(Self { shell, tool, folder: tree, build, output })
    }

    fn command(&self) -> Cmd<'_> {
        let Self { shell, tool, folder, build, .. } = self;
        let except = EXCEPT.iter().flat_map(|glob| ["--exclude", glob]);
        cmd!(shell, "{tool} mutants --no-config --colors never --dir {folder} {except...}")
            .env("CARGO_TARGET_DIR", build)
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("CARGO_MANIFEST_PATH")
            // Nobody debugs these.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("RUST_BACKTRACE", "0")
    }

    /// All mutants there are.
    pub(super) fn list(&self) -> anyhow::Result<Vec<Mutant>> {
        let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
        let json = self.command().args(["--list", "--json"]).args(packages).quiet().read()?;
        serde_json::from_str(&json).context("cannot read the list of mutants")
    }

    /// Whether the tests of these packages catch the mutant.
    pub(super) fn try_mutant(&self, mutant: &Mutant, tests: &[&str]) -> anyhow::Result<Verdict> {
        #[derive(Debug, Deserialize)]
        struct Outcomes {
            caught: usize,
            missed: usize,
            timeout: usize,
            unviable: usize,
        }
        let output = &self.output;
        let only_it = format!("^{}$", literal(&mutant.name));
        let nextest = cmd!(self.shell, "cargo-nextest --version").quiet().ignore_stdout().ignore_stderr().run().is_ok();
        let results = output.join("mutants.out");
        // That of the mutant before says nothing of this one.
        self.shell.remove_path(&results)?;
        let ended = self
            .command()
            .args(["--in-place", "--baseline", "skip", "--all-features", "--timeout", TIMEOUT_SECONDS])
            .args(["--test-tool", if nextest { "nextest" } else { "cargo" }])
            .args(["--file", &mutant.file, "--re", &only_it])
            .args(["--test-package", &tests.join(",")])
            .arg("--output")
            .arg(output)
            .quiet()
            .ignore_status()
            .output()?;
        let text = self
            .shell
            .read_file(results.join("outcomes.json"))
            .with_context(|| String::from_utf8_lossy(&ended.stderr).into_owned())?;
        match serde_json::from_str(&text)? {
            Outcomes { caught: 1, .. } => Ok(Verdict::Caught),
            Outcomes { missed: 1, .. } => Ok(Verdict::Missed),
            Outcomes { timeout: 1, .. } => Ok(Verdict::Timeout),
            Outcomes { unviable: 1, .. } => Ok(Verdict::Unviable),
            outcomes => bail!("cargo-mutants did not try {:?}: {outcomes:?}; see {}", mutant.name, output.display()),
        }
    }
}

/// A regular expression of this text and nothing else.
fn literal(text: &str) -> String {
    let mut expression = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if character.is_ascii_punctuation() && !matches!(character, '<' | '>' | '_' | '/' | ':' | '"' | '\'' | ',') {
            expression.push('\\');
        }
        expression.push(character);
    }
    expression
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_escaped_for_the_expression() {
        assert_eq!(
            literal("a/b.rs:1:5: replace <impl A for B>::f(x) -> Vec<u8> with vec![] || 1"),
            r"a/b\.rs:1:5: replace <impl A for B>::f\(x\) \-> Vec<u8> with vec\!\[\] \|\| 1"
        );
    }
}
