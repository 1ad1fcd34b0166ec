//! `cargo xtask codegen`: from `spec/*.yaml` to model types, request structs, the operation table and the endpoint pages.
//!
//! [`document`] is the file as it stands, [`contract`] what it means, with every rule of `spec/README.md` checked; [`model`], [`api`]
//! and [`mod@reference`] write it down, [`output`] compares or writes files.
#![expect(clippy::format_push_string, reason = "text is put together piece by piece; write! would only add unwraps")]

mod api;
mod contract;
mod document;
mod model;
mod names;
mod output;
mod python;
mod reference;
mod rust;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use contract::Contract;

/// An operation, by the names that it has elsewhere.
#[derive(Debug)]
pub(crate) struct NamedOperation {
    /// The module of its product: `identity_exposure`.
    pub(crate) product: String,
    /// `users.list`.
    pub(crate) id: String,
    /// Its request struct.
    pub(crate) request: String,
}

/// All operations of all products.
pub(crate) fn operations(root: &Path) -> Result<Vec<NamedOperation>> {
    let mut operations = Vec::new();
    for (name, text) in specs(root)? {
        let contract = Contract::read(&name, &text)?;
        operations.extend(contract.operations().map(|(_, operation)| NamedOperation {
            product: contract.product.clone(),
            id: operation.id.clone(),
            request: operation.request.clone(),
        }));
    }
    Ok(operations)
}

/// Writes the generated files of all products below `root`, or only compares them.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let mut files = BTreeMap::new();
    for (name, text) in specs(root)? {
        files.extend(generate(&name, &text)?);
    }
    output::apply(root, &files, check)
}

/// The contracts, as names from the root and texts.
fn specs(root: &Path) -> Result<Vec<(String, String)>> {
    let folder = root.join("spec");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| folder.display().to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    paths.sort();
    let named = |path: PathBuf| {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok((format!("spec/{}", path.file_name().unwrap_or_default().to_string_lossy()), text))
    };
    paths.into_iter().map(named).collect()
}

/// The generated files of one product, by their paths in the workspace. Rust files are not formatted yet.
fn generate(spec: &str, text: &str) -> Result<BTreeMap<PathBuf, String>> {
    let contract = Contract::read(spec, text)?;
    let product = &contract.product;
    let model = PathBuf::from(format!("crates/tenable-model/src/{product}/generated"));
    let api = PathBuf::from(format!("crates/tenable-api/src/{product}/generated"));
    let mut files = BTreeMap::new();
    for resource in &contract.resources {
        let name = format!("{}.rs", resource.name);
        if let Some(text) = model::resource(&contract, resource, spec) {
            files.insert(model.join(&name), text);
        }
        files.insert(api.join(&name), api::resource(&contract, resource, spec)?);
    }
    files.insert(model.join("mod.rs"), model::index(&contract, spec));
    files.insert(api.join("mod.rs"), api::index(&contract, spec));
    files.insert(api.join("table.rs"), api::table(&contract, spec));
    let page = format!("docs/reference/{}.md", product.replace('_', "-"));
    files.insert(page.into(), reference::page(&contract, spec));
    files.extend(python::files(&contract, spec)?);
    Ok(files)
}
