//! How a task ends: tenants that could not be read, steps that did not succeed, and what stands in the way.

use serde_json::json;
use tenable_directory::{Failure as Why, Outcome, Present, Problem, Report};

use crate::exit::{Exit, Failure, Result, one_line};

/// A tenant that could not be read, and why.
pub(super) type Unread = (String, Why);

/// The tenants that could not be read.
pub(super) fn unread(present: &Present) -> Vec<Unread> {
    present.failed().map(|(tenant, why)| (tenant.to_owned(), why.clone())).collect()
}

/// The end of a task that did all it could in the tenants that could be read.
pub(super) fn with_unread(exit: Exit, unread: &[Unread], all: usize) -> Result<Exit> {
    let line = |(tenant, why): &Unread| format!("{tenant}: {}", one_line(&why.to_string()));
    let failure = match unread {
        [] => return Ok(exit),
        [only] if all == 1 => Failure::new(exit_of(&only.1), line(only)),
        _ => {
            let exit = if unread.len() < all { Exit::Partly } else { of_all(unread) };
            let text = format!("{} of {all} tenants could not be read", unread.len());
            match unread {
                [only] => Failure::new(exit, format!("{text}: {}", line(only))),
                _ => Failure::new(exit, text).after(unread.iter().map(line).collect()),
            }
        }
    };
    let tenants = unread.iter().map(|(tenant, why)| json!({"tenant": tenant, "why": why}));
    Err(failure.with("unread_tenants", tenants.collect()))
}

/// The end of a task none of whose tenants could be read.
fn of_all(unread: &[Unread]) -> Exit {
    let mut exits = unread.iter().map(|(_, why)| exit_of(why));
    match exits.next() {
        Some(first) if exits.all(|other| other == first) => first,
        _ => Exit::Unreachable,
    }
}

/// The end that a single call with this failure would have.
fn exit_of(why: &Why) -> Exit {
    const UNREACHABLE: [&str; 9] = [
        "Connect",
        "Tls",
        "Timeout",
        "Interrupted",
        "Overloaded",
        "Redirected",
        "Unavailable",
        "ResponseTooLarge",
        "Unreadable",
    ];
    match why.kind.as_deref() {
        // There was no client to call with.
        None | Some("InvalidInput" | "Unsupported") => Exit::Usage,
        Some(kind) if UNREACHABLE.contains(&kind) => Exit::Unreachable,
        Some(_) => Exit::Refused,
    }
}

/// The tenants that could not be read when a plan was made, or when it was applied.
pub(super) fn unread_at_any_time(before: &[Unread], report: &Report) -> Vec<Unread> {
    let later = report.failed_tenants.iter().filter(|(tenant, _)| !before.iter().any(|(other, _)| other == tenant));
    before.iter().chain(later).cloned().collect()
}

/// The end of a plan that was applied, with the tenants that could not be read.
pub(super) fn of_report(report: &Report, unread: &[Unread], all: usize, go_on: &str) -> Result<Exit> {
    let failed = report.failures().count();
    let end = with_unread(Exit::Done, unread, all);
    if failed == 0 {
        return end;
    }
    let stopped = report.count(|outcome| *outcome == Outcome::Stopped);
    let unknown = report.count(|outcome| matches!(outcome, Outcome::Unknown { .. }));
    let steps = report.steps.len();
    let line = match (stopped, unknown) {
        (0, 0) => format!("{failed} of {steps} steps did not succeed; {go_on}"),
        (0, _) => {
            format!("{failed} of {steps} steps did not succeed, {unknown} of them may have been carried out; {go_on}")
        }
        _ => format!("stopped: {} of {steps} steps are done; {go_on}", steps - failed),
    };
    let exit = if unknown > 0 { Exit::Unknown } else { Exit::Partly };
    let failure = Failure::new(exit, line);
    Err(match end {
        Ok(_) => failure,
        Err(end) => failure.after(end.before().iter().cloned().chain([end.line().to_owned()]).collect()),
    })
}

/// What stands in the way of a plan.
pub(super) fn in_the_way(problems: &[Problem]) -> Failure {
    let exit = if problems.iter().all(|problem| problem.is_guard) { Exit::Refused } else { Exit::Usage };
    Failure::problems(exit, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(kind: Option<&str>) -> Why {
        let mut why = Why::new("it is so");
        why.kind = kind.map(str::to_owned);
        why
    }

    fn end(kinds: &[Option<&str>], all: usize) -> std::result::Result<Exit, (Exit, String)> {
        let unread: Vec<Unread> =
            kinds.iter().zip(["a", "b", "c"]).map(|(kind, name)| (name.to_owned(), why(*kind))).collect();
        with_unread(Exit::Pending, &unread, all).map_err(|failure| (failure.exit(), failure.line().to_owned()))
    }

    #[test]
    fn tenants_that_could_not_be_read() {
        let said = |exit, line: &str| Err((exit, line.to_owned()));
        assert_eq!(end(&[], 2), Ok(Exit::Pending));
        assert_eq!(end(&[Some("Connect")], 1), said(Exit::Unreachable, "a: it is so"));
        assert_eq!(end(&[Some("Authentication")], 1), said(Exit::Refused, "a: it is so"));
        assert_eq!(end(&[None], 1), said(Exit::Usage, "a: it is so"));
        assert_eq!(end(&[None], 3), said(Exit::Partly, "1 of 3 tenants could not be read: a: it is so"));
        assert_eq!(end(&[None, Some("Tls")], 3), said(Exit::Partly, "2 of 3 tenants could not be read"));
        assert_eq!(end(&[None, None], 2), said(Exit::Usage, "2 of 2 tenants could not be read"));
        assert_eq!(end(&[None, Some("Tls")], 2), said(Exit::Unreachable, "2 of 2 tenants could not be read"));
    }
}
