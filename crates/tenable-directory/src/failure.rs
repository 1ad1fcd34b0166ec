use std::fmt;

use serde::{Deserialize, Serialize};
use tenable_api::{Effect, Error};

/// Why something failed, as records keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// What failed, what the server said, whether it may have acted, and what to do, on one line.
    pub message: String,
    /// The kind of the client's error, such as `PermissionDenied`; `None` when it was not the client that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The HTTP status, if there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Whether the server may have acted although this failed.
    #[serde(default)]
    pub may_have_acted: bool,
}

impl Failure {
    /// A failure of something other than a call.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: None, status: None, may_have_acted: false }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            let text = error.to_string();
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            cause = error.source();
        }
        Self {
            message,
            kind: Some(format!("{:?}", error.kind())),
            status: error.status().map(|status| status.as_u16()),
            may_have_acted: matches!(error.effect(), Effect::Unknown | Effect::Applied),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
