use bytes::Bytes;
use http::{Request, Response};

use crate::{Transport, TransportError};

/// Never answers, to test timeouts and cancellation.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use tenable_transport::{NeverTransport, Transport};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let call = NeverTransport.send(http::Request::new(Bytes::new()));
/// assert!(tokio::time::timeout(Duration::from_secs(3600), call).await.is_err());
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct NeverTransport;

#[async_trait::async_trait]
impl Transport for NeverTransport {
    async fn send(&self, _request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        std::future::pending().await
    }
}
