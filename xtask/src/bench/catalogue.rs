//! The rows of the table, in their order: what is measured, against what, and what it should come to.

/// A row, before it is measured.
#[derive(Debug)]
pub(crate) struct Definition {
    /// What the command line and the summary call it.
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) against: &'static str,
    pub(crate) unit: Unit,
    pub(crate) target: Target,
    /// One sentence for the page.
    pub(crate) how: &'static str,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// So many times the other's.
    Times,
    Percent,
    Milliseconds,
    Seconds,
    Megabytes,
    Count,
}

impl Unit {
    /// As in the summary.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Times => "x",
            Self::Percent => "%",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Megabytes => "MB",
            Self::Count => "",
        }
    }

    /// A value as people read it.
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Self::Times if value >= 9.95 => format!("{value:.0}x"),
            Self::Times => format!("{value:.2}x"),
            Self::Percent => format!("{value:.1} %"),
            Self::Milliseconds | Self::Seconds | Self::Megabytes => format!("{value:.1} {}", self.name()),
            Self::Count => format!("{value:.0}"),
        }
    }
}

/// What a value should come to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    Below(f64),
    Above(f64),
}

impl Target {
    pub(crate) fn value(self) -> f64 {
        let (Self::AtMost(value) | Self::AtLeast(value) | Self::Below(value) | Self::Above(value)) = self;
        value
    }

    pub(crate) fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
            Self::Below(bound) => value < bound,
            Self::Above(bound) => value > bound,
        }
    }

    pub(crate) fn show(self, unit: Unit) -> String {
        let value = unit.show(self.value());
        match self {
            Self::AtMost(_) => format!("{value} or less"),
            Self::AtLeast(_) => format!("{value} or more"),
            Self::Below(_) => format!("below {value}"),
            Self::Above(_) => format!("above {value}"),
        }
    }
}

macro_rules! rows {
    ($($name:literal: $what:literal, against $against:literal, $unit:ident, $target:ident $value:literal, $how:literal;)+) => {
        pub(crate) const CATALOGUE: &[Definition] = &[$(Definition {
            name: $name,
            what: $what,
            against: $against,
            unit: Unit::$unit,
            target: Target::$target($value),
            how: $how,
        }),+];
    };
}

rows! {
    "python-call": "Python, sequential call, 1 user, CPU", against "`http.client` + `json.loads`", Times, AtMost 0.7,
        "`users.details(1)` over and over on one kept connection, and its e-mail address read; CPU time of the whole process, all threads.";
    "python-list-ie": "Python, list of 10,000 users, `email` of each, CPU: Identity Exposure", against "`http.client` + `json.loads`", Times,
        AtMost 0.4, "`users.list()`, and the e-mail address of each user read; CPU time of the whole process, all threads.";
    "python-list-sc": "the same: Security Center", against "`http.client` + `json.loads`", Times, AtMost 0.4, "The same with 10,000 whole users.";
    "python-list-vm": "the same: Vulnerability Management", against "`http.client` + `json.loads`", Times, AtMost 0.4, "The same.";
    "python-fastest-ie": "the same: Identity Exposure", against "the fastest other way in Python, msgspec structs", Times, Below 1.0,
        "aiohttp, httpx and `http.client`, each with msgspec structs of all fields; the ratio is to the least of them in each round.";
    "python-fastest-sc": "the same: Security Center", against "the fastest other way in Python, msgspec structs", Times, Below 1.0, "The same.";
    "python-fastest-vm": "the same: Vulnerability Management", against "the fastest other way in Python, msgspec structs", Times, Below 1.0,
        "The same.";
    "python-threads": "Python, 16 threads on 2 cores, 100 users a call, throughput", against "1 thread", Times, AtLeast 1.8,
        "Calls a second of 16 threads that share a client, to those of 1 thread; the server has its share of the same cores.";
    "python-in-flight-tasks": "Python, 32 calls in flight, server takes 20 ms: asyncio", against "raw sockets", Percent, AtLeast 97.0,
        "Calls a second of 32 tasks that share a client, to those of 32 blocking sockets that send a ready request.";
    "python-in-flight-threads": "the same: threads", against "raw sockets", Percent, AtLeast 97.0, "The same with 32 threads.";
    "python-in-flight-connections": "the same: connections that the server saw", against "calls in flight", Count, AtMost 32.0,
        "The most that one contender of ours opened over the whole run, as the server counted them.";
    "python-import-time": "Python, `from tenable_api import IdentityExposure`, time", against "bare interpreter", Milliseconds, AtMost 15.0,
        "A cold process that imports and ends, less one that does nothing, from start to end. The native module comes with the first client, which is named beside it.";
    "python-import-memory": "the same, memory", against "bare interpreter", Megabytes, AtMost 6.0,
        "The most resident memory of the process, less that of one that does nothing.";
    "python-peak": "Python, peak memory of a 10,000-user Security Center list", against "size of the body", Times, AtMost 2.0,
        "A fresh process each time: resident memory at most, over what it was before the call, with the e-mail address of each user read.";
    "rust-call-instructions": "Rust, whole call, instructions", against "hyper-util legacy client + serde_json", Times, AtMost 1.15,
        "Instructions by callgrind, of one more call: the difference of two runs, so that neither start nor connection counts.";
    "rust-call-cpu-1": "Rust, whole call, CPU, 1 in flight", against "reqwest + serde_json", Times, Below 1.0,
        "CPU time of the process, one user a call, one thread.";
    "rust-call-cpu-32": "the same, 32 in flight", against "reqwest + serde_json", Times, Below 1.0, "The same.";
    "rust-call-cpu-256": "the same, 256 in flight", against "reqwest + serde_json", Times, Below 1.0, "The same.";
    "rust-call-throughput-1": "Rust, whole call, throughput, 1 in flight", against "reqwest + serde_json", Times, Above 1.0,
        "Calls a second in the same rounds.";
    "rust-call-throughput-32": "the same, 32 in flight", against "reqwest + serde_json", Times, Above 1.0, "The same.";
    "rust-call-throughput-256": "the same, 256 in flight", against "reqwest + serde_json", Times, Above 1.0, "The same.";
    "rust-decode-ie": "Rust, decode 10,000 users keeping unknown fields: Identity Exposure", against "serde derive that drops them", Times,
        AtMost 1.15, "The same body, in memory, read into the objects of the product; instructions by callgrind.";
    "rust-decode-sc": "the same: Security Center", against "serde derive that drops them", Times, AtMost 1.15, "The same.";
    "rust-decode-vm": "the same: Vulnerability Management", against "serde derive that drops them", Times, AtMost 1.15, "The same.";
    "rust-peak": "Rust, peak memory of a 100,000-user list, body included", against "serde derive of the same fields", Times, AtMost 1.1,
        "A fresh process each time: resident memory at most, over what it was before the call.";
    "size": "Cost per user from 1,000 to 1,000,000 users", against "itself at 1,000", Times, AtMost 1.15,
        "CPU time of a whole list call in Rust by its number of users; the most of the sizes.";
    "limit-used": "10,000 creates under a limit of 50 a second, virtual time: limit used", against "the limit", Percent, AtLeast 98.0,
        "The emulator with such a limit, and a client that is not told of it; the clock is virtual.";
    "limit-refused": "the same: answers that are 429", against "all answers", Percent, Below 1.0, "The same run.";
    "limit-duplicates": "the same: duplicates", against "none", Count, AtMost 0.0, "The same run, by what the emulator holds.";
    "help": "`tenable --help`, cold process, over `true`", against "`true`", Milliseconds, AtMost 4.0,
        "From the start of the process to its end, less the same of `true`.";
    "terminal-table": "`tenable ie users list` on 10,000 users: table", against "curl + jq", Times, Below 1.0,
        "From the start of the processes to their end; jq writes a line of the same columns a user.";
    "terminal-ndjson": "the same: NDJSON", against "curl + jq", Times, Below 1.0, "The same; jq writes each user on a line.";
    "emulator-reads": "Emulator, reads a second", against "axum hello world", Times, AtLeast 0.5,
        "One load generator on raw sockets against the emulated users and against a handler that says hello.";
    "emulator-writes": "Emulator, writes a second", against "axum hello world", Times, AtLeast 0.3333,
        "The same with changes of a user.";
    "build-model": "Clean build of `tenable-model`", against "2 cores", Seconds, AtMost 8.0,
        "`cargo build -p tenable-model -j 2` without network, into an empty folder.";
    "crates-model": "Crates in the tree of `tenable-model`", against "", Count, AtMost 14.0,
        "What `cargo tree -e normal` names on this platform, the library itself included.";
    "crates-api": "the same: `tenable-api` without transport", against "", Count, AtMost 28.0, "The same, with `--no-default-features`.";
    "crates-api-transport": "the same: `tenable-api` with transport", against "", Count, AtMost 75.0, "The same, with the default features.";
    "size-wheel": "Size of the wheel", against "", Megabytes, AtMost 6.0, "The file of the release wheel.";
    "size-terminal": "Size of the stripped `tenable`", against "", Megabytes, AtMost 10.0, "The program after `strip`.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_told_apart() {
        let names: BTreeSet<&str> = CATALOGUE.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), CATALOGUE.len());
    }

    #[test]
    fn a_target_is_met_up_to_its_bound() {
        for (target, met, missed) in [
            (Target::AtMost(2.0), 2.0, 2.1),
            (Target::AtLeast(2.0), 2.0, 1.9),
            (Target::Below(2.0), 1.9, 2.0),
            (Target::Above(2.0), 2.1, 2.0),
        ] {
            assert!(target.is_met_by(met), "{target:?} {met}");
            assert!(!target.is_met_by(missed), "{target:?} {missed}");
            assert!(!target.is_met_by(f64::NAN), "{target:?}");
        }
    }

    #[test]
    fn values_have_their_unit() {
        let shown = [
            Unit::Times.show(0.424),
            Unit::Times.show(17.2),
            Unit::Percent.show(97.04),
            Unit::Milliseconds.show(3.96),
            Unit::Count.show(14.0),
            Target::AtMost(0.7).show(Unit::Times),
            Target::Above(1.0).show(Unit::Times),
        ];
        assert_eq!(shown, ["0.42x", "17x", "97.0 %", "4.0 ms", "14", "0.70x or less", "above 1.00x"]);
    }
}
