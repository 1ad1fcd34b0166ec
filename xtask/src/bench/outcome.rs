//! What came of a row.

use super::{
    catalogue::{CATALOGUE, Definition},
    statistics::Figure,
};

/// What was measured of a row, or why it was not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Measured(Measured),
    Missing(String),
}

/// What was measured of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) figure: Figure,
    /// What others come to in the same run, in the unit of the row.
    pub(crate) others: Vec<Other>,
    /// The values behind the figure, for people.
    pub(crate) detail: String,
}

/// A peer in the same run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Other {
    pub(crate) name: String,
    /// Or why it has none.
    pub(crate) figure: Result<Figure, String>,
}

impl Outcome {
    pub(crate) fn measured(figure: Figure, detail: String) -> Self {
        Self::Measured(Measured { figure, others: Vec::new(), detail })
    }

    pub(crate) fn not_installed(program: &str) -> Self {
        Self::Missing(format!("{program} is not installed"))
    }
}

/// Rows that were measured together.
pub(crate) type Outcomes = Vec<(&'static str, Outcome)>;

/// A row with what came of it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) definition: &'static Definition,
    pub(crate) outcome: Outcome,
}

impl Row {
    /// Whether the target is met; not, where nothing was measured.
    pub(crate) fn is_met(&self) -> bool {
        match &self.outcome {
            Outcome::Measured(measured) => self.definition.target.is_met_by(measured.figure.median),
            Outcome::Missing(_) => false,
        }
    }
}

/// The rows that have an outcome, in the order of the catalogue.
pub(crate) fn rows(outcomes: &[(&'static str, Outcome)]) -> Vec<Row> {
    let find = |definition: &Definition| outcomes.iter().find(|(name, _)| *name == definition.name);
    let row = |definition| Some(Row { definition, outcome: find(definition)?.1.clone() });
    CATALOGUE.iter().filter_map(row).collect()
}
