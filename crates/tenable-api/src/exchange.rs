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

/// What was asked and what was answered, whose value is still to be read.
pub(crate) struct Exchange<'a> {
    asked: Asked<'a>,
    response: http::Response<Bytes>,
    /// Whether the answer is known to be a success.
    examined: bool,
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
    /// Tells a success from a refusal, unless the answer says so in passing when its value is read.
    pub(crate) fn new(
        asked: Asked<'a>,
        query: &str,
        missing_as_deleted: bool,
        mut response: http::Response<Bytes>,
    ) -> Result<Self, Error> {
        let meta = asked.meta;
        // What a request names besides what is removed may be what is missing. Where the path names nothing, the rest is what
        // is removed.
        let gone_is_fine = meta.idempotency == Idempotency::Removal
            && !(meta.path.contains('{') && names_more(&asked.body, query))
            && (report(&response).earlier_outcome_unknown || missing_as_deleted);
        // A refusal that may be a success is known before anything is read.
        let later = !gone_is_fine && asked.client.dialect().postpones_examination(&mut response);
        let exchange = Self { asked, response, examined: false, notes: Notes::default(), nothing: None };
        if later { Ok(exchange) } else { exchange.examine(gone_is_fine, None) }
    }

    /// Tells a success from a refusal if that was left to the reading of the value, which is over.
    pub(crate) fn examine_rest(self) -> Result<Self, Error> {
        if self.examined {
            return Ok(self);
        }
        let found = self.asked.client.dialect().found(&self.response);
        self.examine(false, found)
    }

    fn examine(mut self, gone_is_fine: bool, found: Option<Notes>) -> Result<Self, Error> {
        let Self { asked, response, .. } = &self;
        let (meta, dialect) = (asked.meta, asked.client.dialect());
        match found.map_or_else(|| dialect.examine(meta, response), Ok) {
            // Warnings are shown, and may repeat a secret as well.
            Ok(notes) if !notes.warnings.is_empty() => {
                let shown = dialect.examine(meta, &self.shown()).unwrap_or_default();
                self.notes = Notes { warnings: shown.warnings, ..notes };
            }
            Ok(notes) => self.notes = notes,
            Err(refusal) if gone_is_fine && dialect.is_gone(meta, refusal.kind(response.status())) => {
                self.nothing = Some(http::Response::default());
            }
            Err(as_it_came) => {
                let shown = self.shown();
                let mut refusal = dialect.examine(meta, &shown).err().unwrap_or_default();
                // A mask may stand in a number, and then nothing can be read around it.
                refusal.kind = Some(as_it_came.kind(response.status()));
                return Err(asked.failed(Error::refused(meta, &shown, refusal)));
            }
        }
        self.examined = true;
        Ok(self)
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
        debug_assert!(self.examined, "a refusal could be missed");
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
