//! What is inside: a bill of materials in `CycloneDX` for each published crate. The wheel carries its own.

use std::path::Path;

use xshell::{Shell, cmd};

use super::{order, target::Target};
use crate::{
    tools::Tool,
    workspace::{Workspace, as_if_by_hand},
};

/// Of the OWASP project that keeps the format.
const CARGO_CYCLONEDX: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9" };

/// Beside each manifest, until it is moved away.
const NAME: &str = "bill-of-materials";

pub(super) fn build(
    shell: &Shell,
    workspace: &Workspace,
    target: &Target,
    folder: &Path,
    time: &str,
) -> anyhow::Result<()> {
    let tool = CARGO_CYCLONEDX.prepare(shell, workspace)?;
    let triple = &target.triple;
    let command = cmd!(shell, "{tool} cyclonedx --quiet --format json --spec-version 1.5 --override-filename {NAME}");
    let result = as_if_by_hand(command)
        .args(["--target", triple])
        // With a time that is given it numbers the bill with nothing random either.
        .env("SOURCE_DATE_EPOCH", time)
        .run();
    shell.create_dir(folder)?;
    let published = order::published(&workspace.packages)?;
    let root = workspace.root.display().to_string();
    for package in &workspace.packages {
        let written = package.manifest_path.with_file_name(format!("{NAME}.json"));
        if let Ok(text) = shell.read_file(&written) {
            // It writes one for every package of the workspace, wherever it fails.
            shell.remove_path(&written)?;
            if published.iter().any(|candidate| candidate.name == package.name) {
                let file = folder.join(format!("{}-{}-{triple}.cdx.json", package.name, package.version));
                // Where it was built is nobody's business.
                shell.write_file(file, text.replace(&root, ""))?;
            }
        }
    }
    result?;
    Ok(())
}
