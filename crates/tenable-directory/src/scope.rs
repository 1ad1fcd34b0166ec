//! What is looked after, how much of it may go at once, and whom nothing may take away.

use std::str::FromStr;

use crate::Problem;

/// What a wish looks after beyond what it names: what is in scope and not wished for goes. Empty unless set, so that nothing goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scope {
    /// Patterns of user names and e-mail addresses, such as `*@example.com`.
    pub people: Vec<String>,
    /// Patterns of names of roles. Predefined roles are never in scope.
    pub roles: Vec<String>,
    /// Patterns of names of groups. Groups that everybody is in are never in scope.
    pub groups: Vec<String>,
    /// What becomes of people in scope who are not wished for.
    pub unlisted: Unlisted,
    /// How many people, roles and groups a plan may delete or disable in one tenant.
    pub most_removals: Removals,
}

/// What becomes of people in scope who are not wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unlisted {
    /// They are named in the plan, and nothing is done.
    Report,
    /// They are disabled.
    #[default]
    Disable,
    /// They are deleted, and what they own goes to the successor.
    Delete {
        /// User name, e-mail address or key.
        successor: Option<String>,
    },
}

/// How much a plan may remove in one tenant: users deleted or disabled, roles and groups deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removals {
    /// At most this many.
    Count(usize),
    /// At most this many in a hundred of the users, roles and groups that are there, rounded down.
    Percent(u8),
}

impl Default for Removals {
    fn default() -> Self {
        Self::Count(10)
    }
}

impl FromStr for Removals {
    type Err = Problem;

    /// From `10` or `5%`.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let number = match text.strip_suffix('%') {
            Some(percent) => percent.trim_end().parse().ok().filter(|percent| *percent <= 100).map(Self::Percent),
            None => text.parse().ok().map(Self::Count),
        };
        number.ok_or_else(|| {
            Problem::new(format!("{text:?} is no limit: write a number such as 10, or a share such as 5%"))
        })
    }
}

impl Removals {
    /// The number for a tenant with this many users, roles and groups.
    pub fn limit(self, present: usize) -> usize {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => present.saturating_mul(usize::from(percent)) / 100,
        }
    }
}

/// Whether a text fits a pattern in which `*` stands for any characters, both without regard to case.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.trim().to_lowercase(), text.trim().to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text) in
            [("*", ""), ("*@example.com", "Ann@Example.com"), ("a*b*c", "abc"), ("a*b*c", "a-b-b-c"), ("ann", " ANN ")]
        {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a*a", "a"), ("*@example.com", "ann@example.org"), ("a*b*c", "acb")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn limits() {
        assert_eq!(Removals::Count(3).limit(1000), 3);
        assert_eq!(Removals::Percent(5).limit(30), 1);
        assert_eq!(Removals::Percent(5).limit(19), 0);
        assert_eq!("10".parse(), Ok(Removals::Count(10)));
        assert_eq!(" 5 %".parse(), Ok(Removals::Percent(5)));
        for text in ["", "%", "-1", "101%", "many"] {
            assert!(text.parse::<Removals>().is_err(), "{text}");
        }
    }
}
