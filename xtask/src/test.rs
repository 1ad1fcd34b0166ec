//! `cargo xtask test`: all tests, one plain line a suite, and the totals.

use std::{
    env,
    ffi::OsString,
    fmt,
    io::{self, IsTerminal as _, Read, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context as _, anyhow, bail};
use clap::ValueEnum;
use serde::Deserialize;
use xshell::{Cmd, Shell};

use crate::{
    browser,
    counts::{Counts, Runner},
    pyright,
    python::{Environment, Interpreter, Profile},
    workspace::{EVERYTHING, Workspace, cargo, shown},
};

/// Has pytest-xdist run the tests in a process for each core, which take from each other what is left.
pub(crate) const SPREAD: [&str; 2] = ["--numprocesses=auto", "--dist=worksteal"];

/// A group of tests with a line of its own in the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Tests and documentation examples of the Rust packages
    Rust,
    /// The wheel, the OpenAPI documents, and foreign clients against the emulator
    Python,
    /// The Python code and the commands in the README files and the book
    Docs,
}

impl fmt::Display for Suite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Docs => "docs",
        })
    }
}

/// What came of a suite.
struct Report {
    suite: Suite,
    counts: Counts,
    /// Why tests did not run, or not all of them.
    problems: Vec<String>,
    seconds: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} ({:.1} s)", self.suite, self.counts, self.seconds)?;
        self.problems.iter().try_for_each(|problem| write!(formatter, "; {problem}, counted as 1 failed"))
    }
}

/// Runs one suite, or all of them; fails if any test fails or cannot run.
pub(crate) fn run(
    shell: &Shell,
    workspace: &Workspace,
    suite: Option<Suite>,
    filter: Option<&str>,
    totals: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let suites = suite.map_or_else(|| Suite::value_variants().to_vec(), |suite| vec![suite]);
    let beside_rust = suites.contains(&Suite::Rust);
    let mut tests = Tests { shell, workspace, filter, beside_rust, python: None };
    let reports: Vec<Report> = suites.into_iter().map(|suite| tests.run(suite)).collect();

    let mut total = Counts::default();
    println!();
    for report in &reports {
        println!("{report}");
        total += report.counts;
    }
    println!("{total}");
    if let Some(file) = totals {
        shell.write_file(file, format!("{total}\n"))?;
    }
    if total.failed > 0 {
        // The totals say it; they stay the last line.
        return Ok(ExitCode::FAILURE);
    }
    if total.passed == 0 {
        bail!("no test ran{}", filter.map(|filter| format!(": no name contains {filter:?}")).unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the proof of trust, or those of its tests whose names contain `filter`, with these variables.
///
/// In Rust these are the test programs called `trust`.
pub(crate) fn trust(
    shell: &Shell,
    workspace: &Workspace,
    filter: Option<&str>,
    variables: &[(&str, OsString)],
) -> anyhow::Result<Counts> {
    let mut tests = Tests { shell, workspace, filter, beside_rust: false, python: None };
    let mut total = tests.rust_tests(&["--test", "trust"], variables)?;
    total +=
        tests.pytest(&["bindings/python/tests/trust", "tests/python/test_schemathesis.py"], &[], &SPREAD, variables)?;
    Ok(total)
}

/// Has what the documents quote from programs written anew.
pub(crate) fn bless_documents(shell: &Shell, workspace: &Workspace) -> anyhow::Result<Counts> {
    let mut tests = Tests { shell, workspace, filter: None, beside_rust: false, python: None };
    tests.pytest(&["tests/python/documents"], &[], &[], &[("BLESS_DOCUMENTS", "1".into())])
}

struct Tests<'a> {
    shell: &'a Shell,
    workspace: &'a Workspace,
    filter: Option<&'a str>,
    /// Whether the Rust tests are compiled in the same run.
    beside_rust: bool,
    /// What the Python tests need, once it was asked for.
    python: Option<PythonTools>,
}

/// The environment with the wheel in it, and the programs that are tested from Python.
#[derive(Clone)]
struct PythonTools {
    environment: std::rc::Rc<Environment>,
    /// Where the wheel is from that is installed in the environment.
    wheel: PathBuf,
    programs: Programs,
}

/// Programs of the workspace.
#[derive(Clone)]
pub(crate) struct Programs {
    tenable: PathBuf,
    /// Writes the page of a review.
    review_page: PathBuf,
}

impl Programs {
    /// What the tests find them with.
    pub(crate) fn variables(&self) -> [(&'static str, &Path); 2] {
        [("TENABLE_BIN", &self.tenable), ("TENABLE_REVIEW_PAGE", &self.review_page)]
    }
}

impl Tests<'_> {
    fn run(&mut self, suite: Suite) -> Report {
        let start = Instant::now();
        let results = match suite {
            Suite::Rust => vec![self.rust_tests(&[], &[]), self.rust_examples()],
            Suite::Python => vec![self.python_tests(), self.older_pytenable()],
            Suite::Docs => vec![self.pytest(&["tests/python/documents"], &[], &[], &[])],
        };
        let mut report = Report { suite, counts: Counts::default(), problems: Vec::new(), seconds: 0.0 };
        for result in results {
            match result {
                Ok(counts) => report.counts += counts,
                Err(error) => {
                    report.counts.failed += 1;
                    report.problems.push(format!("{error:#}"));
                }
            }
        }
        report.seconds = start.elapsed().as_secs_f64();
        report
    }

    /// Runs the tests of these targets, or of all, with these variables.
    fn rust_tests(&self, targets: &[&str], variables: &[(&str, OsString)]) -> anyhow::Result<Counts> {
        let variables = variables.iter().map(|(name, value)| (*name, value));
        let nextest = cargo(self.shell).args(["nextest", "--version"]).quiet().ignore_stderr().read().is_ok();
        if nextest {
            let command = cargo(self.shell)
                .args(["nextest", "run", "--no-fail-fast"])
                .args(EVERYTHING)
                .args(targets)
                .args(self.filter)
                .envs(variables)
                // A filter may well name tests of another suite only.
                .env("NEXTEST_NO_TESTS", "pass");
            let mut counts = count(Runner::Nextest, command)?;
            if self.filter.is_some() {
                // Those that the filter left out.
                counts.skipped = 0;
            }
            Ok(counts)
        } else {
            let targets = if targets.is_empty() { &["--lib", "--bins", "--tests", "--examples"] } else { targets };
            let command = cargo(self.shell)
                .args(["test", "--no-fail-fast"])
                .args(EVERYTHING)
                .args(targets)
                .envs(variables)
                .arg("--")
                .args(self.filter);
            count(Runner::CargoTest, command)
        }
    }

    fn rust_examples(&self) -> anyhow::Result<Counts> {
        let command =
            cargo(self.shell).args(["test", "--doc", "--no-fail-fast"]).args(EVERYTHING).arg("--").args(self.filter);
        count(Runner::CargoTest, command)
    }

    fn python_tests(&mut self) -> anyhow::Result<Counts> {
        let tools = self.python_tools()?;
        // Without a browser its tests fail and say why; the others have nothing to do with it.
        let browser = match browser::prepare(self.shell, self.workspace, &tools.environment) {
            Ok(program) => (browser::VARIABLE, program.into_os_string()),
            Err(error) => (browser::PROBLEM, format!("{error:#}").into()),
        };
        let mut variables = pyright::variables(self.shell, self.workspace, &tools.environment);
        // The suite runs on one Python, and the least that must work on each.
        let interpreters = Interpreter::all(self.shell)?;
        let programs = env::join_paths(interpreters.iter().map(Interpreter::program))?;
        variables.extend([browser, ("TENABLE_PYTHONS", programs)]);
        variables.extend(Profile::Dev.variables(&tools.wheel));
        self.pytest(
            &["bindings/python/tests", "tests/python"],
            &["tests/python/documents", "tests/python/book"],
            &SPREAD,
            &variables,
        )
    }

    /// The tests of Vulnerability Management once more, with the pyTenable that most scripts run with.
    fn older_pytenable(&mut self) -> anyhow::Result<Counts> {
        let tools = self.python_tools()?;
        let requirements = "tests/python/requirements-pytenable-1.9.txt";
        let folder = self.workspace.target.join("python/pytenable-1.9");
        tools.environment.install_apart(self.shell, requirements, &folder)?;
        let first = ("PYTHONPATH", folder.into_os_string());
        self.pytest(&["tests/python/test_pytenable_vulnerability_management.py"], &[], &[], &[first])
    }

    /// Runs pytest, with these variables beside those that all tests have.
    fn pytest(
        &mut self,
        folders: &[&str],
        except: &[&str],
        options: &[&str],
        more: &[(&str, OsString)],
    ) -> anyhow::Result<Counts> {
        let tools = self.python_tools()?;
        let command = tools
            .environment
            .module(self.shell, "pytest")
            .args(["--config-file", "tests/python/pytest.ini", "--rootdir", "."])
            .args(if io::stdout().is_terminal() { ["--color=yes"] } else { ["--color=no"] })
            .args(folders)
            .args(except.iter().map(|folder| format!("--ignore={folder}")))
            .args(options)
            .args(self.filter.map(|filter| ["-k", filter]).into_iter().flatten())
            .envs(tools.programs.variables())
            .envs(more.iter().map(|(name, value)| (*name, value)));
        count(Runner::Pytest, command)
    }

    fn python_tools(&mut self) -> anyhow::Result<PythonTools> {
        if self.python.is_none() {
            let environment = Environment::prepare(self.shell, self.workspace)?;
            let folder = self.workspace.target.join("python/wheels");
            let wheel = environment.build_wheel(self.shell, self.workspace, Profile::Dev, &folder)?;
            environment.install_wheel(self.shell, &wheel)?;
            self.python = Some(PythonTools {
                environment: environment.into(),
                wheel,
                programs: build_programs(self.shell, self.beside_rust)?,
            });
        }
        self.python.clone().context("the Python tools were just made")
    }
}

/// Builds the programs that are tested from Python.
///
/// The tests bring features of dependencies with them. With `beside_tests` the programs are built with these too, out of what the
/// tests have compiled already; without, the tests need not be compiled for them.
pub(crate) fn build_programs(shell: &Shell, beside_tests: bool) -> anyhow::Result<Programs> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
        target: Target,
        profile: Profile,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Profile {
        test: bool,
    }
    let messages = cargo(shell)
        .arg("build")
        .args(EVERYTHING)
        .args(["--bin", "tenable", "--example", "review_page"])
        .args(beside_tests.then_some("--tests"))
        .args(["--message-format", "json-render-diagnostics"])
        .read()?;
    let messages: Vec<Message> = messages.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let program = |kind: &str, name: &str| {
        let mut of_target =
            messages.iter().filter(|message| message.target.name == name && message.target.kind == [kind]);
        // The program's own unit tests are a program of that name as well.
        let program =
            of_target.find_map(|message| if message.profile.test { None } else { message.executable.clone() });
        program.ok_or_else(|| anyhow!("cargo names no program for the {kind} target `{name}`"))
    };
    Ok(Programs { tenable: program("bin", "tenable")?, review_page: program("example", "review_page")? })
}

/// Runs a test program with its output visible, and reads its summary.
pub(crate) fn count(runner: Runner, command: Cmd<'_>) -> anyhow::Result<Counts> {
    let text = shown(&command);
    println!("$ {text}");
    let colour = if io::stderr().is_terminal() { "always" } else { "never" };
    let (status, output) = tee(command.env("CARGO_TERM_COLOR", colour).into())?;
    match runner.counts(&output) {
        // What the runner says and how it ends must agree, so that no failure is lost.
        Some(counts) if status.success() == (counts.failed == 0) => Ok(counts),
        // pytest: the filter left no test.
        Some(counts) if status.code() == Some(5) && counts == Counts::default() => Ok(counts),
        // cargo test --doc: no package has a library.
        None if status.success() && matches!(runner, Runner::CargoTest) => Ok(Counts::default()),
        _ => bail!("`{text}` ended before its tests did ({status})"),
    }
}

/// Runs the command and passes on its output while keeping it.
pub(crate) fn tee(mut command: Command) -> anyhow::Result<(ExitStatus, String)> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("the output is not a pipe")?;
    let stderr = child.stderr.take().context("the error output is not a pipe")?;
    let errors = thread::spawn(move || copy(stderr, io::stderr()));
    let mut output = copy(stdout, io::stdout())?;
    output.extend(errors.join().map_err(|_| anyhow!("reading the error output failed"))??);
    let status = child.wait()?;
    Ok((status, String::from_utf8_lossy(&output).into_owned()))
}

fn copy(mut from: impl Read, mut to: impl Write) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(kept),
            length => {
                to.write_all(&buffer[..length])?;
                to.flush()?;
                kept.extend_from_slice(&buffer[..length]);
            }
        }
    }
}
