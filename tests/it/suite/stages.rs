//! The products as the suite finds them.

use async_trait::async_trait;
use bytes::Bytes;
use http::Request;
use serde_json::json;
use tenable_api::admin::{Admin, NewUser, ReplacedKeys};
use tenable_api::identity_exposure::CreateUser;
use tenable_emulator::faults::Fault;
use tenable_emulator::identity_exposure as emulated_exposure;
use tenable_emulator::journal::JournalEntry;
use tenable_emulator::security_center as emulated_center;
use tenable_emulator::vulnerability_management as emulated_management;
use tenable_model::identity_exposure as exposure;
use tenable_model::security_center as center;
use tenable_model::shared::{GroupKey, RoleKey, UserKey};
use tenable_model::vulnerability_management as management;
use tenable_tests::CoreTransport;

use super::{PASSWORD, Stage};

/// Identity Exposure, by the key of a global administrator.
pub(super) struct IdentityExposure(CoreTransport<emulated_exposure::IdentityExposure>);

impl IdentityExposure {
    pub(super) fn new() -> Self {
        Self(CoreTransport::with_rules(&[]))
    }
}

/// The role that new users have by default.
const EXPOSURE_USER: exposure::RoleId = exposure::RoleId(2);
const EXPOSURE_AUDITOR: exposure::RoleId = exposure::RoleId(3);

#[async_trait]
impl Stage for IdentityExposure {
    fn admin(&self) -> Box<dyn Admin> {
        Box::new(self.0.client())
    }

    async fn powerless(&self) -> Box<dyn Admin> {
        let tie = self.0.client();
        let user = CreateUser::new("Nobody", "nobody@example.com", PASSWORD).active(true);
        let created = tie.users().create_with_roles(user, [EXPOSURE_USER]).send().await.unwrap();
        created.roles.unwrap();
        let key = self.0.core.api_key_of(created.user.id.get()).expect("every user has a key");
        Box::new(self.0.client_with_key(key))
    }

    fn user_name(&self, word: &str) -> String {
        format!("{word}@example.com")
    }

    fn new_user(&self, word: &str) -> NewUser {
        NewUser::new(self.user_name(word), PASSWORD).roles([EXPOSURE_USER])
    }

    fn least_user(&self, word: &str) -> NewUser {
        NewUser::new(self.user_name(word), PASSWORD)
    }

    async fn as_user(&self, user: &UserKey) -> Box<dyn Admin> {
        let id = exposure::UserId::try_from(user).unwrap();
        Box::new(self.0.client_with_key(self.0.core.api_key_of(id.get()).expect("every user has a key")))
    }

    fn with_keys(&self, keys: &ReplacedKeys) -> Box<dyn Admin> {
        Box::new(self.0.client_with_key(keys.secret_key.clone()))
    }

    fn two_roles(&self) -> [RoleKey; 2] {
        [EXPOSURE_USER.into(), EXPOSURE_AUDITOR.into()]
    }

    fn two_permissions(&self) -> [&'static str; 2] {
        ["dashboard:read", r#"{"entityName":"user","action":"edit","entityIds":["1","5"],"dynamicId":"self-user-id"}"#]
    }

    fn missing(&self) -> (UserKey, RoleKey, GroupKey) {
        (exposure::UserId(9999).into(), exposure::RoleId(9999).into(), center::GroupId(9999).into())
    }

    fn own_password(&self) -> &'static str {
        "not asked for"
    }

    async fn lets_in(&self, user_name: &str, password: &str) -> bool {
        let body = json!({"email": user_name, "password": password}).to_string();
        let request = Request::post("/api/login").header("content-type", "application/json");
        let reply = self.0.core.handle(request.body(Bytes::from(body)).unwrap());
        reply.response.status().is_success()
    }

    async fn populate(&self, count: usize) {
        let users = (0..count).map(|n| {
            let name = format!("user{n}");
            exposure::NewUser::new(name.clone(), self.user_name(&name), PASSWORD).active(true)
        });
        self.0.client().users().create_many(users).send().await.unwrap();
    }

    fn fault(&self, fault: Fault) {
        self.0.core.add_fault(fault);
    }

    fn journal(&self) -> Vec<JournalEntry> {
        self.0.core.journal()
    }

    fn full_name_fields(&self) -> &'static [&'static str] {
        &["name", "surname"]
    }
}

/// Security Center, by the key of the first organization's Security Manager.
pub(super) struct SecurityCenter(CoreTransport<emulated_center::SecurityCenter>);

impl SecurityCenter {
    pub(super) fn new() -> Self {
        Self(CoreTransport::security_center(&[]))
    }
}

const VULNERABILITY_ANALYST: center::RoleId = center::RoleId(4);
const EXECUTIVE: center::RoleId = center::RoleId(5);
const ANALYSTS: center::GroupId = center::GroupId(2);

#[async_trait]
impl Stage for SecurityCenter {
    fn admin(&self) -> Box<dyn Admin> {
        Box::new(self.0.manager())
    }

    /// `blake.viewer`, who manages nobody.
    async fn powerless(&self) -> Box<dyn Admin> {
        Box::new(self.0.client_of(1, 4))
    }

    fn user_name(&self, word: &str) -> String {
        word.to_owned()
    }

    fn new_user(&self, word: &str) -> NewUser {
        NewUser::new(word, PASSWORD).roles([VULNERABILITY_ANALYST]).groups([ANALYSTS])
    }

    fn least_user(&self, word: &str) -> NewUser {
        self.new_user(word)
    }

    async fn as_user(&self, user: &UserKey) -> Box<dyn Admin> {
        let address = center::UserAddress::try_from(user).unwrap();
        let center::UserKey::Number(id) = address.key() else { panic!("{user} is no number") };
        // The console shows keys when it makes them.
        let keys = self.0.core.generate_api_key(1, id.get()).unwrap().expect("the user is there");
        Box::new(self.0.builder().api_key(keys.access_key, keys.secret_key).build().unwrap())
    }

    fn with_keys(&self, keys: &ReplacedKeys) -> Box<dyn Admin> {
        let access_key = keys.access_key.clone().expect("it is a pair");
        Box::new(self.0.builder().api_key(access_key, keys.secret_key.clone()).build().unwrap())
    }

    fn two_roles(&self) -> [RoleKey; 2] {
        [VULNERABILITY_ANALYST.into(), EXECUTIVE.into()]
    }

    fn two_permissions(&self) -> [&'static str; 2] {
        ["permCreateTickets", "permScan:policy"]
    }

    fn missing(&self) -> (UserKey, RoleKey, GroupKey) {
        (center::UserAddress::own(9999).into(), center::RoleId(9999).into(), center::GroupId(9999).into())
    }

    fn own_password(&self) -> &'static str {
        emulated_center::SEED_PASSWORD
    }

    async fn lets_in(&self, user_name: &str, password: &str) -> bool {
        let sc = self.0.builder().login(user_name, password).build().unwrap();
        match sc.current_user().details().send().await {
            Ok(_) => {
                sc.close().await.unwrap();
                true
            }
            Err(error) => {
                assert!(error.is_unauthenticated(), "{}", error.report());
                false
            }
        }
    }

    async fn populate(&self, count: usize) {
        let sc = self.0.manager();
        for n in 0..count {
            let name = self.user_name(&format!("user{n}"));
            sc.users().create(name, VULNERABILITY_ANALYST).password(PASSWORD).group_id(ANALYSTS).send().await.unwrap();
        }
    }

    fn fault(&self, fault: Fault) {
        self.0.core.add_fault(fault);
    }

    fn journal(&self) -> Vec<JournalEntry> {
        self.0.core.journal()
    }

    fn full_name_fields(&self) -> &'static [&'static str] {
        &["firstname", "lastname"]
    }
}

/// Vulnerability Management, by the keys of an administrator.
pub(super) struct VulnerabilityManagement(CoreTransport<emulated_management::VulnerabilityManagement>);

impl VulnerabilityManagement {
    pub(super) fn new() -> Self {
        Self(CoreTransport::vulnerability_management(&[]))
    }
}

const BASIC: &str = "vm:9a0c1e00-0000-4000-8000-000000000016";
const STANDARD: &str = "vm:9a0c1e00-0000-4000-8000-000000000032";
const BASIC_USER: u64 = 2_223_304;

#[async_trait]
impl Stage for VulnerabilityManagement {
    fn admin(&self) -> Box<dyn Admin> {
        Box::new(self.0.administrator())
    }

    async fn powerless(&self) -> Box<dyn Admin> {
        Box::new(self.0.client_of(BASIC_USER))
    }

    fn user_name(&self, word: &str) -> String {
        format!("{word}@example.com")
    }

    fn new_user(&self, word: &str) -> NewUser {
        NewUser::new(self.user_name(word), PASSWORD).roles([self.two_roles()[0].clone()])
    }

    fn least_user(&self, word: &str) -> NewUser {
        NewUser::new(self.user_name(word), PASSWORD)
    }

    async fn as_user(&self, user: &UserKey) -> Box<dyn Admin> {
        let user = management::UserKey::try_from(user).unwrap();
        let user = self.0.administrator().users().details(user).send().await.unwrap();
        Box::new(self.0.client_of(user.id.get()))
    }

    fn with_keys(&self, keys: &ReplacedKeys) -> Box<dyn Admin> {
        let access_key = keys.access_key.clone().expect("it is a pair");
        Box::new(self.0.builder().api_key(access_key, keys.secret_key.clone()).build().unwrap())
    }

    fn two_roles(&self) -> [RoleKey; 2] {
        [BASIC, STANDARD].map(|key| key.parse().unwrap())
    }

    fn two_permissions(&self) -> [&'static str; 2] {
        ["VM.VM_EXPLORE.READ", "VM.VM_SCAN.READ"]
    }

    fn missing(&self) -> (UserKey, RoleKey, GroupKey) {
        let key = "vm:00000000-0000-4000-8000-00000000dead";
        (key.parse().unwrap(), key.parse().unwrap(), key.parse().unwrap())
    }

    fn own_password(&self) -> &'static str {
        "not asked for"
    }

    async fn lets_in(&self, user_name: &str, password: &str) -> bool {
        let users = self.0.administrator().users().list().send().await.unwrap();
        let user = users.into_iter().find(|user| user.username == user_name);
        user.is_some_and(|user| self.0.core.sign_in(user.id.get(), password))
    }

    async fn populate(&self, count: usize) {
        let vm = self.0.administrator();
        for n in 0..count {
            let name = self.user_name(&format!("user{n}"));
            vm.users().create(name, PASSWORD).role(management::PredefinedRole::Basic).send().await.unwrap();
        }
    }

    fn fault(&self, fault: Fault) {
        self.0.core.add_fault(fault);
    }

    fn journal(&self) -> Vec<JournalEntry> {
        self.0.core.journal()
    }

    fn full_name_fields(&self) -> &'static [&'static str] {
        &["name"]
    }
}
