//! Security Center from the terminal, each change read back.

use serde_json::{Value, json};
use tenable_api::Location;
use tenable_api::transport::Idempotency;
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_emulator::security_center::SEED_PASSWORD;

use crate::support::{Instance, PASSWORD, Tenable, file};

fn names(users: &Value, field: &str) -> Vec<String> {
    users.as_array().unwrap().iter().map(|user| user[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn users_from_creation_to_deletion() {
    let instance = Instance::start();
    let line = "sc users create --username ann --role-id 4 --group-id 2 --email ann@example.com --password-stdin";
    let ann = instance.tenable(line).stdin(&format!("{PASSWORD}\n")).run().json();
    let id = ann["id"].as_str().unwrap().to_owned();
    assert_eq!(instance.json(&format!("sc users details {id}")), ann);
    let uuid = ann["uuid"].as_str().unwrap();
    assert_eq!(instance.json(&format!("sc users details --id {uuid}")), ann);
    assert_eq!(
        instance.bodies("POST", "/rest/user"),
        [json!({
            "username": "ann", "password": "***", "roleID": 4, "authType": "tns", "groupID": 2, "responsibleAssetID": -1,
            "email": "ann@example.com"
        })]
    );

    let changed = instance.json(&format!("sc users update {id} --locked --title Analyst --managed-users-groups 1,2"));
    assert_eq!((&changed["locked"], &changed["title"]), (&json!("true"), &json!("Analyst")));
    let body = json!({"locked": "true", "title": "Analyst", "managedUsersGroups": [{"id": 1}, {"id": 2}]});
    assert_eq!(instance.bodies("PATCH", &format!("/rest/user/{id}")), [body]);

    instance.tenable(&format!("sc users delete {id} --migrate-user-id 1")).run().succeeded();
    assert!(instance.tenable(&format!("sc users details {id}")).run().error(1).contains("does not exist"));
    assert!(instance.tenable(&format!("sc users delete {id}")).run().error(1).contains("not found"));
    instance.tenable(&format!("sc users delete {id} --missing-ok")).run().succeeded();
}

#[test]
fn lists_with_fields_of_organizations_and_in_pages() {
    let instance = Instance::start();
    let users = instance.json("sc users list --fields username,locked");
    assert_eq!(users[6], json!({"id": "7", "uuid": users[6]["uuid"], "username": "emery.locked", "locked": "true"}));
    let administrators = instance.as_administrator("sc users list").run().json();
    assert_eq!(names(&administrators, "username"), ["admin", "kit.admin"]);
    let south = instance.as_administrator("sc users list-of-organization --organization-id 2").run().json();
    assert_eq!(names(&south, "username"), ["south.manager", "gray.analyst"]);
    let page = instance.json("sc users list-paged --end-offset 2");
    assert_eq!((page["totalRecords"].as_u64(), page["results"].as_array().unwrap().len()), (Some(9), 2));
    let one = instance.as_administrator("sc users details 1 --organization-id 2").run().json();
    assert_eq!(one["username"], "south.manager");
}

#[test]
fn two_passwords_at_once() {
    let instance = Instance::start();
    let line = "sc users update 3 --password-stdin --current-password-env MINE";
    instance.tenable(line).env("MINE", SEED_PASSWORD).stdin("Copper-Lantern-77\n").run().succeeded();
    let avery = instance.in_session("sc current-user details").env("TSC_USERNAME", "avery.analyst");
    assert_eq!(avery.env("TSC_PASSWORD", "Copper-Lantern-77").run().json()["username"], "avery.analyst");
    let half = instance.tenable("sc users update 3 --password-stdin").stdin("Copper-Lantern-78\n").run();
    assert!(half.error(2).contains("`password` is set without `currentPassword`"), "{half:?}");
}

#[test]
fn roles_and_groups() {
    let instance = Instance::start();
    let create =
        ["sc", "roles", "create", "--name", "Auditors", "--perm-scan", "policy", "--extra", r#"{"permNew":"true"}"#];
    let role = instance.with_arguments(create).run().json();
    let id = role["id"].as_str().unwrap();
    let renamed = instance.json(&format!("sc roles update {id} --name Readers"));
    assert_eq!((&renamed["permScan"], &renamed["name"]), (&json!("policy"), &json!("Readers")));
    assert_eq!(instance.bodies("PATCH", &format!("/rest/role/{id}")), [json!({"name": "Readers"})]);
    // The journal masks what it does not know.
    assert_eq!(instance.bodies("POST", "/rest/role")[0]["permNew"], "***");
    assert!(names(&instance.json("sc roles list"), "name").contains(&"Readers".to_owned()));
    instance.tenable(&format!("sc roles delete {id}")).run().succeeded();

    let group = instance.json("sc groups create --name Auditors --repositories 1 --defining-assets 0");
    let id = group["id"].as_str().unwrap();
    let read = instance.json(&format!("sc groups details {id} --fields repositories,userCount"));
    assert_eq!((&read["repositories"][0]["id"], &read["userCount"]), (&json!("1"), &json!(0)));
    instance.tenable(&format!("sc groups update {id} --no-repositories")).run().succeeded();
    assert_eq!(instance.json(&format!("sc groups details {id} --fields repositories"))["repositories"], json!([]));
    instance.tenable(&format!("sc groups delete {id}")).run().succeeded();
}

#[test]
fn organizations_and_their_managers() {
    let instance = Instance::start();
    let run = |line: &str| instance.as_administrator(line).run();
    let made = run("sc organizations create --name East --city Ghent").json();
    let id = made["id"].as_str().unwrap().to_owned();
    let create = format!("sc security-managers create {id} --username head --role-id 2 --group-id 0 --password-env P");
    let head = instance.as_administrator(&create).env("P", PASSWORD).run().json();
    assert_eq!(names(&run(&format!("sc security-managers list {id}")).json(), "id"), [head["id"].as_str().unwrap()]);
    assert_eq!(names(&run(&format!("sc organization-users list --organization-id {id}")).json(), "username"), ["head"]);
    run(&format!("sc security-managers update {id} 1 --title Head")).succeeded();
    run(&format!("sc organizations update {id} --city Bruges")).succeeded();
    assert_eq!(run(&format!("sc organizations details {id}")).json()["city"], "Bruges");
    run(&format!("sc organizations delete {id}")).succeeded();
    assert!(run(&format!("sc organizations details {id}")).error(1).contains("not found"));
}

#[test]
fn the_caller_and_the_system() {
    let instance = Instance::start();
    let me = instance.json("sc current-user details --fields username,organization");
    assert_eq!((&me["username"], &me["organization"]["name"]), (&json!("north.manager"), &json!("Example North")));
    instance.json("sc current-user update --title Head");
    instance.tenable("sc current-user set-preference --name darkMode --value true").run().succeeded();
    assert!(names(&instance.json("sc current-user preferences"), "name").contains(&"darkMode".to_owned()));
    instance.tenable("sc current-user delete-preference --name darkMode").run().succeeded();
    assert_eq!(instance.json("sc current-organization details")["name"], "Example North");
    assert_eq!(instance.json("sc system details")["sessionTimeout"], "3600");
    assert_eq!(instance.json("sc raw GET /rest/currentUser")["error_code"], 0);
}

#[test]
fn a_session_ends_with_its_command() {
    let instance = Instance::with(|builder| builder.set("sc.session_limit", "1").unwrap());
    for _ in 0..3 {
        instance.in_session("sc users list").run().succeeded();
    }
    // Also after an error.
    assert!(instance.in_session("sc users details 99").run().error(1).contains("not found"));
    let journal = instance.control().journal();
    let count =
        |method: &str| journal.iter().filter(|entry| entry.method == method && entry.path == "/rest/token").count();
    assert_eq!((count("POST"), count("DELETE")), (4, 4));
}

#[test]
fn a_session_too_many_is_released_only_when_told() {
    let instance = Instance::with(|builder| builder.set("sc.session_limit", "1").unwrap());
    // A session that nothing ends: its cookie is not kept.
    let elsewhere = instance.tenable("sc token create --username north.manager --password-stdin");
    elsewhere.stdin(SEED_PASSWORD).run().succeeded();
    let refused = instance.in_session("sc users list").run();
    let line = refused.error(1);
    assert!(line.contains("as many sessions as it may have") && line.contains("release_session"), "{line}");
    instance.in_session("--release-session sc users list").run().succeeded();
    // That one was ended, and so was the other.
    instance.in_session("sc users list").run().succeeded();
}

#[test]
fn ways_to_sign_in() {
    let instance = Instance::start();
    let bare =
        |line: &str| Tenable::new(line.split_whitespace()).env("TSC_URL", &instance.emulator().security_center().url);
    let by_login = bare("sc --login avery.analyst --login-password-stdin current-user details");
    assert_eq!(by_login.stdin(&format!("{SEED_PASSWORD}\n")).run().json()["username"], "avery.analyst");
    let by_variable = bare("sc --login avery.analyst --login-password-env SECRET current-user details");
    assert_eq!(by_variable.env("SECRET", SEED_PASSWORD).run().json()["username"], "avery.analyst");

    let center = instance.emulator().security_center();
    let profile = format!(
        "[profiles.south]\nproduct = \"sc\"\nurl = \"{}\"\nusername = \"south.manager\"\npassword_env = \"SECRET\"\n",
        center.url
    );
    let (_directory, path) = file("config.toml", &profile);
    let by_profile = Tenable::new(["--profile", "south", "sc", "current-user", "details"]);
    let me = by_profile.env("TENABLE_CONFIG", &path).env("SECRET", SEED_PASSWORD).run().json();
    assert_eq!(me["username"], "south.manager");
    let other = Tenable::new(["--profile", "south", "ie", "users", "list"]).env("TENABLE_CONFIG", &path).run();
    assert!(other.error(2).contains("is for sc, not for ie"), "{other:?}");

    for (line, part) in [
        ("sc users list", "no way to sign in"),
        ("sc users list --login ann", "--login needs"),
        ("sc users list --api-key-env X", "--api-key-env is not for sc"),
        ("ie users list --tes", "--tes is not for ie"),
        ("sc users list --emulator-as administrator", "--emulator-as is for an emulator"),
        (
            "sc users list --login ann --access-key-env A --secret-key-env B --login-password-env C",
            "variable C is not set",
        ),
    ] {
        assert!(bare(line).run().error(2).contains(part), "{line}");
    }
    let wrong = bare("sc users list").env("TSC_USERNAME", "avery.analyst").env("TSC_PASSWORD", "wrong").run();
    assert!(wrong.error(1).contains("signing in failed") && !wrong.stderr.contains("wrong;"), "{wrong:?}");
    let wrong = bare("sc users list").env("TSC_ACCESS_KEY", "a").env("TSC_SECRET_KEY", "s").run();
    assert!(wrong.error(1).contains("refused the credentials"), "{wrong:?}");
}

#[test]
fn enclave_security() {
    let instance = Instance::with(|builder| builder.set("sc.enclave_security", "on").unwrap());
    instance.json("--tes sc users list");
    assert_eq!(instance.json("--tes sc user-permissions details")["user"]["username"], "north.manager");
    let paths: Vec<String> = instance.control().journal().into_iter().map(|entry| entry.path).collect();
    assert_eq!(paths, ["/rest/tes/user", "/rest/tes/userPermissions"]);
    let embedded = Tenable::new(["--emulator", "--tes", "sc", "groups", "list"]).run().json();
    assert!(names(&embedded, "name").contains(&"Full Access".to_owned()));
}

#[test]
fn one_good_line_for_each_mistake() {
    let instance = Instance::with(|builder| builder.tls(true));
    let center = instance.emulator().security_center();
    let ca = instance.emulator().ca_path().unwrap().to_str().unwrap();
    let trusting = |line: &str| instance.tenable(&format!("--only-ca-file {ca} {line}"));
    assert_eq!(trusting("sc users details 3").run().json()["username"], "avery.analyst");

    let wrong_ca = instance.tenable("sc users list").run();
    assert!(wrong_ca.error(3).contains("add the certificate of that CA"), "{wrong_ca:?}");
    let other_product = trusting("sc users list").env("TSC_URL", instance.url()).run();
    assert!(other_product.error(1).contains("no answer of Security Center, check the URL"), "{other_product:?}");
    let nobody = trusting("sc users list").env("TSC_URL", "https://127.0.0.1:1").run();
    assert!(nobody.error(3).contains("could not be reached"), "{nobody:?}");
    let wrong_key = trusting("sc users list").env("TSC_SECRET_KEY", "sentinel").run();
    assert!(
        wrong_key.error(1).contains("API key is invalid") && !wrong_key.stderr.contains("sentinel"),
        "{wrong_key:?}"
    );
    let by_name = |name: &str, password: &str| {
        let run = instance.in_session(&format!("--only-ca-file {ca} sc users list"));
        run.env("TSC_USERNAME", name).env("TSC_PASSWORD", password).run()
    };
    let wrong = by_name("avery.analyst", "sentinel");
    assert!(wrong.error(1).contains("password is incorrect") && !wrong.stderr.contains("sentinel"), "{wrong:?}");
    assert!(by_name("emery.locked", &center.password).error(1).contains("account is locked"));
    for (line, code, part) in [
        ("sc users details 99", 1, "not found (403 Forbidden): Unable to find existing User #99"),
        ("sc users details ann", 2, "\"ann\" is not a user id: expected a whole number such as 7, or a UUID"),
        ("sc users update 1 --title Queen", 1, "the server denied permission"),
        ("sc organizations list", 1, "the server denied permission"),
        ("sc users delete 99 --missing-ok --migrate-user-id 1", 1, "not found"),
    ] {
        let run = trusting(line).run();
        assert!(run.error(code).contains(part), "{line}: {run:?}");
    }
    let run = instance.as_administrator(&format!("--only-ca-file {ca} sc groups list")).run();
    assert!(run.error(1).contains("A valid orgID is required. [15]"), "{run:?}");
}

#[test]
fn a_boolean_is_followed_by_its_value_or_by_nothing() {
    let instance = Instance::start();
    for (line, locked) in [
        ("sc users update 4 --locked true", "true"),
        ("sc users update 4 --locked false", "false"),
        ("sc users update --locked 4", "true"),
        ("sc users update 4 --locked=false", "false"),
    ] {
        assert_eq!(instance.json(line)["locked"], locked, "{line}");
    }
}

#[test]
fn tables_name_what_is_referred_to_and_when() {
    let instance = Instance::start();
    let table = |line: &str| instance.tenable(&format!("{line} -o table")).run().succeeded();
    let users = table("sc users list --fields username,role,createdTime,lastLogin");
    let header = users.stdout.lines().next().unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(header, ["id", "username", "role", "createdTime", "lastLogin", "uuid"]);
    let avery = users.stdout.lines().find(|line| line.contains("avery.analyst")).unwrap();
    for cell in ["Security Analyst", "2026-01-01T00:00:00Z", "never"] {
        assert!(avery.contains(cell), "{cell}: {avery}");
    }
    let columns = instance.json("sc users list --fields username,role --columns username,role.name");
    assert_eq!(columns[2], json!({"username": "avery.analyst", "role.name": "Security Analyst"}));
    let absent = table("sc users list --columns username,locked,role.name");
    assert!(absent.stderr.contains("no locked,role.name: what does not come by itself is asked for with --fields"));
    // What only tells about a password is no secret.
    assert_eq!(instance.json("sc users details 3")["mustChangePassword"], "false");
}

#[test]
fn every_reading_command_works() {
    let instance = Instance::with(|builder| builder.set("sc.enclave_security", "on").unwrap());
    for operation in tenable_api::security_center::OPERATIONS {
        let meta = operation.meta();
        if meta.idempotency != Idempotency::Read {
            continue;
        }
        let required = meta.parameters.iter().filter(|parameter| parameter.required);
        let given = required.map(|parameter| match parameter.location {
            // The administrators' role is nobody's business.
            Location::Path if meta.resource == "roles" => " 2".to_owned(),
            Location::Path => " 1".to_owned(),
            _ => format!(" --{} 1", parameter.field),
        });
        let line = format!("--tes sc {} {}{}", meta.resource, meta.name, given.collect::<String>()).replace('_', "-");
        let administration = ["organizations", "organization_users", "security_managers"].contains(&meta.resource);
        for format in ["table", "json", "ndjson", "csv", "raw"] {
            let line = format!("{line} --output {format}");
            let run = if administration || meta.id == "users.list_of_organization" {
                instance.as_administrator(&line).run()
            } else {
                instance.tenable(&line).run()
            };
            assert!(run.code == 0 && !run.stdout.is_empty() && run.stderr.is_empty(), "{line}: {run:?}");
        }
    }
}

#[test]
fn an_emulator_for_one_command() {
    let manager = Tenable::new(["--emulator", "sc", "current-user", "details"]).run().json();
    assert_eq!(manager["username"], "north.manager");
    let administrator = Tenable::new(["--emulator", "--emulator-as", "administrator", "sc", "current-user", "details"]);
    assert_eq!(administrator.run().json()["username"], "admin");
    let somebody = Tenable::new(["--emulator", "--login", "ann", "sc", "users", "list"]).run();
    assert_eq!(somebody.error(2), "error: an emulator knows who signs in: leave --login out");
}

#[test]
fn a_creation_of_unknown_outcome_is_run_again_safely() {
    let instance = Instance::start();
    instance.control().add_fault(Fault::reset_after_commit().method("POST").times(1));
    let line = "sc users create --username ann --role-id 4 --group-id 2 --password-stdin";
    let lost = instance.tenable(line).stdin(PASSWORD).run();
    assert!(lost.error(4).contains("--if-absent looks"), "{lost:?}");
    let again = instance.tenable(&format!("{line} --if-absent")).stdin(PASSWORD).run();
    assert!(again.stderr.contains("is there already"), "{again:?}");
    assert_eq!(again.json()["username"], "ann");
    let all = names(&instance.json("sc users list"), "username");
    assert_eq!(all.iter().filter(|name| *name == "ann").count(), 1);
    let bo = instance.tenable("sc users create --username bo --role-id 4 --group-id 2 --password-stdin --if-absent");
    assert_eq!(bo.stdin(PASSWORD).run().json()["username"], "bo");
}

#[test]
fn somebody_is_found_by_name_or_address() {
    let instance = Instance::start();
    assert_eq!(instance.json("sc users find avery.analyst")["id"], "3");
    assert_eq!(instance.json("sc users find AVERY.analyst@example.com")["id"], "3");
    let elsewhere = instance.as_administrator("sc users find gray.analyst --organization-id 2").run().json();
    assert_eq!(elsewhere["username"], "gray.analyst");
    assert!(instance.tenable("sc users find nobody").run().error(1).contains("no user has the name"));
}

#[test]
fn warnings_go_to_standard_error() {
    let instance = Instance::start();
    instance.control().add_fault(Fault::new(FaultKind::Warnings).times(1));
    let run = instance.tenable("sc users list").run();
    assert!(run.stderr.starts_with("warning: "), "{run:?}");
    assert_eq!(run.json().as_array().unwrap().len(), 9);
}

#[test]
fn secrets_do_not_show() {
    let instance = Instance::start();
    let details = instance.tenable("sc users details 3").run();
    assert!(!details.stdout.contains("SET"), "{details:?}");
    let verbose = instance.in_session("-vv sc users list").run();
    assert!(!verbose.stderr.contains(SEED_PASSWORD) && !verbose.stderr.contains("TNS_SESSIONID"), "{verbose:?}");
    let dry = "sc users create --username ann --role-id 4 --password-stdin --dry-run";
    let shown = instance.tenable(dry).stdin("Sentinel-Secret-1").run();
    assert!(!shown.stdout.contains("Sentinel") && shown.stdout.contains("***"), "{shown:?}");
    let argument = instance.tenable("sc users create --username ann --role-id 4 --password Sentinel-Secret-1").run();
    assert!(argument.code == 2 && !argument.stderr.contains("Sentinel"), "{argument:?}");
}
