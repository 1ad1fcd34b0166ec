//! A server to be measured.
//!
//! `server --contender emulator|axum [--threads N]` prints `{"ready":true,"server":"127.0.0.1:PORT","key":KEY}`, the emulator's address and
//! key of Identity Exposure, and ends with its standard input. To each line on it, it prints `{"cpu":SECONDS}` that the process has used.

use std::io::{self, BufRead as _, Write as _};

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::routing::get;
use serde_json::json;
use tenable_bench::arguments::Arguments;
use tenable_bench::clock;
use tenable_emulator::Emulator;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

fn main() -> Result<()> {
    let arguments = Arguments::of_the_process(&["contender", "threads"])?;
    let runtime = Builder::new_multi_thread().worker_threads(arguments.value_or("threads", 1)?).enable_all().build()?;
    match arguments.text("contender")? {
        "emulator" => {
            let emulator = runtime.block_on(Emulator::builder().start())?;
            let endpoint = emulator.identity_exposure();
            let address = endpoint.url.strip_prefix("http://").context("the emulator speaks plain http")?;
            wait(address, &endpoint.api_key)
        }
        "axum" => {
            let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
            let address = listener.local_addr()?.to_string();
            let router = Router::new().route("/", get(async || "Hello, World!"));
            runtime.spawn(async { axum::serve(listener, router).await });
            wait(&address, "")
        }
        other => bail!("{other:?} is none of emulator, axum"),
    }
}

fn wait(address: &str, key: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", json!({ "ready": true, "server": address, "key": key }))?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        line?;
        writeln!(out, "{}", json!({ "cpu": clock::process_seconds() }))?;
        out.flush()?;
    }
    Ok(())
}
