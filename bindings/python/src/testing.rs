//! The emulator in the process that tests with it.
//!
//! What is told and asked crosses as JSON text and as numbers; `tenable_api.testing` gives it its types.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use serde_json::Value;
use tenable_emulator::clock::ManualClock;
use tenable_emulator::faults::{Fault, FaultKind, RetryAfter};
use tenable_emulator::{
    Control, Emulator, EmulatorBuilder, RunningEmulator, identity_exposure, security_center, vulnerability_management,
};
use tokio::runtime::Handle;

use crate::runtime;

pyo3::import_exception!(tenable_api.testing._errors, EmulatorError);

/// The native half of `tenable_api.testing`.
#[pymodule]
pub(crate) mod testing {
    #[pymodule_export]
    use super::{Server, rules};
}

/// The latest time that the emulator can write: the end of the year 9999, in milliseconds.
const LATEST: u64 = 253_402_300_799_999;

/// A running emulator, and what it has seen once it has ended.
#[pyclass(frozen, module = "tenable_api._native.testing")]
#[derive(Debug)]
pub(crate) struct Server {
    /// None once it is closed.
    running: Mutex<Option<RunningEmulator>>,
    control: Control,
    /// The process that started it.
    process: u32,
}

/// How an emulator shall be; see `tenable_api.testing.Emulator`.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
struct Settings {
    tls: bool,
    state: Option<PathBuf>,
    rules: Vec<(String, String)>,
    api_key: Option<String>,
    /// Where the clock stands, in milliseconds since 1970; the system's clock without it.
    time: Option<u64>,
    /// What random keys repeat with.
    seed: Option<u64>,
}

impl Settings {
    fn builder(self) -> PyResult<EmulatorBuilder> {
        let mut builder = Emulator::builder().tls(self.tls);
        for (rule, outcome) in &self.rules {
            builder = builder.set(rule, outcome).map_err(|error| PyValueError::new_err(error.to_string()))?;
        }
        if let Some(path) = self.state {
            builder = builder.state_file(path);
        }
        if let Some(key) = self.api_key {
            builder = builder.api_key(key);
        }
        if let Some(time) = self.time {
            builder = builder.clock(Arc::new(ManualClock::new(system_time(time)?)));
        }
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        Ok(builder)
    }
}

#[pymethods]
impl Server {
    /// Starts an emulator and waits until it serves.
    #[staticmethod]
    fn start(py: Python<'_>, settings: Settings) -> PyResult<Self> {
        let starting = settings.builder()?.start();
        // It goes on when nobody waits.
        let started = runtime::shared(py)?.spawn(starting);
        Self::started(runtime::wait(py, started)?.map_err(failed)?)
    }

    /// The same as an asyncio future.
    #[staticmethod]
    fn start_async(py: Python<'_>, settings: Settings) -> PyResult<Bound<'_, PyAny>> {
        let starting = settings.builder()?.start();
        runtime::awaitable(py, starting, |_, started| Self::started(started))
    }

    /// Ends the emulator and waits until its ports are free. Does nothing where it has ended, and in a fork of its process.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let Some(running) = self.take() else { return Ok(()) };
        if Handle::try_current().is_ok() || runtime::has_ended() {
            // Collected as garbage on a thread of the runtime, which must not wait for itself, or after its end.
            drop(running);
            return Ok(());
        }
        runtime::wait(py, running.shutdown())
    }

    /// The same as an asyncio future.
    fn close_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let running = self.take();
        let closing = async move {
            if let Some(running) = running {
                running.shutdown().await;
            }
        };
        runtime::awaitable(py, closing, |_, ()| Ok(()))
    }

    /// Whether it has ended.
    #[getter]
    fn closed(&self) -> bool {
        self.inherited() || self.lock().is_none()
    }

    /// Whether this process is a fork of the one that started it.
    #[getter]
    fn inherited(&self) -> bool {
        self.process != std::process::id()
    }

    /// Addresses and credentials: the emulator's ready line.
    fn facts(&self) -> PyResult<String> {
        self.running(RunningEmulator::ready_line)
    }

    /// The password of all accounts that each product starts with.
    #[staticmethod]
    fn seed_passwords() -> HashMap<&'static str, &'static str> {
        HashMap::from([
            ("identity_exposure", identity_exposure::SEED_PASSWORD),
            ("security_center", security_center::SEED_PASSWORD),
            ("vulnerability_management", vulnerability_management::SEED_PASSWORD),
        ])
    }

    /// The certificate authority as PEM; none without TLS.
    fn ca_pem(&self) -> PyResult<Option<String>> {
        self.running(|running| running.ca_pem().map(ToOwned::to_owned))
    }

    /// Adds a fault, given in its JSON form, and gives its number.
    fn add_fault(&self, fault: &str) -> PyResult<u64> {
        let fault: Fault = serde_json::from_str(fault).map_err(|error| PyValueError::new_err(error.to_string()))?;
        self.running(|_| ())?;
        if let FaultKind::TooManyRequests { retry_after } | FaultKind::ServiceUnavailable { retry_after } = &fault.kind
        {
            if let Some(RetryAfter::DateInSeconds(seconds)) = retry_after {
                self.within_reach(seconds.saturating_mul(1_000))?;
            }
        }
        Ok(self.control.add_fault(fault))
    }

    /// The faults with their counters, as JSON.
    fn faults(&self) -> PyResult<String> {
        self.read(|control| serde_json::to_value(control.faults()))
    }

    /// Removes a fault; false if there is none of this number.
    fn remove_fault(&self, id: u64) -> PyResult<bool> {
        self.owned()?;
        Ok(self.control.remove_fault(id))
    }

    /// Removes all faults.
    fn clear_faults(&self) -> PyResult<()> {
        self.owned()?;
        self.control.clear_faults();
        Ok(())
    }

    /// The requests with a greater number, as JSON.
    fn journal(&self, py: Python<'_>, after: u64) -> PyResult<String> {
        py.detach(|| self.read(|control| serde_json::to_value(control.journal_after(after))))
    }

    /// Forgets the requests.
    fn clear_journal(&self) -> PyResult<()> {
        self.owned()?;
        self.control.clear_journal();
        Ok(())
    }

    /// What would have been sent, as JSON.
    fn mail(&self) -> PyResult<String> {
        self.read(|control| serde_json::to_value(control.mail()))
    }

    /// The outcome in force of one rule; none without such a rule.
    fn outcome(&self, rule: &str) -> PyResult<Option<&'static str>> {
        self.owned()?;
        Ok(self.control.rules().into_iter().find(|setting| setting.rule.name == rule).map(|setting| setting.outcome))
    }

    /// Chooses the outcome of a rule.
    fn set_rule(&self, rule: &str, outcome: &str) -> PyResult<()> {
        self.running(|_| ())?;
        self.control.set_rule(rule, outcome).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// The emulator's time, in milliseconds since 1970.
    fn now(&self) -> PyResult<u64> {
        self.owned()?;
        Ok(milliseconds(self.control.now()))
    }

    /// Moves the clock forward.
    fn advance(&self, milliseconds: u64) -> PyResult<()> {
        self.running(|_| ())?;
        self.within_reach(milliseconds)?;
        self.control.advance(Duration::from_millis(milliseconds));
        Ok(())
    }

    /// Moves the clock to a time, in milliseconds since 1970.
    fn set_time(&self, milliseconds: u64) -> PyResult<()> {
        self.running(|_| ())?;
        self.control.set_time(system_time(milliseconds)?);
        Ok(())
    }

    /// A sign-in to a product's user interface: whether it succeeds; none without such a user.
    fn sign_in(&self, product: &str, username: &str, password: &str) -> PyResult<Option<bool>> {
        self.running(|_| ())?;
        Ok(self.control.sign_in(product, username, password))
    }

    /// The API key of a user of Identity Exposure; none without such a user.
    fn identity_exposure_key(&self, user: u64) -> PyResult<Option<String>> {
        self.running(|running| running.identity_exposure_core().api_key_of(user))
    }

    /// The API key of a user of Security Center, made if there is none; none without such a user.
    fn security_center_keys(&self, organization: u64, user: u64) -> PyResult<Option<(String, String)>> {
        let keys = self.running(|running| {
            let core = running.security_center_core();
            core.api_key(organization, user)
                .map_or_else(|| core.generate_api_key(organization, user), |keys| Ok(Some(keys)))
        })?;
        let keys = keys.map_err(|error| refusal(&error))?;
        Ok(keys.map(|keys| (keys.access_key, keys.secret_key)))
    }

    /// The API keys of a user of Vulnerability Management, made if there are none; none without such a user.
    fn vulnerability_management_keys(&self, user: u64) -> PyResult<Option<(String, String)>> {
        let keys = self.running(|running| running.vulnerability_management_core().api_keys_of(user))?;
        Ok(keys.map(|keys| (keys.access_key, keys.secret_key)))
    }

    /// A certificate for a client of Security Center: certificate and private key as PEM, and the fingerprint.
    fn client_certificate(&self, common_name: &str) -> PyResult<(String, String, String)> {
        let issued = self.running(|running| running.security_center_core().issue_client_certificate(common_name))?;
        let issued = issued.map_err(|error| refusal(&error))?;
        Ok((issued.certificate_pem, issued.private_key_pem, issued.fingerprint))
    }

    /// Everything that the products remember, as JSON.
    fn state(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| self.read(|control| Ok(control.state())))
    }

    /// Back to the start.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.running(|_| ())?;
        py.detach(|| self.control.reset()).map_err(|error| refusal(&error))
    }
}

impl Server {
    fn started(result: Result<RunningEmulator, tenable_emulator::EmulatorError>) -> PyResult<Self> {
        let not_started = |error| EmulatorError::new_err(format!("the emulator did not start: {error}"));
        let running = result.map_err(not_started)?;
        let control = running.control().clone();
        Ok(Self { running: Mutex::new(Some(running)), control, process: std::process::id() })
    }

    fn lock(&self) -> MutexGuard<'_, Option<RunningEmulator>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The emulator, for its end; none where it has ended, and in a fork, whose parent still serves.
    fn take(&self) -> Option<RunningEmulator> {
        if self.inherited() { None } else { self.lock().take() }
    }

    /// Refuses in a fork: it has none of the threads that serve, and somebody may have held a lock when it was made.
    fn owned(&self) -> PyResult<()> {
        if self.inherited() {
            return Err(EmulatorError::new_err(
                "the emulator serves in the process that this one was forked from; steer it there, and give this one its environment()",
            ));
        }
        Ok(())
    }

    /// Reads what remains readable when the emulator has ended.
    fn read(&self, read: impl FnOnce(&Control) -> serde_json::Result<Value>) -> PyResult<String> {
        self.owned()?;
        read(&self.control).map(|value| value.to_string()).map_err(failed)
    }

    /// Does something with the emulator, if it still runs.
    fn running<T>(&self, act: impl FnOnce(&RunningEmulator) -> T) -> PyResult<T> {
        self.owned()?;
        self.lock().as_ref().map(act).ok_or_else(|| EmulatorError::new_err("the emulator is closed"))
    }

    /// Refuses what leads to a time that cannot be written.
    fn within_reach(&self, by: u64) -> PyResult<()> {
        match milliseconds(self.control.now()).checked_add(by) {
            Some(then) if then <= LATEST => Ok(()),
            _ => Err(PyValueError::new_err("the time would be after the year 9999")),
        }
    }
}

impl Drop for Server {
    /// In a fork, nothing is given back: files and locks are the parent's.
    fn drop(&mut self) {
        if self.inherited() {
            let slot = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::forget(slot.take());
        }
    }
}

fn failed(error: impl std::error::Error) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

/// The rules of all products, as JSON.
#[pyfunction]
fn rules() -> PyResult<String> {
    let rules: Vec<_> = tenable_emulator::rules().collect();
    serde_json::to_string(&rules).map_err(failed)
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn system_time(milliseconds: u64) -> PyResult<SystemTime> {
    if milliseconds > LATEST {
        return Err(PyValueError::new_err("the time is after the year 9999"));
    }
    Ok(UNIX_EPOCH + Duration::from_millis(milliseconds))
}

fn refusal(error: &dyn std::error::Error) -> PyErr {
    EmulatorError::new_err(error.to_string())
}
