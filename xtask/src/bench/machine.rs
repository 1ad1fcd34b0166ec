//! What the figures were measured on.

use std::{fs, thread};

use xshell::{Shell, cmd};

use super::stage::Stage;

/// What stands on the page about the machine.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) rustc: String,
    pub(crate) python: String,
    pub(crate) commit: String,
}

impl Machine {
    pub(crate) fn this(stage: &Stage<'_>) -> anyhow::Result<Self> {
        let shell = stage.shell;
        let python = String::from_utf8(stage.python()?.arg("--version").output()?.stdout)?.trim().to_owned();
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Ok(Self {
            processor: processor(&cpuinfo).unwrap_or("unknown").to_owned(),
            cores: thread::available_parallelism()?.get(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            rustc: cmd!(shell, "rustc --version").quiet().read()?,
            python,
            commit: commit(shell)?,
        })
    }
}

/// The model in `/proc/cpuinfo`.
fn processor(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

/// The commit, and whether the checkout differs from it.
fn commit(shell: &Shell) -> anyhow::Result<String> {
    let commit = cmd!(shell, "git rev-parse --short=12 HEAD").quiet().read()?;
    let changed = !cmd!(shell, "git status --porcelain --untracked-files=no").quiet().read()?.is_empty();
    Ok(if changed { format!("{commit}, changed") } else { commit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_of_the_processor() {
        let cpuinfo =
            "processor\t: 0\nvendor_id\t: A\nmodel name\t: A Processor @ 2.00GHz\n\nprocessor\t: 1\nmodel name\t: B\n";
        assert_eq!(processor(cpuinfo), Some("A Processor @ 2.00GHz"));
        assert_eq!(processor(""), None);
    }
}
