use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::*;
use crate::{identity_exposure, security_center, vulnerability_management};

/// Any JSON, with what products put for nothing among it.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1_i64..4).prop_map(Value::from),
        (-1_i64..4).prop_map(|number| number.to_string().into()),
        "[a-z]{0,6}|true|false|.{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            (inner.clone(), inner).prop_map(|(id, name)| json!({"id": id, "name": name})),
        ]
    })
}

/// An object with an id and any of these fields.
fn document(fields: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let id = prop_oneof![any::<u64>().prop_map(Value::from), (0_u64..9).prop_map(|id| id.to_string().into())];
    let some = prop::sample::subsequence(fields, 0..=fields.len());
    let rest = some.prop_flat_map(|names| {
        let values = prop::collection::vec(any_value(), names.len());
        values.prop_map(move |values| names.iter().map(|name| (*name).to_owned()).zip(values).collect::<Map<_, _>>())
    });
    (id, rest).prop_map(|(id, mut fields)| {
        fields.insert("id".to_owned(), id);
        Value::Object(fields)
    })
}

/// As much of a document as its product accepts, field by field.
fn accepted<T: DeserializeOwned>(document: &Value) -> T {
    let mut accepted = json!({"id": document["id"]});
    if serde_json::from_value::<T>(accepted.clone()).is_err() {
        accepted["uuid"] = UUID.into();
    }
    for (name, value) in document.as_object().unwrap() {
        let mut more = accepted.clone();
        more[name] = value.clone();
        if serde_json::from_value::<T>(more.clone()).is_ok() {
            accepted = more;
        }
    }
    serde_json::from_value(accepted).unwrap()
}

/// Makes the common form of what a product accepts, and looks whether the product's value is whole in it.
fn converts<T, S, O>(document: &Value, original: impl Fn(&S) -> &O) -> Result<(), TestCaseError>
where
    T: DeserializeOwned + Serialize + Clone,
    S: From<T> + Serialize,
    O: Serialize,
{
    let value: T = accepted(document);
    let before = serde_json::to_value(&value).unwrap();
    let shared = S::from(value);
    prop_assert_eq!(&serde_json::to_value(original(&shared)).unwrap(), &before);
    let written = serde_json::to_value(&shared).unwrap();
    prop_assert_eq!(&written["original"], &before);
    for name in written["not_told"].as_array().unwrap() {
        let path = format!("/{}", name.as_str().unwrap().replace('.', "/"));
        prop_assert_eq!(written.pointer(&path), Some(&Value::Null), "{}", path);
    }
    Ok(())
}

const EXPOSURE_USER: &[&str] = &[
    "name",
    "surname",
    "email",
    "provider",
    "lockedOut",
    "department",
    "biography",
    "active",
    "roles",
    "identifier",
    "eulaVersion",
    "internal",
    "tenableCloudUserName",
    "novelty",
];
const CENTER_USER: &[&str] = &[
    "uuid",
    "username",
    "firstname",
    "lastname",
    "status",
    "email",
    "role",
    "lastLogin",
    "locked",
    "failedLogins",
    "authType",
    "fingerprint",
    "apiKeys",
    "group",
    "ldap",
    "managedUsersGroups",
    "organization",
    "switchableUsers",
    "novelty",
];
const PLATFORM_USER: &[&str] = &[
    "uuid",
    "username",
    "user_name",
    "email",
    "name",
    "permissions",
    "rbac_roles",
    "api_permitted",
    "last_apikey_access",
    "enabled",
    "login_fail_count",
    "undeletable",
    "group_uuids",
    "lockout",
    "two_factor",
    "lastlogin",
    "preferences",
    "novelty",
];
const PLATFORM_ROLE: &[&str] =
    &["uuid", "name", "description", "role_permission_strings", "type", "status", "containerUuid", "novelty"];
const PLATFORM_GROUP: &[&str] =
    &["uuid", "name", "user_count", "managed_by_saml", "immutable", "membership_fixed", "permissions", "novelty"];
const ROLE: &[&str] = &[
    "name",
    "description",
    "permissions",
    "permScan",
    "permManageGroups",
    "permNovelty",
    "organizationCounts",
    "creator",
    "novelty",
];
const GROUP: &[&str] = &["name", "description", "userCount", "users", "repositories", "novelty"];

proptest! {
    #[test]
    fn every_answer_converts_and_nothing_is_dropped(
        exposure in document(EXPOSURE_USER), center in document(CENTER_USER), role in document(ROLE), group in document(GROUP),
        platform in document(PLATFORM_USER), platform_role in document(PLATFORM_ROLE), platform_group in document(PLATFORM_GROUP),
    ) {
        converts::<identity_exposure::User, User, _>(&exposure, |user| &user.original)?;
        converts::<identity_exposure::UserInfo, User, _>(&exposure, |user| &user.original)?;
        converts::<security_center::User, User, _>(&center, |user| &user.original)?;
        converts::<security_center::CurrentUser, User, _>(&center, |user| &user.original)?;
        converts::<identity_exposure::Role, Role, _>(&role, |role| &role.original)?;
        converts::<security_center::Role, Role, _>(&role, |role| &role.original)?;
        converts::<security_center::Group, Group, _>(&group, |group| &group.original)?;
        converts::<vulnerability_management::User, User, _>(&platform, |user| &user.original)?;
        converts::<vulnerability_management::GroupMember, User, _>(&platform, |user| &user.original)?;
        converts::<vulnerability_management::CurrentUser, User, _>(&platform, |user| &user.original)?;
        converts::<vulnerability_management::Role, Role, _>(&platform_role, |role| &role.original)?;
        converts::<vulnerability_management::Group, Group, _>(&platform_group, |group| &group.original)?;
    }

    #[test]
    fn a_full_name_comes_back_from_its_parts(name in "[ a-zé\u{a0}]{0,12}") {
        let (first, last) = first_and_last_name(&name);
        prop_assert_eq!(full_name(Some(first), Some(last)), Some(name));
    }

    #[test]
    fn permissions_come_back_from_their_words(
        entity in "[a-z:{ ]{0,6}", action in "[a-z: ]{0,6}", ids in prop::option::of(prop::collection::vec("[0-9a-z]{1,3}", 0..3)),
    ) {
        let mut permission = identity_exposure::Permission::new(entity, action);
        permission.entity_ids = ids;
        prop_assert_eq!(identity_exposure::Permission::from_word(&permission.word()).unwrap(), permission);
    }

    #[test]
    fn keys_of_answers_come_back_from_text(id in any::<u64>(), uuid in "[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|.{0,9}") {
        let user = exposure(json!({"id": id}));
        prop_assert_eq!(user.key.to_string().parse::<UserKey>().unwrap(), user.key);
        let user = center(json!({"id": id}));
        prop_assert_eq!(user.key.to_string().parse::<UserKey>().unwrap(), user.key);
        let user = platform(&json!({"id": id, "uuid": uuid}));
        prop_assert_eq!(user.key.to_string().parse::<UserKey>().unwrap(), user.key);
    }
}
