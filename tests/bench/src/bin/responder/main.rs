//! A server that answers from memory, so that what is measured is the client.
//!
//! `responder [--users N] [--threads N] [--delay-milliseconds N] [--unknown-fields false]` binds a free port of the loopback, prints
//! `{"port":P}`, and ends with its standard input. The paths are those of the products; `/n/10000` before a path gives lists of so many users
//! instead of `--users`. `GET /stats` tells `{"connections":N,"requests":N}`, without the connection and the request that asks.

mod answers;
mod connection;

use std::io::{self, Read as _, Write as _};
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tenable_bench::arguments::Arguments;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::answers::Answers;

fn main() -> Result<()> {
    let arguments = Arguments::of_the_process(&["users", "threads", "delay-milliseconds", "unknown-fields"])?;
    let answers = Arc::new(Answers::new(arguments.value_or("users", 1)?, arguments.value_or("unknown-fields", true)?));
    let delay = Duration::from_millis(arguments.value_or("delay-milliseconds", 0)?);
    let mut builder = match arguments.value_or("threads", 1)? {
        0 | 1 => Builder::new_current_thread(),
        threads => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(threads);
            builder
        }
    };
    builder.enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut out = io::stdout().lock();
        writeln!(out, "{}", json!({ "port": listener.local_addr()?.port() }))?;
        out.flush()?;
        thread::spawn(|| {
            // Who started this process has gone when nothing more can come.
            let _ = io::copy(&mut io::stdin().lock().by_ref(), &mut io::sink());
            process::exit(0);
        });
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(connection::serve(stream, answers.clone(), delay));
        }
    })
}
