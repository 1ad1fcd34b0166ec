//! The files that go to the registry of crates.

use std::path::{Path, PathBuf};

use anyhow::bail;
use xshell::Shell;

use super::{checksums, order};
use crate::workspace::{Package, Workspace, cargo, cargo_home};

/// Packs every published crate into the folder, compiles each out of its package, and packs them once more to compare.
pub(super) fn build(shell: &Shell, workspace: &Workspace, folder: &Path, dirty: bool) -> anyhow::Result<()> {
    let crates = order::published(&workspace.packages)?;
    let names: Vec<String> =
        crates.iter().map(|package| format!("{}-{}.crate", package.name, package.version)).collect();
    let packages: Vec<&str> = crates.iter().map(|package| package.name.as_str()).collect();
    // With what the package holds and what the registry has, or will have: nothing else of the checkout.
    let first = workspace.target.join("release-crates");
    // A version in a registry never changes, so cargo would take what an earlier run has unpacked and compiled of this one.
    shell.remove_path(&first)?;
    forget_unpacked(shell, &crates)?;
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

/// Removes what was unpacked of the registry that cargo makes of packages which are not published yet; its name begins with a hyphen, as
/// it has no host.
fn forget_unpacked(shell: &Shell, crates: &[&Package]) -> anyhow::Result<()> {
    let Some(sources) = cargo_home().map(|home| home.join("registry/src")).filter(|folder| folder.is_dir()) else {
        return Ok(());
    };
    let registries = shell.read_dir(sources)?;
    let local = |folder: &&PathBuf| folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with('-'));
    for registry in registries.iter().filter(local) {
        for package in crates {
            shell.remove_path(registry.join(format!("{}-{}", package.name, package.version)))?;
        }
    }
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
