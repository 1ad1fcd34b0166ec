"""pyTenable's exceptions, as kinds of the SDK's own.

Each exception is both: `except NotFoundError` of `tenable_api.compat.errors` and of `tenable_api` catch the same failure.
Failures without an answer are kinds of `ConnectionError`; where the program has imported `requests`, they are kinds of that
library's exceptions as well, since that is what pyTenable lets through.
"""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

from .. import _errors as native
from .._errors import TenableError
from ._request import Request, asked
from ._response import Response


class RestflyException(TenableError):
    """The root of pyTenable's exceptions.

    Args:
        msg: What went wrong.
        func: Makes the text from `msg`.
        **attributes: Those of `TenableError`.

    Attributes:
        msg (str): What went wrong, in one line and without secrets.
    """

    #: What went wrong, in one line and without secrets.
    msg: str
    #: What the exceptions of `requests` have.
    request: Any = None
    #: The answer, if there was one.
    response: Any = None

    def __init__(self, msg: Any = "", *, func: Callable[..., str] | None = None, **attributes: Any) -> None:
        known = {name: value for name, value in attributes.items() if name in ATTRIBUTES}
        self.msg = str(msg) if func is None else func(msg, **attributes)
        super().__init__(self.msg, **known)

    def __str__(self) -> str:
        return self.msg

    def __reduce__(self) -> Any:
        kind, of = type(self).__dict__.get("_made_of", (type(self), None))
        return (_restored, (kind, of, self.__dict__))


class UnexpectedValueError(RestflyException, native.InvalidInputError):
    """An argument has a value that cannot be right. Nothing was sent. It is a `ValueError` as well."""


class RequiredParameterError(RestflyException, native.InvalidInputError):
    """An argument is missing."""


class ConnectionError(RestflyException, builtins.ConnectionError):
    """No usable answer came: no address, no connection, no trusted certificate, or the connection ended."""


class AuthenticationWarning(Warning):
    """A client has no credentials."""


class CompatibilityWarning(UserWarning):
    """An argument that pyTenable knows has no effect here."""


class PackageMissingError(RestflyException):
    """A package is missing."""


class NotImplementedError(RestflyException, builtins.NotImplementedError):
    """What was asked for is not there."""


class APIError(RestflyException):
    """The server refused, or its answer cannot be used.

    Args:
        resp: The answer.

    Attributes:
        code (int): HTTP status, as with pyTenable. The product's own code is `server_code`.
        response (Response): The answer. Of a failed call it is made from what the SDK keeps of it: status, code and message,
            without secrets.
        retries (int): How often the call was sent again.
        server_code (str): The product's own code, such as `143` of Security Center.
    """

    #: HTTP status. The root's is the product's own code.
    code: Any
    #: HTTP status.
    status: int | None
    #: The product's own code.
    server_code: str | None
    #: How often the call was sent again.
    retries: int | None
    #: The answer.
    response: Any

    def __init__(self, resp: Any = None, *, func: Callable[..., str] | None = None, **attributes: Any) -> None:
        if isinstance(resp, str) or resp is None:
            text, self.response = resp or "", attributes.pop("response", None)
        else:
            text, self.response = describe(resp), resp
        self.retries = attributes.pop("retries", None)
        if func is not None and self.response is not None:
            text = func(self.response, retries=self.retries)
        super().__init__(text, **attributes)
        # The SDK's `code` is the product's own.
        self.server_code = attributes.get("code")
        self.status = getattr(self.response, "status_code", attributes.get("status"))
        self.code = self.status
        if self.retries is None:
            self.retries = max((attributes.get("attempts") or 1) - 1, 0)

    @classmethod
    def set_retryable(cls, value: bool) -> None:
        """Does nothing: what may be sent again is told by the operation, so that nothing is done twice."""


class _Undecoded(json.JSONDecodeError):
    """Made of a text alone: the place in the answer is mostly not known."""

    def __init__(self, text: str = "", *_: Any) -> None:
        ValueError.__init__(self, text)


class JSONDecodeError(APIError, _Undecoded):
    """The answer is a success, and not the JSON that it should be.

    It is a `ValueError` and a `json.JSONDecodeError`, which pyTenable lets through; where the program has imported `requests`, it is
    that library's as well.
    """

    #: What could not be read, where it is known.
    doc = ""
    #: Where in it.
    pos = 0
    #: The line of that.
    lineno = 1
    #: The column of that.
    colno = 1


class BadRequestError(APIError, native.RefusedError):
    """The server takes the request as invalid (400)."""


class UnauthorizedError(APIError, native.AuthenticationError):
    """The server refuses the credentials (401)."""


class ForbiddenError(APIError, native.PermissionDeniedError):
    """The account lacks the right (403)."""


class NotFoundError(APIError, native.NotFoundError):
    """What was named does not exist (404)."""


class InvalidMethodError(APIError):
    """The path does not take this method (405)."""


class NotAcceptableError(APIError):
    """The server cannot answer in an acceptable form (406)."""


class ProxyAuthenticationError(APIError):
    """The proxy wants credentials (407)."""


class RequestTimeoutError(APIError):
    """The server waited too long for the request (408)."""


class RequestConflictError(APIError, native.ConflictError):
    """It conflicts with what is there (409)."""


class NoLongerExistsError(APIError, native.NotFoundError):
    """What was named is gone (410)."""


class LengthRequiredError(APIError):
    """The request does not tell its length (411)."""


class PreconditionFailedError(APIError):
    """A condition of the request does not hold (412)."""


class PayloadTooLargeError(APIError):
    """The request is too large (413)."""


class URITooLongError(APIError):
    """The address is too long (414)."""


class UnsupportedMediaTypeError(APIError):
    """The server does not take this kind of body (415)."""


class RangeNotSatisfiableError(APIError):
    """The asked range does not exist (416)."""


class ExpectationFailedError(APIError):
    """The server cannot do as the request expects (417)."""


class TeapotResponseError(APIError):
    """The server is a teapot (418)."""


class MisdirectRequestError(APIError):
    """The request came to the wrong server (421)."""


class InvalidContentError(APIError, native.RefusedError):
    """The content of the request is invalid (422)."""


class TooEarlyError(APIError):
    """The server does not want the request yet (425)."""


class UpgradeRequiredError(APIError):
    """The server wants another protocol (426)."""


class PreconditionRequiredError(APIError):
    """The server wants a condition (428)."""


class TooManyRequestsError(APIError, native.RateLimitedError):
    """Too many requests, to the last attempt (429, 420)."""


class RequestHeaderFieldsTooLargeError(APIError):
    """The headers are too large (431)."""


class UnavailableForLegalReasonsError(APIError):
    """Withheld for legal reasons (451)."""


class ServerError(APIError, native.ServerError):
    """The server failed (500)."""


class MethodNotImplementedError(APIError, native.ServerError):
    """The server does not know the method (501)."""


class BadGatewayError(APIError, native.UnavailableError):
    """A gateway got no usable answer (502)."""


class ServiceUnavailableError(APIError, native.UnavailableError):
    """The server is not ready (503)."""


class GatewayTimeoutError(APIError, native.UnavailableError):
    """A gateway waited too long (504)."""


class NotExtendedError(APIError, native.ServerError):
    """The server wants an extension (510)."""


class NetworkAuthenticationRequiredError(APIError, native.ServerError):
    """The network wants credentials (511)."""


class ImpersonationError(APIError):
    """Acting as somebody else failed. Here for programs that name it; nothing raises it."""


class PasswordComplexityError(APIError):
    """A password is too simple. Here for programs that name it; nothing raises it."""


class FileDownloadError(RestflyException):
    """A download failed. Here for programs that name it; nothing raises it."""

    #: What the file belongs to, such as `scans`.
    resource: str
    #: Which one of them.
    resource_id: str
    #: Which file.
    filename: str

    def __init__(self, resource: str = "", resource_id: str = "", filename: str = "") -> None:
        self.resource, self.resource_id, self.filename = str(resource), str(resource_id), str(filename)
        super().__init__(f"resource {resource}:{resource_id} requested file {filename} and has failed.")


class TioExportsError(RestflyException):
    """An export failed. Here for programs that name it; nothing raises it."""

    #: What is exported.
    export: str
    #: Which export it is.
    uuid: str

    def __init__(self, export: str = "", uuid: str = "", msg: str | None = None) -> None:
        self.export, self.uuid = export, uuid
        super().__init__(msg or f"{export} export {uuid} has errored.")


class TioExportsTimeout(TioExportsError):
    """An export took too long. Here for programs that name it; nothing raises it."""

    def __init__(self, export: str = "", uuid: str = "", msg: str | None = None) -> None:
        super().__init__(export, uuid, msg or f"{export} export {uuid} has timed out.")


#: The attributes that the SDK's errors have.
ATTRIBUTES = frozenset(
    "product operation method path status code message request_id attempts elapsed retry_after retryable effect".split()
)

#: pyTenable's exception for each HTTP status.
BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: InvalidMethodError,
    406: NotAcceptableError,
    407: ProxyAuthenticationError,
    408: RequestTimeoutError,
    409: RequestConflictError,
    410: NoLongerExistsError,
    411: LengthRequiredError,
    412: PreconditionFailedError,
    413: PayloadTooLargeError,
    414: URITooLongError,
    415: UnsupportedMediaTypeError,
    416: RangeNotSatisfiableError,
    417: ExpectationFailedError,
    418: TeapotResponseError,
    420: TooManyRequestsError,
    421: MisdirectRequestError,
    422: InvalidContentError,
    425: TooEarlyError,
    426: UpgradeRequiredError,
    428: PreconditionRequiredError,
    429: TooManyRequestsError,
    431: RequestHeaderFieldsTooLargeError,
    451: UnavailableForLegalReasonsError,
    500: ServerError,
    501: MethodNotImplementedError,
    502: BadGatewayError,
    503: ServiceUnavailableError,
    504: GatewayTimeoutError,
    510: NotExtendedError,
    511: NetworkAuthenticationRequiredError,
}

#: What a call can fail of without an answer, and the exception of `requests` that pyTenable lets through then.
_WITHOUT_ANSWER: list[tuple[type[TenableError], str]] = [
    (native.TlsError, "SSLError"),
    (native.ConnectError, "ConnectionError"),
    (native.CallTimeoutError, "ReadTimeout"),
    (native.ConnectionLostError, "ConnectionError"),
]


def translated(
    error: TenableError,
    *,
    base_url: str = "",
    classes: dict[int, type[APIError]] | None = None,
    product_body: Any = None,
    headers: Mapping[str, str] | None = None,
    wrapped: frozenset[str] = frozenset(),
) -> RestflyException:
    """pyTenable's exception for one of the SDK.

    Args:
        error: What the SDK raised.
        base_url: Where the product answers.
        classes: What differs from `BY_STATUS` for the product.
        product_body: Gives the JSON body that the product sends with such an error.
        headers: The headers that each request of the client has.
        wrapped: The operations whose body is a list of the one object.
    """
    attributes = {name: getattr(error, name, None) for name in ATTRIBUTES}
    text = str(error)
    # What was asked holds secrets, and goes no further.
    arguments = error.__dict__.pop("arguments_of_call", None)
    if isinstance(error, native.ConfigurationError | native.InvalidInputError):
        return _mixed(UnexpectedValueError, type(error), text, attributes)
    if error.status is not None:
        body = product_body(error) if product_body is not None else {"error": error.message}
        method, path = error.method or "", error.path or ""
        request = Request(method, base_url.rstrip("/") + path, headers)
        if arguments is not None:
            request = asked(base_url, method, path, arguments, headers or {}, error.operation in wrapped)
        response = Response(
            error.status,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            elapsed=error.elapsed or 0.0,
            request=request,
        )
        if isinstance(error, native.UnreadableError):
            return _mixed(JSONDecodeError, type(error), text, attributes, of_requests="JSONDecodeError", response=response)
        kind = (classes or {}).get(error.status) or BY_STATUS.get(error.status, APIError)
        return _mixed(kind, type(error), text, attributes, response=response)
    for found, name in _WITHOUT_ANSWER:
        if isinstance(error, found):
            if found is native.TlsError:
                text += "; ssl_verify=PATH names the file of an authority to trust, and with ssl_verify=False nothing is checked"
            return _mixed(ConnectionError, type(error), text, attributes, of_requests=name)
    return _mixed(APIError, type(error), text, attributes)


def error_of(response: Any, classes: dict[int, type[APIError]] | None = None) -> APIError:
    """The exception for an answer with an error status."""
    status = response.status_code
    kind = (classes or {}).get(status) or BY_STATUS.get(status, APIError)
    # A server that fails may have acted before.
    effect = "unknown" if status >= 500 and response.request.method not in ("GET", "HEAD") else "not_applied"

    def text(answer: Any, **_: Any) -> str:
        return describe(answer)

    return kind(
        response,
        func=text,
        status=status,
        method=response.request.method,
        attempts=getattr(response, "_attempts", 1),
        effect=effect,
    )


def no_json(response: Any, error: ValueError) -> APIError:
    """The exception for a body that is no JSON.

    Args:
        response: The answer.
        error: What reading it raised.
    """
    status, method = response.status_code, response.request.method
    text = f"[{status}: {method}] {response.url}: the body is no JSON: {error}"
    effect = "not_applied" if method in ("GET", "HEAD") else "unknown"
    attributes = {"status": status, "method": method, "attempts": getattr(response, "_attempts", 1), "effect": effect}
    found: Any = _mixed(
        JSONDecodeError, native.UnreadableError, text, attributes, of_requests="JSONDecodeError", response=response
    )
    if isinstance(error, json.JSONDecodeError):
        found.doc, found.pos, found.lineno, found.colno = error.doc, error.pos, error.lineno, error.colno
    return cast(APIError, found)


def describe(response: Any) -> str:
    """An answer in one line: status, method, address, and the beginning of what the server said."""
    request = getattr(response, "request", None)
    said = " ".join(str(getattr(response, "text", "")).split())
    said = said if len(said) <= 200 else said[:200] + "…"
    where = f"[{response.status_code}: {getattr(request, 'method', '')}] {getattr(request, 'url', '')}".rstrip()
    return f"{where}: {said}" if said else where


def _mixed(
    kind: type[RestflyException],
    of: type[TenableError],
    text: str,
    attributes: dict[str, Any],
    *,
    of_requests: str | None = None,
    **more: Any,
) -> RestflyException:
    requests = sys.modules.get("requests.exceptions") if of_requests else None
    third = getattr(requests, of_requests or "", None) if requests is not None else None
    return _class(kind, of, third)(text, **attributes, **more)


#: Classes that were made, by what they were made of.
_CLASSES: dict[tuple[Any, ...], type[RestflyException]] = {}


def _class(kind: type[RestflyException], of: type[TenableError] | None, third: type[Exception] | None) -> type[RestflyException]:
    """A class that is `kind`, the SDK's own and that of `requests`: caught under each of the names."""
    others = tuple(one for one in (of, third) if one is not None and not issubclass(kind, one))
    if not others:
        return kind
    made_of = (kind, *others)
    if made_of not in _CLASSES:
        names = {"__module__": kind.__module__, "__doc__": kind.__doc__, "_made_of": (kind, of)}
        _CLASSES[made_of] = type(kind.__name__, made_of, names)
    return _CLASSES[made_of]


def _restored(kind: type[RestflyException], of: type[TenableError] | None, state: dict[str, Any]) -> Any:
    found = _class(kind, of, None)
    error = found.__new__(found, state.get("msg", ""))
    Exception.__init__(error, state.get("msg", ""))
    error.__dict__.update(state)
    return error


# Where programs import them from.
for _name, _found in list(globals().items()):
    if isinstance(_found, type) and issubclass(_found, RestflyException | Warning) and _found.__module__ == __name__:
        _found.__module__ = "tenable_api.compat.errors"
