//! What should be left of each account, in the words of the engine.

use tenable_api::admin::Ability;
use tenable_api::model::shared::{User, UserKey};
use tenable_api::model::{Known, Product};

use super::accounts::{Chosen, choose};
use super::limits::{self, NotDone};
use super::successor::heir;
use super::{Departure, Offboarding};
use crate::present::shown;
use crate::wish::{Presence, SignInWish, UserWish, Wish};
use crate::{Aliases, Problem, Removals, Snapshot};

/// What is asked of one tenant, and what cannot be.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) tenant: String,
    pub(super) departure: Departure,
    pub(super) wish: Wish,
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<String>,
    pub(super) leaving: Vec<Leaving>,
    /// Accounts that bear a name of the person and were not named.
    pub(super) staying: Vec<UserKey>,
}

/// One account that is closed.
#[derive(Clone, Debug)]
pub(super) struct Leaving {
    pub(super) key: UserKey,
    pub(super) not_done: Vec<NotDone>,
}

impl Draft {
    pub(super) fn new(offboarding: &Offboarding, snapshot: &Snapshot, aliases: &Aliases) -> Self {
        let Chosen { leaving, staying, doubts } = choose(offboarding, snapshot, aliases);
        let departure = offboarding.departure_of(&snapshot.tenant).clone();
        let mut draft = Self {
            tenant: snapshot.tenant.clone(),
            departure,
            wish: Wish::default(),
            problems: doubts,
            notes: Vec::new(),
            leaving: Vec::new(),
            staying: staying.iter().map(|user| user.key.clone()).collect(),
        };
        for user in staying {
            draft.notes.push(format!(
                "{} ({}) bears a name of the person and stays: it was not named",
                shown(user),
                user.key
            ));
        }
        for user in leaving {
            draft.close(user, &offboarding.person, snapshot, aliases);
        }
        // One account is a removal when it is disabled, and another when it is deleted.
        draft.wish.scope.most_removals = Removals::Count(draft.leaving.len() * 2);
        draft
    }

    fn close(&mut self, user: &User, person: &str, snapshot: &Snapshot, aliases: &Aliases) {
        let mut leaving = Leaving { key: user.key.clone(), not_done: Vec::new() };
        let wish = match limits::out_of_reach(user, snapshot) {
            Some(limit) => {
                leaving.not_done.push(limit);
                None
            }
            None => Some(self.wish_for(user, person, snapshot, aliases, &mut leaving.not_done)),
        };
        for limit in &leaving.not_done {
            self.notes.push(format!("{}: not done: {}: {}; {}", shown(user), limit.what, limit.why, limit.instead));
        }
        self.notes.extend(comes_back(user));
        self.wish.users.extend(wish);
        self.leaving.push(leaving);
    }

    fn wish_for(
        &mut self,
        user: &User,
        person: &str,
        snapshot: &Snapshot,
        aliases: &Aliases,
        not_done: &mut Vec<NotDone>,
    ) -> UserWish {
        let capabilities = snapshot.capabilities;
        let mut can = |ability: Ability| {
            let limit = NotDone::by_table(capabilities, ability);
            let can = limit.is_none();
            not_done.extend(limit);
            can
        };
        let mut wish = UserWish::new(aliases.person(person));
        wish.user_name = Some(user.key.to_string());
        wish.presence = Presence::IfPresent;
        if can(Ability::SetSignInMethods) {
            wish.sign_in = SignInWish::CLOSED;
        }
        wish.replace_keys = can(Ability::ReplaceKeys);
        let keys_are_closed = wish.replace_keys && user.sign_in.api_keys == Known::Value(false);
        if can(Ability::SetEnabled) {
            wish.enabled = Some(false);
        }
        if snapshot.capabilities.can(Ability::RemoveMember) {
            wish.groups = Some(Vec::new());
        } else if has_groups(user) {
            can(Ability::RemoveMember);
        }
        match limits::role_stays(user, snapshot) {
            Some(limit) => not_done.push(limit),
            None => match least_roles(snapshot) {
                Ok(roles) => wish.roles = Some(roles),
                Err(limit) => not_done.push(limit),
            },
        }
        if keys_are_closed {
            let why = "the account may not use the API, so this run does not replace its keys";
            let instead = "have them replaced before its API access is ever opened again";
            not_done.push(NotDone::new(Ability::ReplaceKeys, why, instead));
        }
        if let Departure::Delete { successor } = self.departure.clone() {
            wish.presence = self.deletion(user, person, snapshot, aliases, successor.as_deref(), not_done);
        }
        wish
    }

    fn deletion(
        &mut self,
        user: &User,
        person: &str,
        snapshot: &Snapshot,
        aliases: &Aliases,
        successor: Option<&str>,
        not_done: &mut Vec<NotDone>,
    ) -> Presence {
        let about = |what: String| Problem::new(what).in_tenant(&snapshot.tenant).about(shown(user));
        if let Some(why) = limits::undeletable(user, snapshot) {
            self.problems.push(about(format!("{why}: have it disabled in this tenant instead")));
        }
        let Some(name) = successor else { return Presence::Absent { successor: None } };
        if let Some(limit) = NotDone::by_table(snapshot.capabilities, Ability::HandOver) {
            not_done.push(limit);
            return Presence::Absent { successor: None };
        }
        if limits::hands_nothing_over(user, snapshot) {
            let why = "deleting an administrator of Security Center hands nothing over: the objects of administrators are shared anyway";
            not_done.push(NotDone::new(Ability::HandOver, why, "nothing is left to do"));
            return Presence::Absent { successor: None };
        }
        match heir(name, user, person, snapshot, aliases) {
            Ok(heir) => {
                self.notes.extend(heir.note);
                Presence::Absent { successor: Some(heir.key.to_string()) }
            }
            Err(why) => {
                self.problems.push(about(why));
                Presence::IfPresent
            }
        }
    }
}

/// Whether an account may be in a group that it could leave.
fn has_groups(user: &User) -> bool {
    !user.groups.is_not_kept() && user.groups.value().is_none_or(|groups| !groups.is_empty())
}

/// No roles, or the least one where a user must have one.
fn least_roles(snapshot: &Snapshot) -> Result<Vec<String>, NotDone> {
    if snapshot.capabilities.can(Ability::NoRole) {
        return Ok(Vec::new());
    }
    let least = snapshot.capabilities.least_role;
    // Custom roles may have any name; the product's own one is meant.
    let is_least = |role: &&tenable_api::model::shared::Role| {
        role.predefined != Known::Value(false) && role.name.value().map(String::as_str) == least
    };
    match (least, snapshot.roles.iter().find(is_least)) {
        (Some(_), Some(role)) => Ok(vec![role.key.to_string()]),
        (least, _) => {
            let why = match (least, snapshot.why_unread("roles")) {
                (_, Some(unread)) => format!("the roles could not be read: {unread}"),
                (Some(least), None) => format!("the tenant lists no role {least}"),
                (None, None) => "users cannot be without a role".to_owned(),
            };
            Err(NotDone::new(Ability::AssignRoles, why, "take the role away by hand"))
        }
    }
}

/// What brings an account back that its directory made, beyond what every plan says of it.
fn comes_back(user: &User) -> Option<String> {
    let by = |way: &Known<bool>| *way == Known::Value(true);
    let elsewhere = by(&user.sign_in.saml) || by(&user.sign_in.ldap);
    let what = match user.product {
        Product::SecurityCenter => {
            "Security Center overwrites accounts that SAML or LDAP provides at their next sign-in, and makes deleted ones again: \
             take the person out at the directory first"
        }
        Product::IdentityExposure => {
            "Identity Exposure makes accounts at their first sign-in by SAML or LDAP for members of the groups that its configuration \
             allows: take the person out of these groups"
        }
        _ => return None,
    };
    elsewhere.then(|| format!("{}: {what}", shown(user)))
}
