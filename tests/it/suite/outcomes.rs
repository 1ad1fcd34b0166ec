//! Answers that do not arrive: what may have been done is said, and done once.

use tenable_api::Effect;
use tenable_api::admin::{NewRole, UserChange};
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_model::Known;

use super::{Facts, Stage, all_roles, facts, writes_since};

pub(super) async fn a_creation_whose_answer_is_lost_is_not_repeated(stage: &dyn Stage) {
    let admin = stage.admin();
    for (number, fault) in [
        Fault::reset_after_commit(),
        Fault::stall_after_commit(),
        Fault::bad_gateway().after_commit(),
        Fault::new(FaultKind::TruncatedBody),
        Fault::new(FaultKind::HtmlPage).after_commit(),
    ]
    .into_iter()
    .enumerate()
    {
        let (word, name) = (format!("ann{number}"), fault.kind.name());
        let then = stage.journal().len();
        stage.fault(fault.method("POST").times(1));
        let error = admin.create_user(&stage.new_user(&word)).await.unwrap_err();
        assert!(error.outcome_unknown(), "{name}: {}", error.report());
        assert_eq!(writes_since(stage, then).len(), 1, "{name}: it is not sent again");
        let found = admin.find_users(&stage.user_name(&word)).await.unwrap();
        assert_eq!(found.len(), 1, "{name}: looking settles it");
    }
    let then = stage.journal().len();
    stage.fault(Fault::reset_after_commit().method("POST").times(1));
    let role = NewRole::new("Night shift").permissions(stage.two_permissions());
    assert!(admin.create_role(&role).await.unwrap_err().outcome_unknown());
    assert_eq!(writes_since(stage, then).len(), 1);
    let there = all_roles(&*admin).await;
    assert_eq!(there.iter().filter(|there| there.name == Known::Value(role.name.clone())).count(), 1);
}

pub(super) async fn a_creation_that_never_arrived_can_be_made_again(stage: &dyn Stage) {
    let admin = stage.admin();
    stage.fault(Fault::reset_before_commit().method("POST").times(1));
    let error = admin.create_user(&stage.new_user("ann")).await.unwrap_err();
    assert!(error.outcome_unknown(), "from outside it looks the same: {}", error.report());
    assert!(admin.find_users(&stage.user_name("ann")).await.unwrap().is_empty());
    admin.create_user(&stage.new_user("ann")).await.unwrap();
    assert_eq!(admin.find_users(&stage.user_name("ann")).await.unwrap().len(), 1);
}

pub(super) async fn a_change_whose_answer_is_lost_is_made(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    let then = stage.journal().len();
    stage.fault(Fault::reset_after_commit().times(1));
    let changed = admin.change_user(&ann.key, &UserChange::new().full_name("Ann van der Lee")).await.unwrap();
    let expected = Facts { full_name: Known::Value("Ann van der Lee".to_owned()), ..facts(&ann) };
    assert_eq!(facts(&changed), expected);
    let writes = writes_since(stage, then);
    assert_eq!(writes.iter().map(|write| write.status).collect::<Vec<_>>(), [None, Some(200)], "twice is as once");
    assert_eq!(writes[0].body, writes[1].body);

    stage.fault(Fault::reset_after_commit().times(1));
    assert_eq!(admin.set_enabled(&ann.key, false).await.unwrap().enabled, Known::Value(false));
    let [_, second] = stage.two_roles();
    stage.fault(Fault::reset_after_commit().times(1));
    assert_eq!(
        facts(&admin.assign_roles(&ann.key, std::slice::from_ref(&second)).await.unwrap()).roles,
        [second.to_string()]
    );
}

pub(super) async fn a_deletion_whose_answer_is_lost_is_made(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let bo = admin.create_user(&stage.new_user("bo")).await.unwrap();
    let role = admin.create_role(&NewRole::new("Night shift").permissions(stage.two_permissions())).await.unwrap();
    stage.fault(Fault::reset_after_commit().method("DELETE").times(1));
    admin.delete_user(&ann.key, None).await.unwrap();
    assert!(admin.user(&ann.key).await.unwrap_err().is_not_found());
    stage.fault(Fault::reset_after_commit().method("DELETE").times(1));
    admin.delete_role(&role.key).await.unwrap();
    assert!(admin.role(&role.key).await.unwrap_err().is_not_found());
    assert_eq!(facts(&admin.user(&bo.key).await.unwrap()), facts(&bo));
}

/// Where a change is read back, the reading fails here; where the answer to it is enough, it succeeds.
pub(super) async fn a_change_that_cannot_be_read_back_is_told_as_made(stage: &dyn Stage) {
    let admin = stage.admin();
    let [_, second] = stage.two_roles();
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    stage.fault(Fault::internal_server_error().method("GET").always());
    let then = stage.journal().len();
    for result in [
        admin.change_user(&ann.key, &UserChange::new().full_name("Ann van der Lee")).await,
        admin.set_enabled(&ann.key, false).await,
        admin.assign_roles(&ann.key, std::slice::from_ref(&second)).await,
    ] {
        if let Err(error) = result {
            assert_eq!(error.effect(), Effect::Applied, "{}", error.report());
            assert!(error.to_string().contains("could not be read back"), "{error}");
        }
    }
    let made: Vec<Option<u16>> = writes_since(stage, then).iter().map(|write| write.status).collect();
    assert_eq!(made, [Some(200); 3], "each change was made, once");
}

/// Where a creation takes several requests, the later ones fail here; where it takes one, it succeeds.
pub(super) async fn a_second_step_that_fails_is_told(stage: &dyn Stage) {
    let admin = stage.admin();
    let [_, second] = stage.two_roles();
    let then = stage.journal().len();
    stage.fault(Fault::internal_server_error().skip(1).always());
    let created = admin.create_user(&stage.new_user("ann").roles([second]).enabled(false)).await;
    let steps = writes_since(stage, then).len();
    match created {
        Ok(ann) => {
            assert_eq!((ann.enabled, steps), (Known::Value(false), 1));
        }
        Err(error) => {
            assert!(steps > 1, "{}", error.report());
            assert_eq!(error.effect(), Effect::Applied, "the user is there: {}", error.report());
            assert!(!error.is_retryable(), "to try again would create another");
            let key = stage.missing().0.product().command();
            assert!(error.to_string().contains(&format!("{key}:")), "it says who was created: {error}");
        }
    }
}
