//! CSV that a spreadsheet can open without running anything.

use serde_json::Value;
pub(crate) use tenable_directory::review::guarded;

use super::cells::Rows;

/// Writes a header and a row for each element.
pub(super) fn write(out: &mut Vec<u8>, value: &Value, wanted: Option<&[String]>, fallback: &[String]) {
    let single;
    let elements = match value {
        Value::Array(elements) => elements.as_slice(),
        other => {
            single = [other.clone()];
            &single
        }
    };
    let Rows { columns, rows } = Rows::of(elements, wanted, fallback);
    if columns.is_empty() {
        return;
    }
    let mut writer = csv::Writer::from_writer(out);
    let mut record = |cells: Vec<String>| {
        // Writing to memory cannot fail, and all records have the length of the header.
        let _infallible = writer.write_record(cells);
    };
    record(columns.iter().map(|name| guarded(name)).collect());
    for row in rows {
        record(row.into_iter().map(cell).collect());
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => guarded(text),
        Value::Array(elements) if elements.iter().all(|element| !element.is_object() && !element.is_array()) => {
            // Each, since where semicolons divide cells a spreadsheet takes them for several.
            let each = |element: &Value| if element.is_null() { element.to_string() } else { cell(element) };
            elements.iter().map(each).collect::<Vec<_>>().join(";")
        }
        // A number may begin with a minus, and is one.
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn csv(value: &Value) -> String {
        let mut out = Vec::new();
        write(&mut out, value, None, &["id".to_owned(), "name".to_owned()]);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{feff}=1", "＝1", "'=1"] {
            let line = csv(&json!([{"id": 1, "name": text}]));
            let read = csv::Reader::from_reader(line.as_bytes()).records().next().unwrap().unwrap();
            assert_eq!(&read[1], format!("'{text}"));
        }
        assert_eq!(csv(&json!([{"id": -5, "name": "a=b"}])), "id,name\n-5,a=b\n");
        assert_eq!(csv(&json!([{"id": 1, "roles": ["=x", "y", "=z"]}])), "id,roles\n1,'=x;y;'=z\n");
        assert_eq!(csv(&json!([{"id": 1, "numbers": [-1, null, true]}])), "id,numbers\n1,-1;null;true\n");
    }

    #[test]
    fn values() {
        let value = json!([
            {"id": 1, "name": "Lee, \"Ann\"", "active": true, "roles": [2, 3], "more": {"a": 1}, "department": null}
        ]);
        let expected = "id,name,active,roles,department,more\n1,\"Lee, \"\"Ann\"\"\",true,2;3,,\"{\"\"a\"\":1}\"\n";
        assert_eq!(csv(&value), expected);
    }

    #[test]
    fn no_rows_leave_the_header() {
        assert_eq!(csv(&json!([])), "id,name\n");
        assert_eq!(csv(&json!({"id": 1})), "id\n1\n");
    }
}
