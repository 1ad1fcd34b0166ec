//! What came of a call that failed: what may have been done is looked for before anything is sent again.

use tenable_api::model::shared::{Group, Role, User};
use tenable_api::{Error, ErrorKind};

use super::{Run, SENDINGS, Site, is_creation};
use crate::aliases::normalized;
use crate::apply::holds::{self, Holds};
use crate::plan::{Change, Phase, Step, Subject};
use crate::{Failure, Outcome};

impl Run<'_> {
    /// What a failed call came to.
    pub(super) async fn settle(&self, site: Site<'_>, step: &Step, error: &Error) -> Outcome {
        let mut why = Failure::from(error);
        if error.kind() == ErrorKind::NotFound && step.change.phase() >= Phase::Departures {
            // It may be somebody else who is not there: the successor.
            let is_gone = matches!(self.look(site, step).await, Ok(Some(Outcome::Done)));
            return if is_gone { Outcome::Already } else { Outcome::Refused { why } };
        }
        if !why.may_have_acted {
            return Outcome::Refused { why };
        }
        for sending in 1..=SENDINGS {
            match self.look(site, step).await {
                // The server has not said that it did it, and may still do it.
                Ok(Some(Outcome::NotApplied { field, wanted, got })) if error.kind() != ErrorKind::NotApplied => {
                    why.message = format!("{}; {field} should be {wanted} and is {got} now", why.message);
                    return Outcome::Unknown { why };
                }
                Ok(Some(outcome)) => return outcome,
                // Keys that nobody has seen go with the others.
                Ok(None) if step.change == Change::ReplaceKeys && sending < SENDINGS => {}
                Ok(None) if is_creation(&step.change) && sending < SENDINGS => {}
                Ok(None) => break,
                Err(unread) => {
                    why.message = format!("{}; and it could not be looked for: {unread}", why.message);
                    break;
                }
            }
            match self.call(site, step).await {
                Ok(outcome) => return outcome,
                Err(error) => {
                    why = Failure::from(&error);
                    if !why.may_have_acted {
                        return Outcome::Refused { why };
                    }
                }
            }
        }
        Outcome::Unknown { why }
    }

    /// Whether what a call of unknown outcome should have done is so: `None` when it is not, and may be tried again.
    async fn look(&self, site: Site<'_>, step: &Step) -> Result<Option<Outcome>, Error> {
        let admin = site.admin;
        let name = step.subject.name();
        match (&step.subject, &step.change) {
            (Subject::User(_), Change::CreateUser { .. }) => {
                let found = admin.find_users(name).await?;
                let own = |user: &&User| user.user_name.value().is_some_and(|own| normalized(own) == normalized(name));
                let Some(user) = found.iter().find(own) else { return Ok(None) };
                self.remember_made(site.snapshot, name, user.clone());
                Ok(Some(Outcome::Done))
            }
            (Subject::Role(role), change) => {
                let roles: Vec<Role> = admin.roles().try_collect().await?;
                let found = roles.into_iter().find(|other| match &role.key {
                    Some(key) => other.key == *key,
                    None => other.name.value() == Some(&role.name),
                });
                Ok(match (found, change) {
                    (None, Change::DeleteRole) => Some(Outcome::Done),
                    (None, _) | (Some(_), Change::DeleteRole) => None,
                    (Some(found), change) => {
                        self.remember_role(site.snapshot, &role.name, found.key.clone());
                        match holds::role(change, &found) {
                            Holds::No(_) if holds::is_begun(change, &found) => None,
                            Holds::No(difference) => Some(difference.into()),
                            // Reading back tells the rest.
                            Holds::Yes | Holds::Untold(_) => Some(Outcome::Done),
                        }
                    }
                })
            }
            (Subject::Group(group), change) => {
                let groups: Vec<Group> = admin.groups().try_collect().await?;
                let found = groups.into_iter().find(|other| match &group.key {
                    Some(key) => other.key == *key,
                    None => other.name.value() == Some(&group.name),
                });
                Ok(match (found, change) {
                    (None, Change::DeleteGroup { .. }) => Some(Outcome::Done),
                    (Some(found), Change::CreateGroup) => {
                        self.remember_group(site.snapshot, &group.name, found.key);
                        Some(Outcome::Done)
                    }
                    _ => None,
                })
            }
            (Subject::User(user), change) => {
                let Some(key) = self.user_key(site.snapshot, user) else { return Ok(None) };
                match admin.user(&key).await {
                    Err(error)
                        if error.kind() == ErrorKind::NotFound && matches!(change, Change::DeleteUser { .. }) =>
                    {
                        Ok(Some(Outcome::Done))
                    }
                    Err(error) => Err(error),
                    Ok(_) if matches!(change, Change::DeleteUser { .. }) => Ok(None),
                    Ok(user) => {
                        Ok(match holds::user(&self.with_keys(site.snapshot, change), &user, site.snapshot, false) {
                            Holds::Yes => Some(Outcome::Done),
                            Holds::No(difference) => Some(difference.into()),
                            Holds::Untold(_) => None,
                        })
                    }
                }
            }
        }
    }
}

impl From<holds::Difference> for Outcome {
    fn from(holds::Difference { field, wanted, got, .. }: holds::Difference) -> Self {
        Self::NotApplied { field: field.to_owned(), wanted, got }
    }
}
