use std::fs;
use std::path::Path;

use super::{generate, output};

const TINY: &str = include_str!("fixtures/tiny.yaml");
/// A product whose answers stand in an envelope.
const WRAPPED: &str = include_str!("fixtures/wrapped.yaml");
/// A product with operations that hand-written code runs.
const STEERED: &str = include_str!("fixtures/steered.yaml");

/// The workspace, whose formatting rules hold for generated code.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in the workspace")
}

#[test]
fn every_construct_once() {
    let contracts = [("spec/tiny.yaml", TINY), ("spec/wrapped.yaml", WRAPPED), ("spec/steered.yaml", STEERED)];
    for (path, text) in contracts.into_iter().flat_map(|(name, contract)| generate(name, contract).unwrap()) {
        let text = match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => output::formatted(root(), &text).unwrap(),
            _ => text,
        };
        let name = path.display().to_string().replace(['/', '.'], "_");
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, text);
        });
    }
}

#[test]
fn generating_twice_gives_the_same() {
    assert_eq!(generate("spec/tiny.yaml", TINY).unwrap(), generate("spec/tiny.yaml", TINY).unwrap());
}

/// The error of a contract with one text replaced by another.
fn error_of(file: &str, contract: &str, text: &str, replacement: &str) -> String {
    assert_eq!(contract.matches(text).count(), 1, "{text:?} stands once in the contract");
    format!("{:#}", generate(file, &contract.replace(text, replacement)).expect_err(replacement))
}

#[test]
fn a_broken_contract_fails_with_file_key_and_reason() {
    for (text, replacement, parts) in [
        (
            "x-tenable-request: ListThings",
            "x-tenable-reqest: ListThings",
            &["x-tenable-reqest", "unknown field", "line"][..],
        ),
        ("x-tenable-idempotency: once", "x-tenable-idempotency: twice", &["twice", "unknown variant", "line"]),
        ("      x-tenable-request: DeleteThing\n", "", &["x-tenable-request", "missing field"]),
        ("openapi: 3.1.0", "openapi: 3.0.0", &["openapi", "not 3.1"]),
        (
            "operationId: things.update",
            "operationId: stuff.update",
            &["paths", "/things/{id}.patch", "stuff.update", "tag"],
        ),
        ("operationId: things.update", "operationId: things.delete", &["/things/{id}", "operationId", "taken"]),
        ("operationId: things.update", "operationId: things.Update", &["operationId", "snake_case"]),
        ("x-tenable-request: UpdateThing", "x-tenable-request: ListThings", &["x-tenable-request", "taken"]),
        (
            "x-tenable-idempotency: removal",
            "x-tenable-idempotency: once",
            &["delete", "x-tenable-idempotency", "removal"],
        ),
        ("      x-tenable-argument: things\n", "", &["post", "requestBody", "x-tenable-argument"]),
        (
            "schema: {$ref: \"#/components/schemas/ThingUpdate\"}",
            "schema: {$ref: \"#/components/schemas/Nothing\"}",
            &["requestBody", "no schema `Nothing`"],
        ),
        (
            "\"401\": {$ref: \"#/components/responses/Unauthorized\"}",
            "\"401\": {$ref: \"#/components/responses/Teapot\"}",
            &["responses", "401", "no response `Teapot`"],
        ),
        (
            "name: {type: string, description: Name.}\n        owner",
            "name: {type: string}\n        owner",
            &["Thing.properties.name", "description"],
        ),
        ("      x-tenable-source: [seed]\n", "", &["NewThing", "x-tenable-source"]),
        ("required: [name, passCode]", "required: [name, code]", &["NewThing.required", "code"]),
        ("enum: [false]", "enum: [true]", &["locked", "enum"]),
        ("weight: {type: integer", "send: {type: integer", &["things.create", "`send`"]),
        ("weight: {type: integer", "lambda: {type: integer", &["things.create", "`lambda`", "Python"]),
    ] {
        let error = error_of("spec/tiny.yaml", TINY, text, replacement);
        assert!(error.starts_with("spec/tiny.yaml"), "{error}");
        for part in parts {
            assert!(error.contains(part), "{replacement:?} gives {error:?}, without {part:?}");
        }
    }
}

#[test]
fn a_broken_contract_with_an_envelope_fails_as_well() {
    for (text, replacement, parts) in [
        ("x-tenable-twin: /rest/other/part", "x-tenable-twin: /rest/other/part/{id}", &["get", "x-tenable-twin"][..]),
        (
            "x-tenable-without: [shelfID, paged, start, end]",
            "x-tenable-without: [shelf]",
            &["x-tenable-without", "`shelf`"],
        ),
        (
            "takes: [fields, paged, start]",
            "takes: [fields, begin]",
            &["x-tenable-variants", "parts.list_paged", "`begin`"],
        ),
        ("          explode: false\n", "", &["parameters.fields", "explode"]),
        (
            "- $ref: \"#/components/schemas/Envelope\"\n                  - {type: object, properties: {response: {type: array",
            "- {type: object, properties: {response: {type: array",
            &["responses", "200", "Envelope", "is wanted"],
        ),
        ("x-tenable-scope: shelfID", "x-tenable-scope: cupboard", &["parameters.id", "x-tenable-scope", "`cupboard`"]),
        ("x-tenable-fields-of: Part", "x-tenable-fields-of: Whole", &["PartField", "no schema `Whole`"]),
        ("lockedUp: request, ", "shut: request, ", &["PartField", "x-tenable-legend", "`shut`"]),
        ("x-tenable-as: unix_seconds", "x-tenable-as: sundial", &["Part.properties.madeTime", "sundial"]),
        ("x-tenable-as: ShelfId", "x-tenable-as: Part", &["shelves", "x-tenable-as", "`Part` is no id"]),
        ("x-tenable-with: oldSecret", "x-tenable-with: older", &["PartUpdate", "x-tenable-with", "`older`"]),
        ("required: false", "required: false\n        description: x", &["unknown field", "description"]),
        ("requires: [nextCode, code]", "requires: [secret]", &["parts.change_code", "`secret` cannot do without"]),
    ] {
        let error = error_of("spec/wrapped.yaml", WRAPPED, text, replacement);
        assert!(error.starts_with("spec/wrapped.yaml"), "{error}");
        for part in parts {
            assert!(error.contains(part), "{replacement:?} gives {error:?}, without {part:?}");
        }
    }
}

#[test]
fn a_broken_contract_with_hand_written_code_fails_as_well() {
    for (text, replacement, parts) in [
        ("      x-tenable-conduct: true\n", "", &["gates", "get", "x-tenable-options", "x-tenable-conduct"][..]),
        ("          conduct: true\n", "", &["gates.update", "x-tenable-options"]),
        (
            "open_state: {type: boolean, description: Whether to ask each gate if it is open.}",
            "open_state: {type: boolean}",
            &["x-tenable-options.open_state", "description"],
        ),
        ("          explode: true\n", "", &["parameters.f", "explode"]),
        ("x-tenable-as: unix_milliseconds", "x-tenable-as: unix_seconds", &["opened_at", "unix_milliseconds"]),
        ("takes: [way_in, way_out]", "takes: [way_in, way_up]", &["gates.update", "`way_up`"]),
    ] {
        let error = error_of("spec/steered.yaml", STEERED, text, replacement);
        assert!(error.starts_with("spec/steered.yaml"), "{error}");
        for part in parts {
            assert!(error.contains(part), "{replacement:?} gives {error:?}, without {part:?}");
        }
    }
}

#[test]
fn check_names_what_differs_and_writing_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rustfmt.toml"), "").unwrap();
    let files = generate("spec/tiny.yaml", TINY).unwrap();
    output::apply(folder.path(), &files, false).unwrap();
    output::apply(folder.path(), &files, true).unwrap();

    let page = folder.path().join("docs/reference/tiny.md");
    fs::write(&page, fs::read_to_string(&page).unwrap().replace("Things to list", "Things to lose")).unwrap();
    let left_over = folder.path().join("crates/tenable-model/src/tiny/generated/old.rs");
    fs::write(&left_over, "").unwrap();
    let python = folder.path().join("bindings/python/python/tenable_api/tiny/_generated");
    fs::write(python.join("old.py"), "").unwrap();
    fs::create_dir(python.join("__pycache__")).unwrap();
    let error = output::apply(folder.path(), &files, true).unwrap_err().to_string();
    for part in [
        "-Things to lose",
        "+Things to list",
        "old.rs is no longer generated",
        "old.py is no longer",
        "cargo xtask codegen",
    ] {
        assert!(error.contains(part), "{error}");
    }

    output::apply(folder.path(), &files, false).unwrap();
    output::apply(folder.path(), &files, true).unwrap();
    assert!(!left_over.exists() && !python.join("old.py").exists());
    assert!(python.join("__pycache__").exists(), "what Python compiled is no generated file");
}
