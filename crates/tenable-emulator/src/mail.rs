//! Mail that a product would have sent.

use std::sync::Mutex;

use serde::Serialize;

use crate::lock;

/// A message that a product would have sent.
///
/// Identity Exposure sends the token of `retrieve-password`, Security Center what `emailNotice` asks for, Vulnerability
/// Management the code of two-factor, as a short message to a phone.
#[derive(Clone, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Mail {
    /// Address of the recipient, or number of the phone.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Text of the message; contains the token, if there is one.
    pub text: String,
    /// The one-time token that the message carries.
    pub token: Option<String>,
}

impl std::fmt::Debug for Mail {
    /// Leaves out the text and the token, which open an account.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mail").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl Mail {
    pub(crate) fn new(to: &str, subject: &str, text: &str) -> Self {
        Self { to: to.to_owned(), subject: subject.to_owned(), text: text.to_owned(), token: None }
    }

    pub(crate) fn with_token(to: &str, subject: &str, text: &str, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(to, subject, &format!("{text}\n\n{token}\n")) }
    }
}

/// All mail since the start or the last reset.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Mutex<Vec<Mail>>);

impl Outbox {
    pub(crate) fn send(&self, mail: impl IntoIterator<Item = Mail>) {
        lock(&self.0).extend(mail);
    }

    pub(crate) fn all(&self) -> Vec<Mail> {
        lock(&self.0).clone()
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}
