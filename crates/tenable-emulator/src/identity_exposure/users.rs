//! `/api/users` and what hangs below it, passwords excepted.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::call::{Answer, Call, Handled, Refusal, ids, no_content, ok, owned_text, text};
use super::password;
use super::permissions::Action;
use super::roles;
use super::rules;
use super::schema::{INTEGERS, NUMBER, Schema, TEXT, legacy, optional, required};
use super::state::{LockoutPolicy, User};
use crate::secrets::{self, Password};

const ENTITY: &str = "user";
const TEXTS: [&str; 3] = ["surname", "department", "biography"];
const PICTURE: Schema = Schema::Array { items: &NUMBER, min_items: 0 };

pub(super) static CREATE: Schema = Schema::Array {
    min_items: 1,
    items: &Schema::Object(&[
        required("name", TEXT),
        required("email", TEXT),
        required("password", password::SCHEMA),
        optional("surname", TEXT),
        optional("department", TEXT),
        optional("biography", TEXT),
        optional("active", Schema::Boolean),
        legacy("picture", PICTURE),
    ]),
};

pub(super) static UPDATE: Schema = Schema::Object(&[
    optional("name", TEXT),
    optional("surname", TEXT),
    optional("email", TEXT),
    optional("department", TEXT),
    optional("biography", TEXT),
    optional("password", password::SCHEMA),
    optional("active", Schema::Boolean),
    optional("lockedOut", Schema::Only(false)),
    legacy("picture", PICTURE),
]);

pub(super) static ROLES: Schema = Schema::Object(&[required("roles", INTEGERS)]);

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    let view = View::of(call);
    let users = call.state.accounts.iter().map(|user| view.user(user)).collect();
    call.listed(users)
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.may(Action::Create, ENTITY, None)?;
    let Value::Array(bodies) = std::mem::take(&mut call.body) else { return ok(Value::Null) };
    check_new_emails(call, &bodies)?;
    let active = bodies.iter().filter(|body| body["active"] == true).count();
    check_license(call, active)?;

    let roles = if call.rules.is(rules::DEFAULT_ROLES, "applied") {
        call.state.application_settings.default_role_ids.clone()
    } else {
        Vec::new()
    };
    let profile = call.state.application_settings.default_profile_id;
    let picture_kept = !call.rules.is(rules::PICTURE, "ignored");
    let view = View::of(call);
    let mut created = Vec::with_capacity(bodies.len());
    for body in &bodies {
        let owned = |name| owned_text(body, name);
        let email = owned("email").unwrap_or_default();
        let identifier =
            if call.rules.is(rules::IDENTIFIER, "email") { email.clone() } else { secrets::random_hex::<16>() };
        let user = User {
            id: call.state.accounts.next_id(),
            name: owned("name").unwrap_or_default(),
            surname: owned("surname"),
            email,
            identifier,
            provider: "tenable".to_owned(),
            roles: roles.clone(),
            eula_version: 0,
            active: body["active"] == true,
            department: owned("department"),
            biography: owned("biography"),
            picture: body.get("picture").filter(|_| picture_kept).cloned(),
            internal: false,
            password: text(body, "password").map(Password::new),
            api_key: secrets::api_key(),
            language: "en".to_owned(),
            preferred_profile_id: profile,
            failed_logins: Vec::new(),
            locked_until: None,
        };
        created.push(view.user(&user));
        call.state.accounts.put(user);
    }
    call.created(created)
}

/// Refuses a creation as a whole if one address is taken or stands in it twice.
fn check_new_emails(call: &Call<'_>, bodies: &[Value]) -> Result<(), Refusal> {
    let ignore_case = call.rules.is(rules::EMAIL_COMPARISON, "ignore_case");
    let mut seen = HashSet::new();
    for email in bodies.iter().filter_map(|body| text(body, "email")) {
        let compared = if ignore_case { email.to_lowercase() } else { email.to_owned() };
        if !seen.insert(compared) || call.state.accounts.with_email(email, ignore_case).is_some() {
            return Err(email_in_use(call, email));
        }
    }
    Ok(())
}

fn email_in_use(call: &Call<'_>, email: &str) -> Refusal {
    call.refusal(rules::DUPLICATE_EMAIL, format!("the email {email} is already in use"))
}

/// Refuses more active users than licensed, where the rules do not take the count as information.
fn check_license(call: &Call<'_>, additional: usize) -> Result<(), Refusal> {
    if additional == 0 || call.rules.is(rules::LICENSE_USER_LIMIT, "informational") {
        return Ok(());
    }
    let active = call.state.accounts.iter().filter(|user| user.active).count();
    let limit = call.state.license.max_active_user_count;
    if u64::try_from(active + additional).is_ok_and(|active| active <= limit) {
        return Ok(());
    }
    call.unless_allowed(rules::LICENSE_USER_LIMIT, format!("the license allows {limit} active users"))
}

pub(super) fn who_am_i(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?;
    let mut body = View::of(call).fields(caller);
    let roles = caller.roles.iter().filter_map(|id| call.state.roles.get(id)).map(roles::body).collect();
    body.insert("roles".to_owned(), Value::Array(roles));
    body.insert("internal".to_owned(), caller.internal.into());
    match call.rules.outcome(rules::TENABLE_CLOUD_USER_NAME) {
        "null" => {
            body.insert("tenableCloudUserName".to_owned(), Value::Null);
        }
        "name" => {
            let name = format!("tie-{}-{:06}", caller.email.split('@').next().unwrap_or_default(), caller.id);
            body.insert("tenableCloudUserName".to_owned(), name.into());
        }
        _ => {}
    }
    ok(body.into())
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, call.path_id)?;
    ok(View::of(call).user(call.user()?))
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    let user = call.user()?;
    let body = &call.body;
    let id = user.id;
    if body.get("password").is_some() && !user.is_local() {
        return Err(password::kept_elsewhere(call, user));
    }

    let email = text(body, "email").filter(|email| *email != user.email);
    if let Some(email) = email {
        let ignore_case = call.rules.is(rules::EMAIL_COMPARISON, "ignore_case");
        if call.state.accounts.with_email(email, ignore_case).is_some_and(|other| other.id != id) {
            return Err(email_in_use(call, email));
        }
    }
    let active = body.get("active").and_then(Value::as_bool);
    if active == Some(false) {
        call.spare_last_administrator(user)?;
    }
    if active == Some(true) && !user.active {
        check_license(call, 1)?;
    }

    let body = std::mem::take(&mut call.body);
    if body.as_object().is_some_and(|object| !object.is_empty()) {
        apply_update(call, id, &body);
    }
    details_of(call, id)
}

fn apply_update(call: &mut Call<'_>, id: u64, body: &Value) {
    let identifier_follows = call.rules.is(rules::IDENTIFIER_ON_UPDATE, "follows_email");
    let picture_kept = !call.rules.is(rules::PICTURE, "ignored");
    if let Some(email) = text(body, "email") {
        call.state.accounts.set_email(id, email);
    }
    let Some(user) = call.state.accounts.get_mut(id) else { return };
    if let Some(name) = owned_text(body, "name") {
        user.name = name;
    }
    for (field, name) in [&mut user.surname, &mut user.department, &mut user.biography].into_iter().zip(TEXTS) {
        if let Some(text) = owned_text(body, name) {
            *field = Some(text);
        }
    }
    if let Some(active) = body.get("active").and_then(Value::as_bool) {
        user.active = active;
    }
    if body.get("lockedOut").is_some() {
        user.unlock();
    }
    if let Some(picture) = body.get("picture").filter(|_| picture_kept) {
        user.picture = Some(picture.clone());
    }
    if identifier_follows && user.is_local() {
        user.identifier.clone_from(&user.email);
    }
    if let Some(new) = text(body, "password") {
        password::set(call, id, new);
    }
}

/// The answer that shows a user, whatever the caller may read.
fn details_of(call: &Call<'_>, id: u64) -> Handled {
    let user = call.state.accounts.get(id).ok_or_else(|| call.unknown("user", id))?;
    ok(View::of(call).user(user))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    let user = call.user()?;
    let id = user.id;
    if call.caller == Some(id) {
        call.unless_allowed(rules::DELETE_SELF, "users cannot delete themselves")?;
    }
    call.spare_last_administrator(user)?;
    call.state.accounts.remove(id);
    call.state.reset_tokens.retain(|_, token| token.user_id != id);
    no_content()
}

pub(super) fn set_roles(call: &mut Call<'_>) -> Handled {
    // Not by a right on one's own account: that would let everybody become an administrator.
    call.may(Action::Edit, ENTITY, call.path_id.filter(|id| call.caller != Some(*id)))?;
    let user = call.user()?;
    let id = user.id;
    let roles = ids(&call.body["roles"]);
    if roles.is_empty() {
        call.unless_allowed(rules::EMPTY_ROLES, "data.roles should NOT have fewer than 1 items")?;
    }
    call.check_roles(&roles)?;
    let roles = call.without_duplicates("roles", roles)?;
    let after = User { roles: roles.clone(), ..user.clone() };
    if !after.is_global_administrator() {
        call.spare_last_administrator(user)?;
    }
    if let Some(user) = call.state.accounts.get_mut(id) {
        user.roles.clone_from(&roles);
    }
    Ok(Answer::Json(StatusCode::OK, json!({ "roles": roles })))
}

/// How users look at one moment, under the rules in force.
struct View {
    policy: LockoutPolicy,
    now: u64,
    null_texts: bool,
    picture: bool,
}

impl View {
    fn of(call: &Call<'_>) -> Self {
        Self {
            policy: call.state.lockout_policy.clone(),
            now: call.now,
            null_texts: call.rules.is(rules::ABSENT_TEXTS, "null"),
            picture: call.rules.is(rules::PICTURE, "accepted"),
        }
    }

    fn user(&self, user: &User) -> Value {
        let mut body = self.fields(user);
        body.insert("roles".to_owned(), user.roles.clone().into());
        body.into()
    }

    /// All but `roles`, which differ between `whoami` and the rest.
    fn fields(&self, user: &User) -> Map<String, Value> {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("id", user.id.into());
        put("name", user.name.clone().into());
        put("email", user.email.clone().into());
        put("identifier", user.identifier.clone().into());
        put("provider", user.provider.clone().into());
        put("eulaVersion", user.eula_version.into());
        put("lockedOut", user.is_locked(&self.policy, self.now).into());
        put("active", user.active.into());
        for (text, name) in [&user.surname, &user.department, &user.biography].into_iter().zip(TEXTS) {
            if self.null_texts || text.is_some() {
                put(name, text.clone().into());
            }
        }
        if self.picture {
            put("picture", user.picture.clone().unwrap_or(Value::Null));
        }
        body
    }
}
