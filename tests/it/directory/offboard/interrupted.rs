//! A run that is cut short anywhere, and run again, comes to the same end.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use tenable_directory::{Event, Observer, Problems};

use super::*;

/// Counts steps as they begin, and does something at one of them.
#[derive(Default)]
struct AtStep {
    at: usize,
    begun: AtomicUsize,
    reached: AtomicBool,
    stop: Stop,
}

impl AtStep {
    fn new(at: usize) -> Self {
        Self { at, ..Self::default() }
    }
}

impl Observer for AtStep {
    fn notice(&self, event: &Event<'_>) {
        if matches!(event, Event::Begun { .. }) && self.begun.fetch_add(1, Ordering::Relaxed) == self.at {
            self.reached.store(true, Ordering::Relaxed);
            self.stop.stop();
        }
    }
}

/// Drops a future as soon as the step is reached and something is waited for: requests are under way, and their answers are lost.
async fn killed<T>(future: impl Future<Output = T>, at: &AtStep) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if at.reached.load(Ordering::Relaxed) => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// What is left of each account, apart from keys, which differ from one emulator to the next.
fn ends(record: &OffboardingRecord) -> Vec<String> {
    let end = |after: &After| match after {
        After::There { account } => {
            format!("{:?} {:?} {:?} {:?}", account.enabled, account.roles, account.groups, account.sign_in)
        }
        other => format!("{other:?}"),
    };
    record
        .accounts()
        .map(|(tenant, account)| format!("{}: {} {:?}", tenant.tenant, end(&account.after), account.verdict))
        .collect()
}

async fn clean(departure: &Departure) -> (Vec<String>, Vec<(&'static str, tenable_emulator::journal::JournalEntry)>) {
    let world = World::new();
    Ann::hired(&world).await;
    let mark = world.mark();
    let record = left(&world.directory(), &leaves().departure(departure.clone())).await;
    holds(&record);
    (ends(&record), world.writes_since(mark))
}

/// Runs it again until nothing is left to do, and compares the end with that of a clean run.
async fn comes_to_the_same_end(world: &World, ann: &Ann, departure: &Departure, clean: &[String], what: &str) {
    let offboarding = leaves().departure(departure.clone());
    let directory = world.directory();
    let again = left(&directory, &offboarding).await;
    assert!(again.holds, "{what}\n{}", again.failures().join("\n"));
    // What was deleted before it was cut short is not found again.
    let ends = ends(&again);
    assert!(ends.iter().all(|end| clean.contains(end)), "{what}\n{ends:?}\n{clean:?}");
    if *departure == Departure::Disable {
        assert_eq!(ends, clean, "{what}");
    }
    let mark = world.mark();
    holds(&left(&directory, &offboarding).await);
    assert_eq!(world.writes_since(mark), [], "{what}");
    world.sc.core.set_rule("sc.sessions_of_locked_user", "ended").unwrap();
    let doors = ann.doors(world).await;
    assert!(doors.iter().all(|(door, open)| !open || *door == "sc session"), "{what}\n{doors:?}");
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_step() {
    for departure in [Departure::Disable, deletion()] {
        let (clean, _) = clean(&departure).await;
        for step in 0.. {
            let world = World::new();
            let ann = Ann::hired(&world).await;
            let directory = world.directory();
            let planned = planned(&directory, &leaves().departure(departure.clone())).await;
            if step == planned.planned.plan.steps.len() {
                break;
            }
            for tenant in ["ie", "sc", "vm"] {
                world.fault(tenant, Fault::latency(Duration::from_millis(1)).always());
            }
            let at = AtStep::new(step);
            let run = killed(directory.offboard(&planned, &Apply::new().observer(&at)), &at).await;
            assert!(run.is_none(), "step {step} is reached");
            comes_to_the_same_end(&world, &ann, &departure, &clean, &format!("killed at {step}")).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn stopped_at_any_step() {
    let departure = deletion();
    let (clean, _) = clean(&departure).await;
    for step in 0.. {
        let world = World::new();
        let ann = Ann::hired(&world).await;
        let directory = world.directory();
        let planned = planned(&directory, &leaves().departure(departure.clone())).await;
        if step == planned.planned.plan.steps.len() {
            break;
        }
        let at = AtStep::new(step);
        let options = Apply::new().observer(&at).stop(at.stop.clone());
        let record: Result<OffboardingRecord, Problems> = directory.offboard(&planned, &options).await;
        let record = record.unwrap();
        assert!(!record.holds, "what was stopped was not read back: {}", record.to_json());
        assert!(record.failures().iter().any(|failure| failure.contains("stopped")), "{:?}", record.failures());
        comes_to_the_same_end(&world, &ann, &departure, &clean, &format!("stopped at {step}")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn cut_off_at_any_write_once_or_for_good() {
    for departure in [Departure::Disable, deletion()] {
        let (clean, writes) = clean(&departure).await;
        for (index, (tenant, entry)) in writes.iter().enumerate() {
            for fault in [Fault::reset_before_commit, Fault::reset_after_commit] {
                for times in [1, 12] {
                    let world = World::new();
                    let ann = Ann::hired(&world).await;
                    let route = entry.route.as_ref().unwrap();
                    let alike = |(other, earlier): &&(&str, tenable_emulator::journal::JournalEntry)| {
                        (other, &earlier.method, &earlier.route) == (tenant, &entry.method, &entry.route)
                    };
                    let skip = writes[..index].iter().filter(alike).count() as u64;
                    world.fault(tenant, fault().method(&entry.method).path(pattern(route)).skip(skip).times(times));
                    let directory = world.directory();
                    let offboarding = leaves().departure(departure.clone());
                    let what = format!("{tenant} {} {route} {times}", entry.method);
                    // The fault may outlast a run; each comes closer.
                    let mut last = left(&directory, &offboarding).await;
                    for _ in 0..times {
                        if last.holds {
                            break;
                        }
                        assert!(!last.failures().is_empty(), "{what}");
                        last = left(&directory, &offboarding).await;
                    }
                    comes_to_the_same_end(&world, &ann, &departure, &clean, &what).await;
                }
            }
        }
    }
}
