//! Every way to sign in, by the requests that it makes.

use http::Request;
use tenable_api::{Effect, Error, ErrorKind};
use tenable_transport::{Idempotency, TransportErrorKind};

use super::support::{
    PASSWORD, Reply, Server, done, envelope, full, header, none, ok, raw, refusal, session, with_header,
};

fn no_session(error: &Error) {
    assert_eq!(error.effect(), Effect::NotSent, "{error}");
    assert!(!error.outcome_unknown() && error.attempts() == 0, "{error}");
}

#[tokio::test]
async fn a_key_goes_with_every_call_and_opens_no_session() {
    let server = Server::new([], [none(), none(), ok(r#"{"version":"6.4.0"}"#)]);
    let sc = server.client(None);
    sc.users().list().send().await.unwrap();
    sc.clone().roles().list().send().await.unwrap();
    sc.system().details().send().await.unwrap();
    for request in server.requests() {
        assert_eq!(header(&request, "x-apikey"), Some("accesskey=access-aaaa; secretkey=secret-bbbb;"));
        assert!(request.headers()["x-apikey"].is_sensitive());
        assert_eq!((header(&request, "x-securitycenter"), header(&request, "cookie")), (None, None));
        assert!(header(&request, "user-agent").unwrap().starts_with("tenable-api/"));
    }
    assert_eq!(server.lines(), ["GET /rest/user", "GET /rest/role", "GET /rest/system"]);
}

#[tokio::test]
async fn blanks_around_a_key_are_no_part_of_it() {
    let server = Server::new([], [none()]);
    let sc = server.builder().api_key(" access-aaaa\n", "secret-bbbb ").build().unwrap();
    sc.users().list().send().await.unwrap();
    assert_eq!(header(&server.requests()[0], "x-apikey"), Some("accesskey=access-aaaa; secretkey=secret-bbbb;"));
}

#[tokio::test]
async fn a_password_opens_a_session_for_all_that_follows() {
    let server = Server::new([session(123_456_789)], [none(), none()]);
    let sc = server.builder().login("ann", PASSWORD).user_agent("audit/1").build().unwrap();
    assert!(server.requests().is_empty(), "nothing is sent before it is needed");
    sc.users().list().send().await.unwrap();
    sc.clone().roles().list().send().await.unwrap();

    assert_eq!(server.lines(), ["POST /rest/token", "GET /rest/user", "GET /rest/role"]);
    assert_eq!(server.sign_in_bodies(), [r#"{"username":"ann","password":"Violet-Harbor-42"}"#]);
    let requests = server.requests();
    assert_eq!(header(&requests[0], "content-type"), Some("application/json"));
    for name in ["x-securitycenter", "cookie", "x-apikey"] {
        assert_eq!(header(&requests[0], name), None, "{name} is for what comes after");
    }
    for request in &requests {
        assert!(header(request, "user-agent").unwrap().starts_with("audit/1 tenable-api/"));
    }
    for request in &requests[1..] {
        assert_eq!(header(request, "x-securitycenter"), Some("123456789"));
        assert_eq!(header(request, "cookie"), Some("TNS_SESSIONID=5f2b123456789"));
        assert_eq!(header(request, "x-apikey"), None);
        assert!(request.headers()["x-securitycenter"].is_sensitive() && request.headers()["cookie"].is_sensitive());
    }
}

#[tokio::test]
async fn a_token_may_be_digits_and_the_last_cookie_counts() {
    let answer = envelope(200, 0, "", r#"{"token":"314159","unassociatedCert":"false","lastLogin":"1612341234"}"#);
    let answer = with_header(answer, "set-cookie", "TNS_SESSIONID=first; path=/; secure; HttpOnly");
    let answer = with_header(answer, "set-cookie", "OTHER=third");
    let answer = with_header(answer, "set-cookie", "TNS_SESSIONID=second; path=/; secure; HttpOnly; SameSite=Strict");
    let answer = with_header(answer, "set-cookie", "LB=fourth; path=/");
    let server = Server::new([answer.into()], [none()]);
    server.client(Some(PASSWORD)).users().list().send().await.unwrap();
    let call = &server.requests()[1];
    assert_eq!(header(call, "x-securitycenter"), Some("314159"));
    assert_eq!(header(call, "cookie"), Some("TNS_SESSIONID=second"));
}

#[tokio::test]
async fn an_account_at_its_limit_ends_no_session_unasked() {
    for limit in [full(), ok(r#"{"releaseSession":"true"}"#)] {
        let server = Server::new([limit], []);
        let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
        assert!(error.is_session_limit(), "{error}");
        no_session(&error);
        assert_eq!(
            error.to_string(),
            "users.list: the account has as many sessions as it may have: signing in would end another session of the \
             account; the call itself was not sent; close a session elsewhere, or allow release_session, which ends one of \
             them"
        );
        assert_eq!(server.lines(), ["POST /rest/token"]);
    }
}

#[tokio::test]
async fn an_account_at_its_limit_ends_a_session_where_that_is_allowed() {
    let bodies = [
        r#"{"username":"ann","password":"Violet-Harbor-42"}"#,
        r#"{"username":"ann","password":"Violet-Harbor-42","releaseSession":true}"#,
    ];
    for limit in [full(), ok(r#"{"releaseSession":"true"}"#)] {
        let server = Server::new([limit, session(123_456_789)], [none()]);
        let sc = server.builder().login("ann", PASSWORD).release_session(true).build().unwrap();
        sc.users().list().send().await.unwrap();
        assert_eq!(server.sign_in_bodies(), bodies);
        assert_eq!(header(&server.requests()[2], "x-securitycenter"), Some("123456789"));
    }
    let server = Server::new([full(), full()], []);
    let sc = server.builder().login("ann", PASSWORD).release_session(true).build().unwrap();
    assert!(sc.users().list().send().await.unwrap_err().is_session_limit());
    assert_eq!(server.sign_in_bodies(), bodies, "a server that frees nothing is not asked a third time");

    // Below the limit nothing is released.
    let server = Server::new([session(123_456_789)], [none()]);
    let sc = server.builder().login("ann", PASSWORD).release_session(true).build().unwrap();
    sc.users().list().send().await.unwrap();
    assert_eq!(server.sign_in_bodies(), bodies[..1]);
}

#[tokio::test]
async fn a_certificate_opens_a_session_by_the_system_call() {
    let Reply::Answer(system) = session(123_456_789) else { panic!("an answer") };
    let server = Server::new([], [system.into(), none(), done()]);
    let sc = server.builder().client_certificate_login().build().unwrap();
    sc.users().list().send().await.unwrap();
    sc.close().await.unwrap();
    assert_eq!(server.lines(), ["GET /rest/system", "GET /rest/user", "DELETE /rest/token"]);
    let requests = server.requests();
    assert_eq!((header(&requests[0], "x-securitycenter"), header(&requests[0], "cookie")), (None, None));
    for request in &requests[1..] {
        assert_eq!(header(request, "x-securitycenter"), Some("123456789"));
        assert_eq!(header(request, "cookie"), Some("TNS_SESSIONID=5f2b123456789"));
    }
}

#[tokio::test]
async fn a_certificate_without_a_token_is_a_sign_in_that_failed() {
    for payload in [r#"{"version":"6.5.1"}"#, r#"{"version":"6.5.1","token":null}"#] {
        let server = Server::new([], [ok(payload)]);
        let sc = server.builder().client_certificate_login().build().unwrap();
        let error = sc.users().list().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{payload}: {error}");
        assert!(error.to_string().contains("no token for the client certificate"), "{error}");
        assert!(error.to_string().contains("check the name and the password, or the client certificate"), "{error}");
        no_session(&error);
        assert_eq!(server.lines(), ["GET /rest/system"]);
    }
}

#[tokio::test]
async fn half_a_session_is_none() {
    let without_cookie = || envelope(200, 0, "", r#"{"token":123456789}"#);
    for (answer, part) in [
        (without_cookie(), "no session cookie"),
        (with_header(without_cookie(), "set-cookie", "OTHER=x; path=/"), "no session cookie"),
        (with_header(without_cookie(), "set-cookie", "TNS_SESSIONID=; path=/"), "no session cookie"),
        (with_header(envelope(200, 0, "", "{}"), "set-cookie", "TNS_SESSIONID=5f2b"), "gave no token"),
    ] {
        let server = Server::new([answer.into()], []);
        let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
        assert!(error.is_unreadable() && error.to_string().contains(part), "{error}");
        no_session(&error);
    }
    let server = Server::new([], [without_cookie().into()]);
    let sc = server.builder().client_certificate_login().build().unwrap();
    let error = sc.users().list().send().await.unwrap_err();
    assert!(error.to_string().contains("cookie"), "{error}");
    no_session(&error);
}

#[tokio::test]
async fn sign_ins_go_where_the_calls_go() {
    for (url, base) in [
        ("https://sc.example.com", "https://sc.example.com"),
        ("https://sc.example.com/rest", "https://sc.example.com"),
        ("https://sc.example.com/rest/", "https://sc.example.com"),
        ("https://gate.example.com:8443/audit", "https://gate.example.com:8443/audit"),
        ("https://gate.example.com:8443/audit/rest/", "https://gate.example.com:8443/audit"),
    ] {
        let server = Server::new([session(123_456_789)], [none(), done()]);
        let sc = server.builder().url(url).login("ann", PASSWORD).build().unwrap();
        sc.users().list().send().await.unwrap();
        sc.close().await.unwrap();
        let uris: Vec<String> = server.requests().iter().map(|request| request.uri().to_string()).collect();
        assert_eq!(
            uris,
            [format!("{base}/rest/token"), format!("{base}/rest/user"), format!("{base}/rest/token")],
            "{url}"
        );
    }
}

#[tokio::test]
async fn what_is_no_answer_of_the_product_is_no_wrong_password() {
    for (answer, kind, text) in [
        (raw(404, "<h1>404 Not Found</h1>"), ErrorKind::Other, "this is no answer of Security Center, check the URL"),
        (raw(502, "<h1>Bad gateway</h1>"), ErrorKind::Unavailable, "signing in failed: Bad gateway"),
        (raw(503, ""), ErrorKind::Unavailable, "the server did not say why"),
        (raw(500, "Boom"), ErrorKind::Server, "signing in failed: Boom"),
        (raw(200, "<title>Sign in</title>"), ErrorKind::Unreadable, "no answer of Security Center"),
        (raw(200, ""), ErrorKind::Unreadable, "no answer of Security Center"),
        (refusal(403, 1, "database is locked\n"), ErrorKind::Unavailable, "database is locked"),
    ] {
        let server = Server::new([answer.into()], []);
        let error = server.client(Some(PASSWORD)).users().create("bo", 2).password("pw").send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert!(!error.is_unauthenticated(), "{error}");
        no_session(&error);
        assert_eq!(server.lines(), ["POST /rest/token"], "a password is sent once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_was_put_off_says_for_how_long_and_may_be_tried_again() {
    for (status, kind) in [(429, ErrorKind::RateLimited), (503, ErrorKind::Unavailable)] {
        let later = with_header(raw(status, ""), "retry-after", "7");
        let server = Server::new([later.into(), session(123_456_789)], [ok(r#"{"id":"7"}"#)]);
        let sc = server.client(Some(PASSWORD));
        let error = sc.users().create("bo", 2).password("pw").send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(7), "{error}");
        assert!(error.is_retryable(), "{error}");
        assert!(error.to_string().ends_with("the call itself was not sent; try again in 7 s"), "{error}");
        no_session(&error);
        assert_eq!(server.lines(), ["POST /rest/token"]);
        sc.users().create("bo", 2).password("pw").send().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_never_connected_is_tried_again() {
    let unsent = Reply::Failure(TransportErrorKind::Connect);
    let server = Server::new([unsent.clone(), session(123_456_789)], [ok(r#"{"id":"7"}"#)]);
    server.client(Some(PASSWORD)).users().create("bo", 2).password("pw").send().await.unwrap();
    assert_eq!(server.lines(), ["POST /rest/token", "POST /rest/token", "POST /rest/user"]);

    let server = Server::new(vec![unsent; 3], []);
    let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_sign_in_is_not_repeated_behind_ones_back() {
    let server = Server::new([Reply::Failure(TransportErrorKind::Interrupted)], []);
    let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.is_retryable(), "{error}");
    no_session(&error);
    assert_eq!(server.lines(), ["POST /rest/token"], "it may have opened a session");
}

#[tokio::test]
async fn what_the_sdk_does_not_know_is_sent_in_the_session() {
    let server = Server::new(
        [session(123_456_789), session(987_654_321)],
        [raw(418, "short and stout").into(), super::support::expired(), none()],
    );
    let sc = server.client(Some(PASSWORD));
    let request = || Request::get("/rest/policy?fields=id").body(bytes::Bytes::new()).unwrap();
    let response = sc.client().send_raw(request(), Idempotency::Read).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_ref()), (418, &b"short and stout"[..]));
    let first = &server.requests()[1];
    assert_eq!(first.uri(), "https://sc.example.com/rest/policy?fields=id");
    assert_eq!(header(first, "x-securitycenter"), Some("123456789"));
    assert_eq!(header(first, "cookie"), Some("TNS_SESSIONID=5f2b123456789"));

    let response = sc.client().send_raw(request(), Idempotency::Read).await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "an expired session is renewed for it as well");
    assert_eq!(header(&server.requests()[4], "x-securitycenter"), Some("987654321"));

    let elsewhere = Request::get("https://evil.example.com/rest/user").body(bytes::Bytes::new()).unwrap();
    assert!(sc.client().send_raw(elsewhere, Idempotency::Read).await.unwrap_err().is_invalid_input());
    assert_eq!(server.requests().len(), 5);
}
