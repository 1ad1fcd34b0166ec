//! Identity Exposure as a whole: the typed client against the emulated product, without sockets.

mod configuration;
mod failures;
mod passwords;
mod roles;
mod users;
