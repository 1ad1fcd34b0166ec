use std::fmt;

use tenable_model::Product;

use super::{Ability, Capabilities, Count, NewUser};

/// One thing that is wrong with a user who is to be created, by the product's documented rules.
///
/// ```
/// use tenable_api::admin::{Capable, NewUser};
/// use tenable_api::vulnerability_management::VulnerabilityManagement;
///
/// let vm = VulnerabilityManagement::builder().api_key("access", "secret").build()?;
/// let defects = vm.defects(&NewUser::new("ann", "Violet-Harbor-42"));
/// assert_eq!(defects[0].to_string(), "user_name: it is not of the form name@domain");
/// # Ok::<(), tenable_api::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Defect {
    /// The field of [`NewUser`] that it is about.
    pub field: &'static str,
    /// What is wrong, as a sentence without its full stop. Never holds the password.
    pub what: String,
}

impl Defect {
    /// Of this field.
    pub fn new(field: &'static str, what: impl Into<String>) -> Self {
        Self { field, what: what.into() }
    }
}

impl fmt::Display for Defect {
    /// Field and text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.what)
    }
}

impl Capabilities {
    /// What is wrong with a new user by the number of roles and groups, and by the e-mail address.
    pub(super) fn defects(&self, user: &NewUser) -> Vec<Defect> {
        let mut defects = Vec::new();
        if user.roles.len() > 1 && !self.can(Ability::SeveralRoles) {
            defects.push(Defect::new("roles", format!("there are {}, and a user has exactly one", user.roles.len())));
        }
        let groups = match (self.groups_per_user, user.groups.len()) {
            (Count::None, 1..) => Some("there are no groups in this product"),
            (Count::One, 2..) => Some("there are several, and a user is in one only"),
            _ => None,
        };
        defects.extend(groups.map(|what| Defect::new("groups", what)));
        if !self.separate_email && user.email.as_ref().is_some_and(|email| *email != user.user_name) {
            defects.push(Defect::new("email", "it is another than the user name, and both are one in this product"));
        }
        let foreign = |product: Product| product != self.product;
        for (field, any) in [
            ("roles", user.roles.iter().any(|role| foreign(role.product()))),
            ("groups", user.groups.iter().any(|group| foreign(group.product()))),
        ] {
            if any {
                defects.push(Defect::new(field, format!("one is of another product than {}", self.product)));
            }
        }
        defects
    }
}
