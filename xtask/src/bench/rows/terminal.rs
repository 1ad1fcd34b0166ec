//! The command `tenable`.

use super::{
    super::{
        outcome::{Outcome, Outcomes},
        stage::Stage,
        statistics::{Figure, paired},
        worker::{Sample, Worker, interleaved},
    },
    comparison::{Comparison, duration},
};

/// What the emulated list is read with: as many columns as the table has.
const JQ_TABLE: &str =
    "jq -r '.[] | [.id, .name, .surname, .email, .department, .active, .lockedOut, .provider] | @tsv'";

pub(super) fn help(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    let tenable = stage.terminal()?.to_owned();
    let mut workers = [stage.cold(&[tenable.as_os_str(), "--help".as_ref()])?, stage.cold(&["true"])?];
    let samples = interleaved(&mut workers, stage.rounds.max(stage.pick(25, 3)), stage.pick(20, 5))?;
    let [ours, nothing] = [0, 1].map(|index| samples[index].iter().map(Sample::wall).collect::<Vec<f64>>());
    let figure = paired(&ours, &nothing, |ours, nothing| (ours - nothing) * 1e3)?;
    let [ours, nothing] = [Figure::of(&ours)?.median, Figure::of(&nothing)?.median].map(duration);
    Ok(vec![("help", Outcome::measured(figure, format!("tenable {ours}, true {nothing}")))])
}

pub(super) fn list(stage: &mut Stage<'_>) -> anyhow::Result<Outcomes> {
    for program in ["curl", "jq"] {
        if !stage.has(program) {
            let missing = Outcome::not_installed(program);
            return Ok(vec![("terminal-table", missing.clone()), ("terminal-ndjson", missing)]);
        }
    }
    let server = stage.responder(&["--users", stage.pick("10000", "1000")])?;
    let url = server.url();
    let key = "0".repeat(64);
    let tenable = stage.terminal()?.display().to_string();
    let fetch = format!("curl --silent --fail --header 'X-API-Key: {key}' {url}/api/users");
    let start = |format: &str, jq: &str| -> anyhow::Result<Comparison> {
        let (url, key) = (format!("TIE_URL={url}"), format!("TIE_API_KEY={key}"));
        let ours = stage.cold(&["env", &url, &key, &tenable, "ie", "users", "list", "--output", format])?;
        let theirs = stage.cold(&["sh", "-c", &format!("{fetch} | {jq}")])?;
        let named = |name: &str, worker: Worker| (name.to_owned(), Ok(worker));
        Comparison::run(vec![named("tenable", ours), named("curl + jq", theirs)], stage.rounds, stage.pick(5, 1))
    };
    let outcome = |comparison: &Comparison| comparison.against("curl + jq", Sample::wall);
    Ok(vec![
        ("terminal-table", outcome(&start("table", JQ_TABLE)?)?),
        ("terminal-ndjson", outcome(&start("ndjson", "jq --compact-output '.[]'")?)?),
    ])
}
