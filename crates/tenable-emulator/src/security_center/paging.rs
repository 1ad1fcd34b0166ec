//! Sorting and paging of `/user`.

use serde_json::{Value, json};

use super::call::{Call, Handled};
use super::envelope::Refusal;
use super::form::integer;
use super::rules;

/// The list, sorted as asked, and as a page if one is asked for.
pub(super) fn answer(call: &Call<'_>, mut items: Vec<Value>) -> Handled {
    sort(call, &mut items);
    let paginated = call.query("paginated") == Some("true");
    if !paginated || call.rules.is(rules::PAGING, "ignored") {
        return Ok(items.into());
    }
    let total = items.len();
    let start = offset(call, "startOffset")?.unwrap_or(0);
    let limit = offset(call, "limit")?;
    let end = offset(call, "endOffset")?.or(limit.map(|limit| start.saturating_add(limit))).unwrap_or(total);
    if end < start {
        return Err(Refusal::attribute("endOffset", "The endOffset must not be less than the startOffset."));
    }
    let first = if call.rules.is(rules::PAGE_CURSOR, "stuck") { 0 } else { start };
    let results: Vec<_> = items.into_iter().skip(first).take(end - start).collect();
    let last = if call.rules.is(rules::PAGE_END, "requested") { end } else { end.min(total.max(start)) };
    let counter = |count: usize| {
        if call.rules.is(rules::PAGE_COUNTERS, "string") { Value::from(count.to_string()) } else { count.into() }
    };
    Ok(json!({
        "totalRecords": counter(total), "returnedRecords": counter(results.len()), "startOffset": counter(start),
        "endOffset": counter(last), "results": results
    }))
}

fn offset(call: &Call<'_>, name: &str) -> Result<Option<usize>, Refusal> {
    let wrong = || Refusal::attribute(name, format!("The {name} must be a valid number."));
    call.query(name).map(|text| text.parse().map_err(|_| wrong())).transpose()
}

/// Sorts by a field that is shown; by another one, nothing moves.
fn sort(call: &Call<'_>, items: &mut [Value]) {
    let Some(field) = call.query("sortField") else { return };
    // Numbers, which come as texts, go by their value.
    items.sort_by_cached_key(|item| {
        let value = &item[field];
        let name = value["name"].as_str().or_else(|| value.as_str()).unwrap_or_default();
        (integer(value), name.to_lowercase())
    });
    if call.query("sortDirection").is_some_and(|direction| direction.eq_ignore_ascii_case("DESC")) {
        items.reverse();
    }
}
