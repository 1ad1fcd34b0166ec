//! The program `tenable` as an archive, with what shells and `man` need to know of it.

use std::{
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
};

use anyhow::{bail, ensure};
use xshell::{Shell, cmd};

use super::{checksums, current, target::Target};
use crate::{python::Environment, workspace::Workspace};

/// Packs a folder so that the same files make the same archive.
const PACK: &str = "xtask/src/release/archive.py";

/// Whose completion scripts are made, and what their files are called by those shells.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "tenable.bash"),
    ("zsh", "_tenable"),
    ("fish", "tenable.fish"),
    ("powershell", "_tenable.ps1"),
    ("elvish", "tenable.elv"),
];

/// What stands beside the program.
const DOCUMENTS: [&str; 4] = ["crates/tenable-cli/README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

pub(super) struct Options<'a> {
    /// In seconds since 1970; of all files in it.
    pub(super) time: &'a str,
    /// What the compiler is told.
    pub(super) flags: &'a str,
    /// Whether it is built a second time, elsewhere, to compare.
    pub(super) twice: bool,
}

/// Builds the program and packs it into the folder.
pub(super) fn build(
    shell: &Shell,
    workspace: &Workspace,
    environment: &Environment,
    target: &Target,
    folder: &Path,
    options: &Options<'_>,
) -> anyhow::Result<()> {
    let program = program(shell, target, options, &workspace.target.join("release-program"))?;
    if options.twice {
        let again = self::program(shell, target, options, &workspace.target.join("release-program-again"))?;
        let sums = [checksums::of(&program)?, checksums::of(&again)?];
        if sums[0] != sums[1] {
            bail!(
                "the program is another one when it is built in another folder: {} and {}",
                program.display(),
                again.display()
            );
        }
        println!("The program is the same when it is built in another folder.");
    }
    let version = current(workspace)?;
    let name = format!("tenable-{version}-{}", target.triple);
    let content = workspace.target.join("release-archive").join(&name);
    shell.remove_path(&content)?;
    shell.create_dir(&content)?;
    for file in DOCUMENTS {
        shell.copy_file(file, &content)?;
    }
    shell.copy_file(&program, &content)?;
    // What the program says of itself is the same on every platform. Where it cannot be started, one for this machine says it.
    let speaker = if target.here { program } else { speaker(shell, workspace)? };
    let said = cmd!(shell, "{speaker} --version").quiet().read()?;
    ensure!(said == format!("tenable {version}"), "the program says that it is {said:?}");
    let completions = content.join("completions");
    for (shell_name, file) in COMPLETIONS {
        let script = cmd!(shell, "{speaker} completion {shell_name}").quiet().read()?;
        shell.write_file(completions.join(file), format!("{script}\n"))?;
    }
    let pages = content.join("man/man1");
    cmd!(shell, "{speaker} man {pages}").quiet().run()?;
    if target.here {
        // The emulator, the client and the tasks, in one go.
        cmd!(shell, "{speaker} --emulator ie users list --output ndjson").quiet().ignore_stdout().run()?;
    }
    shell.create_dir(folder)?;
    let kind = if target.triple.contains("windows") { "zip" } else { "tar.gz" };
    let archive = folder.join(format!("{name}.{kind}"));
    let again = content.with_extension("again");
    for file in [&archive, &again] {
        environment
            .python(shell)
            .arg(PACK)
            .args([content.as_path(), file.as_path()])
            .args([kind, options.time])
            .run()?;
    }
    ensure!(checksums::of(&archive)? == checksums::of(&again)?, "{name} is another file each time that it is packed");
    shell.remove_path(again)?;
    println!("{}: {} files", archive.display(), checksums::files(&content)?.len());
    Ok(())
}

/// Builds the program in this target folder.
fn program(shell: &Shell, target: &Target, options: &Options<'_>, folder: &Path) -> anyhow::Result<PathBuf> {
    target
        .build(shell)
        .args(["--quiet", "--package", "tenable-cli", "--bin", "tenable", "--target-dir"])
        .arg(folder)
        .env("CARGO_ENCODED_RUSTFLAGS", options.flags)
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
        .run()?;
    let suffix = if target.triple.contains("windows") { ".exe" } else { "" };
    Ok(folder.join(target.folder()).join(format!("tenable{suffix}")))
}

/// The program for this machine, quickly built.
fn speaker(shell: &Shell, workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.target.join("release-speaker");
    crate::workspace::cargo(shell)
        .args(["build", "--quiet", "--locked", "--package", "tenable-cli", "--bin", "tenable", "--target-dir"])
        .arg(&folder)
        .run()?;
    Ok(folder.join("debug").join(format!("tenable{EXE_SUFFIX}")))
}
