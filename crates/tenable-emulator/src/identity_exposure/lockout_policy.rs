//! `/api/lockout-policy`, and what it does to accounts.

use http::StatusCode;

use super::call::{Answer, Call, Handled, id, ok};
use super::permissions::Action;
use super::rules;
use super::schema::{Schema, optional};
use super::state::{DEFAULT_ADMINISTRATOR, User};

const ENTITY: &str = "lockoutPolicy";
const SECONDS: Schema = Schema::Integer { minimum: 0, maximum: i64::MAX };

/// With every Global Administrator locked out, the default one is let in again after this many milliseconds.
const ADMINISTRATOR_RESCUE: u64 = 10_000;

pub(super) static UPDATE: Schema = Schema::Object(&[
    optional("enabled", Schema::Boolean),
    optional("lockoutDuration", SECONDS),
    optional("failedAttemptThreshold", Schema::Integer { minimum: 1, maximum: 50 }),
    optional("failedAttemptPeriod", SECONDS),
]);

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    ok(serde_json::to_value(&call.state.lockout_policy).unwrap_or_default())
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, None)?;
    let body = std::mem::take(&mut call.body);
    for (name, value) in body.as_object().into_iter().flatten() {
        let policy = &mut call.state.lockout_policy;
        match name.as_str() {
            "enabled" => policy.enabled = value == true,
            "lockoutDuration" => policy.lockout_duration = id(value),
            "failedAttemptThreshold" => policy.failed_attempt_threshold = id(value),
            _ => policy.failed_attempt_period = id(value),
        }
    }
    Ok(Answer::Nothing(StatusCode::OK))
}

/// Counts a failed login, and locks the account if it was one too many.
pub(super) fn count_failure(call: &mut Call<'_>, user: u64) {
    let now = call.now;
    let policy = call.state.lockout_policy.clone();
    if !policy.enabled {
        return;
    }
    let until = match policy.lockout_duration {
        0 if call.rules.is(rules::LOCKOUT_ZERO, "no_lock") => return,
        0 => u64::MAX,
        seconds => now.saturating_add(seconds.saturating_mul(1_000)),
    };
    let period = match policy.failed_attempt_period {
        0 if call.rules.is(rules::FAILED_ATTEMPT_PERIOD_ZERO, "no_limit") => u64::MAX,
        seconds => seconds.saturating_mul(1_000),
    };
    let Some(user) = call.state.accounts.get_mut(user) else { return };
    user.failed_logins.retain(|time| now.saturating_sub(*time) <= period);
    user.failed_logins.push(now);
    if u64::try_from(user.failed_logins.len()).is_ok_and(|failures| failures < policy.failed_attempt_threshold) {
        return;
    }
    user.failed_logins.clear();
    user.locked_until = Some(until);
    rescue_administrator(call);
}

fn rescue_administrator(call: &mut Call<'_>) {
    let now = call.now;
    let policy = &call.state.lockout_policy;
    let may_act = |user: &User| user.active && user.is_global_administrator() && !user.is_locked(policy, now);
    if call.state.accounts.iter().any(may_act) {
        return;
    }
    if let Some(user) = call.state.accounts.get_mut(DEFAULT_ADMINISTRATOR) {
        let rescue = now.saturating_add(ADMINISTRATOR_RESCUE);
        user.locked_until = user.locked_until.map(|until| until.min(rescue));
    }
}
