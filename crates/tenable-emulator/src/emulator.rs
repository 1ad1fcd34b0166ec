//! Setting an emulator up, and having it run.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tempfile::NamedTempFile;
use tokio::task::JoinSet;

use crate::bounds::STATE_LIMIT;
use crate::clock::{Clock, SystemClock};
use crate::control::Control;
use crate::endpoint::{
    Endpoint, SecurityCenterEndpoint, VulnerabilityManagementEndpoint, identity_exposure_value, security_center_value,
    vulnerability_management_value,
};
use crate::entropy::Entropy;
use crate::identity_exposure::IdentityExposure;
use crate::instruments::Instruments;
use crate::persistence::{StateError, StateFile};
use crate::pipeline::{Application, Product};
use crate::rules::{RuleError, Rules};
use crate::security_center::SecurityCenter;
use crate::server::{Server, bind, serve_control};
use crate::tls::Authority;
use crate::vulnerability_management::VulnerabilityManagement;
use crate::{RULE_TABLES, secrets};

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// A listener could not be bound, or a temporary file not be written.
    #[error("cannot start: {0}")]
    Io(#[from] io::Error),
    /// The state file could not be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The certificates could not be made.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
}

/// The emulator; see [`builder`](Self::builder).
#[derive(Debug)]
pub struct Emulator(());

impl Emulator {
    /// Starts the description of an emulator.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use tenable_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder().set("ie.duplicate_email", "400")?.start().await?;
    /// assert!(emulator.identity_exposure().url.starts_with("http://127.0.0.1:"));
    /// emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }
}

/// What an emulator shall be like.
///
/// ```
/// use tenable_emulator::Emulator;
///
/// let builder = Emulator::builder().tls(true).api_key("a-key-for-scripts").set("ie.copy_status", "204")?;
/// # drop(builder);
/// # Ok::<(), tenable_emulator::RuleError>(())
/// ```
#[must_use = "nothing runs before start"]
pub struct EmulatorBuilder {
    tls: bool,
    state_file: Option<PathBuf>,
    state_limit: usize,
    rules: Rules,
    clock: Arc<dyn Clock>,
    api_key: Option<String>,
    control_token: Option<String>,
    seed: Option<u64>,
    identity_exposure_address: SocketAddr,
    security_center_address: SocketAddr,
    vulnerability_management_address: SocketAddr,
    control_address: SocketAddr,
}

impl fmt::Debug for EmulatorBuilder {
    /// Leaves out the key and the token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EmulatorBuilder")
            .field("tls", &self.tls)
            .field("state_file", &self.state_file)
            .field("state_limit", &self.state_limit)
            .field("identity_exposure_address", &self.identity_exposure_address)
            .field("security_center_address", &self.security_center_address)
            .field("vulnerability_management_address", &self.vulnerability_management_address)
            .field("control_address", &self.control_address)
            .finish_non_exhaustive()
    }
}

impl EmulatorBuilder {
    fn new() -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            tls: false,
            state_file: None,
            state_limit: STATE_LIMIT,
            rules: Rules::new(RULE_TABLES),
            clock: Arc::new(SystemClock),
            api_key: None,
            control_token: None,
            seed: None,
            identity_exposure_address: any_port,
            security_center_address: any_port,
            vulnerability_management_address: any_port,
            control_address: any_port,
        }
    }

    /// Whether the products are served over TLS, with a certificate authority made for this run. Without it, plain HTTP.
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// Keeps the state in a file, readable by its owner alone, that is written before each answer that follows a change.
    ///
    /// Without it, the state is lost at the end. A file that does not exist yet starts with the seed data; one that cannot
    /// be understood is refused and left as it is. Each write replaces the whole file, so a change takes longer the more
    /// people there are. A file belongs to one emulator at a time, which keeps `<file>.lock` beside it locked until it has
    /// ended: a second one does not start.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Bytes, as JSON, that each product remembers; 256 MiB without it.
    ///
    /// A request that might make it more is refused with status 507 and is not applied, deletions excepted.
    pub fn state_limit(mut self, bytes: usize) -> Self {
        self.state_limit = bytes;
        self
    }

    /// Chooses the outcome of a [rule](crate::rules()). A rule or an outcome that does not exist is refused.
    pub fn set(mut self, rule: &str, outcome: &str) -> Result<Self, RuleError> {
        self.rules.set_initial(rule, outcome)?;
        Ok(self)
    }

    /// The clock that everything goes by; the operating system's without it. The control interface can move it on.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The administrator's key in Identity Exposure. Without it, the one in the state file, or a fresh one.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The token of the control interface; a fresh one without it.
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.control_token = Some(token.into());
        self
    }

    /// Lets keys, tokens, cookies and UUIDs repeat: two emulators with the same seed that are asked the same in the same order give the
    /// same. Without it they are random. Ports and certificates do not repeat.
    ///
    /// Whoever knows the seed knows the keys: keep it to tests.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Where Identity Exposure listens; without it, on a free port of 127.0.0.1.
    ///
    /// Whoever reaches the address can have the people in it: keep to loopback, or to a network that is trusted.
    pub fn identity_exposure_address(mut self, address: SocketAddr) -> Self {
        self.identity_exposure_address = address;
        self
    }

    /// Where Security Center listens; without it, on a free port of 127.0.0.1. Under TLS it takes client certificates.
    ///
    /// Whoever reaches the address can have the people in it: keep to loopback, or to a network that is trusted.
    pub fn security_center_address(mut self, address: SocketAddr) -> Self {
        self.security_center_address = address;
        self
    }

    /// Where Vulnerability Management listens; without it, on a free port of 127.0.0.1.
    ///
    /// Whoever reaches the address can have the people in it: keep to loopback, or to a network that is trusted.
    pub fn vulnerability_management_address(mut self, address: SocketAddr) -> Self {
        self.vulnerability_management_address = address;
        self
    }

    /// Where the control interface listens; without it, on a free port of 127.0.0.1.
    pub fn control_address(mut self, address: SocketAddr) -> Self {
        self.control_address = address;
        self
    }

    /// Binds the listeners and serves, until [`shutdown`](RunningEmulator::shutdown) or until it is dropped.
    ///
    /// Needs a Tokio runtime with I/O and time switched on.
    pub async fn start(self) -> Result<RunningEmulator, EmulatorError> {
        // All else that can fail comes before the state, which the start writes.
        let (exposure_listener, exposure_address) = bind(self.identity_exposure_address).await?;
        let (center_listener, center_address) = bind(self.security_center_address).await?;
        let (management_listener, management_address) = bind(self.vulnerability_management_address).await?;
        let (control_listener, control_address) = bind(self.control_address).await?;
        let names = [exposure_address, center_address, management_address].map(|address| address.ip().to_string());
        let authority = self.tls.then(|| Authority::new(&names).map(Arc::new)).transpose()?;
        let ca_file = authority.as_deref().map(Authority::write_file).transpose()?;
        let acceptor = |client_certificates| {
            authority.as_ref().map(|authority| authority.acceptor(client_certificates)).transpose()
        };
        let (exposure_acceptor, center_acceptor, management_acceptor) =
            (acceptor(false)?, acceptor(true)?, acceptor(false)?);

        let entropy = self.seed.map(Entropy::seeded).unwrap_or_default();
        let instruments = Instruments::new(self.rules, self.clock).with_entropy(entropy.clone());
        let instruments = Arc::new(instruments.with_state_limit(self.state_limit));
        let file = self.state_file.as_deref().map(StateFile::open).transpose()?.map(Arc::new);
        let exposure = entropy.within(IdentityExposure::NAME, || {
            IdentityExposure::start(Arc::clone(&instruments), self.api_key, file.clone())
        })?;
        let center = entropy.within(SecurityCenter::NAME, || {
            SecurityCenter::start(Arc::clone(&instruments), file.clone(), authority.clone())
        })?;
        let management = entropy.within(VulnerabilityManagement::NAME, || {
            VulnerabilityManagement::start(Arc::clone(&instruments), file.clone())
        })?;
        let products: [(_, Arc<dyn Product>); 3] = [
            (IdentityExposure::NAME, Arc::new(exposure.clone())),
            (SecurityCenter::NAME, Arc::new(center.clone())),
            (VulnerabilityManagement::NAME, Arc::new(management.clone())),
        ];
        let control = Control::new(
            format!("http://{control_address}"),
            self.control_token.unwrap_or_else(|| entropy.within("control", secrets::random_hex::<24>)),
            Arc::clone(&instruments),
            products.to_vec(),
        );
        let mut tasks = JoinSet::new();
        let listeners = [
            (exposure_listener, exposure_acceptor),
            (center_listener, center_acceptor),
            (management_listener, management_acceptor),
        ];
        for ((_, product), (listener, acceptor)) in products.into_iter().zip(listeners) {
            tasks.spawn(Server::new(product, Arc::clone(&instruments)).run(listener, acceptor));
        }
        let router = control.router();
        tasks.spawn(serve_control(control_listener, router));
        let scheme = if authority.is_some() { "https" } else { "http" };
        Ok(RunningEmulator {
            identity_exposure: Endpoint { url: format!("{scheme}://{exposure_address}"), api_key: exposure.api_key() },
            identity_exposure_core: exposure,
            security_center: SecurityCenterEndpoint::of(&center, format!("{scheme}://{center_address}")),
            security_center_core: center,
            vulnerability_management: VulnerabilityManagementEndpoint::of(
                &management,
                format!("{scheme}://{management_address}"),
            ),
            vulnerability_management_core: management,
            control,
            authority,
            ca_file,
            file,
            listeners: [exposure_address, center_address, management_address, control_address],
            tasks,
        })
    }
}

/// An emulator at work. Dropping it ends it at once; [`shutdown`](Self::shutdown) also waits for that.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tenable_emulator::Emulator;
///
/// let emulator = Emulator::builder().start().await?;
/// println!("{}", emulator.ready_line());
/// emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RunningEmulator {
    identity_exposure: Endpoint,
    identity_exposure_core: IdentityExposure,
    security_center: SecurityCenterEndpoint,
    security_center_core: SecurityCenter,
    vulnerability_management: VulnerabilityManagementEndpoint,
    vulnerability_management_core: VulnerabilityManagement,
    control: Control,
    authority: Option<Arc<Authority>>,
    /// Removed when dropped, also where a clone of [`Control`] outlives the emulator.
    ca_file: Option<NamedTempFile>,
    file: Option<Arc<StateFile>>,
    listeners: [SocketAddr; 4],
    /// Ended when dropped.
    tasks: JoinSet<()>,
}

impl RunningEmulator {
    /// Where Identity Exposure is.
    pub fn identity_exposure(&self) -> &Endpoint {
        &self.identity_exposure
    }

    /// The core behind that address, for what only the console would show, such as the keys of other users.
    pub fn identity_exposure_core(&self) -> &IdentityExposure {
        &self.identity_exposure_core
    }

    /// Where Security Center is.
    pub fn security_center(&self) -> &SecurityCenterEndpoint {
        &self.security_center
    }

    /// The core behind that address, for what only the console would do: keys of other users, the switch for keys, client
    /// certificates.
    pub fn security_center_core(&self) -> &SecurityCenter {
        &self.security_center_core
    }

    /// Where Vulnerability Management is.
    pub fn vulnerability_management(&self) -> &VulnerabilityManagementEndpoint {
        &self.vulnerability_management
    }

    /// The core behind that address, for what only the console would show or do: keys of other users, sign-ins.
    pub fn vulnerability_management_core(&self) -> &VulnerabilityManagement {
        &self.vulnerability_management_core
    }

    /// The handle that looks inside and steers.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The certificate authority to trust, as PEM; none without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.authority.as_deref().map(Authority::pem)
    }

    /// A file with [`ca_pem`](Self::ca_pem), which is removed at the end.
    pub fn ca_path(&self) -> Option<&Path> {
        self.ca_file.as_ref().map(NamedTempFile::path)
    }

    /// The listeners that others than this machine may reach: those that were bound elsewhere than on loopback.
    ///
    /// Whoever reaches a product can have the people in it, and guess at passwords. A program that lets its user choose the address
    /// should warn of these.
    pub fn exposed(&self) -> Vec<SocketAddr> {
        beyond_loopback(self.listeners)
    }

    /// One line of JSON that tells another process all it needs, secrets included:
    /// `{"identity_exposure": {"url", "api_key", "ca"}, "security_center": {"url", "access_key", "secret_key", "username",
    /// "password", "organization_id", "administrator": {"access_key", "secret_key", "username", "password"}, "ca"},
    /// "vulnerability_management": {"url", "access_key", "secret_key", "ca"}, "control": {"url", "token"}}`, with `ca`, a path, only under TLS.
    pub fn ready_line(&self) -> String {
        json!({
            "identity_exposure": identity_exposure_value(&self.identity_exposure, self.ca_path()),
            "security_center": security_center_value(&self.security_center, self.ca_path()),
            "vulnerability_management":
                vulnerability_management_value(&self.vulnerability_management, self.ca_path()),
            "control": { "url": self.control.url(), "token": self.control.token() }
        })
        .to_string()
    }

    /// Ends it: open connections are cut, and the ports and the CA file are gone and the state file is free when this
    /// returns.
    pub async fn shutdown(mut self) {
        self.tasks.shutdown().await;
    }
}

impl Drop for RunningEmulator {
    /// Frees the state file, also where a clone of [`Control`] or a connection outlives the emulator for a while.
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            file.close();
        }
    }
}

/// The addresses that others than this machine may reach.
fn beyond_loopback(addresses: impl IntoIterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    addresses.into_iter().filter(|address| !address.ip().to_canonical().is_loopback()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_loopback_is_within_reach_of_others() {
        let addresses =
            ["127.0.0.1:1", "127.8.0.1:2", "[::1]:3", "[::ffff:127.0.0.1]:4", "0.0.0.0:5", "[::]:6", "10.0.0.1:7"];
        let exposed = beyond_loopback(addresses.map(|address| address.parse().unwrap()));
        assert_eq!(exposed.iter().map(SocketAddr::port).collect::<Vec<_>>(), [5, 6, 7]);
    }
}
