//! `cargo xtask ci`: the checks that stand beside the tests, in the order in which they are cheap.

use std::time::Instant;

use anyhow::bail;
use xshell::{Cmd, Shell};

use crate::{
    codegen, tidy, walls, wheel, workflows,
    workspace::{EVERYTHING, Workspace, cargo, shown},
};

enum Check<'a> {
    Command(Cmd<'a>),
    /// Run in this process; the text is what a reader types to run it alone.
    Own(&'static str, Box<dyn FnOnce() -> anyhow::Result<()> + 'a>),
}

pub(crate) fn run(shell: &Shell, workspace: &Workspace) -> anyhow::Result<()> {
    let checks = checks(shell, workspace);
    let total = checks.len();
    for (index, (title, check)) in checks.into_iter().enumerate() {
        let start = Instant::now();
        let (command, holds) = match check {
            Check::Command(command) => {
                let text = shown(&command);
                println!("[{}/{total}] {title}: {text}", index + 1);
                // It has said itself what is wrong.
                (text, command.quiet().run().is_ok())
            }
            Check::Own(text, check) => {
                println!("[{}/{total}] {title}: {text}", index + 1);
                let result = check();
                if let Err(error) = &result {
                    println!("{error:#}");
                }
                (text.to_owned(), result.is_ok())
            }
        };
        println!("[{}/{total}] {title}: {:.1} s", index + 1, start.elapsed().as_secs_f64());
        if !holds {
            bail!("a check failed; the ones after it did not run:\n{command}");
        }
    }
    println!("All {total} checks hold.");
    Ok(())
}

fn checks<'a>(shell: &'a Shell, workspace: &'a Workspace) -> Vec<(&'static str, Check<'a>)> {
    let deny_warnings = ["--", "-D", "warnings"];
    vec![
        ("format", Check::Command(cargo(shell).args(["fmt", "--all", "--check"]))),
        ("layer walls", Check::Own("cargo xtask walls", Box::new(|| walls::run(shell, workspace)))),
        ("rules of the project", Check::Own("cargo xtask tidy", Box::new(|| tidy::run(shell, workspace)))),
        ("generated code", Check::Own("cargo xtask codegen --check", Box::new(|| codegen::run(&workspace.root, true)))),
        ("workflows", Check::Own("cargo xtask workflows", Box::new(|| workflows::run(shell, workspace)))),
        ("lints", Check::Command(cargo(shell).arg("clippy").args(EVERYTHING).arg("--all-targets").args(deny_warnings))),
        (
            "lints without the transport",
            Check::Command(
                cargo(shell).args(["clippy", "--package", "tenable-api", "--no-default-features"]).args(deny_warnings),
            ),
        ),
        (
            "Python without the global lock",
            Check::Own(
                "cargo xtask wheel --check-free-threaded",
                Box::new(|| wheel::check_free_threaded(shell, workspace)),
            ),
        ),
        (
            "documentation",
            Check::Command(cargo(shell).args(["doc", "--no-deps"]).args(EVERYTHING).env("RUSTDOCFLAGS", "-D warnings")),
        ),
    ]
}
