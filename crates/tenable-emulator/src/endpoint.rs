//! Where the emulated products are reached, and as whom.

use std::fmt;
use std::path::Path;

use serde_json::{Value, json};

use crate::security_center::{SEED_PASSWORD, SecurityCenter};
use crate::vulnerability_management::VulnerabilityManagement;

/// Where Identity Exposure is reached, and as whom.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Base URL, without a trailing slash.
    pub url: String,
    /// The administrator's key at the start. A refresh of the key does not change it here.
    pub api_key: String,
}

impl fmt::Debug for Endpoint {
    /// Masks the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Endpoint").field("url", &self.url).field("api_key", &"***").finish()
    }
}

/// How somebody signs in to Security Center.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Credentials {
    /// Access key at the start. A new key does not change it here.
    pub access_key: String,
    /// Secret key at the start.
    pub secret_key: String,
    /// User name.
    pub username: String,
    /// Password of the seed data. A state file may know another by now.
    pub password: String,
}

impl fmt::Debug for Credentials {
    /// Masks the keys and the password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Where Security Center is reached, and as whom: a Security Manager, and an administrator.
///
/// In a state file in which the seed's Security Manager is gone, it is another one, or an empty user name if there is none.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct SecurityCenterEndpoint {
    /// Base URL, without `/rest` and without a trailing slash.
    pub url: String,
    /// The Security Manager's access key at the start. A new key does not change it here.
    pub access_key: String,
    /// The Security Manager's secret key at the start.
    pub secret_key: String,
    /// The Security Manager's user name.
    pub username: String,
    /// The Security Manager's password in the seed data. A state file may know another by now.
    pub password: String,
    /// The Security Manager's organization.
    pub organization_id: u64,
    /// The administrator.
    pub administrator: Credentials,
}

impl fmt::Debug for SecurityCenterEndpoint {
    /// Masks the keys and the password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SecurityCenterEndpoint")
            .field("url", &self.url)
            .field("username", &self.username)
            .field("organization_id", &self.organization_id)
            .field("administrator", &self.administrator)
            .finish_non_exhaustive()
    }
}

impl SecurityCenterEndpoint {
    pub(crate) fn of(core: &SecurityCenter, url: String) -> Self {
        let (administrator, manager) = core.principals();
        Self {
            url,
            access_key: manager.access_key,
            secret_key: manager.secret_key,
            username: manager.username,
            password: SEED_PASSWORD.to_owned(),
            organization_id: manager.organization,
            administrator: Credentials {
                access_key: administrator.access_key,
                secret_key: administrator.secret_key,
                username: administrator.username,
                password: SEED_PASSWORD.to_owned(),
            },
        }
    }
}

/// Where Vulnerability Management is reached, and as whom: the administrator.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct VulnerabilityManagementEndpoint {
    /// Base URL, without a trailing slash.
    pub url: String,
    /// The administrator's access key at the start. New keys do not change it here.
    pub access_key: String,
    /// The administrator's secret key at the start.
    pub secret_key: String,
}

impl fmt::Debug for VulnerabilityManagementEndpoint {
    /// Masks the keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("VulnerabilityManagementEndpoint").field("url", &self.url).finish_non_exhaustive()
    }
}

impl VulnerabilityManagementEndpoint {
    pub(crate) fn of(core: &VulnerabilityManagement, url: String) -> Self {
        let keys = core.api_keys();
        Self { url, access_key: keys.access_key, secret_key: keys.secret_key }
    }
}

/// The part of the ready line about Vulnerability Management.
pub(crate) fn vulnerability_management_value(endpoint: &VulnerabilityManagementEndpoint, ca: Option<&Path>) -> Value {
    let value = json!({
        "url": endpoint.url, "access_key": endpoint.access_key, "secret_key": endpoint.secret_key,
    });
    with_ca(value, ca)
}

/// The part of the ready line about Identity Exposure.
pub(crate) fn identity_exposure_value(endpoint: &Endpoint, ca: Option<&Path>) -> Value {
    with_ca(json!({ "url": endpoint.url, "api_key": endpoint.api_key }), ca)
}

/// The part of the ready line about Security Center.
pub(crate) fn security_center_value(endpoint: &SecurityCenterEndpoint, ca: Option<&Path>) -> Value {
    let administrator = &endpoint.administrator;
    let value = json!({
        "url": endpoint.url,
        "access_key": endpoint.access_key,
        "secret_key": endpoint.secret_key,
        "username": endpoint.username,
        "password": endpoint.password,
        "organization_id": endpoint.organization_id,
        "administrator": {
            "access_key": administrator.access_key,
            "secret_key": administrator.secret_key,
            "username": administrator.username,
            "password": administrator.password
        }
    });
    with_ca(value, ca)
}

fn with_ca(mut value: Value, ca: Option<&Path>) -> Value {
    if let Some(path) = ca {
        value["ca"] = path.to_string_lossy().into_owned().into();
    }
    value
}
