//! The programs that measure, and the server that they measure against. `tests/bench/src/worker.rs` has the other side of the protocol.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use super::statistics::order;

/// What some iterations took.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sample {
    iterations: f64,
    cpu: f64,
    wall: f64,
    /// Bytes of memory over those at the start.
    peak: Option<f64>,
    /// The sum over what was read.
    check: Option<f64>,
    /// What only some workers count.
    #[serde(flatten)]
    counts: BTreeMap<String, f64>,
}

impl Sample {
    /// Seconds of CPU time of an iteration.
    pub(crate) fn cpu(&self) -> f64 {
        self.cpu / self.iterations
    }

    /// Seconds of an iteration.
    pub(crate) fn wall(&self) -> f64 {
        self.wall / self.iterations
    }

    pub(crate) fn peak(&self) -> anyhow::Result<f64> {
        self.peak.context("a worker does not tell its peak memory")
    }

    pub(crate) fn count(&self, name: &str) -> anyhow::Result<f64> {
        self.counts.get(name).copied().with_context(|| format!("a worker does not tell its {name:?}"))
    }
}

/// A process, ended when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Taken to end it.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    shown: String,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> anyhow::Result<Self> {
        let shown = format!("{command:?}");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{shown} does not start"))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("the output is not a pipe")?);
        Ok(Self { child, input, output, shown })
    }

    fn write(&mut self, line: &str) -> anyhow::Result<()> {
        let input = self.input.as_mut().context("the input is open until the end")?;
        writeln!(input, "{line}").with_context(|| format!("{} has ended", self.shown))
    }

    pub(crate) fn read<T: DeserializeOwned>(&mut self) -> anyhow::Result<T> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            bail!("{} ended too early ({})", self.shown, self.child.wait()?);
        }
        serde_json::from_str(&line).with_context(|| format!("{} wrote {line:?}", self.shown))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        // A worker ends by itself at the end of its input. What fails here has ended already.
        let _ = self.child.wait();
    }
}

/// A contender that is ready.
#[derive(Debug)]
pub(crate) struct Worker(Process);

impl Worker {
    pub(crate) fn start(command: Command) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Ready {
            ready: bool,
        }
        let mut process = Process::start(command)?;
        let Ready { ready } = process.read()?;
        anyhow::ensure!(ready, "{} is not ready", process.shown);
        Ok(Self(process))
    }

    pub(crate) fn measure(&mut self, iterations: u64) -> anyhow::Result<Sample> {
        self.0.write(&json!({ "iterations": iterations }).to_string())?;
        self.0.read()
    }
}

/// Has all contenders measure in rounds, after one that warms them up: a list of samples for each contender.
pub(crate) fn interleaved(workers: &mut [Worker], rounds: usize, iterations: u64) -> anyhow::Result<Vec<Vec<Sample>>> {
    for worker in workers.iter_mut() {
        worker.measure(iterations)?;
    }
    in_rounds(workers.len(), rounds, |contender| workers[contender].measure(iterations))
}

/// The same where each sample needs a process of its own.
pub(crate) fn in_rounds(
    contenders: usize,
    rounds: usize,
    mut measure: impl FnMut(usize) -> anyhow::Result<Sample>,
) -> anyhow::Result<Vec<Vec<Sample>>> {
    let mut samples = vec![Vec::with_capacity(rounds); contenders];
    for round in 0..rounds {
        for contender in order(round, contenders) {
            samples[contender].push(measure(contender)?);
        }
    }
    same_work(&samples)?;
    Ok(samples)
}

/// Fails if contenders did not read the same.
fn same_work(samples: &[Vec<Sample>]) -> anyhow::Result<()> {
    let mut checks = samples.iter().flatten().filter_map(|sample| Some(sample.check? / sample.iterations));
    let Some(first) = checks.next() else { return Ok(()) };
    for check in checks {
        // Sums of lengths: whole numbers, far below what a float counts.
        anyhow::ensure!((check - first).abs() < 1e-6, "contenders did not do the same work: {check} is not {first}");
    }
    Ok(())
}

/// One value of each sample.
pub(crate) fn values(samples: &[Sample], value: impl Fn(&Sample) -> f64) -> Vec<f64> {
    samples.iter().map(value).collect()
}

/// The server that all contenders call, with canned answers.
#[derive(Debug)]
pub(crate) struct Responder {
    process: Process,
    port: u16,
}

/// What a responder has seen.
#[derive(Debug, Deserialize)]
pub(crate) struct Seen {
    pub(crate) connections: f64,
}

impl Responder {
    pub(crate) fn start(command: Command) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Bound {
            port: u16,
        }
        let mut process = Process::start(command)?;
        let Bound { port } = process.read()?;
        Ok(Self { process, port })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Seconds of CPU time that it took so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<f64> {
        let tasks = format!("/proc/{}/task", self.process.child.id());
        let mut nanoseconds = 0.0;
        for task in std::fs::read_dir(&tasks)? {
            let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
            nanoseconds += text.split(' ').next().context("schedstat is empty")?.parse::<f64>()?;
        }
        Ok(nanoseconds / 1e9)
    }

    pub(crate) fn seen(&self) -> anyhow::Result<Seen> {
        Ok(serde_json::from_slice(&self.connect()?.get("/stats")?)?)
    }

    /// How long the body is that stands at a path.
    pub(crate) fn length(&self, path: &str) -> anyhow::Result<usize> {
        Ok(self.connect()?.get(path)?.len())
    }

    /// A connection of the simplest kind: the quickest client there can be.
    pub(crate) fn connect(&self) -> anyhow::Result<Raw> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_nodelay(true)?;
        Ok(Raw { stream: BufReader::with_capacity(1 << 16, stream) })
    }
}

/// A connection that knows just enough of HTTP to tell where an answer ends.
#[derive(Debug)]
pub(crate) struct Raw {
    stream: BufReader<TcpStream>,
}

impl Raw {
    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<Vec<u8>> {
        let key = "0".repeat(64);
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut length = None;
        let mut line = String::new();
        loop {
            line.clear();
            anyhow::ensure!(self.stream.read_line(&mut line)? > 0, "the server closed the connection");
            if line == "\r\n" {
                break;
            }
            if let Some(("content-length", value)) = line.to_ascii_lowercase().split_once(':') {
                length = Some(value.trim().parse()?);
            }
        }
        let mut body = vec![0; length.context("an answer without its length")?];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(iterations: f64, check: Option<f64>) -> Sample {
        Sample { iterations, cpu: 1.0, wall: 2.0, peak: None, check, counts: BTreeMap::new() }
    }

    #[test]
    fn a_line_of_the_protocol() {
        let line = r#"{"iterations":4,"cpu":2.0,"wall":8.0,"peak":4096,"check":12,"duplicates":0}"#;
        let sample: Sample = serde_json::from_str(line).unwrap();
        assert!((sample.cpu() - 0.5).abs() < 1e-9 && (sample.wall() - 2.0).abs() < 1e-9);
        assert!((sample.peak().unwrap() - 4096.0).abs() < 1e-9);
        assert!(sample.count("duplicates").unwrap().abs() < 1e-9);
        assert!(sample.count("connections").is_err());
    }

    #[test]
    fn contenders_that_read_something_else_are_found_out() {
        let rounds = |checks: [f64; 2]| in_rounds(2, 3, |contender| Ok(sample(2.0, Some(checks[contender]))));
        assert_eq!(rounds([10.0, 10.0]).unwrap().len(), 2);
        assert!(rounds([10.0, 12.0]).is_err());
        // Different numbers of iterations of the same work.
        assert!(same_work(&[vec![sample(1.0, Some(5.0))], vec![sample(3.0, Some(15.0)), sample(1.0, None)]]).is_ok());
    }
}
