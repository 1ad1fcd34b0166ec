//! Tasks over people, products and tenants of Tenable.
//!
//! What an administrator wants to say is not "PATCH /user/7". Every task here is the same four steps: *read* what is there, compute a
//! [plan](plan::Plan) of typed changes, *apply* it with a [journal](Journal), and *verify* by reading back.
//!
//! | What | Where |
//! | --- | --- |
//! | the tenants | [`Directory`], [`Tenant`] |
//! | what is there | [`Present`], [`Snapshot`] |
//! | what should be there | [`wish`] |
//! | what would be done | [`plan`] |
//! | what became of it | [`Report`], [`Outcome`] |

mod aliases;
mod apply;
mod clock;
mod directory;
mod failure;
mod journal;
mod observer;
mod outcome;
mod passwords;
pub mod plan;
mod planner;
mod present;
mod problem;
mod scope;
mod strength;
mod suggest;
mod tenant;
pub mod wish;

pub use aliases::Aliases;
pub use apply::Apply;
pub use clock::Clock;
pub use directory::{Directory, Limits};
pub use failure::Failure;
pub use journal::{Earlier, Journal};
pub use observer::{Event, Observer, Stop};
pub use outcome::{Ended, Outcome, Report};
pub use passwords::{GivenPasswords, Passwords, RandomPasswords};
pub use present::{Present, Reading, Snapshot, Unread};
pub use problem::{Place, Problem, Problems};
pub use scope::{Removals, Scope, Unlisted};
pub use tenant::Tenant;
