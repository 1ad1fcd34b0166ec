//! What is planned, case by case: made-up tenants, no server.

mod accounts;
mod guards;
mod objects;
mod people;
mod plans;

use serde_json::{Value, json};
use tenable_api::model::shared::{Group, GroupKey, GroupReference, Role, User, UserKey};
use tenable_api::model::{Known, identity_exposure, security_center, vulnerability_management};

use super::Planner;
use crate::plan::Planned;
use crate::whois::examples::{
    center, center_tenant, exposure, exposure_tenant, management, management_key, management_tenant, management_user,
    present,
};
use crate::wish::{GroupWish, Presence, RoleWish, SignInWish, UserWish, Wish};
use crate::{Aliases, Directory, Failure, Removals, Snapshot, Unlisted, Unread};

const ANN: &str = "ann@example.com";
const BO: &str = "bo@example.com";

/// What came of a wish: steps, problems and notes, one line each.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lines {
    steps: Vec<String>,
    problems: Vec<String>,
    notes: Vec<String>,
}

impl From<Planned> for Lines {
    fn from(planned: Planned) -> Self {
        Self {
            steps: planned.plan.steps.iter().map(ToString::to_string).collect(),
            problems: planned.problems.iter().map(ToString::to_string).collect(),
            notes: planned.plan.notes,
        }
    }
}

impl Lines {
    /// The steps, when nothing else is said.
    fn only_steps(&self) -> &[String] {
        assert!(self.problems.is_empty() && self.notes.is_empty(), "{self:#?}");
        &self.steps
    }

    /// The one problem, when there are no steps.
    fn only_problem(&self) -> &str {
        let [problem] = &self.problems[..] else { panic!("{self:#?}") };
        assert_eq!(self.steps, [""; 0], "{problem}");
        problem
    }
}

fn directory() -> Directory {
    Directory::new([]).unwrap()
}

fn planned(snapshot: &Snapshot, wish: &Wish) -> Planned {
    directory().plan_from(present([snapshot.clone()]), |_| wish.clone())
}

fn lines(snapshot: &Snapshot, wish: &Wish) -> Lines {
    planned(snapshot, wish).into()
}

/// What came of a wish about one person.
fn of_user(snapshot: &Snapshot, user: UserWish) -> Lines {
    lines(snapshot, &users([user]))
}

fn users(users: impl IntoIterator<Item = UserWish>) -> Wish {
    let mut wish = Wish::default();
    wish.users.extend(users);
    wish
}

/// A wish about a person, with what is set.
fn wish(person: &str, set: impl FnOnce(&mut UserWish)) -> UserWish {
    let mut user = UserWish::new(person);
    set(&mut user);
    user
}

#[expect(clippy::unnecessary_wraps, reason = "as the fields of a wish hold it")]
fn texts<const N: usize>(texts: [&str; N]) -> Option<Vec<String>> {
    Some(texts.map(str::to_owned).into())
}

fn absent(successor: Option<&str>) -> Presence {
    Presence::Absent { successor: successor.map(str::to_owned) }
}

fn exposure_role(id: u64, name: &str, permissions: &Value) -> Role {
    let role = json!({"id": id, "name": name, "description": "", "permissions": permissions});
    serde_json::from_value::<identity_exposure::Role>(role).unwrap().into()
}

fn management_role(id: u64, name: &str, kind: &str) -> Role {
    let uuid = format!("9a0c1e00-0000-4000-8000-{id:012}");
    let role = json!({"uuid": uuid, "name": name, "type": kind, "description": "Reads", "role_permission_strings": ["B", "A"]});
    serde_json::from_value::<vulnerability_management::Role>(role).unwrap().into()
}

fn management_group(id: u64, name: &str, more: &[(&str, Value)]) -> Group {
    let mut group =
        json!({"id": id, "uuid": format!("7c1f0b52-0000-4000-8000-{id:012}"), "name": name, "user_count": 1});
    for (field, value) in more {
        group[field] = value.clone();
    }
    serde_json::from_value::<vulnerability_management::Group>(group).unwrap().into()
}

fn center_group(id: u64, name: &str) -> Group {
    let group = json!({"id": id.to_string(), "name": name, "description": ""});
    serde_json::from_value::<security_center::Group>(group).unwrap().into()
}

fn center_role(id: u64, name: &str) -> Role {
    let role = json!({"id": id.to_string(), "name": name, "description": "Reads", "permCreateTickets": "true"});
    serde_json::from_value::<security_center::Role>(role).unwrap().into()
}

/// The user of Vulnerability Management, in these groups.
fn in_groups(mut user: User, groups: &[u64]) -> User {
    let key = |id: &u64| format!("vm:7c1f0b52-0000-4000-8000-{id:012}").parse::<GroupKey>().unwrap();
    user.groups = Known::Value(groups.iter().map(|id| GroupReference::new(key(id), None)).collect());
    user
}

/// Ann and Bo in Identity Exposure, with the roles User, Auditor and Night watch.
fn exposure_example() -> Snapshot {
    let mut tenant = exposure_tenant([exposure(4, ANN, "Ann", "Lee"), exposure(5, BO, "Bo", "Berg")]);
    tenant.roles.push(exposure_role(3, "Auditor", &json!([])));
    tenant.roles.push(exposure_role(6, "Night watch", &json!([])));
    tenant
}

/// Ann and Bo in Security Center, in the groups Analysts and Operations.
fn center_example() -> Snapshot {
    let mut tenant = center_tenant([center(4, "ann", ANN, "Ann Lee", 4), center(5, "bo", BO, "Bo Berg", 3)]);
    tenant.groups = vec![center_group(2, "Analysts"), center_group(3, "Operations")];
    tenant
}

/// Ann and Bo in Vulnerability Management; Ann is in Operations. Directory is filled by SAML, and everybody is in All Users.
fn management_example() -> Snapshot {
    let ann = in_groups(management(4, ANN, "Ann Lee", 16), &[0, 1]);
    let mut tenant = management_tenant([ann, management(5, BO, "Bo Berg", 32)]);
    tenant.groups = vec![
        management_group(0, "All Users", &[]),
        management_group(1, "Operations", &[]),
        management_group(2, "Analysts", &[]),
        management_group(3, "Directory", &[("managed_by_saml", true.into())]),
    ];
    tenant
}

fn unread(what: &str) -> Unread {
    Unread { what: what.to_owned(), why: Failure::new("refused") }
}

/// Whom the lists do not tell enough of.
fn untold(snapshot: &Snapshot, wish: &Wish) -> Vec<UserKey> {
    let (aliases, protected) = (Aliases::default(), std::collections::BTreeSet::new());
    let mut planner = Planner::new(snapshot, wish, &aliases, &protected);
    planner.compute();
    planner.untold.users
}
