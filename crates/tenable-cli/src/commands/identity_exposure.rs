//! Commands on Identity Exposure that take more than one request.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};
use tenable_api::identity_exposure::{self, CreateUser, GetUser, IdentityExposure};
use tenable_api::model::identity_exposure::{RoleId, User, UserId};
use tenable_api::{Operation as _, ParameterKind, UntypedOperation, from_arguments};

use super::arguments;
use super::emulator::runtime;
use super::product::{Task, dry_run, if_absent, json_of, rehearse, shown};
use crate::exit::{Exit, Failure, Result};

/// Adds what an operation's command can do beyond the operation.
pub(super) fn extend(id: &str, command: Command) -> Command {
    if id != CreateUser::META.id {
        return command;
    }
    command
        .arg(roles_option("Roles to give in a second request; if that fails, the exit code is 5"))
        .arg(if_absent("e-mail address"))
}

/// Adds commands of their own to a resource.
pub(super) fn add(command: Command, resource: &str) -> Command {
    if resource != "users" {
        return command;
    }
    let id = || Arg::new("id").required(true).value_name("ID").value_parser(user_id).help("The user to change");
    command
        .subcommand(
            Command::new("add-roles")
                .about("Give a user further roles")
                .long_about(
                    "Give a user further roles, and print all the user has then.\n\nReads the user and replaces the roles: a \
                     change that someone else makes in between is lost.",
                )
                .arg(id())
                .arg(roles_option("Roles to give").required(true))
                .arg(dry_run()),
        )
        .subcommand(
            Command::new("remove-roles")
                .about("Take roles from a user")
                .long_about(
                    "Take roles from a user, and print those left.\n\nReads the user and replaces the roles: a change that \
                     someone else makes in between is lost.",
                )
                .arg(id())
                .arg(roles_option("Roles to take").required(true))
                .arg(dry_run()),
        )
        .subcommand(
            Command::new("find")
                .about("Find a user by e-mail address")
                .long_about("Find a user by e-mail address, without regard to letter case. Reads the whole list.")
                .arg(Arg::new("email").required(true).value_name("EMAIL").help("E-mail address")),
        )
}

fn roles_option(help: &'static str) -> Arg {
    Arg::new("roles").long("roles").value_name("ID,...").action(ArgAction::Append).help(help)
}

/// Adds to a failure what can be done about it here.
pub(super) fn advise(id: &str, failure: Failure) -> Failure {
    if id == CreateUser::META.id {
        failure.if_unknown("--if-absent looks, then creates only what is not there")
    } else {
        failure
    }
}

fn user_id(text: &str) -> std::result::Result<UserId, String> {
    text.parse().map_err(|error: tenable_api::model::wire::ParseIdError| error.to_string())
}

fn operation(id: &str) -> Result<&'static UntypedOperation> {
    identity_exposure::operation(id).ok_or_else(|| Failure::usage(format!("there is no operation {id}")))
}

/// Carries one of them out; `None` for a command that is a single operation.
pub(super) fn run(resource: &str, method: &str, task: &mut Task<'_>) -> Option<Result> {
    match (resource, method) {
        ("users", "create") => {
            let more = task.matches.get_flag("if-absent") || task.matches.contains_id("roles");
            more.then(|| create(task))
        }
        ("users", "add-roles") => Some(change_roles(task, true)),
        ("users", "remove-roles") => Some(change_roles(task, false)),
        ("users", "find") => Some(find(task)),
        ("roles", "copy-role") => Some(copy_role(task)),
        _ => None,
    }
}

fn roles(matches: &ArgMatches) -> Result<Option<Vec<RoleId>>> {
    let Some(given) = matches.get_many::<String>("roles") else { return Ok(None) };
    let list = arguments::list("roles", ParameterKind::Id, given.map(String::as_str))?;
    serde_json::from_value(list).map(Some).map_err(|error| Failure::usage(format!("--roles: {error}")))
}

fn create(task: &mut Task<'_>) -> Result {
    let user: CreateUser = from_arguments(Value::Object(task.arguments(CreateUser::META)?))?;
    let roles = roles(task.matches)?;
    let request = user.request()?;
    if task.is_rehearsal() {
        let mut requests = vec![shown(CreateUser::META, &request)];
        if let Some(roles) = roles {
            requests.push(json!({"method": "PUT", "path": "/api/users/{id}/roles", "body": {"roles": roles}}));
        }
        return rehearse(&requests, &task.output);
    }
    let look_first = task.matches.get_flag("if-absent");
    let settings = task.settings()?;
    let (user, end) = runtime()?
        .block_on(settings.during(async |connection| {
            let tie = connection.identity_exposure()?;
            if look_first && let Some(there) = tie.users().find_by_email(&user.email).await? {
                task.output.note(&format!("{} is there already, as user {}: not created", there.email, there.id));
                return keep(tie, there, roles).await;
            }
            match roles {
                None => Ok((tie.client().execute(&user).await?.value, Ok(()))),
                Some(roles) => {
                    let created = tie.users().create_with_roles(user, roles).send().await?;
                    let before = format!("user {} was created, but has not got the roles", created.user.id);
                    let end = created.roles.map(drop).map_err(|error| Failure::from(error).but(Exit::Partly, &before));
                    Result::Ok((created.user, end))
                }
            }
        }))
        .map_err(|failure| advise(CreateUser::META.id, failure))?;
    task.give(CreateUser::META, json_of(&user)?)?;
    end
}

/// Brings the roles of a user that is there to those wanted.
async fn keep(tie: &IdentityExposure, mut user: User, roles: Option<Vec<RoleId>>) -> Result<(User, Result)> {
    let Some(mut wanted) = roles else { return Ok((user, Ok(()))) };
    let mut present = user.roles.clone();
    wanted.sort_unstable();
    wanted.dedup();
    present.sort_unstable();
    let mut end = Ok(());
    if present != wanted {
        match tie.users().update_user_roles(user.id, wanted).send().await {
            Ok(given) => user.roles = given.roles,
            Err(error) => {
                let before = format!("user {} was there, but has not got the roles", user.id);
                end = Err(Failure::from(error).but(Exit::Partly, &before));
            }
        }
    }
    Ok((user, end))
}

fn change_roles(task: &mut Task<'_>, adds: bool) -> Result {
    task.read_secrets(&[])?;
    let replace = operation("users.update_user_roles")?;
    let id = task.matches.get_one::<UserId>("id").copied().unwrap_or_default();
    let changed = roles(task.matches)?.unwrap_or_default();
    let rehearsal = task.is_rehearsal();
    let settings = task.settings()?;
    let roles = runtime()?.block_on(settings.during(async |connection| {
        let users = connection.identity_exposure()?.users();
        if rehearsal {
            let mut roles = users.details(id).send().await?.roles;
            if adds {
                roles.extend(changed);
            } else {
                roles.retain(|role| !changed.contains(role));
            }
            roles.sort_unstable();
            roles.dedup();
            return Ok(roles);
        }
        let left = if adds { users.add_roles(id, changed).await? } else { users.remove_roles(id, changed).await? };
        Result::Ok(left)
    }))?;
    if rehearsal {
        let request = replace.request(json!({"id": id, "roles": roles}))?;
        return rehearse(&[shown(replace.meta(), &request)], &task.output);
    }
    task.give(replace.meta(), json!({"roles": roles}))
}

fn find(task: &mut Task<'_>) -> Result {
    task.read_secrets(&[])?;
    let email = task.matches.get_one::<String>("email").cloned().unwrap_or_default();
    let settings = task.settings()?;
    let found = runtime()?.block_on(
        settings.during(async |connection| Ok(connection.identity_exposure()?.users().find_by_email(&email).await?)),
    )?;
    match found {
        Some(user) => task.give(GetUser::META, json_of(&user)?),
        None => Err(Failure::new(Exit::Refused, format!("no user has the e-mail address {email}"))),
    }
}

fn copy_role(task: &mut Task<'_>) -> Result {
    let operation = operation("roles.copy_role")?;
    let arguments = Value::Object(task.arguments(operation.meta())?);
    let request = operation.request(arguments.clone())?;
    if task.is_rehearsal() {
        return rehearse(&[shown(operation.meta(), &request)], &task.output);
    }
    let from = arguments["fromId"].as_u64().unwrap_or_default();
    let name = arguments["name"].as_str().unwrap_or_default();
    let settings = task.settings()?;
    let copy = runtime()?.block_on(
        settings
            .during(async |connection| Ok(connection.identity_exposure()?.roles().copy_and_read(from, name).await?)),
    )?;
    match copy {
        Some(role) => task.give(operation.meta(), json_of(&role)?),
        None => Err(Failure::new(
            Exit::Partly,
            format!("the role was copied, but no role {name:?} is in the list: someone may have renamed or removed it"),
        )),
    }
}
