//! What an instance starts with.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::accounts::Accounts;
use super::state::{
    ApplicationSettings, BUILT_IN_PROFILE, DEFAULT_ADMINISTRATOR, GLOBAL_ADMINISTRATOR, License, LockoutPolicy,
    Permission, Profile, Role, State, User,
};
use crate::secrets::{self, Password};

/// Password of the local accounts in the seed data.
pub const SEED_PASSWORD: &str = "Emulator-Seed-1";

const USER_ROLE: u64 = 2;
const AUDITOR_ROLE: u64 = 3;

/// 2036-01-01 00:00:00 UTC.
const LICENSE_END: u64 = 2_082_758_400_000;

pub(super) fn state(administrator_key: &str) -> State {
    State {
        accounts: accounts(administrator_key),
        roles: roles(),
        last_role_id: AUDITOR_ROLE,
        profiles: BTreeMap::from([(
            BUILT_IN_PROFILE,
            Profile {
                id: BUILT_IN_PROFILE,
                name: "Tenable".to_owned(),
                deleted: false,
                directories: Vec::new(),
                dirty: false,
                has_ever_been_committed: true,
            },
        )]),
        last_profile_id: BUILT_IN_PROFILE,
        lockout_policy: LockoutPolicy {
            enabled: true,
            lockout_duration: 300,
            failed_attempt_threshold: 3,
            failed_attempt_period: 300,
        },
        application_settings: ApplicationSettings {
            default_role_ids: vec![USER_ROLE],
            default_profile_id: BUILT_IN_PROFILE,
            other: object(json!({
                "userRegistration": false, "activityLogsIsActive": true, "activityLogsRetentionDurationInMonth": 6,
                "smtpServerAddress": "smtp.example.com", "smtpServerPort": 587, "smtpAccount": null,
                "smtpAccountPassword": null, "smtpUseStartTLS": true, "smtpRelayId": null, "tls": true,
                "emailSender": "identity@example.com", "internalCertificate": null, "telemetryEnabled": false,
                "ioaAutomaticConfiguration": false, "cloudStatisticsIsActive": false,
                "healthCheckGlobalStatusDisplayEnabled": true
            })),
        },
        ldap_configuration: object(json!({
            "enabled": false, "url": null, "searchUserDN": null, "searchUserPassword": null, "userSearchBase": null,
            "userSearchFilter": null, "allowedGroups": [], "enableSaslBinding": false, "relayId": null,
            "relayUuid": null
        })),
        saml_configuration: object(json!({
            "enabled": false, "providerLoginUrl": null, "encryptionCertificate": null, "signatureCertificate": null,
            "serviceProviderUrl": "https://identity.example.com",
            "assertEndpoint": "https://identity.example.com/saml/assert", "activateCreatedUsers": false,
            "allowedGroups": []
        })),
        license: License {
            customer_name: "Example".to_owned(),
            max_active_user_count: 1_000,
            expires: LICENSE_END,
            in_app_eula: true,
            kind: "NFR".to_owned(),
            container_uuid: None,
            activation_code: None,
            product_association: None,
        },
        reset_tokens: BTreeMap::new(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn roles() -> BTreeMap<u64, Role> {
    let everything = ["applicationSettings", "dashboard", "ldapConfiguration", "license", "lockoutPolicy", "profile"]
        .into_iter()
        .chain(["role", "samlConfiguration", "user"])
        .map(|entity| permission(entity, "create"))
        .collect();
    let own_account = Permission { dynamic_id: Some("self-user-id".to_owned()), ..permission("user", "edit") };
    let roles = [
        (GLOBAL_ADMINISTRATOR, "Global Administrator", "Has every permission", everything),
        (
            USER_ROLE,
            "User",
            "Reads business data, edits the own account",
            vec![permission("dashboard", "read"), own_account],
        ),
        (
            AUDITOR_ROLE,
            "Auditor",
            "Reads users, roles and two dashboards",
            vec![
                permission("user", "read"),
                permission("role", "read"),
                Permission {
                    entity_ids: Some(vec!["1".to_owned(), "5".to_owned()]),
                    ..permission("dashboard", "read")
                },
            ],
        ),
    ];
    roles
        .into_iter()
        .map(|(id, name, description, permissions)| {
            (id, Role { id, name: name.to_owned(), description: description.to_owned(), permissions })
        })
        .collect()
}

fn permission(entity_name: &str, action: &str) -> Permission {
    Permission { entity_name: entity_name.to_owned(), action: action.to_owned(), entity_ids: None, dynamic_id: None }
}

/// One account of each kind that a script may meet.
fn accounts(administrator_key: &str) -> Accounts {
    let mut accounts = Accounts::new();
    let password = Password::new(SEED_PASSWORD);
    let local = |id, name: &str, surname: &str, roles: Vec<u64>| {
        let email = format!("{}.{}@example.com", name.to_lowercase(), surname.to_lowercase());
        User {
            id,
            name: name.to_owned(),
            surname: Some(surname.to_owned()),
            identifier: email.clone(),
            email,
            provider: "tenable".to_owned(),
            roles,
            eula_version: 1,
            active: true,
            department: None,
            biography: None,
            picture: None,
            internal: false,
            password: Some(password.clone()),
            api_key: secrets::api_key(),
            language: "en".to_owned(),
            preferred_profile_id: BUILT_IN_PROFILE,
            failed_logins: Vec::new(),
            locked_until: None,
        }
    };
    let elsewhere = |user: User, provider: &str, identifier: &str| User {
        provider: provider.to_owned(),
        identifier: identifier.to_owned(),
        password: None,
        ..user
    };
    accounts.put(User {
        email: "admin@example.com".to_owned(),
        identifier: "admin@example.com".to_owned(),
        api_key: administrator_key.to_owned(),
        ..local(DEFAULT_ADMINISTRATOR, "Default", "Administrator", vec![GLOBAL_ADMINISTRATOR])
    });
    accounts.put(User {
        department: Some("Identity".to_owned()),
        ..local(2, "Robin", "Active", vec![USER_ROLE, AUDITOR_ROLE])
    });
    accounts.put(User { active: false, eula_version: 0, ..local(3, "Sasha", "Inactive", vec![USER_ROLE]) });
    // Locked until an administrator unlocks it, so that it does not depend on when one looks.
    accounts.put(User { locked_until: Some(u64::MAX), ..local(4, "Kim", "Locked", vec![USER_ROLE]) });
    accounts.put(elsewhere(
        local(5, "Noor", "Directory", vec![USER_ROLE]),
        "ldap",
        "CN=noor.directory,OU=People,DC=example,DC=com",
    ));
    accounts.put(elsewhere(
        local(6, "Jules", "Platform", vec![USER_ROLE]),
        "tone",
        "00000000-0000-4000-8000-000000000006",
    ));
    accounts
}
