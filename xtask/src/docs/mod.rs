//! `cargo xtask docs`: the book in `docs/` as a site, and the documentation of the crates.

mod links;

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::bail;
use clap::Args;
use xshell::{Shell, cmd};

use crate::{
    browser,
    counts::Runner,
    python::Environment,
    test,
    tools::Tool,
    workspace::{EVERYTHING, Workspace, cargo},
};

const MDBOOK: Tool = Tool { name: "mdbook", version: "0.5.4" };

/// The contents of the book.
const CONTENTS: &str = "SUMMARY.md";

/// Its server and its watcher are not needed, and take most of its build.
const MDBOOK_OPTIONS: [&str; 3] = ["--no-default-features", "--features", "search"];

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Open the book in the browser
    #[arg(long)]
    open: bool,
    /// Also look at the book in a headless Chromium: links, search, narrow screen, dark theme; screenshots go to target/docs/screenshots
    #[arg(long)]
    browser: bool,
    /// Build nothing; write anew what the README files and the book show of the output of programs
    #[arg(long, conflicts_with_all = ["open", "browser"])]
    bless: bool,
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    if options.bless {
        let counts = test::bless_documents(shell, workspace)?;
        return Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    in_contents(&workspace.root.join("docs"))?;
    let book = build(shell, workspace)?;
    let checked = links::check(&book)?;
    println!("The book is in {}: {checked}.", book.display());
    cargo(shell).args(["doc", "--no-deps"]).args(EVERYTHING).env("RUSTDOCFLAGS", "-D warnings").run()?;
    println!("The documentation of the crates is in {}.", workspace.target.join("doc").display());
    if options.browser {
        look(shell, workspace, &book)?;
    }
    if options.open {
        open(shell, &book.join("index.html"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Fails for pages that the contents do not name: nobody would find them, and links to them would lead nowhere.
fn in_contents(docs: &Path) -> anyhow::Result<()> {
    fn pages(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                pages(&path, found)?;
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with(CONTENTS) {
                found.push(path);
            }
        }
        Ok(())
    }
    let contents = fs::read_to_string(docs.join(CONTENTS))?;
    let mut found = Vec::new();
    pages(docs, &mut found)?;
    let mut missing: Vec<String> = found
        .iter()
        .filter_map(|page| Some(page.strip_prefix(docs).ok()?.to_str()?.replace('\\', "/")))
        .filter(|page| !contents.contains(&format!("({page})")))
        .collect();
    missing.sort_unstable();
    if !missing.is_empty() {
        bail!("docs/{CONTENTS} does not name {}", missing.join(", "));
    }
    Ok(())
}

/// Builds the book, and gives its folder.
fn build(shell: &Shell, workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let mdbook = MDBOOK.prepare_with(shell, workspace, &MDBOOK_OPTIONS)?;
    let folder = workspace.target.join("docs/book");
    let source = workspace.root.join("docs");
    // What an earlier build left would hide a link that leads nowhere.
    shell.remove_path(&folder)?;
    cmd!(shell, "{mdbook} build {source} --dest-dir {folder}").run()?;
    Ok(folder)
}

/// Runs the tests of the site in a browser.
fn look(shell: &Shell, workspace: &Workspace, book: &Path) -> anyhow::Result<()> {
    let environment = Environment::prepare(shell, workspace)?;
    let chromium = browser::prepare(shell, workspace, &environment)?;
    let screenshots = workspace.target.join("docs/screenshots");
    shell.remove_path(&screenshots)?;
    shell.create_dir(&screenshots)?;
    let variables: [(&str, OsString); 3] =
        [("BOOK", book.into()), ("SCREENSHOTS", screenshots.clone().into()), (browser::VARIABLE, chromium.into())];
    let command = environment
        .module(shell, "pytest")
        .args(["--config-file", "tests/python/pytest.ini", "--rootdir", ".", "tests/python/book"])
        .envs(variables);
    let counts = test::count(Runner::Pytest, command)?;
    if counts.failed > 0 {
        bail!("the book does not look as it should; the screenshots are in {}", screenshots.display());
    }
    println!("The screenshots are in {}.", screenshots.display());
    Ok(())
}

fn open(shell: &Shell, page: &Path) -> anyhow::Result<()> {
    let opener = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    Ok(cmd!(shell, "{opener} {page}").run()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_the_contents_do_not_name_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("SUMMARY.md", "- [One](one.md)\n  - [Two](more/two.md)\n");
        write("one.md", "");
        write("more/two.md", "");
        write("book.css", "");
        in_contents(folder.path()).unwrap();
        write("more/three.md", "");
        assert_eq!(in_contents(folder.path()).unwrap_err().to_string(), "docs/SUMMARY.md does not name more/three.md");
    }
}
