//! What was found, and what could not be looked for.

use std::fmt::{self, Display as _, Formatter};

use super::Page;
use super::html::{Count, Name, Names, Text, fact_name, product_name};
use crate::review::{Finding, Severity};
use crate::whois::AccountName;

/// How many accounts of one finding are named.
const NAMED: usize = 5;

pub(super) fn findings(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let findings = &page.review.findings;
    if findings.is_empty() {
        return f.write_str("<p class=\"none\">No findings.</p>");
    }
    f.write_str(
        "<table class=\"list cards filtered\" id=\"findings-table\"><caption>Findings</caption><thead><tr>\
         <th class=\"severity\" data-sort=\"number\">Severity</th><th class=\"wide\">Finding</th><th>Who</th>\
         <th class=\"narrow\">Where</th><th class=\"wide\">What to do</th></tr></thead><tbody>",
    )?;
    for (at, finding) in findings.iter().enumerate() {
        let accounts = finding.accounts.iter();
        let accounts = accounts.filter_map(|name| page.accounts.get(&(name.tenant.as_str(), &name.key)).copied());
        let new = page.is_new(finding);
        write!(
            f,
            "<tr id=\"f{at}\" data-f=\"{}\" data-a=\"{}\"><td data-l=\"Severity\" data-v=\"{}\">{}</td>\
             <td data-l=\"Finding\"><b class=\"title\">{}</b>{} <p class=\"what\">{}</p></td><td data-l=\"Who\">",
            page.finding_tokens(&[at]),
            page.account_tokens(accounts),
            rank(finding.severity),
            badge(finding.severity),
            Text(finding.kind.title()),
            if new { " <span class=\"badge new\">new</span>" } else { "" },
            Name(&finding.what),
        )?;
        who(page, finding, f)?;
        write!(
            f,
            "</td><td data-l=\"Where\">{}</td><td class=\"advice\" data-l=\"What to do\">{}</td></tr>",
            Names(&finding.tenants),
            Text(&finding.advice)
        )?;
    }
    f.write_str("</tbody></table>")
}

/// The gravest are the most when sorted.
fn rank(severity: Severity) -> usize {
    Severity::ALL.len() - Severity::ALL.iter().position(|one| *one == severity).unwrap_or_default()
}

pub(super) fn badge(severity: Severity) -> String {
    format!("<span class=\"badge {severity}\">{severity}</span>")
}

/// The person, the role, the group or the accounts of a finding.
pub(super) fn who(page: &Page<'_>, finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    if let Some(object) = finding.object() {
        let what = if finding.role.is_some() { "role" } else { "group" };
        return write!(f, "<span class=\"of\">{what}</span> {}", Name(&object.name));
    }
    let Some(person) = &finding.person else { return accounts(&finding.accounts, f) };
    match page.people.get(person.as_str()) {
        Some(at) => {
            let shown = page.review.people[*at].shown();
            write!(f, "<a href=\"#p{at}\">{}</a>", Name(shown))?;
            if shown != person {
                write!(f, "<p class=\"address\">{}</p>", Name(person))?;
            }
        }
        None => Name(person).fmt(f)?,
    }
    // An account that goes by the name of its person needs no second word.
    let own: Vec<&AccountName> = finding.accounts.iter().filter(|one| !one.name.eq_ignore_ascii_case(person)).collect();
    for account in own.iter().take(NAMED) {
        write!(f, "<p class=\"as\">as {}</p>", Name(&account.name))?;
    }
    more(own.len(), f)
}

fn accounts(accounts: &[AccountName], f: &mut Formatter<'_>) -> fmt::Result {
    for account in accounts.iter().take(NAMED) {
        write!(f, "<p class=\"as\">{}</p>", Name(&account.name))?;
    }
    more(accounts.len(), f)
}

fn more(count: usize, f: &mut Formatter<'_>) -> fmt::Result {
    if count > NAMED { write!(f, "<p class=\"as\">and {} more</p>", Count(count - NAMED)) } else { Ok(()) }
}

pub(super) fn untold(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let untold = &page.review.untold;
    if untold.is_empty() {
        return f.write_str("<p class=\"none\">Everything could be looked for.</p>");
    }
    f.write_str(
        "<table class=\"list cards\" id=\"untold-table\"><caption>What could not be looked for</caption><thead><tr>\
         <th>Where</th><th>Product</th><th>Finding</th><th>Missing fact</th><th data-sort=\"number\">Of how many</th><th>Why</th>\
         </tr></thead><tbody>",
    )?;
    for one in untold {
        let why = if one.never_kept { "the product does not keep it" } else { "it is not told" };
        write!(
            f,
            "<tr><td data-l=\"Where\">{}</td><td data-l=\"Product\">{}</td><td data-l=\"Finding\">{}</td>\
             <td data-l=\"Missing fact\">{}</td><td class=\"number\" data-l=\"Of how many\" data-v=\"{}\">{}</td>\
             <td data-l=\"Why\">{why}</td></tr>",
            Name(&one.tenant),
            Text(product_name(&one.product)),
            Text(one.kind.title()),
            Text(&fact_name(&one.fact)),
            one.count,
            Count(one.count)
        )?;
    }
    f.write_str("</tbody></table>")
}
