use serde_json::json;

use super::*;
use crate::review::Severity;

#[test]
fn empty_groups() {
    const KIND: FindingKind = FindingKind::EmptyGroup;
    let in_one = json!({"group_uuids": ["7c1f0b52-0000-4000-8000-000000000001"]});
    let mut tenant = management_tenant([vm(1, "ann@example.com", &in_one)]);
    tenant.groups = vec![
        vm_group(0, "All Users", &json!({"user_count": 0})),
        vm_group(1, "Operations", &json!({})),
        vm_group(2, "Night shift", &json!({"user_count": 0})),
        vm_group(3, "Directory", &json!({"user_count": 0, "managed_by_saml": true})),
        // The account is in none that is not told, and nobody else is there.
        vm_group(4, "Silent", &json!({"user_count": null})),
    ];
    let review = review([tenant.clone()]);
    let names: Vec<&str> = found(&review, KIND).iter().map(|finding| finding.subject()).collect();
    assert_eq!(names, ["Directory", "Night shift", "Silent"]);
    let by_saml = found(&review, KIND)[0];
    assert!(by_saml.advice.contains("identity provider"));
    assert_eq!(by_saml.severity, Severity::Low);
    let operations = review.groups.iter().find(|group| group.name == "Operations").unwrap();
    assert_eq!(operations.members, ["vm:4bd789d4-0000-4000-8000-000000000001".parse().unwrap()]);
    assert!(operations.members_complete);
    // With somebody whose groups are not told, a group that does not tell its size may have members.
    tenant.users.push(vm(2, "bo@example.com", &json!({"group_uuids": null})));
    tenant.index = std::sync::OnceLock::new();
    let review = super::review([tenant]);
    let names: Vec<&str> = found(&review, KIND).iter().map(|finding| finding.subject()).collect();
    assert_eq!(names, ["Directory", "Night shift"]);
    assert_eq!(untold(&review, KIND), [("vm", "member_count", 1, false)]);
}

#[test]
fn roles_of_nobody() {
    const KIND: FindingKind = FindingKind::UnusedRole;
    let mut tenant = management_tenant([vm(1, "ann@example.com", &json!({}))]);
    tenant.roles.push(vm_role(1001, "Auditor", &["VM.VM_SCAN.READ"], "CUSTOM"));
    let review = review([tenant.clone()]);
    assert_eq!(only(&review, KIND).subject(), "Auditor", "predefined roles are there whoever has them");
    assert_eq!(only(&review, KIND).role.as_ref().unwrap().key, "vm:9a0c1e00-0000-4000-8000-000000001001");
    let basic = review.roles.iter().find(|role| role.name == "Basic").unwrap();
    assert_eq!(
        basic.members.len(),
        1,
        "an account that tells the number is among the members of the role with the UUID"
    );
    let has_it = json!({"rbac_roles": [{"uuid": "9a0c1e00-0000-4000-8000-000000001001", "name": "Auditor"}]});
    tenant.users.push(vm(2, "bo@example.com", &has_it));
    tenant.index = std::sync::OnceLock::new();
    assert_eq!(found(&super::review([tenant.clone()]), KIND).len(), 0);
    // Somebody with a custom role that is not told may have it.
    tenant.users = vec![vm(3, "cy@example.com", &json!({"permissions": 0}))];
    tenant.index = std::sync::OnceLock::new();
    let review = super::review([tenant]);
    assert_eq!(found(&review, KIND).len(), 0);
    assert_eq!(untold(&review, KIND), [("vm", "roles", 1, false)]);
}

#[test]
fn custom_roles_as_strong_as_administrator() {
    const KIND: FindingKind = FindingKind::StrongRole;
    let manage = ["VM.VM_SCAN.READ", "TIO_BACKEND.ACCESS_CONTROL.MANAGE"];
    let has_it = json!({
        "rbac_roles": [{"uuid": "9a0c1e00-0000-4000-8000-000000001001", "name": "Helper"}], "lastlogin": null
    });
    let mut tenant = management_tenant([vm(1, "ann@example.com", &has_it)]);
    tenant.roles.push(vm_role(1001, "Helper", &manage, "CUSTOM"));
    tenant.roles.push(vm_role(1002, "Reader", &["VM.VM_SCAN.READ"], "CUSTOM"));
    let review = review([tenant.clone()]);
    let finding = only(&review, KIND);
    assert_eq!((finding.subject(), finding.severity), ("Helper", Severity::High));
    assert!(finding.what.contains("TIO_BACKEND.ACCESS_CONTROL.MANAGE; 1 account has it"), "{}", finding.what);
    let account = &review.people[0].accounts[0];
    assert_eq!(account.administrator, Some(true));
    assert!(account.administrator_by[0].starts_with("Helper: "));
    assert_eq!(only(&review, FindingKind::NeverSignedIn).severity, Severity::High, "as of an administrator");
    // What Administrator allows is not told here, so nobody can say that Reader is less.
    assert_eq!(untold(&review, KIND), [("vm", "permissions", 1, false)]);
    tenant.roles.retain(|role| role.name.value().is_some_and(|name| name != "Administrator"));
    tenant.roles.push(vm_role(64, "Administrator", &["VM.VM_SCAN.READ", "VM.VM_SCAN.MANAGE"], "STANDARD"));
    tenant.roles.push(vm_role(1003, "All of it", &["VM.VM_SCAN.MANAGE", "VM.VM_SCAN.READ", "WAS.READ"], "CUSTOM"));
    let review = super::review([tenant]);
    let names: Vec<(&str, Severity)> =
        found(&review, KIND).iter().map(|finding| (finding.subject(), finding.severity)).collect();
    assert_eq!(names, [("Helper", Severity::High), ("All of it", Severity::Medium)], "nobody has the other");
    assert_eq!(untold(&review, KIND), []);
}

#[test]
fn what_could_not_be_read_is_told() {
    let failed =
        crate::Reading { tenant: "far".to_owned(), product: None, result: Err(crate::Failure::new("no answer")) };
    let mut tenant = management_tenant([vm(1, "ann@example.com", &json!({}))]);
    tenant.roles.clear();
    tenant.unread.push(crate::Unread { what: "roles".to_owned(), why: crate::Failure::new("refused") });
    let mut present = present([tenant]);
    present.readings.push(failed);
    let review = review_of(&present, &options());
    assert_eq!(review.tenants[0].unread[0].what, "roles");
    assert_eq!(review.tenants[1].failed.as_ref().unwrap().message, "no answer");
    assert_eq!((review.tenants[1].product.as_deref(), review.tenants[1].accounts), (None, 0));
    assert_eq!(review.people[0].accounts[0].administrator, Some(false), "the number of the role tells");
}
