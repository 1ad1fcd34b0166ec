//! The review as two tables: one row for each account, and one for each finding. Every file format has the same rows in the same order.

use std::collections::HashMap;

use serde::Serialize;
use tenable_api::model::shared::UserKey;

use super::{Finding, FindingKind, Review, ReviewedAccount, ReviewedPerson, Severity};

/// One account: a line of JSON Lines, whose fields are the columns of the other formats.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct AccountRow<'a> {
    pub(super) tenant: &'a str,
    pub(super) product: &'a str,
    pub(super) key: String,
    pub(super) person: &'a str,
    pub(super) user_name: Option<&'a str>,
    pub(super) full_name: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) enabled: Option<bool>,
    pub(super) locked_out: Option<bool>,
    pub(super) administrator: Option<bool>,
    pub(super) administrator_by: &'a [String],
    pub(super) roles: Option<&'a [String]>,
    pub(super) groups: Option<&'a [String]>,
    pub(super) last_seen: Option<&'a str>,
    pub(super) last_sign_in: Option<&'a str>,
    pub(super) last_api_use: Option<&'a str>,
    pub(super) sign_in: Vec<&'a str>,
    pub(super) second_factor: Option<bool>,
    pub(super) listed: Option<bool>,
    pub(super) companion: bool,
    pub(super) severity: Option<Severity>,
    pub(super) findings: Vec<FindingKind>,
    pub(super) not_told: &'a [String],
    pub(super) not_kept: &'a [String],
}

/// One finding. Accounts are the texts of their keys, each in the tenant of the same place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct FindingRow<'a> {
    pub(super) severity: Severity,
    pub(super) kind: FindingKind,
    pub(super) tenants: &'a [String],
    pub(super) subject: &'a str,
    pub(super) person: Option<&'a str>,
    pub(super) accounts: Vec<String>,
    pub(super) role: Option<&'a str>,
    pub(super) group: Option<&'a str>,
    pub(super) what: &'a str,
    pub(super) advice: &'a str,
    /// Whether the last review had it not; `None` when there was none.
    pub(super) new: Option<bool>,
}

/// What stands in the places of a column of a review's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// Yes or no.
    Flag,
    /// When something happened last.
    Time,
    /// Several texts.
    Texts,
}

/// What stands in one place of a table, by the [kind](Kind) of its column; `None` for a fact that is not told.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// A text.
    Text(Option<&'a str>),
    /// Yes or no.
    Flag(Option<bool>),
    /// RFC 3339 or `never`.
    Time(Option<&'a str>),
    /// Several texts.
    Texts(Option<Vec<&'a str>>),
}

impl Review {
    /// The columns of the table of accounts, in order: name and kind. One is added at the end, and none is taken away or moved within one
    /// [`VERSION`](Self::VERSION).
    pub const ACCOUNT_COLUMNS: &'static [(&'static str, Kind)] = &AccountRow::COLUMNS;

    /// The columns of the table of findings, in order. As of [accounts](Self::ACCOUNT_COLUMNS).
    pub const FINDING_COLUMNS: &'static [(&'static str, Kind)] = &FindingRow::COLUMNS;

    /// Gives one row for each account, people in order, for formats that are not written here. The cells stand in the order of the
    /// [columns](Self::ACCOUNT_COLUMNS).
    ///
    /// ```
    /// use tenable_directory::Review;
    /// use tenable_directory::review::Cell;
    ///
    /// fn enabled(review: &Review) -> usize {
    ///     let column = Review::ACCOUNT_COLUMNS.iter().position(|(name, _)| *name == "enabled").unwrap();
    ///     let mut count = 0;
    ///     review.each_account(|cells| count += usize::from(cells[column] == Cell::Flag(Some(true))));
    ///     count
    /// }
    /// ```
    pub fn each_account(&self, mut take: impl FnMut(&[Cell<'_>])) {
        self.account_rows().for_each(|row| take(&row.cells()));
    }

    /// Gives one row for each finding, the gravest first, in the same form as [the accounts](Self::each_account).
    pub fn each_finding(&self, mut take: impl FnMut(&[Cell<'_>])) {
        self.finding_rows().for_each(|row| take(&row.cells()));
    }

    /// One row for each account, people in order.
    pub(super) fn account_rows(&self) -> impl Iterator<Item = AccountRow<'_>> {
        let mut findings: HashMap<(&str, &UserKey), Vec<&Finding>> = HashMap::new();
        for finding in &self.findings {
            for account in &finding.accounts {
                findings.entry((&account.tenant, &account.key)).or_default().push(finding);
            }
        }
        let accounts = self.people.iter().flat_map(|person| person.accounts.iter().map(move |one| (person, one)));
        accounts.map(move |(person, account)| {
            let found = findings.get(&(account.tenant.as_str(), &account.account.key));
            AccountRow::new(person, account, found.map_or(&[], Vec::as_slice))
        })
    }

    /// One row for each finding, in order.
    pub(super) fn finding_rows(&self) -> impl Iterator<Item = FindingRow<'_>> {
        let new = self.changes.as_ref().map(|changes| {
            changes.new_findings.iter().map(Finding::identity).collect::<std::collections::HashSet<_>>()
        });
        self.findings.iter().map(move |finding| FindingRow {
            severity: finding.severity,
            kind: finding.kind,
            tenants: &finding.tenants,
            subject: finding.subject(),
            person: finding.person.as_deref(),
            accounts: finding.accounts.iter().map(|account| account.key.to_string()).collect(),
            role: finding.role.as_ref().map(|role| role.name.as_str()),
            group: finding.group.as_ref().map(|group| group.name.as_str()),
            what: &finding.what,
            advice: &finding.advice,
            new: new.as_ref().map(|new| new.contains(&finding.identity())),
        })
    }
}

impl<'a> AccountRow<'a> {
    /// The columns, in order. One is added at the end, and none is taken away or moved within one version of the shape.
    pub(super) const COLUMNS: [(&'static str, Kind); 24] = [
        ("tenant", Kind::Text),
        ("product", Kind::Text),
        ("key", Kind::Text),
        ("person", Kind::Text),
        ("user_name", Kind::Text),
        ("full_name", Kind::Text),
        ("email", Kind::Text),
        ("enabled", Kind::Flag),
        ("locked_out", Kind::Flag),
        ("administrator", Kind::Flag),
        ("administrator_by", Kind::Texts),
        ("roles", Kind::Texts),
        ("groups", Kind::Texts),
        ("last_seen", Kind::Time),
        ("last_sign_in", Kind::Time),
        ("last_api_use", Kind::Time),
        ("sign_in", Kind::Texts),
        ("second_factor", Kind::Flag),
        ("listed", Kind::Flag),
        ("companion", Kind::Flag),
        ("severity", Kind::Text),
        ("findings", Kind::Texts),
        ("not_told", Kind::Texts),
        ("not_kept", Kind::Texts),
    ];

    fn new(person: &'a ReviewedPerson, reviewed: &'a ReviewedAccount, findings: &[&Finding]) -> Self {
        let account = &reviewed.account;
        let mut kinds: Vec<FindingKind> = findings.iter().map(|finding| finding.kind).collect();
        kinds.dedup();
        Self {
            tenant: &reviewed.tenant,
            product: &reviewed.product,
            key: account.key.to_string(),
            person: &person.person,
            user_name: account.user_name.as_deref(),
            full_name: account.full_name.as_deref(),
            email: account.email.as_deref(),
            enabled: account.enabled,
            locked_out: account.locked_out,
            administrator: reviewed.administrator,
            administrator_by: &reviewed.administrator_by,
            roles: account.roles.as_deref(),
            groups: account.groups.as_deref(),
            last_seen: account.last_seen.as_deref(),
            last_sign_in: account.last_sign_in.as_deref(),
            last_api_use: account.last_api_use.as_deref(),
            sign_in: account.sign_in.open(),
            second_factor: account.second_factor,
            listed: person.listed,
            companion: reviewed.companion,
            severity: findings.iter().map(|finding| finding.severity).min(),
            findings: kinds,
            not_told: &account.not_told,
            not_kept: &account.not_kept,
        }
    }

    /// What stands in the [columns](Self::COLUMNS).
    pub(super) fn cells(&self) -> [Cell<'_>; 24] {
        let texts = |texts: &'a [String]| Cell::Texts(Some(texts.iter().map(String::as_str).collect()));
        let told =
            |texts: Option<&'a [String]>| Cell::Texts(texts.map(|texts| texts.iter().map(String::as_str).collect()));
        [
            Cell::Text(Some(self.tenant)),
            Cell::Text(Some(self.product)),
            Cell::Text(Some(&self.key)),
            Cell::Text(Some(self.person)),
            Cell::Text(self.user_name),
            Cell::Text(self.full_name),
            Cell::Text(self.email),
            Cell::Flag(self.enabled),
            Cell::Flag(self.locked_out),
            Cell::Flag(self.administrator),
            texts(self.administrator_by),
            told(self.roles),
            told(self.groups),
            Cell::Time(self.last_seen),
            Cell::Time(self.last_sign_in),
            Cell::Time(self.last_api_use),
            Cell::Texts(Some(self.sign_in.clone())),
            Cell::Flag(self.second_factor),
            Cell::Flag(self.listed),
            Cell::Flag(Some(self.companion)),
            Cell::Text(self.severity.map(Severity::word)),
            Cell::Texts(Some(self.findings.iter().map(|kind| kind.word()).collect())),
            texts(self.not_told),
            texts(self.not_kept),
        ]
    }
}

impl<'a> FindingRow<'a> {
    /// The columns, in order. As of [accounts](AccountRow::COLUMNS).
    pub(super) const COLUMNS: [(&'static str, Kind); 11] = [
        ("severity", Kind::Text),
        ("kind", Kind::Text),
        ("tenants", Kind::Texts),
        ("subject", Kind::Text),
        ("person", Kind::Text),
        ("accounts", Kind::Texts),
        ("role", Kind::Text),
        ("group", Kind::Text),
        ("what", Kind::Text),
        ("advice", Kind::Text),
        ("new", Kind::Flag),
    ];

    /// What stands in the [columns](Self::COLUMNS).
    pub(super) fn cells(&self) -> [Cell<'_>; 11] {
        let texts = |texts: &'a [String]| Cell::Texts(Some(texts.iter().map(String::as_str).collect()));
        [
            Cell::Text(Some(self.severity.word())),
            Cell::Text(Some(self.kind.word())),
            texts(self.tenants),
            Cell::Text(Some(self.subject)),
            Cell::Text(self.person),
            Cell::Texts(Some(self.accounts.iter().map(String::as_str).collect())),
            Cell::Text(self.role),
            Cell::Text(self.group),
            Cell::Text(Some(self.what)),
            Cell::Text(Some(self.advice)),
            Cell::Flag(self.new),
        ]
    }
}
