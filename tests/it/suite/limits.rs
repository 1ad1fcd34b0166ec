//! Too many requests, and many users.

use std::time::Duration;

use futures_util::StreamExt as _;
use tenable_emulator::faults::{Fault, RetryAfter};
use tokio::time::Instant;

use super::{Stage, facts};

pub(super) async fn too_many_requests_are_waited_for(stage: &dyn Stage) {
    let admin = stage.admin();
    stage.fault(Fault::too_many_requests(Some(RetryAfter::Seconds(7))).times(3));
    let start = Instant::now();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(21));
    let refusals = stage.journal().iter().filter(|entry| entry.status == Some(429)).count();
    assert_eq!(refusals, 3);
    let found = admin.find_users(&stage.user_name("ann")).await.unwrap();
    assert_eq!(found.iter().map(facts).collect::<Vec<_>>(), [facts(&ann)], "it is there once");
}

pub(super) async fn a_limit_that_never_ends_is_told(stage: &dyn Stage) {
    let admin = stage.admin();
    stage.fault(Fault::too_many_requests(Some(RetryAfter::Seconds(30))).method("POST").always());
    let error = admin.create_user(&stage.new_user("ann")).await.unwrap_err();
    assert!(error.is_rate_limited() && !error.outcome_unknown(), "{}", error.report());
    assert!(error.is_retryable(), "{}", error.report());
    assert!(admin.find_users(&stage.user_name("ann")).await.unwrap().is_empty());
}

pub(super) async fn one_of_ten_thousand_users_is_found(stage: &dyn Stage) {
    let admin = stage.admin();
    stage.populate(10_000).await;
    let mut count = 0;
    let mut users = admin.users();
    while let Some(user) = users.next().await {
        assert!(!user.unwrap().user_name.value().unwrap().is_empty());
        count += 1;
    }
    assert!(count >= 10_000, "{count}");
    let name = stage.user_name("user9876");
    let found = admin.find_users(&name).await.unwrap();
    assert_eq!(found.len(), 1);
    let read = admin.user(&found[0].key).await.unwrap();
    assert_eq!(read.user_name.value(), Some(&name));
    assert_eq!(facts(&read), facts(&found[0]));
}
