//! What is told to be wrong before anything is sent.

use tenable_api::Effect;
use tenable_api::admin::NewUser;
use tenable_model::shared::{GroupKey, RoleKey};

use super::{PASSWORD, Stage, all_groups, everything};

/// Users with something about them that some product does not take.
async fn doubtful(stage: &dyn Stage) -> Vec<NewUser> {
    let [first, second] = stage.two_roles();
    let groups: Vec<GroupKey> = all_groups(&*stage.admin()).await.into_iter().map(|group| group.key).take(2).collect();
    let ann = || stage.new_user("ann");
    let changed = |change: &dyn Fn(&mut NewUser)| {
        let mut user = ann();
        change(&mut user);
        user
    };
    let named = |name: &str| changed(&|user| name.clone_into(&mut user.user_name));
    let with_password = |password: &str| changed(&|user| user.password = password.into());
    vec![
        named(""),
        named(" "),
        named("ann"),
        named("@example.com"),
        named("o'neill@example.com"),
        with_password("Violet-H-42"),
        with_password("violet-harbor-42"),
        with_password("VIOLET-HARBOR-42"),
        with_password("Violet-Harbor-xx"),
        with_password("VioletHarborX42"),
        ann().email("nobody"),
        ann().email("lee@example.org"),
        ann().roles([first, second]),
        ann().roles(Vec::<RoleKey>::new()),
        ann().groups(groups),
        ann().groups(Vec::<GroupKey>::new()),
    ]
}

/// Who is said to be wrong is refused, or cannot get in.
pub(super) async fn what_is_said_to_be_wrong_is_refused(stage: &dyn Stage) {
    let admin = stage.admin();
    for user in [stage.new_user("good"), stage.least_user("better")] {
        assert_eq!(admin.defects(&user), []);
        admin.create_user(&user).await.unwrap();
    }
    let mut wrong = 0;
    for user in doubtful(stage).await {
        let then = stage.journal().len();
        let defects = admin.defects(&user);
        assert_eq!(stage.journal().len(), then, "nothing is sent");
        if defects.is_empty() {
            continue;
        }
        wrong += 1;
        let told: Vec<String> = defects.iter().map(ToString::to_string).collect();
        for password in [PASSWORD, "Violet", "violet", "VIOLET"] {
            assert!(!told.concat().contains(password), "{told:?}");
        }
        let before = everything(&*admin).await;
        match admin.create_user(&user).await {
            Err(error) => {
                assert!(matches!(error.effect(), Effect::NotSent | Effect::NotApplied), "{told:?}: {}", error.report());
                assert_eq!(everything(&*admin).await, before, "{told:?}");
            }
            Ok(created) => {
                assert!(!stage.lets_in(&user.user_name, PASSWORD).await, "{told:?}");
                admin.delete_user(&created.key, None).await.unwrap();
            }
        }
    }
    assert!(wrong > 3, "{wrong}");
}
