//! One suite of behaviours for every product: what the traits of [`tenable_api::admin`] promise, judged by the emulated products.
//!
//! A behaviour knows no product. What it needs beyond the traits, such as a name that the product takes, is a [`Stage`]; where products
//! differ, it asks for the capability, and an ability that is missing must be refused as such. Each is a test of its own for each
//! product: `suite::security_center::a_user_is_created_and_read_back`. A fourth product is one more stage and one more line below.

mod accounts;
mod creations;
mod defects;
mod groups;
mod limits;
mod names;
mod outcomes;
mod refusals;
mod roles;
mod sessions;
mod stages;
mod unsupported;
mod users;

use std::fmt;

use async_trait::async_trait;
use tenable_api::admin::{Admin, NewUser, ReplacedKeys};
use tenable_api::{Effect, Error};
use tenable_emulator::faults::Fault;
use tenable_emulator::journal::JournalEntry;
use tenable_model::Known;
use tenable_model::shared::{Group, GroupKey, Role, RoleKey, User, UserKey};

const PASSWORD: &str = "Violet-Harbor-42";

/// An emulated product with its seed data, and what a behaviour cannot know of it.
#[async_trait]
trait Stage: Send + Sync {
    /// A client with every right.
    fn admin(&self) -> Box<dyn Admin>;

    /// A client of an account that may administer nobody.
    async fn powerless(&self) -> Box<dyn Admin>;

    /// A user name that the product takes, made of a plain word.
    fn user_name(&self, word: &str) -> String;

    /// A user with what the product asks for besides the name: a role or a group.
    fn new_user(&self, word: &str) -> NewUser;

    /// A user with nothing but what the product asks for; it gets the first of [`two_roles`](Self::two_roles) all the same.
    fn least_user(&self, word: &str) -> NewUser;

    /// A client with the API keys that this user has now.
    async fn as_user(&self, user: &UserKey) -> Box<dyn Admin>;

    /// A client with these API keys.
    fn with_keys(&self, keys: &ReplacedKeys) -> Box<dyn Admin>;

    /// Two roles that users may be given, the first of which [`new_user`](Self::new_user) has.
    fn two_roles(&self) -> [RoleKey; 2];

    /// Two words that a custom role may hold.
    fn two_permissions(&self) -> [&'static str; 2];

    /// Keys of what does not exist.
    fn missing(&self) -> (UserKey, RoleKey, GroupKey);

    /// The password of the account of [`admin`](Self::admin).
    fn own_password(&self) -> &'static str;

    /// Whether somebody who signs in with this name and password gets in.
    async fn lets_in(&self, user_name: &str, password: &str) -> bool;

    /// Creates this many users, named by [`user_name`](Self::user_name) of `user0` and so on.
    async fn populate(&self, count: usize);

    /// Does something to requests to come.
    fn fault(&self, fault: Fault);

    /// All requests so far.
    fn journal(&self) -> Vec<JournalEntry>;

    /// The fields that a change of the full name sends.
    fn full_name_fields(&self) -> &'static [&'static str];
}

/// The requests since then that may have changed something.
fn writes_since(stage: &dyn Stage, then: usize) -> Vec<JournalEntry> {
    stage.journal().into_iter().skip(then).filter(|entry| entry.method != "GET").collect()
}

/// What is told of a user, apart from times, which go on by themselves, and the product's own value.
#[derive(Debug, PartialEq)]
struct Facts {
    key: UserKey,
    user_name: Known<String>,
    full_name: Known<String>,
    email: Known<String>,
    enabled: Known<bool>,
    roles: Vec<String>,
    groups: Known<Vec<String>>,
}

fn facts(user: &User) -> Facts {
    let sorted = |mut keys: Vec<String>| {
        keys.sort();
        keys
    };
    let roles = user.roles.value().expect("the roles are told");
    Facts {
        key: user.key.clone(),
        user_name: user.user_name.clone(),
        full_name: user.full_name.clone(),
        email: user.email.clone(),
        enabled: user.enabled,
        roles: sorted(roles.iter().map(|role| role.key.to_string()).collect()),
        groups: user.groups.as_ref().map(|groups| sorted(groups.iter().map(|group| group.key.to_string()).collect())),
    }
}

/// What is told of a role.
#[derive(Debug, PartialEq)]
struct RoleFacts {
    key: RoleKey,
    name: Known<String>,
    description: Known<String>,
    permissions: Known<Vec<String>>,
}

/// Everything there is: users, roles, and groups where the product has them.
#[derive(Debug, PartialEq)]
struct Everything {
    users: Vec<Facts>,
    roles: Vec<RoleFacts>,
    groups: Vec<(GroupKey, Known<String>, Known<u64>)>,
}

async fn everything(admin: &dyn Admin) -> Everything {
    let mut users: Vec<Facts> = all_users(admin).await.iter().map(facts).collect();
    users.sort_by_key(|user| user.key.to_string());
    let role = |Role { key, name, description, permissions, .. }| RoleFacts { key, name, description, permissions };
    let mut roles: Vec<RoleFacts> = all_roles(admin).await.into_iter().map(role).collect();
    roles.sort_by_key(|role| role.key.to_string());
    let groups = all_groups(admin).await.into_iter().map(|group| (group.key, group.name, group.member_count));
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by_key(|(key, ..)| key.to_string());
    Everything { users, roles, groups }
}

async fn all_users(admin: &dyn Admin) -> Vec<User> {
    admin.users().try_collect().await.unwrap()
}

async fn all_roles(admin: &dyn Admin) -> Vec<Role> {
    admin.roles().try_collect().await.unwrap()
}

/// Empty where the product has no groups.
async fn all_groups(admin: &dyn Admin) -> Vec<Group> {
    match admin.groups().try_collect().await {
        Ok(groups) => groups,
        Err(error) => {
            assert!(error.is_unsupported(), "{error}");
            Vec::new()
        }
    }
}

/// Why the server did not do it: it did nothing, and says so.
fn refused<T: fmt::Debug>(result: Result<T, Error>) -> Error {
    let error = result.expect_err("it is refused");
    assert_eq!(error.effect(), Effect::NotApplied, "{}", error.report());
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    error
}

/// Asserts that the product says it cannot do that, and that nothing was sent.
fn unsupported<T: fmt::Debug>(stage: &dyn Stage, requests_before: usize, result: Result<T, Error>) {
    let error = result.expect_err("it is refused");
    assert!(error.is_unsupported(), "{}", error.report());
    assert_eq!(error.effect(), Effect::NotSent, "{error}");
    assert_eq!(stage.journal().len(), requests_before, "nothing was sent");
}

/// Declares a test of each behaviour for each product.
macro_rules! suite {
    (products { $($product:ident: $stage:expr;)* } behaviours $behaviours:tt) => {
        $(suite! { @product $product $stage, $behaviours })*
    };
    (@product $product:ident $stage:expr, { $($module:ident: $($behaviour:ident)*;)* }) => {
        mod $product {
            $($(
                #[tokio::test(start_paused = true)]
                async fn $behaviour() {
                    super::$module::$behaviour(&$stage).await;
                }
            )*)*
        }
    };
}

suite! {
    products {
        identity_exposure: super::stages::IdentityExposure::new();
        security_center: super::stages::SecurityCenter::new();
        vulnerability_management: super::stages::VulnerabilityManagement::new();
    }
    behaviours {
        users:
            a_user_is_created_and_read_back
            a_user_may_be_created_without_being_let_in
            a_change_of_one_field_leaves_the_others
            a_change_of_nothing_sends_nothing
            a_user_name_is_changed_or_stays
            an_email_address_is_changed_or_stays
            a_user_is_disabled_and_enabled
            a_password_is_set
            a_temporary_password_is_set_or_refused
            roles_are_given_and_taken
            a_deleted_user_is_gone
            objects_are_handed_over_or_that_is_refused;
        accounts:
            who_am_i_is_in_the_list
            every_user_has_one_key_and_roles_of_the_list
            what_is_refused_for_the_own_account_is
            sign_in_methods_are_set_or_refused
            replaced_keys_open_nothing;
        creations:
            many_users_are_created_with_a_result_each
            many_users_take_few_calls_where_the_product_has_one_for_several
            a_lost_answer_to_many_is_unknown_for_each
            an_unavailable_server_is_told_for_each
            what_one_call_gives_a_new_user_is_told
            the_least_role_is_there_and_can_be_given;
        defects:
            what_is_said_to_be_wrong_is_refused;
        roles:
            a_custom_role_from_creation_to_deletion
            a_change_of_a_role_leaves_the_rest
            permissions_are_replaced
            a_custom_role_is_given_to_a_user;
        groups:
            a_group_from_creation_to_deletion
            members_come_and_go
            a_group_is_deleted_with_its_members_or_not_at_all;
        refusals:
            what_does_not_exist_is_not_found
            a_name_that_is_taken_is_refused
            who_lacks_the_right_is_refused
            a_missing_role_is_refused_and_nothing_is_half_done_in_silence
            keys_of_other_products_are_refused;
        names:
            full_names_come_back_as_they_were_given
            names_of_roles_come_back_as_they_were_given
            names_of_groups_come_back_as_they_were_given
            hostile_user_names_are_taken_or_refused_and_never_somebody_elses;
        limits:
            too_many_requests_are_waited_for
            a_limit_that_never_ends_is_told
            one_of_ten_thousand_users_is_found;
        outcomes:
            a_creation_whose_answer_is_lost_is_not_repeated
            a_creation_that_never_arrived_can_be_made_again
            a_change_whose_answer_is_lost_is_made
            a_deletion_whose_answer_is_lost_is_made
            a_change_that_cannot_be_read_back_is_told_as_made
            a_second_step_that_fails_is_told;
        unsupported:
            what_the_product_cannot_do_is_said_before_anything_is_sent;
    }
}
