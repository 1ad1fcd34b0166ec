//! What is written down of random tenants is read, asks for nothing else, and is written the same again.

use proptest::prelude::*;
use serde_json::{Value, json};
use tenable_api::model::shared::{Group, Role, User};
use tenable_api::model::{identity_exposure, security_center, vulnerability_management};

use super::parse;
use crate::file::export;
use crate::whois::examples::{
    center_tenant, center_user, exposure_tenant, exposure_user, management_tenant, management_user, present,
};
use crate::{Aliases, Directory, Failure, Present, Reading, Snapshot, Unread};

/// Names that somebody may have thought of, and some that nobody should have.
const NAMES: [&str; 17] = [
    "Ann Lee",
    "ann lee",
    "no",
    "1e3",
    "*all",
    " spaces ",
    "two\nlines",
    "say \"hi\", {you}",
    "{email}",
    "sc:7",
    "vm:4bd789d4-0000-4000-8000-000000000001",
    "null",
    "",
    " ",
    "a: b #c",
    "Zoë \u{202e}",
    "- x",
];

/// Addresses that several accounts have, and what is none.
const ADDRESSES: [&str; 8] = [
    "ann@example.com",
    "Bo@Example.com",
    "cy@example.com",
    "al@corp.example",
    "not an address",
    "a@b@c",
    "",
    "x@y, z@y",
];

fn role(id: usize) -> String {
    format!("9a0c1e00-0000-4000-8000-{id:012}")
}

fn group(id: usize) -> String {
    format!("7c1f0b52-0000-4000-8000-{id:012}")
}

prop_compose! {
    fn account()(
        name in prop::sample::select(&NAMES[..]),
        user_name in prop::sample::select(&NAMES[..]),
        by_address in any::<bool>(),
        address in prop::sample::select(&ADDRESSES[..]),
        enabled in prop::option::of(any::<bool>()),
        roles in prop::option::of(prop::collection::vec(0..5_usize, 0..3)),
        groups in prop::option::of(prop::collection::vec(0..4_usize, 0..3)),
        keys in prop::option::of(any::<bool>()),
    ) -> Value {
        let user_name = if by_address { address } else { user_name };
        json!({"name": name, "user_name": user_name, "address": address, "enabled": enabled, "roles": roles, "groups": groups, "keys": keys})
    }
}

fn told(mut document: Value) -> Value {
    document.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    document
}

fn of_exposure(id: usize, account: &Value) -> User {
    exposure_user(told(json!({
        "id": id, "name": account["name"], "surname": "", "email": account["address"], "identifier": account["address"],
        "provider": "tenable", "active": account["enabled"], "roles": account["roles"].as_array().map_or_else(Vec::new, Clone::clone)
    })))
}

fn of_center(id: usize, account: &Value) -> User {
    let first = |key: &str| account[key].as_array().and_then(|all| all.first().cloned());
    let reference = |id: Option<Value>| id.map(|id| json!({"id": id.to_string(), "name": "whatever"}));
    center_user(told(json!({
        "id": id.to_string(), "username": account["user_name"], "firstname": account["name"], "lastname": "",
        "email": account["address"], "locked": account["enabled"].as_bool().map(|enabled| (!enabled).to_string()),
        "role": reference(first("roles")), "group": reference(first("groups"))
    })))
}

fn of_management(id: usize, account: &Value) -> User {
    let groups = account["groups"].as_array();
    let groups = groups
        .map(|all| all.iter().map(|id| group(usize::try_from(id.as_u64().unwrap()).unwrap())).collect::<Vec<_>>());
    let number = account["roles"].as_array().and_then(|all| all.first()?.as_u64());
    management_user(told(json!({
        "id": id, "uuid": format!("4bd789d4-0000-4000-8000-{id:012}"), "username": account["user_name"],
        "email": account["address"], "name": account["name"], "enabled": account["enabled"], "group_uuids": groups,
        "permissions": number.map(|number| [16, 32, 64, 24, 40][usize::try_from(number).unwrap()]),
        "api_permitted": account["keys"], "password_permitted": account["keys"]
    })))
}

/// Custom roles and groups with these names.
fn with_names(mut snapshot: Snapshot, names: &[&str]) -> Snapshot {
    for (id, name) in names.iter().enumerate() {
        match snapshot.tenant.as_str() {
            "ie" => {
                let role = json!({"id": id + 100, "name": name, "description": name, "permissions": []});
                snapshot.roles.push(serde_json::from_value::<identity_exposure::Role>(role).unwrap().into());
            }
            "sc" => {
                let role = json!({"id": (id + 100).to_string(), "name": name, "description": name, "permCreateTickets": "true"});
                snapshot.roles.push(serde_json::from_value::<security_center::Role>(role).unwrap().into());
                let group = json!({"id": id.to_string(), "name": name});
                snapshot.groups.push(serde_json::from_value::<security_center::Group>(group).unwrap().into());
            }
            _ => {
                let role = json!({
                    "uuid": role(id), "name": name, "type": "CUSTOM", "description": name,
                    "role_permission_strings": ["VM.VM_SCAN.READ", "VM.VM_EXPLORE.READ"]
                });
                let role: Role = serde_json::from_value::<vulnerability_management::Role>(role).unwrap().into();
                snapshot.roles.push(role);
                let group = json!({"id": id + 1, "uuid": group(id), "name": name});
                let group: Group = serde_json::from_value::<vulnerability_management::Group>(group).unwrap().into();
                snapshot.groups.push(group);
            }
        }
    }
    snapshot
}

fn everything() -> impl Strategy<Value = Present> {
    let accounts = || prop::collection::vec(account(), 0..7);
    let names = || prop::collection::vec(prop::sample::select(&NAMES[..]), 0..4);
    let all = ((accounts(), names()), (accounts(), names()), (accounts(), names()));
    all.prop_map(|(ie, sc, vm)| {
        fn users(accounts: &[Value], user: fn(usize, &Value) -> User) -> Vec<User> {
            accounts.iter().enumerate().map(|(id, account)| user(id + 1, account)).collect()
        }
        present([
            with_names(exposure_tenant(users(&ie.0, of_exposure)), &ie.1),
            with_names(center_tenant(users(&sc.0, of_center)), &sc.1),
            with_names(management_tenant(users(&vm.0, of_management)), &vm.1),
        ])
    })
}

fn aliases() -> Aliases {
    let mut aliases = Aliases::default();
    aliases.add("ann@example.com", ["al@corp.example", "Ann Lee"]).unwrap();
    aliases
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_there_asks_for_nothing(present in everything(), with_aliases in any::<bool>()) {
        let known = if with_aliases { aliases() } else { Aliases::default() };
        let text = export(&present, &known);
        let file = parse(&text);
        let directory = file.directory(Directory::new([]).unwrap()).unwrap();
        let users = present.snapshots().map(|snapshot| snapshot.users.len()).sum::<usize>();
        let named = present.snapshots().map(|snapshot| file.wish(snapshot).users.len()).sum::<usize>();
        prop_assert_eq!(named, users, "everybody is in it, once\n{}", text);
        let planned = directory.plan_from(present.clone(), |snapshot| file.wish(snapshot));
        prop_assert!(planned.problems.is_empty(), "{:?}\n{text}", planned.problems);
        prop_assert!(planned.plan.is_empty(), "{}\n{text}", planned.plan);
        // The aliases of people who have an account are in it.
        prop_assert_eq!(export(&present, directory.known_aliases()), text);
    }
}

#[test]
fn what_is_written() {
    let account = |name: &str, user_name: &str, address: &str| json!({"name": name, "user_name": user_name, "address": address, "enabled": true, "roles": [2], "groups": [0], "keys": false});
    let ie = exposure_tenant([of_exposure(1, &account("Ann Lee", "", "ann@example.com"))]);
    let sc = center_tenant([
        of_center(7, &account("Ann Lee", "ann", "ann@example.com")),
        of_center(8, &account("Ann, administrating", "ann-admin", "ann@example.com")),
        of_center(9, &account("", "scanner", "")),
        of_center(10, &json!({"name": "", "user_name": "two\nlines", "address": "", "enabled": false, "roles": [77]})),
    ]);
    let mut vm = management_tenant([of_management(1, &account("Ann Lee", "ann@example.com", "ann@example.com"))]);
    vm.unread.push(Unread { what: "own account".to_owned(), why: Failure::new("403\nversion: 2") });
    let mut all = present([ie, with_names(sc, &["Analysts", "no"]), with_names(vm, &["SOC", "SOC", "Night"])]);
    let result = Err(Failure::new("no route to host"));
    all.readings.push(Reading { tenant: "acme".to_owned(), product: None, result });
    let text = export(&all, &aliases());
    assert_eq!(
        text,
        r#"version: 1
# acme could not be read: no route to host
# vm: own account could not be read: 403 version: 2

roles:
  ie:
    - {name: User, permissions: []}
  sc:
    - {name: Analysts, description: Analysts, permissions: [permCreateTickets]}
    - {name: "no", description: "no", permissions: [permCreateTickets]}
  vm:
    - {name: Night, description: Night, permissions: [VM.VM_EXPLORE.READ, VM.VM_SCAN.READ]}
    - name: "vm:9a0c1e00-0000-4000-8000-000000000000"
      description: SOC
      permissions: [VM.VM_EXPLORE.READ, VM.VM_SCAN.READ]
    - name: "vm:9a0c1e00-0000-4000-8000-000000000001"
      description: SOC
      permissions: [VM.VM_EXPLORE.READ, VM.VM_SCAN.READ]

groups:
  sc: [Analysts, "no"]
  vm: [Night, "vm:7c1f0b52-0000-4000-8000-000000000000", "vm:7c1f0b52-0000-4000-8000-000000000001"]

people:
  - email: ann@example.com
    aliases: [al@corp.example, ann lee]
    accounts:
      ie: {name: Ann Lee, enabled: true, roles: [User]}
      sc:
        - {user_name: ann, name: Ann Lee, enabled: true, role: Security Manager, group: Analysts}
        - {user_name: ann-admin, name: "Ann, administrating", enabled: true, role: Security Manager, group: Analysts}
      vm:
        name: Ann Lee
        enabled: true
        role: Administrator
        groups: ["vm:7c1f0b52-0000-4000-8000-000000000000"]
        sign_in: {api_keys: false}
  - user_name: scanner
    accounts:
      sc: {enabled: true, role: Security Manager, group: Analysts}
  - user_name: "two\nlines"
    accounts:
      # sc: two lines has a role that is not in the list of roles
      sc: {enabled: false}
"#,
        "{text}"
    );
}
