//! How the command ends: exit codes, and failures as one line or as JSON.

use std::error::Error as StdError;
use std::io;
use std::process::ExitCode;

use serde_json::{Map, Value, json};
use tenable_api::{BuildError, Effect, Error, ErrorKind, report};
use tenable_directory::Problem;

/// The exit codes. They are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Refused = 1,
    Usage = 2,
    Unreachable = 3,
    Unknown = 4,
    Partly = 5,
    /// Changes are pending. No failure: nothing was to be changed.
    Pending = 6,
    /// By Ctrl-C, while nothing was changed or at once; the number is what shells have for it.
    Interrupted = 130,
}

/// The end of `--help`, and `tenable help exit-codes`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  Done
  1  Refused by the product, or not found: nothing was changed
  2  Wrong usage, arguments or settings: nothing was sent
  3  Unreachable: no usable answer, and nothing was changed
  4  Outcome unknown: it may have been carried out; look before trying again
  5  Partly done: carried out, but a later step failed, a tenant could not be read, or the answer could not be used
  6  Changes are pending: plan, and --dry-run of a task, found something to do
130  Ended by Ctrl-C, while nothing was changed, or at once when it was pressed twice";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why the command did not do all that was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    /// What is said before the line, each on a line of its own.
    before: Vec<String>,
    line: String,
    report: Map<String, Value>,
}

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(exit: Exit, line: impl Into<String>) -> Self {
        Self { exit, before: Vec::new(), line: line.into(), report: Map::new() }
    }

    /// What stands in the way, all of it: one line, or a line each with their number at the end.
    pub(crate) fn problems(exit: Exit, problems: &[Problem]) -> Self {
        let mut lines: Vec<String> = problems.iter().map(|problem| one_line(&problem.to_string())).collect();
        let line = match lines.as_slice() {
            [_] => lines.remove(0),
            _ => format!("{} problems; nothing was changed", lines.len()),
        };
        let problems = serde_json::to_value(problems).unwrap_or_default();
        Self { exit, before: lines, line, report: Map::from_iter([("problems".to_owned(), problems)]) }
    }

    /// The same failure with lines before its own.
    pub(crate) fn after(mut self, lines: Vec<String>) -> Self {
        self.before.extend(lines);
        self
    }

    /// The same failure with something more to be told in JSON.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.report.insert(name.to_owned(), value);
        self
    }

    /// What is said before the line, each on a line of its own.
    pub(crate) fn before(&self) -> &[String] {
        &self.before
    }

    /// Wrong usage: nothing was sent.
    pub(crate) fn usage(line: impl Into<String>) -> Self {
        Self::new(Exit::Usage, line)
    }

    /// A file, a pipe or a terminal that failed.
    pub(crate) fn io(what: impl Into<String>, error: &io::Error) -> Self {
        Self::usage(format!("{}: {error}", what.into()))
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The same failure with another exit code, and words before it.
    pub(crate) fn but(mut self, exit: Exit, before: &str) -> Self {
        self.exit = exit;
        self.line = format!("{before}: {}", self.line);
        self
    }

    /// The same failure with advice at the end, if its outcome is unknown.
    pub(crate) fn if_unknown(mut self, advice: &str) -> Self {
        if self.exit == Exit::Unknown {
            self.line = format!("{}; {advice}", self.line);
        }
        self
    }

    /// The same failure with words of the library in those of the terminal.
    pub(crate) fn reworded(mut self, from: &str, to: &str) -> Self {
        self.line = self.line.replace(from, to);
        self
    }

    /// The whole failure on one line.
    pub(crate) fn line(&self) -> &str {
        &self.line
    }

    /// The whole failure as one JSON object.
    pub(crate) fn json(&self) -> Value {
        let mut error = self.report.clone();
        let kind = match self.exit {
            Exit::Done | Exit::Refused => "refused",
            Exit::Usage => "usage",
            Exit::Unreachable => "unreachable",
            Exit::Unknown => "unknown",
            Exit::Partly => "partly",
            Exit::Pending => "pending",
            Exit::Interrupted => "interrupted",
        };
        error.entry("kind").or_insert_with(|| json!(kind));
        let is_told = ["problems", "unread_tenants"].iter().any(|name| error.contains_key(*name));
        if !self.before.is_empty() && !is_told {
            error.insert("details".to_owned(), json!(self.before));
        }
        error.insert("exit_code".to_owned(), json!(self.exit as u8));
        error.insert("text".to_owned(), json!(self.line));
        json!({ "error": error })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut told = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                told.insert(name.to_owned(), value);
            }
        };
        put("kind", json!(snake(&format!("{:?}", error.kind()))));
        put("effect", json!(snake(&format!("{:?}", error.effect()))));
        put("operation", json!(Some(error.operation()).filter(|name| !name.is_empty())));
        put("method", json!(error.method().map(http::Method::as_str)));
        put("path", json!(error.path_template()));
        put("status", json!(error.status().map(|status| status.as_u16())));
        put("server_code", json!(error.code()));
        put("server_message", json!(error.message()));
        put("request_id", json!(error.request_id()));
        put("attempts", json!(error.attempts()));
        put("elapsed_seconds", json!(error.elapsed().as_secs_f64()));
        put("retry_after_seconds", json!(error.retry_after().map(|wait| wait.as_secs_f64())));
        put("retryable", json!(error.is_retryable()));
        Self { exit: exit_of(error.kind(), error.effect()), before: Vec::new(), line: chain(&error), report: told }
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        // The library speaks to programmers; whoever sits at a terminal has options.
        Self::usage(chain(&error).replace("or set allow_plain_http", "or give --allow-plain-http"))
    }
}

/// What the server did comes first; of what it did not do, the kind of failure tells why.
fn exit_of(kind: ErrorKind, effect: Effect) -> Exit {
    match effect {
        Effect::Unknown => return Exit::Unknown,
        Effect::Applied => return Exit::Partly,
        _ => {}
    }
    match kind {
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Exit::Usage,
        ErrorKind::Connect
        | ErrorKind::Tls
        | ErrorKind::Timeout
        | ErrorKind::Interrupted
        | ErrorKind::Overloaded
        | ErrorKind::Redirected
        | ErrorKind::Unavailable
        | ErrorKind::ResponseTooLarge
        | ErrorKind::Unreadable => Exit::Unreachable,
        _ => Exit::Refused,
    }
}

/// An error and its causes on one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    one_line(&report(error))
}

/// A text without line breaks and what could steer a terminal.
pub(crate) fn one_line(text: &str) -> String {
    let steerless = text.replace(|c: char| c.is_control(), " ");
    steerless.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `OutcomeUnknown` as `outcome_unknown`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenable_api::identity_exposure;

    #[test]
    fn arguments_that_do_not_fit_are_wrong_usage() {
        let operation = identity_exposure::operation("users.details").unwrap();
        let failure = Failure::from(operation.request(json!({"id": "x"})).unwrap_err());
        assert_eq!(failure.exit(), Exit::Usage);
        let json = failure.json();
        assert_eq!(json["error"]["exit_code"], 2);
        assert_eq!(json["error"]["kind"], "invalid_input");
        assert_eq!(json["error"]["effect"], "not_sent");
        assert_eq!(json["error"]["operation"], "users.details");
        assert_eq!(json["error"]["text"], failure.line());
    }

    #[test]
    fn every_kind_of_failure_has_its_code() {
        use ErrorKind as Kind;
        // Kept by hand, from what `tenable help exit-codes` promises.
        for (kind, code) in [
            (Kind::InvalidInput, 2),
            (Kind::Refused, 1),
            (Kind::Unauthenticated, 1),
            (Kind::SessionExpired, 1),
            (Kind::SessionLimit, 1),
            (Kind::PermissionDenied, 1),
            (Kind::OrganizationRequired, 1),
            (Kind::NotFound, 1),
            (Kind::Conflict, 1),
            (Kind::RateLimited, 1),
            (Kind::Server, 1),
            (Kind::Unavailable, 3),
            (Kind::Connect, 3),
            (Kind::Tls, 3),
            (Kind::Timeout, 3),
            (Kind::Interrupted, 3),
            (Kind::Overloaded, 3),
            (Kind::Redirected, 3),
            (Kind::ResponseTooLarge, 3),
            (Kind::Unreadable, 3),
            (Kind::NotApplied, 1),
            (Kind::Incomplete, 1),
            (Kind::Unsupported, 2),
            (Kind::Other, 1),
        ] {
            for (effect, code) in
                [(Effect::NotSent, code), (Effect::NotApplied, code), (Effect::Unknown, 4), (Effect::Applied, 5)]
            {
                assert_eq!(exit_of(kind, effect) as u8, code, "{kind:?} {effect:?}");
            }
        }
    }

    #[test]
    fn every_code_is_documented() {
        use Exit::{Done, Interrupted, Partly, Pending, Refused, Unknown, Unreachable, Usage};
        for exit in [Done, Refused, Usage, Unreachable, Unknown, Partly, Pending, Interrupted] {
            assert!(EXIT_CODES.contains(&format!("\n{:>3}  ", exit as u8)), "{exit:?}");
        }
    }

    #[test]
    fn settings_are_named_as_the_terminal_names_them() {
        use tenable_api::identity_exposure::IdentityExposure;
        let build = |url: &str| IdentityExposure::builder().url(url).api_key("k").build().unwrap_err();
        let plain = Failure::from(build("http://acme.example"));
        assert!(plain.line().ends_with("use https, or give --allow-plain-http"), "{}", plain.line());
        let credentials = Failure::from(build("https://me:sentinel@acme.example"));
        assert!(credentials.line().ends_with("give the API key apart from it"), "{}", credentials.line());
        assert!(!credentials.line().contains("sentinel"));
    }
}
