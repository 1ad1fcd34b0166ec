//! Commands of a product, built from its operation table: a new operation is a new command.

use clap::{Arg, ArgAction, ArgMatches, Command};
use http::Request;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tenable_api::transport::Idempotency;
use tenable_api::{CallOptions, Operation, OperationMeta, Parameter, ParameterKind, UntypedOperation, from_arguments};

use super::arguments::{self, kebab};
use super::emulator::runtime;
use super::line::{LINES, Line};
use super::{raw, voice};
use crate::connection::{Credential, Settings};
use crate::exit::{Exit, Failure, Result};
use crate::options::{self, Reach, Scopes};
use crate::output::{Answer, Format, Output, mask_arguments, write};
use crate::stdin::{self, Input};

/// A command a product. What is below it is made when somebody asks for that product: there are hundreds.
pub(crate) fn commands() -> impl Iterator<Item = Command> {
    LINES.iter().map(|line| {
        Command::new(line.product.command())
            .visible_alias(line.alias)
            .about(format!("Administer {}", line.product))
            .subcommand_required(true)
            .arg_required_else_help(true)
            .defer(fill)
    })
}

/// Adds what is below the command of a product.
fn fill(command: Command) -> Command {
    let of_command = |line: &&Line| line.product.command() == command.get_name();
    match LINES.iter().find(of_command) {
        Some(line) => options::add_everywhere(with_resources(command, line), Reach::Product),
        None => command,
    }
}

fn with_resources(command: Command, line: &Line) -> Command {
    let mut resources: Vec<&str> = Vec::new();
    for operation in line.operations {
        if !resources.contains(&operation.meta().resource) {
            resources.push(operation.meta().resource);
        }
    }
    let command = resources.into_iter().fold(command, |command, name| command.subcommand(resource(line, name)));
    command.subcommand(raw::command(line.raw_path))
}

fn resource(line: &Line, name: &str) -> Command {
    let metas = line.operations.iter().map(UntypedOperation::meta).filter(|meta| meta.resource == name);
    let command = Command::new(kebab(name)).subcommand_required(true).arg_required_else_help(true);
    let command = metas.fold(command, |command, meta| command.subcommand((line.extend)(meta.id, method(meta))));
    let command = (line.add)(command, name);
    let methods: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let about = methods.join(", ");
    // Beside the name of the resource its commands are told; above them, they are there already.
    command.about(about).long_about(format!("Commands on {} of {}", name.replace('_', " "), line.product))
}

fn method(meta: &'static OperationMeta) -> Command {
    let repeats = match meta.idempotency {
        Idempotency::Read => "Changes nothing.",
        Idempotency::Once | Idempotency::Never => "Never sent again once it may have been carried out.",
        _ => "Sent again after a passing failure: twice is the same as once.",
    };
    let about = voice::order(meta);
    let long = format!("{about}.\n\n{}\n\n{} {}. {repeats}", meta.description, meta.method, meta.path);
    let command = Command::new(kebab(meta.name)).about(about).long_about(long);
    let command = arguments::add(command, meta);
    if meta.idempotency == Idempotency::Read {
        return command;
    }
    let command = command.arg(dry_run());
    if meta.idempotency != Idempotency::Removal {
        return command;
    }
    command
        .arg(
            Arg::new("yes")
                .long("yes")
                .short('y')
                .action(ArgAction::SetTrue)
                .help("Do not ask at a terminal before something is removed"),
        )
        .arg(
            Arg::new("missing-ok")
                .long("missing-ok")
                .action(ArgAction::SetTrue)
                .help("Count what is not there as removed; not where objects are given to someone else"),
        )
}

/// The option that shows a request instead of sending it.
pub(super) fn dry_run() -> Arg {
    Arg::new("dry-run")
        .long("dry-run")
        .action(ArgAction::SetTrue)
        .help("Print the request, with secrets masked, instead of sending it")
}

/// The option that makes a creation safe to run again: what `looked_up` says is looked for first.
pub(super) fn if_absent(looked_up: &str) -> Arg {
    Arg::new("if-absent").long("if-absent").action(ArgAction::SetTrue).help(format!(
        "Look the {looked_up} up first, and give the user that is there instead of creating one: the way to run a creation again whose \
         outcome is unknown"
    ))
}

/// The option that a credential on standard input is asked for with, and what is on its lines.
pub(crate) fn credential_on_stdin(product: tenable_api::model::Product) -> (&'static str, &'static [&'static str]) {
    LINES.iter().find(|line| line.product == product).map_or(("", &[]), |line| line.credential)
}

/// Whether an operation has a boolean of this name.
pub(crate) fn is_boolean(option: &str) -> bool {
    let parameters = LINES.iter().flat_map(|line| line.operations).flat_map(|operation| operation.meta().parameters);
    let is_it = |parameter: &Parameter| kebab(parameter.field) == option;
    parameters.into_iter().any(|parameter| matches!(parameter.kind, ParameterKind::Boolean) && is_it(parameter))
}

pub(crate) fn run(product: &str, resource: &str, rest: &[&str], scopes: &Scopes<'_>) -> Result {
    let Some((line, matches)) = LINES.iter().find(|line| line.product.command() == product).zip(scopes.leaf()) else {
        return Err(Failure::usage(format!("there is no product {product}")));
    };
    let mut task = Task::new(line, scopes, matches);
    match (resource, rest) {
        ("raw", []) => raw::run(task),
        (resource, [method]) => {
            if let Some(result) = (line.run)(resource, method, &mut task) {
                return result;
            }
            let operation = line.operations.iter().find(|operation| {
                kebab(operation.meta().resource) == resource && kebab(operation.meta().name) == *method
            });
            match operation {
                Some(operation) => task.run(operation),
                None => Err(Failure::usage(format!("there is no command {resource} {method}"))),
            }
        }
        _ => Err(Failure::usage(format!("there is no command {resource}"))),
    }
}

/// One command on a product: what was given, and what is needed to carry it out.
pub(crate) struct Task<'a> {
    line: &'static Line,
    scopes: &'a Scopes<'a>,
    pub(super) matches: &'a ArgMatches,
    pub(super) output: Output,
    pub(super) input: Input,
    credential: Credential,
}

impl<'a> Task<'a> {
    fn new(line: &'static Line, scopes: &'a Scopes<'a>, matches: &'a ArgMatches) -> Self {
        let (output, input) = (Output::from(scopes), Input::default());
        Self { line, scopes, matches, output, input, credential: Credential::default() }
    }

    /// Whether the request is to be shown instead of sent.
    pub(super) fn is_rehearsal(&self) -> bool {
        matches!(self.matches.try_get_one::<bool>("dry-run"), Ok(Some(true)))
    }

    /// Reads what signs in from standard input if it comes from there, and the secrets of an operation with it.
    pub(super) fn read_secrets(&mut self, parameters: &[&Parameter]) -> Result<Vec<SecretString>> {
        let names: Vec<String> = parameters.iter().map(|parameter| kebab(parameter.field).replace('-', " ")).collect();
        let (option, what) = self.line.credential;
        let credential: &[&str] = if self.scopes.flag(option) { what } else { &[] };
        let names: Vec<&str> = credential.iter().copied().chain(names.iter().map(String::as_str)).collect();
        let mut secrets = self.input.secrets(&names)?;
        let rest = secrets.split_off(credential.len());
        if !secrets.is_empty() {
            self.credential = Credential(secrets);
        }
        Ok(rest)
    }

    /// The operation's arguments in wire names.
    pub(super) fn arguments(&mut self, meta: &OperationMeta) -> Result<Map<String, Value>> {
        let secrets = self.read_secrets(&arguments::secrets_on_stdin(meta, self.matches))?;
        let rehearsal = self.is_rehearsal();
        arguments::collect(meta, self.matches, &mut self.input, secrets, rehearsal)
    }

    /// What a creation that looks first is to create; nothing when it was only to be shown, which is done then.
    pub(super) fn creation<C: Operation + DeserializeOwned>(&mut self) -> Result<Option<C>> {
        let creation: C = from_arguments(Value::Object(self.arguments(C::META)?))?;
        let request = creation.request()?;
        if self.is_rehearsal() {
            rehearse(&[shown(C::META, &request)], &self.output)?;
            return Ok(None);
        }
        Ok(Some(creation))
    }

    /// A path on the product, for what is said of paths.
    pub(super) fn path_of_product(&self) -> &'static str {
        self.line.raw_path
    }

    /// Whom to talk to.
    pub(super) fn settings(&mut self) -> Result<Settings> {
        Settings::resolve(self.line.product, self.scopes, std::mem::take(&mut self.credential), self.output.quiet)
    }

    fn run(mut self, operation: &'static UntypedOperation) -> Result {
        let meta = operation.meta();
        let arguments = Value::Object(self.arguments(meta)?);
        // Before anything else, so that wrong arguments are wrong whatever the connection.
        operation.check(arguments.clone())?;
        match operation.request(arguments.clone()) {
            Ok(request) if self.is_rehearsal() => return rehearse(&[shown(meta, &request)], &self.output),
            Ok(request) => self.confirm(meta, request.uri().path())?,
            // What is missing may be read before the request is made.
            Err(_) if meta.conducted && !self.is_rehearsal() => {}
            Err(error) => return Err(error.into()),
        }
        let settings = self.settings()?;
        let missing_ok = matches!(self.matches.try_get_one::<bool>("missing-ok"), Ok(Some(true)));
        let options = CallOptions::default();
        let options = if missing_ok { options.with_missing_as_deleted() } else { options };
        let response = runtime()?.block_on(settings.during(async |connection| {
            Ok(connection.client().execute_untyped_with(operation, arguments, options).await?)
        }));
        let response = response.map_err(|failure| (self.line.advise)(meta.id, failure))?;
        for warning in &response.warnings {
            self.output.note(&format!("warning: {}", words(warning)));
        }
        self.give(meta, response.value)
    }

    /// Prints what an operation gave.
    pub(super) fn give(&self, meta: &OperationMeta, mut value: Value) -> Result {
        if value.is_null() {
            self.output.note(&format!("{}: done", meta.id));
        }
        let absent = self.output.absent(&value);
        if !absent.is_empty() && meta.parameters.iter().any(|parameter| parameter.name == "fields") {
            let absent = absent.join(",");
            self.output
                .note(&format!("the answer has no {absent}: what does not come by itself is asked for with --fields"));
        }
        let columns = (self.line.columns)(self.line, meta.resource);
        let in_table = self.output.format == Format::Table;
        let preferred = if in_table { (self.line.present)(meta.id, &mut value) } else { &[] };
        let (secret_fields, reveals) = (meta.secret_fields, meta.reveals);
        self.output.print(Answer { value, secret_fields, reveals, columns, preferred })
    }

    fn confirm(&self, meta: &OperationMeta, path: &str) -> Result {
        let removes = meta.idempotency == Idempotency::Removal && !self.matches.get_flag("yes");
        if !removes || !stdin::can_ask() {
            return Ok(());
        }
        if stdin::confirm(&format!("{}: {} {path}. Go on?", voice::order(meta), meta.method))? {
            return Ok(());
        }
        Err(Failure::new(Exit::Usage, "stopped; nothing was sent"))
    }
}

/// A warning of the product on one line.
fn words(warning: &Value) -> String {
    match warning {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// A value as it is printed.
pub(super) fn json_of(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value)
        .map_err(|error| Failure::new(Exit::Partly, format!("the answer cannot be shown: {error}")))
}

/// A request as it is shown by `--dry-run`.
pub(super) fn shown(meta: &OperationMeta, request: &Request<bytes::Bytes>) -> Value {
    let mut body = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
    mask_arguments(&mut body, meta.parameters);
    json!({"method": meta.method.as_str(), "path": request.uri().to_string(), "body": body})
}

/// Prints requests that are not sent.
pub(super) fn rehearse(requests: &[Value], output: &Output) -> Result {
    output.note("not sent");
    if output.format != Format::Table {
        let single = if let [request] = requests { request.clone() } else { requests.into() };
        return output.print(Answer { value: single, reveals: true, ..Answer::default() });
    }
    let lines = requests.iter().flat_map(|request| {
        let word = |name: &str| request[name].as_str().unwrap_or_default();
        let head = format!("{} {}\n", word("method"), word("path"));
        let body = (!request["body"].is_null()).then(|| format!("{:#}\n", request["body"]));
        std::iter::once(head).chain(body)
    });
    write(lines.collect::<String>().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_command() {
        for (line, mut command) in LINES.iter().zip(commands()) {
            command.build();
            every_operation_of(line, &command);
        }
    }

    fn every_operation_of(line: &Line, command: &Command) {
        for operation in line.operations {
            let meta = operation.meta();
            let method = command
                .find_subcommand(kebab(meta.resource))
                .and_then(|resource| resource.find_subcommand(kebab(meta.name)))
                .unwrap_or_else(|| panic!("{} is no command", meta.id));
            for parameter in meta.parameters {
                let option = kebab(parameter.field);
                assert!(method.get_arguments().any(|arg| arg.get_long() == Some(&option)), "{} --{option}", meta.id);
            }
        }
    }
}
