"""The findings, for people and for machines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ._files import Place, Unreadable
from ._judge import BETTER, CHANGE, IN_THE_WAY, NOT_COVERED, UNCHANGED, UNKNOWN, Finding

#: The order in which verdicts are counted up.
_VERDICTS = (UNCHANGED, BETTER, NOT_COVERED, UNKNOWN)


@dataclass
class Report:
    """What the doctor found.

    Attributes:
        findings: Every use of pyTenable, in the order of the scripts.
        unreadable: Scripts that could not be read.
        scripts: The scripts that were read, in order.
    """

    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 if all is covered, 1 if something is not or cannot be told, 2 if a script cannot be read."""
        if any(one.matters for one in self.unreadable):
            return 2
        return 1 if any(one.verdict in IN_THE_WAY for one in self.findings) else 0

    @property
    def counts(self) -> dict[str, int]:
        """How many uses there are of each verdict, imports aside."""
        counted = Counter(one.verdict for one in self.findings if one.kind != "import" or one.verdict in IN_THE_WAY)
        return {verdict: counted[verdict] for verdict in _VERDICTS}

    def text(self) -> str:
        """For people."""
        lines: list[str] = []
        by_path: dict[str, list[Finding]] = {}
        for finding in self.findings:
            by_path.setdefault(finding.place.path, []).append(finding)
        for path in self.scripts:
            if path in by_path:
                lines += [path, *_rows(by_path[path]), ""]
        for one in self.unreadable:
            what = "cannot be read" if one.matters else "was left out, for it does not mention tenable and cannot be read"
            lines += [f"{one.place}: {what}: {one.reason}", ""]
        return "\n".join([*lines, self.summary()]) + "\n"

    def summary(self) -> str:
        """In one line."""
        without = len(self.scripts) - len({one.place.path for one in self.findings})
        read = f"{_count(len(self.scripts), 'script')} read" + (f", {without} of them without pyTenable" if without else "")
        counted = [f"{count} {_words(verdict, count)}" for verdict, count in self.counts.items() if count]
        change = sum(1 for one in self.findings if one.verdict == CHANGE)
        if change:
            counted.append(f"{_count(change, 'line')} to change")
        failed = sum(1 for one in self.unreadable if one.matters)
        if failed:
            counted.append(f"{_count(failed, 'script')} not read")
        return f"{read}: {', '.join(counted) or 'no use of pyTenable found'}."

    def document(self) -> dict[str, Any]:
        """For machines: plain dicts and lists."""
        return {
            "format": 1,
            "scripts": self.scripts,
            "findings": [
                {
                    **_where(one.place),
                    "kind": one.kind,
                    "client": one.product or None,
                    "name": one.name,
                    "code": one.code,
                    "verdict": one.verdict,
                    "notes": list(one.notes),
                    "instead": one.instead or None,
                }
                for one in self.findings
            ],
            "unreadable": [{**_where(one.place), "reason": one.reason, "matters": one.matters} for one in self.unreadable],
            "counts": self.counts,
            "exit_code": self.exit_code,
        }


def _rows(findings: list[Finding]) -> list[str]:
    where = [_position(one.place) for one in findings]
    width = max(map(len, where))
    rows = []
    for position, one in zip(where, findings, strict=True):
        # The same place may be that of two clients, when a name stands for both.
        whose = f"  of {one.product}" if len({other.product for other in findings if other.place == one.place}) > 1 else ""
        rows.append(f"  {position:<{width}}  {one.verdict:<{len(CHANGE)}}  {one.code}{whose}")
        margin = " " * (width + 4 + len(CHANGE) + 2)
        rows += [f"{margin}{note}" for note in one.notes]
        if one.instead:
            rows.append(f"{margin}{'to' if one.verdict == CHANGE else 'instead'}: {one.instead}")
    return rows


def _position(place: Place) -> str:
    cell = "" if place.cell is None else f"cell {place.cell}:"
    return f"{cell}{place.line}:{place.column}"


def _where(place: Place) -> dict[str, Any]:
    return {"path": place.path, "cell": place.cell, "line": place.line, "column": place.column}


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _words(verdict: str, count: int) -> str:
    return verdict.replace("works", "work") if count != 1 else verdict
