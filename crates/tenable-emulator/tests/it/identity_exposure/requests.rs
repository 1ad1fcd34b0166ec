//! Requests that are not what the product takes.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::support::Instance;

#[test]
fn an_unknown_route_fails_loudly_and_stands_in_the_journal() {
    let instance = Instance::new();
    for path in ["/api/groups", "/api/users/", "//api/users", "/api/api/users", "/users", "/api/metrics"] {
        let (status, body) = instance.ask("GET", path, None);
        assert_eq!(status, 404, "{path}");
        assert!(body["message"].as_str().unwrap().contains(path), "{body}");
    }
    let journal = instance.core.journal();
    assert_eq!(journal.len(), 6);
    assert!(journal.iter().all(|entry| entry.route.is_none() && entry.status == Some(404)));
}

#[test]
fn an_unknown_method_names_the_known_ones() {
    let body = Instance::new().expect(404, "PUT", "/api/users/7", None);
    assert!(body["message"].as_str().unwrap().ends_with("only GET, PATCH, DELETE"), "{body}");
}

#[test]
fn an_id_has_digits_only() {
    let instance = Instance::new();
    for path in ["/api/users/abc", "/api/users/1a", "/api/users/-1", "/api/roles/1%2F2", "/api/users/whoami2"] {
        let body = instance.expect(400, "GET", path, None);
        assert_eq!(body["code"], "INVALID_PAYLOAD_FORMAT");
        assert!(body["message"].as_str().unwrap().contains("should be a numerical string"), "{body}");
    }
    instance.expect(404, "GET", "/api/users/99999999999999999999999", None);
    instance.expect(400, "PATCH", "/api/users/whoami", json!({}));
}

#[test]
fn a_query_is_refused() {
    let body = Instance::new().expect(400, "GET", "/api/users?search=a&page=1&perPage=2", None);
    assert_eq!(body["message"], "should NOT have additional properties: search, page, perPage");
}

#[test]
fn a_body_is_json_and_says_so() {
    let instance = Instance::new();
    let ask = |content_type: Option<&str>, body: &'static str| {
        let mut request = Request::patch("/api/users/2").header("x-api-key", instance.core.api_key());
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        instance.core.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap()).response.status().as_u16()
    };
    assert_eq!(ask(None, "{}"), 415);
    assert_eq!(ask(Some("text/plain"), "{}"), 415);
    assert_eq!(ask(Some("application/json; charset=utf-8"), "{}"), 200);
    assert_eq!(ask(Some("application/json"), "{"), 400);
    assert_eq!(ask(Some("application/json"), ""), 400);
}

#[test]
fn a_body_where_none_is_described_is_refused() {
    let instance = Instance::new();
    instance.expect(400, "POST", "/api/api-key", json!({ "key": "wish" }));
    instance.expect(400, "DELETE", "/api/users/2", json!({ "force": true }));
    // pyTenable sends one.
    instance.expect(200, "POST", "/api/api-key", json!({}));
}

#[test]
fn answers_have_the_keys_in_the_order_of_the_description() {
    let instance = Instance::new();
    let request = Request::get("/api/users/2").header("X-API-Key", instance.core.api_key()).body(Bytes::new()).unwrap();
    let response = instance.core.handle(request).response;
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(
        String::from_utf8(response.body().to_vec()).unwrap(),
        r#"{"id":2,"name":"Robin","surname":"Active","email":"robin.active@example.com","provider":"tenable","lockedOut":false,"department":"Identity","biography":null,"active":true,"roles":[2,3],"identifier":"robin.active@example.com","eulaVersion":1}"#
    );
}
