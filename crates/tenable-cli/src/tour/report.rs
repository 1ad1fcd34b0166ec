//! What the tour says: titles, numbered steps, the requests of each, tables, and what was read back.

use std::fmt::Debug;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use tenable_api::{Call, Effect, Error, Operation};

use crate::exit::{Exit, Failure, Result};
use crate::output::{Columns, Limits, render_table};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Columns of text before the contents of a step.
const INDENT: &str = "    ";

/// Tells a tour, and keeps what was not as it should be.
pub(crate) struct Report {
    out: Box<dyn Write>,
    quiet: bool,
    steps: usize,
    checked: usize,
    differences: Vec<String>,
}

impl Report {
    pub(crate) fn to_stdout(quiet: bool) -> Self {
        Self::to(Box::new(anstream::stdout()), quiet)
    }

    pub(crate) fn to(out: Box<dyn Write>, quiet: bool) -> Self {
        Self { out, quiet, steps: 0, checked: 0, differences: Vec::new() }
    }

    pub(crate) fn steps(&self) -> usize {
        self.steps
    }

    fn line(&mut self, text: &str) {
        if !self.quiet {
            // A reader that has gone away does not stop the tour, whose end is its exit code.
            let _unheard = writeln!(self.out, "{text}");
        }
    }

    pub(crate) fn title(&mut self, text: &str) {
        self.line(&format!("{BOLD}{text}{BOLD:#}\n{}\n", "═".repeat(text.chars().count())));
    }

    pub(crate) fn chapter(&mut self, text: &str) {
        self.line(&format!("\n{BOLD}{text}{BOLD:#}\n{}", "─".repeat(text.chars().count())));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.line(text);
    }

    /// What is done, in plain words.
    pub(crate) fn step(&mut self, text: &str) {
        self.steps += 1;
        self.line(&format!("\n{BOLD}{:>2}{BOLD:#}  {text}", self.steps));
    }

    /// A request of the step, and what came of it.
    pub(crate) fn request(&mut self, method: &str, path: &str, outcome: &str, attempts: u32) {
        let again = if attempts > 1 { format!(", {attempts} attempts") } else { String::new() };
        self.line(&format!("{INDENT}{FAINT}{method:<6} {path} → {outcome}{again}{FAINT:#}"));
    }

    /// Makes a call, and tells it.
    pub(crate) async fn call<O: Operation>(&mut self, call: Call<O>) -> Result<O::Output> {
        match call.send_with_response().await {
            Ok(answer) => {
                self.request(O::META.method.as_str(), O::META.path, answer.status.as_str(), answer.attempts);
                Ok(answer.value)
            }
            Err(error) => {
                self.tell_error::<O>(&error);
                Err(error.into())
            }
        }
    }

    /// A call that is to fail, and why it did.
    pub(crate) async fn refused<O: Operation>(&mut self, call: Call<O>) -> Result<Error> {
        match call.send_with_response().await {
            Ok(answer) => {
                self.request(O::META.method.as_str(), O::META.path, answer.status.as_str(), answer.attempts);
                Err(wrong(&format!("{} was to be refused, and was not", O::META.id)))
            }
            Err(error) => {
                self.tell_error::<O>(&error);
                Ok(error)
            }
        }
    }

    fn tell_error<O: Operation>(&mut self, error: &Error) {
        let outcome = match error.status() {
            Some(status) => status.as_str().to_owned(),
            // The client found out by itself, perhaps after a look.
            None if matches!(error.effect(), Effect::NotSent | Effect::NotApplied) => "not sent".to_owned(),
            None => "no answer".to_owned(),
        };
        self.request(O::META.method.as_str(), O::META.path, &outcome, error.attempts());
    }

    /// A remark on the step.
    pub(crate) fn note(&mut self, text: &str) {
        self.line(&format!("{INDENT}{text}"));
    }

    pub(crate) fn table(&mut self, rows: &Value) {
        let mut limits = Limits::of_terminal();
        limits.width = limits.width.map(|width| width.saturating_sub(4).max(40));
        for line in render_table(rows, Columns::default(), limits).text.lines() {
            self.line(&format!("{INDENT}{line}"));
        }
    }

    /// Compares what was asked for with what is there.
    pub(crate) fn check<T: PartialEq + Debug>(&mut self, subject: &str, field: &str, wanted: &T, got: &T) {
        self.checked += 1;
        if wanted != got {
            self.differences.push(format!("{subject}, {field}: wanted {wanted:?}, got {got:?}"));
        }
    }

    /// Ends a step: all that was compared must have been the same.
    pub(crate) fn read_back(&mut self) -> Result {
        let differences = std::mem::take(&mut self.differences);
        if differences.is_empty() {
            let checked = std::mem::take(&mut self.checked);
            let fields = if checked == 1 { "1 field".to_owned() } else { format!("{checked} fields") };
            self.line(&format!("{INDENT}{GOOD}✓{GOOD:#} read back: {fields} as asked"));
            return Ok(());
        }
        for difference in &differences {
            self.line(&format!("{INDENT}{BAD}✗{BAD:#} {difference}"));
        }
        let line = format!("step {} did not do what was asked: {}", self.steps, differences.join("; "));
        Err(Failure::new(Exit::Refused, line))
    }
}

/// The tour itself went wrong.
pub(crate) fn wrong(line: &str) -> Failure {
    Failure::new(Exit::Refused, line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::io;
    use std::rc::Rc;

    /// A page that can be read after the report has gone.
    #[derive(Clone, Default)]
    struct Page(Rc<RefCell<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Page {
        fn text(&self) -> String {
            anstream::adapter::strip_str(&String::from_utf8(self.0.borrow().clone()).unwrap()).to_string()
        }
    }

    #[test]
    fn a_difference_fails_and_names_what_differs() {
        let page = Page::default();
        let mut report = Report::to(Box::new(page.clone()), false);
        report.step("Something is done.");
        report.request("PATCH", "/api/users/{id}", "200", 2);
        report.check("user 7", "active", &true, &true);
        report.check("user 7", "department", &Some("Identity"), &None);
        let failure = report.read_back().unwrap_err();
        assert_eq!(
            failure.line(),
            "step 1 did not do what was asked: user 7, department: wanted Some(\"Identity\"), got None"
        );
        assert_eq!(failure.exit(), Exit::Refused);
        let expected = "\n 1  Something is done.\n    PATCH  /api/users/{id} → 200, 2 attempts\n    \
                        ✗ user 7, department: wanted Some(\"Identity\"), got None\n";
        assert_eq!(page.text(), expected);
    }

    #[test]
    fn what_is_as_asked_is_counted() {
        let page = Page::default();
        let mut report = Report::to(Box::new(page.clone()), false);
        report.check("user 7", "active", &true, &true);
        report.read_back().unwrap();
        report.check("user 7", "active", &true, &true);
        report.check("user 7", "name", &"Ann", &"Ann");
        report.read_back().unwrap();
        assert_eq!(page.text(), "    ✓ read back: 1 field as asked\n    ✓ read back: 2 fields as asked\n");
    }

    #[test]
    fn quiet_is_quiet() {
        let page = Page::default();
        let mut report = Report::to(Box::new(page.clone()), true);
        report.title("Title");
        report.step("Step");
        assert_eq!(page.text(), "");
    }
}
