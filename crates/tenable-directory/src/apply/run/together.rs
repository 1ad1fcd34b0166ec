//! Accounts that are made several in a call, where a product takes several.

use std::collections::HashMap;

use tenable_api::Error;
use tenable_api::admin::NewUser;
use tenable_api::model::shared::User;

use super::{Run, SENDINGS, Site};
use crate::aliases::normalized;
use crate::plan::Change;
use crate::{Failure, Outcome};

/// How many calls that make several accounts each are begun together.
const CALLS_TOGETHER: usize = 10;

impl Run<'_> {
    /// Makes accounts in calls of several, where a product takes several. What is so already is left to the chains.
    pub(super) async fn create_together(&self, site: Site<'_>, chains: &[Vec<usize>]) {
        let firsts = chains.iter().filter_map(|chain| chain.first().copied());
        let plain = |index: &usize| matches!(&self.plan.steps[*index].change, Change::CreateUser { roles, groups, .. } if roles.is_empty() && groups.is_empty());
        let wanted: Vec<usize> = firsts.filter(plain).filter(|index| !self.is_so(site, *index)).collect();
        // Several calls together: before the first of them and after one of unknown outcome, a whole list is read.
        let at_once = site.snapshot.capabilities.creations_per_call.saturating_mul(CALLS_TOGETHER);
        for chunk in wanted.chunks(at_once).filter(|chunk| chunk.len() > 1) {
            if self.options.stop.is_stopped() {
                return;
            }
            let mut rows = Vec::new();
            for index in chunk {
                let user = self.new_user(site.snapshot, &self.plan.steps[*index]);
                match user.and_then(|user| self.begin(*index).map(|()| user)) {
                    Ok(user) => rows.push((*index, user)),
                    Err(outcome) => self.end(*index, outcome),
                }
            }
            for sending in 1..=SENDINGS {
                rows = self.send_together(site, rows, sending == SENDINGS).await;
            }
        }
    }

    /// Sends creations, and ends those of known outcome. The others are looked for all at once; those that are not there are given back, to
    /// be sent again, unless this was the last time.
    async fn send_together(&self, site: Site<'_>, rows: Vec<(usize, NewUser)>, is_last: bool) -> Vec<(usize, NewUser)> {
        if rows.is_empty() {
            return rows;
        }
        let users: Vec<NewUser> = rows.iter().map(|(_, user)| user.clone()).collect();
        let results = site.admin.create_users(&users).await;
        let mut unknown = Vec::new();
        for (row, result) in rows.into_iter().zip(results) {
            match result {
                Ok(user) => self.end_made(site, row.0, user),
                Err(error) => {
                    let why = Failure::from(error);
                    if why.may_have_acted {
                        unknown.push((row, why));
                    } else {
                        self.end(row.0, Outcome::Refused { why });
                    }
                }
            }
        }
        if unknown.is_empty() {
            return Vec::new();
        }
        let listed: Result<Vec<User>, Error> = site.admin.users().try_collect().await;
        let mut there: HashMap<String, User> = HashMap::new();
        let unread = match listed {
            Ok(users) => {
                let named = |user: User| Some((normalized(user.user_name.value()?), user));
                there.extend(users.into_iter().filter_map(named));
                None
            }
            Err(error) => Some(Failure::from(error)),
        };
        let mut again = Vec::new();
        for ((index, user), mut why) in unknown {
            match (there.remove(&normalized(&user.user_name)), &unread) {
                (Some(made), _) => self.end_made(site, index, made),
                (None, None) if !is_last => again.push((index, user)),
                (None, None) => self.end(index, Outcome::Unknown { why }),
                (None, Some(unread)) => {
                    why.message = format!("{}; and it could not be looked for: {unread}", why.message);
                    self.end(index, Outcome::Unknown { why });
                }
            }
        }
        again
    }

    fn end_made(&self, site: Site<'_>, index: usize, user: User) {
        self.remember_made(site.snapshot, self.plan.steps[index].subject.name(), user);
        self.end(index, Outcome::Done);
    }
}
