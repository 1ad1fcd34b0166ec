//! Lists in every shape, as pages and as a stream.

use futures_util::TryStreamExt as _;
use tenable_model::security_center::{SortDirection, User, UserField};
use tenable_tests::CoreTransport;

use super::PASSWORD;

fn ids(users: &[User]) -> Vec<u64> {
    users.iter().map(|user| user.id.get()).collect()
}

#[tokio::test]
async fn pages_give_everyone_once_whatever_the_counters_look_like() {
    for (counters, end) in [("number", "actual"), ("string", "requested"), ("string", "actual")] {
        let product = CoreTransport::security_center(&[("sc.page_counters", counters), ("sc.page_end", end)]);
        let sc = product.manager();
        let all = ids(&sc.users().list().send().await.unwrap());
        let pages: Vec<Vec<User>> = sc.users().list_paged(4).fields(["username"]).pages().try_collect().await.unwrap();
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 1], "{counters} {end}");
        let items: Vec<User> = sc.users().list_paged(2).items().try_collect().await.unwrap();
        assert_eq!(ids(&items), all, "{counters} {end}");
    }
}

#[tokio::test]
async fn a_page_by_itself_says_where_it_stands() {
    let sc = CoreTransport::security_center(&[]).manager();
    let page = sc.users().list_paged(5).start_offset(3).send().await.unwrap();
    assert_eq!((page.items.len(), page.total_records, page.start_offset), (2, Some(9), Some(3)));
}

#[tokio::test]
async fn a_server_without_paging_still_gives_everyone() {
    let product = CoreTransport::security_center(&[("sc.paging", "ignored")]);
    let items: Vec<User> = product.manager().users().list_paged(2).items().try_collect().await.unwrap();
    assert_eq!(items.len(), 9);
    assert_eq!(product.lines(), ["GET /rest/user 200"]);
}

#[tokio::test]
async fn a_stuck_cursor_is_an_error_and_no_endless_list() {
    let product = CoreTransport::security_center(&[("sc.page_cursor", "stuck")]);
    let items: Result<Vec<User>, _> = product.manager().users().list_paged(2).items().try_collect().await;
    let error = items.unwrap_err();
    assert!(error.is_unreadable() && error.to_string().contains("same page twice"), "{}", error.report());
    assert_eq!(product.lines().len(), 2);
}

#[tokio::test]
async fn sorted_by_a_field() {
    let sc = CoreTransport::security_center(&[]).manager();
    let sorted =
        sc.users().list().sort_field(UserField::Username).sort_direction(SortDirection::Desc).send().await.unwrap();
    let names: Vec<_> = sorted.iter().map(|user| user.username.clone().unwrap()).collect();
    let mut expected = names.clone();
    expected.sort_by(|one, other| other.cmp(one));
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_list_in_one_answer_is_a_stream_as_well() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    for number in 0..30 {
        sc.users().create(format!("user-{number}"), 5).password(PASSWORD).group_id(2).send().await.unwrap();
    }
    let items: Vec<User> = sc.users().list().items().try_collect().await.unwrap();
    assert_eq!(items.len(), 39);
    let locked: Vec<User> = sc
        .users()
        .list()
        .fields([UserField::Username, UserField::Locked])
        .items()
        .try_filter(|user| std::future::ready(user.locked == Some(true)))
        .try_collect()
        .await
        .unwrap();
    assert_eq!(locked[0].username.as_deref(), Some("emery.locked"));
}
