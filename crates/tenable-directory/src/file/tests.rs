use std::path::Path;

use proptest::prelude::*;

use super::*;

/// What is wrong with a file, line by line.
fn problems(text: &str) -> Vec<String> {
    let file = PeopleFile::parse(text, Some(Path::new("people.yaml")));
    file.map_or_else(|problems| problems.all().iter().map(ToString::to_string).collect(), |_| Vec::new())
}

fn parse(text: &str) -> PeopleFile {
    PeopleFile::parse(text, None).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Each broken file with all that is said of it.
const BROKEN: &[(&str, &[&str])] = &[
    ("", &["people.yaml:1: the file is empty: it begins with version: 1"]),
    ("# only a comment\n", &["people.yaml:1: the file is empty: it begins with version: 1"]),
    ("- a", &["people.yaml:1: the file is a list: a mapping such as {name: Ann} is expected"]),
    ("people: []", &["people.yaml:1: the file does not say its version: begin it with version: 1"]),
    ("version: 2", &["people.yaml:1: this release reads version: 1"]),
    ("version: \"1\"", &["people.yaml:1: this release reads version: 1"]),
    ("version: 1\npeple: []", &["people.yaml:2: the file has no \"peple\"; do you mean \"people\"?"]),
    ("version: 1\nversion: 1", &["people.yaml:2: \"version\" stands here twice, first on line 1"]),
    ("version: 1\npeople: {}", &["people.yaml:2: people is a mapping: a list is expected"]),
    ("version: 1\npeople:\n- Ann", &["people.yaml:3: a person is a text: a mapping such as {name: Ann} is expected"]),
    (
        "version: 1\npeople:\n- {name: Ann, accounts: {vm: {}}}",
        &["people.yaml:3: a person has neither email nor user_name: give one to be known by"],
    ),
    ("version: 1\npeople:\n- {email: ann, accounts: {vm: {}}}", &["people.yaml:3: \"ann\" is no e-mail address"]),
    (
        "version: 1\npeople:\n- {email: ann@example.com}",
        &["people.yaml:3: ann@example.com has no account anywhere: give a template, accounts, or absent: true"],
    ),
    (
        "version: 1\npeople:\n- {email: a@example.com, accounts: {vm: {}}}\n- {email: A@example.com, accounts: {vm: {}}}",
        &["people.yaml:4: A@example.com stands here twice, first on line 3"],
    ),
    (
        "version: 1\npeople:\n- {email: a@example.com, aliases: [al], accounts: {vm: {}}}\n- {email: b@example.com, aliases: [AL], accounts: {vm: {}}}",
        &["people.yaml:4: al is already a@example.com: nobody is two people"],
    ),
    (
        "version: 1\ntemplates: {analyst: {}}\npeople:\n- {email: a@example.com, template: analist}",
        &[
            "people.yaml:4: there is no template \"analist\"; do you mean \"analyst\"?",
            "people.yaml:4: a@example.com has no account anywhere: give a template, accounts, or absent: true",
        ],
    ),
    (
        "version: 1\npeople:\n- email: a@example.com\n  accounts:\n    vm:\n      role: A\n      roles: [B]\n",
        &["people.yaml:6: an account has both roles and role: give one of them"],
    ),
    (
        "version: 1\npeople:\n- email: a@example.com\n  accounts:\n    vm:\n      enabled: yes\n      roles: [A, A]\n      sign_in: {pasword: true}\n",
        &[
            "people.yaml:6: enabled is a text: true or false is expected",
            "people.yaml:7: \"A\" stands twice in roles",
            "people.yaml:8: sign_in has no \"pasword\"; do you mean \"password\"?",
        ],
    ),
    (
        "version: 1\npeople:\n- email: a@example.com\n  accounts: {vm: {password: secret}}",
        &[
            "people.yaml:4: an account has no \"password\"; passwords do not belong in a file of people: new accounts get random ones",
        ],
    ),
    (
        "version: 1\npeople:\n- email: a@example.com\n  accounts: {vm: {user_name: \"{first}\"}}",
        &["people.yaml:4: user_name is \"{first}\": of braces it may have {email} and {local_part}"],
    ),
    (
        "version: 1\npeople:\n- email: a@example.com\n  accounts: {vm: {successor: bo}}",
        &[
            "people.yaml:4: a successor is for an account that goes: say absent: true as well, or leave the successor out",
        ],
    ),
    ("version: 1\nroles: {vm: [{description: x}]}", &["people.yaml:2: a role has no name"]),
    ("version: 1\ngroups: {vm: [{absent: true}]}", &["people.yaml:2: a group has no name"]),
    (
        "version: 1\ngroups: {vm: [true]}",
        &["people.yaml:2: a group is true or false: a mapping such as {name: Ann} is expected"],
    ),
    (
        "version: 1\nscope: {unlisted: keep}",
        &["people.yaml:2: unlisted is \"keep\": report, disable or delete is expected"],
    ),
    (
        "version: 1\nscope: {successor: bo}",
        &["people.yaml:2: a successor is for people who are deleted: say unlisted: delete as well"],
    ),
    (
        "version: 1\nscope: {max_removals: many}",
        &["people.yaml:2: max_removals: \"many\" is no limit: write a number such as 10, or a share such as 5%"],
    ),
    ("version: 1\nprotected: bo", &["people.yaml:2: protected is a text: a list such as [A, B] is expected"]),
    ("a: &x 1\nb: *x", &["people.yaml:1: anchors are not read: use templates"]),
    ("version: !!int 1", &["people.yaml:1: tags are not read"]),
    ("version: 1\n---\nversion: 1", &["people.yaml:2: a second document begins here; there is one to a file"]),
    ("version: 1\ntrue: 1", &["people.yaml:2: a key is true or false: write it as a text"]),
];

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_line() {
    for (text, expected) in BROKEN {
        assert_eq!(problems(text), *expected, "{text}");
    }
    let not_yaml = problems("version: 1\npeople: [\n");
    assert!(not_yaml[0].starts_with("people.yaml:") && not_yaml[0].contains("this is not YAML"), "{not_yaml:?}");
    let deep = format!("version: {}", "[".repeat(40));
    assert!(problems(&deep)[0].contains("nested too deeply"));
}

fn wishes(file: &PeopleFile, tenant: &str, product: &str) -> Vec<crate::wish::UserWish> {
    file.people.iter().flat_map(|person| person.wishes([tenant, product])).collect()
}

const TEAM: &str = "
version: 1
templates:
  analyst:
    sc: {user_name: '{local_part}', role: Analyst, group: Analysts}
    vm: {role: Standard, groups: [SOC]}
  night:
    vm: {groups: [Night]}
people:
  - {name: Ann Lee, email: ann@example.com, template: analyst}
  - name: Bo Berg
    email: bo@example.com
    template: [analyst, night]
    accounts:
      acme: {role: Auditor, sign_in: {api_keys: false}, name: null}
  - {email: cy@example.com, absent: true, successor: ann@example.com}
  - user_name: scanner
    accounts: {sc: {enabled: false}}
";

#[test]
fn what_is_said_nearest_counts() {
    let file = parse(TEAM);
    let vm = wishes(&file, "acme", "vm");
    assert_eq!(vm.len(), 3, "{vm:?}");
    let [ann, bo, cy] = &vm[..] else { panic!() };
    assert_eq!((ann.person.as_str(), ann.full_name.as_deref()), ("ann@example.com", Some("Ann Lee")));
    assert_eq!(ann.roles.as_deref(), Some(&["Standard".to_owned()][..]));
    assert_eq!(ann.groups.as_deref(), Some(&["SOC".to_owned()][..]));
    assert_eq!(ann.place.as_ref().map(|place| place.line), Some(10));
    assert_eq!(bo.roles.as_deref(), Some(&["Auditor".to_owned()][..]), "the tenant's own name wins");
    assert_eq!(bo.groups.as_deref(), Some(&["Night".to_owned()][..]), "the later template wins");
    assert_eq!(bo.full_name, None, "null leaves it as it is");
    assert_eq!(bo.sign_in.api_keys, Some(false));
    assert_eq!(bo.place.as_ref().map(|place| place.line), Some(15));
    assert_eq!(cy.presence, Presence::Absent { successor: Some("ann@example.com".to_owned()) });
    assert_eq!(cy.full_name, None);
    let sc = wishes(&file, "sc", "sc");
    let names: Vec<_> = sc.iter().map(|wish| wish.user_name.as_deref()).collect();
    assert_eq!(names, [Some("ann"), Some("bo"), None, Some("scanner")]);
    assert_eq!(sc[3].enabled, Some(false));
    assert_eq!(wishes(&file, "ie", "ie").len(), 1, "only who goes goes everywhere");
}

#[test]
fn scope_and_names_of_tenants() {
    let file = parse(
        "
version: 1
protected: [breakglass]
roles: {vm: [SOC lead, {name: Old, absent: true}]}
groups: {acme: [SOC], vm: [Other]}
scope:
  people: ['*@example.com']
  roles: {vm: ['SOC *']}
  unlisted: delete
  successor: bo
  max_removals: 5%
",
    );
    assert_eq!(file.protected(), ["breakglass"]);
    let scope = file.scope(["acme", "vm"]);
    assert_eq!(scope.people, ["*@example.com"]);
    assert_eq!(scope.roles, ["SOC *"]);
    assert_eq!(scope.unlisted, Unlisted::Delete { successor: Some("bo".to_owned()) });
    assert_eq!(scope.most_removals, Removals::Percent(5));
    assert!(file.scope(["sc", "sc"]).roles.is_empty());
    assert!(file.check_tenants(["acme"]).is_ok());
    let unknown = file.check_tenants(["acne"]).unwrap_err().to_string();
    assert_eq!(unknown, "line 5: there is no tenant \"acme\"; do you mean \"acne\"?");
}

#[test]
fn texts_that_look_like_something_else() {
    let file = parse("version: 1\ngroups: {vm: [2024, \"true\", no, 0x1f]}");
    let names: Vec<_> = file.groups["vm"].iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["2024", "true", "no", "0x1f"]);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*|[-a-z:{}\\[\\]\"' \n#&*!|>%@1]{0,60}") {
        let _whatever = PeopleFile::parse(&text, None);
        let _whatever = PeopleFile::parse(&format!("version: 1\npeople: [{text}]"), None);
    }

    #[test]
    fn what_is_written_is_read(name in any::<String>()) {
        let text = format!("version: 1\ngroups: {{vm: [{}]}}", export::scalar(&name));
        let file = PeopleFile::parse(&text, None);
        prop_assert!(file.is_ok(), "{text:?} {file:?}");
        prop_assert_eq!(&file.unwrap().groups["vm"][0].name, &name);
    }
}

/// The schema has the keys that the file may have, in each of its objects.
#[test]
fn the_schema_has_the_same_keys() {
    let schema: serde_json::Value = serde_json::from_str(PEOPLE_SCHEMA).unwrap();
    let keys = |pointer: &str| -> BTreeSet<String> {
        let properties = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
        properties.as_object().unwrap().keys().cloned().collect()
    };
    for (text, pointer) in [
        ("version: 1\nzzzzzz: 1", "/properties"),
        ("version: 1\ntemplates: {a: {vm: {zzzzzz: 1}}}", "/$defs/account/properties"),
        ("version: 1\ntemplates: {a: {vm: {sign_in: {zzzzzz: 1}}}}", "/$defs/account/properties/sign_in/properties"),
        ("version: 1\npeople: [{email: a@b, absent: true, zzzzzz: 1}]", "/$defs/person/properties"),
        ("version: 1\nroles: {vm: [{name: A, zzzzzz: 1}]}", "/$defs/role/anyOf/1/properties"),
        ("version: 1\ngroups: {vm: [{name: A, zzzzzz: 1}]}", "/$defs/group/anyOf/1/properties"),
        ("version: 1\nscope: {zzzzzz: 1}", "/$defs/scope/properties"),
    ] {
        let all = problems(text);
        let (_, known) = all[0].split_once("; it may have ").unwrap_or_else(|| panic!("{all:?}"));
        assert_eq!(known.split(", ").map(str::to_owned).collect::<BTreeSet<_>>(), keys(pointer), "{text}");
    }
}
