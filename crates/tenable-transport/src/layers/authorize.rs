//! Attaches credentials, and renews a session once.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use super::CallHandler;
use super::guard::Guard;
use super::progress::Progress;
use crate::{
    Authorize, CallContext, Classify, Outcome, SharedTransport, Transport, TransportError, TransportErrorKind,
};

/// Attaches credentials to each attempt. When the answer says that the session expired, renews it and sends once more:
/// a server that refused the session has not looked at the call.
///
/// As the lowest layer that sees answers to calls only, it classifies them for all the layers above.
#[derive(Debug)]
pub(crate) struct AuthorizeLayer {
    pub(crate) below: SharedTransport,
    pub(crate) guard: Guard,
    pub(crate) authorize: Arc<dyn Authorize>,
    pub(crate) classify: Arc<dyn Classify>,
}

impl AuthorizeLayer {
    /// A copy of the request with credentials, whose headers are marked as such, and the generation of these.
    async fn authorized(&self, request: &Request<Bytes>) -> Result<(Request<Bytes>, u64), TransportError> {
        let mut authorized = request.clone();
        let generation = self.authorize.authorize(&mut authorized, &self.below).await.map_err(not_sent)?;
        for (name, value) in authorized.headers_mut() {
            if !request.headers().contains_key(name) {
                value.set_sensitive(true);
            }
        }
        Ok((authorized, generation))
    }

    async fn attempt(&self, request: Request<Bytes>) -> Result<(Response<Bytes>, Outcome), TransportError> {
        let mut response = self.below.send(request).await?;
        let outcome = self.classify.classify(&response);
        response.extensions_mut().insert(outcome);
        Ok((response, outcome))
    }
}

/// An error of signing in, seen from the call: it was not sent, so its outcome is known.
///
/// Kinds that say the same of the sign-in keep their name, and so their place in the retry table.
fn not_sent(error: TransportError) -> TransportError {
    use TransportErrorKind as Kind;
    match error.kind() {
        Kind::Authorize | Kind::Connect | Kind::ConnectTimeout | Kind::InvalidRequest | Kind::Redirect | Kind::Tls => {
            error.with_outcome_unknown(false)
        }
        _ => TransportError::new(Kind::Authorize).with_source(error),
    }
}

impl CallHandler for AuthorizeLayer {
    async fn call(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        // Before signing in, so that nothing at all is sent for a request that is refused.
        self.guard.check(request)?;
        if CallContext::of(request).anonymous {
            return Ok(self.attempt(request.clone()).await?.0);
        }
        let (authorized, generation) = self.authorized(request).await?;
        let (response, outcome) = self.attempt(authorized).await?;
        if outcome != Outcome::SessionExpired || !Progress::of(request).first_refresh() {
            return Ok(response);
        }
        if !self.authorize.refresh(request, generation, &self.below).await.map_err(not_sent)? {
            return Ok(response);
        }
        let (authorized, _) = self.authorized(request).await?;
        Ok(self.attempt(authorized).await?.0)
    }
}
