//! `tenable whois`: one person, in every tenant.

use clap::{Arg, Command};
use serde_json::{Value, json};
use tenable_directory::{Account, TenantAccounts, Whois};

use super::ending::{Unread, with_unread};
use super::{Task, arguments};
use crate::exit::{Exit, Failure, Result, one_line};
use crate::output::{Document, Limits, facts};

pub(super) fn command() -> Command {
    let command = Command::new("whois")
        .about("Show one person: every account in every tenant, and what does not fit together")
        .long_about(
            "Show one person: every account in every tenant, with its state, roles, groups, when it was seen last, how it signs in, its \
             second factor and whether it is locked out.\n\nThe person is looked for by e-mail address, user name and the aliases that \
             are known. A fact that is left empty is not told by the product; --output json says which of those it does not keep at \
             all.",
        )
        .after_help("Examples:\n  tenable whois ann@example.com\n  tenable whois ann@example.com --all --output json")
        .arg(Arg::new("name").required(true).value_name("NAME").help("E-mail address, user name or alias"));
    arguments::about_people(command)
}

pub(super) fn run(task: &mut Task<'_>) -> Result<Exit> {
    let name = task.text("name").unwrap_or_default();
    let known = task.known()?;
    task.during(known, async |desk| {
        let whois = desk.directory.whois(&name, &*desk.watch, desk.interrupt.stop()).await;
        desk.watch.rest();
        desk.output.print_document(document(&whois))?;
        for line in remarks(&whois) {
            desk.output.note(&line);
        }
        let unread: Vec<Unread> = whois.failed().map(|(tenant, why)| (tenant.to_owned(), why.clone())).collect();
        let all = whois.tenants.len();
        if whois.is_nobody() && unread.len() < all {
            let found = not_found(&whois, all - unread.len());
            return match with_unread(Exit::Done, &unread, all) {
                Ok(_) => Err(Failure::new(Exit::Refused, found)),
                Err(failure) => Err(failure.but(Exit::Partly, &found)),
            };
        }
        with_unread(Exit::Done, &unread, all)
    })
}

/// What is said where nobody has the name.
pub(super) fn not_found(whois: &Whois, tenants: usize) -> String {
    let places = if tenants == 1 { "the tenant".to_owned() } else { format!("any of {tenants} tenants") };
    let other = whois.did_you_mean.as_ref().map(|name| format!("; do you mean {name}?"));
    one_line(&format!("there is no account of {} in {places}{}", whois.person, other.unwrap_or_default()))
}

/// What whoever looks should know beside the facts.
pub(super) fn remarks(whois: &Whois) -> Vec<String> {
    let conflicts = whois.conflicts.iter().map(|conflict| one_line(&format!("conflict: {conflict}")));
    let unread = whois.tenants.iter().flat_map(|tenant| {
        tenant
            .unread
            .iter()
            .map(|unread| one_line(&format!("{}: {} could not be read: {}", tenant.tenant, unread.what, unread.why)))
    });
    conflicts.chain(unread).collect()
}

fn document(whois: &Whois) -> Document<'_> {
    // What was put together from values can be written as one.
    let whole = serde_json::to_string_pretty(whois).unwrap_or_default() + "\n";
    let records = whois.accounts().map(|(tenant, account)| record(tenant, account)).collect();
    let rows = whois.accounts().map(|(tenant, account)| row(tenant, account)).collect();
    Document { text: Box::new(move |limits| table(whois, limits)), whole, records, rows, columns: COLUMNS }
}

const COLUMNS: &[&str] = &[
    "tenant",
    "product",
    "key",
    "user_name",
    "full_name",
    "email",
    "enabled",
    "locked_out",
    "roles",
    "groups",
    "last_seen",
    "last_sign_in",
    "last_api_use",
    "signs_in_by",
    "second_factor",
];

/// An account with its tenant.
fn record(tenant: &TenantAccounts, account: &Account) -> Value {
    let mut record =
        json!({"tenant": tenant.tenant, "product": tenant.product.map(tenable_api::model::Product::command)});
    if let (Value::Object(record), Ok(Value::Object(account))) = (&mut record, serde_json::to_value(account)) {
        record.extend(account);
    }
    record
}

fn row(tenant: &TenantAccounts, account: &Account) -> Value {
    let mut row = record(tenant, account);
    row["signs_in_by"] = json!(account.sign_in.open());
    row
}

fn table(whois: &Whois, limits: Limits) -> String {
    let accounts: Vec<(&TenantAccounts, &Account)> = whois.accounts().collect();
    if accounts.is_empty() {
        return String::new();
    }
    let things: Vec<String> = accounts.iter().map(|(tenant, _)| tenant.tenant.clone()).collect();
    let fact = |name: &'static str, of: &dyn Fn(&Account) -> String| {
        (name, accounts.iter().map(|(_, account)| of(account)).collect::<Vec<_>>())
    };
    let words = |names: &Option<Vec<String>>| names.as_ref().map(|names| list(names)).unwrap_or_default();
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = [
        fact("user name", &|account| own(&account.user_name)),
        fact("name", &|account| own(&account.full_name)),
        fact("e-mail", &|account| own(&account.email)),
        fact("key", &|account| account.key.to_string()),
        fact("state", &state),
        fact("roles", &|account| words(&account.roles)),
        fact("groups", &|account| words(&account.groups)),
        fact("last seen", &|account| own(&account.last_seen)),
        fact("signs in by", &|account| account.sign_in.open().join(", ")),
        fact("second factor", &|account| yes_or_no(account.second_factor)),
    ];
    facts(&things, &rows, limits)
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn state(account: &Account) -> String {
    let enabled = match account.enabled {
        Some(true) => "enabled",
        Some(false) => "disabled",
        None => "",
    };
    match account.locked_out {
        Some(true) if enabled.is_empty() => "locked out".to_owned(),
        Some(true) => format!("{enabled}, locked out"),
        _ => enabled.to_owned(),
    }
}

fn yes_or_no(fact: Option<bool>) -> String {
    fact.map_or("", |fact| if fact { "yes" } else { "no" }).to_owned()
}
