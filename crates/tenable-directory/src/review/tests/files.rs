//! What is written, byte for byte, and that it reads back.

use serde_json::json;

use super::*;
use crate::review::table::{AccountRow, Cell, FindingRow, Kind};

/// A small population with something in every column, compared with how it was before.
fn small() -> Review {
    let tenants = |before: bool| {
        let ann = json!({
            "permissions": if before { BASIC } else { ADMINISTRATOR }, "two_factor": null, "lastlogin": milliseconds(3),
            "last_apikey_access": milliseconds(100), "name": "Ann Lee",
            "group_uuids": ["00000000-0000-0000-0000-000000000000", "7c1f0b52-0000-4000-8000-000000000001"]
        });
        let mut management = management_tenant([vm(1, "ann@example.com", &ann)]);
        management.groups = vec![vm_group(0, "All Users", &json!({})), vm_group(1, "Operations; night", &json!({}))];
        let bo = json!({"firstname": "=HYPERLINK(\"https://example.com\")", "lastname": "", "lastLogin": "0"});
        let center = center_tenant([sc(4, "bo", "", &bo)]);
        let ann = json!({"active": before, "name": "Ann", "surname": "Lee"});
        let exposure = exposure_tenant([ie(7, "Ann@Example.com", &ann)]);
        present([exposure, center, management])
    };
    let options = options().listed(["ann@example.com"]);
    let last = review_of(&tenants(true), &ReviewOptions { now: at(NOW - 30 * DAY), ..options.clone() });
    review_of(&tenants(false), &options).since(&last).unwrap()
}

fn written(write: impl Fn(&Review, &mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&small(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn csv() {
    assert_eq!(written(|review, out| review.write_accounts_csv(out)), include_str!("golden/accounts.csv"));
    assert_eq!(written(|review, out| review.write_findings_csv(out)), include_str!("golden/findings.csv"));
}

#[test]
fn json_lines() {
    assert_eq!(written(|review, out| review.write_accounts_json_lines(out)), include_str!("golden/accounts.jsonl"));
    assert_eq!(written(|review, out| review.write_findings_json_lines(out)), include_str!("golden/findings.jsonl"));
}

#[test]
fn the_whole_review_as_json() {
    let text = written(|review, out| review.write_json(out));
    assert_eq!(text, include_str!("golden/review.json"));
    assert_eq!(Review::read_json(&text).unwrap(), small());
}

#[test]
fn words_are_those_of_the_json() {
    for kind in FindingKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
    }
    for severity in crate::review::Severity::ALL {
        assert_eq!(serde_json::to_value(severity).unwrap(), severity.word());
    }
}

#[test]
fn cells_are_of_the_kind_of_their_columns_and_fields_of_json_lines_have_the_same_names() {
    fn check(columns: &[(&str, Kind)], cells: &[Cell<'_>], line: &serde_json::Value) {
        for ((name, kind), cell) in columns.iter().zip(cells) {
            let is = match cell {
                Cell::Text(_) => Kind::Text,
                Cell::Flag(_) => Kind::Flag,
                Cell::Time(_) => Kind::Time,
                Cell::Texts(_) => Kind::Texts,
            };
            assert_eq!(is, *kind, "{name}");
        }
        let fields: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        let mut names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let mut sorted = fields;
        sorted.sort_unstable();
        assert_eq!(sorted, names);
    }
    let review = small();
    for row in review.account_rows() {
        check(&AccountRow::COLUMNS, &row.cells(), &serde_json::to_value(&row).unwrap());
    }
    for row in review.finding_rows() {
        check(&FindingRow::COLUMNS, &row.cells(), &serde_json::to_value(&row).unwrap());
    }
}

#[test]
fn rows_are_given_under_the_public_columns() {
    let review = small();
    let mut accounts = Vec::new();
    review.each_account(|cells| {
        assert_eq!(cells.len(), Review::ACCOUNT_COLUMNS.len());
        accounts.push(format!("{:?} {:?}", cells[0], cells[2]));
    });
    let keys = review.people.iter().flat_map(|person| &person.accounts).map(|account| {
        let key = account.account.key.to_string();
        format!("{:?} {:?}", Cell::Text(Some(&account.tenant)), Cell::Text(Some(&key)))
    });
    assert_eq!(accounts, keys.collect::<Vec<_>>());
    let mut findings = Vec::new();
    review.each_finding(|cells| {
        assert_eq!(cells.len(), Review::FINDING_COLUMNS.len());
        let Cell::Text(Some(what)) = cells[8] else { panic!("{cells:?}") };
        findings.push(what.to_owned());
    });
    assert_eq!(findings, review.findings.iter().map(|finding| finding.what.clone()).collect::<Vec<_>>());
}

#[cfg(feature = "parquet")]
mod columns {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::{Field, Row};

    use super::*;

    fn read(write: impl Fn(&Review, std::fs::File) -> std::io::Result<()>, review: &Review) -> Vec<Row> {
        let file = tempfile::tempfile().unwrap();
        write(review, file.try_clone().unwrap()).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        reader.get_row_iter(None).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn field<'r>(row: &'r Row, name: &str) -> &'r Field {
        row.get_column_iter().find(|(column, _)| *column == name).unwrap().1
    }

    fn text(text: &str) -> Field {
        Field::Str(text.to_owned())
    }

    /// Whether a reader gives what was written.
    fn check(row: &Row, name: &str, cell: &Cell<'_>) {
        let value = field(row, name);
        let expected = match cell {
            Cell::Text(value) => value.map_or(Field::Null, text),
            Cell::Flag(value) => value.map_or(Field::Null, Field::Bool),
            Cell::Time(time) => {
                let never = time.map_or(Field::Null, |time| Field::Bool(time == "never"));
                assert_eq!(*field(row, &format!("{name}_never")), never, "{name}");
                let time = time.filter(|time| *time != "never").map(|time| time.parse::<Timestamp>().unwrap());
                time.map_or(Field::Null, |time| Field::TimestampMillis(time.unix_milliseconds()))
            }
            Cell::Texts(Some(texts)) => {
                let Field::ListInternal(list) = value else { panic!("{name}: {value:?}") };
                let texts: Vec<Field> = texts.iter().map(|one| text(one)).collect();
                assert_eq!(list.elements(), texts, "{name}");
                return;
            }
            Cell::Texts(None) => Field::Null,
        };
        assert_eq!(*value, expected, "{name}");
    }

    fn compare(rows: &[Row], columns: &[(&str, Kind)], cells: &[Vec<Cell<'_>>]) {
        assert_eq!(rows.len(), cells.len());
        for (row, cells) in rows.iter().zip(cells) {
            for ((name, _), cell) in columns.iter().zip(cells) {
                check(row, name, cell);
            }
        }
    }

    #[test]
    fn reads_back() {
        let review = small();
        let rows = read(Review::write_accounts_parquet, &review);
        let accounts: Vec<_> = review.account_rows().collect();
        let cells: Vec<Vec<Cell<'_>>> = accounts.iter().map(|row| row.cells().to_vec()).collect();
        compare(&rows, &AccountRow::COLUMNS, &cells);
        let rows = read(Review::write_findings_parquet, &review);
        let findings: Vec<_> = review.finding_rows().collect();
        let cells: Vec<Vec<Cell<'_>>> = findings.iter().map(|row| row.cells().to_vec()).collect();
        compare(&rows, &FindingRow::COLUMNS, &cells);
    }

    #[test]
    fn nobody_and_more_than_one_group_of_rows() {
        let nobody = super::super::review([]);
        assert!(read(Review::write_accounts_parquet, &nobody).is_empty());
        let people = (1..=4_100_u64).map(|id| ie(id, &format!("person.{id:04}@example.com"), &json!({})));
        let many = super::super::review([exposure_tenant(people)]);
        let rows = read(Review::write_accounts_parquet, &many);
        assert_eq!(rows.len(), 4_100);
        for (row, person) in rows.iter().zip(&many.people) {
            assert_eq!(*field(row, "person"), text(&person.person));
        }
    }
}
