//! `/api/api-key`: the caller's own.

use serde_json::json;

use super::call::{Call, Handled, ok};
use crate::secrets;

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    ok(json!({ "key": call.caller()?.api_key }))
}

/// The old key stops working at once.
pub(super) fn refresh(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?.id;
    let key = secrets::api_key();
    call.state.accounts.set_api_key(caller, &key);
    ok(json!({ "key": key }))
}
