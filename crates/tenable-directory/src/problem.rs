use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// Where in a file something stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The file; `None` when it has no name, as standard input has none.
    pub file: Option<PathBuf>,
    /// Line, from 1.
    pub line: usize,
}

impl Place {
    /// A line of a file.
    pub fn new(file: Option<PathBuf>, line: usize) -> Self {
        Self { file, line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}:{}", file.display(), self.line),
            None => write!(f, "line {}", self.line),
        }
    }
}

/// Something that stands in the way, found before anything was changed.
///
/// ```
/// use tenable_directory::Problem;
///
/// let problem = Problem::new("there is no role \"Auditr\"; do you mean \"Auditor\"?").in_tenant("ie").about("ann@example.com");
/// assert_eq!(problem.to_string(), "ie: ann@example.com: there is no role \"Auditr\"; do you mean \"Auditor\"?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Where it was asked for, if it was in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The tenant that it concerns, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Whom or what it concerns: the name of a person, a role or a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What is wrong, and what to do.
    pub what: String,
    /// Whether a guard forbids what was asked for, which could be done otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_guard: bool,
}

impl Problem {
    /// With what is wrong; the rest is set by the methods below.
    pub fn new(what: impl Into<String>) -> Self {
        Self { place: None, tenant: None, subject: None, what: what.into(), is_guard: false }
    }

    /// At this place, if there is one.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// In this tenant.
    #[must_use]
    pub fn in_tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// About this person, role or group.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        for part in [&self.tenant, &self.subject].into_iter().flatten() {
            write!(f, "{part}: ")?;
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for Problem {}

/// Problems that stop a task before it changes anything. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Nothing when there are none.
    pub fn check(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self(problems)) }
    }

    /// All of them.
    pub fn all(&self) -> &[Problem] {
        &self.0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    /// One line for each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
