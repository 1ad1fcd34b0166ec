use std::fmt;

use async_trait::async_trait;
use tenable_model::shared::{Group, GroupKey, Role, RoleKey, User, UserKey};

use super::{Capabilities, Defect, NewPassword, NewRole, NewUser, ReplacedKeys, RoleChange, SignInChange, UserChange};
use crate::{Error, Listing};

/// Says what its product can do.
pub trait Capable: fmt::Debug + Send + Sync {
    /// What the product can do, and what it cannot.
    fn capabilities(&self) -> &'static Capabilities;

    /// What the product's documented rules say is wrong with a user who is to be created, told without sending anything.
    ///
    /// Empty when nothing is known to be wrong. The server stays the authority: it knows which names are taken and which domains are
    /// approved, and older servers may ask for less. Nothing here is refused by [`create_user`](UserAdmin::create_user) on its own, other
    /// than what cannot be sent.
    fn defects(&self, user: &NewUser) -> Vec<Defect>;
}

/// Administers the users of one connection to a product.
///
/// ```
/// use tenable_api::admin::{NewUser, UserAdmin};
///
/// async fn onboard(admin: &dyn UserAdmin) -> Result<(), tenable_api::Error> {
///     let ann = admin.create_user(&NewUser::new("ann@example.com", "Violet-Harbor-42").full_name("Ann Lee")).await?;
///     println!("{} has the key {}", ann.full_name.value().map_or("", String::as_str), ann.key);
///     let mut users = admin.users();
///     while let Some(user) = users.try_next().await? {
///         println!("{:?} {:?}", user.user_name, user.unknown());
///     }
///     Ok(())
/// }
/// ```
///
/// # Errors
///
/// What the product cannot do is refused with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported), and a key of another product with
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput), both before anything is sent. What takes two calls can be left half done;
/// the error is then [`Effect::Applied`](crate::Effect::Applied) and says what was done and what was not.
#[async_trait]
pub trait UserAdmin: Capable {
    /// All users that the connection lists, in no promised order.
    fn users(&self) -> Listing<User>;

    /// One user, with everything that the product tells about it.
    async fn user(&self, key: &UserKey) -> Result<User, Error>;

    /// The account of the connection. Its key is equal to that of the same account in [`users`](Self::users).
    ///
    /// What is refused for it is in [`refused_for_own_account`](Capabilities::refused_for_own_account).
    async fn me(&self) -> Result<User, Error>;

    /// The users with this user name or e-mail address; see [`User::is_named`]. Empty when there is none.
    ///
    /// No product has a search: the whole list is read. The way to settle a creation whose outcome is unknown.
    async fn find_users(&self, name: &str) -> Result<Vec<User>, Error> {
        let (mut users, mut found) = (self.users(), Vec::new());
        while let Some(user) = users.try_next().await? {
            if user.is_named(name) {
                found.push(user);
            }
        }
        Ok(found)
    }

    /// Creates a user, with its roles and groups, and gives it as it is then.
    async fn create_user(&self, user: &NewUser) -> Result<User, Error>;

    /// Creates users, with their roles and groups, and gives what came of each, in the order of `users`.
    ///
    /// One that is refused keeps no other from being created. Where the product takes several in one call
    /// ([`creations_per_call`](Capabilities::creations_per_call)), a call whose answer is lost leaves each of them unknown
    /// ([`Error::outcome_unknown`]): [`find_users`](Self::find_users) settles it.
    async fn create_users(&self, users: &[NewUser]) -> Vec<Result<User, Error>> {
        let mut results = Vec::with_capacity(users.len());
        for user in users {
            results.push(self.create_user(user).await);
        }
        results
    }

    /// Changes a user, and gives it as it is then. A change of nothing only reads.
    async fn change_user(&self, key: &UserKey, change: &UserChange) -> Result<User, Error>;

    /// Lets a user sign in, or stops it, and gives the user as it is then.
    ///
    /// In Security Center it locks and unlocks the account; unlocking also ends a lock after failed attempts.
    async fn set_enabled(&self, key: &UserKey, enabled: bool) -> Result<User, Error>;

    /// Allows or forbids a user single ways to sign in, and gives the user as it is then. A change of nothing only reads.
    ///
    /// The ways that are not named stay; as they are read first, a change that another caller makes in between is lost. A user who is left
    /// with no way cannot sign in, and is not disabled.
    async fn set_sign_in_methods(&self, key: &UserKey, change: &SignInChange) -> Result<User, Error>;

    /// Makes the API keys of another user useless at once by generating others, which nobody has seen but the caller.
    ///
    /// The keys of the account of the connection are refused, and so are all where the server does not tell whose the client signs with:
    /// it could cut itself off. After a lost answer the call can be made again: keys that nobody has seen go with the others.
    async fn replace_keys(&self, key: &UserKey) -> Result<ReplacedKeys, Error>;

    /// Sets the password of another user.
    async fn set_password(&self, key: &UserKey, password: &NewPassword) -> Result<(), Error>;

    /// Gives a user exactly these roles, and gives the user as it is then.
    async fn assign_roles(&self, key: &UserKey, roles: &[RoleKey]) -> Result<User, Error>;

    /// Deletes a user; what it owns goes to `successor`, if one is named. Without one it is up to the product what becomes of it.
    async fn delete_user(&self, key: &UserKey, successor: Option<&UserKey>) -> Result<(), Error>;
}

/// Administers the roles of one connection to a product. Errors are as those of [`UserAdmin`].
///
/// ```
/// use tenable_api::admin::{NewRole, RoleAdmin, RoleChange};
///
/// async fn auditors(admin: &dyn RoleAdmin) -> Result<(), tenable_api::Error> {
///     let role = admin.create_role(&NewRole::new("Auditor").description("Reads")).await?;
///     admin.change_role(&role.key, &RoleChange::new().name("External auditor")).await?;
///     Ok(())
/// }
/// ```
#[async_trait]
pub trait RoleAdmin: Capable {
    /// All roles, in no promised order.
    fn roles(&self) -> Listing<Role>;

    /// One role, with what it allows.
    async fn role(&self, key: &RoleKey) -> Result<Role, Error>;

    /// Creates a role with what it allows, and gives it as it is then.
    async fn create_role(&self, role: &NewRole) -> Result<Role, Error>;

    /// Changes a role, and gives it as it is then. A change of nothing only reads.
    async fn change_role(&self, key: &RoleKey, change: &RoleChange) -> Result<Role, Error>;

    /// Deletes a role. What becomes of the users who have it is up to the product.
    async fn delete_role(&self, key: &RoleKey) -> Result<(), Error>;
}

/// Administers the groups of one connection to a product. Errors are as those of [`UserAdmin`].
///
/// ```
/// use tenable_api::admin::{Ability, GroupAdmin};
/// use tenable_model::shared::UserKey;
///
/// async fn gather(admin: &dyn GroupAdmin, people: &[UserKey]) -> Result<(), tenable_api::Error> {
///     admin.capabilities().require(Ability::AddMember)?;
///     let group = admin.create_group("Night shift").await?;
///     for person in people {
///         admin.add_member(&group.key, person).await?;
///     }
///     Ok(())
/// }
/// ```
#[async_trait]
pub trait GroupAdmin: Capable {
    /// All groups, in no promised order.
    fn groups(&self) -> Listing<Group>;

    /// One group.
    async fn group(&self, key: &GroupKey) -> Result<Group, Error>;

    /// Creates a group, and gives it as it is then.
    async fn create_group(&self, name: &str) -> Result<Group, Error>;

    /// Renames a group, and gives it as it is then.
    async fn rename_group(&self, key: &GroupKey, name: &str) -> Result<Group, Error>;

    /// Deletes a group; with `empty_first` takes everybody out of it before.
    async fn delete_group(&self, key: &GroupKey, empty_first: bool) -> Result<(), Error>;

    /// Everybody in a group.
    async fn members(&self, key: &GroupKey) -> Result<Vec<User>, Error>;

    /// Brings a user into a group. Where a user has exactly one group
    /// ([`groups_per_user`](Capabilities::groups_per_user)), it leaves its former one.
    async fn add_member(&self, group: &GroupKey, user: &UserKey) -> Result<(), Error>;

    /// Takes a user out of a group.
    async fn remove_member(&self, group: &GroupKey, user: &UserKey) -> Result<(), Error>;
}

/// Administers users, roles and groups of one connection to a product: what a program takes that does not care which product it is.
///
/// ```
/// use tenable_api::admin::Admin;
/// use tenable_api::identity_exposure::IdentityExposure;
/// use tenable_api::security_center::SecurityCenter;
/// use tenable_api::vulnerability_management::VulnerabilityManagement;
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let connections: Vec<Box<dyn Admin>> = vec![
///     Box::new(IdentityExposure::from_env()?),
///     Box::new(SecurityCenter::from_env()?),
///     Box::new(VulnerabilityManagement::from_env()?),
/// ];
/// # let _ = connections;
/// # Ok(())
/// # }
/// ```
pub trait Admin: UserAdmin + RoleAdmin + GroupAdmin {}

impl<T: UserAdmin + RoleAdmin + GroupAdmin> Admin for T {}
