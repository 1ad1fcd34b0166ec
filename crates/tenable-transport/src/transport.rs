//! The one trait through which every byte goes.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use crate::TransportError;

/// Sends one HTTP request and gives back the whole response.
///
/// The contract, kept by every implementation of this crate and expected of any other:
///
/// * A response of any status is `Ok`, with one exception: a redirect that names a target is an error of kind
///   [`Redirect`](crate::TransportErrorKind::Redirect). Redirects are never followed.
/// * The body is complete, decompressed, and bounded in size.
/// * Headers, bodies, queries and filled-in paths are never logged.
/// * Dropping the future stops the call at the next await point and leaks nothing.
/// * `send` may be called concurrently, from any task.
/// * A request goes to the network at most once per `send`: sending again is for the layers of a
///   [`stack`](crate::stack()), which know when it is safe and what became of it.
/// * An error says by its [kind](crate::TransportErrorKind) whether the server may have acted.
///
/// Per-call data travels in the request's extensions as a [`CallContext`](crate::CallContext), so that a clone of the
/// request keeps it.
///
/// # Examples
///
/// A transport that answers from memory:
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tenable_transport::{SharedTransport, Transport, TransportError};
///
/// #[derive(Debug)]
/// struct Echo;
///
/// #[async_trait::async_trait]
/// impl Transport for Echo {
///     async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
///         Ok(Response::new(request.into_body()))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), TransportError> {
/// let transport = SharedTransport::new(Echo);
/// let response = transport.send(Request::new(Bytes::from_static(b"hello"))).await?;
/// assert_eq!(response.body(), "hello");
/// # Ok(())
/// # }
/// ```
#[cfg_attr(feature = "test-util", doc = include_str!("doubles/mock.md"))]
#[cfg_attr(any(test, feature = "test-util"), mockall::automock)]
#[async_trait::async_trait]
pub trait Transport: Debug + Send + Sync {
    /// Sends `request` and waits for the whole response.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
}

/// A shared handle to any [`Transport`]; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct SharedTransport(Arc<dyn Transport>);

impl SharedTransport {
    /// Shares `transport`.
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self(Arc::new(transport))
    }
}

impl From<Arc<dyn Transport>> for SharedTransport {
    fn from(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }
}

impl Transport for SharedTransport {
    // As the macro would write it, but without a box around the box.
    fn send<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        self.0.send(request)
    }
}
