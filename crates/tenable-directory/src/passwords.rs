use std::collections::HashMap;

use secrecy::SecretString;
use tenable_api::model::Product;

use crate::Problem;

/// Gives accounts that are made their first password.
///
/// Called right before the account is made: whoever wants to keep the password writes it down then, for nobody tells it later.
pub trait Passwords: Send + Sync {
    /// The first password of this account.
    fn first_password(&self, tenant: &str, product: Product, user_name: &str) -> Result<SecretString, Problem>;
}

/// Random passwords that nobody gets: people sign in by SAML, or have the server mail them a link to set one.
///
/// 24 characters of capital and small letters, digits and signs, each kind at least once, from the operating system's source of
/// randomness: what the documented rules of the three products ask for.
///
/// ```
/// use secrecy::ExposeSecret;
/// use tenable_api::model::Product;
/// use tenable_directory::{Passwords, RandomPasswords};
///
/// let password = RandomPasswords.first_password("acme", Product::VulnerabilityManagement, "ann@example.com")?;
/// assert_eq!(password.expose_secret().len(), 24);
/// # Ok::<(), tenable_directory::Problem>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomPasswords;

/// Letters and digits that are not mistaken for each other, and signs that need no escape in JSON or single quotes and do not begin a
/// formula in a table. Not `_`, which Identity Exposure counts among the letters.
const KINDS: [&[u8]; 4] = [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnopqrstuvwxyz", b"23456789", b".:!#%"];
const LENGTH: usize = 24;

impl Passwords for RandomPasswords {
    fn first_password(&self, _: &str, _: Product, _: &str) -> Result<SecretString, Problem> {
        let all = KINDS.concat();
        loop {
            let mut password = String::with_capacity(LENGTH);
            while password.len() < LENGTH {
                let mut bytes = [0; 64];
                getrandom::fill(&mut bytes)
                    .map_err(|error| Problem::new(format!("the operating system gives no random numbers: {error}")))?;
                // What is beyond the last whole multiple would favour the first characters.
                let whole = 256 - 256 % all.len();
                let fair = bytes.into_iter().map(usize::from).filter(|byte| *byte < whole);
                let room = LENGTH - password.len();
                password.extend(fair.take(room).map(|byte| char::from(all[byte % all.len()])));
            }
            let has = |kind: &&[u8]| password.bytes().any(|byte| kind.contains(&byte));
            if KINDS.iter().all(has) {
                return Ok(password.into());
            }
        }
    }
}

/// Passwords that were given, by tenant and user name, and others from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct GivenPasswords<P> {
    given: HashMap<(String, String), SecretString>,
    others: P,
}

impl<P> GivenPasswords<P> {
    /// None given yet.
    pub fn or(others: P) -> Self {
        Self { given: HashMap::new(), others }
    }

    /// Gives one.
    pub fn give(&mut self, tenant: impl Into<String>, user_name: impl Into<String>, password: SecretString) {
        self.given.insert((tenant.into(), user_name.into()), password);
    }
}

impl<P: Passwords> Passwords for GivenPasswords<P> {
    fn first_password(&self, tenant: &str, product: Product, user_name: &str) -> Result<SecretString, Problem> {
        match self.given.get(&(tenant.to_owned(), user_name.to_owned())) {
            Some(password) => Ok(password.clone()),
            None => self.others.first_password(tenant, product, user_name),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn random_passwords_have_every_kind_and_differ() {
        let mut seen = HashSet::new();
        for _ in 0..200 {
            let password = RandomPasswords.first_password("", Product::SecurityCenter, "").unwrap();
            let password = password.expose_secret().to_owned();
            assert_eq!(password.len(), LENGTH);
            assert!(KINDS.iter().all(|kind| password.bytes().any(|byte| kind.contains(&byte))), "{password}");
            assert!(seen.insert(password));
        }
    }

    #[test]
    fn given_passwords_come_first() {
        let mut passwords = GivenPasswords::or(RandomPasswords);
        passwords.give("acme", "ann", "Violet-Harbor-42".into());
        let of = |tenant, name| passwords.first_password(tenant, Product::SecurityCenter, name).unwrap();
        assert_eq!(of("acme", "ann").expose_secret(), "Violet-Harbor-42");
        assert_ne!(of("other", "ann").expose_secret(), "Violet-Harbor-42");
    }
}
