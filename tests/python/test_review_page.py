"""The page of an access review, in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

import review_population as population

# How many rows are laid out before the reader scrolls to the end of them.
AT_ONCE = 200
MIDDLING = 230
PEOPLE = "#people-table > tbody > tr"
FINDINGS = "#findings-table > tbody > tr"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM")
    if not program:
        pytest.fail(os.environ.get("CHROMIUM_PROBLEM", "CHROMIUM must name a Chromium; `cargo xtask test python` finds or gets one"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where the page of a review is, by name; written the first time."""
    program = os.environ.get("TENABLE_REVIEW_PAGE")
    if not program:
        pytest.fail("TENABLE_REVIEW_PAGE must name the example `review_page`; `cargo xtask test python` sets it")
    folder = tmp_path_factory.mktemp("review")
    written: dict[str, Path] = {}

    def compared() -> list[population.Json]:
        now = population.usual()
        return [now, population.before(now)]

    reviews: dict[str, Callable[[], list[population.Json]]] = {
        "usual": compared,
        "hostile": lambda: [population.hostile()],
        "middling": lambda: [population.large(MIDDLING)],
        "large": lambda: [population.large(5000)],
        "many_tenants": lambda: [population.many_tenants(40, 30)],
        "empty": lambda: [population.review(population.three_tenants(), [])],
    }

    def page(name: str) -> Path:
        if name not in written:
            files = []
            for number, review in enumerate(reviews[name]()):
                files.append(folder / f"{name}-{number}.json")
                files[-1].write_text(json.dumps(review), encoding="utf-8")
            written[name] = folder / f"{name}.html"
            subprocess.run([program, written[name], *files], check=True)
        return written[name]

    return page


@pytest.fixture
def open_page(browser: Browser, pages: Callable[[str], Path]) -> Iterator[Open]:
    """Opens a page from disk. It may load nothing but itself, and nothing in it may go wrong."""
    requests: set[str] = set()
    complaints: list[str] = []
    contexts = []
    opened: set[str] = set()

    def listen(message: ConsoleMessage) -> None:
        complaints.append(f"{message.type}: {message.text}")

    def open_it(name: str, hash: str = "", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.add(request.url.partition("#")[0]))
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        address = pages(name).as_uri()
        opened.add(address)
        page.goto(address + hash)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert requests == opened
    assert complaints == []


def shown(rows: Locator) -> list[str]:
    """The first line of each row that is laid out: the name in the table of people."""
    return rows.evaluate_all(
        "rows => rows.filter(row => !row.hidden).map(row => (row.querySelector('th button') ?? row.querySelector('.title')).textContent)"
    )


def values(page: Page, column: int) -> list[str]:
    """What the rows of the table of people are sorted by, as they stand."""
    return page.locator(PEOPLE).evaluate_all(f"rows => rows.map(row => row.cells[{column}].dataset.v)")


def counts(page: Page) -> dict[str, tuple[int, int]]:
    """How many of how many rows there are, as the page says it."""
    text = page.locator("#counts").inner_text().replace(",", "")
    return {what: (int(some), int(of)) for some, of, what in re.findall(r"(\d+) of (\d+) (\w+)", text)}


def choose(page: Page, field: str, value: str) -> None:
    page.locator(f"#{field}").select_option(value)


# What it says


def test_the_head_tells_when_where_and_what_is_missing(open_page: Open) -> None:
    page = open_page("usual")
    head = page.get_by_role("banner").inner_text()
    assert "2026-08-31 08:00 UTC of 3 tenants" in head
    assert "1 of 4 tenants could not be read." in head
    assert "no answer within 30 s" in head
    tenants = page.locator("#tenants tbody tr")
    expect(tenants).to_have_count(4)
    expect(tenants.nth(2)).to_contain_text("Tenable Vulnerability Management")
    expect(tenants.nth(2)).to_contain_text("groups could not be read: 403 Forbidden")
    expect(tenants.nth(1)).to_contain_text("Not kept by the product: last API use, second factor")


def test_the_summary_counts_what_is_in_the_tables(open_page: Open) -> None:
    review = population.usual()
    page = open_page("usual")
    tiles = dict(reversed(tile.split("\n", 1)) for tile in page.locator(".tile").all_inner_texts())
    of = lambda severity: sum(one["severity"] == severity for one in review["findings"])  # noqa: E731
    assert tiles["people"] == str(len(review["people"])) == str(page.locator(PEOPLE).count())
    # The comparison finds somebody who is gone elsewhere, which no review tells alone.
    assert int(tiles["high findings"]) == of("high") + 1
    assert int(tiles["medium findings"]) == of("medium")
    assert int(tiles["to know"]) == of("info")
    assert page.locator(FINDINGS).count() == len(review["findings"]) + 1
    idle = page.locator(".kinds a", has_text=re.compile("^Idle"))
    assert idle.locator("b").inner_text() == str(sum(one["kind"] == "idle" for one in review["findings"]))


def test_changes_since_the_last_review(open_page: Open) -> None:
    page = open_page("usual")
    changes = page.locator("#changes")
    expect(changes.get_by_role("heading")).to_contain_text("since the review of 2026-05-31 08:00 UTC")
    expect(changes).to_contain_text("renamed: old-name@example.com →")
    expect(changes.locator("#changed-accounts tbody tr", has_text="left@example.com").first).to_contain_text("left")
    expect(changes.locator("#old-findings")).to_contain_text("not used for 140 days")
    changes.get_by_role("link", name=re.compile(r"\d+ new findings")).click()
    new = page.locator(FINDINGS).filter(visible=True)
    expect(new.filter(has_text="Night shift")).to_have_count(1)
    assert new.count() == page.locator(FINDINGS).get_by_text("new", exact=True).count() < page.locator(FINDINGS).count()


def test_without_scripts_all_rows_are_there(open_page: Open) -> None:
    page = open_page("middling", java_script_enabled=False)
    rows = page.locator(PEOPLE)
    assert rows.count() == MIDDLING
    expect(rows.last).to_be_visible()
    expect(rows.last).to_contain_text("Key")
    expect(page.locator(".scripted").first).to_be_hidden()


def test_a_review_of_nobody(open_page: Open) -> None:
    page = open_page("empty")
    expect(page.locator("#findings")).to_contain_text("No findings.")
    expect(page.locator("#people")).to_contain_text("Nobody has an account that could be read.")
    assert counts(page) == {"roles": (12, 12), "groups": (7, 7)}


# Sorting


@pytest.mark.parametrize("column", range(6))
def test_people_sort_by_every_column(open_page: Open, column: int) -> None:
    page = open_page("usual")
    head = page.locator("#people-table thead th").nth(column)
    expect(head).to_have_attribute("aria-sort", "none")
    orders = []
    for _ in range(2):
        head.get_by_role("button").click()
        told = [value for value in values(page, column) if value]
        # What is not told stands last, whichever way.
        assert all(values(page, column)[: len(told)])
        key = float if column == 5 else str.casefold
        is_up = head.get_attribute("aria-sort") == "ascending"
        assert is_up or head.get_attribute("aria-sort") == "descending"
        assert told == sorted(told, key=key, reverse=not is_up)
        orders.append(is_up)
    assert sorted(orders) == [False, True]
    others = page.locator("#people-table thead th").evaluate_all("heads => heads.map(head => head.ariaSort)")
    assert others.count("none") == 5


def test_the_keyboard_sorts(open_page: Open) -> None:
    page = open_page("usual")
    severity = page.locator("#findings-table thead th").first
    severity.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(severity).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("Space")
    expect(severity).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(FINDINGS).first).to_contain_text("info")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#findings-table thead th").nth(1)).to_have_attribute("aria-sort", "ascending")
    expect(severity).to_have_attribute("aria-sort", "none")


def test_every_table_sorts(open_page: Open) -> None:
    page = open_page("usual")
    for table in page.locator("table.list").all():
        for head in table.locator("thead th").all():
            head.get_by_role("button").click()
            assert head.get_attribute("aria-sort") in ("ascending", "descending")


# Filters


def test_text_filters_by_words_whatever_their_accents(open_page: Open) -> None:
    page = open_page("usual")
    box = page.get_by_role("searchbox")
    box.fill("WÉBER  sina")
    assert shown(page.locator(PEOPLE)) == ["Sina Weber"]
    found = counts(page)
    assert found["people"] == (1, page.locator(PEOPLE).count())
    assert found["findings"][0] == page.locator(FINDINGS).filter(visible=True).count() > 0
    expect(page.locator("#people h2")).to_have_text(f"People 1 of {found['people'][1]}")
    box.fill("nobody is called that")
    assert [some for some, _ in counts(page).values()] == [0, 0, 0, 0]
    # The end of one text and the beginning of the next are no word.
    box.fill("enabledRoles")
    assert counts(page)["people"][0] == 0


def expected(review: population.Json, holds: Callable[[population.Json], bool]) -> set[str]:
    """People with an account of which something holds."""
    return {one["full_name"] or one["person"] for one in review["people"] if any(holds(account) for account in one["accounts"])}


def test_filters_of_accounts_ask_the_same_account(open_page: Open) -> None:
    review = population.usual()
    page = open_page("usual")
    rows = page.locator(PEOPLE)
    choose(page, "state", "disabled")
    assert set(shown(rows)) == expected(review, lambda one: not one["account"]["enabled"])
    choose(page, "where", "product:vm")
    in_vm = expected(review, lambda one: not one["account"]["enabled"] and one["product"] == "vm")
    assert set(shown(rows)) == in_vm
    assert in_vm != expected(review, lambda one: one["product"] == "vm")
    choose(page, "state", "locked")
    choose(page, "where", "tenant:datacentre")
    assert set(shown(rows)) == expected(review, lambda one: one["account"]["locked_out"] and one["tenant"] == "datacentre") != set()
    choose(page, "state", "administrator")
    choose(page, "where", "")
    assert set(shown(rows)) == expected(review, lambda one: one["administrator"]) != set()
    choose(page, "state", "")
    choose(page, "where", "product:sc")
    assert set(shown(rows)) == expected(review, lambda one: one["product"] == "sc")


def test_filters_of_findings_ask_the_same_finding(open_page: Open) -> None:
    review = population.usual()
    page = open_page("usual")
    choose(page, "kind", "locked_out")
    choose(page, "where", "tenant:cloud")
    locked = [one for one in review["findings"] if one["kind"] == "locked_out" and "cloud" in one["tenants"]]
    assert counts(page)["findings"][0] == len(locked) > 0
    assert counts(page)["people"][0] == len({one["person"] for one in locked})
    choose(page, "severity", "high")
    assert counts(page)["findings"][0] == counts(page)["people"][0] == 0
    choose(page, "kind", "strong_role")
    choose(page, "where", "")
    assert {what: some for what, (some, _) in counts(page).items()} == {"findings": 1, "people": 0, "roles": 1, "groups": 0}
    page.get_by_role("button", name="Clear").click()
    assert all(some == of for some, of in counts(page).values())


def test_the_summary_filters(open_page: Open) -> None:
    page = open_page("usual")
    page.get_by_role("link", name=re.compile(r"medium findings")).click()
    assert counts(page)["findings"][0] == page.locator(f"{FINDINGS} .badge.medium").count() > 0
    page.locator(".kinds a", has_text="Several accounts").click()
    assert counts(page)["findings"][0] == 1
    page.get_by_role("link", name=re.compile("administrators")).click()
    assert set(shown(page.locator(PEOPLE))) == expected(population.usual(), lambda one: one["administrator"])


def test_the_address_keeps_what_was_asked_for(open_page: Open) -> None:
    page = open_page("usual")
    page.get_by_role("searchbox").fill("a & b=c#")
    choose(page, "where", "tenant:cloud")
    page.get_by_role("searchbox").fill("weber")
    choose(page, "state", "enabled")
    page.locator("#people-table thead button").nth(3).click()
    page.get_by_label("Dark").check(force=True)
    asked = page.evaluate("location.hash")
    again = open_page("usual", asked)
    assert again.get_by_role("searchbox").input_value() == "weber"
    assert counts(again) == counts(page)
    assert shown(again.locator(PEOPLE)) == shown(page.locator(PEOPLE))
    expect(again.locator("#people-table thead th").nth(3)).to_have_attribute("aria-sort", "descending")
    expect(again.get_by_label("Dark")).to_be_checked()
    again.get_by_role("searchbox").fill("a & b=c#")
    third = open_page("usual", again.evaluate("location.hash"))
    assert third.get_by_role("searchbox").input_value() == "a & b=c#"


def test_an_address_of_another_review_asks_for_nothing(open_page: Open) -> None:
    page = open_page("usual", "#kind=no_such_kind&where=tenant:gone&sort=no-table.7.up&sort=people-table.99.up&x=1")
    assert all(some == of for some, of in counts(page).values())


# Opening rows, and going from one table to another


def test_a_row_opens_and_closes(open_page: Open) -> None:
    page = open_page("usual")
    row = page.locator(PEOPLE, has_text="sina.weber@example.com")
    opener = row.locator("th").get_by_role("button")
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(row.get_by_text("Key", exact=True).first).to_be_hidden()
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(row.get_by_text("Key", exact=True).first).to_be_visible()
    expect(row).to_contain_text("sina-admin@example.com")
    expect(row).to_contain_text("Have a second factor set up, or allow the account to sign in by SAML alone.")
    closed = row.inner_text()
    opener.press("Enter")
    opener.press("Enter")
    assert row.inner_text() == closed, "nothing is told twice"
    opener.press("Enter")
    expect(row.get_by_text("Key", exact=True).first).to_be_hidden()
    page.get_by_role("button", name="Open all rows").click()
    assert page.locator(f"{PEOPLE}.open").count() == page.locator(PEOPLE).count()
    page.get_by_role("button", name="Close all rows").click()
    assert page.locator(f"{PEOPLE}.open").count() == 0


def test_a_finding_leads_to_its_person_and_back(open_page: Open) -> None:
    page = open_page("middling")
    choose(page, "severity", "high")
    link = page.locator(f"{FINDINGS} a").nth(5)
    name = link.text_content()
    page.locator("#people-table thead button").first.click()
    link.click()
    row = page.locator(f"{PEOPLE}.aim")
    expect(row.locator("th button")).to_have_text(str(name))
    expect(row).to_be_in_viewport()
    expect(row.locator("th button")).to_be_focused()
    row.locator(".chip a").first.click()
    expect(page.locator(f"{FINDINGS}.aim")).to_be_in_viewport()


def test_a_person_whom_the_filter_hides_is_shown_when_asked_for(open_page: Open) -> None:
    page = open_page("usual")
    page.get_by_role("searchbox").fill("nobody is called that")
    page.locator("#changed-accounts a").last.click()
    expect(page.locator(f"{PEOPLE}.aim")).to_be_in_viewport()
    assert all(some == of for some, of in counts(page).values())


# Looks


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_colours_follow_the_system_and_the_switch(open_page: Open) -> None:
    light, dark = (open_page("usual", color_scheme=scheme) for scheme in ("light", "dark"))
    by_day, by_night = background(light), background(dark)
    assert by_day != by_night
    # The inputs are out of sight, below their labels.
    light.get_by_text("Dark", exact=True).click()
    dark.get_by_text("Light", exact=True).click()
    assert (background(light), background(dark)) == (by_night, by_day)
    light.get_by_text("Auto", exact=True).click()
    assert background(light) == by_day
    light.emulate_media(color_scheme="dark")
    assert background(light) == by_night


# The contrast of each text with what is behind it, after WCAG 2.2; gives those below 4.5, and how many were looked at.
CONTRAST = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  function pixel(colours) {
    const key = colours.join();
    if (!seen.has(key)) {
      context.clearRect(0, 0, 1, 1);
      for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
      seen.set(key, [...context.getImageData(0, 0, 1, 1).data].slice(0, 3));
    }
    return seen.get(key);
  }
  function behind(element) {
    const colours = [];
    for (let at = element; at; at = at.parentElement) colours.unshift(getComputedStyle(at).backgroundColor);
    return ["white", ...colours];
  }
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  function ratio(element, colour) {
    const back = behind(element);
    const [a, b] = [luminance(pixel(back)), luminance(pixel([...back, colour]))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  }
  let count = 0;
  const faint = new Set();
  function look(element, colour, what) {
    count += 1;
    const contrast = ratio(element, colour);
    if (contrast < 4.5) faint.add(`${what}: ${contrast.toFixed(2)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    look(element, getComputedStyle(element).color, `${element.localName}.${element.className} ${walker.currentNode.data.slice(0, 20)}`);
    for (const pseudo of ["::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      const isText = /^".*[^" ].*"$/.test(style.content) && style.color !== "rgba(0, 0, 0, 0)";
      if (isText) look(element, style.color, `${element.localName}.${element.className}${pseudo} ${style.content}`);
    }
  }
  const box = document.getElementById("q");
  look(box, getComputedStyle(box, "::placeholder").color, "placeholder");
  return { count, faint: [...faint] };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(open_page: Open, scheme: str) -> None:
    page = open_page("usual", color_scheme=scheme)
    page.get_by_role("button", name="Open all rows").click()
    page.locator("#people-table thead button").first.click()
    page.mouse.move(0, 0)
    result = page.evaluate(CONTRAST)
    assert result["count"] > 3000
    assert result["faint"] == []


def test_the_measure_of_contrast_finds_faint_text(open_page: Open) -> None:
    page = open_page("usual")
    page.evaluate("document.querySelector('h1').style.color = '#999'")
    assert page.evaluate(CONTRAST)["faint"] == ["h1. Access review: 2.65"]


@pytest.mark.parametrize("width", [320, 400, 700, 1000, 1400])
@pytest.mark.parametrize("name", ["usual", "hostile", "many_tenants"])
def test_no_width_needs_scrolling_sideways(open_page: Open, name: str, width: int) -> None:
    page = open_page(name, viewport={"width": width, "height": 800})
    page.get_by_role("button", name="Open all rows").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Nor does anything stand outside of the card that it is in.
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
          .filter((one) => one.checkVisibility() && !one.closest("caption, legend, label, option") && one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert outside == []


def test_narrow_cells_say_what_they_are(open_page: Open) -> None:
    page = open_page("usual", viewport={"width": 400, "height": 800})
    labels = page.locator(f"{PEOPLE}:first-child > td").evaluate_all("cells => cells.map(cell => getComputedStyle(cell, '::before').content)")
    assert labels[:4] == ['"corp-ad"', '"datacentre"', '"cloud"', '"Last seen"']
    # Sorting works there as well.
    page.locator("#people-table thead button").nth(4).click()
    expect(page.locator("#people-table thead th").nth(4)).to_have_attribute("aria-sort", "descending")


def test_many_tenants_share_a_column(open_page: Open) -> None:
    page = open_page("many_tenants")
    heads = page.locator("#people-table thead th").all_inner_texts()
    assert heads == ["Person", "Accounts", "Last seen", "Findings"]
    row = page.locator(PEOPLE).first
    assert row.locator(".in").filter(visible=True).count() == 6
    row.locator("th button").click()
    assert row.locator(".in").filter(visible=True).count() == row.locator(".in").count() > 6
    choose(page, "where", "tenant:tenant-007")
    review = population.many_tenants(40, 30)
    assert set(shown(page.locator(PEOPLE))) == expected(review, lambda one: one["tenant"] == "tenant-007")


# Paper


def test_print_has_no_controls_and_is_light(open_page: Open) -> None:
    page = open_page("usual", "#theme=dark")
    page.emulate_media(media="print")
    assert background(page) == "rgb(255, 255, 255)"
    for control in ("#filters", ".tools", "nav", "#unfold"):
        expect(page.locator(control)).to_be_hidden()
    style = "element => [getComputedStyle(element).display, getComputedStyle(element).breakInside]"
    assert page.locator("#people-table thead").evaluate(style)[0] == "table-header-group"
    assert page.locator(PEOPLE).first.evaluate(style)[1] == "avoid"


def printed(page: Page, tmp_path: Path) -> list[str]:
    """The text of each sheet."""
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    reader = pypdf.PdfReader(tmp_path / "page.pdf")
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in reader.pages)
    # Letters that are set as one are one in the text.
    return [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in reader.pages]


def test_sheets_repeat_the_heads(open_page: Open, tmp_path: Path) -> None:
    sheets = printed(open_page("usual"), tmp_path)
    of_people = [text for text in sheets if "Signs in" in text]
    assert len(of_people) > 3
    assert all("Last seen" in text and "Tenable Identity Exposure" in text for text in of_people)
    assert not any("Not all rows" in text for text in sheets)


def test_sheets_have_what_the_filter_leaves_and_say_so(open_page: Open, tmp_path: Path) -> None:
    page = open_page("usual")
    page.get_by_role("searchbox").fill("weber")
    choose(page, "where", "tenant:cloud")
    text = " ".join(" ".join(printed(page, tmp_path)).split())
    assert re.search(r"Not all rows: only \d+ of \d+ findings, .* \(Filter: “weber”; Where: cloud\)\.", text)
    assert "Sina Weber" in text
    assert "Ada Abara" not in text.partition("Not all rows")[2]


def test_sheets_have_rows_that_were_not_laid_out(open_page: Open, tmp_path: Path) -> None:
    page = open_page("middling")
    assert len(shown(page.locator(PEOPLE))) == AT_ONCE
    text = "".join("".join(printed(page, tmp_path)).split())
    of_people = text.partition("Lastseen")[2]
    for one in population.large(MIDDLING)["people"]:
        assert one["person"] in of_people


# Many rows


def test_five_thousand_people_can_be_sorted_and_filtered(open_page: Open) -> None:
    page = open_page("large")
    # By selectors: roles and names of so many elements take longer to find out than all else here.
    rows = page.locator(PEOPLE)
    assert rows.count() == 5000
    assert len(shown(rows)) == AT_ONCE
    for column in range(6):
        page.locator("#people-table thead button").nth(column).click()
        told = [value for value in values(page, column) if value]
        assert len(told) > 1000
        key = float if column == 5 else str.casefold
        # Names begin with A, and what is told in times and numbers with the latest and the most.
        assert told == sorted(told, key=key, reverse=column > 1)
    page.locator("#q").fill("zoe")
    found = counts(page)["people"][0]
    assert 0 < found < 5000
    names = shown(rows)
    assert len(names) == min(found, AT_ONCE)
    assert all("Zoe" in name for name in names)
    page.locator("#filters [type=reset]").click()
    assert counts(page)["people"] == (5000, 5000)
    end = page.locator("#people .rest-of-table")
    expect(end).to_contain_text("of 5,000 shown")
    end.scroll_into_view_if_needed()
    expect(rows.nth(AT_ONCE)).to_be_visible()
    end.locator("button").click()
    expect(rows.last).to_be_visible()
    expect(end).to_be_hidden()


# Names that somebody chose to do harm


def test_names_are_shown_as_they_are(open_page: Open) -> None:
    page = open_page("hostile")
    assert page.title() == "Access review 2026-08-31"
    names = page.locator(PEOPLE).locator("th button").all_text_contents()
    assert sorted(names) == sorted(population.HOSTILE)
    whose = page.locator(FINDINGS).locator("td:nth-child(3) a").all_text_contents()
    assert sorted(whose) == sorted(population.HOSTILE)
    assert page.locator("img, iframe, object, main style, main script").count() == 0
    assert page.locator("h1").all_text_contents() == ["Access review"]
    attributes = page.evaluate("[...new Set([...document.querySelectorAll('body *')].flatMap(one => one.getAttributeNames()))]")
    assert not any(name.startswith("on") or name in ("style", "autofocus", "src") for name in attributes)


def test_a_direction_of_writing_ends_with_its_name(open_page: Open) -> None:
    page = open_page("hostile")
    for name in population.HOSTILE:
        if not name.isascii():
            expect(page.locator("#people-table bdi").filter(has_text=re.compile(f"^{re.escape(name)}$")).first).to_be_attached()
    row = page.locator(PEOPLE, has_text="\u202e").first
    label = row.get_by_text("administrator", exact=True)
    assert label.evaluate("element => getComputedStyle(element).direction") == "ltr"


def test_names_that_are_a_tenants_can_be_filtered_by(open_page: Open) -> None:
    page = open_page("hostile")
    choose(page, "where", "tenant:<b>data</b>centre")
    assert set(shown(page.locator(PEOPLE))) == expected(population.hostile(), lambda one: one["tenant"] == "<b>data</b>centre")
    again = open_page("hostile", page.evaluate("location.hash"))
    assert counts(again) == counts(page)


def test_the_policy_stops_what_got_in(browser: Browser, pages: Callable[[str], Path], tmp_path: Path) -> None:
    """As if a name had become markup after all."""
    harm = [
        "<script>document.title = 'owned'</script>",
        "<img src='x:' onerror=\"document.title = 'owned'\">",
        "<img src='http://127.0.0.1:9/image.png'>",
        "<link rel='stylesheet' href='http://127.0.0.1:9/style.css'>",
        "<style>body { display: none }</style>",
        "<p id='styled' style='position: fixed; inset: 0'>text</p>",
        "<iframe srcdoc='<script>parent.document.title = \"owned\"</script>'></iframe>",
        "<form id='sends' action='http://127.0.0.1:9/'></form>",
        "<a id='runs' href=\"javascript:document.title = 'owned'\">link</a>",
        "<base href='http://127.0.0.1:9/'>",
    ]
    page_with_harm = tmp_path / "page.html"
    page_with_harm.write_text(pages("usual").read_text(encoding="utf-8").replace("</footer>", "".join(harm) + "</footer>"), encoding="utf-8")
    page = browser.new_page()
    requests: list[str] = []
    violations: list[str] = []
    page.on("requestfinished", lambda request: requests.append(request.url))
    page.on("console", lambda message: violations.append(message.text))
    page.goto(page_with_harm.as_uri())
    expect(page.locator("#counts")).to_contain_text("findings")
    expect(page.locator("body")).to_be_visible()
    assert page.locator("#styled").evaluate("element => getComputedStyle(element).position") == "static"
    assert page.evaluate("document.baseURI") == page_with_harm.as_uri()
    assert page.evaluate("(() => { try { document.body.innerHTML = '<b>x</b>'; return 'set' } catch (error) { return error.name } })()") == "TypeError"
    page.locator("#runs").evaluate("link => link.click()")
    page.locator("#sends").evaluate("form => form.submit()")
    assert page.evaluate("document.title") == "Access review 2026-08-31"
    assert [url for url in requests if url.startswith("http")] == []
    for directive in ("script-src", "style-src", "img-src", "form-action", "base-uri"):
        assert any(directive in text for text in violations), (directive, violations)
    page.context.close()
