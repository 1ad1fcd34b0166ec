use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};

use crate::{Transport, TransportError};

/// Answers every request the same, and hands out the requests. Clones share what they captured.
///
/// # Examples
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tenable_transport::{CaptureTransport, Transport};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let capture = CaptureTransport::new(Response::new(Bytes::from_static(b"{}")));
/// capture.clone().send(Request::delete("https://acme.example/api/users/7").body(Bytes::new())?).await?;
/// assert_eq!(capture.requests()[0].uri().path(), "/api/users/7");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CaptureTransport {
    response: Response<Bytes>,
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl CaptureTransport {
    /// Answers every request with a clone of `response`.
    pub fn new(response: Response<Bytes>) -> Self {
        Self { response, requests: Arc::default() }
    }

    /// The requests so far, oldest first.
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait::async_trait]
impl Transport for CaptureTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        Ok(self.response.clone())
    }
}
