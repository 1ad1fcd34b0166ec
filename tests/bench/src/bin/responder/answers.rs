//! What is answered to which request. An answer is made once, head and body in one piece.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::json;
use tenable_bench::documents::{Product, envelope, with_known_fields};

/// Answers of different requests that are kept.
const KEPT: usize = 4096;

/// All that the server knows.
#[derive(Debug)]
pub(crate) struct Answers {
    users: u32,
    /// Whether users of Identity Exposure have a field that the client does not know.
    unknown_fields: bool,
    made: RwLock<HashMap<String, Arc<[u8]>>>,
    pub(crate) connections: AtomicU64,
    pub(crate) requests: AtomicU64,
}

impl Answers {
    /// With lists of this many users where the path says nothing else.
    pub(crate) fn new(users: u32, unknown_fields: bool) -> Self {
        Self {
            users,
            unknown_fields,
            made: RwLock::default(),
            connections: AtomicU64::new(0),
            requests: AtomicU64::new(0),
        }
    }

    /// The answer to a request, by method and target with a space between them.
    pub(crate) fn to(&self, request: &str) -> Arc<[u8]> {
        if request == "GET /stats" {
            let (connections, requests) =
                (self.connections.load(Ordering::Relaxed), self.requests.load(Ordering::Relaxed));
            return whole("200 OK", "", &json!({ "connections": connections, "requests": requests }).to_string());
        }
        if let Some(answer) = self.made.read().unwrap_or_else(PoisonError::into_inner).get(request) {
            return answer.clone();
        }
        let answer = self.make(request);
        let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
        if made.len() < KEPT {
            made.insert(request.to_owned(), answer.clone());
        }
        answer
    }

    fn make(&self, request: &str) -> Arc<[u8]> {
        let (method, target) = request.split_once(' ').unwrap_or((request, "/"));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let prefixed = path.strip_prefix("/n/").and_then(|rest| {
            let (count, path) = rest.split_at(rest.find('/')?);
            Some((count.parse().ok()?, path))
        });
        let (users, path) = prefixed.unwrap_or((self.users, path));
        // A page would have to be cut out of the list.
        if query.contains("ffset=") {
            return whole("501 Not Implemented", "", r#"{"error":"the responder has no pages"}"#);
        }
        self::session(method, path).or_else(|| self::users(method, path, users, self.unknown_fields)).unwrap_or_else(
            || whole("404 Not Found", "", &json!({ "error": format!("the responder has no {request}") }).to_string()),
        )
    }
}

/// The answers that clients of Security Center want before the first call.
fn session(method: &str, path: &str) -> Option<Arc<[u8]>> {
    let system = r#"{"version":"6.4.0","buildID":"202401010000","releaseID":"1","licenseStatus":"Valid","uuid":"0A1B2C3D-4E5F-4061-8273-849506172839"}"#;
    Some(match (method, path) {
        ("GET", "/rest/system") => whole("200 OK", "", &envelope(system)),
        ("POST", "/rest/token") => whole(
            "200 OK",
            "Set-Cookie: TNS_SESSIONID=0123456789abcdef0123456789abcdef; path=/; HttpOnly\r\n",
            &envelope(r#"{"token":1234567890,"unassociatedCert":"false"}"#),
        ),
        ("DELETE", "/rest/token") => whole("200 OK", "", &envelope("\"\"")),
        _ => return None,
    })
}

fn users(method: &str, path: &str, users: u32, unknown_fields: bool) -> Option<Arc<[u8]>> {
    let (product, rest) =
        Product::ALL.into_iter().find_map(|product| Some((product, path.strip_prefix(product.path())?)))?;
    let written = |document: String| {
        if unknown_fields { document } else { with_known_fields(&document) }
    };
    let created = if product == Product::IdentityExposure { "201 Created" } else { "200 OK" };
    Some(match (method, rest.strip_prefix('/')) {
        ("GET", None) if rest.is_empty() => whole("200 OK", "", &written(product.list(users))),
        ("POST", None) if rest.is_empty() && product == Product::IdentityExposure => {
            whole(created, "", &written(product.list(1)))
        }
        ("POST", None) if rest.is_empty() => whole(created, "", &written(product.one(1))),
        // A UUID and `whoami` name the first.
        ("GET", Some(user)) if !user.contains('/') => {
            whole("200 OK", "", &written(product.one(user.parse().unwrap_or(1))))
        }
        _ => return None,
    })
}

fn whole(status: &str, headers: &str, body: &str) -> Arc<[u8]> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {length}\r\n\
         Date: Tue, 01 Jan 2030 08:00:00 GMT\r\nServer: responder\r\nX-Request-Id: 7f0c2d1e93a44b7c\r\n{headers}\r\n"
    );
    [head.as_bytes(), body.as_bytes()].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(request: &str) -> (String, usize) {
        let answer = Answers::new(3, true).to(request);
        let text = std::str::from_utf8(&answer).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
        (head.split("\r\n").next().unwrap().to_owned(), body.matches("\"email\"").count())
    }

    #[test]
    fn a_user_has_a_field_that_no_client_knows_unless_it_is_left_out() {
        for (unknown_fields, expected) in [(true, 3), (false, 0)] {
            let answer = Answers::new(3, unknown_fields).to("GET /api/users");
            let (_, body) = std::str::from_utf8(&answer).unwrap().split_once("\r\n\r\n").unwrap();
            let users: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(body).unwrap();
            assert_eq!(users.len(), 3);
            assert_eq!(users.iter().filter(|user| user.contains_key("lastSignIn")).count(), expected);
        }
    }

    #[test]
    fn every_product_has_lists_details_and_creations() {
        for (request, status, users) in [
            ("GET /api/users", "HTTP/1.1 200 OK", 3),
            ("GET /n/7/api/users", "HTTP/1.1 200 OK", 7),
            ("GET /api/users/9", "HTTP/1.1 200 OK", 1),
            ("GET /api/users/whoami", "HTTP/1.1 200 OK", 1),
            ("POST /api/users", "HTTP/1.1 201 Created", 1),
            ("GET /n/0/rest/user?fields=email", "HTTP/1.1 200 OK", 0),
            ("POST /n/5/rest/user", "HTTP/1.1 200 OK", 1),
            ("POST /rest/token", "HTTP/1.1 200 OK", 0),
            ("GET /users", "HTTP/1.1 200 OK", 3),
            ("GET /users/7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d", "HTTP/1.1 200 OK", 1),
            ("DELETE /users/7", "HTTP/1.1 404 Not Found", 0),
            ("GET /usersx", "HTTP/1.1 404 Not Found", 0),
            ("GET /rest/user?startOffset=0&endOffset=50", "HTTP/1.1 501 Not Implemented", 0),
        ] {
            assert_eq!(answered(request), (status.to_owned(), users), "{request}");
        }
    }
}
