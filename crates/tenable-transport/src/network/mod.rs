//! The transport over the network.

mod body;
mod build_error;
mod connector;
mod failure;
mod pem;
mod pinned;
mod platform;
mod proxy;
mod redirect;
mod sent;
mod stream;
mod tls;
mod tls_text;
mod transport;

pub use build_error::BuildError;
pub use proxy::ProxySettings;
pub use tls::TlsSettings;
pub use transport::{HyperTransport, HyperTransportBuilder};
