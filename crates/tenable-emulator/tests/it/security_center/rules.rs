//! Every rule, in action: one scene per rule, played under each outcome.

use serde_json::{Value, json};
use tenable_emulator::Peer;
use tenable_emulator::security_center::SEED_PASSWORD;

use super::support::{
    ADMIN, AVERY, Answer, BLAKE, Center, FRANKIE, KIT, LEAD, LINKED, LOCKED, MANAGER, PASSWORD, each, id, key_header,
    names, new_user, session, to, with, without,
};
use crate::support::{Scene, Seen, check_completeness, play};

const REFUSED: &str = "403/142";
const FORBIDDEN: &str = "403/146";

/// Of a choice between refusing and letting pass.
const REFUSED_OR_ALLOWED: Seen = &[("refused", REFUSED), ("allowed", "200")];

fn verdict(center: &Center, who: (u64, u64), method: &str, path: &str, body: Value) -> String {
    center.ask(who, method, path, Some(body).filter(|body| !body.is_null())).verdict()
}

fn code(answer: &Answer) -> String {
    format!("code_{}", answer.code())
}

fn login(center: &Center, username: &str, password: &str) -> Answer {
    center.try_login(username, password, &Value::Null)
}

/// How many of the sessions are alive.
fn alive(center: &Center, sessions: &[super::support::Session]) -> String {
    let status = |session| center.ask_in(session, "GET", "/currentUser", None).status;
    sessions.iter().map(|session| if status(session) == 200 { '1' } else { '0' }).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn ldap_user(more: &Value) -> Value {
    let fields = json!({ "authType": "ldap", "ldap": { "id": 1 } });
    with(with(without(new_user("ann"), "password"), &fields), more)
}

fn linked(parent: &Value) -> Value {
    json!({ "username": "second", "authType": "linked", "roleID": 2, "groupID": 0, "orgID": 2, "parent": parent })
}

/// An administrator who may be deleted or locked as the only one left.
fn alone(center: &Center) {
    center.ok(ADMIN, "DELETE", "/user/8?orgID=1", None);
    center.ok(ADMIN, "DELETE", "/user/2", None);
}

/// A certificate that belongs to user 4.
fn with_certificate(center: &Center) -> Peer {
    let certificate = center.core.issue_client_certificate("blake").unwrap();
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "fingerprint": certificate.fingerprint }));
    Peer::default().with_certificate(certificate.der)
}

/// A scene, and what is to be seen in it under each outcome that is not simply its name.
const SCENES: &[(&str, Scene<Center>, Seen)] = &[
    // Versions, requests and answers.
    (
        "sc.generation",
        |c| {
            let system = c.send(to("GET", "/system"), None, None);
            let uuid = c.get(MANAGER, "/user")[0].get("uuid").is_some();
            format!("{} {} {uuid}", system.response().get("version").is_some(), system.headers.contains_key("vary"))
        },
        &[("6", "false true true"), ("5", "true false false"), ("5.20", "false true false")],
    ),
    (
        "sc.enclave_security",
        |c| c.ask(MANAGER, "GET", "/tes/user", None).status.to_string(),
        &[("off", "404"), ("on", "200")],
    ),
    ("sc.enclave_security_refusal", |c| c.ask(MANAGER, "GET", "/tes/user", None).status.to_string(), &[]),
    (
        "sc.failure_label",
        |c| c.ask(MANAGER, "GET", "/user/99", None).headers["content-type"].to_str().unwrap().to_owned(),
        &[("json", "application/json"), ("html", "text/html; charset=UTF-8")],
    ),
    (
        "sc.unknown_resource",
        |c| {
            let answer = c.ask(MANAGER, "GET", "/nothing", None);
            format!("{} {}", answer.status, kind(&answer.envelope))
        },
        &[("404", "404 object"), ("403", "403 object"), ("html", "404 null")],
    ),
    ("sc.unknown_method", |c| c.ask(MANAGER, "PUT", "/user", None).status.to_string(), &[]),
    (
        "sc.unknown_query",
        |c| verdict(c, MANAGER, "GET", "/user?colour=red", Value::Null),
        &[("ignored", "200"), ("refused", REFUSED)],
    ),
    (
        "sc.content_type",
        |c| {
            let request = to("POST", "/group").header("x-apikey", key_header(&c.core.api_key(1, 1).unwrap()));
            let request = request.header("content-type", "text/plain").body(r#"{"name":"A"}"#.into()).unwrap();
            c.core.handle(request).response.status().as_str().to_owned()
        },
        &[("required", "403"), ("ignored", "200")],
    ),
    (
        "sc.unexpected_body",
        |c| verdict(c, MANAGER, "DELETE", "/role/3", json!({ "a": 1 })),
        &[("refused", REFUSED), ("ignored", "200")],
    ),
    // Error codes.
    ("sc.validation_code", |c| code(&c.ask(MANAGER, "POST", "/user", json!({}))), &[]),
    ("sc.permission_code", |c| code(&c.ask(BLAKE, "POST", "/group", json!({ "name": "A" }))), &[]),
    ("sc.not_found_code", |c| code(&c.ask(MANAGER, "GET", "/user/99", None)), &[]),
    ("sc.login_failure_code", |c| code(&login(c, "admin", "wrong")), &[]),
    (
        "sc.api_key_code",
        |c| code(&c.send(to("GET", "/user").header("x-apikey", "accesskey=a; secretkey=b;"), None, None)),
        &[],
    ),
    // Keys, logins and sessions.
    (
        "sc.api_keys",
        |c| c.ask(MANAGER, "GET", "/user", None).status.to_string(),
        &[("on", "200"), ("off", "400"), ("absent", "403")],
    ),
    (
        "sc.key_header",
        |c| {
            let key = key_header(&c.core.api_key(1, 1).unwrap()).replace("key=", "Key=");
            c.send(to("GET", "/user").header("x-apikey", key), None, None).status.to_string()
        },
        &[("lenient", "200"), ("documented", "400")],
    ),
    (
        "sc.bad_key_on_system",
        |c| c.send(to("GET", "/system").header("x-apikey", "accesskey=a"), None, None).status.to_string(),
        &[],
    ),
    (
        "sc.bad_token_on_system",
        |c| c.send(to("GET", "/system").header("X-SecurityCenter", "7"), None, None).status.to_string(),
        &[("open", "200")],
    ),
    (
        "sc.version_before_login",
        |c| c.send(to("GET", "/system"), None, None).response().get("version").is_some().to_string(),
        &[("hidden", "false"), ("shown", "true")],
    ),
    ("sc.locked_key", |c| c.ask(LOCKED, "GET", "/currentUser", None).status.to_string(), &[("accepted", "200")]),
    (
        "sc.session_limit",
        |c| {
            let full = (0..5).position(|_| login(c, "north.manager", SEED_PASSWORD).response().get("token").is_none());
            full.map_or_else(|| "unlimited".to_owned(), |full| full.to_string())
        },
        &[],
    ),
    (
        "sc.released_session",
        |c| {
            c.set("sc.session_limit", "2");
            let mut sessions = vec![c.login("north.manager"), c.login("north.manager")];
            let more = json!({ "releaseSession": true });
            sessions.push(session(&c.try_login("north.manager", SEED_PASSWORD, &more)));
            alive(c, &sessions)
        },
        &[("oldest", "011"), ("newest", "101"), ("all", "001")],
    ),
    (
        "sc.sessions_of_locked_user",
        |c| {
            let session = c.login("blake.viewer");
            c.ok(MANAGER, "PATCH", "/user/4", json!({ "locked": "true" }));
            alive(c, &[session])
        },
        &[("kept", "1"), ("ended", "0")],
    ),
    (
        "sc.login_limit",
        |c| {
            let lock = (1..=21).find(|_| {
                login(c, "blake.viewer", "wrong");
                c.get(MANAGER, "/user/4")["locked"] == "true"
            });
            lock.unwrap_or(0).to_string()
        },
        &[],
    ),
    (
        "sc.locked_login",
        |c| {
            let same = login(c, "emery.locked", SEED_PASSWORD).text == login(c, "emery.locked", "wrong").text;
            if same { "same" } else { "told" }.to_owned()
        },
        &[],
    ),
    (
        "sc.expired_password",
        |c| {
            c.pass(91 * 86_400);
            let status = login(c, "blake.viewer", SEED_PASSWORD).status;
            format!("{status} {}", c.get(MANAGER, "/user/4")["mustChangePassword"].as_str().unwrap())
        },
        &[("must_change", "200 true"), ("refused", "403 false"), ("accepted", "200 false")],
    ),
    (
        "sc.cookie_secure",
        |c| {
            let answer = login(c, "north.manager", SEED_PASSWORD);
            answer.headers["set-cookie"].to_str().unwrap().contains("secure").to_string()
        },
        &[("over_tls", "false"), ("always", "true")],
    ),
    (
        "sc.cookie_count",
        |c| {
            let answer = login(c, "north.manager", SEED_PASSWORD);
            assert_eq!(alive(c, &[session(&answer)]), "1", "the last cookie counts");
            answer.headers.get_all("set-cookie").iter().count().to_string()
        },
        &[("once", "1"), ("twice", "2")],
    ),
    (
        "sc.certificate_login",
        |c| {
            let system = c.send(to("GET", "/system"), Some(with_certificate(c)), None);
            format!("{} {}", system.response().get("token").is_some(), system.response().get("version").is_some())
        },
        &[("token", "true true"), ("no_token", "false true")],
    ),
    (
        "sc.fingerprint",
        |c| {
            let certificate = c.core.issue_client_certificate("blake").unwrap();
            let request = c.login("blake.viewer").authorize(to("POST", "/currentUser/associateCert"));
            let peer = Peer::default().with_certificate(certificate.der);
            let user = c.send(request, Some(peer.clone()), None);
            let recognised = c.send(to("GET", "/system"), Some(peer), None).response().get("token").is_some();
            assert!(recognised);
            user.response()["fingerprint"].as_str().unwrap().len().to_string()
        },
        &[("sha256", "64"), ("sha1", "40")],
    ),
    // Fields and lists.
    (
        "sc.unknown_fields",
        |c| verdict(c, MANAGER, "GET", "/user?fields=colour", Value::Null),
        &[("ignored", "200"), ("refused", REFUSED)],
    ),
    (
        "sc.forbidden_fields",
        |c| verdict(c, BLAKE, "GET", "/user?fields=locked", Value::Null),
        &[("dropped", "200"), ("refused", FORBIDDEN)],
    ),
    (
        "sc.single_get",
        |c| c.get(MANAGER, "/user/3").get("role").is_some().to_string(),
        &[("complete", "true"), ("marked", "false")],
    ),
    (
        "sc.organization_users",
        |c| c.get(ADMIN, "/user?orgID=1").as_array().unwrap().len().to_string(),
        &[("all", "9"), ("security_managers", "3")],
    ),
    (
        "sc.organization_users_fields",
        |c| names(&c.get(ADMIN, "/user?orgID=1")[0]).len().to_string(),
        &[("extended", "12"), ("marked", "7")],
    ),
    (
        "sc.fields_with_organization",
        |c| {
            let answer = c.ask(ADMIN, "GET", "/user?orgID=1&fields=username", None);
            if answer.status == 200 { names(&answer.response()[0]).len().to_string() } else { answer.verdict() }
        },
        &[("ignored", "12"), ("refused", REFUSED), ("honored", "3")],
    ),
    (
        "sc.organization_user_by_id",
        |c| verdict(c, ADMIN, "GET", "/user/3?orgID=1", Value::Null),
        &[("security_managers", "403/147"), ("all", "200")],
    ),
    (
        "sc.organization_of_members",
        |c| verdict(c, MANAGER, "GET", "/user?orgID=1", Value::Null),
        &[("ignored", "200"), ("refused", REFUSED)],
    ),
    ("sc.organization_required", |c| code(&c.ask(ADMIN, "GET", "/group", None)), &[]),
    (
        "sc.organization_parameter",
        |c| {
            c.ok(ADMIN, "PATCH", "/user/2?orgID=1", json!({ "title": "query" }));
            c.ok(ADMIN, "PATCH", "/user/2", json!({ "city": "body", "orgID": 1 }));
            let deputy = c.get((1, 2), "/currentUser?fields=title,city");
            format!("{}{}", deputy["title"].as_str().unwrap(), deputy["city"].as_str().unwrap())
        },
        &[("both", "querybody")],
    ),
    (
        "sc.user_visibility",
        |c| each(&c.get(LEAD, "/user"), "id").concat(),
        &[("all", "123456789"), ("managed", "4569")],
    ),
    (
        "sc.administrator_group_fields",
        |c| c.get(ADMIN, "/user/2?orgID=1").get("group").is_some().to_string(),
        &[("hidden", "false"), ("shown", "true")],
    ),
    (
        "sc.organization_user_list",
        |c| c.get(ADMIN, "/organization/1/user")[0].get("canUse").is_some().to_string(),
        &[("example", "true"), ("marked", "false")],
    ),
    (
        "sc.list_order",
        |c| [id(&c.get(MANAGER, "/user")[0]), id(&c.get(ADMIN, "/role")[0])].map(|id| id.to_string()).join(" "),
        &[("id", "1 0"), ("reverse", "9 1000001")],
    ),
    (
        "sc.paging",
        |c| kind(&c.get(MANAGER, "/user?paginated=true&startOffset=0&endOffset=2")).to_owned(),
        &[("offsets", "object"), ("ignored", "array")],
    ),
    ("sc.page_counters", |c| kind(&c.get(MANAGER, "/user?paginated=true")["totalRecords"]).to_owned(), &[]),
    (
        "sc.page_end",
        |c| c.get(MANAGER, "/user?paginated=true&startOffset=5&endOffset=50")["endOffset"].to_string(),
        &[("actual", "9"), ("requested", "50")],
    ),
    (
        "sc.page_cursor",
        |c| each(&c.get(MANAGER, "/user?paginated=true&startOffset=4&endOffset=6")["results"], "id").concat(),
        &[("moves", "56"), ("stuck", "12")],
    ),
    ("sc.unset_ldap", |c| kind(&c.get(MANAGER, "/user/3")["ldap"]["id"]).to_owned(), &[]),
    (
        "sc.account_references",
        |c| names(&c.get(KIT, "/currentUser")["switchableUsers"][0]).join(" "),
        &[("full", "firstname id lastname organization username uuid"), ("ids", "id")],
    ),
    (
        "sc.api_keys_field",
        |c| c.get(MANAGER, "/user/3")["apiKeys"].get(0).map_or("nothing", kind).to_owned(),
        &[("objects", "object"), ("access_keys", "string"), ("empty", "nothing")],
    ),
    // Users.
    ("sc.duplicate_username", |c| verdict(c, MANAGER, "POST", "/user", new_user("blake.viewer")), REFUSED_OR_ALLOWED),
    (
        "sc.username_scope",
        |c| verdict(c, MANAGER, "POST", "/user", new_user("gray.analyst")),
        &[("organization", "200"), ("instance", REFUSED)],
    ),
    (
        "sc.missing_auth_type",
        |c| verdict(c, MANAGER, "POST", "/user", without(new_user("ann"), "authType")),
        &[("tns", "200"), ("refused", REFUSED)],
    ),
    (
        "sc.certificate_auth_type",
        |c| verdict(c, MANAGER, "POST", "/user", with(new_user("ann"), &json!({ "authType": "cert" }))),
        &[("refused", REFUSED), ("accepted", "200")],
    ),
    (
        "sc.missing_ldap_username",
        |c| verdict(c, MANAGER, "POST", "/user", ldap_user(&json!({}))),
        &[("accepted", "200"), ("refused", REFUSED)],
    ),
    (
        "sc.missing_responsible_asset",
        |c| verdict(c, MANAGER, "POST", "/user", without(new_user("ann"), "responsibleAssetID")),
        &[("unset", "200"), ("refused", REFUSED)],
    ),
    (
        "sc.must_change_password_elsewhere",
        |c| verdict(c, MANAGER, "POST", "/user", ldap_user(&json!({ "mustChangePassword": "true" }))),
        &[("refused", REFUSED), ("ignored", "200")],
    ),
    (
        "sc.minimum_password_length",
        |c| {
            let bodies = [2, 3, 7, 8]
                .map(|length| with(new_user(&format!("u{length}")), &json!({ "password": "x".repeat(length) })));
            let first = bodies.into_iter().position(|body| c.ask(MANAGER, "POST", "/user", body).status == 200);
            [2, 3, 7, 8][first.unwrap()].to_string()
        },
        &[],
    ),
    (
        "sc.security_manager_scope",
        |c| {
            let fields = json!({ "managedUsersGroups": [], "managedObjectsGroups": [] });
            c.ok(ADMIN, "PATCH", "/user/2?orgID=1", fields);
            verdict(c, (1, 2), "PATCH", "/user/4", json!({ "title": "x" }))
        },
        &[("managed_groups", FORBIDDEN), ("all_groups", "200")],
    ),
    (
        "sc.unlock_cascade",
        |c| {
            c.ok(ADMIN, "PATCH", "/user/2", json!({ "locked": "true" }));
            c.ok(ADMIN, "PATCH", "/user/2", json!({ "locked": "false" }));
            c.get(MANAGER, "/user/8")["locked"].as_str().unwrap().to_owned()
        },
        &[("none", "true"), ("unlocks", "false")],
    ),
    (
        "sc.linked_user_fields",
        |c| {
            let answer =
                c.ask(ADMIN, "PATCH", "/user/8?orgID=1", json!({ "mustChangePassword": "true", "title": "x" }));
            let user = c.get(MANAGER, "/user/8");
            format!("{} {} {}", answer.verdict(), user["title"], user["mustChangePassword"])
        },
        &[("refused", "403/142 \"\" \"false\""), ("ignored", "200 \"x\" \"false\"")],
    ),
    (
        "sc.linked_parent",
        |c| {
            let object = verdict(c, ADMIN, "POST", "/user", linked(&json!({ "id": "2" })));
            c.ask(ADMIN, "DELETE", "/user/3?orgID=2", None);
            let number = verdict(c, ADMIN, "POST", "/user", linked(&json!(2)));
            format!("{object} {number}")
        },
        &[("either", "200 200"), ("object", "200 403/142"), ("number", "403/142 200")],
    ),
    (
        "sc.delete_self",
        |c| verdict(c, BLAKE, "DELETE", "/user/4", Value::Null),
        &[("refused", FORBIDDEN), ("allowed", "200")],
    ),
    (
        "sc.last_administrator",
        |c| {
            c.set("sc.delete_self", "allowed");
            alone(c);
            verdict(c, ADMIN, "DELETE", "/user/1", Value::Null)
        },
        &[("refused", FORBIDDEN), ("allowed", "200")],
    ),
    (
        "sc.migrate_in_query",
        |c| {
            c.ok(MANAGER, "DELETE", "/user/3?migrateUserID=1", None);
            each(&c.get(MANAGER, "/group/1")["assets"], "name").join(" ")
        },
        &[("accepted", "Web servers"), ("ignored", "")],
    ),
    (
        "sc.migrate_uuid",
        |c| {
            let uuid = c.get(MANAGER, "/user/1")["uuid"].clone();
            verdict(c, MANAGER, "DELETE", "/user/3", json!({ "migrateUserID": uuid }))
        },
        &[("refused", REFUSED), ("accepted", "200")],
    ),
    (
        "sc.must_change_password_afterwards",
        |c| {
            c.ok(MANAGER, "PATCH", "/user/4", json!({ "mustChangePassword": "true" }));
            let change = json!({ "password": PASSWORD, "currentPassword": SEED_PASSWORD });
            c.ok(BLAKE, "PATCH", "/currentUser", change)["mustChangePassword"].as_str().unwrap().to_owned()
        },
        &[("cleared", "false"), ("kept", "true")],
    ),
    (
        "sc.own_password",
        |c| verdict(c, BLAKE, "PATCH", "/currentUser", json!({ "password": PASSWORD })),
        &[("current_password", REFUSED), ("free", "200")],
    ),
    (
        "sc.status",
        |c| c.ok(MANAGER, "PATCH", "/user/4", json!({ "status": -1 }))["status"].as_str().unwrap().to_owned(),
        &[("ignored", "0"), ("stored", "-1")],
    ),
    // Roles.
    (
        "sc.role_list",
        |c| c.get(ADMIN, "/role")[3].get("permScan").is_some().to_string(),
        &[("marked", "false"), ("complete", "true")],
    ),
    (
        "sc.role_patch_answer",
        |c| {
            let role = c.ok(ADMIN, "PATCH", "/role/5", json!({ "name": "A" }));
            ["creatorID", "creator", "organizationCounts"].map(|name| role.get(name).is_some().to_string()).join(" ")
        },
        &[("creator_id", "true false false"), ("as_get", "false true true")],
    ),
    (
        "sc.role_filter",
        |c| each(&c.get(AVERY, "/role?filter=subset"), "id").join(" "),
        &[("applied", "2 3 7 1000001"), ("ignored", "0 2 3 4 5 6 7 1000001")],
    ),
    (
        "sc.duplicate_role_name",
        |c| verdict(c, ADMIN, "POST", "/role", json!({ "name": "Auditor" })),
        REFUSED_OR_ALLOWED,
    ),
    (
        "sc.manage_application",
        |c| {
            let answer = c.ask(ADMIN, "POST", "/role", json!({ "name": "A", "permManageApp": "true" }));
            format!("{} {}", answer.verdict(), answer.response()["permManageApp"])
        },
        &[("refused", "403/142 null"), ("ignored", "200 \"false\"")],
    ),
    // Groups.
    (
        "sc.group_list",
        |c| c.get(MANAGER, "/group")[1].get("users").is_some().to_string(),
        &[("marked", "false"), ("complete", "true")],
    ),
    (
        "sc.administrator_groups",
        |c| {
            let answer = c.ask(ADMIN, "GET", "/group", None);
            format!("{} {}", answer.verdict(), answer.response())
        },
        &[("refused", "403/15 \"\""), ("empty", "200 []")],
    ),
    (
        "sc.group_users",
        |c| verdict(c, MANAGER, "PATCH", "/group/1", json!({ "users": [] })),
        &[("ignored", "200"), ("refused", REFUSED)],
    ),
    (
        "sc.group_arrays",
        |c| {
            each(
                &c.ok(MANAGER, "PATCH", "/group/2", json!({ "definingAssets": [{ "id": 2 }] }))["definingAssets"],
                "id",
            )
            .join(" ")
        },
        &[("replaced", "2"), ("extended", "1 2")],
    ),
    (
        "sc.share_without_permission",
        |c| {
            let role = c.ok(MANAGER, "POST", "/role", json!({ "name": "A", "permManageGroups": "true" }));
            c.ok(MANAGER, "PATCH", "/user/5", json!({ "roleID": role["id"] }));
            let verdict = verdict(c, (1, 5), "PATCH", "/group/1", json!({ "assets": [] }));
            format!("{verdict} {}", c.get(MANAGER, "/group/1")["assets"].as_array().unwrap().len())
        },
        &[("refused", "403/146 1"), ("ignored", "200 1")],
    ),
    (
        "sc.duplicate_group_name",
        |c| verdict(c, MANAGER, "POST", "/group", json!({ "name": "Analysts" })),
        REFUSED_OR_ALLOWED,
    ),
    (
        "sc.group_with_users",
        |c| {
            let verdict = verdict(c, MANAGER, "DELETE", "/group/2", Value::Null);
            format!("{verdict} {}", c.get(FRANKIE, "/currentUser")["group"]["id"])
        },
        &[("refused", "403/146 \"2\""), ("moved", "200 \"0\"")],
    ),
    (
        "sc.full_access_group",
        |c| verdict(c, MANAGER, "DELETE", "/group/0", Value::Null),
        &[("permission", FORBIDDEN), ("validation", REFUSED)],
    ),
    // Organizations.
    (
        "sc.duplicate_organization_name",
        |c| {
            let body = json!({ "name": "Example North", "vulnScoringSystem": "CVSSv3" });
            verdict(c, ADMIN, "POST", "/organization", body)
        },
        REFUSED_OR_ALLOWED,
    ),
    (
        "sc.organization_with_users",
        |c| verdict(c, ADMIN, "DELETE", "/organization/2", Value::Null),
        &[("cascade", "200"), ("refused", FORBIDDEN)],
    ),
    (
        "sc.group_assign",
        |c| {
            let answer = c.ask(ADMIN, "PATCH", "/organization/1", json!({ "restrictedIPs": "192.0.2.0/24" }));
            if answer.status == 200 { "200".to_owned() } else { answer.message().to_owned() }
        },
        &[("lenient", "200"), ("strict", "The parameter groupAssign must be empty, 'all' or 'fullAccess'.\n")],
    ),
    // The caller.
    ("sc.current_organization_id", |c| kind(&c.get(MANAGER, "/currentUser")["organization"]["id"]).to_owned(), &[]),
    (
        "sc.preference_filter",
        |c| c.get(BLAKE, "/currentUser/preferences?name=darkMode").as_array().unwrap().len().to_string(),
        &[("query", "0"), ("ignored", "1")],
    ),
    (
        "sc.preference_delete_answer",
        |c| c.ok(BLAKE, "DELETE", "/currentUser/preferences", json!({ "name": "timezone" })).to_string(),
        &[("array", "[]"), ("empty", "\"\"")],
    ),
    (
        "sc.switch_answer",
        |c| {
            let session = c.login("kit.admin");
            let answer = c.ask_in(&session, "POST", "/currentUser/switch", json!({ "username": "kit.linked" }));
            let after = c.ask_in(&session, "GET", "/currentUser", None);
            assert_eq!(after.response(), &c.get(LINKED, "/currentUser"));
            kind(answer.response()).to_owned()
        },
        &[("user", "object"), ("empty", "string")],
    ),
    (
        "sc.associate_answer",
        |c| {
            let request = c.login("blake.viewer").authorize(to("POST", "/currentUser/associateCert"));
            let peer = Peer::default().with_certificate(b"certificate".as_slice());
            kind(c.send(request, Some(peer), None).response()).to_owned()
        },
        &[("user", "object"), ("empty", "string")],
    ),
];

#[test]
fn every_outcome_of_every_rule_shows() {
    play(SCENES, Center::with);
}

#[test]
fn every_rule_has_a_scene() {
    check_completeness("sc.", SCENES);
}
