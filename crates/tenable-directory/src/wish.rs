//! What should be there, in one tenant: what every task is turned into before anything is compared.
//!
//! What a wish does not say stays as it is. Roles and groups go by their name, or by their key (`vm:…`) where names repeat.

use crate::{Place, Scope};

/// What should be there in one tenant.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Wish {
    /// Roles that should be there, or not.
    pub roles: Vec<RoleWish>,
    /// Groups that should be there, or not.
    pub groups: Vec<GroupWish>,
    /// Accounts that should be there, or not.
    pub users: Vec<UserWish>,
    /// What is looked after beyond that: what is in it and not wished for goes.
    pub scope: Scope,
}

/// Whether something should be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// It is made if it is not there.
    #[default]
    Present,
    /// It is changed if it is there, and not made.
    IfPresent,
    /// It is deleted if it is there. What a deleted user owns goes to the successor, by user name, e-mail address or key.
    Absent {
        /// Who gets what the user owns; the product decides where there is none.
        successor: Option<String>,
    },
}

/// How somebody's account should be in one tenant.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UserWish {
    /// Where it was asked for.
    pub place: Option<Place>,
    /// The person: the e-mail address. Aliases of it count as the same person.
    pub person: String,
    /// The name to sign in with. Where it is not set, an account is found by the person's addresses, and made with the e-mail address.
    pub user_name: Option<String>,
    /// Whether the account should be there.
    pub presence: Presence,
    /// E-mail address.
    pub email: Option<String>,
    /// First and last name as one text.
    pub full_name: Option<String>,
    /// Whether the account may sign in.
    pub enabled: Option<bool>,
    /// Exactly these roles.
    pub roles: Option<Vec<String>>,
    /// Exactly these groups. Groups that everybody is in do not count.
    pub groups: Option<Vec<String>>,
    /// These groups, besides others.
    pub more_groups: Vec<String>,
    /// The ways to sign in that should be open, or not.
    pub sign_in: SignInWish,
    /// Whether the API keys should be replaced by others that nobody has.
    pub replace_keys: bool,
}

impl UserWish {
    /// The account of a person, of which nothing is asked but that it is there; the rest is set in the fields.
    pub fn new(person: impl Into<String>) -> Self {
        Self { person: person.into(), ..Self::default() }
    }
}

/// The ways to sign in that should be open, or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignInWish {
    /// By password.
    pub password: Option<bool>,
    /// By API keys.
    pub api_keys: Option<bool>,
    /// By SAML.
    pub saml: Option<bool>,
}

impl SignInWish {
    /// None of them.
    pub const CLOSED: Self = Self { password: Some(false), api_keys: Some(false), saml: Some(false) };

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a role should be.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RoleWish {
    /// Where it was asked for.
    pub place: Option<Place>,
    /// Its name.
    pub name: String,
    /// Whether it should be there.
    pub presence: Presence,
    /// What it is for.
    pub description: Option<String>,
    /// All that it allows, in the product's own words; see [`Role::permissions`](tenable_api::model::shared::Role::permissions).
    pub permissions: Option<Vec<String>>,
}

impl RoleWish {
    /// A role of which nothing is asked but that it is there; the rest is set in the fields.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// How a group should be.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GroupWish {
    /// Where it was asked for.
    pub place: Option<Place>,
    /// Its name.
    pub name: String,
    /// Whether it should be there.
    pub presence: Presence,
}

impl GroupWish {
    /// A group that should be there.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}
