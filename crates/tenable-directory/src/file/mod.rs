//! A file of people, roles and groups: what should be there, for people to write, review and keep.

mod account;
mod export;
mod fields;
mod node;
mod people;
mod problems;
mod products;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use tenable_api::admin::{Ability, Count};
use tenable_api::model::Product;

use account::AccountEntry;
use fields::{Fields, Said};
use node::{Node, Value};
use people::PersonEntry;
use problems::Found;
use products::{PRODUCTS, product_of};

pub use export::export;

use crate::aliases::normalized;
use crate::suggest::do_you_mean;
use crate::wish::{GroupWish, Presence, RoleWish, Wish};
use crate::{Aliases, Directory, Place, Problem, Problems, Removals, Scope, Snapshot, Unlisted};

/// The JSON Schema (2020-12) of a file of people, for editors and other tools. It says what is a matter of form; what it cannot say, such as
/// that no two people share an address, [`PeopleFile::parse`] does.
pub const PEOPLE_SCHEMA: &str = include_str!("../../schema/people.schema.json");

/// People, roles and groups as they should be, in any number of tenants.
///
/// YAML, or JSON, which is YAML too. What the file does not say stays as it is. The page `docs/people-file.md` has all keys.
///
/// ```
/// use tenable_directory::PeopleFile;
///
/// let file = PeopleFile::parse(
///     "
/// version: 1
/// templates:
///   analyst:
///     sc: {user_name: '{local_part}', role: Vulnerability Analyst, group: Analysts}
///     vm: {role: Standard}
/// people:
///   - {name: Ann Lee, email: ann@example.com, template: analyst}
/// ",
///     None,
/// )?;
/// assert_eq!(file.people().collect::<Vec<_>>(), ["ann@example.com"]);
///
/// let problems = PeopleFile::parse("version: 1\npeople:\n  - {name: Ann, emial: ann@example.com}\n", None).unwrap_err();
/// assert!(problems.to_string().contains("line 3: a person has no \"emial\"; do you mean \"email\"?"), "{problems}");
/// # Ok::<(), tenable_directory::Problems>(())
/// ```
#[derive(Clone, Debug)]
pub struct PeopleFile {
    people: Vec<PersonEntry>,
    roles: BTreeMap<String, Vec<RoleWish>>,
    groups: BTreeMap<String, Vec<GroupWish>>,
    scope: ScopeEntry,
    protected: Vec<String>,
    aliases: Aliases,
    /// Tenants and products that the file names, each with where it does first.
    targets: BTreeMap<String, Place>,
}

/// What the file looks after.
#[derive(Clone, Debug, Default)]
struct ScopeEntry {
    people: Vec<String>,
    roles: BTreeMap<String, Vec<String>>,
    groups: BTreeMap<String, Vec<String>>,
    unlisted: Unlisted,
    most_removals: Option<Removals>,
}

impl PeopleFile {
    /// Reads a file. `path` is what problems call it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once, each with its line.
    pub fn parse(text: &str, path: Option<&Path>) -> Result<Self, Problems> {
        let mut found = Found::new(path, text);
        let file = node::parse(text, &mut found).map(|root| Self::read(&root, &mut found));
        let empty = file.is_none();
        let mut problems = found.into_problems();
        if problems.is_empty() && empty {
            let place = Place::new(path.map(Path::to_path_buf), 1);
            problems.push(Problem::new("the file is empty: it begins with version: 1").at(place));
        }
        Problems::check(problems)?;
        file.flatten().ok_or_else(|| Problem::new("the file is empty").into())
    }

    fn read(root: &Node, found: &mut Found) -> Option<Self> {
        let mut fields = Fields::of(root, "the file", found)?;
        read_version(&mut fields, found);
        let mut targets = Targets::default();
        let templates = fields.take("templates").map(|node| read_templates(node, &mut targets, found));
        let templates = templates.unwrap_or_default();
        let roles = fields.take("roles").map(|node| {
            targets.each(node, "roles", found, |_, node, found| {
                let roles = list_of(node, "roles", found, read_role);
                each_once("role", roles.iter().map(|role| (&role.name, role.place.as_ref())), found);
                roles
            })
        });
        let groups = fields.take("groups").map(|node| {
            targets.each(node, "groups", found, |product, node, found| {
                check_groups(product, node, found);
                let groups = list_of(node, "groups", found, read_group);
                each_once("group", groups.iter().map(|group| (&group.name, group.place.as_ref())), found);
                groups
            })
        });
        let people = fields.take("people").map(|node| {
            list_of(node, "people", found, |node, found| PersonEntry::read(node, &templates, &mut targets, found))
        });
        let scope = fields.take("scope").map(|node| read_scope(node, &mut targets, found));
        let protected = fields.texts("protected", found).value().unwrap_or_default();
        fields.finish(found);
        let people = people.unwrap_or_default();
        let aliases = people::aliases(&people, found);
        let targets = targets.0.into_iter().map(|(name, line)| (name, found.place(line))).collect();
        Some(Self {
            people,
            roles: roles.unwrap_or_default(),
            groups: groups.unwrap_or_default(),
            scope: scope.unwrap_or_default(),
            protected,
            aliases,
            targets,
        })
    }

    /// Whom the file names: e-mail addresses, or user names of those who have none.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.people.iter().map(PersonEntry::person)
    }

    /// The names that are one person.
    pub fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    /// Accounts that nothing may be taken from.
    pub fn protected(&self) -> &[String] {
        &self.protected
    }

    /// Finds names of tenants in the file that nobody knows. `tenants` are all names that there are; the words of the products are good by
    /// themselves.
    ///
    /// # Errors
    ///
    /// One problem for each unknown name.
    pub fn check_tenants<'a>(&self, tenants: impl IntoIterator<Item = &'a str>) -> Result<(), Problems> {
        let known: BTreeSet<&str> = tenants.into_iter().chain(PRODUCTS.map(Product::command)).collect();
        let unknown = self.targets.iter().filter(|(name, _)| !known.contains(name.as_str()));
        let problem = |(name, place): (&String, &Place)| {
            let advice = do_you_mean(name, known.iter().copied());
            Problem::new(format!("there is no tenant {name:?}{advice}")).at(place.clone())
        };
        Problems::check(unknown.map(problem).collect())
    }

    /// A directory that knows what the file says of names that are one person, and of protected accounts.
    ///
    /// # Errors
    ///
    /// When the directory already knows a name as somebody else's. When a tenant is named by the word of its product, the file uses the
    /// word, and there are other tenants of the product: which are meant is not clear.
    pub fn directory(&self, directory: Directory) -> Result<Directory, Problem> {
        for product in PRODUCTS {
            let word = product.command();
            let others = directory.tenants().iter().filter(|tenant| tenant.product() == Some(product)).count() > 1;
            if let Some(place) = self.targets.get(word).filter(|_| others && directory.tenant(word).is_some()) {
                let what = format!(
                    "{word} is the name of one tenant, and the word for all of {product}: give that tenant another name"
                );
                return Err(Problem::new(what).at(place.clone()));
            }
        }
        let mut aliases = directory.known_aliases().clone();
        for person in &self.people {
            aliases.add(person.person(), person.aliases())?;
        }
        Ok(directory.aliases(aliases).protected(&self.protected))
    }

    /// What the file asks of one tenant: what it says of the tenant by name, else of its product.
    pub fn wish(&self, snapshot: &Snapshot) -> Wish {
        let names = [snapshot.tenant.as_str(), snapshot.product().command()];
        let hands_over = snapshot.capabilities.can(Ability::HandOver);
        Wish {
            roles: chosen(&self.roles, names).cloned().unwrap_or_default(),
            groups: chosen(&self.groups, names).cloned().unwrap_or_default(),
            users: self.people.iter().flat_map(|person| person.wishes(names, hands_over)).collect(),
            scope: self.scope(names, hands_over),
        }
    }

    fn scope(&self, names: [&str; 2], hands_over: bool) -> Scope {
        let mut scope = Scope::default();
        // People are looked after where the file speaks of at all, so that a connection too many does no harm.
        if names.iter().any(|name| self.targets.contains_key(*name)) {
            scope.people.clone_from(&self.scope.people);
        }
        scope.roles = chosen(&self.scope.roles, names).cloned().unwrap_or_default();
        scope.groups = chosen(&self.scope.groups, names).cloned().unwrap_or_default();
        scope.unlisted = self.scope.unlisted.clone();
        if let Unlisted::Delete { successor } = &mut scope.unlisted {
            // Said for all tenants, some of which may have no way to do it.
            *successor = successor.take().filter(|_| hands_over);
        }
        if let Some(most) = self.scope.most_removals {
            scope.most_removals = most;
        }
        scope
    }
}

/// What is said of the tenant by name, else of its product.
fn chosen<'a, T>(said: &'a BTreeMap<String, T>, names: [&str; 2]) -> Option<&'a T> {
    names.iter().find_map(|name| said.get(*name))
}

/// Names of tenants and products, each with the line of its first mention.
#[derive(Debug, Default)]
struct Targets(BTreeMap<String, usize>);

impl Targets {
    fn note(&mut self, name: &str, line: usize) {
        self.0.entry(name.to_owned()).or_insert(line);
    }

    /// A mapping from tenants and products to something. Nothing at all is an empty one.
    fn each<T>(
        &mut self,
        node: &Node,
        what: &str,
        found: &mut Found,
        mut read: impl FnMut(Option<Product>, &Node, &mut Found) -> T,
    ) -> BTreeMap<String, T> {
        if matches!(node.value, Value::Null) {
            return BTreeMap::new();
        }
        let Some(mut fields) = Fields::of(node, what, found) else { return BTreeMap::new() };
        let mut all = BTreeMap::new();
        for (key, node) in fields.rest() {
            self.note(&key.text, key.line);
            all.insert(key.text.clone(), read(product_of(&key.text), node, found));
        }
        all
    }
}

fn read_version(fields: &mut Fields<'_>, found: &mut Found) {
    match fields.take("version") {
        None => found.at(fields.line_of("version"), "the file does not say its version: begin it with version: 1"),
        Some(Node { value: Value::Number(number), .. }) if number == "1" => {}
        Some(node) => found.at(node.line, "this release reads version: 1"),
    }
}

fn list_of<T>(
    node: &Node,
    what: &str,
    found: &mut Found,
    mut read: impl FnMut(&Node, &mut Found) -> Option<T>,
) -> Vec<T> {
    match &node.value {
        Value::List(nodes) => nodes.iter().filter_map(|node| read(node, found)).collect(),
        Value::Null => Vec::new(),
        _ => {
            found.at(node.line, format!("{what} is {}: a list is expected", node.kind()));
            Vec::new()
        }
    }
}

/// Each name is there once.
fn each_once<'a>(what: &str, names: impl Iterator<Item = (&'a String, Option<&'a Place>)>, found: &mut Found) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (name, place) in names {
        let line = place.map_or(1, |place| place.line);
        if let Some(first) = seen.insert(normalized(name), line) {
            found.at(line, format!("the {what} {name:?} stands here twice, first on line {first}"));
        }
    }
}

fn check_groups(product: Option<Product>, node: &Node, found: &mut Found) {
    let is_empty = match &node.value {
        Value::List(nodes) => nodes.is_empty(),
        value => matches!(value, Value::Null),
    };
    if let Some(product) = product.filter(|product| products::groups(*product) == Count::None && !is_empty) {
        found.at(node.line, format!("{product} has no groups"));
    }
}

/// What each member of a kind has, by tenant or product.
type Templates = BTreeMap<String, BTreeMap<String, AccountEntry>>;

fn read_templates(node: &Node, targets: &mut Targets, found: &mut Found) -> Templates {
    if matches!(node.value, Value::Null) {
        return Templates::new();
    }
    let Some(mut fields) = Fields::of(node, "templates", found) else { return Templates::new() };
    let mut templates = Templates::new();
    for (key, node) in fields.rest() {
        templates.insert(key.text.clone(), targets.each(node, "a template", found, AccountEntry::read_of_template));
    }
    templates
}

/// Whether something should be there.
fn presence(absent: Said<bool>) -> Presence {
    match absent.value() {
        Some(true) => Presence::Absent { successor: None },
        _ => Presence::Present,
    }
}

/// The name of a role or group, without which it is none.
fn read_name(fields: &mut Fields<'_>, what: &str, found: &mut Found) -> Option<String> {
    let name = fields.text("name", found);
    if matches!(name, Said::Leave) || !fields.has("name") {
        found.at(fields.line_of("name"), format!("a {what} has no name"));
    }
    name.value()
}

/// A mapping, or the name alone.
fn read_role(node: &Node, found: &mut Found) -> Option<RoleWish> {
    let place = found.place(node.line);
    if let Value::Text(_) | Value::Number(_) = &node.value {
        let mut role = RoleWish::new(fields::text(node, "a role", found)?);
        role.place = Some(place);
        return Some(role);
    }
    let mut fields = Fields::of(node, "a role", found)?;
    let name = read_name(&mut fields, "role", found);
    let mut role = RoleWish::new(name.clone().unwrap_or_default());
    role.place = Some(place);
    role.description = fields.free_text("description", found).value();
    role.permissions = fields.texts("permissions", found).value();
    role.presence = presence(fields.flag("absent", found));
    fields.finish(found);
    name.map(|_| role)
}

/// A mapping, or the name alone.
fn read_group(node: &Node, found: &mut Found) -> Option<GroupWish> {
    let place = found.place(node.line);
    let named = |name: &str, presence| {
        let mut group = GroupWish::new(name);
        group.place = Some(place);
        group.presence = presence;
        group
    };
    if let Value::Text(_) | Value::Number(_) = &node.value {
        return Some(named(&fields::text(node, "a group", found)?, Presence::Present));
    }
    let mut fields = Fields::of(node, "a group", found)?;
    let name = read_name(&mut fields, "group", found);
    let presence = presence(fields.flag("absent", found));
    fields.finish(found);
    Some(named(&name?, presence))
}

fn read_scope(node: &Node, targets: &mut Targets, found: &mut Found) -> ScopeEntry {
    if matches!(node.value, Value::Null) {
        return ScopeEntry::default();
    }
    let Some(mut fields) = Fields::of(node, "scope", found) else { return ScopeEntry::default() };
    let mut scope =
        ScopeEntry { people: fields.texts("people", found).value().unwrap_or_default(), ..ScopeEntry::default() };
    for (name, place) in [("roles", &mut scope.roles), ("groups", &mut scope.groups)] {
        if let Some(node) = fields.take(name) {
            let patterns = targets.each(node, name, found, |product, node, found| {
                if name == "groups" {
                    check_groups(product, node, found);
                }
                if matches!(node.value, Value::Null) {
                    return Some(Vec::new());
                }
                fields::texts(node, name, found)
            });
            *place = patterns.into_iter().filter_map(|(target, patterns)| Some((target, patterns?))).collect();
        }
    }
    let unlisted = fields.text("unlisted", found).value();
    let successor = fields.text("successor", found).value();
    let line = fields.line_of("unlisted");
    scope.unlisted = match (unlisted.as_deref(), successor) {
        (Some("report"), None) => Unlisted::Report,
        (Some("disable") | None, None) => Unlisted::Disable,
        (Some("delete"), successor) => Unlisted::Delete { successor },
        (Some("report" | "disable") | None, Some(_)) => {
            let what = "a successor is for people who are deleted: say unlisted: delete as well";
            found.at(fields.line_of("successor"), what);
            Unlisted::Report
        }
        (Some(other), _) => {
            found.at(line, format!("unlisted is {other:?}: report, disable or delete is expected"));
            Unlisted::Report
        }
    };
    let most = fields.text("max_removals", found).value();
    scope.most_removals = most.and_then(|text| match text.parse() {
        Ok(most) => Some(most),
        Err(error) => {
            found.at(fields.line_of("max_removals"), format!("max_removals: {error}"));
            None
        }
    });
    fields.finish(found);
    scope
}
