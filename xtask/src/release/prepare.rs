//! `cargo xtask release prepare VERSION`: writes what a release changes in the files, and leaves the commit to whoever reads it.

use anyhow::ensure;
use xshell::{Shell, cmd};

use super::{api, changelog, current, fragments, git, plan, version::Version};
use crate::{
    codegen,
    tidy::{self, pins},
    workspace::{Workspace, cargo},
};

const MANIFEST: &str = "Cargo.toml";

pub(super) fn run(shell: &Shell, workspace: &Workspace, version: Version) -> anyhow::Result<()> {
    // Everything that may refuse comes first: nothing is written by half.
    git::must_be_clean(shell)?;
    let before = current(workspace)?;
    let last = git::last_release(shell)?;
    let fragments = fragments::load(shell)?;
    ensure!(!fragments.is_empty(), "there is nothing to release: no fragment in {}", fragments::FOLDER);
    let lowest = plan::least(before, last, &fragments);
    ensure!(version >= lowest, "{version} is too little for these changes; {lowest} or later is not");
    ensure!(version >= before, "the packages are at {before} already");
    let changelog = changelog::with_release(
        &shell.read_file(changelog::FILE)?,
        version,
        // Of today, in UTC.
        &jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        &fragments::assembled(&fragments),
    )?;
    let manifest = with_version(&shell.read_file(MANIFEST)?, before, version)?;
    codegen::run(&workspace.root, true)?;
    tidy::run(shell, workspace)?;
    api::check(shell, workspace, Some(version))?;

    shell.write_file(MANIFEST, manifest)?;
    // Only our own packages change in the lock file.
    cargo(shell).args(["update", "--quiet", "--workspace", "--offline"]).run()?;
    let documents = cmd!(shell, "git ls-files *.md").quiet().read()?;
    for document in documents.lines().filter(|path| *path != changelog::FILE && !path.starts_with(fragments::FOLDER)) {
        let text = shell.read_file(document)?;
        let pinned = pins::pinned(&text, &version.to_string());
        if pinned != text {
            shell.write_file(document, pinned)?;
        }
    }
    shell.write_file(changelog::FILE, changelog)?;
    for fragment in &fragments {
        shell.remove_path(&fragment.file)?;
    }
    cmd!(shell, "git status --short").run()?;
    println!(
        "\nRead `git diff`. Then:\n  git commit --all --message 'Release {version}'\n  cargo xtask release verify\n  \
         git tag --sign {tag} --message 'Release {version}'",
        tag = version.tag()
    );
    Ok(())
}

/// The manifest of the workspace with another version: its own, and those that its packages ask of each other.
fn with_version(manifest: &str, before: Version, version: Version) -> anyhow::Result<String> {
    let own = format!("\nversion = \"{before}\"\n");
    ensure!(manifest.matches(&own).count() == 1, "{MANIFEST} does not say `version = \"{before}\"` once");
    let mut text = manifest.replacen(&own, &format!("\nversion = \"{version}\"\n"), 1);
    let asked = format!("version = \"{before}\"");
    let lines: Vec<String> = text
        .split_inclusive('\n')
        .map(|line| {
            let ours = line.starts_with("tenable-") && line.contains("path = ");
            if ours { line.replace(&asked, &format!("version = \"{version}\"")) } else { line.to_owned() }
        })
        .collect();
    text = lines.concat();
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_versions_of_our_own_move_and_no_other() {
        let manifest = "[workspace.package]\nversion = \"0.1.0\"\n\n[workspace.dependencies]\n\
            tenable-model = { path = \"crates/tenable-model\", version = \"0.1.0\" }\nother = { version = \"0.1.0\" }\n";
        let version = |text: &str| text.parse::<Version>().unwrap();
        let text = with_version(manifest, version("0.1.0"), version("0.2.0")).unwrap();
        assert_eq!(
            text,
            "[workspace.package]\nversion = \"0.2.0\"\n\n[workspace.dependencies]\n\
             tenable-model = { path = \"crates/tenable-model\", version = \"0.2.0\" }\nother = { version = \"0.1.0\" }\n"
        );
        assert!(with_version(manifest, version("0.1.1"), version("0.2.0")).is_err());
    }
}
