"""A place on the way to a server where a run of writes can be stopped at any point. The same as the gate of the command line's tests."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from trust.messages import whole_message

Side = Literal["before", "after"]


class Gate:
    """Counts the writes to a server, and holds one of them for good: before the server has it, or after it has carried it out."""

    def __init__(self, url: str, at: int, side: Side) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._at = at
        self._side = side
        self._lock = threading.Lock()
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.writes = 0
        self.held = threading.Event()
        """Set when the write is held."""

    def _decide(self, request: bytes) -> Side | Literal["pass", "drop"]:
        with self._lock:
            if self._closed:
                return "drop"
            if request.startswith((b"POST ", b"PUT ", b"PATCH ", b"DELETE ")):
                self.writes += 1
                if self.writes - 1 == self._at:
                    self._closed = True
                    return self._side
            return "pass"

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._target) as far, contextlib.suppress(OSError):
            while request := whole_message(near):
                decision = self._decide(request)
                answer = b""
                if decision in ("pass", "after"):
                    far.sendall(request)
                    answer = whole_message(far)
                if decision in ("before", "after"):
                    self.held.set()
                if decision != "pass" or not answer:
                    break
                near.sendall(answer)
            # The client must not see that anything has ended, until it is gone itself.
            near.recv(1)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(near,), daemon=True)
            self._threads.append(thread)
            thread.start()

    @contextmanager
    def open(self) -> Iterator[Gate]:
        """Serves; at the end, waits until nothing is on its way any more. The client must be gone by then."""
        accepting = threading.Thread(target=self._accept, daemon=True)
        accepting.start()
        try:
            yield self
        finally:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            accepting.join()
            for thread in self._threads:
                thread.join()
