//! An emulator in this process, and the program in another.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tenable_emulator::{Control, Emulator, EmulatorBuilder, RunningEmulator};
use tokio::runtime::Runtime;

/// Good enough for the product's rule.
pub(crate) const PASSWORD: &str = "Violet-Harbor-42";

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The result, of a run that is to have one.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The one line on standard error, of a run that is to end with this code.
    #[track_caller]
    pub(crate) fn error(&self, code: i32) -> &str {
        assert_eq!(self.code, code, "{self:?}");
        let line = self.stderr.strip_suffix('\n').unwrap_or(&self.stderr);
        assert!(line.starts_with("error: ") && !line.contains('\n'), "not one line: {self:?}");
        line
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// The program, away from whatever configuration this machine has.
pub(crate) struct Tenable {
    command: Command,
    stdin: String,
    home: TempDir,
}

impl Tenable {
    pub(crate) fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenable"));
        command.args(arguments).env_clear().env("HOME", home.path()).env("APPDATA", home.path());
        for kept in ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        Self { command, stdin: String::new(), home }
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    pub(crate) fn run(mut self) -> Run {
        let mut child =
            self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that fails early does not read what it is given.
        let _unread = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts it, to be watched and interrupted.
    #[cfg(unix)]
    pub(crate) fn start(self) -> Running {
        self.start_with(Stdio::null())
    }

    /// Starts it with this as its standard input.
    #[cfg(unix)]
    pub(crate) fn start_with(mut self, stdin: impl Into<Stdio>) -> Running {
        let mut child = self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Running { child, stderr, seen: String::new(), _home: self.home }
    }

    /// Starts it as a program that serves, and gives the first line it prints.
    pub(crate) fn serve(mut self) -> (Server, String) {
        let mut child = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Server(child), line)
    }
}

/// The program while it runs.
#[cfg(unix)]
pub(crate) struct Running {
    pub(crate) child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    seen: String,
    _home: TempDir,
}

#[cfg(unix)]
impl Running {
    /// As Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    }

    /// Reads standard error until a line has this text.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            let read = self.stderr.read_line(&mut self.seen).unwrap();
            assert!(read > 0, "ended without {text:?}: {}", self.seen);
        }
    }

    pub(crate) fn end(mut self) -> Run {
        std::io::Read::read_to_string(&mut self.stderr, &mut self.seen).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: self.seen,
        }
    }
}

/// Stands between the program and an emulator, and holds a request that begins with a text until it is told to let it go.
#[cfg(unix)]
pub(crate) struct Gate {
    address: std::net::SocketAddr,
    held: std::sync::mpsc::Receiver<()>,
    release: std::sync::mpsc::Sender<()>,
}

#[cfg(unix)]
impl Gate {
    /// Before this server, for one request that begins with this text.
    pub(crate) fn new(url: &str, beginning: &'static str) -> Self {
        use std::net::{TcpListener, TcpStream};
        use std::sync::{Arc, Mutex, mpsc};
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let target = url.strip_prefix("http://").unwrap().to_owned();
        let (tell, held) = mpsc::channel();
        let (release, wait) = mpsc::channel();
        let gate = Arc::new(Mutex::new(Some((tell, wait))));
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let (mut near, mut far) = (near.unwrap(), TcpStream::connect(&target).unwrap());
                let (mut back_from, mut back_to) = (far.try_clone().unwrap(), near.try_clone().unwrap());
                std::thread::spawn(move || {
                    // Either side may go away at any time.
                    let _ended = std::io::copy(&mut back_from, &mut back_to);
                    let _closed = back_to.shutdown(std::net::Shutdown::Both);
                });
                let gate = Arc::clone(&gate);
                std::thread::spawn(move || {
                    let mut chunk = [0; 8192];
                    while let Ok(read @ 1..) = std::io::Read::read(&mut near, &mut chunk) {
                        if chunk.starts_with(beginning.as_bytes())
                            && let Some((tell, wait)) = gate.lock().unwrap().take()
                        {
                            tell.send(()).unwrap();
                            // Dropped, it is never let go.
                            if wait.recv().is_err() {
                                return;
                            }
                        }
                        if far.write_all(&chunk[..read]).is_err() {
                            return;
                        }
                    }
                    let _closed = far.shutdown(std::net::Shutdown::Write);
                });
            }
        });
        Self { address, held, release }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the request is there.
    pub(crate) fn wait(&self) {
        self.held.recv().unwrap();
    }

    /// Lets it go.
    pub(crate) fn open(&self) {
        self.release.send(()).unwrap();
    }
}

/// `tenable emulator` in a process of its own, killed when dropped.
pub(crate) struct Server(Child);

impl Server {
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let id = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.0.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// An emulated instance, and the program pointed at it.
pub(crate) struct Instance {
    runtime: Runtime,
    emulator: Option<RunningEmulator>,
}

impl Instance {
    pub(crate) fn start() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let emulator = runtime.block_on(change(Emulator::builder()).start()).unwrap();
        Self { runtime, emulator: Some(emulator) }
    }

    pub(crate) fn emulator(&self) -> &RunningEmulator {
        self.emulator.as_ref().unwrap()
    }

    pub(crate) fn control(&self) -> &Control {
        self.emulator().control()
    }

    pub(crate) fn url(&self) -> &str {
        &self.emulator().identity_exposure().url
    }

    pub(crate) fn api_key(&self) -> &str {
        &self.emulator().identity_exposure().api_key
    }

    /// The program with these arguments, written as in a shell but without quotes.
    pub(crate) fn tenable(&self, line: &str) -> Tenable {
        self.with_arguments(line.split_whitespace())
    }

    pub(crate) fn with_arguments<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Tenable {
        let (center, management) = (self.emulator().security_center(), self.emulator().vulnerability_management());
        Tenable::new(arguments)
            .env("TIE_URL", self.url())
            .env("TIE_API_KEY", self.api_key())
            .env("TSC_URL", &center.url)
            .env("TSC_ACCESS_KEY", &center.access_key)
            .env("TSC_SECRET_KEY", &center.secret_key)
            .env("TIO_URL", &management.url)
            .env("TIO_ACCESS_KEY", &management.access_key)
            .env("TIO_SECRET_KEY", &management.secret_key)
    }

    /// As the administrator of Security Center.
    pub(crate) fn as_administrator(&self, line: &str) -> Tenable {
        let administrator = &self.emulator().security_center().administrator;
        self.tenable(line)
            .env("TSC_ACCESS_KEY", &administrator.access_key)
            .env("TSC_SECRET_KEY", &administrator.secret_key)
    }

    /// In a session of the Security Manager, by name and password.
    pub(crate) fn in_session(&self, line: &str) -> Tenable {
        let center = self.emulator().security_center();
        self.tenable(line)
            .env("TSC_ACCESS_KEY", "")
            .env("TSC_SECRET_KEY", "")
            .env("TSC_USERNAME", &center.username)
            .env("TSC_PASSWORD", &center.password)
    }

    /// Runs it, for its result.
    #[track_caller]
    pub(crate) fn json(&self, line: &str) -> Value {
        self.tenable(line).run().json()
    }

    /// The bodies of the requests of this kind so far, secrets masked.
    pub(crate) fn bodies(&self, method: &str, path: &str) -> Vec<Value> {
        let journal = self.control().journal();
        let matching = journal.into_iter().filter(|entry| entry.method == method && entry.path == path);
        matching.map(|entry| entry.body.unwrap_or_default()).collect()
    }

    /// Whether an e-mail address and a password open the console.
    pub(crate) fn signs_in(&self, email: &str, password: &str) -> bool {
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        self.tenable("ie raw POST /api/login --data -").stdin(&body).run().code == 0
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(emulator) = self.emulator.take() {
            self.runtime.block_on(emulator.shutdown());
        }
    }
}

/// A file with this text in a directory of its own.
pub(crate) fn file(name: &str, text: &str) -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (directory, path)
}

/// Whether a file is there.
pub(crate) fn exists(path: &Path) -> bool {
    std::fs::metadata(path).is_ok()
}
