#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(feature = "hyper", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "hyper"), doc = "HTTP for the Tenable SDK, behind one trait; here without a network.")]

mod authorize;
mod call;
mod classify;
#[cfg(any(test, feature = "test-util"))]
mod doubles;
mod error;
mod layers;
#[cfg(feature = "hyper")]
mod network;
mod origin;
mod retry_after;
mod stack;
mod time;
mod transport;

pub use authorize::{Authorize, NoAuthorization};
pub use call::{CallContext, CallReport, Idempotency};
pub use classify::{Classify, ClassifyByStatus, Outcome};
#[cfg(any(test, feature = "test-util"))]
pub use doubles::{CaptureTransport, NeverTransport, PinnedTime, ReplayTransport};
pub use error::{TransportError, TransportErrorKind};
#[cfg(feature = "hyper")]
pub use network::{BuildError, HyperTransport, HyperTransportBuilder, ProxySettings, TlsSettings};
pub use origin::Origin;
pub use retry_after::retry_after;
pub use stack::{RateLimit, RetrySettings, StackSettings, stack};
pub use time::{FullJitter, Jitter, NoJitter, Time, TokioTime};
#[cfg(any(test, feature = "test-util"))]
pub use transport::MockTransport;
pub use transport::{SharedTransport, Transport};
