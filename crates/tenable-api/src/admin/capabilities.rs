use std::fmt;

use tenable_model::Product;

use crate::Error;

/// What a product can do for an administrator of people, and what it cannot.
///
/// One value for each product, the same for every connection: it says what the product has calls for, not what an account may do.
///
/// ```
/// use tenable_api::admin::{Ability, Capable};
/// use tenable_api::identity_exposure::IdentityExposure;
///
/// let tie = IdentityExposure::builder().url("https://acme.tenable.ad").api_key("the key").build()?;
/// let capabilities = tie.capabilities();
/// assert!(capabilities.can(Ability::CreateUser));
/// let limitation = capabilities.limitation(Ability::CreateGroup).expect("it has no groups");
/// assert_eq!(limitation.why, "has no groups");
///
/// let error = capabilities.require(Ability::CreateGroup).unwrap_err();
/// assert!(error.is_unsupported());
/// # Ok::<(), tenable_api::BuildError>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Capabilities {
    /// The product.
    pub product: Product,
    /// How many roles a user can have.
    pub roles_per_user: Count,
    /// How many groups a user can be in.
    pub groups_per_user: Count,
    /// Whether users have an e-mail address that may be another than the user name.
    pub separate_email: bool,
    /// Whether a new password goes with the password of the account that sets it; see
    /// [`NewPassword::own_password`](super::NewPassword::own_password).
    pub own_password_needed: bool,
    /// Whether the call that creates a user gives it every role. Where it does not, further calls give them, and the user is there
    /// without them in between.
    pub roles_at_creation: bool,
    /// Whether the call that creates a user puts it into its groups. Where it does not, further calls do.
    pub groups_at_creation: bool,
    /// Whether the call that creates a user can keep it from signing in. Where it cannot, another call disables it afterwards, and the
    /// user may sign in in between.
    pub disabled_at_creation: bool,
    /// Name of the role that a user is left with to take everything else away, where there is none without a role
    /// ([`Ability::NoRole`]); `None` where users may be without one. In Security Center it is for the users of an organization:
    /// administrators cannot have another role than theirs.
    pub least_role: Option<&'static str>,
    /// How many users one call of [`create_users`](super::UserAdmin::create_users) creates at most; 1 where the product takes them one
    /// by one. Not a limit of the product, which publishes none, but of this client.
    pub creations_per_call: usize,
    /// What the product is documented to refuse for the account of the connection, [`me`](super::UserAdmin::me), and what this client
    /// refuses for it because it would cut itself off. That something is not here does not mean that it works.
    pub refused_for_own_account: &'static [Ability],
    /// Everything that the product cannot do.
    pub limitations: &'static [Limitation],
}

/// How many of a kind a user has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Count {
    /// None: the product does not have the kind.
    None,
    /// Exactly one, always; another takes its place.
    One,
    /// Any number.
    Any,
}

/// One thing that a product cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limitation {
    /// What it cannot do.
    pub ability: Ability,
    /// Why, as the end of a sentence that begins with the product's name.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

impl Limitation {
    pub(super) const fn new(ability: Ability, why: &'static str, instead: &'static str) -> Self {
        Self { ability, why, instead }
    }

    /// Of products that give each user exactly one role.
    pub(super) const fn one_role() -> Self {
        let instead = "assign one, or create a role that allows what several do";
        Self::new(Ability::SeveralRoles, "gives each user exactly one role", instead)
    }
}

impl Capabilities {
    /// Whether the product can do it.
    pub fn can(&self, ability: Ability) -> bool {
        self.limitation(ability).is_none()
    }

    /// Why the product cannot do it, and what to do instead; `None` when it can.
    pub fn limitation(&self, ability: Ability) -> Option<&'static Limitation> {
        self.limitations.iter().find(|limitation| limitation.ability == ability)
    }

    /// Whether the product can do it to the account of the connection, as far as is documented.
    pub fn can_for_own_account(&self, ability: Ability) -> bool {
        self.can(ability) && !self.refused_for_own_account.contains(&ability)
    }

    /// Fails with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) when the product cannot do it.
    pub fn require(&self, ability: Ability) -> Result<(), Error> {
        match self.limitation(ability) {
            None => Ok(()),
            Some(Limitation { why, instead, .. }) => {
                let message = format!("{} {why}; {instead}", self.product);
                Err(Error::unsupported(self.product, ability.name(), message))
            }
        }
    }

    /// [`require`](Self::require), where the call asks for it only under a condition.
    pub(super) fn require_if(&self, asked: bool, ability: Ability) -> Result<(), Error> {
        if asked { self.require(ability) } else { Ok(()) }
    }
}

/// Declares the abilities with their names.
macro_rules! abilities {
    ($($(#[$meta:meta])* $ability:ident = $name:literal,)*) => {
        /// One thing that an administrator of people may want of a product.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Ability {
            $($(#[$meta])* $ability,)*
        }

        impl Ability {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$ability),*];

            /// Its name, as errors give it: `groups.create`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$ability => $name,)*
                }
            }
        }
    };
}

abilities! {
    /// List the users.
    ListUsers = "users.list",
    /// Read one user.
    ReadUser = "users.details",
    /// Tell whose account the connection uses.
    WhoAmI = "users.me",
    /// Create a user.
    CreateUser = "users.create",
    /// Change the name that a user signs in with.
    ChangeUserName = "users.change_user_name",
    /// Change the e-mail address of a user without changing the user name.
    ChangeEmail = "users.change_email",
    /// Change the full name of a user.
    ChangeFullName = "users.change_full_name",
    /// Let a user sign in, or stop it.
    SetEnabled = "users.set_enabled",
    /// Allow or forbid a user single ways to sign in.
    SetSignInMethods = "users.set_sign_in_methods",
    /// Make the API keys of another user useless by generating others.
    ReplaceKeys = "users.replace_keys",
    /// Set the password of another user.
    SetPassword = "users.set_password",
    /// Set a password that the user has to replace at the next sign-in.
    TemporaryPassword = "users.set_temporary_password",
    /// Give a user other roles.
    AssignRoles = "users.assign_roles",
    /// Give a user more than one role.
    SeveralRoles = "users.assign_several_roles",
    /// Leave a user without any role.
    NoRole = "users.assign_no_role",
    /// Delete a user.
    DeleteUser = "users.delete",
    /// Hand the objects of a deleted user over to another.
    HandOver = "users.delete_with_successor",
    /// List the roles.
    ListRoles = "roles.list",
    /// Read one role.
    ReadRole = "roles.details",
    /// Create a role.
    CreateRole = "roles.create",
    /// Change name and description of a role.
    ChangeRole = "roles.change",
    /// Change what a role allows.
    ChangePermissions = "roles.change_permissions",
    /// Delete a role.
    DeleteRole = "roles.delete",
    /// List the groups.
    ListGroups = "groups.list",
    /// Read one group.
    ReadGroup = "groups.details",
    /// Create a group.
    CreateGroup = "groups.create",
    /// Rename a group.
    RenameGroup = "groups.rename",
    /// Delete a group that nobody is in.
    DeleteGroup = "groups.delete",
    /// Take everybody out of a group and delete it.
    EmptyGroup = "groups.empty_and_delete",
    /// List who is in a group.
    ListMembers = "groups.members",
    /// Bring a user into a group.
    AddMember = "groups.add_member",
    /// Take a user out of a group, and leave it in none or in its other ones.
    RemoveMember = "groups.remove_member",
}

impl fmt::Display for Ability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
