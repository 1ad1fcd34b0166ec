//! What lists do not tell is read one by one, of those whom a wish is about; and what cannot be read is said.

use tenable_directory::plan::{Change, Edit, Step};
use tenable_directory::wish::{UserWish, Wish};
use tenable_directory::{Directory, Snapshot, Stop};
use tenable_emulator::faults::Fault;

use super::{World, complete, good_plan};

const NAME: &str = "standard@example.com";

/// Its list does not tell by which ways people sign in.
fn no_saml(snapshot: &Snapshot) -> Wish {
    let mut wish = Wish::default();
    if snapshot.tenant == "vm" {
        let mut user = UserWish::new(NAME);
        user.sign_in.saml = Some(false);
        wish.users.push(user);
    }
    wish
}

fn from(step: &Step) -> Option<bool> {
    let Change::SetSignIn { saml: Some(Edit { from, to: false }), .. } = step.change else { panic!("{step}") };
    from
}

/// Where the account is read alone.
async fn path_of(directory: &Directory) -> String {
    let present = directory.read(&(), &Stop::default()).await;
    let key = present.snapshot("vm").unwrap().users_named(NAME).next().unwrap().key.to_string();
    key.replace("vm:", "/users/")
}

fn reads_of_single_users(world: &World, mark: [usize; 3]) -> usize {
    let entries = world.journal("vm").into_iter().skip(mark[2]);
    entries.filter(|entry| entry.method == "GET" && entry.route.as_deref() == Some("/users/{user}")).count()
}

#[tokio::test(start_paused = true)]
async fn only_those_are_read_one_by_one_whom_a_wish_is_about() {
    let world = World::new();
    let directory = world.directory();
    let mark = world.mark();
    let nothing = good_plan(&directory, |_: &Snapshot| Wish::default()).await;
    assert!(nothing.is_empty());
    let for_own_account = reads_of_single_users(&world, mark);
    let mark = world.mark();
    let plan = good_plan(&directory, no_saml).await;
    assert_eq!(reads_of_single_users(&world, mark), for_own_account + 1);
    assert_eq!(plan.steps.iter().map(from).collect::<Vec<_>>(), [Some(true)]);
    complete(&directory, &plan).await;
    assert!(good_plan(&directory, no_saml).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_said_and_set_whatever_it_is() {
    let world = World::new();
    let directory = world.directory();
    let path = path_of(&directory).await;
    world.fault("vm", Fault::internal_server_error().method("GET").path(&path));
    let planned = super::plan(&directory, no_saml).await;
    let snapshot = planned.present.snapshot("vm").unwrap();
    let key = path.replace("/users/", "vm:");
    assert!(snapshot.why_unread(&key).unwrap().to_string().contains("500"), "{:?}", snapshot.unread);
    let plan = planned.into_plan().unwrap();
    assert_eq!(plan.steps.iter().map(from).collect::<Vec<_>>(), [None]);
    complete(&directory, &plan).await;
}
