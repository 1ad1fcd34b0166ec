use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::BuildError;

/// An API key of two halves, and the header that holds both.
#[derive(Clone)]
pub(crate) struct KeyPair {
    header: HeaderValue,
    secrets: [SecretString; 2],
}

impl KeyPair {
    /// Checks the halves. `layout` makes the header's text of the access key and the secret key.
    pub(crate) fn new(
        access_key: &SecretString,
        secret_key: &SecretString,
        layout: impl FnOnce(&str, &str) -> String,
    ) -> Result<Self, BuildError> {
        let part = |key: &SecretString, name: &str| {
            let text = key.expose_secret().trim().to_owned();
            if text.is_empty() {
                return Err(BuildError::new(format!("the {name} key is empty")));
            }
            if text.contains([';', '=', ',']) || text.contains(char::is_whitespace) {
                let reason = "is no key alone: give the access key and the secret key, without names and semicolons";
                return Err(BuildError::new(format!("the {name} key {reason}")));
            }
            Ok(text)
        };
        let (access, secret) = (part(access_key, "access")?, part(secret_key, "secret")?);
        let mut header = HeaderValue::try_from(layout(&access, &secret))
            .map_err(|_| BuildError::new("the API key holds characters that a header cannot hold"))?;
        header.set_sensitive(true);
        Ok(Self { header, secrets: [access.into(), secret.into()] })
    }

    /// Both halves, as they stand in the header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// What must not be shown.
    pub(crate) fn secrets(&self) -> &[SecretString] {
        &self.secrets
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").finish_non_exhaustive()
    }
}
