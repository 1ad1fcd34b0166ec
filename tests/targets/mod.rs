//! What is tried with bytes that nobody vouches for: one function for each parser, run by fuzzers and by the tests.
//!
//! A function fails by panicking. "It does not panic" is the least that each of them shows; what else holds stands with it. `seeds` are
//! inputs to begin with: the golden documents, and texts written by hand.

mod directory;
mod emulator;
mod mutate;
mod operations;
mod transport;
mod values;

use std::fs;
use std::path::{Path, PathBuf};

pub use mutate::Mutator;

/// One parser, or a few of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: of the fuzz target, and of the folders of its inputs.
    pub name: &'static str,
    /// What it reads, and what holds besides that nothing panics.
    pub about: &'static str,
    /// Tries one input.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// What one input costs, compared with the quickest.
    pub cost: usize,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    values::OBJECTS,
    values::TEXTS,
    operations::REQUESTS,
    operations::ANSWERS,
    operations::CALLS,
    transport::WAITS,
    transport::URLS,
    transport::PROXIES,
    transport::CERTIFICATES,
    directory::PEOPLE_FILES,
    directory::ROWS,
    directory::WORKBOOKS,
    directory::SAVED,
    directory::JOURNALS,
    emulator::REQUESTS,
    emulator::STATES,
    emulator::FAULTS,
];

/// The target of this name.
///
/// # Panics
///
/// When there is none.
pub fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("there is no target {name}"))
}

/// The inputs that once made a target fail, each the smallest that did, with their files.
///
/// # Panics
///
/// When a file cannot be read.
pub fn findings(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/findings").join(name);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), fs::read(&file).expect("the file can be read"))).collect()
}

/// Splits off the byte that chooses one of `count`.
fn choice(input: &[u8], count: usize) -> Option<(usize, &[u8])> {
    let (&first, rest) = input.split_first()?;
    Some((usize::from(first) % count, rest))
}

/// An input that begins with the byte that makes this choice.
fn chosen(choice: usize, rest: impl AsRef<[u8]>) -> Vec<u8> {
    let byte = u8::try_from(choice).expect("there are fewer than 256 choices");
    [&[byte], rest.as_ref()].concat()
}
