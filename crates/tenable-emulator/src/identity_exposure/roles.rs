//! `/api/roles`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::call::{Call, Handled, Refusal, no_content, ok, owned_text, text};
use super::permissions::Action;
use super::rules;
use super::schema::{Schema, TEXT, optional, required};
use super::state::{GLOBAL_ADMINISTRATOR, Permission, Role};

const ENTITY: &str = "role";

pub(super) static CREATE: Schema =
    Schema::Array { min_items: 1, items: &Schema::Object(&[required("name", TEXT), required("description", TEXT)]) };
pub(super) static UPDATE: Schema = Schema::Object(&[optional("name", TEXT), optional("description", TEXT)]);
pub(super) static COPY: Schema = Schema::Object(&[required("name", TEXT)]);
pub(super) static PERMISSIONS: Schema = Schema::Array {
    min_items: 0,
    items: &Schema::Object(&[
        required("entityName", TEXT),
        required("action", TEXT),
        required("entityIds", Schema::Nullable(&Schema::Array { items: &Schema::EntityId, min_items: 0 })),
        optional("dynamicId", Schema::Nullable(&Schema::Word("self-user-id"))),
    ]),
};

/// A role, as it goes over the wire.
pub(super) fn body(role: &Role) -> Value {
    json!({
        "id": role.id, "name": role.name, "description": role.description, "permissions": role.permissions
    })
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    call.listed(call.state.roles.values().map(body).collect())
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.may(Action::Create, ENTITY, None)?;
    let Value::Array(bodies) = std::mem::take(&mut call.body) else { return ok(Value::Null) };
    let mut taken: HashSet<&str> = call.state.roles.values().map(|role| role.name.as_str()).collect();
    for name in bodies.iter().filter_map(|body| text(body, "name")) {
        if !taken.insert(name) {
            refuse_duplicate(call, name)?;
        }
    }
    let mut created = Vec::with_capacity(bodies.len());
    for new in &bodies {
        let description = owned_text(new, "description").unwrap_or_default();
        created.push(insert(call, owned_text(new, "name").unwrap_or_default(), description, Vec::new()));
    }
    call.created(created)
}

fn insert(call: &mut Call<'_>, name: String, description: String, permissions: Vec<Permission>) -> Value {
    call.state.last_role_id += 1;
    let id = call.state.last_role_id;
    let role = Role { id, name, description, permissions };
    let answer = body(&role);
    call.state.roles.insert(id, role);
    answer
}

fn refuse_duplicate(call: &Call<'_>, name: &str) -> Result<(), Refusal> {
    call.unless_allowed(rules::DUPLICATE_ROLE_NAME, format!("the role name {name} is already in use"))
}

/// Refuses a name that a role other than `except` has.
fn check_name(call: &Call<'_>, name: &str, except: Option<u64>) -> Result<(), Refusal> {
    if call.state.roles.values().any(|role| role.name == name && Some(role.id) != except) {
        refuse_duplicate(call, name)?;
    }
    Ok(())
}

fn role<'c>(call: &'c Call<'_>) -> Result<&'c Role, Refusal> {
    call.state.roles.get(&call.id()).ok_or_else(|| call.unknown("role", call.id()))
}

/// The role in the path, unless it is the one that nobody may change.
fn changeable<'c>(call: &'c Call<'_>) -> Result<&'c Role, Refusal> {
    let role = role(call)?;
    if role.id == GLOBAL_ADMINISTRATOR {
        let message = format!("the role {} cannot be changed", role.name);
        return Err(call.refusal(rules::GLOBAL_ADMINISTRATOR_CHANGE, message));
    }
    Ok(role)
}

pub(super) fn creation_defaults(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    let ids = &call.state.application_settings.default_role_ids;
    call.listed(call.state.roles.values().filter(|role| ids.contains(&role.id)).map(body).collect())
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, call.path_id)?;
    ok(body(role(call)?))
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    let role = changeable(call)?;
    let id = role.id;
    let (name, description) = (owned_text(&call.body, "name"), owned_text(&call.body, "description"));
    if let Some(name) = &name {
        check_name(call, name, Some(id))?;
    }
    if name.is_none() && description.is_none() {
        return ok(body(role));
    }
    let Some(role) = call.state.roles.get_mut(&id) else { return Err(call.unknown("role", id)) };
    if let Some(name) = name {
        role.name = name;
    }
    if let Some(description) = description {
        role.description = description;
    }
    ok(body(role))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    let id = changeable(call)?.id;
    let used = call.state.application_settings.default_role_ids.contains(&id)
        || call.state.accounts.iter().any(|user| user.roles.contains(&id));
    if used {
        call.unless_allowed(rules::DELETE_ROLE, format!("the role {id} is in use"))?;
    }
    call.state.roles.remove(&id);
    if used && call.rules.is(rules::DELETE_ROLE, "cascade") {
        call.state.accounts.iter_mut().for_each(|user| user.roles.retain(|role| *role != id));
        call.state.application_settings.default_role_ids.retain(|role| *role != id);
    }
    no_content()
}

pub(super) fn copy(call: &mut Call<'_>) -> Handled {
    call.may(Action::Create, ENTITY, None)?;
    let Role { description, permissions, .. } = role(call)?.clone();
    let name = owned_text(&call.body, "name").unwrap_or_default();
    check_name(call, &name, None)?;
    let copy = insert(call, name, description, permissions);
    call.copied(copy)
}

pub(super) fn set_permissions(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    let id = changeable(call)?.id;
    let permissions = call.body.as_array().into_iter().flatten().map(permission).collect();
    let Some(role) = call.state.roles.get_mut(&id) else { return Err(call.unknown("role", id)) };
    role.permissions = permissions;
    ok(body(role))
}

/// A permission of a checked body. Ids that came as numbers are kept as texts.
fn permission(body: &Value) -> Permission {
    let id_text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), ToOwned::to_owned);
    Permission {
        entity_name: owned_text(body, "entityName").unwrap_or_default(),
        action: owned_text(body, "action").unwrap_or_default(),
        entity_ids: body["entityIds"].as_array().map(|ids| ids.iter().map(id_text).collect()),
        dynamic_id: owned_text(body, "dynamicId"),
    }
}
