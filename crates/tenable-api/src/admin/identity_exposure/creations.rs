//! Several users in one call.
//!
//! Whether a list with one bad user creates the others is not documented, nor does a refusal say which one is bad. So a call takes users
//! of whom nothing bad is known, and after a refusal the list of users is read before anybody is sent again.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use http::{Response, StatusCode};
use tenable_model::identity_exposure as model;
use tenable_model::shared::User;
use tenable_transport::{CallReport, TransportError};

use super::{names_of, roles_of};
use crate::admin::{Capable as _, NewUser, UserAdmin};
use crate::error::Refusal;
use crate::identity_exposure::{CreateUsers, IdentityExposure};
use crate::{Effect, Error, ErrorKind, Operation as _};

/// How many users one call creates at most. The product publishes no limit; this bounds what one lost answer leaves unknown.
pub(super) const PER_CALL: usize = 100;

type Row = (usize, Result<User, Error>);

/// What addresses are compared by: whether the product regards letter case is not documented.
fn normalized(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Those who may go together: without roles, which take a call of their own, without a known defect, and each address once.
fn candidates(tie: &IdentityExposure, users: &[NewUser]) -> Vec<usize> {
    let mut seen = HashSet::new();
    let fit = |user: &NewUser| roles_of(user).is_ok_and(|roles| roles.is_empty()) && tie.defects(user).is_empty();
    let rows = users.iter().enumerate().filter(|(_, user)| seen.insert(normalized(&user.user_name)) && fit(user));
    rows.map(|(row, _)| row).collect()
}

fn row_of(user: &NewUser) -> model::NewUser {
    let (name, surname) = names_of(user);
    let row = model::NewUser::new(name, &user.user_name, user.password.clone()).active(user.enabled);
    if surname.is_empty() { row } else { row.surname(surname) }
}

/// Creates users, and gives what came of each, in their order.
pub(super) async fn create_users(tie: &IdentityExposure, users: &[NewUser]) -> Vec<Result<User, Error>> {
    let mut results: Vec<Option<Result<User, Error>>> = users.iter().map(|_| None).collect();
    for (row, result) in create_in_calls(tie, users).await {
        results[row] = Some(result);
    }
    let mut all = Vec::with_capacity(users.len());
    for (user, result) in users.iter().zip(results) {
        all.push(match result {
            Some(result) => result,
            None => tie.create_user(user).await,
        });
    }
    all
}

/// Creates those who may go together. Who is not among the results has to be sent alone.
async fn create_in_calls(tie: &IdentityExposure, users: &[NewUser]) -> Vec<Row> {
    let mut rows = candidates(tie, users);
    if rows.len() < 2 {
        return Vec::new();
    }
    // Without this list a refused call could not be settled: who is there afterwards may have been there before.
    let Ok(before) = IdentityExposure::users(tie).list().send().await else { return Vec::new() };
    let taken: HashSet<String> = before.iter().map(|user| normalized(&user.email)).collect();
    rows.retain(|row| !taken.contains(&normalized(&users[*row].user_name)));
    let mut results = Vec::with_capacity(rows.len());
    for rows in rows.chunks(PER_CALL) {
        results.extend(create_together(tie, users, rows).await);
    }
    results
}

async fn create_together(tie: &IdentityExposure, users: &[NewUser], rows: &[usize]) -> Vec<Row> {
    let request = CreateUsers::new(rows.iter().map(|row| row_of(&users[*row])));
    match tie.client().execute(&request).await {
        Ok(created) => told(users, rows, created.value),
        // It may be one of them that is refused.
        Err(error)
            if error.effect() == Effect::NotApplied
                && matches!(error.kind(), ErrorKind::Refused | ErrorKind::Conflict) =>
        {
            settle(tie, users, rows, &error).await
        }
        Err(error) => rows.iter().map(|row| (*row, Err(again(&error)))).collect(),
    }
}

fn by_email(users: Vec<model::User>) -> HashMap<String, model::User> {
    users.into_iter().map(|user| (normalized(&user.email), user)).collect()
}

/// Who is who in the answer goes by the address: that it keeps the order is not documented.
fn told(users: &[NewUser], rows: &[usize], created: Vec<model::User>) -> Vec<Row> {
    let mut created = by_email(created);
    let missing = "the answer to the creation of several users does not hold this one";
    let result = |row: &usize| {
        let user = created.remove(&normalized(&users[*row].user_name)).map(User::from);
        (*row, user.ok_or_else(|| Error::not_applied(CreateUsers::META, missing)))
    };
    rows.iter().map(result).collect()
}

/// After a refusal: who is there now was created all the same, for nobody of this address was there before. The others are sent alone, and
/// have a refusal of their own.
async fn settle(tie: &IdentityExposure, users: &[NewUser], rows: &[usize], refusal: &Error) -> Vec<Row> {
    let Ok(after) = IdentityExposure::users(tie).list().send().await else {
        return rows.iter().map(|row| (*row, Err(in_doubt(refusal)))).collect();
    };
    let mut after = by_email(after);
    let mut results = Vec::with_capacity(rows.len());
    for row in rows {
        let user = &users[*row];
        let there = after.remove(&normalized(&user.user_name)).filter(|there| is_as_asked(there, user));
        let result = match there {
            Some(there) => Ok(there.into()),
            None => tie.create_user(user).await,
        };
        results.push((*row, result));
    }
    results
}

/// Whether it can be what was asked for, and not what somebody else created meanwhile.
fn is_as_asked(there: &model::User, user: &NewUser) -> bool {
    let (name, surname) = names_of(user);
    there.name == name && there.surname.as_deref().unwrap_or_default() == surname && there.active == Some(user.enabled)
}

/// The same failure for one more user of the call: an error is not cloned, as what stands below it can be anything.
fn again(error: &Error) -> Error {
    repeated(error, error.effect())
}

/// A refusal of several of whom it is not known which were created.
fn in_doubt(refusal: &Error) -> Error {
    repeated(refusal, Effect::Unknown)
}

fn repeated(error: &Error, effect: Effect) -> Error {
    let below = std::error::Error::source(error).and_then(|source| source.downcast_ref::<TransportError>());
    if let (Some(below), None) = (below, error.status()) {
        let mut same = TransportError::new(below.kind())
            .with_outcome_unknown(effect == Effect::Unknown)
            .with_attempts(below.attempts(), below.elapsed());
        if let Some(wait) = below.retry_after() {
            same = same.with_retry_after(wait);
        }
        if let Some(cause) = std::error::Error::source(below) {
            same = same.with_source(cause.to_string());
        }
        return Error::transport(Some(CreateUsers::META), same);
    }
    if effect == Effect::NotSent {
        return Error::invalid_input(CreateUsers::META, error.message().unwrap_or_default());
    }
    let mut report = CallReport::new(error.attempts(), error.elapsed());
    report.outcome_unknown = effect == Effect::Unknown;
    report.retry_after = error.retry_after();
    let status = error.status().unwrap_or(StatusCode::OK);
    // What an answer that cannot be read says of its effect goes by its body.
    let body = if effect == Effect::Applied { "{}" } else { "" };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    response.extensions_mut().insert(report);
    if let Some(id) = error.request_id().and_then(|id| id.parse().ok()) {
        response.headers_mut().insert("x-request-id", id);
    }
    let message = error.message().map(str::to_owned);
    if status.is_success() {
        return Error::unexpected(CreateUsers::META, &response, message.unwrap_or_default());
    }
    let refusal = Refusal { kind: Some(error.kind()), code: error.code().map(str::to_owned), message };
    Error::refused(CreateUsers::META, &response, refusal)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tenable_transport::TransportErrorKind as Kind;

    use super::*;

    /// Everything that an error tells.
    fn told_by(error: &Error) -> String {
        format!(
            "{} | {:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {} {:?} {:?}",
            error.report(),
            error.kind(),
            error.effect(),
            error.operation(),
            error.path_template(),
            error.status(),
            error.code(),
            error.message(),
            error.request_id(),
            error.attempts(),
            error.elapsed(),
            error.retry_after(),
        )
    }

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        let mut report = CallReport::new(3, Duration::from_secs(7));
        report.retry_after = Some(Duration::from_secs(9));
        let builder = Response::builder().status(status).header("x-request-uuid", "abc").extension(report);
        builder.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    fn refused(status: u16) -> Error {
        let answer = answer(status, r#"{"code": "CODE", "message": "a text"}"#);
        Error::refused(CreateUsers::META, &answer, Refusal::read(&answer))
    }

    #[test]
    fn the_same_failure_is_told_of_each_user() {
        let transport = |kind| {
            let error = TransportError::new(kind).with_attempts(2, Duration::from_secs(5)).with_source("below");
            Error::transport(Some(CreateUsers::META), error.with_retry_after(Duration::from_secs(4)))
        };
        let kinds = [
            Kind::Connect,
            Kind::Tls,
            Kind::ConnectTimeout,
            Kind::AttemptTimeout,
            Kind::Deadline,
            Kind::Interrupted,
            Kind::BodyTooLarge,
            Kind::Redirect,
            Kind::InvalidRequest,
            Kind::Overloaded,
            Kind::Decode,
        ];
        let mut errors: Vec<Error> = kinds.into_iter().map(transport).collect();
        errors.extend([302, 400, 401, 403, 404, 409, 413, 429, 500, 502].map(refused));
        errors.push(Error::invalid_input(CreateUsers::META, "no list"));
        for body in ["[{}]", "<html></html>", ""] {
            errors.push(Error::unexpected(CreateUsers::META, &answer(201, body), "a text".to_owned()));
        }
        for error in errors {
            assert_eq!(told_by(&again(&error)), told_by(&error));
        }
    }

    #[test]
    fn a_refusal_in_doubt_says_so() {
        let error = in_doubt(&refused(409));
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Conflict, Effect::Unknown));
        assert_eq!(error.message(), Some("a text"));
        assert!(error.to_string().contains("may or may not have been carried out"), "{error}");
    }

    #[test]
    fn only_those_of_whom_nothing_bad_is_known_go_together() {
        let builder = IdentityExposure::builder().url("https://tie.example.com").api_key("k");
        let transport = tenable_transport::SharedTransport::new(tenable_transport::NeverTransport);
        let tie = builder.transport(transport).build().unwrap();
        let user = |name: &str| NewUser::new(name, "Violet-Harbor-42");
        let users = [
            user("ann@example.com"),
            user("bo@example.com").roles([model::RoleId(2)]),
            NewUser::new("cy@example.com", "weak"),
            user(" ANN@example.com"),
            user("dee@example.com").email("lee@example.com"),
            user("eve@example.com").enabled(false),
        ];
        assert_eq!(candidates(&tie, &users), [0, 5]);
    }

    #[test]
    fn who_is_missing_in_the_answer_is_unknown() {
        let users = [NewUser::new("ann@example.com", "x"), NewUser::new("bo@example.com", "x")];
        let created = serde_json::from_str(r#"[{"id": 7, "email": "Bo@Example.com"}]"#).unwrap();
        let results = told(&users, &[0, 1], created);
        assert!(results[0].1.as_ref().unwrap_err().outcome_unknown());
        assert_eq!(results[1].1.as_ref().unwrap().key.to_string(), "ie:7");
    }
}
