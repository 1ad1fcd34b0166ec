//! Security Center as a whole: the typed client against the emulated product, without sockets.

mod enclave;
mod endpoints;
mod failures;
mod fields;
mod generations;
mod lists;
mod rules;
mod sessions;

use tenable_api::security_center::SecurityCenter;
use tenable_model::security_center::{OrganizationId, User, UserAddress};

const PASSWORD: &str = "Violet-Harbor-42";

/// The first organization of the seed data.
const NORTH: OrganizationId = OrganizationId(1);
/// The second organization of the seed data.
const SOUTH: OrganizationId = OrganizationId(2);

/// The user of this name among those that the caller lists.
async fn named(sc: &SecurityCenter, username: &str) -> User {
    let users = sc.users().list().send().await.unwrap();
    users.into_iter().find(|user| user.username.as_deref() == Some(username)).expect("the user is in the list")
}

/// All of a user of the caller's own organization.
async fn whole(sc: &SecurityCenter, id: u64) -> User {
    sc.users().details(UserAddress::own(id)).send().await.unwrap()
}
