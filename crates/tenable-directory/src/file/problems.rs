//! Problems of a file, gathered while it is read.

use std::path::{Path, PathBuf};

use crate::{Place, Problem};

#[derive(Debug)]
pub(super) struct Found {
    file: Option<PathBuf>,
    problems: Vec<Problem>,
}

impl Found {
    pub(super) fn new(file: Option<&Path>) -> Self {
        Self { file: file.map(Path::to_path_buf), problems: Vec::new() }
    }

    pub(super) fn place(&self, line: usize) -> Place {
        Place::new(self.file.clone(), line)
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
