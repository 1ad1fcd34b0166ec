//! When, where and how much: what stands above the tables.

use std::collections::BTreeMap;
use std::fmt::{self, Display as _, Formatter};

use super::html::{Count, Counted, Minute, Name, Text, fact_name, product_name};
use super::{Page, by_severity};
use crate::review::{FindingKind, ReviewedPerson, ReviewedTenant, Severity};

/// From this number of tenants on they are folded away.
const MANY_TENANTS: usize = 9;

pub(super) fn head(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let review = page.review;
    let failed = review.tenants.iter().filter(|tenant| tenant.failed.is_some()).count();
    let accounts = review.people.iter().map(|person| person.accounts.len()).sum();
    write!(
        f,
        "<p class=\"when\">Made {} of {}, {} and {}.</p>",
        Minute(&review.made_at),
        Counted(review.tenants.len() - failed, "tenant"),
        Counted(review.people.len(), "person"),
        Counted(accounts, "account")
    )?;
    if failed > 0 {
        write!(
            f,
            "<div class=\"notice\" role=\"note\"><p><b>{} of {} could not be read.</b> Nothing below says anything about \
             {}.</p><ul>",
            Count(failed),
            Counted(review.tenants.len(), "tenant"),
            if failed == 1 { "it" } else { "them" }
        )?;
        for tenant in &review.tenants {
            if let Some(why) = &tenant.failed {
                write!(f, "<li><b>{}</b>: {}</li>", Name(&tenant.tenant), Name(&why.message))?;
            }
        }
        f.write_str("</ul></div>")?;
    }
    Ok(())
}

pub(super) fn summary(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let review = page.review;
    let administrators = |told: Option<bool>| {
        let has = |person: &&ReviewedPerson| person.accounts.iter().any(|account| account.administrator == told);
        review.people.iter().filter(has).count()
    };
    f.write_str("<ul class=\"tiles\">")?;
    tile(f, "", "#people", review.people.len(), "people")?;
    let untold =
        review.people.iter().flat_map(|person| &person.accounts).filter(|one| one.administrator.is_none()).count();
    tile(f, "", "#state=administrator", administrators(Some(true)), "administrators")?;
    if untold > 0 {
        tile(f, "", "#state=untold-administrator", untold, "accounts that do not tell whether they administer")?;
    }
    for (severity, count) in by_severity(review.findings.iter()) {
        let label = match severity {
            Severity::High => "high findings",
            Severity::Medium => "medium findings",
            Severity::Low => "low findings",
            Severity::Info => "to know",
        };
        tile(f, severity.word(), &format!("#severity={severity}"), count, label)?;
    }
    f.write_str("</ul>")?;
    kinds(page, f)
}

fn tile(f: &mut Formatter<'_>, class: &str, href: &str, count: usize, label: &str) -> fmt::Result {
    write!(f, "<li class=\"tile {class}\"><a href=\"{href}\"><b>{}</b> {label}</a></li>", Count(count))
}

/// How many findings of each kind, with a bar.
fn kinds(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let review = page.review;
    if review.findings.is_empty() {
        return f.write_str("<p class=\"none\">Nothing was found. What could not be looked for is at the end.</p>");
    }
    let of = |kind: FindingKind| review.findings.iter().filter(move |finding| finding.kind == kind);
    let kinds: Vec<(FindingKind, usize)> =
        FindingKind::ALL.iter().map(|kind| (*kind, of(*kind).count())).filter(|(_, count)| *count > 0).collect();
    let most = kinds.iter().map(|(_, count)| *count).max().unwrap_or(1);
    f.write_str("<ul class=\"kinds\" aria-label=\"Findings by kind\">")?;
    for (kind, count) in kinds {
        write!(
            f,
            "<li><a href=\"#kind={}\"><span class=\"title\">{}</span> <b>{}</b>\
             <svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
            kind.word(),
            Text(kind.title()),
            Count(count)
        )?;
        let mut at = 0;
        for (severity, count) in by_severity(of(kind)) {
            let width = count * 1000 / most;
            if width > 0 {
                write!(f, "<rect class=\"{severity}\" x=\"{at}\" width=\"{width}\" height=\"10\"/>")?;
                at += width;
            }
        }
        f.write_str("</svg></a></li>")?;
    }
    f.write_str("</ul>")
}

pub(super) fn tenants(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let tenants = &page.review.tenants;
    let many = tenants.len() >= MANY_TENANTS;
    if many {
        write!(f, "<details><summary>{}</summary>", Counted(tenants.len(), "tenant"))?;
    }
    f.write_str(
        "<table class=\"list cards\" id=\"tenants\"><caption>Tenants</caption><thead><tr><th>Tenant</th><th>Product</th>\
         <th data-sort=\"number\">Accounts</th><th data-sort=\"number\">Roles</th><th data-sort=\"number\">Groups</th>\
         <th>How much could be read</th></tr></thead><tbody>",
    )?;
    let gaps = Gaps::of(page);
    for tenant in tenants {
        write!(
            f,
            "<tr><td data-l=\"Tenant\"><b>{}</b></td><td data-l=\"Product\">{}</td>",
            Name(&tenant.tenant),
            Text(tenant.product.as_deref().map_or("not known", product_name))
        )?;
        for (label, count) in [("Accounts", tenant.accounts), ("Roles", tenant.roles), ("Groups", tenant.groups)] {
            match tenant.failed {
                None => write!(f, "<td class=\"number\" data-l=\"{label}\" data-v=\"{count}\">{}</td>", Count(count))?,
                Some(_) => write!(f, "<td class=\"number\" data-l=\"{label}\" data-v=\"\">not read</td>")?,
            }
        }
        f.write_str("<td data-l=\"Read\">")?;
        how_much(page, tenant, &gaps, f)?;
        f.write_str("</td></tr>")?;
    }
    f.write_str("</tbody></table>")?;
    if many { f.write_str("</details>") } else { Ok(()) }
}

fn how_much(page: &Page<'_>, tenant: &ReviewedTenant, gaps: &Gaps<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    if let Some(why) = &tenant.failed {
        return write!(f, "<span class=\"badge failed\">not read</span> {}", Name(&why.message));
    }
    if tenant.unread.is_empty() {
        f.write_str("<span class=\"badge read\">read</span>")?;
    } else {
        f.write_str("<span class=\"badge partly\">read in part</span>")?;
    }
    if let Some(key) = &tenant.asked_by {
        let name = page.accounts.get(&(tenant.tenant.as_str(), key)).map(|account| account.account.name());
        write!(f, " as {}", Name(&name.unwrap_or_else(|| key.to_string())))?;
    }
    for unread in &tenant.unread {
        write!(f, "<p class=\"gap\">{} could not be read: {}</p>", Name(&unread.what), Name(&unread.why.message))?;
    }
    for (words, facts) in
        [("Not told", gaps.not_told(&tenant.tenant)), ("Not kept by the product", gaps.not_kept(&tenant.tenant))]
    {
        if !facts.is_empty() {
            let facts: Vec<String> = facts.iter().map(|fact| fact_name(fact)).collect();
            write!(f, "<p class=\"gap\">{words}: {}</p>", Text(&facts.join(", ")))?;
        }
    }
    Ok(())
}

/// The facts that no account of a tenant has.
pub(super) struct Gaps<'a>(BTreeMap<&'a str, [Vec<&'a str>; 2]>);

impl<'a> Gaps<'a> {
    pub(super) fn of(page: &Page<'a>) -> Self {
        let mut gaps: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
        for account in page.review.people.iter().flat_map(|person| &person.accounts) {
            let lists = [&account.account.not_told, &account.account.not_kept];
            let own = lists.map(|list| list.iter().map(String::as_str).collect::<Vec<_>>());
            match gaps.get_mut(account.tenant.as_str()) {
                Some(common) => {
                    for (common, own) in common.iter_mut().zip(&own) {
                        common.retain(|fact| own.contains(fact));
                    }
                }
                None => {
                    gaps.insert(&account.tenant, own);
                }
            }
        }
        Self(gaps)
    }

    /// What no answer tells.
    pub(super) fn not_told(&self, tenant: &str) -> &[&'a str] {
        self.0.get(tenant).map_or(&[], |gaps| &gaps[0])
    }

    /// What the product does not have.
    fn not_kept(&self, tenant: &str) -> &[&'a str] {
        self.0.get(tenant).map_or(&[], |gaps| &gaps[1])
    }
}

pub(super) fn filters(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let review = page.review;
    f.write_str("<label><span>Severity</span><select id=\"severity\"><option value=\"\">any</option>")?;
    for severity in Severity::ALL {
        write!(f, "<option value=\"{severity}\">{severity}</option>")?;
    }
    f.write_str("</select></label><label><span>Finding</span><select id=\"kind\"><option value=\"\">any</option>")?;
    for kind in FindingKind::ALL {
        if review.findings.iter().any(|finding| finding.kind == *kind) {
            write!(f, "<option value=\"{}\">{}</option>", kind.word(), Text(kind.title()))?;
        }
    }
    f.write_str("</select></label><label><span>Where</span><select id=\"where\"><option value=\"\">anywhere</option>")?;
    let mut products: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (at, tenant) in review.tenants.iter().enumerate() {
        if let Some(product) = &tenant.product {
            products.entry(product).or_default().push(at.to_string());
        }
    }
    f.write_str("<optgroup label=\"Products\">")?;
    for (product, places) in &products {
        let name = Text(product_name(product));
        write!(f, "<option value=\"product:{}\" data-t=\"{}\">{name}</option>", Text(product), places.join(" "))?;
    }
    f.write_str("</optgroup><optgroup label=\"Tenants\">")?;
    for (at, tenant) in review.tenants.iter().enumerate() {
        let name = Text(&tenant.tenant);
        write!(f, "<option value=\"tenant:{name}\" data-t=\"{at}\">{name}</option>")?;
    }
    f.write_str("</optgroup></select></label>")?;
    if review.changes.is_some() {
        f.write_str(
            "<label class=\"check\"><input type=\"checkbox\" id=\"new\"> <span>New findings only</span></label>",
        )?;
    }
    Ok(())
}

pub(super) fn thresholds(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let review = page.review;
    write!(
        f,
        "Idle: not used for {} days. Keys unused: for {} days. Ages count from ",
        review.idle_days, review.unused_key_days
    )?;
    Minute(&review.made_at).fmt(f)?;
    match review.listed {
        Some(count) => write!(f, ". The list of the identity provider has {}.", Counted(count, "name")),
        None => f.write_str(". There was no list of the identity provider to compare with."),
    }
}
