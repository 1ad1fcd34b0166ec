//! Formats generated files and writes them, or says how they differ from what is checked in.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

/// Writes `files` below `root` and removes generated files that are no longer made; with `check`, fails on any difference instead.
pub(crate) fn apply(root: &Path, files: &BTreeMap<PathBuf, String>, check: bool) -> Result<()> {
    let mut differences = Vec::new();
    for (path, text) in files {
        let text = if path.extension().is_some_and(|extension| extension == "rs") {
            formatted(root, text).with_context(|| path.display().to_string())?
        } else {
            text.clone()
        };
        let full = root.join(path);
        let present = fs::read_to_string(&full).unwrap_or_default().replace("\r\n", "\n");
        if present == text {
            continue;
        }
        if check {
            differences.push(difference(path, &present, &text));
        } else {
            fs::create_dir_all(full.parent().unwrap_or(root))?;
            fs::write(&full, text).with_context(|| full.display().to_string())?;
            println!("wrote {}", path.display());
        }
    }
    for path in stale(root, files)? {
        if check {
            differences.push(format!("{} is no longer generated\n", path.display()));
        } else {
            fs::remove_file(root.join(&path))?;
            println!("removed {}", path.display());
        }
    }
    if !differences.is_empty() {
        bail!(
            "{}\nthe generated files are out of date: run `cargo xtask codegen` and commit what it writes",
            differences.concat()
        );
    }
    Ok(())
}

pub(crate) fn formatted(root: &Path, text: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--quiet", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("rustfmt cannot be started; it comes with the Rust toolchain (rustup component add rustfmt)")?;
    rustfmt.stdin.take().context("rustfmt has no input")?.write_all(text.as_bytes())?;
    let output = rustfmt.wait_with_output()?;
    ensure!(output.status.success(), "rustfmt refused it: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn difference(path: &Path, present: &str, wanted: &str) -> String {
    let path = path.display();
    similar::TextDiff::from_lines(present, wanted)
        .unified_diff()
        .context_radius(2)
        .header(&format!("{path} (checked in)"), &format!("{path} (generated)"))
        .to_string()
}

/// Files in the folders of generated code that are not among those made now.
fn stale(root: &Path, files: &BTreeMap<PathBuf, String>) -> Result<Vec<PathBuf>> {
    let mut stale = Vec::new();
    let mut folders: Vec<&Path> = files.keys().filter_map(|path| path.parent()).collect();
    folders.dedup();
    for folder in folders.into_iter().filter(|folder| folder.ends_with("generated") || folder.ends_with("_generated")) {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            // Python keeps what it compiled in a folder.
            if entry.file_type()?.is_file() && !files.contains_key(&path) {
                stale.push(path);
            }
        }
    }
    Ok(stale)
}
