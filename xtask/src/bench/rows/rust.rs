//! The libraries.

use std::process::Command;

use anyhow::Context as _;
use serde::Deserialize;

use super::{
    super::{
        outcome::{Measured, Other, Outcome, Outcomes},
        plot::Series,
        stage::Stage,
        statistics::{Figure, order, ratio},
        worker::{Process, Responder, Sample, Worker, in_rounds, interleaved, values},
    },
    comparison::{Comparison, duration},
};

/// The program that counts instructions.
const VALGRIND: &str = "valgrind";

pub(super) fn call_instructions(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let server = stage.responder(&["--users", "1"])?;
    let url = server.url();
    let iterations = stage.pick(2_000, 200);
    let count = |name: &str| {
        instructions(stage, "call", &["--contender", name, "--server", &url, "--in-flight", "1"], iterations)
    };
    instruction_row(stage, "rust-call-instructions", "hyper", &["reqwest"], count)
}

pub(super) fn decode(stage: &mut Stage<'_>, product: &str) -> anyhow::Result<Outcomes> {
    let row = match product {
        "ie" => "rust-decode-ie",
        "sc" => "rust-decode-sc",
        _ => "rust-decode-vm",
    };
    let users = stage.pick("10000", "1000");
    let count =
        |name: &str| instructions(stage, "decode", &["--contender", name, "--product", product, "--users", users], 1);
    instruction_row(stage, row, "derive", &[], count)
}

/// Ours against a base, by instructions.
fn instruction_row(
    stage: &Stage<'_>,
    row: &'static str,
    base: &str,
    others: &[&str],
    count: impl Fn(&str) -> anyhow::Result<f64>,
) -> anyhow::Result<Outcomes> {
    if !stage.has(VALGRIND) {
        return Ok(vec![(row, Outcome::not_installed(VALGRIND))]);
    }
    let (ours, theirs) = (count("ours")?, count(base)?);
    let mut peers = Vec::new();
    for &name in others {
        peers.push(Other { name: name.to_owned(), figure: Ok(Figure::exact(count(name)? / theirs)) });
    }
    let detail = format!("{ours:.0} instructions, {base} {theirs:.0}");
    Ok(vec![(row, Outcome::Measured(Measured { figure: Figure::exact(ours / theirs), others: peers, detail }))])
}

/// Instructions of an iteration: what two runs differ by has neither start nor connection in it.
fn instructions(stage: &Stage<'_>, program: &str, arguments: &[&str], iterations: u64) -> anyhow::Result<f64> {
    let few = count_instructions(stage, program, arguments, iterations)?;
    let many = count_instructions(stage, program, arguments, 3 * iterations)?;
    #[expect(clippy::cast_precision_loss, reason = "a number of iterations")]
    Ok((many - few) / (2 * iterations) as f64)
}

fn count_instructions(stage: &Stage<'_>, program: &str, arguments: &[&str], iterations: u64) -> anyhow::Result<f64> {
    let folder = stage.shell.create_temp_dir()?;
    let log = folder.path().join("log");
    let worker = stage.program(program)?;
    let mut command = Command::new(VALGRIND);
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--log-file={}", log.display()))
        .arg(worker.get_program())
        .args(arguments);
    // It counts until the end, so the end comes first.
    Worker::start(command)?.measure(iterations)?;
    collected(&stage.shell.read_file(&log)?).context("callgrind does not say what it counted")
}

/// The count in callgrind's messages.
fn collected(log: &str) -> Option<f64> {
    let line = log.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

pub(super) fn call(stage: &mut Stage<'_>, in_flight: u32) -> anyhow::Result<Outcomes> {
    let [cpu_row, throughput_row] = match in_flight {
        1 => ["rust-call-cpu-1", "rust-call-throughput-1"],
        32 => ["rust-call-cpu-32", "rust-call-throughput-32"],
        _ => ["rust-call-cpu-256", "rust-call-throughput-256"],
    };
    let server = stage.responder(&["--users", "1"])?;
    let (url, in_flight) = (server.url(), in_flight.to_string());
    let names = ["ours", "reqwest", "hyper"];
    let contenders = names.map(|name| {
        let worker = stage.rust_worker("call", &["--contender", name, "--server", &url, "--in-flight", &in_flight])?;
        Ok((name.to_owned(), Ok(worker)))
    });
    let contenders = contenders.into_iter().collect::<anyhow::Result<_>>()?;
    let comparison = Comparison::run(contenders, stage.rounds, stage.pick(10_000, 1_000))?;
    // More calls a second is less time for each: what is above 1 is ahead.
    let mut throughput = comparison.against("reqwest", |sample| 1.0 / sample.wall())?;
    if let Outcome::Measured(measured) = &mut throughput {
        measured.detail = comparison.detail(Sample::wall)?;
    }
    Ok(vec![(cpu_row, comparison.against("reqwest", Sample::cpu)?), (throughput_row, throughput)])
}

pub(super) fn peak(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let users = stage.pick(1e5, 1e3);
    let server = stage.responder(&[])?;
    let names = ["ours", "hyper"];
    let samples =
        in_rounds(names.len(), stage.pick(5, 2), |index| list_worker(stage, names[index], &server, users)?.measure(1))?;
    let peaks = |index: usize| samples[index].iter().map(Sample::peak).collect::<anyhow::Result<Vec<f64>>>();
    let (ours, theirs) = (peaks(0)?, peaks(1)?);
    let [own, other] = [Figure::of(&ours)?.median / 1e6, Figure::of(&theirs)?.median / 1e6];
    let detail = format!("{own:.1} MB, hyper-util and serde derive {other:.1} MB");
    Ok(vec![("rust-peak", Outcome::measured(ratio(&ours, &theirs)?, detail))])
}

/// Lists so many users of Identity Exposure; the bound of an answer is above the largest list.
fn list_worker(stage: &Stage<'_>, name: &str, server: &Responder, users: f64) -> anyhow::Result<Worker> {
    let url = format!("{}/n/{users}", server.url());
    let common = ["--product", "ie", "--max-response-bytes", "1000000000"];
    stage.rust_worker("list", &[&["--contender", name, "--server", &url], common.as_slice()].concat())
}

pub(super) fn size(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let sizes: &[f64] = stage.pick(&[1e3, 1e4, 1e5, 1e6], &[1e2, 1e3]);
    let most = sizes.iter().copied().fold(1.0, f64::max);
    // All sizes in the same rounds: what the machine does besides is the same for all.
    let server = stage.responder(&[])?;
    let mut workers =
        sizes.iter().map(|size| list_worker(stage, "ours", &server, *size)).collect::<anyhow::Result<Vec<_>>>()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of iterations")]
    let iterations = |index: usize| (most / sizes[index]).sqrt().ceil() as u64;
    for (index, worker) in workers.iter_mut().enumerate() {
        worker.measure(iterations(index))?;
    }
    let rounds = stage.pick(7, 2);
    let mut costs = vec![Vec::new(); sizes.len()];
    for round in 0..rounds {
        for index in order(round, sizes.len()) {
            costs[index].push(workers[index].measure(iterations(index))?.cpu() / sizes[index]);
        }
    }
    let mut worst = Figure::exact(0.0);
    let mut others = Vec::new();
    let mut points = Vec::new();
    for (size, costs_of_size) in sizes.iter().zip(&costs) {
        let figure = ratio(costs_of_size, &costs[0])?;
        let cost = Figure::of(costs_of_size)?.median;
        points.push((*size, cost * 1e6));
        others.push(Other { name: format!("{size} users, {} a user:", duration(cost)), figure: Ok(figure) });
        if figure.median > worst.median {
            worst = figure;
        }
    }
    stage.series.push(Series { name: "Rust, tenable-api".to_owned(), points });
    Ok(vec![("size", Outcome::Measured(Measured { figure: worst, others, detail: String::new() }))])
}

pub(super) fn limit(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let creates = stage.pick(10_000, 500);
    // With the default options the client finds the limit out; it can be told as well.
    let measure = |name: &str| stage.rust_worker("limit", &["--contender", name])?.measure(creates);
    let (learned, told) = (measure("learned")?, measure("told")?);
    anyhow::ensure!(learned.count("failed")? + told.count("failed")? < 0.5, "creations failed under the limit");
    let row = |count: &str, factor: f64| -> anyhow::Result<Outcome> {
        let other = Figure::exact(told.count(count)? * factor);
        Ok(Outcome::Measured(Measured {
            figure: Figure::exact(learned.count(count)? * factor),
            others: vec![Other { name: "told of the limit".to_owned(), figure: Ok(other) }],
            detail: String::new(),
        }))
    };
    Ok(vec![
        ("limit-used", row("used", 100.0)?),
        ("limit-refused", row("refused", 100.0)?),
        ("limit-duplicates", row("amiss", 1.0)?),
    ])
}

pub(super) fn emulator(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let (emulator, axum) = (served(stage, "emulator")?, served(stage, "axum")?);
    let load = |server: &Served, request: &str| {
        stage.rust_worker("load", &["--server", &server.address, "--key", &server.key, "--request", request])
    };
    let mut workers = [load(&emulator, "read")?, load(&emulator, "update")?, load(&axum, "hello")?];
    let samples = interleaved(&mut workers, stage.rounds, stage.pick(20_000, 500))?;
    let [reads, writes, hello] = [0, 1, 2].map(|index| values(&samples[index], |sample| 1.0 / sample.wall()));
    let most = Figure::of(&hello)?.median;
    let row = |rates: &[f64]| -> anyhow::Result<Outcome> {
        let detail = format!("{:.0} a second, axum {most:.0}", Figure::of(rates)?.median);
        Ok(Outcome::measured(ratio(rates, &hello)?, detail))
    };
    Ok(vec![("emulator-reads", row(&reads)?), ("emulator-writes", row(&writes)?)])
}

/// A server that is measured itself.
struct Served {
    address: String,
    key: String,
    _process: Process,
}

fn served(stage: &Stage<'_>, name: &str) -> anyhow::Result<Served> {
    #[derive(Deserialize)]
    struct Ready {
        server: String,
        #[serde(default)]
        key: String,
    }
    let mut command = stage.program("server")?;
    command.args(["--contender", name]);
    let mut process = Process::start(command)?;
    let Ready { server, key } = process.read()?;
    let key = if key.is_empty() { "none".to_owned() } else { key };
    Ok(Served { address: server, key, _process: process })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callgrind_counted() {
        let log = "==12== Callgrind, a call-graph generating cache profiler\n==12== \n==12== Events    : Ir\n==12== Collected : 123456789\n";
        assert_eq!(collected(log), Some(123_456_789.0));
        assert_eq!(collected("==12== Events    : Ir\n"), None);
    }
}
