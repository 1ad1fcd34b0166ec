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
and message, attempts and exit_code.

Of a task: what stands in the way before anything is written is 2 for what was asked for, such as a role that there is not, and 1 for a
guard, such as the one that keeps the last administrator, and for a plan that does not fit what is there any more. A tenant that cannot
be read keeps no other from being done, and makes it 5; where there is only one, the code is that of the call that failed. Steps that
were not made, or not as they should be, make it 5, and 4 if one of them may have been carried out; so does Ctrl-C that stopped it
between two steps.";

const TENANTS: &str = "\
A task works on one tenant or on several, each with a connection and limits of its own. Every record has the name of its tenant.

  --profile acme,north     these profiles of the configuration file; also TENABLE_PROFILE
  --all                    every profile that names a product
  --emulator               ie, sc and vm of one emulator that lives as long as the command
  --emulator-state FILE    the same, with what was done kept in a file

Without any of them, the products whose variables are set (TIE_..., TSC_..., TIO_...) are tenants called ie, sc and vm; and if none is,
the default profile is one. A profile stands for itself: it needs product = \"ie\", \"sc\" or \"vm\", and variables of products do not
count for it. What is for one connection, such as --url, --as-user or a secret on standard input, is refused where there are several.

A tenant that cannot be reached is listed, the others are done, and the exit code is 5.";

const TASKS: &str = "\
Tasks are about people, not about calls. Each reads what is there, computes a plan, carries it out, and reads back what came of it.

  whois NAME           one person: every account, and what does not fit together
  ensure user|role|group NAME
                       one thing, made or changed to be as it is said to be
  plan FILE            what is to be done so that everything is as a file says; apply FILE does it
  export               what is there, as such a file; schema is its JSON Schema
  import FILE          people from rows of CSV, JSON Lines or Excel
  offboard NAME        every account of somebody who leaves is closed, and a record proves it
  review               who has access, with findings, as a page, tables or JSON

--dry-run shows the plan of a task: the exit code is 0 if there is nothing to do, and 6 if there is. At a terminal, a task that changes
more than one thing or takes something away asks first, unless --yes is given.

Running a task again goes on where it was ended, and changes nothing when all is done. Each step is written to a journal before it is made
and after: a file in the state directory, named by the plan, that is removed when all went well, or the one that --journal names. Where it
is, is said when something is left to do. The first Ctrl-C lets what has begun be finished and read back, the second ends it at once.

Accounts that are made get random passwords that nobody gets: people sign in by SAML, or have a password set. --passwords-file keeps them
in a new file that only you can read. --protect names accounts that nothing is taken from; --max-removals says how much may be deleted or
disabled in a tenant at once. --aliases names a file of other names of people, one person a line:

  ann@example.com: alee, ann.lee@corp.example";

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
    Command::new("help").about("Help on a topic (tasks, tenants, exit-codes, config, secrets) or a command").arg(
        Arg::new("words")
            .value_name("TOPIC|COMMAND")
            .action(ArgAction::Append)
            .help("A topic, or the words of a command"),
    )
}

pub(crate) fn run(scopes: &Scopes<'_>) -> Result {
    let words = scopes.leaf().and_then(|matches| matches.get_many::<String>("words")).unwrap_or_default();
    let words: Vec<&str> = words.map(String::as_str).collect();
    match words.as_slice() {
        ["exit-codes"] => write(format!("{EXIT_CODES}\n{EXIT_CODES_MORE}\n").as_bytes()),
        ["tasks"] => write(format!("{TASKS}\n").as_bytes()),
        ["tenants"] => write(format!("{TENANTS}\n").as_bytes()),
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
