"""`python -m tenable_api.testing`: runs a program against an emulator, or serves one until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, suppress

from ._emulator import Emulator
from ._errors import EmulatorError

DESCRIPTION = "Runs a program with the products emulated, and ends as it ends. Without one, serves them until Ctrl-C."
EPILOG = """\
The program finds addresses and keys where pyTenable and from_env() look for them: TIE_URL, TIE_API_KEY, TSC_URL, TSC_ACCESS_KEY,
TSC_SECRET_KEY, TIO_URL, TIO_ACCESS_KEY, TIO_SECRET_KEY. A script that gives its own to a client goes where they say, not here.

  python -m tenable_api.testing script.py --its-own arguments
  python -m tenable_api.testing --set ie.duplicate_email=400 -- pytest -q
"""


def rule(text: str) -> tuple[str, str]:
    name, equals, outcome = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not RULE=OUTCOME")
    return name, outcome


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tenable_api.testing",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--administrator", action="store_true", help="in Security Center, be its administrator, not a manager")
    undocumented = "what it does where a product is not documented; tenable_api.testing.rules() lists them"
    parser.add_argument("--set", dest="rules", type=rule, action="append", default=[], metavar="RULE=OUTCOME", help=undocumented)
    parser.add_argument("--state", metavar="FILE", help="keep the state in this file, keys included")
    parser.add_argument("--tls", action="store_true", help="serve https, with a certificate authority made for this run")
    parser.add_argument("program", nargs=argparse.REMAINDER, help="a Python script or any other program, with its arguments")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    chosen = arguments(given)
    program: list[str] = chosen.program[1:] if chosen.program[:1] == ["--"] else chosen.program
    try:
        emulator = Emulator(rules=dict(chosen.rules), state=chosen.state, tls=chosen.tls).start()
    except (EmulatorError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    with closing(emulator):
        environment = emulator.environment(administrator=chosen.administrator)
        if program:
            return run(program, environment)
        for name, value in environment.items():
            print(f"export {name}={shlex.quote(value)}")
        print("# serving until Ctrl-C", flush=True)
        wait()
    return 0


def run(program: list[str], environment: dict[str, str]) -> int:
    """Its exit code, as a shell tells it."""
    command = [sys.executable, *program] if program[0].endswith(".py") else program
    try:
        child = subprocess.Popen(command, env={**os.environ, **environment})
    except OSError as error:
        print(f"error: {program[0]} cannot be started: {error.strerror}", file=sys.stderr)
        return 127
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            # It has been told as well, and decides by itself.
            continue
        return code if code >= 0 else 128 - code


def wait() -> None:
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
