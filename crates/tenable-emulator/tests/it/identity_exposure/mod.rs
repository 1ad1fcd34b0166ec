//! Identity Exposure, row by row of the behaviour that is expected of it.

mod authentication;
mod configuration;
mod passwords;
mod profiles;
mod requests;
mod roles;
mod rules;
mod shapes;
mod state;
mod users;
