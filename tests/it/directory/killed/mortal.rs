//! A program that dies at some request.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_directory::{Directory, Tenant};
use tenable_tests::{Core, CoreTransport};
use tenable_transport::{SharedTransport, Transport, TransportError, TransportErrorKind};
use tokio::sync::Notify;

use super::World;

/// When the program dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    Never,
    /// Before this request gets out.
    BeforeRequest(usize),
    /// After the server has made this change, and before its answer gets in.
    AfterWrite(usize),
    /// Not at all, but this write fails so many times, whether it arrives or not.
    Cut {
        write: usize,
        arrives: bool,
        times: usize,
    },
}

/// Lets requests pass until the program dies.
#[derive(Debug)]
pub(super) struct Fuse {
    death: Death,
    passed: Mutex<Passed>,
    pub(super) blown: Notify,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Passed {
    pub(super) requests: usize,
    /// The places of the writes among the requests.
    pub(super) writes: Vec<usize>,
    is_dead: bool,
    /// What is cut off, and how often it was.
    pub(super) cut: Option<(String, usize)>,
}

/// What becomes of a request.
enum Fate {
    Answered,
    Lost,
    /// The program died with it, and whether the server got it.
    Last(bool),
    /// The connection broke, and whether the server got it.
    Cut(bool),
}

impl Fuse {
    pub(super) fn new(death: Death) -> Arc<Self> {
        Arc::new(Self { death, passed: Mutex::default(), blown: Notify::new() })
    }

    pub(super) fn passed(&self) -> Passed {
        self.passed.lock().unwrap().clone()
    }

    fn pass(&self, request: &Request<Bytes>) -> Fate {
        let is_write = request.method() != Method::GET;
        let mut passed = self.passed.lock().unwrap();
        if passed.is_dead {
            return Fate::Lost;
        }
        if let Death::Cut { write, arrives, times } = self.death {
            let line = identity(request);
            if passed.cut.is_none() && is_write && passed.writes.len() == write {
                passed.cut = Some((line.clone(), 0));
            }
            if let Some((_, count)) = passed.cut.as_mut().filter(|(cut, count)| *cut == line && *count < times) {
                *count += 1;
                return Fate::Cut(arrives);
            }
        }
        let arrives = match self.death {
            Death::BeforeRequest(at) if at == passed.requests => Some(false),
            Death::AfterWrite(at) if is_write && at == passed.writes.len() => Some(true),
            _ => None,
        };
        if is_write {
            let place = passed.requests;
            passed.writes.push(place);
        }
        passed.requests += 1;
        passed.is_dead = arrives.is_some();
        arrives.map_or(Fate::Answered, Fate::Last)
    }
}

/// What a request is, whatever password it gives.
fn identity(request: &Request<Bytes>) -> String {
    let mut body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let objects = body.as_array_mut().map_or(&mut [][..], Vec::as_mut_slice);
    for object in objects.iter_mut().filter_map(Value::as_object_mut) {
        object.remove("password");
    }
    if let Some(object) = body.as_object_mut() {
        object.remove("password");
    }
    format!("{} {} {body}", request.method(), request.uri())
}

/// An emulated product as a program sees it that dies at some request.
#[derive(Debug)]
struct Mortal<C> {
    product: CoreTransport<C>,
    fuse: Arc<Fuse>,
}

#[async_trait]
impl<C: Core> Transport for Mortal<C> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        match self.fuse.pass(&request) {
            Fate::Answered => return self.product.send(request).await,
            Fate::Last(arrives) => {
                if arrives {
                    drop(self.product.send(request).await);
                }
                self.fuse.blown.notify_one();
            }
            Fate::Cut(arrives) => {
                if arrives {
                    drop(self.product.send(request).await);
                }
                return Err(TransportError::new(TransportErrorKind::Interrupted));
            }
            Fate::Lost => {}
        }
        std::future::pending().await
    }
}

pub(super) fn mortal(world: &World, tenant: &str, fuse: &Arc<Fuse>) -> Directory {
    fn through<C: Core>(product: &CoreTransport<C>, fuse: &Arc<Fuse>) -> SharedTransport {
        SharedTransport::new(Mortal { product: product.clone(), fuse: fuse.clone() })
    }
    let tenant = match tenant {
        "ie" => {
            let tie = IdentityExposure::builder().url("https://tie.example.com").api_key(world.ie.core.api_key());
            Tenant::new(tenant, tie.transport(through(&world.ie, fuse)).build().unwrap())
        }
        "sc" => {
            let key = world.sc.core.api_key(1, 1).unwrap();
            let sc = world.sc.builder().api_key(key.access_key, key.secret_key);
            Tenant::new(tenant, sc.transport(through(&world.sc, fuse)).build().unwrap())
        }
        _ => {
            let key = world.vm.core.api_keys();
            let vm = world.vm.builder().api_key(key.access_key, key.secret_key);
            Tenant::new(tenant, vm.transport(through(&world.vm, fuse)).build().unwrap())
        }
    };
    Directory::new([tenant]).unwrap()
}
