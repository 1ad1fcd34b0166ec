//! What a product cannot do at all.

use tenable_api::admin::{Ability, NewPassword, SignInChange, UserChange};

use super::{Stage, all_groups, unsupported};

/// Asks for each limitation as a program would that did not look at the capabilities.
pub(super) async fn what_the_product_cannot_do_is_said_before_anything_is_sent(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap().key;
    let bo = admin.create_user(&stage.new_user("bo")).await.unwrap().key;
    let group = all_groups(&*admin).await.first().map_or_else(|| stage.missing().2, |group| group.key.clone());
    let roles = stage.two_roles();
    let limitations = admin.capabilities().limitations;
    assert!(!limitations.is_empty());
    for limitation in limitations {
        let then = stage.journal().len();
        let result = match limitation.ability {
            Ability::ChangeUserName => {
                admin.change_user(&ann, &UserChange::new().user_name(stage.user_name("lee"))).await.map(drop)
            }
            Ability::ChangeEmail => {
                admin.change_user(&ann, &UserChange::new().email("lee@example.com")).await.map(drop)
            }
            Ability::TemporaryPassword => {
                let password = NewPassword::new("Copper-Lantern-77").temporary(true);
                admin.set_password(&ann, &password.own_password(stage.own_password())).await
            }
            Ability::SetSignInMethods => {
                admin.set_sign_in_methods(&ann, &SignInChange::new().password(false)).await.map(drop)
            }
            Ability::ReplaceKeys => admin.replace_keys(&ann).await.map(drop),
            Ability::SeveralRoles => admin.assign_roles(&ann, &roles).await.map(drop),
            Ability::NoRole => admin.assign_roles(&ann, &[]).await.map(drop),
            Ability::HandOver => admin.delete_user(&ann, Some(&bo)).await,
            Ability::ListGroups => admin.groups().try_collect::<Vec<_>>().await.map(drop),
            Ability::ReadGroup => admin.group(&group).await.map(drop),
            Ability::CreateGroup => admin.create_group("Night shift").await.map(drop),
            Ability::RenameGroup => admin.rename_group(&group, "Night shift").await.map(drop),
            Ability::DeleteGroup => admin.delete_group(&group, false).await,
            Ability::EmptyGroup => admin.delete_group(&group, true).await,
            Ability::ListMembers => admin.members(&group).await.map(drop),
            Ability::AddMember => admin.add_member(&group, &ann).await,
            Ability::RemoveMember => admin.remove_member(&group, &ann).await,
            other => panic!("no product lacks {other}; say here how it is asked for"),
        };
        unsupported(stage, then, result);
    }
}
