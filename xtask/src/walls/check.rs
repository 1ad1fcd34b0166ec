//! Compares the workspace with the rules. Pure: the graph comes in as values.

use anyhow::Context as _;

use super::rules::{Layer, Reach, Reserved};
use crate::workspace::Package;

/// A dependency that the rules do not allow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Breach {
    /// The package of the workspace whose manifest to look at.
    pub(super) package: String,
    pub(super) message: String,
}

impl Breach {
    fn new(package: &str, message: String) -> Self {
        Self { package: package.to_owned(), message }
    }
}

/// A crate in the tree of a package.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reached {
    /// 0 for the package itself.
    pub(super) depth: usize,
    pub(super) name: String,
    /// Whether it is a package of this workspace.
    pub(super) own: bool,
    pub(super) features: Vec<String>,
}

/// Checks the dependencies that the manifests declare.
pub(super) fn declared(packages: &[Package], layers: &[Layer], reserved: &[Reserved]) -> Vec<Breach> {
    packages.iter().flat_map(|package| declared_by(package, packages, layers, reserved)).collect()
}

fn declared_by(package: &Package, packages: &[Package], layers: &[Layer], reserved: &[Reserved]) -> Vec<Breach> {
    let Some(layer) = layers.iter().find(|layer| layer.package == package.name) else {
        return vec![Breach::new(&package.name, format!("{} has no row in the table of layers", package.name))];
    };
    let mut breaches = Vec::new();
    for dependency in &package.dependencies {
        let arrow = format!(
            "{} -> {}{}",
            package.name,
            dependency.name,
            dependency.kind.as_deref().map(|kind| format!(" ({kind})")).unwrap_or_default()
        );
        let development = dependency.kind.as_deref() == Some("dev");
        if let Some(own) = packages.iter().find(|candidate| candidate.name == dependency.name) {
            // A package may test itself with features that only tests need.
            let itself = development && own.name == package.name;
            if !itself && !layer.uses.contains(&own.name.as_str()) {
                breaches.push(Breach::new(&package.name, format!("{arrow}: {}", allowed(layer))));
            }
            if package.is_published() && !own.is_published() && !development {
                let message = format!("{arrow}: a published package depends on one that is not");
                breaches.push(Breach::new(&package.name, message));
            }
        }
        for rule in reserved {
            if rule.crates.contains(&dependency.name.as_str())
                && !rule.to.contains(&package.name.as_str())
                && !(development && rule.dev)
            {
                let message = format!("{arrow}: {} (only {})", rule.why, rule.to.join(", "));
                breaches.push(Breach::new(&package.name, message));
            }
        }
    }
    breaches
}

fn allowed(layer: &Layer) -> String {
    match layer.uses {
        [] => format!("{} depends on no other package of the workspace", layer.package),
        uses => format!("of the workspace {} depends only on {}", layer.package, uses.join(", ")),
    }
}

/// Checks what a package links, also through others.
pub(super) fn reached(rule: &Reach, tree: &[Reached]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (index, entry) in tree.iter().enumerate() {
        let mut found: Vec<String> = Vec::new();
        if rule.never.contains(&entry.name.as_str()) {
            found.push(entry.name.clone());
        }
        for (name, feature) in rule.never_features {
            if entry.name == *name && entry.features.iter().any(|enabled| enabled == feature) {
                found.push(format!("{name} with feature `{feature}`"));
            }
        }
        if found.is_empty() {
            continue;
        }
        let path = path_to(tree, index);
        // The last package of our own on the way is the one to change.
        let package = path.iter().rev().find(|entry| entry.own).map_or(rule.package, |entry| &entry.name);
        let way: Vec<&str> = path[..path.len() - 1].iter().map(|entry| entry.name.as_str()).collect();
        for end in found {
            let features = format!("{:?}", rule.features).to_lowercase();
            let message = format!("{} -> {end}: {} (features: {features})", way.join(" -> "), rule.why);
            breaches.push(Breach::new(package, message));
        }
    }
    breaches
}

/// The entries from the root of the tree to this one.
fn path_to(tree: &[Reached], index: usize) -> Vec<&Reached> {
    let mut path = vec![&tree[index]];
    let mut depth = tree[index].depth;
    for entry in tree[..index].iter().rev() {
        if entry.depth < depth {
            depth = entry.depth;
            path.push(entry);
        }
    }
    path.reverse();
    path
}

/// Reads `cargo tree --prefix depth --format '|{p}|{f}'`. A line such as
/// `1|http v1.5.0|default,std` or `2|tenable-model v0.1.0 (/folder)|default (*)`.
pub(super) fn parse_tree(text: &str) -> anyhow::Result<Vec<Reached>> {
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| parse_line(line).with_context(|| format!("cargo tree printed a line of unknown form: {line}")))
        .collect()
}

fn parse_line(line: &str) -> Option<Reached> {
    let mut parts = line.splitn(3, '|');
    let depth = parts.next()?.parse().ok()?;
    let package = parts.next()?;
    let features = parts.next()?.trim_end_matches(" (*)");
    let (name, rest) = package.split_once(' ')?;
    Some(Reached {
        depth,
        name: name.to_owned(),
        // Packages from a registry have no place of their own in the text; `(proc-macro)` is not one.
        own: rest.contains(" (/") || rest.contains(":\\"),
        features: features.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::rules::Features, *};
    use crate::workspace::Dependency;

    const LAYERS: &[Layer] = &[
        Layer { package: "low", uses: &[] },
        Layer { package: "high", uses: &["low"] },
        Layer { package: "tests", uses: &["low", "high"] },
    ];
    const RESERVED: &[Reserved] = &[
        Reserved { crates: &["hyper"], to: &["low"], dev: false, why: "HTTP stays low" },
        Reserved { crates: &["tokio"], to: &["low"], dev: true, why: "any executor" },
    ];
    const REACH: Reach = Reach {
        package: "high",
        features: Features::None,
        never: &["hyper"],
        never_features: &[("tokio", "net")],
        why: "no network",
    };

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            manifest_path: format!("{name}/Cargo.toml").into(),
            publish: None,
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency {
                    name: (*name).to_owned(),
                    kind: kind.map(str::to_owned),
                    requirement: "*".to_owned(),
                })
                .collect(),
        }
    }

    fn messages(breaches: &[Breach]) -> Vec<(&str, &str)> {
        breaches.iter().map(|breach| (breach.package.as_str(), breach.message.as_str())).collect()
    }

    #[test]
    fn arrows_of_the_table_are_allowed() {
        let packages = [
            package("low", &[("hyper", None), ("serde", None)]),
            package("high", &[("low", None), ("tokio", Some("dev")), ("high", Some("dev"))]),
            package("tests", &[("low", None), ("high", Some("dev"))]),
        ];
        assert_eq!(declared(&packages, LAYERS, RESERVED), []);
    }

    #[test]
    fn an_arrow_against_the_table_is_named() {
        let packages = [package("low", &[("high", Some("build"))]), package("high", &[])];
        assert_eq!(
            messages(&declared(&packages, LAYERS, RESERVED)),
            [("low", "low -> high (build): low depends on no other package of the workspace")]
        );
    }

    #[test]
    fn an_arrow_that_only_tests_need_is_named_too() {
        let packages = [package("high", &[("tests", Some("dev"))]), package("tests", &[])];
        assert_eq!(
            messages(&declared(&packages, LAYERS, RESERVED)),
            [("high", "high -> tests (dev): of the workspace high depends only on low")]
        );
    }

    #[test]
    fn a_reserved_crate_is_named_with_its_owners() {
        let packages = [package("high", &[("hyper", Some("dev")), ("tokio", None)])];
        assert_eq!(
            messages(&declared(&packages, LAYERS, RESERVED)),
            [
                ("high", "high -> hyper (dev): HTTP stays low (only low)"),
                ("high", "high -> tokio: any executor (only low)")
            ]
        );
    }

    #[test]
    fn a_published_package_depends_on_published_ones() {
        let mut low = package("low", &[]);
        low.publish = Some(Vec::new());
        let packages = [low, package("high", &[("low", None)])];
        assert_eq!(
            messages(&declared(&packages, LAYERS, RESERVED)),
            [("high", "high -> low: a published package depends on one that is not")]
        );
    }

    #[test]
    fn a_new_package_needs_a_row() {
        let packages = [package("new", &[])];
        assert_eq!(
            messages(&declared(&packages, LAYERS, RESERVED)),
            [("new", "new has no row in the table of layers")]
        );
    }

    #[test]
    fn what_others_bring_is_found_with_the_way_to_it() {
        let tree = parse_tree(
            "0|high v0.1.0 (/folder/high)|\n\
             1|async-trait v0.1.92 (proc-macro)|\n\
             1|low v0.1.0 (/folder/low)|http1\n\
             2|hyper-util v0.1.21|tokio\n\
             3|hyper v1.12.0|client,http1\n\
             3|tokio v1.54.1|net,time (*)\n\
             2|tokio v1.54.1|net,time (*)\n",
        )
        .unwrap();
        assert_eq!(
            messages(&reached(&REACH, &tree)),
            [
                ("low", "high -> low -> hyper-util -> hyper: no network (features: none)"),
                ("low", "high -> low -> hyper-util -> tokio with feature `net`: no network (features: none)"),
                ("low", "high -> low -> tokio with feature `net`: no network (features: none)"),
            ]
        );
    }

    #[test]
    fn a_clean_tree_has_no_breach() {
        let tree = parse_tree("0|high v0.1.0 (/folder/high)|default\n1|tokio v1.54.1|time\n").unwrap();
        assert_eq!(reached(&REACH, &tree), []);
    }

    #[test]
    fn an_unknown_line_is_an_error() {
        assert!(parse_tree("high v0.1.0").is_err());
    }
}
