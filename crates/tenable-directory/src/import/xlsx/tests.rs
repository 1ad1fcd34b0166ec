use std::io::{Cursor, Read as _, Write as _};

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::*;

fn rows(bytes: &[u8], sheet: Option<&str>) -> Vec<String> {
    Table::xlsx(bytes, None, sheet).unwrap().shown()
}

fn problem(bytes: &[u8], sheet: Option<&str>) -> String {
    Table::xlsx(bytes, Some("p.xlsx".as_ref()), sheet).unwrap_err().to_string()
}

/// A workbook of one sheet whose cells stand where they are given.
fn workbook(fill: impl Fn(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    workbook.save_to_buffer().unwrap()
}

/// The same workbook with the first sheet's XML changed. Stored without compression.
fn changed(bytes: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().to_owned();
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            content = change(&content);
        }
        writer.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn rows_have_the_numbers_that_the_sheet_shows() {
    let bytes = workbook(|sheet| {
        sheet.write(2, 1, " Mail ").unwrap();
        sheet.write(2, 3, "Role").unwrap();
        sheet.write(4, 1, "ann@example.com").unwrap();
        sheet.write(4, 3, "Auditor").unwrap();
        sheet.write(6, 3, "User").unwrap();
        sheet.write(7, 5, "a remark").unwrap();
    });
    let table = Table::xlsx(&bytes, None, None).unwrap();
    assert_eq!(table.columns(), ["Mail", "Role", ""]);
    assert_eq!(table.head, Some(3));
    assert_eq!(table.shown(), ["5: Mail=ann@example.com, Role=Auditor", "7: Role=User", "8: =a remark"]);
}

#[test]
fn every_kind_of_cell_is_text() {
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let hours = Format::new().set_num_format("[h]:mm");
    let bytes = workbook(|sheet| {
        for (column, head) in ["n", "f", "b", "d", "t", "h", "sum", "word", "blank"].into_iter().enumerate() {
            sheet.write(0, u16::try_from(column).unwrap(), head).unwrap();
        }
        sheet.write(1, 0, 4711.0).unwrap();
        sheet.write(1, 1, 0.25).unwrap();
        sheet.write(1, 2, true).unwrap();
        let date = ExcelDateTime::from_ymd(2026, 11, 21).unwrap();
        sheet.write_with_format(1, 3, &date, &day).unwrap();
        sheet.write_with_format(1, 4, date.and_hms(8, 30, 0).unwrap(), &day).unwrap();
        sheet.write_with_format(1, 5, 1.5, &hours).unwrap();
        sheet.write(1, 6, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write(1, 7, Formula::new("=\"a\"&\"b\"").set_result("ab")).unwrap();
        sheet.write_blank(1, 8, &day).unwrap();
        sheet.write_with_format(2, 3, -5, &day).unwrap();
        sheet.write_with_format(2, 4, 1e300, &day).unwrap();
        sheet.write(2, 0, -0.0).unwrap();
        sheet.write(2, 1, 1e20).unwrap();
        sheet.write(2, 2, false).unwrap();
    });
    let told = rows(&bytes, None);
    assert_eq!(told[0], "2: n=4711, f=0.25, b=true, d=2026-11-21, t=2026-11-21T08:30:00, h=1.5, sum=2, word=ab");
    let large = format!("1{}", "0".repeat(300));
    assert_eq!(told[1], format!("3: n=0, f=100000000000000000000, b=false, d=-5, t={large}"));
}

#[test]
fn a_cell_without_a_value_of_its_own_is_told() {
    let bytes = workbook(|sheet| {
        sheet.write(0, 0, "mail").unwrap();
        sheet.write(0, 1, "role").unwrap();
        sheet.write(1, 0, Formula::new("=A5").set_result("#N/A")).unwrap();
        sheet.write(2, 0, "bo@example.com").unwrap();
        sheet.write(2, 1, Formula::new("=A5").set_result("7777")).unwrap();
        sheet.write(3, 0, Formula::new("=\"\"").set_result("nothing")).unwrap();
    });
    // As programs write formulas that nobody has computed yet, and those whose value is an empty text.
    let bytes = changed(&bytes, |xml| xml.replace("<v>7777</v>", "").replace("<v>nothing</v>", "<v></v>"));
    assert_eq!(
        rows(&bytes, None),
        [
            "2: ! \"mail\" holds the error #N/A",
            "3: mail=bo@example.com! \"role\" holds a formula without its value: open the workbook in a spreadsheet program and save it",
        ]
    );
}

#[test]
fn a_sheet_that_says_it_is_huge_is_read() {
    let bytes = workbook(|sheet| {
        sheet.write(0, 0, "mail").unwrap();
        sheet.write(1, 0, "ann@example.com").unwrap();
        sheet.write(1_048_575, 16_383, "far away").unwrap();
    });
    let told = rows(&bytes, None);
    assert_eq!(told, ["2: mail=ann@example.com", "1048576: =far away"]);
}

#[test]
fn sheets_go_by_name() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Notes").unwrap().write(0, 0, "read me").unwrap();
    let sheet = workbook.add_worksheet().set_name("People").unwrap();
    sheet.write(0, 0, "mail").unwrap();
    sheet.write(1, 0, "ann@example.com").unwrap();
    workbook.add_worksheet().set_name("Empty").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(rows(&bytes, Some("People")), ["2: mail=ann@example.com"]);
    assert!(rows(&bytes, None).is_empty(), "the first one");
    assert_eq!(problem(&bytes, Some("people")), "p.xlsx:1: there is no sheet \"people\"; do you mean \"People\"?");
    assert_eq!(problem(&bytes, Some("Empty")), "p.xlsx:1: the sheet \"Empty\" has no heads: it is empty");
}

#[test]
fn what_is_no_workbook_is_told() {
    for bytes in [&b""[..], b"mail\nann@example.com\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"] {
        let problem = problem(bytes, None);
        assert!(problem.starts_with("p.xlsx:1: this is no workbook that can be read: "), "{problem}");
    }
}

#[test]
fn a_sheet_that_gives_its_corners_the_wrong_way_round_is_a_table_or_a_problem() {
    let bytes = changed(&sample(), |xml| {
        assert!(xml.contains("ref=\"A1:C2\""), "{xml}");
        xml.replace("ref=\"A1:C2\"", "ref=\"C2:A1\"")
    });
    // A problem where overflows are checked, the rows elsewhere.
    match Table::xlsx(&bytes, None, None) {
        Ok(table) => assert_eq!(table.len(), 1),
        Err(problems) => assert!(problems.to_string().ends_with("it is damaged"), "{problems}"),
    }
}

fn sample() -> Vec<u8> {
    let bytes = workbook(|sheet| {
        sheet.write(0, 0, "mail").unwrap();
        sheet.write(1, 0, "ann@example.com").unwrap();
        sheet.write(1, 1, 2.0).unwrap();
        sheet.write(1, 2, Formula::new("=1+1").set_result("2")).unwrap();
    });
    changed(&bytes, |xml| xml.replace("<v>2</v></c></row>", "</c></row>"))
}

proptest! {
    #[test]
    fn any_bytes_are_a_table_or_a_problem(bytes: Vec<u8>) {
        let _ = Table::xlsx(&bytes, None, None);
    }

    /// Damage in the packing.
    #[test]
    fn a_damaged_workbook_is_a_table_or_a_problem(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sample();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = Table::xlsx(&bytes, None, None);
    }

    /// Damage in what is packed, with sums that are right.
    #[test]
    fn a_damaged_sheet_is_a_table_or_a_problem(
        place: prop::sample::Index,
        length in 0_usize..12,
        text in "[a-zA-Z0-9<>/=\" .:-]{0,6}",
    ) {
        let bytes = changed(&sample(), |xml| {
            let begin = place.index(xml.len());
            let end = (begin + length).min(xml.len());
            format!("{}{text}{}", &xml[..begin], &xml[end..])
        });
        let _ = Table::xlsx(&bytes, None, None);
    }
}
