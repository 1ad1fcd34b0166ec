//! Writes the inputs that fuzzing begins with: `cargo run -p tenable-tests --example fuzz_seeds -- FOLDER` makes a folder for each target.
#![allow(clippy::unwrap_used, reason = "a tool of the tests fails by panicking")]

use std::path::Path;
use std::{env, fs};

use tenable_tests::targets::{TARGETS, findings};

fn main() {
    let folder = env::args_os().nth(1).unwrap_or_else(|| panic!("usage: fuzz_seeds FOLDER"));
    for target in TARGETS {
        let folder = Path::new(&folder).join(target.name);
        fs::create_dir_all(&folder).unwrap();
        let inputs = (target.seeds)().into_iter().chain(findings(target.name).into_iter().map(|(_, input)| input));
        for (number, input) in inputs.enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), input).unwrap();
        }
    }
}
