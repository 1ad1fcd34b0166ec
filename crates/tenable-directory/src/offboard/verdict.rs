//! Whether anything of an account still opens a door.
//!
//! Judged by what is documented alone. What a product does to keys of a closed account, where nobody wrote it down, counts as open.

use serde::{Deserialize, Serialize};
use tenable_api::model::shared::{RoleKey, User};
use tenable_api::model::{Known, Product};

use super::limits::NO_ROLE;

/// Whether every credential of an account is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Every one is refused, or allows nothing.
    RefusedEverywhere {
        /// By what, and who says so.
        since: Vec<String>,
    },
    /// At least one may still be good.
    StillOpen {
        /// Which, and why.
        what: Vec<String>,
    },
}

impl Verdict {
    /// Whether every credential is refused, or allows nothing.
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::RefusedEverywhere { .. })
    }

    pub(super) fn open(what: impl Into<String>) -> Self {
        Self::StillOpen { what: vec![what.into()] }
    }

    pub(super) fn gone() -> Self {
        Self::RefusedEverywhere { since: vec!["the account is not there any more".to_owned()] }
    }

    /// Of an account that is there.
    pub(super) fn of(user: &User) -> Self {
        let mut since = Vec::new();
        let mut open = Vec::new();
        for found in [sign_in(user), api_keys(user)] {
            match found {
                Ok(why) => since.push(why.to_owned()),
                Err(what) => open.push(what),
            }
        }
        if open.is_empty() { Self::RefusedEverywhere { since } } else { Self::StillOpen { what: open } }
    }
}

/// Signing in, by whatever way.
fn sign_in(user: &User) -> Result<&'static str, String> {
    match user.enabled {
        Known::Value(false) => Ok(match user.product {
            Product::IdentityExposure => {
                "sign-in: the switch that allows the account to authenticate is off (user guide)"
            }
            Product::SecurityCenter => {
                "sign-in: the account is locked, and cannot log in until it is unlocked (user guide)"
            }
            _ => "sign-in: the account is disabled, which blocks it (user guide)",
        }),
        Known::Value(true) => {
            let ways: Vec<&str> = user
                .sign_in
                .ways()
                .into_iter()
                .filter(|(_, open)| **open == Known::Value(true))
                .map(|(way, _)| way)
                .collect();
            let ways = if ways.is_empty() { "ways are not told".to_owned() } else { ways.join(", ") };
            Err(format!("the account is enabled: {ways}"))
        }
        _ => Err("whether the account is enabled is not told".to_owned()),
    }
}

/// API keys, which go by other rules than signing in.
fn api_keys(user: &User) -> Result<&'static str, String> {
    let disabled = user.enabled == Known::Value(false);
    let closed = user.sign_in.api_keys == Known::Value(false);
    match user.product {
        Product::IdentityExposure => match &user.roles {
            Known::Value(roles) if roles.is_empty() => {
                Ok("API key: it allows exactly what the roles of the account allow, and there are none (user guide)")
            }
            _ => Err("API key: the account has roles, and that the key of a disabled account stops working is not documented".to_owned()),
        },
        Product::SecurityCenter => {
            let powerless = matches!(&user.roles, Known::Value(roles) if !roles.is_empty()
                && roles.iter().all(|role| role.key == RoleKey::SecurityCenter(NO_ROLE)));
            if closed {
                Ok("API keys: the account has none")
            } else if powerless {
                Ok("API keys: they allow what their owner may do, whose role allows nothing (user guide)")
            } else {
                Err("API keys: the account may have some and has a role, and that the keys of a locked account stop working is not documented".to_owned())
            }
        }
        _ if closed => Ok("API keys: the account may not use the API (API reference)"),
        _ if disabled => Ok("API keys: disabling the account is a documented way to stop them (connector reference)"),
        _ => Err("API keys: the account may use the API".to_owned()),
    }
}

/// What is left to do by hand, or to know, whatever the verdict: of an account before, and after if it is still there.
pub(super) fn by_hand(before: Option<&User>, after: Option<&User>) -> Vec<String> {
    let mut left: Vec<String> = after.map(of_what_is_left).unwrap_or_default();
    for (way, word) in [("saml", "SAML"), ("ldap", "LDAP")] {
        let is_open = |user: &User| user.sign_in.ways().contains(&(way, &Known::Value(true)));
        if before.is_some_and(is_open) || after.is_some_and(is_open) {
            left.push(format!(
                "the account may sign in by {word}: where the directory makes accounts, or opens them again, take the person out there too"
            ));
        }
    }
    left
}

fn of_what_is_left(user: &User) -> Vec<String> {
    let disabled = user.enabled == Known::Value(false);
    let mut left: Vec<&str> = Vec::new();
    match user.product {
        Product::SecurityCenter => {
            if user.sign_in.api_keys != Known::Value(false) {
                left.push(
                    "API keys of others are deleted in the web interface only: delete them there, if there are any",
                );
            }
            if disabled {
                left.push(
                    "whether locking ends a session that is open now is not documented; without use it ends after the time that the \
                     server sets",
                );
            }
        }
        Product::IdentityExposure if disabled => {
            left.push("whether disabling ends a console session that is open now is not documented");
        }
        Product::VulnerabilityManagement if disabled => {
            left.push("a session that is open now may linger with limited access until it is signed out (user guide)");
        }
        _ => {}
    }
    left.into_iter().map(str::to_owned).collect()
}
