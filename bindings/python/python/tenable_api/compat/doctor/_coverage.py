"""What `tenable_api.compat` covers, asked of its own classes."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import typing
import warnings
from typing import Any

from . import _pytenable

_COMPAT = "tenable_api.compat"

#: The SDK's own client for each of pyTenable's.
NATIVE = {
    "TenableIE": ("tenable_api.identity_exposure", "IdentityExposure"),
    "TenableSC": ("tenable_api.security_center", "SecurityCenter"),
    "TenableIO": ("tenable_api.vulnerability_management", "VulnerabilityManagement"),
}


@functools.cache
def client(product: str) -> Any:
    """The class that stands in for a client class of pyTenable, or `None`."""
    return getattr(importlib.import_module(_COMPAT), product, None) if product in NATIVE else None


@functools.cache
def find(product: str, path: str) -> Any:
    """What stands behind a path such as `users.list` of a client: the class of a section, a function, a property; `None` if nothing."""
    found: Any = client(product)
    for name in path.split("."):
        if name.startswith("_") or not inspect.isclass(found):
            return None
        found = _kind_of(inspect.getattr_static(found, name, None))
        if found is None:
            return None
    return found


def _kind_of(member: Any) -> Any:
    """The class that a property gives, where it says so; else the member."""
    if isinstance(member, functools.cached_property):
        member = property(member.func)
    if isinstance(member, property) and member.fget is not None:
        kind = typing.get_type_hints(member.fget).get("return")
        return kind if inspect.isclass(kind) and kind.__module__.startswith(_COMPAT) else member
    return member


def problem_with_arguments(product: str, path: str, places: int, names: tuple[str, ...], spread: bool) -> str | None:
    """Why a method does not take these arguments; `None` if it does, as far as its signature tells."""
    method = find(product, path)
    if not inspect.isfunction(method):
        return None
    if path in _pytenable.VERBS:
        elsewhere = importlib.import_module(f"{_COMPAT}._request").ELSEWHERE
        return next((f"it cannot heed {name} here: {elsewhere[name]}" for name in names if name in elsewhere), None)
    parameters = list(inspect.signature(method).parameters.values())[1:]
    kinds = {parameter.kind for parameter in parameters}
    named = {one.name for one in parameters if one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY}}
    if inspect.Parameter.VAR_KEYWORD not in kinds:
        unknown = [name for name in names if name not in named]
        if unknown:
            return f"it takes no {', '.join(unknown)}"
    else:
        unknown = [name for name in names if name not in named and not _takes(product, path, name)]
        if unknown:
            return f"it takes no {', '.join(unknown)}"
    most = sum(1 for one in parameters if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD})
    if places > most and inspect.Parameter.VAR_POSITIONAL not in kinds:
        return f"it takes no more than {most} arguments by position"
    if not spread:
        required = [one.name for one in parameters if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD]
        missing = [name for name in required[places:] if name not in names]
        if missing:
            return f"{', '.join(missing)} must be given"
    return None


class _Sent(Exception):
    """A trial got as far as sending."""


class _Trial:
    """A client that sends nothing."""

    def __getattr__(self, name: str) -> _Trial:
        return self

    def __call__(self, *places: Any, **names: Any) -> Any:
        raise _Sent


@functools.cache
def _takes(product: str, path: str, name: str) -> bool:
    """Whether a method that takes names of any kind takes this one: it is tried, on a client that sends nothing."""
    section, _, method = path.rpartition(".")
    owner = find(product, section) if section else None
    if owner is None:
        return True
    function = getattr(owner, method)
    required = [one for one in list(inspect.signature(function).parameters.values())[1:] if one.default is one.empty]
    places = ["1" for one in required if one.kind is one.POSITIONAL_OR_KEYWORD and one.name != name]
    try:
        function(owner(_Trial()), *places, **{name: "1"})
    except TypeError as error:
        return f"takes no {name}" not in str(error)
    except Exception:
        # The value is none for it, or it would have been sent.
        return True
    return True


@functools.cache
def constructor_argument(product: str, name: str) -> tuple[bool, str]:
    """Whether an argument of a client class does what it did, and what there is to say of it."""
    base = importlib.import_module(f"{_COMPAT}._base")
    if name in base.WITHOUT_EFFECT:
        return False, f"{name} has no effect: {base.WITHOUT_EFFECT[name]}"
    kind = client(product)
    # A client that is told nothing but the address, and does not sign in.
    trial = type(kind.__name__, (kind,), {"_sign_in": lambda self, given: None})
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        trial(**{"url": "https://localhost", **({} if name == "url" else {name: None})})
    unknown = any(issubclass(one.category, base.CompatibilityWarning) for one in told)
    return True, f"{name} has no effect, as with pyTenable" if unknown else ""


@functools.cache
def module(name: str) -> str | None:
    """The module that stands in for one of pyTenable's, or `None`."""
    if name == "tenable":
        return _COMPAT
    if name == "restfly.errors":
        name = "tenable.errors"
    first, _, rest = name.partition(".")
    found = f"{_COMPAT}.{rest}"
    private = any(part.startswith("_") for part in rest.split("."))
    if first != "tenable" or private or rest.split(".")[0] == "doctor" or "." in rest:
        return None
    return found if importlib.util.find_spec(found) is not None else None


@functools.cache
def member(module_name: str, name: str) -> bool:
    """Whether a module that stands in for pyTenable's has this name."""
    found = module(module_name)
    return found is not None and (hasattr(importlib.import_module(found), name) or module(f"{module_name}.{name}") is not None)


@functools.cache
def error(name: str) -> Any:
    """The exception class, or `None`."""
    return getattr(importlib.import_module(f"{_COMPAT}.errors"), name, None)


@functools.cache
def error_attribute(name: str, attribute: str) -> bool:
    """Whether an exception has an attribute."""
    kind = error(name)
    if kind is None:
        return False
    if hasattr(kind, attribute) or any(attribute in getattr(base, "__annotations__", {}) for base in kind.__mro__):
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return hasattr(kind("it is only a trial"), attribute)
        except Exception:
            return False


@functools.cache
def answer_attribute(path: str) -> bool:
    """Whether the answer of an exception has an attribute, such as `response.request.body`."""
    response = importlib.import_module(f"{_COMPAT}._response").Response(200)
    found: Any = response
    *before, last = path.split(".")[1:]
    for name in before:
        found = getattr(found, name, None)
    return not last.startswith("_") and hasattr(found, last)


@functools.cache
def native(product: str, path: str) -> str | None:
    """The SDK's own method for a call that compat does not have, such as `IdentityExposure.about.details`."""
    section, _, method = path.partition(".")
    if product not in NATIVE or not method or section.startswith("_"):
        return None
    module_name, name = NATIVE[product]
    resource = inspect.getattr_static(getattr(importlib.import_module(module_name), name), section, None)
    if not isinstance(resource, property) or resource.fget is None:
        return None
    kind = typing.get_type_hints(resource.fget).get("return")
    return f"{name}.{section}.{method}" if callable(getattr(kind, method, None)) else None


def exists(product: str, path: str) -> bool:
    """Whether pyTenable has the call, as far as it is known here."""
    return product not in _pytenable.SECTIONS or path in _pytenable.calls(product) or path in _pytenable.SECTIONS[product]
