//! Users as they go over the wire.

use serde_json::{Map, Value, json};

use super::call::{Call, Handled};
use super::envelope::Refusal;
use super::fields::{Marks, Selection};
use super::generation::Generation;
use super::rules;
use super::state::{ADMINISTRATION, ALL_GROUPS, CONTACT, NAMES, SECURITY_MANAGER, UNSET, User};

/// The resources that show users.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum View {
    /// `/user`.
    UserList,
    /// `/user/{id}`.
    User,
    /// `/organization/{orgID}/user`.
    OrganizationUserList,
    /// `/organization/{orgID}/user/{id}`.
    OrganizationUser,
    /// `/organization/{orgID}/securityManager`, list and single.
    SecurityManager,
    /// `/currentUser`.
    CurrentUser,
}

/// What nearly every resource shows on request, in the versions without uuids.
macro_rules! common_5 {
    ($($more:literal),*) => {
        &[
            "role", "title", "address", "city", "state", "country", "phone", "fax", "createdTime", "modifiedTime",
            "lastLogin", "lastLoginIP", "mustChangePassword", "locked", "failedLogins", "authType", "fingerprint",
            "password", "preferences", "ldap", "ldapUsername" $(, $more)*
        ]
    };
}

/// The same with password expiry.
macro_rules! common_6 {
    ($($more:literal),*) => {
        common_5!(
            "passwordExpires", "passwordExpiration", "passwordExpirationOverride", "passwordSetDate" $(, $more)*
        )
    };
}

/// What administrators are shown of a Security Manager.
macro_rules! manager {
    ($common:ident $(, $more:literal)*) => {
        $common!(
            "username", "email", "canUse", "canManage", "managedUsersGroups", "managedObjectsGroups",
            "responsibleAsset", "group" $(, $more)*
        )
    };
}

const fn marks(
    always: &'static [&'static str],
    default: &'static [&'static str],
    on_request: &'static [&'static str],
    members_only: &'static [&'static str],
    named_only: &'static [&'static str],
) -> Marks {
    Marks { always, default, on_request, members_only, named_only, ..Marks::NONE }
}

const ID: &[&str] = &["id"];
const ID_AND_UUID: &[&str] = &["id", "uuid"];
const THREE: &[&str] = &["firstname", "lastname", "status"];
const FIVE: &[&str] = &["username", "firstname", "lastname", "status", "email"];
const FOUR: &[&str] = &["username", "firstname", "lastname", "status"];
const RIGHTS: &[&str] = &["canUse", "canManage"];
const LIST_5: &[&str] = &[
    "username",
    "firstname",
    "lastname",
    "status",
    "email",
    "role",
    "title",
    "address",
    "city",
    "state",
    "country",
    "phone",
    "fax",
    "createdTime",
    "modifiedTime",
    "lastLogin",
    "lastLoginIP",
    "mustChangePassword",
    "locked",
    "failedLogins",
    "authType",
    "fingerprint",
    "password",
    "canUse",
    "canManage",
    "managedUsersGroups",
    "managedObjectsGroups",
];
const GROUP_FIELDS: &[&str] = &["responsibleAsset", "group"];

static USER_LIST_5: Marks = marks(ID, LIST_5, &[], GROUP_FIELDS, &[]);
static USER_5: Marks = marks(ID, LIST_5, &["preferences", "ldap", "ldapUsername"], GROUP_FIELDS, &[]);
static USER_6: Marks = marks(
    ID_AND_UUID,
    FIVE,
    common_6!("apiKeys", "canUse", "canManage", "linkedUsers", "parent"),
    &["managedUsersGroups", "managedObjectsGroups", "responsibleAsset", "group"],
    &[],
);
static ORGANIZATION_USER_LIST_5: Marks = marks(ID, &["username", "firstname", "lastname"], RIGHTS, &[], &[]);
static ORGANIZATION_USER_LIST_6: Marks = marks(ID_AND_UUID, &["username", "firstname", "lastname"], RIGHTS, &[], &[]);
static ORGANIZATION_USER_5: Marks = marks(ID, THREE, manager!(common_5), &[], &["orgName"]);
static ORGANIZATION_USER_6: Marks = marks(ID_AND_UUID, THREE, manager!(common_5, "parent"), &[], &["orgName"]);
static SECURITY_MANAGER_5: Marks = marks(ID, THREE, manager!(common_5), &[], &[]);
static SECURITY_MANAGER_6: Marks = marks(ID_AND_UUID, THREE, manager!(common_6, "parent"), &[], &[]);
static CURRENT_USER_5: Marks = marks(
    ID,
    FOUR,
    common_5!("email", "managedUsersGroups", "managedObjectsGroups", "group", "userPrefs", "orgName", "organization"),
    &["responsibleAsset"],
    &[],
);
static CURRENT_USER_6: Marks = marks(
    ID_AND_UUID,
    FOUR,
    common_6!(
        "email",
        "managedUsersGroups",
        "managedObjectsGroups",
        "group",
        "userPrefs",
        "orgName",
        "organization",
        "switchableUsers",
        "linkedUserRole"
    ),
    &["responsibleAsset"],
    &[],
);

impl View {
    pub(super) fn marks(self, generation: Generation) -> &'static Marks {
        match (self, generation.has_uuids()) {
            (Self::UserList, false) => &USER_LIST_5,
            (Self::User, false) => &USER_5,
            (Self::UserList | Self::User, true) => &USER_6,
            (Self::OrganizationUserList, false) => &ORGANIZATION_USER_LIST_5,
            (Self::OrganizationUserList, true) => &ORGANIZATION_USER_LIST_6,
            (Self::OrganizationUser, false) => &ORGANIZATION_USER_5,
            (Self::OrganizationUser, true) => &ORGANIZATION_USER_6,
            (Self::SecurityManager, false) => &SECURITY_MANAGER_5,
            (Self::SecurityManager, true) => &SECURITY_MANAGER_6,
            (Self::CurrentUser, false) => &CURRENT_USER_5,
            (Self::CurrentUser, true) => &CURRENT_USER_6,
        }
    }
}

/// The name of the administrators' pseudo organization.
pub(super) const ADMINISTRATION_NAME: &str = "Tenable.sc Administration";

/// A reference to nothing.
pub(super) fn unset() -> Value {
    reference(UNSET, "", "")
}

pub(super) fn reference(id: impl Into<Value>, name: &str, description: &str) -> Value {
    json!({ "id": id.into(), "name": name, "description": description })
}

/// A reference to something with an id of its own.
pub(super) fn reference_to(id: &impl ToString, name: &str, description: &str) -> Value {
    reference(id.to_string(), name, description)
}

/// `"true"` or `"false"`.
pub(super) fn flag(value: bool) -> Value {
    value.to_string().into()
}

pub(super) fn number_text(value: u64) -> Value {
    value.to_string().into()
}

/// The uuid of an object of an organization. They are not kept, as nothing is addressed by them.
pub(super) fn object_uuid(organization: u64, id: u64) -> String {
    format!("{organization:08X}-0000-4000-8000-{id:012X}")
}

impl Call<'_> {
    /// A user as a resource shows it to the caller.
    pub(super) fn show(&self, user: &User, view: View, selection: &Selection) -> Handled {
        let privileged = self.sees_all_of(user)?;
        let fields = self.fields_to_show(view.marks(self.generation), selection, privileged)?;
        let mut object = Map::new();
        for field in fields {
            if let Some(value) = self.user_field(user, view, field)? {
                object.insert(field.to_owned(), value);
            }
        }
        Ok(object.into())
    }

    /// A user as changes answer it.
    pub(super) fn show_complete(&self, user: &User, view: View) -> Handled {
        self.show(user, view, &Selection::Complete)
    }

    /// A field of a user; none where the user has no such field.
    fn user_field(&self, user: &User, view: View, field: &str) -> Result<Option<Value>, Refusal> {
        if NAMES.contains(&field) || CONTACT.contains(&field) {
            return Ok(Some(user.text(field).into()));
        }
        let administrator = user.is_administrator();
        Ok(Some(match field {
            "id" => number_text(user.account.id),
            "uuid" => user.uuid.clone().into(),
            "username" => user.username.clone().into(),
            "status" => user.status.clone().into(),
            "createdTime" => number_text(user.created),
            "modifiedTime" => number_text(user.modified),
            "lastLogin" => number_text(user.last_login),
            "lastLoginIP" => user.last_login_ip.clone().into(),
            "mustChangePassword" => flag(user.must_change_password),
            "passwordExpires" => flag(user.password_expires),
            "passwordExpiration" => user.password_expiration.map(|days| days.to_string()).into(),
            "passwordExpirationOverride" => flag(user.password_expiration_override),
            "passwordSetDate" => number_text(user.password_set),
            "locked" => flag(user.locked),
            "failedLogins" => number_text(user.failed_logins),
            "authType" => user.auth_type.clone().into(),
            "fingerprint" => user.fingerprint.clone().into(),
            "password" => "SET".into(),
            "ldapUsername" => user.ldap_username.clone().into(),
            "preferences" | "userPrefs" => serde_json::to_value(&user.preferences).unwrap_or_default(),
            "role" => self.role_reference(user.role),
            "ldap" => self.ldap_reference(user),
            "canUse" => self.can_use(user)?.into(),
            "canManage" => self.can_manage(user)?.into(),
            "apiKeys" => self.key_references(user),
            "linkedUsers" => self.linked_user_references(user),
            "switchableUsers" => {
                self.switchable_users(user).into_iter().map(|other| self.account_reference(other)).collect()
            }
            "linkedUserRole" if user.is_linked() => self.role_reference(user.role),
            "linkedUserRole" => unset(),
            // Administrators alone see what an organization user hangs on.
            "parent" if administrator || !self.caller()?.is_administrator() => return Ok(None),
            "parent" => self.parent_reference(user),
            "orgName" => self.organization_name(user).into(),
            "organization" => self.organization_reference(user),
            "group" if administrator && view != View::CurrentUser => return Ok(None),
            "group" => self.group_reference(user),
            "managedUsersGroups" | "managedObjectsGroups" | "responsibleAsset" if administrator => return Ok(None),
            "managedUsersGroups" => self.managed_groups(user, &user.managed_users_groups),
            "managedObjectsGroups" => self.managed_groups(user, &user.managed_objects_groups),
            "responsibleAsset" => self.responsible_asset(user),
            _ => return Ok(None),
        }))
    }

    fn can_use(&self, user: &User) -> Result<bool, Refusal> {
        let caller = self.caller()?;
        let same = caller.account.organization == user.account.organization;
        Ok(same || (caller.is_administrator() && user.role == SECURITY_MANAGER))
    }

    fn can_manage(&self, user: &User) -> Result<bool, Refusal> {
        let caller = self.caller()?;
        Ok(caller.account == user.account || self.manages(caller, user))
    }

    pub(super) fn role_reference(&self, id: u64) -> Value {
        match self.state.roles.get(&id) {
            Some(role) => reference_to(&id, &role.name, &role.description),
            None => unset(),
        }
    }

    fn group_reference(&self, user: &User) -> Value {
        let organization = self.state.organizations.get(&user.account.organization);
        match organization.and_then(|organization| organization.groups.get(&user.group?)) {
            Some(group) => reference_to(&group.id, &group.name, &group.description),
            None => unset(),
        }
    }

    fn managed_groups(&self, user: &User, ids: &[i64]) -> Value {
        let organization = self.state.organizations.get(&user.account.organization);
        let entry = |id: &i64| {
            if *id == ALL_GROUPS {
                return Some(reference_to(id, "All Groups", "All Groups"));
            }
            let group = organization?.groups.get(&u64::try_from(*id).ok()?)?;
            Some(reference_to(id, &group.name, &group.description))
        };
        ids.iter().filter_map(entry).collect()
    }

    fn responsible_asset(&self, user: &User) -> Value {
        let organization = user.account.organization;
        let asset = u64::try_from(user.responsible_asset).ok().and_then(|id| {
            self.state.organizations.get(&organization).and_then(|organization| organization.objects.get("assets", id))
        });
        let mut reference = match asset {
            Some(asset) => reference_to(&asset.id, &asset.name, &asset.description),
            None => unset(),
        };
        if self.generation.has_uuids() {
            reference["uuid"] = asset.map(|asset| object_uuid(organization, asset.id)).into();
        }
        reference
    }

    fn ldap_reference(&self, user: &User) -> Value {
        match user.ldap.and_then(|id| self.state.objects.get("ldaps", id)) {
            Some(server) => reference(server.id, &server.name, &server.description),
            None if self.rules.is(rules::UNSET_LDAP, "string") => reference_to(&UNSET, "", ""),
            None => unset(),
        }
    }

    fn key_references(&self, user: &User) -> Value {
        let keys = user.keys.iter().filter(|_| !self.rules.is(rules::API_KEYS_FIELD, "empty"));
        let objects = self.rules.is(rules::API_KEYS_FIELD, "objects");
        let shown =
            keys.map(|keys| if objects { json!({ "accessKey": keys.access_key }) } else { json!(keys.access_key) });
        shown.collect()
    }

    fn organization_name(&self, user: &User) -> String {
        match self.state.organizations.get(&user.account.organization) {
            Some(organization) => organization.text("name").to_owned(),
            None => ADMINISTRATION_NAME.to_owned(),
        }
    }

    pub(super) fn organization_reference(&self, user: &User) -> Value {
        let Some(organization) = self.state.organizations.get(&user.account.organization) else {
            return reference(ADMINISTRATION, ADMINISTRATION_NAME, "");
        };
        let text = self.rules.is(rules::CURRENT_ORGANIZATION_ID, "string");
        let id = if text { number_text(organization.id) } else { organization.id.into() };
        let mut reference = reference(id, organization.text("name"), organization.text("description"));
        if self.generation.has_uuids() {
            reference["uuid"] = organization.uuid.clone().into();
        }
        reference
    }

    /// A user as other users and groups refer to it.
    pub(super) fn user_reference(&self, user: &User) -> Value {
        let mut reference = json!({
            "id": user.account.id.to_string(), "username": user.username, "firstname": user.text("firstname"),
            "lastname": user.text("lastname")
        });
        if self.generation.has_uuids() {
            reference["uuid"] = user.uuid.clone().into();
        }
        reference
    }
}
