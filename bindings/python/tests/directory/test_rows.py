"""People from rows."""

from __future__ import annotations

import asyncio
import copy
import io
import pickle
from pathlib import Path
from typing import Any

import pytest

from tenable_api import InvalidInputError, Secret
from tenable_api.directory import AsyncTenants, PreparedImport, ProblemsError, RowResult, StepEnded, Stop, Tenants
from tenable_api.testing import Emulator

from .conftest import writes

ROWS = """\
Mail,Full name,Role,Phone,tenant
ann@example.com,Ann Lee,User,1,corp-ad
robin.active@example.com,Robin Active,User,2,corp-ad
sasha.inactive@example.com,,,3,corp-ad
"""


def words(results: tuple[RowResult, ...]) -> list[str]:
    return [row.result for row in results]


def test_rows_become_people(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(ROWS)
    prepared = tenants.prepare_import(file)
    assert words(prepared.expected) == ["created", "changed", "unchanged"]
    assert len(prepared.plan) > 0 and prepared.problems == () and "Phone" in prepared.notes[0]
    assert repr(prepared) == "<PreparedImport: 1 created, 1 changed, 1 unchanged.>"
    assert writes(tenable_emulator) == 0
    result = tenants.import_people(prepared)
    ann, robin, sasha = result
    assert (ann.person, ann.tenant, ann.result, ann.made, ann.is_success) == ("ann@example.com", "corp-ad", "created", True, True)
    assert (ann.place.file, ann.place.line) == (file, 2) and str(ann) == f"{file}:2: corp-ad: ann@example.com: created"
    assert (robin.result, robin.fields, robin.made) == ("changed", ("roles",), False) and sasha.result == "unchanged"
    assert result.is_complete and result.failures == () and result.report.is_complete and "Phone" in result.notes[0]
    assert str(result).endswith("\n1 created, 1 changed, 1 unchanged.") and len(result) == 3 and result[-1] == sasha
    assert pickle.loads(pickle.dumps(result)) == result
    again = tenants.import_people(str(file), columns={"Phone": None})
    assert words(tuple(again)) == ["unchanged"] * 3 and again.notes == ()


def test_rows_come_as_bytes_files_or_mappings(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    first = tenants.import_people(b"email,role,tenant\nann@example.com,Standard,cloud\n", format="csv")
    assert first[0].result == "created" and first[0].place.file is None and first[0].place.line == 2
    password = "Violet-Harbor-42-Copper"
    rows: list[dict[str, Any]] = [
        {"email": "ann@example.com", "name": "Ann Lee", "tenant": ["cloud"]},
        {"email": "bo@example.com", "enabled": True, "password": Secret(password), "tenant": "vm"},
    ]
    result = tenants.import_people(rows)
    assert words(tuple(result)) == ["changed", "created"] and [row.place.line for row in result] == [1, 2]
    assert tenable_emulator.sign_in("vulnerability_management", "bo@example.com", password)
    text = "email,tenant\ndi@example.com,vm\n"
    assert tenants.import_people(io.StringIO(text), format="csv")[0].place.file is None
    file = tmp_path / "people.csv"
    file.write_text(text)
    for mode in ("r", "rb"):
        with file.open(mode) as opened:
            (again,) = tenants.import_people(opened)
        assert (again.result, again.place.file) == ("unchanged", file)
    prepared = tenants.prepare_import([{"email": "cy@example.com", "password": password, "tenant": "vm"}])
    assert password not in repr(prepared) + str(prepared.plan) + prepared.plan.to_json() + repr(prepared.expected)
    with pytest.raises(TypeError, match="passwords of its rows"):
        pickle.dumps(prepared)
    assert copy.copy(prepared) is prepared
    with pytest.raises(InvalidInputError, match="mappings already"):
        tenants.import_people(rows, format="csv")
    with pytest.raises(ProblemsError, match="say the format"):
        tenants.import_people(b"email\nann@example.com\n")
    with pytest.raises(TypeError, match="row 1, column 'email' holds a value of the type object"):
        tenants.import_people([{"email": object()}])


def test_bad_rows_stop_all_unless_they_are_skipped(tenants: Tenants, tenable_emulator: Emulator) -> None:
    text = b"email,role,tenant\nann@example.com,Userr,ie\nbo@example.com,Standard,vm\nno address,User,ie\n"
    with pytest.raises(ProblemsError) as refused:
        tenants.import_people(text, format="csv")
    places = [problem.place.line for problem in refused.value.problems if problem.place is not None]
    assert places == [2, 4] and 'do you mean "User"?' in refused.value.problems[0].what
    assert refused.value.draft is not None and writes(tenable_emulator) == 0
    result = tenants.import_people(text, format="csv", skip_bad_rows=True)
    assert words(tuple(result)) == ["refused", "created", "refused"] and not result.is_complete
    assert [row.place.line for row in result.failures] == [2, 4] and "Userr" in (result.failures[0].why or "")
    with pytest.raises(ProblemsError, match="example.org"):
        tenants.import_people(text, format="csv", domains=["example.org"])
    with pytest.raises(ProblemsError, match="there is no field \"mial\""):
        tenants.import_people(text, format="csv", columns={"email": "mial"})
    with pytest.raises(ProblemsError, match="existing is"):
        tenants.import_people(text, format="csv", existing="destroy")  # type: ignore[arg-type]


def test_an_import_that_was_ended_goes_on(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    rows = [{"email": f"user{number}@example.com", "role": "Standard", "tenant": "vm"} for number in range(30)]
    journal = tmp_path / "import.jsonl"
    stop = Stop()

    def enough(event: object) -> None:
        if isinstance(event, StepEnded):
            stop.stop()

    first = tenants.import_people(rows, existing="refuse", journal=journal, on_progress=enough, stop=stop)
    assert "not_tried" in words(tuple(first)) and not first.is_complete
    second = tenants.import_people(rows, existing="refuse", journal=journal)
    assert words(tuple(second)) == ["created"] * 30 and second.is_complete
    made = [entry for entry in tenable_emulator.journal if entry.method == "POST" and entry.path == "/users"]
    assert len(made) == 30, "somebody was made twice"
    with pytest.raises(ProblemsError, match="there is an account already"):
        tenants.import_people(rows, existing="refuse", journal=journal)


def test_rows_of_a_workbook_are_read(tenants: Tenants, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(b"no workbook")
    with pytest.raises(ProblemsError, match="no workbook that can be read"):
        tenants.import_people(file)
    with pytest.raises(ProblemsError, match="only workbooks have sheets"):
        tenants.import_people(b"email\na@example.com\n", format="csv", sheet="Joiners")


def test_rows_are_imported_asynchronously(tenable_emulator: Emulator) -> None:
    async def scene() -> None:
        async with tenable_emulator.async_vulnerability_management() as vm:
            tenants = AsyncTenants({"vm": vm})
            prepared = await tenants.prepare_import([{"email": "ann@example.com", "role": "Standard"}])
            assert isinstance(prepared, PreparedImport)
            assert words(tuple(await tenants.import_people(prepared))) == ["created"]

    asyncio.run(scene())
