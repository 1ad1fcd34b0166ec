//! Several tenants at once: profiles, variables, emulators, and tenants that fail.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Instance, Run, Tenable, file};

/// A configuration with a profile for each product of an instance, under these names.
fn configuration(instance: &Instance, [ie, sc, vm]: [&str; 3]) -> String {
    let emulator = instance.emulator();
    let (sc_url, vm_url) = (&emulator.security_center().url, &emulator.vulnerability_management().url);
    format!(
        "[profiles.{ie}]\nproduct = \"ie\"\nurl = \"{}\"\napi_key_env = \"IE_KEY\"\n\
         [profiles.{sc}]\nproduct = \"sc\"\nurl = \"{sc_url}\"\naccess_key_env = \"SC_ACCESS\"\nsecret_key_env = \"SC_SECRET\"\n\
         [profiles.{vm}]\nproduct = \"vm\"\nurl = \"{vm_url}\"\naccess_key_env = \"VM_ACCESS\"\nsecret_key_env = \"VM_SECRET\"\n",
        instance.url()
    )
}

/// The program with a configuration file, and with the keys of an instance in the variables that the profiles name.
struct Configured {
    _directory: TempDir,
    path: String,
    keys: Vec<(&'static str, String)>,
}

impl Configured {
    fn new(instance: &Instance, configuration: &str) -> Self {
        let (directory, path) = file("config.toml", configuration);
        let (center, management) =
            (instance.emulator().security_center(), instance.emulator().vulnerability_management());
        let keys = vec![
            ("IE_KEY", instance.api_key().to_owned()),
            ("SC_ACCESS", center.access_key.clone()),
            ("SC_SECRET", center.secret_key.clone()),
            ("SC_PASSWORD", center.password.clone()),
            ("VM_ACCESS", management.access_key.clone()),
            ("VM_SECRET", management.secret_key.clone()),
        ];
        Self { _directory: directory, path, keys }
    }

    fn tenable(&self, line: &str) -> Tenable {
        let tenable = Tenable::new(line.split_whitespace()).env("TENABLE_CONFIG", &self.path);
        self.keys.iter().fold(tenable, |tenable, (name, value)| tenable.env(name, value))
    }

    fn run(&self, line: &str) -> Run {
        self.tenable(line).run()
    }
}

/// The names of the tenants of a `whois`, and the number of accounts in each.
fn accounts(whois: &Value) -> Vec<(String, usize)> {
    let of =
        |tenant: &Value| (tenant["tenant"].as_str().unwrap().to_owned(), tenant["accounts"].as_array().unwrap().len());
    whois["tenants"].as_array().unwrap().iter().map(of).collect()
}

fn named(tenants: &[(&str, usize)]) -> Vec<(String, usize)> {
    tenants.iter().map(|&(name, accounts)| (name.to_owned(), accounts)).collect()
}

#[test]
fn one_emulator_has_three_tenants() {
    let run = Tenable::new("--emulator whois admin@example.com".split(' ')).run();
    assert_eq!(accounts(&run.json()), named(&[("ie", 1), ("sc", 0), ("vm", 1)]));
    let run = Tenable::new("--emulator --all whois admin@example.com".split(' ')).run();
    assert!(run.error(2).contains("an emulator has all three products"), "{run:?}");
    let run = Tenable::new("--emulator-as administrator whois admin".split(' ')).run();
    assert!(run.error(2).contains("--emulator-as is for an emulator"), "{run:?}");
}

#[test]
fn an_emulator_remembers_what_tasks_did() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state.json");
    let result = || {
        let line = "ensure group Watch --in vm";
        let arguments = ["--emulator-state", state.to_str().unwrap()].into_iter().chain(line.split(' '));
        Tenable::new(arguments).run().json()[0]["result"].clone()
    };
    assert_eq!((result(), result()), ("made".into(), "unchanged".into()));
}

#[test]
fn variables_make_tenants() {
    let instance = Instance::start();
    let whois = instance.json("whois admin@example.com");
    assert_eq!(accounts(&whois), named(&[("ie", 1), ("sc", 0), ("vm", 1)]));
    let only = Tenable::new(["whois", "admin@example.com"])
        .env("TIE_URL", instance.url())
        .env("TIE_API_KEY", instance.api_key());
    assert_eq!(accounts(&only.run().json()), named(&[("ie", 1)]));
    let half = instance.tenable("whois admin@example.com --quiet").env("TIO_SECRET_KEY", "").run();
    assert!(half.error(5).contains("vm: TIO_ACCESS_KEY is set, and TIO_SECRET_KEY is missing"), "{half:?}");
    let none = Tenable::new(["whois", "admin@example.com"]).run();
    assert!(none.error(2).starts_with("error: no tenant: give --profile"), "{none:?}");
}

#[test]
fn profiles_make_tenants() {
    let instance = Instance::start();
    let text = configuration(&instance, ["acme", "north", "cloud"]) + "[profiles.old]\nurl = \"https://old.example\"\n";
    let configured = Configured::new(&instance, &text);
    let all = [("acme", 1), ("cloud", 1), ("north", 0)];
    assert_eq!(accounts(&configured.run("whois admin@example.com --all").json()), named(&all));
    let two = configured.run("--profile cloud,acme whois admin@example.com");
    assert_eq!(accounts(&two.json()), named(&[("cloud", 1), ("acme", 1)]));
    let by_variable = configured.tenable("whois admin@example.com").env("TENABLE_PROFILE", "acme, cloud").run();
    assert_eq!(accounts(&by_variable.json()), named(&[("acme", 1), ("cloud", 1)]));

    for (line, text) in [
        ("--profile acme,absent whois x", "there is no profile absent"),
        ("--profile acme,acme whois x", "the profile acme is named twice"),
        ("--profile old whois x", "the profile old names no product: add product = "),
        ("--profile acme --all whois x", "--all and --profile exclude each other"),
        ("--profile acme,cloud ie users list", "\"acme,cloud\" names more than one profile"),
        ("--all ie users list", "--all is for tasks over several tenants"),
        ("whois x", "no tenant: give --profile"),
    ] {
        let run = configured.run(line);
        assert!(run.error(2).contains(text), "{line}: {run:?}");
    }
}

#[test]
fn a_profile_by_default_comes_after_variables() {
    let instance = Instance::start();
    let text = format!("default_profile = \"cloud\"\n{}", configuration(&instance, ["acme", "north", "cloud"]));
    let configured = Configured::new(&instance, &text);
    assert_eq!(accounts(&configured.run("whois admin@example.com").json()), named(&[("cloud", 1)]));
    let set = configured.tenable("whois admin@example.com");
    let set = set.env("TIE_URL", instance.url()).env("TIE_API_KEY", instance.api_key());
    assert_eq!(accounts(&set.run().json()), named(&[("ie", 1)]));
}

#[test]
fn a_profile_stands_for_itself_whatever_the_variables_say() {
    let instance = Instance::start();
    let configured = Configured::new(&instance, &configuration(&instance, ["acme", "north", "cloud"]));
    let run = configured
        .tenable("--profile acme whois admin@example.com")
        .env("TIE_URL", "http://127.0.0.1:1")
        .env("TIE_API_KEY", "of-another")
        .run();
    assert_eq!(accounts(&run.json()), named(&[("acme", 1)]));
}

#[test]
fn a_tenant_that_fails_is_listed_and_the_others_are_done() {
    let instance = Instance::start();
    let text = configuration(&instance, ["acme", "north", "cloud"])
        + "[profiles.lost]\nproduct = \"ie\"\nurl = \"http://127.0.0.1:1\"\napi_key_env = \"IE_KEY\"\n\
           [profiles.keyless]\nproduct = \"vm\"\naccess_key_env = \"NOT_SET\"\nsecret_key_env = \"NOT_SET\"\n";
    let configured = Configured::new(&instance, &text);
    let run = configured.run("--profile acme,lost whois admin@example.com");
    assert_eq!(run.code, 5, "{run:?}");
    let whois: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(accounts(&whois), named(&[("acme", 1), ("lost", 0)]));
    assert_eq!(whois["tenants"][1]["failed"]["kind"], "Connect");
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(lines[0].starts_with("✗ lost: not read: "), "{run:?}");
    assert!(lines[1].starts_with("error: 1 of 2 tenants could not be read: lost: "), "{run:?}");

    let run = configured.run("--all whois admin@example.com --error-format json --quiet");
    assert_eq!(run.code, 5, "{run:?}");
    let error: Value = serde_json::from_str(&run.stderr).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let unread = error["error"]["unread_tenants"].as_array().unwrap();
    assert_eq!(unread.iter().map(|tenant| &tenant["tenant"]).collect::<Vec<_>>(), ["keyless", "lost"]);
    assert!(unread[0]["why"]["message"].as_str().unwrap().contains("NOT_SET is not set"), "{error}");

    // With one tenant, it is as with the commands of its product.
    assert!(
        configured
            .run("--profile lost --quiet whois admin@example.com")
            .error(3)
            .starts_with("error: lost: users.list")
    );
    assert!(configured.run("--profile keyless --quiet whois admin@example.com").error(2).contains("NOT_SET"));
}

#[test]
fn two_hundred_tenants_some_of_which_fail() {
    let instance = Instance::start();
    let profile = |number: usize| {
        let url = if number.is_multiple_of(67) { "http://127.0.0.1:1" } else { instance.url() };
        format!("[profiles.t{number:03}]\nproduct = \"ie\"\nurl = \"{url}\"\napi_key_env = \"IE_KEY\"\n")
    };
    let text = (0..200).map(profile).collect::<Vec<_>>().concat();
    let configured = Configured::new(&instance, &text);
    let run = configured.run("--all whois robin.active@example.com --output ndjson");
    assert_eq!((run.code, run.stdout.lines().count()), (5, 197), "{run:?}");
    let mut failed: Vec<&str> =
        run.stderr.lines().filter_map(|line| line.strip_prefix("✗ ")?.split(':').next()).collect();
    failed.sort_unstable();
    assert_eq!(failed, ["t000", "t067", "t134"]);
    assert!(run.stderr.ends_with("error: 3 of 200 tenants could not be read\n"), "{run:?}");
}

#[test]
fn what_is_for_one_connection_is_refused_for_several() {
    let instance = Instance::start();
    let configured = Configured::new(&instance, &configuration(&instance, ["acme", "north", "cloud"]));
    for option in ["--url http://127.0.0.1:1", "--site fedramp", "--as-user ann", "--api-key-stdin", "--login ann"] {
        let run = configured.run(&format!("--profile acme,cloud {option} whois x"));
        assert!(run.error(2).contains("is for one connection, and there are 2"), "{option}: {run:?}");
    }
    let run = configured.run("--profile acme --tes whois x");
    assert!(run.error(2).contains("--tes is not for ie"), "{run:?}");
    let stdin = configured.tenable("--profile acme --api-key-stdin whois admin@example.com").stdin(instance.api_key());
    assert_eq!(accounts(&stdin.env("IE_KEY", "of-another").run().json()), named(&[("acme", 1)]));
}

#[test]
fn sessions_of_all_tenants_are_closed() {
    let instance = Instance::start();
    let url = &instance.emulator().security_center().url;
    let name = &instance.emulator().security_center().username;
    let profile = |profile: &str| {
        format!(
            "[profiles.{profile}]\nproduct = \"sc\"\nurl = \"{url}\"\nusername = \"{name}\"\npassword_env = \"SC_PASSWORD\"\n"
        )
    };
    let configured = Configured::new(&instance, &(profile("one") + &profile("two")));
    configured.run("--all whois avery.analyst").succeeded();
    let journal = instance.control().journal();
    let count =
        |method: &str| journal.iter().filter(|entry| entry.method == method && entry.path == "/rest/token").count();
    assert_eq!((count("POST"), count("DELETE")), (2, 2));
}
