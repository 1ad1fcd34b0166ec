//! The file of people: a team in three products, and what is there written down.

use std::fmt::Write as _;

use tenable_directory::{PeopleFile, Stop, export};

use super::{World, complete, good_plan, make_so};

/// Thirty people in three products.
fn team() -> String {
    let mut text = String::from(
        "
version: 1
templates:
  analyst:
    ie: {roles: [Auditor]}
    sc: {user_name: '{local_part}', role: Vulnerability Analyst, group: Night shift}
    vm: {role: Standard, groups: [Night shift]}
groups:
  sc: [Night shift]
  vm: [Night shift]
people:
",
    );
    for number in 0..30 {
        writeln!(text, "  - {{name: Ann Lee {number}, email: ann{number}@example.com, template: analyst}}").unwrap();
    }
    text
}

fn parse(text: &str) -> PeopleFile {
    PeopleFile::parse(text, None).unwrap_or_else(|problems| panic!("{problems}"))
}

#[tokio::test(start_paused = true)]
async fn a_team_of_thirty_joins_three_products_and_the_second_time_nothing_happens() {
    let world = World::new();
    let file = parse(&team());
    let directory = file.directory(world.directory()).unwrap();
    let plan = make_so(&directory, |snapshot| file.wish(snapshot)).await;
    let made = plan.to_string();
    assert!(made.ends_with("Plan: 92 to make, 90 to change, 0 to remove.\n"), "{made}");
    let mark = world.mark();
    let again = good_plan(&directory, |snapshot| file.wish(snapshot)).await;
    assert!(again.is_empty(), "{again}");
    assert_eq!(world.writes_since(mark), []);
    let created =
        world.journal("ie").iter().filter(|entry| entry.method == "POST" && entry.path == "/api/users").count();
    assert_eq!(created, 1, "all at once");
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_a_file_whose_plan_is_empty() {
    let world = World::new();
    let file = parse(&team());
    let directory = file.directory(world.directory()).unwrap();
    make_so(&directory, |snapshot| file.wish(snapshot)).await;
    let present = directory.read(&(), &Stop::default()).await;
    let text = export(&present, directory.known_aliases());
    let exported = parse(&text);
    let people = exported.people().count();
    assert!(people > 40, "{people}\n{text}");
    let directory = exported.directory(world.directory()).unwrap();
    let mark = world.mark();
    let plan = good_plan(&directory, |snapshot| exported.wish(snapshot)).await;
    assert!(plan.is_empty(), "{plan}\n{text}");
    assert_eq!(export(&directory.read(&(), &Stop::default()).await, directory.known_aliases()), text, "it is stable");
    // And it is a wish: what is changed since goes back.
    let mut user = tenable_directory::wish::UserWish::new("ann3@example.com");
    user.enabled = Some(false);
    let mut other = tenable_directory::wish::Wish::default();
    other.users.push(user);
    complete(&directory, &good_plan(&directory, |_| other.clone()).await).await;
    let back = good_plan(&directory, |snapshot| exported.wish(snapshot)).await;
    assert_eq!(back.steps.len(), 3, "{back}");
    assert_eq!(world.writes_since(mark).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn who_left_the_file_is_disabled_where_the_file_looks_after_them() {
    let world = World::new();
    let file = parse(&team());
    let directory = file.directory(world.directory()).unwrap();
    make_so(&directory, |snapshot| file.wish(snapshot)).await;
    let without = team().lines().filter(|line| !line.contains("ann7@")).collect::<Vec<_>>().join("\n") + "\n";
    let untouched = parse(&without);
    let plan = good_plan(&directory, |snapshot| untouched.wish(snapshot)).await;
    assert!(plan.is_empty(), "who is not named is not touched: {plan}");
    let scoped = parse(&format!("{without}scope: {{people: ['ann*@example.com']}}\n"));
    let plan = good_plan(&directory, |snapshot| scoped.wish(snapshot)).await;
    let lines: Vec<String> = plan.steps.iter().map(|step| format!("{} {step}", step.tenant)).collect();
    assert_eq!(
        lines,
        ["ie - user ann7@example.com: disabled", "sc - user ann7: disabled", "vm - user ann7@example.com: disabled"]
    );
    let capped = parse(&format!("{without}scope: {{people: ['ann*@example.com'], max_removals: 0}}\n"));
    let planned = directory.plan(|snapshot| capped.wish(snapshot), &(), &Stop::default()).await;
    assert_eq!(planned.problems.len(), 3, "{:?}", planned.problems);
}
