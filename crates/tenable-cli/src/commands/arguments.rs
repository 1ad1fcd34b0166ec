//! From the parameters of an operation to options of a command, and from options to the operation's arguments as JSON.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser, ValueParser};
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use tenable_api::{Location, OperationMeta, Parameter, ParameterKind};

use crate::exit::{Failure, Result};
use crate::options::was_given;
use crate::stdin::{self, Input};

/// How an argument is spelled on the command line: `userSearchBase` as `user-search-base`.
pub(crate) fn kebab(name: &str) -> String {
    name.replace('_', "-")
}

/// A boolean of which only one value may be written: given or not.
fn only_value(parameter: &Parameter) -> Option<bool> {
    match (parameter.kind, parameter.values) {
        (ParameterKind::Boolean, ["true"]) => Some(true),
        (ParameterKind::Boolean, ["false"]) => Some(false),
        _ => None,
    }
}

/// Whether it is given as JSON: an object, a list of objects, or a kind that is newer than this program.
fn is_json(kind: ParameterKind) -> bool {
    match kind {
        ParameterKind::Text | ParameterKind::Integer | ParameterKind::Id | ParameterKind::Boolean => false,
        ParameterKind::List(element) => is_json(*element),
        _ => true,
    }
}

/// Any text; a shell is offered the values that are known.
#[derive(Clone, Copy)]
struct Known(&'static [&'static str]);

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> std::result::Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        if self.0.is_empty() {
            return None;
        }
        Some(Box::new(self.0.iter().copied().map(PossibleValue::new)))
    }
}

/// Writes `--locked false` as `--locked=false`.
///
/// A boolean may stand alone, and only then is what follows the id that the operation is about; but no id is `true` or `false`.
pub(crate) fn join_booleans(given: Vec<OsString>, is_boolean: impl Fn(&str) -> bool) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(given.len());
    let mut options = true;
    for word in given {
        options &= word != "--";
        let name = joined.last().and_then(|last| last.to_str()?.strip_prefix("--"));
        let is_value = options && (word == "true" || word == "false");
        if is_value && name.is_some_and(&is_boolean) {
            if let Some(last) = joined.last_mut() {
                last.push("=");
                last.push(word);
            }
        } else {
            joined.push(word);
        }
    }
    joined
}

/// Adds an option for each parameter.
pub(crate) fn add(mut command: Command, meta: &OperationMeta) -> Command {
    let from = from_file(meta).map(|parameter| parameter.name);
    for parameter in meta.parameters {
        command = add_one(command, parameter, from == Some(parameter.name));
    }
    command
}

/// The list of objects that `--from` stands for: the one that must be there, unless there are two of the kind.
fn from_file(meta: &OperationMeta) -> Option<&'static Parameter> {
    let is_list = |parameter: &&Parameter| match parameter.kind {
        ParameterKind::List(element) => parameter.required && is_json(*element),
        _ => false,
    };
    let mut lists = meta.parameters.iter().filter(is_list);
    lists.next().filter(|_| lists.next().is_none())
}

fn add_one(command: Command, parameter: &Parameter, from_file: bool) -> Command {
    let name = kebab(parameter.field);
    if parameter.secret {
        return add_secret(command, parameter, &name);
    }
    if parameter.location == Location::Path {
        return add_path(command, parameter, &name);
    }
    let arg = Arg::new(name.clone()).long(name.clone()).help(help(parameter));
    let arg = match parameter.kind {
        ParameterKind::Boolean if only_value(parameter).is_some() => arg.action(ArgAction::SetTrue),
        ParameterKind::Boolean => arg
            .value_name("true|false")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(PossibleValuesParser::new(["true", "false"]))
            .hide_possible_values(true),
        ParameterKind::Text => arg.value_name("TEXT").value_parser(Known(parameter.values)).hide_possible_values(true),
        ParameterKind::Integer => {
            arg.value_name("NUMBER").allow_negative_numbers(true).value_parser(ValueParser::new(integer))
        }
        ParameterKind::Id => arg.value_name("ID").value_parser(ValueParser::new(number)),
        ParameterKind::List(_) if !is_json(parameter.kind) => {
            let arg = arg.value_name(value_name(parameter.kind)).action(ArgAction::Append);
            arg.value_parser(Known(parameter.values)).hide_possible_values(true)
        }
        _ => arg.value_name("JSON|@FILE|-"),
    };
    let mut command = command.arg(arg);
    let mut ways = vec![name.clone()];
    if let ParameterKind::List(_) = parameter.kind {
        if from_file {
            let from = Arg::new("from").long("from").value_name("FILE|-");
            command = command.arg(from.help(format!("File of {name}: a JSON array, NDJSON, or CSV with a header")));
            ways.push("from".to_owned());
        }
        let none = format!("no-{name}");
        command = command
            .arg(Arg::new(none.clone()).long(none.clone()).action(ArgAction::SetTrue).help("Send an empty list"));
        ways.push(none);
    }
    if parameter.nullable {
        let clear = format!("clear-{name}");
        let arg = Arg::new(clear.clone()).long(clear.clone()).action(ArgAction::SetTrue);
        command = command.arg(arg.help(format!("Send null instead of a value for --{name}")));
        ways.push(clear);
    }
    group(command, &name, ways, parameter.required)
}

fn value_name(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::List(ParameterKind::Id) => "ID,...",
        ParameterKind::List(ParameterKind::Integer) => "NUMBER,...",
        _ => "TEXT,...",
    }
}

/// A path parameter may stand alone or with its name: `details 7`, `details --id 7`.
fn add_path(command: Command, parameter: &Parameter, name: &str) -> Command {
    let parser = || match parameter.kind {
        ParameterKind::Id | ParameterKind::Integer => ValueParser::new(number),
        _ => ValueParser::string(),
    };
    let shown = name.replace('-', "_").to_uppercase();
    let bare = format!("{name}.bare");
    let command =
        command.arg(Arg::new(bare.clone()).value_name(shown).value_parser(parser()).help(help(parameter))).arg(
            Arg::new(name.to_owned())
                .long(name.to_owned())
                .value_name("ID")
                .value_parser(parser())
                .help("The same as the argument"),
        );
    group(command, name, vec![name.to_owned(), bare], true)
}

/// A secret is never an argument: it comes from standard input, a variable or a terminal.
fn add_secret(command: Command, parameter: &Parameter, name: &str) -> Command {
    let [stdin, env, prompt] = ["stdin", "env", "prompt"].map(|way| format!("{name}-{way}"));
    let command = command
        .arg(
            Arg::new(stdin.clone())
                .long(stdin.clone())
                .action(ArgAction::SetTrue)
                .help(format!("{}. From a line of standard input", help(parameter))),
        )
        .arg(
            Arg::new(env.clone())
                .long(env.clone())
                .value_name("VARIABLE")
                .help(format!("The {} from an environment variable", words(name))),
        )
        .arg(
            Arg::new(prompt.clone())
                .long(prompt.clone())
                .action(ArgAction::SetTrue)
                .help(format!("Ask for the {} at the terminal", words(name))),
        )
        // So that whoever tries gets told, and the secret is not repeated in an error.
        .arg(Arg::new(name.to_owned()).long(name.to_owned()).num_args(0..=1).hide(true));
    let mut ways = vec![stdin, env, prompt];
    let mut command = command;
    if parameter.nullable {
        let clear = format!("clear-{name}");
        let arg = Arg::new(clear.clone()).long(clear.clone()).action(ArgAction::SetTrue);
        command = command.arg(arg.help(format!("Send null instead of a {}", words(name))));
        ways.push(clear);
    }
    group(command, name, ways, false)
}

/// Ways to say one thing, of which one may be used.
fn group(command: Command, name: &str, ways: Vec<String>, required: bool) -> Command {
    if ways.len() == 1 {
        return command.mut_arg(name, |arg| arg.required(required));
    }
    command.group(ArgGroup::new(format!("{name}.group")).args(ways).required(required).multiple(false))
}

/// What the contract says of a parameter. As the help of every option, it ends without a full stop.
fn help(parameter: &Parameter) -> String {
    if only_value(parameter).is_none() && !parameter.values.is_empty() {
        return format!("{} Known: {}", parameter.help, parameter.values.join(", "));
    }
    parameter.help.trim_end_matches('.').to_owned()
}

fn words(name: &str) -> String {
    name.replace('-', " ")
}

fn number(text: &str) -> std::result::Result<u64, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits => Ok(number),
        _ => Err("expected a whole number such as 7".to_owned()),
    }
}

fn integer(text: &str) -> std::result::Result<i64, String> {
    text.parse().map_err(|_| "expected a whole number such as 7 or -7".to_owned())
}

/// Secrets of an operation that are to come from standard input, in the order of the help.
pub(crate) fn secrets_on_stdin(meta: &OperationMeta, matches: &ArgMatches) -> Vec<&'static Parameter> {
    let from_stdin = |parameter: &&Parameter| {
        parameter.secret && matches!(matches.try_get_one::<bool>(&way(parameter, "stdin")), Ok(Some(true)))
    };
    meta.parameters.iter().filter(from_stdin).collect()
}

fn way(parameter: &Parameter, way: &str) -> String {
    format!("{}-{way}", kebab(parameter.field))
}

/// What was given, as the operation's arguments in wire names.
///
/// `read` holds the secrets that came from standard input. In a rehearsal, a secret that would have to be asked for is made up.
pub(crate) fn collect(
    meta: &OperationMeta,
    matches: &ArgMatches,
    input: &mut Input,
    mut read: Vec<secrecy::SecretString>,
    rehearsal: bool,
) -> Result<Map<String, Value>> {
    read.reverse();
    let mut arguments = Map::new();
    let from = from_file(meta).map(|parameter| parameter.name);
    for parameter in meta.parameters {
        let value = match parameter {
            _ if flag(matches, &format!("clear-{}", kebab(parameter.field))) => Some(Value::Null),
            Parameter { secret: true, .. } => secret(parameter, matches, &mut read, rehearsal)?,
            Parameter { location: Location::Path, .. } => path(parameter, matches),
            _ => plain(parameter, matches, input, from == Some(parameter.name))?,
        };
        if let Some(value) = value {
            arguments.insert(parameter.name.to_owned(), value);
        }
    }
    Ok(arguments)
}

fn flag(matches: &ArgMatches, id: &str) -> bool {
    matches!(matches.try_get_one::<bool>(id), Ok(Some(true)))
}

fn secret(
    parameter: &Parameter,
    matches: &ArgMatches,
    read: &mut Vec<secrecy::SecretString>,
    rehearsal: bool,
) -> Result<Option<Value>> {
    let name = kebab(parameter.field);
    if was_given(matches, &name) {
        return Err(Failure::usage(format!(
            "a {} on the command line can be read by everyone: give --{name}-stdin, --{name}-env VARIABLE or --{name}-prompt",
            words(&name)
        )));
    }
    let ask = || match name.as_str() {
        // What is known already need not be typed twice.
        "old-password" | "current-password" | "token" | "verification-code" => stdin::prompt(&words(&name)),
        _ => stdin::prompt_twice(&words(&name)),
    };
    let secret = if flag(matches, &format!("{name}-stdin")) {
        read.pop()
    } else if let Some(variable) = matches.get_one::<String>(&format!("{name}-env")) {
        Some(stdin::variable(variable)?.into())
    } else if rehearsal && (parameter.required || flag(matches, &format!("{name}-prompt"))) {
        Some("***".to_owned().into())
    } else if flag(matches, &format!("{name}-prompt")) || (parameter.required && stdin::can_ask()) {
        Some(ask()?)
    } else if parameter.required {
        return Err(Failure::usage(format!(
            "the {} is missing: give --{name}-stdin or --{name}-env VARIABLE",
            words(&name)
        )));
    } else {
        None
    };
    Ok(secret.map(|secret: secrecy::SecretString| Value::from(secret.expose_secret())))
}

fn path(parameter: &Parameter, matches: &ArgMatches) -> Option<Value> {
    let name = kebab(parameter.field);
    let bare = format!("{name}.bare");
    match parameter.kind {
        ParameterKind::Id | ParameterKind::Integer => {
            matches.get_one::<u64>(&name).or_else(|| matches.get_one::<u64>(&bare)).map(|&number| number.into())
        }
        _ => {
            let text = matches.get_one::<String>(&name).or_else(|| matches.get_one::<String>(&bare));
            text.map(|text| Value::from(text.as_str()))
        }
    }
}

fn plain(parameter: &Parameter, matches: &ArgMatches, input: &mut Input, from_file: bool) -> Result<Option<Value>> {
    let name = kebab(parameter.field);
    if let Some(value) = only_value(parameter) {
        return Ok(flag(matches, &name).then_some(Value::Bool(value)));
    }
    if flag(matches, &format!("no-{name}")) {
        return Ok(Some(Value::Array(Vec::new())));
    }
    Ok(match parameter.kind {
        ParameterKind::Boolean => matches.get_one::<String>(&name).map(|text| Value::Bool(text == "true")),
        ParameterKind::Text => matches.get_one::<String>(&name).map(|text| Value::from(text.as_str())),
        ParameterKind::Integer => matches.get_one::<i64>(&name).map(|&number| number.into()),
        ParameterKind::Id => matches.get_one::<u64>(&name).map(|&number| number.into()),
        ParameterKind::List(element) if !is_json(*element) => match matches.get_many::<String>(&name) {
            Some(given) => Some(list(&name, *element, given.map(String::as_str))?),
            None => None,
        },
        _ => {
            let from = if from_file { matches.try_get_one::<String>("from").ok().flatten() } else { None };
            let from = from.map(|file| if file == "-" { file.clone() } else { format!("@{file}") });
            match from.as_ref().or_else(|| matches.get_one::<String>(&name)) {
                Some(given) => Some(objects(parameter, given, input)?),
                None => None,
            }
        }
    })
}

/// A list, repeated or separated by commas; `''` is the empty one. An element that holds a comma is given as a JSON array.
pub(crate) fn list<'t>(name: &str, element: ParameterKind, given: impl Iterator<Item = &'t str>) -> Result<Value> {
    let mut elements = Vec::new();
    for text in given {
        if text.trim_start().starts_with('[') {
            let array: Vec<Value> = serde_json::from_str(text)
                .map_err(|error| Failure::usage(format!("--{name} is no valid JSON array: {error}")))?;
            elements.extend(array);
            continue;
        }
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            elements.push(scalar(element, part).map_err(|why| Failure::usage(format!("--{name} {part:?}: {why}")))?);
        }
    }
    Ok(Value::Array(elements))
}

fn scalar(kind: ParameterKind, text: &str) -> std::result::Result<Value, String> {
    Ok(match kind {
        ParameterKind::Id => number(text)?.into(),
        ParameterKind::Integer => integer(text)?.into(),
        ParameterKind::Boolean => match text {
            "true" | "yes" | "1" => true.into(),
            "false" | "no" | "0" => false.into(),
            _ => return Err("expected true or false".to_owned()),
        },
        _ => text.into(),
    })
}

/// An object or a list of objects: JSON, NDJSON or CSV.
fn objects(parameter: &Parameter, given: &str, input: &mut Input) -> Result<Value> {
    let name = kebab(parameter.field);
    let inline = given != "-" && !given.starts_with('@');
    let fields = parameter.kind.fields();
    if inline && fields.iter().any(|field| field.secret) {
        return Err(Failure::usage(format!(
            "--{name} holds secrets, which everyone could read on the command line: give --{name} @FILE, or - for standard input"
        )));
    }
    let text = input.document(given, &name)?;
    let list = matches!(parameter.kind, ParameterKind::List(_));
    if list && std::path::Path::new(given).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
        return from_csv(&name, &text, fields);
    }
    let not_json = |error: serde_json::Error| {
        // The text of the error may quote a secret; where it stands is enough.
        let place = format!("line {}, column {}", error.line(), error.column());
        Failure::usage(format!("--{name} is no valid JSON at {place}"))
    };
    if list && !text.trim_start().starts_with('[') {
        let elements = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        return elements.collect::<std::result::Result<_, _>>().map(Value::Array).map_err(not_json);
    }
    serde_json::from_str(&text).map_err(not_json)
}

/// Rows under a header that names fields in either spelling. An empty cell is a field that is not set; the elements of a list are
/// separated by semicolons.
fn from_csv(name: &str, text: &str, fields: &[Parameter]) -> Result<Value> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let bad = |place: &str, why: &str| Failure::usage(format!("--{name}, {place}: {why}"));
    let header = reader.headers().map_err(|error| bad("header", &error.to_string()))?.clone();
    let mut columns = Vec::new();
    for column in &header {
        let spelled = kebab(column.trim()).to_lowercase();
        let same = |field: &&Parameter| field.name.eq_ignore_ascii_case(column.trim()) || kebab(field.field) == spelled;
        let known = || fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
        let field = fields.iter().find(same);
        columns.push(field.ok_or_else(|| bad("header", &format!("{column:?} is none of {}", known())))?);
    }
    let mut elements = Vec::new();
    for record in reader.records() {
        // An error of the reader tells lengths and places, not contents.
        let record = record.map_err(|error| bad("row", &error.to_string()))?;
        let line = format!("line {}", record.position().map_or(0, csv::Position::line));
        let mut element = Map::new();
        for (field, cell) in columns.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()) {
            let value = match field.kind {
                ParameterKind::List(kind) => {
                    let parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty());
                    parts.map(|part| scalar(*kind, part)).collect::<std::result::Result<_, _>>().map(Value::Array)
                }
                kind => scalar(kind, cell),
            };
            element.insert(field.name.to_owned(), value.map_err(|why| bad(&line, &format!("{}: {why}", field.name)))?);
        }
        elements.push(Value::Object(element));
    }
    Ok(Value::Array(elements))
}

/// The body of a raw request; a secret in it is no argument either.
pub(crate) fn raw_body(given: &str, input: &mut Input) -> Result<Vec<u8>> {
    if let Some(path) = given.strip_prefix('@').filter(|path| *path != "-") {
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|mut file| file.read_to_end(&mut bytes))
            .map_err(|error| Failure::io(format!("{path} cannot be read for --data"), &error))?;
        return Ok(bytes);
    }
    let text = input.document(given, "--data")?;
    let inline = given != "-" && given != "@-";
    let mut shown = serde_json::from_str(&text).unwrap_or(Value::Null);
    let plain = shown.clone();
    crate::output::mask(&mut shown, &[]);
    if inline && shown != plain {
        return Err(Failure::usage(
            "--data holds a secret, which everyone could read on the command line: give --data @FILE, or - for standard input",
        ));
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests;
