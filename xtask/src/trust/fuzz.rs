//! `cargo xtask trust fuzz`: the targets of `tests/fuzz`, with libFuzzer.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};
use xshell::{Cmd, Shell, cmd};

use super::{
    campaign::{self, Section, duration},
    history::{Age, Origin},
    record::table,
};
use crate::{
    test::tee,
    tools::Tool,
    workspace::{Workspace, as_if_by_hand, cargo},
};

/// Of the file.
pub(crate) const NAME: &str = "fuzz";

const CARGO_FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };

/// The package of the targets, which is no member of the workspace.
const FOLDER: &str = "tests/fuzz";

/// What is tried, and by what.
const PATHS: &[&str] = &[
    "crates/tenable-model/src",
    "crates/tenable-transport/src",
    "crates/tenable-api/src",
    "crates/tenable-directory/src",
    "crates/tenable-emulator/src",
    "tests/targets",
];

/// What is fuzzed, and for how long.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The target; all of them, one after the other, without it
    target: Option<String>,
    /// How long each target is run
    #[arg(long, value_name = "MINUTES", default_value_t = 2)]
    minutes: u64,
    /// What libFuzzer draws from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// `tests/trust/campaigns/fuzz.json`, by target.
type Campaign = BTreeMap<String, Target>;

/// What was done with a target. Runs on the same code are added up.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    #[serde(flatten)]
    origin: Origin,
    /// Of each run.
    seeds: Vec<u64>,
    seconds: u64,
    executions: u64,
    /// Edges of the control flow that the inputs reach.
    edges: u64,
    /// Inputs that made it fail.
    findings: usize,
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    ensure!(options.minutes > 0, "a run takes at least a minute");
    let tool = CARGO_FUZZ.prepare(shell, workspace)?;
    let list = fuzzer(shell, &tool, "list").quiet().read()?;
    let targets: Vec<&str> = match &options.target {
        None => list.lines().collect(),
        Some(target) if list.lines().any(|name| name == target) => vec![target],
        Some(target) => bail!("there is no target {target:?}; there are:\n{list}"),
    };
    let corpora = workspace.target.join("trust/fuzz");
    cargo(shell)
        .args(["run", "--quiet", "--package", "tenable-tests", "--all-features", "--example", "fuzz_seeds", "--"])
        .arg(&corpora)
        .run()?;
    let file = campaign::file(workspace, NAME);
    for target in targets {
        let findings = workspace.target.join("trust/fuzz-findings").join(target);
        shell.create_dir(&findings)?;
        let origin = Origin::here(shell, PATHS)?;
        let figures = fuzz(shell, workspace, &tool, target, &corpora.join(target), &findings, options)?;

        // Read just before it is written: another target may have ended meanwhile.
        let mut campaign: Campaign = campaign::load(shell, &file)?.unwrap_or_default();
        let before = match campaign.remove(target) {
            Some(before) if before.origin.age(shell, PATHS)? == Age::Current && !origin.changed => Some(before),
            _ => None,
        };
        let mut now = Target {
            origin,
            seeds: vec![options.seed],
            seconds: figures.seconds,
            executions: figures.executions,
            edges: figures.edges,
            findings: shell.read_dir(&findings)?.len(),
        };
        if let Some(before) = before {
            now = now.after(before);
        }
        let open = now.findings;
        campaign.insert(target.to_owned(), now);
        campaign::save(shell, &file, &campaign)?;
        if open > 0 {
            bail!("{target} fails on {open} inputs: see {}", findings.display());
        }
    }
    Ok(())
}

/// Runs one target.
fn fuzz(
    shell: &Shell,
    workspace: &Workspace,
    tool: &Path,
    target: &str,
    corpus: &Path,
    findings: &Path,
    options: &Options,
) -> anyhow::Result<Figures> {
    let seconds = options.minutes * 60;
    let seed = options.seed;
    let build = workspace.target.join("trust/fuzz-build");
    let findings = findings.display();
    let command = fuzzer(shell, tool, "run")
        // There is no unsafe code to find; what is looked for are panics, and input that takes too much.
        .args(["--sanitizer", "none", "--target-dir"])
        .arg(build)
        .arg(target)
        .arg(corpus)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-seed={seed}"))
        .arg(format!("-artifact_prefix={findings}/"))
        .args(["-print_final_stats=1", "-timeout=20", "-rss_limit_mb=2048"]);
    println!("$ {command}");
    let (_, output) = tee(command.into())?;
    // It fails when it finds something; what it ran counts all the same.
    Figures::read(&output).with_context(|| format!("{target} was not run"))
}

/// cargo-fuzz, with a compiler that has what it needs.
fn fuzzer<'a>(shell: &'a Shell, tool: &Path, command: &str) -> Cmd<'a> {
    let nightly =
        cmd!(shell, "rustup run nightly rustc --version").quiet().ignore_stdout().ignore_stderr().run().is_ok();
    let base = as_if_by_hand(cmd!(shell, "{tool} {command} --fuzz-dir {FOLDER}")).env_remove("CARGO_TARGET_DIR");
    if nightly {
        // The cargo that this program was started with belongs to another toolchain.
        base.env_remove("CARGO").env("RUSTUP_TOOLCHAIN", "nightly")
    } else {
        base.env("RUSTC_BOOTSTRAP", "1")
    }
}

/// What libFuzzer says at its end.
#[derive(Debug, PartialEq, Eq)]
struct Figures {
    seconds: u64,
    executions: u64,
    edges: u64,
}

impl Figures {
    fn read(output: &str) -> anyhow::Result<Self> {
        let number = |text: &str| text.split_whitespace().next()?.parse().ok();
        let last = |mark: &str| output.lines().rev().find_map(|line| number(line.split_once(mark)?.1));
        let executions: u64 = last("stat::number_of_executed_units:").context("libFuzzer said no figures")?;
        // One that was ended by a finding says only how many there were in a second.
        let average = last("stat::average_exec_per_sec:").unwrap_or_default();
        let seconds = last(" runs in ").or_else(|| executions.checked_div(average)).unwrap_or_default();
        Ok(Self { seconds, executions, edges: last(" cov: ").unwrap_or_default() })
    }
}

impl Target {
    /// Adds what was done before on the same code.
    fn after(mut self, before: Self) -> Self {
        self.seconds += before.seconds;
        self.executions += before.executions;
        self.edges = self.edges.max(before.edges);
        let mut seeds = before.seeds;
        seeds.retain(|seed| !self.seeds.contains(seed));
        seeds.append(&mut self.seeds);
        Self { seeds, ..self }
    }
}

/// The campaign as a section of the page.
pub(crate) fn section(shell: &Shell, campaign: Option<Campaign>) -> anyhow::Result<Section> {
    let campaign = campaign.unwrap_or_default();
    let mut rows = Vec::new();
    for (name, target) in &campaign {
        rows.push(row(name, target, &target.origin.shown(target.origin.age(shell, PATHS)?)));
    }
    Ok(section_of(&campaign, &rows))
}

fn row(name: &str, target: &Target, origin: &str) -> Vec<String> {
    let seeds: Vec<String> = target.seeds.iter().map(u64::to_string).collect();
    vec![
        name.to_owned(),
        origin.to_owned(),
        seeds.join(", "),
        duration(target.seconds),
        target.executions.to_string(),
        target.edges.to_string(),
        target.findings.to_string(),
    ]
}

fn section_of(campaign: &Campaign, rows: &[Vec<String>]) -> Section {
    let mut not_shown = vec![
        "undefined behaviour was not looked for: the workspace forbids `unsafe`, and no sanitizer was on.".to_owned(),
    ];
    let text = if campaign.is_empty() {
        not_shown.push("`cargo xtask trust fuzz` was not run.".to_owned());
        "Not run.\n".to_owned()
    } else {
        let seconds = campaign.values().map(|target| target.seconds).sum();
        let executions: u64 = campaign.values().map(|target| target.executions).sum();
        format!(
            "libFuzzer on {} targets, {} and {executions} inputs in all, beginning with the golden documents. Inputs that it found to fail are \
             in `tests/fuzz/findings`; the tests replay them, so what they show is mended.\n\n{}",
            campaign.len(),
            duration(seconds),
            table(&["Target", "At", "Seeds", "Time", "Inputs", "Edges", "Found"], rows)
        )
    };
    Section { name: NAME.to_owned(), title: "Fuzzing".to_owned(), text, not_shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(seeds: &[u64], executions: u64, edges: u64) -> Target {
        let origin = Origin { commit: "abc".to_owned(), changed: false };
        Target { origin, seeds: seeds.to_vec(), seconds: 60, executions, edges, findings: 0 }
    }

    #[test]
    fn the_last_figures_of_libfuzzer_are_read() {
        let output = "\
#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb
#4096\tpulse  cov: 57 ft: 80 corp: 9/40b lim: 4 exec/s: 2048 rss: 40Mb
Done 9000 runs in 2 second(s)
stat::number_of_executed_units: 9000
stat::average_exec_per_sec:     4500";
        assert_eq!(Figures::read(output).unwrap(), Figures { seconds: 2, executions: 9000, edges: 57 });
        let ended = output.replace("Done 9000 runs in 2 second(s)\n", "").replace("4500", "3000");
        assert_eq!(Figures::read(&ended).unwrap().seconds, 3);
        assert!(Figures::read("error: could not compile").is_err());
    }

    #[test]
    fn runs_on_the_same_code_add_up() {
        let sum = target(&[2], 10, 7).after(target(&[1, 2], 5, 9));
        assert_eq!(sum, Target { seconds: 120, ..target(&[1, 2], 15, 9) });
    }

    #[test]
    fn the_section_sums_all_targets() {
        let campaign =
            Campaign::from([("rows".to_owned(), target(&[1], 10, 7)), ("urls".to_owned(), target(&[1], 5, 2))]);
        let rows: Vec<_> = campaign.iter().map(|(name, target)| row(name, target, "`abc`")).collect();
        let text = section_of(&campaign, &rows).text;
        assert!(text.starts_with("libFuzzer on 2 targets, 2 min and 15 inputs in all"), "{text}");
        assert!(text.contains("| rows | `abc` | 1 | 1 min | 10 | 7 | 0 |"), "{text}");
        assert_eq!(section_of(&Campaign::new(), &[]).text, "Not run.\n");
    }
}
