//! The client over scripted transports: errors, retries, the API key, steps of several calls, secrets.

mod errors;
mod retries;
mod script;
mod secrets;
mod session;
mod settings;
mod steps;
