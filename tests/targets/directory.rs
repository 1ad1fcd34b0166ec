//! What tasks read: files of people, rows, saved plans and reviews, journals.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};
use std::panic;
use std::path::Path;
use std::sync::OnceLock;

use rust_xlsxwriter::Workbook;
use tenable_directory::import::{ColumnMap, Format, Import, Options, Table};
use tenable_directory::plan::{Change, Named, Plan, Step, Subject};
use tenable_directory::{Aliases, Clock, Directory, Journal, PeopleFile, Problem, Review, ReviewOptions, Stop, Tenant};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Target, choice, chosen};
use crate::CoreTransport;

pub(super) const PEOPLE_FILES: Target = Target {
    name: "people_files",
    about: "files of people, YAML and JSON; every problem names a line that is there",
    run: people_files,
    seeds: seeds_of_people_files,
    cost: 2,
};

pub(super) const ROWS: Target = Target {
    name: "rows",
    about: "CSV and JSON Lines, and which column is what; every problem names a line that is there",
    run: rows,
    seeds: seeds_of_rows,
    cost: 2,
};

pub(super) const WORKBOOKS: Target = Target {
    name: "workbooks",
    about: "Excel workbooks, whole and part by part; a damaged one is a problem",
    run: workbooks,
    seeds: seeds_of_workbooks,
    cost: 16,
};

pub(super) const SAVED: Target = Target {
    name: "saved",
    about: "saved plans, steps and reviews as JSON; what was read is written, and read again as the same",
    run: saved,
    seeds: seeds_of_saved,
    cost: 2,
};

pub(super) const JOURNALS: Target = Target {
    name: "journals",
    about: "journals of a plan that was begun; one that is refused is left as it is, and one that is taken can be taken again",
    run: journals,
    seeds: seeds_of_journals,
    cost: 16,
};

fn people_files(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match PeopleFile::parse(text, None) {
        Ok(file) => {
            let _people: Vec<&str> = file.people().collect();
            let _unknown = file.check_tenants(["acme"]);
        }
        Err(problems) => lines_are_there(problems.all(), text.split(['\n', '\r']).count()),
    }
}

fn lines_are_there(problems: &[Problem], lines: usize) {
    assert!(!problems.is_empty(), "it is refused without a reason");
    for problem in problems {
        let line = problem.place.as_ref().map_or(1, |place| place.line);
        assert!((1..=lines.max(1)).contains(&line), "{problem} is on none of {lines} lines");
    }
}

fn seeds_of_people_files() -> Vec<Vec<u8>> {
    let texts = [
        "version: 1\npeople:\n  - {name: Ann Lee, email: ann@example.com, roles: [User], ie: {role: Auditor}, sc: {user_name: '{local_part}'}}\n",
        "version: 1\ntemplates:\n  analyst:\n    sc: {user_name: '{local_part}', role: Vulnerability Analyst, group: Analysts}\n    vm: {role: Standard}\n\
         people:\n  - {name: Ann Lee, email: ann@example.com, template: analyst, aliases: [a.lee@example.com]}\n",
        "version: 1\nroles:\n  vm:\n    - {name: Reader, description: Reads, permissions: [VM.VM_SCAN.READ]}\n    - Old\n    - {name: Gone, absent: true}\n\
         groups:\n  vm: [Watch]\n  sc:\n    - name: Watch\n",
        "version: 1\nscope:\n  people: ['*@example.com']\n  roles: {vm: ['*']}\n  groups: {}\n  unlisted: disable\n  most_removals: 10%\nprotected: [admin@example.com]\n",
        "version: 1\nbase: &base {role: Standard}\npeople:\n  - <<: *base\n    email: bo@example.com\n",
        "{\"version\": 1, \"people\": [{\"email\": \"ann@example.com\", \"vm\": {\"absent\": true, \"enabled\": false}}]}",
        "---\n# nothing\n...\n---\nversion: 1\n",
        "version: 1\npeople: ~\nroles: {}\n",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nversion: 1\n",
    ];
    let mut seeds: Vec<Vec<u8>> = texts.map(Into::into).into();
    let page = include_str!("../../docs/people-file.md");
    let examples = page.split("```").skip(1).step_by(2);
    seeds.extend(examples.filter_map(|block| block.strip_prefix("yaml\n").map(Into::into)));
    seeds
}

fn rows(input: &[u8]) {
    let Some((format, bytes)) = choice(input, 3) else { return };
    let table = match format {
        0 => Table::read(Format::Csv, bytes, Some(Path::new("rows")), None),
        1 => Table::read(Format::JsonLines, bytes, Some(Path::new("rows")), None),
        _ => return columns(bytes),
    };
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    match table.and_then(|table| Import::new(table, &ColumnMap::default(), Options::default())) {
        Ok(import) => assert!(import.len() <= lines, "more rows than lines"),
        Err(problems) => lines_are_there(problems.all(), lines),
    }
}

/// The first line says what columns hold; the rest is a table.
fn columns(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (map, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (Ok(map), Ok(table)) = (ColumnMap::parse(map), Table::csv(rest.as_bytes(), None)) else { return };
    let _import = Import::new(table, &map, Options::default());
}

fn seeds_of_rows() -> Vec<Vec<u8>> {
    let csv =
        "Mail,Full name,Role,Phone\nann@example.com,Ann Lee,User,1\n\"bo@example.com\",\"Bo \"\"B\"\" Ray\",\"a;b\",\n";
    vec![
        chosen(0, csv),
        chosen(0, "email;role;tenant;enabled;password;groups\nann@example.com;User;ie;yes;Violet-Harbor-42;\"A, B\"\n"),
        chosen(0, "\u{feff}user_name\tname\r\nann\t\"two\r\nlines\"\r\n\r\n"),
        chosen(0, "email\n=cmd|' /C calc'!A0\n+1@example.com\n"),
        chosen(
            1,
            "{\"email\": \"ann@example.com\", \"role\": [\"User\", \"Auditor\"], \"enabled\": false}\n\n{\"email\": 7, \"x\": null}\n",
        ),
        chosen(1, "[1]\n{\"a\":{}}\n{"),
        chosen(2, "Mail=email,Login=user_name,Phone=\nMail,Login,Phone\nann@example.com,ann,1\n"),
        chosen(2, "=email\n\n"),
    ]
}

/// The parts of a workbook of one sheet, with their names.
fn parts() -> &'static [(String, Vec<u8>)] {
    static PARTS: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    PARTS.get_or_init(|| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (row, cells) in (0..).zip([["email", "name", "number"], ["ann@example.com", "Ann Lee", "7"]]) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write(row, column, cell).expect("the sheet takes cells");
            }
        }
        sheet.write(2, 2, 1.5).expect("the sheet takes cells");
        let bytes = workbook.save_to_buffer().expect("the workbook can be written");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("it is an archive");
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).expect("the part is there");
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("the part can be read");
            parts.push((file.name().to_owned(), content));
        }
        parts
    })
}

/// A workbook, stored without compression, with other content in one part.
fn workbook(changed: usize, content: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (index, (name, original)) in parts().iter().enumerate() {
        writer.start_file(name.as_str(), options).expect("parts can be added");
        writer.write_all(if index == changed { content } else { original }).expect("parts can be written");
    }
    writer.finish().expect("the archive can be written").into_inner()
}

/// A part of a workbook that gets this content, or a whole workbook.
fn workbooks(input: &[u8]) {
    let Some((part, content)) = choice(input, parts().len() + 1) else { return };
    let bytes = if part < parts().len() { workbook(part, content) } else { content.to_vec() };
    // What the library's panics print is not of interest: they are caught, and are a problem as any other.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let table = panic::catch_unwind(|| Table::read(Format::Xlsx, &bytes, None, None));
    panic::set_hook(hook);
    match table.expect("a damaged workbook is a problem, not a panic") {
        Ok(table) => drop(Import::new(table, &ColumnMap::default(), Options::default())),
        Err(problems) => assert!(!problems.all().is_empty(), "it is refused without a reason"),
    }
}

fn seeds_of_workbooks() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> =
        parts().iter().enumerate().map(|(part, (_, content))| chosen(part, content)).collect();
    seeds.push(chosen(parts().len(), workbook(usize::MAX, b"")));
    let sheet = parts().iter().position(|(name, _)| name.ends_with("sheet1.xml")).expect("there is a sheet");
    let cells = [
        "<c r=\"A1\" t=\"inlineStr\"><is><t>email</t></is></c>",
        "<c r=\"XFD1048576\"><v>1e300</v></c>",
        "<c r=\"A1\" t=\"s\"><v>99</v></c>",
        "<c r=\"B1\"><f>SUM(A1:A2)</f></c>",
        "<c r=\"A1\" t=\"e\"><v>#REF!</v></c>",
        "<c r=\"A1\" t=\"d\"><v>2026-11-21</v></c>",
        "<c><v></v></c>",
    ];
    for cell in cells {
        let text = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"A1:C3\"/><sheetData><row r=\"1\">{cell}</row>\
             </sheetData></worksheet>"
        );
        seeds.push(chosen(sheet, text));
    }
    seeds
}

fn saved(input: &[u8]) {
    let Some((kind, json)) = choice(input, 3) else { return };
    let Ok(json) = std::str::from_utf8(json) else { return };
    match kind {
        0 => {
            if let Ok(plan) = Plan::from_json(json) {
                same_again(&plan);
            }
        }
        // Without the hash, which keeps most changes out.
        1 => {
            let Ok(steps) = serde_json::from_str::<Vec<Step>>(json) else { return };
            let mut plan = Plan::default();
            plan.steps = steps;
            let mut shown = String::new();
            write!(shown, "{plan} {plan:?}").expect("text can be written");
            if Plan::from_json(&plan.to_json()).is_ok() {
                same_again(&plan);
            }
        }
        _ => {
            let Ok(review) = Review::read_json(json) else { return };
            let mut again = Vec::new();
            review.write_json(&mut again).expect("a review can be written");
            let again = Review::read_json(std::str::from_utf8(&again).expect("JSON is text"))
                .expect("what was written can be read");
            assert_eq!(again, review);
            let mut sink = std::io::sink();
            review.write_accounts_csv(&mut sink).expect("a review can be written");
            review.write_findings_csv(&mut sink).expect("a review can be written");
            let _changes = review.compare(&again);
        }
    }
}

fn same_again(plan: &Plan) {
    let again = Plan::from_json(&plan.to_json()).expect("what was written can be read");
    assert_eq!((again.hash(), &again), (plan.hash(), plan));
}

fn plan() -> Plan {
    let named = |name: &str| Named::new(name, None);
    let mut plan = Plan::default();
    plan.steps = vec![
        Step::new("vm", Subject::Group(named("Night shift")), Change::CreateGroup),
        Step::new("vm", Subject::Group(named("Day shift")), Change::CreateGroup),
        Step::new("sc", Subject::Group(named("Watch")), Change::CreateGroup),
    ];
    plan
}

fn seeds_of_saved() -> Vec<Vec<u8>> {
    let steps = serde_json::to_string(&plan().steps).expect("steps are JSON");
    // Of an emulated tenant, as it is at first.
    let tenant = Tenant::new("vm", CoreTransport::vulnerability_management(&[]).administrator());
    let directory = Directory::new([tenant]).expect("one tenant has a name of its own");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let present = runtime.expect("a runtime can be made").block_on(directory.read(&(), &Stop::default()));
    let options = ReviewOptions::new("2026-11-21T08:00:00Z".parse().expect("it is a time"));
    let mut review = Vec::new();
    Review::of(&present, &Aliases::default(), &options).write_json(&mut review).expect("a review can be written");
    vec![
        chosen(0, plan().to_json()),
        chosen(1, steps),
        chosen(1, "[]"),
        chosen(2, review),
        chosen(2, "{\"version\": 1}"),
    ]
}

fn journals(input: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("journal.jsonl");
    let (plan, clock) = (plan(), Clock::fixed(1_800_000_000));
    std::fs::write(&path, input).expect("the file can be written");
    if let Ok(journal) = Journal::open(&path, &plan, clock.clone()) {
        let earlier = journal.earlier().clone();
        drop(journal);
        let again = Journal::open(&path, &plan, clock).expect("what was taken can be taken again");
        assert_eq!(*again.earlier(), earlier);
    } else {
        let left = std::fs::read(&path).expect("the file is there");
        // A last line that a kill cut short may be gone.
        assert!(input.starts_with(&left), "it was refused and changed");
    }
}

fn seeds_of_journals() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("journal.jsonl");
    let plan = plan();
    drop(Journal::open(&path, &plan, Clock::fixed(1_800_000_000)).expect("a journal can be begun"));
    let begun = std::fs::read_to_string(&path).expect("the file is there");
    let step = serde_json::to_string(&plan.steps[0]).expect("steps are JSON");
    let line = |kind: &str, index: usize, rest: &str| {
        format!("{{\"{kind}\":{{\"index\":{index},\"at\":\"2027-01-15T08:00:00Z\",{rest}}}}}\n")
    };
    let some = line("begun", 0, &format!("\"step\":{step}"));
    let done = line("ended", 0, "\"outcome\":\"done\"");
    let far = line("ended", usize::MAX, "\"outcome\":\"done\"");
    [
        String::new(),
        begun.clone(),
        begun.clone() + &some,
        format!("{begun}{some}{done}"),
        format!("{begun}{some}{done}{far}"),
        begun + "{\"ended\":{\"ind",
    ]
    .map(String::into_bytes)
    .into()
}
