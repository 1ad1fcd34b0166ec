//! `/api/application-settings`.

use serde_json::{Map, Value};

use super::call::{Call, Handled, id, ids, ok};
use super::permissions::Action;
use super::rules;
use super::schema::{INTEGER, INTEGERS, NUMBER, Schema, TEXT, TEXT_OR_NULL, optional};

const ENTITY: &str = "applicationSettings";
/// What null, which only the request may have, stands for.
const DEFAULT_RETENTION_MONTHS: u64 = 6;

pub(super) static UPDATE: Schema = Schema::Object(&[
    optional("userRegistration", Schema::Boolean),
    optional("activityLogsIsActive", Schema::Boolean),
    optional("activityLogsRetentionDurationInMonth", Schema::Nullable(&Schema::Integer { minimum: 1, maximum: 6 })),
    optional("smtpServerAddress", TEXT_OR_NULL),
    optional("smtpServerPort", Schema::Nullable(&INTEGER)),
    optional("smtpAccount", TEXT_OR_NULL),
    optional("smtpAccountPassword", TEXT_OR_NULL),
    optional("smtpUseStartTLS", Schema::Boolean),
    optional("smtpRelayId", Schema::Nullable(&NUMBER)),
    optional("tls", Schema::Boolean),
    optional("emailSender", TEXT),
    optional("defaultRoleIds", INTEGERS),
    optional("defaultProfileId", INTEGER),
    optional("internalCertificate", TEXT_OR_NULL),
    optional("telemetryEnabled", Schema::Boolean),
    optional("ioaAutomaticConfiguration", Schema::Boolean),
    optional("cloudStatisticsIsActive", Schema::Boolean),
    optional("healthCheckGlobalStatusDisplayEnabled", Schema::Boolean),
]);

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    show(call)
}

fn show(call: &Call<'_>) -> Handled {
    let settings = &call.state.application_settings;
    let mut body = settings.other.clone();
    hide_secret(call, &mut body, "smtpAccountPassword");
    body.insert("defaultRoleIds".to_owned(), settings.default_role_ids.clone().into());
    body.insert("defaultProfileId".to_owned(), settings.default_profile_id.into());
    ok(body.into())
}

/// Leaves a stored password out of an answer, where the rules say so.
pub(super) fn hide_secret(call: &Call<'_>, body: &mut Map<String, Value>, name: &str) {
    if call.rules.is(rules::SETTINGS_SECRETS, "null") {
        body.insert(name.to_owned(), Value::Null);
    }
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, None)?;
    let Value::Object(mut body) = std::mem::take(&mut call.body) else { return ok(Value::Null) };
    let roles = body.remove("defaultRoleIds").map(|value| ids(&value));
    let profile = body.remove("defaultProfileId").map(|value| id(&value));
    call.check_roles(roles.as_deref().unwrap_or_default())?;
    let roles = roles.map(|roles| call.without_duplicates("defaultRoleIds", roles)).transpose()?;
    if let Some(profile) = profile {
        call.check_profile(profile)?;
    }
    if roles.is_some() || profile.is_some() || !body.is_empty() {
        let settings = &mut call.state.application_settings;
        settings.default_role_ids = roles.unwrap_or_else(|| settings.default_role_ids.clone());
        settings.default_profile_id = profile.unwrap_or(settings.default_profile_id);
        if let Some(months @ Value::Null) = body.get_mut("activityLogsRetentionDurationInMonth") {
            *months = DEFAULT_RETENTION_MONTHS.into();
        }
        settings.other.extend(body);
    }
    show(call)
}
