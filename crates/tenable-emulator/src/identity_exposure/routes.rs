//! The paths an instance knows, and the checks that come before a handler.

use std::collections::HashSet;
use std::sync::LazyLock;

use http::{Method, Request, StatusCode};
use percent_encoding::percent_decode_str;

use bytes::Bytes;

use super::call::{Call, Handled, Refusal};
use super::rules;
use super::schema::{Schema, Tolerance};
use super::{
    about, api_key, ldap, license, lockout_policy, login, password, preferences, profiles, roles, saml, settings, users,
};
use crate::routing::match_template;
use crate::rules::Rules;

/// One operation.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) template: &'static str,
    pub(super) access: Access,
    pub(super) body: Option<&'static Schema>,
    pub(super) handler: fn(&mut Call<'_>) -> Handled,
}

/// What an operation wants to see first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Access {
    Public,
    /// Without authentication, and gone from the current description.
    LegacyPublic,
    Key,
    /// A key, and a licence feature.
    LicensedKey,
}

macro_rules! routes {
    ($($method:ident $template:literal $access:ident $body:expr => $handler:path;)+) => {
        &[$(Route {
            method: Method::$method,
            template: $template,
            access: Access::$access,
            body: $body,
            handler: $handler,
        }),+]
    };
}

/// Every operation. Fixed segments stand before the id they would match.
pub(super) static ROUTES: &[Route] = routes! {
    GET "/api/users" Key None => users::list;
    POST "/api/users" Key Some(&users::CREATE) => users::create;
    GET "/api/users/whoami" Key None => users::who_am_i;
    PATCH "/api/users/password" Key Some(&password::CHANGE) => password::change;
    POST "/api/users/forgotten-password" LegacyPublic Some(&password::FORGOTTEN) => password::forgotten;
    POST "/api/users/retrieve-password" LegacyPublic Some(&password::RETRIEVE) => password::retrieve;
    GET "/api/users/{id}" Key None => users::details;
    PATCH "/api/users/{id}" Key Some(&users::UPDATE) => users::update;
    DELETE "/api/users/{id}" Key None => users::delete;
    PUT "/api/users/{id}/roles" Key Some(&users::ROLES) => users::set_roles;

    GET "/api/roles" LicensedKey None => roles::list;
    POST "/api/roles" LicensedKey Some(&roles::CREATE) => roles::create;
    GET "/api/roles/user-creation-defaults" LicensedKey None => roles::creation_defaults;
    GET "/api/roles/{id}" LicensedKey None => roles::details;
    PATCH "/api/roles/{id}" LicensedKey Some(&roles::UPDATE) => roles::update;
    DELETE "/api/roles/{id}" LicensedKey None => roles::delete;
    POST "/api/roles/from/{fromId}" LicensedKey Some(&roles::COPY) => roles::copy;
    PUT "/api/roles/{id}/permissions" LicensedKey Some(&roles::PERMISSIONS) => roles::set_permissions;

    GET "/api/api-key" LicensedKey None => api_key::read;
    POST "/api/api-key" LicensedKey None => api_key::refresh;
    POST "/api/login" Public Some(&login::LOGIN) => login::login;
    POST "/api/logout" Key None => login::logout;

    GET "/api/profiles" LicensedKey None => profiles::list;
    POST "/api/profiles" LicensedKey Some(&profiles::CREATE) => profiles::create;
    GET "/api/profiles/{id}" LicensedKey None => profiles::details;
    PATCH "/api/profiles/{id}" LicensedKey Some(&profiles::UPDATE) => profiles::update;
    DELETE "/api/profiles/{id}" LicensedKey None => profiles::delete;
    POST "/api/profiles/from/{fromId}" LicensedKey Some(&profiles::COPY) => profiles::copy;
    POST "/api/profiles/{id}/commit" LicensedKey None => profiles::commit;
    POST "/api/profiles/{id}/unstage" LicensedKey None => profiles::unstage;

    GET "/api/preferences" Key None => preferences::read;
    PATCH "/api/preferences" Key Some(&preferences::UPDATE) => preferences::update;
    GET "/api/lockout-policy" Key None => lockout_policy::read;
    PATCH "/api/lockout-policy" Key Some(&lockout_policy::UPDATE) => lockout_policy::update;
    GET "/api/application-settings" LicensedKey None => settings::read;
    PATCH "/api/application-settings" LicensedKey Some(&settings::UPDATE) => settings::update;
    GET "/api/ldap-configuration" LicensedKey None => ldap::read;
    PATCH "/api/ldap-configuration" LicensedKey Some(&ldap::UPDATE) => ldap::update;
    GET "/api/saml-configuration" LicensedKey None => saml::read;
    PATCH "/api/saml-configuration" LicensedKey Some(&saml::UPDATE) => saml::update;
    GET "/api/saml-configuration/generate-certificate" LicensedKey None => saml::generate_certificate;

    GET "/api/license" Key None => license::read;
    POST "/api/license" Key Some(&license::INSTALL) => license::install;
    GET "/api/license/product-association" Public None => license::product_association;
    GET "/api/about" Public None => about::read;
};

/// Names of the fields that requests may have.
static FIELDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let mut names = HashSet::new();
    ROUTES.iter().filter_map(|route| route.body).for_each(|schema| schema.add_names(&mut names));
    names
});

/// Whether some request has a field of this name whose value is no secret.
pub(super) fn is_open_field(name: &str) -> bool {
    let lower_case = name.to_ascii_lowercase();
    let secret = ["password", "secret", "token", "license", "key"].iter().any(|part| lower_case.contains(part));
    FIELDS.contains(name) && !secret
}

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Found<'r> {
    /// An operation, and the segment that stands for an id.
    Route(&'static Route, Option<&'r str>),
    /// A known path, but not with this method; these would do.
    OtherMethods(Vec<&'static Method>),
    Nothing,
}

/// Finds the operation for a request.
pub(super) fn find<'r>(rules: &Rules, method: &Method, path: &'r str) -> Found<'r> {
    let legacy_gone = rules.is(rules::LEGACY_PASSWORD_ENDPOINTS, "404");
    let known = ROUTES.iter().filter(|route| !(legacy_gone && route.access == Access::LegacyPublic));
    let mut others = Vec::new();
    for route in known {
        match match_template(route.template, path) {
            Some(segments) if route.method == method => return Found::Route(route, segments.first().copied()),
            Some(_) => others.push(&route.method),
            None => {}
        }
    }
    if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others) }
}

/// Checks the id in the path.
pub(super) fn parse_id(rules: &Rules, template: &str, segment: &str) -> Result<u64, Refusal> {
    let decoded = percent_decode_str(segment).decode_utf8_lossy();
    if decoded.is_empty() || !decoded.bytes().all(|byte| byte.is_ascii_digit()) {
        let name = if template.contains("{fromId}") { "fromId" } else { "id" };
        return Err(Refusal::invalid(rules, format!("data.{name} should be a numerical string")));
    }
    // Digits beyond what a number holds name nothing.
    Ok(decoded.parse().unwrap_or(u64::MAX))
}

/// Checks the query. No operation here has one.
pub(super) fn check_query(rules: &Rules, query: Option<&str>) -> Result<(), Refusal> {
    let names: Vec<_> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split('=').next().unwrap_or_default())
        .collect();
    if names.is_empty() || rules.is(rules::UNKNOWN_QUERY, "ignored") {
        return Ok(());
    }
    Err(Refusal::invalid(rules, format!("should NOT have additional properties: {}", names.join(", "))))
}

/// Checks the body and gives it as JSON; null where none is taken.
pub(super) fn check_body(rules: &Rules, route: &Route, request: &Request<Bytes>) -> Result<serde_json::Value, Refusal> {
    let Some(schema) = route.body else {
        let harmless = matches!(request.body().trim_ascii(), b"" | b"{}" | b"null");
        if harmless || rules.is(rules::UNEXPECTED_BODY, "ignored") {
            return Ok(serde_json::Value::Null);
        }
        return Err(Refusal::invalid(rules, "data should be empty"));
    };
    check_content_type(rules, request)?;
    let body = serde_json::from_slice(request.body())
        .map_err(|error| Refusal::invalid(rules, format!("data should be valid JSON: {error}")))?;
    let in_2021 = rules.is(rules::VERSION_SHAPE, "2021");
    let tolerance = Tolerance {
        legacy_properties: in_2021 || !rules.is(rules::PICTURE, "refused"),
        numeric_entity_ids: in_2021 || rules.is(rules::ENTITY_IDS, "lenient"),
    };
    schema.check(&body, tolerance).map_err(|message| Refusal::invalid(rules, message))?;
    Ok(body)
}

fn check_content_type(rules: &Rules, request: &Request<Bytes>) -> Result<(), Refusal> {
    let value = request.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") || rules.is(rules::CONTENT_TYPE, "ignored") {
        return Ok(());
    }
    let status = rules.status(rules::CONTENT_TYPE).unwrap_or(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    Err(Refusal::new(status, format!("the content type should be application/json, not {media_type:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_open_but_the_secret_ones() {
        let mut hidden: Vec<_> = FIELDS.iter().copied().filter(|name| !is_open_field(name)).collect();
        hidden.sort_unstable();
        assert_eq!(
            hidden,
            ["license", "newPassword", "oldPassword", "password", "searchUserPassword", "smtpAccountPassword", "token"]
        );
        for open in ["email", "defaultProfileId", "entityIds", "picture"] {
            assert!(is_open_field(open), "{open}");
        }
        for unknown in ["pin", "Name", "key", ""] {
            assert!(!is_open_field(unknown), "{unknown}");
        }
    }
}
