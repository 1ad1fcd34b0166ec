use clap::Command;
use secrecy::SecretString;
use serde_json::{Value, json};
use tenable_api::{identity_exposure, security_center, vulnerability_management};

use super::*;

/// What an operation's options make of these words; the error's first line otherwise.
fn collected_with(id: &str, words: &[&str], secrets: &[&str]) -> std::result::Result<Value, String> {
    collected_for(identity_exposure::operation(id).unwrap().meta(), words, secrets)
}

fn collected_for(meta: &OperationMeta, words: &[&str], secrets: &[&str]) -> std::result::Result<Value, String> {
    let command = add(Command::new("test"), meta);
    let words = std::iter::once("test").chain(words.iter().copied());
    let matches = command.try_get_matches_from(words).map_err(|error| {
        let text = error.to_string();
        text.lines().next().unwrap_or_default().to_owned()
    })?;
    let secrets = secrets.iter().map(|&secret| SecretString::from(secret)).collect();
    match collect(meta, &matches, &mut Input::default(), secrets, false) {
        Ok(arguments) => Ok(Value::Object(arguments)),
        Err(failure) => Err(failure.line().to_owned()),
    }
}

fn collected(id: &str, words: &[&str]) -> std::result::Result<Value, String> {
    collected_with(id, words, &[])
}

#[test]
fn a_path_parameter_stands_alone_or_with_its_name() {
    for words in [&["7"][..], &["--id", "7"], &["--id=7"]] {
        assert_eq!(collected("users.details", words), Ok(json!({"id": 7})), "{words:?}");
    }
    assert_eq!(collected("roles.copy_role", &["2", "--name", "X"]), Ok(json!({"fromId": 2, "name": "X"})));
    for words in [&[][..], &["7", "--id", "8"], &["x"], &["-1"], &["1.5"], &["../1"], &["99999999999999999999"]] {
        assert!(collected("users.details", words).is_err(), "{words:?}");
    }
}

#[test]
fn texts_and_booleans() {
    let given = ["7", "--department", "Identity", "--surname", "", "--active"];
    let expected = json!({"id": 7, "department": "Identity", "surname": "", "active": true});
    assert_eq!(collected("users.update", &given), Ok(expected));
    assert_eq!(collected("users.update", &["7", "--active=false"]), Ok(json!({"id": 7, "active": false})));
    assert_eq!(collected("users.update", &["7"]), Ok(json!({"id": 7})));
    assert!(collected("users.update", &["7", "--active=perhaps"]).is_err());
}

#[test]
fn a_boolean_of_one_value_is_given_or_not() {
    assert_eq!(collected("users.update", &["7", "--unlock"]), Ok(json!({"id": 7, "lockedOut": false})));
    assert!(collected("users.update", &["7", "--unlock=true"]).is_err());
}

#[test]
fn lists_are_repeated_or_separated_by_commas_or_empty() {
    for (words, roles) in [
        (&["7", "--roles", "2,7"][..], json!([2, 7])),
        (&["7", "--roles", "2", "--roles=7, 8"], json!([2, 7, 8])),
        (&["7", "--roles", ""], json!([])),
        (&["7", "--no-roles"], json!([])),
        (&["7", "--roles", "[2, 7]"], json!([2, 7])),
    ] {
        assert_eq!(collected("users.update_user_roles", words), Ok(json!({"id": 7, "roles": roles})), "{words:?}");
    }
    for words in [&["7"][..], &["7", "--roles", "2", "--no-roles"], &["7", "--roles", "two"], &["7", "--roles", "[2"]] {
        assert!(collected("users.update_user_roles", words).is_err(), "{words:?}");
    }
}

#[test]
fn null_is_neither_empty_nor_absent() {
    let collected = |words: &[&str]| collected("ldap_configuration.update", words);
    assert_eq!(collected(&["--clear-url"]), Ok(json!({"url": null})));
    assert_eq!(collected(&["--url", ""]), Ok(json!({"url": ""})));
    assert_eq!(collected(&[]), Ok(json!({})));
    assert_eq!(collected(&["--clear-search-user-password"]), Ok(json!({"searchUserPassword": null})));
    assert!(collected(&["--url", "x", "--clear-url"]).is_err());
    assert_eq!(collected(&["--relay-id", "-3"]), Ok(json!({"relayId": -3})));
}

#[test]
fn a_secret_is_never_an_argument() {
    let create = ["--name", "Ann", "--email", "ann@example.com"];
    let with = |words: &[&'static str]| [&create[..], words].concat();
    let expected = json!({"name": "Ann", "email": "ann@example.com", "password": "pass word"});
    assert_eq!(collected_with("users.create", &with(&["--password-stdin"]), &["pass word"]), Ok(expected));
    for words in [&["--password", "sentinel"][..], &["--password=sentinel"]] {
        let error = collected("users.create", &with(words)).unwrap_err();
        assert!(error.starts_with("a password on the command line can be read by everyone"), "{error}");
        assert!(!error.contains("sentinel"), "{error}");
    }
    let error = collected("users.create_many", &["--users", r#"[{"password": "sentinel"}]"#]).unwrap_err();
    assert!(error.starts_with("--users holds secrets"), "{error}");
    assert!(!error.contains("sentinel"), "{error}");
}

#[test]
fn several_secrets_come_in_the_order_of_the_help() {
    let meta = identity_exposure::operation("users.change_password").unwrap().meta();
    let words = ["--new-password-stdin", "--old-password-stdin"];
    let matches = add(Command::new("test"), meta).try_get_matches_from(["test", words[0], words[1]]).unwrap();
    let names: Vec<&str> = secrets_on_stdin(meta, &matches).iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["oldPassword", "newPassword"]);
    let expected = json!({"oldPassword": "old", "newPassword": "new"});
    assert_eq!(collected_with("users.change_password", &words, &["old", "new"]), Ok(expected));
}

#[test]
fn a_rehearsal_makes_up_what_it_would_ask_for() {
    let meta = identity_exposure::operation("users.create").unwrap().meta();
    let words = ["test", "--name", "Ann", "--email", "ann@example.com"];
    let matches = add(Command::new("test"), meta).try_get_matches_from(words).unwrap();
    let arguments = collect(meta, &matches, &mut Input::default(), Vec::new(), true).unwrap();
    assert_eq!(arguments["password"], "***");
}

#[test]
fn objects_are_json() {
    let given = r#"[{"entityName": "user", "action": "read"}]"#;
    let expected = json!({"id": 4, "permissions": [{"entityName": "user", "action": "read"}]});
    assert_eq!(collected("roles.replace_role_permissions", &["4", "--permissions", given]), Ok(expected));
    let ndjson = "{\"name\": \"A\", \"description\": \"\"}\n{\"name\": \"B\", \"description\": \"\"}\n";
    let roles = collected("roles.create_many", &["--roles", ndjson]).unwrap();
    assert_eq!(roles["roles"][1]["name"], "B");
    assert_eq!(collected("roles.create_many", &["--no-roles"]), Ok(json!({"roles": []})));
    let error = collected("roles.create_many", &["--roles", "[{]"]).unwrap_err();
    assert_eq!(error, "--roles is no valid JSON at line 1, column 3");
}

#[test]
fn a_file_is_for_the_one_list_that_must_be_there() {
    let has_from = |meta| add(Command::new("test"), meta).get_arguments().any(|arg| arg.get_id() == "from");
    assert!(has_from(identity_exposure::operation("users.create_many").unwrap().meta()));
    assert!(has_from(vulnerability_management::operation("access_control_lists.update").unwrap().meta()));
    // Of two such lists, neither has it.
    assert!(!has_from(vulnerability_management::operation("permissions.create").unwrap().meta()));
}

#[test]
fn objects_are_read_from_csv() {
    let fields = identity_exposure::operation("users.create_many").unwrap().meta().parameters[0].kind.fields();
    let text = "\u{feff}Name,email,password,active,picture,department\nAnn,ann@example.com,\"a,b\",true,1;2,\n";
    let expected =
        json!([{"name": "Ann", "email": "ann@example.com", "password": "a,b", "active": true, "picture": [1, 2]}]);
    assert_eq!(from_csv("users", text, fields).unwrap(), expected);
    for (text, expected) in [
        ("name,colour\nAnn,blue\n", "--users, header: \"colour\" is none of name, email, password"),
        ("name,active\nAnn,true\nBo,sentinel\n", "--users, line 3: active: expected true or false"),
        ("name,active\nAnn\n", "--users, row: "),
    ] {
        let failure = from_csv("users", text, fields).unwrap_err();
        assert!(failure.line().starts_with(expected), "{}", failure.line());
        assert!(!failure.line().contains("sentinel"), "{}", failure.line());
    }
}

#[test]
fn a_raw_body_keeps_secrets_off_the_command_line() {
    let mut input = Input::default();
    assert_eq!(raw_body(r#"{"name": "Ann"}"#, &mut input).unwrap(), br#"{"name": "Ann"}"#);
    let failure = raw_body(r#"{"user": {"password": "sentinel"}}"#, &mut input).unwrap_err();
    assert!(failure.line().starts_with("--data holds a secret") && !failure.line().contains("sentinel"));
}

/// Words that give every option of an operation a value, and what they should come to.
fn example(parameter: &Parameter) -> (Vec<String>, Value) {
    let name = kebab(parameter.field);
    let with = |value: &str| vec![format!("--{name}={value}")];
    if let Some(value) = only_value(parameter) {
        return (vec![format!("--{name}")], value.into());
    }
    match parameter.kind {
        _ if parameter.secret => (vec![format!("--{name}-stdin")], "a secret".into()),
        ParameterKind::Text => (with("text, with a comma"), "text, with a comma".into()),
        // What names something is not negative.
        ParameterKind::Integer if parameter.location == Location::Path => (with("5"), json!(5)),
        ParameterKind::Integer => (with("-5"), json!(-5)),
        ParameterKind::Id => (with("5"), json!(5)),
        ParameterKind::Boolean => (with("false"), json!(false)),
        ParameterKind::List(element) if !is_json(*element) => match element {
            ParameterKind::Text => (with("a,b"), json!(["a", "b"])),
            _ => (with("1,2"), json!([1, 2])),
        },
        ParameterKind::List(_) => (vec![format!("--no-{name}")], json!([])),
        _ => (with(r#"{"a": 1}"#), json!({"a": 1})),
    }
}

#[test]
fn every_argument_of_every_operation_can_be_given() {
    let lists = [identity_exposure::OPERATIONS, security_center::OPERATIONS, vulnerability_management::OPERATIONS];
    for operation in lists.into_iter().flatten() {
        let meta = operation.meta();
        let examples: Vec<_> = meta.parameters.iter().map(example).collect();
        let words: Vec<&str> = examples.iter().flat_map(|(words, _)| words.iter().map(String::as_str)).collect();
        let secrets = vec!["a secret"; meta.parameters.iter().filter(|parameter| parameter.secret).count()];
        let expected: Map<String, Value> =
            meta.parameters.iter().zip(&examples).map(|(p, (_, value))| (p.name.to_owned(), value.clone())).collect();
        assert_eq!(collected_for(meta, &words, &secrets), Ok(Value::Object(expected)), "{}", meta.id);
    }
}

#[test]
fn a_boolean_takes_the_word_after_it() {
    let join = |line: &str| {
        let words = line.split(' ').map(OsString::from).collect();
        let joined = join_booleans(words, |name| name == "locked");
        joined.iter().map(|word| word.to_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (given, expected) in [
        ("update 4 --locked false", "update 4 --locked=false"),
        ("update --locked 4", "update --locked 4"),
        ("update --locked=true false", "update --locked=true false"),
        ("update --title true", "update --title true"),
        ("update -- --locked true", "update -- --locked true"),
    ] {
        assert_eq!(join(given), expected);
    }
}

#[test]
fn a_shell_is_offered_what_is_known_and_anything_is_taken() {
    let meta = security_center::operation("users.list").unwrap().meta();
    let command = add(Command::new("test"), meta);
    let fields = command.get_arguments().find(|arg| arg.get_id() == "fields").unwrap();
    assert!(fields.get_possible_values().iter().any(|value| value.get_name() == "lastLogin"));
    let matches = command.try_get_matches_from(["test", "--fields", "username,fieldOfTomorrow"]).unwrap();
    let arguments = collect(meta, &matches, &mut Input::default(), Vec::new(), false).unwrap();
    assert_eq!(Value::Object(arguments), json!({"fields": ["username", "fieldOfTomorrow"]}));
}
