//! `/group`.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::call::{Call, Handled, nothing, organization_required};
use super::envelope::Refusal;
use super::fields::{Marks, Selection};
use super::form::Form;
use super::rules;
use super::state::{ADMINISTRATION, FULL_ACCESS, Group, Organization, User};
use super::view::{flag, number_text, object_uuid};

/// An array of a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) field: &'static str,
    /// Where the objects are.
    resource: &'static str,
    /// Whether they belong to the instance rather than to the organization.
    of_instance: bool,
    /// Whether users share them with the group.
    shareable: bool,
}

const fn list_of(field: &'static str, resource: &'static str, of_instance: bool, shareable: bool) -> List {
    List { field, resource, of_instance, shareable }
}

pub(super) const LISTS: [List; 10] = [
    list_of("lces", "lces", true, false),
    list_of("repositories", "repositories", true, false),
    list_of("definingAssets", "assets", false, false),
    list_of("assets", "assets", false, true),
    list_of("policies", "policies", false, true),
    list_of("queries", "queries", false, true),
    list_of("credentials", "credentials", false, true),
    list_of("dashboardTabs", "dashboardTabs", false, true),
    list_of("arcs", "arcs", false, true),
    list_of("auditFiles", "auditFiles", false, true),
];

const ADDITIONAL: &[&str] = &[
    "createdTime",
    "modifiedTime",
    "lces",
    "repositories",
    "definingAssets",
    "userCount",
    "users",
    "createDefaultObjects",
];
const SHAREABLE: &[&str] = &["assets", "policies", "queries", "credentials", "dashboardTabs", "arcs", "auditFiles"];

macro_rules! marks {
    ($($on_request:literal),*) => {
        Marks {
            always: &["id"],
            default: &["name", "description"],
            on_request: &[
                "createdTime", "modifiedTime", "lces", "repositories", "definingAssets", "userCount", "users",
                "assets", "policies", "queries", "credentials", "dashboardTabs", "arcs", "auditFiles" $(, $on_request)*
            ],
            ..Marks::NONE
        }
    };
}

static MARKS_5: Marks = marks!();
static MARKS_6: Marks = marks!("createDefaultObjects");

/// Gives a new organization the group that each has.
pub(super) fn with_full_access(mut organization: Organization, now: u64) -> Organization {
    let group = Group {
        id: FULL_ACCESS,
        name: "Full Access".to_owned(),
        description: "Full Access group".to_owned(),
        created: now,
        modified: now,
        create_default_objects: false,
        has_default_objects: false,
        lists: BTreeMap::new(),
    };
    organization.groups.insert(FULL_ACCESS, group);
    organization
}

/// An organization, and who is in which of its groups.
pub(super) struct Members<'c> {
    organization: &'c Organization,
    by_group: HashMap<u64, Vec<&'c User>>,
}

impl<'c> Members<'c> {
    pub(super) fn of(call: &'c Call<'_>, organization: &'c Organization) -> Self {
        let mut by_group = HashMap::<u64, Vec<&User>>::new();
        for user in call.state.accounts.of(organization.id) {
            by_group.entry(user.group.unwrap_or(FULL_ACCESS)).or_default().push(user);
        }
        Self { organization, by_group }
    }

    fn in_group(&self, group: u64) -> &[&'c User] {
        self.by_group.get(&group).map_or(&[], Vec::as_slice)
    }

    /// A group as the caller may see it.
    pub(super) fn show(&self, call: &Call<'_>, group: &Group, selection: &Selection) -> Handled {
        let caller = call.caller()?;
        let rights = Rights::of(call, caller, group)?;
        let mut object = Map::new();
        for field in call.fields_to_show(call.group_marks(), selection, rights.any())? {
            let needed = !ADDITIONAL.contains(&field) || rights.additional;
            if !needed || (SHAREABLE.contains(&field) && !rights.shareable) {
                continue;
            }
            let value = match field {
                "id" => number_text(group.id),
                "name" => group.name.clone().into(),
                "description" => group.description.clone().into(),
                "createdTime" => number_text(group.created),
                "modifiedTime" => number_text(group.modified),
                "userCount" => self.in_group(group.id).len().into(),
                "users" => self.in_group(group.id).iter().map(|user| call.user_reference(user)).collect(),
                "createDefaultObjects" => flag(group.create_default_objects),
                list => self.objects(call, caller, group, list),
            };
            object.insert(field.to_owned(), value);
        }
        Ok(object.into())
    }

    /// The objects of a list that the caller may see.
    fn objects(&self, call: &Call<'_>, caller: &User, group: &Group, field: &str) -> Value {
        let Some(list) = LISTS.iter().find(|list| list.field == field) else { return Value::Null };
        let catalog = if list.of_instance { &call.state.objects } else { &self.organization.objects };
        let visible = |id: &&u64| !list.shareable || self.is_shared_with_managed(call, caller, list, **id);
        let objects = group.list(field).iter().filter(visible).filter_map(|id| catalog.get(list.resource, *id));
        let shown = objects.map(|object| {
            let mut reference = json!({
                "id": object.id.to_string(), "name": object.name, "description": object.description
            });
            if call.generation.has_uuids() {
                let owner = if list.of_instance { ADMINISTRATION } else { self.organization.id };
                reference["uuid"] = object_uuid(owner, object.id).into();
            }
            reference
        });
        shown.collect()
    }

    /// Whether an object is shared with a group whose objects the caller manages. Older versions do not ask.
    fn is_shared_with_managed(&self, call: &Call<'_>, caller: &User, list: &List, id: u64) -> bool {
        !call.generation.has_uuids()
            || self
                .organization
                .groups
                .values()
                .any(|group| group.list(list.field).contains(&id) && call.manages_objects_of(caller, Some(group.id)))
    }
}

/// Which kinds of fields of a group a caller may see.
struct Rights {
    additional: bool,
    shareable: bool,
}

impl Rights {
    fn of(call: &Call<'_>, caller: &User, group: &Group) -> Result<Self, Refusal> {
        if !call.generation.has_uuids() {
            return Ok(Self { additional: true, shareable: true });
        }
        let shareable = call.may("permShareObjects")?;
        let own = caller.group == Some(group.id);
        let managed = call.manages_objects_of(caller, Some(group.id));
        Ok(Self { additional: shareable || own || managed || call.may("permManageGroups")?, shareable })
    }

    fn any(&self) -> bool {
        self.additional || self.shareable
    }
}

impl Call<'_> {
    fn group_marks(&self) -> &'static Marks {
        if self.generation.has_uuids() { &MARKS_6 } else { &MARKS_5 }
    }

    /// Refuses callers who may not manage groups.
    fn group_managers_only(&self) -> Result<(), Refusal> {
        self.own_organization()?;
        if self.may("permManageGroups")? {
            return Ok(());
        }
        Err(Refusal::permission("You may not manage groups."))
    }
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    if call.caller()?.is_administrator() {
        let empty = call.rules.is(rules::ADMINISTRATOR_GROUPS, "empty");
        return if empty { Ok(super::seed::empty()) } else { Err(organization_required()) };
    }
    let selection = match call.named_fields(call.group_marks())? {
        Some(names) => Selection::Named(names),
        None if call.generation.has_uuids() && call.rules.is(rules::GROUP_LIST, "marked") => Selection::Marked,
        None => Selection::Complete,
    };
    let organization = call.own_organization()?;
    let members = Members::of(call, organization);
    let shown = organization.groups.values().map(|group| members.show(call, group, &selection));
    Ok(call.ordered(shown.collect::<Result<_, _>>()?).into())
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    let group = found(call)?;
    let selection = call.single_selection(call.group_marks())?;
    Members::of(call, call.own_organization()?).show(call, group, &selection)
}

/// The group in the path.
fn found<'c>(call: &'c Call<'_>) -> Result<&'c Group, Refusal> {
    let (organization, segment) = (call.own_organization()?, call.segment(0));
    let group = segment.parse().ok().and_then(|id: u64| organization.groups.get(&id));
    group.ok_or_else(|| Refusal::unknown("Group", segment, call.method))
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.group_managers_only()?;
    let form = std::mem::take(&mut call.body);
    form.required_text("name")?;
    let organization = call.own_organization()?;
    let mut group = Group {
        id: organization.last_group_id + 1,
        name: String::new(),
        description: String::new(),
        created: call.seconds(),
        modified: call.seconds(),
        create_default_objects: false,
        has_default_objects: false,
        lists: BTreeMap::new(),
    };
    apply(call, &form, &mut group)?;
    let organization = organization.id;
    call.organization_mut(organization)?.last_group_id = group.id;
    put(call, organization, group)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.group_managers_only()?;
    let mut group = found(call)?.clone();
    let form = std::mem::take(&mut call.body);
    apply(call, &form, &mut group)?;
    let organization = call.own_organization()?.id;
    if !form.is_empty() {
        group.modified = call.seconds();
    }
    put(call, organization, group)
}

/// Puts a group in place and shows it.
fn put(call: &mut Call<'_>, organization: u64, group: Group) -> Handled {
    let id = group.id;
    call.organization_mut(organization)?.groups.insert(id, group);
    let organization = call.organization(organization)?;
    let members = Members::of(call, organization);
    organization.groups.get(&id).map_or_else(nothing, |group| members.show(call, group, &Selection::Complete))
}

/// The fields that a body changes.
fn apply(call: &Call<'_>, form: &Form, group: &mut Group) -> Result<(), Refusal> {
    let organization = call.own_organization()?;
    if form.has("name") {
        let name = form.required_text("name")?;
        let taken = organization.groups.values().any(|other| other.name == name && other.id != group.id);
        call.check_name(rules::DUPLICATE_GROUP_NAME, taken, "Group", &name)?;
        group.name = name;
    }
    if let Some(description) = form.text("description")? {
        group.description = description;
    }
    if call.generation.has_uuids() {
        if let Some(wanted) = form.flag("createDefaultObjects")? {
            group.create_default_objects = wanted;
        }
    }
    if form.has("users") && call.rules.is(rules::GROUP_USERS, "refused") {
        return Err(Refusal::attribute("users", "The users of a group are set with the groupID of each user."));
    }
    let may_share = call.may("permShareObjects")?;
    for list in &LISTS {
        let Some(ids) = form.references(list.field)? else { continue };
        if list.shareable && !may_share {
            if call.rules.is(rules::SHARE_WITHOUT_PERMISSION, "ignored") {
                continue;
            }
            return Err(Refusal::permission("You may not share objects."));
        }
        let ids =
            ids.into_iter().map(|id| check_object(call, organization, list, id)).collect::<Result<Vec<_>, _>>()?;
        let entry = group.lists.entry(list.field.to_owned()).or_default();
        if call.rules.is(rules::GROUP_ARRAYS, "replaced") {
            entry.clear();
        }
        for id in ids {
            if !entry.contains(&id) {
                entry.push(id);
            }
        }
    }
    Ok(())
}

/// Refuses an object that is not there, or that cannot stand in the list.
fn check_object(call: &Call<'_>, organization: &Organization, list: &List, id: i64) -> Result<u64, Refusal> {
    let catalog = if list.of_instance { &call.state.objects } else { &organization.objects };
    let object = u64::try_from(id).ok().and_then(|id| catalog.get(list.resource, id));
    let object = object.ok_or_else(|| Refusal::unknown_reference(list.resource, id, organization.id))?;
    let of_instance_only = list.of_instance && !organization.ids(list.resource).any(|known| known == object.id);
    if of_instance_only {
        return Err(Refusal::unknown_reference(list.resource, id, organization.id));
    }
    if list.field == "definingAssets" && matches!(object.kind.as_str(), "watchlist" | "combination") {
        return Err(Refusal::attribute(list.field, format!("An asset of type {} cannot define a group.", object.kind)));
    }
    Ok(object.id)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    call.group_managers_only()?;
    let (id, organization) = (found(call)?.id, call.own_organization()?.id);
    if id == FULL_ACCESS {
        let message = "The Full Access group cannot be deleted.";
        let permission = call.rules.is(rules::FULL_ACCESS_GROUP, "permission");
        return Err(if permission { Refusal::permission(message) } else { Refusal::attribute("id", message) });
    }
    let in_group = |user: &&mut User| user.account.organization == organization && user.group == Some(id);
    let used = call.state.accounts.of(organization).any(|user| user.group == Some(id));
    if used && call.rules.is(rules::GROUP_WITH_USERS, "refused") {
        return Err(Refusal::permission(format!("Group #{id} has users.")));
    }
    for user in call.state.accounts.iter_mut().filter(in_group) {
        user.group = Some(FULL_ACCESS);
    }
    call.organization_mut(organization)?.groups.remove(&id);
    let gone = |managed: &i64| u64::try_from(*managed) == Ok(id);
    for user in call.state.accounts.iter_mut().filter(|user| user.account.organization == organization) {
        user.managed_users_groups.retain(|managed| !gone(managed));
        user.managed_objects_groups.retain(|managed| !gone(managed));
    }
    nothing()
}
