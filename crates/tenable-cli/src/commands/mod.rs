//! The commands, one concern a file.

pub(crate) mod arguments;
pub(crate) mod completion;
pub(crate) mod config;
pub(crate) mod emulator;
pub(crate) mod help;
mod identity_exposure;
mod line;
pub(crate) mod man;
pub(crate) mod product;
mod raw;
mod security_center;
pub(crate) mod tasks;
mod voice;
mod vulnerability_management;
