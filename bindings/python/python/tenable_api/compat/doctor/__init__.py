"""Tells of scripts what `tenable_api.compat` makes of them.

```console
$ python -m tenable_api.compat.doctor sync_users.py
sync_users.py
  1:1   change this line  from tenable.sc import TenableSC
                          to: from tenable_api.compat import TenableSC
  4:6   works better      TenableSC(…)
                          the server's certificate is verified, which pyTenable does not do unless told; ...
  6:13  works unchanged   sc.users.list(…)
```

Scripts are read and never run. What a name stands for is followed through assignments, functions, classes and the scripts beside
each other; a call that cannot be placed is said to be unknown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence

from ._files import Place, Script, Unreadable, parsed, scripts
from ._follow import follow
from ._judge import Finding, judged
from ._report import Report

__all__ = ["Finding", "Place", "Report", "Unreadable", "examine", "examine_text", "main"]


def examine(paths: Iterable[str]) -> Report:
    """Examines scripts, notebooks, and all of them in folders.

    Args:
        paths: Files and folders; `-` is the standard input.

    Example:
        >>> examine(["no-such-script.py"]).exit_code
        2
    """
    return _report(list(scripts(list(paths))))


def examine_text(source: str, path: str = "<text>") -> Report:
    """Examines the text of one script.

    Args:
        source: The text.
        path: What it is called in the findings; `.ipynb` for a notebook.

    Example:
        >>> report = examine_text("from tenable.sc import TenableSC")
        >>> report.findings[0].instead
        'from tenable_api.compat import TenableSC'
    """
    return _report([parsed(path, "__main__", source.encode(), named=True)])


def _report(read: list[Script | Unreadable]) -> Report:
    followed = follow([one for one in read if isinstance(one, Script)])
    unreadable = [one for one in read if isinstance(one, Unreadable)]
    unreadable += [Unreadable(Place(path, 1), "its expressions are nested too deeply") for path in sorted(followed.too_deep)]
    return Report(judged(followed), unreadable, [one.path for one in followed.scripts])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Gives the exit code: 0 if all is covered, 1 if something is not or cannot be told, 2 if a script cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m tenable_api.compat.doctor",
        description="Tells which calls of pyTenable in scripts work with tenable_api.compat. Scripts are read and never run.",
        epilog="Exit code: 0 if all is covered, 1 if something is not or cannot be told, 2 if a script cannot be read.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="SCRIPT", help="a script, a notebook, a folder of them, or - for the standard input"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    chosen = parser.parse_args(arguments)
    report = examine(chosen.paths)
    text = json.dumps(report.document(), indent=2, ensure_ascii=False) + "\n" if chosen.json else report.text()
    # The name of a file may hold what the terminal cannot show.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    return report.exit_code
