//! The review as one HTML file that needs nothing else: no network, no font, no other file.
//!
//! The rows are written here, so that the page says everything without its script. The script sorts and filters the rows that are
//! there, and builds nothing from data. The page's policy allows this one script and this one style sheet, by their hashes, and nothing
//! else: whatever a product may have for a name, nothing in it runs.

mod changes;
mod findings;
mod head;
mod html;
mod objects;
mod people;

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display};
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tenable_api::model::Timestamp;
use tenable_api::model::shared::UserKey;

use super::{Finding, Review, ReviewedAccount, ReviewedPerson, Severity};
use html::Text;

const TEMPLATE: &str = include_str!("template.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

impl Review {
    /// Writes the review as one HTML page, to be read, filtered, printed and kept.
    ///
    /// The file stands for itself: it asks nothing of the network, and runs nothing but its own script. Without scripts it shows the same
    /// rows.
    ///
    /// ```
    /// # use tenable_directory::Review;
    /// fn write(review: &Review) -> std::io::Result<()> {
    ///     review.write_html(std::fs::File::create("review.html")?)
    /// }
    /// ```
    pub fn write_html(&self, out: impl io::Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        io::Write::write_fmt(&mut out, format_args!("{}", Page::of(self)))?;
        io::Write::flush(&mut out)
    }
}

/// The page of a review.
struct Page<'a> {
    review: &'a Review,
    now: Option<Timestamp>,
    /// The place of each tenant, by which filters name it.
    tenants: HashMap<&'a str, usize>,
    /// The place of each person.
    people: HashMap<&'a str, usize>,
    accounts: HashMap<(&'a str, &'a UserKey), &'a ReviewedAccount>,
    /// Places of the findings about a person.
    of_person: HashMap<&'a str, Vec<usize>>,
    /// Places of the findings about a role or a group, by tenant and key.
    of_object: HashMap<&'a str, HashMap<&'a str, Vec<usize>>>,
    /// What makes a finding the same in two reviews, of those that are new.
    new: HashSet<Vec<String>>,
}

impl<'a> Page<'a> {
    fn of(review: &'a Review) -> Self {
        let tenants = review.tenants.iter().enumerate().map(|(at, tenant)| (tenant.tenant.as_str(), at));
        let people = review.people.iter().enumerate().map(|(at, person)| (person.person.as_str(), at));
        let accounts = review.people.iter().flat_map(|person| &person.accounts);
        let accounts = accounts.map(|account| ((account.tenant.as_str(), &account.account.key), account));
        let mut of_person: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut of_object: HashMap<&str, HashMap<&str, Vec<usize>>> = HashMap::new();
        for (at, finding) in review.findings.iter().enumerate() {
            if let Some(person) = &finding.person {
                of_person.entry(person).or_default().push(at);
            }
            if let (Some(object), Some(tenant)) = (finding.object(), finding.tenants.first()) {
                of_object.entry(tenant).or_default().entry(&object.key).or_default().push(at);
            }
        }
        let new = review.changes.iter().flat_map(|changes| &changes.new_findings);
        Self {
            review,
            now: review.made_at.parse().ok(),
            tenants: tenants.collect(),
            people: people.collect(),
            accounts: accounts.collect(),
            of_person,
            of_object,
            new: new.map(Finding::identity).collect(),
        }
    }

    fn is_new(&self, finding: &Finding) -> bool {
        !self.new.is_empty() && self.new.contains(&finding.identity())
    }

    fn day<'t>(&self, time: &'t str) -> html::Day<'t> {
        html::Day { time, now: self.now }
    }

    /// The findings at these places as a filter reads them: `idle:high:0,2`, and `:new` after it.
    fn finding_tokens(&self, places: &[usize]) -> String {
        let token = |at: &usize| {
            let finding = &self.review.findings[*at];
            let tenants = finding.tenants.iter().filter_map(|tenant| self.tenants.get(tenant.as_str()));
            let tenants: Vec<String> = tenants.map(ToString::to_string).collect();
            let new = if self.is_new(finding) { ":new" } else { "" };
            format!("{}:{}:{}{new}", finding.kind.word(), finding.severity, tenants.join(","))
        };
        let tokens: Vec<String> = places.iter().map(token).collect();
        tokens.join(" ")
    }

    /// Accounts as a filter reads them: the place of the tenant, and a letter for each thing that a filter may ask for.
    fn account_tokens<'s>(&self, accounts: impl Iterator<Item = &'s ReviewedAccount>) -> String {
        let mut tokens = String::new();
        let mut seen = HashSet::new();
        for account in accounts {
            let Some(tenant) = self.tenants.get(account.tenant.as_str()) else { continue };
            let state = match account.account.enabled {
                Some(true) => 'e',
                Some(false) => 'd',
                None => 'u',
            };
            let locked = if account.account.locked_out == Some(true) { "l" } else { "" };
            let administrator = match account.administrator {
                Some(true) => "a",
                Some(false) => "",
                None => "n",
            };
            let token = format!("{tenant}:{state}{locked}{administrator}");
            if seen.insert(token.clone()) {
                if !tokens.is_empty() {
                    tokens.push(' ');
                }
                tokens.push_str(&token);
            }
        }
        tokens
    }

    fn part(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "policy" => write!(
                f,
                "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'",
                hash(SCRIPT),
                hash(STYLE)
            ),
            "style" => f.write_str(&in_lines(STYLE)),
            "script" => f.write_str(&in_lines(SCRIPT)),
            "day" => Text(self.review.made_at.get(..10).unwrap_or_default()).fmt(f),
            "head" => head::head(self, f),
            "summary" => head::summary(self, f),
            "tenants" => head::tenants(self, f),
            "filters" => head::filters(self, f),
            "changes" => changes::changes(self, f),
            "findings" => findings::findings(self, f),
            "people" => people::people(self, f),
            "roles" => objects::roles(self, f),
            "groups" => objects::groups(self, f),
            "untold" => findings::untold(self, f),
            "thresholds" => head::thresholds(self, f),
            // The tests write a page, so that a template with a part that is not here never gets far.
            _ => Err(fmt::Error),
        }
    }
}

impl Display for Page<'_> {
    /// The template with its parts. What a part writes is not looked at again, so that no name can bring another part in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = TEMPLATE;
        while let Some((before, after)) = rest.split_once("{{") {
            f.write_str(before)?;
            let Some((name, after)) = after.split_once("}}") else { return Err(fmt::Error) };
            self.part(name, f)?;
            rest = after;
        }
        f.write_str(rest)
    }
}

impl Finding {
    /// The role or the group that it is about.
    fn object(&self) -> Option<&super::Object> {
        self.role.as_ref().or(self.group.as_ref())
    }
}

impl ReviewedPerson {
    /// The name that people know.
    fn shown(&self) -> &str {
        self.full_name.as_deref().unwrap_or(&self.person)
    }
}

/// Of these findings, how many of each severity.
fn by_severity<'a>(findings: impl Iterator<Item = &'a Finding>) -> [(Severity, usize); 4] {
    let mut counts = [Severity::High, Severity::Medium, Severity::Low, Severity::Info].map(|severity| (severity, 0));
    for finding in findings {
        for (severity, count) in &mut counts {
            *count += usize::from(*severity == finding.severity);
        }
    }
    counts
}

/// The text as browsers read it in an element, whatever the ends of its lines are in this checkout.
fn in_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The content of an element as the page's policy names it.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(in_lines(text))))
}

#[cfg(test)]
mod tests;
