use serde_json::{Value, json};

use super::*;

fn account(tenant: &str, product: &str, key: &str, name: &str) -> Value {
    json!({
        "tenant": tenant, "product": product, "administrator": null, "administrator_by": [], "companion": false,
        "account": {
            "key": key, "user_name": name, "full_name": null, "email": null, "enabled": true, "locked_out": false,
            "roles": ["Auditor"], "groups": null, "last_seen": "2026-08-01T00:00:00Z", "last_sign_in": "2026-08-01T00:00:00Z",
            "last_api_use": null,
            "sign_in": {"password": true, "saml": false, "ldap": null, "client_certificate": null, "api_keys": null, "other_account": null},
            "second_factor": null, "not_told": ["second_factor"], "not_kept": ["groups"]
        }
    })
}

fn tenant(name: &str, failed: Option<&str>) -> Value {
    let failed = failed.map(|message| json!({"message": message}));
    json!({
        "tenant": name, "product": "vm", "accounts": 1, "roles": 1, "groups": 0, "asked_by": null, "unread": [], "failed": failed
    })
}

/// A review of one person with this name, who is idle, in this many tenants and one more that could not be read.
fn review(name: &str, tenants: usize) -> Review {
    let names: Vec<String> = (0..tenants).map(|at| format!("t{at}")).collect();
    let accounts: Vec<Value> = names.iter().map(|tenant| account(tenant, "vm", "vm:7", name)).collect();
    let mut read: Vec<Value> = names.iter().map(|name| tenant(name, None)).collect();
    read.push(tenant("closed", Some("<no answer>")));
    let value = json!({
        "version": 1, "made_at": "2026-08-31T08:00:00Z", "idle_days": 90, "unused_key_days": 90, "listed": null,
        "tenants": read,
        "people": [{"person": name, "full_name": null, "names": [name], "listed": null, "accounts": accounts}],
        "roles": [{
            "tenant": "t0", "product": "vm", "key": "vm:16", "name": name, "description": null, "permissions": [name],
            "predefined": true, "administrator": false, "administrator_by": null, "members": ["vm:7"], "members_complete": true
        }],
        "groups": [],
        "findings": [
            {
                "kind": "idle", "severity": "medium", "person": name, "tenants": ["t0"], "what": name, "advice": "Ask.",
                "accounts": [{"tenant": "t0", "key": "vm:7", "name": name, "full_name": null}]
            },
            {
                "kind": "unused_role", "severity": "low", "role": {"key": "vm:16", "name": name}, "tenants": ["t0"],
                "what": "nobody has it", "advice": "Delete it."
            }
        ],
        "untold": []
    });
    Review::read_json(&value.to_string()).unwrap()
}

fn written(review: &Review) -> String {
    let mut page = Vec::new();
    review.write_html(&mut page).unwrap();
    String::from_utf8(page).unwrap()
}

/// What stands between the two texts, the first time.
fn between<'p>(page: &'p str, before: &str, after: &str) -> &'p str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before:?}"));
    rest.split_once(after).unwrap().0
}

#[test]
fn the_policy_allows_the_script_and_the_style_of_the_page() {
    let page = written(&review("ann@example.com", 1));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
    for (element, directive) in [("script", "script-src"), ("style", "style-src")] {
        let content = between(&page, &format!("<{element}>"), &format!("</{element}>"));
        assert!(content.len() > 1000, "{element}");
        let hash = STANDARD.encode(Sha256::digest(content));
        assert!(policy.contains(&format!("{directive} 'sha256-{hash}';")), "{element}: {policy}");
    }
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}

#[test]
fn a_checkout_with_other_ends_of_lines_has_the_same_hash() {
    assert_eq!(hash("a\r\nb\r\n"), hash("a\nb\n"));
    assert_eq!(in_lines("a\r\nb"), "a\nb");
}

#[test]
fn no_name_is_markup_or_a_part_of_the_template() {
    let name = "</script><b a=\"'\">{{script}}";
    let page = written(&review(name, 1));
    assert!(!page.contains("<b a="));
    assert!(page.contains("&lt;/script&gt;&lt;b a=&quot;&#39;&quot;&gt;{{script}}"));
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("<no answer>").count(), 0);
}

#[test]
fn rows_say_what_filters_ask() {
    let page = written(&review("ann@example.com", 1));
    assert!(page.contains("<tr id=\"p0\" data-f=\"idle:medium:0\" data-a=\"0:en\">"), "{page}");
    assert!(page.contains("<tr id=\"f0\" data-f=\"idle:medium:0\" data-a=\"0:en\">"));
    assert!(page.contains("<tr data-a=\"0:\" data-f=\"unused_role:low:0\">"));
    assert!(page.contains("<option value=\"product:vm\" data-t=\"0 1\">Tenable Vulnerability Management</option>"));
    assert!(page.contains("<option value=\"unused_role\">"));
    assert!(!page.contains("<option value=\"locked_out\">"), "a kind without findings");
    assert!(!page.contains("id=\"new\""), "nothing to compare with");
}

#[test]
fn a_few_tenants_are_columns_and_many_are_not() {
    let few = written(&review("ann@example.com", 4));
    assert!(few.contains("people of4"));
    assert!(few.contains("<th data-first=\"down\">t3 <small>"));
    assert!(!few.contains(">closed <small>"), "it has nothing to show");
    let many = written(&review("ann@example.com", 9));
    assert!(many.contains("people of0"));
    assert!(many.contains("<div class=\"in\"><p class=\"at\">t5</p>"));
    assert!(many.contains("<div class=\"in rest\"><p class=\"at\">t6</p>"));
    assert!(many.contains("and 3 more"));
}

#[test]
fn changes_are_told_and_new_findings_are_marked() {
    let mut now = review("ann@example.com", 1);
    let mut last = now.clone();
    last.made_at = "2026-05-31T08:00:00Z".to_owned();
    last.findings.truncate(1);
    last.people[0].accounts[0].account.enabled = Some(false);
    now.people[0].accounts[0].administrator = Some(true);
    last.people[0].accounts[0].administrator = Some(false);
    let page = written(&now.since(&last).unwrap());
    let changes = between(&page, "<section id=\"changes\">", "</section>");
    assert!(changes.contains("2026-05-31 08:00 UTC"), "{changes}");
    assert!(changes.contains("<p>enabled again</p>"));
    assert!(changes.contains("became administrator"));
    assert!(page.contains("data-f=\"unused_role:low:0:new\""));
    assert!(page.contains("data-f=\"idle:medium:0\""));
    assert!(page.contains("id=\"new\""));
}

#[test]
fn a_failing_writer_is_an_error() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    assert_eq!(review("ann", 1).write_html(Full).unwrap_err().kind(), io::ErrorKind::StorageFull);
}
