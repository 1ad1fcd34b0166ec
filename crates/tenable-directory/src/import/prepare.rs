//! From rows to a plan, with everything that stands in the way.

use std::collections::{BTreeMap, HashMap};

use secrecy::SecretString;
use tenable_api::admin::NewUser;
use tenable_api::model::shared::User;

use super::person::Person;
use super::targets::{State, Target, targets};
use super::{Existing, Import};
use crate::aliases::normalized;
use crate::plan::{Change, Plan, Planned, Step};
use crate::present::shown;
use crate::wish::{UserWish, Wish};
use crate::{Aliases, Directory, GivenPasswords, Observer, Place, Present, Problem, Problems, Snapshot, Stop, Tenant};

/// Rows with everything checked and planned.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Place and person of each row.
    pub(super) rows: Vec<(Place, String)>,
    pub(super) targets: Vec<Target>,
    pub(super) plan: Plan,
    pub(super) problems: Vec<Problem>,
    /// By tenant and user name.
    pub(super) passwords: Vec<(String, String, SecretString)>,
    pub(super) failed_tenants: Vec<(String, crate::Failure)>,
    pub(super) fingerprint: String,
}

impl Prepared {
    /// The plan, unless something stands in its way.
    ///
    /// # Errors
    ///
    /// All that stands in the way. Bad rows do not, where they are [skipped](super::Options::skip_bad_rows).
    pub fn plan(&self) -> Result<&Plan, Problems> {
        Problems::check(self.problems.clone()).map(|()| &self.plan)
    }

    /// The steps for everything that can be planned, to be read. They are not to be made while something stands in their way.
    pub fn draft(&self) -> &Plan {
        &self.plan
    }

    /// What stands in the way.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Tenants that could not be read, and why. Their rows are not tried.
    pub fn failed_tenants(&self) -> &[(String, crate::Failure)] {
        &self.failed_tenants
    }

    /// The passwords of the rows for accounts that the plan makes, and others from elsewhere.
    pub fn passwords<P>(&self, others: P) -> GivenPasswords<P> {
        let mut given = GivenPasswords::or(others);
        for (tenant, user_name, password) in &self.passwords {
            given.give(tenant, user_name, password.clone());
        }
        given
    }
}

impl Import {
    /// Reads what is there, and computes the plan for all rows. Nothing is written.
    pub async fn plan(&self, directory: &Directory, observer: &dyn Observer, stop: &Stop) -> Prepared {
        let mut rows = Rows::new(self, directory);
        let by_tenant = rows.by_tenant();
        let planned = directory.plan(|snapshot| rows.wish(snapshot, &by_tenant), observer, stop).await;
        rows.settle(&planned);
        rows.complete(planned)
    }

    /// [`plan`](Self::plan), of what was read already.
    pub fn plan_from(&self, directory: &Directory, present: Present) -> Prepared {
        let mut rows = Rows::new(self, directory);
        let by_tenant = rows.by_tenant();
        let planned = directory.plan_from(present, |snapshot| rows.wish(snapshot, &by_tenant));
        rows.settle(&planned);
        rows.complete(planned)
    }

    pub(super) fn rows(&self) -> Vec<(Place, String)> {
        self.people.iter().map(|person| (self.place(person.line), person.name().to_owned())).collect()
    }
}

/// What is known of each row in each tenant so far.
pub(super) struct Rows<'a> {
    import: &'a Import,
    directory: &'a Directory,
    pub(super) targets: Vec<Target>,
    /// What is wrong with single rows.
    problems: Vec<Problem>,
}

pub(super) type ByTenant = HashMap<String, Vec<usize>>;

impl<'a> Rows<'a> {
    pub(super) fn new(import: &'a Import, directory: &'a Directory) -> Self {
        let (targets, wrong) = targets(import, directory);
        let mut rows = Self { import, directory, targets, problems: Vec::new() };
        let mut whole: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (row, what) in wrong {
            let person = &import.people[row];
            rows.problems.push(about(Problem::new(&what).at(import.place(person.line)), person));
            whole.entry(row).or_default().push(what);
        }
        for target in &mut rows.targets {
            if let Some(whats) = whole.get(&target.row) {
                target.state = State::Refused(whats.join("; "));
            }
        }
        rows
    }

    /// The rows of each tenant.
    pub(super) fn by_tenant(&self) -> ByTenant {
        let mut by_tenant = ByTenant::new();
        for (index, target) in self.targets.iter().enumerate() {
            if let Some(tenant) = &target.tenant {
                by_tenant.entry(tenant.clone()).or_default().push(index);
            }
        }
        by_tenant
    }

    fn person(&self, target: usize) -> &'a Person {
        &self.import.people[self.targets[target].row]
    }

    /// What the rows of one tenant ask for, apart from those that are bad or left as they are.
    fn wish(&self, snapshot: &Snapshot, by_tenant: &ByTenant) -> Wish {
        let wanted = by_tenant.get(&snapshot.tenant).into_iter().flatten().copied();
        let wanted = wanted.filter(|target| self.targets[*target].state == State::Planned);
        let wanted = wanted.map(|target| self.person(target));
        let wanted = wanted.filter(|person| self.view(person, snapshot) == View::Wanted);
        let users = wanted.map(|person| self.user(person, snapshot)).collect();
        let mut wish = Wish { users, ..Wish::default() };
        wish.scope.most_removals = self.import.options.most_removals;
        wish
    }

    fn user(&self, person: &Person, snapshot: &Snapshot) -> UserWish {
        let mut wish = UserWish::new(person.name());
        wish.place = Some(self.import.place(person.line));
        wish.user_name = person.user_name.clone().filter(|_| uses_user_name(person, snapshot));
        wish.email.clone_from(&person.email);
        wish.full_name.clone_from(&person.full_name);
        wish.enabled = person.enabled;
        wish.roles.clone_from(&person.roles);
        if self.import.options.add_groups {
            wish.more_groups = person.groups.clone().unwrap_or_default();
        } else {
            wish.groups.clone_from(&person.groups);
        }
        wish
    }

    /// What reading the tenants says of the rows.
    fn settle(&mut self, planned: &Planned) {
        let failed: HashMap<&str, String> =
            planned.present.failed().map(|(tenant, why)| (tenant, why.to_string())).collect();
        let snapshots: HashMap<&str, &Snapshot> =
            planned.present.snapshots().map(|snapshot| (snapshot.tenant.as_str(), snapshot)).collect();
        for index in 0..self.targets.len() {
            let Target { tenant: Some(tenant), state: State::Planned, .. } = &self.targets[index] else { continue };
            let person = self.person(index);
            self.targets[index].state = if let Some(why) = failed.get(tenant.as_str()) {
                State::NotTried(format!("the tenant could not be read: {why}"))
            } else {
                match snapshots.get(tenant.as_str()).map(|snapshot| self.view(person, snapshot)) {
                    None | Some(View::Wanted) => continue,
                    Some(View::Kept) => State::Kept,
                    Some(View::Bad(what)) => {
                        let problem = Problem::new(&what).at(self.import.place(person.line)).in_tenant(tenant);
                        self.problems.push(about(problem, person));
                        State::Refused(what)
                    }
                }
            };
        }
    }

    /// What is to become of a good row, by what is there.
    fn view(&self, person: &Person, snapshot: &Snapshot) -> View {
        if let Some((email, name)) = two_for_one(person, snapshot) {
            let product = snapshot.product();
            return View::Bad(format!(
                "{email} and {name}: in {product} the user name is the e-mail address: give this tenant a row with one of them"
            ));
        }
        let existing = self.import.options.existing;
        if existing == Existing::Update {
            return View::Wanted;
        }
        match (existing, &accounts(person, snapshot, self.directory.known_aliases())[..]) {
            (_, []) => View::Wanted,
            (Existing::Keep, _) => View::Kept,
            (_, [user, ..]) => View::Bad(format!("there is an account already: {}", shown(user))),
        }
    }

    /// The plan: with all rows, or with those that are left when the bad ones are out.
    fn complete(mut self, mut planned: Planned) -> Prepared {
        let by_tenant = self.by_tenant();
        let skip = self.import.options.skip_bad_rows;
        loop {
            let mut refused: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            let mut of_all = Vec::new();
            for (target, problem) in self.problems_of(&planned, &by_tenant) {
                match target.filter(|target| self.targets[*target].state == State::Planned) {
                    Some(target) => {
                        refused.entry(target).or_default().push(problem.what.clone());
                        self.problems.push(problem);
                    }
                    None => of_all.push(problem),
                }
            }
            let again = skip && !refused.is_empty();
            for (target, whats) in refused {
                self.targets[target].state = State::Refused(whats.join("; "));
            }
            if !again {
                // Where bad rows are skipped, they are told row by row.
                let mut problems = if skip { Vec::new() } else { std::mem::take(&mut self.problems) };
                problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.line));
                problems.extend(of_all);
                return self.into_prepared(planned, problems, &by_tenant);
            }
            // What one row stood in the way of may show when it is out.
            planned = self.directory.plan_from(planned.present, |snapshot| self.wish(snapshot, &by_tenant));
        }
    }

    fn into_prepared(self, planned: Planned, problems: Vec<Problem>, by_tenant: &ByTenant) -> Prepared {
        let import = self.import;
        let mut notes = import.notes.clone();
        notes.extend(self.notes(&planned, by_tenant));
        let failed = planned.present.failed().map(|(tenant, why)| (tenant.to_owned(), why.clone()));
        let failed_tenants = failed.collect();
        let mut plan = planned.plan;
        let passwords = self.given(&plan, by_tenant);
        notes.append(&mut plan.notes);
        plan.notes = notes;
        Prepared {
            rows: import.rows(),
            plan,
            problems,
            passwords,
            failed_tenants,
            fingerprint: super::record::fingerprint(import, &self.targets),
            targets: self.targets,
        }
    }

    /// What stands in the way of the plan, and in which row where it is one.
    fn problems_of(&self, planned: &Planned, by_tenant: &ByTenant) -> Vec<(Option<usize>, Problem)> {
        let people = People::new(self, by_tenant);
        let mut subjects: HashMap<(&str, &str), &str> = HashMap::new();
        if planned.problems.iter().any(|problem| problem.place.is_none()) {
            let steps = planned.plan.steps.iter();
            subjects = steps
                .filter_map(|step| Some(((step.tenant.as_str(), step.subject.name()), step.person.as_deref()?)))
                .collect();
        }
        let target_of = |problem: &Problem| {
            let tenant = problem.tenant.as_deref()?;
            if let Some(place) = &problem.place {
                return people.lines.get(&(tenant, place.line)).copied();
            }
            let person = subjects.get(&(tenant, problem.subject.as_deref()?))?;
            people.names.get(&(tenant, *person)).copied()
        };
        let mut found = Vec::new();
        for problem in &planned.problems {
            let target = target_of(problem);
            let mut problem = problem.clone();
            if let (Some(target), None) = (target, &problem.place) {
                problem = problem.at(self.import.place(self.person(target).line));
            }
            found.push((target, problem));
        }
        for (step, target) in people.creations(&planned.plan) {
            let weak = self.weaknesses(step, self.person(target));
            found.extend(weak.into_iter().map(|problem| (Some(target), problem)));
        }
        found
    }

    /// What the product's rules say of the password of a row.
    fn weaknesses(&self, step: &Step, person: &Person) -> Vec<Problem> {
        let Some(password) = &person.password else { return Vec::new() };
        let Some(Ok(admin)) = self.directory.tenant(&step.tenant).map(Tenant::admin) else { return Vec::new() };
        let user = NewUser::new(step.subject.name(), password.clone());
        let defects = admin.defects(&user).into_iter().filter(|defect| defect.field == "password");
        let problem = |what: String| {
            let problem = Problem::new(format!("password: {what}")).at(self.import.place(person.line));
            about(problem.in_tenant(&step.tenant), person)
        };
        defects.map(|defect| problem(defect.what)).collect()
    }

    /// The passwords that rows give for accounts that the plan makes.
    pub(super) fn given(&self, plan: &Plan, by_tenant: &ByTenant) -> Vec<(String, String, SecretString)> {
        let people = People::new(self, by_tenant);
        let given = people.creations(plan).filter_map(|(step, target)| {
            let password = self.person(target).password.clone()?;
            Some((step.tenant.clone(), step.subject.name().to_owned(), password))
        });
        given.collect()
    }

    fn notes(&self, planned: &Planned, by_tenant: &ByTenant) -> Vec<String> {
        let mut notes = Vec::new();
        let mut spaces = 0;
        for person in &self.import.people {
            let given = person.password.as_ref().map(secrecy::ExposeSecret::expose_secret);
            spaces += usize::from(given.is_some_and(|password| password.trim() != password));
        }
        if spaces > 0 {
            notes.push(format!("passwords that begin or end with white space, which is part of them: {spaces}"));
        }
        let people = People::new(self, by_tenant);
        let made: std::collections::HashSet<usize> =
            people.creations(&planned.plan).map(|(_, target)| target).collect();
        for snapshot in planned.present.snapshots() {
            let rows = by_tenant.get(&snapshot.tenant).into_iter().flatten().copied();
            let rows: Vec<usize> = rows.filter(|target| self.targets[*target].state == State::Planned).collect();
            let count = |is: &dyn Fn(usize) -> bool| rows.iter().filter(|target| is(**target)).count();
            let kept = count(&|target| self.person(target).password.is_some() && !made.contains(&target));
            if kept > 0 {
                let tenant = &snapshot.tenant;
                notes.push(format!(
                    "{tenant}: accounts that are there keep their password, whatever the row gives: {kept}"
                ));
            }
            let unused = count(&|target| {
                let person = self.person(target);
                person.user_name.is_some() && !uses_user_name(person, snapshot)
            });
            if unused > 0 {
                let (tenant, product) = (&snapshot.tenant, snapshot.product());
                notes.push(format!("{tenant}: user names that are not used, since people sign in to {product} with the e-mail address: {unused}"));
            }
        }
        notes
    }
}

/// What is to become of a good row.
#[derive(PartialEq, Eq)]
enum View {
    Wanted,
    Kept,
    Bad(String),
}

/// Which row a step or a problem is about.
struct People<'a> {
    /// By tenant and person.
    names: HashMap<(&'a str, &'a str), usize>,
    /// By tenant and line.
    lines: HashMap<(&'a str, usize), usize>,
}

impl<'a> People<'a> {
    fn new(rows: &'a Rows<'_>, by_tenant: &'a ByTenant) -> Self {
        let (mut names, mut lines) = (HashMap::new(), HashMap::new());
        for (tenant, targets) in by_tenant {
            for target in targets {
                let person = rows.person(*target);
                lines.insert((tenant.as_str(), person.line), *target);
                if !matches!(rows.targets[*target].state, State::Refused(_)) {
                    names.insert((tenant.as_str(), person.name()), *target);
                }
            }
        }
        Self { names, lines }
    }

    /// The rows whose account the plan makes.
    fn creations<'b>(&'b self, plan: &'b Plan) -> impl Iterator<Item = (&'b Step, usize)> {
        let made = plan.steps.iter().filter(|step| matches!(step.change, Change::CreateUser { .. }));
        made.filter_map(|step| Some((step, *self.names.get(&(step.tenant.as_str(), step.person.as_deref()?))?)))
    }
}

fn about(problem: Problem, person: &Person) -> Problem {
    if person.name().is_empty() { problem } else { problem.about(person.name()) }
}

/// Whether the user name of a row is used. Where it and the e-mail address are one, a name that is no address is meant for other tenants.
fn uses_user_name(person: &Person, snapshot: &Snapshot) -> bool {
    let is_address = person.user_name.as_ref().is_some_and(|name| name.contains('@'));
    snapshot.capabilities.separate_email || is_address || person.email.is_none()
}

/// A user name and another e-mail address where both are one.
fn two_for_one<'a>(person: &'a Person, snapshot: &Snapshot) -> Option<(&'a str, &'a str)> {
    let (email, name) = (person.email.as_deref()?, person.user_name.as_deref()?);
    let is_one = !snapshot.capabilities.separate_email && uses_user_name(person, snapshot);
    (is_one && normalized(email) != normalized(name)).then_some((email, name))
}

/// The accounts that a row is about, as a plan finds them: by the user name if it is there, else by any name of the person.
fn accounts<'a>(person: &Person, snapshot: &'a Snapshot, aliases: &Aliases) -> Vec<&'a User> {
    let name = person.user_name.as_ref().filter(|_| uses_user_name(person, snapshot));
    match name.and_then(|name| snapshot.with_user_name(name)) {
        Some(user) => vec![user],
        None => snapshot.accounts(person.name(), aliases),
    }
}
