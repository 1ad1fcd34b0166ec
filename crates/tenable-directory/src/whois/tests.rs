use serde_json::json;
use tenable_api::model::Known;

use super::examples::{
    center, center_tenant, exposure, exposure_tenant, management, management_key, management_tenant, management_user,
    present,
};
use super::*;
use crate::{Failure, Reading};

const ANN: &str = "ann@example.com";

fn who(present: &Present, name: &str) -> Whois {
    Whois::of(present, name, &Aliases::default())
}

#[test]
fn one_person_in_three_products_without_a_conflict() {
    let present = present([
        exposure_tenant([exposure(4, ANN, "Ann", "Lee"), exposure(5, "bo@example.com", "Bo", "Berg")]),
        center_tenant([center(7, "ann.lee", "Ann@Example.com ", "Ann Lee", 4)]),
        management_tenant([management(9, ANN, "Lee, Ann M.", 32)]),
    ]);
    let whois = who(&present, "ANN@example.com");
    assert_eq!(whois.person, ANN);
    let keys: Vec<String> =
        whois.accounts().map(|(tenant, account)| format!("{} {}", tenant.tenant, account.key)).collect();
    assert_eq!(keys, ["ie ie:4", "sc sc:7", &format!("vm {}", management_key(9))]);
    assert_eq!(whois.conflicts, [], "the order of the words and a middle name make no other person");
    let roles: Vec<_> = whois.accounts().filter_map(|(_, account)| account.roles.clone()).flatten().collect();
    assert_eq!(roles, ["User", "Vulnerability Analyst", "Standard"]);
    let sc = &whois.tenants[1].accounts[0];
    assert_eq!(sc.groups.as_deref(), Some(["Analysts".to_owned()].as_slice()));
    assert_eq!((sc.last_seen.as_deref(), sc.sign_in.open()), (Some("never"), vec!["password", "API keys"]));
    assert!(sc.not_kept.contains(&"second_factor".to_owned()), "{:?}", sc.not_kept);
    let ie = &whois.tenants[0].accounts[0];
    assert!(ie.not_told.contains(&"sign_in.api_keys".to_owned()), "{:?}", ie.not_told);
}

#[test]
fn several_accounts_of_one_person_in_a_tenant_are_named() {
    let present =
        present([center_tenant([center(5, "alice-admin", ANN, "Ann Lee", 2), center(4, "alice", ANN, "Ann Lee", 4)])]);
    let whois = who(&present, ANN);
    let texts: Vec<String> = whois.conflicts.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [r#"sc: 2 accounts of one person: alice (sc:4, "Ann Lee"), alice-admin (sc:5, "Ann Lee")"#],
        "in the order of the keys, and the full names agree"
    );
}

#[test]
fn two_people_with_one_address_are_named() {
    let present = present([
        exposure_tenant([exposure(4, ANN, "Ann", "Lee")]),
        management_tenant([management(9, ANN, "Bo Berg", 32)]),
    ]);
    let texts: Vec<String> = who(&present, ANN).conflicts.iter().map(ToString::to_string).collect();
    let expected = format!(
        r#"different full names, perhaps of two people: ie {ANN} (ie:4, "Ann Lee"), vm {ANN} ({}, "Bo Berg")"#,
        management_key(9)
    );
    assert_eq!(texts, [expected]);
}

#[test]
fn an_account_without_a_full_name_contradicts_nobody() {
    let present =
        present([exposure_tenant([exposure(4, ANN, "Ann", "Lee")]), management_tenant([management(9, ANN, "", 32)])]);
    assert_eq!(who(&present, ANN).conflicts, []);
}

#[test]
fn an_account_that_is_two_people_by_its_names_is_named_until_the_aliases_say_otherwise() {
    let user = management_user(json!({
        "id": 9, "uuid": "4bd789d4-0000-4000-8000-000000000009", "username": "bo@example.com", "email": ANN, "name": "Ann Lee"
    }));
    let present = present([management_tenant([user])]);
    let whois = who(&present, ANN);
    let texts: Vec<String> = whois.conflicts.iter().map(ToString::to_string).collect();
    let account = format!(r#"bo@example.com ({}, "Ann Lee")"#, management_key(9));
    assert_eq!(texts, [format!("vm: {account} is {ANN} and bo@example.com by its user name and e-mail address")]);

    let mut aliases = Aliases::default();
    aliases.add(ANN, ["bo@example.com"]).unwrap();
    let whois = Whois::of(&present, "bo@example.com", &aliases);
    assert_eq!((whois.person.as_str(), &whois.conflicts[..]), (ANN, &[][..]));
    assert_eq!(whois.names, [ANN, "bo@example.com"]);
}

#[test]
fn a_tenant_that_failed_is_told_and_nobody_is_no_guess() {
    let mut present = present([exposure_tenant([exposure(4, ANN, "Ann", "Lee")])]);
    present.readings.push(Reading {
        tenant: "sc".to_owned(),
        product: None,
        result: Err(Failure::new("no route to host")),
    });
    let whois = who(&present, "anne@example.com");
    assert!(whois.is_nobody());
    assert_eq!(whois.did_you_mean.as_deref(), Some(ANN));
    let failed: Vec<_> = whois.failed().map(|(tenant, why)| (tenant, why.message.as_str())).collect();
    assert_eq!(failed, [("sc", "no route to host")]);
    assert_eq!(who(&present, "zoe@elsewhere.example").did_you_mean, None);
}

#[test]
fn what_could_not_be_read_is_told_of_the_person_alone() {
    let unread = |what: &str| Unread { what: what.to_owned(), why: Failure::new("forbidden") };
    let mut tenant =
        center_tenant([center(4, "ann", ANN, "Ann Lee", 4), center(5, "bo", "bo@example.com", "Bo Berg", 4)]);
    tenant.unread = vec![unread("roles"), unread("own account"), unread("sc:4"), unread("sc:5")];
    tenant.roles.clear();
    let whois = who(&present([tenant]), ANN);
    let what: Vec<&str> = whois.tenants[0].unread.iter().map(|unread| unread.what.as_str()).collect();
    assert_eq!(what, ["roles", "sc:4"]);
    assert_eq!(
        whois.tenants[0].accounts[0].roles.as_deref(),
        Some(["sc:4".to_owned()].as_slice()),
        "a key stands for the name"
    );
}

#[test]
fn json_tells_what_is_not_known() {
    let mut user = center(4, "ann", ANN, "Ann Lee", 4);
    user.enabled = Known::NotTold;
    let whois = serde_json::to_value(who(&present([center_tenant([user])]), ANN)).unwrap();
    let tenant = &whois["tenants"][0];
    assert_eq!((&tenant["product"], &tenant["accounts"][0]["enabled"]), (&json!("sc"), &json!(null)));
    let not_told = tenant["accounts"][0]["not_told"].as_array().unwrap();
    assert!(not_told.contains(&json!("enabled")), "{not_told:?}");
}
