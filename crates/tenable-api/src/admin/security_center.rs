//! Security Center as an administrator of any product sees it.

use async_trait::async_trait;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tenable_model::security_center::{
    CurrentUserField, GroupField, GroupId, OrganizationField, RoleField, RoleId, ScanPermission, UserAddress,
    UserField, UserId, UserKey as PathKey,
};
use tenable_model::shared::{Group, GroupKey, Role, RoleKey, User, UserKey, first_and_last_name};
use tenable_model::{Known, Product};

use super::{
    Ability, Capabilities, Capable, Count, Defect, GroupAdmin, Limitation, NewPassword, NewRole, NewUser, ReplacedKeys,
    RoleAdmin, RoleChange, SignInChange, UserAdmin, UserChange, address, addresses,
};
use crate::listing::Outlet;
use crate::security_center::{
    CreateRole, CreateUser, DeleteGroup, DeleteRole, DeleteUser, GetCurrentUser, GetGroup, GetRole, GetUser,
    ListGroups, ListRoles, ListUsers, SecurityCenter, UpdateGroup, UpdateRole, UpdateUser,
};
use crate::{Client, Error, ErrorKind, ListOperation, Listing, Operation, OperationMeta};

static CAPABILITIES: Capabilities = Capabilities {
    product: Product::SecurityCenter,
    roles_per_user: Count::One,
    groups_per_user: Count::One,
    separate_email: true,
    own_password_needed: true,
    roles_at_creation: true,
    groups_at_creation: true,
    disabled_at_creation: true,
    least_role: Some("No Role"),
    creations_per_call: 1,
    // The calling user is not changed by the call that changes users. Deleting oneself is not documented.
    refused_for_own_account: &[
        Ability::ChangeUserName,
        Ability::ChangeEmail,
        Ability::ChangeFullName,
        Ability::SetEnabled,
        Ability::SetPassword,
        Ability::TemporaryPassword,
        Ability::AssignRoles,
        Ability::AddMember,
    ],
    limitations: &[
        Limitation::one_role(),
        Limitation::new(
            Ability::NoRole,
            "gives each user exactly one role",
            "assign the role 0, No Role, which allows nothing",
        ),
        Limitation::new(
            Ability::SetSignInMethods,
            "has one way to sign in for each account, its authType, and one switch for the API keys of all",
            "change the account's authType, or disable the user",
        ),
        Limitation::new(
            Ability::ReplaceKeys,
            "has no documented call that generates or deletes API keys",
            "generate others for the user in the web interface, which replaces the old ones at once",
        ),
        Limitation::new(
            Ability::EmptyGroup,
            "keeps each user in exactly one group",
            "add each member to another group, then delete this one",
        ),
        Limitation::new(Ability::RemoveMember, "keeps each user in exactly one group", "add the user to another group"),
    ],
};

/// The role of administrators, who are in no organization and in no group. Source: vendor's API pages.
const ADMINISTRATOR: RoleId = RoleId(1);

/// What a user is made from. A list has little more than names unless it is asked for more.
const USER_FIELDS: [UserField; 17] = [
    UserField::Id,
    UserField::Uuid,
    UserField::Username,
    UserField::Firstname,
    UserField::Lastname,
    UserField::Status,
    UserField::Email,
    UserField::Role,
    UserField::Group,
    UserField::LastLogin,
    UserField::Locked,
    UserField::FailedLogins,
    UserField::AuthType,
    UserField::Fingerprint,
    UserField::ApiKeys,
    UserField::LdapUsername,
    UserField::MustChangePassword,
];

/// The same of the calling user, whose API keys are told nowhere.
const OWN_FIELDS: [CurrentUserField; 15] = [
    CurrentUserField::Id,
    CurrentUserField::Uuid,
    CurrentUserField::Username,
    CurrentUserField::Firstname,
    CurrentUserField::Lastname,
    CurrentUserField::Status,
    CurrentUserField::Email,
    CurrentUserField::Role,
    CurrentUserField::Group,
    CurrentUserField::LastLogin,
    CurrentUserField::Locked,
    CurrentUserField::FailedLogins,
    CurrentUserField::AuthType,
    CurrentUserField::Fingerprint,
    CurrentUserField::LdapUsername,
];

const GROUP_FIELDS: [GroupField; 6] = [
    GroupField::Id,
    GroupField::Name,
    GroupField::Description,
    GroupField::UserCount,
    GroupField::CreatedTime,
    GroupField::ModifiedTime,
];

/// Name, description and every permission.
fn role_fields() -> impl Iterator<Item = RoleField> {
    let permissions = RoleField::KNOWN.iter().filter(|name| name.starts_with("perm"));
    let names = ["id", "name", "description", "createdTime", "modifiedTime"];
    names.into_iter().chain(permissions.copied()).map(RoleField::from)
}

impl Capable for SecurityCenter {
    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    /// How long and how complex a password has to be are settings of the server.
    fn defects(&self, user: &NewUser) -> Vec<Defect> {
        let mut defects = CAPABILITIES.defects(user);
        if user.user_name.trim().is_empty() {
            defects.push(Defect::new("user_name", "it is empty"));
        }
        if user.roles.is_empty() {
            defects.push(Defect::new("roles", "there is none, and a user has exactly one"));
        }
        let administrator = user.roles.contains(&ADMINISTRATOR.into());
        if user.groups.is_empty() && !administrator {
            defects.push(Defect::new("groups", "there is none, and a user of an organization is in exactly one"));
        }
        defects
    }
}

/// Reads with the fields that are wanted, or else with those that come by themselves.
///
/// Whether a field that the account may not see, or that an old server does not know, is left out or spoils the whole request is not
/// documented. What is missing afterwards is not told.
async fn read<O: Operation>(client: &Client, wanted: O, plain: O) -> Result<O::Output, Error> {
    let refused = match client.execute(&wanted).await {
        Ok(answer) => return Ok(answer.value),
        Err(error) if matches!(error.kind(), ErrorKind::Refused | ErrorKind::PermissionDenied) => error,
        Err(error) => return Err(error),
    };
    match client.execute(&plain).await {
        Ok(answer) => Ok(answer.value),
        Err(_) => Err(refused),
    }
}

/// A list of one answer, element by element.
fn items<O, T>(client: &Client, wanted: O, plain: O) -> Listing<T>
where
    O: ListOperation<Output: IntoIterator<Item = O::Item, IntoIter: Send>> + Send + 'static,
    O::Item: Into<T> + Send,
    T: Send + 'static,
{
    let client = client.clone();
    Listing::of(async move |outlet| {
        for item in read(&client, wanted, plain).await? {
            outlet.give(item.into()).await;
        }
        Ok(())
    })
}

impl SecurityCenter {
    /// The users of every organization, as an administrator sees them.
    async fn users_of_organizations(&self, outlet: &Outlet<User>) -> Result<(), Error> {
        let fields = [OrganizationField::Id, OrganizationField::Name];
        for organization in Self::organizations(self).list().fields(fields).send().await? {
            for user in Self::users(self).list_of_organization(organization.id).send().await? {
                let key = UserAddress::InOrganization(organization.id, user.id);
                let mut user = User::from(user);
                user.key = key.into();
                // Numbers of groups repeat in each organization, and an administrator cannot ask for one.
                user.groups = Known::NotTold;
                outlet.give(user).await;
            }
        }
        Ok(())
    }

    /// Sends a change of a user, and gives the user under the key by which it was asked for.
    async fn change(&self, request: &UpdateUser, key: &UserKey) -> Result<User, Error> {
        let changed = self.client().execute(request).await?.value;
        Ok(known_as(changed.into(), key))
    }

    /// The number of who gets the objects of a deleted user: among the users of the same organization, as numbers count there.
    ///
    /// Of which organization a UUID is, is told nowhere. For an organization's user it can only be the own one; for an administrator it
    /// could be any, and the number another's.
    async fn successor_number(&self, user: &UserAddress, successor: &UserAddress) -> Result<UserId, Error> {
        let by_number = !matches!((user, successor), (UserAddress::Uuid(_), _) | (_, UserAddress::Uuid(_)));
        let same = user.organization() == successor.organization();
        let one_organization = same
            && (by_number || {
                let request = GetCurrentUser::new().fields([CurrentUserField::Role]);
                self.client().execute(&request).await?.value.is_administrator() == Some(false)
            });
        if !one_organization {
            let message =
                "the user and the successor are not named as users of one organization, and numbers of users repeat";
            return Err(Error::invalid_input(DeleteUser::META, message));
        }
        match successor.key() {
            PathKey::Number(id) => Ok(id),
            PathKey::Uuid(_) => {
                let request = GetUser::new(successor.clone()).fields([UserField::Id]);
                Ok(self.client().execute(&request).await?.value.id)
            }
        }
    }
}

/// An answer does not tell of which organization a user is; who asked knows, and keeps to the key that was asked with.
fn known_as(mut user: User, key: &UserKey) -> User {
    if !matches!(key, UserKey::SecurityCenter(UserAddress::Own(_))) {
        user.key = key.clone();
    }
    user
}

/// Exactly one role.
fn one_role(meta: &'static OperationMeta, roles: &[RoleKey]) -> Result<RoleId, Error> {
    CAPABILITIES.require_if(roles.len() > 1, Ability::SeveralRoles)?;
    match roles {
        [role] => address(meta, role),
        _ => CAPABILITIES.require(Ability::NoRole).map(|()| RoleId(0)),
    }
}

#[async_trait]
impl UserAdmin for SecurityCenter {
    fn users(&self) -> Listing<User> {
        let sc = self.clone();
        Listing::of(async move |outlet| {
            let users = read(sc.client(), ListUsers::new().fields(USER_FIELDS), ListUsers::new()).await?;
            // Who lists administrators is one, and sees the users of each organization by another call.
            let administrators = users.iter().any(|user| user.is_administrator() == Some(true));
            for user in users {
                outlet.give(user.into()).await;
            }
            if administrators { sc.users_of_organizations(&outlet).await } else { Ok(()) }
        })
    }

    async fn user(&self, key: &UserKey) -> Result<User, Error> {
        let address: UserAddress = address(GetUser::META, key)?;
        let request = GetUser::new(address);
        let user = read(self.client(), request.clone().fields(USER_FIELDS), request).await?;
        Ok(known_as(user.into(), key))
    }

    async fn me(&self) -> Result<User, Error> {
        read(self.client(), GetCurrentUser::new().fields(OWN_FIELDS), GetCurrentUser::new()).await.map(User::from)
    }

    async fn create_user(&self, user: &NewUser) -> Result<User, Error> {
        const META: &OperationMeta = CreateUser::META;
        let role = one_role(META, &user.roles)?;
        let groups: Vec<GroupId> = addresses(META, &user.groups)?;
        let mut request = CreateUser::new(&user.user_name, role).password(user.password.clone());
        request = match groups[..] {
            [] if role == ADMINISTRATOR => request,
            [group] => request.group_id(group),
            [] => return Err(Error::invalid_input(META, "a user of an organization is in exactly one group: name it")),
            _ => return Err(Error::invalid_input(META, "a user is in exactly one group: name one only")),
        };
        if let Some(email) = &user.email {
            request = request.email(email);
        }
        if let Some(full_name) = &user.full_name {
            let (first, last) = first_and_last_name(full_name);
            request = request.firstname(first).lastname(last);
        }
        if !user.enabled {
            request = request.locked(true);
        }
        self.client().execute(&request).await.map(|created| created.value.into())
    }

    async fn change_user(&self, key: &UserKey, change: &UserChange) -> Result<User, Error> {
        let address: UserAddress = address(UpdateUser::META, key)?;
        if change.is_empty() {
            return UserAdmin::user(self, key).await;
        }
        let mut request = UpdateUser::new(address);
        request.username.clone_from(&change.user_name);
        request.email.clone_from(&change.email);
        if let Some(full_name) = &change.full_name {
            let (first, last) = first_and_last_name(full_name);
            request = request.firstname(first).lastname(last);
        }
        self.change(&request, key).await
    }

    async fn set_enabled(&self, key: &UserKey, enabled: bool) -> Result<User, Error> {
        let address: UserAddress = address(UpdateUser::META, key)?;
        self.change(&UpdateUser::new(address).locked(!enabled), key).await
    }

    async fn set_sign_in_methods(&self, key: &UserKey, change: &SignInChange) -> Result<User, Error> {
        CAPABILITIES.require_if(!change.is_empty(), Ability::SetSignInMethods)?;
        UserAdmin::user(self, key).await
    }

    async fn replace_keys(&self, key: &UserKey) -> Result<ReplacedKeys, Error> {
        let _: UserAddress = address(GetUser::META, key)?;
        CAPABILITIES.require(Ability::ReplaceKeys)?;
        Err(Error::unsupported(CAPABILITIES.product, Ability::ReplaceKeys.name(), "there is no call for it"))
    }

    async fn set_password(&self, key: &UserKey, password: &NewPassword) -> Result<(), Error> {
        let address: UserAddress = address(UpdateUser::META, key)?;
        let Some(own) = &password.own_password else {
            let message =
                "Security Center asks for the password of the calling account beside the new one: give own_password";
            return Err(Error::invalid_input(UpdateUser::META, message));
        };
        let mut request = UpdateUser::new(address).password(password.password.clone(), own.clone());
        if password.temporary {
            request = request.must_change_password(true);
        }
        self.client().execute(&request).await.map(drop)
    }

    async fn assign_roles(&self, key: &UserKey, roles: &[RoleKey]) -> Result<User, Error> {
        let address: UserAddress = address(UpdateUser::META, key)?;
        let role = one_role(UpdateUser::META, roles)?;
        self.change(&UpdateUser::new(address).role_id(role), key).await
    }

    async fn delete_user(&self, key: &UserKey, successor: Option<&UserKey>) -> Result<(), Error> {
        let user: UserAddress = address(DeleteUser::META, key)?;
        let mut request = DeleteUser::new(user.clone());
        if let Some(successor) = successor {
            let successor: UserAddress = address(DeleteUser::META, successor)?;
            request = request.migrate_user_id(self.successor_number(&user, &successor).await?);
        }
        self.client().execute(&request).await.map(drop)
    }
}

/// The word of which scans a role allows, before its value.
const SCAN: &str = "permScan:";

/// A request that sets the permissions of these words, and takes those of `before` that are not among them.
fn with_permissions<O: Operation + DeserializeOwned>(
    mut request: Map<String, Value>,
    words: &[String],
    before: &[String],
) -> Result<O, Error> {
    let mut extra = Map::new();
    let mut set = |name: &str, value: &str| {
        let known = O::META.parameters.iter().any(|parameter| parameter.name == name);
        let fields = if known { &mut request } else { &mut extra };
        fields.insert(name.to_owned(), value.into());
    };
    for word in before {
        match word.strip_prefix(SCAN) {
            Some(_) => set("permScan", ScanPermission::None.as_str()),
            None => set(word, "false"),
        }
    }
    for word in words {
        match word.strip_prefix(SCAN) {
            Some(scans) if !scans.is_empty() => set("permScan", scans),
            None if is_flag(word) => set(word, "true"),
            _ => {
                let shown: String = word.chars().take(64).collect();
                let expected = "a flag such as permCreateTickets, or permScan:full or permScan:policy";
                return Err(Error::invalid_input(
                    O::META,
                    format!("{shown:?} is not a permission: expected {expected}"),
                ));
            }
        }
    }
    request.insert("extra".to_owned(), extra.into());
    serde_json::from_value(request.into()).map_err(|error| Error::invalid_input(O::META, error.to_string()))
}

/// Names of flags begin alike, and none of them is the choice of scans.
fn is_flag(word: &str) -> bool {
    word != "permScan"
        && word
            .strip_prefix("perm")
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[async_trait]
impl RoleAdmin for SecurityCenter {
    fn roles(&self) -> Listing<Role> {
        items(self.client(), ListRoles::new().fields(role_fields()), ListRoles::new())
    }

    async fn role(&self, key: &RoleKey) -> Result<Role, Error> {
        let id: RoleId = address(GetRole::META, key)?;
        let request = GetRole::new(id);
        read(self.client(), request.clone().fields(role_fields()), request).await.map(Role::from)
    }

    async fn create_role(&self, role: &NewRole) -> Result<Role, Error> {
        let fields = [("name", &role.name), ("description", &role.description)];
        let request = fields.into_iter().map(|(name, text)| (name.to_owned(), text.as_str().into())).collect();
        let request: CreateRole = with_permissions(request, &role.permissions, &[])?;
        self.client().execute(&request).await.map(|created| created.value.into())
    }

    async fn change_role(&self, key: &RoleKey, change: &RoleChange) -> Result<Role, Error> {
        let id: RoleId = address(UpdateRole::META, key)?;
        if change.is_empty() {
            return RoleAdmin::role(self, key).await;
        }
        let fields = [("name", &change.name), ("description", &change.description)];
        let texts = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.as_deref()?.into())));
        let mut fields: Map<String, Value> = texts.collect();
        fields.insert("id".to_owned(), id.get().into());
        let words = change.permissions.as_deref().unwrap_or_default();
        // Looked at for mistakes before anything is sent.
        let mut request: UpdateRole = with_permissions(fields.clone(), words, &[])?;
        if change.permissions.is_some() {
            // A flag that is not sent stays, so those that are to go are named.
            let before = RoleAdmin::role(self, key).await?;
            let Known::Value(before) = before.permissions else {
                let message = "the answer does not hold what the role allows, so nothing of it can be taken away";
                return Err(Error::incomplete(GetRole::META, StatusCode::OK, message));
            };
            request = with_permissions(fields, words, &before)?;
        }
        self.client().execute(&request).await.map(|changed| changed.value.into())
    }

    async fn delete_role(&self, key: &RoleKey) -> Result<(), Error> {
        let id: RoleId = address(DeleteRole::META, key)?;
        Self::roles(self).delete(id).send().await.map(drop)
    }
}

#[async_trait]
impl GroupAdmin for SecurityCenter {
    fn groups(&self) -> Listing<Group> {
        items(self.client(), ListGroups::new().fields(GROUP_FIELDS), ListGroups::new())
    }

    async fn group(&self, key: &GroupKey) -> Result<Group, Error> {
        let id: GroupId = address(GetGroup::META, key)?;
        let request = GetGroup::new(id);
        read(self.client(), request.clone().fields(GROUP_FIELDS), request).await.map(Group::from)
    }

    async fn create_group(&self, name: &str) -> Result<Group, Error> {
        Self::groups(self).create(name).send().await.map(Group::from)
    }

    async fn rename_group(&self, key: &GroupKey, name: &str) -> Result<Group, Error> {
        let id: GroupId = address(UpdateGroup::META, key)?;
        Self::groups(self).update(id).name(name).send().await.map(Group::from)
    }

    async fn delete_group(&self, key: &GroupKey, empty_first: bool) -> Result<(), Error> {
        CAPABILITIES.require_if(empty_first, Ability::EmptyGroup)?;
        let id: GroupId = address(DeleteGroup::META, key)?;
        Self::groups(self).delete(id).send().await.map(drop)
    }

    /// The users whose group it is: the list of users is read, and must tell the group of each.
    async fn members(&self, key: &GroupKey) -> Result<Vec<User>, Error> {
        GroupAdmin::group(self, key).await?;
        let users: Vec<User> = UserAdmin::users(self).try_collect().await?;
        if let Some(user) = users.iter().find(|user| user.groups.is_not_told()) {
            let message = format!("the list does not tell the group of {}; the account may not see it", user.key);
            return Err(Error::incomplete(ListUsers::META, StatusCode::OK, &message));
        }
        let is_member =
            |user: &User| user.groups.value().is_some_and(|groups| groups.iter().any(|group| group.key == *key));
        Ok(users.into_iter().filter(is_member).collect())
    }

    async fn add_member(&self, group: &GroupKey, user: &UserKey) -> Result<(), Error> {
        let group: GroupId = address(UpdateUser::META, group)?;
        let user: UserAddress = address(UpdateUser::META, user)?;
        Self::users(self).update(user).group_id(group).send().await.map(drop)
    }

    async fn remove_member(&self, group: &GroupKey, _: &UserKey) -> Result<(), Error> {
        let _: GroupId = address(UpdateUser::META, group)?;
        CAPABILITIES.require(Ability::RemoveMember)
    }
}
