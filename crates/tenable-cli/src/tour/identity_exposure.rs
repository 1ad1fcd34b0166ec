//! The chapter on Tenable Identity Exposure.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::identity_exposure::{NewUser, Role, RoleId, User, UserId};
use tenable_api::transport::{Idempotency, ProxySettings, TlsSettings};
use tenable_api::{Call, Error, Operation};
use tenable_emulator::RunningEmulator;
use tenable_emulator::faults::Fault;

use super::report::{Report, wrong};
use crate::exit::Result;

const ANN: &str = "ann@example.com";
const BO: &str = "bo@example.com";
const CY: &str = "cy@example.com";
const DEE: &str = "dee@example.com";

/// Good enough for the product's rule, and gone with the emulator.
const FIRST_PASSWORD: &str = "Violet-Harbor-42";
const SECOND_PASSWORD: &str = "Amber-Meadow-57";
const THIRD_PASSWORD: &str = "Copper-Lantern-63";
const WRONG_PASSWORD: &str = "Not-The-Password-1";

/// A client that trusts the emulator's certificate authority, and no other.
pub(super) fn client(emulator: &RunningEmulator) -> Result<IdentityExposure> {
    client_with(emulator, &emulator.identity_exposure().api_key)
}

fn client_with(emulator: &RunningEmulator, api_key: &str) -> Result<IdentityExposure> {
    let authority = emulator.ca_pem().unwrap_or_default();
    let builder = IdentityExposure::builder()
        .url(&emulator.identity_exposure().url)
        .api_key(api_key)
        .tls(TlsSettings::only(authority))
        .proxy(ProxySettings::none());
    Ok(builder.build()?)
}

/// The chapter. `tie` is the administrator's client.
pub(super) async fn chapter(emulator: &RunningEmulator, tie: IdentityExposure, report: &mut Report) -> Result {
    report.chapter("Tenable Identity Exposure");
    let mut chapter = Chapter { emulator, tie, report, roles: Vec::new() };
    let before = chapter.look_around().await?;
    let people = chapter.people_join().await?;
    chapter.give_roles(&people).await?;
    chapter.show_everyone().await?;
    chapter.change(people.bo).await?;
    chapter.reset_a_password().await?;
    let ann = chapter.change_ones_own_password(people.ann).await?;
    chapter.lock_and_unlock(people.cy).await?;
    chapter.renew_a_key(people.ann, ann).await?;
    chapter.report.chapter("When the network fails");
    chapter.read_again().await?;
    let dee = chapter.lose_an_answer().await?;
    chapter.report.chapter("People leave");
    chapter.leave([people.ann, people.bo, people.cy, dee], &before).await
}

/// The people of the tour.
struct People {
    ann: UserId,
    bo: UserId,
    cy: UserId,
}

struct Chapter<'a> {
    emulator: &'a RunningEmulator,
    tie: IdentityExposure,
    report: &'a mut Report,
    roles: Vec<Role>,
}

impl Chapter<'_> {
    async fn look_around(&mut self) -> Result<Vec<User>> {
        self.report.step("Whose key is it, what roles are there, and who is here?");
        let me = self.call(self.tie.users().info()).await?;
        self.roles = self.call(self.tie.roles().list()).await?;
        let users = self.call(self.tie.users().list()).await?;
        let names: Vec<&str> = self.roles.iter().map(|role| role.name.as_str()).collect();
        let note = format!("{} ({}); {} people; roles: {}", me.full_name(), me.email, users.len(), names.join(", "));
        self.report.note(&note);
        Ok(users)
    }

    async fn people_join(&mut self) -> Result<People> {
        self.report.step("Ann, Bo and Cy join: three people in one request.");
        let new = |name: &str, email: &str| NewUser::new(name, email, FIRST_PASSWORD).active(true);
        let wanted = [new("Ann", ANN).surname("Lee"), new("Bo", BO).surname("Park"), new("Cy", CY).department("Sales")];
        let created = self.call(self.tie.users().create_many(wanted.clone())).await?;
        self.report.check("the answer", "people", &wanted.len(), &created.len());
        let users = self.call(self.tie.users().list()).await?;
        let mut ids = Vec::new();
        for wanted in &wanted {
            let Some(user) = users.iter().find(|user| user.email == wanted.email) else {
                self.report.check(&wanted.email, "is there", &true, &false);
                continue;
            };
            self.report.check(&wanted.email, "name", &wanted.name, &user.name);
            self.report.check(&wanted.email, "surname", &wanted.surname, &user.surname);
            self.report.check(&wanted.email, "department", &wanted.department, &user.department);
            self.report.check(&wanted.email, "active", &Some(true), &user.active);
            ids.push(user.id);
        }
        self.report.read_back()?;
        match ids.as_slice() {
            [ann, bo, cy] => Ok(People { ann: *ann, bo: *bo, cy: *cy }),
            _ => Err(wrong("three people were created, and not all are there")),
        }
    }

    async fn give_roles(&mut self, people: &People) -> Result {
        self.report
            .step("Ann becomes an auditor besides a user. Bo gets a copy of the auditor's role under a new name.");
        let (user, auditor) = (self.role("User")?, self.role("Auditor")?);
        self.call(self.tie.users().update_user_roles(people.ann, [user, auditor])).await?;
        let copy = self.call(self.tie.roles().copy_role(auditor, "Access reviewer")).await?;
        let copy = match copy {
            Some(copy) => copy.id,
            None => self.newest_role("Access reviewer").await?,
        };
        self.call(self.tie.users().update_user_roles(people.bo, [copy])).await?;
        for (subject, id, wanted) in [(ANN, people.ann, vec![user, auditor]), (BO, people.bo, vec![copy])] {
            let mut got = self.call(self.tie.users().details(id)).await?.roles;
            got.sort_unstable();
            self.report.check(subject, "roles", &wanted, &got);
        }
        self.roles = self.call(self.tie.roles().list()).await?;
        let permissions = |id: RoleId| {
            self.roles.iter().find(|role| role.id == id).map(|role| role.permissions.clone()).unwrap_or_default()
        };
        let (wanted, got) = (permissions(auditor), permissions(copy));
        self.report.check("the role Access reviewer", "permissions", &wanted, &got);
        self.report.read_back()
    }

    async fn show_everyone(&mut self) -> Result {
        self.report.step("Everyone, with the names of their roles.");
        let users = self.call(self.tie.users().list()).await?;
        let name = |id: &RoleId| {
            let role = self.roles.iter().find(|role| role.id == *id);
            role.map_or_else(|| id.to_string(), |role| role.name.clone())
        };
        let row = |user: &User| {
            json!({
                "id": user.id, "name": user.full_name(), "email": user.email, "active": user.active,
                "lockedOut": user.locked_out, "roles": user.roles.iter().map(name).collect::<Vec<_>>()
            })
        };
        let rows: Value = users.iter().map(row).collect();
        self.report.table(&rows);
        Ok(())
    }

    async fn change(&mut self, bo: UserId) -> Result {
        self.report.step("Bo marries and changes departments: only these two fields are sent.");
        let before = self.call(self.tie.users().details(bo)).await?;
        self.call(self.tie.users().update(bo).surname("Park-Lee").department("Identity")).await?;
        let after = self.call(self.tie.users().details(bo)).await?;
        self.report.check(BO, "surname", &Some("Park-Lee"), &after.surname.as_deref());
        self.report.check(BO, "department", &Some("Identity"), &after.department.as_deref());
        self.report.check(BO, "the name, which was not sent", &before.name, &after.name);
        self.report.check(BO, "the roles, which were not sent", &before.roles, &after.roles);
        self.report.read_back()
    }

    async fn reset_a_password(&mut self) -> Result {
        self.report.step("Cy forgot the password: the product mails a token, and Cy sets a new password with it.");
        self.call(self.tie.users().request_password_reset(CY)).await?;
        let mail = self.emulator.control().mail().into_iter().rfind(|mail| mail.to == CY);
        let token = mail.and_then(|mail| mail.token).ok_or_else(|| wrong("no mail with a token came for Cy"))?;
        self.report.note("The mail came, with a token that works once.");
        self.call(self.tie.users().reset_password_with_token(token.as_str(), SECOND_PASSWORD)).await?;
        let again = self.refused(self.tie.users().reset_password_with_token(token.as_str(), THIRD_PASSWORD)).await?;
        self.report.check("the token", "is refused a second time", &true, &again.status().is_some());
        let (old, new) = (self.sign_in(CY, FIRST_PASSWORD).await?, self.sign_in(CY, SECOND_PASSWORD).await?);
        self.report.check("Cy", "signs in with the old password", &false, &old.is_success());
        self.report.check("Cy", "signs in with the new password", &true, &new.is_success());
        self.report.read_back()
    }

    /// Gives Ann's own client.
    async fn change_ones_own_password(&mut self, ann: UserId) -> Result<IdentityExposure> {
        self.report.step("Ann changes her own password, with her own key.");
        let key = self.emulator.identity_exposure_core().api_key_of(ann.get());
        let client = client_with(self.emulator, &key.ok_or_else(|| wrong("Ann has no API key"))?)?;
        let wrong_old = self.refused(client.users().change_password(WRONG_PASSWORD, SECOND_PASSWORD)).await?;
        self.report.note("The old password has to be right. It was not sent a second time.");
        self.report.check("Ann", "attempts with a wrong old password", &1, &wrong_old.attempts());
        self.call(client.users().change_password(FIRST_PASSWORD, SECOND_PASSWORD)).await?;
        let status = self.sign_in(ANN, SECOND_PASSWORD).await?;
        self.report.check("Ann", "signs in with the new password", &true, &status.is_success());
        self.report.read_back()?;
        Ok(client)
    }

    async fn lock_and_unlock(&mut self, cy: UserId) -> Result {
        self.report.step("Someone guesses Cy's password until the account is locked, and an administrator unlocks it.");
        let policy = self.call(self.tie.lockout_policy().details()).await?;
        for _ in 0..policy.failed_attempt_threshold {
            self.sign_in(CY, WRONG_PASSWORD).await?;
        }
        let locked = self.call(self.tie.users().details(cy)).await?;
        self.report.check("Cy", "locked out", &true, &locked.locked_out);
        let right = self.sign_in(CY, SECOND_PASSWORD).await?;
        self.report.check("Cy", "signs in with the right password while locked out", &false, &right.is_success());
        self.call(self.tie.users().update(cy).unlock()).await?;
        let unlocked = self.call(self.tie.users().details(cy)).await?;
        self.report.check("Cy", "locked out after unlocking", &false, &unlocked.locked_out);
        let right = self.sign_in(CY, SECOND_PASSWORD).await?;
        self.report.check("Cy", "signs in after unlocking", &true, &right.is_success());
        self.report.read_back()
    }

    async fn renew_a_key(&mut self, ann: UserId, client: IdentityExposure) -> Result {
        self.report
            .step("Ann renews her API key with one copy of her client. The other copies use the new key at once.");
        let other = client.clone();
        let old = client_with(self.emulator, secrecy::ExposeSecret::expose_secret(&client.current_api_key()))?;
        self.call(client.api_key().renew()).await?;
        let me = self.call(other.users().info()).await?;
        self.report.check("the other copy", "user", &ann, &me.id);
        self.report.note("The old key is dead:");
        let refused = self.refused(old.users().info()).await?;
        self.report.check("the old key", "is refused", &true, &refused.is_unauthenticated());
        self.report.read_back()
    }

    async fn read_again(&mut self) -> Result {
        self.report
            .step("A gateway fails once while the list is read. Reading twice does no harm, so it is read again.");
        self.emulator.control().add_fault(Fault::bad_gateway().method("GET").path("/api/users"));
        let answer = self.tie.users().list().send_with_response().await?;
        self.report.request("GET", "/api/users", answer.status.as_str(), answer.attempts);
        self.report.check("the list", "attempts", &2, &answer.attempts);
        self.report.read_back()
    }

    async fn lose_an_answer(&mut self) -> Result<UserId> {
        self.report.step("Dee joins, and the connection is cut after the product has carried it out.");
        self.emulator.control().add_fault(Fault::reset_after_commit().method("POST").path("/api/users"));
        let error = self.refused(self.tie.users().create("Dee", DEE, FIRST_PASSWORD).active(true)).await?;
        self.report.check("the creation", "outcome unknown", &true, &error.outcome_unknown());
        self.report.check("the creation", "attempts", &1, &error.attempts());
        self.report
            .note("The outcome is unknown. A second request could make a second Dee, so the client looks instead:");
        let users = self.call(self.tie.users().list()).await?;
        let found: Vec<UserId> = users.iter().filter(|user| user.email == DEE).map(|user| user.id).collect();
        self.report.check(DEE, "users with this address", &1, &found.len());
        self.report.read_back()?;
        found.first().copied().ok_or_else(|| wrong("Dee is not there"))
    }

    async fn leave(&mut self, ids: [UserId; 4], before: &[User]) -> Result {
        self.report.step("Everyone who joined leaves: first no longer active and without roles, then gone.");
        for (name, id) in ["Ann", "Bo", "Cy", "Dee"].into_iter().zip(ids) {
            self.report.note(&format!("{name}:"));
            self.call(self.tie.users().update(id).active(false)).await?;
            self.call(self.tie.users().update_user_roles(id, [0; 0])).await?;
            let user = self.call(self.tie.users().details(id)).await?;
            self.report.check(&user.email, "active", &Some(false), &user.active);
            self.report.check(&user.email, "roles", &Vec::new(), &user.roles);
            self.call(self.tie.users().delete(id)).await?;
            let gone = self.refused(self.tie.users().details(id)).await?;
            self.report.check(&user.email, "is gone", &true, &gone.is_not_found());
        }
        self.report.note("The copied role:");
        let copy = self.role("Access reviewer")?;
        self.call(self.tie.roles().delete(copy)).await?;
        self.report.read_back()?;

        self.report.step("Everything is as it was at the start.");
        let after = self.call(self.tie.users().list()).await?;
        self.report.check("the instance", "people", &before.to_vec(), &after);
        let roles = self.call(self.tie.roles().list()).await?;
        self.roles.retain(|role| role.id != copy);
        self.report.check("the instance", "roles", &self.roles, &roles);
        self.report.read_back()
    }
}

/// Requests, told as they go.
impl Chapter<'_> {
    async fn call<O: Operation>(&mut self, call: Call<O>) -> Result<O::Output> {
        self.report.call(call).await
    }

    async fn refused<O: Operation>(&mut self, call: Call<O>) -> Result<Error> {
        self.report.refused(call).await
    }

    /// Signs in as the console does, through a request that the client has no method for.
    async fn sign_in(&mut self, email: &str, password: &str) -> Result<StatusCode> {
        let body = json!({"email": email, "password": password}).to_string();
        let request = Request::post("/api/login").header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let request = request.body(Bytes::from(body)).map_err(|_| wrong("the sign-in makes no request"))?;
        let answer = self.tie.client().send_raw(request, Idempotency::Once).await?;
        self.report.request("POST", "/api/login", answer.status().as_str(), 1);
        Ok(answer.status())
    }

    fn role(&self, name: &str) -> Result<RoleId> {
        let role = self.roles.iter().find(|role| role.name == name);
        role.map(|role| role.id).ok_or_else(|| wrong(&format!("there is no role {name}")))
    }

    /// The role of this name that was created last, for servers that do not give what they copied.
    async fn newest_role(&mut self, name: &str) -> Result<RoleId> {
        self.roles = self.call(self.tie.roles().list()).await?;
        let named = self.roles.iter().filter(|role| role.name == name).map(|role| role.id).max();
        named.ok_or_else(|| wrong(&format!("the role {name} is not there")))
    }
}
