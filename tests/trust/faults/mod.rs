//! Every operation under every fault: nothing done twice, nothing lost that was said to be done, and an error that says what is true.
//!
//! What is judged is not what the client believes but what the emulator holds afterwards, and how often its journal says that it
//! carried the request out.

mod fault;
mod judge;
mod scene;
mod subjects;
mod verdict;
mod wire;

use std::thread;

use tenable_model::Product;
use tokio::runtime::Builder;

use self::judge::{Case, Faultless, Tally, Times};
use self::scene::{Link, Prepared, Scene};
use self::wire::Wire;
use crate::record::Record;

const COLUMNS: [&str; 7] =
    ["Fault", "Operations", "Cases", "Effects doubled", "Effects lost", "Wrong verdicts", "What callers see"];

/// The three products side by side, each with an emulator and a clock that nobody waits for.
#[test]
fn every_operation_under_every_fault() {
    let products = [Product::IdentityExposure, Product::SecurityCenter, Product::VulnerabilityManagement];
    let tallies = thread::scope(|scope| {
        let parts = products.map(|product| {
            scope.spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
                runtime.block_on(matrix(product))
            })
        });
        let mut sum = vec![Tally::default(); fault::ALL.len()];
        for part in parts {
            sum.iter_mut().zip(part.join().unwrap()).for_each(|(sum, tally)| sum.add(tally));
        }
        sum
    });
    let names = fault::ALL.iter().map(|fault| fault.name);
    let operations = subjects::all().len();
    finish(
        Record::new("faults-rust")
            .title(&format!("Each of the {operations} operations under each fault, from Rust"))
            .columns(COLUMNS)
            .note(
                "Between the client and the emulator's cores, without sockets and with time that nobody waits for. Each fault \
                 happens to every request of a call; where the client may send again, it also happens to the first one alone, \
                 and the call must then succeed.",
            )
            .note(
                "The judge is the emulator: its state and mail are exactly those from before the call, or those that one call \
                 without a fault leaves; what may not be repeated stands in its journal as carried out at most once; after \
                 success the state is the one that the call leaves. What errors must say is a table kept by hand.",
            )
            .note(
                "Fewer operations for a fault than there are: the others answer nothing that it could happen to. The answers \
                 502, 503 and 504 take turns, as they are one to a client. Success under a \
                 fault of the answer: the operation gives nothing, and so reads nothing of it; or it reads back what it did.",
            )
            .note(
                "The table below has what only a connection can show: a wrong length, a bad chunk, a gzip bomb, a stall in the \
                 body, a slow drip. In this one, two faults share a row where the connection has already made them one.",
            ),
        names,
        &tallies,
    );
}

async fn matrix(product: Product) -> Vec<Tally> {
    let scene = Scene::new().await;
    let link = Link::new(&scene);
    let mut tallies = vec![Tally::default(); fault::ALL.len()];
    let subjects = subjects::all().into_iter().filter(|subject| subject.product() == product);
    for (number, subject) in subjects.enumerate() {
        let subject = &subject;
        let faultless = Faultless::of(&scene, &link, subject).await;
        let faults = fault::ALL.iter().zip(&mut tallies).filter(|(fault, _)| fault.has_turn(number));
        for (fault, tally) in faults {
            let cases = tally.cases;
            for times in Times::of(fault.means, subject) {
                let Prepared { client, arguments, before } = scene.prepare(subject, &link).await;
                let harm = link.trouble(subject, times.limit(), fault.hand(subject));
                let result = client.execute_untyped(subject.operation, arguments).await.map(|answer| answer.value);
                link.clear();
                if harm.happened() {
                    let (means, commits, fault, faultless) = (fault.means, fault.commits, fault.name, &faultless);
                    Case { subject, fault, means, commits, times, faultless, before, result }.judge(&scene, tally);
                }
            }
            tally.operations += usize::from(tally.cases > cases);
        }
    }
    tallies
}

/// What takes a real connection to show.
#[tokio::test]
async fn connections_that_break() {
    let scene = Scene::new().await;
    let (link, wire) = (Link::new(&scene), Wire::start(&scene).await);
    let mut tallies = vec![Tally::default(); wire::ALL.len()];
    for subject in &wire::subjects() {
        let faultless = Faultless::of(&scene, &link, subject).await;
        for (fault, tally) in wire::ALL.iter().zip(&mut tallies) {
            let cases = tally.cases;
            for times in Times::of(fault.means, subject) {
                if times == Times::Once && fault.is_of_the_address() {
                    continue;
                }
                let (prepared, harm) = wire.prepare(&scene, subject, *fault, times.limit()).await;
                let Prepared { client, arguments, before } = prepared;
                let result = client.execute_untyped(subject.operation, arguments).await.map(|answer| answer.value);
                wire.clear();
                if harm.happened() {
                    let (means, commits, fault, faultless) = (fault.means, fault.commits, fault.name, &faultless);
                    Case { subject, fault, means, commits, times, faultless, before, result }.judge(&scene, tally);
                }
            }
            tally.operations += usize::from(tally.cases > cases);
        }
    }
    assert_eq!(wire.strayed(), 0, "nobody goes where a redirect points");
    finish(
        Record::new("faults-rust-connections")
            .title("Faults of the connection, from Rust")
            .columns(COLUMNS)
            .note(
                "Over real sockets. One read and one write of each way to be repeated, of each product: what tells these faults \
                 apart is one file for all operations, and what each of them means for each operation is in the table above.",
            )
            .note(
                "Compression is asked for, and a body is at most as large as the client's limit, before and after it is \
                 unpacked: the gzip bomb is a hundred times that limit, and ends as an answer that is too large.",
            )
            .note("Nobody came to the listener that the redirects point to."),
        wire::ALL.iter().map(|fault| fault.name),
        &tallies,
    );
}

/// Fails if there is a defect; otherwise writes the record.
fn finish(record: Record, names: impl Iterator<Item = &'static str>, tallies: &[Tally]) {
    let defects: Vec<&str> = tallies.iter().flat_map(|tally| &tally.defects).map(String::as_str).collect();
    let mut record = record;
    for (name, tally) in names.zip(tallies) {
        let Tally { operations, cases, doubled, lost, wrong, .. } = tally;
        record = record.row([&name, operations, cases, doubled, lost, wrong, &tally.seen()]);
    }
    assert!(defects.is_empty(), "{} defects:\n{}", defects.len(), defects.join("\n"));
    record.write();
}
