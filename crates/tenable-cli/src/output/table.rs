//! Tables for people.

use comfy_table::{Attribute, Cell, ContentArrangement, Table};
use comfy_table::{ContentLineStyle, LineStyle, TableStyle};
use serde_json::Value;

use super::cells::{self, Rows};

/// A light table: a line under the header, and air between columns.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none().junction(' '));

/// A cell wider than this may be wrapped to make room for another column.
const COMFORTABLE: u16 = 40;

/// The room there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Characters in a line; none for a pipe or a file.
    pub(crate) width: Option<u16>,
    /// Whether bold and the like may be used.
    pub(crate) styled: bool,
}

impl Limits {
    pub(crate) fn of_terminal() -> Self {
        // A terminal that does not know its width says 0.
        Self { width: Table::new().width().filter(|&width| width > 0), styled: super::styled() }
    }

    /// Of standard error, for what is shown before a question.
    pub(crate) fn of_messages() -> Self {
        let styled = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
        Self { width: None, styled }
    }
}

/// Which columns a table has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Columns<'a> {
    /// Those that were asked for, which stay.
    pub(crate) wanted: Option<&'a [String]>,
    /// Those of a list where none were asked for; all without any.
    pub(crate) preferred: &'a [&'a str],
    /// Those of a list without elements.
    pub(crate) fallback: &'a [String],
}

/// A table, and the columns that found no room in it.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pub(crate) left_out: Vec<String>,
}

/// Draws a list of objects as rows, one object as a list of its fields, and anything else as its text.
///
/// Columns that hold nothing are left out; where there is no room, so are the last of the others. Columns that were asked for stay.
pub(crate) fn render(value: &Value, columns: Columns<'_>, limits: Limits) -> Rendered {
    match value {
        Value::Array(elements) => list(elements, columns, limits),
        Value::Object(_) => object(value, columns.wanted, limits),
        scalar => Rendered { text: format!("{}\n", cells::text(scalar)), left_out: Vec::new() },
    }
}

fn list(elements: &[Value], columns: Columns<'_>, limits: Limits) -> Rendered {
    let Columns { wanted, preferred, fallback } = columns;
    let preferred: Vec<String> = preferred.iter().map(|&name| name.to_owned()).collect();
    let chosen = wanted.or(Some(preferred.as_slice()).filter(|preferred| !preferred.is_empty()));
    let Rows { columns, rows } = Rows::of(elements, chosen, fallback);
    let text_of = |(name, cell): (&String, &&Value)| cells::field(name, cell);
    let rows: Vec<Vec<String>> = rows.iter().map(|row| columns.iter().zip(row).map(text_of).collect()).collect();
    let filled = |column: &usize| rows.is_empty() || rows.iter().any(|row| !row[*column].is_empty());
    let all = 0..columns.len();
    let mut shown: Vec<usize> = if wanted.is_some() { all.collect() } else { all.filter(filled).collect() };
    if wanted.is_none() {
        // Nobody reads it, and it takes the room of three: the first to go.
        shown.sort_by_key(|&column| columns[column] == "uuid");
    }
    let mut left_out = Vec::new();
    loop {
        let mut table = empty(limits);
        table.set_header(shown.iter().map(|&column| header(&columns[column], limits)));
        for row in &rows {
            table.add_row(shown.iter().map(|&column| row[column].as_str()));
        }
        let fits = limits.width.is_none_or(|width| room_needed(&table) <= u32::from(width));
        if fits || wanted.is_some() || shown.len() <= 2 {
            left_out.reverse();
            return Rendered { text: text(&table), left_out };
        }
        left_out.extend(shown.pop().map(|column| columns[column].clone()));
    }
}

fn object(value: &Value, wanted: Option<&[String]>, limits: Limits) -> Rendered {
    let Rows { columns, rows } = Rows::of(std::slice::from_ref(value), wanted, &[]);
    let mut table = empty(limits);
    for (name, value) in columns.iter().zip(rows.into_iter().flatten()) {
        table.add_row([header(name, limits), Cell::new(cells::field(name, value))]);
    }
    Rendered { text: text(&table), left_out: Vec::new() }
}

/// Draws facts about several things side by side: a column for each thing, a row for each fact. As many tables as the room asks for.
///
/// Rows that hold nothing are left out.
pub(crate) fn facts(things: &[String], rows: &[(&str, Vec<String>)], limits: Limits) -> String {
    /// Characters that a column should have at least.
    const COLUMN: usize = 26;
    let names = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default() + 4;
    let at_once = limits.width.map_or(things.len(), |width| usize::from(width).saturating_sub(names) / COLUMN).max(1);
    let mut blocks = Vec::new();
    for first in (0..things.len()).step_by(at_once) {
        let shown = first..(first + at_once).min(things.len());
        let mut table = empty(limits);
        table.set_header(
            std::iter::once("")
                .chain(things[shown.clone()].iter().map(String::as_str))
                .map(|name| header(name, limits)),
        );
        for (name, cells) in rows {
            let cells = &cells[shown.clone()];
            if cells.iter().any(|cell| !cell.is_empty()) {
                let cells = cells.iter().map(|cell| cells::printable(cell)).map(Cell::new);
                table.add_row(std::iter::once(header(name, limits)).chain(cells));
            }
        }
        blocks.push(text(&table));
    }
    blocks.join("\n")
}

fn empty(limits: Limits) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).force_no_tty();
    if let Some(width) = limits.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    if limits.styled {
        table.enforce_styling();
    }
    table
}

fn header(name: &str, limits: Limits) -> Cell {
    let cell = Cell::new(cells::printable(name));
    if limits.styled { cell.add_attribute(Attribute::Bold) } else { cell }
}

/// Characters that a table takes without squeezing any column below what is comfortable.
fn room_needed(table: &Table) -> u32 {
    // Each column has a blank on either side, and there is one between two columns.
    table.column_max_content_widths().iter().map(|&width| u32::from(width.min(COMFORTABLE)) + 3).sum::<u32>() - 1
}

fn text(table: &Table) -> String {
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn narrow(width: u16) -> Limits {
        Limits { width: Some(width), styled: false }
    }

    fn people() -> Value {
        json!([
            {"id": 1, "name": "Ann", "email": "ann@example.com", "active": true, "biography": null, "roles": [2, 3]},
            {"id": 12, "name": "Bo", "email": "bo@example.com", "active": false, "biography": null, "roles": []}
        ])
    }

    #[test]
    fn a_list_is_a_table_with_a_line_under_its_header() {
        let table = render(&people(), Columns::default(), narrow(80));
        let expected = [
            " id   name   email             active   roles",
            "──────────────────────────────────────────────",
            " 1    Ann    ann@example.com   yes      2, 3",
            " 12   Bo     bo@example.com    no",
        ];
        assert_eq!(table.text.lines().collect::<Vec<_>>(), expected);
        assert_eq!(table.left_out, [""; 0]);
    }

    #[test]
    fn what_finds_no_room_is_named() {
        let table = render(&people(), Columns::default(), narrow(40));
        assert_eq!(table.left_out, ["roles"]);
        assert!(table.text.lines().all(|line| line.chars().count() <= 40), "{}", table.text);
        let wanted = ["roles".to_owned(), "id".to_owned()];
        let chosen = render(&people(), Columns { wanted: Some(&wanted), ..Columns::default() }, narrow(14));
        assert_eq!(chosen.left_out, [""; 0]);
        assert!(chosen.text.starts_with(" roles"), "{}", chosen.text);
    }

    #[test]
    fn columns_to_begin_with_make_room_as_others_do() {
        let columns = Columns { preferred: &["name", "email", "absent", "id"], ..Columns::default() };
        let table = render(&people(), columns, narrow(80));
        assert_eq!(table.text.lines().next(), Some(" name   email             id"));
        assert_eq!(render(&people(), columns, narrow(28)).left_out, ["id"]);
        let wanted = ["roles".to_owned()];
        let chosen = render(&people(), Columns { wanted: Some(&wanted), ..columns }, narrow(80));
        assert!(chosen.text.starts_with(" roles"), "{}", chosen.text);
    }

    #[test]
    fn an_object_is_a_list_of_its_fields() {
        let table = render(&people()[0], Columns::default(), narrow(80));
        assert!(table.text.starts_with(" id          1\n name        Ann\n"), "{}", table.text);
    }

    #[test]
    fn an_empty_list_leaves_the_header() {
        let fallback = ["id".to_owned(), "name".to_owned()];
        let table = render(&json!([]), Columns { fallback: &fallback, ..Columns::default() }, narrow(80));
        assert_eq!(table.text.lines().next(), Some(" id   name"));
    }

    #[test]
    fn facts_stand_side_by_side_while_there_is_room() {
        let things = ["ie", "sc", "vm"].map(str::to_owned);
        let row = |name, cells: [&str; 3]| (name, cells.map(str::to_owned).to_vec());
        let rows =
            [row("state", ["enabled", "", "disabled"]), row("nothing", ["", "", ""]), row("role", ["A", "B", "C"])];
        let wide = facts(&things, &rows, narrow(100));
        let expected = [
            "         ie        sc   vm",
            "─────────────────────────────────",
            " state   enabled        disabled",
            " role    A         B    C",
        ];
        assert_eq!(wide.lines().collect::<Vec<_>>(), expected);
        assert_eq!(facts(&things, &rows, narrow(70)).matches("role").count(), 2);
        assert_eq!(facts(&things, &rows, narrow(40)).matches("role").count(), 3);
    }

    #[test]
    fn styles_only_where_they_are_shown() {
        let styled = render(&people(), Columns::default(), Limits { width: None, styled: true });
        assert!(styled.text.contains("\u{1b}[1m"));
        assert!(!render(&people(), Columns::default(), narrow(80)).text.contains('\u{1b}'));
    }
}
