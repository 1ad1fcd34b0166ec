//! Problems of a file, gathered while it is read.

use std::path::{Path, PathBuf};

use crate::{Place, Problem};

#[derive(Debug)]
pub(super) struct Found {
    file: Option<PathBuf>,
    /// How many lines the file has.
    lines: usize,
    problems: Vec<Problem>,
}

impl Found {
    /// Of a file with this text.
    pub(super) fn new(file: Option<&Path>, text: &str) -> Self {
        let breaks = text.bytes().zip(text.bytes().skip(1).chain([b' ']));
        let breaks = breaks.filter(|(byte, next)| *byte == b'\n' || (*byte == b'\r' && *next != b'\n')).count();
        let lines = breaks + usize::from(!text.ends_with(['\n', '\r']));
        Self { file: file.map(Path::to_path_buf), lines, problems: Vec::new() }
    }

    /// What ends too early is noticed behind the last line, which nobody can look at: it is told with the last one.
    pub(super) fn place(&self, line: usize) -> Place {
        Place::new(self.file.clone(), line.min(self.lines).max(1))
    }

    pub(super) fn at(&mut self, line: usize, what: impl Into<String>) {
        let place = self.place(line);
        self.problems.push(Problem::new(what).at(place));
    }

    /// All of them, by line.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.line));
        self.problems
    }
}
