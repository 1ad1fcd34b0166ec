//! Events, steps and reports as JSON, with the texts that people read.

use serde_json::{Value, json};
use tenable_directory::plan::Step;
use tenable_directory::{Ended, EnsureResult, Ensured, Event, Failure, Report};

/// A tenant that could not be read, and why.
pub(super) type Unread = (String, Failure);

/// A step with the line that people read.
pub(super) fn step(step: &Step) -> Value {
    with(serde_json::to_value(step), &[("text", step.to_string().into()), ("is_removal", step.is_removal().into())])
}

fn ended(ended: &Ended) -> Value {
    let step = &ended.step;
    with(serde_json::to_value(ended), &[("text", step.to_string().into()), ("is_removal", step.is_removal().into())])
}

/// An object with more fields. Writing what was put together from values cannot fail.
pub(super) fn with(value: serde_json::Result<Value>, fields: &[(&str, Value)]) -> Value {
    let mut value = value.unwrap_or_default();
    if let Value::Object(object) = &mut value {
        object.extend(fields.iter().map(|(name, field)| ((*name).to_owned(), field.clone())));
    }
    value
}

pub(super) fn unread(unread: &[Unread]) -> Value {
    unread.iter().map(|(tenant, why)| json!({"tenant": tenant, "why": why})).collect()
}

/// What became of a plan, with the tenants that could not be read at any time.
pub(super) fn report(report: &Report, before: &[Unread]) -> Value {
    let later = report.failed_tenants.iter().filter(|(tenant, _)| !before.iter().any(|(other, _)| other == tenant));
    let all: Vec<Unread> = before.iter().chain(later).cloned().collect();
    let steps: Vec<Value> = report.steps.iter().map(ended).collect();
    json!({"plan": report.plan, "steps": steps, "unread_tenants": unread(&all)})
}

/// What became of a wish, in each tenant.
pub(super) fn ensured(all: &[Ensured]) -> Value {
    let one = |one: &Ensured| {
        let mut value = serde_json::to_value(one).unwrap_or_default();
        if let EnsureResult::Failed { steps, .. } = &one.result {
            value["steps"] = steps.iter().map(ended).collect();
        }
        value
    };
    all.iter().map(one).collect()
}

pub(super) fn event(event: &Event<'_>) -> Value {
    match event {
        Event::Reading { tenant } => json!({"event": "reading", "tenant": tenant}),
        Event::Read { tenant, users } => json!({"event": "read", "tenant": tenant, "users": users}),
        Event::NotRead { tenant, why } => json!({"event": "not_read", "tenant": tenant, "why": why}),
        Event::Begun { index, step } => json!({"event": "begun", "index": index, "step": self::step(step)}),
        Event::Ended { index, step, outcome } => {
            json!({"event": "ended", "index": index, "step": self::step(step), "outcome": outcome})
        }
        Event::Verifying { tenant } => json!({"event": "verifying", "tenant": tenant}),
        // One that a later release of the crate tells of.
        _ => json!({"event": "other"}),
    }
}
