"""Raw requests: any request to a product, for what this package does not know."""

from __future__ import annotations

import json as _json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from . import _hints as hints
from ._errors import InvalidInputError
from ._values import UNSET, Secret, revealed

_HALF = re.compile("[\ud800-\udfff]")


class RawResponse:
    """An answer as it came."""

    __slots__ = ("attempts", "content", "elapsed", "headers", "status")

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """HTTP headers by their names in lower case; values of a name that came more than once are joined by a comma."""
    content: bytes
    """The body."""
    attempts: int
    """How many times the request was sent."""
    elapsed: float
    """How long the call took in seconds, waits included."""

    def __init__(
        self, status: int, headers: Sequence[tuple[str, str]], content: bytes, attempts: int = 1, elapsed: float = 0.0
    ) -> None:
        """An answer of these parts."""
        self.status = status
        joined: dict[str, str] = {}
        for name, value in headers:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        self.headers = joined
        self.content = content
        self.attempts = attempts
        self.elapsed = elapsed

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError` when it is none."""
        return _json.loads(self.content)

    def __repr__(self) -> str:
        # Without the body, which may hold a secret.
        return f"RawResponse(status={self.status}, {len(self.content)} bytes)"


def raw_request(
    method: str,
    path: str,
    query: hints.Query,
    json: Any,
    content: bytes | bytearray | memoryview | None,
    headers: Mapping[str, str | Secret] | None,
    idempotency: hints.Idempotency | None,
    attempt_timeout: hints.Limit,
) -> dict[str, Any]:
    """A request as the native module takes it."""
    sendable("method", method)
    sendable("path", path)
    method = method.upper()
    if not path.startswith("/"):
        raise ValueError(f"the path of a raw request is a path on the product, such as /api/users, not {path!r}")
    if json is not UNSET and content is not None:
        raise ValueError("json and content exclude each other")
    if content is not None and not isinstance(content, (bytes, bytearray, memoryview)):
        raise TypeError(f"`content` is bytes, not {type(content).__name__}: encode text first")
    all_headers = {sendable("headers", name): sendable(f"headers[{name!r}]", value) for name, value in (headers or {}).items()}
    if json is not UNSET:
        text = _json.dumps(json, default=_revealed, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        content = sendable("json", text).encode()
        if not any(name.lower() == "content-type" for name in all_headers):
            all_headers["content-type"] = "application/json"
    if query:
        # What cannot be sent is told below: the error that Python has for it holds the value.
        encoded = urlencode(_query(query), doseq=True, errors="surrogatepass")
        if "%ED%A" in encoded or "%ED%B" in encoded:
            raise _unsendable("query")
        path += ("&" if "?" in path else "?") + encoded
    if idempotency is None:
        # As HTTP has it: what POST and PATCH do may not be done twice.
        idempotency = "read" if method in ("GET", "HEAD", "OPTIONS") else "idempotent" if method in ("PUT", "DELETE") else "once"
    return {
        "method": method,
        "path": path,
        "headers": list(all_headers.items()),
        "content": bytes(content or b""),
        "idempotency": idempotency,
        "attempt_timeout": attempt_timeout,
    }


def sendable(name: str, text: str | Secret) -> str:
    """The text. Halves of surrogate pairs are refused without showing it: it may be a secret."""
    text = revealed(text)
    if not isinstance(text, str):
        raise TypeError(f"`{name}` is text, not {type(text).__name__}")
    if not text.isascii() and _HALF.search(text):
        raise _unsendable(name)
    return text


def _query(query: Any) -> list[tuple[Any, Any]]:
    """The pairs of a query with the texts of secrets."""
    if isinstance(query, (str, bytes)):
        raise TypeError("`query` is a mapping or pairs: write text into the path, after a question mark")
    pairs = query.items() if isinstance(query, Mapping) else query
    return [
        (name, [revealed(one) for one in value] if isinstance(value, (list, tuple)) else revealed(value)) for name, value in pairs
    ]


def _revealed(value: object) -> str:
    """What JSON has for a `Secret`."""
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"`json` holds a value of the type {type(value).__name__}, which cannot be sent")


def _unsendable(name: str) -> InvalidInputError:
    return InvalidInputError(f"`{name}` holds half of a surrogate pair, which is no character and cannot be sent; nothing was sent")
