//! One request of an operation and its answer, up to the reading of the value.

use bytes::Bytes;
use serde_json::Value;
use tenable_transport::Idempotency;

use crate::client::Notes;
use crate::redaction::Redaction;
use crate::response::report;
use crate::{Client, Effect, Error, OperationMeta, Response};

/// What was asked.
pub(crate) struct Asked<'a> {
    pub(crate) client: &'a Client,
    pub(crate) meta: &'static OperationMeta,
    /// In the chosen edition of the product.
    pub(crate) path: &'static str,
    pub(crate) body: Bytes,
    /// Held until the call has ended.
    pub(crate) _under_way: Option<Box<dyn Send>>,
}

/// What was asked and what was answered: a success whose value is still to be read.
pub(crate) struct Exchange<'a> {
    asked: Asked<'a>,
    response: http::Response<Bytes>,
    notes: Notes,
    /// What is read for a deletion of what was not there.
    nothing: Option<http::Response<Bytes>>,
}

impl Asked<'_> {
    /// An answer without the secrets that it may have repeated.
    fn shown(&self, response: &http::Response<Bytes>) -> http::Response<Bytes> {
        Redaction::new(self.meta, &self.body, &self.client.dialect().credentials()).apply(self.meta, response)
    }

    fn failed(&self, error: Error) -> Error {
        self.client.failed(self.meta, self.path, error)
    }
}

impl<'a> Exchange<'a> {
    /// Tells a success from a refusal.
    pub(crate) fn examine(
        asked: Asked<'a>,
        query: &str,
        missing_as_deleted: bool,
        response: http::Response<Bytes>,
    ) -> Result<Self, Error> {
        let meta = asked.meta;
        let dialect = asked.client.dialect();
        // What a request names besides what is removed may be what is missing. Where the path names nothing, the rest is what
        // is removed.
        let gone_is_fine = meta.idempotency == Idempotency::Removal
            && !(meta.path.contains('{') && names_more(&asked.body, query))
            && (report(&response).earlier_outcome_unknown || missing_as_deleted);
        match dialect.examine(meta, &response) {
            // Warnings are shown, and may repeat a secret as well.
            Ok(notes) if !notes.warnings.is_empty() => {
                let shown = dialect.examine(meta, &asked.shown(&response)).unwrap_or_default();
                Ok(Self { asked, response, notes: Notes { warnings: shown.warnings, ..notes }, nothing: None })
            }
            Ok(notes) => Ok(Self { asked, response, notes, nothing: None }),
            Err(refusal) if gone_is_fine && dialect.is_gone(meta, refusal.kind(response.status())) => {
                Ok(Self { asked, response, notes: Notes::default(), nothing: Some(http::Response::default()) })
            }
            Err(as_it_came) => {
                let shown = asked.shown(&response);
                let mut refusal = dialect.examine(meta, &shown).err().unwrap_or_default();
                // A mask may stand in a number, and then nothing can be read around it.
                refusal.kind = Some(as_it_came.kind(response.status()));
                Err(asked.failed(Error::refused(meta, &shown, refusal)))
            }
        }
    }

    /// What the value is read from.
    pub(crate) fn answer(&self) -> &http::Response<Bytes> {
        self.nothing.as_ref().unwrap_or(&self.response)
    }

    /// The answer without the secrets that it may have repeated.
    pub(crate) fn shown(&self) -> http::Response<Bytes> {
        self.asked.shown(&self.response)
    }

    /// An answer whose value cannot be read, by the error of reading what is shown of it.
    pub(crate) fn unreadable(&self, error: Option<Error>) -> Error {
        error.unwrap_or_else(|| self.unexpected("the answer cannot be read".to_owned()))
    }

    fn unexpected(&self, text: String) -> Error {
        Error::unexpected(self.asked.meta, &self.shown(), text)
    }

    /// What came around the value, after the client has taken from the answer what it needs itself; or the error.
    pub(crate) fn end(self, error: Option<Error>) -> Result<Response<()>, Error> {
        let mut error = error;
        if error.as_ref().is_none_or(|error| error.effect() == Effect::Applied) {
            let taken = self.asked.client.dialect().succeeded(self.asked.meta, &self.asked.body, &self.response);
            error = taken.err().map(|text| self.unexpected(text)).or(error);
        }
        if let Some(error) = error {
            return Err(self.asked.failed(error));
        }
        let Self { response, notes: Notes { warnings, timestamp }, .. } = self;
        Ok(Response { warnings, timestamp, ..Response::from(response.map(drop)) })
    }
}

/// Whether a request names something besides what its path does. A name that stands in both places is part of the address.
fn names_more(body: &Bytes, query: &str) -> bool {
    let in_query = || query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => {
            !fields.keys().all(|name| in_query().any(|other| other == name))
                || !in_query().all(|name| fields.contains_key(name))
        }
        _ => !body.is_empty() || in_query().next().is_some(),
    }
}
