"""Clients of the products as their users make them: with nothing but an address and a key."""

from __future__ import annotations

from typing import Any

from worker import Settings

API_KEY = "0" * 64
ACCESS_KEY = SECRET_KEY = "0" * 32

# What the product answers with a list of its users.
LIST = {"ie": "/api/users", "sc": "/rest/user", "vm": "/users"}

# What the product reads a key from.
HEADERS = {
    "ie": {"X-API-Key": API_KEY},
    "sc": {"x-apikey": f"accesskey={ACCESS_KEY}; secretkey={SECRET_KEY};"},
    "vm": {"X-ApiKeys": f"accessKey={ACCESS_KEY}; secretKey={SECRET_KEY};"},
}


def ours(settings: Settings) -> Any:
    """A client of this project."""
    import tenable_api

    if settings.product == "ie":
        return tenable_api.IdentityExposure(settings.server, api_key=API_KEY)
    kind: Any = tenable_api.SecurityCenter if settings.product == "sc" else tenable_api.VulnerabilityManagement
    return kind(url=settings.server, access_key=ACCESS_KEY, secret_key=SECRET_KEY)


def ours_async(settings: Settings) -> Any:
    """The asynchronous twin of Identity Exposure."""
    import tenable_api

    return tenable_api.AsyncIdentityExposure(settings.server, api_key=API_KEY)


def pytenable(settings: Settings) -> Any:
    """A client of pyTenable."""
    if settings.product == "ie":
        from tenable.ie import TenableIE

        return TenableIE(url=settings.server, api_key=API_KEY)
    if settings.product == "sc":
        from tenable.sc import TenableSC

        return TenableSC(url=settings.server, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
    from tenable.io import TenableIO

    return TenableIO(url=settings.server, access_key=ACCESS_KEY, secret_key=SECRET_KEY)


def payload(product: str, answer: Any) -> Any:
    """The users in an answer to `LIST`, as `json` reads it."""
    return answer if product == "ie" else answer["response" if product == "sc" else "users"]
