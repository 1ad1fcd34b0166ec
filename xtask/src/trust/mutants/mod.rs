//! `cargo xtask trust mutants`: cargo-mutants on the hand-written code of the transport, the client and the codecs.
//!
//! Each mutant is run by itself, in a worktree of one commit and with one build folder, so that little is compiled and the run can be
//! stopped at any time. The tests of its own package come first; only a mutant that they miss meets the tests across the layers.

mod campaign;
mod sample;
mod tree;

use std::{num::NonZeroUsize, time::Instant};

use clap::Args;
use serde::{Deserialize, Serialize};
use xshell::Shell;

use self::{
    campaign::Campaign,
    sample::Shard,
    tree::{Mutant, Tree},
};
use super::{campaign as campaigns, history};
use crate::{tools::Tool, workspace::Workspace};

pub(crate) use self::campaign::section;

/// Of the file.
pub(crate) const NAME: &str = "mutants";

const CARGO_MUTANTS: Tool = Tool { name: "cargo-mutants", version: "27.1.0" };

/// Whose code is changed.
const PACKAGES: &[&str] = &["tenable-transport", "tenable-api", "tenable-model"];

/// What is not: code that is generated out of `spec/` repeats the same few lines some thousand times, and would be most of any sample.
const EXCEPT: &[&str] = &["**/generated/**"];

/// What is changed, as git knows it.
const PATHS: &[&str] = &[
    "crates/tenable-transport/src",
    "crates/tenable-api/src",
    "crates/tenable-model/src",
    ":(exclude,glob)crates/*/src/**/generated/**",
];

/// Which mutants are tried.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only one of several equal parts, such as 1/4, for several machines or processes
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    /// Draw this many mutants; all of them without it
    #[arg(long, value_name = "COUNT")]
    sample: Option<NonZeroUsize>,
    /// What the sample is drawn with
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The commit that is changed; that of a run that was stopped goes on with its results
    #[arg(long, value_name = "COMMIT", default_value = "HEAD")]
    at: String,
}

/// What came of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    /// A test failed.
    Caught,
    /// No test failed.
    Missed,
    /// It does not compile.
    Unviable,
    /// The tests did not end in time.
    Timeout,
}

/// A mutant that was tried.
#[derive(Debug, Serialize, Deserialize)]
struct Tried {
    mutant: String,
    verdict: Verdict,
    seconds: u64,
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let shard = options.shard.unwrap_or(Shard::WHOLE);
    let commit = history::resolve(shell, &options.at)?;
    let tool = CARGO_MUTANTS.prepare(shell, workspace)?;
    let folder = workspace.target.join("trust/mutants");
    let tree = Tree::prepare(shell, tool, &folder, &shard.slug(), &commit)?;
    let mutants = tree.list()?;
    let listed = mutants.len();
    let drawn = sample::draw(mutants.iter().map(|mutant| mutant.name.clone()).collect(), options.seed, options.sample);

    let results = folder.join(format!("results-{commit}"));
    let file = campaigns::file(workspace, NAME);
    let mut campaign: Campaign = campaigns::load(shell, &file)?.unwrap_or_default();
    campaign.begin(commit, options.seed, listed, &drawn);
    let todo = sample::of_shard(&drawn, shard);
    println!("{listed} mutants, {} drawn, {} in this part", drawn.len(), todo.len());
    for (index, name) in todo.iter().enumerate() {
        // What other parts found meanwhile is taken in as well.
        campaign.take_in(tried(shell, &results)?);
        if campaign.has(name) {
            continue;
        }
        println!("[{}/{}] {name}", index + 1, todo.len());
        let Some(mutant) = mutants.iter().find(|mutant| mutant.name == *name) else { continue };
        let start = Instant::now();
        let verdict = judge(&tree, &mutants, mutant)?;
        let seconds = start.elapsed().as_secs();
        println!("[{}/{}] {verdict:?} ({seconds} s)", index + 1, todo.len());
        let result = Tried { mutant: name.clone(), verdict, seconds };
        let own = results.join(format!("{:016x}.json", sample::hash(0, name)));
        shell.write_file(own, serde_json::to_string(&result)?)?;
    }
    campaign.take_in(tried(shell, &results)?);
    campaigns::save(shell, &file, &campaign)?;
    println!("{}", campaign.summary());
    Ok(())
}

/// First the mutant's own tests, then those across the layers.
fn judge(tree: &Tree<'_>, all: &[Mutant], mutant: &Mutant) -> anyhow::Result<Verdict> {
    let own = tree.try_mutant(all, mutant, &[&mutant.package])?;
    if own != Verdict::Missed {
        return Ok(own);
    }
    let mut others = vec!["tenable-tests"];
    // The client's own tests are what holds the layers below it together.
    others.extend((mutant.package != "tenable-api").then_some("tenable-api"));
    tree.try_mutant(all, mutant, &others)
}

fn tried(shell: &Shell, results: &std::path::Path) -> anyhow::Result<Vec<Tried>> {
    let files = super::record::json_files(shell, results)?;
    // One that was being written when the run was stopped is tried again.
    Ok(files.iter().filter_map(|file| serde_json::from_str(&shell.read_file(file).ok()?).ok()).collect())
}
