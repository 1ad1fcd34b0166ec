//! The call of each step.

use tenable_api::Error;
use tenable_api::admin::{NewRole, NewUser, RoleChange, SignInChange, UserChange};
use tenable_api::model::shared::{GroupKey, RoleKey, UserKey};

use super::{Run, Site, is_creation};
use crate::plan::{Change, Named, Step, Subject};
use crate::{Failure, Outcome, Snapshot};

impl Run<'_> {
    /// Sends it, whatever is there.
    pub(super) async fn call(&self, site: Site<'_>, step: &Step) -> Result<Outcome, Error> {
        match &step.subject {
            Subject::Role(role) => self.role_step(site, &step.change, role).await,
            Subject::Group(group) => self.group_step(site, &step.change, group).await,
            Subject::User(user) => self.user_step(site, step, user).await,
        }
    }

    async fn role_step(&self, site: Site<'_>, change: &Change, role: &Named<RoleKey>) -> Result<Outcome, Error> {
        let admin = site.admin;
        match change {
            Change::CreateRole { description, permissions } => {
                if let Some(key) = self.role_key(site.snapshot, role) {
                    // It is begun; see `holds::is_begun`.
                    admin.change_role(&key, &RoleChange::new().permissions(permissions)).await?;
                    return Ok(Outcome::Done);
                }
                let new = NewRole::new(&role.name).description(description).permissions(permissions);
                let made = admin.create_role(&new).await?;
                self.remember_role(site.snapshot, &role.name, made.key);
            }
            Change::ChangeRole { description, permissions } => {
                let Some(key) = self.role_key(site.snapshot, role) else { return Ok(nowhere("role", &role.name)) };
                let mut edit = RoleChange::new();
                edit.description = description.as_ref().map(|edit| edit.to.clone());
                edit.permissions = permissions.as_ref().map(|edit| edit.to.clone());
                admin.change_role(&key, &edit).await?;
            }
            Change::DeleteRole => {
                let Some(key) = self.role_key(site.snapshot, role) else { return Ok(nowhere("role", &role.name)) };
                admin.delete_role(&key).await?;
            }
            _ => return Ok(misfit("role")),
        }
        Ok(Outcome::Done)
    }

    async fn group_step(&self, site: Site<'_>, change: &Change, group: &Named<GroupKey>) -> Result<Outcome, Error> {
        match change {
            Change::CreateGroup => {
                let made = site.admin.create_group(&group.name).await?;
                self.remember_group(site.snapshot, &group.name, made.key);
            }
            Change::DeleteGroup { empty_first } => {
                let Some(key) = self.group_key(site.snapshot, group) else { return Ok(nowhere("group", &group.name)) };
                site.admin.delete_group(&key, *empty_first).await?;
            }
            _ => return Ok(misfit("group")),
        }
        Ok(Outcome::Done)
    }

    async fn user_step(&self, site: Site<'_>, step: &Step, user: &Named<UserKey>) -> Result<Outcome, Error> {
        let admin = site.admin;
        if is_creation(&step.change) {
            let new = match self.new_user(site.snapshot, step) {
                Ok(new) => new,
                Err(outcome) => return Ok(outcome),
            };
            let made = admin.create_user(&new).await?;
            self.remember_made(site.snapshot, &user.name, made);
            return Ok(Outcome::Done);
        }
        let Some(key) = self.user_key(site.snapshot, user) else { return Ok(nowhere("user", &user.name)) };
        match &step.change {
            Change::ChangeUser { user_name, email, full_name } => {
                let mut change = UserChange::new();
                change.user_name = user_name.as_ref().map(|edit| edit.to.clone());
                change.email = email.as_ref().map(|edit| edit.to.clone());
                change.full_name = full_name.as_ref().map(|edit| edit.to.clone());
                admin.change_user(&key, &change).await?;
            }
            Change::SetSignIn { password, api_keys, saml } => {
                let mut change = SignInChange::new();
                change.password = password.as_ref().map(|edit| edit.to);
                change.api_keys = api_keys.as_ref().map(|edit| edit.to);
                change.saml = saml.as_ref().map(|edit| edit.to);
                admin.set_sign_in_methods(&key, &change).await?;
            }
            Change::ReplaceKeys => drop(admin.replace_keys(&key).await?),
            Change::SetRoles { to, .. } => {
                let mut roles = Vec::new();
                for role in to {
                    match self.role_key(site.snapshot, role) {
                        Some(key) => roles.push(key),
                        None => return Ok(nowhere("role", &role.name)),
                    }
                }
                admin.assign_roles(&key, &roles).await?;
            }
            Change::JoinGroup { group } => match self.group_key(site.snapshot, group) {
                Some(group) => admin.add_member(&group, &key).await?,
                None => return Ok(nowhere("group", &group.name)),
            },
            Change::LeaveGroup { group } => match self.group_key(site.snapshot, group) {
                Some(group) => admin.remove_member(&group, &key).await?,
                None => return Ok(nowhere("group", &group.name)),
            },
            Change::SetEnabled(edit) => drop(admin.set_enabled(&key, edit.to).await?),
            Change::DeleteUser { successor } => {
                let heir = match successor {
                    None => None,
                    Some(heir) => match self.user_key(site.snapshot, heir) {
                        None => return Ok(nowhere("user", &heir.name)),
                        key => key,
                    },
                };
                admin.delete_user(&key, heir.as_ref()).await?;
            }
            Change::CreateUser { .. }
            | Change::CreateRole { .. }
            | Change::ChangeRole { .. }
            | Change::DeleteRole
            | Change::CreateGroup
            | Change::DeleteGroup { .. } => return Ok(misfit("user")),
        }
        Ok(Outcome::Done)
    }

    /// The account to make, with its first password.
    pub(super) fn new_user(&self, snapshot: &Snapshot, step: &Step) -> Result<NewUser, Outcome> {
        let Change::CreateUser { email, full_name, enabled, roles, groups } = &step.change else {
            return Err(Outcome::Refused { why: Failure::new("this makes no user") });
        };
        let name = step.subject.name();
        let password = self.options.passwords.first_password(&step.tenant, snapshot.product(), name);
        let password = password.map_err(|why| Outcome::Refused { why: Failure::new(why.to_string()) })?;
        let mut user = NewUser::new(name, password).enabled(*enabled);
        user.email.clone_from(email);
        user.full_name.clone_from(full_name);
        for role in roles {
            user.roles.push(self.role_key(snapshot, role).ok_or_else(|| nowhere("role", &role.name))?);
        }
        for group in groups {
            user.groups.push(self.group_key(snapshot, group).ok_or_else(|| nowhere("group", &group.name))?);
        }
        Ok(user)
    }
}

/// A step that no plan has but one that was put together by hand.
fn misfit(kind: &str) -> Outcome {
    Outcome::Refused { why: Failure::new(format!("this is no change of a {kind}")) }
}

fn nowhere(kind: &str, name: &str) -> Outcome {
    Outcome::Refused { why: Failure::new(format!("the {kind} {name:?} is not there")) }
}
