//! `/api/about`.

use serde_json::json;

use super::call::{Call, Handled, ok};
use super::rules;

/// The release whose behaviour was reported from a live instance.
const VERSION: &str = "3.120.1";

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    let saas = call.rules.is(rules::DEPLOYMENT, "saas");
    let mut body = json!({ "version": VERSION, "isSaaSDeployment": saas });
    if !saas {
        body["hostname"] = "identity.example.com".into();
    }
    ok(body)
}
