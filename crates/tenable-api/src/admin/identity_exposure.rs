//! Identity Exposure as an administrator of any product sees it.

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use tenable_model::identity_exposure::{Permission, RoleId, UserId, password};
use tenable_model::shared::{Group, GroupKey, Role, RoleKey, User, UserKey, first_and_last_name};
use tenable_model::{Known, Product};

use super::{
    Ability, Capabilities, Capable, Count, Defect, GroupAdmin, Limitation, NewPassword, NewRole, NewUser, ReplacedKeys,
    RoleAdmin, RoleChange, SignInChange, UserAdmin, UserChange, address, addresses,
};
use crate::identity_exposure::{
    CreateRole, CreateUser, DeleteRole, DeleteUser, GetRole, GetUser, IdentityExposure, ReplaceRolePermissions,
    ReplaceUserRoles, UpdateRole, UpdateUser,
};
use crate::{Error, Listing, Operation as _, OperationMeta};

mod creations;

const fn no_groups(ability: Ability) -> Limitation {
    Limitation::new(ability, "has no groups", "give users roles instead")
}

static CAPABILITIES: Capabilities = Capabilities {
    product: Product::IdentityExposure,
    roles_per_user: Count::Any,
    groups_per_user: Count::None,
    separate_email: false,
    own_password_needed: false,
    roles_at_creation: false,
    groups_at_creation: false,
    disabled_at_creation: true,
    least_role: None,
    creations_per_call: creations::PER_CALL,
    // Deleting or disabling oneself is not documented.
    refused_for_own_account: &[],
    limitations: &[
        Limitation::new(
            Ability::ChangeEmail,
            "has one text for user name and e-mail address",
            "change the user name, which is the e-mail address",
        ),
        Limitation::new(
            Ability::TemporaryPassword,
            "cannot make a user replace a password",
            "set one that lasts, or ask the server to mail the user a link",
        ),
        Limitation::new(
            Ability::HandOver,
            "hands nothing over when a user is deleted",
            "delete the user without a successor",
        ),
        Limitation::new(
            Ability::SetSignInMethods,
            "keeps with each account the one place where it signs in, and changes neither place nor ways",
            "disable the user",
        ),
        Limitation::new(
            Ability::ReplaceKeys,
            "renews the API key of the calling account only",
            "take the user's roles away, which are all that the key may do, or have the user renew the key; that a disabled user's key \
             stops working is not documented",
        ),
        no_groups(Ability::ListGroups),
        no_groups(Ability::ReadGroup),
        no_groups(Ability::CreateGroup),
        no_groups(Ability::RenameGroup),
        no_groups(Ability::DeleteGroup),
        no_groups(Ability::EmptyGroup),
        no_groups(Ability::ListMembers),
        no_groups(Ability::AddMember),
        no_groups(Ability::RemoveMember),
    ],
};

impl Capable for IdentityExposure {
    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    /// An e-mail address has no documented form; signing in needs one, and the password follows the rule of current servers.
    fn defects(&self, user: &NewUser) -> Vec<Defect> {
        let mut defects = CAPABILITIES.defects(user);
        if user.user_name.is_empty() {
            defects.push(Defect::new("user_name", "it is empty, and nobody can sign in without one"));
        }
        let weaknesses = password::weaknesses(user.password.expose_secret());
        defects.extend(weaknesses.into_iter().map(|weakness| Defect::new("password", weakness.to_string())));
        defects
    }
}

/// An e-mail address beside the user name, which is one, must be the same.
fn refuse_other_email(user_name: Option<&str>, email: Option<&str>) -> Result<(), Error> {
    let other = email.is_some_and(|email| user_name != Some(email));
    CAPABILITIES.require_if(other, Ability::ChangeEmail)
}

/// The roles of a new user, who has neither groups nor another e-mail address than the user name.
fn roles_of(user: &NewUser) -> Result<Vec<RoleId>, Error> {
    refuse_other_email(Some(&user.user_name), user.email.as_deref())?;
    CAPABILITIES.require_if(!user.groups.is_empty(), Ability::AddMember)?;
    addresses(CreateUser::META, &user.roles)
}

/// First and last name of a new user, who needs a first one.
fn names_of(user: &NewUser) -> (&str, &str) {
    first_and_last_name(user.full_name.as_deref().unwrap_or(&user.user_name))
}

#[async_trait]
impl UserAdmin for IdentityExposure {
    fn users(&self) -> Listing<User> {
        Self::users(self).list().items().map(User::from)
    }

    async fn user(&self, key: &UserKey) -> Result<User, Error> {
        let id: UserId = address(GetUser::META, key)?;
        Self::users(self).details(id).send().await.map(User::from)
    }

    async fn me(&self) -> Result<User, Error> {
        Self::users(self).info().send().await.map(User::from)
    }

    async fn create_user(&self, user: &NewUser) -> Result<User, Error> {
        let roles = roles_of(user)?;
        let (name, surname) = names_of(user);
        let mut request = CreateUser::new(name, &user.user_name, user.password.clone()).active(user.enabled);
        if !surname.is_empty() {
            request = request.surname(surname);
        }
        if roles.is_empty() {
            return self.client().execute(&request).await.map(|created| created.value.into());
        }
        let created = Self::users(self).create_with_roles(request, roles).send().await?;
        let id = created.user.id;
        match created.roles {
            Ok(_) => Ok(created.user.into()),
            Err(error) => {
                Err(error.partly(CreateUser::META, format!("the user ie:{id} was created without the roles")))
            }
        }
    }

    async fn create_users(&self, users: &[NewUser]) -> Vec<Result<User, Error>> {
        creations::create_users(self, users).await
    }

    async fn change_user(&self, key: &UserKey, change: &UserChange) -> Result<User, Error> {
        let id: UserId = address(UpdateUser::META, key)?;
        refuse_other_email(change.user_name.as_deref(), change.email.as_deref())?;
        if change.is_empty() {
            return UserAdmin::user(self, key).await;
        }
        let mut request = UpdateUser::new(id);
        if let Some(user_name) = &change.user_name {
            request = request.email(user_name);
        }
        if let Some(full_name) = &change.full_name {
            // A surname that is not sent stays, and null is refused; an empty one is the one way left.
            let (name, surname) = first_and_last_name(full_name);
            request = request.name(name).surname(surname);
        }
        self.client().execute(&request).await.map(|changed| changed.value.into())
    }

    async fn set_enabled(&self, key: &UserKey, enabled: bool) -> Result<User, Error> {
        let id: UserId = address(UpdateUser::META, key)?;
        Self::users(self).update(id).active(enabled).send().await.map(User::from)
    }

    async fn set_sign_in_methods(&self, key: &UserKey, change: &SignInChange) -> Result<User, Error> {
        CAPABILITIES.require_if(!change.is_empty(), Ability::SetSignInMethods)?;
        UserAdmin::user(self, key).await
    }

    async fn replace_keys(&self, key: &UserKey) -> Result<ReplacedKeys, Error> {
        let _: UserId = address(GetUser::META, key)?;
        unsupported(Ability::ReplaceKeys)
    }

    async fn set_password(&self, key: &UserKey, password: &NewPassword) -> Result<(), Error> {
        CAPABILITIES.require_if(password.temporary, Ability::TemporaryPassword)?;
        let id: UserId = address(UpdateUser::META, key)?;
        Self::users(self).update(id).password(password.password.clone()).send().await.map(drop)
    }

    async fn assign_roles(&self, key: &UserKey, roles: &[RoleKey]) -> Result<User, Error> {
        const META: &OperationMeta = ReplaceUserRoles::META;
        let id: UserId = address(META, key)?;
        let roles: Vec<RoleId> = addresses(META, roles)?;
        Self::users(self).update_user_roles(id, roles).send().await?;
        let user = Self::users(self).details(id).send().await;
        user.map(User::from).map_err(|error| error.not_read_back(META))
    }

    async fn delete_user(&self, key: &UserKey, successor: Option<&UserKey>) -> Result<(), Error> {
        CAPABILITIES.require_if(successor.is_some(), Ability::HandOver)?;
        let id: UserId = address(DeleteUser::META, key)?;
        Self::users(self).delete(id).send().await
    }
}

/// Permissions from their words, before anything is sent.
fn permissions(meta: &'static OperationMeta, words: &[String]) -> Result<Vec<Permission>, Error> {
    let permission = |word: &String| {
        Permission::from_word(word).map_err(|error| {
            let shown: String = word.chars().take(64).collect();
            let expected = "two words with a colon between, such as dashboard:read, or the JSON of a permission";
            Error::invalid_input(meta, format!("{shown:?} is not a permission: expected {expected} ({error})"))
        })
    };
    words.iter().map(permission).collect()
}

impl IdentityExposure {
    /// Sets what a role allows, after `done` was done to it.
    async fn allow(&self, id: RoleId, permissions: Vec<Permission>, done: Option<&str>) -> Result<Role, Error> {
        match (Self::roles(self).replace_role_permissions(id, permissions).send().await, done) {
            (Ok(role), _) => Ok(role.into()),
            (Err(error), None) => Err(error),
            (Err(error), Some(done)) => {
                let message = format!("the role ie:{id} was {done}, but not its permissions set");
                Err(error.partly(ReplaceRolePermissions::META, message))
            }
        }
    }
}

#[async_trait]
impl RoleAdmin for IdentityExposure {
    fn roles(&self) -> Listing<Role> {
        Self::roles(self).list().items().map(Role::from)
    }

    async fn role(&self, key: &RoleKey) -> Result<Role, Error> {
        let id: RoleId = address(GetRole::META, key)?;
        let role = Role::from(Self::roles(self).details(id).send().await?);
        if role.permissions != Known::NotTold {
            return Ok(role);
        }
        // The details of a role may lack its permissions; the list has them.
        let listed = Self::roles(self).list().send().await?.into_iter().find(|role| role.id == id);
        Ok(listed.map_or(role, Role::from))
    }

    async fn create_role(&self, role: &NewRole) -> Result<Role, Error> {
        let permissions = permissions(CreateRole::META, &role.permissions)?;
        let created = Self::roles(self).create(&role.name, &role.description).send().await?;
        if permissions.is_empty() {
            return Ok(created.into());
        }
        self.allow(created.id, permissions, Some("created")).await
    }

    async fn change_role(&self, key: &RoleKey, change: &RoleChange) -> Result<Role, Error> {
        let id: RoleId = address(UpdateRole::META, key)?;
        let permissions =
            change.permissions.as_deref().map(|words| permissions(UpdateRole::META, words)).transpose()?;
        let mut request = UpdateRole::new(id);
        request.name.clone_from(&change.name);
        request.description.clone_from(&change.description);
        let texts = change.name.is_some() || change.description.is_some();
        if texts {
            self.client().execute(&request).await?;
        }
        match permissions {
            Some(permissions) => self.allow(id, permissions, texts.then_some("changed")).await,
            // The answer to a change may lack the description.
            None if texts => RoleAdmin::role(self, key).await.map_err(|error| error.not_read_back(UpdateRole::META)),
            None => RoleAdmin::role(self, key).await,
        }
    }

    async fn delete_role(&self, key: &RoleKey) -> Result<(), Error> {
        let id: RoleId = address(DeleteRole::META, key)?;
        Self::roles(self).delete(id).send().await
    }
}

/// What there is no call for.
fn unsupported<T>(ability: Ability) -> Result<T, Error> {
    CAPABILITIES.require(ability)?;
    Err(Error::unsupported(CAPABILITIES.product, ability.name(), "there is no call for it"))
}

#[async_trait]
impl GroupAdmin for IdentityExposure {
    fn groups(&self) -> Listing<Group> {
        Listing::of(async |_| unsupported(Ability::ListGroups))
    }

    async fn group(&self, _: &GroupKey) -> Result<Group, Error> {
        unsupported(Ability::ReadGroup)
    }

    async fn create_group(&self, _: &str) -> Result<Group, Error> {
        unsupported(Ability::CreateGroup)
    }

    async fn rename_group(&self, _: &GroupKey, _: &str) -> Result<Group, Error> {
        unsupported(Ability::RenameGroup)
    }

    async fn delete_group(&self, _: &GroupKey, empty_first: bool) -> Result<(), Error> {
        unsupported(if empty_first { Ability::EmptyGroup } else { Ability::DeleteGroup })
    }

    async fn members(&self, _: &GroupKey) -> Result<Vec<User>, Error> {
        unsupported(Ability::ListMembers)
    }

    async fn add_member(&self, _: &GroupKey, _: &UserKey) -> Result<(), Error> {
        unsupported(Ability::AddMember)
    }

    async fn remove_member(&self, _: &GroupKey, _: &UserKey) -> Result<(), Error> {
        unsupported(Ability::RemoveMember)
    }
}
