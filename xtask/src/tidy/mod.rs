//! `cargo xtask tidy`: rules of this project that no other tool knows, as code.
//!
//! One file a rule. A rule is pure: it reads the [`Tree`] and says what is wrong.

use std::fmt;

use anyhow::bail;
use xshell::Shell;

use self::tree::Tree;
use crate::{codegen, release::fragments, workspace::Workspace};

mod links;
mod markers;
mod operations;
mod packages;
pub(crate) mod pins;
mod runtime;
mod secrets;
mod tree;
mod versions;
mod workflows;

/// Something that a rule does not allow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    file: String,
    /// From 1; 0 where it is about the whole file.
    line: usize,
    message: String,
}

impl Finding {
    fn new(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, message } = self;
        match line {
            0 => write!(formatter, "{file}: {message}"),
            _ => write!(formatter, "{file}:{line}: {message}"),
        }
    }
}

/// Fails with one line for each breach of a rule.
pub(crate) fn run(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    let tree = Tree::of_checkout(shell, workspace)?;
    let operations = codegen::operations(&workspace.root)?;
    let rules = [
        ("secrets are exposed where they are written only", secrets::check(&tree, secrets::EXPOSING)),
        ("each operation has documents, tests and a command", operations::check(&tree, &operations)),
        ("the client needs no runtime of its own", runtime::check(&tree)),
        ("links resolve", links::check(&tree)),
        ("packages stand on their own", packages::check(&tree, &workspace.packages, &workspace.root)),
        ("versions are equal", versions::check(&tree, &workspace.packages)),
        ("nothing is marked to be done later", markers::check(&tree)),
        ("workflows call xtask, and actions are pinned", workflows::check(&tree)),
    ];
    // Read as for a release, which they would stop.
    fragments::load(shell)?;
    let mut count = 0;
    for (rule, mut findings) in rules {
        findings.sort();
        count += findings.len();
        for finding in findings {
            println!("{finding} ({rule})");
        }
    }
    if count > 0 {
        bail!("{count} findings; the rules are in xtask/src/tidy");
    }
    println!("The rules of the project hold: {} files, {} operations.", tree.len(), operations.len());
    Ok(())
}
