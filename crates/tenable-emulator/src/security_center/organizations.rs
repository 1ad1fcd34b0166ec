//! `/organization`.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::call::{Call, Handled, nothing};
use super::envelope::{Kind, Refusal};
use super::fields::{Marks, Selection};
use super::form::{Form, integer};
use super::rules;
use super::seed::{self, empty};
use super::state::{AccountId, CONTACT, Organization};
use super::users::organization_in_path;
use super::view::{flag, number_text};

/// Texts beside name, description and contact.
const TEXTS: [&str; 7] = [
    "zoneSelection",
    "restrictedIPs",
    "vulnScoreLow",
    "vulnScoreMedium",
    "vulnScoreHigh",
    "vulnScoreCritical",
    "vulnScoringSystem",
];
/// Arrays of references to objects of the instance, by resource.
const REFERENCES: [&str; 6] = ["lces", "repositories", "zones", "nessusManagers", "pubSites", "ldaps"];
const LINKS: &str = "ipInfoLinks";
const ZONE_SELECTIONS: [&str; 5] =
    ["auto_only", "locked", "selectable", "selectable+auto", "selectable+auto_restricted"];

/// The fields that a body may have, beside name, description and contact.
pub(super) fn fields() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().chain(REFERENCES).chain([LINKS])
}

macro_rules! marks {
    ([$($always:literal),*], [$($more:literal),*]) => {
        Marks {
            always: &[$($always),*],
            default: &["name", "description"],
            on_request: &[
                "email", "address", "city", "state", "country", "phone", "fax", "zoneSelection", "restrictedIPs",
                "vulnScoreLow", "vulnScoreMedium", "vulnScoreHigh", "vulnScoreCritical", "createdTime", "modifiedTime",
                "userCount", "ipInfoLinks", "lces", "repositories", "zones", "nessusManagers", "pubSites", "ldaps"
                $(, $more)*
            ],
            ..Marks::NONE
        }
    };
}

static MARKS_5: Marks = marks!(["id"], []);
static MARKS_6: Marks = marks!(["id", "uuid"], ["vulnScoringSystem", "passwordExpires", "passwordExpiration"]);

impl Call<'_> {
    /// An array of an organization.
    pub(super) fn organization_array(&self, organization: &Organization, name: &str) -> Value {
        let Some(stored) = organization.arrays.get(name) else { return empty() };
        if name == LINKS {
            return stored.clone();
        }
        let objects = stored.as_array().into_iter().flatten().filter_map(|entry| {
            let object = self.state.objects.get(name, entry.get("id")?.as_u64()?)?;
            let mut shown = json!({
                "id": object.id.to_string(), "name": object.name, "description": object.description
            });
            if let Some(assign) = entry.get("groupAssign") {
                shown["groupAssign"] = assign.clone();
            }
            Some(shown)
        });
        objects.collect()
    }

    fn show_organization(&self, organization: &Organization, selection: &Selection, users: usize) -> Handled {
        let marks = if self.generation.has_uuids() { &MARKS_6 } else { &MARKS_5 };
        let mut object = Map::new();
        for field in self.fields_to_show(marks, selection, true)? {
            let value = match field {
                "id" => number_text(organization.id),
                "uuid" => organization.uuid.clone().into(),
                "createdTime" => number_text(organization.created),
                "modifiedTime" => number_text(organization.modified),
                "userCount" => users.to_string().into(),
                "passwordExpires" => flag(organization.password_expires),
                "passwordExpiration" => number_text(organization.password_expiration),
                array if array == LINKS || REFERENCES.contains(&array) => self.organization_array(organization, array),
                text => organization.text(text).into(),
            };
            object.insert(field.to_owned(), value);
        }
        Ok(object.into())
    }

    fn organization_selection(&self) -> Result<Selection, Refusal> {
        let marks = if self.generation.has_uuids() { &MARKS_6 } else { &MARKS_5 };
        // The list, too, returns every field without a choice.
        Ok(self.named_fields(marks)?.map_or(Selection::Complete, Selection::Named))
    }
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let selection = call.organization_selection()?;
    let mut counts = HashMap::<u64, usize>::new();
    for user in call.state.accounts.iter() {
        *counts.entry(user.account.organization).or_default() += 1;
    }
    let shown = call.state.organizations.values().map(|organization| {
        call.show_organization(organization, &selection, counts.get(&organization.id).copied().unwrap_or(0))
    });
    Ok(call.ordered(shown.collect::<Result<_, _>>()?).into())
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let id = organization_in_path(call)?;
    show(call, id, &call.organization_selection()?)
}

fn show(call: &Call<'_>, id: u64, selection: &Selection) -> Handled {
    call.show_organization(call.organization(id)?, selection, call.state.accounts.of(id).count())
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let form = std::mem::take(&mut call.body);
    form.required_text("name")?;
    if call.generation.has_uuids() {
        form.required_text("vulnScoringSystem")?;
    }
    let id = call.state.last_organization_id + 1;
    let mut organization = seed::organization(id, "", "", call.seconds());
    apply(call, &form, &mut organization)?;
    call.state.last_organization_id = id;
    call.state.organizations.insert(id, organization);
    show(call, id, &Selection::Complete)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let id = organization_in_path(call)?;
    let mut organization = call.organization(id)?.clone();
    let form = std::mem::take(&mut call.body);
    if call.rules.is(rules::GROUP_ASSIGN, "strict") && !form.has("repositories") {
        return Err(group_assign());
    }
    apply(call, &form, &mut organization)?;
    if !form.is_empty() {
        organization.modified = call.seconds();
        call.state.organizations.insert(id, organization);
    }
    show(call, id, &Selection::Complete)
}

fn group_assign() -> Refusal {
    Refusal::new(Kind::GroupAssign, "The parameter groupAssign must be empty, 'all' or 'fullAccess'.")
}

/// The fields that a body changes.
fn apply(call: &Call<'_>, form: &Form, organization: &mut Organization) -> Result<(), Refusal> {
    if form.has("name") {
        let name = form.required_text("name")?;
        let mut others = call.state.organizations.values().filter(|other| other.id != organization.id);
        let taken = others.any(|other| other.text("name") == name);
        call.check_name(rules::DUPLICATE_ORGANIZATION_NAME, taken, "Organization", &name)?;
    }
    for name in ["name", "description"].into_iter().chain(CONTACT).chain(TEXTS) {
        if let Some(text) = form.text(name)? {
            organization.texts.insert(name.to_owned(), text);
        }
    }
    for name in REFERENCES {
        if let Some(entries) = form.array(name)? {
            let kept = entries.iter().map(|entry| reference(call, organization.id, name, entry));
            organization.arrays.insert(name.to_owned(), kept.collect::<Result<_, _>>()?);
        }
    }
    if let Some(links) = form.array(LINKS)? {
        let good = |entry: &Value| entry["name"].is_string() && entry["link"].is_string();
        if !links.iter().all(good) {
            return Err(Refusal::attribute(LINKS, "Each entry of ipInfoLinks needs a name and a link."));
        }
        organization.arrays.insert(LINKS.to_owned(), links.to_vec().into());
    }
    check_zones(organization)?;
    if call.generation.has_uuids() {
        if let Some(expires) = form.flag("passwordExpires")? {
            organization.password_expires = expires;
        }
        if let Some(days) = form.id("passwordExpiration")? {
            if !(1..=365).contains(&days) {
                let message = "The passwordExpiration must be from 1 to 365 days.";
                return Err(Refusal::attribute("passwordExpiration", message));
            }
            organization.password_expiration = days;
        }
    }
    Ok(())
}

fn check_zones(organization: &Organization) -> Result<(), Refusal> {
    let selection = organization.text("zoneSelection");
    if !ZONE_SELECTIONS.contains(&selection) {
        return Err(Refusal::attribute("zoneSelection", format!("The zoneSelection '{selection}' is invalid.")));
    }
    if selection != "auto_only" && organization.ids("zones").next().is_none() {
        return Err(Refusal::attribute("zones", format!("The zoneSelection '{selection}' needs zones.")));
    }
    Ok(())
}

/// An entry of an array, with a numeric id of something that exists.
fn reference(call: &Call<'_>, organization: u64, name: &str, entry: &Value) -> Result<Value, Refusal> {
    let wrong = || Refusal::attribute(name, format!("Each entry of {name} must be an object with an id."));
    let id = entry.get("id").and_then(integer).ok_or_else(wrong)?;
    let object = u64::try_from(id).ok().and_then(|id| call.state.objects.get(name, id));
    let object = object.ok_or_else(|| Refusal::unknown_reference(name, id, organization))?;
    let mut kept = json!({ "id": object.id });
    match entry.get("groupAssign") {
        None => {}
        Some(Value::String(assign)) if matches!(assign.as_str(), "" | "all" | "fullAccess") => {
            kept["groupAssign"] = assign.clone().into();
        }
        Some(_) => return Err(group_assign()),
    }
    Ok(kept)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let id = organization_in_path(call)?;
    let users: Vec<AccountId> = call.state.accounts.of(id).map(|user| user.account).collect();
    if !users.is_empty() && call.rules.is(rules::ORGANIZATION_WITH_USERS, "refused") {
        return Err(Refusal::permission(format!("Organization #{id} has users.")));
    }
    for account in users {
        call.state.accounts.remove(account);
        call.sessions.end_all_of(account);
    }
    call.state.organizations.remove(&id);
    nothing()
}
