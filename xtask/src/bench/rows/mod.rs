//! The families of rows: those that are measured together.

use super::{outcome::Outcomes, stage::Stage};

mod comparison;
mod library;
mod python;
mod responder;
mod rust;
mod terminal;

pub(crate) use responder::Server;

/// Rows that are measured together, by these names.
pub(crate) struct Family {
    pub(crate) rows: &'static [&'static str],
    pub(crate) measure: fn(&mut Stage<'_>) -> anyhow::Result<Outcomes>,
}

/// All of them, in the order of the catalogue.
pub(crate) const FAMILIES: &[Family] = &[
    Family { rows: &["python-call"], measure: python::call },
    Family { rows: &["python-list-ie", "python-fastest-ie"], measure: |stage| python::list(stage, "ie") },
    Family { rows: &["python-list-sc", "python-fastest-sc"], measure: |stage| python::list(stage, "sc") },
    Family { rows: &["python-list-vm", "python-fastest-vm"], measure: |stage| python::list(stage, "vm") },
    Family { rows: &["python-threads"], measure: python::threads },
    Family {
        rows: &["python-in-flight-tasks", "python-in-flight-threads", "python-in-flight-connections"],
        measure: python::in_flight,
    },
    Family { rows: &["python-import-time", "python-import-memory"], measure: python::import },
    Family { rows: &["python-peak"], measure: python::peak },
    Family { rows: &["rust-call-instructions"], measure: rust::call_instructions },
    Family { rows: &["rust-call-cpu-1", "rust-call-throughput-1"], measure: |stage| rust::call(stage, 1) },
    Family { rows: &["rust-call-cpu-32", "rust-call-throughput-32"], measure: |stage| rust::call(stage, 32) },
    Family { rows: &["rust-call-cpu-256", "rust-call-throughput-256"], measure: |stage| rust::call(stage, 256) },
    Family { rows: &["rust-decode-ie"], measure: |stage| rust::decode(stage, "ie") },
    Family { rows: &["rust-decode-sc"], measure: |stage| rust::decode(stage, "sc") },
    Family { rows: &["rust-decode-vm"], measure: |stage| rust::decode(stage, "vm") },
    Family { rows: &["rust-peak"], measure: rust::peak },
    Family { rows: &["size"], measure: rust::size },
    Family { rows: &["limit-used", "limit-refused", "limit-duplicates"], measure: rust::limit },
    Family { rows: &["help"], measure: terminal::help },
    Family { rows: &["terminal-table", "terminal-ndjson"], measure: terminal::list },
    Family { rows: &["emulator-reads", "emulator-writes"], measure: rust::emulator },
    Family { rows: &["build-model"], measure: library::build },
    Family { rows: &["crates-model", "crates-api", "crates-api-transport"], measure: library::crates },
    Family { rows: &["size-wheel", "size-terminal"], measure: library::sizes },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::catalogue::CATALOGUE;

    #[test]
    fn each_row_belongs_to_one_family() {
        let mut measured: Vec<&str> = FAMILIES.iter().flat_map(|family| family.rows).copied().collect();
        let mut named: Vec<&str> = CATALOGUE.iter().map(|row| row.name).collect();
        measured.sort_unstable();
        named.sort_unstable();
        assert_eq!(measured, named);
    }
}
