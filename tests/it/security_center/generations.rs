//! Servers of 5.x and of 6.x, with one client.

use tenable_model::security_center::{RoleId, UserAddress, UserId};
use tenable_tests::CoreTransport;

use super::{NORTH, PASSWORD, whole};

#[tokio::test]
async fn the_same_journey_on_every_generation() {
    for generation in ["5", "5.20", "6"] {
        let product = CoreTransport::security_center(&[("sc.generation", generation)]);
        let (admin, sc) = (product.administrator(), product.session_of("north.manager"));
        let role = sc.roles().create("Auditors").perm_scan("policy").send().await.unwrap();
        let renamed = sc.roles().update(role.id).name("Readers").send().await.unwrap();
        assert_eq!(renamed.perm_scan, role.perm_scan, "{generation}");
        let group = sc.groups().create("Auditors").send().await.unwrap();
        let ann = sc.users().create("ann", role.id).password(PASSWORD).group_id(group.id).send().await.unwrap();
        assert_eq!(whole(&sc, ann.id.get()).await, ann, "{generation}");
        sc.users().update(UserAddress::own(ann.id)).locked(true).group_id(0).send().await.unwrap();
        assert_eq!(whole(&sc, ann.id.get()).await.locked, Some(true), "{generation}");
        sc.users().delete(UserAddress::own(ann.id)).migrate_user_id(1).send().await.unwrap();
        sc.groups().delete(group.id).send().await.unwrap();
        sc.roles().delete(role.id).send().await.unwrap();
        let head =
            admin.security_managers().create(NORTH, "head", 2).password(PASSWORD).group_id(0).send().await.unwrap();
        admin.security_managers().delete(NORTH, head.id).send().await.unwrap();
        sc.close().await.unwrap();
    }
}

#[tokio::test]
async fn before_6_a_list_gives_whole_objects_and_no_uuid() {
    let product = CoreTransport::security_center(&[("sc.generation", "5")]);
    let users = product.manager().users().list().send().await.unwrap();
    assert!(users.iter().all(|user| user.locked.is_some() && user.role.is_some() && user.uuid.is_none()));
    assert!(users[0].responsible_asset.as_ref().is_some_and(|asset| !asset.is_set()));
    let all = product.manager().roles().list().send().await.unwrap();
    assert!(all.iter().all(|role| role.perm_scan.is_some()));
}

#[tokio::test]
async fn before_6_only_security_managers_are_listed_with_an_organization_and_fields_are_the_callers_choice() {
    let product = CoreTransport::security_center(&[("sc.generation", "5")]);
    let managers = product.administrator().users().list_of_organization(NORTH).send().await.unwrap();
    assert!(managers.iter().all(|user| user.role_id() == Some(RoleId(2))));
    assert_eq!(managers[0].id, UserId(1));
}

#[tokio::test]
async fn the_version_shows_before_login_only_on_old_servers() {
    for (generation, shows) in [("5", true), ("5.20", false), ("6", false)] {
        let product = CoreTransport::security_center(&[("sc.generation", generation)]);
        // Sent without credentials, as by a probe.
        let request = http::Request::get("/rest/system").body(bytes::Bytes::new()).unwrap();
        let reply = product.core.handle(request);
        let body: serde_json::Value = serde_json::from_slice(reply.response.body()).unwrap();
        assert_eq!(body["response"].get("version").is_some(), shows, "{generation}");
        let system = product.manager().system().details().send().await.unwrap();
        assert!(system.version.is_some(), "{generation}, signed in");
    }
}

#[tokio::test]
async fn names_of_old_servers_are_sent_only_when_they_are_set() {
    let product = CoreTransport::security_center(&[("sc.generation", "5")]);
    #[expect(deprecated, reason = "it is for old servers, and this is one")]
    let create = product.manager().users().create("ann", 4).password(PASSWORD).group_id(2).import_reports(false);
    create.send().await.unwrap();
    let journal = product.core.journal();
    let sent = journal[0].body.as_ref().unwrap();
    assert_eq!(sent["importReports"], "false");
    assert!(sent.get("importDashboards").is_none() && sent.get("createDefaultObjects").is_none());
}
