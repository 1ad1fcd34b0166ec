//! What the server of the rows can do, so that it is seen not to be what is measured.

use std::time::Instant;

use super::super::stage::Stage;

/// What the server can do.
#[derive(Debug)]
pub(crate) struct Server {
    /// Answers with one user a second, on one connection.
    pub(crate) calls: f64,
    /// Seconds of CPU time of the server for such an answer.
    pub(crate) call_cpu: f64,
    /// Seconds from the request to the last byte of 10,000 users of Identity Exposure.
    pub(crate) list: f64,
    /// Seconds of CPU time of the server for that.
    pub(crate) list_cpu: f64,
}

impl Server {
    /// Asks by a loop on a socket that reads and throws away.
    pub(crate) fn measure(stage: &Stage<'_>) -> anyhow::Result<Self> {
        let (call, call_cpu) = ask(stage, "1", "/api/users/1", stage.pick(20_000, 1_000))?;
        let (list, list_cpu) = ask(stage, "10000", "/api/users", stage.pick(50, 5))?;
        Ok(Self { calls: 1.0 / call, call_cpu, list, list_cpu })
    }
}

/// Seconds of an answer, and the CPU time of the server for it.
fn ask(stage: &Stage<'_>, users: &str, path: &str, times: u32) -> anyhow::Result<(f64, f64)> {
    let server = stage.responder(&["--users", users])?;
    let mut connection = server.connect()?;
    connection.get(path)?;
    let (start, cpu) = (Instant::now(), server.cpu()?);
    for _ in 0..times {
        connection.get(path)?;
    }
    let times = f64::from(times);
    Ok((start.elapsed().as_secs_f64() / times, (server.cpu()? - cpu) / times))
}
