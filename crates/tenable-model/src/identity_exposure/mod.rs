//! Tenable Identity Exposure: users, roles, and the objects they depend on.

mod generated;
pub mod password;
mod users;

pub use generated::*;
