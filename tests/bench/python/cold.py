"""Starts a program anew each time, and measures from its start to its end. What it writes goes nowhere.

`cold.py -- PROGRAM ARGUMENT..` The CPU time is that of the program and of all that it waited for.
"""

from __future__ import annotations

import json
import os
import sys
import time

from worker import say

NOWHERE = os.open(os.devnull, os.O_RDWR)
QUIET = [(os.POSIX_SPAWN_DUP2, NOWHERE, number) for number in (0, 1)]


def once(command: list[str]) -> float:
    """Runs it, and gives the seconds of CPU time that it took."""
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=QUIET)
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        raise SystemExit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    command = sys.argv[sys.argv.index("--") + 1 :]
    say({"ready": True})
    for line in sys.stdin:
        iterations = json.loads(line)["iterations"]
        wall = time.perf_counter()
        cpu = sum(once(command) for _ in range(iterations))
        say({"iterations": iterations, "cpu": cpu, "wall": time.perf_counter() - wall})
