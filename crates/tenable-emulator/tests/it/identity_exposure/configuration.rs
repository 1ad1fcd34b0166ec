//! Settings of the instance.

use serde_json::{Value, json};

use crate::support::Instance;

#[test]
fn application_settings_have_every_described_field_and_merge() {
    let instance = Instance::new();
    let settings = instance.expect(200, "GET", "/api/application-settings", None);
    assert_eq!(settings.as_object().unwrap().len(), 18);
    let change = json!({ "smtpServerPort": 25, "smtpAccountPassword": "secret", "defaultProfileId": 1 });
    let changed = instance.expect(200, "PATCH", "/api/application-settings", change);
    assert_eq!(changed["smtpServerPort"], 25);
    assert_eq!(changed["smtpAccountPassword"], "secret");
    assert_eq!(changed["emailSender"], settings["emailSender"]);
    assert_eq!(instance.expect(200, "GET", "/api/application-settings", None), changed);
    instance.set("ie.settings_secrets", "null");
    let hidden = instance.expect(200, "GET", "/api/application-settings", None);
    assert_eq!(hidden["smtpAccountPassword"], Value::Null);
}

#[test]
fn application_settings_refuse_unknown_fields_roles_and_profiles() {
    let instance = Instance::new();
    for body in [
        json!({ "smtpServer": "x" }),
        json!({ "activityLogsRetentionDurationInMonth": 7 }),
        json!({ "emailSender": null }),
        json!({ "defaultRoleIds": ["2"] }),
    ] {
        instance.expect(400, "PATCH", "/api/application-settings", body);
    }
    instance.expect(404, "PATCH", "/api/application-settings", json!({ "defaultRoleIds": [99] }));
    instance.expect(404, "PATCH", "/api/application-settings", json!({ "defaultProfileId": 99 }));
}

#[test]
fn a_retention_of_null_is_the_default() {
    let instance = Instance::new();
    let name = "activityLogsRetentionDurationInMonth";
    assert_eq!(instance.expect(200, "PATCH", "/api/application-settings", json!({ name: 2 }))[name], 2);
    assert_eq!(instance.expect(200, "PATCH", "/api/application-settings", json!({ name: null }))[name], 6);
}

#[test]
fn ldap_and_saml_configurations_merge_and_check_their_groups() {
    let group = json!({ "name": "Admins", "defaultRoleIds": [1], "defaultProfileId": 1 });
    for (path, field) in [("/api/ldap-configuration", "url"), ("/api/saml-configuration", "providerLoginUrl")] {
        let instance = Instance::new();
        let before = instance.expect(200, "GET", path, None);
        let change = json!({ field: "ldaps://directory.example.com", "allowedGroups": [group] });
        let changed = instance.expect(200, "PATCH", path, change);
        assert_eq!(changed[field], "ldaps://directory.example.com");
        assert_eq!(changed["allowedGroups"], json!([group]));
        assert_eq!(changed["enabled"], before["enabled"]);
        instance.expect(200, "PATCH", path, json!({ "allowedGroups": null }));
        instance.expect(400, "PATCH", path, json!({ "allowedGroups": [] }));
        instance.expect(400, "PATCH", path, json!({ "allowedGroups": [{ "name": "x" }] }));
        let unknown = json!({ "name": "x", "defaultRoleIds": [99], "defaultProfileId": 1 });
        instance.expect(404, "PATCH", path, json!({ "allowedGroups": [unknown] }));
        instance.expect(400, "PATCH", path, json!({ "relayUuid": "x" }));
    }
}

#[test]
fn saml_generates_a_certificate_and_shows_it() {
    let instance = Instance::new();
    let made = instance.expect(200, "GET", "/api/saml-configuration/generate-certificate", None);
    assert!(made["encryptionCertificate"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    let shown = instance.expect(200, "GET", "/api/saml-configuration", None);
    assert_eq!(shown["encryptionCertificate"], made["encryptionCertificate"]);
}

#[test]
fn the_lockout_policy_has_bounds() {
    let instance = Instance::new();
    let start = json!({
        "enabled": true, "lockoutDuration": 300, "failedAttemptThreshold": 3, "failedAttemptPeriod": 300
    });
    assert_eq!(instance.expect(200, "GET", "/api/lockout-policy", None), start);
    for body in [
        json!({ "failedAttemptThreshold": 0 }),
        json!({ "failedAttemptThreshold": 51 }),
        json!({ "lockoutDuration": -1 }),
        json!({ "duration": 1 }),
    ] {
        instance.expect(400, "PATCH", "/api/lockout-policy", body);
    }
    assert_eq!(instance.expect(200, "PATCH", "/api/lockout-policy", json!({})), Value::Null);
    assert_eq!(instance.expect(200, "GET", "/api/lockout-policy", None), start);
}

#[test]
fn a_licence_is_installed_for_a_year() {
    let instance = Instance::new();
    let before = instance.expect(200, "GET", "/api/license", None);
    assert_eq!(before["features"], json!(["ioe", "ioa", "ioaPreview"]));
    assert_eq!(before["currentActiveUserCount"], 5);
    assert_eq!(before.get("productAssociation"), Some(&Value::Null));
    let installed = instance.expect(201, "POST", "/api/license", json!({ "license": "text" }));
    // The clock stands at the start of 2026.
    assert_eq!(installed["expirationDateUTC"], "2027-01-01T00:00:00.000Z");
    assert_eq!(installed.get("productAssociation"), None);
    instance.expect(400, "POST", "/api/license", json!({}));
}

#[test]
fn about_says_what_kind_of_deployment_it_is() {
    let instance = Instance::new();
    assert_eq!(
        instance.expect(200, "GET", "/api/about", None),
        json!({ "version": "3.120.1", "isSaaSDeployment": true })
    );
    instance.set("ie.deployment", "on_premises");
    let about = instance.expect(200, "GET", "/api/about", None);
    assert_eq!((&about["isSaaSDeployment"], &about["hostname"]), (&json!(false), &json!("identity.example.com")));
}

#[test]
fn default_roles_named_twice_follow_the_rule_for_roles() {
    let roles = json!({ "defaultRoleIds": [2, 3, 2] });
    for (outcome, seen) in [("collapsed", json!([2, 3])), ("kept", json!([2, 3, 2]))] {
        let instance = Instance::with(&[("ie.duplicate_roles", outcome)]);
        let settings = instance.expect(200, "PATCH", "/api/application-settings", roles.clone());
        assert_eq!(settings["defaultRoleIds"], seen);
    }
    let instance = Instance::with(&[("ie.duplicate_roles", "400")]);
    let refusal = instance.expect(400, "PATCH", "/api/application-settings", roles);
    assert_eq!(refusal["message"], "data.defaultRoleIds should NOT have duplicate items");
}

#[test]
fn a_profile_with_a_negative_id_is_refused_under_every_rule() {
    for (outcome, status) in [("404", 404), ("400", 400), ("accepted", 400)] {
        let instance = Instance::with(&[("ie.unknown_profile", outcome)]);
        let group = json!([{ "name": "G", "defaultRoleIds": [], "defaultProfileId": -1 }]);
        for (path, body) in [
            ("/api/preferences", json!({ "preferredProfileId": -1 })),
            ("/api/application-settings", json!({ "defaultProfileId": -1 })),
            ("/api/ldap-configuration", json!({ "allowedGroups": group })),
            ("/api/saml-configuration", json!({ "allowedGroups": group })),
        ] {
            instance.expect(status, "PATCH", path, body);
        }
        assert_eq!(instance.expect(200, "GET", "/api/preferences", None)["preferredProfileId"], 1);
    }
}
