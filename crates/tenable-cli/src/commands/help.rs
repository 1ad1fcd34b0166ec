//! `tenable help`: topics that belong to no single command, and the help of any command.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

use crate::exit::{EXIT_CODES, Failure, Result};
use crate::options::{ROOT, Scopes};
use crate::output::write;

const EXIT_CODES_MORE: &str = "
A create whose connection breaks may have been carried out: the code is 4, and it is not sent again. `tenable ie users create
--if-absent` is the safe way to run it again: it looks for the e-mail address first, and gives the user that is there; `tenable sc
users create --if-absent` and `tenable vm users create --if-absent` do so by user name.

A failure is one line on standard error. --error-format json makes it one JSON object with kind, effect, status, the server's code
and message, attempts and exit_code.";

const CONFIG: &str = "\
Settings come from options, then from the environment, then from a profile of the configuration file: the one named by --profile, by
TENABLE_PROFILE, or by default_profile in the file. `tenable config path` says where the file is; TENABLE_CONFIG names another one.

The environment of ie is TIE_URL and TIE_API_KEY. That of sc is TSC_URL, and TSC_ACCESS_KEY with TSC_SECRET_KEY, or else TSC_USERNAME
with TSC_PASSWORD. That of vm is TIO_ACCESS_KEY with TIO_SECRET_KEY, and TIO_URL; without an address, vm goes to the commercial cloud.

  default_profile = \"acme\"

  [profiles.acme]
  url = \"https://acme.tenable.ad\"
  api_key_command = [\"pass\", \"show\", \"tenable/acme\"]

  [profiles.north]
  product = \"sc\"
  url = \"https://sc.example.com\"
  username = \"north.manager\"
  password_keyring = \"tenable/north\"

  [profiles.agency]
  product = \"vm\"
  site = \"fedramp\"
  access_key_keyring = \"tenable/agency-access\"
  secret_key_keyring = \"tenable/agency-secret\"

Of a profile:
  product                              ie, sc or vm; the product it is for
  url                                  where the product answers
  site                                 vm: commercial or fedramp, instead of url
  api_key_env                          ie: environment variable that holds the API key
  api_key_command                      program and arguments whose output is the API key; no shell is used
  api_key_keyring                      service/account in the keyring of the operating system
  access_key_..., secret_key_...       sc, vm: the two halves of an API key, each with _env, _command or _keyring
  username, password_...               sc: who signs in, and the password with _env, _command or _keyring
  client_certificate_login             sc: true to sign in by the client certificate
  release_session                      sc: true to end another session of the account if it has as many as it may have
  enclave_security                     sc: true for the paths of Tenable Enclave Security
  ca_file, only_ca_file                PEM file of CA certificates to trust as well, or alone
  client_certificate                   PEM file of the client certificate's chain
  client_key, client_key_env           PEM file of its key, or the environment variable that holds the PEM text
  proxy, proxy_env, no_proxy           proxy, the variable that holds its URL, and hosts to reach without it
  timeout                              longest time of a call, such as \"90s\"
  allow_plain_http                     true to allow http to other machines
  dangerously_accept_any_certificate   true to verify nothing";

const SECRETS: &str = "\
Secrets are never arguments: every user of the machine can read those, and shells remember them.

An operation that takes a password has --password-stdin, --password-env VARIABLE and --password-prompt; where the password is needed
and none of them is given, a terminal is asked. Several secrets on standard input stand one on a line, what signs in first, then in
the order of the help.

The API key of ie comes from TIE_API_KEY, --api-key-env, --api-key-stdin or a profile; what signs in to sc from the TSC_ variables,
--access-key-env with --secret-key-env, --login with --login-password-stdin or --login-password-env, or a profile. The two halves of
the API key of vm come from the TIO_ variables, --access-key-env with --secret-key-env, --api-key-stdin (access key on the first line,
secret key on the second), or a profile.

Secrets in answers are printed as *** unless --reveal-secrets is given; `ie api-key read`, `ie api-key renew` and `vm users
generate-keys` exist to give one, and print it.";

pub(crate) fn command() -> Command {
    Command::new("help")
        .about("Help on a topic (exit-codes, config, secrets) or a command")
        .arg(Arg::new("words").value_name("TOPIC|COMMAND").action(ArgAction::Append))
}

pub(crate) fn run(scopes: &Scopes<'_>) -> Result {
    let words = scopes.leaf().and_then(|matches| matches.get_many::<String>("words")).unwrap_or_default();
    let words: Vec<&str> = words.map(String::as_str).collect();
    match words.as_slice() {
        ["exit-codes"] => write(format!("{EXIT_CODES}\n{EXIT_CODES_MORE}\n").as_bytes()),
        ["config"] => write(format!("{CONFIG}\n").as_bytes()),
        ["secrets"] => write(format!("{SECRETS}\n").as_bytes()),
        command => {
            let arguments = [ROOT].iter().chain(command).chain(&["--help"]).map(OsString::from);
            match crate::cli::command().try_get_matches_from(arguments) {
                Err(error) if error.kind() == clap::error::ErrorKind::DisplayHelp => {
                    // A reader that has gone away has read enough.
                    let _unheard = error.print();
                    Ok(())
                }
                _ => Err(Failure::usage(format!("there is neither a topic nor a command {:?}", command.join(" ")))),
            }
        }
    }
}
