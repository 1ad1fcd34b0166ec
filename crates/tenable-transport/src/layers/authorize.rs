//! Attaches credentials, and renews a session once.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

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
    /// Attaches credentials, and marks the headers that carry them.
    async fn attach(&self, request: &mut Request<Bytes>) -> Result<u64, TransportError> {
        let before = request.headers().clone();
        let generation = self.authorize.authorize(request, &self.below).await.map_err(not_sent)?;
        for (name, value) in request.headers_mut() {
            if !before.contains_key(name) {
                value.set_sensitive(true);
            }
        }
        Ok(generation)
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

#[async_trait::async_trait]
impl Transport for AuthorizeLayer {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        // Before signing in, so that nothing at all is sent for a request that is refused.
        self.guard.check(&request)?;
        if CallContext::of(&request).anonymous {
            return Ok(self.attempt(request).await?.0);
        }
        let progress = Progress::of(&request);
        let mut authorized = request.clone();
        let generation = self.attach(&mut authorized).await?;
        let (response, outcome) = self.attempt(authorized).await?;
        if outcome != Outcome::SessionExpired || !progress.first_refresh() {
            return Ok(response);
        }
        if !self.authorize.refresh(&request, generation, &self.below).await.map_err(not_sent)? {
            return Ok(response);
        }
        let mut authorized = request;
        self.attach(&mut authorized).await?;
        Ok(self.attempt(authorized).await?.0)
    }
}
