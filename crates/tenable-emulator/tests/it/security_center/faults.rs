//! E35: trouble on demand, on this product.

use serde_json::{Value, json};
use tenable_emulator::Delivery;
use tenable_emulator::faults::{Fault, FaultKind, RetryAfter};

use super::support::{Answer, Center, MANAGER, each, key_header, names, new_user, to};

/// The answer to a list of users, under a fault.
fn under(fault: Fault) -> (Center, Answer) {
    let center = Center::new();
    center.core.add_fault(fault);
    let answer = center.ask(MANAGER, "GET", "/user", None);
    (center, answer)
}

#[test]
fn e35_the_database_is_locked_once() {
    let center = Center::new();
    center.core.add_fault(Fault::database_locked().method("POST").path("/rest/user"));
    let refusal = center.ask(MANAGER, "POST", "/user", new_user("ann"));
    assert_eq!((refusal.status, refusal.message()), (403, "database is locked\n"));
    assert!(refusal.code() != 0 && refusal.text.ends_with('\n'));
    assert_eq!(center.create("ann").1, 10, "nothing was created, and the second try succeeds");
}

#[test]
fn e35_server_errors_and_rate_limits_keep_the_envelope() {
    let (_, answer) = under(Fault::internal_server_error());
    assert_eq!((answer.status, &answer.envelope["type"]), (500, &json!("regular")));
    let (_, answer) = under(Fault::too_many_requests(Some(RetryAfter::Seconds(3))));
    assert_eq!((answer.status, &answer.headers["retry-after"]), (429, &"3".parse().unwrap()));
    assert_eq!(answer.response(), "");
    let (_, answer) = under(Fault::bad_gateway());
    assert!(answer.status == 502 && answer.text.contains("<html>"));
}

#[test]
fn e35_a_session_can_end_in_the_middle() {
    let center = Center::new();
    let session = center.login("north.manager");
    center.core.add_fault(Fault::revoke_credential().skip(1));
    let codes: Vec<_> = (0..3).map(|_| center.ask_in(&session, "GET", "/user", None).code()).collect();
    assert_eq!(codes, [0, 12, 12]);
    // The key of the same user is not concerned; revoking one makes another.
    let key = center.core.api_key(1, 1).unwrap();
    center.core.add_fault(Fault::revoke_credential());
    assert_eq!(center.ask(MANAGER, "GET", "/user", None).status, 400);
    assert_ne!(center.core.api_key(1, 1).unwrap(), key);
    let old = to("GET", "/user").header("x-apikey", key_header(&key));
    assert_eq!(center.send(old, None, None).status, 400);
}

#[test]
fn e35_answers_can_be_late() {
    let center = Center::new();
    center.core.add_fault(Fault::latency(std::time::Duration::from_millis(30)));
    let request = to("GET", "/system").body(bytes::Bytes::new()).unwrap();
    let reply = center.core.handle(request);
    assert_eq!((reply.delay.as_millis(), reply.response.status().as_u16()), (30, 200));
}

#[test]
fn e35_a_page_that_is_no_json() {
    let (center, answer) = under(Fault::new(FaultKind::NotFoundPage));
    assert_eq!((answer.status, &answer.envelope), (404, &Value::Null));
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    let (_, page) = under(Fault::new(FaultKind::HtmlPage));
    assert!(page.status == 200 && page.text.contains("<html>"));
    assert_eq!(center.core.journal()[0].faults, ["not_found_page"]);
}

#[test]
fn e35_counters_can_be_texts() {
    let center = Center::with(&[("sc.page_counters", "string")]);
    let page = center.get(MANAGER, "/user?paginated=true&startOffset=0&endOffset=2");
    for counter in ["totalRecords", "returnedRecords", "startOffset", "endOffset"] {
        assert!(page[counter].is_string(), "{counter}");
    }
}

#[test]
fn e35_warnings_can_be_objects() {
    let (_, answer) = under(Fault::new(FaultKind::Warnings));
    let warning = &answer.envelope["warnings"][0];
    assert!(warning["code"].is_u64() && warning["warning"].is_string(), "{}", answer.text);
    assert_eq!(each(answer.response(), "id").len(), 9);
    // Failures are left as they are.
    let center = Center::new();
    center.core.add_fault(Fault::new(FaultKind::Warnings));
    assert_eq!(center.ask(MANAGER, "GET", "/user/99", None).envelope["warnings"], json!([]));
}

#[test]
fn answers_can_have_more_fewer_and_older_fields() {
    let (_, more) = under(Fault::new(FaultKind::ExtraFields));
    assert!(more.response()[0].get("addedInALaterRelease").is_some());
    let (_, fewer) = under(Fault::new(FaultKind::MissingOptionalFields));
    assert_eq!(names(&fewer.response()[0]), ["id", "uuid"]);
    let center = Center::new();
    center.core.add_fault(Fault::new(FaultKind::OldVersionShapes).always());
    let user = center.get(MANAGER, "/user/3");
    assert_eq!((user.get("uuid"), user.get("apiKeys"), &user["id"]), (None, None, &json!("3")));
    assert_eq!(user["responsibleAsset"].get("uuid"), None);
    let center = Center::new();
    center.core.add_fault(Fault::new(FaultKind::MissingOptionalFields).always());
    assert_eq!(names(&center.get(MANAGER, "/user?paginated=true")["results"][0]), ["id", "uuid"]);
    assert_eq!(center.get(MANAGER, "/system"), json!({}));
    assert_eq!(center.get(MANAGER, "/group"), json!([{ "id": "0" }, { "id": "1" }, { "id": "2" }]));
    center.login("north.manager");
}

#[test]
fn an_answer_is_lost_after_the_change() {
    let center = Center::new();
    center.core.add_fault(Fault::reset_after_commit().product("security_center").method("POST"));
    let key = key_header(&center.core.api_key(1, 1).unwrap());
    let request = to("POST", "/user").header("x-apikey", key).header("content-type", "application/json");
    let reply = center.core.handle(request.body(new_user("ann").to_string().into()).unwrap());
    assert_eq!(reply.delivery, Delivery::Reset);
    assert_eq!(center.get(MANAGER, "/user/10")["username"], "ann");
}

#[test]
fn a_body_can_be_cut_in_the_middle() {
    let (_, answer) = under(Fault::new(FaultKind::TruncatedJson));
    assert!(answer.status == 200 && answer.envelope.is_null() && answer.text.starts_with("{\"type\""));
}
