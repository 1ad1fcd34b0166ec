"""How the page of an access review looks, on screens and on paper, and what it makes of names that do harm, in a real browser."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

import review_population as population
from review_browser import AT_ONCE, FINDINGS, MIDDLING, PEOPLE, Open, choose, counts, expected, shown

# Fixtures.
from review_browser import browser, open_page, pages  # noqa: F401


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
