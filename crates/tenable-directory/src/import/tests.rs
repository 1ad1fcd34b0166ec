//! From rows to plans and results, without a product.

use secrecy::ExposeSecret as _;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::Product;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;

use super::*;
use crate::plan::{Change, Edit};
use crate::whois::examples::{center_tenant, exposure, exposure_tenant, management, management_tenant, present};
use crate::{
    Aliases, Directory, Earlier, Ended, Failure, Outcome, Passwords as _, Present, RandomPasswords, Reading, Report,
    Snapshot, Tenant,
};

fn directory(names: &[&str]) -> Directory {
    let tenant = |name: &&str| match *name {
        "ie" => {
            let client = IdentityExposure::builder().url("https://tie.example.com").api_key("key");
            Tenant::new("ie", client.build().unwrap())
        }
        "sc" => {
            let client = SecurityCenter::builder().url("https://sc.example.com").api_key("access", "secret");
            Tenant::new("sc", client.build().unwrap())
        }
        name => {
            let client = VulnerabilityManagement::builder().api_key("access", "secret");
            Tenant::new(name, client.build().unwrap())
        }
    };
    Directory::new(names.iter().map(tenant)).unwrap()
}

/// Ann and Bo are in Vulnerability Management, with the role Standard.
fn management_of_two() -> Present {
    present([management_tenant([
        management(1, "ann@example.com", "Ann Lee", 32),
        management(2, "bo@example.com", "Bo", 32),
    ])])
}

fn import(text: &str, options: Options) -> Import {
    let table = Table::csv(text.as_bytes(), Some("p.csv".as_ref())).unwrap();
    Import::new(table, &ColumnMap::default(), options).unwrap()
}

fn skipping() -> Options {
    Options { skip_bad_rows: true, ..Options::default() }
}

fn expected(prepared: &Prepared) -> Vec<String> {
    prepared.expected().iter().map(ToString::to_string).collect()
}

fn problems(prepared: &Prepared) -> Vec<String> {
    prepared.problems().iter().map(ToString::to_string).collect()
}

const MIXED: &str = "email,name,role,enabled\n\
    ann@example.com,Ann Lee,Standard,yes\n\
    bo@example.com,Bo Berg,Basic,no\n\
    cy@example.com,Cy,Standard,\n\
    dee@example.com,Dee,Standrad,\n\
    eve.example.com,Eve,Basic,\n";

#[test]
fn one_bad_row_stops_all() {
    let prepared = import(MIXED, Options::default()).plan_from(&directory(&["vm"]), management_of_two());
    let expected = [
        "p.csv:5: vm: dee@example.com: there is no role \"Standrad\"; do you mean \"Standard\"?",
        "p.csv:6: eve.example.com: email: \"eve.example.com\": it is no e-mail address",
    ];
    assert_eq!(problems(&prepared), expected);
    assert_eq!(prepared.plan().unwrap_err().all().len(), 2);
    assert!(prepared.to_json().is_err());
}

#[test]
fn bad_rows_may_be_skipped() {
    let prepared = import(MIXED, skipping()).plan_from(&directory(&["vm"]), management_of_two());
    assert_eq!(problems(&prepared), [""; 0]);
    assert_eq!(
        expected(&prepared),
        [
            "p.csv:2: vm: ann@example.com: unchanged",
            "p.csv:3: vm: bo@example.com: changed: name, roles, enabled",
            "p.csv:4: vm: cy@example.com: created",
            "p.csv:5: vm: dee@example.com: refused: there is no role \"Standrad\"; do you mean \"Standard\"?",
            "p.csv:6: vm: eve.example.com: refused: email: \"eve.example.com\": it is no e-mail address",
        ]
    );
    let people: std::collections::BTreeSet<&str> =
        prepared.plan().unwrap().steps.iter().filter_map(|step| step.person.as_deref()).collect();
    assert_eq!(people.into_iter().collect::<Vec<_>>(), ["bo@example.com", "cy@example.com"]);
}

#[test]
fn what_stands_in_the_way_of_all_rows_is_not_skipped() {
    let rows = "email,enabled\nann@example.com,no\nbo@example.com,no\n";
    let mut options = skipping();
    options.most_removals = Removals::Count(1);
    let prepared = import(rows, options.clone()).plan_from(&directory(&["vm"]), management_of_two());
    let what = "vm: the plan deletes or disables 2, and at most 1 may be at once";
    assert!(problems(&prepared)[0].starts_with(what), "{:?}", problems(&prepared));
    assert!(prepared.plan().is_err());
    options.most_removals = Removals::Count(2);
    let prepared = import(rows, options).plan_from(&directory(&["vm"]), management_of_two());
    assert_eq!(prepared.plan().unwrap().steps.len(), 2);
}

#[test]
fn who_is_protected_is_a_bad_row() {
    let directory = directory(&["vm"]).protected(["bo@example.com"]);
    let rows = "email,enabled\nann@example.com,no\nbo@example.com,no\n";
    let prepared = import(rows, skipping()).plan_from(&directory, management_of_two());
    assert_eq!(prepared.plan().unwrap().steps.len(), 1);
    let told = expected(&prepared);
    assert!(told[1].starts_with("p.csv:3: vm: bo@example.com: refused: this account is protected"), "{told:?}");
    let prepared = import(rows, Options::default()).plan_from(&directory, management_of_two());
    assert!(problems(&prepared)[0].starts_with("p.csv:3: vm: bo@example.com: this account is protected"));
}

#[test]
fn one_person_has_one_row() {
    let directory = directory(&["vm"]);
    let mut aliases = Aliases::default();
    aliases.add("dee@example.com", ["dee.old@example.com"]).unwrap();
    let directory = directory.aliases(aliases);
    let rows = "email,login\n\
        cy@example.com,\n\
        dee@example.com,\n\
        CY@example.com,\n\
        dee.old@example.com,\n\
        eve@example.com,\n\
        ,eve@example.com\n\
        fay@example.com,\n";
    let prepared = import(rows, skipping()).plan_from(&directory, management_of_two());
    let line = |row: &str, person: &str, other: usize| {
        format!("p.csv:{row}: vm: {person}: refused: {person} is the person of line {other} too: one row for each")
    };
    assert_eq!(
        expected(&prepared),
        [
            line("2", "cy@example.com", 4),
            line("3", "dee@example.com", 5),
            line("4", "CY@example.com", 2),
            line("5", "dee.old@example.com", 3),
            line("6", "eve@example.com", 7),
            line("7", "eve@example.com", 6),
            "p.csv:8: vm: fay@example.com: created".to_owned(),
        ]
    );
}

#[test]
fn rows_are_for_the_tenants_that_they_name() {
    let directory = directory(&["ie", "vm", "north"]);
    let there = || {
        let north = Snapshot { tenant: "north".to_owned(), ..management_tenant([]) };
        present([exposure_tenant([]), management_tenant([]), north])
    };
    let rows = "email,tenant\n\
        ann@example.com,north\n\
        ann@example.com,ie\n\
        bo@example.com,\"north;ie\"\n\
        cy@example.com,nroth\n\
        dee@example.com,sc\n\
        eve@example.com,\n";
    let prepared = import(rows, skipping()).plan_from(&directory, there());
    let unnamed = "refused: there are 3 tenants, and the row does not say which: name it in a column \"tenant\", or import into all";
    assert_eq!(
        expected(&prepared),
        [
            "p.csv:2: north: ann@example.com: created",
            "p.csv:3: ie: ann@example.com: created",
            "p.csv:4: ie: bo@example.com: created",
            "p.csv:4: north: bo@example.com: created",
            "p.csv:5: cy@example.com: refused: there is no tenant \"nroth\"; do you mean \"north\"?",
            "p.csv:6: dee@example.com: refused: there is no tenant \"sc\"",
            &format!("p.csv:7: eve@example.com: {unnamed}"),
        ]
    );
    let mut options = Options { all_tenants: true, ..Options::default() };
    let prepared = import("email\nann@example.com\n", options.clone()).plan_from(&directory, there());
    assert_eq!(expected(&prepared).len(), 3);
    // The word of a product is every tenant of it, unless one has it for a name.
    let prepared = import("email,tenant\nann@example.com,vm", options.clone()).plan_from(&directory, there());
    assert_eq!(expected(&prepared), ["p.csv:2: vm: ann@example.com: created"]);
    let south = Directory::new(directory.tenants().iter().filter(|tenant| tenant.name() != "vm").cloned()).unwrap();
    options.all_tenants = false;
    let prepared = import("email,tenant\nann@example.com,vm", options).plan_from(&south, there());
    assert_eq!(expected(&prepared), ["p.csv:2: north: ann@example.com: created"]);
}

#[test]
fn a_tenant_that_could_not_be_read_leaves_its_rows() {
    let directory = directory(&["ie", "vm"]);
    let mut there = management_of_two();
    let result = Err(Failure::new("connection refused"));
    there.readings.push(Reading { tenant: "ie".to_owned(), product: None, result });
    let options = Options { all_tenants: true, ..Options::default() };
    let prepared = import("email\ncy@example.com\n", options).plan_from(&directory, there);
    assert_eq!(prepared.failed_tenants().len(), 1);
    assert_eq!(prepared.plan().unwrap().steps.len(), 1);
    assert_eq!(
        expected(&prepared),
        [
            "p.csv:2: ie: cy@example.com: not tried: the tenant could not be read: connection refused",
            "p.csv:2: vm: cy@example.com: created",
        ]
    );
}

#[test]
fn people_who_are_there_may_be_kept_or_refused() {
    let rows = "email,role\nAnn@example.com,Basic\ncy@example.com,Basic\n";
    let with = |existing| Options { existing, ..skipping() };
    let kept = import(rows, with(Existing::Keep)).plan_from(&directory(&["vm"]), management_of_two());
    assert_eq!(expected(&kept), ["p.csv:2: vm: Ann@example.com: unchanged", "p.csv:3: vm: cy@example.com: created"]);
    let refused = import(rows, with(Existing::Refuse)).plan_from(&directory(&["vm"]), management_of_two());
    let why = "there is an account already: ann@example.com";
    assert_eq!(expected(&refused)[0], format!("p.csv:2: vm: Ann@example.com: refused: {why}"));
    assert_eq!(refused.plan().unwrap().steps.len(), 1);
    let options = Options { existing: Existing::Refuse, ..Options::default() };
    let stopped = import(rows, options).plan_from(&directory(&["vm"]), management_of_two());
    assert_eq!(problems(&stopped), [format!("p.csv:2: vm: Ann@example.com: {why}")]);
}

#[test]
fn passwords_are_checked_and_never_shown() {
    let rows = "email,password\n\
        ann@example.com,weak-as-Violet\n\
        cy@example.com,weak-as-Violet\n\
        dee@example.com,Harbor-42-Violet\n";
    let prepared = import(rows, skipping()).plan_from(&directory(&["vm"]), management_of_two());
    let told = expected(&prepared);
    assert_eq!(told[0], "p.csv:2: vm: ann@example.com: unchanged", "it is not needed");
    assert!(told[1].starts_with("p.csv:3: vm: cy@example.com: refused: password: "), "{told:?}");
    assert_eq!(told[2], "p.csv:4: vm: dee@example.com: created");
    let notes = &prepared.draft().notes;
    assert_eq!(*notes, ["vm: accounts that are there keep their password, whatever the row gives: 1"]);
    let passwords = prepared.passwords(RandomPasswords);
    let first = |name| passwords.first_password("vm", Product::VulnerabilityManagement, name).unwrap();
    assert_eq!(first("dee@example.com").expose_secret(), "Harbor-42-Violet");
    assert_ne!(first("cy@example.com").expose_secret(), "weak-as-Violet");
    let stopped = import(rows, Options::default()).plan_from(&directory(&["vm"]), management_of_two());
    let everything =
        format!("{:?} {stopped:?} {:?} {}", import(rows, skipping()), problems(&stopped), prepared.to_json().unwrap());
    assert!(everything.contains("cy@example.com") && !everything.contains("Violet"), "{everything}");
}

#[test]
fn names_that_a_product_refuses_are_bad_rows() {
    let prepared = import("login\nann\n", skipping()).plan_from(&directory(&["vm"]), management_of_two());
    let told = expected(&prepared);
    assert_eq!(told, ["p.csv:2: vm: ann: refused: user name: it is not of the form name@domain"]);
}

#[test]
fn a_user_name_that_is_no_address_is_for_products_with_user_names() {
    let directory = directory(&["ie", "sc"]);
    let rows = "email,login,role,group\ncy@example.com,cyn,,\n";
    let options = Options { all_tenants: true, ..skipping() };
    let there = present([exposure_tenant([exposure(7, "cy@example.com", "Cy", "")]), center_tenant([])]);
    let prepared = import(rows, options).plan_from(&directory, there);
    let told = expected(&prepared);
    assert_eq!(told[0], "p.csv:2: ie: cy@example.com: unchanged");
    assert!(told[1].starts_with("p.csv:2: sc: cy@example.com: refused: "), "a role is needed: {told:?}");
    let note = "ie: user names that are not used, since people sign in to Tenable Identity Exposure with the e-mail address: 1";
    assert_eq!(prepared.draft().notes, [note]);
}

#[test]
fn two_addresses_are_one_too_many_where_one_is_both() {
    let rows = "email,login\ncy@example.com,cyn@corp.example\ndee@example.com,DEE@example.com\n";
    let prepared = import(rows, skipping()).plan_from(&directory(&["ie"]), present([exposure_tenant([])]));
    let told = expected(&prepared);
    let why = "cy@example.com and cyn@corp.example: in Tenable Identity Exposure the user name is the e-mail address";
    assert!(told[0].starts_with(&format!("p.csv:2: ie: cy@example.com: refused: {why}")), "{told:?}");
    assert_eq!(told[1], "p.csv:3: ie: dee@example.com: created");
    assert_eq!(prepared.plan().unwrap().steps.len(), 1);
}

#[test]
fn a_file_without_rows_says_so() {
    let of = |text: &str| {
        let table = Table::json_lines(text.as_bytes(), Some("p.jsonl".as_ref())).unwrap();
        Import::new(table, &ColumnMap::default(), Options::default()).unwrap_err().to_string()
    };
    assert_eq!(of(""), "p.jsonl:1: there are no rows");
    assert_eq!(of("[\n\"x\"]\n"), "p.jsonl:1: this is not one JSON object\np.jsonl:2: this is not one JSON object");
    assert!(Table::read(Format::Csv, b"email\n", None, Some("People")).is_err(), "CSV has no sheets");
    let import = import("email\n", Options::default());
    assert!(import.is_empty());
    let prepared = import.plan_from(&directory(&["vm"]), management_of_two());
    assert!(prepared.plan().unwrap().is_empty() && prepared.expected().is_empty());
}

#[test]
fn columns_that_are_not_used_are_named_in_the_plan() {
    let prepared = import("email,phone\ncy@example.com,7\n", Options::default());
    assert_eq!(prepared.notes(), ["not used: \"phone\""]);
    let prepared = prepared.plan_from(&directory(&["vm"]), management_of_two());
    assert_eq!(prepared.plan().unwrap().notes, ["not used: \"phone\""]);
}

#[test]
fn a_record_goes_on_with_the_same_plan() {
    let rows = "email,role,password\nann@example.com,Basic,\ncy@example.com,Standard,Harbor-42-Violet\ndee,Basic,\n";
    let options = Options { existing: Existing::Keep, ..skipping() };
    let first = import(rows, options.clone());
    let directory = directory(&["vm"]);
    let prepared = first.plan_from(&directory, management_of_two());
    let record = prepared.to_json().unwrap();
    let again = import(rows, options.clone()).go_on(&directory, &record).unwrap();
    assert_eq!(again.plan().unwrap(), prepared.plan().unwrap());
    assert_eq!(again.expected(), prepared.expected());
    let passwords = again.passwords(RandomPasswords);
    let given = passwords.first_password("vm", Product::VulnerabilityManagement, "cy@example.com").unwrap();
    assert_eq!(given.expose_secret(), "Harbor-42-Violet");
    let refused =
        |import: &Import, directory: &Directory, record: &str| import.go_on(directory, record).unwrap_err().what;
    let others = [
        import(&rows.replace("Standard", "Basic"), options.clone()),
        import(&rows.replace("dee", "eve"), options),
        import(rows, skipping()),
    ];
    for other in others {
        assert!(refused(&other, &directory, &record).contains("other rows, options or tenants"));
    }
    let north = Directory::new([Tenant::unreachable("north", "")]).unwrap();
    assert!(refused(&first, &north, &record).contains("other rows, options or tenants"));
    let changed = record.replace("cy@example.com", "di@example.com");
    assert!(refused(&first, &directory, &changed).contains("it was changed"));
    assert!(refused(&first, &directory, "{}").contains("no record of an import"));
}

/// A row about an account that is made, and what its steps came to.
fn results_of(outcomes: &[Outcome], earlier: Option<&Earlier>) -> String {
    let rows = "email,role,enabled\ncy@example.com,Standard,no\n";
    let prepared = import(rows, Options::default()).plan_from(&directory(&["vm"]), management_of_two());
    let plan = prepared.plan().unwrap();
    let kinds: Vec<&Change> = plan.steps.iter().map(|step| &step.change).collect();
    assert!(
        matches!(
            kinds[..],
            [Change::CreateUser { .. }, Change::SetRoles { .. }, Change::SetEnabled(Edit { to: false, .. })]
        ),
        "{plan}"
    );
    let steps = plan.steps.iter().cloned().zip(outcomes.iter().cloned());
    let steps = steps.map(|(step, outcome)| Ended { step, outcome }).collect();
    let report = Report { plan: plan.hash(), steps, failed_tenants: Vec::new() };
    let result = prepared.results(&report, earlier).remove(0).result;
    result.to_string()
}

#[test]
fn a_row_ends_as_its_steps_do() {
    use Outcome::{Already, Blocked, Done, Stopped};
    let refused = || Outcome::Refused { why: Failure::new("no licence") };
    let unknown = || Outcome::Unknown { why: Failure::new("cut off") };
    let unseen = || Outcome::DoneUnseen { why: "not told".to_owned() };
    let not_applied =
        || Outcome::NotApplied { field: "roles".to_owned(), wanted: "[\"a\"]".to_owned(), got: "[]".to_owned() };
    for (outcomes, expected) in [
        ([Done, Done, Done], "created"),
        ([Done, unseen(), Already], "created"),
        ([Already, Done, Already], "changed: roles"),
        ([Already, Already, Already], "unchanged"),
        ([refused(), Blocked { by: 0 }, Blocked { by: 0 }], "refused: no licence"),
        ([unknown(), Blocked { by: 0 }, Blocked { by: 0 }], "unknown: cut off"),
        ([Stopped, Stopped, Stopped], "not tried: stopped"),
        ([Done, refused(), Done], "created, changed: enabled, but refused: no licence"),
        ([Done, not_applied(), Stopped], "created, but refused: not applied: roles should be [\"a\"] and is []"),
        ([Done, unknown(), refused()], "created, but unknown: cut off"),
        ([Already, Done, Stopped], "changed: roles, but not tried: stopped"),
    ] {
        assert_eq!(results_of(&outcomes, None), expected, "{outcomes:?}");
    }
    let earlier = |begun: &[usize], done: &[usize]| {
        let set = |places: &[usize]| places.iter().copied().collect();
        Earlier { begun: set(begun), done: set(done) }
    };
    assert_eq!(results_of(&[Already, Already, Done], Some(&earlier(&[1], &[0]))), "created");
    assert_eq!(results_of(&[Already, Already, Done], Some(&earlier(&[1], &[]))), "changed: roles, enabled");
}

#[test]
fn rows_of_a_tenant_that_fails_later_are_not_tried() {
    let prepared =
        import("email\ncy@example.com\n", Options::default()).plan_from(&directory(&["vm"]), management_of_two());
    let plan = prepared.plan().unwrap();
    let outcome = Outcome::Refused { why: Failure::new("the tenant could not be read: gone") };
    let steps = plan.steps.iter().cloned().map(|step| Ended { step, outcome: outcome.clone() }).collect();
    let failed_tenants = vec![("vm".to_owned(), Failure::new("gone"))];
    let report = Report { plan: plan.hash(), steps, failed_tenants };
    let result = &prepared.results(&report, None)[0];
    assert_eq!(result.result.to_string(), "not tried: the tenant could not be read: gone");
}

#[test]
fn results_are_flat_records() {
    let prepared = import(MIXED, skipping()).plan_from(&directory(&["vm"]), management_of_two());
    let json: Vec<String> = prepared.expected().iter().map(|result| serde_json::to_string(result).unwrap()).collect();
    assert_eq!(
        json[1],
        r#"{"file":"p.csv","line":3,"person":"bo@example.com","tenant":"vm","result":"changed","fields":["name","roles","enabled"]}"#
    );
    let refused = r#"{"file":"p.csv","line":6,"person":"eve.example.com","tenant":"vm","result":"refused","why":"#;
    assert!(json[4].starts_with(refused), "{}", json[4]);
}

#[test]
fn groups_may_be_added_instead_of_replaced() {
    let rows = "email,role,group\nann@example.com,Standard,SOC\n";
    let there = || {
        let mut snapshot = management_tenant([management(1, "ann@example.com", "Ann Lee", 32)]);
        let group = r#"{"id": 1, "uuid": "5c1a0000-0000-4000-8000-000000000001", "name": "SOC"}"#;
        let group: tenable_api::model::vulnerability_management::Group = serde_json::from_str(group).unwrap();
        snapshot.groups.push(group.into());
        present([snapshot])
    };
    for add_groups in [false, true] {
        let options = Options { add_groups, ..Options::default() };
        let prepared = import(rows, options).plan_from(&directory(&["vm"]), there());
        assert_eq!(expected(&prepared), ["p.csv:2: vm: ann@example.com: changed: groups"]);
    }
}
