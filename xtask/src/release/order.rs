//! Which packages go to the registry, and in which order.

use anyhow::ensure;

use crate::workspace::Package;

/// The published packages, each after all that it depends on.
pub(crate) fn published(packages: &[Package]) -> anyhow::Result<Vec<&Package>> {
    let mut waiting: Vec<&Package> = packages.iter().filter(|package| package.is_published()).collect();
    let mut order: Vec<&Package> = Vec::new();
    while !waiting.is_empty() {
        let ready = |package: &&Package| {
            let needed = |name: &str| name != package.name && waiting.iter().any(|other| other.name == name);
            // What only the tests need must be there as well: the registry looks it up.
            !package.dependencies.iter().any(|dependency| needed(&dependency.name))
        };
        let (mut next, rest): (Vec<&Package>, Vec<&Package>) = waiting.iter().partition(|package| ready(package));
        let names: Vec<&str> = rest.iter().map(|package| package.name.as_str()).collect();
        ensure!(!next.is_empty(), "these depend on each other in a circle: {}", names.join(", "));
        next.sort_by_key(|package| &package.name);
        order.append(&mut next);
        waiting = rest;
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn package(name: &str, needs: &[(&str, Option<&str>)]) -> Package {
        let dependency = |(name, kind): &(&str, Option<&str>)| Dependency {
            name: (*name).to_owned(),
            kind: kind.map(str::to_owned),
            requirement: "^0.1.0".to_owned(),
        };
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            manifest_path: name.into(),
            publish: None,
            dependencies: needs.iter().map(dependency).collect(),
        }
    }

    #[test]
    fn each_comes_after_what_it_needs() {
        let packages = [
            package("cli", &[("api", None), ("clap", None)]),
            package("api", &[("model", None), ("transport", Some("dev")), ("api", Some("dev"))]),
            package("transport", &[]),
            package("model", &[]),
            Package { publish: Some(Vec::new()), ..package("tests", &[("cli", None)]) },
        ];
        let names: Vec<&str> = published(&packages).unwrap().iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["model", "transport", "api", "cli"]);
        assert!(published(&[package("a", &[("b", None)]), package("b", &[("a", Some("dev"))])]).is_err());
    }
}
