//! The worktree that is mutated, and cargo-mutants in it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
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

    /// Whether the tests of these packages catch the mutant, one of all those that [`list`](Self::list) gave.
    pub(super) fn try_mutant(&self, all: &[Mutant], mutant: &Mutant, tests: &[&str]) -> anyhow::Result<Verdict> {
        let output = &self.output;
        let (position, count) = within_file(all, mutant);
        let nextest = cmd!(self.shell, "cargo-nextest --version").quiet().ignore_stdout().ignore_stderr().run().is_ok();
        let results = output.join("mutants.out");
        // That of the mutant before says nothing of this one.
        self.shell.remove_path(&results)?;
        let ended = self
            .command()
            .args(["--in-place", "--baseline", "skip", "--all-features", "--timeout", TIMEOUT_SECONDS])
            .args(["--test-tool", if nextest { "nextest" } else { "cargo" }])
            // By its place, because its filter by name lets some kinds of mutants pass whatever they are called.
            .args(["--file", &mutant.file, "--shard", &format!("{position}/{count}")])
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
        verdict(&text, &mutant.name)
    }
}

/// The place of a mutant among those of its file, and how many these are.
fn within_file(all: &[Mutant], mutant: &Mutant) -> (usize, usize) {
    let of_file: Vec<&Mutant> = all.iter().filter(|other| other.file == mutant.file).collect();
    (of_file.iter().position(|other| other.name == mutant.name).unwrap_or_default(), of_file.len())
}

/// What `outcomes.json` says of the one mutant that was tried.
fn verdict(outcomes: &str, name: &str) -> anyhow::Result<Verdict> {
    #[derive(Deserialize)]
    struct Outcomes {
        outcomes: Vec<Outcome>,
    }
    #[derive(Deserialize)]
    struct Outcome {
        scenario: Scenario,
        summary: String,
    }
    #[derive(Deserialize)]
    enum Scenario {
        Mutant { name: String },
    }
    let Outcomes { outcomes } = serde_json::from_str(outcomes)?;
    let [Outcome { scenario: Scenario::Mutant { name: tried }, summary }] = &outcomes[..] else {
        bail!("cargo-mutants tried {} mutants instead of {name:?}", outcomes.len());
    };
    ensure!(tried == name, "cargo-mutants tried {tried:?} instead of {name:?}");
    match &**summary {
        "CaughtMutant" => Ok(Verdict::Caught),
        "MissedMutant" => Ok(Verdict::Missed),
        "Timeout" => Ok(Verdict::Timeout),
        "Unviable" => Ok(Verdict::Unviable),
        other => bail!("cargo-mutants says {other:?} of {name:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(file: &str, name: &str) -> Mutant {
        Mutant { name: name.to_owned(), package: "p".to_owned(), file: file.to_owned() }
    }

    #[test]
    fn a_mutant_is_found_by_its_place_in_its_file() {
        let all = [mutant("a.rs", "a1"), mutant("b.rs", "b1"), mutant("a.rs", "a2"), mutant("b.rs", "b2")];
        assert_eq!(within_file(&all, &all[0]), (0, 2));
        assert_eq!(within_file(&all, &all[3]), (1, 2));
    }

    #[test]
    fn only_what_was_said_of_the_mutant_counts() {
        let outcome = |name: &str, summary: &str| {
            format!(r#"{{"scenario": {{"Mutant": {{"name": "{name}"}}}}, "summary": "{summary}"}}"#)
        };
        let text = |outcomes: &[String]| format!(r#"{{"outcomes": [{}], "caught": 9}}"#, outcomes.join(","));
        assert_eq!(verdict(&text(&[outcome("m", "MissedMutant")]), "m").unwrap(), Verdict::Missed);
        assert_eq!(verdict(&text(&[outcome("m", "CaughtMutant")]), "m").unwrap(), Verdict::Caught);
        assert!(verdict(&text(&[outcome("n", "CaughtMutant")]), "m").is_err());
        assert!(verdict(&text(&[]), "m").is_err());
        assert!(verdict(&text(&[outcome("m", "CaughtMutant"), outcome("n", "CaughtMutant")]), "m").is_err());
        assert!(verdict(&text(&[outcome("m", "Failure")]), "m").is_err());
    }
}
