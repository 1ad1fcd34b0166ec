//! Users, roles and groups of any product, through the same calls.
//!
//! [`UserAdmin`], [`RoleAdmin`] and [`GroupAdmin`] are object-safe and implemented by the client of each product; [`Admin`] is all three.
//! They speak in the values of [`tenable_model::shared`]. What a product cannot do is in its [`Capabilities`] and refused before anything
//! is sent; everything else that products differ in stays within the file of the product.
//!
//! A client is one connection: what it lists is what its account sees. A Security Center client of an organization's user sees the users
//! of that organization. One of an administrator sees the administrators and, of the organizations, as much as a list holds: the product
//! lets an administrator read and change the Security Managers among them, and nobody else.
//!
//! | | Identity Exposure | Security Center | Vulnerability Management |
//! | --- | --- | --- | --- |
//! | roles of a user | any number | exactly one, also when it is created | exactly one; new users have Basic |
//! | groups of a user | there are none | exactly one, also when it is created; none for an administrator | any number |
//! | user name | the e-mail address | apart from the e-mail address | an address by form; never changes |
//! | several users in one call | yes, without roles | no | no |
//! | roles by the call that creates | no | yes | predefined ones, by number |
//! | disabled by the call that creates | yes | yes | no |
//! | whose connection it is | `whoami` | `currentUser` | `session`, which is deprecated |
//! | ways to sign in, each by itself | no | no | password, API keys, SAML |
//! | other API keys for another user | no | no | yes |
//! | what the own account may not have done | not documented | any change but by calls of its own | disabling, deleting, ways to sign in |
//! | temporary password | no | yes | yes |
//! | password of the caller for setting one | no | yes | no |
//! | successor of a deleted user | no | yes | yes |
//! | empty a group, remove a member | no | no: add the member to another group | yes |

mod arguments;
mod capabilities;
mod defects;
mod identity_exposure;
mod security_center;
mod traits;
mod vulnerability_management;

#[cfg(test)]
mod tests;

pub use arguments::{NewPassword, NewRole, NewUser, ReplacedKeys, RoleChange, SignInChange, UserChange};
pub use capabilities::{Ability, Capabilities, Count, Limitation};
pub use defects::Defect;
pub use traits::{Admin, Capable, GroupAdmin, RoleAdmin, UserAdmin};

use tenable_model::shared::KeyError;

use crate::{Error, OperationMeta};

/// The product's own address in a key; a key of another product is refused.
fn address<'a, K, A>(meta: &'static OperationMeta, key: &'a K) -> Result<A, Error>
where
    A: TryFrom<&'a K, Error = KeyError>,
{
    A::try_from(key).map_err(|error| Error::invalid_input(meta, error.to_string()))
}

/// The product's own addresses in keys.
fn addresses<'a, K, A>(meta: &'static OperationMeta, keys: &'a [K]) -> Result<Vec<A>, Error>
where
    A: TryFrom<&'a K, Error = KeyError>,
{
    keys.iter().map(|key| address(meta, key)).collect()
}
