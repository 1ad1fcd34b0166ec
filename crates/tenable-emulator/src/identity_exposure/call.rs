//! One request on its way through a handler.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::Value;

use super::rules;
use super::schema::integer;
use super::state::{GLOBAL_ADMINISTRATOR, State, User};
use crate::mail::Mail;
use crate::rules::{Rule, Rules};
use crate::store::Tracked;

/// What a handler works on.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) rules: &'a Rules,
    /// Milliseconds since the epoch.
    pub(super) now: u64,
    pub(super) state: &'a mut Tracked<State>,
    /// The caller; none on routes that need no key.
    pub(super) caller: Option<u64>,
    /// The id in the path; none on routes without.
    pub(super) path_id: Option<u64>,
    /// The body, checked against the route's schema; null on routes without.
    pub(super) body: Value,
    /// Mail to be sent once the change is saved.
    pub(super) mail: Vec<Mail>,
}

/// What a handler says.
pub(super) type Handled = Result<Answer, Refusal>;

/// A success.
#[derive(Debug)]
pub(super) enum Answer {
    /// A status and a JSON body.
    Json(StatusCode, Value),
    /// A success without content. The body is JSON null, or nothing.
    Nothing(StatusCode),
}

/// A refusal. Nothing has been changed, or only what the refusal itself changes, such as a counter.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let code = match status {
            StatusCode::BAD_REQUEST => "BAD_REQUEST",
            StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
            StatusCode::FORBIDDEN => "FORBIDDEN",
            StatusCode::NOT_FOUND => "NOT_FOUND",
            StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
            StatusCode::CONFLICT => "CONFLICT",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
            _ => "INTERNAL_SERVER_ERROR",
        };
        Self { status, code, message: message.into() }
    }

    /// The body, path or query is not what the route takes.
    pub(super) fn invalid(rules: &Rules, message: impl Into<String>) -> Self {
        let status = rules.status(rules::VALIDATION_STATUS).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, code: "INVALID_PAYLOAD_FORMAT", message: message.into() }
    }
}

/// 200 with a body.
#[expect(clippy::unnecessary_wraps, reason = "the last expression of handlers")]
pub(super) fn ok(body: Value) -> Handled {
    Ok(Answer::Json(StatusCode::OK, body))
}

/// 204.
#[expect(clippy::unnecessary_wraps, reason = "the last expression of handlers")]
pub(super) fn no_content() -> Handled {
    Ok(Answer::Nothing(StatusCode::NO_CONTENT))
}

impl Call<'_> {
    /// Refuses with the rule's status, if its outcome is a status that is not a success.
    pub(super) fn unless_allowed(&self, rule: &'static Rule, message: impl Into<String>) -> Result<(), Refusal> {
        match self.rules.status(rule) {
            Some(status) if !status.is_success() => Err(Refusal::new(status, message)),
            _ => Ok(()),
        }
    }

    /// The refusal that a rule decides the status of, and nothing else.
    pub(super) fn refusal(&self, rule: &'static Rule, message: impl Into<String>) -> Refusal {
        Refusal::new(self.rules.status(rule).unwrap_or(StatusCode::BAD_REQUEST), message)
    }

    pub(super) fn unknown(&self, what: &str, id: u64) -> Refusal {
        self.refusal(rules::UNKNOWN_ID, format!("there is no {what} {id}"))
    }

    /// The id in the path. Routes without one do not ask.
    pub(super) fn id(&self) -> u64 {
        self.path_id.unwrap_or_default()
    }

    /// The calling user. Routes without a key do not ask.
    pub(super) fn caller(&self) -> Result<&User, Refusal> {
        let caller = self.caller.and_then(|id| self.state.accounts.get(id));
        caller.ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized"))
    }

    /// The user in the path.
    pub(super) fn user(&self) -> Result<&User, Refusal> {
        self.state.accounts.get(self.id()).ok_or_else(|| self.unknown("user", self.id()))
    }

    /// The answer to a creation.
    #[expect(clippy::unnecessary_wraps, reason = "the last expression of handlers")]
    pub(super) fn created(&self, mut items: Vec<Value>) -> Handled {
        if self.rules.is(rules::CREATE_ORDER, "reverse") {
            items.reverse();
        }
        let status = self.rules.status(rules::CREATE_STATUS).unwrap_or(StatusCode::CREATED);
        Ok(Answer::Json(status, items.into()))
    }

    /// The answer to a copy.
    pub(super) fn copied(&self, item: Value) -> Handled {
        match self.rules.status(rules::COPY_STATUS) {
            Some(StatusCode::NO_CONTENT) => no_content(),
            status => Ok(Answer::Json(status.unwrap_or(StatusCode::OK), item)),
        }
    }

    /// The answer to a listing; `items` come sorted by id.
    pub(super) fn listed(&self, mut items: Vec<Value>) -> Handled {
        if self.rules.is(rules::LIST_ORDER, "reverse") {
            items.reverse();
        }
        ok(items.into())
    }

    /// Refuses roles that do not exist.
    pub(super) fn check_roles(&self, ids: &[u64]) -> Result<(), Refusal> {
        match ids.iter().find(|id| !self.state.roles.contains_key(id)) {
            Some(&NO_ID) => Err(self.refusal(rules::UNKNOWN_ROLE, "no role has a negative id")),
            Some(id) => Err(self.refusal(rules::UNKNOWN_ROLE, format!("there is no role {id}"))),
            None => Ok(()),
        }
    }

    /// What becomes of roles of which some stand in a list twice; `list` names it in a refusal.
    pub(super) fn without_duplicates(&self, list: &str, roles: Vec<u64>) -> Result<Vec<u64>, Refusal> {
        let mut seen = HashSet::new();
        let unique: Vec<_> = roles.iter().copied().filter(|role| seen.insert(*role)).collect();
        if unique.len() == roles.len() {
            return Ok(roles);
        }
        self.unless_allowed(rules::DUPLICATE_ROLES, format!("data.{list} should NOT have duplicate items"))?;
        Ok(if self.rules.is(rules::DUPLICATE_ROLES, "collapsed") { unique } else { roles })
    }

    /// Refuses a profile that does not exist, and under every rule one with a negative id.
    pub(super) fn check_profile(&self, id: u64) -> Result<(), Refusal> {
        if self.state.profiles.contains_key(&id) {
            return Ok(());
        }
        if id == NO_ID {
            return Err(self.refusal(rules::UNKNOWN_PROFILE, "no profile has a negative id"));
        }
        self.unless_allowed(rules::UNKNOWN_PROFILE, format!("there is no profile {id}"))
    }

    /// Refuses to take the last active Global Administrator away.
    pub(super) fn spare_last_administrator(&self, user: &User) -> Result<(), Refusal> {
        let counts = |user: &User| user.active && user.is_global_administrator();
        if !counts(user) || self.state.accounts.iter().any(|other| other.id != user.id && counts(other)) {
            return Ok(());
        }
        self.unless_allowed(
            rules::LAST_ADMINISTRATOR,
            format!("user {} is the last active holder of role {GLOBAL_ADMINISTRATOR}", user.id),
        )
    }
}

/// A text of a checked body.
pub(super) fn text<'v>(body: &'v Value, name: &str) -> Option<&'v str> {
    body.get(name).and_then(Value::as_str)
}

/// An owned text of a checked body.
pub(super) fn owned_text(body: &Value, name: &str) -> Option<String> {
    text(body, name).map(ToOwned::to_owned)
}

/// Stands for a negative id. A checked body has no number that is as large.
const NO_ID: u64 = u64::MAX;

/// An id of a checked body. A negative number, which nothing has for an id, becomes one that nothing has either.
pub(super) fn id(value: &Value) -> u64 {
    integer(value).and_then(|id| u64::try_from(id).ok()).unwrap_or(NO_ID)
}

/// A list of ids of a checked body.
pub(super) fn ids(value: &Value) -> Vec<u64> {
    value.as_array().into_iter().flatten().map(id).collect()
}
