use serde::{Deserialize, Serialize};
use tenable_api::model::shared::{GroupKey, RoleKey, UserKey};

/// A role, a group or a user by name, and by key when it is there already; what the plan itself makes has none yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named<K> {
    /// Its name.
    pub name: String,
    /// Its key.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub key: Option<K>,
}

impl<K> Named<K> {
    /// By name and key.
    pub fn new(name: impl Into<String>, key: impl Into<Option<K>>) -> Self {
        Self { name: name.into(), key: key.into() }
    }
}

/// What a field is, and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit<T> {
    /// What it is; `None` when that is not told.
    #[serde(default = "Option::default")]
    pub from: Option<T>,
    /// What it becomes.
    pub to: T,
}

/// Whom or what a step changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// A user, by user name.
    User(Named<UserKey>),
    /// A role.
    Role(Named<RoleKey>),
    /// A group.
    Group(Named<GroupKey>),
}

impl Subject {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(user) => &user.name,
            Self::Role(role) => &role.name,
            Self::Group(group) => &group.name,
        }
    }

    /// The word for what it is: `user`, `role`, `group`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Role(_) => "role",
            Self::Group(_) => "group",
        }
    }
}

/// One change to one user, role or group.
///
/// The kind of subject that a change is for stands in its name or, where it does not, is a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// A role is made.
    CreateRole {
        /// What it is for.
        description: String,
        /// What it allows.
        permissions: Vec<String>,
    },
    /// A role is changed.
    ChangeRole {
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Edit<String>>,
        /// What it allows, in order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        permissions: Option<Edit<Vec<String>>>,
    },
    /// A role is deleted.
    DeleteRole,
    /// A group is made.
    CreateGroup,
    /// A group is deleted.
    DeleteGroup {
        /// Whether everybody is taken out of it before.
        empty_first: bool,
    },
    /// An account is made. Roles, groups and state that the product does not take with it are steps of their own.
    CreateUser {
        /// E-mail address, if it is given apart from the user name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// First and last name as one text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        full_name: Option<String>,
        /// Whether it may sign in.
        enabled: bool,
        /// The roles that it is made with.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<Named<RoleKey>>,
        /// The groups that it is made with.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        groups: Vec<Named<GroupKey>>,
    },
    /// Fields of an account are changed.
    ChangeUser {
        /// The name to sign in with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_name: Option<Edit<String>>,
        /// E-mail address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<Edit<String>>,
        /// First and last name as one text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        full_name: Option<Edit<String>>,
    },
    /// Ways to sign in are opened or closed; those that are not named stay.
    SetSignIn {
        /// By password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password: Option<Edit<bool>>,
        /// By API keys.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        api_keys: Option<Edit<bool>>,
        /// By SAML.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        saml: Option<Edit<bool>>,
    },
    /// The API keys are replaced by others that nobody gets.
    ReplaceKeys,
    /// An account gets exactly these roles.
    SetRoles {
        /// The roles that it has; `None` when that is not told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Vec<Named<RoleKey>>>,
        /// The roles that it gets.
        to: Vec<Named<RoleKey>>,
    },
    /// An account joins a group. Where a user has exactly one, it leaves its former one.
    JoinGroup {
        /// The group.
        group: Named<GroupKey>,
    },
    /// An account leaves a group.
    LeaveGroup {
        /// The group.
        group: Named<GroupKey>,
    },
    /// An account may sign in, or not.
    SetEnabled(Edit<bool>),
    /// An account is deleted.
    DeleteUser {
        /// Who gets what it owns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        successor: Option<Named<UserKey>>,
    },
}

impl Change {
    /// Whether it takes something away that was there: a deletion, or an account that may not sign in any more.
    pub const fn is_removal(&self) -> bool {
        matches!(
            self,
            Self::DeleteRole
                | Self::DeleteGroup { .. }
                | Self::DeleteUser { .. }
                | Self::SetEnabled(Edit { to: false, .. })
        )
    }

    /// Whether it is a change of this kind of subject.
    pub(crate) const fn is_of(&self, subject: &Subject) -> bool {
        match self {
            Self::CreateRole { .. } | Self::ChangeRole { .. } | Self::DeleteRole => matches!(subject, Subject::Role(_)),
            Self::CreateGroup | Self::DeleteGroup { .. } => matches!(subject, Subject::Group(_)),
            _ => matches!(subject, Subject::User(_)),
        }
    }

    /// When it comes: what others need first, deletions of users after everything else about users, of roles and groups last.
    pub const fn phase(&self) -> Phase {
        match self {
            Self::CreateRole { .. } | Self::ChangeRole { .. } | Self::CreateGroup => Phase::RolesAndGroups,
            Self::DeleteUser { .. } => Phase::Departures,
            Self::DeleteRole | Self::DeleteGroup { .. } => Phase::Clearance,
            _ => Phase::Users,
        }
    }
}

/// The order in which changes are made. Within a phase, those of one subject are in order and different subjects run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Roles and groups are made and changed.
    RolesAndGroups,
    /// Users are made and changed.
    Users,
    /// Users are deleted.
    Departures,
    /// Roles and groups are deleted.
    Clearance,
}

impl Phase {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::RolesAndGroups, Self::Users, Self::Departures, Self::Clearance];
}
