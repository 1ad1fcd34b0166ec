"""Installs the wheel into a new environment with nothing beside it, and tries it there.

usage: clean_environment.py WHEEL PYTHON FOLDER

The environment is made in the folder by the Python that is named. `cargo xtask wheel` runs this for each Python of the machine,
and so do the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

# Neither the user's settings nor those of whoever runs the tests are part of a clean environment.
VARIABLES = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "TENABLE_", "TIE_"))}
# Nothing comes from a registry, not even the news of pip.
VARIABLES |= {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

# What an environment starts with.
FIRST = {"pip", "setuptools"}

# The quickest of so many starts.
STARTS = 10

IMPORT_TIME = """
from time import perf_counter
start = perf_counter()
import tenable_api
imported = perf_counter()
tenable_api.IdentityExposure
print(imported - start, perf_counter() - start)
"""


def run(*command: str | Path) -> str:
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=VARIABLES)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {result.returncode}\n{result.stdout}")
    return result.stdout


def main(wheel: str, base: str, folder: Path) -> None:
    run(base, "-m", "venv", folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", "--no-index", wheel)
    installed = {package["name"] for package in json.loads(run(python, "-m", "pip", "list", "--format=json"))}
    assert installed - FIRST == {"tenable-api"}, installed
    version = run(python, "-I", Path(__file__).with_name("smoke.py")).strip()
    times = [tuple(map(float, run(python, "-W", "ignore", "-c", IMPORT_TIME).split())) for _ in range(STARTS)]
    imported, first_client = (min(column) * 1000 for column in zip(*times, strict=True))
    print(f"{version}: imported in {imported:.1f} ms, with the first client in {first_client:.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
