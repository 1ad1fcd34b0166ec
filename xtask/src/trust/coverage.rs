//! `cargo xtask trust coverage`: the lines that the Rust tests reach.

use std::{collections::BTreeMap, path::Path, time::Instant};

use anyhow::Context as _;
use clap::Args;
use serde::{Deserialize, Serialize};
use xshell::{Shell, cmd};

use super::{
    campaign::{self, Section, duration, percent},
    history::Origin,
    record::table,
};
use crate::{
    tools::Tool,
    workspace::{EVERYTHING, Workspace},
};

/// Of the file.
pub(crate) const NAME: &str = "coverage";

const CARGO_LLVM_COV: Tool = Tool { name: "cargo-llvm-cov", version: "0.9.1" };

/// What is measured, and by what.
const PATHS: &[&str] = &["crates", "bindings/python/src", "tests"];

/// What is measured.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the tests of these packages, to see their figures; nothing is kept
    #[arg(long, value_name = "PACKAGE")]
    package: Vec<String>,
}

/// `tests/trust/campaigns/coverage.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Campaign {
    #[serde(flatten)]
    origin: Origin,
    seconds: u64,
    crates: BTreeMap<String, Crate>,
}

/// The lines of a crate.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Crate {
    written: Lines,
    generated: Lines,
}

/// Lines with code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Lines {
    covered: u64,
    count: u64,
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let tool = CARGO_LLVM_COV.prepare(shell, workspace)?;
    prepare_llvm(shell)?;
    let origin = Origin::here(shell, PATHS)?;
    let start = Instant::now();
    let output = workspace.target.join("trust/coverage.json");
    let build = workspace.target.join("trust/coverage-build");
    let nextest = cmd!(shell, "cargo-nextest --version").quiet().ignore_stdout().ignore_stderr().run().is_ok();
    let mut command = cmd!(shell, "{tool} llvm-cov").args(nextest.then_some("nextest"));
    command = if options.package.is_empty() {
        command.args(EVERYTHING)
    } else {
        command.arg("--all-features").args(options.package.iter().flat_map(|package| ["--package", package]))
    };
    command
        .args(["--json", "--summary-only", "--output-path"])
        .arg(&output)
        .env("CARGO_TARGET_DIR", build)
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_MANIFEST_PATH")
        .run()?;
    let crates = read(&shell.read_file(&output)?, &workspace.root)?;
    let campaign = Campaign { origin, seconds: start.elapsed().as_secs(), crates };
    println!("{}", campaign.table());
    if options.package.is_empty() {
        campaign::save(shell, &campaign::file(workspace, NAME), &campaign)?;
    }
    Ok(())
}

/// Adds LLVM's programs to the toolchain, unless they are there or the variables of cargo-llvm-cov name others.
fn prepare_llvm(shell: &Shell) -> anyhow::Result<()> {
    if shell.var_os("LLVM_COV").is_some() && shell.var_os("LLVM_PROFDATA").is_some() {
        return Ok(());
    }
    let libraries = cmd!(shell, "rustc --print target-libdir").quiet().read()?;
    let program =
        Path::new(&libraries).with_file_name("bin").join(format!("llvm-profdata{}", std::env::consts::EXE_SUFFIX));
    if !shell.path_exists(program) {
        cmd!(shell, "rustup component add llvm-tools").run()?;
    }
    Ok(())
}

/// The lines of each crate, out of what cargo-llvm-cov exports.
fn read(json: &str, root: &Path) -> anyhow::Result<BTreeMap<String, Crate>> {
    #[derive(Deserialize)]
    struct Export {
        data: Vec<Data>,
    }
    #[derive(Deserialize)]
    struct Data {
        files: Vec<File>,
    }
    #[derive(Deserialize)]
    struct File {
        filename: String,
        summary: Summary,
    }
    #[derive(Deserialize)]
    struct Summary {
        lines: Lines,
    }
    let export: Export = serde_json::from_str(json).context("cannot read the export of llvm-cov")?;
    let mut crates: BTreeMap<String, Crate> = BTreeMap::new();
    for file in export.data.into_iter().flat_map(|data| data.files) {
        let path = Path::new(&file.filename);
        let parts: Vec<&str> =
            path.strip_prefix(root).unwrap_or(path).iter().filter_map(|part| part.to_str()).collect();
        let name = match parts[..] {
            ["crates", name, "src", ..] => name,
            ["bindings", "python", "src", ..] => "tenable-python",
            _ => continue,
        };
        let found = crates.entry(name.to_owned()).or_default();
        let lines = if parts.contains(&"generated") { &mut found.generated } else { &mut found.written };
        lines.covered += file.summary.lines.covered;
        lines.count += file.summary.lines.count;
    }
    Ok(crates)
}

impl Campaign {
    fn table(&self) -> String {
        let mut rows = Vec::new();
        for (name, Crate { written, generated }) in &self.crates {
            let mut row = vec![name.clone()];
            for Lines { covered, count } in [written, generated] {
                row.extend([count.to_string(), percent(*covered, *count)]);
            }
            rows.push(row);
        }
        table(&["Crate", "Lines", "Reached", "Generated lines", "Generated, reached"], &rows)
    }
}

/// The campaign as a section of the page.
pub(crate) fn section(shell: &Shell, campaign: Option<Campaign>) -> anyhow::Result<Section> {
    let mut not_shown = vec!["lines that only Python reaches count as not reached.".to_owned()];
    let text = if let Some(campaign) = campaign {
        let origin = campaign.origin.shown(campaign.origin.age(shell, PATHS)?);
        format!(
            "At {origin}, {}. Lines with code that the Rust tests reach; unit tests beside the code count as lines of it.\n\n{}",
            duration(campaign.seconds),
            campaign.table()
        )
    } else {
        not_shown.push("`cargo xtask trust coverage` was not run.".to_owned());
        "Not run.\n".to_owned()
    };
    Ok(Section { name: NAME.to_owned(), title: "Lines that the tests reach".to_owned(), text, not_shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_lines_are_counted_apart_and_tests_not_at_all() {
        let file = |name: &str, covered: u64, count: u64| {
            format!(
                r#"{{"filename": "/work/{name}", "summary": {{"lines": {{"covered": {covered}, "count": {count}, "percent": 1}}}}}}"#
            )
        };
        let files = [
            file("crates/tenable-api/src/call.rs", 3, 4),
            file("crates/tenable-api/src/client.rs", 5, 6),
            file("crates/tenable-api/src/identity_exposure/generated/users.rs", 1, 9),
            file("crates/tenable-api/tests/it/main.rs", 7, 7),
            file("bindings/python/src/lib.rs", 0, 2),
        ];
        let json = format!(r#"{{"data": [{{"files": [{}]}}]}}"#, files.join(","));
        let crates = read(&json, Path::new("/work")).unwrap();
        let api = Crate { written: Lines { covered: 8, count: 10 }, generated: Lines { covered: 1, count: 9 } };
        let python = Crate { written: Lines { covered: 0, count: 2 }, generated: Lines::default() };
        let expected = [("tenable-api".to_owned(), api), ("tenable-python".to_owned(), python)];
        assert_eq!(crates, BTreeMap::from(expected));

        let origin = Origin { commit: "abc".to_owned(), changed: false };
        let table = Campaign { origin, seconds: 1, crates }.table();
        assert!(
            table.contains("| tenable-api | 10 | 80.0 % | 9 | 11.1 % |\n| tenable-python | 2 | 0.0 % | 0 | - |"),
            "{table}"
        );
    }
}
