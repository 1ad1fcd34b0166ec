//! The `fields` parameter, and which fields a call may name.

use super::call::Call;
use super::envelope::Refusal;
use super::rules;
use super::state::{SECURITY_MANAGER, User};

/// The fields of a resource by their marks in the documentation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks {
    /// `*`: always there.
    pub(super) always: &'static [&'static str],
    /// `**`: there when a list is asked for without `fields`.
    pub(super) default: &'static [&'static str],
    /// Unmarked: there when asked for, or on a single object.
    pub(super) on_request: &'static [&'static str],
    /// The same, yet only in answers to callers who are no administrators.
    pub(super) members_only: &'static [&'static str],
    /// Only when asked for by name.
    pub(super) named_only: &'static [&'static str],
    /// Unmarked too: the permissions of a role.
    pub(super) flags: &'static [&'static str],
}

impl Marks {
    /// Nothing at all, to be filled in.
    pub(super) const NONE: Self =
        Self { always: &[], default: &[], on_request: &[], members_only: &[], named_only: &[], flags: &[] };
}

/// What a caller wants to see of a resource.
#[derive(Debug)]
pub(super) enum Selection {
    /// What is marked.
    Marked,
    /// All that the caller may see.
    Complete,
    Named(Vec<String>),
    /// The marked fields and a few more, whatever is asked for.
    Fixed(&'static [&'static str]),
}

impl Call<'_> {
    /// What the `fields` parameter names; none without it.
    pub(super) fn named_fields(&self, marks: &Marks) -> Result<Option<Vec<String>>, Refusal> {
        let Some(text) = self.query("fields").filter(|text| !text.is_empty()) else { return Ok(None) };
        let names: Vec<_> =
            text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        if self.rules.is(rules::UNKNOWN_FIELDS, "refused") {
            let sets =
                [marks.always, marks.default, marks.on_request, marks.members_only, marks.named_only, marks.flags];
            let is_unknown = |name: &&String| !sets.iter().any(|set| set.contains(&name.as_str()));
            if let Some(unknown) = names.iter().find(is_unknown) {
                return Err(Refusal::attribute("fields", format!("The field '{unknown}' does not exist.")));
            }
        }
        Ok(Some(names))
    }

    /// What a caller wants to see of a single object.
    pub(super) fn single_selection(&self, marks: &Marks) -> Result<Selection, Refusal> {
        Ok(match self.named_fields(marks)? {
            Some(names) => Selection::Named(names),
            None if self.rules.is(rules::SINGLE_GET, "marked") => Selection::Marked,
            None => Selection::Complete,
        })
    }

    /// The fields to render, in no particular order. `privileged` says whether unmarked ones may be seen.
    pub(super) fn fields_to_show(
        &self,
        marks: &Marks,
        selection: &Selection,
        privileged: bool,
    ) -> Result<Vec<&'static str>, Refusal> {
        let members_only = if self.shows_member_fields()? { marks.members_only } else { &[] };
        let unmarked = || marks.on_request.iter().chain(members_only).chain(marks.flags).copied();
        let always = marks.always.iter().copied();
        let fields: Vec<_> = match selection {
            Selection::Marked => always.chain(marks.default.iter().copied()).collect(),
            Selection::Complete => {
                always.chain(marks.default.iter().copied()).chain(unmarked().filter(|_| privileged)).collect()
            }
            Selection::Fixed(more) => always.chain(marks.default.iter().copied()).chain(more.iter().copied()).collect(),
            Selection::Named(names) => {
                let is_asked_for = |field: &&str| names.iter().any(|name| name == field);
                let unmarked = || unmarked().chain(marks.named_only.iter().copied());
                if !privileged && self.rules.is(rules::FORBIDDEN_FIELDS, "refused") {
                    if let Some(field) = unmarked().find(is_asked_for) {
                        return Err(Refusal::permission(format!("You may not use the field '{field}'.")));
                    }
                }
                let default = marks.default.iter().copied().filter(is_asked_for);
                always.chain(default).chain(unmarked().filter(is_asked_for).filter(|_| privileged)).collect()
            }
        };
        Ok(fields)
    }

    /// Whether the caller gets the fields that are for callers who are no administrators.
    fn shows_member_fields(&self) -> Result<bool, Refusal> {
        let shown = self.rules.is(rules::ADMINISTRATOR_GROUP_FIELDS, "shown");
        Ok(shown || !self.caller()?.is_administrator())
    }

    /// Whether the caller may see the unmarked fields of a user.
    pub(super) fn sees_all_of(&self, user: &User) -> Result<bool, Refusal> {
        let caller = self.caller()?;
        Ok(!self.generation.has_uuids()
            || caller.is_administrator()
            || caller.account == user.account
            || (caller.account.organization == user.account.organization
                && (caller.role == SECURITY_MANAGER || self.manages_users_of(caller, user.group))))
    }
}
