"""HTTP messages as they stand on a socket."""

from __future__ import annotations

import re
import socket


def whole_message(stream: socket.socket) -> bytes:
    """One message, head and body; nothing if the other side goes before it is whole."""
    message = b""
    while True:
        head, separator, body = message.partition(b"\r\n\r\n")
        if separator:
            assert b"transfer-encoding" not in head.lower(), "neither side sends in chunks"
            length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
            if len(body) >= (int(length[1]) if length else 0):
                return message
        received = stream.recv(65536)
        if not received:
            return b""
        message += received
