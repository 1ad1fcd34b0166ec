//! One version for all packages, for what they ask of each other, and for what documents tell readers to write.

use super::{Finding, Tree, pins, tree};
use crate::workspace::Package;

/// Documents that speak of versions that are past.
const HISTORY: [&str; 2] = ["CHANGELOG.md", "changes/"];

pub(super) fn check(tree: &Tree, packages: &[Package]) -> Vec<Finding> {
    let Some(version) = packages.first().map(|package| package.version.as_str()) else { return Vec::new() };
    let mut findings = Vec::new();
    for package in packages {
        if package.version != version {
            let message = format!(
                "{} is {}, others are {version}: write version.workspace = true",
                package.name, package.version
            );
            findings.push(Finding::new("Cargo.toml", 0, message));
        }
        for dependency in &package.dependencies {
            let ours = packages.iter().any(|candidate| candidate.name == dependency.name);
            // A star is a path without a version, which only unpublished packages have.
            if ours && dependency.requirement != format!("^{version}") && dependency.requirement != "*" {
                let message = format!(
                    "{} asks for {} {}, which is {version}",
                    package.name, dependency.name, dependency.requirement
                );
                findings.push(Finding::new("Cargo.toml", 0, message));
            }
        }
    }
    let documents = tree
        .texts()
        .filter(|(path, _)| tree::is_kind(path, "md") && !HISTORY.iter().any(|start| path.starts_with(start)));
    for (path, text) in documents {
        let stale = pins::pins(text).into_iter().filter(|pin| pin.version != pins::shortened(version, &pin.version));
        findings.extend(stale.map(|pin| {
            Finding::new(path, pin.line, format!("{} is not the version, which is {version}", pin.version))
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn package(name: &str, version: &str, dependencies: &[(&str, &str)]) -> Package {
        let dependencies = dependencies.iter().map(|(name, requirement)| Dependency {
            name: (*name).to_owned(),
            kind: None,
            requirement: (*requirement).to_owned(),
        });
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            manifest_path: format!("/root/{name}/Cargo.toml").into(),
            publish: None,
            dependencies: dependencies.collect(),
        }
    }

    #[test]
    fn what_is_behind_is_found() {
        let tree = Tree::of(&[("README.md", "tenable-api = \"0.1\"\n"), ("CHANGELOG.md", "tenable-api = \"0.1\"\n")]);
        let packages = [
            package("low", "0.2.0", &[("other", "^1")]),
            package("middle", "0.1.0", &[("low", "*")]),
            package("high", "0.2.0", &[("low", "^0.1.0")]),
        ];
        let messages: Vec<String> = check(&tree, &packages).iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "Cargo.toml: middle is 0.1.0, others are 0.2.0: write version.workspace = true",
                "Cargo.toml: high asks for low ^0.1.0, which is 0.2.0",
                "README.md:1: 0.1 is not the version, which is 0.2.0",
            ]
        );
    }
}
