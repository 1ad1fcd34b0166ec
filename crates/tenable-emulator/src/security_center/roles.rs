//! `/role`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::call::{Call, Handled, nothing};
use super::envelope::Refusal;
use super::fields::{Marks, Selection};
use super::form::Form;
use super::generation::Generation;
use super::rules;
use super::state::{ADMINISTRATOR, NO_ROLE, Role, SECURITY_MANAGER, Scan, User};
use super::view::{flag, number_text};
use super::visibility::is_within;

/// The permission to manage roles.
const MANAGE: &str = "permManageRoles";

fn marks(generation: Generation) -> Marks {
    Marks {
        always: &["id"],
        default: &["name", "description"],
        on_request: &["creator", "createdTime", "modifiedTime", "organizationCounts", "permScan"],
        flags: generation.flags(),
        ..Marks::NONE
    }
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?;
    let selection = match call.named_fields(&marks(call.generation))? {
        Some(names) => Selection::Named(names),
        None if call.generation.has_uuids() && call.rules.is(rules::ROLE_LIST, "marked") => Selection::Marked,
        None => Selection::Complete,
    };
    let own = call.role_of(caller)?;
    let subset = call.query("filter") == Some("subset") && call.rules.is(rules::ROLE_FILTER, "applied");
    let kept = |role: &&Role| !subset || role.id == own.id || !is_within(role, own);
    let roles = call.state.roles.values().filter(|role| call.sees_role(role.id)).filter(kept);
    let shown = roles.map(|role| call.show_role(role, &selection, false)).collect::<Result<_, _>>()?;
    Ok(call.ordered(shown).into())
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    let role = found(call)?;
    let selection = call.single_selection(&marks(call.generation))?;
    call.show_role(role, &selection, true)
}

/// The role in the path.
fn found<'c>(call: &'c Call<'_>) -> Result<&'c Role, Refusal> {
    let segment = call.segment(0);
    let role =
        segment.parse().ok().and_then(|id: u64| call.state.roles.get(&id)).filter(|role| call.sees_role(role.id));
    role.ok_or_else(|| Refusal::unknown("Role", segment, call.method))
}

impl Call<'_> {
    /// Organization users never see the Administrator role.
    fn sees_role(&self, id: u64) -> bool {
        id != ADMINISTRATOR || self.caller().is_ok_and(User::is_administrator)
    }

    /// A role as the caller may see it. The counts by organization stand in single objects.
    pub(super) fn show_role(&self, role: &Role, selection: &Selection, single: bool) -> Handled {
        let caller = self.caller()?;
        let restricted = self.generation.has_uuids();
        let privileged = !restricted || caller.is_administrator() || caller.role == role.id || self.may(MANAGE)?;
        let mut object = Map::new();
        for field in self.fields_to_show(&marks(self.generation), selection, privileged)? {
            let value = match field {
                "id" => number_text(role.id),
                "name" => role.name.clone().into(),
                "description" => role.description.clone().into(),
                "creator" => self.creator(role),
                "createdTime" => number_text(role.created),
                "modifiedTime" => number_text(role.modified),
                "permScan" => role.scan.name().into(),
                "organizationCounts" if single || matches!(selection, Selection::Named(_)) => self.counts(role),
                "organizationCounts" => continue,
                permission => flag(role.flags.contains(permission)),
            };
            object.insert(field.to_owned(), value);
        }
        Ok(object.into())
    }

    fn creator(&self, role: &Role) -> Value {
        match self.state.accounts.get(role.creator) {
            Some(creator) => self.user_reference(creator),
            None => json!({ "id": "-1", "username": "", "firstname": "", "lastname": "" }),
        }
    }

    /// How many users have the role, by organization; for organization users, in their own.
    fn counts(&self, role: &Role) -> Value {
        let mut counts = BTreeMap::<u64, u64>::new();
        for user in self.state.accounts.iter().filter(|user| user.role == role.id && !user.is_administrator()) {
            *counts.entry(user.account.organization).or_default() += 1;
        }
        let own =
            self.caller().ok().filter(|caller| !caller.is_administrator()).map(|caller| caller.account.organization);
        let shown = counts.into_iter().filter(|(id, _)| own.is_none_or(|own| own == *id));
        shown.map(|(id, count)| json!({ "id": id.to_string(), "userCount": count.to_string() })).collect()
    }

    /// The answer to a change: as recorded, with `creatorID` in the place of `creator`, and without counts.
    fn show_changed_role(&self, role: &Role) -> Handled {
        let mut object = self.show_role(role, &Selection::Complete, false)?;
        if let Some(fields) = object.as_object_mut() {
            fields.remove("creator");
            fields.insert("creatorID".to_owned(), number_text(role.creator.id));
        }
        Ok(object)
    }

    /// Refuses callers who may not manage roles.
    fn role_managers_only(&self) -> Result<(), Refusal> {
        if self.caller()?.is_administrator() || self.may(MANAGE)? {
            return Ok(());
        }
        Err(Refusal::permission("You may not manage roles."))
    }
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.role_managers_only()?;
    let form = std::mem::take(&mut call.body);
    form.required_text("name")?;
    let mut role = Role {
        id: call.state.last_role_id + 1,
        name: String::new(),
        description: String::new(),
        creator: call.caller_id()?,
        created: call.seconds(),
        modified: call.seconds(),
        flags: BTreeSet::new(),
        scan: Scan::None,
    };
    apply(call, &form, &mut role)?;
    call.state.last_role_id = role.id;
    let answer = call.show_changed_role(&role);
    call.state.roles.insert(role.id, role);
    answer
}

/// The fields that a body changes.
fn apply(call: &Call<'_>, form: &Form, role: &mut Role) -> Result<(), Refusal> {
    if form.has("name") {
        let name = form.required_text("name")?;
        let taken = call.state.roles.values().any(|other| other.name == name && other.id != role.id);
        call.check_name(rules::DUPLICATE_ROLE_NAME, taken, "Role", &name)?;
        role.name = name;
    }
    if let Some(description) = form.text("description")? {
        role.description = description;
    }
    if let Some(scan) = form.text("permScan")? {
        let wrong = || Refusal::attribute("permScan", "The permScan must be full, policy or none.");
        role.scan = Scan::parse(&scan).ok_or_else(wrong)?;
    }
    for name in call.generation.flags() {
        match form.flag(name)? {
            Some(true) if *name == "permManageApp" && call.rules.is(rules::MANAGE_APPLICATION, "refused") => {
                return Err(Refusal::attribute(name, "Only the Administrator role may manage the application."));
            }
            Some(true) if *name == "permManageApp" => {}
            Some(true) => drop(role.flags.insert((*name).to_owned())),
            Some(false) => drop(role.flags.remove(*name)),
            None => {}
        }
    }
    call.check_own_permissions(role)
}

/// The role in the path, if it can be changed at all.
fn changeable<'c>(call: &'c Call<'_>) -> Result<&'c Role, Refusal> {
    call.role_managers_only()?;
    let role = found(call)?;
    if matches!(role.id, NO_ROLE | ADMINISTRATOR | SECURITY_MANAGER) {
        return Err(Refusal::permission(format!("Role #{} cannot be edited or deleted.", role.id)));
    }
    call.check_own_permissions(role)?;
    Ok(role)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let mut role = changeable(call)?.clone();
    let form = std::mem::take(&mut call.body);
    apply(call, &form, &mut role)?;
    if !form.is_empty() {
        role.modified = call.seconds();
        call.state.roles.insert(role.id, role.clone());
    }
    if call.rules.is(rules::ROLE_PATCH_ANSWER, "as_get") {
        return call.show_role(&role, &Selection::Complete, true);
    }
    call.show_changed_role(&role)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let id = changeable(call)?.id;
    call.state.roles.remove(&id);
    for user in call.state.accounts.iter_mut().filter(|user| user.role == id) {
        user.role = NO_ROLE;
    }
    nothing()
}
