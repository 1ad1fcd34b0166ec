"""The protocol between `cargo xtask bench` and a worker: what is measured lies between a line read and a line written.

A worker gets itself ready and says so. Each line that it reads then asks for a number of iterations, and each line that it writes says what
they took: CPU time of the whole process, wall time, how far the resident memory rose above where it was, and a number that is the same for
all who did the same work. The end of its input ends it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

# Does what is measured so many times, and gives the sum over what was read.
Run = Callable[[int], int]


@dataclass(frozen=True)
class Settings:
    """What a worker is started with."""

    contender: str
    server: str
    product: str
    threads: int
    in_flight: int

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the server."""
        host, _, port = self.server.removeprefix("http://").partition(":")
        return host, int(port)


def settings() -> Settings:
    """What the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--contender", required=True)
    parser.add_argument("--server", required=True, help="http://127.0.0.1:PORT")
    parser.add_argument("--product", default="ie", choices=["ie", "sc", "vm"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--in-flight", type=int, default=1)
    return Settings(**vars(parser.parse_args()))


def serve(run: Run) -> None:
    """Answers what is asked until the input ends."""
    say({"ready": True})
    for line in sys.stdin:
        iterations = json.loads(line)["iterations"]
        forget_peak()
        before = memory("VmRSS")
        wall, cpu = time.perf_counter(), time.process_time()
        check = run(iterations)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        peak = max(memory("VmHWM") - before, 0)
        say({"iterations": iterations, "cpu": cpu, "wall": wall, "peak": peak, "check": check})


def in_threads(once: Callable[[int], int], threads: int) -> Run:
    """Has each thread do its share; `once` is told which thread it is in."""
    pool = ThreadPoolExecutor(threads)

    def several(thread: int, iterations: int) -> int:
        return sum(once(thread) for _ in range(iterations))

    return lambda iterations: sum(pool.map(several, range(threads), shares(iterations, threads)))


def shares(iterations: int, parts: int) -> list[int]:
    """So many in all, in parts that differ by one at most."""
    return [iterations // parts + (number < iterations % parts) for number in range(parts)]


def say(message: dict[str, object]) -> None:
    """Writes a line of the protocol."""
    print(json.dumps(message), flush=True)


def memory(name: str) -> int:
    """Bytes of memory of this process: `VmRSS` now, `VmHWM` at most."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    raise LookupError(name)


def forget_peak() -> None:
    """Lets `VmHWM` begin anew."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")
