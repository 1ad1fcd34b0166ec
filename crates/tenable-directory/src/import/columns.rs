//! Which column holds what.

use std::collections::HashMap;
use std::fmt;

use super::table::Table;
use crate::suggest::do_you_mean;
use crate::{Problem, Problems};

/// What a column can hold of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// E-mail address, which also says who it is.
    Email,
    /// The name to sign in with.
    UserName,
    /// First and last name as one text.
    FullName,
    /// First name, where the last one is in another column.
    FirstName,
    /// Last name.
    LastName,
    /// Roles, separated by `;`.
    Roles,
    /// Groups, separated by `;`.
    Groups,
    /// Whether the account may sign in.
    Enabled,
    /// The first password of an account that is made.
    Password,
    /// The tenants, separated by `;`.
    Tenant,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Email,
        Self::UserName,
        Self::FullName,
        Self::FirstName,
        Self::LastName,
        Self::Roles,
        Self::Groups,
        Self::Enabled,
        Self::Password,
        Self::Tenant,
    ];

    /// The word for it in a column map: `user_name`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::UserName => "user_name",
            Self::FullName => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Enabled => "enabled",
            Self::Password => "password",
            Self::Tenant => "tenant",
        }
    }

    /// What a head says by itself, however it is written: `E-Mail`, `user name`, `FirstName`.
    pub fn of_head(head: &str) -> Option<Self> {
        match squeezed(head).as_str() {
            "email" | "mail" | "emailaddress" | "mailaddress" => Some(Self::Email),
            "username" | "login" | "loginname" => Some(Self::UserName),
            "name" | "fullname" | "displayname" => Some(Self::FullName),
            "firstname" | "givenname" => Some(Self::FirstName),
            "lastname" | "surname" | "familyname" => Some(Self::LastName),
            "role" | "roles" => Some(Self::Roles),
            "group" | "groups" => Some(Self::Groups),
            "enabled" | "active" | "state" => Some(Self::Enabled),
            "password" => Some(Self::Password),
            "tenant" | "tenants" => Some(Self::Tenant),
            _ => None,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A head without what people write differently: case, spaces, dashes, underscores and dots.
fn squeezed(head: &str) -> String {
    head.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
}

/// Which column holds what, where its head does not say so itself.
///
/// What is said here beats what heads say. Columns that nothing is said of, and whose heads are not known, are named in a note.
///
/// ```
/// use tenable_directory::import::{ColumnMap, Field};
///
/// let map = ColumnMap::parse("Mail=email, Login=user_name, Last, first=name, Phone=")?;
/// let same = ColumnMap::default()
///     .column("Mail", Field::Email)
///     .column("Login", Field::UserName)
///     .column("Last, first", Field::FullName)
///     .ignored("Phone");
/// assert_eq!(map, same);
/// # Ok::<(), tenable_directory::Problem>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    told: Vec<(String, Option<Field>)>,
}

impl ColumnMap {
    /// Reads `column=field,column=field`; nothing after the sign leaves a column out. Names of columns may hold commas.
    ///
    /// # Errors
    ///
    /// When a part is of another form, or there is no such field.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut map = Self::default();
        let mut begun = String::new();
        for part in text.split(',') {
            let Some((rest, field)) = part.rsplit_once('=') else {
                begun += part;
                begun.push(',');
                continue;
            };
            let head = format!("{}{rest}", std::mem::take(&mut begun));
            let field = field.trim();
            map = match Field::of_head(field) {
                _ if head.trim().is_empty() => {
                    return Err(Problem::new(format!("there is no column before \"={field}\"")));
                }
                Some(field) => map.column(head.trim(), field),
                None if field.is_empty() => map.ignored(head.trim()),
                None => {
                    let near = do_you_mean(field, Field::ALL.map(Field::name));
                    let near = if near.is_empty() { format!("; fields are {}", words()) } else { near };
                    return Err(Problem::new(format!("there is no field {field:?}{near}")));
                }
            };
        }
        if begun.trim_end_matches(',').trim().is_empty() {
            Ok(map)
        } else {
            let rest = begun.trim_end_matches(',').trim();
            Err(Problem::new(format!("{rest:?} is no column=field, such as Mail=email. Fields are {}", words())))
        }
    }

    /// This column holds this.
    #[must_use]
    pub fn column(mut self, head: impl Into<String>, field: Field) -> Self {
        self.told.push((head.into(), Some(field)));
        self
    }

    /// This column is left out, without a note.
    #[must_use]
    pub fn ignored(mut self, head: impl Into<String>) -> Self {
        self.told.push((head.into(), None));
        self
    }

    /// This map, and what another one says besides.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.told.extend(other.told);
        self
    }
}

fn words() -> String {
    Field::ALL.map(Field::name).join(", ")
}

/// What each column of a table holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) fields: Vec<Option<Field>>,
    /// Columns that are not used, and why.
    pub(super) notes: Vec<String>,
}

impl Columns {
    pub(super) fn has(&self, field: Field) -> bool {
        self.fields.contains(&Some(field))
    }

    /// By the map, and for the rest by the heads.
    pub(super) fn of(table: &Table, map: &ColumnMap) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut told: HashMap<usize, Option<Field>> = HashMap::new();
        for (head, field) in &map.told {
            match find(&table.columns, head) {
                Ok(column) => {
                    if told.insert(column, *field).is_some_and(|earlier| earlier != *field) {
                        problems.push(format!("the map says two things of the column {head:?}"));
                    }
                }
                Err(what) => problems.push(what),
            }
        }
        let is_told = |field: Field| told.values().any(|told| *told == Some(field));
        // A name in one column, and in two: what was told counts.
        let whole = is_told(Field::FullName);
        let parted = is_told(Field::FirstName) || is_told(Field::LastName);
        let beaten = |field: Field| match field {
            Field::FullName => parted,
            Field::FirstName | Field::LastName => whole,
            _ => false,
        };
        let mut columns = Self::default();
        let mut unused = Vec::new();
        for (column, head) in table.columns.iter().enumerate() {
            let guess = Field::of_head(head);
            let field = told.get(&column).copied().unwrap_or_else(|| {
                let used = guess.filter(|field| !is_told(*field) && !beaten(*field));
                if used.is_none() {
                    unused.push(named(table, column));
                }
                used
            });
            columns.fields.push(field);
        }
        problems.extend(columns.clashes(table));
        if !columns.has(Field::Email) && !columns.has(Field::UserName) {
            let heads: Vec<String> = (0..table.columns.len()).map(|column| named(table, column)).collect();
            problems.push(format!(
                "no column says who it is: say which one has the e-mail address or the user name, such as \"Mail=email\"; there are {}",
                heads.join(", ")
            ));
        }
        if !unused.is_empty() {
            columns.notes.push(format!("not used: {}", unused.join(", ")));
        }
        let place = table.head.map(|line| table.place(line));
        let problems = problems.into_iter().map(|what| Problem::new(what).at(place.clone())).collect();
        Problems::check(problems).map(|()| columns)
    }

    /// Two columns for one thing.
    fn clashes(&self, table: &Table) -> Vec<String> {
        let with = |field: Field| {
            let columns = self.fields.iter().enumerate().filter(move |(_, found)| **found == Some(field));
            columns.map(|(column, _)| named(table, column)).collect::<Vec<_>>()
        };
        let advice = "leave one out, such as \"Name=\"";
        let mut found = Vec::new();
        for field in Field::ALL {
            let columns = with(field);
            if columns.len() > 1 {
                found.push(format!("{} columns hold {field}: {}; {advice}", columns.len(), columns.join(", ")));
            }
        }
        let whole = with(Field::FullName);
        let parts = [with(Field::FirstName), with(Field::LastName)].concat();
        if !whole.is_empty() && !parts.is_empty() {
            let (whole, parts) = (whole.join(", "), parts.join(", "));
            found.push(format!("the name is in {whole} and in {parts}; {advice}"));
        }
        found
    }
}

fn named(table: &Table, column: usize) -> String {
    match table.columns.get(column).map(String::as_str) {
        None | Some("") => format!("the column {} without a head", column + 1),
        Some(head) => format!("{head:?}"),
    }
}

/// The one column with this head; without regard to how it is written when there is no other.
fn find(heads: &[String], head: &str) -> Result<usize, String> {
    let places = |same: &dyn Fn(&str) -> bool| {
        let found = heads.iter().enumerate().filter(|(_, other)| same(other));
        found.map(|(column, _)| column).collect::<Vec<_>>()
    };
    let mut found = places(&|other| other == head.trim());
    if found.is_empty() {
        found = places(&|other| squeezed(other) == squeezed(head));
    }
    match found[..] {
        [column] => Ok(column),
        [] => Err(format!("there is no column {head:?}{}", do_you_mean(head, heads.iter().map(String::as_str)))),
        _ => Err(format!("{} columns have the head {head:?}: give each another one", found.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (Vec<Option<Field>>, Vec<String>);

    fn columns(heads: &str, map: &str) -> Result<Told, Vec<String>> {
        let table = Table::csv(heads.as_bytes(), Some("p.csv".as_ref())).unwrap();
        match Columns::of(&table, &ColumnMap::parse(map).unwrap()) {
            Ok(Columns { fields, notes }) => Ok((fields, notes)),
            Err(problems) => Err(problems.all().iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn heads_say_it_themselves() {
        for (head, field) in [
            ("E-Mail", Field::Email),
            ("mail", Field::Email),
            ("EMAIL ADDRESS", Field::Email),
            ("User_Name", Field::UserName),
            ("Login", Field::UserName),
            ("Full name", Field::FullName),
            ("first.name", Field::FirstName),
            ("Surname", Field::LastName),
            ("Role", Field::Roles),
            ("GROUPS", Field::Groups),
            ("Active", Field::Enabled),
            ("State", Field::Enabled),
            ("Password", Field::Password),
            ("Tenant", Field::Tenant),
        ] {
            assert_eq!(Field::of_head(head), Some(field), "{head}");
        }
        for field in Field::ALL {
            assert_eq!(Field::of_head(field.name()), Some(field), "{field}");
        }
        assert_eq!(Field::of_head("Department"), None);
    }

    #[test]
    fn a_map_beats_guesses() {
        let (fields, notes) = columns("Mail,Login,Name,Phone,", "Login=email,phone=").unwrap();
        assert_eq!(fields, [None, Some(Field::Email), Some(Field::FullName), None, None]);
        assert_eq!(notes, ["not used: \"Mail\", the column 5 without a head"]);
        let (fields, notes) = columns("email,name,first name,last name", "Name=").unwrap();
        assert_eq!(fields[1..], [None, Some(Field::FirstName), Some(Field::LastName)]);
        assert!(notes.is_empty());
        let (fields, notes) = columns("email,Display,first name,last name", "display=name").unwrap();
        assert_eq!(fields[1..], [Some(Field::FullName), None, None]);
        assert_eq!(notes, ["not used: \"first name\", \"last name\""]);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for (heads, map, expected) in [
            ("email,Mail", "", "2 columns hold email: \"email\", \"Mail\"; leave one out, such as \"Name=\""),
            ("a,b", "a=email,b=email", "2 columns hold email: \"a\", \"b\"; leave one out, such as \"Name=\""),
            ("email,name,surname", "", "the name is in \"name\" and in \"surname\"; leave one out, such as \"Name=\""),
            ("email,x,x", "x=role", "2 columns have the head \"x\": give each another one"),
            ("email,Rolle", "Role=roles", "there is no column \"Role\"; do you mean \"Rolle\"?"),
            ("email,x", "x=role,X=group", "the map says two things of the column \"X\""),
        ] {
            assert_eq!(columns(heads, map), Err(vec![format!("p.csv:1: {expected}")]), "{heads}");
        }
        let nobody = &columns("Name,Phone", "").unwrap_err()[0];
        assert!(
            nobody.contains("no column says who it is") && nobody.ends_with("there are \"Name\", \"Phone\""),
            "{nobody}"
        );
    }

    #[test]
    fn maps_that_are_none() {
        for (map, expected) in [
            ("Mail", "\"Mail\" is no column=field, such as Mail=email."),
            ("Mail=email,Phone", "\"Phone\" is no column=field"),
            ("Mail=emial", "there is no field \"emial\"; do you mean \"email\"?"),
            ("Mail=x", "there is no field \"x\"; fields are email, user_name, name, first_name,"),
            ("=email", "there is no column before \"=email\""),
        ] {
            let problem = ColumnMap::parse(map).unwrap_err().to_string();
            assert!(problem.starts_with(expected), "{problem}");
        }
        assert_eq!(ColumnMap::parse("").unwrap(), ColumnMap::default());
        assert_eq!(ColumnMap::parse("a=b=mail").unwrap(), ColumnMap::default().column("a=b", Field::Email));
    }
}
