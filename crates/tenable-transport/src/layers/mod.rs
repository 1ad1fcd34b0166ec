//! The layers of a stack, one per file, each a [`Transport`](crate::Transport) that owns the one below it.

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
