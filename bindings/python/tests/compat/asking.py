"""What the tests of the doctor ask it."""

from __future__ import annotations

from textwrap import dedent

from tenable_api.compat.doctor import Report, examine_text

UNCHANGED, BETTER, NOT_COVERED, UNKNOWN = "works unchanged", "works better", "not covered", "unknown"
SC = "from tenable.sc import TenableSC\n"


def report_of(source: str) -> Report:
    return examine_text(dedent(source), "script.py")


def calls(source: str) -> list[tuple[int, str, str]]:
    """Line, client and call of every call that is placed, and `?` for the client of one that is not."""
    found = [one for one in report_of(source).findings if one.kind == "call"]
    return [(one.place.line, "?" if one.verdict == UNKNOWN else one.product, one.name) for one in found]


def verdicts(source: str) -> list[tuple[str, str]]:
    return [(one.name, one.verdict) for one in report_of(source).findings if one.kind != "import"]
