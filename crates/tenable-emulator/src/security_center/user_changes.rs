//! Creating and editing users: what a body may say, and who may say it.

use serde_json::Value;

use super::call::Call;
use super::envelope::Refusal;
use super::form::Form;
use super::generation::Generation;
use super::rules;
use super::seed::server_time_zone;
use super::state::{
    ADMINISTRATION, ADMINISTRATOR, ALL_GROUPS, AccountId, CONTACT, FULL_ACCESS, LINKED, NAMES, Organization,
    Preference, SECURITY_MANAGER, UNSET, User,
};
use crate::mail::Mail;
use crate::secrets::Password;

/// Creates a user in an organization, or an administrator.
pub(super) fn create_in(call: &mut Call<'_>, organization: u64) -> Result<AccountId, Refusal> {
    let form = std::mem::take(&mut call.body);
    let user = new_user(call, &form, organization)?;
    let notice = notice(&form, &user)?;
    let samples = samples(call, &form)?;
    let account = call.state.accounts.next_id(organization);
    if let Some(group) = user.group {
        add_samples(call.organization_mut(organization)?, &samples, account.id, group);
    }
    call.state.accounts.put(User { account, ..user });
    call.mail.extend(notice);
    Ok(account)
}

/// The user that a body describes, without an id.
fn new_user(call: &Call<'_>, form: &Form, organization: u64) -> Result<User, Refusal> {
    let username = form.required_text("username")?;
    check_username(call, &username, organization)?;
    let auth_type = new_auth_type(call, form)?;
    let linked = auth_type == LINKED;
    let group = new_group(call, form, organization)?;
    let role = form.id("roleID")?.ok_or_else(|| Refusal::attribute("roleID", "Please specify a roleID."))?;
    check_role(call, organization, role)?;
    if linked && (organization == ADMINISTRATION || !call.caller()?.is_administrator()) {
        return Err(Refusal::permission("Only administrators create linked users, in an organization."));
    }
    let parent = if linked { Some(call.parent_of_new(form, organization)?) } else { None };
    let account = AccountId { organization, id: 0 };
    let new = User::new(account, username, role, call.seconds());
    let mut user = User { auth_type, preferences: server_time_zone(), group, parent, ..new };
    if user.has_local_password() {
        user.password = Some(Password::new(&new_password(call, form)?));
    }
    if user.auth_type == "ldap" {
        user.ldap = Some(ldap_server(call, form, organization)?);
        if form.text("ldapUsername")?.is_none_or(|name| name.is_empty())
            && call.rules.is(rules::MISSING_LDAP_USERNAME, "refused")
        {
            return Err(Refusal::attribute("ldapUsername", "Please specify an ldapUsername."));
        }
    }
    if !form.has("responsibleAssetID")
        && organization != ADMINISTRATION
        && call.rules.is(rules::MISSING_RESPONSIBLE_ASSET, "refused")
    {
        return Err(Refusal::attribute("responsibleAssetID", "Please specify a responsibleAssetID."));
    }
    apply(call, form, &mut user)?;
    Ok(user)
}

/// Refuses a user name that is taken.
fn check_username(call: &Call<'_>, username: &str, organization: u64) -> Result<(), Refusal> {
    let everywhere = call.rules.is(rules::USERNAME_SCOPE, "instance");
    let mut others = call.state.accounts.with_username(username);
    let taken = others.any(|other| everywhere || other.account.organization == organization);
    call.check_name(rules::DUPLICATE_USERNAME, taken, "User", username)
}

fn new_auth_type(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let given = match form.text("authType")? {
        None if call.rules.is(rules::MISSING_AUTH_TYPE, "tns") => return Ok("tns".to_owned()),
        None => return Err(Refusal::attribute("authType", "Please specify an authType.")),
        Some(given) => given,
    };
    check_auth_type(call, &given)?;
    Ok(given)
}

fn check_auth_type(call: &Call<'_>, given: &str) -> Result<(), Refusal> {
    let known = match given {
        "tns" | "ldap" | "saml" | "legacy" | LINKED => true,
        "cert" => call.rules.is(rules::CERTIFICATE_AUTH_TYPE, "accepted"),
        _ => false,
    };
    if known { Ok(()) } else { Err(Refusal::attribute("authType", format!("The authType '{given}' is invalid."))) }
}

/// The group of a new user; none for an administrator.
fn new_group(call: &Call<'_>, form: &Form, organization: u64) -> Result<Option<u64>, Refusal> {
    if organization == ADMINISTRATION {
        return Ok(None);
    }
    let group = form.id("groupID")?.ok_or_else(|| Refusal::attribute("groupID", "Please specify a groupID."))?;
    check_group(call, organization, group)?;
    Ok(Some(group))
}

/// Refuses a group that is not there, or whose users the caller does not manage.
fn check_group(call: &Call<'_>, organization: u64, group: u64) -> Result<(), Refusal> {
    if !call.organization(organization)?.groups.contains_key(&group) {
        return Err(Refusal::unknown_reference("Group", to_signed(group), organization));
    }
    let caller = call.caller()?;
    if caller.is_administrator() || call.manages_users_of(caller, Some(group)) {
        return Ok(());
    }
    Err(Refusal::permission(format!("You may not manage users of Group #{group}.")))
}

/// Refuses a role that the caller may not give in this organization.
fn check_role(call: &Call<'_>, organization: u64, role: u64) -> Result<(), Refusal> {
    if !call.state.roles.contains_key(&role) {
        return Err(Refusal::unknown_reference("Role", to_signed(role), organization));
    }
    let caller = call.caller()?;
    let allowed = match (caller.is_administrator(), organization) {
        (true, ADMINISTRATION) => role == ADMINISTRATOR,
        (true, _) => role == SECURITY_MANAGER,
        (false, _) => call.outranks(caller, role),
    };
    if allowed { Ok(()) } else { Err(Refusal::permission(format!("You may not give users Role #{role}."))) }
}

fn to_signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// A password that is long enough.
pub(super) fn new_password(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let password = form.required_text("password")?;
    let minimum = call.rules.outcome(rules::MINIMUM_PASSWORD_LENGTH).parse().unwrap_or(0);
    if password.chars().count() < minimum {
        return Err(Refusal::attribute("password", format!("The password must have at least {minimum} characters.")));
    }
    Ok(password)
}

/// The LDAP server that a body names, which the organization must have.
fn ldap_server(call: &Call<'_>, form: &Form, organization: u64) -> Result<u64, Refusal> {
    let id = form.get("ldap").and_then(|ldap| super::form::integer(ldap.get("id")?)).unwrap_or(UNSET);
    let unknown = || Refusal::unknown_reference("LDAP", id, organization);
    let server = u64::try_from(id).map_err(|_| unknown())?;
    let known = match organization {
        ADMINISTRATION => call.state.objects.get("ldaps", server).is_some(),
        _ => call.organization(organization)?.ids("ldaps").any(|known| known == server),
    };
    if known { Ok(server) } else { Err(unknown()) }
}

/// The mail that tells a new user, if the body asks for it.
fn notice(form: &Form, user: &User) -> Result<Option<Mail>, Refusal> {
    let wanted = form.text("emailNotice")?.unwrap_or_else(|| "none".to_owned());
    let (id, password) = match wanted.as_str() {
        "none" | "" => return Ok(None),
        "both" => (true, true),
        "id" => (true, false),
        "password" => (false, true),
        _ => return Err(Refusal::attribute("emailNotice", "The emailNotice must be both, id, password or none.")),
    };
    let address = user.text("email");
    if address.is_empty() {
        return Err(Refusal::attribute("email", "An emailNotice needs an email."));
    }
    let name = if id { format!("\nUser name: {}\n", user.username) } else { String::new() };
    let given = form.text("password")?.filter(|_| password);
    let password = given.map(|password| format!("\nPassword: {password}\n")).unwrap_or_default();
    let text = format!("An account was made for you.\n{name}{password}");
    Ok(Some(Mail::new(address, "Your account", &text)))
}

/// Sample content, by resource.
const SAMPLES: [(&str, &str); 3] =
    [("dashboardTabs", "Sample dashboard"), ("reports", "Sample report"), ("arcs", "Sample report card")];
/// The flag for each, in old versions.
const SAMPLE_FLAGS: [&str; 3] = ["importDashboards", "importReports", "importARCs"];

type Sample = (&'static str, &'static str);

/// The sample content that a new user is to have.
fn samples(call: &Call<'_>, form: &Form) -> Result<Vec<Sample>, Refusal> {
    if call.generation == Generation::V6 {
        let wanted = form.flag("createDefaultObjects")?.unwrap_or(false);
        return Ok(SAMPLES.into_iter().filter(|_| wanted).collect());
    }
    let wanted = SAMPLE_FLAGS.into_iter().zip(SAMPLES).map(|(name, sample)| {
        let wanted = form.flag(name)?.unwrap_or(true);
        Ok(wanted.then_some(sample))
    });
    wanted.filter_map(Result::transpose).collect()
}

/// Adds sample content for a new user, and for the group if it has waited for its first new user.
fn add_samples(organization: &mut Organization, samples: &[Sample], owner: u64, group: u64) {
    let Organization { objects, groups, .. } = organization;
    for (resource, name) in samples {
        objects.add(resource, name, "", Some(owner));
    }
    let waiting = groups.get_mut(&group).filter(|group| group.create_default_objects && !group.has_default_objects);
    let Some(group) = waiting else { return };
    group.has_default_objects = true;
    for (resource, name) in SAMPLES {
        let id = objects.add(resource, name, "", Some(owner));
        group.lists.entry(resource.to_owned()).or_default().push(id);
    }
}

/// Edits a user who is not the caller.
pub(super) fn update(call: &mut Call<'_>, account: AccountId) -> Result<(), Refusal> {
    let mut form = std::mem::take(&mut call.body);
    let user = call.state.accounts.get(account).cloned().ok_or_else(Refusal::invalid_token)?;
    let caller = call.caller()?;
    if caller.account == account {
        return Err(Refusal::permission("The current user cannot be edited here."));
    }
    if call.check_linked_change(&user, &form)? {
        form.remove(&super::linked::IMMUTABLE);
    } else if !call.manages(caller, &user) {
        return Err(Refusal::permission(format!("You may not edit User #{}.", account.id)));
    }
    let mut changed = user.clone();
    if let Some(role) = form.id("roleID")?.filter(|role| *role != user.role) {
        check_role(call, account.organization, role)?;
        changed.role = role;
    }
    if let (Some(group), Some(_)) = (form.id("groupID")?, user.group) {
        check_group(call, account.organization, group)?;
        changed.group = Some(group);
    }
    change_authentication(call, &form, &mut changed)?;
    apply(call, &form, &mut changed)?;
    if changed.locked && !user.locked {
        spare_last_administrator(call, &user)?;
    }
    if let Some(username) = form.text("username")?.filter(|username| *username != user.username) {
        form.required_text("username")?;
        check_username(call, &username, account.organization)?;
        call.state.accounts.rename(account, &username);
        changed.username = username;
    }
    let seconds = call.seconds();
    if !form.is_empty() {
        changed.modified = seconds;
        store(call, &user, changed);
    }
    Ok(())
}

/// The kind of sign-in, and the password, of an existing user.
fn change_authentication(call: &Call<'_>, form: &Form, changed: &mut User) -> Result<(), Refusal> {
    if let Some(kind) = form.text("authType")? {
        check_auth_type(call, &kind)?;
        changed.auth_type = kind;
    }
    if changed.auth_type == "ldap" && (changed.ldap.is_none() || form.has("ldap")) {
        changed.ldap = Some(ldap_server(call, form, changed.account.organization)?);
    }
    if form.has("password") {
        check_current_password(call, form)?;
        changed.password = Some(Password::new(&new_password(call, form)?));
        changed.password_set = call.seconds();
    }
    Ok(())
}

/// Refuses unless `currentPassword` is the caller's own. Whoever signs in elsewhere may say anything.
pub(super) fn check_current_password(call: &Call<'_>, form: &Form) -> Result<(), Refusal> {
    let given = form.required_text("currentPassword")?;
    let caller = call.caller()?;
    let local = caller.password.as_ref().filter(|_| caller.has_local_password());
    if local.is_none_or(|password| password.is(&given)) {
        return Ok(());
    }
    Err(Refusal::attribute("currentPassword", "The current password is wrong."))
}

/// Puts a changed user in place, with what follows from a lock.
fn store(call: &mut Call<'_>, before: &User, mut changed: User) {
    let (account, locked) = (changed.account, changed.locked);
    if before.locked && !locked {
        changed.failed_logins = 0;
    }
    if let Some(user) = call.state.accounts.get_mut(account) {
        *user = changed;
    }
    if before.locked == locked {
        return;
    }
    let mut affected = vec![account];
    if locked || call.rules.is(rules::UNLOCK_CASCADE, "unlocks") {
        affected.extend(call.linked_users(account).map(|linked| linked.account).collect::<Vec<_>>());
    }
    for account in affected {
        if let Some(user) = call.state.accounts.get_mut(account) {
            user.locked = locked;
        }
        if locked && call.rules.is(rules::SESSIONS_OF_LOCKED_USER, "ended") {
            call.sessions.end_all_of(account);
        }
    }
}

/// Refuses to leave the instance without an administrator who can act.
pub(super) fn spare_last_administrator(call: &Call<'_>, user: &User) -> Result<(), Refusal> {
    let others = call.state.accounts.of(ADMINISTRATION).filter(|other| other.account != user.account && !other.locked);
    if !user.is_administrator()
        || user.locked
        || others.count() > 0
        || call.rules.is(rules::LAST_ADMINISTRATOR, "allowed")
    {
        return Ok(());
    }
    Err(Refusal::permission("The last administrator cannot be locked or deleted."))
}

/// The fields that are the same for new and existing users, and need no further rights.
fn apply(call: &Call<'_>, form: &Form, user: &mut User) -> Result<(), Refusal> {
    apply_own(form, user)?;
    if let Some(status) = form.text("status")?.filter(|_| call.rules.is(rules::STATUS, "stored")) {
        user.status = status;
    }
    if let Some(locked) = form.flag("locked")? {
        user.locked = locked;
    }
    if let Some(must_change) = form.flag("mustChangePassword")? {
        if user.has_local_password() {
            user.must_change_password = must_change;
        } else if must_change && call.rules.is(rules::MUST_CHANGE_PASSWORD_ELSEWHERE, "refused") {
            let message = format!("mustChangePassword must be \"false\" for authType {}.", user.auth_type);
            return Err(Refusal::attribute("mustChangePassword", message));
        }
    }
    if let Some(name) = form.text("ldapUsername")? {
        user.ldap_username = name;
    }
    apply_password_expiry(call, form, user)?;
    if user.account.organization == ADMINISTRATION {
        return Ok(());
    }
    if let Some(groups) = managed_groups(call, form, "managedUsersGroups", user.account.organization)? {
        user.managed_users_groups = groups;
    }
    if let Some(groups) = managed_groups(call, form, "managedObjectsGroups", user.account.organization)? {
        user.managed_objects_groups = groups;
    }
    if let Some(asset) = form.number("responsibleAssetID")? {
        let organization = user.account.organization;
        let known = u64::try_from(asset)
            .ok()
            .map(|id| call.organization(organization).map(|it| it.objects.get("assets", id).is_some()));
        if asset != UNSET && !known.transpose()?.unwrap_or(false) {
            return Err(Refusal::unknown_reference("Asset", asset, organization));
        }
        user.responsible_asset = asset;
    }
    Ok(())
}

/// The fields that users may also change on themselves.
pub(super) fn apply_own(form: &Form, user: &mut User) -> Result<(), Refusal> {
    for name in NAMES.into_iter().chain(CONTACT) {
        if let Some(text) = form.text(name)? {
            user.texts.insert(name.to_owned(), text);
        }
    }
    if form.has("fingerprint") {
        user.fingerprint = form.text("fingerprint")?.filter(|fingerprint| !fingerprint.is_empty());
    }
    if let Some(entries) = form.array("preferences")? {
        user.preferences = entries.iter().map(preference).collect::<Result<_, _>>()?;
    }
    Ok(())
}

/// An entry of `preferences`. The tag may be left out.
pub(super) fn preference(entry: &Value) -> Result<Preference, Refusal> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let wrong = || Refusal::attribute("preferences", "A preference needs a name and a value.");
    Ok(Preference {
        name: text("name").filter(|name| !name.is_empty()).ok_or_else(wrong)?,
        value: text("value").ok_or_else(wrong)?,
        tag: text("tag").unwrap_or_default(),
    })
}

fn apply_password_expiry(call: &Call<'_>, form: &Form, user: &mut User) -> Result<(), Refusal> {
    if call.generation != Generation::V6 {
        return Ok(());
    }
    if let Some(expires) = form.flag("passwordExpires")? {
        user.password_expires = expires;
    }
    if let Some(days) = form.number("passwordExpiration")? {
        let days = u64::try_from(days).ok().filter(|days| (1..=365).contains(days));
        let wrong = || Refusal::attribute("passwordExpiration", "The passwordExpiration must be from 1 to 365 days.");
        user.password_expiration = Some(days.ok_or_else(wrong)?);
    }
    if let Some(overrides) = form.flag("passwordExpirationOverride")? {
        // It has no meaning, and no effect, for administrators.
        user.password_expiration_override = overrides && !user.is_administrator();
    }
    Ok(())
}

fn managed_groups(call: &Call<'_>, form: &Form, name: &str, organization: u64) -> Result<Option<Vec<i64>>, Refusal> {
    let Some(groups) = form.references(name)? else { return Ok(None) };
    let known = &call.organization(organization)?.groups;
    let unknown = |id: &&i64| **id != ALL_GROUPS && !u64::try_from(**id).is_ok_and(|id| known.contains_key(&id));
    match groups.iter().find(unknown) {
        Some(id) => Err(Refusal::unknown_reference("Group", *id, organization)),
        None => Ok(Some(groups)),
    }
}

/// The body for a new Security Manager at a path that implies the Full Access group.
pub(super) fn in_full_access(form: &mut Form) {
    form.set("groupID", FULL_ACCESS);
}
