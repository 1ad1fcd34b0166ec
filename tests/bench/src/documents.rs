//! The documents that the responder serves and the decoders read: lists of users with every field that the products are known to send,
//! values that vary, and one field in each that the client does not know.

use std::fmt::Write as _;
use std::str::FromStr;

use anyhow::{Error, anyhow};

const NAMES: [&str; 8] = ["Nora", "Omar", "Pia", "Quinn", "Rhea", "Sami", "Tove", "Zoë"];
const SURNAMES: [&str; 7] = ["Example", "Sample", "Specimen", "Instance", "Pattern", "Model", "Draft"];
const DEPARTMENTS: [&str; 5] = ["Operations", "Identity", "Audit", "Networks and Telephony", "Finance"];

/// What stands before the value of the unknown field of Identity Exposure.
const UNKNOWN_FIELD: &str = r#","lastSignIn":""#;

/// A product with a list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Product {
    /// Identity Exposure: a bare array.
    IdentityExposure,
    /// Security Center: an envelope, and mostly texts where numbers are meant.
    SecurityCenter,
    /// Vulnerability Management: the array under `users`.
    VulnerabilityManagement,
}

impl Product {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::IdentityExposure, Self::SecurityCenter, Self::VulnerabilityManagement];

    /// The path of the list, below the address of the server.
    pub const fn path(self) -> &'static str {
        match self {
            Self::IdentityExposure => "/api/users",
            Self::SecurityCenter => "/rest/user",
            Self::VulnerabilityManagement => "/users",
        }
    }

    /// The answer to the list of this many users, as its bytes stand on the wire.
    pub fn list(self, users: u32) -> String {
        let (before, after) = self.around('[', ']');
        let mut body = before;
        for at in 1..=users {
            if at > 1 {
                body.push(',');
            }
            self.write(at, &mut body);
        }
        body.push_str(&after);
        body
    }

    /// The answer that has one user: of the details, or of a creation.
    pub fn one(self, at: u32) -> String {
        let mut user = String::new();
        self.write(at, &mut user);
        match self {
            Self::SecurityCenter => envelope(&user),
            Self::IdentityExposure | Self::VulnerabilityManagement => user,
        }
    }

    fn around(self, open: char, close: char) -> (String, String) {
        match self {
            Self::IdentityExposure => (open.to_string(), close.to_string()),
            Self::SecurityCenter => {
                let whole = envelope(&format!("{open}\n{close}"));
                let (before, after) = whole.split_once('\n').unwrap_or_default();
                (before.to_owned(), after.to_owned())
            }
            Self::VulnerabilityManagement => (format!("{{\"users\":{open}"), format!("{close}}}")),
        }
    }

    /// Appends the user of this number.
    fn write(self, at: u32, body: &mut String) {
        let user = Person { at };
        // Writing to a `String` cannot fail.
        let _ = match self {
            Self::IdentityExposure => user.identity_exposure(body),
            Self::SecurityCenter => user.security_center(body),
            Self::VulnerabilityManagement => user.vulnerability_management(body),
        };
    }
}

impl FromStr for Product {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "ie" => Ok(Self::IdentityExposure),
            "sc" => Ok(Self::SecurityCenter),
            "vm" => Ok(Self::VulnerabilityManagement),
            _ => Err(anyhow!("{text:?} is none of ie, sc, vm")),
        }
    }
}

/// A document of Identity Exposure without the field that the client does not know: pyTenable takes no such field.
pub fn with_known_fields(document: &str) -> String {
    let mut pieces = document.split(UNKNOWN_FIELD);
    let mut known = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        known.push_str(piece.split_once('"').map_or("", |(_, rest)| rest));
    }
    known
}

/// Security Center's envelope around a payload.
pub fn envelope(payload: &str) -> String {
    format!(
        r#"{{"type":"regular","response":{payload},"error_code":0,"error_msg":"","warnings":[],"timestamp":1781870705}}"#
    )
}

/// The user of a number. The same number gives the same user in each product.
struct Person {
    at: u32,
}

impl Person {
    fn pick<T: Copy>(&self, list: &[T], shift: u32) -> T {
        // A multiplicative hash, so that no two fields vary together.
        let hash = self.at.wrapping_add(shift).wrapping_mul(2_654_435_761) >> 8;
        list[hash as usize % list.len()]
    }

    fn yes(&self, shift: u32, one_in: u32) -> bool {
        (self.at.wrapping_add(shift).wrapping_mul(2_654_435_761) >> 8).is_multiple_of(one_in)
    }

    fn name(&self) -> &'static str {
        self.pick(&NAMES, 1)
    }

    fn surname(&self) -> &'static str {
        self.pick(&SURNAMES, 2)
    }

    fn email(&self) -> String {
        format!("{}.{}@example.com", self.surname().to_ascii_lowercase(), self.at)
    }

    fn uuid(&self, kind: u32) -> String {
        let hash = self.at.wrapping_mul(0x9e37_79b9) ^ kind.wrapping_mul(0x85eb_ca6b);
        format!("{hash:08x}-93a4-4b7c-8e21-{:04x}{:08x}", kind & 0xffff, self.at)
    }

    fn identity_exposure(&self, body: &mut String) -> std::fmt::Result {
        let (at, email) = (self.at, self.email());
        write!(body, r#"{{"id":{at},"name":"{}","surname":"{}","email":"{email}""#, self.name(), self.surname())?;
        write!(body, r#","lockedOut":{},"department":"{}""#, self.yes(3, 20), self.pick(&DEPARTMENTS, 4))?;
        let biography = if self.yes(5, 10) { r#""On leave until \"spring\"""# } else { "null" };
        write!(body, r#","biography":{biography},"active":{}"#, !self.yes(6, 12))?;
        write!(body, r#","roles":{}"#, self.pick(&["[2]", "[2,7]", "[1]", "[]", "[2,3,9]"], 7))?;
        write!(
            body,
            r#","identifier":"{email}","provider":"{}""#,
            self.pick(&["tenable", "tenable", "ldap", "saml"], 8)
        )?;
        write!(body, r#","eulaVersion":{}{UNKNOWN_FIELD}2030-01-{:02}T08:00:00Z"}}"#, at % 4, 1 + at % 28)
    }

    fn security_center(&self, body: &mut String) -> std::fmt::Result {
        let (at, email, surname) = (self.at, self.email(), self.surname());
        let uuid = |kind| self.uuid(kind).to_uppercase();
        let text = |value: bool| if value { "\"true\"" } else { "\"false\"" };
        write!(
            body,
            r#"{{"id":"{at}","uuid":"{}","status":"0","username":"{}{at}""#,
            uuid(1),
            surname.to_ascii_lowercase()
        )?;
        write!(
            body,
            r#","firstname":"{}","lastname":"{surname}","title":"{}""#,
            self.name(),
            self.pick(&["Analyst", "", "Team Lead"], 9)
        )?;
        write!(
            body,
            r#","email":"{email}","address":"Quay {}","city":"{}""#,
            at % 90,
            self.pick(&["Antwerp", "Gdańsk", "Porto"], 10)
        )?;
        write!(
            body,
            r#","state":"","country":"{}","phone":"+32 3 555 {:04}","fax":"""#,
            self.pick(&["Belgium", "Poland", "Portugal"], 10),
            at % 10_000
        )?;
        write!(body, r#","createdTime":"{}","modifiedTime":"{}""#, 1_735_689_600 + at, 1_767_225_600 + at)?;
        let last_login = if self.yes(11, 8) { 0 } else { 1_781_870_000 + at % 86_400 };
        write!(body, r#","lastLogin":"{last_login}","lastLoginIP":"198.51.100.{}""#, at % 254)?;
        write!(
            body,
            r#","mustChangePassword":{},"passwordExpires":{}"#,
            text(self.yes(12, 9)),
            text(!self.yes(13, 5))
        )?;
        write!(
            body,
            r#","passwordExpiration":{},"passwordExpirationOverride":"false""#,
            self.pick(&["\"90\"", "\"30\"", "null"], 14)
        )?;
        write!(
            body,
            r#","passwordSetDate":"{}","locked":{},"failedLogins":"{}""#,
            1_767_225_600 + at,
            text(self.yes(15, 20)),
            at % 4
        )?;
        write!(
            body,
            r#","authType":"{}","fingerprint":null,"password":"SET""#,
            self.pick(&["tns", "tns", "ldap", "saml"], 16)
        )?;
        write!(body, r#","ldapUsername":"","managedUsersGroups":["#)?;
        let group = |body: &mut String, shift: u32| {
            let (id, name) = self.pick(&[(0, "Full Access"), (3, "Network"), (8, "Harbour"), (12, "Plant")], shift);
            write!(body, r#"{{"id":"{id}","name":"{name}","description":"{name} group","uuid":"{}"}}"#, uuid(100 + id))
        };
        group(body, 17)?;
        body.push(',');
        group(body, 18)?;
        body.push_str(
            r#"],"managedObjectsGroups":[{"id":"-1","name":"All Groups","description":"All Groups","uuid":null}]"#,
        );
        write!(
            body,
            r#","preferences":[{{"name":"timezone","value":"Europe\/{}","tag":"system"}}"#,
            self.pick(&["Paris", "Warsaw", "Lisbon"], 19)
        )?;
        write!(body, r#",{{"name":"darkMode","value":{},"tag":""}}]"#, text(self.yes(20, 2)))?;
        write!(body, r#","canUse":true,"canManage":{},"role":"#, self.yes(21, 3))?;
        let (role, name) = self.pick(&[(2, "Security Manager"), (4, "Auditor"), (1_000_003, "Night Watch")], 22);
        write!(
            body,
            r#"{{"id":"{role}","name":"{name}","description":"The role {name}.","uuid":"{}"}}"#,
            uuid(200 + role)
        )?;
        body.push_str(r#","responsibleAsset":{"id":-1,"name":"","description":"","uuid":null},"group":"#);
        group(body, 23)?;
        body.push_str(
            r#","ldap":{"id":-1,"name":"","description":""},"apiKeys":[],"linkedUsers":[],"orgName":"Harbour""#,
        );
        write!(body, r#","switchableUsers":"{}"}}"#, at % 3)
    }

    fn vulnerability_management(&self, body: &mut String) -> std::fmt::Result {
        let (at, email, uuid) = (self.at, self.email(), self.uuid(1));
        write!(body, r#"{{"uuid":"{uuid}","id":{at},"user_name":"{email}","username":"{email}","email":"{email}""#)?;
        write!(
            body,
            r#","name":"{} {}","type":"local","permissions":{}"#,
            self.name(),
            self.surname(),
            self.pick(&[16, 32, 40, 64, 0], 24)
        )?;
        write!(
            body,
            r#","rbac_roles":[{{"name":"{}","uuid":"{}"}}]"#,
            self.pick(&["Read-Only", "Standard", "Night Watch"], 25),
            self.uuid(2)
        )?;
        write!(
            body,
            r#","ui_permitted":{},"ui_saml_only":{},"api_permitted":true"#,
            !self.yes(26, 9),
            self.yes(27, 6)
        )?;
        write!(
            body,
            r#","last_login_attempt":{},"login_fail_count":{},"login_fail_total":{}"#,
            1_663_229_000_000_u64 + u64::from(at),
            at % 3,
            at % 17
        )?;
        write!(
            body,
            r#","last_apikey_access":{},"enabled":{},"undeletable":false"#,
            1_663_229_046_000_u64 + u64::from(at),
            !self.yes(28, 15)
        )?;
        write!(body, r#","group_uuids":["00000000-0000-0000-0000-000000000000","{}"]"#, self.uuid(3))?;
        write!(body, r#","lockout":{}"#, u8::from(self.yes(29, 20)))?;
        write!(
            body,
            r#","preferences":{{"tour":"{}","filter":"null","columns":"[]","layout":"{{\"wide\":true}}"}}"#,
            self.yes(30, 2)
        )?;
        if self.yes(31, 4) {
            write!(
                body,
                r#","two_factor":{{"sms_phone":"+1202555{:04}","sms_enabled":1,"email_enabled":0}}"#,
                at % 10_000
            )?;
        }
        let last_login = if self.yes(32, 8) { 0 } else { 1_663_229_049_000_u64 + u64::from(at) };
        write!(body, r#","container_uuid":"d8631403-0000-4000-8000-000000000002","lastlogin":{last_login}"#)?;
        write!(
            body,
            r#","uuid_id":"{uuid}","last_seen_region":"{}"}}"#,
            self.pick(&["eu-west", "us-east", "ap-south"], 33)
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    fn users(product: Product, body: &str) -> Vec<Value> {
        let body: Value = serde_json::from_str(body).unwrap();
        let list = match product {
            Product::IdentityExposure => &body,
            Product::SecurityCenter => &body["response"],
            Product::VulnerabilityManagement => &body["users"],
        };
        list.as_array().unwrap().clone()
    }

    #[test]
    fn lists_have_as_many_users_as_asked_for_and_no_two_are_alike() {
        for product in Product::ALL {
            for count in [0, 1, 1000] {
                let list = users(product, &product.list(count));
                assert_eq!(list.len(), count as usize, "{product:?}");
                let emails: HashSet<_> = list.iter().map(|user| user["email"].as_str().unwrap()).collect();
                assert_eq!(emails.len(), list.len(), "{product:?}");
            }
            let one: Value = serde_json::from_str(&product.one(7)).unwrap();
            let one = if product == Product::SecurityCenter { &one["response"] } else { &one };
            assert_eq!(one, &users(product, &product.list(7))[6]);
        }
    }

    #[test]
    fn values_vary() {
        for product in Product::ALL {
            let list = users(product, &product.list(1000));
            let constant: Vec<_> = list[0]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(name, value)| list.iter().all(|user| &user[name.as_str()] == *value))
                .map(|(name, _)| name.as_str())
                .collect();
            assert!(constant.len() * 2 < list[0].as_object().unwrap().len(), "{product:?}: {constant:?}");
        }
    }
}
