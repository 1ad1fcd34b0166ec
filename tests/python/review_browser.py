"""What the tests of an access review's page share: the browser, the pages, and how they are read."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright

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
    texts: list[str] = rows.evaluate_all(
        "rows => rows.filter(row => !row.hidden).map(row => (row.querySelector('th button') ?? row.querySelector('.title')).textContent)"
    )
    return texts


def values(page: Page, column: int) -> list[str]:
    """What the rows of the table of people are sorted by, as they stand."""
    found: list[str] = page.locator(PEOPLE).evaluate_all(f"rows => rows.map(row => row.cells[{column}].dataset.v)")
    return found


def counts(page: Page) -> dict[str, tuple[int, int]]:
    """How many of how many rows there are, as the page says it."""
    text = page.locator("#counts").inner_text().replace(",", "")
    return {what: (int(some), int(of)) for some, of, what in re.findall(r"(\d+) of (\d+) (\w+)", text)}


def choose(page: Page, field: str, value: str) -> None:
    page.locator(f"#{field}").select_option(value)


def expected(review: population.Json, holds: Callable[[population.Json], bool]) -> set[str]:
    """People with an account of which something holds."""
    return {one["full_name"] or one["person"] for one in review["people"] if any(holds(account) for account in one["accounts"])}
