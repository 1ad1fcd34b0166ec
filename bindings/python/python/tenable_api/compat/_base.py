"""What the three products share: constructor arguments, credentials, calls, checks, and the way past all of it."""

from __future__ import annotations

import difflib
import operator
import os
import re
import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, urlsplit

from .._client import settings
from .._errors import ConfigurationError, TenableError
from .._values import UNSET
from ._box import SETTINGS, Box, BoxList
from ._certificates import from_one_file
from ._errors import (
    APIError,
    AuthenticationWarning,
    CompatibilityWarning,
    ConnectionError,
    UnauthorizedError,
    UnexpectedValueError,
    error_of,
    translated,
)
from ._request import MASK, Request, attempt_timeout, body_of, headers_of, honoured, secrets_of, with_query
from ._response import Response, masked

T = TypeVar("T")
P = TypeVar("P", bound="APIPlatform")

#: Arguments of pyTenable's constructors that change nothing here, and what there is instead.
WITHOUT_EFFECT: dict[str, str] = {
    "adapter": "connections are not made by requests; see ssl_verify, cert and proxies",
    "adaptor": "connections are not made by requests; see ssl_verify, cert and proxies",
    "adapter_path": "connections are not made by requests; see ssl_verify, cert and proxies",
    "error_func": "each exception has its text, and .response for another one",
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: How long an attempt may take where pyTenable waits for ever.
_PATIENCE = 120.0
#: pyTenable's own.
_RETRIES, _BACKOFF = 5, 1.0
#: The options of the SDK's clients that compat says nothing of.
_OPTIONS: dict[str, Any] = {
    "timeout": UNSET,
    "attempt_timeout": UNSET,
    "connect_timeout": UNSET,
    "max_attempts": None,
    "calls_in_flight": None,
    "requests_per_second": None,
    "max_response_bytes": None,
    "user_agent": None,
    "allow_plain_http": False,
    "proxy": UNSET,
    "no_proxy": None,
    "ca_file": None,
    "only_ca_file": None,
    "client_certificate": None,
    "client_key": None,
    "dangerously_accept_any_certificate": False,
}


class _Native:
    """The native client, which notes in an error what was asked, so that `error.response.request` can tell it."""

    def __init__(self, native: Any) -> None:
        self._native = native

    def call(self, operation: str, given: dict[str, Any]) -> Any:
        try:
            return self._native.call(operation, given)
        except TenableError as error:
            error.__dict__["arguments_of_call"] = given
            raise

    def as_user(self, name: str) -> _Native:
        return _Native(self._native.as_user(name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._native, name)


class APIPlatform:
    """What `TenableIE`, `TenableSC` and `TenableIO` have in common. Not for use by itself.

    Args:
        url: Where the product answers. Without it, the environment variable `<PREFIX>_URL`, and then the product's own default.
        retries: How often a request is sent again at most, whatever failed: 5 without it. Only what can do no harm twice is sent
            again, and a creation whose outcome is unknown never.
        backoff: The longest wait before the first of them, in seconds, where the server names none: 1 without it. It doubles with
            each further one, up to 10 seconds or `backoff` itself, and the wait is up to it, by chance.
        timeout: How many seconds an attempt may take.
        proxies: Proxies by scheme, as `requests` takes them. Without it, those of the environment.
        ssl_verify: Whether the server's certificate is checked, which is the default for all products; or the path of a file with
            the authorities that are trusted. Without it, `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` are heeded.
        cert: Client certificate: the path of a PEM file that holds it with its key, or the paths of the two.
        vendor: Who makes the program, for the `User-Agent` header.
        product: What the program is called, for the `User-Agent` header.
        build: Which version it is, for the `User-Agent` header.
        session: Of a session of `requests`, its headers' `User-Agent`, its `cert` and its `proxies` are taken over.
        box: Whether `get()`, `post()` and the like give boxes.
        box_attrs: Settings of these boxes: `default_box`, `frozen_box`, `camel_killer_box`.
        squash_camel: The same as `box_attrs={"camel_killer_box": True}`.
        conv_json: Whether `get()`, `post()` and the like give plain dicts and lists.
        base_path: What stands between the URL and the path.
        allow_plain_http: Whether credentials may travel unencrypted, to an `http://` address that is not this machine. Not in
            pyTenable.
        **kwargs: The credentials of the product. Anything else has no effect, and is warned of.
    """

    #: Prefix of the environment variables.
    _env_base: ClassVar[str] = ""
    #: Where the product answers unless told.
    _default_url: ClassVar[str | None] = None
    _default_timeout: ClassVar[float] = _PATIENCE
    #: Ways to sign in, best first, with the arguments of each.
    _credential_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "key": ("access_key", "secret_key"),
        "session": ("username", "password"),
    }
    #: Exceptions by status that differ from pyTenable's usual ones.
    _error_classes: ClassVar[dict[int, type[APIError]]] = {}
    #: Operations whose body is a list of the one object.
    _wrapped: ClassVar[frozenset[str]] = frozenset()
    #: The header that signs a request.
    _credential_header: ClassVar[str] = "X-APIKeys"
    #: What pyTenable has under this class and compat has not.
    _not_covered: ClassVar[frozenset[str]] = frozenset()

    _base_path: str = ""
    _box: bool = False
    _conv_json: bool = False

    def __init__(self, **kwargs: Any) -> None:
        self._closed = False
        self._native: Any = None
        self._url = self._address(kwargs.pop("url", None))
        self._base_path = kwargs.pop("base_path", None) or self._base_path
        self._box = bool(kwargs.pop("box", self._box))
        self._conv_json = bool(kwargs.pop("conv_json", self._conv_json))
        self._box_attrs = self._box_settings(dict(kwargs.pop("box_attrs", None) or {}), kwargs.pop("squash_camel", False))
        self._settings = self._client_settings(kwargs)
        names = {name for way in self._credential_names.values() for name in way}
        self._warn_of(set(kwargs) - names - self._further_arguments())
        self._sign_in(kwargs)

    # What a product says for itself.

    @classmethod
    def _native_class(cls) -> Any:
        """The SDK's own client of the product."""
        raise NotImplementedError

    def _native_client(self, way: str, credentials: dict[str, Any], options: dict[str, Any]) -> Any:
        """The native client of the product with these credentials and options."""
        raise NotImplementedError

    @classmethod
    def _further_arguments(cls) -> set[str]:
        """Arguments that the product takes besides the common ones."""
        return set()

    def _connect(self, way: str, credentials: dict[str, Any]) -> Any:
        """A client with these credentials."""
        # The client reads the files of a certificate when it is made.
        with self._certificate_files() as paths:
            files = dict(zip(("client_certificate", "client_key"), paths, strict=False))
            native = self._native_client(way, credentials, settings(**{**_OPTIONS, **self._settings, **files}))
        return self._native_class()._of(_Native(native))

    def _certificate_files(self) -> AbstractContextManager[tuple[str, ...]]:
        """The paths of the client's certificate and of its key where they are not those of the settings; nothing else."""
        certificate = self._settings.get("client_certificate")
        if certificate is not None and certificate == self._settings.get("client_key"):
            return from_one_file(certificate)
        return nullcontext(())

    @classmethod
    def _body_of(cls, error: TenableError) -> Any:
        """The JSON body that the product sends with such an error."""
        return {"error": error.message}

    # Making the client.

    def _address(self, url: str | None) -> str:
        url = url or os.environ.get(f"{self._env_base}_URL") or self._default_url
        parts = urlsplit(str(url))
        if not (parts.scheme and parts.netloc):
            raise ConnectionError(f"{url} is not a valid URL; give url=..., or set {self._env_base}_URL")
        return str(url)

    def _box_settings(self, found: dict[str, Any], squash_camel: bool) -> dict[str, bool]:
        if squash_camel:
            found["camel_killer_box"] = True
        for name in sorted(set(found) - SETTINGS):
            self._warn(f"box_attrs[{name!r}] has no effect")
        return {name: bool(value) for name, value in found.items() if name in SETTINGS}

    def _client_settings(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """pyTenable's arguments in the words of the SDK's clients."""
        session = kwargs.pop("session", None)
        settings: dict[str, Any] = {}
        retries, backoff = kwargs.pop("retries", None), kwargs.pop("backoff", None)
        attempts = max(_RETRIES if retries is None else int(retries), 0) + 1
        # No wait at all would be a tight loop.
        delay = max(_BACKOFF if backoff is None else float(backoff), 0.001)
        timeout = kwargs.pop("timeout", None)
        if isinstance(timeout, tuple):
            connect, timeout = timeout
            if connect is not None:
                settings["connect_timeout"] = float(connect)
        patience = float(timeout) if timeout is not None else self._default_timeout
        # Attempts are counted, and each has its limit: as with pyTenable, there is none for all of them together.
        settings |= {"max_attempts": attempts, "count_throttled": True, "retry_delay": delay}
        settings |= {"attempt_timeout": patience, "timeout": None}

        settings |= _trust(kwargs.pop("ssl_verify", None))
        cert = kwargs.pop("cert", None) or getattr(session, "cert", None)
        if cert:
            pair = (cert, cert) if isinstance(cert, str | os.PathLike) else tuple(cert)
            settings["client_certificate"], settings["client_key"] = (os.fspath(file) for file in pair)
        proxies = kwargs.pop("proxies", None) or getattr(session, "proxies", None) or {}
        if proxy := self._proxy(proxies):
            settings["proxy"] = proxy
        if proxies.get("no_proxy"):
            settings["no_proxy"] = proxies["no_proxy"]
        if kwargs.pop("allow_plain_http", False):
            settings["allow_plain_http"] = True
        settings["user_agent"] = self._user_agent(kwargs, session)
        for name, instead in WITHOUT_EFFECT.items():
            if kwargs.pop(name, None) is not None:
                self._warn(f"{name} has no effect: {instead}")
        return settings

    def _proxy(self, proxies: Mapping[str, str]) -> str | None:
        parts = urlsplit(self._url)
        places = (f"{parts.scheme}://{parts.hostname}", parts.scheme, f"all://{parts.hostname}", "all")
        return next((proxies[place] for place in places if proxies.get(place)), None)

    def _user_agent(self, kwargs: dict[str, Any], session: Any) -> str:
        vendor, product, build = (kwargs.pop(name, None) or "unknown" for name in ("vendor", "product", "build"))
        given = dict(getattr(session, "headers", None) or {}).get("User-Agent", "")
        if given and not given.startswith("python-requests/"):
            return str(given)
        return f"Integration/1.0 ({vendor}; {product}; Build/{build})"

    def _warn_of(self, unknown: set[str]) -> None:
        known = {name for way in self._credential_names.values() for name in way} | self._further_arguments() | {"url"}
        for name in sorted(unknown):
            close = difflib.get_close_matches(name, known, 1)
            self._warn(f"{name} is no argument and has no effect" + (f"; is {close[0]} meant?" if close else ""))

    def _warn(self, text: str) -> None:
        # Where the client is made is as many frames up as this class is deep in pyTenable's way of doing things.
        warnings.warn(f"{type(self).__name__}: {text}", CompatibilityWarning, stacklevel=_frames_up())

    # Credentials.

    def _found_credentials(self, kwargs: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """The first way to sign in for which everything is there, in the arguments or the environment."""
        for way, names in self._credential_names.items():
            found = {name: kwargs.get(name) or os.environ.get(f"{self._env_base}_{name.upper()}") for name in names}
            if all(found.values()):
                return way, found
        return None

    def _sign_in(self, kwargs: Mapping[str, Any]) -> None:
        found = self._found_credentials(kwargs)
        if found is None:
            wanted = " or ".join(" and ".join(names) for names in self._credential_names.values())
            text = f"Starting an unauthenticated session: there is no {wanted}"
            warnings.warn(text, AuthenticationWarning, stacklevel=_frames_up())
            return
        self._use(*found)

    def _use(self, way: str, credentials: dict[str, Any]) -> None:
        try:
            self._native = self._connect(way, credentials)
        except ConfigurationError as error:
            raise self._translated(error) from None

    @property
    def _client(self) -> Any:
        """The SDK's own client of the product, signed in."""
        if self._closed:
            raise UnauthorizedError(f"{type(self).__name__} is closed; nothing was sent", effect="not_sent", status=401)
        if self._native is None:
            raise UnauthorizedError(f"{type(self).__name__} has no credentials; nothing was sent", effect="not_sent", status=401)
        return self._native

    def close(self) -> None:
        """Ends a session if there is one, and lets the connections go. Later calls fail. Not in pyTenable."""
        self._closed = True
        if self._native is not None:
            self._call(self._native.close)

    def __enter__(self: P) -> P:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Does nothing: keys make no session, and as with pyTenable the client may be used on. `close` ends it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._url}>"

    def __reduce__(self) -> Any:
        raise TypeError(
            f"{type(self).__name__} cannot be pickled: it holds credentials and connections; make one where it is needed"
        )

    def __getattr__(self, name: str) -> Any:
        # Only for what is not there.
        if name in type(self)._not_covered:
            raise AttributeError(
                f"{type(self).__name__}.{name} is not covered by tenable_api.compat; "
                "use pyTenable's for it, or get(), post() and the like"
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    # Calls.

    def _call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Calls a method of the SDK's client. Its exceptions come out as pyTenable's."""
        try:
            return function(*args, **kwargs)
        except TenableError as error:
            raise self._translated(error) from None

    def _translated(self, error: TenableError) -> Exception:
        return translated(
            error,
            base_url=self._url,
            classes=self._error_classes,
            product_body=self._body_of,
            headers=self._own_headers(),
            wrapped=self._wrapped,
        )

    def get(self, path: str, **kwargs: Any) -> Any:
        """Sends a GET request, for what has no method of its own.

        Args:
            path: Path below the product's address, such as `users/1`.
            params: Query: a mapping, pairs, or text.
            json: Body, sent as JSON.
            data: Body instead: text, bytes, a file, or a mapping or pairs of a form.
            headers: Further headers.
            timeout: How many seconds an attempt of this request may take.
            stream: Taken, and without effect: the answer is there as a whole, and can be read in pieces as well.
            box: Whether a JSON answer comes as a `Box`.
            box_attrs: Settings of the box.
            conv_json: Whether a JSON answer comes as plain dicts and lists.
            use_base: Whether the product's own prefix, such as `api`, is put before the path.

        Returns:
            The answer, or what it says.

        Raises:
            APIError: The status is an error.
            TypeError: An argument of `requests` cannot be honoured.
        """
        return self._req("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> Any:
        """Sends a POST request; see `get`. It is sent again only if the server cannot have seen it."""
        return self._req("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> Any:
        """Sends a PUT request; see `get`."""
        return self._req("PUT", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> Any:
        """Sends a PATCH request; see `get`."""
        return self._req("PATCH", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        """Sends a DELETE request; see `get`."""
        return self._req("DELETE", path, **kwargs)

    def head(self, path: str, **kwargs: Any) -> Any:
        """Sends a HEAD request; see `get`."""
        return self._req("HEAD", path, **kwargs)

    def _req(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: Any = UNSET,
        box: bool | None = None,
        box_attrs: Mapping[str, Any] | None = None,
        conv_json: bool | None = None,
        use_base: bool = True,
        **further: Any,
    ) -> Any:
        honoured(method.lower(), further, verifies="dangerously_accept_any_certificate" not in self._settings)
        where = "/" + "/".join(part for part in (self._base_path if use_base else "", path.lstrip("/")) if part)
        where = quote(where, safe="/?&=:@!$'()*+,;%~-._#[]")
        where = with_query(where, params)
        body, own = body_of(data, json)
        sent = headers_of(headers, own)
        answer = self._send_raw(method, where, body, sent, attempt_timeout=attempt_timeout(timeout))
        self._examine(answer, (body, urlsplit(where).query.encode(), sent))
        return self._in_form(answer, box, box_attrs, conv_json)

    def _send_raw(self, method: str, where: str, body: bytes | None, headers: Mapping[str, str], **options: Any) -> Response:
        answer = self._call(self._client.raw, method, where, content=body, headers=headers, **options)
        shown = {**self._own_headers(), **headers}
        request = Request(method, self._url.rstrip("/") + where, shown, body)
        return Response(
            answer.status, answer.content, answer.headers, elapsed=answer.elapsed, request=request, attempts=answer.attempts
        )

    def _own_headers(self) -> dict[str, str]:
        """The headers that each request has, as they are shown."""
        return {"User-Agent": self._settings["user_agent"], self._credential_header: MASK}

    def _examine(self, answer: Response, sent: Any = None) -> None:
        """Raises for an answer that is an error. Secrets that were sent do not show in it, should the server repeat them."""
        if not 200 <= answer.status_code < 300:
            raise error_of(masked(answer, secrets_of(sent)), self._error_classes)

    def _in_form(self, answer: Response, box: bool | None, box_attrs: Mapping[str, Any] | None, conv_json: bool | None) -> Any:
        box = self._box if box is None else box
        conv_json = self._conv_json if conv_json is None else conv_json
        is_json = "application/json" in answer.headers.get("Content-Type", "application/json").lower()
        if not ((box or conv_json) and is_json and answer.content):
            return answer
        found = answer.json()
        if not box:
            return found
        settings = self._box_attrs if box_attrs is None else self._box_settings(dict(box_attrs), False)
        if isinstance(found, dict):
            return Box(found, **settings)
        if isinstance(found, list):
            return BoxList(found, **settings)
        return answer


class APIEndpoint:
    """A group of calls, such as `users`.

    Args:
        api: The client.
    """

    def __init__(self, api: Any) -> None:
        self._api = api

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {type(self._api).__name__}>"

    @property
    def _client(self) -> Any:
        return self._api._client

    def _call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        found: T = self._api._call(function, *args, **kwargs)
        return found


def _trust(verify: Any) -> dict[str, Any]:
    """`ssl_verify` in the words of the SDK's clients."""
    if verify is not None and not isinstance(verify, str | os.PathLike):
        if not verify:
            return {"dangerously_accept_any_certificate": True}
        verify = None
    name = "ssl_verify"
    if verify is None:
        # As requests does it.
        name = next((name for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if os.environ.get(name)), "")
        verify = os.environ.get(name)
    if not verify:
        return {}
    if os.path.isdir(verify):
        raise UnexpectedValueError(f"{name} is the folder {verify}; it has to be a file with the authorities that are trusted")
    return {"only_ca_file": os.fspath(verify)}


# Checks of arguments. What pyTenable takes is taken; what it would have sent wrong is refused.


def check(name: str, value: Any, kind: type, *, choices: Any = None, default: Any = None) -> Any:
    """The argument as the type that is wanted; texts that hold a number or a boolean are read. `None` stays `None`.

    Raises:
        TypeError: It is of another type.
        UnexpectedValueError: It is none of the choices.
    """
    if value is None:
        return default
    found = value
    if kind is int and isinstance(value, bool):
        raise TypeError(f"{name} is of type bool.  Expected int")
    if not isinstance(value, kind):
        found = _read(value, kind) if isinstance(value, str) else index_of(value) if kind is int else None
        if found is None:
            raise TypeError(f"{name} is of type {type(value).__name__}.  Expected {kind.__name__}")
    if choices is not None and found not in choices:
        raise UnexpectedValueError(f"{name} has value of {found}.  Expected one of {','.join(map(str, choices))}")
    return found


def whole_number(name: str, value: Any) -> int:
    """An id that is a whole number, also given as text or as a number of another library such as numpy.

    Raises:
        UnexpectedValueError: It is none. Nothing of it is cut off to make it one.
    """
    number = index_of(value)
    if number is not None:
        return number
    if isinstance(value, str) and value.isascii() and value.strip().isdigit():
        return int(value)
    raise UnexpectedValueError(f"{name} is {value!r}, which is no id")


def index_of(value: Any) -> int | None:
    """A whole number of any kind as Python's own; `None` for anything else, true and false included."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def number_or_uuid(name: str, value: Any) -> int | str:
    """An id that is a whole number or a UUID.

    Raises:
        UnexpectedValueError: It is neither. Nothing of it is cut off to make it one.
    """
    text = str(value).strip().lower()
    return text if _UUID.fullmatch(text) else whole_number(name, value)


def uuid(name: str, value: Any) -> str:
    """A UUID in lower case.

    Raises:
        UnexpectedValueError: It is none.
    """
    text = str(value).strip().lower()
    if not _UUID.fullmatch(text):
        raise UnexpectedValueError(f"{name} is {value!r}, which is no UUID")
    return text


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that are not `None`."""
    return {name: value for name, value in arguments.items() if value is not None}


def _read(text: str, kind: type) -> Any:
    if kind is bool:
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower())
    try:
        return kind(text) if kind in (int, float) else None
    except ValueError:
        return None


def _frames_up() -> int:
    """How many frames the caller's own code is above this package's, for warnings."""
    import sys

    depth, frame = 1, sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(__package__ or "-"):
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    return depth
