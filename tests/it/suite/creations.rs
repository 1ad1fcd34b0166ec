//! Many users at once.

use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use tenable_api::admin::{Admin, Count, NewUser, UserAdmin as _};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::{Effect, Error, ErrorKind};
use tenable_emulator::faults::Fault;
use tenable_model::Known;
use tenable_model::shared::User;
use tenable_tests::CoreTransport;
use tenable_transport::{NoJitter, SharedTransport, StackSettings, Transport, TransportError};

use super::{PASSWORD, Stage, all_roles, all_users, facts, refused, writes_since};

fn names(results: &[Result<User, Error>]) -> Vec<String> {
    let name = |result: &Result<User, Error>| match result {
        Ok(user) => user.user_name.value().expect("it is told").clone(),
        Err(error) => format!("{:?}", error.kind()),
    };
    results.iter().map(name).collect()
}

pub(super) async fn many_users_are_created_with_a_result_each(stage: &dyn Stage) {
    let admin = stage.admin();
    let [first, _] = stage.two_roles();
    let bo = admin.create_user(&stage.new_user("bo").full_name("Bo Nye")).await.unwrap();
    let before = all_users(&*admin).await.len();
    let users = [
        stage.least_user("ann").full_name("Ann van der Lee"),
        stage.least_user("bo").full_name("Bo Nye"),
        stage.new_user("cy"),
        stage.least_user("dee").enabled(false),
        stage.least_user("ann").full_name("Another Ann"),
        stage.least_user("eve"),
    ];
    let results = admin.create_users(&users).await;
    assert_eq!(results.len(), users.len());
    for (number, (result, user)) in results.into_iter().zip(&users).enumerate() {
        if [1, 4].contains(&number) {
            let error = refused(result);
            assert!(matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Refused), "{}", error.report());
            continue;
        }
        let created = result.unwrap();
        assert_eq!(created.user_name.value(), Some(&user.user_name));
        assert_eq!(created.enabled, Known::Value(user.enabled));
        assert_eq!(facts(&created).roles, [first.to_string()]);
        assert_eq!(facts(&admin.user(&created.key).await.unwrap()), facts(&created));
        assert_eq!(stage.lets_in(&user.user_name, PASSWORD).await, user.enabled);
    }
    assert_eq!(all_users(&*admin).await.len(), before + 4);
    assert_eq!(facts(&admin.user(&bo.key).await.unwrap()), facts(&bo));
    let ann = admin.find_users(&stage.user_name("ann")).await.unwrap();
    assert_eq!(ann[0].full_name, Known::Value("Ann van der Lee".to_owned()), "the first of two wins");

    let then = stage.journal().len();
    assert!(admin.create_users(&[]).await.is_empty());
    assert_eq!(stage.journal().len(), then, "nothing is sent for nobody");
}

pub(super) async fn many_users_take_few_calls_where_the_product_has_one_for_several(stage: &dyn Stage) {
    let admin = stage.admin();
    let users: Vec<NewUser> = (0..250).map(|n| stage.least_user(&format!("user{n}"))).collect();
    let then = stage.journal().len();
    let results = admin.create_users(&users).await;
    let expected: Vec<String> = users.iter().map(|user| user.user_name.clone()).collect();
    assert_eq!(names(&results), expected, "in the order in which they were given");
    assert_eq!(writes_since(stage, then).len(), users.len().div_ceil(admin.capabilities().creations_per_call));
}

pub(super) async fn a_lost_answer_to_many_is_unknown_for_each(stage: &dyn Stage) {
    let admin = stage.admin();
    let users: Vec<NewUser> = ["ann", "bo", "cy"].map(|word| stage.least_user(word)).into();
    let then = stage.journal().len();
    stage.fault(Fault::reset_after_commit().method("POST").always());
    let results = admin.create_users(&users).await;
    assert_eq!(results.len(), users.len());
    for result in results {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Interrupted, Effect::Unknown), "{}", error.report());
        assert!(!error.is_retryable(), "{error}");
    }
    let calls = users.len().div_ceil(admin.capabilities().creations_per_call);
    assert_eq!(writes_since(stage, then).len(), calls, "nobody is sent again");
    for user in &users {
        assert_eq!(admin.find_users(&user.user_name).await.unwrap().len(), 1, "looking settles it");
    }
}

pub(super) async fn an_unavailable_server_is_told_for_each(stage: &dyn Stage) {
    let admin = stage.admin();
    let users: Vec<NewUser> = ["ann", "bo"].map(|word| stage.least_user(word)).into();
    stage.fault(Fault::bad_gateway().method("POST").always());
    for result in admin.create_users(&users).await {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{}", error.report());
        assert!(error.outcome_unknown(), "who answers for the server cannot say: {}", error.report());
        assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    }
}

/// What the capabilities say of the call that creates goes by the number of calls.
pub(super) async fn what_one_call_gives_a_new_user_is_told(stage: &dyn Stage) {
    let admin = stage.admin();
    let capabilities = admin.capabilities();
    let [_, second] = stage.two_roles();
    let mut cases = vec![
        (true, stage.least_user("ann")),
        (capabilities.roles_at_creation, stage.least_user("bo").roles([second])),
        (capabilities.disabled_at_creation, stage.least_user("cy").enabled(false)),
    ];
    if capabilities.groups_per_user != Count::None {
        let group = admin.create_group("Night shift").await.unwrap().key;
        cases.push((capabilities.groups_at_creation, stage.least_user("dee").groups([group])));
    }
    for (at_once, user) in cases {
        let then = stage.journal().len();
        admin.create_user(&user).await.unwrap();
        assert_eq!(writes_since(stage, then).len() == 1, at_once, "{}", user.user_name);
    }
}

pub(super) async fn the_least_role_is_there_and_can_be_given(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let Some(name) = admin.capabilities().least_role else {
        let left = admin.assign_roles(&ann.key, &[]).await.unwrap();
        assert_eq!(facts(&left).roles, [""; 0], "users may be without a role");
        return;
    };
    let roles = all_roles(&*admin).await;
    let least = roles.into_iter().find(|role| role.name == Known::Value(name.to_owned())).expect("it is in the list");
    let left = admin.assign_roles(&ann.key, std::slice::from_ref(&least.key)).await.unwrap();
    assert_eq!(facts(&left).roles, [least.key.to_string()]);
}

/// A server that refuses a list of users, after it has created some of them: what a refusal leaves is not documented.
#[derive(Debug)]
struct HalfDone {
    product: CoreTransport<tenable_emulator::identity_exposure::IdentityExposure>,
    created: usize,
    /// Whether the list of users can be read after the refusal.
    list_afterwards: bool,
    refused: Mutex<bool>,
}

impl HalfDone {
    fn client(created: usize, list_afterwards: bool) -> (CoreTransport<Emulated>, IdentityExposure) {
        let product = CoreTransport::with_rules(&[]);
        let transport = Self { product: product.clone(), created, list_afterwards, refused: Mutex::default() };
        let mut settings = StackSettings::default();
        settings.jitter = std::sync::Arc::new(NoJitter);
        let client = IdentityExposure::builder()
            .url("https://tie.example.com")
            .api_key(product.core.api_key())
            .stack_settings(settings)
            .transport(SharedTransport::new(transport))
            .build()
            .unwrap();
        (product, client)
    }
}

type Emulated = tenable_emulator::identity_exposure::IdentityExposure;

fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
}

#[async_trait]
impl Transport for HalfDone {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let refused = *self.refused.lock().unwrap();
        if refused && !self.list_afterwards && *request.method() == Method::GET {
            return Ok(answer(403, "{}"));
        }
        let Ok(Value::Array(users)) = serde_json::from_slice(request.body()) else {
            return self.product.send(request).await;
        };
        if users.len() < 2 {
            return self.product.send(request).await;
        }
        let (parts, _) = request.into_parts();
        let body = serde_json::to_vec(&users[..self.created]).unwrap();
        if self.created > 0 {
            self.product.send(Request::from_parts(parts, body.into())).await?;
        }
        *self.refused.lock().unwrap() = true;
        Ok(answer(409, r#"{"code": "CONFLICT", "message": "one of them is taken"}"#))
    }
}

fn four() -> Vec<NewUser> {
    ["ann", "bo", "cy", "dee"].map(|name| NewUser::new(format!("{name}@example.com"), PASSWORD)).into()
}

#[tokio::test(start_paused = true)]
async fn a_refused_list_is_settled_user_by_user_whatever_it_has_done() {
    for created in 0..=4 {
        let (product, tie) = HalfDone::client(created, true);
        let admin: &dyn Admin = &tie;
        let results = admin.create_users(&four()).await;
        let expected: Vec<String> = four().into_iter().map(|user| user.user_name).collect();
        assert_eq!(names(&results), expected, "{created}");
        let creations = product.lines().into_iter().filter(|line| line.starts_with("POST /api/users")).count();
        assert_eq!(creations, usize::from(created > 0) + 4 - created, "nobody is created twice");
        for result in results {
            let user = result.unwrap();
            assert_eq!(facts(&admin.user(&user.key).await.unwrap()), facts(&user));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_list_that_cannot_be_settled_is_unknown_for_each() {
    let (product, tie) = HalfDone::client(2, false);
    for result in tie.create_users(&four()).await {
        let error = result.unwrap_err();
        assert!(error.outcome_unknown() && !error.is_retryable(), "{}", error.report());
        assert_eq!((error.message(), error.code()), (Some("one of them is taken"), Some("CONFLICT")));
    }
    let creations = product.lines().into_iter().filter(|line| line.starts_with("POST /api/users")).count();
    assert_eq!(creations, 1, "nobody is sent again");
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_another_order_still_tells_who_is_who() {
    let product = CoreTransport::with_rules(&[("ie.create_order", "reverse")]);
    let results = product.client().create_users(&four()).await;
    let expected: Vec<String> = four().into_iter().map(|user| user.user_name).collect();
    assert_eq!(names(&results), expected);
}

/// How many active users the emulated product is licensed for.
const LICENSED: usize = 1_000;

#[tokio::test(start_paused = true)]
async fn more_users_than_are_licensed_are_created_as_far_as_it_goes() {
    let product = CoreTransport::with_rules(&[("ie.license_user_limit", "409")]);
    let tie = product.client();
    let before = all_users(&tie).await;
    let active = before.iter().filter(|user| user.enabled == Known::Value(true)).count();
    let free = LICENSED - active;
    let users: Vec<NewUser> = (0..free + 2).map(|n| NewUser::new(format!("user{n}@example.com"), PASSWORD)).collect();
    let results = tie.create_users(&users).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), free);
    for result in results.into_iter().skip(free) {
        assert!(refused(result).is_conflict());
    }
    assert_eq!(all_users(&tie).await.len(), before.len() + free);
}
