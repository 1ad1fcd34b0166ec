//! Reads one user again and again.
//!
//! `call --contender ours|hyper|reqwest --server URL [--product ie|sc|vm] [--in-flight N]`; an iteration is a call. All of them run on one
//! thread.

use std::cell::Cell;

use anyhow::{Result, ensure};
use tenable_bench::arguments::Arguments;
use tenable_bench::contenders::Contender;
use tenable_bench::documents::Product;
use tenable_bench::worker;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// Whom the calls ask for.
const USER: u32 = 7;

fn main() -> Result<()> {
    let arguments = Arguments::of_the_process(&["contender", "product", "server", "in-flight"])?;
    let in_flight: u64 = arguments.value_or("in-flight", 1)?;
    let product = arguments.value_or("product", Product::IdentityExposure)?;
    let client = Contender::new(arguments.text("contender")?, product, arguments.text("server")?, 256 << 20)?;
    let client: &'static Contender = Box::leak(Box::new(client));
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // As many connections as the calls will need.
    runtime.block_on(calls(client, in_flight, in_flight * 4))?;
    worker::run(|iterations| runtime.block_on(calls(client, in_flight, iterations)).map(worker::check))
}

async fn calls(client: &'static Contender, in_flight: u64, iterations: u64) -> Result<u64> {
    if in_flight == 1 {
        let mut sum = 0;
        for _ in 0..iterations {
            sum += client.one(USER).await?;
        }
        return Ok(sum);
    }
    let left: &'static Cell<u64> = Box::leak(Box::new(Cell::new(iterations)));
    let tasks = LocalSet::new();
    let handles: Vec<_> = (0..in_flight)
        .map(|_| {
            tasks.spawn_local(async move {
                let mut sum = 0;
                while let Some(rest) = left.get().checked_sub(1) {
                    left.set(rest);
                    sum += client.one(USER).await?;
                }
                anyhow::Ok(sum)
            })
        })
        .collect();
    tasks.await;
    let mut sum = 0;
    for handle in handles {
        sum += handle.await??;
    }
    ensure!(left.get() == 0, "some calls were not made");
    Ok(sum)
}
