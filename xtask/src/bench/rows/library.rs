//! What the libraries cost whoever builds and ships them.

use std::{collections::BTreeSet, time::Instant};

use xshell::cmd;

use super::super::{
    outcome::{Outcome, Outcomes},
    stage::Stage,
    statistics::Figure,
};
use crate::workspace::cargo;

pub(super) fn build(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let mut seconds = Vec::new();
    for _ in 0..stage.pick(3, 1) {
        let folder = stage.shell.create_temp_dir()?;
        let build =
            cargo(stage.shell).args(["build", "--quiet", "--offline", "--jobs", "2", "--package", "tenable-model"]);
        let build = build.arg("--target-dir").arg(folder.path());
        let start = Instant::now();
        build.quiet().run()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(vec![("build-model", Outcome::measured(Figure::of(&seconds)?, format!("{} builds", seconds.len())))])
}

pub(super) fn crates(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let count = |package: &str, features: &[&str]| -> anyhow::Result<Outcome> {
        let tree = cargo(stage.shell).args(["tree", "--offline", "--package", package, "--edges", "normal"]);
        let text = tree.args(["--prefix", "none"]).args(features).quiet().read()?;
        let crates = distinct(&text);
        #[expect(clippy::cast_precision_loss, reason = "a tree has some dozens of crates")]
        Ok(Outcome::measured(Figure::exact(crates.len() as f64), String::new()))
    };
    Ok(vec![
        ("crates-model", count("tenable-model", &[])?),
        ("crates-api", count("tenable-api", &["--no-default-features"])?),
        ("crates-api-transport", count("tenable-api", &[])?),
    ])
}

/// The crates that a tree names, each version once.
fn distinct(tree: &str) -> BTreeSet<String> {
    let named = tree.lines().filter(|line| !line.is_empty());
    named.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

pub(super) fn sizes(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let megabytes = |bytes: u64| {
        #[expect(clippy::cast_precision_loss, reason = "a file is far smaller than what a float counts")]
        Outcome::measured(Figure::exact(bytes as f64 / 1e6), format!("{bytes} bytes"))
    };
    let wheel = megabytes(stage.wheel()?.metadata()?.len());
    let terminal = if stage.has("strip") {
        let folder = stage.shell.create_temp_dir()?;
        let (program, stripped) = (stage.terminal()?, folder.path().join("tenable"));
        cmd!(stage.shell, "strip -o {stripped} {program}").quiet().run()?;
        megabytes(stripped.metadata()?.len())
    } else {
        Outcome::not_installed("strip")
    };
    Ok(vec![("size-wheel", wheel), ("size-terminal", terminal)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_with_each_version() {
        let tree = "tenable-model v0.1.0 (/folder)\nserde v1.0.1\nserde_derive v1.0.1 (proc-macro)\nsyn v2.0.1\n\nserde v1.0.1 (*)\nsyn v1.0.9\n";
        assert_eq!(distinct(tree).len(), 5);
    }
}
