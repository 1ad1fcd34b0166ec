//! The layers of a stack, one per file, each a handler that owns the one below it.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Request, Response};

use crate::{CallContext, Outcome, SharedTransport, Time, Transport, TransportError, retry_after};
use progress::Progress;

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

/// What the layers share that one call goes through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// As it was given: what goes to the network is a copy of it with credentials.
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) context: &'a CallContext,
    pub(crate) progress: &'a Progress,
}

/// An answer to a call, and what it means for sending again.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
    pub(crate) outcome: Outcome,
}

impl Answer {
    /// How long the server asks to wait. The clock is read only where it does.
    pub(crate) fn retry_after(&self, time: &dyn Time) -> Option<Duration> {
        let headers = self.response.headers();
        headers.contains_key(RETRY_AFTER).then(|| retry_after(headers, time.unix_time())).flatten()
    }
}

/// A layer that calls go through.
///
/// Futures of layers have a type, so that those of a call become one, with one allocation.
pub(crate) trait CallHandler: Debug + Send + Sync {
    fn call(&self, call: Call<'_>) -> impl Future<Output = Result<Answer, TransportError>> + Send;
}

/// A layer that all goes through that is sent, sign-ins included.
pub(crate) trait RequestHandler: Debug + Send + Sync {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send;
}

impl RequestHandler for SharedTransport {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        Transport::send(self, request)
    }
}
