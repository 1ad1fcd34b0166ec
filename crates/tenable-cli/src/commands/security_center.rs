//! Commands on Security Center that take more than one request.

use clap::{Arg, Command, value_parser};
use tenable_api::Operation as _;
use tenable_api::model::security_center::{
    GroupField, Legend, OrganizationField, OrganizationUserField, RoleField, SecurityManagerField, User, UserField,
};
use tenable_api::security_center::{CreateUser, GetUser, SecurityCenter};

use super::emulator::runtime;
use super::line::Line;
use super::product::{Task, if_absent, json_of};
use crate::exit::{Exit, Failure, Result};

/// Adds what an operation's command can do beyond the operation.
pub(super) fn extend(id: &str, command: Command) -> Command {
    if id != CreateUser::META.id {
        return command;
    }
    command.arg(if_absent("user name"))
}

/// Adds commands of their own to a resource.
pub(super) fn add(command: Command, resource: &str) -> Command {
    if resource != "users" {
        return command;
    }
    command.subcommand(
        Command::new("find")
            .about("Find a user by user name or e-mail address")
            .long_about(
                "Find a user by user name, or by e-mail address without regard to letter case, among those that the caller lists. \
                 Reads the whole list.",
            )
            .arg(Arg::new("who").required(true).value_name("NAME|EMAIL").help("User name or e-mail address"))
            .arg(
                Arg::new("organization-id")
                    .long("organization-id")
                    .value_name("ID")
                    .value_parser(value_parser!(u64))
                    .help("Look in this organization, as an administrator"),
            ),
    )
}

/// Adds to a failure what can be done about it here.
pub(super) fn advise(id: &str, failure: Failure) -> Failure {
    if id == CreateUser::META.id {
        failure.if_unknown("--if-absent looks, then creates only what is not there")
    } else {
        failure
    }
}

/// What comes without being asked for.
pub(super) fn columns(_: &Line, resource: &str) -> Vec<String> {
    fn unasked(known: &[&str], legend: impl Fn(&str) -> Option<Legend>) -> Vec<String> {
        let unasked = |name: &&&str| matches!(legend(name), Some(Legend::Always | Legend::Default));
        known.iter().filter(unasked).map(|name| (*name).to_owned()).collect()
    }
    match resource {
        "users" => unasked(UserField::KNOWN, |name| UserField::from(name).legend()),
        "roles" => unasked(RoleField::KNOWN, |name| RoleField::from(name).legend()),
        "groups" => unasked(GroupField::KNOWN, |name| GroupField::from(name).legend()),
        "organizations" => unasked(OrganizationField::KNOWN, |name| OrganizationField::from(name).legend()),
        "organization_users" => {
            unasked(OrganizationUserField::KNOWN, |name| OrganizationUserField::from(name).legend())
        }
        "security_managers" => unasked(SecurityManagerField::KNOWN, |name| SecurityManagerField::from(name).legend()),
        _ => vec!["name".to_owned(), "value".to_owned(), "tag".to_owned()],
    }
}

/// Carries one of them out; `None` for a command that is a single operation.
pub(super) fn run(resource: &str, method: &str, task: &mut Task<'_>) -> Option<Result> {
    match (resource, method) {
        ("users", "create") => task.matches.get_flag("if-absent").then(|| create_if_absent(task)),
        ("users", "find") => Some(find(task)),
        _ => None,
    }
}

/// The user of this name or e-mail address among those that the caller lists.
///
/// With an organization it is looked for there: that is where a creation by an administrator goes.
async fn find_user(sc: &SecurityCenter, who: &str, organization: Option<u64>) -> Result<Option<User>> {
    let users = match organization {
        Some(organization) => sc.users().list_of_organization(organization).send().await?,
        None => sc.users().list().send().await?,
    };
    let is_it = |user: &&User| {
        let email = user.email.as_deref().is_some_and(|email| who.contains('@') && email.eq_ignore_ascii_case(who));
        user.username.as_deref() == Some(who) || email
    };
    let mut found = users.iter().filter(is_it);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(Failure::new(Exit::Refused, format!("more than one user has {who:?}"))),
        (user, _) => Ok(user.cloned()),
    }
}

fn create_if_absent(task: &mut Task<'_>) -> Result {
    let Some(user) = task.creation::<CreateUser>()? else { return Ok(()) };
    let settings = task.settings()?;
    let user = runtime()?
        .block_on(settings.during(async |connection| {
            let sc = connection.security_center()?;
            let organization = user.organization_id.map(u64::from);
            if let Some(there) = find_user(sc, &user.username, organization).await? {
                task.output.note(&format!("{} is there already, as user {}: not created", user.username, there.id));
                return Ok(there);
            }
            Ok(sc.client().execute(&user).await?.value)
        }))
        .map_err(|failure| advise(CreateUser::META.id, failure))?;
    task.give(CreateUser::META, json_of(&user)?)
}

fn find(task: &mut Task<'_>) -> Result {
    task.read_secrets(&[])?;
    let who = task.matches.get_one::<String>("who").cloned().unwrap_or_default();
    let organization = task.matches.get_one::<u64>("organization-id").copied();
    let settings = task.settings()?;
    let found = runtime()?.block_on(
        settings.during(async |connection| find_user(connection.security_center()?, &who, organization).await),
    )?;
    match found {
        Some(user) => task.give(GetUser::META, json_of(&user)?),
        None => Err(Failure::new(Exit::Refused, format!("no user has the name or e-mail address {who}"))),
    }
}
