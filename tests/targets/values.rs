//! Values of the model: objects as JSON, and what stands as text.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenable_model::{Timestamp, Uuid, identity_exposure, security_center, shared, vulnerability_management};

use super::{Target, choice, chosen};
use crate::golden::all_fixtures;

pub(super) const OBJECTS: Target = Target {
    name: "model_objects",
    about: "objects of the products as JSON; what was read is written, and read again as the same",
    run: objects,
    seeds: seeds_of_objects,
    cost: 1,
};

pub(super) const TEXTS: Target = Target {
    name: "model_texts",
    about: "ids, keys, times, tags and words as text; what was read is written, and read again as the same; passwords and names are judged",
    run: texts,
    seeds: seeds_of_texts,
    cost: 1,
};

/// A table of types, each with a function that is made for it.
macro_rules! each {
    ($function:ident: $($type:ty),* $(,)?) => { &[$((stringify!($type), $function::<$type>)),*] };
}

type Kind = (&'static str, fn(&[u8]));

const OBJECT_KINDS: &[Kind] = each![object:
    identity_exposure::About,
    identity_exposure::ApiKey,
    identity_exposure::ApplicationSettings,
    identity_exposure::LdapConfiguration,
    identity_exposure::LockoutPolicy,
    identity_exposure::NewRole,
    identity_exposure::NewUser,
    identity_exposure::Permission,
    identity_exposure::Preferences,
    identity_exposure::Profile,
    identity_exposure::Role,
    identity_exposure::SamlConfiguration,
    identity_exposure::User,
    identity_exposure::UserInfo,
    identity_exposure::UserRoles,
    security_center::CurrentOrganization,
    security_center::CurrentUser,
    security_center::Group,
    security_center::Organization,
    security_center::Page<security_center::User>,
    security_center::Reference,
    security_center::Role,
    security_center::System,
    security_center::Token,
    security_center::User,
    security_center::UserPermissions,
    vulnerability_management::AccessControlEntry,
    vulnerability_management::AddressList,
    vulnerability_management::ApiKeys,
    vulnerability_management::ApiSecuritySettings,
    vulnerability_management::AuditEvents,
    vulnerability_management::Authorizations,
    vulnerability_management::ChildContainer,
    vulnerability_management::CurrentUser,
    vulnerability_management::Group,
    vulnerability_management::Permission,
    vulnerability_management::Role,
    vulnerability_management::SubjectPermissions,
    vulnerability_management::User,
    vulnerability_management::UserRoles,
    Uuid,
];

fn objects(input: &[u8]) {
    if let Some((kind, json)) = choice(input, OBJECT_KINDS.len()) {
        OBJECT_KINDS[kind].1(json);
    }
}

fn object<T: DeserializeOwned + Serialize + Debug>(json: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(json) else { return };
    let written = serde_json::to_string(&value).expect("what was read can be written");
    let again: T = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    let again = serde_json::to_string(&again).expect("what was read can be written");
    let value_of = |text: &str| serde_json::from_str::<Value>(text).expect("what is written is JSON");
    assert!(written == again || same(&value_of(&written), &value_of(&again)), "{written}\n{again}");
    let _shown = format!("{value:?}");
}

/// Whether two documents are the same, but for the last digits of fractions: `serde_json` reads those quickly and not exactly. The products
/// have none.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let alike = |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(alike)
        }
        (Value::Number(one), Value::Number(other)) => match (one.as_f64(), other.as_f64()) {
            (Some(near), Some(far)) if one.is_f64() && other.is_f64() => (near - far).abs() <= near.abs() * 1e-14,
            _ => one == other,
        },
        _ => one == other,
    }
}

/// Every object of every golden answer, as every kind: one fits, and the others refuse it or make the best of it.
fn seeds_of_objects() -> Vec<Vec<u8>> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(elements) => elements.iter().take(2).for_each(|element| collect(element, found)),
            Value::Object(fields) => {
                found.push(value.to_string());
                fields.values().for_each(|value| collect(value, found));
            }
            _ => {}
        }
    }
    let mut seeds = Vec::new();
    for (product, folder) in ["identity_exposure", "security_center", "vulnerability_management"].iter().enumerate() {
        let mut documents = Vec::new();
        for (_, golden) in all_fixtures(folder, "response") {
            collect(&golden.value(), &mut documents);
        }
        documents.sort();
        documents.dedup();
        let kinds = OBJECT_KINDS.iter().enumerate();
        let of_product = kinds.filter(|(_, (name, _))| name.starts_with(folder)).map(|(kind, _)| kind);
        let kinds: Vec<usize> = of_product.collect();
        for (number, document) in documents.iter().enumerate() {
            // Every kind gets to see every other document of its product, each document about three kinds.
            for kind in kinds.iter().skip((number + product) % 5).step_by(5) {
                seeds.push(chosen(*kind, document));
            }
        }
    }
    for (kind, (name, _)) in OBJECT_KINDS.iter().enumerate() {
        if name.ends_with("Uuid") || name.ends_with("AddressList") {
            for text in [
                "\"2026-11-21T08:00:00Z\"",
                "\"4bd789d4-0000-4000-8000-000002223302\"",
                "\"192.0.2.0/24,2001:db8::/32\"",
            ] {
                seeds.push(chosen(kind, text));
            }
        }
    }
    seeds
}

const TEXT_KINDS: &[Kind] = each![text:
    identity_exposure::UserId,
    identity_exposure::Provider,
    security_center::UserKey,
    security_center::RoleId,
    vulnerability_management::UserKey,
    vulnerability_management::GroupKey,
    vulnerability_management::TagName,
    vulnerability_management::PredefinedRole,
    shared::UserKey,
    shared::RoleKey,
    shared::GroupKey,
    shared::PlatformRole,
    Timestamp,
    Uuid,
];

fn texts(input: &[u8]) {
    let Some((kind, text)) = choice(input, TEXT_KINDS.len() + 1) else { return };
    match TEXT_KINDS.get(kind) {
        Some((_, run)) => run(text),
        None => judged(text),
    }
}

fn text<T: FromStr + Display + PartialEq + Debug>(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(value) = text.parse::<T>() else { return };
    let written = value.to_string();
    assert_eq!(written.parse().ok().as_ref(), Some(&value), "{written:?} is not read as what it was written from");
}

fn judged(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let _ = identity_exposure::password::weaknesses(&text);
    let _ = vulnerability_management::password::weaknesses(&text);
    let _ = vulnerability_management::user_name::defects(&text);
}

fn seeds_of_texts() -> Vec<Vec<u8>> {
    let texts = [
        "7",
        "18446744073709551615",
        "ie:7",
        "sc:2/4",
        "sc:4",
        "vm:4",
        "vm:4bd789d4-0000-4000-8000-000002223302",
        "ldap",
        "Standard",
        "16",
        "Location:Headquarters",
        "2026-11-21T08:00:00Z",
        "1970-01-01T00:00:00.5+02:00",
        "4BD789D4-0000-4000-8000-000002223302",
        "Violet-Harbor-42",
        "bo@example.com",
        "x",
        "",
    ];
    (0..=TEXT_KINDS.len()).flat_map(|kind| texts.map(|text| chosen(kind, text))).collect()
}
