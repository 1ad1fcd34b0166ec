//! What is not as it was in the last review.

use std::fmt::{self, Formatter};

use super::Page;
use super::findings::{badge, who};
use super::html::{Counted, Minute, Name, Names, Text};
use crate::review::{AccountChange, ChangedAccount, Changes, Finding};

/// Up to this number of rows a table is open.
const OPEN: usize = 15;

pub(super) fn changes(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let Some(changes) = &page.review.changes else { return Ok(()) };
    write!(
        f,
        "<section id=\"changes\"><h2>Changes <small>since the review of {}</small></h2>",
        Minute(&changes.since)
    )?;
    if !changes.not_compared.is_empty() {
        write!(
            f,
            "<p class=\"notice\" role=\"note\">Nothing is said of {}, which the last review had and this one could not read.</p>",
            Names(&changes.not_compared)
        )?;
    }
    write!(
        f,
        "<p>{} joined, {} left, {} changed; <a href=\"#new=yes\">{}</a>, {}, {} that could not be looked for again.</p>",
        Counted(changes.joined.len(), "account"),
        Counted(changes.left.len(), "account"),
        Counted(changes.changed.len(), "account"),
        Counted(changes.new_findings.len(), "new finding"),
        Counted(changes.solved_findings.len(), "solved finding"),
        Counted(changes.unsettled_findings.len(), "finding"),
    )?;
    accounts(page, changes, f)?;
    findings(page, changes, f)?;
    f.write_str("</section>")
}

fn accounts(page: &Page<'_>, changes: &Changes, f: &mut Formatter<'_>) -> fmt::Result {
    let lists = [("joined", &changes.joined), ("left", &changes.left), ("changed", &changes.changed)];
    if lists.iter().all(|(_, list)| list.is_empty()) {
        return Ok(());
    }
    let count = lists.iter().map(|(_, list)| list.len()).sum();
    fold(count, "account", f)?;
    f.write_str(
        "<table class=\"list cards\" id=\"changed-accounts\"><caption>Accounts that are not as they were</caption><thead><tr>\
         <th class=\"narrow\">Change</th><th>Whose</th><th>Account</th><th>Where</th><th class=\"wide\">What</th></tr></thead><tbody>",
    )?;
    for (word, list) in lists {
        for one in list {
            account(page, word, one, f)?;
        }
    }
    f.write_str("</tbody></table></details>")
}

/// Begins what can be folded away, and is when it is long.
fn fold(count: usize, what: &'static str, f: &mut Formatter<'_>) -> fmt::Result {
    let open = if count > OPEN { "" } else { " open" };
    write!(f, "<details{open}><summary>{}</summary>", Counted(count, what))
}

fn account(page: &Page<'_>, word: &str, one: &ChangedAccount, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "<tr><td data-l=\"Change\"><span class=\"badge {word}\">{word}</span></td><td data-l=\"Whose\">")?;
    match page.people.get(one.person.as_str()) {
        Some(at) => write!(f, "<a href=\"#p{at}\">{}</a>", Name(page.review.people[*at].shown()))?,
        None => write!(f, "{}", Name(&one.person))?,
    }
    write!(
        f,
        "</td><td data-l=\"Account\">{}</td><td data-l=\"Where\">{}</td><td data-l=\"What\">",
        Name(&one.name),
        Name(&one.tenant)
    )?;
    for change in &one.what {
        f.write_str("<p>")?;
        words(change, f)?;
        f.write_str("</p>")?;
    }
    f.write_str("</td></tr>")
}

fn words(change: &AccountChange, f: &mut Formatter<'_>) -> fmt::Result {
    match change {
        AccountChange::Enabled => f.write_str("enabled again"),
        AccountChange::Disabled => f.write_str("disabled"),
        AccountChange::BecameAdministrator => f.write_str("<b class=\"grave\">became administrator</b>"),
        AccountChange::NoLongerAdministrator => f.write_str("no longer administrator"),
        AccountChange::RoleGained { role } => write!(f, "<span class=\"of\">role</span> + {}", Name(role)),
        AccountChange::RoleLost { role } => write!(f, "<span class=\"of\">role</span> \u{2212} {}", Name(role)),
        AccountChange::GroupJoined { group } => write!(f, "<span class=\"of\">group</span> + {}", Name(group)),
        AccountChange::GroupLeft { group } => write!(f, "<span class=\"of\">group</span> \u{2212} {}", Name(group)),
        AccountChange::SecondFactorOn => f.write_str("second factor on"),
        AccountChange::SecondFactorOff => f.write_str("<b class=\"grave\">second factor off</b>"),
        AccountChange::Renamed { from, to } => write!(f, "renamed: {} \u{2192} {}", Name(from), Name(to)),
    }
}

/// Those that are gone or could not be looked for. The new ones are marked in the table of all.
fn findings(page: &Page<'_>, changes: &Changes, f: &mut Formatter<'_>) -> fmt::Result {
    let lists = [("solved", &changes.solved_findings), ("not looked for", &changes.unsettled_findings)];
    if lists.iter().all(|(_, list)| list.is_empty()) {
        return Ok(());
    }
    let count = lists.iter().map(|(_, list)| list.len()).sum();
    fold(count, "former finding", f)?;
    f.write_str(
        "<table class=\"list cards\" id=\"old-findings\"><caption>Findings of the last review</caption><thead><tr>\
         <th class=\"narrow\">Now</th><th class=\"narrow\">Severity</th><th class=\"wide\">Finding</th><th>Who</th><th>Where</th>\
         </tr></thead><tbody>",
    )?;
    for (word, list) in lists {
        for one in list {
            finding(page, word, one, f)?;
        }
    }
    f.write_str("</tbody></table></details>")
}

fn finding(page: &Page<'_>, word: &str, one: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    write!(
        f,
        "<tr><td data-l=\"Now\">{word}</td><td data-l=\"Severity\">{}</td><td data-l=\"Finding\"><b>{}</b> <p>{}</p></td>\
         <td data-l=\"Who\">",
        badge(one.severity),
        Text(one.kind.title()),
        Name(&one.what)
    )?;
    who(page, one, f)?;
    write!(f, "</td><td data-l=\"Where\">{}</td></tr>", Names(&one.tenants))
}
