//! Reads a whole list from a server.
//!
//! `list --contender ours|hyper|reqwest --product ie|sc|vm --server URL [--max-response-bytes N]`. How many users the list has is said by
//! the address, such as `http://127.0.0.1:PORT/n/100000`. Memory is best measured with one iteration in a fresh process: what an allocator
//! has once got it keeps.

use anyhow::Result;
use tenable_bench::arguments::Arguments;
use tenable_bench::contenders::Contender;
use tenable_bench::worker;
use tokio::runtime::Builder;

fn main() -> Result<()> {
    let arguments = Arguments::of_the_process(&["contender", "product", "server", "max-response-bytes"])?;
    let client = Contender::new(
        arguments.text("contender")?,
        arguments.text("product")?.parse()?,
        arguments.text("server")?,
        arguments.value_or("max-response-bytes", 256 << 20)?,
    )?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // The connection is made, and the list is at hand in the server.
    runtime.block_on(client.one(1))?;
    worker::run(|iterations| {
        runtime.block_on(async {
            let mut sum = 0;
            for _ in 0..iterations {
                sum += client.list().await?;
            }
            Ok(worker::check(sum))
        })
    })
}
