"""A Python process that writes is killed in the middle; run again, it makes everybody, and nobody twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from typing import Any

from tenable_api.testing import Emulator
from trust.gate import Gate, Side
from trust.record import record

SEED = int(os.environ.get("TENABLE_TRUST_SEED", "4711"))
RUNS = int(os.environ.get("TENABLE_TRUST_RUNS", "8"))
PEOPLE = 5

SCRIPT = textwrap.dedent("""
    # As a careful script is written: it looks before it makes somebody.
    import os, warnings
    warnings.simplefilter("ignore")
    from tenable_api import VulnerabilityManagement

    with VulnerabilityManagement.from_env(proxy=None) as vm:
        there = {user.username: user for user in vm.users.list()}
        groups = {group.name: group for group in vm.groups.list()}
        group = groups.get("Night shift") or vm.groups.create("Night shift")
        for number in range(%d):
            name = f"p{number}@example.com"
            user = there.get(name) or vm.users.create(name, "Violet-Harbor-42", role="standard")
            if name not in {member.username for member in vm.groups.members(group.id)}:
                vm.groups.add_user(group.id, user.id)
""") % PEOPLE


def process(emulator: Emulator, url: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **emulator.environment(), "TIO_URL": url}
    arguments: dict[str, Any] = {"env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", SCRIPT], **arguments)


def ended(running: subprocess.Popen[str]) -> None:
    _, errors = running.communicate(timeout=120)
    assert running.returncode == 0, errors


def people(emulator: Emulator) -> Counter[str]:
    with emulator.vulnerability_management() as vm:
        users = Counter(user.username for user in vm.users.list() if user.username.startswith("p"))
        groups = [group for group in vm.groups.list() if group.name == "Night shift"]
        assert len(groups) == 1, "the group was made twice, or not at all"
        assert Counter(member.username for member in vm.groups.members(groups[0].id)) == users
    return users


def test_a_process_that_is_killed_anywhere_is_completed_by_the_next_one() -> None:
    everybody = Counter({f"p{number}@example.com": 1 for number in range(PEOPLE)})
    with Emulator() as emulator:
        url = emulator.endpoints.vulnerability_management.url
        with Gate(url, sys.maxsize, "before").open() as gate:
            ended(process(emulator, gate.url))
        assert people(emulator) == everybody
        writes = gate.writes
        assert writes == 2 * PEOPLE + 1

        draw = random.Random(SEED)
        killed: Counter[Side] = Counter()
        for number in range(RUNS):
            emulator.reset()
            at = draw.randrange(writes)
            side: Side = draw.choice(("before", "after"))
            with Gate(url, at, side).open() as gate:
                running = process(emulator, gate.url)
                gate.held.wait()
                running.kill()
                running.communicate()
            assert running.returncode == -signal.SIGKILL
            ended(process(emulator, url))
            assert people(emulator) == everybody, f"run {number}: write {at}, {side}"
            killed[side] += 1
    words = {"before": "before the server had the write", "after": "after the server carried it out"}
    record(
        "crash-python",
        title="A Python process that writes, killed",
        columns=["Killed", "Runs", "Completed by the next run", "Made twice", "Missing"],
        rows=[[words[side], killed[side], killed[side], 0, 0] for side in killed],
        notes=[
            f"A script that looks before it writes: {writes} writes in Vulnerability Management; SIGKILL while one of them, drawn with the seed "
            f"{SEED}, is on its way."
        ],
    )
