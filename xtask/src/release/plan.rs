//! `cargo xtask release plan`.

use xshell::Shell;

use super::{current, fragments, fragments::Fragment, git, order, version::Version};
use crate::workspace::Workspace;

pub(super) fn run(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    let fragments = fragments::load(shell)?;
    let last = git::last_release(shell)?;
    let version = current(workspace)?;
    match last {
        Some(last) => println!("Last release: {last}. The packages are at {version}."),
        None => println!("Nothing has been released yet. The packages are at {version}."),
    }
    println!("\n{} changes since:", fragments.len());
    for Fragment { file, section, .. } in &fragments {
        println!("  {section:?}: {file}");
    }
    let crates = order::published(&workspace.packages)?;
    println!("\nPublished, in this order:");
    for package in crates {
        println!("  crate {}", package.name);
    }
    println!("  wheel and source distribution tenable-api");
    println!("  the program tenable, for each platform");
    let changed = git::changed(shell)?;
    if !changed.is_empty() {
        println!("\nIn the way: {} files are not committed.", changed.len());
    }
    println!("\n{}", advice(version, last, &fragments));
    Ok(())
}

/// What to do next.
fn advice(version: Version, last: Option<Version>, fragments: &[Fragment]) -> String {
    if fragments.is_empty() {
        return match last {
            Some(last) if last == version => "There is nothing to release.".to_owned(),
            _ => format!("{version} is prepared: `cargo xtask release verify`, then tag it {}.", version.tag()),
        };
    }
    let next = least(version, last, fragments);
    format!("Next: `cargo xtask release prepare {next}`, or a later version.")
}

/// The first version that these changes may have.
pub(super) fn least(version: Version, last: Option<Version>, fragments: &[Fragment]) -> Version {
    // What nobody has can be changed as one likes.
    last.map_or(version, |last| last.after(fragments.iter().map(|fragment| fragment.section)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::fragments::Section;

    #[test]
    fn what_comes_next_follows_from_the_last_release_and_the_changes() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        let added = [Fragment::of_test(Section::Added)];
        let breaking = [Fragment::of_test(Section::Breaking)];
        let now = version("0.1.0");
        assert!(advice(now, None, &breaking).contains("prepare 0.1.0"));
        assert!(advice(now, Some(now), &added).contains("prepare 0.1.1"));
        assert!(advice(now, Some(now), &breaking).contains("prepare 0.2.0"));
        assert_eq!(advice(now, Some(now), &[]), "There is nothing to release.");
        assert!(advice(version("0.2.0"), Some(now), &[]).contains("tag it v0.2.0"));
    }
}
