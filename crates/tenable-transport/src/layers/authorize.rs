//! Attaches credentials, and renews a session once.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use super::guard::Guard;
use super::{Answer, Call, CallHandler, RequestHandler};
use crate::{Authorize, Classify, Outcome, SharedTransport, TransportError, TransportErrorKind};

/// Attaches credentials to each attempt. When the answer says that the session expired, renews it and sends once more:
/// a server that refused the session has not looked at the call.
///
/// As the lowest layer that sees answers to calls only, it classifies them for all the layers above.
#[derive(Debug)]
pub(crate) struct AuthorizeLayer<L> {
    pub(crate) below: Arc<L>,
    /// The same, for whoever signs in.
    pub(crate) sign_in: SharedTransport,
    pub(crate) guard: Guard,
    pub(crate) authorize: Arc<dyn Authorize>,
    pub(crate) classify: Arc<dyn Classify>,
}

impl<L: RequestHandler> AuthorizeLayer<L> {
    /// A copy of the request with credentials, whose headers are marked as such, and the generation of these.
    async fn authorized(&self, request: &Request<Bytes>) -> Result<(Request<Bytes>, u64), TransportError> {
        let mut authorized = request.clone();
        let generation = self.authorize.authorize(&mut authorized, &self.sign_in).await.map_err(not_sent)?;
        for (name, value) in authorized.headers_mut() {
            if !request.headers().contains_key(name) {
                value.set_sensitive(true);
            }
        }
        Ok((authorized, generation))
    }

    async fn attempt(&self, request: Request<Bytes>) -> Result<Answer, TransportError> {
        let response = self.below.send(request).await?;
        let outcome = self.classify.classify(&response);
        Ok(Answer { response, outcome })
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

impl<L: RequestHandler> CallHandler for AuthorizeLayer<L> {
    async fn call(&self, call: Call<'_>) -> Result<Answer, TransportError> {
        let Call { request, context, progress } = call;
        // Before signing in, so that nothing at all is sent for a request that is refused.
        self.guard.check(request)?;
        loop {
            let (authorized, generation) =
                if context.anonymous { (request.clone(), 0) } else { self.authorized(request).await? };
            let answer = self.attempt(authorized).await?;
            let is_over = !context.anonymous && answer.outcome == Outcome::SessionExpired;
            if !is_over || !progress.first_refresh() {
                return Ok(answer);
            }
            if !self.authorize.refresh(request, generation, &self.sign_in).await.map_err(not_sent)? {
                return Ok(answer);
            }
        }
    }
}
