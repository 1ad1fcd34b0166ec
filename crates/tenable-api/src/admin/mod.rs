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
//! | temporary password | no | yes | yes |
//! | password of the caller for setting one | no | yes | no |
//! | successor of a deleted user | no | yes | yes |
//! | empty a group, remove a member | no | no: add the member to another group | yes |

mod arguments;
mod capabilities;
mod identity_exposure;
mod security_center;
mod traits;
mod vulnerability_management;

#[cfg(test)]
mod tests;

pub use arguments::{NewPassword, NewRole, NewUser, RoleChange, UserChange};
pub use capabilities::{Ability, Capabilities, Count, Limitation};
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
