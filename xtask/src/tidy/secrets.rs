//! Secrets are exposed where they are written, compared or handed on, and nowhere else.

use super::{Finding, Tree, tree};

/// Where the text of a secret is taken out, and why it must be there.
pub(super) const EXPOSING: &[(&str, &str)] = &[
    ("bindings/python/src/client.rs", "a key that was asked for becomes a Secret of Python's"),
    ("bindings/python/src/directory/admin.rs", "keys that were asked for become Secrets of Python's"),
    ("bindings/python/src/directory/passwords.rs", "a password that was asked for becomes a text of Python's"),
    ("bindings/python/src/values.rs", "a field of an answer becomes a Secret of Python's, or is compared with one"),
    ("crates/tenable-api/src/admin/identity_exposure.rs", "a password is looked at for weaknesses"),
    ("crates/tenable-api/src/admin/vulnerability_management.rs", "a password is looked at for weaknesses"),
    ("crates/tenable-api/src/identity_exposure/session.rs", "the key is checked and becomes a header"),
    ("crates/tenable-api/src/key_pair.rs", "the keys are checked and become a header"),
    ("crates/tenable-api/src/redaction.rs", "what the server repeats is looked for"),
    ("crates/tenable-api/src/security_center/session.rs", "the password is checked, token and cookie become headers"),
    ("crates/tenable-cli/src/commands/arguments.rs", "a secret of an option becomes an argument of the operation"),
    ("crates/tenable-cli/src/commands/tasks/passwords.rs", "passwords are written to the file that was asked for"),
    ("crates/tenable-cli/src/config/keyring.rs", "the keyring keeps it"),
    (
        "crates/tenable-cli/src/connection/identity_exposure.rs",
        "the key is checked, and tells one sign-in from another",
    ),
    ("crates/tenable-cli/src/stdin.rs", "two entries are compared; lines become arguments"),
    ("crates/tenable-cli/src/tour/directory.rs", "a key that was just made signs in, on the emulator"),
    ("crates/tenable-cli/src/tour/vulnerability_management.rs", "a key that was just made signs in, on the emulator"),
    ("crates/tenable-model/src/secret.rs", "a field of a request is written"),
    ("crates/tenable-model/src/wire/scalar.rs", "a field of a request is written as a number"),
    ("crates/tenable-transport/src/network/pem.rs", "certificates and keys are read"),
    ("crates/tenable-transport/src/network/proxy.rs", "the address of a proxy holds its password"),
];

/// How a secret is taken out; in two parts, so that this file does not count.
const CALL: &str = concat!(".expose_", "secret");

pub(super) fn check(tree: &Tree, exposing: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let product = |path: &str| path.starts_with("crates/") || path.starts_with("bindings/");
    let mut used = Vec::new();
    for (path, text) in
        tree.texts().filter(|(path, _)| product(path) && path.contains("/src/") && tree::is_kind(path, "rs"))
    {
        if path.ends_with("/tests.rs") || path.contains("/tests/") {
            continue;
        }
        let lines: Vec<usize> =
            of_product(text).filter(|(_, line)| line.contains(CALL)).map(|(number, _)| number).collect();
        if lines.is_empty() {
            continue;
        }
        used.push(path);
        if !exposing.iter().any(|(file, _)| *file == path) {
            let message = "a secret is exposed; hand it on as it is, or give the reason in xtask/src/tidy/secrets.rs";
            findings.extend(lines.into_iter().map(|line| Finding::new(path, line, message)));
        }
    }
    let idle = exposing.iter().filter(|(file, _)| !used.contains(file));
    findings.extend(
        idle.map(|(file, _)| Finding::new(*file, 0, "exposes no secret; its row in xtask/src/tidy/secrets.rs is idle")),
    );
    findings
}

/// The numbered lines that are neither comments nor in the module of tests, which ends a file.
pub(super) fn of_product(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let product = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = product.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_with_a_reason_expose() {
        let exposes = concat!("use x;\nlet text = key.expose_", "secret();\n");
        let tests = format!("fn quiet() {{}}\n/// key{CALL}()\n#[cfg(test)]\nmod tests {{ {exposes} }}\n");
        let tree = Tree::of(&[
            ("crates/a/src/header.rs", exposes),
            ("crates/a/src/log.rs", exposes),
            ("crates/a/src/only_tested.rs", &tests),
            ("crates/a/src/import/tests.rs", exposes),
            ("crates/a/tests/it/main.rs", exposes),
        ]);
        let found = check(&tree, &[("crates/a/src/header.rs", "why"), ("crates/a/src/gone.rs", "why")]);
        let places: Vec<_> = found.iter().map(|finding| (finding.file.as_str(), finding.line)).collect();
        assert_eq!(places, [("crates/a/src/log.rs", 2), ("crates/a/src/gone.rs", 0)]);
    }
}
