//! The layers of a stack, one per file, each a handler that owns the one below it.

use std::fmt::Debug;

use bytes::Bytes;
use http::{Request, Response};

use crate::{SharedTransport, Transport, TransportError};

pub(crate) mod attempt;
pub(crate) mod authorize;
pub(crate) mod call;
pub(crate) mod concurrency;
pub(crate) mod deadline;
pub(crate) mod guard;
pub(crate) mod limit;
pub(crate) mod progress;
pub(crate) mod retry;
pub(crate) mod timeout;

type Answer = Result<Response<Bytes>, TransportError>;

/// A layer that calls go through. They share one request: what goes to the network is a copy of it with credentials.
///
/// Futures of layers have a type, so that those of a call become one, with one allocation.
pub(crate) trait CallHandler: Debug + Send + Sync {
    fn call(&self, request: &Request<Bytes>) -> impl Future<Output = Answer> + Send;
}

/// A layer that all goes through that is sent, sign-ins included.
pub(crate) trait RequestHandler: Debug + Send + Sync {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Answer> + Send;
}

impl RequestHandler for SharedTransport {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Answer> + Send {
        Transport::send(self, request)
    }
}
