//! The tables as CSV that a spreadsheet can open without running anything in it.

use std::io;

use super::Review;
use super::table::{AccountRow, Cell, FindingRow, Kind};

/// Between the texts of one cell.
const BETWEEN: &str = "; ";

impl Review {
    /// Writes one row for each account, as CSV (RFC 4180) in UTF-8 with a row of headings.
    ///
    /// A fact that is not told is an empty cell; several texts in one cell have `; ` between. A spreadsheet runs a text that begins with
    /// `=`, `+`, `-` or `@`, whoever wrote it: such a text gets an apostrophe in front, and so does one that begins with an apostrophe, so
    /// that taking one away gives every text back.
    ///
    /// ```
    /// # use tenable_directory::Review;
    /// fn write(review: &Review) -> std::io::Result<()> {
    ///     review.write_accounts_csv(std::fs::File::create("review.csv")?)
    /// }
    /// ```
    pub fn write_accounts_csv(&self, out: impl io::Write) -> io::Result<()> {
        write(out, &AccountRow::COLUMNS, self.account_rows().map(|row| row.cells().iter().map(text).collect()))
    }

    /// Writes one row for each finding, the gravest first, in the same form as [the accounts](Self::write_accounts_csv).
    pub fn write_findings_csv(&self, out: impl io::Write) -> io::Result<()> {
        write(out, &FindingRow::COLUMNS, self.finding_rows().map(|row| row.cells().iter().map(text).collect()))
    }
}

fn write(out: impl io::Write, columns: &[(&str, Kind)], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.iter().map(|(name, _)| name))?;
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.flush()
}

fn text(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) | Cell::Time(text) => guarded(text.unwrap_or_default()),
        Cell::Flag(flag) => flag.map_or(String::new(), |flag| flag.to_string()),
        // Each, since where semicolons divide cells a spreadsheet takes them for several.
        Cell::Texts(texts) => {
            let texts: Vec<String> = texts.iter().flatten().map(|text| guarded(text)).collect();
            texts.join(BETWEEN)
        }
    }
}

/// A text that no spreadsheet takes for a formula: as it is, or with a quote before it.
///
/// ```
/// use tenable_directory::review::guarded;
///
/// assert_eq!(guarded("=1+1"), "'=1+1");
/// assert_eq!(guarded("Ann Lee"), "Ann Lee");
/// ```
pub fn guarded(text: &str) -> String {
    // What spreadsheets skip before a formula counts as its beginning: white space, also the invisible kind, and other controls.
    let skipped = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}');
    let formula = text.trim_start_matches(skipped).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let begins_oddly = text.starts_with(['\t', '\r', '\n', '\'']);
    if formula || begins_oddly { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a program does that wants the text itself.
    fn unguarded(cell: &str) -> &str {
        cell.strip_prefix('\'').unwrap_or(cell)
    }

    #[test]
    fn formulas_are_guarded() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r1", " =1", "\u{feff}=1", "＝1", "'=1", "'", "\n@"] {
            let cell = guarded(text);
            assert!(cell.starts_with('\''), "{text:?}");
            assert_eq!(unguarded(&cell), text);
        }
        for text in
            ["", "ann@example.com", "1-1", "a=b", "Ann Lee", "never", "2026-08-01T12:00:00Z", "-".repeat(0).as_str()]
        {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn each_of_several_texts_is_guarded() {
        assert_eq!(text(&Cell::Texts(Some(vec!["User", "=1+1"]))), "User; '=1+1");
        assert_eq!(text(&Cell::Texts(None)), "");
        assert_eq!(text(&Cell::Flag(Some(true))), "true");
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof!["[-=+@'\t\r\n\" ,;;＝\u{feff}]{0,3}.{0,8}", any::<String>(), "[a-z@.,\"]{0,12}"]
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_and_none_is_a_formula(rows in prop::collection::vec(prop::array::uniform3(hostile()), 1..6)) {
            let mut out = Vec::new();
            let cells = rows.iter().map(|row| row.iter().map(|one| text(&Cell::Text(Some(one)))).collect());
            write(&mut out, &["one", "two", "three"].map(|name| (name, Kind::Text)), cells).unwrap();
            let mut reader = csv::Reader::from_reader(out.as_slice());
            let read: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(read.len(), rows.len());
            for (record, row) in read.iter().zip(&rows) {
                prop_assert_eq!(record.len(), 3);
                for (cell, wanted) in record.iter().zip(row) {
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
                    prop_assert_eq!(unguarded(cell), wanted);
                }
            }
        }
    }
}
