//! Doubles for tests of code that uses a [`Transport`](crate::Transport).

mod capture;
mod never;
mod pinned_time;
mod replay;

pub use capture::CaptureTransport;
pub use never::NeverTransport;
pub use pinned_time::PinnedTime;
pub use replay::ReplayTransport;
