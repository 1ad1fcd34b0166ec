//! One request on its way through a handler.

use http::Method;
use http::header::{HeaderName, HeaderValue};
use serde_json::Value;

use super::envelope::{Kind, Refusal};
use super::form::{Form, integer};
use super::generation::Generation;
use super::rules;
use super::sessions::Sessions;
use super::state::{ADMINISTRATION, AccountId, Organization, Role, SECURITY_MANAGER, State, User};
use crate::mail::Mail;
use crate::peer::Peer;
use crate::rules::{Rule, Rules};
use crate::store::Tracked;

/// What a handler works on.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) rules: &'a Rules,
    pub(super) generation: Generation,
    /// Milliseconds since the epoch.
    pub(super) now: u64,
    pub(super) state: &'a mut Tracked<State>,
    pub(super) sessions: &'a mut Sessions,
    pub(super) peer: Peer,
    pub(super) method: &'a Method,
    pub(super) credential: Credential,
    /// The segments of the path that stand for placeholders.
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Form,
    /// Headers of the answer.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// Mail to be sent once the change is saved.
    pub(super) mail: Vec<Mail>,
}

/// How the caller was recognised.
#[derive(Clone, Debug)]
pub(super) enum Credential {
    Nobody,
    Key(AccountId),
    Session { cookie: String, token: u64, account: AccountId },
}

impl Credential {
    pub(super) fn account(&self) -> Option<AccountId> {
        match self {
            Self::Nobody => None,
            Self::Key(account) | Self::Session { account, .. } => Some(*account),
        }
    }
}

/// What a handler says: the `response` of the envelope.
pub(super) type Handled = Result<Value, Refusal>;

/// The `response` where there is nothing to say.
#[expect(clippy::unnecessary_wraps, reason = "the last expression of handlers")]
pub(super) fn nothing() -> Handled {
    Ok("".into())
}

impl Call<'_> {
    /// Seconds since the epoch.
    pub(super) fn seconds(&self) -> u64 {
        self.now / 1_000
    }

    /// The calling user.
    pub(super) fn caller(&self) -> Result<&User, Refusal> {
        let user = self.credential.account().and_then(|account| self.state.accounts.get(account));
        user.ok_or_else(Refusal::invalid_token)
    }

    pub(super) fn caller_id(&self) -> Result<AccountId, Refusal> {
        self.caller().map(|caller| caller.account)
    }

    pub(super) fn role_of(&self, user: &User) -> Result<&Role, Refusal> {
        let missing = || Refusal::unknown("Role", &user.role.to_string(), self.method);
        self.state.roles.get(&user.role).ok_or_else(missing)
    }

    /// Whether the caller's role grants a permission.
    pub(super) fn may(&self, flag: &str) -> Result<bool, Refusal> {
        Ok(self.role_of(self.caller()?)?.flags.contains(flag))
    }

    /// Refuses callers who are no administrators.
    pub(super) fn administrators_only(&self) -> Result<(), Refusal> {
        if self.caller()?.is_administrator() {
            return Ok(());
        }
        Err(Refusal::permission("Only administrators may use this resource."))
    }

    /// The caller's organization; administrators have none here.
    pub(super) fn own_organization(&self) -> Result<&Organization, Refusal> {
        let organization = self.caller()?.account.organization;
        self.state.organizations.get(&organization).ok_or_else(organization_required)
    }

    pub(super) fn organization(&self, id: u64) -> Result<&Organization, Refusal> {
        let unknown = || Refusal::unknown("Organization", &id.to_string(), self.method);
        self.state.organizations.get(&id).ok_or_else(unknown)
    }

    /// For changing an organization that is known to be there.
    pub(super) fn organization_mut(&mut self, id: u64) -> Result<&mut Organization, Refusal> {
        let unknown = Refusal::unknown("Organization", &id.to_string(), self.method);
        self.state.organizations.get_mut(&id).ok_or(unknown)
    }

    /// A segment of the path.
    pub(super) fn segment(&self, index: usize) -> &str {
        self.path.get(index).map_or("", String::as_str)
    }

    /// The last value of a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The organization that an administrator names with `orgID`; 0 is none, as administrators are in it.
    pub(super) fn named_organization(&self) -> Result<Option<u64>, Refusal> {
        let (from_query, from_body) = match (self.method, self.rules.outcome(rules::ORGANIZATION_PARAMETER)) {
            (&Method::GET, _) | (&Method::PATCH | &Method::DELETE, "query") => (true, false),
            (&Method::PATCH | &Method::DELETE, "body") => (false, true),
            _ => (true, true),
        };
        let query = self.query("orgID").filter(|_| from_query).map(|text| Value::from(text.to_owned()));
        let Some(value) = query.as_ref().or_else(|| self.body.get("orgID").filter(|_| from_body)) else {
            return Ok(None);
        };
        if !self.caller()?.is_administrator() {
            if self.rules.is(rules::ORGANIZATION_OF_MEMBERS, "refused") {
                return Err(Refusal::attribute("orgID", "The orgID is for administrators only."));
            }
            return Ok(None);
        }
        let number = integer(value).and_then(|id| u64::try_from(id).ok());
        let id = number.ok_or_else(|| Refusal::attribute("orgID", "The orgID must be a valid number."))?;
        if id == ADMINISTRATION {
            return Ok(None);
        }
        self.organization(id).map(|organization| Some(organization.id))
    }

    /// Whether the caller's rights as a Security Manager reach over all groups.
    pub(super) fn reaches_all_groups(&self, caller: &User) -> bool {
        caller.role == SECURITY_MANAGER && self.rules.is(rules::SECURITY_MANAGER_SCOPE, "all_groups")
    }

    /// Refuses a name that is taken, where the rule says so.
    pub(super) fn check_name(&self, rule: &'static Rule, taken: bool, what: &str, name: &str) -> Result<(), Refusal> {
        if taken && self.rules.is(rule, "refused") {
            let attribute = if what == "User" { "username" } else { "name" };
            return Err(Refusal::attribute(attribute, format!("A {what} with the name '{name}' already exists.")));
        }
        Ok(())
    }

    /// A list in the order that the rules say; `items` come sorted by id.
    pub(super) fn ordered(&self, mut items: Vec<Value>) -> Vec<Value> {
        if self.rules.is(rules::LIST_ORDER, "reverse") {
            items.reverse();
        }
        items
    }
}

/// The refusal of an administrator's request for what belongs to an organization.
pub(super) fn organization_required() -> Refusal {
    Refusal::new(Kind::OrganizationRequired, "A valid orgID is required.")
}
