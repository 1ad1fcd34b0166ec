"""Requests: what `get()` and the like take, in the words of `requests`, and what was sent, as an answer shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from uuid import UUID

from .._values import UNSET, Secret, revealed

#: What stands in place of a secret.
MASK = "***"

#: Names of fields and headers that hold secrets.
_SECRET = re.compile(r"password|passphrase|secret|token|key|code|authorization|cookie|x-securitycenter", re.IGNORECASE)
_PARAMETER = re.compile(r"\{(\w+)\}")
#: What is sent again anyway.
_SENT_AGAIN = frozenset({429, 502, 503, 504})
#: How long connecting may take unless the client is told.
_CONNECTING = 10.0

#: Arguments of `requests` that cannot be honoured, and what to do instead.
ELSEWHERE = {
    "auth": "give the credentials to the client",
    "cert": "give it to the client",
    "cookies": "send them in headers={'Cookie': ...}",
    "files": "keep pyTenable's client for uploads",
    "hooks": "do it with what the call gives",
    "proxies": "give it to the client",
}


class Headers(Mapping[str, str]):
    """Headers; letter case does not matter."""

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


class Request:
    """What an answer belongs to, with `***` in place of secrets.

    Args:
        method: Such as `GET`.
        url: Where it went.
        headers: The headers.
        body: The body, or `None` for none.
    """

    #: Such as `GET`.
    method: str
    #: Where it went.
    url: str
    #: The headers; letter case does not matter.
    headers: Headers
    #: The body.
    body: bytes | str | None

    def __init__(
        self, method: str, url: str = "", headers: Mapping[str, str] | None = None, body: bytes | str | None = None
    ) -> None:
        self.method = method
        self.url = masked_url(url)
        self.headers = Headers({name: _shown(name, value) for name, value in dict(headers or {}).items()})
        self.body = masked_body(body)

    @property
    def path_url(self) -> str:
        """Path and query."""
        parts = urlsplit(self.url)
        return urlunsplit(("", "", parts.path or "/", parts.query, ""))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Request):
            return NotImplemented
        return (self.method, self.url, dict(self.headers), self.body) == (
            other.method,
            other.url,
            dict(other.headers),
            other.body,
        )

    def __repr__(self) -> str:
        return f"<Request [{self.method}]>"


def honoured(method: str, further: Mapping[str, Any], *, verifies: bool) -> None:
    """Looks at the arguments of `requests` that change nothing here.

    Args:
        method: The method that is called, such as `get`.
        further: The arguments.
        verifies: Whether the client checks the certificate of the server.

    Raises:
        TypeError: One of them cannot be honoured, and what to do instead.
    """
    for name, value in further.items():
        if name in ("redact_fields", "redact_value", "stream"):
            # Nothing is written to a log; and the body is there as a whole, which can be read in pieces as well.
            continue
        if name in ELSEWHERE:
            instead = ELSEWHERE[name]
        elif name == "allow_redirects":
            instead = "redirects are not followed, they raise APIError"
        elif name == "verify":
            instead = "give ssl_verify to the client"
        elif name == "retry_on":
            instead = "what may be sent again is sent again after 429, 502, 503 and 504; write a loop for others"
        else:
            raise TypeError(f"{method}() takes no {name}")
        harmless = {
            "allow_redirects": value is False,
            "verify": value is verifies,
            "retry_on": isinstance(value, Iterable) and set(value) <= _SENT_AGAIN,
        }
        if value is not None and not harmless.get(name, False):
            raise TypeError(f"{method}() cannot heed {name} here: {instead}")


def attempt_timeout(given: Any) -> Any:
    """`timeout` as `requests` takes it, as the limit of an attempt. Of a pair, the sum of both; the first has an end without it as well."""
    if given is UNSET:
        return UNSET
    if isinstance(given, tuple | list):
        connecting, given = given
        if given is not None:
            given = float(given) + (_CONNECTING if connecting is None else float(connecting))
    return None if given is None else float(given)


def with_query(path: str, params: Any) -> str:
    """The path with `params` as `requests` takes them."""
    if not params:
        return path
    if isinstance(params, bytes | bytearray):
        params = bytes(params).decode()
    query = quote(params, safe="/?&=:@!$'()*+,;%~-._[]") if isinstance(params, str) else urlencode(_pairs(params), doseq=True)
    return path + ("&" if "?" in path else "?") + query if query else path


def headers_of(given: Mapping[str, Any] | None, own: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request: those given, and its own where they say nothing; letter case does not matter.

    One that is `None` is left out, as with `requests`.
    """
    named = {name.lower() for name in given or {}}
    found = {name: value for name, value in own.items() if name.lower() not in named}
    for name, value in (given or {}).items():
        if value is not None:
            value = revealed(value)
            found[name] = value.decode() if isinstance(value, bytes) else str(value)
    return found


def body_of(data: Any, content: Any) -> tuple[bytes | None, dict[str, str]]:
    """The body with the header that names its kind. As with `requests`, `data` goes before `json`."""
    if not data:
        if content is None:
            return None, {}
        return json.dumps(content, allow_nan=False, default=_plain).encode(), {"Content-Type": "application/json"}
    if isinstance(data, str | bytes | bytearray):
        return (data.encode() if isinstance(data, str) else bytes(data)), {}
    if hasattr(data, "read"):
        found = data.read()
        return (found.encode() if isinstance(found, str) else bytes(found)), {}
    if isinstance(data, Mapping | list | tuple):
        return urlencode(_pairs(data), doseq=True).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return b"".join(part.encode() if isinstance(part, str) else bytes(part) for part in data), {}


def asked(
    base_url: str, method: str, template: str, arguments: Mapping[str, Any], headers: Mapping[str, str], wrap: bool
) -> Request:
    """The request of a call that was refused, made of its arguments.

    Args:
        base_url: Where the product answers.
        method: HTTP method.
        template: The path with its parameters in braces.
        arguments: The arguments by the product's names.
        headers: The headers that each request has.
        wrap: Whether the body is a list of the one object.
    """
    left = {name: value for name, value in arguments.items() if value is not UNSET}
    path = _PARAMETER.sub(lambda found: quote(str(left.pop(found[1], found[0])), safe="{}"), template)
    every, body = dict(headers), None
    if left and method in ("POST", "PUT", "PATCH"):
        body, more = body_of(None, [left] if wrap else left)
        every |= more
    return Request(method, base_url.rstrip("/") + path, every, body)


def secrets_of(content: Any) -> set[str]:
    """Texts in a body, or in headers, under names of secrets. A body may be text as well, JSON or a form; a query is like a form."""
    if isinstance(content, bytes | bytearray):
        content = bytes(content).decode(errors="replace")
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            content = dict(parse_qsl(content))
    if isinstance(content, Mapping):
        own = set().union(*(_texts(value) for name, value in content.items() if _SECRET.search(str(name))))
        return own.union(*map(secrets_of, content.values()))
    if isinstance(content, list | tuple):
        return set().union(*(secrets_of(one) for one in content if not isinstance(one, str)))
    return set()


def _texts(content: Any) -> set[str]:
    """All texts in a value."""
    content = revealed(content)
    if isinstance(content, str):
        return {content} if content else set()
    if isinstance(content, Mapping):
        content = content.values()
    return set().union(*map(_texts, content)) if isinstance(content, Iterable) and not isinstance(content, bytes | bytearray) else set()


def masked_body(body: bytes | str | None) -> bytes | str | None:
    """A body with its secrets masked: those under their names in JSON or a form, and all of anything else."""
    if not body:
        return body
    text = bytes(body).decode(errors="replace") if isinstance(body, bytes | bytearray) else body
    try:
        shown = json.dumps(_hidden(json.loads(text)))
    except ValueError:
        shown = _masked_query(text) or MASK
    return shown.encode() if isinstance(body, bytes | bytearray) else shown


def masked_url(url: str) -> str:
    """An address with the secrets of its query masked."""
    if "?" not in url:
        return url
    where, query = url.split("?", 1)
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    return f"{where}?{_masked_query(query)}" if any(map(_SECRET.search, names)) else url


def _masked_query(text: str) -> str:
    pairs = parse_qsl(text, keep_blank_values=True) if "=" in text else []
    return urlencode([(name, MASK if _SECRET.search(name) else value) for name, value in pairs], safe="*")


def _hidden(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: MASK if _SECRET.search(name) and value is not None else _hidden(value) for name, value in content.items()}
    return [_hidden(one) for one in content] if isinstance(content, list) else content


def _shown(name: str, value: str) -> str:
    return MASK if _SECRET.search(name) else value


def _pairs(params: Any) -> list[tuple[Any, Any]]:
    """What `requests` takes as a query or a form, for `urlencode`: what is `None` is left out, in lists as well."""
    found = []
    for name, value in params.items() if isinstance(params, Mapping) else params:
        if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray):
            found.append((name, [revealed(one) for one in value if one is not None]))
        elif value is not None:
            found.append((name, revealed(value)))
    return found


def _plain(value: Any) -> Any:
    """What JSON has no form for: values of numpy, secrets and other objects of this package."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, UUID):
        return str(value)
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if hasattr(value, "item") and hasattr(value, "dtype"):
        return value.item()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
