//! One JSON object a line.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::table::{Cell, Row, Table, text};
use crate::Problems;

impl Table {
    /// Reads one JSON object a line; its keys are the columns.
    ///
    /// Numbers and truth values are taken as text, `null` is as if the key were not there, and a list of texts is a list: an empty one
    /// asks for none, which no other format can say.
    ///
    /// # Errors
    ///
    /// When it is not UTF-8. What is wrong with a line is told with the line.
    pub fn json_lines(bytes: &[u8], file: Option<&Path>) -> Result<Self, Problems> {
        let mut table = Self { file: file.map(Path::to_owned), ..Self::default() };
        let mut known: HashMap<String, usize> = HashMap::new();
        for (index, line) in text(bytes, file)?.split('\n').enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let mut row = Row { line: index + 1, ..Row::default() };
            match serde_json::from_str::<Entries>(line) {
                Ok(Entries(entries)) => {
                    for (name, value) in entries {
                        let column = *known.entry(name.trim().to_owned()).or_insert_with_key(|name| {
                            table.columns.push(name.clone());
                            table.columns.len() - 1
                        });
                        add(&mut row, column, &table.columns[column], value);
                    }
                }
                Err(error) => row.problems.push(what_is_wrong(&error)),
            }
            if !row.cells.is_empty() || !row.problems.is_empty() {
                table.rows.push(row);
            }
        }
        Ok(table)
    }
}

fn add(row: &mut Row, column: usize, name: &str, value: Value) {
    let cell = match cell(value) {
        Ok(Some(cell)) => cell,
        Ok(None) => return,
        Err(what) => {
            row.problems.push(format!("{name:?} holds {what}"));
            return;
        }
    };
    if row.cells.iter().any(|(other, _)| *other == column) {
        row.problems.push(format!("{name:?} stands there twice"));
    } else {
        row.cells.push((column, cell));
    }
}

fn cell(value: Value) -> Result<Option<Cell>, &'static str> {
    match value {
        Value::Array(values) => {
            let texts = values.into_iter().map(|value| scalar(value).ok_or("a list in which not everything is a text"));
            let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
            Ok(Some(Cell::List(texts)))
        }
        Value::Object(_) => Err("an object; a text or a list is meant"),
        Value::Null => Ok(None),
        value => Ok(scalar(value).filter(|text| !text.trim().is_empty()).map(Cell::Text)),
    }
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Never with what stands there, which may be a password.
fn what_is_wrong(error: &serde_json::Error) -> String {
    if error.is_data() {
        return "this is not one JSON object".to_owned();
    }
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    format!("column {}: {what}; each line must be one JSON object", error.column())
}

/// The entries of an object, with keys that repeat.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<String> {
        Table::json_lines(text.as_bytes(), None).unwrap().shown()
    }

    #[test]
    fn values() {
        let text = "\u{feff}{\"a\": \"x\", \"b\": 7}\r\n\n{\"b\": true, \" c \": [\"y\", 1], \"a\": null}\n{}\n{\"c\": [], \"b\": \"  \"}";
        assert_eq!(rows(text), ["1: a=x, b=7", "3: b=true, c=[\"y\", \"1\"]", "5: c=[]"]);
    }

    #[test]
    fn what_is_wrong_stands_with_the_line_and_shows_no_value() {
        for (line, expected) in [
            (
                "{\"password\": \"Violet-Harbor-42\"",
                "column 31: EOF while parsing an object; each line must be one JSON object",
            ),
            ("\"Violet-Harbor-42\"", "this is not one JSON object"),
            ("[{\"a\": 1}]", "this is not one JSON object"),
            ("{} Violet", "column 4: trailing characters; each line must be one JSON object"),
            ("{\"a\": {\"Violet\": 1}}", "\"a\" holds an object; a text or a list is meant"),
            ("{\"a\": [[\"Violet\"]]}", "\"a\" holds a list in which not everything is a text"),
            ("{\"a\": \"Violet\", \"a\": \"Violet\"}", "\"a\" stands there twice"),
        ] {
            let told = rows(&format!("{{\"a\": 1}}\n{line}")).remove(1);
            let (place, problem) = told.split_once("! ").unwrap();
            assert!(place.starts_with("2: "), "{told}");
            assert_eq!(problem, expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_table_or_a_problem(bytes: Vec<u8>) {
            let _ = Table::json_lines(&bytes, None);
        }

        #[test]
        fn any_text_is_a_table(text in "[\\[\\]{}\",:a0 \n\\\\]{0,40}") {
            prop_assert!(Table::json_lines(text.as_bytes(), None).is_ok());
        }
    }
}
