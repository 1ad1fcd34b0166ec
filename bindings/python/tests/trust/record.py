"""What a part of the proof tried, as a table for `docs/trust.md`. The same as `tests/trust/record.rs`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

#: The folder that records go to. `cargo xtask trust` sets it; without it nothing is written.
FOLDER = "TENABLE_TRUST_RECORDS"


def record(
    name: str, *, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], notes: Sequence[str] = ()
) -> None:
    """Writes the record, if it is asked for.

    Every figure is counted by the run that writes it, and is the same in each run: seeds are fixed and stand in a note; there are no
    times and no paths of the machine. A note that begins with `Not shown:` says what the part leaves open; `docs/trust.md` gathers
    these at its end.
    """
    assert re.fullmatch(r"[a-z0-9-]+", name), f"{name!r} is no name of a record"
    cells = [[str(cell) for cell in row] for row in rows]
    assert title and cells, f"the record {name!r} has no title or no row"
    for row in cells:
        assert len(row) == len(columns), f"a cell for each of {columns}: {row}"
    if folder := os.environ.get(FOLDER):
        document = {"name": name, "title": title, "columns": list(columns), "rows": cells, "notes": list(notes)}
        file = Path(folder, f"{name}.json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
