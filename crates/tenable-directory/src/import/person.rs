//! What one row says of one person.

use secrecy::SecretString;

use super::columns::{Columns, Field};
use super::table::{Cell, Row};
use crate::scope::fits;

/// What one row says of one person.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    pub(super) line: usize,
    pub(super) email: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) full_name: Option<String>,
    pub(super) roles: Option<Vec<String>>,
    pub(super) groups: Option<Vec<String>>,
    pub(super) enabled: Option<bool>,
    pub(super) password: Option<SecretString>,
    pub(super) tenants: Option<Vec<String>>,
    /// What is wrong with the row, as far as the row alone tells.
    pub(super) problems: Vec<String>,
}

impl Person {
    /// Who it is: the e-mail address, or else the user name. Empty when the row does not say.
    pub(super) fn name(&self) -> &str {
        self.email.as_deref().or(self.user_name.as_deref()).unwrap_or_default()
    }

    pub(super) fn of(row: Row, columns: &Columns, domains: &[String]) -> Self {
        let mut person = Self { line: row.line, problems: row.problems, ..Self::default() };
        let is_readable = person.problems.is_empty();
        let (mut first, mut last) = (None, None);
        for (column, cell) in row.cells {
            let Some(field) = columns.fields.get(column).copied().flatten() else { continue };
            match field {
                Field::Email => person.email = person.text(field, cell),
                Field::UserName => person.user_name = person.text(field, cell),
                Field::FullName => person.full_name = person.text(field, cell),
                Field::FirstName => first = person.text(field, cell),
                Field::LastName => last = person.text(field, cell),
                Field::Roles => person.roles = person.list(field, cell),
                Field::Groups => person.groups = person.list(field, cell),
                Field::Tenant => person.tenants = person.list(field, cell),
                Field::Enabled => person.enabled = person.state(cell),
                Field::Password => match cell {
                    // As it stands there: a space may be part of it.
                    Cell::Text(text) => person.password = Some(text.into()),
                    Cell::List(_) => person.problems.push("the password is a list".to_owned()),
                },
            }
        }
        if first.is_some() || last.is_some() {
            person.full_name = Some([first, last].into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        if is_readable {
            person.check(domains);
        }
        person
    }

    fn text(&mut self, field: Field, cell: Cell) -> Option<String> {
        match cell {
            Cell::Text(text) if text.trim().chars().any(char::is_control) => {
                self.problems.push(format!("{field}: there is a line break or another control character in it"));
                None
            }
            Cell::Text(text) => Some(text.trim().to_owned()),
            Cell::List(_) => {
                self.problems.push(format!("{field}: a list; one text is meant"));
                None
            }
        }
    }

    /// Parts between semicolons. A text without a name in it says nothing; only a list of its own can be empty.
    fn list(&mut self, field: Field, cell: Cell) -> Option<Vec<String>> {
        let (parts, may_be_empty) = match cell {
            Cell::Text(text) => (text.split(';').map(|part| part.trim().to_owned()).collect::<Vec<_>>(), false),
            Cell::List(parts) => (parts.into_iter().map(|part| part.trim().to_owned()).collect(), true),
        };
        let mut names: Vec<String> = Vec::new();
        for part in parts {
            if part.chars().any(char::is_control) {
                self.problems.push(format!("{field}: there is a line break or another control character in it"));
            } else if !part.is_empty() && !names.contains(&part) {
                names.push(part);
            }
        }
        (may_be_empty || !names.is_empty()).then_some(names)
    }

    fn state(&mut self, cell: Cell) -> Option<bool> {
        let Cell::Text(text) = cell else {
            self.problems.push("enabled: a list; yes or no is meant".to_owned());
            return None;
        };
        match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "on" | "enabled" | "active" => Some(true),
            "false" | "no" | "n" | "0" | "off" | "disabled" | "inactive" => Some(false),
            other => {
                self.problems.push(format!("enabled: {other:?} is neither yes nor no"));
                None
            }
        }
    }

    fn check(&mut self, domains: &[String]) {
        let names = [(Field::Email, &self.email), (Field::UserName, &self.user_name)];
        let mut problems = Vec::new();
        for (field, name) in names {
            let Some(name) = name else { continue };
            // A user name may be an address, and need not be one.
            let is_address = field == Field::Email || name.contains('@');
            let wrong = match name.rsplit_once('@') {
                _ if name.parse::<tenable_api::model::shared::UserKey>().is_ok() => {
                    Some("it is the key of an account; give its user name".to_owned())
                }
                _ if !is_address => None,
                Some((local, domain)) if is_local_part(local) && is_domain(domain) => outside(domain, domains),
                _ => Some("it is no e-mail address".to_owned()),
            };
            problems.extend(wrong.map(|what| format!("{field}: {name:?}: {what}")));
        }
        if self.name().is_empty() && problems.is_empty() && self.problems.is_empty() {
            problems
                .push("the row does not say who it is: there is neither an e-mail address nor a user name".to_owned());
        }
        self.problems.extend(problems);
    }
}

/// Why an address of this domain is not wanted.
fn outside(domain: &str, domains: &[String]) -> Option<String> {
    if domains.is_empty() {
        // Servers of one's own may take such an address; it is more often a slip, and can be allowed by name.
        let what = "the domain has no dot; if that is meant, allow the domain";
        return (!domain.contains('.')).then(|| what.to_owned());
    }
    let is_allowed = domains.iter().any(|pattern| fits(pattern, domain));
    (!is_allowed).then(|| format!("the domain is none of those that are allowed: {}", domains.join(", ")))
}

/// What stands before the `@`: dots neither at the ends nor next to each other, and nothing that would have to be quoted.
fn is_local_part(text: &str) -> bool {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>[]:;@\\,\"".contains(c);
    text.len() <= 64 && text.split('.').all(|part| !part.is_empty()) && text.chars().all(is_plain)
}

/// Letters of any script, digits and dashes, in parts of which none begins or ends with a dash.
fn is_domain(text: &str) -> bool {
    let is_part = |part: &str| {
        let ends = part.starts_with('-') || part.ends_with('-');
        !part.is_empty() && part.len() <= 63 && !ends && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::import::{ColumnMap, Table};

    fn people(text: &str, domains: &[&str]) -> Vec<Person> {
        let table = if text.starts_with('{') {
            Table::json_lines(text.as_bytes(), None)
        } else {
            Table::csv(text.as_bytes(), None)
        };
        let table = table.unwrap();
        let columns = Columns::of(&table, &ColumnMap::default()).unwrap();
        let domains: Vec<String> = domains.iter().map(|domain| (*domain).to_owned()).collect();
        table.rows.into_iter().map(|row| Person::of(row, &columns, &domains)).collect()
    }

    fn problems(text: &str, domains: &[&str]) -> Vec<String> {
        people(text, domains).remove(0).problems
    }

    #[test]
    fn a_row_says_who_and_how() {
        let text = "Mail,Login,First name,Last name,Roles,Groups,Active,Password,Tenant\n\
                    \" ann@example.com \",alee,Ann,van der Lee,Auditor,SOC; Night shift ;SOC,yes, Violet 42 ,vm;sc";
        let person = people(text, &[]).remove(0);
        assert_eq!(person.problems, [""; 0]);
        assert_eq!((person.line, person.name()), (2, "ann@example.com"));
        assert_eq!(person.user_name.as_deref(), Some("alee"));
        assert_eq!(person.full_name.as_deref(), Some("Ann van der Lee"));
        assert_eq!(person.roles, Some(vec!["Auditor".to_owned()]));
        assert_eq!(person.groups, Some(vec!["SOC".to_owned(), "Night shift".to_owned()]));
        assert_eq!(person.enabled, Some(true));
        assert_eq!(person.password.unwrap().expose_secret(), " Violet 42 ");
        assert_eq!(person.tenants, Some(vec!["vm".to_owned(), "sc".to_owned()]));
    }

    #[test]
    fn what_is_empty_is_not_asked_for() {
        let person = people("Login,Name,Role,Group,Enabled,Password\nann,,;,\" \",,", &[]).remove(0);
        assert_eq!(person.problems, [""; 0]);
        assert_eq!(person.name(), "ann");
        assert_eq!((person.full_name, person.roles, person.groups, person.enabled), (None, None, None, None));
        assert!(person.password.is_none());
        let person = people("{\"login\": \"ann\", \"groups\": [], \"roles\": [\"a;b\"]}", &[]).remove(0);
        assert_eq!(
            (person.roles, person.groups),
            (Some(vec!["a;b".to_owned()]), Some(Vec::new())),
            "a list can be empty"
        );
    }

    #[test]
    fn states() {
        for (text, expected) in [("YES", true), ("1", true), ("Active", true), ("no", false), ("disabled", false)] {
            assert_eq!(people(&format!("login,state\nann,{text}"), &[])[0].enabled, Some(expected), "{text}");
        }
        assert_eq!(problems("login,state\nann,maybe", &[]), ["enabled: \"maybe\" is neither yes nor no"]);
    }

    #[test]
    fn addresses() {
        let good = ["ann@example.com", "a.b+c@sub.example.co", "a'b@xn--bcher-kva.example", "jörg@bücher.example"];
        for address in good {
            assert_eq!(problems(&format!("email\n{address}"), &[]), [""; 0], "{address}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        let bad = [
            "ann",
            "ann@",
            "@example.com",
            "a@b@example.com",
            "ann @example.com",
            "ann@exa mple.com",
            "a..b@example.com",
        ];
        let worse = [
            ".a@example.com",
            "ann@-x.com",
            "ann@x..com",
            "ann@example.com.",
            "<ann@example.com>",
            "a@b.com;c@d.com",
            &long,
        ];
        for address in bad.into_iter().chain(worse) {
            let expected = format!("email: {address:?}: it is no e-mail address");
            assert_eq!(problems(&format!("email\n{address}\n"), &["*"]), [expected], "{address}");
            let in_login = problems(&format!("login\n{address}\n"), &["*"]);
            assert_eq!(in_login.is_empty(), address == "ann", "{in_login:?}");
        }
    }

    #[test]
    fn domains() {
        let allowed = ["example.com", "*.example.org"];
        assert_eq!(problems("email\nann@EXAMPLE.com", &allowed), [""; 0]);
        assert_eq!(problems("email\nann@a.example.org", &allowed), [""; 0]);
        let expected = "the domain is none of those that are allowed: example.com, *.example.org";
        for address in ["ann@sub.example.com", "ann@example.org", "ann@notexample.com", "ann@example.com.evil.test"] {
            assert_eq!(problems(&format!("email\n{address}"), &allowed), [format!("email: {address:?}: {expected}")]);
            assert_eq!(problems(&format!("login\n{address}"), &allowed).len(), 1, "a user name that is an address");
        }
        assert!(
            problems("email\nann@corp", &[])[0].ends_with("the domain has no dot; if that is meant, allow the domain")
        );
        assert_eq!(problems("email\nann@corp", &["corp"]), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_told_once() {
        let nobody = "the row does not say who it is: there is neither an e-mail address nor a user name";
        assert_eq!(problems("email,name\n,Ann", &[]), [nobody]);
        assert_eq!(problems("email,name\na", &[]).len(), 1);
        let broken = "there is a line break or another control character in it";
        assert_eq!(problems("email,role\n\"ann\nlee@example.com\",x", &[]), [format!("email: {broken}")]);
        assert_eq!(problems("login,role\nann,\"a;b\nc\"", &[]), [format!("roles: {broken}")]);
        let key = problems("login\nvm:7", &[]);
        assert_eq!(key, ["user_name: \"vm:7\": it is the key of an account; give its user name"]);
        assert_eq!(
            problems("{\"login\": [\"ann\"], \"password\": [\"x\"]}", &[]),
            ["user_name: a list; one text is meant", "the password is a list"]
        );
    }
}
