//! Tasks over people, products and tenants of Tenable.
//!
//! What an administrator wants to say is not "PATCH /user/7". Every task here is the same four steps: *read* what is there, compute a
//! [plan](plan::Plan) of typed changes, *apply* it with a [journal](Journal), and *verify* by reading back.
//!
//! ```
//! use tenable_api::vulnerability_management::VulnerabilityManagement;
//! use tenable_directory::{Apply, Directory, PeopleFile, Stop, Tenant};
//!
//! let file = PeopleFile::parse(
//!     "version: 1\npeople:\n- {name: Ann Lee, email: ann@example.com, accounts: {cloud: {role: Standard}}}\n",
//!     None,
//! )?;
//! let cloud = VulnerabilityManagement::builder().api_key("0123abcd", "4567efab").build()?;
//! let directory = Directory::new([Tenant::new("cloud", cloud)])?;
//! file.check_tenants(["cloud"])?;
//!
//! let work = async {
//!     let planned = directory.plan(|snapshot| file.wish(snapshot), &(), &Stop::default()).await;
//!     let plan = planned.into_plan()?; // what is to be done, or why it must not be
//!     println!("{plan}");
//!     directory.apply(&plan, &Apply::new()).await
//! };
//! # drop(work);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | What | Where |
//! | --- | --- |
//! | the tenants | [`Directory`], [`Tenant`] |
//! | what is there | [`Present`], [`Snapshot`] |
//! | what should be there | [`wish`]; as a file, [`PeopleFile`]; as rows, [`import`]; one thing, [`Ensure`] |
//! | what would be done | [`plan`] |
//! | what became of it | [`Report`], [`Outcome`] |
//! | somebody leaves | [`Offboarding`], with the [record](OffboardingRecord) that it holds |
//! | who somebody is | [`Whois`] |
//! | who can do what | [`review`] |

mod aliases;
mod apply;
mod clock;
mod companion;
mod directory;
mod ensure;
mod failure;
mod file;
pub mod import;
mod journal;
mod observer;
mod offboard;
mod outcome;
mod passwords;
pub mod plan;
mod planner;
mod present;
mod problem;
pub mod review;
mod scope;
mod strength;
mod suggest;
mod tenant;
mod whois;
pub mod wish;

pub use aliases::Aliases;
pub use apply::Apply;
pub use clock::Clock;
pub use directory::{Directory, Limits};
pub use ensure::{Ensure, EnsureResult, EnsureRole, EnsureUser, Ensured};
pub use failure::Failure;
pub use file::{PEOPLE_SCHEMA, PeopleFile, export};
pub use journal::{Earlier, Journal};
pub use observer::{Event, Observer, Stop};
pub use offboard::{
    AccountRecord, Accounts, After, Asker, Departure, NotDone, Offboarding, OffboardingRecord, PlannedOffboarding,
    StepRecord, TenantRecord, Verdict,
};
pub use outcome::{Ended, Outcome, Report};
pub use passwords::{GivenPasswords, Passwords, RandomPasswords};
pub use present::{Present, Reading, Snapshot, Unread};
pub use problem::{Place, Problem, Problems};
pub use review::{Review, ReviewOptions};
pub use scope::{Removals, Scope, Unlisted};
pub use tenant::Tenant;
pub use whois::{Account, AccountName, Conflict, SignInWays, TenantAccounts, Whois};
