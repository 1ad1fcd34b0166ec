//! `cargo xtask emulator`: the emulated products, as `tenable emulator` starts them.

use xshell::Shell;

use crate::workspace::cargo;

pub(crate) fn run(shell: &Shell, options: &[String]) -> anyhow::Result<()> {
    cargo(shell).args(["run", "--quiet", "--package", "tenable-cli", "--", "emulator"]).args(options).run()?;
    Ok(())
}
