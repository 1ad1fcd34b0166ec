//! Steps on users that take more than one call, and plain names for two calls whose names mislead.

use std::collections::BTreeSet;

use secrecy::SecretString;
use tenable_model::identity_exposure::{RoleId, User, UserId};

use super::{CreateUser, GetUser, RequestPasswordReset, ResetPassword, Users};
use crate::{Call, Error, Operation as _};

impl Users {
    /// Creates a user, then gives it roles.
    ///
    /// The product has no way to do both at once, so it can be left half done: the user is there with the default roles of the
    /// instance. [`CreatedWithRoles`] says so.
    ///
    /// ```
    /// # use tenable_api::identity_exposure::{CreateUser, IdentityExposure};
    /// # async fn example(client: IdentityExposure) -> Result<(), tenable_api::Error> {
    /// let ann = CreateUser::new("Ann", "ann@example.com", "Violet-Harbor-42").active(true);
    /// let created = client.users().create_with_roles(ann, [2, 7]).send().await?;
    /// if let Err(error) = &created.roles {
    ///     eprintln!("{} was created, but has not got the roles: {error}", created.user.email);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_with_roles(
        &self,
        user: CreateUser,
        roles: impl IntoIterator<Item = impl Into<RoleId>>,
    ) -> CreateWithRoles {
        CreateWithRoles { users: self.clone(), user, roles: roles.into_iter().map(Into::into).collect() }
    }

    /// Gives a user further roles, and gives all the user has then.
    ///
    /// Reads the user and replaces the roles. The product cannot do it in one step: a change that another caller makes in between is
    /// lost. Nothing is written when the user has all the roles.
    ///
    /// ```
    /// # use tenable_api::identity_exposure::IdentityExposure;
    /// # async fn example(client: IdentityExposure) -> Result<(), tenable_api::Error> {
    /// let roles = client.users().add_roles(7, [2]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_roles(
        &self,
        id: impl Into<UserId>,
        roles: impl IntoIterator<Item = impl Into<RoleId>>,
    ) -> Result<Vec<RoleId>, Error> {
        let added: Vec<RoleId> = roles.into_iter().map(Into::into).collect();
        self.change_roles(id.into(), |roles| roles.extend(added)).await
    }

    /// Takes roles from a user, and gives those left.
    ///
    /// As [`add_roles`](Self::add_roles), it loses a change that another caller makes in between. Taking the last role sends an empty
    /// list, which servers may refuse.
    ///
    /// ```
    /// # use tenable_api::identity_exposure::IdentityExposure;
    /// # async fn example(client: IdentityExposure) -> Result<(), tenable_api::Error> {
    /// let roles = client.users().remove_roles(7, [2]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn remove_roles(
        &self,
        id: impl Into<UserId>,
        roles: impl IntoIterator<Item = impl Into<RoleId>>,
    ) -> Result<Vec<RoleId>, Error> {
        let removed: BTreeSet<RoleId> = roles.into_iter().map(Into::into).collect();
        self.change_roles(id.into(), |roles| roles.retain(|role| !removed.contains(role))).await
    }

    async fn change_roles(&self, id: UserId, change: impl FnOnce(&mut BTreeSet<RoleId>)) -> Result<Vec<RoleId>, Error> {
        let response = self.details(id).send_with_response().await?;
        if response.value.lacks("roles") {
            return Err(Error::incomplete(GetUser::META, response.status, "the answer does not hold the user's roles"));
        }
        let present: BTreeSet<RoleId> = response.value.roles.into_iter().collect();
        let mut wanted = present.clone();
        change(&mut wanted);
        if wanted == present {
            return Ok(present.into_iter().collect());
        }
        Ok(self.update_user_roles(id, wanted).send().await?.roles)
    }

    /// The user of this e-mail address, compared without regard to letter case; `None` when there is none.
    ///
    /// The product has no search: the whole list is read. The way to settle a creation whose outcome is unknown.
    ///
    /// ```
    /// # use tenable_api::identity_exposure::IdentityExposure;
    /// # async fn example(client: IdentityExposure) -> Result<(), tenable_api::Error> {
    /// match client.users().create("Ann", "ann@example.com", "Violet-Harbor-42").send().await {
    ///     Err(error) if error.outcome_unknown() => {
    ///         let there = client.users().find_by_email("ann@example.com").await?.is_some();
    ///     }
    ///     result => { result?; }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let email = email.trim().to_lowercase();
        let users = self.list().send().await?;
        Ok(users.into_iter().find(|user| user.email.trim().to_lowercase() == email))
    }

    /// Another name for [`create_password`](Self::create_password), which creates no password: it asks the server to mail a link for
    /// setting one.
    pub fn request_password_reset(&self, email: impl Into<String>) -> Call<RequestPasswordReset> {
        self.create_password(email)
    }

    /// Another name for [`retrieve_password`](Self::retrieve_password), which retrieves no password: it sets one, with the token of
    /// the mail.
    pub fn reset_password_with_token(
        &self,
        token: impl Into<SecretString>,
        new_password: impl Into<SecretString>,
    ) -> Call<ResetPassword> {
        self.retrieve_password(token, new_password)
    }
}

/// A creation with chosen roles, made by [`Users::create_with_roles`].
#[derive(Clone, Debug)]
#[must_use = "nothing is done until it is sent"]
pub struct CreateWithRoles {
    users: Users,
    user: CreateUser,
    roles: Vec<RoleId>,
}

/// What came of a creation with chosen roles.
#[derive(Debug)]
#[must_use = "the user may be there without the roles"]
#[non_exhaustive]
pub struct CreatedWithRoles {
    /// The user. It is there, whatever came of the roles; its `roles` are those it has as far as is known.
    pub user: User,
    /// The roles it got, or why it has not got them; it then has the default roles of the instance.
    pub roles: Result<Vec<RoleId>, Error>,
}

impl CreateWithRoles {
    /// Creates the user, then gives it the roles. An error means that the user was not created, or that it is not known.
    pub async fn send(self) -> Result<CreatedWithRoles, Error> {
        let Self { users, user, roles } = self;
        let mut user = users.client.execute(&user).await?.value;
        let roles = users.update_user_roles(user.id, roles).send().await.map(|given| given.roles);
        if let Ok(roles) = &roles {
            user.roles.clone_from(roles);
        }
        Ok(CreatedWithRoles { user, roles })
    }
}
