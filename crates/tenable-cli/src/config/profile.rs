//! One profile: an instance of a product, and how to reach it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use tenable_api::model::secret::looks_secret;

use super::keyring::{self, Entry};
use crate::exit::{Failure, Result};
use crate::stdin;

/// What is said to whoever writes a secret into the file.
const WAYS: &str = "secrets do not belong in this file: name where the key is with api_key_env = \"VARIABLE\", \
                    api_key_command = [\"program\", \"argument\"] or api_key_keyring = \"service/account\"; in the same way \
                    access_key and secret_key for Security Center and Vulnerability Management, and password for the former";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Profile {
    pub(crate) product: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) site: Option<String>,
    api_key_env: Option<String>,
    api_key_command: Option<Words>,
    api_key_keyring: Option<String>,
    access_key_env: Option<String>,
    access_key_command: Option<Words>,
    access_key_keyring: Option<String>,
    secret_key_env: Option<String>,
    secret_key_command: Option<Words>,
    secret_key_keyring: Option<String>,
    pub(crate) username: Option<String>,
    password_env: Option<String>,
    password_command: Option<Words>,
    password_keyring: Option<String>,
    pub(crate) client_certificate_login: bool,
    pub(crate) release_session: bool,
    pub(crate) enclave_security: bool,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) only_ca_file: Option<PathBuf>,
    pub(crate) client_certificate: Option<PathBuf>,
    pub(crate) client_key: Option<PathBuf>,
    pub(crate) client_key_env: Option<String>,
    pub(crate) proxy: Option<String>,
    pub(crate) proxy_env: Option<String>,
    pub(crate) no_proxy: Option<String>,
    pub(crate) timeout: Option<Timeout>,
    pub(crate) allow_plain_http: bool,
    pub(crate) dangerously_accept_any_certificate: bool,
}

/// Keys whose names sound like a secret, and which say only where one is.
const REFERENCES: [&str; 14] = [
    "api_key_env",
    "api_key_command",
    "api_key_keyring",
    "access_key_env",
    "access_key_command",
    "access_key_keyring",
    "secret_key_env",
    "secret_key_command",
    "secret_key_keyring",
    "password_env",
    "password_command",
    "password_keyring",
    "client_key",
    "client_key_env",
];

/// A secret that a profile may say the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "secret key is the product's word")]
pub(crate) enum Secret {
    /// The key of Identity Exposure.
    ApiKey,
    /// The first half of a key of Security Center or Vulnerability Management.
    AccessKey,
    /// Its second half.
    SecretKey,
    /// The password of a user of Security Center.
    Password,
}

impl Secret {
    pub(crate) const ALL: [Self; 4] = [Self::ApiKey, Self::AccessKey, Self::SecretKey, Self::Password];

    /// As people say it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::AccessKey => "access key",
            Self::SecretKey => "secret key",
            Self::Password => "password",
        }
    }

    /// As options spell it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::AccessKey => "access-key",
            Self::SecretKey => "secret-key",
            Self::Password => "password",
        }
    }
}

/// A program and its arguments, as a list or as words between blanks. No shell reads it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    List(Vec<String>),
    Line(String),
}

impl Words {
    fn split(&self) -> Vec<String> {
        match self {
            Self::List(words) => words.clone(),
            Self::Line(line) => line.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

/// Seconds, or a number with its unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Timeout {
    Seconds(u64),
    Text(String),
}

impl Timeout {
    pub(crate) fn duration(&self) -> Result<Duration> {
        match self {
            Self::Seconds(seconds) => Ok(Duration::from_secs(*seconds)),
            Self::Text(text) => duration(text),
        }
    }
}

/// A time such as `90s`, `5m`, `500ms`; without a unit, seconds.
pub(crate) fn duration(text: &str) -> Result<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let bad = || Failure::usage(format!("{text:?} is no time: write it as 90s, 5m or 500ms"));
    let number: u64 = number.parse().map_err(|_| bad())?;
    let duration = match unit.trim() {
        "ms" => Duration::from_millis(number),
        "" | "s" => Duration::from_secs(number),
        "m" | "min" => Duration::from_secs(number.checked_mul(60).ok_or_else(bad)?),
        _ => return Err(bad()),
    };
    if duration.is_zero() { Err(bad()) } else { Ok(duration) }
}

/// Where a profile has a secret from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    Variable(String),
    Command(Vec<String>),
    Keyring(Entry),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable {name}"),
            // Arguments may name what is nobody's business.
            Self::Command(words) => write!(f, "the command {}", words.first().map_or("", String::as_str)),
            Self::Keyring(entry) => write!(f, "the keyring, as {entry}"),
        }
    }
}

impl KeySource {
    pub(crate) fn read(&self) -> Result<SecretString> {
        match self {
            Self::Variable(name) => Ok(stdin::variable(name)?.into()),
            Self::Command(words) => run(words),
            Self::Keyring(entry) => keyring::read(entry),
        }
    }
}

/// The first line that a program prints.
fn run(words: &[String]) -> Result<SecretString> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::usage("the command for a secret names no program"));
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::io(format!("the command {program} cannot be run"), &error))?;
    if !output.status.success() {
        return Err(Failure::usage(format!("the command {program} failed: {}", output.status)));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| Failure::usage(format!("the command {program} printed what is no text")))?;
    match text.lines().next().map(str::trim) {
        Some(key) if !key.is_empty() => Ok(key.into()),
        _ => Err(Failure::usage(format!("the command {program} printed nothing"))),
    }
}

impl Profile {
    /// The profile with the paths in it relative to the file that it stands in.
    pub(super) fn beside(mut self, file: &Path) -> Self {
        let directory = file.parent().unwrap_or(Path::new(""));
        let paths = [&mut self.ca_file, &mut self.only_ca_file, &mut self.client_certificate, &mut self.client_key];
        for path in paths.into_iter().flatten() {
            *path = directory.join(&path);
        }
        self
    }

    /// Where a secret is; an error if two places are named.
    pub(crate) fn source(&self, secret: Secret, name: &str) -> Result<Option<KeySource>> {
        let (variable, command, entry) = match secret {
            Secret::ApiKey => (&self.api_key_env, &self.api_key_command, &self.api_key_keyring),
            Secret::AccessKey => (&self.access_key_env, &self.access_key_command, &self.access_key_keyring),
            Secret::SecretKey => (&self.secret_key_env, &self.secret_key_command, &self.secret_key_keyring),
            Secret::Password => (&self.password_env, &self.password_command, &self.password_keyring),
        };
        let variable = variable.clone().map(KeySource::Variable);
        let command = command.as_ref().map(|words| KeySource::Command(words.split()));
        let entry = entry.as_deref().map(Entry::parse).transpose()?.map(KeySource::Keyring);
        let mut sources = [variable, command, entry].into_iter().flatten();
        match (sources.next(), sources.next()) {
            (_, Some(_)) => {
                Err(Failure::usage(format!("the profile {name} names two places for its {}", secret.name())))
            }
            (source, None) => Ok(source),
        }
    }

    /// All places that are named, as text.
    pub(crate) fn sources(&self, name: &str) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for secret in Secret::ALL {
            if let Some(source) = self.source(secret, name)? {
                let text =
                    if secret == Secret::ApiKey { source.to_string() } else { format!("{}: {source}", secret.name()) };
                texts.push(text);
            }
        }
        Ok(texts)
    }

    /// What may be shown of it.
    pub(crate) fn shown(&self) -> Value {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let on = |flag: bool| flag.then_some(true);
        let timeout = self.timeout.as_ref().and_then(|timeout| timeout.duration().ok());
        json!({
            "product": self.product, "url": self.url, "site": self.site, "username": self.username,
            "client_certificate_login": on(self.client_certificate_login), "release_session": on(self.release_session),
            "enclave_security": on(self.enclave_security), "ca_file": path(&self.ca_file),
            "only_ca_file": path(&self.only_ca_file), "client_certificate": path(&self.client_certificate),
            "client_key": path(&self.client_key), "client_key_env": self.client_key_env, "proxy": self.proxy,
            "proxy_env": self.proxy_env, "no_proxy": self.no_proxy,
            "timeout": timeout.map(|timeout| format!("{timeout:?}")),
            "allow_plain_http": on(self.allow_plain_http),
            "dangerously_accept_any_certificate": on(self.dangerously_accept_any_certificate)
        })
    }
}

/// Refuses a file with a secret in it, and says where secrets belong, without repeating it.
pub(super) fn refuse_secrets(table: &toml::Table) -> std::result::Result<(), String> {
    let profiles = table.get("profiles").and_then(toml::Value::as_table).into_iter().flatten();
    let whole = ("", table);
    let tables = profiles.filter_map(|(name, profile)| Some((name.as_str(), profile.as_table()?)));
    for (profile, table) in std::iter::once(whole).chain(tables) {
        let place = if profile.is_empty() { String::new() } else { format!(" of the profile {profile}") };
        for (key, value) in table {
            if looks_secret(key) && !REFERENCES.contains(&key.as_str()) && !value.is_table() {
                return Err(format!("{key}{place}: {WAYS}"));
            }
            let holds_credentials = value.as_str().is_some_and(|text| text.contains("://") && text.contains('@'));
            if key == "proxy" && holds_credentials {
                return Err(format!(
                    "proxy{place} holds a password: put the URL into an environment variable, and name it with proxy_env"
                ));
            }
            if key == "url" && holds_credentials {
                return Err(format!("url{place} holds credentials: {WAYS}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn times() {
        for (text, milliseconds) in [("90", 90_000), ("90s", 90_000), (" 5m ", 300_000), ("500 ms", 500)] {
            assert_eq!(duration(text).unwrap(), Duration::from_millis(milliseconds), "{text}");
        }
        for text in ["", "0", "0s", "s", "-1", "1h30", "99999999999999999999", "18446744073709551615m"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn two_places_for_a_key_are_one_too_many() {
        let profile = Profile {
            api_key_env: Some("A".to_owned()),
            api_key_keyring: Some("tenable/acme".to_owned()),
            ..Profile::default()
        };
        assert!(profile.source(Secret::ApiKey, "acme").unwrap_err().line().contains("two places"));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_gives_its_first_line() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let key = run(&words(&["printf", "%s\\n%s", "first; second", "more"])).unwrap();
        assert_eq!(key.expose_secret(), "first; second");
        assert!(run(&words(&["true"])).unwrap_err().line().ends_with("printed nothing"));
        assert!(run(&words(&["false", "sentinel"])).unwrap_err().line().contains("failed"));
        assert!(run(&words(&["/nowhere/at/all"])).unwrap_err().line().contains("cannot be run"));
        assert!(run(&[]).is_err());
    }
}
