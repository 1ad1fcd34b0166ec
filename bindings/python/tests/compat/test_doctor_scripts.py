"""The doctor: how it reads scripts, folders and notebooks, and its command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tenable_api.compat.doctor import Report, _notes, examine, examine_text, main

UNCHANGED, BETTER, NOT_COVERED, UNKNOWN = "works unchanged", "works better", "not covered", "unknown"
SC = "from tenable.sc import TenableSC\n"


def report_of(source: str) -> Report:
    return examine_text(dedent(source), "script.py")


def test_scripts_of_a_folder_know_each_other(tmp_path: Path) -> None:
    package = tmp_path / "ours"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "common.py").write_text(SC + "def connect():\n    return TenableSC('sc')\n")
    (package / "job.py").write_text("from .common import connect\nconnect().users.list()\n")
    main_lines = [
        "from ours import common",
        "import ours.common",
        "common.connect().users.list()",
        "ours.common.connect().roles.list()",
    ]
    (tmp_path / "main.py").write_text("\n".join(main_lines))
    (tmp_path / "tool").write_text("#!/usr/bin/env python3\nfrom ours.common import *\nconnect().groups.list()\n")
    report = examine([str(tmp_path)])
    found = [(Path(one.place.path).name, one.name) for one in report.findings if one.kind == "call"]
    assert sorted(found) == [
        ("job.py", "users.list"),
        ("main.py", "roles.list"),
        ("main.py", "users.list"),
        ("tool", "groups.list"),
    ]
    assert report.exit_code == 0


def test_folders_of_other_people_are_left_out(tmp_path: Path) -> None:
    for folder in (".git", "venv", "node_modules", "__pycache__"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text("import tenable.nessus\n")
    (tmp_path / "venv" / "pyvenv.cfg").write_text("")
    (tmp_path / "notes.txt").write_text("import tenable.nessus\n")
    assert examine([str(tmp_path)]).scripts == []


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    script = tmp_path / "a.py"
    script.write_text("import tenable\n")
    assert len(examine([str(script), str(tmp_path), str(script)]).findings) == 1


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"import tenable\nx = (\n", 2, "syntax error"),
        (b"import tenable\nprint 'a'\n", 2, "Python 2, by the print statement"),
        (b"import tenable\ntry:\n    pass\nexcept ValueError, error:\n    pass\n", 4, "Python 2, by `except Error, name`"),
        (b"import tenable\nraise ValueError, 'a'\n", 2, "Python 2"),
        (b"import tenable\nif 1 <> 2:\n    pass\n", 2, "Python 2"),
        (b"import tenable\nexec 'a'\n", 2, "Python 2"),
        (b"import tenable\nmode = 0644\n", 2, "Python 2"),
        (b"#!/usr/bin/python2.7\nimport tenable\nx = `5`\n", 3, "Python 2"),
        (b"import tenable\nname = '\xe9'\n", 2, "no utf-8"),
        (b"# coding: klingon\nimport tenable\n", 1, "unknown encoding"),
        ("import tenable\n".encode("utf-16"), 1, "UTF-16"),
        (b"import tenable\0\n", 1, "null bytes"),
    ],
)
def test_scripts_that_cannot_be_read(tmp_path: Path, content: bytes, line: int, says: str) -> None:
    script = tmp_path / "old.py"
    script.write_bytes(content)
    report = examine([str(script)])
    [one] = report.unreadable
    assert says in one.reason
    assert one.place.line == line
    assert report.exit_code == 2
    assert f"{script}:{line}:" in report.text()


def test_one_script_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print 'tenable'\n")
    (tmp_path / "b.py").write_text(SC)
    report = examine([str(tmp_path)])
    assert ([Path(one.place.path).name for one in report.findings], report.exit_code) == (["b.py"], 2)


def test_a_script_of_a_folder_that_has_nothing_to_do_with_it_may_be_anything(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print 'a'\n")
    report = examine([str(tmp_path)])
    assert (report.exit_code, len(report.unreadable), report.unreadable[0].matters) == (0, 1, False)
    # Asked for by name, it counts.
    assert examine([str(tmp_path / "a.py")]).exit_code == 2


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    script = tmp_path / "a.py"
    declared = "" if encoding == "utf-8-sig" else f"# coding: {encoding}\n"
    script.write_bytes(f"{declared}{SC}TenableSC('é').users.list()\r\n".encode(encoding))
    assert [one.kind for one in examine([str(script)]).findings] == ["import", "client", "call"]


@pytest.mark.parametrize("depth", [200, 600, 30_000])
def test_an_expression_that_is_nested_deeply(depth: int) -> None:
    report = report_of(SC + "TenableSC('sc').users.list()\nx = " + "+".join(["1"] * depth) + "\n")
    if depth == 200:
        assert [one.kind for one in report.findings] == ["import", "client", "call"]
    else:
        assert [one.reason for one in report.unreadable] == ["its expressions are nested too deeply"]
        assert report.exit_code == 2


def notebook(*cells: Any, **metadata: Any) -> bytes:
    made = [{"cell_type": "code", "source": cell} if not isinstance(cell, dict) else cell for cell in cells]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4}).encode()


def test_a_notebook(tmp_path: Path) -> None:
    script = tmp_path / "a.ipynb"
    script.write_bytes(
        notebook(
            {"cell_type": "markdown", "source": "# Users"},
            ["%pip install pytenable\n", "!ls \\\n", "  -l\n", "from tenable.sc import TenableSC"],
            "sc = TenableSC('sc')\nfiles = !ls\n?sc.users",
            "%%bash\nsc.users.list()",
            "%%time\nfor user in sc.users.list():\n    %time sc.users.delete(5)\n    sc.users?",
            language_info={"name": "python"},
        )
    )
    report = examine([str(script)])
    assert [(one.place.cell, one.place.line, one.name) for one in report.findings] == [
        (2, 4, "tenable.sc"),
        (3, 1, ""),
        (5, 2, "users.list"),
        (5, 3, "users.delete"),
    ]
    assert f"{script}" in report.text()
    assert "cell 5:3:" in report.text()


@pytest.mark.parametrize(
    ("content", "cell", "line", "says"),
    [
        (b"tenable", None, 1, "no notebook"),
        (b"[]", None, 1, "no notebook"),
        (b"{}", None, 1, "no cells"),
        (notebook("x", kernelspec={"language": "R"}), None, 1, "a notebook in R"),
        (notebook("import tenable", "a = 1\nprint 'a'"), 2, 2, "Python 2"),
    ],
)
def test_notebooks_that_cannot_be_read(tmp_path: Path, content: bytes, cell: int | None, line: int, says: str) -> None:
    script = tmp_path / "a.ipynb"
    script.write_bytes(content)
    [one] = examine([str(script)]).unreadable
    assert says in one.reason
    assert (one.place.cell, one.place.line) == (cell, line)


# The command.


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "a.py"
    script.write_text(SC + "TenableSC('sc').users.list()\n")
    assert main([str(script)]) == 0
    assert "1 works unchanged" in capsys.readouterr().out
    script.write_text(SC + "TenableSC('sc').scans.list()\n")
    assert main([str(script)]) == 1
    assert main([str(tmp_path / "missing.py")]) == 2
    assert "cannot be opened" in capsys.readouterr().out
    script.write_text("print('hello')\n")
    assert main([str(script)]) == 0
    assert "no use of pyTenable found" in capsys.readouterr().out


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "a.py"
    script.write_text(SC + "TenableSC('sc', ssl_verify=True).scans.list()\n")
    assert main(["--json", str(script)]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["counts"] == {UNCHANGED: 1, BETTER: 0, NOT_COVERED: 1, UNKNOWN: 0}
    assert document["exit_code"] == 1
    assert document["findings"][-1] == {
        "path": str(script),
        "cell": None,
        "line": 2,
        "column": 1,
        "kind": "call",
        "client": "TenableSC",
        "name": "scans.list",
        "code": "TenableSC(…).scans.list(…)",
        "verdict": NOT_COVERED,
        "notes": ["TenableSC has no scans here"],
        "instead": _notes.ELSEWHERE,
    }


def test_the_module_runs_as_a_command(tmp_path: Path) -> None:
    script = tmp_path / "é.py"
    script.write_text(f"{SC}open({str(tmp_path / 'ran')!r}, 'w')\n")
    command = [sys.executable, "-m", "tenable_api.compat.doctor", str(script)]
    done = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": "ascii"}, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert b"change this line" in done.stdout
    # It was read, and not run.
    assert not (tmp_path / "ran").exists()


def test_the_standard_input() -> None:
    command = [sys.executable, "-m", "tenable_api.compat.doctor", "-"]
    done = subprocess.run(
        command, input=SC + "TenableSC('sc').scans.list()", capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, "<stdin>" in done.stdout) == (1, True)
