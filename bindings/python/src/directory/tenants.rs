//! The tenants that tasks are about, and the tasks themselves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tenable_api::admin::Admin;
use tenable_api::model::Product;
use tenable_directory::wish::SignInWish;
use tenable_directory::{Aliases, Ensure, Ensured, Limits, PeopleFile, Problem, Problems, Removals, Snapshot, Tenant};

use super::documents;
use super::import::{self, Prepared, Reading};
use super::offboarding::{Leaving, PlannedOffboarding};
use super::passwords::Given;
use super::plan::{Draft, Plan};
use super::problems;
use super::review::{self, Review};
use super::task::{Desk, Ending, Task};
use super::writing::{self, Manner};
use crate::client::{Client, Connection};

/// Tenants whose people are looked after together.
#[pyclass(frozen, module = "tenable_api._native.directory")]
#[derive(Debug)]
pub(crate) struct Directory {
    directory: tenable_directory::Directory,
    /// Asked before each task whether they are closed.
    clients: Vec<Py<Client>>,
}

/// What is known beside the tenants.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
struct Settings {
    aliases: Vec<(String, Vec<String>)>,
    protected: Vec<String>,
    tenants_at_once: usize,
    people_at_once: usize,
}

/// A user, role or group that should be there.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
struct Wish {
    what: String,
    name: String,
    user_name: Option<String>,
    email: Option<String>,
    full_name: Option<String>,
    enabled: Option<bool>,
    roles: Option<Vec<String>>,
    groups: Option<Vec<String>>,
    more_groups: Option<Vec<String>>,
    sign_in: [Option<bool>; 3],
    if_present: bool,
    description: Option<String>,
    permissions: Option<Vec<String>>,
    tenants: Option<Vec<String>>,
}

/// A result, or the exception for what stands in the way.
fn ending<T, P>(
    result: Result<T, Problems>,
    convert: impl FnOnce(Python<'_>, T) -> PyResult<P> + Send + 'static,
) -> Ending
where
    T: Send + 'static,
    P: for<'py> IntoPyObject<'py>,
{
    Box::new(move |py| match result {
        Ok(value) => object(py, convert(py, value)?),
        Err(problems) => Err(problems::all(py, &problems)),
    })
}

fn object<P: for<'py> IntoPyObject<'py>>(py: Python<'_>, value: P) -> PyResult<Py<PyAny>> {
    value.into_py_any(py)
}

/// A text, whatever happens.
fn text(text: String) -> Ending {
    Box::new(move |py| object(py, text))
}

/// A client as the traits over all products have it.
pub(super) fn admin(client: &Client) -> PyResult<Arc<dyn Admin>> {
    Ok(match client.connection()? {
        Connection::IdentityExposure(client) => Arc::new(client.clone()),
        Connection::SecurityCenter(client) => Arc::new(client.clone()),
        Connection::VulnerabilityManagement(client) => Arc::new(client.clone()),
    })
}

fn removals(py: Python<'_>, text: Option<&str>) -> PyResult<Option<Removals>> {
    text.map(str::parse).transpose().map_err(|problem| problems::one(py, problem))
}

/// The plan for what a file of people says, and what stands in its way.
async fn plan(
    text: &str,
    path: Option<&Path>,
    most: Option<Removals>,
    known_tenants: &[String],
    directory: tenable_directory::Directory,
    desk: &Desk,
) -> Result<(Plan, Vec<Problem>), Problems> {
    let file = PeopleFile::parse(text, path)?;
    let known = directory.tenants().iter().map(Tenant::name).chain(known_tenants.iter().map(String::as_str));
    file.check_tenants(known)?;
    let directory = file.directory(directory.clone())?;
    let file = Arc::new(file);
    let wish = |snapshot: &Snapshot| {
        let mut wish = file.wish(snapshot);
        if let Some(most) = most {
            wish.scope.most_removals = most;
        }
        wish
    };
    let planned = directory.plan(wish, &desk.watch, &desk.stop).await;
    let plan = Plan { file: Some(Arc::clone(&file)), ..Plan::of(planned.plan, &planned.present) };
    Ok((plan, planned.problems))
}

impl Directory {
    /// The directory, unless a client of it is closed.
    fn open(&self) -> PyResult<tenable_directory::Directory> {
        for client in &self.clients {
            client.get().connection()?;
        }
        Ok(self.directory.clone())
    }

    /// The tenants that names and words of products mean.
    fn meant(&self, words: &[String]) -> Result<Vec<String>, Problem> {
        let mut names = Vec::new();
        for word in words {
            let tenants = self.directory.tenants().iter();
            let is_meant = |tenant: &&Tenant| {
                tenant.name() == word || tenant.product().is_some_and(|product| product.command() == word)
            };
            let found: Vec<String> = tenants.filter(is_meant).map(|tenant| tenant.name().to_owned()).collect();
            if found.is_empty() {
                let known: Vec<&str> = self.directory.tenants().iter().map(Tenant::name).collect();
                return Err(Problem::new(format!("there is no tenant {word:?}: there are {}", known.join(", "))));
            }
            names.extend(found);
        }
        Ok(names)
    }

    fn ensure(&self, wish: Wish) -> Result<Ensure, Problem> {
        let ensure = match wish.what.as_str() {
            "user" => {
                let mut user = Ensure::user(wish.name);
                macro_rules! set {
                    ($($name:ident)*) => {$( if let Some(value) = wish.$name { user = user.$name(value); } )*};
                }
                set!(user_name email full_name enabled roles groups more_groups);
                let mut ways = SignInWish::default();
                [ways.password, ways.api_keys, ways.saml] = wish.sign_in;
                user = user.sign_in(ways);
                if wish.if_present { user.if_present().into() } else { user.into() }
            }
            "role" => {
                let mut role = Ensure::role(wish.name);
                if let Some(description) = wish.description {
                    role = role.description(description);
                }
                if let Some(permissions) = wish.permissions {
                    role = role.permissions(permissions);
                }
                role.into()
            }
            _ => Ensure::group(wish.name),
        };
        Ok(match wish.tenants {
            Some(words) => ensure.in_tenants(self.meant(&words)?),
            None => ensure,
        })
    }
}

#[pymethods]
impl Directory {
    /// Of clients by name, or reasons why there is none.
    #[new]
    fn new(py: Python<'_>, tenants: Vec<(String, Bound<'_, PyAny>)>, settings: Settings) -> PyResult<Self> {
        let Settings { aliases: told, protected, tenants_at_once, people_at_once } = settings;
        let mut clients = Vec::new();
        let mut known = Vec::new();
        for (name, connection) in tenants {
            if let Ok(client) = connection.cast::<Client>() {
                known.push(Tenant::shared(name, admin(client.get())?));
                clients.push(client.clone().unbind());
            } else if let Ok(why) = connection.extract::<String>() {
                known.push(Tenant::unreachable(name, why));
            } else {
                let given = connection.get_type().name()?;
                return Err(PyTypeError::new_err(format!("the tenant {name:?} is no client but of the type {given}")));
            }
        }
        let mut aliases = Aliases::default();
        for (person, names) in &told {
            aliases.add(person, names).map_err(|problem| problems::one(py, problem))?;
        }
        let mut limits = Limits::default();
        limits.tenants = tenants_at_once;
        limits.people = people_at_once;
        let directory = tenable_directory::Directory::new(known).map_err(|problem| problems::one(py, problem))?;
        Ok(Self { directory: directory.aliases(aliases).limits(limits).protected(protected), clients })
    }

    /// Name of each tenant, and word of its product.
    fn tenants(&self) -> Vec<(String, Option<&'static str>)> {
        let tenants = self.directory.tenants().iter();
        tenants.map(|tenant| (tenant.name().to_owned(), tenant.product().map(Product::command))).collect()
    }

    /// One person, everywhere: JSON.
    fn whois(&self, name: String, watched: bool) -> PyResult<Task> {
        let directory = self.open()?;
        Ok(Task::of(watched, |desk| async move {
            let whois = directory.whois(&name, &desk.watch, &desk.stop).await;
            text(serde_json::to_string(&whois).unwrap_or_default())
        }))
    }

    /// What is there, as a file of people.
    fn export(&self, watched: bool) -> PyResult<Task> {
        let directory = self.open()?;
        Ok(Task::of(watched, |desk| async move {
            let present = directory.read(&desk.watch, &desk.stop).await;
            text(tenable_directory::export(&present, directory.known_aliases()))
        }))
    }

    /// The plan for what a file of people says.
    #[pyo3(signature = (text, path, max_removals, known_tenants, watched))]
    fn plan(
        &self,
        py: Python<'_>,
        text: String,
        path: Option<PathBuf>,
        max_removals: Option<&str>,
        known_tenants: Vec<String>,
        watched: bool,
    ) -> PyResult<Task> {
        let most = removals(py, max_removals)?;
        let directory = self.open()?;
        Ok(Task::of(watched, |desk| async move {
            match plan(&text, path.as_deref(), most, &known_tenants, directory, &desk).await {
                Err(problems) => ending(Err(problems), |_, ()| Ok(())),
                Ok((plan, problems)) => Box::new(move |py: Python<'_>| {
                    if problems.is_empty() {
                        return object(py, plan);
                    }
                    Err(problems::in_the_way(py, &problems, Some(plan)))
                }),
            }
        }))
    }

    /// Makes the steps of a plan: a report as JSON.
    #[pyo3(signature = (plan, journal, passwords, watched))]
    fn apply(
        &self,
        py: Python<'_>,
        plan: &Plan,
        journal: Option<PathBuf>,
        passwords: Option<Py<PyAny>>,
        watched: bool,
    ) -> PyResult<Task> {
        let mut directory = self.open()?;
        if let Some(file) = &plan.file {
            directory = file.directory(directory).map_err(|problem| problems::one(py, problem))?;
        }
        let (plan, manner) = (plan.clone(), Manner { journal, passwords });
        Ok(Task::of(watched, |desk| async move {
            let passwords = Given::new(manner.passwords, &desk);
            let applied = writing::apply(&directory, &plan.plan, manner.journal, &passwords, &desk).await;
            ending(applied, move |_, (report, _)| Ok(documents::report(&report, &plan.unread).to_string()))
        }))
    }

    /// The plan of one wish.
    fn plan_ensure(&self, py: Python<'_>, wish: Wish, watched: bool) -> PyResult<Task> {
        let directory = self.open()?;
        let ensure = self.ensure(wish).map_err(|problem| problems::one(py, problem))?;
        Ok(Task::of(watched, |desk| async move {
            let planned = directory.plan_ensure(&ensure, &desk.watch, &desk.stop).await;
            ending(planned, |py, planned| {
                if planned.problems.is_empty() {
                    return Ok(Draft { planned: Arc::new(planned) });
                }
                let plan = Plan::of(planned.plan, &planned.present);
                Err(problems::in_the_way(py, &planned.problems, Some(plan)))
            })
        }))
    }

    /// Makes the steps of a wish: what became of it in each tenant, as JSON.
    #[pyo3(signature = (draft, journal, passwords, watched))]
    fn ensure_planned(
        &self,
        draft: &Draft,
        journal: Option<PathBuf>,
        passwords: Option<Py<PyAny>>,
        watched: bool,
    ) -> PyResult<Task> {
        let (directory, planned) = (self.open()?, Arc::clone(&draft.planned));
        Ok(Task::of(watched, |desk| async move {
            let passwords = Given::new(passwords, &desk);
            let applied = writing::apply(&directory, &planned.plan, journal, &passwords, &desk).await;
            ending(applied, move |_, (report, _)| Ok(documents::ensured(&Ensured::of(&planned, &report)).to_string()))
        }))
    }

    /// Checks and plans rows.
    #[pyo3(signature = (rows, path, manner, journal, watched))]
    fn prepare_import(
        &self,
        rows: Vec<u8>,
        path: Option<PathBuf>,
        manner: Reading,
        journal: Option<PathBuf>,
        watched: bool,
    ) -> PyResult<Task> {
        let directory = self.open()?;
        Ok(Task::of(watched, |desk| async move {
            let prepared = match manner.import(&rows, path.as_deref()) {
                Err(problems) => Err(problems),
                Ok(import) => import::prepare(import, &directory, journal.as_deref(), &desk).await,
            };
            ending(prepared, |_, prepared| Ok(prepared))
        }))
    }

    /// Makes the steps of a prepared import: a report and what became of each row, as JSON.
    #[pyo3(signature = (prepared, journal, passwords, watched))]
    fn import_prepared(
        &self,
        prepared: &Prepared,
        journal: Option<PathBuf>,
        passwords: Option<Py<PyAny>>,
        watched: bool,
    ) -> PyResult<Task> {
        let (directory, prepared) = (self.open()?, Arc::clone(&prepared.prepared));
        Ok(Task::of(watched, |desk| async move {
            let passwords = Given::new(passwords, &desk);
            let done = import::carry_out(&prepared, &directory, journal, passwords, &desk).await;
            ending(done, |_, value| Ok(value.to_string()))
        }))
    }

    /// Finds the accounts of somebody who leaves, and plans how they are closed.
    fn plan_offboarding(&self, py: Python<'_>, leaving: Leaving, watched: bool) -> PyResult<Task> {
        let directory = self.open()?;
        let offboarding = leaving.offboarding(py)?;
        Ok(Task::of(watched, |desk| async move {
            let planned = directory.plan_offboarding(&offboarding, &desk.watch, &desk.stop).await;
            let ending: Ending = Box::new(|py| object(py, PlannedOffboarding { planned: Arc::new(planned) }));
            ending
        }))
    }

    /// Carries out a planned departure: the record as JSON.
    #[pyo3(signature = (planned, journal, watched))]
    fn offboard(&self, planned: &PlannedOffboarding, journal: Option<PathBuf>, watched: bool) -> PyResult<Task> {
        let (directory, planned) = (self.open()?, Arc::clone(&planned.planned));
        Ok(Task::of(watched, |desk| async move {
            let plan = &planned.planned.plan;
            let record = match writing::journal(journal, plan) {
                Err(problem) => Err(problem.into()),
                Ok(journal) => {
                    let options = writing::options(&desk, &tenable_directory::RandomPasswords, journal.as_ref());
                    directory.offboard(&planned, &options).await
                }
            };
            ending(record, |_, record| Ok(record.to_json()))
        }))
    }

    /// Reads all tenants, and reviews what is there.
    fn review(&self, py: Python<'_>, manner: review::Manner, watched: bool) -> PyResult<Task> {
        let directory = self.open()?;
        let options = manner.options(py)?;
        Ok(Task::of(watched, |desk| async move {
            let review = directory.review(&options, &desk.watch, &desk.stop).await;
            let ending: Ending = Box::new(|py| object(py, Review { review }));
            ending
        }))
    }
}
