//! What the registry of crates has already. Reading it takes no credential.

use std::process::{Command, Stdio};

use xshell::Shell;

use crate::workspace::cargo;

/// Whether a version of a crate is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    Published,
    Absent,
    /// The registry could not be asked, and why.
    Unknown(String),
}

/// Asks, through cargo, as whoever depends on it would.
pub(super) fn ask(shell: &Shell, name: &str, version: &str) -> anyhow::Result<State> {
    // Within the workspace cargo would take the package of the checkout for it.
    let elsewhere = shell.create_temp_dir()?;
    let mut command: Command =
        cargo(shell).args(["info", "--quiet", "--registry", "crates-io"]).arg(format!("{name}@{version}")).into();
    let output = command.current_dir(elsewhere.path()).stdin(Stdio::null()).output()?;
    Ok(read(output.status.success(), &String::from_utf8_lossy(&output.stderr)))
}

fn read(success: bool, errors: &str) -> State {
    if success {
        return State::Published;
    }
    let error = errors.lines().find(|line| line.starts_with("error")).unwrap_or("error: cargo did not say why");
    if error.contains("could not find `") { State::Absent } else { State::Unknown(error.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_differs_from_what_is_not_known() {
        assert_eq!(read(true, "    Updating index\n"), State::Published);
        let absent =
            "    Updating index\nerror: could not find `tenable-model@0.1.0` in registry `https://example.org/index`\n";
        assert_eq!(read(false, absent), State::Absent);
        let failed = "warning: spurious network error\nerror: failed to query replaced source registry `crates-io`\n\nCaused by:\n";
        assert_eq!(
            read(false, failed),
            State::Unknown("error: failed to query replaced source registry `crates-io`".to_owned())
        );
        assert_eq!(read(false, ""), State::Unknown("error: cargo did not say why".to_owned()));
    }
}
