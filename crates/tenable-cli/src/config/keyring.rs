//! API keys and passwords in the keyring of the operating system.

use std::fmt;

use secrecy::SecretString;

use crate::exit::{Failure, Result};

/// An entry of the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    service: String,
    account: String,
}

impl Entry {
    /// Reads `service/account`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text.rsplit_once('/') {
            Some((service, account)) if !service.is_empty() && !account.is_empty() => {
                Ok(Self { service: service.to_owned(), account: account.to_owned() })
            }
            _ => Err(Failure::usage(format!("keyring entry {text:?} is not service/account, such as tenable/acme"))),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.account)
    }
}

#[cfg(feature = "keyring")]
mod system {
    use keyring::{Entry as SystemEntry, Error};
    use secrecy::{ExposeSecret as _, SecretString};

    use super::Entry;
    use crate::exit::{Failure, Result, chain};

    fn open(entry: &Entry) -> Result<SystemEntry> {
        if let Err(error) = SystemEntry::store_status() {
            return Err(failure(entry, error));
        }
        SystemEntry::new(&entry.service, &entry.account).map_err(|error| failure(entry, &error))
    }

    fn failure(entry: &Entry, error: &Error) -> Failure {
        let why = match error {
            Error::NoEntry => {
                let account = &entry.account;
                return Failure::usage(format!(
                    "the keyring has no {entry}: store the key with `tenable config keyring set`, as {account} or under the profile's name"
                ));
            }
            Error::BadEncoding(_) => "what it holds is no text".to_owned(),
            other => chain(other),
        };
        Failure::usage(format!(
            "the keyring of this system cannot be used ({why}): have one running, or name another place, such as api_key_command or api_key_env"
        ))
    }

    pub(crate) fn read(entry: &Entry) -> Result<SecretString> {
        open(entry)?.get_password().map(SecretString::from).map_err(|error| failure(entry, &error))
    }

    pub(crate) fn write(entry: &Entry, key: &SecretString) -> Result {
        open(entry)?.set_password(key.expose_secret()).map_err(|error| failure(entry, &error))
    }

    pub(crate) fn remove(entry: &Entry) -> Result {
        open(entry)?.delete_credential().map_err(|error| failure(entry, &error))
    }
}

#[cfg(not(feature = "keyring"))]
mod system {
    use secrecy::SecretString;

    use super::Entry;
    use crate::exit::{Failure, Result};

    fn absent(entry: &Entry) -> Failure {
        Failure::usage(format!(
            "this program was built without the keyring that {entry} is in: name another place, such as api_key_command or api_key_env"
        ))
    }

    pub(crate) fn read(entry: &Entry) -> Result<SecretString> {
        Err(absent(entry))
    }

    pub(crate) fn write(entry: &Entry, _: &SecretString) -> Result {
        Err(absent(entry))
    }

    pub(crate) fn remove(entry: &Entry) -> Result {
        Err(absent(entry))
    }
}

/// The key stored under an entry.
pub(crate) fn read(entry: &Entry) -> Result<SecretString> {
    system::read(entry)
}

/// Stores a key, in place of the one that is there.
pub(crate) fn write(entry: &Entry, key: &SecretString) -> Result {
    system::write(entry, key)
}

/// Removes an entry.
pub(crate) fn remove(entry: &Entry) -> Result {
    system::remove(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        assert_eq!(Entry::parse("tenable/eu/acme").unwrap().to_string(), "tenable/eu/acme");
        for text in ["", "tenable", "/acme", "tenable/"] {
            assert!(Entry::parse(text).is_err(), "{text}");
        }
    }
}
