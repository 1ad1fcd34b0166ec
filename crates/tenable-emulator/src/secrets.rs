//! Keys and tokens nobody can guess, as a real product's are, and passwords that are not kept in clear text.

use ring::digest;
use serde::{Deserialize, Serialize};

use crate::entropy;

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    entropy::fill(&mut buffer);
    buffer
}

/// `N` random bytes in hexadecimal.
pub(crate) fn random_hex<const N: usize>() -> String {
    hex(&random::<N>())
}

/// A key in the form that the vendor's examples have: 36 hexadecimal characters.
pub(crate) fn api_key() -> String {
    random_hex::<18>()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

/// A password, salted and hashed, so that a state file does not give it away.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Password {
    salt: String,
    sha256: String,
}

impl Password {
    pub(crate) fn new(text: &str) -> Self {
        let salt = random_hex::<16>();
        Self { sha256: hash(&salt, text), salt }
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        hash(&self.salt, text) == self.sha256
    }
}

fn hash(salt: &str, text: &str) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(salt.as_bytes());
    context.update(text.as_bytes());
    hex(context.finish().as_ref())
}

#[cfg(test)]
mod tests {
    #[test]
    fn secrets_differ_and_have_their_length() {
        let (one, two) = (super::api_key(), super::api_key());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
        assert_eq!(super::hex(&[0x0f, 0xa0]), "0fa0");
    }
}
