//! Each operation of the contract has golden documents, tests, a page of the reference and a command.

use super::{Finding, Tree};
use crate::codegen::NamedOperation;

/// What is sent again after which failure, by hand.
const RETRIES: &str = "crates/tenable-api/tests/it/retries.rs";

/// The products at the terminal.
const LINES: &str = "crates/tenable-cli/src/commands/line.rs";

pub(super) fn check(tree: &Tree, operations: &[NamedOperation]) -> Vec<Finding> {
    operations.iter().flat_map(|operation| missing(tree, operation)).collect()
}

fn missing(tree: &Tree, operation: &NamedOperation) -> Vec<Finding> {
    let NamedOperation { product, id, request } = operation;
    let page = format!("docs/reference/{}.md", product.replace('_', "-"));
    let python = format!("bindings/python/tests/operations/{product}.py");
    let table = format!("crates/tenable-api/src/{product}/generated/table.rs");
    let golden = format!("tests/fixtures/{product}/{id}");
    let by_hand = section(tree.text(RETRIES), &format!("const {}:", product.to_uppercase()));
    // The terminal is built from the table of operations, and the table is there for each product that has a row.
    let command = tree.text(&table).contains(&format!("::of::<{request}>()"))
        && tree.text(LINES).contains(&format!("operations: {product}::OPERATIONS"));
    let wanted = [
        (tree.has(&golden), golden.as_str(), "golden documents"),
        (by_hand.contains(&format!("(\"{id}\", ")), RETRIES, "a row"),
        (tree.text(&python).contains(&format!("(\"{id}\"")), &python, "a test"),
        (tree.text(&page).lines().any(|line| line.strip_prefix("### ") == Some(id)), &page, "a section"),
        (command, LINES, "a command"),
    ];
    let absent = wanted.into_iter().filter(|(there, ..)| !there);
    absent
        .map(|(_, place, what)| {
            Finding::new(place, 0, format!("{product} {id} has no {}", what.trim_start_matches("a ")))
        })
        .collect()
}

/// The table that begins so, up to its end.
fn section<'a>(text: &'a str, start: &str) -> &'a str {
    let rest = text.find(start).map_or("", |index| &text[index..]);
    rest.find("\n];").map_or(rest, |end| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(id: &str, request: &str) -> NamedOperation {
        NamedOperation { product: "some_product".to_owned(), id: id.to_owned(), request: request.to_owned() }
    }

    #[test]
    fn what_is_missing_is_named_with_its_place() {
        let tree = Tree::of(&[
            ("tests/fixtures/some_product/users.list/response.json", "[]"),
            (
                RETRIES,
                "const OTHER: x = &[\n(\"users.delete\", R),\n];\nconst SOME_PRODUCT: x = &[\n(\"users.list\", R),\n];",
            ),
            ("bindings/python/tests/operations/some_product.py", "@TABLE(\"users.list\")"),
            ("docs/reference/some-product.md", "### users.list\n\n### users.delete_many\n"),
            ("crates/tenable-api/src/some_product/generated/table.rs", "UntypedOperation::of::<ListUsers>(),"),
            (LINES, "operations: some_product::OPERATIONS,"),
        ]);
        assert_eq!(check(&tree, &[operation("users.list", "ListUsers")]), []);
        let found = check(&tree, &[operation("users.delete", "DeleteUser")]);
        let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "tests/fixtures/some_product/users.delete: some_product users.delete has no golden documents",
                "crates/tenable-api/tests/it/retries.rs: some_product users.delete has no row",
                "bindings/python/tests/operations/some_product.py: some_product users.delete has no test",
                "docs/reference/some-product.md: some_product users.delete has no section",
                "crates/tenable-cli/src/commands/line.rs: some_product users.delete has no command",
            ]
        );
    }
}
