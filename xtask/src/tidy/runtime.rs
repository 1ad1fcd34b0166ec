//! Of tokio, `tenable-api` has what needs no runtime.

use super::{Finding, Tree, secrets::of_product};

/// Where it holds.
const CLIENT: &str = "crates/tenable-api/src/";

/// What of tokio runs on any executor.
const HARMLESS: &str = "tokio::sync::";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let message = "this needs a runtime of tokio; of it, only `tokio::sync` does not";
    let mut findings = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.starts_with(CLIENT) && !path.ends_with("/tests.rs")) {
        let of_a_runtime = |line: &str| line.replace(HARMLESS, "").contains("tokio::");
        let lines = of_product(text).filter(|(_, line)| of_a_runtime(line));
        findings.extend(lines.map(|(number, _)| Finding::new(path, number, message)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_is_allowed() {
        let tree = Tree::of(&[
            ("crates/tenable-api/src/a.rs", "use tokio::sync::Notify;\nuse tokio::time::sleep;\n// tokio::spawn\n"),
            (
                "crates/tenable-api/src/b.rs",
                "fn b() {}\n#[cfg(test)]\nmod tests {\n    #[tokio::test]\n    async fn c() {}\n}\n",
            ),
            ("crates/tenable-cli/src/main.rs", "use tokio::time::sleep;\n"),
        ]);
        let findings: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("crates/tenable-api/src/a.rs:2: this needs a runtime"), "{findings:?}");
    }
}
