//! How many tests ran, read from what the test runners print.

use std::{fmt, ops::AddAssign};

/// Numbers of tests by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// A program that runs tests and prints a summary.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    Nextest,
    CargoTest,
    Pytest,
}

impl Runner {
    /// The counts in the output, or nothing when it has no summary: the tests did not run, or not to the end.
    pub(crate) fn counts(self, output: &str) -> Option<Counts> {
        let output = anstream::adapter::strip_str(output).to_string();
        match self {
            Self::Nextest => output.lines().rev().find_map(nextest_summary),
            Self::CargoTest => {
                // A test program that ends by itself in the middle leaves no summary, and may even say success.
                let started = output.lines().filter(|line| cargo_test_start(line)).count();
                let summaries: Vec<Counts> = output.lines().filter_map(cargo_test_summary).collect();
                if summaries.is_empty() || summaries.len() < started {
                    return None;
                }
                let mut total = Counts::default();
                for counts in summaries {
                    total += counts;
                }
                Some(total)
            }
            Self::Pytest => output.lines().rev().find_map(pytest_summary),
        }
    }
}

/// `Summary [   0.010s] 12/15 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped`
fn nextest_summary(line: &str) -> Option<Counts> {
    let line = line.trim_start().strip_prefix("Summary [")?;
    let (_, results) = line.split_once(" run: ")?;
    let mut counts = Counts::default();
    for (number, result) in numbers(results) {
        match result {
            "passed" => counts.passed += number,
            "failed" | "exec" | "timed" => counts.failed += number,
            "skipped" => counts.skipped += number,
            _ => {}
        }
    }
    Some(counts)
}

/// `     Running unittests src/lib.rs (target/debug/deps/name-0123)` or `   Doc-tests name`
fn cargo_test_start(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("Doc-tests ") || line.starts_with("Running ") && line.ends_with(')')
}

/// `test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.00s`
fn cargo_test_summary(line: &str) -> Option<Counts> {
    let results = line.strip_prefix("test result: ")?;
    let mut counts = Counts::default();
    for (number, result) in numbers(results) {
        match result {
            "passed" => counts.passed += number,
            "failed" => counts.failed += number,
            "ignored" => counts.skipped += number,
            _ => {}
        }
    }
    Some(counts)
}

/// `===== 1 failed, 2 passed, 1 skipped, 1 error in 0.12s =====`, with or without the rules around it
fn pytest_summary(line: &str) -> Option<Counts> {
    let line = line.trim_matches(|character| character == '=' || character == ' ');
    let (results, _) = line.rsplit_once(" in ")?;
    if results == "no tests ran" {
        return Some(Counts::default());
    }
    let mut counts = Counts::default();
    let mut any = false;
    for part in results.split(", ") {
        let (number, result) = part.split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        any = true;
        match result {
            "passed" | "xpassed" => counts.passed += number,
            "failed" | "error" | "errors" => counts.failed += number,
            "skipped" | "xfailed" => counts.skipped += number,
            "deselected" | "warning" | "warnings" => {}
            _ => return None,
        }
    }
    any.then_some(counts)
}

/// Each whole number with the word after it.
fn numbers(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let words = || text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words().zip(words().skip(1)).filter_map(|(number, word)| Some((number.parse().ok()?, word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn nextest_counts_every_way_to_fail() {
        let output = "\
     Running something
────────────
\x1b[32m     Summary\x1b[0m [   0.010s] 13/15 tests run: 10 passed (1 slow, 1 flaky), 1 failed, 1 exec failed, 1 timed out, 3 skipped
        FAIL [   0.002s] package tests::name";
        assert_eq!(Runner::Nextest.counts(output), Some(counts(10, 3, 3)));
    }

    #[test]
    fn nextest_counts_a_single_test() {
        let output = "     Summary [   0.003s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(Runner::Nextest.counts(output), Some(counts(1, 0, 0)));
    }

    #[test]
    fn cargo_test_sums_the_binaries() {
        let output = "\
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s
   Doc-tests package
test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(Runner::CargoTest.counts(output), Some(counts(7, 2, 1)));
    }

    #[test]
    fn a_test_program_without_a_summary_is_missed() {
        let one = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let started = "     Running unittests src/lib.rs (target/debug/deps/a-01)\n     Running it/main.rs (target/debug/deps/it-02)";
        assert_eq!(Runner::CargoTest.counts(&format!("{one}\n{started}")), None);
        assert_eq!(Runner::CargoTest.counts(&format!("{one}\n{one}\n{started}")), Some(counts(6, 0, 0)));
    }

    #[test]
    fn pytest_counts_errors_as_failures() {
        let output =
            "FAILED a.py::test_b - assert 1 in 2\n== 1 failed, 2 passed, 1 skipped, 3 warnings, 1 error in 0.12s ==";
        assert_eq!(Runner::Pytest.counts(output), Some(counts(2, 2, 1)));
        assert_eq!(Runner::Pytest.counts("18 passed in 61.20s (0:01:01)"), Some(counts(18, 0, 0)));
        assert_eq!(Runner::Pytest.counts("=== no tests ran in 0.01s ==="), Some(counts(0, 0, 0)));
    }

    #[test]
    fn without_a_summary_nothing_is_counted() {
        for runner in [Runner::Nextest, Runner::CargoTest, Runner::Pytest] {
            assert_eq!(runner.counts("error: could not compile `package` due to 2 previous errors in 3 files"), None);
        }
    }

    #[test]
    fn totals_name_skipped_tests_only_where_there_are_any() {
        let mut total = Counts { passed: 1, failed: 0, skipped: 0 };
        assert_eq!(total.to_string(), "1 passed, 0 failed");
        total += Counts { passed: 2, failed: 3, skipped: 4 };
        assert_eq!(total.to_string(), "3 passed, 3 failed, 4 skipped");
    }
}
