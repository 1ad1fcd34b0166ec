//! The judge: what the emulator holds and says that it carried out, and what the caller was told.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tenable_api::Error;
use tenable_transport::Idempotency;

use super::fault::{Means, UNKNOWN_FIELD};
use super::scene::{Link, Prepared, Scene};
use super::subjects::{self, Subject};
use super::verdict::{self, Expected, Verdict};

/// How often a fault happens to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Times {
    /// To its first request.
    Once,
    /// To each.
    Always,
}

impl Times {
    /// To which requests something happens that means this: to each, and to the first alone where another one may follow.
    pub(super) fn of(means: Means, subject: &Subject) -> Vec<Self> {
        let again = verdict::is_sent_again(means, subject.operation.meta().idempotency);
        if again { vec![Self::Always, Self::Once] } else { vec![Self::Always] }
    }

    /// As a number; none for each.
    pub(super) fn limit(self) -> Option<usize> {
        (self == Self::Once).then_some(1)
    }
}

/// What a call without a fault gives and leaves.
pub(super) struct Faultless {
    pub(super) value: Value,
    state: Value,
    /// Places that differ between two runs: keys, tokens, UUIDs.
    random: Vec<String>,
}

impl Faultless {
    /// Runs the operation twice, each time from the seed.
    pub(super) async fn of(scene: &Scene, link: &Link, subject: &Subject) -> Self {
        let mut runs = Vec::new();
        for _ in 0..2 {
            let Prepared { client, arguments, before } = scene.prepare(subject, link).await;
            let answer = client.execute_untyped(subject.operation, arguments).await;
            let answer = answer.unwrap_or_else(|error| panic!("{}: {}", subject.name(), error.report()));
            assert_eq!(scene.carried_out(subject), 1, "{}", subject.name());
            let after = scene.state(subject.product());
            let reads = subject.operation.meta().idempotency == Idempotency::Read;
            assert_eq!(is_same(&after, &before), reads, "{}: {:?}", subject.name(), differences(&before, &after));
            runs.push((before, after, answer.value));
        }
        let (second, first) = (runs.pop().unwrap(), runs.pop().unwrap());
        let mut random = differences(&first.0, &second.0);
        random.extend(differences(&first.1, &second.1));
        random.extend(differences(&first.2, &second.2).into_iter().map(|place| format!("value{place}")));
        Self { value: second.2, state: second.1, random }
    }

    /// The places at which a state is not the one that a single call leaves.
    fn changed(&self, state: &Value) -> Vec<String> {
        let mut places = differences(state, &self.state);
        places.retain(|place| !is_a_note(place) && !self.is_random(place));
        places
    }

    /// The places at which a value is not the one that a call without a fault gives.
    fn differs(&self, value: &Value) -> Vec<String> {
        let mut places = differences(value, &self.value);
        places.retain(|place| !self.is_random(&format!("value{place}")));
        places
    }

    /// The same, without telling numbers from their digits.
    fn differs_in_words(&self, value: &Value) -> Vec<String> {
        let mut places = differences(&in_digits(value), &in_digits(&self.value));
        places.retain(|place| !self.is_random(&format!("value{place}")));
        places
    }

    fn is_random(&self, place: &str) -> bool {
        let is_within = |random: &String| place.strip_prefix(random.as_str()).is_some_and(is_end_of_a_step);
        self.random.iter().any(is_within)
    }
}

/// Whether two states are the same, apart from what a product notes of any request.
fn is_same(left: &Value, right: &Value) -> bool {
    differences(left, right).iter().all(|place| is_a_note(place))
}

/// When a key was last used, and the log of who did what.
fn is_a_note(place: &str) -> bool {
    place.ends_with("/last_key_access") || place == "/state/log" || place.starts_with("/state/log/")
}

fn is_end_of_a_step(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// Numbers as the texts of their digits.
fn in_digits(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::Array(items) => items.iter().map(in_digits).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), in_digits(value))).collect(),
        other => other.clone(),
    }
}

/// Whether a name is one of those that are drawn: keys, tokens, UUIDs.
fn is_drawn(name: &str) -> bool {
    name.len() >= 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The places, as JSON pointers, at which two values differ. Names that are drawn differ at `~`, and what they name is compared
/// at `*`.
fn differences(left: &Value, right: &Value) -> Vec<String> {
    fn look(left: &Value, right: &Value, place: &str, found: &mut Vec<String>) {
        // Nearly all of it is the same, and seen to be so much sooner than by its names.
        if left == right {
            return;
        }
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => {
                let only = |one: &Map<String, Value>, other: &Map<String, Value>| -> Vec<String> {
                    one.keys().filter(|name| !other.contains_key(*name)).cloned().collect()
                };
                let (mut old, mut new) = (only(left, right), only(right, left));
                if old.len() == new.len() && old.iter().chain(&new).all(|name| is_drawn(name)) {
                    for (old, new) in old.drain(..).zip(new.drain(..)) {
                        found.push(format!("{place}/~"));
                        look(&left[&old], &right[&new], &format!("{place}/*"), found);
                    }
                }
                found.extend(old.iter().chain(&new).map(|name| format!("{place}/{name}")));
                for (name, left) in left {
                    let place = format!("{place}/{name}");
                    if let Some(right) = right.get(name) {
                        look(left, right, &place, found);
                    }
                }
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                for (at, (left, right)) in left.iter().zip(right).enumerate() {
                    look(left, right, &format!("{place}/{at}"), found);
                }
            }
            _ => found.push(place.to_owned()),
        }
    }
    let mut found = Vec::new();
    look(left, right, "", &mut found);
    found
}

/// What came of all cases of one fault.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) operations: usize,
    pub(super) cases: usize,
    pub(super) doubled: usize,
    pub(super) lost: usize,
    pub(super) wrong: usize,
    /// What callers see, and how often.
    seen: BTreeMap<String, usize>,
    pub(super) defects: Vec<String>,
}

impl Tally {
    /// Adds what came of another part.
    pub(super) fn add(&mut self, other: Self) {
        self.operations += other.operations;
        self.cases += other.cases;
        self.doubled += other.doubled;
        self.lost += other.lost;
        self.wrong += other.wrong;
        for (what, count) in other.seen {
            *self.seen.entry(what).or_default() += count;
        }
        self.defects.extend(other.defects);
    }

    /// What callers see, the most frequent first.
    pub(super) fn seen(&self) -> String {
        let mut seen: Vec<_> = self.seen.iter().collect();
        seen.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        seen.iter().map(|(what, count)| format!("{count} {what}")).collect::<Vec<_>>().join("; ")
    }
}

/// A case that has run.
pub(super) struct Case<'a> {
    pub(super) subject: &'a Subject,
    pub(super) fault: &'a str,
    pub(super) means: Means,
    /// Whether the emulator carried the request out before the fault happened.
    pub(super) commits: bool,
    pub(super) times: Times,
    pub(super) faultless: &'a Faultless,
    pub(super) before: Value,
    pub(super) result: Result<Value, Error>,
}

impl Case<'_> {
    /// Counts what the case shows.
    pub(super) fn judge(self, scene: &Scene, tally: &mut Tally) {
        let idempotency = self.subject.operation.meta().idempotency;
        let name = format!("{}: {} {:?}", self.subject.name(), self.fault, self.times);
        let carried_out = scene.carried_out(self.subject);
        let after = scene.state(self.subject.product());
        let changed = self.faultless.changed(&after);
        let (as_before, as_after) = (is_same(&after, &self.before), changed.is_empty());

        let repeatable = !matches!(idempotency, Idempotency::Once | Idempotency::Never);
        if (!as_before && !as_after) || (carried_out > 1 && !repeatable) {
            tally.doubled += 1;
            tally.defects.push(format!("{name}: carried out {carried_out} times, and leaves {changed:?}"));
        }
        // What is drawn, such as the salt of a password, is not compared with another run; so something must have changed as well.
        if self.result.is_ok() && (!as_after || (as_before && idempotency != Idempotency::Read)) {
            tally.lost += 1;
            tally.defects.push(format!("{name}: success, and it is not so at {changed:?}"));
        }
        if let Some(wrong) = self.wrong() {
            tally.wrong += 1;
            tally.defects.push(format!("{name}: {wrong}"));
        }
        let seen = match &self.result {
            Ok(_) => "success".to_owned(),
            Err(error) => format!("{} ({})", words(error.kind()), words(error.effect())),
        };
        *tally.seen.entry(seen).or_default() += 1;
        tally.cases += 1;
    }

    /// What is wrong with what the caller was told.
    fn wrong(&self) -> Option<String> {
        let expected = match self.times {
            Times::Once => Expected::Success,
            Times::Always => verdict::expected(self.means, self.subject, self.commits),
        };
        match (&self.result, expected) {
            (Ok(value), Expected::Success) if matches!(self.means, Means::Harmless | Means::Reworded) => {
                let mut value = value.clone();
                without(&mut value, UNKNOWN_FIELD);
                let reworded = self.means == Means::Reworded;
                let places =
                    if reworded { self.faultless.differs_in_words(&value) } else { self.faultless.differs(&value) };
                (!places.is_empty()).then(|| format!("the value differs at {places:?}"))
            }
            (Ok(_), Expected::Success | Expected::SuccessOr(_)) => None,
            (Err(error), Expected::Error(wanted) | Expected::SuccessOr(wanted)) => {
                // The exit code is a matter of the command line, whose own tests have the same table.
                let said = Verdict { exit: wanted.exit, ..verdict::of(error) };
                (said != wanted).then(|| format!("{said:?} instead of {wanted:?}: {}", error.report()))
            }
            (Ok(_), Expected::Error(wanted)) => Some(format!("success instead of {wanted:?}")),
            (Err(error), Expected::Success) => Some(format!("no success: {}", error.report())),
        }
    }
}

/// `OutcomeUnknown` as `outcome unknown`.
fn words(name: impl std::fmt::Debug) -> String {
    let mut words = String::new();
    for character in format!("{name:?}").chars() {
        if character.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

/// Takes a field away, wherever it stands.
fn without(value: &mut Value, name: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| without(item, name)),
        Value::Object(object) => {
            object.remove(name);
            object.values_mut().for_each(|value| without(value, name));
        }
        _ => {}
    }
}

/// The judge itself: without it, all would be well.
#[tokio::test(start_paused = true)]
async fn what_is_done_twice_or_not_at_all_is_seen() {
    let scene = Scene::new().await;
    let link = Link::new(&scene);
    let subjects = subjects::all();
    let subject = subjects.iter().find(|subject| subject.name() == "identity_exposure users.create_password").unwrap();
    let faultless = &Faultless::of(&scene, &link, subject).await;
    for (calls, doubled, lost) in [(0, 0, 1), (1, 0, 0), (2, 1, 1)] {
        let Prepared { client, arguments, before } = scene.prepare(subject, &link).await;
        for _ in 0..calls {
            client.execute_untyped(subject.operation, arguments.clone()).await.unwrap();
        }
        let mut tally = Tally::default();
        let (fault, means, commits, times) = ("none", Means::Throttled, true, Times::Always);
        let result = Ok(faultless.value.clone());
        Case { subject, fault, means, commits, times, faultless, before, result }.judge(&scene, &mut tally);
        assert_eq!((tally.doubled, tally.lost, tally.wrong), (doubled, lost, 1), "{:?}", tally.defects);
    }
}
