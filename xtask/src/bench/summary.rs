//! The rows for programs.

use serde_json::{Value, json};

use super::outcome::{Outcome, Row};

/// The JSON of the rows. What was not measured has no value.
pub(crate) fn render(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let value = match &row.outcome {
                Outcome::Measured(measured) => json!(measured.figure.median),
                Outcome::Missing(_) => Value::Null,
            };
            json!({
                "name": row.definition.name,
                "value": value,
                "unit": row.definition.unit.name(),
                "target": row.definition.target.value(),
                "met": row.is_met(),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "rows": rows }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{outcome::rows, statistics::Figure};

    #[test]
    fn a_value_or_none() {
        let outcomes = vec![
            ("help", Outcome::not_installed("true")),
            ("python-call", Outcome::measured(Figure { median: 0.5, low: 0.4, high: 0.9 }, String::new())),
        ];
        let summary: Value = serde_json::from_str(&render(&rows(&outcomes))).unwrap();
        let expected = json!({ "rows": [
            { "name": "python-call", "value": 0.5, "unit": "x", "target": 0.7, "met": true },
            { "name": "help", "value": null, "unit": "ms", "target": 4.0, "met": false },
        ]});
        assert_eq!(summary, expected);
    }
}
