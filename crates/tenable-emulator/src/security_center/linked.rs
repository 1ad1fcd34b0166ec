//! Linked users: the second accounts of administrators, one in an organization at most.

use serde_json::{Value, json};

use super::call::Call;
use super::envelope::Refusal;
use super::form::{Form, integer};
use super::rules;
use super::state::{ADMINISTRATION, AccountId, LINKED, UNSET, User};

/// What can never change on a linked user.
pub(super) const IMMUTABLE: [&str; 6] = ["roleID", "groupID", "authType", "parent", "password", "mustChangePassword"];

impl Call<'_> {
    /// The linked users of an administrator.
    pub(super) fn linked_users(&self, administrator: AccountId) -> impl Iterator<Item = &User> {
        // Nobody else has any, so that a long list of users is not searched for each of them.
        let accounts = (administrator.organization == ADMINISTRATION).then(|| self.state.accounts.iter());
        let linked = accounts.into_iter().flatten().filter(|user| user.is_linked());
        linked.filter(move |user| user.parent == Some(administrator.id))
    }

    /// The accounts that a user may switch to: an administrator's linked users, a linked user's administrator and the
    /// other linked users.
    pub(super) fn switchable_users(&self, user: &User) -> Vec<&User> {
        let administrator = match user.parent {
            Some(id) => AccountId { organization: ADMINISTRATION, id },
            None => user.account,
        };
        let parent = user.parent.and_then(|_| self.state.accounts.get(administrator));
        let linked = self.linked_users(administrator).filter(|linked| linked.account != user.account);
        parent.into_iter().chain(linked).collect()
    }

    pub(super) fn linked_user_references(&self, user: &User) -> Value {
        self.linked_users(user.account).map(|linked| self.account_reference(linked)).collect()
    }

    pub(super) fn parent_reference(&self, user: &User) -> Value {
        let parent = user.parent.map(|id| AccountId { organization: ADMINISTRATION, id });
        match parent.and_then(|account| self.state.accounts.get(account)) {
            Some(parent) => self.account_reference(parent),
            None => json!({ "id": UNSET, "username": "", "firstname": "", "lastname": "" }),
        }
    }

    /// Another account of the same person.
    pub(super) fn account_reference(&self, user: &User) -> Value {
        if self.rules.is(rules::ACCOUNT_REFERENCES, "ids") {
            return json!({ "id": user.account.id.to_string() });
        }
        let mut reference = self.user_reference(user);
        reference["organization"] = self.organization_reference(user);
        reference
    }

    /// The administrator that a new linked user of an organization is to hang on.
    pub(super) fn parent_of_new(&self, form: &Form, organization: u64) -> Result<u64, Refusal> {
        let form_of_parent = self.rules.outcome(rules::LINKED_PARENT);
        let given = form.get("parent");
        let id = match given {
            None => Some(self.caller()?.account.id),
            Some(Value::Object(parent)) if form_of_parent != "number" => parent.get("id").and_then(id_of),
            Some(scalar) if form_of_parent != "object" => id_of(scalar),
            Some(_) => None,
        };
        let wrong = || Refusal::attribute("parent", "The parent must be an administrator.");
        let administrator = AccountId { organization: ADMINISTRATION, id: id.ok_or_else(wrong)? };
        if self.state.accounts.get(administrator).is_none() {
            return Err(wrong());
        }
        if self.linked_users(administrator).any(|linked| linked.account.organization == organization) {
            let message = "The administrator has a linked user in this organization already.";
            return Err(Refusal::attribute("parent", message));
        }
        Ok(administrator.id)
    }

    /// Refuses changes to a linked user that nobody, or not this caller, may make. True if the immutable fields are to
    /// be passed over.
    pub(super) fn check_linked_change(&self, user: &User, form: &Form) -> Result<bool, Refusal> {
        if user.is_linked() {
            if !self.caller()?.is_administrator() {
                return Err(Refusal::permission("Only administrators may edit linked users."));
            }
            let changed = IMMUTABLE.into_iter().find(|field| form.has(field));
            return match changed {
                Some(field) if self.rules.is(rules::LINKED_USER_FIELDS, "refused") => {
                    Err(Refusal::attribute(field, format!("The {field} of a linked user cannot be changed.")))
                }
                _ => Ok(true),
            };
        }
        if form.get("authType").is_some_and(|kind| kind == LINKED) {
            return Err(Refusal::attribute("authType", "A user cannot be converted to a linked user."));
        }
        Ok(false)
    }
}

fn id_of(value: &Value) -> Option<u64> {
    integer(value).and_then(|id| u64::try_from(id).ok())
}
