//! `/api/license`.

use http::StatusCode;
use serde_json::{Value, json};

use super::call::{Answer, Call, Handled, ok};
use super::permissions::Action;
use super::rules;
use super::schema::{Schema, TEXT, required};
use crate::instruments::rfc3339;

const ENTITY: &str = "license";
const YEAR: u64 = 365 * 24 * 60 * 60 * 1_000;

pub(super) static INSTALL: Schema = Schema::Object(&[required("license", TEXT)]);

fn body(call: &Call<'_>) -> Value {
    let license = &call.state.license;
    let features: &[&str] =
        if call.rules.is(rules::LICENSE_FEATURES, "all") { &["ioe", "ioa", "ioaPreview"] } else { &[] };
    json!({
        "customerName": license.customer_name,
        "maxActiveUserCount": license.max_active_user_count,
        "currentActiveUserCount": call.state.accounts.iter().filter(|user| user.active).count(),
        "expirationDateUTC": rfc3339(license.expires),
        "inAppEula": license.in_app_eula,
        "type": license.kind,
        "features": features,
        "containerUuid": license.container_uuid,
        "activationCode": license.activation_code
    })
}

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    let mut body = body(call);
    body["productAssociation"] = call.state.license.product_association.clone().into();
    ok(body)
}

/// Takes any text for a licence of one year from now.
pub(super) fn install(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, None)?;
    call.state.license.expires = call.now.saturating_add(YEAR);
    Ok(Answer::Json(StatusCode::CREATED, body(call)))
}

pub(super) fn product_association(call: &mut Call<'_>) -> Handled {
    ok(json!({ "productAssociation": call.state.license.product_association }))
}
