//! Every operation with good arguments, who calls it, and what has to be there before.

use serde_json::{Value, json};
use tenable_api::{UntypedOperation, identity_exposure, security_center, vulnerability_management};
use tenable_emulator::{identity_exposure as emulated_exposure, security_center as emulated_center};
use tenable_model::Product;

pub(super) const PASSWORD: &str = "Violet-Harbor-42";
const NEW_PASSWORD: &str = "Copper-Lantern-77";
/// Of Vulnerability Management: an account without further rights, and one with the predefined role.
const STANDARD: u64 = 2_223_306;
const STANDARD_UUID: &str = "4bd789d4-0000-4000-8000-000002223306";
const AUDITOR_UUID: &str = "4bd789d4-0000-4000-8000-000002223308";
const TAGGED: &str = "52b60000-0000-4000-8000-000000000001";

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Who {
    /// The account that an embedding program works with, by key: an administrator; in Security Center, a Security Manager.
    Owner,
    /// Another account, by key: its number.
    Other(u64),
    /// The administrator of Security Center, by key.
    Administrator,
    /// Somebody who signs in to Security Center.
    Session(&'static str),
}

/// An operation as it is tried.
///
/// A text `$0/pointer` among the arguments stands for what the first preparation gave, and `$mail` for the token of the latest mail.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) operation: &'static UntypedOperation,
    pub(super) arguments: Value,
    pub(super) who: Who,
    /// Operations that the same client runs before.
    pub(super) before: Vec<(&'static str, Value)>,
    pub(super) rule: Option<(&'static str, &'static str)>,
    /// Whether the connection shows a client certificate.
    pub(super) certificate: bool,
}

impl Subject {
    fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    fn after(mut self, operation: &'static str, arguments: Value) -> Self {
        self.before.push((operation, arguments));
        self
    }

    fn rule(self, rule: &'static str, outcome: &'static str) -> Self {
        Self { rule: Some((rule, outcome)), ..self }
    }

    fn with_certificate(self) -> Self {
        Self { certificate: true, ..self }
    }

    /// `security_center users.create`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", product_name(self.product()), self.operation.meta().id)
    }

    pub(super) fn product(&self) -> Product {
        self.operation.meta().product
    }
}

pub(super) fn product_name(product: Product) -> &'static str {
    match product {
        Product::IdentityExposure => "identity_exposure",
        Product::SecurityCenter => "security_center",
        _ => "vulnerability_management",
    }
}

/// The operation of this name.
pub(super) fn operation(product: Product, id: &str) -> &'static UntypedOperation {
    let found = match product {
        Product::IdentityExposure => identity_exposure::operation(id),
        Product::SecurityCenter => security_center::operation(id),
        _ => vulnerability_management::operation(id),
    };
    found.unwrap_or_else(|| panic!("there is no operation {id}"))
}

fn subject(product: Product, id: &str, arguments: Value) -> Subject {
    let operation = operation(product, id);
    Subject { operation, arguments, who: Who::Owner, before: Vec::new(), rule: None, certificate: false }
}

/// Every operation of the three products, once.
pub(super) fn all() -> Vec<Subject> {
    [exposure(), center(), management()].concat()
}

#[test]
fn no_operation_is_left_out() {
    let tried: Vec<String> = all().iter().map(Subject::name).collect();
    let tables = [identity_exposure::OPERATIONS, security_center::OPERATIONS, vulnerability_management::OPERATIONS];
    let there: Vec<_> = tables.into_iter().flatten().map(UntypedOperation::meta).collect();
    let missing: Vec<_> = there
        .iter()
        .map(|meta| format!("{} {}", product_name(meta.product), meta.id))
        .filter(|name| !tried.contains(name))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "add them to this file, with arguments that succeed on a fresh emulator");
    assert_eq!(tried.len(), there.len());
}

fn exposure() -> Vec<Subject> {
    let on = |id, arguments| subject(Product::IdentityExposure, id, arguments);
    let user = |name: &str| json!({"name": name, "email": format!("{name}@example.com"), "password": PASSWORD});
    let group = json!([{"name": "analysts", "defaultRoleIds": [3], "defaultProfileId": 1}]);
    let role = ("roles.create", json!({"name": "Night shift", "description": "Reads"}));
    vec![
        on("users.list", json!({})),
        on("users.create", user("ann")),
        on("users.create_many", json!({"users": [user("ann"), user("bo")]})),
        on("users.info", json!({})).by(Who::Other(2)),
        on("users.details", json!({"id": 2})),
        on("users.update", json!({"id": 4, "name": "Kimberly", "lockedOut": false, "password": NEW_PASSWORD})),
        on("users.delete", json!({"id": 3})),
        on("users.create_password", json!({"email": "robin.active@example.com"})),
        on("users.retrieve_password", json!({"token": "$mail", "newPassword": NEW_PASSWORD}))
            .after("users.create_password", json!({"email": "robin.active@example.com"})),
        on(
            "users.change_password",
            json!({"oldPassword": emulated_exposure::SEED_PASSWORD, "newPassword": NEW_PASSWORD}),
        )
        .by(Who::Other(2)),
        on("users.update_user_roles", json!({"id": 3, "roles": [3, 2]})),
        on("roles.list", json!({})),
        on(role.0, role.1.clone()),
        on("roles.create_many", json!({"roles": [role.1, {"name": "Operator", "description": "Runs"}]})),
        on("roles.default_roles", json!({})),
        on("roles.details", json!({"id": 3})),
        on("roles.update", json!({"id": 3, "name": "Reader"})),
        on("roles.delete", json!({"id": "$0/id"})).after(role.0, role.1.clone()),
        on("roles.copy_role", json!({"fromId": 2, "name": "Second"})),
        on(
            "roles.replace_role_permissions",
            json!({"id": 3, "permissions": [{"entityName": "dashboard", "action": "read", "entityIds": ["1"], "dynamicId": null}]}),
        ),
        on("api_key.read", json!({})),
        on("api_key.renew", json!({})),
        on("lockout_policy.details", json!({})),
        on("lockout_policy.update", json!({"lockoutDuration": 600})),
        on("preferences.details", json!({})),
        on("preferences.update", json!({"language": "fr"})),
        on("profiles.list", json!({})),
        on("profiles.details", json!({"id": 1})),
        on("ldap_configuration.details", json!({})),
        on(
            "ldap_configuration.update",
            json!({"enabled": true, "url": "ldaps://dc.example.com", "allowedGroups": group}),
        ),
        on("saml_configuration.details", json!({})),
        on("saml_configuration.update", json!({"enabled": true, "allowedGroups": group})),
        on("application_settings.details", json!({})),
        on("application_settings.update", json!({"smtpAccount": "mailer", "smtpAccountPassword": NEW_PASSWORD})),
        on("about.details", json!({})),
    ]
}

fn center() -> Vec<Subject> {
    let on = |id, arguments| subject(Product::SecurityCenter, id, arguments);
    let administrator = |id, arguments| on(id, arguments).by(Who::Administrator);
    let session =
        |id, arguments, name| on(id, arguments).by(Who::Session(name)).after("current_user.details", json!({}));
    let readers = ("roles.create", json!({"name": "Readers", "permViewOrgLogs": true}));
    let auditors = ("groups.create", json!({"name": "Auditors", "definingAssets": [0]}));
    vec![
        on("users.list", json!({"fields": ["username", "locked", "role"]})),
        administrator("users.list_of_organization", json!({"orgID": 2})),
        on("users.list_paged", json!({"endOffset": 4, "startOffset": 1})),
        on("users.create", json!({"username": "ann", "roleID": 4, "password": PASSWORD, "groupID": 2})),
        on("users.details", json!({"id": "3"})),
        on("users.update", json!({"id": "3", "lastname": "Lee", "locked": true})),
        on("users.delete", json!({"id": "4"})),
        administrator("security_managers.list", json!({"orgID": 1})),
        administrator(
            "security_managers.create",
            json!({"orgID": 2, "username": "head", "roleID": 2, "password": PASSWORD, "groupID": 0, "managedUsersGroups": ["-1"]}),
        ),
        administrator("security_managers.details", json!({"orgID": 1, "id": "2"})),
        administrator("security_managers.update", json!({"orgID": 1, "id": "2", "lastname": "Lee"})),
        administrator("security_managers.delete", json!({"orgID": 1, "id": "2"})),
        administrator("organization_users.list", json!({"orgID": 2})),
        administrator("organization_users.details", json!({"orgID": 1, "id": "2"})),
        on("roles.list", json!({})),
        on(readers.0, readers.1.clone()),
        on("roles.details", json!({"id": 7})),
        on("roles.update", json!({"id": "$0/id", "name": "Writers"})).after(readers.0, readers.1.clone()),
        on("roles.delete", json!({"id": "$0/id"})).after(readers.0, readers.1),
        on("groups.list", json!({})),
        on(auditors.0, auditors.1.clone()),
        on("groups.details", json!({"id": 1})),
        on("groups.update", json!({"id": 2, "name": "Readers"})),
        on("groups.delete", json!({"id": "$0/id"})).after(auditors.0, auditors.1),
        session("current_user.details", json!({}), "kit.admin"),
        on("current_user.update", json!({"lastname": "Lee"})),
        session(
            "current_user.change_password",
            json!({"password": NEW_PASSWORD, "currentPassword": emulated_center::SEED_PASSWORD}),
            "avery.analyst",
        ),
        session("current_user.associate_certificate", json!({}), "avery.analyst").with_certificate(),
        on("current_user.preferences", json!({})),
        on("current_user.set_preference", json!({"name": "darkMode", "value": "true", "tag": "console"})),
        on("current_user.delete_preference", json!({"name": "darkMode", "tag": "console"}))
            .after("current_user.set_preference", json!({"name": "darkMode", "value": "true", "tag": "console"})),
        session("current_user.switch", json!({"username": "kit.linked"}), "kit.admin"),
        on("current_organization.details", json!({})),
        on("user_permissions.details", json!({})).rule("sc.enclave_security", "on"),
        administrator("organizations.list", json!({})),
        administrator("organizations.create", json!({"name": "Example East"})),
        administrator("organizations.details", json!({"id": "1"})),
        administrator("organizations.update", json!({"id": "2", "city": "Ghent"})),
        administrator("organizations.delete", json!({"id": "$0/id"}))
            .after("organizations.create", json!({"name": "Example East"})),
        on("system.details", json!({})),
        on("token.create", json!({"username": "avery.analyst", "password": emulated_center::SEED_PASSWORD})),
        session("token.delete", json!({}), "avery.analyst"),
    ]
}

fn management() -> Vec<Subject> {
    let on = |id, arguments| subject(Product::VulnerabilityManagement, id, arguments);
    let roles = |id, arguments| on(id, arguments).after("roles.list", json!({}));
    let group = ("groups.create", json!({"name": "Blue team"}));
    let shift = ("roles.create", json!({"name": "Night shift", "role_permission_strings": ["VM.VM_SCAN.READ"]}));
    let tag = |uuid, name| json!([{"type": "Tag", "uuid": uuid, "name": name}]);
    let (berlin, paris) = ("3c300000-0000-4000-8000-000000000001", "3c300000-0000-4000-8000-000000000009");
    vec![
        on("users.list", json!({"withRoles": true})),
        on("users.create", json!({"username": "bo@example.com", "password": PASSWORD, "permissions": 32})),
        on("users.details", json!({"user_id": STANDARD.to_string()})),
        on("users.update", json!({"user_id": STANDARD.to_string(), "name": "Sam Lee", "permissions": 40})),
        on("users.delete", json!({"user_id": STANDARD.to_string()})),
        on("users.set_enabled", json!({"user_id": STANDARD.to_string(), "enabled": false})),
        on("users.change_password", json!({"user_uuid": STANDARD_UUID, "password": NEW_PASSWORD})),
        on("users.generate_keys", json!({"user_id": "2223302"})),
        on("users.authorizations", json!({"user_id": STANDARD.to_string()})),
        on(
            "users.replace_authorizations",
            json!({"user_id": STANDARD.to_string(), "api_permitted": false, "password_permitted": true, "saml_permitted": false}),
        ),
        on("users.update_authorizations", json!({"user_id": STANDARD.to_string(), "saml_permitted": false})),
        on(
            "users.configure_two_factor",
            json!({"user_id": STANDARD.to_string(), "email_enabled": true, "sms_enabled": true, "sms_phone": "+12025550100"}),
        ),
        on("users.send_two_factor_code", json!({"user_id": STANDARD.to_string(), "sms_phone": "+12025550100"})),
        on("users.verify_two_factor_code", json!({"user_id": STANDARD.to_string(), "verification_code": "$mail"}))
            .after("users.send_two_factor_code", json!({"user_id": STANDARD.to_string(), "sms_phone": "+12025550100"})),
        on("users.roles", json!({"user_uuid": AUDITOR_UUID})),
        roles("users.update_role", json!({"user_uuid": STANDARD_UUID, "role_uuids": ["$0/name=Auditor/uuid"]})),
        on("groups.list", json!({})),
        on(group.0, group.1.clone()),
        on("groups.update", json!({"group_uuid": "1", "name": "Operators"})),
        on("groups.delete", json!({"group_uuid": "$0/uuid"})).after(group.0, group.1),
        on("groups.members", json!({"group_uuid": "1"})),
        on("groups.add_user", json!({"group_uuid": "1", "user_uuid": STANDARD_UUID})),
        on("groups.remove_user", json!({"group_uuid": "2", "user_uuid": AUDITOR_UUID})),
        on("roles.list", json!({})),
        on(shift.0, shift.1.clone()),
        roles("roles.details", json!({"role_uuid": "$0/name=Auditor/uuid"})),
        roles("roles.update", json!({"role_uuid": "$0/name=Auditor/uuid", "name": "Reader"})),
        on("roles.delete", json!({"role_uuid": "$0/uuid"})).after(shift.0, shift.1),
        on("roles.permissions", json!({})),
        on("permissions.list", json!({})),
        on(
            "permissions.create",
            json!({"name": "Paris", "actions": ["CanUse"], "objects": tag(paris, "Location,Paris"), "subjects": [{"type": "AllUsers"}]}),
        ),
        on("permissions.details", json!({"permission_uuid": TAGGED})),
        on(
            "permissions.update",
            json!({"permission_uuid": TAGGED, "name": "Berlin", "actions": ["CanUse"], "objects": tag(berlin, "Location,Berlin"),
                "subjects": [{"type": "User", "uuid": STANDARD_UUID}]}),
        ),
        on("permissions.delete", json!({"permission_uuid": TAGGED})),
        on("permissions.of_user", json!({"user_uuid": STANDARD_UUID})),
        on("permissions.of_group", json!({"user_group_uuid": "$0/name=Operations/uuid"}))
            .after("groups.list", json!({})),
        on("permissions.own", json!({})),
        on("access_control_lists.details", json!({"object_type": "scanner", "object_id": 1})),
        on(
            "access_control_lists.update",
            json!({"object_type": "policy", "object_id": 1, "acls": [{"type": "default", "permissions": 0}]}),
        ),
        on("api_security_settings.details", json!({})),
        on(
            "api_security_settings.update",
            json!({"allowed_ipv4_addresses": "127.0.0.0/8", "allowed_ipv6_addresses": "::1"}),
        ),
        on("audit_log.events", json!({})),
        on("session.details", json!({})).by(Who::Other(STANDARD)),
        on("mssp.child_containers", json!({"user_uuid": "4bd789d4-0000-4000-8000-000002223301"}))
            .rule("vm.child_containers", "one"),
    ]
}
