"""What the page of an access review tells, and how it is sorted and filtered, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import review_population as population
from review_browser import AT_ONCE, FINDINGS, MIDDLING, PEOPLE, Open, choose, counts, expected, shown, values

# Fixtures.
from review_browser import browser, open_page, pages  # noqa: F401


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
    tiles = {name: number for number, name in (tile.split("\n", 1) for tile in page.locator(".tile").all_inner_texts())}

    def of(severity: str) -> int:
        return sum(one["severity"] == severity for one in review["findings"])

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


# Many rows


def test_five_thousand_people_can_be_sorted_and_filtered(open_page: Open) -> None:
    page = open_page("large")
    # By selectors: roles and names of so many elements take longer to find out than all else here.
    rows = page.locator(PEOPLE)
    assert rows.count() == 5000
    assert len(shown(rows)) == AT_ONCE
    for column in (0, 2, 5):
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
    progress = page.locator("#people .progress")
    expect(progress).to_contain_text("The first 200 of 5,000")
    # As a reader who scrolls on: what the page itself scrolls to after a change may come later than the first scroll of a test.
    page.wait_for_function(
        "([rows, last]) => { const all = document.querySelectorAll(rows); all[last].scrollIntoView(); return !all[last + 1].hidden; }",
        arg=[PEOPLE, AT_ONCE - 1],
    )
    expect(rows.nth(AT_ONCE)).to_be_visible()
    expect(rows.last).to_be_hidden()
    progress.locator("button").click()
    expect(rows.last).to_be_visible()
    expect(progress).to_be_hidden()
