//! An emulator that lives as long as the command.

use std::path::PathBuf;

use tenable_api::model::Product;
use tenable_api::transport::ProxySettings;
use tenable_emulator::{Emulator, RunningEmulator};

use super::remote::Remote;
use super::{identity_exposure, security_center, vulnerability_management};
use crate::commands::emulator::{not_started, set_rules};
use crate::exit::{Failure, Result};
use crate::options::{Scopes, sign_in_given};

/// An emulator that is not started yet.
#[derive(Debug)]
pub(super) struct Emulated {
    state: Option<PathBuf>,
    rules: Vec<String>,
    administrator: bool,
    enclave_security: bool,
}

impl Emulated {
    /// The one that the options ask for, if they do.
    pub(super) fn of(scopes: &Scopes<'_>) -> Result<Option<Self>> {
        let mut rules = scopes.texts("set");
        let state = scopes.path("emulator-state");
        if !scopes.flag("emulator") && state.is_none() {
            let as_somebody = scopes.text("emulator-as").map(|_| "emulator-as");
            if let Some(option) = (!rules.is_empty()).then_some("set").or(as_somebody) {
                return Err(Failure::usage(format!(
                    "--{option} is for an emulator: give --emulator or --emulator-state as well"
                )));
            }
            return Ok(None);
        }
        if scopes.text("url").is_some() || scopes.text("profile").is_some() {
            return Err(Failure::usage("an emulator has neither --url nor --profile: leave one of them out"));
        }
        if scopes.flag("all") {
            return Err(Failure::usage("an emulator has all three products: leave --all out"));
        }
        if scopes.text("site").is_some() {
            return Err(Failure::usage("an emulator is on this machine: leave --site out"));
        }
        if let Some(option) = sign_in_given(scopes) {
            return Err(Failure::usage(format!("an emulator knows who signs in: leave --{option} out")));
        }
        if scopes.flag("tes") {
            rules.push("sc.enclave_security=on".to_owned());
        }
        let enclave_security = rules.iter().any(|rule| rule == "sc.enclave_security=on");
        let administrator = scopes.text("emulator-as").as_deref() == Some("administrator");
        Ok(Some(Self { state, rules, administrator, enclave_security }))
    }

    pub(super) async fn start(&self) -> Result<RunningEmulator> {
        let mut emulator = Emulator::builder();
        if let Some(state) = &self.state {
            emulator = emulator.state_file(state);
        }
        let emulator = set_rules(emulator, self.rules.iter().map(String::as_str))?;
        emulator.start().await.map_err(not_started)
    }

    /// A client of one product of it.
    pub(super) fn remote(&self, emulator: &RunningEmulator, product: Product) -> Result<Remote> {
        // It is on this machine, whatever proxy the environment names.
        let proxy = ProxySettings::none();
        Ok(match product {
            Product::IdentityExposure => {
                Remote::IdentityExposure(Box::new(identity_exposure::emulated(emulator).proxy(proxy)))
            }
            Product::SecurityCenter => {
                let builder = security_center::emulated(emulator, self.administrator);
                let builder = builder.enclave_security(self.enclave_security).proxy(proxy);
                Remote::SecurityCenter(Box::new(builder))
            }
            Product::VulnerabilityManagement => {
                Remote::VulnerabilityManagement(Box::new(vulnerability_management::emulated(emulator).proxy(proxy)))
            }
            other => return Err(Failure::usage(format!("there is no emulator of {other}"))),
        })
    }
}
