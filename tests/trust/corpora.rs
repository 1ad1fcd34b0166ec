//! Every parser against inputs that nobody vouches for: those to begin with, those that once made it fail, and changed ones.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::{env, fs};

use tenable_tests::targets::{Mutator, TARGETS, Target, findings};

use crate::record::Record;

/// What changes are drawn with, unless the environment names another.
const SEED: u64 = 4711;
/// Changed inputs of the quickest targets, as many times as the environment asks for.
const CHANGED: usize = 4096;

/// Runs one input; tells a failure with the input, so that it can be kept as a finding.
fn failure(target: &Target, what: &str, input: &[u8]) -> Option<String> {
    let failed = catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_err();
    failed.then(|| format!("{} fails on {what}: b\"{}\"", target.name, input.escape_ascii()))
}

#[test]
fn no_input_breaks_a_parser_or_what_it_promises() {
    let runs: usize = env::var("TENABLE_TRUST_RUNS").map_or(1, |runs| runs.parse().unwrap());
    let seed: u64 = env::var("TENABLE_TRUST_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    let mut record = Record::new("fuzz-corpora").title("Parsers and hostile input").columns([
        "Target",
        "What is read, and what must hold",
        "Inputs to begin with",
        "Findings replayed",
        "Changed inputs",
        "Failures",
    ]);
    let mut failures = Vec::new();
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has nothing to begin with", target.name);
        for (number, seed) in seeds.iter().enumerate() {
            failures.extend(failure(target, &format!("seed {number}"), seed));
        }
        let findings = findings(target.name);
        for (file, input) in &findings {
            failures.extend(failure(target, &file.display().to_string(), input));
        }
        let mut mutator = Mutator::new(seed);
        let changed = CHANGED / target.cost * runs;
        for number in 0..changed {
            failures.extend(failure(target, &format!("change {number}"), &mutator.next(&seeds)));
        }
        record = record.row([&target.name, &target.about, &seeds.len(), &findings.len(), &changed, &0]);
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    record
        .note(&format!(
            "Inputs to begin with come from the golden documents and from texts written by hand; changes are drawn with the seed {seed}."
        ))
        .note("Every target must also not panic. The same functions run under libFuzzer: see the campaign.")
        .note("Not shown: fractions in fields that nobody knows come back to within their last digits; the products have no fractions.")
        .note("Not shown: the configuration file of the command line is read in a program that no fuzzer links; its own tests try changed files.")
        .write();
}

/// The fuzz targets are these, no more and no fewer.
#[test]
fn every_target_is_fuzzed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let fuzzed: BTreeSet<&str> =
        manifest.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    let mut names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), TARGETS.len(), "two targets have one name");
    for name in &names {
        let code = fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(code.contains(&format!("target(\"{name}\")")), "{name}: {code}");
    }
    names.insert("tenable-fuzz");
    assert_eq!(fuzzed, names);
    let kept = fs::read_dir(folder.join("findings"))
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()));
    for name in kept.into_iter().flatten() {
        assert!(names.contains(name.as_str()), "findings/{name} is of no target");
    }
}
