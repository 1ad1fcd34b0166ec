"""What `trust.record` writes is what `cargo xtask trust` reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trust.record import FOLDER, record


def test_a_record_is_a_table_of_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path / "records"))
    record("load", title="Load", columns=["Tasks", "What came out"], rows=[(64, "all")], notes=["Seed 7."])
    assert json.loads((tmp_path / "records/load.json").read_text(encoding="utf-8")) == {
        "name": "load",
        "title": "Load",
        "columns": ["Tasks", "What came out"],
        "rows": [["64", "all"]],
        "notes": ["Seed 7."],
    }


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(AssertionError, match="a cell for each of"):
        record("load", title="Load", columns=["Tasks", "Calls"], rows=[(64,)])
