//! Options that stand at several levels of the command, and how they are read.
//!
//! `tenable --url U ie users list` and `tenable ie users list --url U` mean the same. Where an operation has an argument of the same
//! name, such as the `url` of an LDAP server, the option at that level is the operation's.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use tenable_api::model::Product;
use tenable_api::vulnerability_management::Site;

use crate::output::Format;

use Takes::{File, Nothing, OneOf, Repeats, Text, TextOrAll, Texts};

/// Where an option makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Every command.
    Everywhere,
    /// Commands that print a result.
    Output,
    /// Commands that talk to a product.
    Product,
    /// Tasks, which talk to several.
    Tenants,
}

/// Name of the whole command.
pub(crate) const ROOT: &str = "tenable";

/// Heading of the options that say who signs in.
const SIGN_IN: &str = "Sign-in options";

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// Nothing, and may be repeated.
    Repeats,
    Text(&'static str),
    Texts(&'static str),
    /// A text, or all if it stands alone.
    TextOrAll(&'static str),
    OneOf(&'static str, &'static [&'static str]),
    File,
}

#[derive(Clone, Copy)]
struct Row {
    reach: Reach,
    heading: &'static str,
    name: &'static str,
    short: Option<char>,
    takes: Takes,
    help: &'static str,
    /// The products that it is for; all without any.
    only: &'static [Product],
}

const fn output(name: &'static str, takes: Takes, help: &'static str) -> Row {
    Row { reach: Reach::Output, heading: "Output options", name, short: None, takes, help, only: &[] }
}

const fn general(name: &'static str, short: Option<char>, takes: Takes, help: &'static str) -> Row {
    Row { reach: Reach::Everywhere, heading: "General options", name, short, takes, help, only: &[] }
}

const fn connection(name: &'static str, takes: Takes, help: &'static str) -> Row {
    Row { reach: Reach::Product, heading: "Connection options", name, short: None, takes, help, only: &[] }
}

const IE: &[Product] = &[Product::IdentityExposure];
const SC: &[Product] = &[Product::SecurityCenter];
const VM: &[Product] = &[Product::VulnerabilityManagement];

/// Who signs in to these products, and how.
const fn sign_in(only: &'static [Product], name: &'static str, takes: Takes, help: &'static str) -> Row {
    of_products(only, Row { heading: SIGN_IN, ..connection(name, takes, help) })
}

/// An option of these products.
const fn of_products(only: &'static [Product], row: Row) -> Row {
    Row { only, ..row }
}

const fn emulator(name: &'static str, takes: Takes, help: &'static str) -> Row {
    Row { reach: Reach::Product, heading: "Emulator options", name, short: None, takes, help, only: &[] }
}

static ROWS: &[Row] = &[
    Row {
        short: Some('o'),
        ..output(
            "output",
            OneOf("FORMAT", &Format::NAMES),
            "How the result is written; table on a terminal and json elsewhere, unless given",
        )
    },
    output("columns", Text("NAMES"), "Only these fields, separated by commas"),
    output("reveal-secrets", Nothing, "Print secrets in answers instead of ***"),
    general("quiet", Some('q'), Nothing, "Write nothing but errors to standard error"),
    general("error-format", None, OneOf("FORMAT", &["text", "json"]), "How errors are written to standard error"),
    general("verbose", Some('v'), Repeats, "Say what is sent, on standard error; twice for more"),
    connection(
        "profile",
        Text("NAME"),
        "Profile of the configuration file; for tasks, profiles separated by commas; also TENABLE_PROFILE",
    ),
    Row {
        reach: Reach::Tenants,
        ..connection("all", Nothing, "For tasks: every profile of the configuration file that names a product")
    },
    connection(
        "url",
        Text("URL"),
        "Where the product answers, such as https://acme.tenable.ad; also TIE_URL for ie, TSC_URL for sc, TIO_URL for vm",
    ),
    of_products(
        VM,
        connection(
            "site",
            OneOf("SITE", Site::KNOWN),
            "vm: which cloud, instead of --url; the commercial one, unless given",
        ),
    ),
    of_products(
        VM,
        connection("as-user", Text("NAME"), "vm: act as this user, with that user's rights; for administrators"),
    ),
    sign_in(
        &[Product::IdentityExposure, Product::VulnerabilityManagement],
        "api-key-stdin",
        Nothing,
        "ie, vm: read the API key from the first line of standard input; of vm, access key and secret key from the first two",
    ),
    sign_in(IE, "api-key-env", Text("VARIABLE"), "ie: environment variable with the API key, instead of TIE_API_KEY"),
    sign_in(
        &[Product::SecurityCenter, Product::VulnerabilityManagement],
        "access-key-env",
        Text("VARIABLE"),
        "sc, vm: environment variable with the access key, instead of TSC_ACCESS_KEY or TIO_ACCESS_KEY",
    ),
    sign_in(
        &[Product::SecurityCenter, Product::VulnerabilityManagement],
        "secret-key-env",
        Text("VARIABLE"),
        "sc, vm: environment variable with the secret key, instead of TSC_SECRET_KEY or TIO_SECRET_KEY",
    ),
    sign_in(SC, "login", Text("NAME"), "sc: sign in by name and password; the session ends with the command"),
    sign_in(
        SC,
        "login-password-stdin",
        Nothing,
        "sc: read the password of --login from the first line of standard input",
    ),
    sign_in(SC, "login-password-env", Text("VARIABLE"), "sc: environment variable with the password of --login"),
    sign_in(SC, "client-certificate-login", Nothing, "sc: sign in by the client certificate"),
    sign_in(SC, "release-session", Nothing, "sc: end another session of the account if it has as many as it may have"),
    of_products(SC, connection("tes", Nothing, "sc: use the paths of Tenable Enclave Security")),
    connection("ca-file", File, "Trust the CA certificates of this PEM file as well"),
    connection("only-ca-file", File, "Trust the CA certificates of this PEM file and no others"),
    connection("client-certificate", File, "PEM chain to show to the server"),
    connection("client-key", File, "PEM key of the client certificate"),
    connection(
        "proxy",
        Text("URL"),
        "http, https, socks5 or socks5h proxy; also HTTPS_PROXY and ALL_PROXY. For one with a password use the variables",
    ),
    connection(
        "no-proxy",
        TextOrAll("HOSTS"),
        "Hosts to reach without the proxy, separated by commas; alone: all of them; also NO_PROXY",
    ),
    connection("timeout", Text("TIME"), "Longest time of a call, retries included, such as 90s or 5m [default: 60s]"),
    connection(
        "dangerously-accept-any-certificate",
        Nothing,
        "Do not verify the server: anyone on the way can read and change everything",
    ),
    connection("allow-plain-http", Nothing, "Allow http to other machines: keys and passwords travel unencrypted"),
    emulator("emulator", Nothing, "Run against an emulator that lives as long as this command"),
    emulator("emulator-state", File, "Run against an emulator that keeps what was done in this file"),
    of_products(
        SC,
        emulator(
            "emulator-as",
            OneOf("WHO", &["manager", "administrator"]),
            "sc: who signs in to the emulator [default: manager]",
        ),
    ),
    emulator("set", Texts("RULE=OUTCOME"), "Choose how the emulator behaves; see tenable emulator --rules"),
];

impl Row {
    fn all() -> Vec<(Reach, Arg)> {
        ROWS.iter().map(|row| (row.reach, row.arg())).collect()
    }

    fn arg(&self) -> Arg {
        let arg = Arg::new(id(self.name)).long(self.name).short(self.short).help(self.help).help_heading(self.heading);
        match self.takes {
            Nothing => arg.action(ArgAction::SetTrue),
            Repeats => arg.action(ArgAction::Count),
            Text(name) => arg.value_name(name),
            Texts(name) => arg.value_name(name).action(ArgAction::Append),
            TextOrAll(name) => arg.value_name(name).num_args(0..=1).require_equals(true).default_missing_value("*"),
            OneOf(name, values) => arg.value_name(name).value_parser(PossibleValuesParser::new(values)),
            File => arg.value_name("FILE").value_parser(value_parser!(PathBuf)),
        }
    }
}

fn id(name: &str) -> String {
    format!("global.{name}")
}

/// Adds the options to a command, but those of which it has its own.
pub(crate) fn add(command: Command, reach: Reach) -> Command {
    extend(command, reach, &Row::all())
}

/// Adds the options to a command and all below it.
pub(crate) fn add_everywhere(command: Command, reach: Reach) -> Command {
    extend_everywhere(command, reach, &Row::all())
}

fn extend_everywhere(mut command: Command, reach: Reach, options: &[(Reach, Arg)]) -> Command {
    let subcommands: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in subcommands {
        command = command.mut_subcommand(name, |sub| extend_everywhere(sub, reach, options));
    }
    extend(command, reach, options)
}

fn extend(command: Command, reach: Reach, options: &[(Reach, Arg)]) -> Command {
    let taken: Vec<String> = command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect();
    let free = |arg: &Arg| !arg.get_long().is_some_and(|long| taken.iter().any(|name| name == long));
    let below_root = command.get_name() != ROOT;
    let added = options.iter().filter(|(needed, arg)| *needed <= reach && free(arg)).map(|(needed, arg)| {
        // Told once, at the root; a shell still completes them everywhere. Which tenants a task is for is told with it as well.
        let names_tenants = reach == Reach::Tenants && matches!(arg.get_long(), Some("profile" | "all"));
        let told_elsewhere = below_root && *needed != Reach::Output && !names_tenants;
        let in_brief = *needed == Reach::Output || (below_root && names_tenants);
        arg.clone().hide_long_help(told_elsewhere).hide_short_help(told_elsewhere || !in_brief)
    });
    let command = command.args(added);
    if below_root && reach == Reach::Tenants && !command.has_subcommands() {
        let own = command.get_after_help().map(ToString::to_string);
        let more = "More: tenable help tasks|tenants. Options for connection, emulator and messages: tenable --help";
        return command.after_help(own.map_or_else(|| more.to_owned(), |own| format!("{own}\n\n{more}")));
    }
    if below_root && reach == Reach::Product && !command.has_subcommands() {
        return command.after_help("Options for connection, profiles, emulator and messages: tenable --help");
    }
    command
}

/// What was given, from the root of the command to its leaf.
#[derive(Clone, Debug)]
pub(crate) struct Scopes<'a>(Vec<&'a ArgMatches>);

impl<'a> Scopes<'a> {
    /// The names of the commands, and what was given to each.
    pub(crate) fn of(root: &'a ArgMatches) -> (Vec<&'a str>, Self) {
        let (mut path, mut scopes) = (Vec::new(), vec![root]);
        let mut current = root;
        while let Some((name, below)) = current.subcommand() {
            path.push(name);
            scopes.push(below);
            current = below;
        }
        (path, Self(scopes))
    }

    /// What was given to the innermost command.
    pub(crate) fn leaf(&self) -> Option<&'a ArgMatches> {
        self.0.last().copied()
    }

    /// The innermost value of an option.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.one::<String>(name).cloned()
    }

    /// The innermost path of an option.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.one::<PathBuf>(name).cloned()
    }

    /// Whether an option was given anywhere.
    pub(crate) fn flag(&self, name: &str) -> bool {
        let id = id(name);
        self.0.iter().any(|matches| matches!(matches.try_get_one::<bool>(&id), Ok(Some(true))))
    }

    /// How often an option was given.
    pub(crate) fn count(&self, name: &str) -> u32 {
        let id = id(name);
        self.0.iter().filter_map(|matches| matches.try_get_one::<u8>(&id).ok().flatten()).map(|&n| u32::from(n)).sum()
    }

    /// All values of an option, outermost first.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let id = id(name);
        let given = self.0.iter().filter_map(|matches| matches.try_get_many::<String>(&id).ok().flatten());
        given.flatten().cloned().collect()
    }

    fn one<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<&'a T> {
        let id = id(name);
        self.0.iter().rev().find_map(|matches| matches.try_get_one::<T>(&id).ok().flatten())
    }
}

/// An option that was given and is for other products.
pub(crate) fn foreign(scopes: &Scopes<'_>, product: Product) -> Option<&'static str> {
    given(scopes, |row| !row.only.is_empty() && !row.only.contains(&product))
}

/// An option that was given and says who signs in.
pub(crate) fn sign_in_given(scopes: &Scopes<'_>) -> Option<&'static str> {
    given(scopes, |row| row.heading == SIGN_IN)
}

/// An option that was given and can only be for one connection.
pub(crate) fn for_one_connection(scopes: &Scopes<'_>) -> Option<&'static str> {
    const OTHERS: [&str; 3] = ["url", "site", "as-user"];
    // Which session gives way is nobody's credential.
    given(scopes, |row| OTHERS.contains(&row.name) || (row.heading == SIGN_IN && row.name != "release-session"))
}

/// The first option of this kind that was given.
fn given(scopes: &Scopes<'_>, kind: impl Fn(&Row) -> bool) -> Option<&'static str> {
    let mut rows = ROWS.iter().filter(|row| kind(row));
    rows.find(|row| scopes.flag(row.name) || scopes.text(row.name).is_some()).map(|row| row.name)
}

/// Whether an argument of an operation was given, rather than left to its default.
pub(crate) fn was_given(matches: &ArgMatches, id: &str) -> bool {
    matches!(matches.try_contains_id(id), Ok(true)) && matches.value_source(id) == Some(ValueSource::CommandLine)
}
