//! Whether a request got as far as a connection.

use http::Request;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};

use crate::layers::progress::Progress;

/// Tells the layers above, when the request has ended or was dropped, whether it was ever given to a connection.
///
/// The client notes the connection, new or pooled, just before it gives the request to it. Without that note nothing
/// of the request can have left; with it, nobody knows.
pub(super) struct Sent {
    progress: Progress,
    connection: CaptureConnection,
}

impl Sent {
    /// Watches `request`, which must go to the client as it is.
    pub(super) fn watch<B>(request: &mut Request<B>) -> Self {
        Self { progress: Progress::of(request), connection: capture_connection(request) }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.progress.tell_sent(self.connection.connection_metadata().is_some());
    }
}
