//! Everybody: one row for each person, with what each tenant tells.

use std::collections::HashSet;
use std::fmt::{self, Formatter};

use super::head::Gaps;
use super::html::{Count, Name, Names, Text, fact_name, product_name};
use super::{Page, by_severity};
use crate::review::{ReviewedAccount, ReviewedPerson, ReviewedTenant};

/// Up to this number of tenants each has a column; more stand in one, side by side.
const COLUMNS: usize = 4;

/// How many accounts of a person are shown before the row is opened, when they stand in one column.
const SHOWN: usize = 6;

pub(super) fn people(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let review = page.review;
    if review.people.is_empty() {
        return f.write_str("<p class=\"none\">Nobody has an account that could be read.</p>");
    }
    // A tenant that could not be read has nothing to show; the head of the page names it.
    let tenants = review.tenants.iter().filter(|tenant| tenant.failed.is_none()).collect();
    let accounts = review.people.iter().flat_map(|person| &person.accounts);
    let with_times = accounts.filter(|account| account.account.last_seen.is_some());
    let tells_times = with_times.map(|account| account.tenant.as_str()).collect();
    let table = Table { page, gaps: Gaps::of(page), tenants, tells_times };
    let columns = if table.has_columns() { table.tenants.len() } else { 0 };
    write!(
        f,
        "<table class=\"list cards filtered people of{columns}\" id=\"people-table\"><caption>People</caption><thead><tr>\
         <th class=\"person\">Person</th>"
    )?;
    if table.has_columns() {
        for tenant in &table.tenants {
            let product = tenant.product.as_deref().map_or("not reached", product_name);
            let first = if table.tells_times.contains(tenant.tenant.as_str()) { " data-first=\"down\"" } else { "" };
            write!(f, "<th{first}>{} <small>{}</small></th>", Name(&tenant.tenant), Text(product))?;
        }
    } else {
        f.write_str("<th data-sort=\"number\">Accounts</th>")?;
    }
    f.write_str(
        "<th class=\"seen\" data-first=\"down\">Last seen</th><th class=\"found\" data-sort=\"number\">Findings</th></tr></thead><tbody>",
    )?;
    for (at, person) in review.people.iter().enumerate() {
        table.row(at, person, f)?;
    }
    f.write_str("</tbody></table>")
}

struct Table<'p, 'a> {
    page: &'p Page<'a>,
    gaps: Gaps<'a>,
    tenants: Vec<&'a ReviewedTenant>,
    /// The tenants where some account tells when it was last seen.
    tells_times: HashSet<&'a str>,
}

impl Table<'_, '_> {
    fn has_columns(&self) -> bool {
        self.tenants.len() <= COLUMNS
    }

    fn row(&self, at: usize, person: &ReviewedPerson, f: &mut Formatter<'_>) -> fmt::Result {
        let none = Vec::new();
        let findings = self.page.of_person.get(person.person.as_str()).unwrap_or(&none);
        write!(
            f,
            "<tr id=\"p{at}\" data-f=\"{}\" data-a=\"{}\">",
            self.page.finding_tokens(findings),
            self.page.account_tokens(person.accounts.iter())
        )?;
        who(person, f)?;
        if self.has_columns() {
            for tenant in &self.tenants {
                self.cell(person, tenant, f)?;
            }
        } else {
            self.all(person, f)?;
        }
        self.last_seen(person, f)?;
        self.found(findings, f)?;
        f.write_str("</tr>\n")
    }

    /// The accounts in one tenant.
    fn cell(&self, person: &ReviewedPerson, tenant: &ReviewedTenant, f: &mut Formatter<'_>) -> fmt::Result {
        let accounts: Vec<&ReviewedAccount> =
            person.accounts.iter().filter(|account| account.tenant == tenant.tenant).collect();
        let order = if self.tells_times.contains(tenant.tenant.as_str()) {
            let seen = accounts.iter().filter_map(|account| account.account.last_seen.as_deref());
            seen.map(in_order).max().unwrap_or_default().to_owned()
        } else {
            // Where nobody knows when, what they may do is the next best order.
            let of = |account: &&ReviewedAccount| {
                let roles = account.account.roles.as_deref().unwrap_or_default().join(", ");
                format!("{} {roles}", state(account.account.enabled).1)
            };
            accounts.first().map(of).unwrap_or_default()
        };
        write!(f, "<td data-l=\"{}\" data-v=\"{}\">", Text(&tenant.tenant), Text(&order))?;
        if accounts.is_empty() {
            f.write_str("<span class=\"no\">no account</span>")?;
        }
        for account in accounts {
            self.account(person, account, f)?;
        }
        f.write_str("</td>")
    }

    /// The accounts in all tenants.
    fn all(&self, person: &ReviewedPerson, f: &mut Formatter<'_>) -> fmt::Result {
        let count = person.accounts.len();
        write!(f, "<td class=\"all\" data-l=\"Accounts\" data-v=\"{count}\">")?;
        for (at, account) in person.accounts.iter().enumerate() {
            write!(
                f,
                "<div class=\"in{}\"><p class=\"at\">{}</p>",
                if at < SHOWN { "" } else { " rest" },
                Name(&account.tenant)
            )?;
            self.account(person, account, f)?;
            f.write_str("</div>")?;
        }
        if count > SHOWN {
            write!(f, "<p class=\"and\">and {} more</p>", Count(count - SHOWN))?;
        }
        f.write_str("</td>")
    }

    fn account(&self, person: &ReviewedPerson, reviewed: &ReviewedAccount, f: &mut Formatter<'_>) -> fmt::Result {
        let account = &reviewed.account;
        let (class, state) = state(account.enabled);
        write!(f, "<div class=\"a {class}\"><p class=\"s\"><b>{state}</b>")?;
        if account.locked_out == Some(true) {
            f.write_str(" <span class=\"badge medium\">locked out</span>")?;
        }
        if reviewed.administrator == Some(true) {
            f.write_str(" <span class=\"badge admin\">administrator</span>")?;
        }
        if reviewed.companion {
            f.write_str(" <span class=\"badge info\">of another product</span>")?;
        }
        f.write_str("</p>")?;
        facts("r", account.roles.as_deref(), account.not_kept.iter().any(|fact| fact == "roles"), f)?;
        facts("g", account.groups.as_deref(), account.not_kept.iter().any(|fact| fact == "groups"), f)?;
        match account.last_seen.as_deref() {
            Some(seen) => write!(f, "<p class=\"u\">{}</p>", self.page.day(seen))?,
            None if account.not_kept.iter().any(|fact| fact == "last_sign_in") => {}
            None => f.write_str("<p class=\"u\"><i>not told</i></p>")?,
        }
        let open = account.sign_in.open();
        if open.is_empty() {
            f.write_str("<p class=\"w\"><i>not told</i></p>")?;
        } else {
            write!(f, "<p class=\"w\">{}</p>", Text(&open.join(", ")))?;
        }
        match account.second_factor {
            Some(true) => f.write_str("<p class=\"t\">on</p>")?,
            Some(false) => f.write_str("<p class=\"t\">off</p>")?,
            None if account.not_kept.iter().any(|fact| fact == "second_factor") => {}
            None => f.write_str("<p class=\"t\"><i>not told</i></p>")?,
        }
        self.more(person, reviewed, f)?;
        f.write_str("</div>")
    }

    /// What is shown of an account when its row is opened.
    fn more(&self, person: &ReviewedPerson, reviewed: &ReviewedAccount, f: &mut Formatter<'_>) -> fmt::Result {
        let account = &reviewed.account;
        f.write_str("<dl>")?;
        let names = [
            ("User name", account.user_name.as_deref()),
            ("E-mail", account.email.as_deref()),
            ("Full name", account.full_name.as_deref().filter(|name| person.full_name.as_deref() != Some(name))),
        ];
        for (label, name) in names {
            let says_more = |name: &&str| !name.trim().is_empty() && !name.eq_ignore_ascii_case(&person.person);
            if let Some(name) = name.filter(says_more) {
                write!(f, "<dt>{label}<dd>{}", Name(name))?;
            }
        }
        write!(f, "<dt>Key<dd>{}", Text(&account.key.to_string()))?;
        if !reviewed.administrator_by.is_empty() {
            write!(f, "<dt>Administrator by<dd>{}", Names(&reviewed.administrator_by))?;
        }
        // Where keys are not told of, the last sign-in is what was seen last.
        if account.last_api_use.is_some() {
            for (label, time) in [("Last sign-in", &account.last_sign_in), ("Last API use", &account.last_api_use)] {
                if let Some(time) = time {
                    write!(f, "<dt>{label}<dd>{}", self.page.day(time))?;
                }
            }
        }
        let ways = &account.sign_in;
        let ways = [
            ("password", ways.password),
            ("SAML", ways.saml),
            ("LDAP", ways.ldap),
            ("client certificate", ways.client_certificate),
            ("API keys", ways.api_keys),
            ("another account", ways.other_account),
        ];
        let closed: Vec<&str> = ways.iter().filter(|(_, way)| *way == Some(false)).map(|(word, _)| *word).collect();
        if !closed.is_empty() {
            write!(f, "<dt>No sign-in by<dd>{}", closed.join(", "))?;
        }
        let common = self.gaps.not_told(&reviewed.tenant);
        let own = account.not_told.iter().filter(|fact| !common.contains(&fact.as_str()));
        let own: Vec<String> = own.map(|fact| fact_name(fact)).collect();
        if !own.is_empty() {
            write!(f, "<dt>Not told<dd>{}", Text(&own.join(", ")))?;
        }
        f.write_str("</dl>")
    }

    fn last_seen(&self, person: &ReviewedPerson, f: &mut Formatter<'_>) -> fmt::Result {
        let seen = person.accounts.iter().filter_map(|account| account.account.last_seen.as_deref());
        match seen.max_by_key(|seen| in_order(seen)) {
            Some(seen) => {
                write!(f, "<td data-l=\"Last seen\" data-v=\"{}\">{}</td>", Text(in_order(seen)), self.page.day(seen))
            }
            None => f.write_str("<td data-l=\"Last seen\" data-v=\"\"><i>not told</i></td>"),
        }
    }

    fn found(&self, findings: &[usize], f: &mut Formatter<'_>) -> fmt::Result {
        let all = &self.page.review.findings;
        let counts = by_severity(findings.iter().map(|at| &all[*at]));
        let weight = counts.iter().fold(0, |weight, (_, count)| weight * 1000 + count.min(&999));
        write!(f, "<td data-l=\"Findings\" data-v=\"{weight}\">")?;
        for at in findings {
            let finding = &all[*at];
            write!(f, "<p class=\"chip {}\"><a href=\"#f{at}\">{}</a>", finding.severity, Text(finding.kind.title()))?;
            // Of so many tenants it has to be said which.
            if let ([tenant], false) = (finding.tenants.as_slice(), self.has_columns()) {
                write!(f, " in {}", Name(tenant))?;
            }
            f.write_str("</p>")?;
        }
        f.write_str("</td>")
    }
}

fn who(person: &ReviewedPerson, f: &mut Formatter<'_>) -> fmt::Result {
    let shown = person.shown();
    write!(
        f,
        "<th scope=\"row\" data-l=\"Person\" data-v=\"{}\"><button type=\"button\" aria-expanded=\"false\">{}</button>",
        Text(shown),
        Name(shown)
    )?;
    if shown != person.person {
        write!(f, "<p class=\"address\">{}</p>", Name(&person.person))?;
    }
    if person.listed == Some(false) {
        f.write_str("<p><span class=\"badge medium\">not listed</span></p>")?;
    }
    let mut others = person.names.iter().filter(|name| **name != person.person).peekable();
    if others.peek().is_some() {
        let others: Vec<String> = others.cloned().collect();
        write!(f, "<p class=\"also\">also {}</p>", Names(&others))?;
    }
    f.write_str("</th>")
}

/// Whether an account may sign in: a class, and words.
fn state(enabled: Option<bool>) -> (&'static str, &'static str) {
    match enabled {
        Some(true) => ("on", "enabled"),
        Some(false) => ("off", "disabled"),
        None => ("unknown", "state not told"),
    }
}

/// `never` comes before every time.
fn in_order(seen: &str) -> &str {
    if seen == "never" { "0" } else { seen }
}

/// Roles or groups; the class has their label.
fn facts(class: &str, names: Option<&[String]>, not_kept: bool, f: &mut Formatter<'_>) -> fmt::Result {
    match names {
        Some([]) => write!(f, "<p class=\"{class}\"><i>none</i></p>"),
        Some(names) => write!(f, "<p class=\"{class}\">{}</p>", Names(names)),
        None if not_kept => Ok(()),
        None => write!(f, "<p class=\"{class}\"><i>not told</i></p>"),
    }
}
