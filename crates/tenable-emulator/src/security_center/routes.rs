//! The paths an instance knows, and the checks that come before a handler.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Request, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::authentication::Access;
use super::call::{Call, Handled};
use super::envelope::{Kind, Refusal};
use super::form::Form;
use super::generation::Generation;
use super::{
    certificates, current_user, groups, organization_users, organizations, roles, rules, security_managers, system,
    token, users,
};
use crate::routing::match_template;
use crate::rules::Rules;

/// One operation.
#[derive(Debug)]
pub(super) struct Route {
    method: Method,
    template: &'static str,
    /// The template in Enclave Security.
    twin: &'static str,
    place: Place,
    pub(super) access: Access,
    body: Body,
    /// Query parameters that are documented, or known to be sent.
    query: &'static [&'static str],
    pub(super) handler: fn(&mut Call<'_>) -> Handled,
}

/// Where an operation is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Plain,
    /// Below `/tes` too, in Enclave Security.
    Both,
    /// Below `/tes` only.
    Enclave,
}

/// Whether an operation takes a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Body {
    Taken,
    /// A body is fine, and so is none.
    Optional,
    None,
}

macro_rules! routes {
    ($($method:ident $template:literal $place:ident $access:ident $body:ident $query:expr => $handler:path;)+) => {
        &[$(Route {
            method: Method::$method,
            template: concat!("/rest", $template),
            twin: concat!("/rest/tes", $template),
            place: Place::$place,
            access: Access::$access,
            body: Body::$body,
            query: &$query,
            handler: $handler,
        }),+]
    };
}

/// Every operation. Fixed segments stand before the id they would match.
static ROUTES: &[Route] = routes! {
    GET "/system" Plain Open None [] => system::read;
    POST "/token" Plain Login Taken [] => token::log_in;
    DELETE "/token" Plain Caller None [] => token::log_out;

    GET "/user" Both Caller None
        ["fields", "orgID", "paginated", "startOffset", "endOffset", "limit", "sortField", "sortDirection"] => users::list;
    POST "/user" Both Caller Taken ["orgID"] => users::create;
    GET "/user/{id}" Both Caller None ["fields", "orgID"] => users::details;
    PATCH "/user/{id}" Both Caller Taken ["orgID"] => users::update;
    DELETE "/user/{id}" Both Caller Optional ["orgID", "migrateUserID"] => users::delete;

    GET "/role" Both Caller None ["fields", "filter"] => roles::list;
    POST "/role" Both Caller Taken [] => roles::create;
    GET "/role/{id}" Both Caller None ["fields"] => roles::details;
    PATCH "/role/{id}" Both Caller Taken [] => roles::update;
    DELETE "/role/{id}" Both Caller None [] => roles::delete;

    GET "/group" Both Caller None ["fields"] => groups::list;
    POST "/group" Both Caller Taken [] => groups::create;
    GET "/group/{id}" Both Caller None ["fields"] => groups::details;
    PATCH "/group/{id}" Both Caller Taken [] => groups::update;
    DELETE "/group/{id}" Both Caller None [] => groups::delete;

    GET "/organization" Plain Caller None ["fields"] => organizations::list;
    POST "/organization" Plain Caller Taken [] => organizations::create;
    GET "/organization/{orgID}" Plain Caller None ["fields"] => organizations::details;
    PATCH "/organization/{orgID}" Plain Caller Taken [] => organizations::update;
    DELETE "/organization/{orgID}" Plain Caller None [] => organizations::delete;
    GET "/organization/{orgID}/user" Plain Caller None ["fields"] => organization_users::list;
    GET "/organization/{orgID}/user/{id}" Plain Caller None ["fields"] => organization_users::details;
    GET "/organization/{orgID}/securityManager" Plain Caller None ["fields"] => security_managers::list;
    POST "/organization/{orgID}/securityManager" Plain Caller Taken [] => security_managers::create;
    GET "/organization/{orgID}/securityManager/{id}" Plain Caller None ["fields"] => security_managers::details;
    PATCH "/organization/{orgID}/securityManager/{id}" Plain Caller Taken [] => security_managers::update;
    DELETE "/organization/{orgID}/securityManager/{id}" Plain Caller Optional ["migrateUserID"] => security_managers::delete;

    GET "/currentUser" Plain Caller None ["fields"] => current_user::read;
    PATCH "/currentUser" Plain Caller Taken [] => current_user::update;
    POST "/currentUser/associateCert" Plain Caller None [] => certificates::associate;
    GET "/currentUser/preferences" Plain Caller None ["name", "tag"] => current_user::preferences;
    PATCH "/currentUser/preferences" Plain Caller Taken [] => current_user::set_preference;
    DELETE "/currentUser/preferences" Plain Caller Taken [] => current_user::drop_preference;
    POST "/currentUser/switch" Plain Caller Taken [] => current_user::switch;
    GET "/currentOrganization" Plain Caller None ["fields"] => current_user::organization;

    GET "/userPermissions" Enclave Caller None [] => current_user::permissions;
};

/// Where the paths of Enclave Security begin.
const ENCLAVE_PREFIX: &str = "/rest/tes/";

/// What a path leads to.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) route: &'static Route,
    pub(super) template: &'static str,
    /// The segments that stand for placeholders, decoded.
    pub(super) segments: Vec<String>,
}

/// Finds the operation for a request.
pub(super) fn find(rules: &Rules, method: &Method, path: &str) -> Result<Found, Refusal> {
    let below_tes = path.starts_with(ENCLAVE_PREFIX);
    let enclave = rules.is(rules::ENCLAVE_SECURITY, "on") && Generation::of(rules) == Generation::V6;
    if below_tes && !enclave {
        let status = rules.status(rules::ENCLAVE_SECURITY_REFUSAL).unwrap_or(StatusCode::NOT_FOUND);
        return Err(Refusal::new(Kind::Route(status), format!("{path} is part of Tenable Enclave Security only.")));
    }
    let elsewhere = if below_tes { Place::Plain } else { Place::Enclave };
    let mut others = Vec::new();
    for route in ROUTES.iter().filter(|route| route.place != elsewhere) {
        let template = if below_tes { route.twin } else { route.template };
        match match_template(template, path) {
            Some(segments) if route.method == method => {
                let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
                return Ok(Found { route, template, segments: segments.into_iter().map(decode).collect() });
            }
            Some(_) => others.push(route.method.as_str()),
            None => {}
        }
    }
    if others.is_empty() {
        let kind = match rules.status(rules::UNKNOWN_RESOURCE) {
            Some(status) => Kind::Route(status),
            None => Kind::Page,
        };
        return Err(Refusal::new(kind, format!("There is no {method} {path}.")));
    }
    let status = rules.status(rules::UNKNOWN_METHOD).unwrap_or(StatusCode::FORBIDDEN);
    let message = format!("There is no {method} {path}, only {}.", others.join(", "));
    Err(Refusal::new(Kind::Route(status), message))
}

impl Route {
    /// Checks the names in the query.
    pub(super) fn check_query(&self, rules: &Rules, query: &[(String, String)]) -> Result<(), Refusal> {
        let unknown = query.iter().find(|(name, _)| !self.query.contains(&name.as_str()));
        match unknown {
            Some((name, _)) if rules.is(rules::UNKNOWN_QUERY, "refused") => {
                Err(Refusal::attribute(name, format!("The query parameter '{name}' does not exist.")))
            }
            _ => Ok(()),
        }
    }

    /// Reads the body; empty where none is taken.
    pub(super) fn read_body(&self, rules: &Rules, request: &Request<Bytes>) -> Result<Form, Refusal> {
        let text = request.body().trim_ascii();
        let empty = text.is_empty();
        if self.body == Body::None {
            if matches!(text, b"" | b"{}" | b"null" | b"[]") || rules.is(rules::UNEXPECTED_BODY, "ignored") {
                return Ok(Form::default());
            }
            return Err(Refusal::attribute("body", "The request must not have a body."));
        }
        if empty && self.body == Body::Optional {
            return Ok(Form::default());
        }
        check_content_type(rules, request)?;
        match serde_json::from_slice(text) {
            Ok(Value::Object(object)) => Ok(object.into()),
            _ => Err(Refusal::attribute("body", "The request body must be a JSON object.")),
        }
    }
}

fn check_content_type(rules: &Rules, request: &Request<Bytes>) -> Result<(), Refusal> {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") || rules.is(rules::CONTENT_TYPE, "ignored") {
        return Ok(());
    }
    Err(Refusal::attribute("Content-Type", format!("The content type must be application/json, not '{media_type}'.")))
}
