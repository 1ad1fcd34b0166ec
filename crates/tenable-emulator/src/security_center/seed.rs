//! What an instance starts with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::accounts::Accounts;
use super::generation::all_flags;
use super::groups::with_full_access;
use super::state::{
    ADMINISTRATION, ADMINISTRATOR, ALL_ASSETS, ALL_GROUPS, AccountId, Catalog, FIRST_USER, FULL_ACCESS, Group, KeyPair,
    LINKED, NO_ROLE, Object, Organization, Preference, Role, SECURITY_MANAGER, Scan, State, User, random_uuid,
};
use crate::secrets::Password;

/// Password of the users in the seed data, the linked one excepted, who has none.
pub const SEED_PASSWORD: &str = "Emulator-Seed-1";

/// The first of the administrators.
pub(super) const FIRST_ADMINISTRATOR: AccountId = AccountId { organization: ADMINISTRATION, id: 1 };
/// The Security Manager whose key is returned.
pub(super) const FIRST_SECURITY_MANAGER: AccountId = AccountId { organization: NORTH, id: FIRST_USER };

const NORTH: u64 = 1;
const SOUTH: u64 = 2;
const OPERATIONS: u64 = 1;
const ANALYSTS: u64 = 2;
const SECURITY_ANALYST: u64 = 3;
const VULNERABILITY_ANALYST: u64 = 4;
const AUDITOR: u64 = 7;
/// The first id of a custom role.
pub(super) const FIRST_CUSTOM_ROLE: u64 = 1_000_001;
const KIT: u64 = 2;
/// The linked user's password is never checked.
const LINKED_USER: AccountId = AccountId { organization: NORTH, id: 8 };

/// 2026-01-01 00:00:00 UTC.
const START: u64 = 1_767_225_600;

/// Keys that the instance had at its start, to which a reset returns; others are made afresh.
pub(super) type Keys = BTreeMap<AccountId, KeyPair>;

pub(super) fn state(keys: &Keys) -> State {
    State {
        uuid: random_uuid().to_lowercase(),
        accounts: accounts(keys),
        roles: roles(),
        last_role_id: FIRST_CUSTOM_ROLE,
        organizations: BTreeMap::from([(NORTH, north()), (SOUTH, south())]),
        last_organization_id: SOUTH,
        objects: instance_objects(),
    }
}

fn instance_objects() -> Catalog {
    let mut objects = Catalog::default();
    for (resource, name) in [
        ("repositories", "Local repository"),
        ("repositories", "Remote repository"),
        ("lces", "Log server"),
        ("ldaps", "Directory North"),
        ("ldaps", "Directory South"),
        ("zones", "Office zone"),
        ("nessusManagers", "Agent manager"),
        ("pubSites", "Publishing site"),
    ] {
        objects.add(resource, name, "", None);
    }
    objects
}

/// An organization without users and groups, except Full Access.
pub(super) fn organization(id: u64, name: &str, description: &str, now: u64) -> Organization {
    let texts = [
        ("name", name),
        ("description", description),
        ("zoneSelection", "auto_only"),
        ("restrictedIPs", ""),
        ("vulnScoreLow", "1"),
        ("vulnScoreMedium", "3"),
        ("vulnScoreHigh", "10"),
        ("vulnScoreCritical", "40"),
        ("vulnScoringSystem", "CVSSv3"),
    ];
    let mut objects = Catalog::default();
    let all = Object {
        id: ALL_ASSETS,
        name: "All Defined Ranges".to_owned(),
        description: "All addresses of the organization".to_owned(),
        kind: "static".to_owned(),
        owner: None,
    };
    objects.put("assets", all);
    let organization = Organization {
        id,
        uuid: random_uuid(),
        texts: texts.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        created: now,
        modified: now,
        arrays: Map::new(),
        password_expires: true,
        password_expiration: 90,
        groups: BTreeMap::new(),
        last_group_id: 0,
        objects,
    };
    with_full_access(organization, now)
}

fn refer(organization: &mut Organization, arrays: &[(&str, u64)]) {
    for (name, id) in arrays {
        organization.arrays.insert((*name).to_owned(), json!([{ "id": id }]));
    }
}

fn north() -> Organization {
    let mut north = organization(NORTH, "Example North", "The northern offices", START);
    refer(&mut north, &[("repositories", 1), ("lces", 1), ("ldaps", 1)]);
    for (resource, name, kind, owner) in [
        ("assets", "Office network", "static", Some(1)),
        ("assets", "Windows hosts", "dynamic", Some(1)),
        ("assets", "Watched hosts", "watchlist", Some(1)),
        ("assets", "Watched Windows hosts", "combination", Some(1)),
        ("assets", "Web servers", "static", Some(3)),
        ("policies", "Basic scan", "", None),
        ("policies", "Web scan", "", Some(3)),
        ("queries", "Critical findings", "", Some(3)),
        ("credentials", "Windows login", "", Some(1)),
        ("dashboardTabs", "Overview", "", Some(4)),
        ("arcs", "Patch state", "", Some(4)),
        ("auditFiles", "Server baseline", "", Some(1)),
        ("scans", "Weekly scan", "", Some(3)),
        ("reports", "Monthly report", "", Some(4)),
    ] {
        north.objects.add(resource, name, kind, owner);
    }
    let group = |id, name: &str, description: &str, lists: &[(&str, u64)]| Group {
        id,
        name: name.to_owned(),
        description: description.to_owned(),
        created: START,
        modified: START,
        create_default_objects: false,
        has_default_objects: false,
        lists: lists.iter().map(|(field, id)| ((*field).to_owned(), vec![*id])).collect(),
    };
    let operations =
        [("repositories", 1), ("definingAssets", ALL_ASSETS), ("assets", 5), ("policies", 2), ("queries", 1)];
    let analysts = [("repositories", 1), ("definingAssets", 1), ("dashboardTabs", 1), ("credentials", 1)];
    north.groups.insert(OPERATIONS, group(OPERATIONS, "Operations", "Run the scans", &operations));
    north.groups.insert(ANALYSTS, group(ANALYSTS, "Analysts", "Read the results", &analysts));
    north.last_group_id = ANALYSTS;
    north
}

fn south() -> Organization {
    let mut south = organization(SOUTH, "Example South", "The southern offices", START);
    refer(&mut south, &[("repositories", 2), ("ldaps", 1)]);
    south.objects.add("assets", "Branch network", "static", Some(1));
    south.objects.add("queries", "New findings", "", Some(2));
    south
}

fn roles() -> BTreeMap<u64, Role> {
    let everything = || all_flags().filter(|flag| !matches!(*flag, "permManageApp" | "permUpdateFeeds"));
    let set = |flags: &[&str]| flags.iter().map(|flag| (*flag).to_owned()).collect::<BTreeSet<_>>();
    let analyst = [
        "permCreateTickets",
        "permCreateAlerts",
        "permCreateAuditFiles",
        "permCreateLDAPAssets",
        "permCreatePolicies",
        "permPurgeScanResults",
        "permAgentsScan",
        "permShareObjects",
        "permUploadNessusResults",
        "permViewHostAssets",
    ];
    let manager = "The Security Manager role has full access to all actions at the organization level.\n\nUsers and objects of \
                   other groups can be managed where the user's group permissions allow it.";
    let system = [
        (NO_ROLE, "No Role", "A role without permissions", set(&[]), Scan::None),
        (
            ADMINISTRATOR,
            "Administrator",
            "Administers the application",
            set(&["permManageApp", "permManageRoles", "permUpdateFeeds"]),
            Scan::None,
        ),
        (SECURITY_MANAGER, "Security Manager", manager, everything().map(ToOwned::to_owned).collect(), Scan::Full),
        (SECURITY_ANALYST, "Security Analyst", "Scans and evaluates", set(&analyst), Scan::Full),
        (
            VULNERABILITY_ANALYST,
            "Vulnerability Analyst",
            "Evaluates",
            set(&["permCreateTickets", "permCreateAlerts", "permShareObjects"]),
            Scan::None,
        ),
        (5, "Executive", "Reads dashboards and reports", set(&[]), Scan::None),
        (6, "Credential Manager", "Keeps credentials", set(&[]), Scan::None),
        (AUDITOR, "Auditor", "Reads results and logs", set(&["permViewOrgLogs"]), Scan::None),
    ];
    let role = |id, name: &str, description: &str, flags, scan| Role {
        id,
        name: name.to_owned(),
        description: description.to_owned(),
        creator: FIRST_ADMINISTRATOR,
        created: 0,
        modified: 0,
        flags,
        scan,
    };
    let mut roles: BTreeMap<_, _> = system
        .into_iter()
        .map(|(id, name, description, flags, scan)| (id, role(id, name, description, flags, scan)))
        .collect();
    let flags = set(&["permManageGroups", "permManageRoles", "permShareObjects", "permCreateTickets"]);
    let lead = role(FIRST_CUSTOM_ROLE, "Team Lead", "Manages groups and roles", flags, Scan::Policy);
    roles.insert(FIRST_CUSTOM_ROLE, Role { creator: FIRST_SECURITY_MANAGER, created: START, modified: START, ..lead });
    roles
}

/// One account of each kind that a script may meet.
fn accounts(keys: &Keys) -> Accounts {
    let mut accounts = Accounts::default();
    let password = Password::new(SEED_PASSWORD);
    let user = |organization, id, username: &str, role| {
        let account = AccountId { organization, id };
        let name = |part: usize| {
            let part = username.split('.').nth(part).unwrap_or_default();
            part.chars().next().map(char::to_uppercase).into_iter().flatten().chain(part.chars().skip(1)).collect()
        };
        let administrator = organization == ADMINISTRATION;
        let all_groups = if role == SECURITY_MANAGER { vec![ALL_GROUPS] } else { Vec::new() };
        let zone = Preference {
            name: "timezone".to_owned(),
            value: "Europe/Paris".to_owned(),
            tag: if administrator { "" } else { "system" }.to_owned(),
        };
        User {
            texts: BTreeMap::from([
                ("firstname".to_owned(), name(0)),
                ("lastname".to_owned(), name(1)),
                ("email".to_owned(), format!("{username}@example.com")),
            ]),
            password: Some(password.clone()),
            managed_users_groups: all_groups.clone(),
            managed_objects_groups: all_groups,
            preferences: vec![zone],
            group: (!administrator).then_some(FULL_ACCESS),
            keys: Some(keys.get(&account).cloned().unwrap_or_else(KeyPair::random)),
            ..User::new(account, username.to_owned(), role, START)
        }
    };
    let in_group = |group, user| User { group: Some(group), ..user };
    let manages = |group: u64, user| {
        let groups = i64::try_from(group).map_or_else(|_| Vec::new(), |group| vec![group]);
        User { managed_users_groups: groups.clone(), managed_objects_groups: groups, ..user }
    };
    for user in [
        application_administrator(user(ADMINISTRATION, 1, "admin", ADMINISTRATOR)),
        user(ADMINISTRATION, KIT, "kit.admin", ADMINISTRATOR),
        user(NORTH, 1, "north.manager", SECURITY_MANAGER),
        user(NORTH, 2, "north.deputy", SECURITY_MANAGER),
        in_group(OPERATIONS, User { responsible_asset: 1, ..user(NORTH, 3, "avery.analyst", SECURITY_ANALYST) }),
        in_group(ANALYSTS, user(NORTH, 4, "blake.viewer", VULNERABILITY_ANALYST)),
        in_group(ANALYSTS, user(NORTH, 5, "casey.auditor", AUDITOR)),
        in_group(OPERATIONS, manages(ANALYSTS, user(NORTH, 6, "devon.lead", FIRST_CUSTOM_ROLE))),
        in_group(OPERATIONS, User { locked: true, ..user(NORTH, 7, "emery.locked", VULNERABILITY_ANALYST) }),
        User {
            auth_type: LINKED.to_owned(),
            parent: Some(KIT),
            password: None,
            ..user(NORTH, LINKED_USER.id, "kit.linked", SECURITY_MANAGER)
        },
        in_group(
            ANALYSTS,
            User {
                auth_type: "ldap".to_owned(),
                ldap: Some(1),
                ldap_username: "frankie.directory".to_owned(),
                ..user(NORTH, 9, "frankie.directory", SECURITY_ANALYST)
            },
        ),
        user(SOUTH, 1, "south.manager", SECURITY_MANAGER),
        user(SOUTH, 2, "gray.analyst", SECURITY_ANALYST),
    ] {
        accounts.put(user);
    }
    accounts
}

/// With the name and title of the vendor's example.
fn application_administrator(mut user: User) -> User {
    for (name, text) in [("lastname", "User"), ("title", "Application Administrator")] {
        user.texts.insert(name.to_owned(), text.to_owned());
    }
    user
}

/// The time zone of an account that says none.
pub(super) fn server_time_zone() -> Vec<Preference> {
    vec![Preference { name: "timezone".to_owned(), value: "UTC".to_owned(), tag: "system".to_owned() }]
}

/// An empty array of the wire.
pub(super) fn empty() -> Value {
    Value::Array(Vec::new())
}
