//! Sessions: a token and a cookie that belong together. They end with the process.

use std::collections::{BTreeMap, HashMap};

use http::header::COOKIE;
use http::{HeaderMap, HeaderName};
use serde_json::{Value, json};

use super::rules;
use super::state::AccountId;
use crate::rules::Rules;
use crate::secrets;

pub(super) const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-securitycenter");
pub(super) const COOKIE_NAME: &str = "TNS_SESSIONID";
/// Seconds without a call until a session ends.
pub(super) const IDLE_SECONDS: u64 = 3_600;
/// Sessions that an account has at most, also where the rules set no limit; the oldest ends first.
const LIMIT: usize = 1_000;

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) token: u64,
    pub(super) account: AccountId,
    /// Milliseconds since the epoch.
    last_used: u64,
}

impl Session {
    fn is_alive(&self, now: u64) -> bool {
        now < self.last_used.saturating_add(IDLE_SECONDS * 1_000)
    }
}

/// Sessions by their cookies.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_cookie: HashMap<String, Session>,
    /// Cookies, those of the oldest sessions first, so that nobody's login has to look at the sessions of others.
    by_account: BTreeMap<AccountId, Vec<String>>,
}

impl Sessions {
    /// Starts a session and gives its cookie and token.
    pub(super) fn start(&mut self, account: AccountId, now: u64) -> (String, u64) {
        if self.of(account).len() >= LIMIT {
            if let Some(oldest) = self.of(account).first().cloned() {
                self.end(&oldest);
            }
        }
        let (cookie, token) = (new_cookie(), u64::from(u32::from_be_bytes(secrets::random()) >> 1));
        self.by_cookie.insert(cookie.clone(), Session { token, account, last_used: now });
        self.by_account.entry(account).or_default().push(cookie.clone());
        (cookie, token)
    }

    /// The session that the headers name by token and cookie; it counts as used now.
    pub(super) fn resume(&mut self, headers: &HeaderMap, now: u64) -> Option<(String, Session)> {
        let token: u64 = headers.get(TOKEN_HEADER)?.to_str().ok()?.trim().parse().ok()?;
        let cookie = cookies(headers).find(|cookie| self.by_cookie.contains_key(*cookie))?.to_owned();
        let session = self.by_cookie.get_mut(&cookie)?;
        if !session.is_alive(now) {
            self.end(&cookie);
            return None;
        }
        if session.token != token {
            return None;
        }
        session.last_used = now;
        Some((cookie, session.clone()))
    }

    fn of(&self, account: AccountId) -> &[String] {
        self.by_account.get(&account).map_or(&[], Vec::as_slice)
    }

    /// Whether the account has as many sessions as the rules allow.
    pub(super) fn is_full(&mut self, rules: &Rules, account: AccountId, now: u64) -> bool {
        let is_over = |cookie: &&String| self.by_cookie.get(*cookie).is_none_or(|session| !session.is_alive(now));
        let over: Vec<_> = self.of(account).iter().filter(is_over).cloned().collect();
        for cookie in over {
            self.end(&cookie);
        }
        rules.outcome(rules::SESSION_LIMIT).parse().is_ok_and(|limit: usize| self.of(account).len() >= limit)
    }

    /// Ends a session of the account to make room for another, or all of them, as the rules say.
    pub(super) fn release(&mut self, rules: &Rules, account: AccountId) {
        let found = match rules.outcome(rules::RELEASED_SESSION) {
            "all" => return self.end_all_of(account),
            "newest" => self.of(account).last(),
            _ => self.of(account).first(),
        };
        if let Some(cookie) = found.cloned() {
            self.end(&cookie);
        }
    }

    pub(super) fn end(&mut self, cookie: &str) {
        if let Some(session) = self.by_cookie.remove(cookie) {
            self.forget(session.account, cookie);
        }
    }

    fn forget(&mut self, account: AccountId, cookie: &str) {
        if let Some(cookies) = self.by_account.get_mut(&account) {
            cookies.retain(|known| known != cookie);
            if cookies.is_empty() {
                self.by_account.remove(&account);
            }
        }
    }

    pub(super) fn end_all_of(&mut self, account: AccountId) {
        for cookie in self.by_account.remove(&account).unwrap_or_default() {
            self.by_cookie.remove(&cookie);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Hands a session to another account.
    pub(super) fn switch(&mut self, cookie: &str, account: AccountId) {
        let Some(session) = self.by_cookie.get_mut(cookie) else { return };
        let before = std::mem::replace(&mut session.account, account);
        self.forget(before, cookie);
        self.by_account.entry(account).or_default().push(cookie.to_owned());
    }

    /// For looking inside; without tokens and cookies.
    pub(super) fn to_value(&self) -> Value {
        let sessions = self.by_account.values().flatten().filter_map(|cookie| self.by_cookie.get(cookie));
        sessions.map(|session| json!({ "account": session.account, "last_used": session.last_used })).collect()
    }
}

/// A cookie that opens nothing yet.
pub(super) fn new_cookie() -> String {
    secrets::random_hex::<16>()
}

/// The session cookies of a request.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let texts = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value)
}
