//! The results of the mutants, as they are kept and shown.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use xshell::Shell;

use super::{NAME, PACKAGES, PATHS, Tried, Verdict};
use crate::trust::{
    campaign::{Section, duration, percent},
    history::Origin,
    record::table,
};

/// `tests/trust/campaigns/mutants.json`.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Campaign {
    commit: String,
    seed: u64,
    /// How many mutants there are.
    listed: usize,
    /// How many of them were drawn.
    sample: usize,
    /// What the tests of all tried mutants took together.
    seconds: u64,
    /// Those that no test caught; the reasons are written by hand, and stay when the campaign is run again.
    missed: Vec<Missed>,
    verdicts: BTreeMap<String, Verdict>,
    /// Those that were drawn.
    #[serde(skip)]
    drawn: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Missed {
    mutant: String,
    #[serde(default)]
    reason: Option<String>,
}

impl Campaign {
    /// Goes on with what is there if it is the same campaign; begins anew, with the reasons, if it is another one.
    pub(super) fn begin(&mut self, commit: String, seed: u64, listed: usize, drawn: &[String]) {
        if (&self.commit, self.seed, self.sample) != (&commit, seed, drawn.len()) {
            self.verdicts.clear();
            self.seconds = 0;
        }
        (self.commit, self.seed, self.listed, self.sample) = (commit, seed, listed, drawn.len());
        self.drawn = drawn.iter().cloned().collect();
    }

    /// Adds what was tried, of what was drawn.
    pub(super) fn take_in(&mut self, tried: Vec<Tried>) {
        for Tried { mutant, verdict, seconds } in tried {
            if self.drawn.contains(&mutant) && self.verdicts.insert(mutant, verdict).is_none() {
                self.seconds += seconds;
            }
        }
        let reasons: BTreeMap<String, String> = self
            .missed
            .drain(..)
            .filter_map(|missed| Some((without_position(&missed.mutant), missed.reason?)))
            .collect();
        let missed = self.verdicts.iter().filter(|(_, verdict)| **verdict == Verdict::Missed);
        self.missed = missed
            .map(|(mutant, _)| Missed {
                mutant: mutant.clone(),
                reason: reasons.get(&without_position(mutant)).cloned(),
            })
            .collect();
    }

    /// Whether the mutant was tried.
    pub(super) fn has(&self, mutant: &str) -> bool {
        self.verdicts.contains_key(mutant)
    }

    fn count(&self, package: Option<&str>, verdict: Verdict) -> u64 {
        let prefix = package.map(|package| format!("crates/{package}/")).unwrap_or_default();
        let found = self.verdicts.iter().filter(|(mutant, of)| **of == verdict && mutant.starts_with(&prefix));
        found.map(|_| 1).sum()
    }

    fn row(&self, title: &str, package: Option<&str>) -> Vec<String> {
        let [caught, missed, timeout, unviable] =
            [Verdict::Caught, Verdict::Missed, Verdict::Timeout, Verdict::Unviable]
                .map(|verdict| self.count(package, verdict));
        let viable = caught + missed + timeout;
        let mut row = vec![title.to_owned()];
        row.extend([viable + unviable, unviable, viable, caught, timeout, missed].map(|count| count.to_string()));
        row.push(percent(caught, viable));
        row
    }

    /// In one line.
    pub(super) fn summary(&self) -> String {
        let caught = self.count(None, Verdict::Caught);
        let viable = self.verdicts.len() as u64 - self.count(None, Verdict::Unviable);
        format!(
            "{} of {} tried; {caught} of {viable} viable ones caught ({})",
            self.verdicts.len(),
            self.sample,
            percent(caught, viable)
        )
    }

    fn text(&self, origin: &str) -> String {
        let Self { seed, listed, sample, seconds, verdicts, missed, .. } = self;
        let mut text = format!(
            "At {origin}, seed {seed}, {} of compiling and testing. {listed} mutants; {sample} drawn, {} tried. A mutant is a change of one place of \
             hand-written code; it is caught when a test fails: of its own package, or across the layers. One whose tests do not end in \
             time counts as not caught.\n\n",
            duration(*seconds),
            verdicts.len(),
        );
        let columns = ["Package", "Tried", "Unviable", "Viable", "Caught", "Timed out", "Missed", "Caught of viable"];
        let mut rows: Vec<Vec<String>> = PACKAGES.iter().map(|package| self.row(package, Some(package))).collect();
        rows.push(self.row("all", None));
        text += &table(&columns, &rows);
        if !missed.is_empty() {
            text.push('\n');
            let reason = |missed: &Missed| missed.reason.clone().unwrap_or_else(|| "no reason is known".to_owned());
            let rows: Vec<_> =
                missed.iter().map(|missed| vec![format!("`{}`", missed.mutant), reason(missed)]).collect();
            text += &table(&["Missed", "Why"], &rows);
        }
        text
    }
}

/// The campaign as a section of the page.
pub(crate) fn section(shell: &Shell, campaign: Option<Campaign>) -> anyhow::Result<Section> {
    let title = "Changed code that the tests notice".to_owned();
    let mut not_shown = vec![
        "code that is generated out of `spec/` was not changed; the golden documents, the operation tables and the faults hold it."
            .to_owned(),
        "the tests of the examples in the documentation and those in Python took no part in catching.".to_owned(),
    ];
    let text = if let Some(campaign) = campaign {
        let origin = Origin { commit: campaign.commit.clone(), changed: false };
        if campaign.verdicts.len() < campaign.sample {
            not_shown
                .push(format!("{} mutants of the sample were not tried.", campaign.sample - campaign.verdicts.len()));
        }
        campaign.text(&origin.shown(origin.age(shell, PATHS)?))
    } else {
        not_shown.push("`cargo xtask trust mutants` was not run.".to_owned());
        "Not run.\n".to_owned()
    };
    Ok(Section { name: NAME.to_owned(), title, text, not_shown })
}

/// `src/a.rs: replace f -> bool with true` of `src/a.rs:12:5: replace f -> bool with true`.
fn without_position(mutant: &str) -> String {
    let mut parts = mutant.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(file), Some(_), Some(_), Some(change)) => format!("{file}:{change}"),
        _ => mutant.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(mutant: &str, verdict: Verdict) -> Tried {
        Tried { mutant: mutant.to_owned(), verdict, seconds: 10 }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    const A: &str = "crates/tenable-api/src/call.rs:1:5: replace f -> bool with true";
    const B: &str = "crates/tenable-model/src/uuid.rs:2:5: replace g with ()";

    #[test]
    fn a_campaign_goes_on_and_counts_nothing_twice() {
        let mut campaign = Campaign::default();
        campaign.begin("abc".to_owned(), 1, 9, &names(&[A, B]));
        campaign.take_in(vec![tried(A, Verdict::Caught), tried("of another sample", Verdict::Missed)]);
        campaign.begin("abc".to_owned(), 1, 9, &names(&[A, B]));
        campaign.take_in(vec![tried(A, Verdict::Caught), tried(B, Verdict::Missed)]);
        assert_eq!(campaign.seconds, 20);
        assert_eq!(campaign.summary(), "2 of 2 tried; 1 of 2 viable ones caught (50.0 %)");

        campaign.begin("abd".to_owned(), 1, 9, &names(&[A, B]));
        assert!(!campaign.has(A));
        assert_eq!(campaign.seconds, 0);
    }

    #[test]
    fn a_reason_stays_when_lines_move() {
        let moved = B.replace(":2:5:", ":7:9:");
        let mut campaign = Campaign::default();
        campaign.begin("abc".to_owned(), 1, 9, &names(&[B]));
        campaign.take_in(vec![tried(B, Verdict::Missed)]);
        campaign.missed[0].reason = Some("it is the same either way".to_owned());
        campaign.begin("abd".to_owned(), 1, 9, &names(&[&moved]));
        campaign.take_in(vec![tried(&moved, Verdict::Missed)]);
        assert_eq!(campaign.missed[0].mutant, moved);
        assert_eq!(campaign.missed[0].reason.as_deref(), Some("it is the same either way"));
    }

    #[test]
    fn a_timeout_is_not_a_catch_and_what_does_not_compile_does_not_count() {
        let mut campaign = Campaign::default();
        let all = [A, B, "crates/tenable-api/src/a.rs:1:1: x", "crates/tenable-api/src/b.rs:1:1: x"];
        campaign.begin("abc".to_owned(), 1, 9, &names(&all));
        let verdicts = [Verdict::Caught, Verdict::Missed, Verdict::Timeout, Verdict::Unviable];
        campaign.take_in(all.iter().zip(verdicts).map(|(mutant, verdict)| tried(mutant, verdict)).collect());
        let text = campaign.text("`abc`");
        assert!(text.contains("| all | 4 | 1 | 3 | 1 | 1 | 1 | 33.3 % |"), "{text}");
        assert!(text.contains("| tenable-api | 3 | 1 | 2 | 1 | 1 | 0 | 50.0 % |"), "{text}");
        assert!(
            text.contains("| `crates/tenable-model/src/uuid.rs:2:5: replace g with ()` | no reason is known |"),
            "{text}"
        );
    }
}
