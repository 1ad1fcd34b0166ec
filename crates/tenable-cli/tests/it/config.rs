//! Profiles, and where keys come from.

use serde_json::Value;

use crate::support::{Instance, Run, Tenable, file};

/// Runs the program with this configuration, and with nothing in the environment.
fn run(configuration: &str, line: &str) -> Run {
    let (_directory, path) = file("config.toml", configuration);
    Tenable::new(line.split_whitespace()).env("TENABLE_CONFIG", path).env("SOME_KEY", "a-fixed-key").run()
}

fn instance() -> Instance {
    Instance::with(|builder| builder.api_key("a-fixed-key"))
}

#[test]
fn a_profile_with_its_key_in_a_variable() {
    let instance = instance();
    let configuration = format!("[profiles.acme]\nurl = \"{}\"\napi_key_env = \"SOME_KEY\"\n", instance.url());
    run(&configuration, "--profile acme ie users list").succeeded();
    run(&configuration, "ie users list --profile acme").succeeded();
    run(&format!("default_profile = \"acme\"\n{configuration}"), "ie users list").succeeded();
    run(&configuration, "ie users list").error(3);
    let unknown = run(&configuration, "--profile other ie users list");
    assert!(unknown.error(2).ends_with("it has acme"), "{unknown:?}");
}

#[test]
fn a_profile_named_by_the_environment() {
    let instance = instance();
    let configuration = format!("[profiles.acme]\nurl = \"{}\"\napi_key_env = \"SOME_KEY\"\n", instance.url());
    let (_directory, path) = file("config.toml", &configuration);
    let with = |name: &str| {
        Tenable::new(["ie", "users", "list"])
            .env("TENABLE_CONFIG", &path)
            .env("TENABLE_PROFILE", name)
            .env("SOME_KEY", "a-fixed-key")
    };
    with("acme").run().succeeded();
    with("other").run().error(2);
    // The address of the environment comes first, and the key of the profile does not go there.
    let elsewhere = with("acme").env("TIE_URL", "http://127.0.0.1:1").run();
    assert!(elsewhere.error(2).contains("whose API key is not sent there"), "{elsewhere:?}");
    with("acme").env("TIE_API_KEY", "wrong").run().error(1);
}

#[cfg(unix)]
#[test]
fn a_profile_with_its_key_from_a_command() {
    let instance = instance();
    let configuration = |command: &str| {
        format!(
            "default_profile = \"acme\"\n[profiles.acme]\nurl = \"{}\"\napi_key_command = {command}\n",
            instance.url()
        )
    };
    for command in ["[\"printf\", \"a-fixed-key\"]", "\"echo a-fixed-key\""] {
        run(&configuration(command), "ie users list").succeeded();
    }
    let failed = run(&configuration("[\"false\", \"sentinel\"]"), "ie users list");
    assert!(failed.error(2).starts_with("error: the command false failed"), "{failed:?}");
}

#[test]
fn a_profile_with_its_own_authority() {
    let instance = Instance::with(|builder| builder.tls(true).api_key("a-fixed-key"));
    let (directory, path) = file(
        "config.toml",
        &format!(
            "default_profile = \"acme\"\n[profiles.acme]\nurl = \"{}\"\napi_key_env = \"SOME_KEY\"\nonly_ca_file = \"ca.pem\"\n",
            instance.url()
        ),
    );
    std::fs::write(directory.path().join("ca.pem"), instance.emulator().ca_pem().unwrap()).unwrap();
    Tenable::new(["ie", "users", "list"]).env("TENABLE_CONFIG", path).env("SOME_KEY", "a-fixed-key").run().succeeded();
}

#[test]
fn a_key_in_the_file_is_refused_with_the_three_ways() {
    let run = run("[profiles.acme]\napi_key = \"sentinel\"\n", "--profile acme ie users list");
    let line = run.error(2);
    for way in ["api_key_env", "api_key_command", "api_key_keyring"] {
        assert!(line.contains(way), "{line}");
    }
    assert!(!line.contains("sentinel"), "{line}");
}

#[test]
fn a_configuration_is_shown_without_secrets() {
    let configuration = "default_profile = \"acme\"\n[profiles.acme]\nurl = \"https://acme.example\"\napi_key_command = \"pass show x\"\n\
                         [profiles.other]\nurl = \"https://other.example\"\napi_key_keyring = \"tenable/other\"\n";
    let shown: Value = run(configuration, "config show").json();
    assert_eq!(shown[0]["name"], "acme");
    assert_eq!(shown[0]["default"], true);
    assert_eq!(shown[0]["key_from"], "the command pass");
    assert_eq!(run(configuration, "config show other").json()["key_from"], "the keyring, as tenable/other");
    let path = run(configuration, "config path").succeeded().stdout;
    assert!(path.ends_with("config.toml\n"), "{path}");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let run = Tenable::new(["ie", "users", "list"]).env("TENABLE_CONFIG", "/nowhere/config.toml").run();
    assert!(run.error(2).starts_with("error: /nowhere/config.toml cannot be read"), "{run:?}");
}

#[cfg(all(target_os = "linux", feature = "keyring"))]
#[test]
fn a_keyring_that_is_not_there_says_so() {
    let configuration = "[profiles.acme]\nurl = \"https://acme.example\"\napi_key_keyring = \"tenable/acme\"\n";
    let (_directory, path) = file("config.toml", configuration);
    for line in ["--profile acme ie users list", "config keyring set acme", "config keyring remove acme"] {
        let run = Tenable::new(line.split(' '))
            .env("TENABLE_CONFIG", &path)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
            .stdin("sentinel")
            .run();
        let text = run.error(2);
        assert!(text.starts_with("error: the keyring of this system cannot be used"), "{line}: {text}");
        assert!(text.contains("api_key_command") && !text.contains("sentinel"), "{line}: {text}");
    }
}

#[test]
fn a_keyring_entry_needs_a_place_in_the_profile() {
    let run = run("[profiles.acme]\nurl = \"https://acme.example\"\n", "config keyring set acme");
    assert!(run.error(2).contains("add api_key_keyring = \"tenable/acme\""), "{run:?}");
}
