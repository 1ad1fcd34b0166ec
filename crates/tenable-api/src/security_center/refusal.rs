//! What a refusal means. Security Center answers 403 to nearly everything it refuses; only its code and its text tell one from another.
//!
//! Sources: recorded exchanges, the vendor's guide for API keys, community reports. Codes do not part kinds cleanly, so the text counts
//! as well.

use bytes::Bytes;
use http::{Method, Response, StatusCode};

use super::envelope::Head;
use crate::ErrorKind;
use crate::error::{Refusal, excerpt};

/// What a refusal is read by besides the answer itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances<'a> {
    pub(super) method: &'a Method,
    /// Whether the call was made with an API key, and not in a session.
    pub(super) api_key: bool,
    /// Whether it was made to sign in.
    pub(super) signs_in: bool,
}

/// The refusal in an answer; `None` if it is a success, or no answer of the product at all with a status of success.
pub(super) fn refusal(
    head: Option<&Head>,
    response: &Response<Bytes>,
    circumstances: Circumstances<'_>,
) -> Option<Refusal> {
    let mut refusal = read(head, response, circumstances)?;
    if circumstances.signs_in {
        refusal.kind = Some(match refusal.kind(response.status()) {
            kind @ (ErrorKind::Unavailable | ErrorKind::Server | ErrorKind::RateLimited | ErrorKind::Other) => kind,
            // Whatever it says of a sign-in, it is the credentials.
            _ => ErrorKind::Unauthenticated,
        });
    }
    Some(refusal)
}

fn read(head: Option<&Head>, response: &Response<Bytes>, circumstances: Circumstances<'_>) -> Option<Refusal> {
    let status = response.status();
    let Some(head) = head else {
        return (!status.is_success()).then(|| not_the_product(response, circumstances));
    };
    let code = head.error_code.unwrap_or_default();
    if status.is_success() && code == 0 {
        return None;
    }
    let message = excerpt(head.error_msg.as_bytes());
    Some(Refusal {
        kind: kind(status, code, &message.to_ascii_lowercase(), circumstances),
        code: (code != 0).then(|| code.to_string()),
        message: Some(message).filter(|message| !message.is_empty()),
    })
}

/// An answer of something else: a proxy, or another product at the same address. Or a key that is refused without a word.
fn not_the_product(response: &Response<Bytes>, circumstances: Circumstances<'_>) -> Refusal {
    let mut refusal = Refusal::read(response);
    let wordless = response.body().trim_ascii().is_empty();
    if wordless && circumstances.api_key && matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN)
    {
        refusal.kind = Some(ErrorKind::Unauthenticated);
    }
    if response.status() == StatusCode::NOT_FOUND {
        // Not "it does not exist": nobody who knows was asked.
        refusal.kind = Some(ErrorKind::Other);
        let said = refusal.message.take().map_or_else(String::new, |message| format!(": {message}"));
        refusal.message = Some(format!("this is no answer of Security Center, check the URL{said}"));
    }
    refusal
}

fn kind(status: StatusCode, code: i64, text: &str, circumstances: Circumstances<'_>) -> Option<ErrorKind> {
    let Circumstances { method, api_key, .. } = circumstances;
    let says = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    // What a creation cannot find is something that it refers to.
    let missing = if method == Method::POST { ErrorKind::Refused } else { ErrorKind::NotFound };
    Some(match code {
        _ if says(&["database is locked"]) => ErrorKind::Unavailable,
        _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => return None,
        // A server that knows no keys, or takes none, misses the token.
        12 if api_key => ErrorKind::Unauthenticated,
        12 => ErrorKind::SessionExpired,
        15 => ErrorKind::OrganizationRequired,
        _ if says(&["valid orgid is required"]) => ErrorKind::OrganizationRequired,
        147 => missing,
        // An attribute that "does not exist" is no object that does not.
        142 => ErrorKind::Refused,
        _ if says(&["does not exist", "unable to find"]) => missing,
        _ if says(&["is required", "must be"]) => ErrorKind::Refused,
        _ if status == StatusCode::BAD_REQUEST && api_key => ErrorKind::Unauthenticated,
        _ if status == StatusCode::BAD_REQUEST => ErrorKind::Refused,
        // Never seen of the product itself, so the status has the word.
        _ if status != StatusCode::FORBIDDEN && !status.is_success() => return None,
        // An invalid key was answered so, without a word.
        0 if text.is_empty() && api_key => ErrorKind::Unauthenticated,
        _ => ErrorKind::PermissionDenied,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, method: &Method, api_key: bool, body: &str) -> Option<Refusal> {
        let response = Response::builder()
            .status(status)
            .header("content-type", "text/html; charset=UTF-8")
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        refusal(Head::read(body.as_bytes()).as_ref(), &response, Circumstances { method, api_key, signs_in: false })
    }

    fn envelope(code: i64, message: &str) -> String {
        let message = serde_json::Value::from(message);
        format!(
            r#"{{"type":"regular","response":"","error_code":{code},"error_msg":{message},"warnings":[],"timestamp":1}}"#
        )
    }

    #[test]
    fn every_known_refusal_has_its_kind() {
        let (get, post, patch, delete) = (&Method::GET, &Method::POST, &Method::PATCH, &Method::DELETE);
        for (status, code, message, method, api_key, kind) in [
            (400, 0, "", get, true, ErrorKind::Unauthenticated),
            (400, 0, "both a key and a token", get, false, ErrorKind::Refused),
            (403, 0, "", get, true, ErrorKind::Unauthenticated),
            (403, 0, "", get, false, ErrorKind::PermissionDenied),
            (403, 12, "The request contains an invalid token.", get, false, ErrorKind::SessionExpired),
            (403, 12, "The request contains an invalid token.", get, true, ErrorKind::Unauthenticated),
            (403, 15, "A valid orgID is required.\n", get, true, ErrorKind::OrganizationRequired),
            (403, 146, "A valid orgID is required.\n", get, true, ErrorKind::OrganizationRequired),
            (403, 142, "Specify the attribute.\nvulnScoringSystem\n", post, true, ErrorKind::Refused),
            (403, 142, "The field 'shoeSize' does not exist.\n", get, true, ErrorKind::Refused),
            (403, 143, "Unable to process the query.\n", post, true, ErrorKind::PermissionDenied),
            (403, 104, "Unable to retrieve a list.\n", get, true, ErrorKind::PermissionDenied),
            (403, 146, "The group has no access to repository 3.\n", post, true, ErrorKind::PermissionDenied),
            (403, 146, "groupAssign must be empty, 'all' or 'fullAccess'.\n", patch, true, ErrorKind::Refused),
            (403, 147, "Error retrieving LDAP #-1.\nIt does not exist.\n", post, true, ErrorKind::Refused),
            (403, 147, "Unable to find existing User #9 to delete.\n", delete, true, ErrorKind::NotFound),
            (403, 147, "", patch, true, ErrorKind::NotFound),
            (403, 99, "User #9 does not exist.\n", get, true, ErrorKind::NotFound),
            (403, 99, "A name is required.\n", patch, true, ErrorKind::Refused),
            (403, 99, "Not for you.\n", get, true, ErrorKind::PermissionDenied),
            (403, 1, "database is locked\n", post, true, ErrorKind::Unavailable),
            (200, 147, "User #9 does not exist.\n", get, true, ErrorKind::NotFound),
            (500, 3, "Boom.\n", get, true, ErrorKind::Server),
        ] {
            let refusal = answer(status, method, api_key, &envelope(code, message)).unwrap();
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(refusal.kind(status), kind, "{status} {code} {message:?} on {method}");
            assert_eq!(refusal.code, (code != 0).then(|| code.to_string()));
        }
    }

    #[test]
    fn lines_become_one() {
        let refusal = answer(403, &Method::GET, true, &envelope(147, "No LDAP #-1.\nIt does not exist.\n")).unwrap();
        assert_eq!(refusal.message.as_deref(), Some("No LDAP #-1. It does not exist."));
    }

    #[test]
    fn success_is_no_refusal() {
        assert!(answer(200, &Method::GET, true, &envelope(0, "")).is_none());
        assert!(answer(200, &Method::GET, true, "<h1>Sign in</h1>").is_none(), "it is left to whoever reads the value");
    }

    #[test]
    fn a_key_may_be_refused_without_a_word() {
        for (status, api_key, body, kind) in [
            (400, true, "", ErrorKind::Unauthenticated),
            (403, true, "\n", ErrorKind::Unauthenticated),
            (400, false, "", ErrorKind::Refused),
            (403, false, "", ErrorKind::PermissionDenied),
            (400, true, "<h1>Request header too large</h1>", ErrorKind::Refused),
        ] {
            let refusal = answer(status, &Method::GET, api_key, body).unwrap();
            assert_eq!(refusal.kind(StatusCode::from_u16(status).unwrap()), kind, "{status} {api_key} {body}");
        }
    }

    #[test]
    fn another_product_is_not_a_missing_object() {
        let refusal = answer(404, &Method::DELETE, true, "<html><h1>404 Not Found</h1></html>").unwrap();
        assert_eq!(refusal.kind(StatusCode::NOT_FOUND), ErrorKind::Other);
        assert!(refusal.message.unwrap().contains("check the URL: 404 Not Found"));
        let refusal = answer(502, &Method::GET, true, "<h1>Bad gateway</h1>").unwrap();
        assert_eq!(refusal.kind(StatusCode::BAD_GATEWAY), ErrorKind::Unavailable);
    }
}
