//! What happens while it happens, on standard error: one bar on a terminal, and a line for each thing that fails anywhere.
//!
//! With many tenants, the bar has the number of those that are done, and names those that take longest.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anstyle::AnsiColor;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use tenable_directory::{Event, Observer, Outcome};

use crate::exit::one_line;
use crate::output::message;

/// How often what is under way is told anew, though nothing happened.
const TICK: Duration = Duration::from_millis(200);

/// Columns for what is under way.
const WIDTH: usize = 72;

/// How many of those under way are named.
const NAMED: usize = 3;

/// Watches a task.
pub(crate) struct Watch {
    has_bar: bool,
    quiet: bool,
    bar: Mutex<Option<ProgressBar>>,
    state: Arc<Mutex<State>>,
}

/// How far a task has come.
#[derive(Debug)]
struct State {
    stage: Stage,
    /// How many tenants there are to read.
    tenants: usize,
    /// How many steps there are to make, and how many tenants to read back.
    steps: usize,
    changed: usize,
    done: usize,
    failed: usize,
    /// What was begun and has not ended, oldest first.
    under_way: Vec<(Key, String, Instant)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Idle,
    Reading,
    Applying,
    Verifying,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Tenant(String),
    Step(usize),
}

impl Watch {
    /// A bar on a terminal, unless what is sent is logged there or nobody wants to know; lines otherwise.
    pub(crate) fn new(tenants: usize, quiet: bool, verbose: bool) -> Self {
        let terminal = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            has_bar: terminal && !quiet && !verbose,
            quiet,
            bar: Mutex::default(),
            state: Arc::new(Mutex::new(State::new(tenants))),
        }
    }

    /// A plan of this many steps, in this many tenants, is about to be applied.
    pub(crate) fn expect(&self, steps: usize, tenants: usize) {
        let mut state = lock(&self.state);
        state.steps = steps;
        state.tenants = tenants;
        state.changed = tenants;
        state.stage = Stage::Idle;
    }

    /// Takes the bar away, for what is printed next.
    pub(crate) fn rest(&self) {
        if let Some(bar) = lock(&self.bar).take() {
            bar.finish_and_clear();
        }
    }

    /// Says something without disturbing the bar.
    fn say(&self, line: &str) {
        if !self.quiet {
            self.tell(line);
        }
    }

    /// Says something that is heard in any case.
    pub(crate) fn tell(&self, line: &str) {
        match &*lock(&self.bar) {
            Some(bar) => bar.suspend(|| message(line)),
            None => message(line),
        }
    }

    fn show(&self) {
        if !self.has_bar {
            return;
        }
        let (done, all, stage) = {
            let state = lock(&self.state);
            (state.done, state.all(), state.stage)
        };
        let mut bar = lock(&self.bar);
        let bar = bar.get_or_insert_with(|| self.new_bar(all as u64));
        bar.set_prefix(stage.word());
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    }

    fn new_bar(&self, all: u64) -> ProgressBar {
        let (counts, waiting) = (Arc::clone(&self.state), Arc::clone(&self.state));
        let style = ProgressStyle::with_template("{prefix:9} {bar:24.cyan/dim} {counts}\n{waiting:.dim}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸─")
            .with_key("counts", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _infallible = out.write_str(&lock(&counts).counts());
            })
            .with_key("waiting", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _infallible = out.write_str(&lock(&waiting).waiting(Instant::now()));
            });
        let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr()).with_style(style);
        bar.enable_steady_tick(TICK);
        bar
    }
}

impl Observer for Watch {
    fn notice(&self, event: &Event<'_>) {
        let failure = lock(&self.state).notice(event, Instant::now());
        if let Some(line) = failure {
            let style = AnsiColor::Red.on_default();
            self.say(&format!("{style}✗{style:#} {}", one_line(&line)));
        }
        self.show();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.rest();
    }
}

impl Stage {
    const fn word(self) -> &'static str {
        match self {
            Self::Idle => "",
            Self::Reading => "Reading",
            Self::Applying => "Applying",
            Self::Verifying => "Verifying",
        }
    }
}

impl State {
    const fn new(tenants: usize) -> Self {
        Self { stage: Stage::Idle, tenants, steps: 0, changed: 0, done: 0, failed: 0, under_way: Vec::new() }
    }

    /// Takes in what happened; gives what failed, if it did.
    fn notice(&mut self, event: &Event<'_>, now: Instant) -> Option<String> {
        match event {
            Event::Reading { tenant } => {
                self.enter(Stage::Reading);
                self.begin(Key::Tenant((*tenant).to_owned()), tenant, now);
            }
            Event::Read { tenant, .. } => {
                self.enter(Stage::Reading);
                self.end(&Key::Tenant((*tenant).to_owned()), true);
            }
            Event::NotRead { tenant, why } => {
                self.enter(Stage::Reading);
                self.end(&Key::Tenant((*tenant).to_owned()), false);
                return Some(format!("{tenant}: not read: {why}"));
            }
            Event::Begun { index, step } => {
                self.enter(Stage::Applying);
                self.begin(Key::Step(*index), &format!("{}: {}", step.tenant, step.subject.name()), now);
            }
            Event::Ended { index, step, outcome } => {
                // One that is read back may turn out otherwise than it seemed.
                if self.stage != Stage::Verifying {
                    self.enter(Stage::Applying);
                    self.end(&Key::Step(*index), outcome.is_success());
                }
                // What was not tried for another's sake is told at the end.
                let follows = matches!(outcome, Outcome::Stopped | Outcome::Blocked { .. });
                if !outcome.is_success() && !follows {
                    return Some(format!("{}: {step}: {outcome}", step.tenant));
                }
            }
            Event::Verifying { tenant } => {
                self.enter(Stage::Verifying);
                self.done += 1;
                self.begin(Key::Tenant((*tenant).to_owned()), tenant, now);
            }
            _ => {}
        }
        None
    }

    fn enter(&mut self, stage: Stage) {
        if self.stage != stage {
            self.stage = stage;
            self.done = 0;
            self.failed = 0;
            self.under_way.clear();
        }
    }

    fn begin(&mut self, key: Key, name: &str, now: Instant) {
        self.under_way.push((key, one_line(name), now));
    }

    fn end(&mut self, key: &Key, well: bool) {
        self.under_way.retain(|(other, ..)| other != key);
        self.done += 1;
        self.failed += usize::from(!well);
    }

    fn all(&self) -> usize {
        match self.stage {
            Stage::Idle | Stage::Reading => self.tenants,
            Stage::Applying => self.steps,
            Stage::Verifying => self.changed,
        }
    }

    /// How many of how many.
    fn counts(&self) -> String {
        let what = if self.stage == Stage::Applying { "step" } else { "tenant" };
        let end = if self.all() == 1 { "" } else { "s" };
        let mut text = format!("{}/{} {what}{end}", self.done, self.all());
        if self.failed > 0 {
            let _infallible = write!(text, ", {} failed", self.failed);
        }
        text
    }

    /// What takes longest. Nothing, while nothing takes long.
    fn waiting(&self, now: Instant) -> String {
        let seconds = |since: &Instant| now.saturating_duration_since(*since).as_secs();
        let slow: Vec<_> = self.under_way.iter().filter(|(.., since)| seconds(since) > 0).collect();
        let mut text = String::new();
        let mut named = 0;
        for (_, name, since) in slow.iter().take(NAMED) {
            let part = format!("{}{name} ({} s)", if named == 0 { "waiting for " } else { ", " }, seconds(since));
            if named > 0 && text.chars().count() + part.chars().count() > WIDTH {
                break;
            }
            text += &part;
            named += 1;
        }
        if slow.len() > named {
            let _infallible = write!(text, " and {} more", slow.len() - named);
        }
        text
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tenable_directory::Failure;
    use tenable_directory::plan::{Change, Named, Step, Subject};

    use super::*;

    fn later(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn many_tenants_are_counted_and_the_slowest_named() {
        let start = Instant::now();
        let mut state = State::new(200);
        let names: Vec<String> = (0..200).map(|number| format!("tenant-{number}")).collect();
        for (number, name) in names.iter().enumerate().take(20) {
            state.notice(&Event::Reading { tenant: name }, later(start, number as u64));
        }
        for name in &names[5..10] {
            state.notice(&Event::Read { tenant: name, users: 3 }, later(start, 30));
        }
        let why = Failure::new("the server could not be reached");
        let line = state.notice(&Event::NotRead { tenant: &names[0], why: &why }, later(start, 30));
        assert_eq!(line.unwrap(), "tenant-0: not read: the server could not be reached");
        assert_eq!(state.counts(), "6/200 tenants, 1 failed");
        assert_eq!(
            state.waiting(later(start, 30)),
            "waiting for tenant-1 (29 s), tenant-2 (28 s), tenant-3 (27 s) and 11 more"
        );
    }

    #[test]
    fn what_takes_no_time_is_not_named() {
        let start = Instant::now();
        let mut state = State::new(1);
        state.notice(&Event::Reading { tenant: "vm" }, start);
        assert_eq!(state.waiting(start), "");
        assert_eq!(state.waiting(later(start, 2)), "waiting for vm (2 s)");
        assert_eq!(state.counts(), "0/1 tenant");
    }

    #[test]
    fn long_and_hostile_names_stay_on_one_line() {
        let start = Instant::now();
        let mut state = State::new(2);
        let (long, hostile) = ("x".repeat(80), "a\u{1b}[2J\nb");
        state.notice(&Event::Reading { tenant: &long }, start);
        state.notice(&Event::Reading { tenant: hostile }, start);
        let text = state.waiting(later(start, 5));
        assert!(text.ends_with("x (5 s) and 1 more"), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\n'));
    }

    #[test]
    fn steps_follow_tenants_and_are_read_back() {
        let start = Instant::now();
        let mut state = State::new(3);
        state.notice(&Event::Read { tenant: "vm", users: 1 }, start);
        state.steps = 3;
        state.changed = 1;
        let subject = Subject::Group(Named::new("Night shift", None));
        let step = Step::new("vm", subject, Change::CreateGroup);
        state.notice(&Event::Begun { index: 0, step: &step }, start);
        assert_eq!(state.waiting(later(start, 3)), "waiting for vm: Night shift (3 s)");
        assert_eq!(state.notice(&Event::Ended { index: 0, step: &step, outcome: &Outcome::Done }, start), None);
        assert_eq!(state.notice(&Event::Ended { index: 1, step: &step, outcome: &Outcome::Stopped }, start), None);
        let outcome = Outcome::Refused { why: Failure::new("no") };
        let line = state.notice(&Event::Ended { index: 1, step: &step, outcome: &outcome }, start).unwrap();
        assert_eq!(line, "vm: + group Night shift: refused: no");
        assert_eq!(state.counts(), "3/3 steps, 2 failed");
        state.notice(&Event::Verifying { tenant: "vm" }, start);
        assert_eq!(state.counts(), "1/1 tenant");
    }
}
