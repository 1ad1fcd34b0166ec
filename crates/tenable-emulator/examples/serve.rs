//! Runs an emulator until Ctrl-C, and prints one line of JSON with its addresses and keys.
//!
//! Rules may follow: `cargo run --example serve -- ie.entity_ids=lenient ie.tenable_cloud_user_name=absent`.

use tenable_emulator::Emulator;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "the ready line is the program's output")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Emulator::builder();
    for argument in std::env::args().skip(1) {
        let (rule, outcome) = argument.split_once('=').ok_or("an argument has the form rule=outcome")?;
        builder = builder.set(rule, outcome)?;
    }
    let emulator = builder.start().await?;
    println!("{}", emulator.ready_line());
    tokio::signal::ctrl_c().await?;
    emulator.shutdown().await;
    Ok(())
}
