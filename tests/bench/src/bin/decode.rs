//! Reads the body of a list, without a network.
//!
//! `decode --contender ours|derive --product ie|sc|vm [--users N]`; an iteration reads the whole list and lets it go.

use anyhow::{Result, bail};
use bytes::Bytes;
use http::Response;
use tenable_bench::arguments::Arguments;
use tenable_bench::contenders::{check_of_list, derived};
use tenable_bench::documents::Product;
use tenable_bench::worker;

fn main() -> Result<()> {
    let arguments = Arguments::of_the_process(&["contender", "product", "users"])?;
    let product: Product = arguments.text("product")?.parse()?;
    let body = Bytes::from(product.list(arguments.value_or("users", 10_000)?));
    let answer = Response::new(body.clone());
    let read: &dyn Fn() -> Result<u64> = match arguments.text("contender")? {
        "ours" => &|| check_of_list(product, &answer),
        "derive" => &|| derived::check_of_list(product, &body),
        other => bail!("{other:?} is none of ours, derive"),
    };
    worker::run(|iterations| {
        let sums = (0..iterations).map(|_| read());
        Ok(worker::check(sums.sum::<Result<u64>>()?))
    })
}
