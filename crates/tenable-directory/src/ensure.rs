//! One user, role or group, made or changed to be as it is said to be.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::plan::{Change, Planned, Subject};
use crate::wish::{GroupWish, Presence, RoleWish, SignInWish, UserWish, Wish};
use crate::{Apply, Directory, Ended, Failure, Observer, Problem, Problems, Report, Stop};

/// One user, role or group that should be there, and how. What is not said stays as it is.
///
/// ```
/// use tenable_directory::{Apply, Directory, Ensure, Problems};
///
/// async fn onboard(directory: &Directory) -> Result<(), Problems> {
///     let ann = Ensure::user("ann@example.com").full_name("Ann Lee").roles(["User"]).in_tenants(["ie"]);
///     for ensured in directory.ensure(&ann, &Apply::new()).await? {
///         println!("{}: {}", ensured.tenant, ensured.result.word());
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Ensure {
    wish: Wish,
    tenants: Option<BTreeSet<String>>,
}

/// A user that should be there; an [`Ensure`] once all is said.
///
/// ```
/// use tenable_directory::Ensure;
///
/// let ann: Ensure = Ensure::user("ann@example.com").full_name("Ann Lee").roles(["Standard"]).more_groups(["SOC"]).into();
/// # drop(ann);
/// ```
#[derive(Clone, Debug)]
pub struct EnsureUser {
    wish: UserWish,
}

/// A role that should be there; an [`Ensure`] once all is said.
///
/// ```
/// use tenable_directory::Ensure;
///
/// let reader = Ensure::role("Scan reader").permissions(["VM.VM_SCAN.READ"]).in_tenants(["vm"]);
/// # drop(reader);
/// ```
#[derive(Clone, Debug)]
pub struct EnsureRole {
    wish: RoleWish,
}

/// What became of one wish in one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ensured {
    /// The tenant.
    pub tenant: String,
    /// What became of it.
    #[serde(flatten)]
    pub result: EnsureResult,
}

/// What became of something that should be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EnsureResult {
    /// It was not there, and was made.
    Made,
    /// It was so already.
    Unchanged,
    /// It was there, and was changed.
    Changed {
        /// The names of what was changed, in order: `full_name`, `roles`, `sign_in.password`.
        fields: Vec<String>,
    },
    /// It is not as it should be, or that could not be told.
    Failed {
        /// The steps, and how they ended. Empty when the tenant could not be read.
        steps: Vec<Ended>,
        /// Why the tenant could not be read; `None` when it could.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Failure>,
    },
}

impl EnsureResult {
    /// One word for it: `made`, `unchanged`, `changed`, `failed`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Unchanged => "unchanged",
            Self::Changed { .. } => "changed",
            Self::Failed { .. } => "failed",
        }
    }

    /// Whether it is as it should be.
    pub const fn is_success(&self) -> bool {
        !matches!(self, Self::Failed { .. })
    }
}

impl Ensure {
    /// A user, by e-mail address. An account that has the address, or an alias of it, is the user's.
    pub fn user(person: impl Into<String>) -> EnsureUser {
        EnsureUser { wish: UserWish::new(person) }
    }

    /// A role, by name.
    pub fn role(name: impl Into<String>) -> EnsureRole {
        EnsureRole { wish: RoleWish::new(name) }
    }

    /// A group, by name. A product without groups is a problem: say in which tenants.
    pub fn group(name: impl Into<String>) -> Self {
        let mut wish = Wish::default();
        wish.groups.push(GroupWish::new(name));
        Self { wish, tenants: None }
    }

    /// In these tenants only; in every one of the directory unless it is set.
    #[must_use]
    pub fn in_tenants(mut self, tenants: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tenants = Some(tenants.into_iter().map(Into::into).collect());
        self
    }

    fn is_meant(&self, tenant: &str) -> bool {
        self.tenants.as_ref().is_none_or(|tenants| tenants.contains(tenant))
    }
}

/// Declares setters of texts and of other values.
macro_rules! setters {
    ($type:ident { $($(#[$meta:meta])* $field:ident: $argument:ty => $value:expr;)* }) => {
        impl $type {
            $(
                $(#[$meta])*
                #[must_use]
                pub fn $field(mut self, $field: $argument) -> Self {
                    self.wish.$field = $value;
                    self
                }
            )*

            /// In these tenants only; in every one of the directory unless it is set.
            #[must_use]
            pub fn in_tenants(self, tenants: impl IntoIterator<Item = impl Into<String>>) -> Ensure {
                Ensure::from(self).in_tenants(tenants)
            }
        }
    };
}

fn texts(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    names.into_iter().map(Into::into).collect()
}

setters! {
    EnsureUser {
        /// The name to sign in with, where it is another than the e-mail address.
        user_name: impl Into<String> => Some(user_name.into());
        /// E-mail address, where it is another than the one that the user goes by.
        email: impl Into<String> => Some(email.into());
        /// First and last name as one text.
        full_name: impl Into<String> => Some(full_name.into());
        /// Whether the account may sign in.
        enabled: bool => Some(enabled);
        /// Exactly these roles, by name or key.
        roles: impl IntoIterator<Item = impl Into<String>> => Some(texts(roles));
        /// Exactly these groups, by name or key.
        groups: impl IntoIterator<Item = impl Into<String>> => Some(texts(groups));
        /// These groups, besides others.
        more_groups: impl IntoIterator<Item = impl Into<String>> => texts(more_groups);
        /// The ways to sign in that should be open, or not.
        sign_in: SignInWish => sign_in;
    }
}

setters! {
    EnsureRole {
        /// What it is for.
        description: impl Into<String> => Some(description.into());
        /// All that it allows, in the product's own words.
        permissions: impl IntoIterator<Item = impl Into<String>> => Some(texts(permissions));
    }
}

impl EnsureUser {
    /// The account is changed if it is there, and not made.
    #[must_use]
    pub fn if_present(mut self) -> Self {
        self.wish.presence = Presence::IfPresent;
        self
    }
}

impl From<EnsureUser> for Ensure {
    fn from(user: EnsureUser) -> Self {
        let mut wish = Wish::default();
        wish.users.push(user.wish);
        Self { wish, tenants: None }
    }
}

impl From<EnsureRole> for Ensure {
    fn from(role: EnsureRole) -> Self {
        let mut wish = Wish::default();
        wish.roles.push(role.wish);
        Self { wish, tenants: None }
    }
}

impl Directory {
    /// Plans one wish. Only the tenants that it is about are read; one that cannot be read is listed.
    ///
    /// # Errors
    ///
    /// When it is about a tenant that the directory does not have.
    pub async fn plan_ensure(
        &self,
        ensure: &Ensure,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Planned, Problems> {
        let unknown = ensure.tenants.iter().flatten().filter(|tenant| self.tenant(tenant).is_none());
        let problem = |tenant: &String| Problem::new("there is no connection to it").in_tenant(tenant);
        Problems::check(unknown.map(problem).collect())?;
        let tenants = self.tenants().iter().filter(|tenant| ensure.is_meant(tenant.name())).cloned();
        let directory = Self::new(tenants)?
            .aliases(self.known_aliases().clone())
            .limits(self.limits_now())
            .protected(self.protected_names());
        Ok(directory.plan(|_| ensure.wish.clone(), observer, stop).await)
    }

    /// Makes one user, role or group be as it is said to be, and says what became of it in each tenant. A second time nothing is changed.
    ///
    /// # Errors
    ///
    /// Before anything is written: what stands in the way, such as a role that does not exist.
    pub async fn ensure(&self, ensure: &Ensure, options: &Apply<'_>) -> Result<Vec<Ensured>, Problems> {
        let mut planned = self.plan_ensure(ensure, options.observer, &options.stop).await?;
        Problems::check(std::mem::take(&mut planned.problems))?;
        let report = self.apply(&planned.plan, options).await?;
        Ok(Ensured::of(&planned, &report))
    }
}

impl Ensured {
    /// What became of a plan of one wish, in each tenant that it is about.
    pub fn of(planned: &Planned, report: &Report) -> Vec<Self> {
        let results = planned.present.readings.iter().map(|reading| {
            let tenant = reading.tenant.clone();
            let lost = report.failed_tenants.iter().find(|(failed, _)| *failed == tenant).map(|(_, why)| why.clone());
            let why = reading.result.as_ref().err().cloned().or(lost);
            let steps: Vec<&Ended> = report.steps.iter().filter(|ended| ended.step.tenant == tenant).collect();
            Self { tenant, result: result(&steps, why) }
        });
        results.collect()
    }
}

fn result(steps: &[&Ended], why: Option<Failure>) -> EnsureResult {
    if why.is_some() || steps.iter().any(|ended| !ended.outcome.is_success()) {
        return EnsureResult::Failed { steps: steps.iter().copied().cloned().collect(), why };
    }
    // What was so already when its turn came was done by somebody else.
    let done: Vec<&&Ended> = steps.iter().filter(|ended| ended.outcome != crate::Outcome::Already).collect();
    if done.is_empty() {
        return EnsureResult::Unchanged;
    }
    if done.iter().any(|ended| is_creation(&ended.step.change)) {
        return EnsureResult::Made;
    }
    let mut fields: Vec<String> = Vec::new();
    for ended in done {
        for field in fields_of(&ended.step.subject, &ended.step.change) {
            if !fields.iter().any(|known| known == field) {
                fields.push(field.to_owned());
            }
        }
    }
    EnsureResult::Changed { fields }
}

const fn is_creation(change: &Change) -> bool {
    matches!(change, Change::CreateUser { .. } | Change::CreateRole { .. } | Change::CreateGroup)
}

/// The names of what a change changes.
fn fields_of(subject: &Subject, change: &Change) -> Vec<&'static str> {
    let named = |fields: &[(&'static str, bool)]| {
        fields.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect::<Vec<_>>()
    };
    match change {
        Change::ChangeRole { description, permissions } => {
            named(&[("description", description.is_some()), ("permissions", permissions.is_some())])
        }
        Change::ChangeUser { user_name, email, full_name } => {
            named(&[("user_name", user_name.is_some()), ("email", email.is_some()), ("full_name", full_name.is_some())])
        }
        Change::SetSignIn { password, api_keys, saml } => named(&[
            ("sign_in.password", password.is_some()),
            ("sign_in.api_keys", api_keys.is_some()),
            ("sign_in.saml", saml.is_some()),
        ]),
        Change::ReplaceKeys => vec!["api_keys"],
        Change::SetRoles { .. } => vec!["roles"],
        Change::JoinGroup { .. } | Change::LeaveGroup { .. } => vec!["groups"],
        Change::SetEnabled(_) => vec!["enabled"],
        _ => vec![subject.kind()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::plan::{Edit, Named, Step};

    fn ended(change: Change, outcome: Outcome) -> Ended {
        let subject = Subject::User(Named::new("ann@example.com", None));
        Ended { step: Step::new("vm", subject, change), outcome }
    }

    fn of(steps: &[(Change, Outcome)]) -> EnsureResult {
        let steps: Vec<Ended> = steps.iter().cloned().map(|(change, outcome)| ended(change, outcome)).collect();
        result(&steps.iter().collect::<Vec<_>>(), None)
    }

    fn creation() -> Change {
        Change::CreateUser { email: None, full_name: None, enabled: true, roles: Vec::new(), groups: Vec::new() }
    }

    fn enabling() -> Change {
        Change::SetEnabled(Edit { from: Some(false), to: true })
    }

    fn renaming() -> Change {
        let full_name = Some(Edit { from: None, to: "Ann Lee".to_owned() });
        Change::ChangeUser { user_name: None, email: None, full_name }
    }

    fn joining(group: &str) -> Change {
        Change::JoinGroup { group: Named::new(group, None) }
    }

    #[test]
    fn what_became_of_it() {
        use EnsureResult::{Changed, Made, Unchanged};
        let untold = || Outcome::DoneUnseen { why: "the product does not tell".to_owned() };
        assert_eq!(of(&[]), Unchanged);
        assert_eq!(of(&[(enabling(), Outcome::Already)]), Unchanged);
        assert_eq!(of(&[(creation(), Outcome::Done), (joining("a"), Outcome::Done)]), Made);
        let fields = ["full_name", "groups", "enabled"].map(str::to_owned).to_vec();
        let steps = [renaming(), joining("a"), joining("b"), enabling()];
        assert_eq!(of(&steps.map(|change| (change, untold()))), Changed { fields });
        let fields = vec!["enabled".to_owned()];
        assert_eq!(of(&[(renaming(), Outcome::Already), (enabling(), Outcome::Done)]), Changed { fields });
    }

    #[test]
    fn one_step_that_failed_is_a_failure() {
        for outcome in [Outcome::Stopped, Outcome::Unknown { why: Failure::new("cut") }] {
            let result = of(&[(creation(), Outcome::Done), (joining("a"), outcome)]);
            let EnsureResult::Failed { steps, why } = &result else { panic!("{result:?}") };
            assert_eq!((steps.len(), why), (2, &None));
            assert!(!result.is_success());
        }
        let result = result(&[], Some(Failure::new("the tenant could not be read")));
        assert!(!result.is_success(), "{result:?}");
    }

    #[test]
    fn json_has_the_word_of_the_result() {
        let ensured =
            Ensured { tenant: "vm".to_owned(), result: EnsureResult::Changed { fields: vec!["roles".to_owned()] } };
        let json = serde_json::to_value(&ensured).unwrap();
        assert_eq!(json, serde_json::json!({"tenant": "vm", "result": "changed", "fields": ["roles"]}));
    }
}
