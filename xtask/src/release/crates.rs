//! The files that go to the registry of crates.

use std::path::{Path, PathBuf};

use anyhow::bail;
use xshell::Shell;

use super::{checksums, order};
use crate::workspace::{Workspace, cargo};

/// Packs every published crate into the folder, compiles each out of its package, and packs them once more to compare.
pub(super) fn build(shell: &Shell, workspace: &Workspace, folder: &Path, dirty: bool) -> anyhow::Result<()> {
    let crates = order::published(&workspace.packages)?;
    let names: Vec<String> =
        crates.iter().map(|package| format!("{}-{}.crate", package.name, package.version)).collect();
    let packages: Vec<&str> = crates.iter().map(|package| package.name.as_str()).collect();
    // With what the package holds and what the registry has, or will have: nothing else of the checkout.
    let first = workspace.target.join("release-crates");
    pack(shell, &packages, &first, dirty, true)?;
    let second = workspace.target.join("release-crates-again");
    pack(shell, &packages, &second, dirty, false)?;
    shell.create_dir(folder)?;
    for name in names {
        let file = package_folder(&first).join(&name);
        if checksums::of(&file)? != checksums::of(&package_folder(&second).join(&name))? {
            bail!("{name} is another file each time that it is packed");
        }
        shell.copy_file(file, folder)?;
    }
    println!("{} crates are packed, compiled out of their packages, and the same when packed again.", packages.len());
    Ok(())
}

fn pack(shell: &Shell, packages: &[&str], target: &Path, dirty: bool, compile: bool) -> anyhow::Result<()> {
    shell.remove_path(package_folder(target))?;
    cargo(shell)
        .args(["package", "--quiet", "--locked", "--target-dir"])
        .arg(target)
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .args(dirty.then_some("--allow-dirty"))
        .args((!compile).then_some("--no-verify"))
        .run()?;
    Ok(())
}

fn package_folder(target: &Path) -> PathBuf {
    target.join("package")
}
