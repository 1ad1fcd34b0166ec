//! Each row of the reference's index of endpoints: what it does, read back.

use tenable_model::security_center::{
    AssetId, GroupId, LdapId, OrganizationId, ResponsibleAsset, RoleId, ScanPermission, UserAddress, UserId,
    ZoneSelection,
};
use tenable_tests::CoreTransport;

use super::{NORTH, PASSWORD, SOUTH, named, whole};

#[tokio::test]
async fn user_from_creation_to_deletion() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    let before = sc.users().list().send().await.unwrap().len();
    let ann = sc
        .users()
        .create("ann", 4)
        .password(PASSWORD)
        .group_id(1)
        .firstname("Ann")
        .lastname("Lee")
        .email("ann@example.com")
        .locked(true)
        .managed_users_groups([GroupId(1)])
        .responsible_asset_id(1)
        .password_expires(true)
        .password_expiration(30)
        .send()
        .await
        .unwrap();
    assert_eq!((ann.full_name().as_str(), ann.locked), ("Ann Lee", Some(true)));
    assert_eq!((ann.role_id(), ann.group_id()), (Some(RoleId(4)), Some(GroupId(1))));
    assert_eq!(ann.responsible_asset_id(), Some(AssetId(1)));
    assert_eq!((ann.password_expires, ann.password_expiration), (Some(true), Some(30)));
    assert_eq!(ann.password.as_deref(), Some("SET"));
    assert!(ann.last_login.is_none() && ann.created_time.is_some());
    assert_eq!(whole(&sc, ann.id.get()).await, ann);
    assert_eq!(sc.users().list().send().await.unwrap().len(), before + 1);

    // An edit by UUID moves, and touches nothing else.
    let uuid = ann.uuid.clone().unwrap();
    let moved = sc.users().update(uuid.clone()).group_id(2).locked(false).send().await.unwrap();
    assert_eq!((moved.group_id(), moved.locked), (Some(GroupId(2)), Some(false)));
    assert_eq!((&moved.email, &moved.managed_users_groups), (&ann.email, &ann.managed_users_groups));
    assert_eq!(sc.users().details(uuid.clone()).send().await.unwrap(), moved);
    let cleared =
        sc.users().update(uuid.clone()).responsible_asset_id(ResponsibleAsset::None).email("").send().await.unwrap();
    assert_eq!((cleared.responsible_asset_id(), cleared.email.as_deref()), (None, Some("")));

    sc.users().delete(uuid.clone()).send().await.unwrap();
    assert!(sc.users().details(uuid.clone()).send().await.unwrap_err().is_not_found());
    assert!(sc.users().delete(uuid.clone()).send().await.unwrap_err().is_not_found());
    sc.users().delete(uuid).with_missing_as_deleted().send().await.unwrap();
    assert_eq!(sc.users().list().send().await.unwrap().len(), before);
}

#[tokio::test]
async fn user_who_signs_in_elsewhere() {
    let sc = CoreTransport::security_center(&[]).manager();
    let ldap =
        sc.users().create("dir", 4).auth_type("ldap").ldap(1).ldap_username("dir").group_id(2).send().await.unwrap();
    assert_eq!(ldap.ldap_id(), Some(LdapId(1)));
    assert_eq!(ldap.ldap_username.as_deref(), Some("dir"));
    let saml = sc.users().create("saml", 4).auth_type("saml").group_id(2).send().await.unwrap();
    assert_eq!(saml.ldap_id(), None);
    let error = sc.users().create("lost", 4).auth_type("ldap").ldap(99).group_id(2).send().await.unwrap_err();
    assert!(error.is_invalid_input() && error.message().unwrap().contains("LDAP"), "{}", error.report());
}

#[tokio::test]
async fn users_of_an_organization_by_number_and_organization() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let own = admin.users().details(UserAddress::own(1)).send().await.unwrap();
    let north = admin.users().details((NORTH, UserId(1))).send().await.unwrap();
    let south = admin.users().details((SOUTH, UserId(1))).send().await.unwrap();
    let names = [own, north, south].map(|user| user.username.unwrap());
    assert_eq!(names, ["admin", "north.manager", "south.manager"]);
}

#[tokio::test]
async fn an_edit_and_a_deletion_in_an_organization_never_reach_an_administrator() {
    for place in ["both", "query", "body"] {
        let product = CoreTransport::security_center(&[("sc.organization_parameter", place)]);
        let admin = product.administrator();
        admin.users().update((NORTH, UserId(2))).title("Deputy").send().await.unwrap();
        assert_eq!(whole(&product.manager(), 2).await.title.as_deref(), Some("Deputy"), "{place}");
        admin.users().delete((NORTH, UserId(2))).send().await.unwrap();
        assert!(
            product.manager().users().details(UserAddress::own(2)).send().await.unwrap_err().is_not_found(),
            "{place}"
        );
        let administrators = admin.users().list().send().await.unwrap();
        assert_eq!(administrators.len(), 2, "{place}");
        assert_ne!(administrators[1].title.as_deref(), Some("Deputy"), "{place}");
    }
}

#[tokio::test]
async fn organization_user_is_the_security_managers_read_only() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let managers = admin.organization_users().list(NORTH).send().await.unwrap();
    let names: Vec<_> = managers.iter().filter_map(|user| user.username.as_deref()).collect();
    assert_eq!(names, ["north.manager", "north.deputy", "kit.linked"]);
    assert_eq!((managers[0].can_use, managers[0].can_manage), (Some(true), Some(true)));
    let one = admin.organization_users().details(NORTH, UserId(2)).fields(["role", "orgName"]).send().await.unwrap();
    assert_eq!(one.organization_name.as_deref(), Some("Example North"));
    assert!(admin.organization_users().details(NORTH, UserId(3)).send().await.unwrap_err().is_not_found());
    let error = product.manager().organization_users().list(NORTH).send().await.unwrap_err();
    assert!(error.is_permission_denied(), "{}", error.report());
    // By UUID in both places.
    let organization = admin.organizations().details(NORTH).send().await.unwrap().uuid.unwrap();
    let user = named(&product.manager(), "north.deputy").await.uuid.unwrap();
    assert_eq!(admin.organization_users().details(organization, user).send().await.unwrap().id, UserId(2));
}

#[tokio::test]
async fn security_manager_from_creation_to_deletion() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let managers = || admin.security_managers();
    let head =
        managers().create(SOUTH, "head", 2).password(PASSWORD).group_id(0).firstname("Hed").send().await.unwrap();
    assert_eq!(
        managers().details(SOUTH, head.id).fields(["username", "role"]).send().await.unwrap().role_id(),
        Some(RoleId(2))
    );
    assert_eq!(managers().list(SOUTH).send().await.unwrap().len(), 2);
    let changed = managers().update(SOUTH, head.id).firstname("Head").send().await.unwrap();
    assert_eq!(changed.firstname.as_deref(), Some("Head"));
    let signed_in = product.builder().login("head", PASSWORD).build().unwrap();
    assert_eq!(signed_in.current_user().details().send().await.unwrap().id, head.id);
    managers().delete(SOUTH, head.id).migrate_user_id(1).send().await.unwrap();
    assert!(managers().details(SOUTH, head.id).send().await.unwrap_err().is_not_found());
    managers().delete(SOUTH, head.id).with_missing_as_deleted().send().await.unwrap();
    let error = product.manager().security_managers().list(NORTH).send().await.unwrap_err();
    assert!(error.is_permission_denied(), "{}", error.report());
}

#[tokio::test]
async fn role_from_creation_to_deletion() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    let create = sc.roles().create("Auditors").description("Read logs").perm_view_org_logs(true).perm_scan("policy");
    let role = create.send().await.unwrap();
    assert!(role.id.get() > 1_000_000 && role.creator_id.is_some());
    assert_eq!(role.perm_scan, Some(ScanPermission::Policy));
    assert_eq!(role.granted(), ["permViewOrgLogs"]);

    // A new name leaves the scan right and the flags alone.
    let renamed = sc.roles().update(role.id).name("Readers").send().await.unwrap();
    assert_eq!((renamed.perm_scan, renamed.perm_view_org_logs), (Some(ScanPermission::Policy), Some(true)));
    let read = sc.roles().details(role.id).send().await.unwrap();
    assert_eq!((read.name.as_deref(), read.perm_scan.clone()), (Some("Readers"), Some(ScanPermission::Policy)));
    assert!(read.creator.is_some() && read.organization_counts.is_some());
    let flags = sc.roles().update(role.id).perm_view_org_logs(false).perm_create_tickets(true).send().await.unwrap();
    assert_eq!(flags.granted(), ["permCreateTickets"]);

    // Who had the role has none when it is gone.
    let ann = sc.users().create("ann", role.id).password(PASSWORD).group_id(2).send().await.unwrap();
    sc.roles().delete(role.id).send().await.unwrap();
    assert_eq!(whole(&sc, ann.id.get()).await.role_id(), Some(RoleId(0)));
    assert!(sc.roles().details(role.id).send().await.unwrap_err().is_not_found());
    sc.roles().delete(role.id).with_missing_as_deleted().send().await.unwrap();
    // System roles stay.
    for id in [0, 1, 2] {
        assert!(product.administrator().roles().update(id).name("x").send().await.is_err(), "{id}");
    }
    let seen = sc.roles().list().send().await.unwrap();
    assert!(seen.iter().all(|role| role.id != RoleId(1)), "members never see the administrators' role");
}

#[tokio::test]
async fn group_from_creation_to_deletion() {
    let sc = CoreTransport::security_center(&[]).manager();
    let create = sc.groups().create("Auditors").description("Look on").repositories([1]).defining_assets([0]);
    let group = create.send().await.unwrap();
    assert_eq!(group.user_count, Some(0));
    let fields = ["name", "description", "repositories", "definingAssets", "users", "userCount"];
    let read = || sc.groups().details(group.id).fields(fields).send();
    let whole_group = read().await.unwrap();
    assert_eq!(whole_group.repositories.unwrap()[0].id.get(), Some(1));

    let renamed = sc.groups().update(group.id).name("Readers").send().await.unwrap();
    assert_eq!((renamed.name.as_deref(), renamed.description.as_deref()), (Some("Readers"), Some("Look on")));
    assert_eq!(renamed.repositories.unwrap().len(), 1, "an edit of the name leaves the lists alone");
    sc.groups().update(group.id).repositories(Vec::<u64>::new()).send().await.unwrap();
    assert!(read().await.unwrap().repositories.unwrap().is_empty());

    // Who is in it is written at the user.
    let ann = sc.users().create("ann", 4).password(PASSWORD).group_id(group.id).send().await.unwrap();
    let members = read().await.unwrap();
    assert_eq!(members.user_count, Some(1));
    assert_eq!(members.users.unwrap()[0].username.as_deref(), Some("ann"));
    assert!(sc.groups().delete(group.id).send().await.is_err(), "it is not empty");
    sc.users().update(UserAddress::own(ann.id)).group_id(0).send().await.unwrap();
    sc.groups().delete(group.id).send().await.unwrap();
    assert!(sc.groups().details(group.id).send().await.unwrap_err().is_not_found());
    // A watch list defines no group.
    assert!(sc.groups().create("Watchers").defining_assets([3]).send().await.unwrap_err().is_invalid_input());
}

#[tokio::test]
async fn organization_from_creation_to_deletion() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let made =
        admin.organizations().create("Example East").city("Ghent").restricted_ips("192.0.2.0/24").send().await.unwrap();
    assert_eq!(made.zone_selection, Some(ZoneSelection::AutoOnly));
    let read = admin.organizations().details(made.id).send().await.unwrap();
    assert_eq!((read.name.as_deref(), read.city.as_deref()), (Some("Example East"), Some("Ghent")));
    let changed = admin.organizations().update(made.id).city("Bruges").send().await.unwrap();
    assert_eq!((changed.city.as_deref(), changed.restricted_ips.as_deref()), (Some("Bruges"), Some("192.0.2.0/24")));
    let all: Vec<_> = admin.organizations().list().items().try_collect().await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(admin.organizations().details(made.uuid.unwrap()).send().await.unwrap().id, made.id);
    admin.organizations().delete(made.id).send().await.unwrap();
    assert!(admin.organizations().details(made.id).send().await.unwrap_err().is_not_found());
    assert!(product.manager().organizations().create("Mine").send().await.unwrap_err().is_permission_denied());
}

#[tokio::test]
async fn current_user_and_organization_of_both_kinds_of_caller() {
    let product = CoreTransport::security_center(&[]);
    let (admin, manager) = (product.administrator(), product.manager());
    let me = admin.current_user().details().fields(["username", "role", "group", "organization"]).send().await.unwrap();
    assert_eq!((me.is_administrator(), me.group_id()), (Some(true), None));
    assert_eq!(me.organization_id(), Some(OrganizationId(0)));
    let me =
        manager.current_user().details().fields(["role", "group", "organization", "orgName"]).send().await.unwrap();
    assert_eq!((me.group_id(), me.organization_id()), (Some(GroupId(0)), Some(NORTH)));
    let here = manager.current_organization().details().send().await.unwrap();
    assert_eq!(here.name.as_deref(), Some("Example North"));
    assert!(here.zone_selection.is_some());
    assert!(admin.current_organization().details().send().await.unwrap().zone_selection.is_none());
}

#[tokio::test]
async fn system_and_token() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    let system = sc.system().details().send().await.unwrap();
    assert_eq!(system.session_timeout, Some(3600));
    assert!(system.timezones.is_some_and(|zones| !zones.is_empty()));
    let seed = tenable_emulator::security_center::SEED_PASSWORD;
    let token = sc.token().create("north.manager", seed).send().await.unwrap();
    assert!(token.token.is_some() && token.unassociated_cert != Some(true));
    let by_hand = product.session_of("north.manager");
    by_hand.token().delete().send().await.unwrap();
    by_hand.close().await.unwrap();
    assert_eq!(product.lines().last().unwrap(), "DELETE /rest/token 200", "the session is known to be over");
}
