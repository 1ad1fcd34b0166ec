//! `tenable ensure`: one user, role or group, made or changed to be as it is said to be.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use secrecy::SecretString;
use serde_json::{Value, json};
use tenable_directory::plan::{Change, Plan, Step};
use tenable_directory::wish::SignInWish;
use tenable_directory::{Ensure, EnsureResult, Ensured, GivenPasswords};

use super::ending::{in_the_way, of_report, unread, unread_at_any_time, with_unread};
use super::text::of_plan;
use super::writing::{Ended, FirstPasswords, Manner};
use super::{Task, arguments};
use crate::exit::{Exit, Failure, Result, one_line};
use crate::output::{Columns, Document, Limits, render_table};
use crate::stdin;

/// Ways to sign in, by the option that opens or closes each.
const WAYS: [(&str, &str); 3] = [
    ("sign-in-password", "Whether the user may sign in by password"),
    ("sign-in-api-keys", "Whether the user may use API keys"),
    ("sign-in-saml", "Whether the user may sign in by SAML"),
];

pub(super) fn command() -> Command {
    Command::new("ensure")
        .about("Make one user, role or group be as it is said to be: made, changed, or left as it is")
        .long_about(
            "Make one user, role or group be as it is said to be, in every tenant that the command is for: made if it is not there, changed \
             where it differs, and left as it is otherwise. What is not said stays. Twice in a row changes nothing the second time.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(user())
        .subcommand(role())
        .subcommand(group())
}

fn user() -> Command {
    let command = Command::new("user")
        .about("Make or change a user, by e-mail address")
        .after_help(
            "Examples:\n  tenable ensure user ann@example.com --name \"Ann Lee\" --role Standard --profile acme\n  tenable ensure user \
             ann@example.com --disable --all --dry-run",
        )
        .arg(Arg::new("name-of-it").required(true).value_name("EMAIL").help("E-mail address, or an alias"))
        .arg(arguments::text("user-name", "NAME").help("The name to sign in with, where it is another than the e-mail address"))
        .arg(arguments::text("email", "EMAIL").help("E-mail address, where it is another than the one that the user goes by"))
        .arg(arguments::text("name", "NAME").help("First and last name"))
        .arg(arguments::flag("enable", "Let the account sign in").conflicts_with("disable"))
        .arg(arguments::flag("disable", "Keep the account from signing in"))
        .arg(arguments::repeated("role", "ROLE").help("Exactly these roles, by name or key; may be repeated"))
        .arg(arguments::flag("no-roles", "Take every role away").conflicts_with("role"))
        .arg(arguments::repeated("group", "GROUP").help("Exactly these groups, by name or key; may be repeated"))
        .arg(arguments::flag("no-groups", "Take the user out of every group").conflicts_with_all(["group", "more-group"]))
        .arg(arguments::repeated("more-group", "GROUP").help("This group, besides others; may be repeated"))
        .args(WAYS.map(|(name, help)| {
            Arg::new(name).long(name).value_name("ON|OFF").value_parser(PossibleValuesParser::new(["on", "off"])).help(help)
        }))
        .arg(arguments::flag("if-present", "Change the account if it is there, and do not make it"))
        .arg(arguments::flag("password-stdin", "Read the first password of an account that is made from standard input"))
        .arg(arguments::text("password-env", "VARIABLE").help("Environment variable with the first password"))
        .arg(arguments::flag("password-prompt", "Ask for the first password at the terminal, twice"));
    arguments::creating(in_tenants(command))
}

fn role() -> Command {
    let command =
        Command::new("role")
            .about("Make or change a role, by name")
            .after_help("Example:\n  tenable ensure role \"Scan reader\" --permission VM.VM_SCAN.READ --in vm")
            .arg(Arg::new("name-of-it").required(true).value_name("NAME").help("Name of the role"))
            .arg(arguments::text("description", "TEXT").help("What it is for"))
            .arg(arguments::repeated("permission", "WORD").help(
                "All that it allows, in the product's own words, as `tenable export` writes them; may be repeated",
            ));
    arguments::writing(in_tenants(command))
}

fn group() -> Command {
    let command = Command::new("group")
        .about("Make a group, by name")
        .after_help("Example:\n  tenable ensure group \"Night shift\" --in vm")
        .arg(Arg::new("name-of-it").required(true).value_name("NAME").help("Name of the group"));
    arguments::writing(in_tenants(command))
}

fn in_tenants(command: Command) -> Command {
    command.arg(
        arguments::text("in", "TENANT,...")
            .action(ArgAction::Append)
            .help("Only in these tenants, by name or by the word of their product: ie, sc, vm"),
    )
}

pub(super) fn run(task: &mut Task<'_>, what: &str) -> Result<Exit> {
    let known = task.known()?;
    let manner = Manner::of(task, "the same command again").without_journal();
    let rehearsal = task.is_rehearsal();
    let meant: Vec<String> = task.texts("in").iter().flat_map(|list| crate::output::split(list)).collect();
    let name = task.text("name-of-it").unwrap_or_default();
    let password = if what == "user" { first_password(task)? } else { None };
    let ensure = match what {
        "user" => of_user(task, name),
        "role" => of_role(task, name),
        _ => Ensure::group(name),
    };
    task.during(known, async |desk| {
        let ensure = match names(&desk.directory, &meant)? {
            Some(names) => ensure.in_tenants(names),
            None => ensure,
        };
        let planned = desk.directory.plan_ensure(&ensure, &*desk.watch, desk.interrupt.stop()).await;
        let planned = planned.map_err(|problems| Failure::problems(Exit::Usage, problems.all()))?;
        desk.watch.rest();
        if !planned.problems.is_empty() {
            return Err(in_the_way(&planned.problems));
        }
        let failed = unread(&planned.present);
        let all = planned.present.readings.len();
        if rehearsal {
            desk.output.print_document(of_plan(&planned.plan))?;
            let exit = if planned.plan.is_empty() { Exit::Done } else { Exit::Pending };
            return with_unread(exit, &failed, all);
        }
        if planned.plan.steps.iter().any(Step::is_removal) {
            manner.confirm(desk, &planned.plan, "Go on?").await?;
        }
        let journal = manner.place("ensure");
        let writing = manner.begin_in(desk, &planned.plan, journal, |others| match password {
            Some(password) => Box::new(given(&planned.plan, &password, others)),
            None => Box::new(others),
        })?;
        let report = desk.directory.apply(&planned.plan, &writing.options(desk)).await;
        writing.end(desk, Ended::with(&report, tenable_directory::Report::is_complete));
        let report = report.map_err(|problems| Failure::problems(Exit::Refused, problems.all()))?;
        desk.output.print_document(document(&Ensured::of(&planned, &report)))?;
        of_report(&report, &unread_at_any_time(&failed, &report), all, "run it again to go on")
    })
}

/// The tenants that names and words of products mean; all without any.
fn names(directory: &tenable_directory::Directory, meant: &[String]) -> Result<Option<Vec<String>>> {
    if meant.is_empty() {
        return Ok(None);
    }
    let mut names = Vec::new();
    for word in meant {
        let is_product =
            |tenant: &tenable_directory::Tenant| tenant.product().is_some_and(|product| product.command() == word);
        let of_name = directory.tenant(word).into_iter();
        let mut found = of_name.chain(directory.tenants().iter().filter(|tenant| is_product(tenant))).peekable();
        if found.peek().is_none() {
            let known: Vec<&str> = directory.tenants().iter().map(tenable_directory::Tenant::name).collect();
            return Err(Failure::usage(format!("there is no tenant {word}: there are {}", known.join(", "))));
        }
        names.extend(found.map(|tenant| tenant.name().to_owned()));
    }
    Ok(Some(names))
}

fn of_user(task: &Task<'_>, person: String) -> Ensure {
    let mut user = Ensure::user(person);
    if let Some(name) = task.text("user-name") {
        user = user.user_name(name);
    }
    if let Some(email) = task.text("email") {
        user = user.email(email);
    }
    if let Some(name) = task.text("name") {
        user = user.full_name(name);
    }
    if task.flag("enable") || task.flag("disable") {
        user = user.enabled(task.flag("enable"));
    }
    let (roles, groups, more) = (task.texts("role"), task.texts("group"), task.texts("more-group"));
    if !roles.is_empty() || task.flag("no-roles") {
        user = user.roles(roles);
    }
    if !groups.is_empty() || task.flag("no-groups") {
        user = user.groups(groups);
    }
    if !more.is_empty() {
        user = user.more_groups(more);
    }
    if task.flag("if-present") {
        user = user.if_present();
    }
    user.sign_in(sign_in(task.matches)).into()
}

fn sign_in(matches: &ArgMatches) -> SignInWish {
    let [password, api_keys, saml] = WAYS.map(|(name, _)| matches.get_one::<String>(name).map(|word| word == "on"));
    let mut wish = SignInWish::default();
    wish.password = password;
    wish.api_keys = api_keys;
    wish.saml = saml;
    wish
}

fn first_password(task: &mut Task<'_>) -> Result<Option<SecretString>> {
    match (task.flag("password-stdin"), task.text("password-env"), task.flag("password-prompt")) {
        (false, None, false) => Ok(None),
        (true, None, false) => Ok(task.input.secrets(&["password"])?.into_iter().next()),
        (false, Some(variable), false) => Ok(Some(stdin::variable(&variable)?.into())),
        (false, None, true) => stdin::prompt_twice("password").map(Some),
        _ => Err(Failure::usage("--password-stdin, --password-env and --password-prompt exclude each other")),
    }
}

/// The password for every account that the plan makes.
fn given(plan: &Plan, password: &SecretString, others: FirstPasswords) -> GivenPasswords<FirstPasswords> {
    let mut given = GivenPasswords::or(others);
    for step in plan.steps.iter().filter(|step| matches!(step.change, Change::CreateUser { .. })) {
        given.give(&step.tenant, step.subject.name(), password.clone());
    }
    given
}

fn of_role(task: &Task<'_>, name: String) -> Ensure {
    let mut role = Ensure::role(name);
    if let Some(description) = task.text("description") {
        role = role.description(description);
    }
    let permissions = task.texts("permission");
    if !permissions.is_empty() {
        role = role.permissions(permissions);
    }
    role.into()
}

fn document(ensured: &[Ensured]) -> Document<'static> {
    let value = serde_json::to_value(ensured).unwrap_or_default();
    let whole = serde_json::to_string_pretty(&value).unwrap_or_default() + "\n";
    let records: Vec<Value> = value.as_array().cloned().unwrap_or_default();
    let rows: Vec<Value> = ensured.iter().map(row).collect();
    let table = Value::Array(rows.clone());
    let text = move |limits: Limits| {
        let columns = Columns { preferred: COLUMNS, ..Columns::default() };
        render_table(&table, columns, limits).text
    };
    Document { text: Box::new(text), whole, records, rows, columns: COLUMNS }
}

const COLUMNS: &[&str] = &["tenant", "result", "fields", "why"];

fn row(ensured: &Ensured) -> Value {
    let (fields, why) = match &ensured.result {
        EnsureResult::Changed { fields } => (fields.clone(), None),
        EnsureResult::Failed { steps, why } => {
            let failed = steps.iter().filter(|ended| !ended.outcome.is_success());
            let failed = failed.map(|ended| one_line(&format!("{}: {}", ended.step, ended.outcome)));
            let all: Vec<String> = why.iter().map(|why| one_line(&why.to_string())).chain(failed).collect();
            (Vec::new(), Some(all.join("; ")))
        }
        _ => (Vec::new(), None),
    };
    json!({"tenant": ensured.tenant, "result": ensured.result.word(), "fields": fields, "why": why})
}
