//! CHANGELOG.md: a section for each release, the last one first.

use anyhow::{Context as _, ensure};

use super::version::Version;

pub(crate) const FILE: &str = "CHANGELOG.md";

/// The changelog with a release before all others.
pub(crate) fn with_release(changelog: &str, version: Version, date: &str, changes: &str) -> anyhow::Result<String> {
    ensure!(section(changelog, version).is_none(), "{FILE} has {version} already");
    let place = changelog.find("\n## ").map_or(changelog.len(), |place| place + 1);
    let (before, after) = changelog.split_at(place);
    let text = format!("{}\n\n## {version} ({date})\n\n{changes}{after}", before.trim_end());
    Ok(format!("{}\n", text.trim_end()))
}

/// What the changelog says of a release, without its heading.
pub(crate) fn section(changelog: &str, version: Version) -> Option<&str> {
    let heading = format!("\n## {version} (");
    let start = changelog.find(&heading)? + 1;
    let body = start + changelog[start..].find('\n').map_or(0, |end| end + 1);
    let end = changelog[body..].find("\n## ").map_or(changelog.len(), |end| body + end);
    Some(changelog[body..end].trim())
}

/// The same, or that there is none.
pub(crate) fn notes(changelog: &str, version: Version) -> anyhow::Result<&str> {
    section(changelog, version).with_context(|| format!("{FILE} has no section for {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_come_before_older_ones_and_are_found_again() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        let first =
            with_release("# Changelog\n\nWords.\n", version("0.1.0"), "2026-01-02", "### Added\n\n* A.\n\n").unwrap();
        assert_eq!(first, "# Changelog\n\nWords.\n\n## 0.1.0 (2026-01-02)\n\n### Added\n\n* A.\n");
        let second = with_release(&first, version("0.1.1"), "2026-02-03", "### Fixed\n\n* B.\n\n").unwrap();
        assert_eq!(
            second,
            "# Changelog\n\nWords.\n\n## 0.1.1 (2026-02-03)\n\n### Fixed\n\n* B.\n\n## 0.1.0 (2026-01-02)\n\n### Added\n\n* A.\n"
        );
        assert_eq!(section(&second, version("0.1.1")), Some("### Fixed\n\n* B."));
        assert_eq!(section(&second, version("0.1.0")), Some("### Added\n\n* A."));
        assert!(notes(&second, version("0.1.2")).is_err());
        assert!(with_release(&second, version("0.1.0"), "2026-03-04", "").is_err());
    }
}
