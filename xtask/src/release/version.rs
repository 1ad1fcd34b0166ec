//! A version, and the least that may come after one.

use std::{fmt, str::FromStr};

use anyhow::Context as _;

use super::fragments::Section;

/// Three numbers. There are no others: what is not fit for everybody is not released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    /// The least version with such changes that may come after this one.
    ///
    /// Before 1.0 the second number tells of what breaks, and the third of everything else, as cargo takes it.
    pub(crate) fn after(self, sections: impl IntoIterator<Item = Section>) -> Self {
        let Self { major, minor, patch } = self;
        match (sections.into_iter().min(), major) {
            (Some(Section::Breaking | Section::Removed), 0) => Self { major, minor: minor + 1, patch: 0 },
            (Some(Section::Breaking | Section::Removed), _) => Self { major: major + 1, minor: 0, patch: 0 },
            (Some(Section::Added | Section::Changed | Section::Deprecated), 1..) => {
                Self { major, minor: minor + 1, patch: 0 }
            }
            _ => Self { major, minor, patch: patch + 1 },
        }
    }

    /// What `cargo semver-checks` calls the step from one to the other.
    pub(crate) fn step_to(self, next: Self) -> &'static str {
        if next.major != self.major {
            "major"
        } else if next.minor != self.minor {
            "minor"
        } else {
            "patch"
        }
    }

    /// The tag of the release.
    pub(crate) fn tag(self) -> String {
        format!("v{self}")
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut parts = text.split('.').map(|part| {
            let plain = part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
            part.parse().ok().filter(|_| plain)
        });
        let read = (|| {
            let version = Self { major: parts.next()??, minor: parts.next()??, patch: parts.next()?? };
            parts.next().is_none().then_some(version)
        })();
        read.with_context(|| format!("{text:?} is no version: write three numbers, such as 0.2.0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_three_numbers_in_order() {
        assert!(version("0.10.0") > version("0.9.9"));
        assert_eq!(version("1.2.3").to_string(), "1.2.3");
        for text in ["1.2", "1.2.3.4", "v1.2.3", "1.2.03", "1.+2.3", "1.2.3-rc.1", "", "1..3"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_breaks_moves_the_number_that_cargo_looks_at() {
        let next = |from: &str, sections: &[Section]| version(from).after(sections.iter().copied()).to_string();
        assert_eq!(next("0.1.4", &[Section::Fixed, Section::Breaking]), "0.2.0");
        assert_eq!(next("0.1.4", &[Section::Added]), "0.1.5");
        assert_eq!(next("1.1.4", &[Section::Fixed, Section::Added]), "1.2.0");
        assert_eq!(next("1.1.4", &[Section::Removed]), "2.0.0");
        assert_eq!(next("1.1.4", &[Section::Security]), "1.1.5");
    }

    #[test]
    fn steps_are_named_after_the_number_that_moves() {
        assert_eq!(version("0.1.0").step_to(version("0.2.0")), "minor");
        assert_eq!(version("0.1.0").step_to(version("0.1.1")), "patch");
        assert_eq!(version("0.1.0").step_to(version("1.0.0")), "major");
    }
}
