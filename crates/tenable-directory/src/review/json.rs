//! The tables as JSON Lines, and the whole review as one document.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use super::Review;

/// Why a file is not a review that can be compared with.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadReviewError {
    /// It could not be read, or is not a review.
    Document(serde_json::Error),
    /// It is a review of another version of the shape.
    Version {
        /// The version that it has.
        found: u64,
        /// The version that this release reads.
        expected: u32,
    },
}

impl fmt::Display for ReadReviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(error) => write!(f, "not a review: {error}"),
            Self::Version { found, expected } => write!(
                f,
                "a review of version {found}, and this release reads version {expected}: make a new one to compare with next time"
            ),
        }
    }
}

impl std::error::Error for ReadReviewError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Document(error) => Some(error),
            Self::Version { .. } => None,
        }
    }
}

impl Review {
    /// Writes one line for each account: an object with the columns of [the CSV](Self::write_accounts_csv), lists as lists, and null for a
    /// fact that is not told.
    pub fn write_accounts_json_lines(&self, out: impl io::Write) -> io::Result<()> {
        write(out, self.account_rows())
    }

    /// Writes one line for each finding, the gravest first.
    pub fn write_findings_json_lines(&self, out: impl io::Write) -> io::Result<()> {
        write(out, self.finding_rows())
    }

    /// Writes the whole review as one JSON document, which [`read_json`](Self::read_json) reads.
    pub fn write_json(&self, mut out: impl io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)?;
        out.flush()
    }

    /// Reads a review that [`write_json`](Self::write_json) wrote, such as the last one.
    ///
    /// # Errors
    ///
    /// When it is no review, or of another [`VERSION`](Self::VERSION), whatever else it has.
    pub fn read_json(text: &str) -> Result<Self, ReadReviewError> {
        #[derive(Deserialize)]
        struct Version {
            version: u64,
        }

        // First the version: of another one nothing is known.
        let Version { version } = serde_json::from_str(text).map_err(ReadReviewError::Document)?;
        if version != u64::from(Self::VERSION) {
            return Err(ReadReviewError::Version { found: version, expected: Self::VERSION });
        }
        serde_json::from_str(text).map_err(ReadReviewError::Document)
    }
}

fn write(mut out: impl io::Write, rows: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut out, &row)?;
        writeln!(out)?;
    }
    out.flush()
}
