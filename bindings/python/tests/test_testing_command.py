"""`python -m tenable_api.testing`."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-W", "ignore", "-m", "tenable_api.testing"]

# A script for pyTenable, with the one line changed that names the package.
SCRIPT = """\
import sys

from tenable_api.compat.ie import TenableIE
from tenable_api.compat.io import TenableIO
from tenable_api.compat.sc import TenableSC

print(TenableIE().users.list()[0]["email"])
print(TenableIO().users.list()[0]["username"])
print(TenableSC().current.user()["username"])
sys.exit(int(sys.argv[1]))
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "script.py"
    file.write_text(SCRIPT)
    return file


@pytest.mark.parametrize(("options", "username"), [([], "north.manager"), (["--administrator", "--"], "admin")])
def test_a_script_for_pytenable_runs_as_it_is(script: Path, options: list[str], username: str) -> None:
    ended = run(*options, script, "7")
    assert ended.stdout.split() == ["admin@example.com", "admin@example.com", username], ended.stderr
    assert ended.returncode == 7


def test_any_program_runs_and_tells_how_it_ended() -> None:
    program = "import os, signal; print(os.environ['TIO_URL']); os.kill(os.getpid(), signal.SIGTERM)"
    ended = run("--tls", "--", sys.executable, "-c", program)
    assert ended.stdout.startswith("https://127.0.0.1:")
    assert ended.returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["no-such-program"], 127, "no-such-program cannot be started: No such file"),
        (["--set", "ie.duplicate_email=teapot"], 2, "ie.duplicate_email"),
        (["--set", "ie.duplicate_email"], 2, "is not RULE=OUTCOME"),
    ],
)
def test_what_cannot_be_run_is_told(arguments: list[str], code: int, says: str) -> None:
    ended = run(*arguments)
    assert (ended.returncode, says in ended.stderr) == (code, True), ended.stderr


def test_without_a_program_it_serves_until_ctrl_c(script: Path) -> None:
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        lines = iter(server.stdout.readline, "# serving until Ctrl-C\n")
        variables = dict(shlex.split(line)[1].split("=", 1) for line in lines)
        command = [sys.executable, "-W", "ignore", str(script), "0"]
        client = subprocess.run(command, capture_output=True, text=True, check=True, env=variables)
        assert client.stdout.startswith("admin@example.com\n")
        server.send_signal(signal.SIGINT)
        assert (server.wait(), server.stdout.read(), server.stderr.read()) == (0, "", "")
