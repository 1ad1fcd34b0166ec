//! `tenable <product> raw`: any request, for what there is no command for.

use bytes::Bytes;
use clap::{Arg, Command};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use serde_json::Value;
use tenable_api::transport::Idempotency;

use super::arguments;
use super::emulator::runtime;
use super::product::{Task, dry_run, rehearse};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Answer, mask, write};

pub(super) fn command(path: &str) -> Command {
    Command::new("raw")
        .about("Send any request, for what there is no command for")
        .long_about(
            "Send any request through the same connection, credentials and limits, and print the answer as it is.\n\nGET and HEAD are \
             sent again after a passing failure, anything else is not.",
        )
        .arg(Arg::new("method").required(true).value_name("METHOD").value_parser(method).help("Such as GET"))
        .arg(Arg::new("path").required(true).value_name("PATH").help(format!("Such as {path}")))
        .arg(Arg::new("data").long("data").value_name("JSON|@FILE|-").help("JSON body"))
        .arg(dry_run())
}

fn method(text: &str) -> std::result::Result<Method, String> {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let text = text.to_ascii_uppercase();
    known.into_iter().find(|method| method.as_str() == text).ok_or_else(|| "expected a method such as GET".to_owned())
}

pub(super) fn run(mut task: Task<'_>) -> Result {
    task.read_secrets(&[])?;
    let method = task.matches.get_one::<Method>("method").cloned().unwrap_or_default();
    let path = task.matches.get_one::<String>("path").cloned().unwrap_or_default();
    let body = match task.matches.get_one::<String>("data") {
        Some(given) => Some(arguments::raw_body(given, &mut task.input)?),
        None => None,
    };
    if task.is_rehearsal() {
        let mut shown: Value = body.as_deref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        mask(&mut shown, &[]);
        let request = serde_json::json!({"method": method.as_str(), "path": path, "body": shown});
        return rehearse(&[request], &task.output);
    }
    let mut request = Request::builder().method(method.clone()).uri(&path);
    request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
    if body.is_some() {
        request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let request = request.body(Bytes::from(body.unwrap_or_default())).map_err(|_| {
        Failure::usage(format!("{path:?} is no path on the product, such as {}", task.path_of_product()))
    })?;
    let reads = matches!(method, Method::GET | Method::HEAD);
    let idempotency = if reads { Idempotency::Read } else { Idempotency::Once };
    let settings = task.settings()?;
    let response = runtime()?
        .block_on(settings.during(async |connection| Ok(connection.client().send_raw(request, idempotency).await?)))?;
    give(&response, &task)?;
    judge(response.status(), reads).map_or(Ok(()), |exit| {
        Err(Failure::new(exit, format!("{method} {path}: the product answered {}", response.status())))
    })
}

fn give(response: &Response<Bytes>, task: &Task<'_>) -> Result {
    match serde_json::from_slice::<Value>(response.body()) {
        Ok(value) => task.output.print(Answer::plain(value)),
        Err(_) => write(response.body()),
    }
}

/// How the command ends with an answer of this status; `None` for success.
fn judge(status: StatusCode, reads: bool) -> Option<Exit> {
    match status.as_u16() {
        200..=299 => None,
        500..=599 if !reads => Some(Exit::Unknown),
        502..=504 => Some(Exit::Unreachable),
        _ => Some(Exit::Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        let judge = |status| [true, false].map(|reads| judge(StatusCode::from_u16(status).unwrap(), reads));
        assert_eq!(judge(204), [None, None]);
        assert_eq!(judge(404), [Some(Exit::Refused), Some(Exit::Refused)]);
        assert_eq!(judge(500), [Some(Exit::Refused), Some(Exit::Unknown)]);
        assert_eq!(judge(503), [Some(Exit::Unreachable), Some(Exit::Unknown)]);
    }

    #[test]
    fn methods() {
        assert_eq!(method("patch"), Ok(Method::PATCH));
        assert!(method("FETCH").is_err());
    }
}
