//! `cargo xtask walls`: dependencies between the layers only go the agreed way.
//!
//! [`rules`] is the table; [`check`] compares it with the workspace.

use anyhow::bail;
use xshell::Shell;

use self::{
    check::{Breach, Reached},
    rules::{Features, REACHES, Reach},
};
use crate::workspace::{Workspace, cargo};

mod check;
mod rules;

/// Fails with one line for each dependency that the table does not allow.
pub(crate) fn run(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    let mut breaches = check::declared(&workspace.packages, rules::LAYERS, rules::RESERVED);
    for reach in REACHES {
        if workspace.packages.iter().any(|package| package.name == reach.package) {
            breaches.extend(check::reached(reach, &tree(shell, reach)?));
        }
    }
    for Breach { package, message } in &breaches {
        let manifest = workspace.packages.iter().find(|candidate| candidate.name == *package).map_or_else(
            || "Cargo.toml".into(),
            |package| workspace.relative(&package.manifest_path).display().to_string(),
        );
        println!("{manifest}: {message}");
    }
    if !breaches.is_empty() {
        bail!("{} dependencies break the rules of xtask/src/walls/rules.rs", breaches.len());
    }
    println!("The layer walls hold: {} packages, {} searches.", workspace.packages.len(), REACHES.len());
    Ok(())
}

/// Everything that the package links as a normal dependency on this machine.
fn tree(shell: &Shell, reach: &Reach) -> anyhow::Result<Vec<Reached>> {
    let features: &[&str] = match reach.features {
        Features::Default => &[],
        Features::None => &["--no-default-features"],
        Features::All => &["--all-features"],
    };
    let text = cargo(shell)
        .args(["tree", "--package", reach.package, "--edges", "normal", "--prefix", "depth", "--format", "|{p}|{f}"])
        .args(features)
        .quiet()
        .read()?;
    check::parse_tree(&text)
}
