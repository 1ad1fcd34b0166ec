//! The chapter on Tenable Security Center.

use std::time::Duration;

use serde_json::Value;
use tenable_api::model::security_center::{
    GroupId, ManagedGroup, OrganizationId, RoleId, ScanPermission, User, UserAddress, UserField, UserId,
};
use tenable_api::security_center::{SecurityCenter, Settings};
use tenable_api::transport::{ProxySettings, TlsSettings};
use tenable_api::{Builder, Call, Error, ErrorKind, Operation};
use tenable_emulator::RunningEmulator;

use super::report::{Report, wrong};
use crate::exit::Result;

const MANAGER: &str = "mara.manager";
/// Good enough for the product's rule, and gone with the emulator.
const PASSWORD: &str = "Violet-Harbor-42";
const ANN: &str = "ann";
const BO: &str = "bo";
const CY: &str = "cy";

/// Where sessions begin and end.
const TOKEN: &str = "/rest/token";
/// The emulator's rule for the sessions that a user may have.
const SESSION_LIMIT: &str = "sc.session_limit";

/// The emulator's sessions end after an hour without a call.
const LONGER_THAN_A_SESSION: Duration = Duration::from_hours(2);

/// The administrator's client, by API key. It trusts the emulator's certificate authority, and no other.
pub(super) fn client(emulator: &RunningEmulator) -> Result<SecurityCenter> {
    let administrator = &emulator.security_center().administrator;
    Ok(builder(emulator).api_key(administrator.access_key.as_str(), administrator.secret_key.as_str()).build()?)
}

fn builder(emulator: &RunningEmulator) -> Builder<Settings> {
    SecurityCenter::builder()
        .url(&emulator.security_center().url)
        .tls(TlsSettings::only(emulator.ca_pem().unwrap_or_default()))
        .proxy(ProxySettings::none())
}

/// The chapter. `administrator` is the administrator's client.
pub(super) async fn chapter(emulator: &RunningEmulator, administrator: SecurityCenter, report: &mut Report) -> Result {
    report.chapter("Tenable Security Center");
    let organization = emulator.security_center().organization_id.into();
    let manager = builder(emulator).login(MANAGER, PASSWORD).build()?;
    let mut chapter = Chapter { emulator, administrator, manager, organization, report };
    let before = chapter.look_around().await?;
    let head = chapter.make_a_manager().await?;
    chapter.sign_in(head).await?;
    let role = chapter.make_a_role().await?;
    let group = chapter.make_a_group().await?;
    let people = chapter.people_join(role, group).await?;
    chapter.show_everyone().await?;
    chapter.edit_lock_and_move(&people).await?;
    chapter.refusals_told_apart(head).await?;
    chapter.session_expires().await?;
    chapter.too_many_sessions(head).await?;
    chapter.report.chapter("People leave Security Center");
    chapter.leave(&people, role, group).await?;
    chapter.end(head, &before).await
}

/// The people of the tour.
struct People {
    ann: UserId,
    bo: UserId,
    cy: UserId,
}

struct Chapter<'a> {
    emulator: &'a RunningEmulator,
    administrator: SecurityCenter,
    /// The Security Manager whom the administrator makes, signed in by name and password.
    manager: SecurityCenter,
    organization: OrganizationId,
    report: &'a mut Report,
}

impl Chapter<'_> {
    async fn call<O: Operation>(&mut self, call: Call<O>) -> Result<O::Output> {
        self.report.call(call).await
    }

    async fn refused<O: Operation>(&mut self, call: Call<O>) -> Result<Error> {
        self.report.refused(call).await
    }

    async fn look_around(&mut self) -> Result<Vec<String>> {
        self.report
            .step("An administrator looks around: who am I, which organizations are there, and who is in the first?");
        let me = self.call(self.administrator.current_user().details()).await?;
        self.report.check("the caller", "is an administrator", &Some(true), &me.is_administrator());
        let organizations = self.call(self.administrator.organizations().list()).await?;
        let names: Vec<&str> = organizations.iter().filter_map(|organization| organization.name.as_deref()).collect();
        let users = self.call(self.administrator.users().list_of_organization(self.organization)).await?;
        self.report.note(&format!("{}; {} people in the first of {}", me.full_name(), users.len(), names.join(", ")));
        self.report.read_back()?;
        Ok(usernames(&users))
    }

    async fn make_a_manager(&mut self) -> Result<UserId> {
        self.report.step("The administrator makes a Security Manager there.");
        let managers = self.administrator.security_managers();
        let create = managers.create(self.organization, MANAGER, 2).password(PASSWORD).group_id(0);
        let create = create.managed_users_groups([ManagedGroup::All]).managed_objects_groups([ManagedGroup::All]);
        let made = self.call(create.firstname("Mara").lastname("Manager")).await?.id;
        let read =
            self.call(managers.details(self.organization, made).fields(["username", "firstname", "role"])).await?;
        self.report.check(MANAGER, "user name", &Some(MANAGER), &read.username.as_deref());
        self.report.check(MANAGER, "first name", &Some("Mara"), &read.firstname.as_deref());
        self.report.check(MANAGER, "role", &Some(RoleId(2)), &read.role_id());
        self.report.note(&format!(
            "Mara is user {made} of organization {}. Each organization counts its users from 1.",
            self.organization
        ));
        self.report.read_back()?;
        Ok(made)
    }

    async fn sign_in(&mut self, head: UserId) -> Result {
        self.report.step("Mara signs in by name and password: token and cookie come before her first call, unasked.");
        let me = self.call(self.manager.current_user().details()).await?;
        self.report.check("the session", "user", &head, &me.id);
        self.report.check("the session", "organization", &Some(self.organization), &me.organization_id());
        self.report.read_back()
    }

    async fn make_a_role(&mut self) -> Result<RoleId> {
        self.report.step("She makes a role that may scan by policy, and renames it: the right to scan stays.");
        let create = self.manager.roles().create("Scan reviewer").perm_scan("policy").perm_create_tickets(true);
        let role = self.call(create).await?.id;
        self.call(self.manager.roles().update(role).name("Scan and ticket reviewer")).await?;
        let read = self.call(self.manager.roles().details(role)).await?;
        self.report.check("the role", "name", &Some("Scan and ticket reviewer"), &read.name.as_deref());
        self.report.check("the role", "permScan", &Some(ScanPermission::Policy), &read.perm_scan);
        self.report.check("the role", "permissions", &vec!["permCreateTickets".to_owned()], &read.granted());
        self.report.read_back()?;
        Ok(role)
    }

    async fn make_a_group(&mut self) -> Result<GroupId> {
        self.report.step("She makes a group that sees one repository.");
        let create = self.manager.groups().create("Reviewers").description("They review scans").repositories([1]);
        let group = self.call(create).await?.id;
        let fields = ["name", "description", "repositories", "userCount"];
        let read = self.call(self.manager.groups().details(group).fields(fields)).await?;
        let repositories: Vec<Option<u64>> = read.repositories.iter().flatten().map(|one| one.id.get()).collect();
        self.report.check("the group", "description", &Some("They review scans"), &read.description.as_deref());
        self.report.check("the group", "repositories", &vec![Some(1)], &repositories);
        self.report.check("the group", "people", &Some(0), &read.user_count);
        self.report.read_back()?;
        Ok(group)
    }

    async fn people_join(&mut self, role: RoleId, group: GroupId) -> Result<People> {
        self.report.step("Ann, Bo and Cy join the group with the new role.");
        let mut ids = Vec::new();
        for (username, email) in [(ANN, "ann@example.com"), (BO, "bo@example.com"), (CY, "cy@example.com")] {
            let create = self.manager.users().create(username, role).password(PASSWORD).group_id(group).email(email);
            // Something to inherit.
            let id = self.call(create.create_default_objects(username == ANN)).await?.id;
            let read = self.whole(id).await?;
            self.report.check(username, "e-mail", &Some(email), &read.email.as_deref());
            self.report.check(username, "role", &Some(role), &read.role_id());
            self.report.check(username, "group", &Some(group), &read.group_id());
            self.report.check(username, "locked", &Some(false), &read.locked);
            ids.push(id);
        }
        self.report.read_back()?;
        match ids.as_slice() {
            [ann, bo, cy] => Ok(People { ann: *ann, bo: *bo, cy: *cy }),
            _ => Err(wrong("three people were created, and not all are there")),
        }
    }

    async fn show_everyone(&mut self) -> Result {
        self.report.step("Everyone in the organization, with the fields that were asked for and no others:");
        let fields = [UserField::Username, UserField::Locked, UserField::Role, UserField::Group];
        let users = self.call(self.manager.users().list().fields(fields)).await?;
        self.report.check("the list", "titles", &0, &users.iter().filter(|user| user.title.is_some()).count());
        let rows: std::result::Result<Vec<Value>, _> = users.iter().map(serde_json::to_value).collect();
        let mut rows = rows.map_err(|error| wrong(&format!("the list cannot be shown: {error}")))?;
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.remove("uuid");
        }
        self.report.table(&Value::Array(rows));
        self.report.read_back()
    }

    async fn edit_lock_and_move(&mut self, people: &People) -> Result {
        self.report.step(
            "Ann gets a title, Bo is locked, Cy moves to the group Full Access. Only that is sent, and the rest stays.",
        );
        let mut before = Vec::new();
        for id in [people.ann, people.bo, people.cy] {
            before.push(self.whole(id).await?);
        }
        let edit = |id| self.manager.users().update(UserAddress::own(id));
        let changes = [edit(people.ann).title("Reviewer"), edit(people.bo).locked(true), edit(people.cy).group_id(0)];
        for change in changes {
            self.call(change).await?;
        }
        let mut after = Vec::new();
        for before in &before {
            let user = self.whole(before.id).await?;
            let who = user.username.clone().unwrap_or_default();
            self.report.check(&who, "e-mail, which was not sent", &before.email, &user.email);
            self.report.check(&who, "role, which was not sent", &before.role_id(), &user.role_id());
            after.push(user);
        }
        let [ann, bo, cy] = after.as_slice() else {
            return Err(wrong("three people were edited, and not all are there"));
        };
        self.report.check(ANN, "title", &Some("Reviewer"), &ann.title.as_deref());
        self.report.check(ANN, "locked", &Some(false), &ann.locked);
        self.report.check(BO, "locked", &Some(true), &bo.locked);
        self.report.check(CY, "group", &Some(GroupId(0)), &cy.group_id());
        self.report.note("A locked user does not get in:");
        let error = self.sign_in_refused(self.by_password(BO)?).await?;
        self.report.check(BO, "is let in", &ErrorKind::Unauthenticated, &error.kind());
        self.report.read_back()
    }

    async fn refusals_told_apart(&mut self, head: UserId) -> Result {
        self.report.step("The product answers 403 to everything it refuses. The client tells what it means.");
        let users = self.manager.users();
        let missing = self.refused(users.details(UserAddress::own(9_999))).await?;
        let own = self.refused(users.update(UserAddress::own(head)).title("Queen")).await?;
        let taken = self.refused(users.create(ANN, 3).password(PASSWORD).group_id(0)).await?;
        let forbidden = self.refused(self.manager.organizations().list()).await?;
        self.report.check("a user who is not there", "kind", &ErrorKind::NotFound, &missing.kind());
        self.report.check("one's own account", "kind", &ErrorKind::PermissionDenied, &own.kind());
        self.report.check("a user name that is taken", "kind", &ErrorKind::Refused, &taken.kind());
        self.report.check(
            "what is the administrators' business",
            "kind",
            &ErrorKind::PermissionDenied,
            &forbidden.kind(),
        );
        self.report.read_back()
    }

    async fn session_expires(&mut self) -> Result {
        self.report
            .step("Two hours pass, and the session with them. The client signs in again and goes on, unnoticed.");
        self.emulator.control().advance(LONGER_THAN_A_SESSION);
        let before = self.requests("POST", TOKEN).len();
        self.call(self.manager.roles().list()).await?;
        self.report.check("signing in", "times", &1, &(self.requests("POST", TOKEN).len() - before));
        self.report.read_back()
    }

    async fn too_many_sessions(&mut self, head: UserId) -> Result {
        self.report.step(
            "One session a user is allowed, and Mara sits down at a second machine. The client ends no session unasked.",
        );
        let rules = self.emulator.control().rules();
        let usual = rules.iter().find(|setting| setting.rule.name == SESSION_LIMIT).map(|setting| setting.outcome);
        self.limit_sessions("1")?;
        // Whatever happened before, she has a session now.
        self.call(self.manager.current_user().details().fields(["username"])).await?;
        let refused = self.sign_in_refused(self.by_password(MANAGER)?).await?;
        self.report.check("a second session", "kind", &ErrorKind::SessionLimit, &refused.kind());
        self.report.note("Told to release the other session, it signs in:");
        let second = builder(self.emulator).login(MANAGER, PASSWORD).release_session(true).build()?;
        let before = self.requests("POST", TOKEN).len();
        let me = self.call(second.current_user().details()).await?;
        self.report.check("the second machine", "user", &head, &me.id);
        self.report.check(
            "the second machine",
            "requests to sign in",
            &2,
            &(self.requests("POST", TOKEN).len() - before),
        );
        self.sign_out(&second, "the second machine").await?;
        self.report.note("Back at the first machine she signs in again, unnoticed:");
        let me = self.call(self.manager.current_user().details()).await?;
        self.report.check("the first machine", "user", &head, &me.id);
        self.limit_sessions(usual.unwrap_or_default())?;
        self.report.read_back()
    }

    fn limit_sessions(&self, limit: &str) -> Result {
        let set = self.emulator.control().set_rule(SESSION_LIMIT, limit);
        set.map_err(|error| wrong(&error.to_string()))
    }

    async fn leave(&mut self, people: &People, role: RoleId, group: GroupId) -> Result {
        self.report
            .step("Ann leaves, and what she owned goes to Mara. Bo and Cy leave too, then the role and the group.");
        let users = self.manager.users();
        let mara = self.call(self.manager.current_user().details().fields(["username"])).await?.id;
        let (of_ann, of_mara) = (self.owned(people.ann), self.owned(mara));
        self.report.check(ANN, "owns something", &true, &(of_ann > 0));
        self.call(users.delete(UserAddress::own(people.ann)).migrate_user_id(mara)).await?;
        self.report.check(MANAGER, "objects", &(of_mara + of_ann), &self.owned(mara));
        self.call(users.delete(UserAddress::own(people.bo))).await?;
        self.call(users.delete(UserAddress::own(people.cy))).await?;
        self.report.note("Deleting what is gone is an error, or none, as is asked for:");
        let gone = self.refused(users.delete(UserAddress::own(people.cy))).await?;
        self.report.check("a second deletion", "kind", &ErrorKind::NotFound, &gone.kind());
        self.call(users.delete(UserAddress::own(people.cy)).with_missing_as_deleted()).await?;
        self.call(self.manager.groups().delete(group)).await?;
        self.call(self.manager.roles().delete(role)).await?;
        let left = usernames(&self.call(users.list()).await?);
        self.report.check(
            "the organization",
            "Ann, Bo or Cy",
            &false,
            &left.iter().any(|name| [ANN, BO, CY].contains(&&**name)),
        );
        let roles = self.call(self.manager.roles().list()).await?;
        self.report.check("the role", "is there", &false, &roles.iter().any(|one| one.id == role));
        self.report.read_back()
    }

    async fn end(&mut self, head: UserId, before: &[String]) -> Result {
        self.report.step("Mara signs out, and the administrator deletes her. The organization is as it was.");
        let manager = self.manager.clone();
        self.sign_out(&manager, MANAGER).await?;
        self.call(self.administrator.security_managers().delete(self.organization, head)).await?;
        let users = self.call(self.administrator.users().list_of_organization(self.organization)).await?;
        self.report.check("the organization", "people", &before.to_vec(), &usernames(&users));
        self.report.read_back()
    }

    async fn whole(&mut self, id: UserId) -> Result<User> {
        self.call(self.manager.users().details(UserAddress::own(id))).await
    }

    /// A client of somebody of the tour.
    fn by_password(&self, username: &str) -> Result<SecurityCenter> {
        Ok(builder(self.emulator).login(username, PASSWORD).build()?)
    }

    /// A client that is not to get a session, and why.
    async fn sign_in_refused(&mut self, client: SecurityCenter) -> Result<Error> {
        match client.current_user().details().send().await {
            Ok(_) => Err(wrong("somebody was to be kept out, and was not")),
            Err(error) => {
                self.tell_last("POST", TOKEN);
                Ok(error)
            }
        }
    }

    /// Ends a client's session, which the product must have heard of.
    async fn sign_out(&mut self, client: &SecurityCenter, who: &str) -> Result {
        let before = self.requests("DELETE", TOKEN).len();
        client.close().await?;
        self.tell_last("DELETE", TOKEN);
        let ended = self.requests("DELETE", TOKEN).split_off(before);
        self.report.check(who, "signs out", &vec![Some(200)], &ended);
        Ok(())
    }

    /// Statuses of the requests of this kind so far, by the emulator's record.
    fn requests(&self, method: &str, path: &str) -> Vec<Option<u16>> {
        let journal = self.emulator.control().journal();
        let matching = journal.iter().filter(|entry| entry.method == method && entry.path == path);
        matching.map(|entry| entry.status).collect()
    }

    /// Tells a request that the client made on its own.
    fn tell_last(&mut self, method: &str, path: &str) {
        let status = self.requests(method, path).pop().flatten();
        let outcome = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        self.report.request(method, path, &outcome, 1);
    }

    /// How many objects a user of the organization has, by the emulator's record: the client has no call for them.
    fn owned(&self, user: UserId) -> usize {
        let state = self.emulator.control().state();
        let objects = &state["security_center"]["organizations"][self.organization.to_string()]["objects"];
        let kinds = objects.as_object().into_iter().flat_map(|kinds| kinds.values());
        let all = kinds.filter_map(Value::as_object).flat_map(|of_kind| of_kind.values());
        all.filter(|object| object["owner"] == user.get()).count()
    }
}

fn usernames(users: &[User]) -> Vec<String> {
    users.iter().filter_map(|user| user.username.clone()).collect()
}
