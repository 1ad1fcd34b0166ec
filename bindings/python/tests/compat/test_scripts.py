"""Whole scripts, written for pyTenable: with it, and with the import lines changed as the doctor says, they print the same."""

from __future__ import annotations

import io
import json
import re
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from tenable_api.compat.doctor import examine_text
from tenable_api.testing import Emulator

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))
# What pyTenable cannot read otherwise.
RULES = {"ie.tenable_cloud_user_name": "absent", "ie.entity_ids": "lenient", "ie.copy_status": "200"}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)


def changed(source: str) -> str:
    """The script with the lines that the doctor says to change, and no others."""
    lines = source.splitlines()
    for finding in examine_text(source).findings:
        if finding.verdict == "change this line":
            lines[finding.place.line - 1] = finding.instead
    assert sum(old != new for old, new in zip(source.splitlines(), lines, strict=True)) == source.count("from tenable.")
    return "\n".join(lines)


def run(source: str, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[tuple[Any, ...]]]:
    """What a script prints, and which changes it sends."""
    administrator = emulator.endpoints.security_center.administrator
    keys = {"ADMIN_ACCESS_KEY": administrator.access_key, "ADMIN_SECRET_KEY": administrator.secret_key}
    for name, value in {**emulator.environment(), **keys}.items():
        monkeypatch.setenv(name, value)
    emulator.journal.clear()
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})
    # Reading more, or less, is nobody's concern.
    writes = [(entry.method, entry.path, entry.body, entry.status) for entry in emulator.journal if entry.method != "GET"]
    # Of two servers, none gives the same ones.
    uuids: dict[str, str] = {}
    text = UUID.sub(lambda found: uuids.setdefault(found[0], f"uuid {len(uuids)}"), json.dumps(writes))
    return out.getvalue(), [tuple(write) for write in json.loads(text)]


def alike(write: tuple[Any, ...]) -> tuple[Any, ...]:
    """A change without what pyTenable is known to send otherwise. The guide tells of it."""
    method, path, body, status = write
    if path.startswith("/api/roles/") and isinstance(body, list):
        # Numbers, where the product takes texts.
        body = [{**one, "entityIds": one["entityIds"] and [str(id) for id in one["entityIds"]]} for one in body]
    elif (method, path) == ("POST", "/users"):
        # The only kind that the product makes.
        body = {name: value for name, value in body.items() if (name, value) != ("type", "local")}
    elif path.endswith("/chpasswd"):
        body = {"password": body["password"]}
    elif method == "PATCH" and ("/user/" in path or "/securityManager/" in path):
        body = {name: value for name, value in body.items() if (name, value) != ("createDefaultObjects", "false")}
    elif method == "DELETE":
        # An empty object.
        body = body or None
    return method, path, body, status


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) >= 10
    assert {script.name[:3] for script in SCRIPTS} == {"ie_", "sc_", "io_"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_prints_the_same_with_its_imports_changed(
    script: Path, start: Callable[..., Emulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    source = script.read_text(encoding="utf-8")
    new = changed(source)
    assert "from tenable." not in new
    before, theirs = run(source, start(RULES, now=NOW), monkeypatch)
    after, ours = run(new, start(RULES, now=NOW), monkeypatch)
    assert after == before
    assert before.count("\n") >= 8
    assert [alike(write) for write in ours] == [alike(write) for write in theirs]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_doctor_finds_nothing_in_the_way(script: Path) -> None:
    found = examine_text(script.read_text(encoding="utf-8"), script.name).findings
    assert [one for one in found if one.verdict == "not covered"] == []
    # Only what is spread is not checked.
    assert {note for one in found if one.verdict == "unknown" for note in one.notes[:1]} <= {
        "the arguments that come with * or ** cannot be checked here"
    }
