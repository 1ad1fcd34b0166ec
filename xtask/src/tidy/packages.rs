//! Each package that is published stands on its own: with a page for the registry, and with both licences.

use std::path::Path;

use super::{Finding, Tree};
use crate::workspace::Package;

const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// The wheel takes its version from its crate.
const WHEEL: (&str, &str) = ("bindings/python/pyproject.toml", "\ndynamic = [\"version\"]\n");

pub(super) fn check(tree: &Tree, packages: &[Package], root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| package.is_published()) {
        let folder = package.manifest_path.parent().and_then(|folder| folder.strip_prefix(root).ok()).unwrap_or(root);
        let folder = folder.to_string_lossy().replace('\\', "/");
        let readme = format!("{folder}/README.md");
        if tree.text(&readme).is_empty() {
            findings.push(Finding::new(readme, 0, "is the page of the package at the registry, and is not there"));
        }
        for licence in LICENCES {
            let own = format!("{folder}/{licence}");
            if tree.text(&own) != tree.text(licence) {
                findings.push(Finding::new(own, 0, format!("is not the {licence} of the project: link it")));
            }
        }
    }
    let (file, line) = WHEEL;
    if !tree.text(file).contains(line) {
        findings.push(Finding::new(file, 0, format!("does not say `{}`", line.trim())));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_lacks_is_found() {
        let package = |name: &str, publish| Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            manifest_path: format!("/root/crates/{name}/Cargo.toml").into(),
            publish,
            dependencies: Vec::new(),
        };
        let packages = [package("whole", None), package("bare", None), package("tests", Some(Vec::new()))];
        let files = [
            ("LICENSE-MIT", "mit"),
            ("LICENSE-APACHE", "apache"),
            ("crates/whole/README.md", "# whole"),
            ("crates/whole/LICENSE-MIT", "mit"),
            ("crates/whole/LICENSE-APACHE", "apache"),
            ("crates/bare/LICENSE-MIT", "old"),
            ("bindings/python/pyproject.toml", "[project]\ndynamic = [\"version\"]\n"),
        ];
        let found = check(&Tree::of(&files), &packages, Path::new("/root"));
        let names: Vec<&str> = found.iter().map(|finding| finding.file.as_str()).collect();
        assert_eq!(names, ["crates/bare/README.md", "crates/bare/LICENSE-MIT", "crates/bare/LICENSE-APACHE"]);
        let found = check(&Tree::of(&files[..6]), &packages[..1], Path::new("/root"));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
