mod round_trip;

use std::path::Path;

use proptest::prelude::*;
use tenable_api::admin::Capabilities;

use super::*;
use crate::whois::examples::{center_tenant, exposure_tenant, management_tenant};
use crate::wish::UserWish;

/// What is wrong with a file, line by line.
fn problems(text: &str) -> Vec<String> {
    let file = PeopleFile::parse(text, Some(Path::new("people.yaml")));
    file.map_or_else(|problems| problems.all().iter().map(ToString::to_string).collect(), |_| Vec::new())
}

fn parse(text: &str) -> PeopleFile {
    PeopleFile::parse(text, None).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_line() {
    let mut count = 0;
    for case in include_str!("cases.txt").split("\n%%% ").skip(1) {
        let (title, body) = case.split_once('\n').unwrap();
        let text = body.split("%%> ").next().unwrap();
        let expected: Vec<String> =
            body.split("%%> ").skip(1).map(|line| format!("people.yaml:{}", line.trim_end())).collect();
        assert_eq!(title.starts_with("good: "), expected.is_empty(), "{title}");
        assert_eq!(problems(text), expected, "{title}\n{text}");
        count += 1;
    }
    assert!(count > 50, "{count}");
}

/// Although it is noticed behind the last line.
#[test]
fn what_ends_too_early_is_told_with_a_line_that_is_there() {
    for (text, line) in
        [("version: 1\npeople", 2), ("version: 1\r\npeople\r\n", 2), ("{a: 1", 1), ("---\n", 1), ("", 1)]
    {
        let problems = problems(text);
        assert!(problems[0].starts_with(&format!("people.yaml:{line}: ")), "{text:?}: {problems:?}");
    }
}

#[test]
fn what_is_long_and_deep_is_refused_at_once() {
    let long = " ".repeat(17 * 1024 * 1024);
    assert_eq!(problems(&long), ["people.yaml:1: the file is longer than 16 MiB"]);
    for text in ["[", "{a: ", "- ", "? ", "- [", "a: {"] {
        let text = format!("version: 1\npeople:\n  {}", text.repeat(100_000));
        assert_eq!(problems(&text).len(), 1, "{text:.40}");
    }
    // In one go, not each against all others.
    let names: Vec<String> = (0..10_000).map(|number| format!("g{number}")).collect();
    let keys: Vec<String> = names.iter().map(|name| format!("{name}: 1")).collect();
    let people: Vec<String> = names.iter().map(|name| format!("{{email: {name}@example.com, absent: true}}")).collect();
    parse(&format!("version: 1\nprotected: [{}]\npeople: [{}]", names.join(", "), people.join(", ")));
    assert_eq!(problems(&format!("version: 1\n{}", keys.join("\n"))).len(), 10_000);
}

#[test]
fn nothing_of_a_password_is_told() {
    for text in
        ["{password: Violet-Harbor-42}", "{sign_in: {password: Violet-Harbor-42}}", "{sign_in: Violet-Harbor-42}"]
    {
        let all = problems(&format!("version: 1\npeople: [{{email: ann@example.com, accounts: {{vm: {text}}}}}]"));
        assert!(!all.is_empty() && !all.concat().contains("Violet"), "{all:?}");
    }
}

fn wishes(file: &PeopleFile, tenant: &str, product: &str) -> Vec<UserWish> {
    file.people.iter().flat_map(|person| person.wishes([tenant, product], true)).collect()
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

/// From the nearest to the farthest; each says what those before it do not.
#[test]
fn the_order_of_what_counts() {
    let layers = [
        ("accounts.acme", "    acme: {enabled: false, role: R1}"),
        ("accounts.vm", "    vm: {enabled: true, role: R2}"),
        ("person", "  enabled: false"),
        ("template.acme", "    acme: {enabled: true, role: R3}"),
        ("template.vm", "    vm: {enabled: false, role: R4}"),
    ];
    for from in 0..layers.len() {
        let line = |at: usize| if at >= from { layers[at].1 } else { "" };
        let text = format!(
            "version: 1\ntemplates:\n  t:\n    sc: {{}}\n{}\n{}\npeople:\n- email: ann@example.com\n  template: t\n{}\n  accounts:\n    sc: {{}}\n{}\n{}\n",
            line(3),
            line(4),
            line(2),
            line(0),
            line(1)
        );
        let wishes = wishes(&parse(&text), "acme", "vm");
        let [wish] = &wishes[..] else { panic!("{text}") };
        assert_eq!(wish.enabled, Some(from % 2 == 1), "{}\n{text}", layers[from].0);
        let role = ["R1", "R2", "R3", "R3", "R4"][from];
        assert_eq!(wish.roles.as_deref(), Some(&[role.to_owned()][..]), "{}\n{text}", layers[from].0);
    }
}

#[test]
fn who_goes_is_found_by_the_names_of_the_accounts() {
    let file = parse(
        "
version: 1
templates: {analyst: {sc: {user_name: '{local_part}', group: A}, vm: {role: Standard}}}
people:
  - email: cy@example.com
    template: analyst
    absent: true
    successor: ann@example.com
    accounts:
      sc: [{user_name: cy}, {user_name: cy-admin}]
      acme: {absent: false}
  - {email: di@example.com, template: analyst, absent: true}
",
    );
    let gone = |wish: &UserWish| matches!(wish.presence, Presence::Absent { .. });
    let sc = wishes(&file, "sc", "sc");
    let names: Vec<_> = sc.iter().map(|wish| wish.user_name.as_deref()).collect();
    assert_eq!(names, [Some("cy"), Some("cy-admin"), Some("di")]);
    assert!(sc.iter().all(gone));
    assert!(sc[0].groups.is_none(), "nothing else is asked of who goes");
    let acme = wishes(&file, "acme", "vm");
    assert_eq!(acme[0].presence, Presence::Present, "but for this one");
    assert!(gone(&acme[1]));
    let ie = file.people[0].wishes(["ie", "ie"], false);
    assert_eq!(ie[0].presence, Presence::Absent { successor: None }, "this product hands nothing over");
}

#[test]
fn an_account_of_the_template_is_left_out_by_an_empty_list() {
    let file = parse(&format!("{TEAM}  - {{email: el@example.com, template: analyst, accounts: {{vm: []}}}}\n"));
    assert_eq!(wishes(&file, "sc", "sc").len(), 5);
    assert_eq!(wishes(&file, "vm", "vm").len(), 3);
}

#[test]
fn scope_and_names_of_tenants() {
    let file = parse(
        "
version: 1
protected: [breakglass]
roles: {vm: [SOC lead, {name: Old, absent: true}]}
people: [{email: ann@example.com, accounts: {ie: {}}}]
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
    let scope = file.scope(["acme", "vm"], true);
    assert_eq!(scope.people, ["*@example.com"]);
    assert_eq!(scope.roles, ["SOC *"]);
    assert_eq!(scope.unlisted, Unlisted::Delete { successor: Some("bo".to_owned()) });
    assert_eq!(scope.most_removals, Removals::Percent(5));
    assert_eq!(file.scope(["sc", "sc"], true).roles, [""; 0]);
    assert_eq!(file.scope(["sc", "sc"], true).people, [""; 0], "the file does not speak of it");
    assert_eq!(file.scope(["ie", "ie"], false).unlisted, Unlisted::Delete { successor: None });
    assert!(file.check_tenants(["acme"]).is_ok());
    let unknown = file.check_tenants(["acne"]).unwrap_err().to_string();
    assert_eq!(unknown, "line 6: there is no tenant \"acme\"; do you mean \"acne\"?");
}

#[test]
fn a_tenant_named_by_the_word_for_all_is_not_confused_with_all() {
    use tenable_api::vulnerability_management::VulnerabilityManagement;

    use crate::Tenant;

    let tenant =
        |name: &str| Tenant::new(name, VulnerabilityManagement::builder().api_key("access", "secret").build().unwrap());
    let file = parse("version: 1\npeople:\n- {email: ann@example.com, accounts: {vm: {}}}");
    assert!(file.directory(Directory::new([tenant("vm")]).unwrap()).is_ok());
    assert!(file.directory(Directory::new([tenant("a"), tenant("b")]).unwrap()).is_ok());
    let problem = file.directory(Directory::new([tenant("vm"), tenant("b")]).unwrap()).unwrap_err();
    assert!(
        problem.to_string().starts_with("line 3: vm is the name of one tenant, and the word for all of"),
        "{problem}"
    );
}

#[test]
fn texts_that_look_like_something_else() {
    let file = parse("version: 1\ngroups: {vm: [2024, \"true\", no, 0x1f]}");
    let names: Vec<_> = file.groups["vm"].iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["2024", "true", "no", "0x1f"]);
}

#[test]
fn what_the_words_of_the_products_tell_is_what_the_clients_tell() {
    let told: [&Capabilities; 3] =
        [exposure_tenant([]), center_tenant([]), management_tenant([])].map(|snapshot| snapshot.capabilities);
    for capabilities in told {
        let product = capabilities.product;
        assert_eq!(product_of(product.command()), Some(product));
        assert_eq!(products::roles(product), capabilities.roles_per_user);
        assert_eq!(products::roles(product) == Count::Any, capabilities.can(Ability::SeveralRoles));
        assert_eq!(products::groups(product), capabilities.groups_per_user);
        assert_eq!(products::groups(product) != Count::None, capabilities.can(Ability::AddMember));
        assert_eq!(products::has_ways_to_sign_in(product), capabilities.can(Ability::SetSignInMethods));
        assert_eq!(products::hands_over(product), capabilities.can(Ability::HandOver));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*|[-a-z:{}\\[\\]\"' \n#&*!|>%@1?,\t~]{0,60}") {
        let _whatever = PeopleFile::parse(&text, None);
        let _whatever = PeopleFile::parse(&format!("version: 1\npeople: [{text}]"), None);
        let _whatever = PeopleFile::parse(&format!("version: 1\npeople:\n- accounts:\n   {text}"), None);
    }

    #[test]
    fn what_is_written_is_read(name in any::<String>().prop_filter("it says something", |name| !name.trim().is_empty())) {
        let text = format!("version: 1\ngroups: {{vm: [{}]}}", export::yaml::scalar(&name));
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
