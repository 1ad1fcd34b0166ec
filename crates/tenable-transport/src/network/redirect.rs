//! Redirects, which are never followed.

use http::header::LOCATION;
use http::{Response, StatusCode, Uri};

use crate::{Origin, TransportError, TransportErrorKind};

/// The error for a redirect of `target`, if the response is one that names a place.
pub(super) fn refuse<B>(response: &Response<B>, target: &Origin) -> Result<(), TransportError> {
    let location = response.headers().get(LOCATION);
    let Some(location) = location.filter(|_| response.status().is_redirection()) else { return Ok(()) };
    let place = place(location.to_str().unwrap_or_default(), target);
    let status = response.status().as_u16();
    Err(TransportError::new(TransportErrorKind::Redirect)
        .with_outcome_unknown(may_have_acted(response.status()))
        .with_message(format!(
            "{target} answered {status} with a redirect to {place}, which is not followed; usually the base URL is \
             wrong, or a single sign-on proxy stands in front"
        )))
}

/// Whether the server may have carried out the call: clients go on from 301, 302 and 303 with a GET, so servers answer
/// a form so when it is done. 307 and 308 ask for the same request in another place. Source: RFC 9110, section 15.4.
fn may_have_acted(status: StatusCode) -> bool {
    matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER)
}

/// The origin of a location; its path and query are none of the log's business.
fn place(location: &str, target: &Origin) -> String {
    let absolute = match location.strip_prefix("//") {
        Some(rest) if target.is_https() => format!("https://{rest}"),
        Some(rest) => format!("http://{rest}"),
        None => location.to_owned(),
    };
    match absolute.parse::<Uri>() {
        Ok(uri) if uri.scheme().is_some() => match Origin::of(&uri) {
            Ok(origin) if origin == *target => "another path of the same server".to_owned(),
            Ok(origin) => origin.to_string(),
            Err(_) => "a place that is no web server".to_owned(),
        },
        Ok(_) => "another path of the same server".to_owned(),
        Err(_) => "a place that cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, location: &str) -> Option<TransportError> {
        let response = Response::builder().status(status).header(LOCATION, location).body(()).unwrap();
        refuse(&response, &"https://acme.example".parse().unwrap()).err()
    }

    fn redirect(status: u16, location: &str) -> Option<String> {
        refused(status, location).map(|error| error.to_string())
    }

    #[test]
    fn only_a_request_to_repeat_the_call_says_that_it_was_not_carried_out() {
        for (status, unknown) in [(301, true), (302, true), (303, true), (307, false), (308, false)] {
            assert_eq!(refused(status, "/x").unwrap().outcome_unknown(), unknown, "{status}");
        }
    }

    #[test]
    fn names_the_origin_and_nothing_else() {
        for (location, expected) in [
            ("https://sso.example/login?SAMLRequest=abc", "https://sso.example"),
            ("http://acme.example/", "http://acme.example"),
            ("//sso.example:8443/x", "https://sso.example:8443"),
            ("https://acme.example:443/other", "another path of the same server"),
            ("/login.html?next=/users/7", "another path of the same server"),
            ("login.html", "another path of the same server"),
            ("https://u:p@sso.example/", "a place that is no web server"),
            ("https://\u{1}/", "a place that cannot be read"),
        ] {
            if location.contains('\u{1}') {
                assert_eq!(place(location, &"https://acme.example".parse().unwrap()), expected);
                continue;
            }
            let message = redirect(302, location).unwrap();
            assert!(message.contains(&format!("a redirect to {expected}, which")), "{location}: {message}");
            assert!(!message.contains("SAML") && !message.contains("next") && !message.contains("u:p"));
        }
    }

    #[test]
    fn only_a_redirect_that_names_a_place() {
        assert!(redirect(201, "/users/7").is_none());
        assert!(redirect(308, "/x").is_some());
        let response = Response::builder().status(304).body(()).unwrap();
        assert!(refuse(&response, &"https://acme.example".parse().unwrap()).is_ok());
    }
}
