use serde_json::json;
use tenable_api::model::Known;
use tenable_api::model::shared::{Role, User};
use tenable_api::model::vulnerability_management;

use super::verdict::by_hand;
use super::*;
use crate::whois::examples::{
    center, center_tenant, center_user, exposure, exposure_tenant, exposure_user, management, management_key,
    management_tenant, management_user, of_organization,
};
use crate::wish::{Presence, SignInWish, UserWish};
use crate::{Aliases, Snapshot};

const ANN: &str = "ann@example.com";
const BO: &str = "bo@example.com";

fn deletion(successor: &str) -> Departure {
    Departure::Delete { successor: Some(successor.to_owned()) }
}

fn draft(offboarding: &Offboarding, snapshot: &Snapshot) -> Draft {
    Draft::new(offboarding, snapshot, &Aliases::default())
}

fn disabled(snapshot: &Snapshot) -> Draft {
    draft(&Offboarding::new(ANN), snapshot)
}

fn deleted(snapshot: &Snapshot, successor: &str) -> Draft {
    draft(&Offboarding::new(ANN).departure(deletion(successor)), snapshot)
}

fn problems(draft: &Draft) -> Vec<String> {
    draft.problems.iter().map(ToString::to_string).collect()
}

fn only_wish(draft: &Draft) -> &UserWish {
    assert_eq!(problems(draft), [""; 0]);
    let [wish] = &draft.wish.users[..] else { panic!("{:?}", draft.wish.users) };
    wish
}

fn not_done(draft: &Draft) -> Vec<&str> {
    draft.leaving.iter().flat_map(|leaving| &leaving.not_done).map(|limit| limit.what.as_str()).collect()
}

#[test]
fn identity_exposure_takes_the_roles_and_the_way_in() {
    let draft = disabled(&exposure_tenant([exposure(4, ANN, "Ann", "Lee"), exposure(5, BO, "Bo", "Berg")]));
    let wish = only_wish(&draft);
    assert_eq!(
        (wish.user_name.as_deref(), &wish.presence, wish.enabled),
        (Some("ie:4"), &Presence::IfPresent, Some(false))
    );
    assert_eq!((wish.roles.as_deref(), wish.groups.as_deref()), (Some(&[][..]), None));
    assert_eq!((wish.sign_in, wish.replace_keys), (SignInWish::default(), false));
    assert_eq!(not_done(&draft), ["users.set_sign_in_methods", "users.replace_keys"], "and says so");
}

#[test]
fn security_center_gives_the_role_that_allows_nothing() {
    let draft = disabled(&center_tenant([center(4, "ann", ANN, "Ann Lee", 4)]));
    let wish = only_wish(&draft);
    assert_eq!((wish.roles.as_deref(), wish.enabled), (Some(&["sc:0".to_owned()][..]), Some(false)));
    assert_eq!(not_done(&draft), ["users.set_sign_in_methods", "users.replace_keys", "groups.remove_member"]);
}

#[test]
fn vulnerability_management_takes_everything() {
    let draft = disabled(&management_tenant([management(9, ANN, "Ann Lee", 32)]));
    let wish = only_wish(&draft);
    let basic = "vm:9a0c1e00-0000-4000-8000-000000000016".to_owned();
    assert_eq!((wish.roles.as_deref(), wish.groups.as_deref()), (Some(&[basic][..]), Some(&[][..])));
    assert_eq!((wish.sign_in, wish.replace_keys, wish.enabled), (SignInWish::CLOSED, true, Some(false)));
    assert_eq!(not_done(&draft), [""; 0]);
}

#[test]
fn keys_that_no_call_replaces_are_told_and_not_taken_for_replaced() {
    let ways = |api: bool| json!({"api_permitted": api, "password_permitted": true, "saml_permitted": false});
    let tenant = |api: bool| {
        let user = management(9, ANN, "Ann Lee", 32);
        management_tenant([user.with_authorizations(&serde_json::from_value(ways(api)).unwrap())])
    };
    let draft = disabled(&tenant(false));
    assert_eq!(not_done(&draft), ["users.replace_keys"]);
    let told = draft.notes.iter().filter(|note| note.contains("this run does not replace its keys"));
    assert_eq!(told.count(), 1, "{:?}", draft.notes);
    assert_eq!(not_done(&disabled(&tenant(true))), [""; 0]);
}

#[test]
fn a_custom_role_with_the_name_of_the_least_one_is_not_it() {
    let mut tenant = management_tenant([management(9, ANN, "Ann Lee", 32)]);
    let custom = json!({"uuid": "9a0c1e00-0000-4000-8000-000000002000", "name": "Basic", "type": "CUSTOM"});
    let custom: Role = serde_json::from_value::<vulnerability_management::Role>(custom).unwrap().into();
    tenant.roles.insert(0, custom);
    assert_eq!(
        only_wish(&disabled(&tenant)).roles.as_deref(),
        Some(&["vm:9a0c1e00-0000-4000-8000-000000000016".to_owned()][..])
    );
    tenant.roles.retain(|role| role.predefined == Known::Value(false));
    let draft = disabled(&tenant);
    assert_eq!(only_wish(&draft).roles, None, "without the least role the role stays, and that is told");
    assert_eq!(not_done(&draft), ["users.assign_roles"]);
}

#[test]
fn several_accounts_are_all_planned_and_wait_for_a_word() {
    let tenant = center_tenant([center(5, "alice-admin", ANN, "Bo Berg", 3), center(4, "alice", ANN, "Ann Lee", 4)]);
    let draft = disabled(&tenant);
    assert_eq!(draft.wish.users.len(), 2, "the plan has them all");
    assert_eq!(
        problems(&draft),
        [
            r#"sc: ann@example.com: 2 accounts bear this name: alice (sc:4, "Ann Lee"), alice-admin (sc:5, "Bo Berg"); confirm all of them, or name those that are meant"#
        ]
    );
    let all = super::tests::draft(&Offboarding::new(ANN).accounts(Accounts::All), &tenant);
    assert_eq!((problems(&all).len(), all.wish.users.len()), (0, 2));
    for name in ["Alice-Admin", "sc:5"] {
        let one = super::tests::draft(&Offboarding::new(ANN).accounts(Accounts::Only(vec![name.to_owned()])), &tenant);
        assert_eq!(only_wish(&one).user_name.as_deref(), Some("sc:5"));
        assert_eq!(one.staying, ["sc:4".parse().unwrap()]);
        assert!(
            one.notes.iter().any(|note| note.starts_with("alice (sc:4)") && note.contains("stays")),
            "{:?}",
            one.notes
        );
    }
}

#[test]
fn a_name_that_is_no_account_of_the_person_is_a_problem() {
    let present = crate::whois::examples::present([center_tenant([
        center(4, "alice", ANN, "Ann Lee", 4),
        center(5, "bo", BO, "Bo", 4),
    ])]);
    let offboarding = Offboarding::new(ANN).accounts(Accounts::Only(vec!["alice".to_owned(), "bo".to_owned()]));
    let problems: Vec<String> =
        accounts::unknown_names(&offboarding, &present, &Aliases::default()).iter().map(ToString::to_string).collect();
    assert_eq!(problems, [r#"ann@example.com: "bo" is no account of this person; there are: alice (sc:4)"#]);
}

#[test]
fn an_account_of_two_people_waits_for_a_word() {
    let user =
        management_user(json!({"id": 9, "uuid": "4bd789d4-0000-4000-8000-000000000009", "username": BO, "email": ANN}));
    let tenant = management_tenant([user]);
    for accounts in [Accounts::OneInEachTenant, Accounts::All] {
        let draft = super::tests::draft(&Offboarding::new(ANN).accounts(accounts), &tenant);
        assert!(
            problems(&draft)[0].contains("is ann@example.com and bo@example.com by its user name"),
            "{:?}",
            draft.problems
        );
    }
    let named = Offboarding::new(ANN).accounts(Accounts::Only(vec![BO.to_owned()]));
    assert_eq!(problems(&super::tests::draft(&named, &tenant)), [""; 0]);
    let mut aliases = Aliases::default();
    aliases.add(ANN, [BO]).unwrap();
    assert_eq!(problems(&Draft::new(&Offboarding::new(ANN), &tenant, &aliases)), [""; 0]);
}

#[test]
fn the_limit_of_removals_fits_the_accounts() {
    let accounts = (1..20).map(|id| center(id + 1, &format!("ann{id}"), ANN, "Ann Lee", 4));
    let draft = super::tests::draft(&Offboarding::new(ANN).accounts(Accounts::All), &center_tenant(accounts));
    assert_eq!(draft.wish.scope.most_removals.limit(0), 38, "each may be disabled and deleted");
}

#[test]
fn a_successor_of_each_product() {
    let vm = management_tenant([management(9, ANN, "Ann Lee", 32), management(10, BO, "Bo Berg", 32)]);
    let key = management_key(10).to_string();
    assert_eq!(only_wish(&deleted(&vm, "Bo@Example.com")).presence, Presence::Absent { successor: Some(key.clone()) });
    assert_eq!(only_wish(&deleted(&vm, &key)).presence, Presence::Absent { successor: Some(key.clone()) });
    let sc = center_tenant([center(4, "ann", ANN, "Ann Lee", 4), center(5, "bo", BO, "Bo Berg", 4)]);
    for name in ["BO", BO, "sc:5"] {
        let successor = Some("sc:5".to_owned());
        assert_eq!(only_wish(&deleted(&sc, name)).presence, Presence::Absent { successor }, "{name}");
    }
    let ie = deleted(&exposure_tenant([exposure(4, ANN, "Ann", "Lee")]), BO);
    assert_eq!(only_wish(&ie).presence, Presence::Absent { successor: None }, "it hands nothing over");
    assert!(not_done(&ie).contains(&"users.delete_with_successor"));
}

#[test]
fn a_successor_who_cannot_be_one() {
    let sc =
        |bo: User| center_tenant([center(4, "ann", ANN, "Ann Lee", 4), bo, center(6, "cy", "cy@example.com", "Cy", 4)]);
    let locked = |username: &str| {
        center_user(
            json!({"id": "5", "username": username, "email": BO, "locked": "true", "role": {"id": "4"}, "group": {"id": "2"}}),
        )
    };
    let bo = || center(5, "bo", BO, "Bo Berg", 4);
    for (tenant, successor, expected) in [
        (sc(bo()), "zoe@example.com", "sc: ann: the successor zoe@example.com has no account here"),
        (sc(locked("bo")), BO, "sc: ann: the successor bo is disabled: enable the account, or name somebody else"),
        (sc(bo()), ANN, "sc: ann: the successor ann@example.com is who leaves: name somebody else"),
        (sc(bo()), "ann", "sc: ann: the successor ann is who leaves: name somebody else"),
        (sc(bo()), "sc:4", "sc: ann: the successor sc:4 is who leaves: name somebody else"),
        (
            center_tenant([center(4, "ann", ANN, "Ann Lee", 4), bo(), center(6, "bo-admin", BO, "Bo Berg", 4)]),
            BO,
            "sc: ann: the successor bo@example.com could be any of bo (sc:5), bo-admin (sc:6): give the user name or key",
        ),
    ] {
        let draft = deleted(&tenant, successor);
        assert_eq!(problems(&draft), [expected]);
    }
}

#[test]
fn a_successor_who_only_looks_on_is_noted() {
    let vm = |role| management_tenant([management(9, ANN, "Ann Lee", 32), management(10, BO, "Bo Berg", role)]);
    assert_eq!(deleted(&vm(32), BO).notes, [""; 0]);
    let notes = deleted(&vm(16), BO).notes;
    assert!(notes[0].contains("has the role Basic, which makes no scans"), "{notes:?}");
}

fn administrators_view() -> Vec<User> {
    vec![
        center_user(
            json!({"id": "1", "username": "admin", "role": {"id": "1"}, "email": "admin@example.com", "locked": "false"}),
        ),
        of_organization(1, center(4, "ann", ANN, "Ann Lee", 2)),
        of_organization(1, center(5, "bo", BO, "Bo Berg", 2)),
        of_organization(1, center(6, "cy", "cy@example.com", "Cy", 4)),
        of_organization(2, center(7, "dee", "dee@example.com", "Dee", 2)),
    ]
}

#[test]
fn an_administrator_of_security_center_leaves_the_role() {
    let tenant = center_tenant(administrators_view());
    let draft = disabled(&tenant);
    let wish = only_wish(&draft);
    assert_eq!((wish.user_name.as_deref(), wish.roles.as_deref(), wish.enabled), (Some("sc:1/4"), None, Some(false)));
    assert!(not_done(&draft).contains(&"users.assign_roles"));
}

#[test]
fn an_administrator_of_security_center_reaches_the_security_managers_alone() {
    let tenant = center_tenant(administrators_view());
    let draft = super::tests::draft(&Offboarding::new("cy@example.com"), &tenant);
    assert_eq!((draft.wish.users.len(), draft.leaving.len()), (0, 1));
    assert!(draft.notes[0].contains("run it again with the connection of a Security Manager"), "{:?}", draft.notes);
}

#[test]
fn an_administrator_of_security_center_hands_over_within_the_organization_to_security_managers() {
    let tenant = center_tenant(administrators_view());
    let successor = Some("sc:1/5".to_owned());
    assert_eq!(only_wish(&deleted(&tenant, BO)).presence, Presence::Absent { successor });
    assert_eq!(
        problems(&deleted(&tenant, "dee")),
        ["sc: ann: the successor dee has no account in the organization of sc:1/4"]
    );
    assert_eq!(
        problems(&deleted(&tenant, "cy")),
        ["sc: ann: the successor cy must be a Security Manager where an administrator deletes"]
    );
    let administrator = super::tests::draft(&Offboarding::new("admin").departure(deletion("kit")), &tenant);
    assert_eq!(only_wish(&administrator).presence, Presence::Absent { successor: None }, "administrators own nothing");
}

#[test]
fn what_cannot_be_deleted_is_a_problem_of_deletion_alone() {
    let first = center_tenant([center(1, "ann", ANN, "Ann Lee", 2)]);
    let undeletable = management_tenant([management_user(json!({
        "id": 9, "uuid": "4bd789d4-0000-4000-8000-000000000009", "username": ANN, "email": ANN, "undeletable": true
    }))]);
    for (tenant, why) in [(first, "the first user of an organization"), (undeletable, "marks this account")] {
        let delete = Departure::Delete { successor: None };
        let draft = super::tests::draft(&Offboarding::new(ANN).departure(delete.clone()), &tenant);
        assert!(problems(&draft)[0].contains(why), "{:?}", draft.problems);
        let kept = Offboarding::new(ANN).departure(delete).departure_in(&tenant.tenant, Departure::Disable);
        assert_eq!(problems(&super::tests::draft(&kept, &tenant)), [""; 0]);
    }
}

#[test]
fn a_linked_user_is_left_to_its_administrator() {
    let linked = center_user(json!({
        "id": "8", "username": "ann.linked", "email": ANN, "authType": "linked", "locked": "false", "role": {"id": "2"}
    }));
    let draft = disabled(&center_tenant([linked]));
    assert_eq!(draft.wish.users.len(), 0);
    assert!(draft.notes[0].contains("this is a linked user"), "{:?}", draft.notes);
}

#[test]
fn a_directory_that_makes_accounts_is_named() {
    let from = |provider: &str| {
        exposure_user(json!({"id": 4, "name": "Ann", "email": ANN, "provider": provider, "active": true, "roles": [2]}))
    };
    for provider in ["saml", "ldap"] {
        let notes = disabled(&exposure_tenant([from(provider)])).notes;
        assert!(notes.iter().any(|note| note.contains("take the person out of these groups")), "{notes:?}");
    }
    let notes = disabled(&exposure_tenant([from("tenable")])).notes;
    assert!(!notes.iter().any(|note| note.contains("take the person out")), "{notes:?}");
}

fn open(user: &User) -> Vec<String> {
    match Verdict::of(user) {
        Verdict::RefusedEverywhere { .. } => Vec::new(),
        Verdict::StillOpen { what } => what,
    }
}

#[test]
fn verdicts_of_identity_exposure() {
    let user = |active: serde_json::Value, roles: serde_json::Value| {
        exposure_user(
            json!({"id": 4, "name": "Ann", "email": ANN, "provider": "tenable", "active": active, "roles": roles}),
        )
    };
    assert_eq!(open(&user(json!(false), json!([]))), [""; 0]);
    assert_eq!(open(&user(json!(true), json!([]))), ["the account is enabled: password"]);
    assert!(open(&user(json!(false), json!([2])))[0].starts_with("API key: the account has roles"));
    assert_eq!(open(&user(json!(null), json!([])))[0], "whether the account is enabled is not told");
}

#[test]
fn verdicts_of_security_center() {
    let user = |locked: &str, role: &str, keys: serde_json::Value| {
        center_user(
            json!({"id": "4", "username": "ann", "authType": "tns", "locked": locked, "role": {"id": role}, "apiKeys": keys}),
        )
    };
    let keys = || json!([{"accessKey": "a"}]);
    assert_eq!(open(&user("true", "0", keys())), [""; 0]);
    assert_eq!(open(&user("true", "4", json!([]))), [""; 0], "without keys the role does not matter");
    for keys in [keys(), json!(null)] {
        assert!(open(&user("true", "4", keys))[0].contains("is not documented"));
    }
    assert_eq!(open(&user("false", "0", keys())), ["the account is enabled: password, api_keys"]);
}

#[test]
fn verdicts_of_vulnerability_management() {
    let user = |enabled: bool, api: bool| {
        let user = management_user(
            json!({"id": 9, "uuid": "4bd789d4-0000-4000-8000-000000000009", "username": ANN, "enabled": enabled}),
        );
        let ways = json!({"api_permitted": api, "password_permitted": false, "saml_permitted": false});
        user.with_authorizations(&serde_json::from_value(ways).unwrap())
    };
    assert_eq!(open(&user(false, false)), [""; 0]);
    assert_eq!(open(&user(false, true)), [""; 0]);
    assert_eq!(open(&user(true, false)), ["the account is enabled: ways are not told"]);
    assert_eq!(open(&user(true, true)), ["the account is enabled: api_keys", "API keys: the account may use the API"]);
}

#[test]
fn what_is_left_to_do_by_hand() {
    let ldap =
        center_user(json!({"id": "4", "username": "ann", "authType": "ldap", "locked": "true", "role": {"id": "0"}}));
    let left = by_hand(Some(&ldap), Some(&ldap));
    assert!(left[0].contains("deleted in the web interface only") && left[1].contains("is not documented"), "{left:?}");
    assert!(left[2].contains("by LDAP"), "{left:?}");
    let left = by_hand(Some(&ldap), None);
    assert!(left.len() == 1 && left[0].contains("by LDAP"), "of a deleted account the directory is left: {left:?}");
    let mut closed = ldap.clone();
    closed.sign_in.ldap = Known::Value(false);
    closed.sign_in.api_keys = Known::Value(false);
    assert_eq!(by_hand(Some(&closed), None), [""; 0]);
}

#[test]
fn hand_over_without_deletion_is_refused_in_words() {
    let problem = Departure::asked(false, Some(BO.to_owned())).unwrap_err();
    assert!(problem.to_string().contains("only when the account is deleted"), "{problem}");
    assert_eq!(Departure::asked(true, Some(BO.to_owned())).unwrap(), deletion(BO));
}
