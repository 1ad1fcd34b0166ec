//! `tenable import` is killed in the middle; run again, it makes everybody, and nobody twice.

use std::path::Path;

use serde_json::Value;

use crate::gate::{Gates, Side};
use crate::record::Record;
use crate::support::{Instance, Run, Tenable, file};

/// What points are drawn with, unless the environment names another.
const SEED: u64 = 4711;
/// Runs that are killed, unless the environment asks for another number.
const RUNS: usize = 20;

/// People in three products, and what each of them has there.
fn rows() -> String {
    let people = (0..3).map(|number| {
        format!(
            "p{number}@example.com,p{number},Person {number},User,,ie\n\
             p{number}@example.com,p{number},Person {number},Vulnerability Analyst,Analysts,sc\n\
             p{number}@example.com,,Person {number},Standard,,vm\n"
        )
    });
    "email,login,name,role,group,tenant\n".to_owned() + &people.collect::<String>()
}

/// One import, from its kill to its end.
struct Import<'a> {
    instance: &'a Instance,
    path: &'a str,
    state: &'a Path,
    existing: &'a str,
}

impl Import<'_> {
    fn command(&self, more: &str) -> Tenable {
        let line = format!("import {} --existing {} --output ndjson --quiet {more}", self.path, self.existing);
        self.instance.tenable(&line).env("XDG_STATE_HOME", self.state)
    }

    fn through(&self, gates: &Gates) -> Tenable {
        let emulator = self.instance.emulator();
        self.command("")
            .env("TIE_URL", gates.before(&emulator.identity_exposure().url))
            .env("TSC_URL", gates.before(&emulator.security_center().url))
            .env("TIO_URL", gates.before(&emulator.vulnerability_management().url))
    }

    /// How many accounts the servers have of each person.
    fn accounts(&self) -> Vec<usize> {
        let state = self.instance.control().state();
        (0..3).map(|number| count(&state, &format!("p{number}"), &format!("p{number}@example.com"))).collect()
    }
}

/// The accounts in a state, wherever they stand, of somebody with this user name or address.
fn count(state: &Value, name: &str, address: &str) -> usize {
    match state {
        Value::Array(elements) => elements.iter().map(|element| count(element, name, address)).sum(),
        Value::Object(fields) => {
            let is_one =
                |key: &str| fields.get(key).and_then(Value::as_str).is_some_and(|text| text == name || text == address);
            if is_one("username") || (is_one("email") && fields.contains_key("surname")) {
                return 1;
            }
            fields.values().map(|value| count(value, name, address)).sum()
        }
        _ => 0,
    }
}

fn results(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|row| row["result"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_import_that_is_killed_anywhere_is_completed_by_the_next_run() {
    let runs = std::env::var("TENABLE_TRUST_RUNS").map_or(RUNS, |runs| runs.parse().unwrap());
    let seed = std::env::var("TENABLE_TRUST_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    let (_directory, path) = file("people.csv", &rows());
    let instance = Instance::start();

    // Undisturbed, to know how many writes there are.
    let home = tempfile::tempdir().unwrap();
    let whole = Import { instance: &instance, path: &path, state: home.path(), existing: "update" };
    let (gates, _) = Gates::new(usize::MAX, Side::Before);
    let run = whole.through(&gates).run().succeeded();
    assert_eq!(results(&run), ["created"; 9], "{run:?}");
    assert_eq!(whole.accounts(), [3; 3]);
    let writes = gates.writes();
    assert!(writes > 8, "{writes} writes are no long run");

    let mut random = fastrand::Rng::with_seed(seed);
    let mut counts = [[0_usize; 2]; 2];
    for number in 0..runs {
        instance.control().reset().unwrap();
        let home = tempfile::tempdir().unwrap();
        let (at, side, refuses) = (random.usize(..writes), random.bool(), random.bool());
        let what = format!("run {number}: write {at}, after it: {side}, refuses: {refuses}");
        let existing = if refuses { "refuse" } else { "update" };
        let import = Import { instance: &instance, path: &path, state: home.path(), existing };
        let (gates, held) = Gates::new(at, if side { Side::After } else { Side::Before });
        let mut running = import.through(&gates).start();
        gates.tell_end_of(&mut running.child);
        assert!(held.recv().unwrap(), "{what}: it ended before: {:?}", running.end());
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        gates.settle();

        let rest = import.command("").run();
        assert_eq!(rest.code, 0, "{what}: {rest:?}");
        let results = results(&rest);
        assert_eq!(results.len(), 9, "{what}: {rest:?}");
        // Going on with the first plan, each row was created by one of the two runs.
        assert!(results.iter().all(|result| result == "created"), "{what}: {rest:?}");
        assert_eq!(import.accounts(), [3; 3], "{what}: somebody was made twice, or is missing");
        let look = Import { existing: "update", ..import };
        let rehearsal = look.command("--dry-run --anew").run();
        assert_eq!(rehearsal.code, 0, "{what}: something is left to do: {rehearsal:?}");
        counts[usize::from(side)][usize::from(refuses)] += 1;
    }
    let mut record = Record::new("crash").title("`tenable import`, killed").columns([
        "Killed",
        "People who are there",
        "Runs",
        "Completed by the next run",
        "Made twice",
        "Missing",
    ]);
    for (side, words) in ["before the server had the write", "after the server carried it out"].iter().enumerate() {
        for (refuses, existing) in ["are updated", "are refused"].iter().enumerate() {
            let runs = counts[side][refuses];
            record = record.row([words, existing, &runs, &runs, &0, &0]);
        }
    }
    record
        .note(&format!(
            "9 accounts in three products, {writes} writes in an undisturbed run; SIGKILL while one of them, drawn with the seed {seed}, is on \
             its way. What is there is read from the emulator's state, and a third run finds nothing left to do."
        ))
        .write();
}
