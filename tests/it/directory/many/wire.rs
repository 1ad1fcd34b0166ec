//! Emulated tenants behind a wire that takes time and notes what is on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_directory::Tenant;
use tenable_emulator::faults::Fault;
use tenable_emulator::identity_exposure as emulated_exposure;
use tenable_emulator::security_center as emulated_center;
use tenable_emulator::vulnerability_management as emulated_management;
use tenable_model::Product;
use tenable_tests::CoreTransport;
use tenable_transport::{SharedTransport, Transport, TransportError, TransportErrorKind};

/// What is on the wire of all tenants, and what was at most.
#[derive(Clone, Debug, Default)]
pub(super) struct Wire(Arc<Mutex<Traffic>>);

#[derive(Debug, Default)]
struct Traffic {
    /// Requests under way, by tenant.
    now: BTreeMap<String, usize>,
    most_tenants: usize,
    most_requests: BTreeMap<String, usize>,
    /// Whose accounts are being changed.
    people: BTreeSet<(String, String)>,
    overlaps: Vec<String>,
}

impl Wire {
    /// How many tenants were asked something at once, at most.
    pub(super) fn most_tenants(&self) -> usize {
        self.0.lock().unwrap().most_tenants
    }

    /// How many requests to this tenant were under way at once, at most.
    pub(super) fn most_requests(&self, tenant: &str) -> usize {
        self.0.lock().unwrap().most_requests[tenant]
    }

    /// Writes to one person of which one began before the other had ended.
    pub(super) fn overlaps(&self) -> Vec<String> {
        self.0.lock().unwrap().overlaps.clone()
    }

    fn begin(&self, tenant: &str, people: &[String]) {
        let traffic = &mut *self.0.lock().unwrap();
        let now = traffic.now.entry(tenant.to_owned()).or_default();
        *now += 1;
        let most = traffic.most_requests.entry(tenant.to_owned()).or_default();
        *most = (*most).max(*now);
        traffic.most_tenants = traffic.most_tenants.max(traffic.now.len());
        for person in people {
            if !traffic.people.insert((tenant.to_owned(), person.clone())) {
                traffic.overlaps.push(format!("{tenant}: {person}"));
            }
        }
    }

    fn end(&self, tenant: &str, people: &[String]) {
        let traffic = &mut *self.0.lock().unwrap();
        let now = traffic.now.get_mut(tenant).unwrap();
        *now -= 1;
        if *now == 0 {
            traffic.now.remove(tenant);
        }
        for person in people {
            traffic.people.remove(&(tenant.to_owned(), person.clone()));
        }
    }
}

/// Whose accounts a request changes: by what stands after the users in its path, or by the names in its body.
fn people(request: &Request<Bytes>) -> Vec<String> {
    if request.method() == Method::GET {
        return Vec::new();
    }
    let parts: Vec<&str> = request.uri().path().split('/').collect();
    let users = parts.iter().rposition(|part| ["users", "user"].contains(part));
    let Some(users) = users else { return Vec::new() };
    if let Some(id) = parts.get(users + 1) {
        return vec![(*id).to_owned()];
    }
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let bodies = match body {
        Value::Array(bodies) => bodies,
        body => vec![body],
    };
    bodies.iter().map(|body| body.get("username").or(body.get("email")).unwrap().to_string()).collect()
}

/// A transport that takes time, and is watched.
#[derive(Debug)]
struct Slow<T> {
    inner: T,
    tenant: String,
    wire: Wire,
    latency: Duration,
}

#[async_trait]
impl<T: Transport> Transport for Slow<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let people = people(&request);
        self.wire.begin(&self.tenant, &people);
        tokio::time::sleep(self.latency).await;
        let result = self.inner.send(request).await;
        self.wire.end(&self.tenant, &people);
        result
    }
}

/// No server listens.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Transport for Nowhere {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Connect))
    }
}

/// What is wrong with a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    WrongKey,
    Broken,
    NoConnection,
    NoClient,
}

impl Trouble {
    /// What whoever reads the failure has to find in it.
    pub(super) fn sign(self, product: Product) -> &'static str {
        match (self, product) {
            (Self::WrongKey, Product::SecurityCenter) => "API key",
            (Self::WrongKey, _) => "401",
            (Self::Broken, _) => "500",
            (Self::NoConnection, _) => "connect",
            (Self::NoClient, _) => "the profile has no key",
        }
    }
}

#[derive(Debug)]
enum Core {
    Exposure(CoreTransport<emulated_exposure::IdentityExposure>),
    Center(CoreTransport<emulated_center::SecurityCenter>),
    Management(CoreTransport<emulated_management::VulnerabilityManagement>),
}

/// An emulated tenant.
#[derive(Debug)]
pub(super) struct Site {
    number: usize,
    core: Core,
}

impl Site {
    /// Of the three products in turn.
    pub(super) fn new(number: usize) -> Self {
        let core = match number % 3 {
            0 => Core::Exposure(CoreTransport::with_rules(&[])),
            1 => Core::Center(CoreTransport::security_center(&[])),
            _ => Core::Management(CoreTransport::vulnerability_management(&[])),
        };
        Self { number, core }
    }

    pub(super) fn name(&self) -> String {
        format!("tenant-{:03}", self.number)
    }

    pub(super) fn product(&self) -> Product {
        match self.core {
            Core::Exposure(_) => Product::IdentityExposure,
            Core::Center(_) => Product::SecurityCenter,
            Core::Management(_) => Product::VulnerabilityManagement,
        }
    }

    pub(super) fn fault(&self, fault: Fault) {
        match &self.core {
            Core::Exposure(product) => product.core.add_fault(fault),
            Core::Center(product) => product.core.add_fault(fault),
            Core::Management(product) => product.core.add_fault(fault),
        };
    }

    pub(super) fn tenant(&self, wire: &Wire, latency: Duration) -> Tenant {
        let inner = match &self.core {
            Core::Exposure(product) => SharedTransport::new(product.clone()),
            Core::Center(product) => SharedTransport::new(product.clone()),
            Core::Management(product) => SharedTransport::new(product.clone()),
        };
        self.through(inner, wire, latency, false)
    }

    pub(super) fn tenant_in_trouble(&self, wire: &Wire, latency: Duration, trouble: Trouble) -> Tenant {
        match trouble {
            Trouble::NoConnection => self.through(SharedTransport::new(Nowhere), wire, latency, false),
            Trouble::Broken => {
                self.fault(Fault::internal_server_error().always());
                self.tenant(wire, latency)
            }
            _ => match &self.core {
                Core::Exposure(product) => self.through(SharedTransport::new(product.clone()), wire, latency, true),
                Core::Center(product) => self.through(SharedTransport::new(product.clone()), wire, latency, true),
                Core::Management(product) => self.through(SharedTransport::new(product.clone()), wire, latency, true),
            },
        }
    }

    fn through(&self, inner: SharedTransport, wire: &Wire, latency: Duration, wrong_key: bool) -> Tenant {
        let slow = Slow { inner, tenant: self.name(), wire: wire.clone(), latency };
        let transport = SharedTransport::new(slow);
        let wrong = || "0".repeat(32);
        match &self.core {
            Core::Exposure(product) => {
                let key = if wrong_key { wrong() } else { product.core.api_key() };
                let tie = IdentityExposure::builder().url("https://tie.example.com").api_key(key);
                Tenant::new(self.name(), tie.transport(transport).build().unwrap())
            }
            Core::Center(product) => {
                let key = product.core.api_key(1, 1).unwrap();
                let secret = if wrong_key { wrong() } else { key.secret_key };
                let sc = product.builder().api_key(key.access_key, secret).transport(transport);
                Tenant::new(self.name(), sc.build().unwrap())
            }
            Core::Management(product) => {
                let keys = product.core.api_keys();
                let secret = if wrong_key { wrong() } else { keys.secret_key };
                let vm = product.builder().api_key(keys.access_key, secret).transport(transport);
                Tenant::new(self.name(), vm.build().unwrap())
            }
        }
    }
}
