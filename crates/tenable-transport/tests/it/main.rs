//! The transport against servers that listen on a socket: what the wire can do to it.

// Either feature brings the network with it.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod cut_off;
mod pool;
mod proxy;
mod server;
mod tls;
mod wire;
