//! Tenable Security Center and Tenable Enclave Security: users, roles, groups and organizations.
//!
//! Ids of users count from 1 in each organization, so a number alone names nobody: see [`UserAddress`].

mod address;
mod fields;
mod generated;
mod groups;
mod legend;
mod page;
mod reference;
mod roles;
mod users;

pub use address::{OrganizationKey, UserAddress, UserKey};
pub use fields::{group, organization, role, user};
pub use generated::*;
pub use groups::ManagedGroup;
pub use legend::Legend;
pub use page::Page;
pub use reference::ReferenceId;
pub use users::ResponsibleAsset;
