"""What the clients of all products share: options, ends, other options on the same connections, and the raw way."""

from __future__ import annotations

import json as _json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from os import PathLike, fspath
from types import TracebackType
from typing import Any, Literal, NoReturn
from urllib.parse import urlencode

from ._errors import ConfigurationError, InvalidInputError
from ._native import Client as NativeClient
from ._native import ResponseInfo
from ._typing import Self
from ._values import UNSET, Secret, Unset, revealed

Limit = float | timedelta | None | Unset
Path = str | PathLike[str] | None
Query = Mapping[str, Any] | Sequence[tuple[str, Any]] | None

_HALF = re.compile("[\ud800-\udfff]")

Idempotency = Literal["read", "idempotent", "once", "never"]
"""When a raw request may be sent again: whenever it failed (`read`, `idempotent`), only if it provably was not carried out (`once`), or only
if it provably was not sent (`never`)."""


def settings(
    *,
    timeout: Limit,
    attempt_timeout: Limit,
    connect_timeout: Limit,
    max_attempts: int | None,
    calls_in_flight: int | None,
    requests_per_second: float | None,
    max_response_bytes: int | None,
    user_agent: str | None,
    allow_plain_http: bool,
    proxy: str | None | Unset,
    no_proxy: str | None,
    ca_file: Path,
    only_ca_file: Path,
    client_certificate: Path,
    client_key: Path,
    dangerously_accept_any_certificate: bool,
    count_throttled: bool = False,
    retry_delay: Limit = UNSET,
) -> dict[str, Any]:
    """The options of a client as the native module takes them.

    The last two are for the names of pyTenable: whether attempts answered 429 count among `max_attempts`, and the longest wait before the
    second attempt where the server names none, which doubles with each further one.
    """
    return {
        "timeout": timeout,
        "attempt_timeout": attempt_timeout,
        "connect_timeout": connect_timeout,
        "max_attempts": max_attempts,
        "calls_in_flight": calls_in_flight,
        "requests_per_second": requests_per_second,
        "max_response_bytes": max_response_bytes,
        "user_agent": user_agent,
        "allow_plain_http": allow_plain_http,
        "proxy": proxy,
        "no_proxy": no_proxy,
        "ca_file": None if ca_file is None else fspath(ca_file),
        "only_ca_file": None if only_ca_file is None else fspath(only_ca_file),
        "client_certificate": None if client_certificate is None else fspath(client_certificate),
        "client_key": None if client_key is None else fspath(client_key),
        "dangerously_accept_any_certificate": dangerously_accept_any_certificate,
        "count_throttled": count_throttled,
        "retry_delay": retry_delay,
    }


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


def _raw_request(
    method: str,
    path: str,
    query: Query,
    json: Any,
    content: bytes | bytearray | memoryview | None,
    headers: Mapping[str, str | Secret] | None,
    idempotency: Idempotency | None,
    attempt_timeout: Limit,
) -> dict[str, Any]:
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


class _Client:
    """What sync and async clients share. Clients may be used from many threads at once; they cannot be pickled."""

    __slots__ = ("__weakref__", "_client")

    _client: NativeClient

    @classmethod
    def _of(cls, native: NativeClient) -> Self:
        client = cls.__new__(cls)
        client._client = native
        return client

    @property
    def url(self) -> str:
        """Where the product answers."""
        return self._client.url

    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
        return self._client.closed

    def with_options(
        self,
        *,
        timeout: Limit = UNSET,
        missing_as_deleted: Literal[True] | None = None,
        on_response: Callable[[ResponseInfo], object] | None = None,
    ) -> Self:
        """A client with other options, on the same connections, limits and session. What is not given stays as it is.

        The options hold for all calls of the new client: those of its resources, raw requests, and what `tenable_api.admin` and
        `tenable_api.directory` do with it; only `on_response` is not told of the last two.

        Closing it leaves the client that it was made from open. Closing that one closes all that were made from it. A session ends
        with the first client, or with the last one that is left.

        ```python
        patient = tie.with_options(timeout=300)
        tie.with_options(missing_as_deleted=True).users.delete(7)  # fine if 7 is gone already
        tie.with_options(on_response=lambda info: print(info.request_id)).users.list()
        ```

        Args:
            timeout: Limit of each call in seconds, retries and waits included; `None` for no limit.
            missing_as_deleted: Takes a deletion of what is not there as done.
            on_response: Is told status, headers and request id of each successful answer, and of every answer to a raw request, before
                the call gives its value; of each page of `iterate`. An async client tells it from another thread. What it raises comes
                out of the call, which was carried out.
        """
        if on_response is not None and not callable(on_response):
            raise TypeError(f"on_response is called, and {type(on_response).__name__} cannot be")
        return self._of(self._client.with_options(timeout, missing_as_deleted, on_response))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r}{', closed' if self.closed else ''})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} holds connections and credentials, which cannot be pickled or copied: share the client between "
            "threads, and make a new one in each process"
        )


class SyncClient(_Client):
    """A client whose calls wait."""

    __slots__ = ()

    def raw(
        self,
        method: str,
        path: str,
        *,
        query: Query = None,
        json: Any = UNSET,
        content: bytes | bytearray | memoryview | None = None,
        headers: Mapping[str, str | Secret] | None = None,
        idempotency: Idempotency | None = None,
        attempt_timeout: Limit = UNSET,
    ) -> RawResponse:
        """Sends any request to the product through the same layers, for what this package does not know yet.

        The answer comes as it is, whatever its status.

        ```python
        answer = tie.raw("GET", "/api/infrastructures")
        print(answer.status, answer.json())
        ```

        Args:
            method: HTTP method.
            path: Path on the product.
            query: Query parameters; lists repeat their name, and a value may be a `Secret`.
            json: Body as JSON; a `Secret` in it is sent as its text.
            content: Body as bytes, instead of `json`.
            headers: Further headers; a value may be a `Secret`.
            idempotency: When it may be sent again. By default as HTTP has it: GET, PUT and DELETE after a passing failure, others never once
                they may have been carried out.
            attempt_timeout: Limit of each attempt in seconds instead of the client's; `None` for no limit.
        """
        return RawResponse(*self._client.raw(_raw_request(method, path, query, json, content, headers, idempotency, attempt_timeout)))

    def close(self) -> None:
        """Ends the session, if there is one and no other client is left on it. Later calls of this client, and of those made from it, fail.

        One that was made by `with_options` leaves the client that it was made from open.
        """
        self._client.close()

    def __enter__(self) -> Self:
        """The client itself; leaving the block closes it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.close()
        except Exception:
            # What went wrong within says more than that the end could not be told.
            if error is None:
                raise


class AsyncClient(_Client):
    """A client whose calls are awaited."""

    __slots__ = ()

    async def raw(
        self,
        method: str,
        path: str,
        *,
        query: Query = None,
        json: Any = UNSET,
        content: bytes | bytearray | memoryview | None = None,
        headers: Mapping[str, str | Secret] | None = None,
        idempotency: Idempotency | None = None,
        attempt_timeout: Limit = UNSET,
    ) -> RawResponse:
        """Sends any request to the product through the same layers, for what this package does not know yet.

        The answer comes as it is, whatever its status.

        ```python
        answer = await tie.raw("GET", "/api/infrastructures")
        print(answer.status, answer.json())
        ```

        Args:
            method: HTTP method.
            path: Path on the product.
            query: Query parameters; lists repeat their name, and a value may be a `Secret`.
            json: Body as JSON; a `Secret` in it is sent as its text.
            content: Body as bytes, instead of `json`.
            headers: Further headers; a value may be a `Secret`.
            idempotency: When it may be sent again. By default as HTTP has it: GET, PUT and DELETE after a passing failure, others never once
                they may have been carried out.
            attempt_timeout: Limit of each attempt in seconds instead of the client's; `None` for no limit.
        """
        request = _raw_request(method, path, query, json, content, headers, idempotency, attempt_timeout)
        return RawResponse(*await self._client.raw_async(request))

    async def close(self) -> None:
        """Ends the session, if there is one and no other client is left on it. Later calls of this client, and of those made from it, fail.

        One that was made by `with_options` leaves the client that it was made from open.
        """
        closing = self._client.close_async()
        if closing is not None:
            await closing

    async def __aenter__(self) -> Self:
        """The client itself; leaving the block closes it."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            await self.close()
        except Exception:
            # What went wrong within says more than that the end could not be told.
            if error is None:
                raise


def check_given(name: str, value: str | Secret | None) -> None:
    """Refuses what is missing or empty, as a variable that is not set tends to be: only `from_env` looks in the environment."""
    if value is None:
        raise ConfigurationError(f"{name} is missing")
    check_not_empty(name, value)


def check_not_empty(name: str, value: str | Secret | None) -> None:
    """Refuses an empty credential, and what is no text."""
    if value is not None and not isinstance(value, (str, Secret)):
        raise TypeError(f"{name} is text or a Secret, not {type(value).__name__}")
    if value is not None and not value:
        raise ConfigurationError(f"{name} is empty")
