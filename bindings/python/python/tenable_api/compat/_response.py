"""Answers in the shape that pyTenable's callers know: the one of `requests`."""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus

from ._request import Headers, Request


class Response:
    """An answer, with the attributes of `requests.Response` that scripts read.

    Args:
        status_code: HTTP status.
        content: The body.
        headers: The headers.
        method: What was sent.
        url: Where it was sent.
        elapsed: How long it took, in seconds.
        request: What was sent, instead of `method` and `url` alone.
        attempts: How many times it was sent.

    Example:
        ```python
        Response(200, b'{"users": []}').json()  # {'users': []}
        ```
    """

    #: How the text is written.
    encoding: str = "utf-8"
    #: HTTP status.
    status_code: int
    #: The body.
    content: bytes
    #: The headers; letter case does not matter.
    headers: Headers
    #: Where it was sent.
    url: str
    #: What was sent.
    request: Request
    #: How long it took.
    elapsed: timedelta

    def __init__(
        self,
        status_code: int,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        method: str = "",
        url: str = "",
        elapsed: float = 0.0,
        request: Request | None = None,
        attempts: int = 1,
    ) -> None:
        self.status_code = status_code
        self.content = content
        self.headers = Headers(headers)
        self.request = request or Request(method, url)
        self.url = self.request.url
        self.elapsed = timedelta(seconds=elapsed)
        self._attempts = attempts

    @property
    def ok(self) -> bool:
        """Whether the status is no error."""
        return self.status_code < 400

    @property
    def reason(self) -> str:
        """The words for the status."""
        try:
            return HTTPStatus(self.status_code).phrase
        except ValueError:
            return ""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(self.encoding, errors="replace")

    def json(self, **options: Any) -> Any:
        """The body as JSON.

        Raises:
            JSONDecodeError: It is no JSON. It is a `ValueError`.
        """
        from ._errors import no_json

        try:
            return json.loads(self.content, **options)
        except ValueError as error:
            raise no_json(self, error) from None

    def raise_for_status(self) -> None:
        """Raises the `APIError` of the status, if it is an error."""
        from ._errors import error_of

        if not self.ok:
            raise error_of(self)

    def iter_content(self, chunk_size: int | None = 1) -> Iterator[bytes]:
        """The body in pieces. It is here as a whole already."""
        size = chunk_size or len(self.content) or 1
        for start in range(0, len(self.content), size):
            yield self.content[start : start + size]

    def iter_lines(self, chunk_size: int = 512, decode_unicode: bool = False, delimiter: Any = None) -> Iterator[Any]:
        """The lines of the body."""
        found: Any = self.text if decode_unicode else self.content
        yield from found.split(delimiter) if delimiter else found.splitlines()

    def close(self) -> None:
        """Does nothing: the body is read already."""

    def __enter__(self) -> Response:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Does nothing: the body is read already."""

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return f"<Response [{self.status_code}]>"


def masked(answer: Response, secrets: Collection[str]) -> Response:
    """The same answer with these texts masked in its body, in each form in which a server may repeat them."""
    content = answer.content
    forms = {form.encode("utf-8", "surrogatepass") for secret in secrets for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        content = content.replace(form, b"***")
    if content == answer.content:
        return answer
    elapsed = answer.elapsed.total_seconds()
    return Response(
        answer.status_code, content, dict(answer.headers), elapsed=elapsed, request=answer.request, attempts=answer._attempts
    )


def _forms(secret: str) -> set[str]:
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
        html.escape(secret),
    }
