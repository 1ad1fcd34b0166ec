"""The built book in a real browser, served as a site is: links, search, narrow screens, both themes. `cargo xtask docs --browser` runs it.

`BOOK` names the folder of the book, `CHROMIUM` the browser, and `SCREENSHOTS` a folder that keeps what was seen.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

Open = Callable[..., Page]

# Of each kind one: text and tables, Python, a terminal, Rust, a long reference, wide tables.
LOOKED_AT = ["introduction", "get-started", "errors", "recipes/clone-a-role", "reference/security-center", "trust", "offboarding"]


def folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.fail(f"{variable} must be set; `cargo xtask docs --browser` does it")
    return Path(value)


def pages() -> list[str]:
    """The pages as their addresses have them, without the one that holds them all."""
    book = Path(os.environ.get("BOOK", "."))
    found = sorted(path.relative_to(book).as_posix() for path in book.rglob("*.html"))
    return [page for page in found if page not in ("404.html", "print.html", "toc.html")]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Where the book is served on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder("BOOK")))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=folder("CHROMIUM"))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page of the book. It may load nothing but the book, all of which must be there, and nothing in it may go wrong."""
    wrong: list[str] = []
    contexts = []

    def open_it(path: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith((site, "data:")) else None)
        page.on("response", lambda response: wrong.append(f"{response.status} {response.url}") if response.status >= 400 else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(urljoin(site, path))
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert wrong == []


def test_every_link_leads_somewhere(open_page: Open, site: str) -> None:
    page = open_page("index.html")
    anchors: dict[str, set[str]] = {}
    links: dict[str, list[str]] = {}
    for path in pages():
        page.goto(urljoin(site, path))
        found = page.evaluate("[[...document.querySelectorAll('[id]')].map((one) => one.id), [...document.links].map((one) => one.href)]")
        anchors[page.url] = set(found[0])
        links[page.url] = found[1]
    assert len(anchors) > 30
    # The contents stand at the side of each page, made by a script.
    assert len(links[urljoin(site, "index.html")]) > len(anchors)
    broken = set()
    for source, targets in links.items():
        for target in targets:
            if not target.startswith(site):
                assert target.startswith(("https://", "http://", "mailto:")), f"{source}: {target}"
                continue
            address, anchor = urldefrag(target)
            address = address if address != site else urljoin(site, "index.html")
            there = address in anchors or address.endswith("/print.html")
            if not there or (anchor and address in anchors and anchor not in anchors[address]):
                broken.add(f"{source}: {target}")
    assert sorted(broken) == []


def search(open_page: Open, words: str) -> Page:
    """The first page, with these words typed into its search."""
    page = open_page("introduction.html")
    page.keyboard.press("s")
    page.locator("#mdbook-searchbar").press_sequentially(words)
    return page


@pytest.mark.parametrize(
    ("words", "title"),
    [("outcome unknown", "Errors and retries"), ("proxy", "TLS and proxies"), ("generate_keys", "Vulnerability Management")],
)
def test_search_finds_the_page(open_page: Open, words: str, title: str) -> None:
    page = search(open_page, words)
    results = page.locator("#mdbook-searchresults a")
    expect(results.filter(has_text=re.compile(title, re.IGNORECASE)).first).to_be_visible()
    results.first.click()
    page.wait_for_load_state()
    expect(page.locator("main mark").first).to_be_visible()
    page.screenshot(path=folder("SCREENSHOTS") / f"search-{words.replace(' ', '-')}.png")


def test_search_finds_nothing_where_nothing_is(open_page: Open) -> None:
    page = search(open_page, "qzxwvk")
    expect(page.locator("#mdbook-searchresults-header")).to_contain_text("No search results")
    expect(page.locator("#mdbook-searchresults a")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 768])
def test_no_page_scrolls_sideways(open_page: Open, site: str, width: int) -> None:
    page = open_page("index.html", viewport={"width": width, "height": 800})
    wide = []
    for path in pages():
        page.goto(urljoin(site, path))
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wide.append(f"{path}: {needed}")
        # What is wider than the screen scrolls in a box of its own, and is not cut off.
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter((one) => {
              if (one.getBoundingClientRect().right <= innerWidth + 1 || !one.checkVisibility()) return false;
              for (let at = one; at; at = at.parentElement)
                if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return false;
              return true;
            }).map((one) => one.outerHTML.slice(0, 80))"""
        )
        wide += [f"{path}: {one}" for one in cut]
    assert wide == []


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
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let count = 0;
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("script, style, noscript")) continue;
    const back = [];
    for (let at = element; at; at = at.parentElement) back.unshift(getComputedStyle(at).backgroundColor);
    count += 1;
    const colour = getComputedStyle(element).color;
    const [a, b] = [luminance(pixel(["white", ...back])), luminance(pixel(["white", ...back, colour]))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5)
      faint.add(`${element.localName}.${element.className} in ${element.closest("main") ? "the page" : "the frame"}: ${contrast.toFixed(2)}`);
  }
  return { count, faint: [...faint] };
}"""


def background(page: Page) -> tuple[int, ...]:
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return tuple(map(int, re.findall(r"\d+", colour)[:3]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(open_page: Open, site: str, scheme: str) -> None:
    page = open_page("index.html", color_scheme=scheme)
    looked_at, faint = 0, set()
    for path in LOOKED_AT:
        page.goto(urljoin(site, f"{path}.html"))
        brightness = sum(background(page)) / 3
        assert brightness < 80 if scheme == "dark" else brightness > 200
        result = page.evaluate(CONTRAST)
        looked_at += result["count"]
        faint.update(result["faint"])
        page.screenshot(path=folder("SCREENSHOTS") / f"{path.replace('/', '-')}-{scheme}.png")
    assert looked_at > 3000
    assert sorted(faint) == []


def test_the_measure_of_contrast_finds_faint_text(open_page: Open) -> None:
    page = open_page("introduction.html", color_scheme="light")
    page.evaluate("document.querySelector('main h1 a').style.color = '#aaa'")
    assert any(one.startswith("a.header in the page") for one in page.evaluate(CONTRAST)["faint"])


def test_a_narrow_screen_has_the_contents_behind_a_button(open_page: Open) -> None:
    page = open_page("get-started.html", viewport={"width": 360, "height": 740})
    entry = page.locator("#mdbook-sidebar").get_by_role("link", name="Errors and retries")
    expect(entry).not_to_be_in_viewport()
    page.screenshot(path=folder("SCREENSHOTS") / "narrow.png")
    page.locator("#mdbook-sidebar-toggle").click()
    expect(entry).to_be_in_viewport()
    entry.click()
    expect(page).to_have_url(re.compile(r"errors\.html$"))
