//! Mail that a product would have sent.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use crate::lock;

/// Messages kept; the oldest go first.
const CAPACITY: usize = 10_000;
/// Memory that the kept messages may take, in bytes; the oldest go first.
const MEMORY: usize = 16 * 1024 * 1024;

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

    /// The memory that the message takes, roughly.
    fn size(&self) -> usize {
        let texts = [&self.to, &self.subject, &self.text].into_iter().chain(&self.token);
        size_of::<Self>() + texts.map(String::len).sum::<usize>()
    }
}

/// The latest mail since the start or the last reset.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<Mail>,
    memory: usize,
}

impl Outbox {
    pub(crate) fn send(&self, mail: impl IntoIterator<Item = Mail>) {
        let mut kept = lock(&self.0);
        for mail in mail {
            kept.memory += mail.size();
            kept.messages.push_back(mail);
            // The latest stays, however long it is.
            while kept.messages.len() > CAPACITY || (kept.memory > MEMORY && kept.messages.len() > 1) {
                let oldest = kept.messages.pop_front().map_or(0, |oldest| oldest.size());
                kept.memory -= oldest;
            }
        }
    }

    pub(crate) fn all(&self) -> Vec<Mail> {
        lock(&self.0).messages.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        *lock(&self.0) = Kept::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_messages_are_kept_within_bounds() {
        let outbox = Outbox::default();
        outbox.send((0..=CAPACITY).map(|number| Mail::new("a@example.com", &number.to_string(), "")));
        assert_eq!((outbox.all().len(), outbox.all()[0].subject.as_str()), (CAPACITY, "1"));
        let long = "x".repeat(MEMORY / 3);
        outbox.send((0..5).map(|number| Mail::new("a@example.com", &number.to_string(), &long)));
        let kept = outbox.all();
        assert_eq!(kept.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["3", "4"]);
        outbox.send([Mail::new("a@example.com", "very long", &"x".repeat(MEMORY))]);
        assert_eq!(outbox.all().len(), 1);
        let memory = lock(&outbox.0).memory;
        assert_eq!(memory, outbox.all()[0].size());
    }
}
