//! Who administers a tenant, and which roles allow as much.
//!
//! By what is documented: the roles that the products bring for it, and roles that allow all that one of these allows.

use std::collections::{BTreeSet, HashMap};

use tenable_api::model::shared::{PlatformRole, Role, RoleKey, RoleReference, User, UserKey};
use tenable_api::model::vulnerability_management::PredefinedRole;
use tenable_api::model::{Known, Product, identity_exposure, security_center};

use crate::Snapshot;
use crate::aliases::normalized;

/// How strong a role is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strength {
    /// As an administrator.
    Administrator,
    /// Less, as far as it is told.
    Other,
}

/// Has every permission and cannot be changed. Source: user guide.
const GLOBAL_ADMINISTRATOR: &str = "global administrator";
/// Administers the application. Source: vendor's API pages.
const ADMINISTRATOR: security_center::RoleId = security_center::RoleId(1);
/// Administers an organization. Source: vendor's API pages.
const SECURITY_MANAGER: security_center::RoleId = security_center::RoleId(2);
/// Allows nothing. Source: vendor's API pages.
const NO_ROLE: security_center::RoleId = security_center::RoleId(0);
/// The flag that only the role of administrators has. Source: source of existing clients.
const MANAGE_APPLICATION: &str = "permManageApp";
/// Without this flag, what is told of Security Managers is not all. Source: vendor's API pages, on full access to all actions.
const MANAGE_ROLES_OF_ORGANIZATION: &str = "permManageRoles";
/// Allows to change what custom roles allow, the own one included. Source: vendor's API documentation.
const MANAGE_ROLES: &str = "TIO_BACKEND.ACCESS_CONTROL.MANAGE";

/// Whether a role is one that the product brings for administrators.
pub(crate) fn strength(role: &Role) -> Strength {
    let named = |name: &str| role.name.value().is_some_and(|own| normalized(own) == name);
    let strong = match &role.key {
        RoleKey::IdentityExposure(_) => named(GLOBAL_ADMINISTRATOR),
        RoleKey::SecurityCenter(id) => matches!(*id, ADMINISTRATOR | SECURITY_MANAGER),
        RoleKey::VulnerabilityManagement(PlatformRole::Predefined(role)) => *role == PredefinedRole::Administrator,
        RoleKey::VulnerabilityManagement(PlatformRole::Uuid(_)) => {
            role.predefined == Known::Value(true) && named("administrator")
        }
        _ => false,
    };
    if strong { Strength::Administrator } else { Strength::Other }
}

/// Whether an account administers its tenant by a role that the product brings for it; `None` when that is not told.
///
/// A Security Manager administers an organization, which is all there is where the connection is of one; where it is an
/// administrator's, it is not.
pub(crate) fn is_administrator(user: &User, snapshot: &Snapshot) -> Option<bool> {
    let mut all_told = true;
    for reference in user.roles.value()? {
        match strength_of(reference, snapshot.role(&reference.key)) {
            Some(Strength::Administrator) if !is_of_another_organization(user, reference) => return Some(true),
            Some(_) => {}
            None => all_told = false,
        }
    }
    all_told.then_some(false)
}

/// Users whom an administrator sees in an organization have its number in their keys.
fn is_of_another_organization(user: &User, role: &RoleReference) -> bool {
    let in_organization = matches!(&user.key, UserKey::SecurityCenter(address) if address.organization().is_some());
    in_organization && role.key == RoleKey::SecurityCenter(SECURITY_MANAGER)
}

/// The strength of a role that an account has, also when the list of roles lacks it: `None` when its key and name tell nothing.
fn strength_of(reference: &RoleReference, listed: Option<&Role>) -> Option<Strength> {
    if let Some(role) = listed {
        return Some(strength(role));
    }
    let strong = match &reference.key {
        RoleKey::SecurityCenter(id) => matches!(*id, ADMINISTRATOR | SECURITY_MANAGER),
        RoleKey::VulnerabilityManagement(PlatformRole::Predefined(role)) => *role == PredefinedRole::Administrator,
        // No two roles have one name. Source: vendor's API documentation.
        RoleKey::VulnerabilityManagement(PlatformRole::Uuid(_)) => {
            normalized(reference.name.value()?) == "administrator"
        }
        _ => return None,
    };
    Some(if strong { Strength::Administrator } else { Strength::Other })
}

/// What can be said of a role, or of several together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It makes an administrator because the product brings it for that, by this name.
    Administrator(String),
    /// It makes as much as an administrator, for this reason.
    Alike(String),
    /// It allows less.
    Less,
    /// What it allows is not told, or not what administrators may.
    Untold,
}

impl Judgement {
    /// Whether it makes an administrator; `None` when that is not told.
    pub(crate) const fn administrator(&self) -> Option<bool> {
        match self {
            Self::Administrator(_) | Self::Alike(_) => Some(true),
            Self::Less => Some(false),
            Self::Untold => None,
        }
    }

    /// Why it makes an administrator.
    pub(crate) fn why(&self) -> Option<&str> {
        match self {
            Self::Administrator(why) | Self::Alike(why) => Some(why),
            Self::Less | Self::Untold => None,
        }
    }
}

/// The roles of one tenant, judged.
#[derive(Debug)]
pub(crate) struct Strengths<'a> {
    roles: HashMap<RoleKey, (&'a Role, Judgement)>,
    /// What administrators may: names of their roles, with permissions.
    administrators: Vec<(String, Permissions)>,
    /// Predefined roles of Vulnerability Management, by number: an account may tell the number, and the list has the UUID.
    predefined: HashMap<String, RoleKey>,
}

impl<'a> Strengths<'a> {
    /// The roles of this tenant.
    pub(crate) fn of(snapshot: &'a Snapshot) -> Self {
        let strong = snapshot.roles.iter().filter(|role| strength(role) == Strength::Administrator);
        let told = strong.filter_map(|role| Some((role, Permissions::of(role)?)));
        let comparable = told.filter(|(role, permissions)| permissions.say_all_of(role));
        let administrators: Vec<_> = comparable.map(|(role, permissions)| (shown(role), permissions)).collect();
        let judged = |role: &'a Role| (role.key.clone(), (role, judge(role, &administrators)));
        let roles = snapshot.roles.iter().map(judged).collect();
        let predefined = snapshot
            .roles
            .iter()
            .filter(|role| role.product == Product::VulnerabilityManagement && role.predefined == Known::Value(true));
        let predefined =
            predefined.filter_map(|role| Some((normalized(role.name.value()?), role.key.clone()))).collect();
        Self { roles, administrators, predefined }
    }

    /// What can be said of a role of the list.
    pub(crate) fn judgement(&self, key: &RoleKey) -> Judgement {
        self.roles.get(key).map_or(Judgement::Untold, |(_, judgement)| judgement.clone())
    }

    /// The key by which the list has a role that an account has.
    pub(crate) fn listed_key(&self, reference: &RoleReference) -> Option<&RoleKey> {
        if let Some((role, _)) = self.roles.get(&reference.key) {
            return Some(&role.key);
        }
        match &reference.key {
            RoleKey::VulnerabilityManagement(PlatformRole::Predefined(role)) => {
                self.predefined.get(&normalized(role.name()?))
            }
            _ => None,
        }
    }

    /// What makes somebody with these roles an administrator: `Some` and empty when nothing does, `None` when that is not told.
    pub(crate) fn administrator_by(&self, references: &[RoleReference]) -> Option<Vec<String>> {
        let listed = |reference: &RoleReference| self.listed_key(reference).and_then(|key| self.roles.get(key));
        let mut why = Vec::new();
        let mut all_told = true;
        for reference in references {
            match listed(reference) {
                Some((role, Judgement::Administrator(_))) => why.push(shown(role)),
                Some((role, Judgement::Alike(reason))) => why.push(format!("{}: {reason}", shown(role))),
                Some((_, Judgement::Less)) => {}
                Some((_, Judgement::Untold)) => all_told = false,
                None => match strength_of(reference, None) {
                    Some(Strength::Administrator) => {
                        let name = reference.name.value().cloned();
                        why.push(name.unwrap_or_else(|| well_known(&reference.key).to_owned()));
                    }
                    _ if is_less(&reference.key) => {}
                    _ => all_told = false,
                },
            }
        }
        if why.is_empty() && references.len() > 1 {
            let roles: Vec<&Role> = references.iter().filter_map(listed).map(|(role, _)| *role).collect();
            why.extend(self.together(&roles));
        }
        why.sort();
        (all_told || !why.is_empty()).then_some(why)
    }

    /// Several roles of one account may allow together what none allows alone.
    fn together(&self, roles: &[&Role]) -> Option<String> {
        let permissions = roles.iter().filter_map(|role| Permissions::of(role)).reduce(Permissions::with)?;
        let (administrator, _) = self.administrators.iter().find(|(_, wanted)| permissions.cover(wanted))?;
        let mut names: Vec<String> = roles.iter().map(|role| shown(role)).collect();
        names.sort();
        Some(format!("{}: together they allow all that {administrator} allows", names.join(", ")))
    }
}

/// What can be said of one role.
fn judge(role: &Role, administrators: &[(String, Permissions)]) -> Judgement {
    if strength(role) == Strength::Administrator {
        return Judgement::Administrator(shown(role));
    }
    if is_less(&role.key) {
        return Judgement::Less;
    }
    if role.product == Product::VulnerabilityManagement && role.predefined == Known::Value(true) {
        return Judgement::Less;
    }
    let Some(permissions) = Permissions::of(role) else { return Judgement::Untold };
    if permissions.words.is_empty() {
        return Judgement::Less;
    }
    if role.product == Product::VulnerabilityManagement && permissions.words.contains(MANAGE_ROLES) {
        let why = format!("allows to change what every custom role allows, this one included, by {MANAGE_ROLES}");
        return Judgement::Alike(why);
    }
    if let Some((administrator, _)) = administrators.iter().find(|(_, wanted)| permissions.cover(wanted)) {
        return Judgement::Alike(format!("allows all that {administrator} allows"));
    }
    if administrators.is_empty() { Judgement::Untold } else { Judgement::Less }
}

/// Roles that are known to allow less, by their keys alone.
fn is_less(key: &RoleKey) -> bool {
    match key {
        RoleKey::SecurityCenter(id) => *id == NO_ROLE,
        RoleKey::VulnerabilityManagement(PlatformRole::Predefined(role)) => {
            !matches!(role, PredefinedRole::Administrator | PredefinedRole::Other(_))
        }
        _ => false,
    }
}

const fn well_known(key: &RoleKey) -> &'static str {
    match key {
        RoleKey::SecurityCenter(SECURITY_MANAGER) => "Security Manager",
        _ => "Administrator",
    }
}

fn shown(role: &Role) -> String {
    role.name.value().cloned().unwrap_or_else(|| role.key.to_string())
}

/// What a role allows, as words that compare within one product.
#[derive(Clone, Debug)]
struct Permissions {
    product: Product,
    words: BTreeSet<String>,
}

impl Permissions {
    fn of(role: &Role) -> Option<Self> {
        Some(Self { product: role.product, words: role.permissions.value()?.iter().cloned().collect() })
    }

    fn with(mut self, other: Self) -> Self {
        self.words.extend(other.words);
        self
    }

    /// Whether they say what an administrator's role allows. A server may list nothing, or little, of a role that allows everything.
    fn say_all_of(&self, role: &Role) -> bool {
        match &role.key {
            RoleKey::SecurityCenter(ADMINISTRATOR) => self.words.contains(MANAGE_APPLICATION),
            RoleKey::SecurityCenter(_) => self.words.contains(MANAGE_ROLES_OF_ORGANIZATION),
            _ => !self.words.is_empty(),
        }
    }

    /// Whether everything of the other is allowed.
    fn cover(&self, other: &Self) -> bool {
        other.words.iter().all(|word| self.allows(word))
    }

    fn allows(&self, word: &str) -> bool {
        if self.words.contains(word) {
            return true;
        }
        match self.product {
            Product::SecurityCenter => word == "permScan:policy" && self.words.contains("permScan:full"),
            // What is allowed of all entities is allowed of some.
            Product::IdentityExposure => identity_exposure::Permission::from_word(word).is_ok_and(|permission| {
                let all = format!("{}:{}", permission.entity_name, permission.action);
                permission.extra.is_empty() && self.words.contains(&all)
            }),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tenable_api::model::vulnerability_management;

    use super::*;
    use crate::whois::examples::{
        center, center_tenant, exposure, exposure_tenant, exposure_user, management, management_tenant,
        management_user, of_organization,
    };

    fn exposure_role(id: u64, name: &str, permissions: &Value) -> Role {
        let role = json!({"id": id, "name": name, "description": "", "permissions": permissions});
        serde_json::from_value::<identity_exposure::Role>(role).unwrap().into()
    }

    fn permission(entity: &str, action: &str, ids: &Value) -> Value {
        json!({"entityName": entity, "action": action, "entityIds": ids, "dynamicId": null})
    }

    fn center_role(id: u64, flags: &Value) -> Role {
        let mut role = json!({"id": id.to_string(), "name": format!("Role {id}")});
        role.as_object_mut().unwrap().extend(flags.as_object().unwrap().clone());
        serde_json::from_value::<security_center::Role>(role).unwrap().into()
    }

    fn management_role(id: u64, name: &str, kind: &str, permissions: &Value) -> Role {
        let uuid = format!("9a0c1e00-0000-4000-8000-{id:012}");
        let role = json!({"uuid": uuid, "name": name, "type": kind, "role_permission_strings": permissions});
        serde_json::from_value::<vulnerability_management::Role>(role).unwrap().into()
    }

    #[test]
    fn roles_of_administrators() {
        for (role, strong) in [
            (exposure_role(1, "Global Administrator", &json!([])), true),
            (exposure_role(1, "Auditor", &json!([])), false),
            (center_role(1, &json!({})), true),
            (center_role(2, &json!({})), true),
            (center_role(3, &json!({"permManageRoles": "true"})), false),
            (management_role(64, "Administrator", "STANDARD", &json!([])), true),
            // A custom role may have any name, as far as is documented.
            (management_role(65, "administrator", "CUSTOM", &json!([])), false),
            (management_role(40, "Scan Manager", "STANDARD", &json!([])), false),
        ] {
            assert_eq!(strength(&role) == Strength::Administrator, strong, "{:?}", role.name);
        }
    }

    #[test]
    fn who_administers_a_tenant() {
        let mut ie = exposure_tenant([exposure(1, "ann@example.com", "Ann", "Lee")]);
        ie.roles.push(exposure_role(1, "Global Administrator", &json!([])));
        let of = |roles: Value| exposure_user(json!({"id": 1, "email": "a@example.com", "roles": roles}));
        assert_eq!(is_administrator(&of(json!([2, 1])), &ie), Some(true));
        assert_eq!(is_administrator(&of(json!([2])), &ie), Some(false));
        assert_eq!(is_administrator(&of(json!([])), &ie), Some(false));
        assert_eq!(is_administrator(&of(json!([2, 9])), &ie), None, "nothing is told of the role 9");
        assert_eq!(is_administrator(&exposure_user(json!({"id": 1})), &ie), None);

        let sc = center_tenant([]);
        let manager = || center(1, "ann", "ann@example.com", "Ann Lee", 2);
        assert_eq!(is_administrator(&center(1, "ann", "ann@example.com", "Ann Lee", 1), &sc), Some(true));
        assert_eq!(is_administrator(&manager(), &sc), Some(true), "of the organization of the connection");
        assert_eq!(is_administrator(&of_organization(2, manager()), &sc), Some(false), "of one of several");
        assert_eq!(is_administrator(&center(1, "ann", "ann@example.com", "Ann Lee", 3), &sc), Some(false));

        let mut vm = management_tenant([]);
        let by_uuid = |id: u64, name: &str| {
            let uuid = format!("9a0c1e00-0000-4000-8000-{id:012}");
            management_user(json!({"id": 1, "username": "a@example.com", "rbac_roles": [{"uuid": uuid, "name": name}]}))
        };
        assert_eq!(is_administrator(&management(1, "a@example.com", "", 64), &vm), Some(true));
        assert_eq!(is_administrator(&management(1, "a@example.com", "", 32), &vm), Some(false));
        assert_eq!(is_administrator(&management(1, "a@example.com", "", 0), &vm), None);
        assert_eq!(is_administrator(&by_uuid(64, "whatever"), &vm), Some(true));
        // Without the list of roles, the names that users have tell.
        vm.roles.clear();
        assert_eq!(is_administrator(&by_uuid(64, "Administrator"), &vm), Some(true));
        assert_eq!(is_administrator(&by_uuid(16, "Basic"), &vm), Some(false));
    }

    #[test]
    fn roles_that_allow_as_much() {
        let mut ie = exposure_tenant([]);
        let everything = json!([permission("user", "edit", &Value::Null), permission("role", "edit", &json!(["1"]))]);
        ie.roles = vec![
            exposure_role(1, "Global Administrator", &everything),
            exposure_role(
                2,
                "All of it",
                &json!([
                    permission("user", "edit", &Value::Null),
                    permission("role", "edit", &Value::Null),
                    permission("x", "read", &Value::Null)
                ]),
            ),
            exposure_role(
                3,
                "Some users",
                &json!([permission("user", "edit", &json!(["1"])), permission("role", "edit", &json!(["1"]))]),
            ),
            exposure_role(4, "Users", &json!([permission("user", "edit", &Value::Null)])),
            exposure_role(5, "Roles", &json!([permission("role", "edit", &json!(["1"]))])),
            exposure_role(6, "Nothing", &json!([])),
        ];
        let strengths = Strengths::of(&ie);
        let judged = |id: u64| strengths.judgement(&RoleKey::IdentityExposure(identity_exposure::RoleId(id)));
        assert_eq!(judged(1), Judgement::Administrator("Global Administrator".to_owned()));
        assert_eq!(judged(2), Judgement::Alike("allows all that Global Administrator allows".to_owned()));
        assert_eq!(judged(3), Judgement::Less, "one user is not every user");
        assert_eq!((judged(4), judged(5), judged(6)), (Judgement::Less, Judgement::Less, Judgement::Less));
        assert_eq!(judged(9), Judgement::Untold);
        let by = |roles: Value| {
            let user = exposure_user(json!({"id": 1, "roles": roles}));
            strengths.administrator_by(user.roles.value().unwrap())
        };
        assert_eq!(by(json!([4])), Some(vec![]));
        let together = "Roles, Users: together they allow all that Global Administrator allows";
        assert_eq!(by(json!([4, 5])), Some(vec![together.to_owned()]));
        assert_eq!(by(json!([4, 9])), None);
        assert_eq!(by(json!([1, 9])), Some(vec!["Global Administrator".to_owned()]));
    }

    #[test]
    fn what_security_managers_may() {
        let manager = json!({"permManageRoles": "true", "permManageGroups": "true", "permScan": "policy"});
        let judged = |manager: &Value, role: &Value| {
            let mut sc = center_tenant([]);
            sc.roles = vec![
                center_role(1, &json!({"permUpdateFeeds": "true"})),
                center_role(2, manager),
                center_role(8, role),
            ];
            Strengths::of(&sc).judgement(&RoleKey::SecurityCenter(security_center::RoleId(8)))
        };
        let more = json!({"permManageRoles": "true", "permManageGroups": "true", "permScan": "full", "permUpdateFeeds": "true"});
        assert_eq!(judged(&manager, &more), Judgement::Alike("allows all that Role 2 allows".to_owned()));
        let less = json!({"permManageRoles": "true", "permManageGroups": "true"});
        assert_eq!(judged(&manager, &less), Judgement::Less, "no scans");
        assert_eq!(judged(&json!({}), &more), Judgement::Untold, "what a Security Manager may is not told");
        assert_eq!(judged(&json!({"permCreateTickets": "true"}), &more), Judgement::Untold, "that cannot be all");
        assert_eq!(judged(&manager, &json!({})), Judgement::Untold);
        assert_eq!(judged(&manager, &json!({"permScan": "none"})), Judgement::Less, "it allows nothing");
    }

    #[test]
    fn what_administrators_of_vulnerability_management_may() {
        let judged = |administrator: Value, role: Value| {
            let mut vm = management_tenant([]);
            let administrator = management_role(64, "Administrator", "STANDARD", &administrator);
            vm.roles = vec![administrator, management_role(9, "Custom", "CUSTOM", &role)];
            let key = vm.roles[1].key.clone();
            Strengths::of(&vm).judgement(&key)
        };
        let all = json!(["A.B.READ", "A.B.EDIT"]);
        assert_eq!(
            judged(all.clone(), all.clone()),
            Judgement::Alike("allows all that Administrator allows".to_owned())
        );
        assert_eq!(judged(all.clone(), json!(["A.B.READ"])), Judgement::Less);
        assert_eq!(judged(json!([]), json!(["A.B.READ"])), Judgement::Untold);
        assert!(matches!(judged(json!([]), json!(["TIO_BACKEND.ACCESS_CONTROL.MANAGE"])), Judgement::Alike(_)));
        assert_eq!(judged(all.clone(), json!(["TIO_BACKEND.ACCESS_CONTROL.READ"])), Judgement::Less);
        assert_eq!(judged(all, json!([])), Judgement::Less);
    }
}
