//! What somebody writes who reads the same fields with serde's derive: each in the one form that the documents have, and what is not
//! known is dropped.

use anyhow::Result;
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::documents::Product;

/// The sum over a list, as it stands in the body of an answer.
pub fn check_of_list(product: Product, body: &[u8]) -> Result<u64> {
    fn sum<U>(users: &[U], of_one: impl Fn(&U) -> u64) -> u64 {
        users.iter().map(of_one).sum()
    }
    Ok(match product {
        Product::IdentityExposure => sum(&read::<Vec<ExposureUser>>(body)?, ExposureUser::check),
        Product::SecurityCenter => sum(&read::<Envelope<Vec<CenterUser>>>(body)?.response, CenterUser::check),
        Product::VulnerabilityManagement => sum(&read::<ManagementUsers>(body)?.users, ManagementUser::check),
    })
}

/// The sum over one user.
pub fn check_of_one(product: Product, body: &[u8]) -> Result<u64> {
    Ok(match product {
        Product::IdentityExposure => read::<ExposureUser>(body)?.check(),
        Product::SecurityCenter => read::<Envelope<CenterUser>>(body)?.response.check(),
        Product::VulnerabilityManagement => read::<ManagementUser>(body)?.check(),
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    Ok(serde_json::from_slice(body)?)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read, and kept for whoever wants it")]
struct ExposureUser {
    id: u64,
    name: String,
    surname: Option<String>,
    email: String,
    locked_out: bool,
    department: Option<String>,
    biography: Option<String>,
    active: Option<bool>,
    roles: Vec<u64>,
    identifier: String,
    provider: Provider,
    eula_version: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Provider {
    Tenable,
    Alsid,
    Ldap,
    Saml,
    Tone,
}

impl ExposureUser {
    fn check(&self) -> u64 {
        self.id + self.email.len() as u64
    }
}

#[derive(Debug, Deserialize)]
struct Envelope<T> {
    response: T,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read, and kept for whoever wants it")]
struct CenterUser {
    #[serde(deserialize_with = "number")]
    id: u64,
    uuid: Option<String>,
    status: Option<String>,
    username: Option<String>,
    firstname: Option<String>,
    lastname: Option<String>,
    title: Option<String>,
    email: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
    phone: Option<String>,
    fax: Option<String>,
    #[serde(default, deserialize_with = "optional_number")]
    created_time: Option<u64>,
    #[serde(default, deserialize_with = "optional_number")]
    modified_time: Option<u64>,
    #[serde(default, deserialize_with = "optional_number")]
    last_login: Option<u64>,
    #[serde(rename = "lastLoginIP")]
    last_login_ip: Option<String>,
    #[serde(default, deserialize_with = "boolean")]
    must_change_password: Option<bool>,
    #[serde(default, deserialize_with = "boolean")]
    password_expires: Option<bool>,
    #[serde(default, deserialize_with = "optional_number")]
    password_expiration: Option<u64>,
    #[serde(default, deserialize_with = "boolean")]
    password_expiration_override: Option<bool>,
    #[serde(default, deserialize_with = "optional_number")]
    password_set_date: Option<u64>,
    #[serde(default, deserialize_with = "boolean")]
    locked: Option<bool>,
    #[serde(default, deserialize_with = "optional_number")]
    failed_logins: Option<u64>,
    auth_type: Option<AuthType>,
    fingerprint: Option<String>,
    password: Option<String>,
    ldap_username: Option<String>,
    managed_users_groups: Option<Vec<Reference>>,
    managed_objects_groups: Option<Vec<Reference>>,
    preferences: Option<Vec<Preference>>,
    can_use: Option<bool>,
    can_manage: Option<bool>,
    role: Option<Reference>,
    responsible_asset: Option<Reference>,
    group: Option<Reference>,
    ldap: Option<Reference>,
    api_keys: Option<Vec<Value>>,
    linked_users: Option<Vec<Value>>,
    parent: Option<Value>,
    #[serde(rename = "orgName")]
    organization_name: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AuthType {
    Tns,
    Ldap,
    Saml,
    Linked,
    Legacy,
    Cert,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read, and kept for whoever wants it")]
struct Reference {
    #[serde(deserialize_with = "reference_number")]
    id: i64,
    name: Option<String>,
    description: Option<String>,
    uuid: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read, and kept for whoever wants it")]
struct Preference {
    name: String,
    value: String,
    tag: Option<String>,
}

impl CenterUser {
    fn check(&self) -> u64 {
        self.id + self.email.as_ref().map_or(0, |email| email.len() as u64)
    }
}

#[derive(Debug, Deserialize)]
struct ManagementUsers {
    users: Vec<ManagementUser>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read, and kept for whoever wants it")]
struct ManagementUser {
    uuid: String,
    id: u64,
    user_name: Option<String>,
    username: String,
    email: Option<String>,
    name: Option<String>,
    #[serde(rename = "type")]
    account_type: Option<String>,
    permissions: Option<u32>,
    rbac_roles: Option<Vec<RoleReference>>,
    ui_permitted: Option<bool>,
    ui_saml_only: Option<bool>,
    api_permitted: Option<bool>,
    last_login_attempt: Option<i64>,
    login_fail_count: Option<u64>,
    login_fail_total: Option<u64>,
    last_apikey_access: Option<i64>,
    enabled: Option<bool>,
    undeletable: Option<bool>,
    group_uuids: Option<Vec<String>>,
    lockout: Option<u8>,
    preferences: Option<Value>,
    two_factor: Option<TwoFactor>,
    container_uuid: Option<String>,
    lastlogin: Option<i64>,
    uuid_id: Option<String>,
    aggregate: Option<bool>,
    whatsnew_version: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read, and kept for whoever wants it")]
struct RoleReference {
    name: Option<String>,
    uuid: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read, and kept for whoever wants it")]
struct TwoFactor {
    sms_phone: Option<String>,
    sms_enabled: Option<u8>,
    email_enabled: Option<u8>,
}

impl ManagementUser {
    fn check(&self) -> u64 {
        self.id + self.email.as_ref().map_or(0, |email| email.len() as u64)
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    <&str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::<&str>::deserialize(deserializer)?.map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(Option::<&str>::deserialize(deserializer)?.map(|text| text == "true"))
}

/// Digits in a text, or -1 without quotes.
fn reference_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct Either;

    impl Visitor<'_> for Either {
        type Value = i64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number, also in quotes")
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
            Ok(number)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
            i64::try_from(number).map_err(E::custom)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_any(Either)
}
