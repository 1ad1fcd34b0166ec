//! `cargo xtask release gather FOLDER`: what several machines built becomes one folder of what is published.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use xshell::Shell;

use super::{DIST, checksums};
use crate::workspace::Workspace;

/// Each folder in `folder` is what a machine left in its `dist`, with its sums.
pub(super) fn run(shell: &Shell, workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let dist = workspace.target.join(DIST);
    shell.remove_path(&dist)?;
    gather(shell, folder, &dist)?;
    let sums = checksums::of_folder(&dist)?;
    shell.write_file(dist.join(checksums::FILE), &sums)?;
    println!("{sums}");
    Ok(())
}

fn gather(shell: &Shell, folder: &Path, dist: &Path) -> anyhow::Result<()> {
    let mut machines: Vec<PathBuf> = shell.read_dir(folder)?;
    ensure!(!machines.is_empty(), "{} is empty", folder.display());
    // The source distribution is that of a Linux: elsewhere its files may have other modes.
    machines.sort_by_key(|machine| !machine.to_string_lossy().contains("-linux-gnu"));
    for machine in machines {
        let sums = shell.read_file(machine.join(checksums::FILE)).context("a machine left no sums")?;
        ensure!(
            sums == checksums::of_folder(&machine)?,
            "{} is not what was built: its sums differ",
            machine.display()
        );
        for file in checksums::files(&machine)? {
            let name = file.strip_prefix(&machine)?;
            let place = dist.join(name);
            if name == Path::new(checksums::FILE) {
                continue;
            }
            if place.exists() {
                let same = checksums::of(&file)? == checksums::of(&place)?;
                if !same && !is_source(name) {
                    bail!("{} was built twice and is not the same", name.display());
                }
                continue;
            }
            shell.create_dir(place.parent().unwrap_or(dist))?;
            shell.copy_file(&file, &place)?;
        }
    }
    Ok(())
}

fn is_source(name: &Path) -> bool {
    name.starts_with("python") && name.extension().is_some_and(|extension| extension == "gz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_become_one_and_the_source_is_that_of_linux() {
        let shell = Shell::new().unwrap();
        let root = tempfile::tempdir().unwrap();
        let write = |machine: &str, name: &str, text: &str| {
            shell.write_file(root.path().join("in").join(machine).join(name), text).unwrap();
        };
        let seal = |machine: &str| {
            let folder = root.path().join("in").join(machine);
            let sums = checksums::of_folder(&folder).unwrap();
            shell.write_file(folder.join(checksums::FILE), sums).unwrap();
        };
        write("build-aarch64-apple-darwin", "python/a.tar.gz", "mac");
        write("build-aarch64-apple-darwin", "python/mac.whl", "wheel");
        write("build-x86_64-unknown-linux-gnu", "python/a.tar.gz", "linux");
        seal("build-aarch64-apple-darwin");
        seal("build-x86_64-unknown-linux-gnu");
        let dist = root.path().join("dist");
        gather(&shell, &root.path().join("in"), &dist).unwrap();
        assert_eq!(shell.read_file(dist.join("python/a.tar.gz")).unwrap(), "linux");
        assert_eq!(shell.read_file(dist.join("python/mac.whl")).unwrap(), "wheel");

        write("crates", "python/mac.whl", "another");
        seal("crates");
        let error = gather(&shell, &root.path().join("in"), &dist).unwrap_err().to_string();
        assert!(error.contains("mac.whl was built twice"), "{error}");

        write("build-aarch64-apple-darwin", "python/mac.whl", "changed on the way");
        let error = gather(&shell, &root.path().join("in"), &dist).unwrap_err().to_string();
        assert!(error.contains("its sums differ"), "{error}");
    }
}
