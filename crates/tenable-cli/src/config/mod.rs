//! The configuration file: profiles, and where their secrets are. It holds no secret itself.

pub(crate) mod keyring;
mod profile;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::exit::{Failure, Result};
use crate::output::split;

pub(crate) use profile::{KeySource, Profile, Secret, duration};

/// Environment variable that names another file.
const FILE_VARIABLE: &str = "TENABLE_CONFIG";

/// Environment variable that names a profile.
const PROFILE_VARIABLE: &str = "TENABLE_PROFILE";

/// The configuration file, or none: then there are no profiles.
#[derive(Debug, Default)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    contents: Contents,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

impl ConfigFile {
    /// Where the file is, or would be.
    pub(crate) fn path() -> Result<PathBuf> {
        if let Some(path) = std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty()) {
            return Ok(path.into());
        }
        let directories = directories::ProjectDirs::from("", "", "tenable")
            .ok_or_else(|| Failure::usage(format!("there is no home directory: set {FILE_VARIABLE}")))?;
        Ok(directories.config_dir().join("config.toml"))
    }

    /// Reads the file. One that is not there is empty, unless it was named.
    pub(crate) fn load() -> Result<Self> {
        let path = Self::path()?;
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound && std::env::var_os(FILE_VARIABLE).is_none() => {
                Ok(Self { path, contents: Contents::default() })
            }
            Err(error) => Err(Failure::io(format!("{} cannot be read", path.display()), &error)),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self> {
        let bad = |error: toml::de::Error| {
            // The error's own display quotes the line, which may hold what should not be shown.
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Failure::usage(format!("{}, line {line}: {}", path.display(), error.message()))
        };
        let table: toml::Table = toml::from_str(text).map_err(bad)?;
        profile::refuse_secrets(&table).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?;
        let contents = toml::from_str(text).map_err(bad)?;
        Ok(Self { path: path.to_owned(), contents })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.contents.profiles.keys().map(String::as_str)
    }

    pub(crate) fn default_profile(&self) -> Option<&str> {
        self.contents.default_profile.as_deref()
    }

    /// The profile of this name, with the paths in it relative to the file.
    pub(crate) fn profile(&self, name: &str) -> Result<Profile> {
        let profile = self.contents.profiles.get(name).ok_or_else(|| {
            let known: Vec<_> = self.names().collect();
            let known =
                if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
            Failure::usage(format!("there is no profile {name} in {}: {known}", self.path.display()))
        })?;
        Ok(profile.clone().beside(&self.path))
    }

    /// The profile to use: the one named, the one that the environment names, or the file's own default.
    pub(crate) fn chosen(named: Option<String>) -> Result<Option<(String, Profile)>> {
        let file = Self::load()?;
        let Some(name) = named.or_else(named_by_environment).or_else(|| file.default_profile().map(str::to_owned))
        else {
            return Ok(None);
        };
        if file.is_list(&name) {
            return Err(Failure::usage(format!(
                "{name:?} names more than one profile, and this command is for one product: give one of them; tasks such as \
                 `tenable whois` take several"
            )));
        }
        let profile = file.profile(&name)?;
        Ok(Some((name, profile)))
    }

    /// The profiles of a list such as `acme,north`, each once, in that order.
    pub(crate) fn listed(&self, list: &str) -> Result<Vec<(String, Profile)>> {
        let names = if self.is_list(list) { split(list) } else { vec![list.to_owned()] };
        let mut profiles: Vec<(String, Profile)> = Vec::with_capacity(names.len());
        for name in names {
            if profiles.iter().any(|(other, _)| *other == name) {
                return Err(Failure::usage(format!("the profile {name} is named twice")));
            }
            let profile = self.profile(&name)?;
            profiles.push((name, profile));
        }
        if profiles.is_empty() {
            return Err(Failure::usage(format!("{list:?} names no profile")));
        }
        Ok(profiles)
    }

    /// Whether a text is a list of profiles, rather than the name of one.
    fn is_list(&self, text: &str) -> bool {
        text.contains(',') && !self.contents.profiles.contains_key(text)
    }
}

/// Where the program keeps what outlives a command; `None` without a home directory.
pub(crate) fn state_directory() -> Option<PathBuf> {
    let directories = directories::ProjectDirs::from("", "", "tenable")?;
    Some(directories.state_dir().unwrap_or_else(|| directories.data_local_dir()).to_owned())
}

/// The profile, or the profiles, that the environment names.
pub(crate) fn named_by_environment() -> Option<String> {
    std::env::var(PROFILE_VARIABLE).ok().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> std::result::Result<ConfigFile, String> {
        ConfigFile::parse(Path::new("/etc/tenable/config.toml"), text).map_err(|failure| failure.line().to_owned())
    }

    #[test]
    fn a_profile_with_everything() {
        let file = parse(
            r#"
            default_profile = "acme"
            [profiles.acme]
            product = "ie"
            url = "https://acme.tenable.ad"
            api_key_command = "pass show tenable/acme"
            only_ca_file = "ca.pem"
            client_certificate = "/etc/client.pem"
            client_key_env = "CLIENT_KEY"
            proxy = "http://proxy.example:3128"
            no_proxy = "localhost"
            timeout = "2m"
            allow_plain_http = false
            [profiles.other]
            url = "https://other.tenable.ad"
            api_key_keyring = "tenable/other"
            timeout = 90
            "#,
        )
        .unwrap();
        assert_eq!(file.default_profile(), Some("acme"));
        assert_eq!(file.names().collect::<Vec<_>>(), ["acme", "other"]);
        let acme = file.profile("acme").unwrap();
        assert_eq!(acme.only_ca_file.as_deref(), Some(Path::new("/etc/tenable/ca.pem")));
        assert_eq!(acme.client_certificate.as_deref(), Some(Path::new("/etc/client.pem")));
        let source = acme.source(Secret::ApiKey, "acme").unwrap().unwrap();
        assert_eq!(source.to_string(), "the command pass");
        let missing = file.profile("absent").unwrap_err();
        assert_eq!(missing.line(), "there is no profile absent in /etc/tenable/config.toml: it has acme, other");
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_repeated() {
        for line in [
            "api_key = \"sentinel\"",
            "apikey = \"sentinel\"",
            "password = \"sentinel\"",
            "token = [\"sentinel\"]",
            "url = \"https://me:sentinel@acme.example\"",
            "proxy = \"http://me:sentinel@proxy.example\"",
        ] {
            let error = parse(&format!("[profiles.acme]\n{line}\n")).unwrap_err();
            assert!(!error.contains("sentinel"), "{error}");
            let ways = ["api_key_env", "api_key_command", "api_key_keyring"];
            let names_a_way = ways.iter().all(|way| error.contains(way)) || error.contains("proxy_env");
            assert!(names_a_way, "{line}: {error}");
        }
        // Nor is what could be one, in a line that cannot be read.
        let error = parse("[profiles.acme]\nurl = \"x\" sentinel\n").unwrap_err();
        assert!(error.starts_with("/etc/tenable/config.toml, line 2: ") && !error.contains("sentinel"), "{error}");
    }

    #[test]
    fn lists_of_profiles() {
        let file = parse("[profiles.a]\nurl = \"https://a.example\"\n[profiles.b]\n[profiles.\"b,c\"]\n").unwrap();
        let names = |list: &str| -> std::result::Result<Vec<String>, String> {
            let listed = file.listed(list).map_err(|failure| failure.line().to_owned())?;
            Ok(listed.into_iter().map(|(name, _)| name).collect())
        };
        assert_eq!(names("b, a").unwrap(), ["b", "a"]);
        assert_eq!(names("a").unwrap(), ["a"]);
        assert_eq!(names("b,c").unwrap(), ["b,c"], "it is the name of one");
        assert_eq!(names("a,a").unwrap_err(), "the profile a is named twice");
        assert!(names("a,x").unwrap_err().starts_with("there is no profile x "));
        assert_eq!(names(",").unwrap_err(), "\",\" names no profile");
    }

    /// Whatever became of a file: it is read or refused in one line, and what may be a secret is not repeated.
    #[test]
    fn changed_files_are_read_or_refused_and_no_secret_is_repeated() {
        const FILE: &str = "default_profile = \"acme\"\n[profiles.acme]\nproduct = \"ie\"\nurl = \"https://acme.example\"\n\
                            api_key_env = \"KEY\"\ntimeout = \"90s\"\nca_file = \"ca.pem\"\nproxy = \"http://p.example:3128\"\n\
                            [profiles.\"b,c\"]\napi_key_command = [\"pass\", \"show\"]\ntimeout = 5\nsecret_key = \"Sentinel-4711\"\n";
        const TOKENS: [&str; 14] = [
            "=",
            "\"",
            "\"\"\"",
            "[",
            "]]",
            "\n",
            "#",
            "1e999",
            "-0x",
            "{",
            "}",
            "\u{feff}",
            "2026-11-21",
            "url = \"https://me:Sentinel-4711@acme\"",
        ];
        let mut random = fastrand::Rng::with_seed(4711);
        for number in 0..5_000 {
            let mut text: Vec<char> = FILE.chars().collect();
            for _ in 0..random.usize(1..=4) {
                let begin = random.usize(..=text.len());
                let end = (begin + random.usize(..8)).min(text.len());
                text.splice(begin..end, TOKENS[random.usize(..TOKENS.len())].chars());
            }
            let text: String = text.into_iter().collect();
            match parse(&text) {
                Ok(file) => {
                    for name in file.names() {
                        let profile = file.profile(name).unwrap();
                        let shown = format!(
                            "{} {:?}",
                            profile.shown(),
                            profile.sources(name).map_err(|failure| failure.line().to_owned())
                        );
                        assert!(!shown.contains("Sentinel"), "{number}: {text:?}: {shown}");
                    }
                }
                Err(error) => {
                    assert!(!error.contains("Sentinel") && !error.contains('\n'), "{number}: {text:?}: {error}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = parse("[profiles.acme]\nurl = \"https://acme.example\"\ncolour = \"blue\"\n").unwrap_err();
        assert!(error.starts_with("/etc/tenable/config.toml, line 3: unknown field `colour`"), "{error}");
    }
}
