//! The form of every answer, failures included.

use std::sync::LazyLock;

use http::header::{HeaderName, HeaderValue, VARY};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::generation::Generation;
use super::rules;
use crate::json::KeyOrder;
use crate::reply::{Encoding, Outcome};
use crate::rules::{Rule, Rules};

/// Order of keys in answers: the envelope's, then those of the objects, which agree with each other in one order.
pub(super) static KEY_ORDER: LazyLock<KeyOrder> = LazyLock::new(|| KeyOrder::new(&[("", KEYS)]));

const KEYS: &[&str] = &[
    // The envelope.
    "type",
    "response",
    "error_code",
    "error_msg",
    "warnings",
    "timestamp",
    // Pages.
    "totalRecords",
    "returnedRecords",
    "startOffset",
    "endOffset",
    "results",
    // The session.
    "token",
    "unassociatedCert",
    // Objects.
    "id",
    "uuid",
    "name",
    "value",
    "tag",
    "description",
    "status",
    "username",
    "firstname",
    "lastname",
    "title",
    "email",
    "address",
    "city",
    "state",
    "country",
    "phone",
    "fax",
    "zoneSelection",
    "restrictedIPs",
    "vulnScoreLow",
    "vulnScoreMedium",
    "vulnScoreHigh",
    "vulnScoreCritical",
    "vulnScoringSystem",
    "creatorID",
    "createdTime",
    "modifiedTime",
    "lastLogin",
    "lastFailedLogin",
    "lastLoginIP",
    "failedLoginIP",
    "mustChangePassword",
    "passwordExpires",
    "passwordExpiration",
    "passwordExpirationOverride",
    "passwordSetDate",
    "locked",
    "failedLogins",
    "authType",
    "fingerprint",
    "password",
    "ldapUsername",
    "managedUsersGroups",
    "managedObjectsGroups",
    "preferences",
    "userPrefs",
    "apiKeys",
    "canUse",
    "canManage",
    "role",
    "linkedUserRole",
    "responsibleAsset",
    "group",
    "ldap",
    "parent",
    "linkedUsers",
    "switchableUsers",
    "orgName",
    "organization",
    "creator",
    "userCount",
    "lces",
    "repositories",
    "definingAssets",
    "users",
    "createDefaultObjects",
    "version",
    "buildID",
    "releaseID",
    "licenseStatus",
];

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// An attribute is missing or cannot be used.
    Validation,
    /// The caller may not do this.
    Permission,
    /// The target, or an object that the body refers to, does not exist.
    NotFound,
    /// An administrator did not say which organization.
    OrganizationRequired,
    /// `groupAssign` has none of its values.
    GroupAssign,
    /// There is no session.
    InvalidToken,
    Login,
    ApiKey,
    /// A bad key, in the form that 5.20 was seen to refuse it.
    ApiKeyOnSystem,
    /// There is no such path, or not with this method.
    Route(StatusCode),
    /// A web server's page for a path that does not exist.
    Page,
    /// Something else, with this status and code.
    Other(StatusCode, u64),
}

/// A refusal. Nothing has been changed, or only what the refusal itself changes, such as a counter.
#[derive(Debug)]
pub(super) struct Refusal {
    kind: Kind,
    /// Each becomes a line of `error_msg`.
    lines: Vec<String>,
}

impl Refusal {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, lines: vec![message.into()] }
    }

    /// An attribute, which the second line names, is missing or cannot be used.
    pub(super) fn attribute(name: &str, problem: impl Into<String>) -> Self {
        Self::new(Kind::Validation, problem).and(format!("The attribute '{name}' is required or invalid."))
    }

    pub(super) fn permission(message: impl Into<String>) -> Self {
        Self::new(Kind::Permission, message)
    }

    /// The target does not exist, or not for the caller.
    pub(super) fn unknown(what: &str, id: &str, method: &Method) -> Self {
        let purpose = match *method {
            Method::DELETE => " to delete",
            Method::PATCH => " to edit",
            _ => "",
        };
        let line = format!("Unable to find existing {what} #{id}{purpose}.");
        Self::new(Kind::NotFound, line).and(format!("{what} #{id} does not exist."))
    }

    /// An object that the body refers to does not exist, or not in the organization.
    pub(super) fn unknown_reference(what: &str, id: i64, organization: u64) -> Self {
        let line = format!("Error retrieving {what} #{id} in Organization #{organization}.");
        Self::new(Kind::NotFound, line).and(format!("{what} #{id} does not exist or is not accessible."))
    }

    pub(super) fn invalid_token() -> Self {
        Self::new(Kind::InvalidToken, "The request contains an invalid token.")
    }

    /// With one more line.
    pub(super) fn and(mut self, line: String) -> Self {
        self.lines.push(line);
        self
    }

    pub(super) fn into_outcome(self, rules: &Rules, timestamp: u64) -> Outcome {
        let chosen = |rule: &'static Rule| code(rules, rule);
        let (status, code) = match self.kind {
            Kind::Validation => (StatusCode::FORBIDDEN, chosen(rules::VALIDATION_CODE)),
            Kind::Permission => (StatusCode::FORBIDDEN, chosen(rules::PERMISSION_CODE)),
            Kind::NotFound => (StatusCode::FORBIDDEN, chosen(rules::NOT_FOUND_CODE)),
            Kind::OrganizationRequired => (StatusCode::FORBIDDEN, chosen(rules::ORGANIZATION_REQUIRED)),
            Kind::GroupAssign => (StatusCode::FORBIDDEN, 146),
            Kind::InvalidToken => (StatusCode::FORBIDDEN, 12),
            Kind::Login => (StatusCode::FORBIDDEN, chosen(rules::LOGIN_FAILURE_CODE)),
            Kind::ApiKey => (StatusCode::BAD_REQUEST, chosen(rules::API_KEY_CODE)),
            Kind::ApiKeyOnSystem => (StatusCode::FORBIDDEN, 0),
            Kind::Route(status) => (status, 0),
            Kind::Page => return Outcome::html(StatusCode::NOT_FOUND, "404 Not Found"),
            Kind::Other(status, code) => (status, code),
        };
        // The layer that checks tokens and keys ends neither its messages nor its bodies with a newline.
        let layered = matches!(self.kind, Kind::InvalidToken | Kind::ApiKey | Kind::ApiKeyOnSystem);
        let html = self.kind == Kind::ApiKeyOnSystem || rules.is(rules::FAILURE_LABEL, "html");
        let message = match self.kind {
            Kind::ApiKeyOnSystem => String::new(),
            _ if layered => self.lines.join(" "),
            _ => self.lines.join("\n") + "\n",
        };
        let body = envelope("".into(), code, &message, timestamp);
        Outcome::json(status, body).encoded(encoding(html, !layered))
    }
}

/// The value of `error_code` that a rule has chosen.
fn code(rules: &Rules, rule: &'static Rule) -> u64 {
    rules.outcome(rule).trim_start_matches("code_").parse().unwrap_or_default()
}

fn encoding(html: bool, final_newline: bool) -> Encoding {
    let content_type = if html { "text/html; charset=UTF-8" } else { "application/json" };
    Encoding { content_type, escaped_slashes: true, final_newline }
}

fn envelope(response: Value, code: u64, message: &str, timestamp: u64) -> Value {
    let mut envelope = json!({
        "type": "regular", "error_code": code, "error_msg": message, "warnings": [], "timestamp": timestamp
    });
    // Moved, as a list of users is long.
    envelope["response"] = response;
    envelope
}

pub(super) fn success(response: Value, timestamp: u64) -> Outcome {
    Outcome::json(StatusCode::OK, envelope(response, 0, "", timestamp)).encoded(encoding(false, true))
}

/// The header that tells the version, on versions that have it, and the one about caching by key on those that follow.
pub(super) fn version_header(generation: Generation) -> (HeaderName, HeaderValue) {
    match generation {
        Generation::V5 => {
            (HeaderName::from_static("securitycenter"), HeaderValue::from_static(Generation::V5.version()))
        }
        Generation::V520 | Generation::V6 => (VARY, HeaderValue::from_static("x-apikey")),
    }
}
