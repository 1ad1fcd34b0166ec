//! What a caller must see after each fault, by what the fault means and by when the operation may be repeated. Kept by hand, from the
//! rules of the project on repeating and on errors, and from the exit codes that the command line promises.

use tenable_api::{Effect, Error, ErrorKind};
use tenable_transport::Idempotency;

use super::fault::Means;
use super::subjects::Subject;

/// What must come out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Expected {
    Success,
    Error(Verdict),
    SuccessOr(Verdict),
}

/// What an error must say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) kind: ErrorKind,
    pub(super) effect: Effect,
    pub(super) outcome_unknown: bool,
    pub(super) retryable: bool,
    /// Of the command line.
    pub(super) exit: u8,
}

const fn verdict(kind: ErrorKind, effect: Effect, retryable: bool, exit: u8) -> Expected {
    Expected::Error(Verdict { kind, effect, outcome_unknown: matches!(effect, Effect::Unknown), retryable, exit })
}

/// Whether a call that met this may be sent again by the client.
pub(super) fn is_sent_again(means: Means, idempotency: Idempotency) -> bool {
    match means {
        Means::Unsent => true,
        Means::Lost(_) => {
            matches!(idempotency, Idempotency::Read | Idempotency::Idempotent | Idempotency::Removal)
        }
        Means::Throttled => idempotency != Idempotency::Never,
        _ => false,
    }
}

/// Operations that give nothing, and look at no more of an answer than whether it is one.
const GIVE_NOTHING: &[&str] = &[
    "identity_exposure users.delete",
    "identity_exposure users.create_password",
    "identity_exposure users.retrieve_password",
    "identity_exposure users.change_password",
    "identity_exposure roles.delete",
    "identity_exposure lockout_policy.update",
    "security_center users.delete",
    "security_center security_managers.delete",
    "security_center roles.delete",
    "security_center groups.delete",
    "security_center current_user.associate_certificate",
    "security_center current_user.delete_preference",
    "security_center current_user.switch",
    "security_center organizations.delete",
    "security_center token.delete",
];

/// What comes out when it happens each time, or once to a call that is not sent again. `commits`: the server has acted before.
#[expect(clippy::match_same_arms, reason = "a table, in the order of what faults mean")]
pub(super) fn expected(means: Means, subject: &Subject, commits: bool) -> Expected {
    let reads = subject.operation.meta().idempotency == Idempotency::Read;
    match (subject.name().as_str(), means) {
        // The role is read back, which tells more than an answer that cannot be read.
        ("vulnerability_management users.update_role", Means::Garbled | Means::Marred | Means::Doubtful) => {
            return if commits { Expected::Success } else { verdict(ErrorKind::NotApplied, Effect::Unknown, false, 4) };
        }
        // Security Center answers 403 to nearly everything; of a sign-in that it refuses, the credentials are what is wrong.
        ("security_center token.create", Means::Refused(kind)) if kind != ErrorKind::Redirected => {
            return verdict(ErrorKind::Unauthenticated, Effect::NotApplied, false, 1);
        }
        (name, Means::Marred) if GIVE_NOTHING.contains(&name) => return Expected::Success,
        _ => {}
    }
    let unusable = if reads { Effect::NotApplied } else { Effect::Applied };
    match means {
        Means::Usable | Means::Harmless | Means::Reworded => Expected::Success,
        Means::Lacking => match verdict(ErrorKind::Unreadable, unusable, false, if reads { 3 } else { 5 }) {
            Expected::Error(verdict) => Expected::SuccessOr(verdict),
            other => other,
        },
        Means::Unsent => verdict(ErrorKind::Connect, Effect::NotSent, true, 3),
        Means::Untrusted => verdict(ErrorKind::Tls, Effect::NotSent, false, 3),
        Means::Throttled => verdict(ErrorKind::RateLimited, Effect::NotApplied, true, 1),
        Means::Refused(ErrorKind::Redirected) => verdict(ErrorKind::Redirected, Effect::NotApplied, false, 3),
        Means::Refused(kind) => verdict(kind, Effect::NotApplied, false, 1),
        Means::Lost(kind) if reads => verdict(kind, Effect::NotApplied, true, 3),
        Means::Lost(kind) => verdict(kind, Effect::Unknown, false, 4),
        Means::Failed(ErrorKind::Server) if reads => verdict(ErrorKind::Server, Effect::NotApplied, true, 1),
        // The server's own word is no refusal to be reached.
        Means::Failed(kind) if reads => verdict(kind, Effect::NotApplied, false, 3),
        Means::Failed(kind) => verdict(kind, Effect::Unknown, false, 4),
        Means::Doubtful | Means::Garbled | Means::Marred if reads => {
            verdict(ErrorKind::Unreadable, Effect::NotApplied, false, 3)
        }
        Means::Doubtful => verdict(ErrorKind::Unreadable, Effect::Unknown, false, 4),
        Means::Garbled | Means::Marred => verdict(ErrorKind::Unreadable, Effect::Applied, false, 5),
    }
}

/// What an error says. The exit code is not in the library: [`exit`] has the promise of the command line.
pub(super) fn of(error: &Error) -> Verdict {
    Verdict {
        kind: error.kind(),
        effect: error.effect(),
        outcome_unknown: error.outcome_unknown(),
        retryable: error.is_retryable(),
        exit: 0,
    }
}
