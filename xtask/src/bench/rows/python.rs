//! The wheel.

use std::ffi::OsString;

use anyhow::Context as _;

use super::{
    super::{
        outcome::{Measured, Other, Outcome, Outcomes},
        plot::Series,
        stage::Stage,
        statistics::{Figure, paired, ratio},
        worker::{Responder, Sample, in_rounds, interleaved, values},
    },
    comparison::{Comparison, Contender, duration},
};

/// What reads JSON into structs. `http.client` among them is what is left when the client costs as little as it can.
const WITH_STRUCTS: [&str; 3] = ["aiohttp+msgspec", "httpx+msgspec", "http.client+msgspec"];

/// The server of a row, and one beside it for pyTenable: it fails at a user of Identity Exposure with a field that it does not know.
struct Servers {
    common: Responder,
    known_fields: Responder,
}

impl Servers {
    fn start(stage: &Stage<'_>, arguments: &[&str]) -> anyhow::Result<Self> {
        let known_fields = stage.responder(&[arguments, &["--unknown-fields", "false"]].concat())?;
        Ok(Self { common: stage.responder(arguments)?, known_fields })
    }

    fn of(&self, name: &str) -> &Responder {
        if name == "pytenable" { &self.known_fields } else { &self.common }
    }
}

/// Starts a contender of a script, unless a package of it is missing.
fn contender(
    stage: &Stage<'_>,
    script: &str,
    name: &str,
    server: &Responder,
    more: &[&str],
) -> anyhow::Result<Contender> {
    if let Some(why) = stage.missing(name)? {
        return Ok((name.to_owned(), Err(why)));
    }
    let url = server.url();
    let worker = stage.python_worker(script, &[&["--contender", name, "--server", &url], more].concat())?;
    Ok((name.to_owned(), Ok(worker)))
}

pub(super) fn call(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let servers = Servers::start(stage, &["--users", "1"])?;
    let contenders = ["ours", "http.client", "pytenable"]
        .map(|name| contender(stage, "call.py", name, servers.of(name), &[]))
        .into_iter()
        .collect::<anyhow::Result<_>>()?;
    let comparison = Comparison::run(contenders, stage.rounds, stage.pick(1_000, 200))?;
    Ok(vec![("python-call", comparison.against("http.client", Sample::cpu)?)])
}

pub(super) fn list(stage: &mut Stage<'_>, product: &str) -> anyhow::Result<Outcomes> {
    let [plain_row, fastest_row] = match product {
        "ie" => ["python-list-ie", "python-fastest-ie"],
        "sc" => ["python-list-sc", "python-fastest-sc"],
        _ => ["python-list-vm", "python-fastest-vm"],
    };
    let users = stage.pick("10000", "1000");
    let servers = Servers::start(stage, &["--users", users])?;
    let names = ["ours", "http.client", "pytenable"].into_iter().chain(WITH_STRUCTS);
    let contenders = names
        .map(|name| contender(stage, "list.py", name, servers.of(name), &["--product", product]))
        .collect::<anyhow::Result<_>>()?;
    let comparison = Comparison::run(contenders, stage.rounds, 2)?;
    let outcomes =
        vec![(plain_row, comparison.against("http.client", Sample::cpu)?), (fastest_row, fastest(&comparison)?)];
    if product == "ie" {
        by_size(stage)?;
    }
    Ok(outcomes)
}

/// Ours against whichever of the others was the quickest in each round.
fn fastest(comparison: &Comparison) -> anyhow::Result<Outcome> {
    let ours = comparison.values("ours", Sample::cpu)?.map_err(anyhow::Error::msg)?;
    let mut least = vec![f64::INFINITY; ours.len()];
    let mut others = Vec::new();
    for name in WITH_STRUCTS {
        let figure = match comparison.values(name, Sample::cpu)? {
            Ok(theirs) => {
                least.iter_mut().zip(&theirs).for_each(|(least, value)| *least = least.min(*value));
                Ok(ratio(&ours, &theirs)?)
            }
            Err(why) => Err(why),
        };
        others.push(Other { name: format!("to {name}"), figure });
    }
    if least.iter().any(|value| value.is_infinite()) {
        return Ok(Outcome::Missing("none of them could be installed".to_owned()));
    }
    let detail = format!("the least of them {}", duration(Figure::of(&least)?.median));
    Ok(Outcome::Measured(Measured { figure: ratio(&ours, &least)?, others, detail }))
}

/// For the plot: what a user costs in lists of several sizes.
fn by_size(stage: &mut Stage<'_>) -> anyhow::Result<()> {
    let sizes: &[f64] = stage.pick(&[10.0, 100.0, 1e3, 1e4, 1e5], &[10.0, 100.0]);
    for (name, label) in [("ours", "Python, tenable_api"), ("http.client", "Python, http.client + json")] {
        let mut points = Vec::new();
        for &size in sizes {
            let server = stage.responder(&["--users", &size.to_string()])?;
            let (_, worker) = contender(stage, "list.py", name, &server, &[])?;
            let mut worker = [worker.map_err(anyhow::Error::msg)?];
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of iterations")]
            let iterations = (20_000.0 / size).ceil() as u64;
            let samples = interleaved(&mut worker, stage.pick(5, 2), iterations)?;
            points.push((size, Figure::of(&values(&samples[0], Sample::cpu))?.median / size * 1e6));
        }
        stage.series.push(Series { name: label.to_owned(), points });
    }
    Ok(())
}

pub(super) fn threads(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let servers = Servers::start(stage, &["--users", "100"])?;
    let mut figures = Vec::new();
    let mut detail = String::new();
    for name in ["ours", "http.client", "pytenable"] {
        let one = contender(stage, "threads.py", name, servers.of(name), &["--threads", "1"])?;
        let (_, sixteen) = contender(stage, "threads.py", name, servers.of(name), &["--threads", "16"])?;
        let contenders = vec![one, ("16".to_owned(), sixteen)];
        let comparison = Comparison::run(contenders, stage.rounds, stage.pick(1_600, 160))?;
        let figure = match (comparison.values("16", Sample::wall)?, comparison.values(name, Sample::wall)?) {
            (Ok(sixteen), Ok(one)) => {
                if name == "ours" {
                    let [one, sixteen] = [Figure::of(&one)?.median, Figure::of(&sixteen)?.median].map(duration);
                    detail = format!("a call takes {one} with 1 thread, {sixteen} with 16");
                }
                Ok(ratio(&one, &sixteen)?)
            }
            (Err(why), _) | (_, Err(why)) => Err(why),
        };
        figures.push(Other { name: name.to_owned(), figure });
    }
    let ours = figures.remove(0).figure.map_err(anyhow::Error::msg)?;
    Ok(vec![("python-threads", Outcome::Measured(Measured { figure: ours, others: figures, detail }))])
}

pub(super) fn in_flight(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    const NAMES: [&str; 5] = ["ours-async", "ours", "raw", "aiohttp", "pytenable"];
    // Each has a server of its own, so that its connections are told apart.
    let mut servers = Vec::new();
    let mut contenders = Vec::new();
    for name in NAMES {
        let unknown_fields = if name == "pytenable" { "false" } else { "true" };
        let arguments = ["--users", "1", "--delay-milliseconds", "20", "--unknown-fields", unknown_fields];
        let server = stage.responder(&arguments)?;
        contenders.push(contender(stage, "in_flight.py", name, &server, &["--in-flight", "32"])?);
        servers.push((name, server));
    }
    let comparison = Comparison::run(contenders, stage.rounds, stage.pick(1_280, 320))?;
    let raw = comparison.values("raw", Sample::wall)?.map_err(anyhow::Error::msg)?;
    let share = |name: &str| -> anyhow::Result<Result<Figure, String>> {
        match comparison.values(name, Sample::wall)? {
            Ok(values) => Ok(Ok(ratio(&raw, &values)?.times(100.0))),
            Err(why) => Ok(Err(why)),
        }
    };
    let ours = |name: &str| share(name)?.map_err(anyhow::Error::msg);
    let other = |name: &str| Ok::<_, anyhow::Error>(Other { name: name.to_owned(), figure: share(name)? });
    let seen = |name: &str| -> anyhow::Result<f64> {
        let (_, server) = servers.iter().find(|server| server.0 == name).context("each has a server")?;
        Ok(server.seen()?.connections)
    };
    let (tasks, threads) = (seen("ours-async")?, seen("ours")?);
    let detail = format!("{} calls a second are possible", (1.0 / Figure::of(&raw)?.median).round());
    let measured = |figure, others| Outcome::Measured(Measured { figure, others, detail: detail.clone() });
    Ok(vec![
        ("python-in-flight-tasks", measured(ours("ours-async")?, vec![other("aiohttp")?])),
        ("python-in-flight-threads", measured(ours("ours")?, vec![other("pytenable")?])),
        (
            "python-in-flight-connections",
            Outcome::measured(
                Figure::exact(tasks.max(threads)),
                format!("{tasks} with asyncio, {threads} with threads"),
            ),
        ),
    ])
}

/// What is imported, as its users write it.
const IMPORTS: [(&str, &str); 5] = [
    ("nothing", "pass"),
    ("ours", "from tenable_api import IdentityExposure"),
    // The native module comes with it.
    ("ours, with a client", "from tenable_api import IdentityExposure as I; I('https://acme.example', api_key='k')"),
    ("aiohttp", "import aiohttp"),
    ("pytenable", "from tenable.ie import TenableIE"),
];

pub(super) fn import(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let python = stage.python()?.get_program().to_owned();
    let run = |code: &str| [python.clone(), "-c".into(), code.into()] as [OsString; 3];
    let mut names = Vec::new();
    let mut workers = Vec::new();
    for (name, code) in IMPORTS {
        let missing = stage.missing(name)?;
        if missing.is_none() {
            workers.push(stage.cold(&run(code))?);
        }
        names.push((name.to_owned(), missing));
    }
    let samples = interleaved(&mut workers, stage.rounds.max(stage.pick(25, 3)), stage.pick(4, 1))?;
    let comparison = Comparison::of(names.clone(), samples);

    // The process tells by itself: what the system keeps of an ended one includes what it was started from.
    let mut memory = vec![Vec::new(); names.len()];
    for _ in 0..stage.rounds {
        for (index, (_, code)) in IMPORTS.iter().enumerate().filter(|(index, _)| names[*index].1.is_none()) {
            let code = format!(
                "{code}\nprint(next(line.split()[1] for line in open('/proc/self/status') if line[:6] == 'VmHWM:'))"
            );
            let output = stage.python()?.args(["-c", &code]).output()?;
            let kilobytes: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
            memory[index].push(kilobytes * 1024.0 / 1e6);
        }
    }

    let time = |name: &str| -> anyhow::Result<Result<Figure, String>> {
        let nothing = comparison.values("nothing", Sample::wall)?.map_err(anyhow::Error::msg)?;
        Ok(match comparison.values(name, Sample::wall)? {
            Ok(values) => Ok(paired(&values, &nothing, |ours, nothing| (ours - nothing) * 1e3)?),
            Err(why) => Err(why),
        })
    };
    let more = |name: &str| -> anyhow::Result<Result<Figure, String>> {
        let index = names.iter().position(|(found, _)| found == name).context("it is one of them")?;
        Ok(match &names[index].1 {
            None => Ok(paired(&memory[index], &memory[0], |ours, nothing| ours - nothing)?),
            Some(why) => Err(why.clone()),
        })
    };
    let others = |of: &dyn Fn(&str) -> anyhow::Result<Result<Figure, String>>| {
        let names = ["ours, with a client", "aiohttp", "pytenable"];
        names
            .iter()
            .map(|&name| Ok(Other { name: name.to_owned(), figure: of(name)? }))
            .collect::<anyhow::Result<Vec<_>>>()
    };
    let bare = Figure::of(&memory[0])?.median;
    let error = anyhow::Error::msg;
    Ok(vec![
        (
            "python-import-time",
            Outcome::Measured(Measured {
                figure: time("ours")?.map_err(error)?,
                others: others(&time)?,
                detail: comparison.detail(Sample::wall)?,
            }),
        ),
        (
            "python-import-memory",
            Outcome::Measured(Measured {
                figure: more("ours")?.map_err(error)?,
                others: others(&more)?,
                detail: format!("the bare interpreter has {bare:.1} MB"),
            }),
        ),
    ])
}

pub(super) fn peak(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    const NAMES: [&str; 4] = ["ours", "http.client", "http.client+msgspec", "pytenable"];
    let server = stage.responder(&["--users", stage.pick("10000", "1000")])?;
    #[expect(clippy::cast_precision_loss, reason = "a body is far smaller than what a float counts")]
    let body = server.length("/rest/user")? as f64;
    let mut present = Vec::new();
    let mut missing = Vec::new();
    for name in NAMES {
        match stage.missing(name)? {
            None => present.push(name),
            Some(why) => missing.push(Other { name: name.to_owned(), figure: Err(why) }),
        }
    }
    let samples = in_rounds(present.len(), stage.pick(5, 2), |index| {
        let (_, worker) = contender(stage, "list.py", present[index], &server, &["--product", "sc"])?;
        worker.map_err(anyhow::Error::msg)?.measure(1)
    })?;
    let mut figures = Vec::new();
    for (name, samples) in present.iter().zip(&samples) {
        let peaks = samples.iter().map(|sample| Ok(sample.peak()? / body)).collect::<anyhow::Result<Vec<_>>>()?;
        figures.push(Other { name: (*name).to_owned(), figure: Ok(Figure::of(&peaks)?) });
    }
    let ours = figures.remove(0).figure.map_err(anyhow::Error::msg)?;
    let detail = format!("the body has {:.1} MB", body / 1e6);
    let others = figures.into_iter().chain(missing).collect();
    Ok(vec![("python-peak", Outcome::Measured(Measured { figure: ours, others, detail }))])
}
