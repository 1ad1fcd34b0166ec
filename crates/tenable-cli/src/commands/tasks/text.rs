//! Plans and what became of them, for people and for programs.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use tenable_directory::plan::{Plan, Step};
use tenable_directory::{Ended, Outcome, Report};

use super::ending::Unread;
use crate::exit::one_line;
use crate::output::{Document, Limits};

const MADE: Style = AnsiColor::Green.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// From how many steps on, those that did not succeed are told once more at the end.
const MANY: usize = 20;

/// A plan as it is printed.
pub(super) fn of_plan(plan: &Plan) -> Document<'_> {
    let rows = plan.steps.iter().map(row).collect();
    let records = plan.steps.iter().map(|step| serde_json::to_value(step).unwrap_or_default()).collect();
    let columns = &["tenant", "kind", "name", "person", "change", "text"];
    Document { text: Box::new(|limits| plan_text(plan, limits)), whole: plan.to_json(), records, rows, columns }
}

/// A plan for people, with colours where they are shown.
pub(super) fn plan_text(plan: &Plan, limits: Limits) -> String {
    let text = plan.to_string();
    if !limits.styled {
        return text;
    }
    let mut styled = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        let style = match line.trim_start().chars().next() {
            Some('+') if line.starts_with("  ") => Some(MADE),
            Some('~') if line.starts_with("  ") => Some(CHANGED),
            Some('-') if line.starts_with("  ") => Some(REMOVED),
            Some(_) if line.starts_with("Note: ") => Some(FAINT),
            Some(_) => Some(BOLD),
            None => None,
        };
        let line = style.map_or_else(|| line.to_owned(), |style| format!("{style}{line}{style:#}"));
        styled += &line;
        styled.push('\n');
    }
    styled
}

/// What became of a plan, as it is printed.
pub(super) fn of_report<'a>(report: &'a Report, unread: &[Unread]) -> Document<'a> {
    let unread: Vec<Value> = unread.iter().map(|(tenant, why)| json!({"tenant": tenant, "why": why})).collect();
    let whole = json!({
        "plan": report.plan, "complete": report.is_complete() && unread.is_empty(), "steps": report.steps,
        "unread_tenants": unread
    });
    // What was put together from values can be written as one.
    let whole = serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n";
    let rows = report.steps.iter().map(|ended| {
        let mut row = row(&ended.step);
        row["outcome"] = json!(word(&ended.outcome));
        row["why"] = why(&ended.outcome).into();
        row
    });
    let records = report.steps.iter().map(|ended| serde_json::to_value(ended).unwrap_or_default()).collect();
    let columns = &["tenant", "kind", "name", "person", "change", "text", "outcome", "why"];
    Document { text: Box::new(|limits| report_text(report, limits)), whole, records, rows: rows.collect(), columns }
}

fn report_text(report: &Report, limits: Limits) -> String {
    let mut text = String::new();
    let mut tenants: Vec<&str> = Vec::new();
    for ended in &report.steps {
        if !tenants.contains(&ended.step.tenant.as_str()) {
            tenants.push(&ended.step.tenant);
        }
    }
    for tenant in tenants {
        text += &styled(BOLD, &one_line(tenant), limits);
        text.push('\n');
        for ended in report.steps.iter().filter(|ended| ended.step.tenant == tenant) {
            let _infallible = writeln!(text, "  {}", ended_line(ended, limits));
        }
        text.push('\n');
    }
    if report.steps.len() >= MANY && report.failures().next().is_some() {
        text += &styled(BOLD, "Not done", limits);
        text.push('\n');
        for ended in report.failures() {
            let _infallible = writeln!(text, "  {}: {}", one_line(&ended.step.tenant), ended_line(ended, limits));
        }
        text.push('\n');
    }
    text + &summary(report) + "\n"
}

fn ended_line(Ended { step, outcome, .. }: &Ended, limits: Limits) -> String {
    let (mark, style) = match outcome {
        Outcome::Done | Outcome::DoneUnseen { .. } => ("✓", MADE),
        Outcome::Already => ("=", FAINT),
        Outcome::Stopped | Outcome::Blocked { .. } => ("·", FAINT),
        _ => ("✗", REMOVED),
    };
    let line = match outcome {
        Outcome::Done => step.to_string(),
        other => format!("{step}: {other}"),
    };
    format!("{} {}", styled(style, mark, limits), one_line(&line))
}

/// How many steps ended how, such as `12 done, 1 refused.`
fn summary(report: &Report) -> String {
    let words = ["done", "already so", "not applied", "refused", "unknown", "not tried"];
    let count = |wanted: &str| report.count(|outcome| summary_word(outcome) == wanted);
    let parts: Vec<String> = words
        .into_iter()
        .filter_map(|word| match count(word) {
            0 => None,
            number => Some(format!("{number} {word}")),
        })
        .collect();
    if parts.is_empty() { "Nothing to do: everything is as it should be.".to_owned() } else { parts.join(", ") + "." }
}

const fn summary_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done | Outcome::DoneUnseen { .. } => "done",
        Outcome::Already => "already so",
        Outcome::NotApplied { .. } => "not applied",
        Outcome::Refused { .. } => "refused",
        Outcome::Unknown { .. } => "unknown",
        _ => "not tried",
    }
}

fn row(step: &Step) -> Value {
    let change = serde_json::to_value(step).ok().and_then(|step| step["change"].as_str().map(str::to_owned));
    json!({
        "tenant": step.tenant, "kind": step.subject.kind(), "name": step.subject.name(), "person": step.person,
        "change": change, "text": step.to_string()
    })
}

/// The word of an outcome in JSON.
fn word(outcome: &Outcome) -> Value {
    serde_json::to_value(outcome).map(|value| value["outcome"].clone()).unwrap_or_default()
}

/// What is to be said of an outcome beside its word.
fn why(outcome: &Outcome) -> Option<String> {
    (!matches!(outcome, Outcome::Done | Outcome::Already)).then(|| outcome.to_string())
}

pub(super) fn styled(style: Style, text: &str, limits: Limits) -> String {
    if limits.styled { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use tenable_api::model::shared::UserKey;
    use tenable_directory::plan::{Change, Named, Subject};

    use super::*;

    const PLAIN: Limits = Limits { width: None, styled: false };

    fn steps() -> Vec<Step> {
        let group = Subject::Group(Named::new("Night\nshift", None));
        let user = || Subject::User(Named::new("ann@example.com", "ie:2".parse::<UserKey>().ok()));
        vec![
            Step::new("vm", group, Change::CreateGroup),
            Step::new("ie", user(), Change::DeleteUser { successor: None }).of_person("ann@example.com"),
            Step::new("vm", user(), Change::ReplaceKeys),
        ]
    }

    fn plan() -> Plan {
        let mut plan = Plan::default();
        plan.steps = steps();
        plan.notes.push("vm: something".to_owned());
        plan
    }

    #[test]
    fn a_plan_has_colours_only_where_they_are_shown() {
        let plan = plan();
        assert_eq!(plan_text(&plan, PLAIN), plan.to_string());
        let styled = plan_text(&plan, Limits { width: None, styled: true });
        assert!(styled.contains("\u{1b}[32m  + group") && styled.contains("\u{1b}[31m  - user"), "{styled:?}");
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), plan.to_string());
    }

    #[test]
    fn a_plan_for_programs() {
        let plan = plan();
        let document = of_plan(&plan);
        assert_eq!(Plan::from_json(&document.whole).unwrap(), plan);
        assert_eq!(document.records.len(), 3);
        let row = json!({
            "tenant": "ie", "kind": "user", "name": "ann@example.com", "person": "ann@example.com", "change": "delete_user",
            "text": "- user ann@example.com: deleted"
        });
        assert_eq!(document.rows[1], row);
    }
}
