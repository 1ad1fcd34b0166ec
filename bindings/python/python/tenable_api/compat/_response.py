"""Answers in the shape that pyTenable's callers know: the one of `requests`."""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, quote_plus


class Headers(Mapping[str, str]):
    """Headers of an answer; letter case does not matter."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self._headers = {name.lower(): (name, value) for name, value in dict(headers or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._headers[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._headers.values())

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        # Values may be secrets.
        return f"<Headers {', '.join(self)}>"


@dataclass(frozen=True)
class Request:
    """What an answer belongs to. Headers and body are not kept: they hold secrets."""

    #: Such as `GET`.
    method: str
    #: Where it went. Of a failed call it is the pattern, such as `/api/users/{id}`.
    url: str


class Response:
    """An answer, with the attributes of `requests.Response` that scripts read.

    Args:
        status_code: HTTP status.
        content: The body.
        headers: The headers.
        method: What was sent.
        url: Where it was sent.
        elapsed: How long it took, in seconds.

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
    ) -> None:
        self.status_code = status_code
        self.content = content
        self.headers = Headers(headers)
        self.url = url
        self.request = Request(method, url)
        self.elapsed = timedelta(seconds=elapsed)

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
            ValueError: It is no JSON.
        """
        return json.loads(self.content, **options)

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

    def close(self) -> None:
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
    method, elapsed = answer.request.method, answer.elapsed.total_seconds()
    return Response(answer.status_code, content, dict(answer.headers), method, answer.url, elapsed)


def _forms(secret: str) -> set[str]:
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
        html.escape(secret),
    }
