//! Users, roles and groups of any product, through the same calls.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenable_api::Error;
use tenable_api::admin::{
    Ability, Admin as AnyAdmin, Capabilities, Count, NewPassword, NewRole, NewUser, ReplacedKeys, RoleChange,
    SignInChange, UserChange,
};
use tenable_api::model::Product;
use tenable_api::model::secret::ExposeSecret as _;
use tenable_api::model::shared::{
    Group, GroupKey, OriginalGroup, OriginalRole, OriginalUser, Role, RoleKey, User, UserKey,
};

use super::lines::Lines;
use super::problems::invalid_input;
use crate::arguments::{arguments, secret_class};
use crate::client::Client;
use crate::errors::exception;
use crate::items::Items;
use crate::objects::Model;
use crate::runtime::{awaitable, wait};

/// One connection to a product, for people who do not care which product it is.
#[pyclass(frozen, module = "tenable_api._native.directory")]
#[derive(Debug)]
pub(crate) struct Admin {
    admin: Arc<dyn AnyAdmin>,
    client: Py<Client>,
}

/// A call with its arguments.
#[derive(Debug, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
enum Call {
    Users,
    User { key: UserKey },
    Me,
    FindUsers { name: String },
    CreateUser(UserToCreate),
    CreateUsers { users: Vec<UserToCreate> },
    ChangeUser { key: UserKey, user_name: Option<String>, email: Option<String>, full_name: Option<String> },
    SetEnabled { key: UserKey, enabled: bool },
    SetSignInMethods { key: UserKey, password: Option<bool>, api_keys: Option<bool>, saml: Option<bool> },
    ReplaceKeys { key: UserKey },
    SetPassword { key: UserKey, password: String, temporary: bool, own_password: Option<String> },
    AssignRoles { key: UserKey, roles: Vec<RoleKey> },
    DeleteUser { key: UserKey, successor: Option<UserKey> },
    Roles,
    Role { key: RoleKey },
    CreateRole { name: String, description: String, permissions: Vec<String> },
    ChangeRole { key: RoleKey, name: Option<String>, description: Option<String>, permissions: Option<Vec<String>> },
    DeleteRole { key: RoleKey },
    Groups,
    Group { key: GroupKey },
    CreateGroup { name: String },
    RenameGroup { key: GroupKey, name: String },
    DeleteGroup { key: GroupKey, empty_first: bool },
    Members { key: GroupKey },
    AddMember { group: GroupKey, user: UserKey },
    RemoveMember { group: GroupKey, user: UserKey },
}

/// A user to create.
#[derive(Deserialize)]
struct UserToCreate {
    user_name: String,
    password: String,
    email: Option<String>,
    full_name: Option<String>,
    enabled: bool,
    roles: Vec<RoleKey>,
    groups: Vec<GroupKey>,
}

impl std::fmt::Debug for UserToCreate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserToCreate").field("user_name", &self.user_name).finish_non_exhaustive()
    }
}

impl From<UserToCreate> for NewUser {
    fn from(user: UserToCreate) -> Self {
        let mut new =
            Self::new(user.user_name, user.password).enabled(user.enabled).roles(user.roles).groups(user.groups);
        new.email = user.email;
        new.full_name = user.full_name;
        new
    }
}

/// What a call gave.
enum Answer {
    Nothing,
    Users(Vec<User>),
    Roles(Vec<Role>),
    Groups(Vec<Group>),
    Created(Vec<Result<User, Error>>),
    Keys(ReplacedKeys),
}

impl From<User> for Answer {
    fn from(user: User) -> Self {
        Self::Users(vec![user])
    }
}

impl From<Role> for Answer {
    fn from(role: Role) -> Self {
        Self::Roles(vec![role])
    }
}

impl From<Group> for Answer {
    fn from(group: Group) -> Self {
        Self::Groups(vec![group])
    }
}

impl From<()> for Answer {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

async fn run(admin: &dyn AnyAdmin, call: Call) -> Result<Answer, Error> {
    Ok(match call {
        Call::Users => Answer::Users(admin.users().try_collect().await?),
        Call::User { key } => admin.user(&key).await?.into(),
        Call::Me => admin.me().await?.into(),
        Call::FindUsers { name } => Answer::Users(admin.find_users(&name).await?),
        Call::CreateUser(user) => admin.create_user(&user.into()).await?.into(),
        Call::CreateUsers { users } => {
            let users: Vec<NewUser> = users.into_iter().map(Into::into).collect();
            Answer::Created(admin.create_users(&users).await)
        }
        Call::ChangeUser { key, user_name, email, full_name } => {
            let mut change = UserChange::new();
            (change.user_name, change.email, change.full_name) = (user_name, email, full_name);
            admin.change_user(&key, &change).await?.into()
        }
        Call::SetEnabled { key, enabled } => admin.set_enabled(&key, enabled).await?.into(),
        Call::SetSignInMethods { key, password, api_keys, saml } => {
            let mut change = SignInChange::new();
            (change.password, change.api_keys, change.saml) = (password, api_keys, saml);
            admin.set_sign_in_methods(&key, &change).await?.into()
        }
        Call::ReplaceKeys { key } => Answer::Keys(admin.replace_keys(&key).await?),
        Call::SetPassword { key, password, temporary, own_password } => {
            let mut password = NewPassword::new(password).temporary(temporary);
            password.own_password = own_password.map(Into::into);
            admin.set_password(&key, &password).await?.into()
        }
        Call::AssignRoles { key, roles } => admin.assign_roles(&key, &roles).await?.into(),
        Call::DeleteUser { key, successor } => admin.delete_user(&key, successor.as_ref()).await?.into(),
        Call::Roles => Answer::Roles(admin.roles().try_collect().await?),
        Call::Role { key } => admin.role(&key).await?.into(),
        Call::CreateRole { name, description, permissions } => {
            let role = NewRole::new(name).description(description).permissions(permissions);
            admin.create_role(&role).await?.into()
        }
        Call::ChangeRole { key, name, description, permissions } => {
            let mut change = RoleChange::new();
            (change.name, change.description, change.permissions) = (name, description, permissions);
            admin.change_role(&key, &change).await?.into()
        }
        Call::DeleteRole { key } => admin.delete_role(&key).await?.into(),
        Call::Groups => Answer::Groups(admin.groups().try_collect().await?),
        Call::Group { key } => admin.group(&key).await?.into(),
        Call::CreateGroup { name } => admin.create_group(&name).await?.into(),
        Call::RenameGroup { key, name } => admin.rename_group(&key, &name).await?.into(),
        Call::DeleteGroup { key, empty_first } => admin.delete_group(&key, empty_first).await?.into(),
        Call::Members { key } => Answer::Users(admin.members(&key).await?),
        Call::AddMember { group, user } => admin.add_member(&group, &user).await?.into(),
        Call::RemoveMember { group, user } => admin.remove_member(&group, &user).await?.into(),
    })
}

impl Answer {
    fn into_python(self, py: Python<'_>, product: Product) -> PyResult<Py<PyAny>> {
        Ok(match self {
            Self::Nothing => py.None(),
            Self::Users(users) => Listed::users(users).into_pyobject(py)?.into_any().unbind(),
            Self::Roles(roles) => {
                let lines = Lines::of(roles.iter().map(facts));
                let originals = Originals::Roles(roles.into_iter().map(|role| role.original).collect());
                Listed { lines, originals }.into_pyobject(py)?.into_any().unbind()
            }
            Self::Groups(groups) => {
                let lines = Lines::of(groups.iter().map(facts));
                let originals = Originals::Groups(groups.into_iter().map(|group| group.original).collect());
                Listed { lines, originals }.into_pyobject(py)?.into_any().unbind()
            }
            Self::Created(results) => {
                let all = PyList::empty(py);
                for result in results {
                    match result {
                        Ok(user) => all.append(Listed::users(vec![user]))?,
                        Err(error) => all.append(exception(py, product, &error).into_value(py))?,
                    }
                }
                all.into_any().unbind()
            }
            Self::Keys(keys) => {
                let secret = |text: &str| secret_class(py)?.call1((text,));
                let access = keys.access_key.as_ref().map(|key| secret(key.expose_secret())).transpose()?;
                (access, secret(keys.secret_key.expose_secret())?).into_pyobject(py)?.into_any().unbind()
            }
        })
    }
}

/// The facts of a value, without the product's own one.
fn facts(value: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.remove("original");
    }
    value
}

/// Users, roles or groups, whose facts and own values become Python objects when they are looked at.
#[pyclass(frozen, module = "tenable_api._native.directory")]
pub(crate) struct Listed {
    lines: Lines,
    originals: Originals,
}

enum Originals {
    Users(Vec<OriginalUser>),
    Roles(Vec<OriginalRole>),
    Groups(Vec<OriginalGroup>),
}

impl Listed {
    fn users(users: Vec<User>) -> Self {
        let lines = Lines::of(users.iter().map(facts));
        Self { lines, originals: Originals::Users(users.into_iter().map(|user| user.original).collect()) }
    }
}

/// The object of the product's own class.
fn own<'py, M: Model + Clone>(py: Python<'py>, model: &M) -> PyResult<Bound<'py, PyAny>> {
    Items::of(vec![model.clone()]).into_pyobject(py)?.into_any().get_item(0)
}

fn missing(index: usize) -> PyErr {
    PyIndexError::new_err(format!("there is no element {index}"))
}

#[pymethods]
impl Listed {
    fn __len__(&self) -> usize {
        match &self.originals {
            Originals::Users(all) => all.len(),
            Originals::Roles(all) => all.len(),
            Originals::Groups(all) => all.len(),
        }
    }

    /// The facts of one, as JSON.
    fn line(&self, index: usize) -> PyResult<&str> {
        self.lines.get(index).ok_or_else(|| missing(index))
    }

    /// The product's own value of one.
    fn original<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        match &self.originals {
            Originals::Users(all) => match all.get(index).ok_or_else(|| missing(index))? {
                OriginalUser::IdentityExposure(user) => own(py, &**user),
                OriginalUser::IdentityExposureInfo(user) => own(py, &**user),
                OriginalUser::SecurityCenter(user) => own(py, &**user),
                OriginalUser::SecurityCenterCurrent(user) => own(py, &**user),
                OriginalUser::VulnerabilityManagement(user) => own(py, &**user),
                OriginalUser::VulnerabilityManagementMember(user) => own(py, &**user),
                OriginalUser::VulnerabilityManagementCurrent(user) => own(py, &**user),
                _ => Ok(py.None().into_bound(py)),
            },
            Originals::Roles(all) => match all.get(index).ok_or_else(|| missing(index))? {
                OriginalRole::IdentityExposure(role) => own(py, &**role),
                OriginalRole::SecurityCenter(role) => own(py, &**role),
                OriginalRole::VulnerabilityManagement(role) => own(py, &**role),
                _ => Ok(py.None().into_bound(py)),
            },
            Originals::Groups(all) => match all.get(index).ok_or_else(|| missing(index))? {
                OriginalGroup::SecurityCenter(group) => own(py, &**group),
                OriginalGroup::VulnerabilityManagement(group) => own(py, &**group),
                _ => Ok(py.None().into_bound(py)),
            },
        }
    }
}

/// The names of all abilities.
#[pyfunction]
pub(crate) fn abilities() -> Vec<&'static str> {
    Ability::ALL.iter().map(|ability| ability.name()).collect()
}

const fn count(count: Count) -> &'static str {
    match count {
        Count::None => "none",
        Count::One => "one",
        _ => "any",
    }
}

impl Admin {
    /// The arguments of a call. What is no key is told before anything is sent, and no argument stands in what is told.
    fn parse(name: &str, given: &Bound<'_, PyDict>) -> PyResult<Call> {
        let mut value = arguments(given)?;
        value["call"] = name.into();
        serde_json::from_value(value).map_err(|error| invalid_input(given.py(), &error.to_string()))
    }

    fn start(&self, py: Python<'_>) -> PyResult<Arc<dyn AnyAdmin>> {
        self.client.bind(py).get().connection()?;
        Ok(Arc::clone(&self.admin))
    }

    fn product(&self) -> Product {
        self.admin.capabilities().product
    }
}

#[pymethods]
impl Admin {
    /// Of a client.
    #[new]
    fn new(client: &Bound<'_, Client>) -> PyResult<Self> {
        Ok(Self { admin: super::tenants::admin(client.get())?, client: client.clone().unbind() })
    }

    /// Makes a call.
    fn call(&self, py: Python<'_>, name: &str, given: &Bound<'_, PyDict>) -> PyResult<Py<PyAny>> {
        let (admin, call, product) = (self.start(py)?, Self::parse(name, given)?, self.product());
        match wait(py, run(admin.as_ref(), call))? {
            Ok(answer) => answer.into_python(py, product),
            Err(error) => Err(exception(py, product, &error)),
        }
    }

    /// The same as a future of asyncio's.
    fn call_async<'py>(&self, py: Python<'py>, name: &str, given: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let (admin, call, product) = (self.start(py)?, Self::parse(name, given)?, self.product());
        let convert = move |py: Python<'_>, result: Result<Answer, Error>| match result {
            Ok(answer) => answer.into_python(py, product),
            Err(error) => Err(exception(py, product, &error)),
        };
        awaitable(py, async move { run(admin.as_ref(), call).await }, convert)
    }

    /// What the product can do, as JSON.
    fn capabilities(&self) -> String {
        let Capabilities { limitations, refused_for_own_account, .. } = self.admin.capabilities();
        let facts = self.admin.capabilities();
        let limitations: Vec<Value> = limitations
            .iter()
            .map(|one| json!({"ability": one.ability.name(), "why": one.why, "instead": one.instead}))
            .collect();
        let refused: Vec<&str> = refused_for_own_account.iter().map(|ability| ability.name()).collect();
        json!({
            "product": facts.product.command(), "product_name": facts.product.name(),
            "roles_per_user": count(facts.roles_per_user), "groups_per_user": count(facts.groups_per_user),
            "separate_email": facts.separate_email, "own_password_needed": facts.own_password_needed,
            "roles_at_creation": facts.roles_at_creation, "groups_at_creation": facts.groups_at_creation,
            "disabled_at_creation": facts.disabled_at_creation, "least_role": facts.least_role,
            "creations_per_call": facts.creations_per_call, "refused_for_own_account": refused,
            "limitations": limitations,
        })
        .to_string()
    }

    /// Raises what a call would that the product cannot do.
    fn require(&self, py: Python<'_>, ability: &str) -> PyResult<()> {
        let known = Ability::ALL.iter().find(|known| known.name() == ability);
        let known = known.ok_or_else(|| PyValueError::new_err(format!("there is no ability {ability:?}")))?;
        self.admin.capabilities().require(*known).map_err(|error| exception(py, self.product(), &error))
    }

    /// What is wrong with a user who is to be created: fields and texts.
    fn defects(&self, given: &Bound<'_, PyDict>) -> PyResult<Vec<(&'static str, String)>> {
        let Call::CreateUser(user) = Self::parse("create_user", given)? else { return Ok(Vec::new()) };
        let defects = self.admin.defects(&user.into());
        Ok(defects.into_iter().map(|defect| (defect.field, defect.what)).collect())
    }
}
