//! The fields of the four resources that are listed most, by the name of the resource: `user::Field::Locked`.

/// Fields of users.
///
/// ```
/// use tenable_model::security_center::{UserField, user};
///
/// assert_eq!(user::Field::Locked, UserField::Locked);
/// ```
pub mod user {
    pub use super::super::UserField as Field;
}

/// Fields of roles.
pub mod role {
    pub use super::super::RoleField as Field;
}

/// Fields of groups.
pub mod group {
    pub use super::super::GroupField as Field;
}

/// Fields of organizations.
pub mod organization {
    pub use super::super::OrganizationField as Field;
}
