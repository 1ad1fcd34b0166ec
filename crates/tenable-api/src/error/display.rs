use std::fmt;

use tenable_model::Product;

use super::{Effect, Error, ErrorKind, Inner};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.operation.is_empty() {
            write!(f, "{}: ", inner.operation)?;
        }
        f.write_str(inner.what())?;
        if let Some(status) = inner.status {
            write!(f, " ({status})")?;
        }
        if let Some(message) = &inner.message {
            write!(f, ": {message}")?;
        }
        if let Some(code) = &inner.code {
            write!(f, " [{code}]")?;
        }
        if inner.attempts > 1 {
            write!(f, ", after {} attempts in {:.1} s", inner.attempts, inner.elapsed.as_secs_f64())?;
        }
        if let Some(effect) = inner.effect_in_words() {
            write!(f, "; {effect}")?;
        }
        match (inner.advice(), inner.retry_after) {
            (Some(advice), Some(wait)) if advice == LATER => write!(f, "; try again in {} s", wait.as_secs().max(1)),
            (Some(advice), _) => write!(f, "; {advice}"),
            (None, _) => Ok(()),
        }
    }
}

const LATER: &str = "try again later";

impl Inner {
    fn what(&self) -> &'static str {
        match self.kind {
            ErrorKind::InvalidInput if self.operation.is_empty() => "invalid settings",
            ErrorKind::InvalidInput => "invalid arguments",
            ErrorKind::Refused => "the server refused the request as invalid",
            ErrorKind::Unauthenticated => "the server refused the credentials",
            ErrorKind::SessionExpired => "the session is over",
            ErrorKind::SessionLimit => "the account has as many sessions as it may have",
            ErrorKind::PermissionDenied => "the server denied permission",
            ErrorKind::OrganizationRequired => "the call does not say which organization it concerns",
            ErrorKind::NotFound => "not found",
            ErrorKind::Conflict => "conflict with what is there",
            ErrorKind::RateLimited => "too many requests",
            ErrorKind::Server => "the server failed",
            ErrorKind::Unavailable => "the server is unavailable",
            ErrorKind::Connect => "the server could not be reached",
            ErrorKind::Tls => "no trusted connection to the server",
            ErrorKind::Timeout => "the time was up",
            ErrorKind::Interrupted => "the connection ended before the answer was whole",
            ErrorKind::Overloaded => "too many calls are under way in this client",
            ErrorKind::Redirected => "the server redirected the request elsewhere",
            ErrorKind::ResponseTooLarge => "the answer is too large",
            ErrorKind::Unreadable => "unexpected answer",
            ErrorKind::NotApplied => "what is there is not what the server confirmed",
            ErrorKind::Incomplete => "not everything was done",
            ErrorKind::Unsupported => "the product cannot do that",
            ErrorKind::Other => "failed",
        }
    }

    fn effect_in_words(&self) -> Option<&'static str> {
        match self.effect {
            // The credentials were, or may have been.
            Effect::NotSent if self.signing_in => Some("the call itself was not sent"),
            Effect::NotSent => Some("nothing was sent"),
            Effect::NotApplied => None,
            Effect::Unknown => Some("it may or may not have been carried out"),
            Effect::Applied if self.kind == ErrorKind::Incomplete => Some("look at what is there, and do the rest"),
            Effect::Applied => Some("the server has carried it out"),
        }
    }

    fn advice(&self) -> Option<&'static str> {
        if self.effect == Effect::Unknown {
            return Some("look before trying again");
        }
        match self.kind {
            ErrorKind::Unauthenticated if self.signing_in => {
                Some("check the name and the password, or the client certificate; too many failures lock the account")
            }
            ErrorKind::Unauthenticated if self.product == Some(Product::VulnerabilityManagement) => Some(
                "check the API key: it may be wrong or replaced, its user disabled or barred from the API, or this address not allowed",
            ),
            ErrorKind::Unauthenticated if self.takes_secrets => {
                Some("check the API key, and the password that was given")
            }
            ErrorKind::Unauthenticated if self.product == Some(Product::SecurityCenter) => {
                Some("check the API key: it may be wrong or replaced, or the server may not allow API keys at all")
            }
            ErrorKind::Unauthenticated => Some("check the API key: it may be wrong, renewed, or of another product"),
            ErrorKind::SessionExpired => Some("sign in again"),
            ErrorKind::SessionLimit => {
                Some("close a session elsewhere, or allow release_session, which ends one of them")
            }
            ErrorKind::OrganizationRequired => Some("an administrator names the organization"),
            ErrorKind::PermissionDenied => {
                Some("the account needs a role with this permission, the licence the feature")
            }
            ErrorKind::NotFound => Some("check the id, and that this version of the product has the operation"),
            ErrorKind::Connect => Some("check the address, the network and the proxy"),
            ErrorKind::Tls => Some("check the host name, or add the authority that signed the server's certificate"),
            ErrorKind::Redirected => Some("check the address: the product's API does not redirect"),
            ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Overloaded => Some(LATER),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn every_kind_has_its_words_and_its_advice() {
        use ErrorKind as Kind;
        let key = "check the API key: it may be wrong, renewed, or of another product";
        for (kind, text) in [
            (Kind::InvalidInput, "invalid settings"),
            (Kind::Refused, "the server refused the request as invalid"),
            (Kind::Unauthenticated, &format!("the server refused the credentials; {key}")),
            (Kind::SessionExpired, "the session is over; sign in again"),
            (
                Kind::SessionLimit,
                "the account has as many sessions as it may have; close a session elsewhere, or allow release_session, which ends one \
                 of them",
            ),
            (
                Kind::PermissionDenied,
                "the server denied permission; the account needs a role with this permission, the licence the feature",
            ),
            (
                Kind::OrganizationRequired,
                "the call does not say which organization it concerns; an administrator names the organization",
            ),
            (Kind::NotFound, "not found; check the id, and that this version of the product has the operation"),
            (Kind::Conflict, "conflict with what is there"),
            (Kind::RateLimited, "too many requests; try again later"),
            (Kind::Server, "the server failed"),
            (Kind::Unavailable, "the server is unavailable; try again later"),
            (Kind::Connect, "the server could not be reached; check the address, the network and the proxy"),
            (
                Kind::Tls,
                "no trusted connection to the server; check the host name, or add the authority that signed the server's certificate",
            ),
            (Kind::Timeout, "the time was up"),
            (Kind::Interrupted, "the connection ended before the answer was whole"),
            (Kind::Overloaded, "too many calls are under way in this client; try again later"),
            (
                Kind::Redirected,
                "the server redirected the request elsewhere; check the address: the product's API does not redirect",
            ),
            (Kind::ResponseTooLarge, "the answer is too large"),
            (Kind::Unreadable, "unexpected answer"),
            (Kind::NotApplied, "what is there is not what the server confirmed"),
            (Kind::Incomplete, "not everything was done"),
            (Kind::Unsupported, "the product cannot do that"),
            (Kind::Other, "failed"),
        ] {
            assert_eq!(Error::new(None, kind, Effect::NotApplied).to_string(), text, "{kind:?}");
        }
    }

    #[test]
    fn what_the_server_may_have_done_is_said() {
        let text = |effect, signing_in| {
            let mut error = Error::new(None, ErrorKind::Timeout, effect);
            error.0.signing_in = signing_in;
            error.to_string()
        };
        assert_eq!(text(Effect::NotSent, false), "the time was up; nothing was sent");
        assert_eq!(text(Effect::NotSent, true), "the time was up; the call itself was not sent");
        assert_eq!(text(Effect::Applied, false), "the time was up; the server has carried it out");
        assert_eq!(
            text(Effect::Unknown, false),
            "the time was up; it may or may not have been carried out; look before trying again"
        );
        let done = Error::new(None, ErrorKind::Incomplete, Effect::Applied).to_string();
        assert_eq!(done, "not everything was done; look at what is there, and do the rest");
    }
}
