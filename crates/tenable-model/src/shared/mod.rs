//! Users, roles and groups of any product, in one form.
//!
//! [`User`], [`Role`] and [`Group`] are made by `From` from what the products answer. The conversion never fails and drops nothing; what
//! an answer does not say is [`NotTold`](crate::Known::NotTold), and what a product does not have is [`NotKept`](crate::Known::NotKept).
//! The calls that work on them are the traits in `tenable_api::admin`.
//!
//! A conversion knows its product alone, and stands in the file of the product's name; a fourth product is a fourth file, and a variant
//! in each key and each original.
//!
//! | Fact | Identity Exposure | Security Center | Vulnerability Management |
//! | --- | --- | --- | --- |
//! | user name | e-mail address | `username` | `username` |
//! | full name | `name` and `surname` | `firstname` and `lastname` | `name` |
//! | enabled | `active` | not `locked` | `enabled`; never from the members of a group |
//! | locked out | `lockedOut` | no, when `locked` is false; not told when it is true | `lockout` |
//! | roles | any number, by number | one | one, by UUID from a list with roles, else by number; 0 is not told |
//! | groups | not kept | one; administrators have none | `group_uuids` |
//! | last sign-in | not kept | `lastLogin` | `lastlogin` |
//! | last use of API keys | not kept | not kept | `last_apikey_access` |
//! | second factor | not kept | not kept | `two_factor` |

mod group;
mod identity_exposure;
mod key;
mod known;
mod role;
mod security_center;
mod sign_in;
mod user;
mod vulnerability_management;

#[cfg(test)]
mod tests;

pub use group::{Group, OriginalGroup};
pub use key::{GroupKey, KeyError, PlatformRole, RoleKey, UserKey};
pub use known::Known;
pub use role::{OriginalRole, Role};
pub use sign_in::{LastTime, SignIn};
pub use user::{GroupReference, OriginalUser, RoleReference, User};

/// First and last name as one text, whose every space is kept. `None` when neither is told.
fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    match (first, last) {
        (None, None) => None,
        (Some(name), None | Some("")) | (None | Some(""), Some(name)) => Some(name.to_owned()),
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
    }
}

/// A full name as first and last name, for products that keep them apart.
///
/// [`User::full_name`] of the two is the full name again, whatever spaces it has. A name of one word is a first name.
///
/// ```
/// use tenable_model::shared::first_and_last_name;
///
/// assert_eq!(first_and_last_name("Ann van der Lee"), ("Ann", "van der Lee"));
/// assert_eq!(first_and_last_name("Ann"), ("Ann", ""));
/// ```
pub fn first_and_last_name(full_name: &str) -> (&str, &str) {
    let spaces = full_name.match_indices(' ').map(|(at, _)| at);
    let parts = spaces.map(|at| (&full_name[..at], &full_name[at + 1..]));
    parts.into_iter().find(|(first, last)| !first.is_empty() && !last.is_empty()).unwrap_or((full_name, ""))
}
