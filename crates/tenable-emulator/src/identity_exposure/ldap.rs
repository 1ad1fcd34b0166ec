//! `/api/ldap-configuration`.

use serde_json::Value;

use super::call::{Call, Handled, Refusal, id, ids, ok};
use super::permissions::Action;
use super::schema::{INTEGER, INTEGERS, NUMBER, Schema, TEXT, TEXT_OR_NULL, optional, required};
use super::settings::hide_secret;

const ENTITY: &str = "ldapConfiguration";

/// Groups of the directory whose members may sign in, with the roles and the profile they get.
pub(super) const ALLOWED_GROUPS: Schema = Schema::Nullable(&Schema::Array {
    min_items: 1,
    items: &Schema::Object(&[
        required("name", TEXT),
        required("defaultRoleIds", INTEGERS),
        required("defaultProfileId", INTEGER),
    ]),
});

pub(super) static UPDATE: Schema = Schema::Object(&[
    optional("enabled", Schema::Boolean),
    optional("url", TEXT_OR_NULL),
    optional("searchUserDN", TEXT_OR_NULL),
    optional("searchUserPassword", TEXT_OR_NULL),
    optional("userSearchBase", TEXT_OR_NULL),
    optional("userSearchFilter", TEXT_OR_NULL),
    optional("allowedGroups", ALLOWED_GROUPS),
    optional("enableSaslBinding", Schema::Boolean),
    optional("relayId", Schema::Nullable(&NUMBER)),
]);

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    show(call)
}

fn show(call: &Call<'_>) -> Handled {
    let mut body = call.state.ldap_configuration.clone();
    hide_secret(call, &mut body, "searchUserPassword");
    ok(body.into())
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, None)?;
    check_groups(call)?;
    if let Value::Object(body) = std::mem::take(&mut call.body) {
        if !body.is_empty() {
            call.state.ldap_configuration.extend(body);
        }
    }
    show(call)
}

/// Refuses groups with roles or profiles that do not exist.
pub(super) fn check_groups(call: &Call<'_>) -> Result<(), Refusal> {
    for group in call.body.get("allowedGroups").and_then(Value::as_array).into_iter().flatten() {
        call.check_roles(&ids(&group["defaultRoleIds"]))?;
        call.check_profile(id(&group["defaultProfileId"]))?;
    }
    Ok(())
}
