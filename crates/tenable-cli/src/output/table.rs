//! Tables for people.

use std::borrow::Cow;
use std::fmt::Write as _;

use anstyle::Style;
use comfy_table::{Attribute, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::cells::{self, Rows};

/// A light table: a line under the header, and air between columns.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none().junction(' '));

/// A cell wider than this may be wrapped to make room for another column.
const COMFORTABLE: usize = 40;

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
    let filled = |column: &usize| rows.is_empty() || rows.iter().any(|row| !cells::text(row[*column]).is_empty());
    let all = 0..columns.len();
    let mut shown: Vec<usize> = if wanted.is_some() { all.collect() } else { all.filter(filled).collect() };
    if wanted.is_none() {
        // Nobody reads it, and it takes the room of three: the first to go.
        shown.sort_by_key(|&column| columns[column] == "uuid");
    }
    let header = shown.iter().map(|&column| Cell::name(&columns[column])).collect();
    let rows = rows.iter().map(|row| shown.iter().map(|&column| Cell::field(&columns[column], row[column])).collect());
    let mut grid = Grid::of(Some(header), rows.collect());
    let mut left_out = Vec::new();
    if wanted.is_none() {
        while grid.widths.len() > 2 && limits.width.is_some_and(|width| grid.room_needed() > usize::from(width)) {
            grid.widths.pop();
            left_out.extend(shown.pop().map(|column| columns[column].clone()));
        }
    }
    left_out.reverse();
    Rendered { text: grid.draw(limits), left_out }
}

fn object(value: &Value, wanted: Option<&[String]>, limits: Limits) -> Rendered {
    let Rows { columns, rows } = Rows::of(std::slice::from_ref(value), wanted, &[]);
    let fields = columns.iter().zip(rows.into_iter().flatten());
    let rows = fields.map(|(name, value)| vec![Cell::name(name), Cell::field(name, value)]).collect();
    Rendered { text: Grid::of(None, rows).draw(limits), left_out: Vec::new() }
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
        let header = std::iter::once("").chain(things[shown.clone()].iter().map(String::as_str)).map(Cell::name);
        let rows = rows.iter().filter_map(|(name, cells)| {
            let cells = &cells[shown.clone()];
            let row = std::iter::once(Cell::name(name)).chain(cells.iter().map(|cell| Cell::plain(cell)));
            cells.iter().any(|cell| !cell.is_empty()).then(|| row.collect())
        });
        blocks.push(Grid::of(Some(header.collect()), rows.collect()).draw(limits));
    }
    blocks.join("\n")
}

/// A text on one line, and whether it names what stands beside or under it.
struct Cell<'a> {
    text: Cow<'a, str>,
    name: bool,
}

impl<'a> Cell<'a> {
    fn plain(text: &'a str) -> Self {
        Self { text: cells::printable(text), name: false }
    }

    fn name(text: &'a str) -> Self {
        Self { name: true, ..Self::plain(text) }
    }

    fn field(name: &str, value: &'a Value) -> Self {
        Self { text: cells::field(name, value), name: false }
    }
}

/// What a table holds, before it is known how much room it gets.
struct Grid<'a> {
    header: Option<Vec<Cell<'a>>>,
    rows: Vec<Vec<Cell<'a>>>,
    /// Characters in the widest cell of each column, one at least. What is past its end is not drawn.
    widths: Vec<usize>,
}

impl<'a> Grid<'a> {
    fn of(header: Option<Vec<Cell<'a>>>, rows: Vec<Vec<Cell<'a>>>) -> Self {
        let mut widths = Vec::new();
        for row in header.iter().chain(&rows) {
            widths.resize(widths.len().max(row.len()), 1);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.text.width().max(*width);
            }
        }
        Self { header, rows, widths }
    }

    /// Characters that it takes without squeezing any column below what is comfortable.
    fn room_needed(&self) -> usize {
        Self::room(self.widths.iter().map(|&width| width.min(COMFORTABLE)))
    }

    /// Each column has a blank on either side, and there is one between two columns.
    fn room(widths: impl Iterator<Item = usize>) -> usize {
        widths.map(|width| width + 3).sum::<usize>().saturating_sub(1)
    }

    fn draw(&self, limits: Limits) -> String {
        if self.widths.is_empty() {
            return "\n".to_owned();
        }
        let room = Self::room(self.widths.iter().copied());
        match limits.width {
            Some(width) if room > usize::from(width) => self.draw_within(width, limits.styled),
            _ => self.draw_in_full(room, limits.styled),
        }
    }

    /// Every cell on one line.
    fn draw_in_full(&self, room: usize, styled: bool) -> String {
        let mut text = String::with_capacity((self.rows.len() + 2) * (room + 1));
        if let Some(header) = &self.header {
            self.draw_line(&mut text, header, styled);
            text.extend(std::iter::repeat_n('─', room));
            text.push('\n');
        }
        for row in &self.rows {
            self.draw_line(&mut text, row, styled);
        }
        text
    }

    fn draw_line(&self, text: &mut String, row: &[Cell<'_>], styled: bool) {
        let (start, mut blanks) = (text.len(), 0);
        for (cell, &width) in row.iter().zip(&self.widths) {
            blanks += 1;
            if !cell.text.is_empty() {
                text.extend(std::iter::repeat_n(' ', blanks));
                let style = if cell.name && styled { Style::new().bold() } else { Style::new() };
                // Writing to memory cannot fail.
                let _infallible = write!(text, "{style}{}{style:#}", cell.text);
                blanks = 0;
            }
            blanks += width.saturating_sub(cell.text.width()) + 2;
        }
        // What is in a cell may end in blanks as well.
        text.truncate(text.trim_end().len().max(start));
        text.push('\n');
    }

    /// What is too wide is broken into several lines, in the columns that take the most.
    fn draw_within(&self, room: u16, styled: bool) -> String {
        let mut table = Table::new();
        table.load_style(STYLE).force_no_tty();
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(room);
        if styled {
            table.enforce_styling();
        }
        let cell = |cell: &Cell<'_>| {
            let drawn = comfy_table::Cell::new(&cell.text);
            if cell.name && styled { drawn.add_attribute(Attribute::Bold) } else { drawn }
        };
        let cells = |row: &[Cell<'_>]| row.iter().take(self.widths.len()).map(cell).collect::<Vec<_>>();
        if let Some(header) = &self.header {
            table.set_header(cells(header));
        }
        for row in &self.rows {
            table.add_row(cells(row));
        }
        let mut text = table.trim_fmt();
        text.push('\n');
        text
    }
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
    fn there_are_two_ways_to_draw_and_one_look() {
        for texts in [
            ["a", "b", "c"],
            ["", "", ""],
            ["漢字", "é", "👩‍🚀"],
            ["a longer text", "", "x"],
            ["a", "b", "c \u{a0}"],
            [" ", " ", " "],
        ] {
            for header in [true, false] {
                let row = |name: bool| texts.map(|text| Cell { name, ..Cell::plain(text) }).into();
                let grid = Grid::of(header.then(|| row(true)), vec![row(false), Vec::from([Cell::plain("short")])]);
                let full = grid.draw(Limits { width: None, styled: false });
                assert_eq!(full, grid.draw_within(1_000, false), "{texts:?}");
                assert_eq!(grid.draw(narrow(1_000)), full);
            }
        }
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
    fn what_has_no_fields_is_an_empty_line() {
        for nothing in [json!({}), json!([{}, {}, {}])] {
            assert_eq!(render(&nothing, Columns::default(), narrow(80)).text, "\n", "{nothing}");
        }
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
