"""People from rows: what would become of them, and what did."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, final, overload

from .._native import directory as _native
from .._typing import Self
from ._outcome import Report
from ._plan import Plan
from ._problem import Place, Problem, UnreadTenant
from ._record import Immutable

RowOutcome = Literal["created", "unchanged", "changed", "partly", "refused", "unknown", "not_tried"]
"""The words for what may become of a row."""


@final
@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row in one tenant."""

    place: Place
    """Where the row stands."""
    person: str
    """The person: the e-mail address, or else the user name. Empty when the row does not say."""
    tenant: str | None
    """The tenant; `None` when the row names one that is not there."""
    result: RowOutcome
    """`created`: the account was made, with everything that the row says. `unchanged`: it was there, and as the row says, or is
    left as it is. `changed`: it was there, and was changed. `partly`: a part was done and a part was not. `refused`: nothing was
    done. `unknown`: whether it was done is not known. `not_tried`: it was not tried."""
    fields: tuple[str, ...] = ()
    """What was changed: `user_name`, `email`, `name`, `roles`, `groups`, `enabled`."""
    made: bool = False
    """Whether the account was made."""
    why: str | None = None
    """Why not everything is as the row says."""
    text: str = ""
    """The result as people read it."""

    @property
    def is_success(self) -> bool:
        """Whether everything is as the row says."""
        return self.result in ("created", "unchanged", "changed")

    def __str__(self) -> str:
        return self.text

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        result: RowOutcome = data["result"]
        return cls(
            place=Place._of(data),
            person=data["person"],
            tenant=data["tenant"],
            result=result,
            fields=tuple(data.get("fields", ())),
            made=data.get("made", result == "created"),
            why=data.get("why"),
            text=data["text"],
        )


@final
class ImportResult(Immutable, Sequence[RowResult]):
    """What became of each row in each of its tenants, in the order of the file."""

    __slots__ = ("_notes", "_report", "_results")

    def __init__(self, results: tuple[RowResult, ...], report: Report, notes: tuple[str, ...]) -> None:
        """Made by the tasks."""
        self._results, self._report, self._notes = results, report, notes

    @property
    def report(self) -> Report:
        """What became of the plan behind the rows, step by step."""
        return self._report

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever runs the import should know: columns that are not used."""
        return self._notes

    @property
    def unread_tenants(self) -> tuple[UnreadTenant, ...]:
        """Tenants that could not be read, and why. Their rows were not tried."""
        return self._report.unread_tenants

    @property
    def failures(self) -> tuple[RowResult, ...]:
        """The rows that are not as they say."""
        return tuple(result for result in self._results if not result.is_success)

    @property
    def is_complete(self) -> bool:
        """Whether everything is as the rows say."""
        return not self.failures and not self.unread_tenants

    def __len__(self) -> int:
        return len(self._results)

    @overload
    def __getitem__(self, index: int) -> RowResult: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RowResult, ...]: ...
    def __getitem__(self, index: int | slice) -> RowResult | tuple[RowResult, ...]:
        return self._results[index]

    def __iter__(self) -> Iterator[RowResult]:
        return iter(self._results)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ImportResult):
            return NotImplemented
        return (self._results, self._report, self._notes) == (other._results, other._report, other._notes)

    def __hash__(self) -> int:
        return hash(self._results)

    def __str__(self) -> str:
        return "\n".join([*map(str, self._results), summary(self._results)])

    def __repr__(self) -> str:
        return f"<ImportResult: {summary(self._results)}>"


@final
class PreparedImport(Immutable):
    """Rows with everything checked and planned. Made by `prepare_import`, and given to `import_people`."""

    __slots__ = ("_expected", "_native", "_plan")

    def __init__(self, prepared: _native.Prepared) -> None:
        """Made by the tasks."""
        self._native = prepared
        self._plan = Plan._of(prepared.plan())
        self._expected: tuple[RowResult, ...] | None = None

    @property
    def plan(self) -> Plan:
        """The steps. While anything stands in the way, they are to be read and not made."""
        return self._plan

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stands in the way."""
        return tuple(map(Problem._of, json.loads(self._native.problems())))

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever runs the import should know: columns that are not used."""
        return tuple(self._native.notes())

    @property
    def unread_tenants(self) -> tuple[UnreadTenant, ...]:
        """Tenants that could not be read, and why. Their rows are not tried."""
        return tuple(map(UnreadTenant._of, json.loads(self._native.unread())))

    @property
    def expected(self) -> tuple[RowResult, ...]:
        """What becomes of each row if everything goes well."""
        if self._expected is None:
            self._expected = row_results(self._native.expected())
        return self._expected

    def __repr__(self) -> str:
        return f"<PreparedImport: {summary(self.expected)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a prepared import cannot be pickled: it holds the passwords of its rows")


def row_results(text: str) -> tuple[RowResult, ...]:
    """The results of rows from their JSON."""
    return tuple(map(RowResult._of, json.loads(text)))


def summary(results: Sequence[RowResult]) -> str:
    """How many rows came to what, such as `28 created, 2 refused.`"""
    counts = Counter(result.result for result in results)
    words: dict[RowOutcome, str] = {
        "created": "created",
        "changed": "changed",
        "unchanged": "unchanged",
        "partly": "partly done",
        "refused": "refused",
        "unknown": "unknown",
        "not_tried": "not tried",
    }
    parts = [f"{counts[word]} {text}" for word, text in words.items() if counts[word]]
    return f"{', '.join(parts)}." if parts else "There are no rows."
