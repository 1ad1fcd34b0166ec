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
    let in_organization =
        matches!(&user.key, UserKey::SecurityCenter(address) if address.organization().is_some());
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
        let predefined = snapshot.roles.iter().filter(|role| {
            role.product == Product::VulnerabilityManagement && role.predefined == Known::Value(true)
        });
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
