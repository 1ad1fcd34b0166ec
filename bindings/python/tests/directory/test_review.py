"""The access review: as objects, as files, and as Arrow."""

from __future__ import annotations

import asyncio
import copy
import csv
import datetime
import json
import pickle
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

from tenable_api import InvalidInputError
from tenable_api.directory import AsyncTenants, EnsureUser, Review, Tenants
from tenable_api.testing import Emulator

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.timezone.utc)


@pytest.fixture
def review(tenants: Tenants) -> Review:
    """What there is at the start."""
    return tenants.review(now=NOW)


def test_findings_and_people(review: Review, tenants: Tenants) -> None:
    assert review.made_at == NOW and (review.idle_days, review.unused_key_days, review.listed, review.version) == (90, 90, None, 1)
    assert [tenant.tenant for tenant in review.tenants] == list(tenants.names) and review.unread_tenants == ()
    assert sum(tenant.accounts for tenant in review.tenants) == len(review.accounts)
    assert sum(len(person.accounts) for person in review.people) == len(review.accounts)
    assert len(review.findings) > 0 and review.changes is None
    order = ["high", "medium", "low", "info"]
    severities = [order.index(finding.severity) for finding in review.findings]
    assert severities == sorted(severities)
    first = review.findings[0]
    assert str(first) == f"{first.severity}: {first.subject} ({', '.join(first.tenants)}): {first.what}"
    robin = next(person for person in review.people if person.person == "robin.active@example.com")
    assert robin.accounts[0].account.user_name == "robin.active@example.com"
    assert {role.name for role in review.roles} >= {"Global Administrator", "Standard"}
    assert all(group.tenant in tenants for group in review.groups)
    assert any(untold.never_kept and untold.fact == "last_sign_in" for untold in review.untold)
    row = next(row for row in review.accounts if row.key == robin.accounts[0].account.key)
    assert row.tenant == "corp-ad" and row.roles == ("Auditor", "User") and row.sign_in == ("password",)
    listed = tenants.review(listed=["admin@example.com"], details="nobody")
    assert listed.listed == 1 and any(finding.kind == "not_listed" for finding in listed.findings)


def test_lists_are_sequences(review: Review) -> None:
    findings = review.findings
    assert findings[-1] == findings[len(findings) - 1] and findings[:2] == (findings[0], findings[1])
    assert findings[0] in findings and findings.index(findings[1]) == 1 and list(reversed(findings))[0] == findings[-1]
    with pytest.raises(IndexError, match="elements, and 100000 is asked for"):
        findings[100000]
    with pytest.raises(TypeError):
        findings[0] = findings[1]  # type: ignore[index]
    assert repr(findings).startswith("[Finding(kind=") and f"... {len(findings)} in all]" in repr(findings)
    assert pickle.loads(pickle.dumps(findings)) == findings and pickle.loads(pickle.dumps(review.people)) == review.people
    assert review.findings is findings


def test_kept_and_compared(review: Review, tenants: Tenants, tmp_path: Path) -> None:
    review.save(tmp_path / "review.json")
    last = Review.load(tmp_path / "review.json")
    assert last == review == pickle.loads(pickle.dumps(review)) == copy.deepcopy(review) and hash(last) == hash(review)
    assert repr(review).startswith("<Review of 2026-11-21T12:00:00Z: ")
    tenants.ensure(EnsureUser("ann@example.com", roles=["User"], tenants=["corp-ad"]))
    tenants.ensure(EnsureUser("robin.active@example.com", roles=["User"], tenants=["corp-ad"]))
    now = tenants.review(last=last, now=NOW + datetime.timedelta(days=30))
    changes = now.changes
    assert changes is not None and changes == now.compare(last) and now.since(last).changes == changes
    assert [account.name for account in changes.joined] == ["ann@example.com"] and changes.left == () and changes.since == NOW
    (robin,) = changes.changed
    assert [(change.kind, change.role) for change in robin.what] == [("role_lost", "Auditor")]
    assert now != review
    for text in ('{"version": 0}', "[]", ""):
        with pytest.raises(ValueError, match="review"):
            Review.from_json(text)


def test_files(review: Review, tmp_path: Path) -> None:
    review.to_html(tmp_path / "review.html")
    assert (tmp_path / "review.html").read_text().lower().startswith("<!doctype html>") and "robin.active" in review.to_html()
    review.to_csv(str(tmp_path / "review.csv"))
    with (tmp_path / "review.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == [row.key for row in review.accounts]
    assert len(review.to_csv(table="findings").splitlines()) == len(review.findings) + 1
    lines = [json.loads(line) for line in review.to_ndjson().splitlines()]
    assert [line["key"] for line in lines] == [row.key for row in review.accounts]
    assert json.loads(review.to_json())["version"] == 1
    review.to_parquet(tmp_path / "review.parquet")
    assert (tmp_path / "review.parquet").read_bytes() == review.to_parquet()
    with pytest.raises(ValueError, match='there is no table "people": tables are accounts and findings'):
        review.to_csv(table="people")  # type: ignore[call-overload]


def plain(value: Any) -> Any:
    """A cell of Arrow's as the rows have it."""
    return tuple(value) if isinstance(value, list) else value


def test_arrow_has_what_the_rows_have(review: Review, tmp_path: Path) -> None:
    table = pyarrow.table(review.accounts)
    assert table == pyarrow.table(review) == review.to_arrow() == review.accounts.to_arrow()
    table.validate(full=True)
    assert table.num_rows == len(review.accounts)
    times = ("last_seen", "last_sign_in", "last_api_use")
    seen = 0
    for row, cells in zip(review.accounts, table.to_pylist(), strict=True):
        for name, cell in cells.items():
            if name.endswith("_never"):
                told = getattr(row, name.removesuffix("_never"))
                assert cell == (None if told is None else told == "never")
            elif name in times:
                told = getattr(row, name)
                assert cell == (None if told in (None, "never") else told), (name, cell)
                seen += cell is not None
            else:
                assert plain(cell) == getattr(row, name), (name, cell)
    assert seen > 0, "no time was looked at"
    # The same columns of the same types as in the file.
    review.to_parquet(tmp_path / "accounts.parquet")
    kept = pyarrow.parquet.read_table(tmp_path / "accounts.parquet")
    assert kept.schema.names == table.schema.names and kept.to_pylist() == table.to_pylist()
    assert [str(kind) for kind in table.schema.types] == [str(kind) for kind in kept.schema.types]


def test_findings_as_arrow(review: Review) -> None:
    table = pyarrow.table(review.findings)
    table.validate(full=True)
    for finding, cells in zip(review.findings, table.to_pylist(), strict=True):
        assert (finding.kind, finding.severity, finding.what) == (cells["kind"], cells["severity"], cells["what"])
        assert [account.key for account in finding.accounts] == cells["accounts"]
    assert table["new"].null_count == len(table)


def test_polars_and_pandas_take_it(review: Review) -> None:
    frame = polars.DataFrame(review.accounts)
    assert frame.height == len(review.accounts) and frame["key"].to_list() == [row.key for row in review.accounts]
    assert str(frame.schema["last_seen"]) == "Datetime(time_unit='ms', time_zone='UTC')"
    assert frame["roles"].to_list() == [None if row.roles is None else list(row.roles) for row in review.accounts]
    assert polars.DataFrame(review.findings)["kind"].to_list() == [finding.kind for finding in review.findings]
    people = pandas.DataFrame.from_arrow(review.accounts) if hasattr(pandas.DataFrame, "from_arrow") else review.to_arrow().to_pandas()
    assert list(people["key"]) == [row.key for row in review.accounts]


def test_a_stream_may_be_left_unread_and_outlives_the_review(tenants: Tenants) -> None:
    review = tenants.review()
    count = len(review.accounts)
    left = review.__arrow_c_stream__()
    del left
    reader = pyarrow.RecordBatchReader.from_stream(review.accounts)
    del review
    assert reader.read_all().num_rows == count


def test_a_review_of_nothing(tenable_emulator: Emulator) -> None:
    review = Tenants({"gone": RuntimeError("there is no key")}).review()
    assert [str(unread) for unread in review.unread_tenants] == ["gone: there is no key"] and len(review.accounts) == 0
    table = pyarrow.table(review.accounts)
    assert table.num_rows == 0 and "last_seen_never" in table.schema.names
    assert polars.DataFrame(review.accounts).height == 0
    assert str(review) == "0 tenants, 0 accounts of 0 people, 0 findings.\ngone: not read: there is no key"


def test_what_a_review_is_made_by_is_checked(tenants: Tenants) -> None:
    wrong: tuple[dict[str, Any], ...] = ({"idle_days": 0}, {"idle_days": -1}, {"idle_days": 2**62}, {"unused_key_days": 0}, {"details": "some"}, {"now": NOW.replace(tzinfo=None)})
    for arguments in wrong:
        with pytest.raises(InvalidInputError):
            tenants.review(**arguments)
    with pytest.raises(TypeError, match="listed is a list of texts"):
        tenants.review(listed="ann@example.com")


def test_reviewed_asynchronously(tenable_emulator: Emulator) -> None:
    async def scene() -> Review:
        async with tenable_emulator.async_vulnerability_management() as vm:
            return await AsyncTenants({"vm": vm}).review(now=NOW)

    assert len(asyncio.run(scene()).accounts) > 0
