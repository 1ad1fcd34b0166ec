"""Where the emulated products are reached, and as whom."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class IdentityExposureEndpoint:
    """Where Identity Exposure is reached, and as whom."""

    url: str
    """Base URL, without a trailing slash."""
    api_key: str = field(repr=False)
    """The administrator's key at the start. A renewal of the key does not change it here."""
    seed_password: str = field(repr=False)
    """Password of the local accounts that there are at the start."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in to Security Center, by key or by password."""

    username: str
    """User name."""
    password: str = field(repr=False)
    """Password of the seed data. A state file may know another by now."""
    access_key: str = field(repr=False)
    """Access key at the start."""
    secret_key: str = field(repr=False)
    """Secret key at the start."""


@dataclass(frozen=True, slots=True)
class SecurityCenterEndpoint:
    """Where Security Center is reached, and as whom."""

    url: str
    """Base URL, without `/rest` and without a trailing slash."""
    organization_id: int
    """Organization of the Security Manager."""
    manager: Account
    """A Security Manager: the user of an organization who administers it."""
    administrator: Account
    """An administrator, who belongs to no organization and administers organizations."""
    seed_password: str = field(repr=False)
    """Password of the users that there are at the start."""


@dataclass(frozen=True, slots=True)
class VulnerabilityManagementEndpoint:
    """Where Vulnerability Management is reached, and as whom."""

    url: str
    """Base URL, without a trailing slash."""
    access_key: str = field(repr=False)
    """The administrator's access key at the start."""
    secret_key: str = field(repr=False)
    """The administrator's secret key at the start."""
    seed_password: str = field(repr=False)
    """Password of the users that there are at the start."""


@dataclass(frozen=True, slots=True)
class ControlEndpoint:
    """Where the emulator is steered over HTTP, for programs in other languages."""

    url: str
    """Base URL, without a trailing slash."""
    token: str = field(repr=False)
    """Bearer token of each request."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where everything of one emulator is reached: `emulator.endpoints`."""

    identity_exposure: IdentityExposureEndpoint
    """Identity Exposure."""
    security_center: SecurityCenterEndpoint
    """Security Center."""
    vulnerability_management: VulnerabilityManagementEndpoint
    """Vulnerability Management."""
    control: ControlEndpoint
    """The control interface; plain HTTP, also when the products have TLS."""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate for a client of Security Center, of the emulator's own authority."""

    certificate_pem: str
    """The certificate, as PEM."""
    private_key_pem: str = field(repr=False)
    """Its private key, PKCS #8 as PEM."""
    fingerprint: str
    """SHA-256 of the certificate in hexadecimal, for the `fingerprint` of a user."""


def endpoints(facts: dict[str, Any], seed_passwords: dict[str, str]) -> Endpoints:
    """Reads the emulator's ready line."""
    exposure, center, management, control = (
        facts[part] for part in ("identity_exposure", "security_center", "vulnerability_management", "control")
    )
    return Endpoints(
        identity_exposure=IdentityExposureEndpoint(
            url=exposure["url"],
            api_key=exposure["api_key"],
            seed_password=seed_passwords["identity_exposure"],
        ),
        security_center=SecurityCenterEndpoint(
            url=center["url"],
            organization_id=center["organization_id"],
            manager=_account(center),
            administrator=_account(center["administrator"]),
            seed_password=seed_passwords["security_center"],
        ),
        vulnerability_management=VulnerabilityManagementEndpoint(
            url=management["url"],
            access_key=management["access_key"],
            secret_key=management["secret_key"],
            seed_password=seed_passwords["vulnerability_management"],
        ),
        control=ControlEndpoint(url=control["url"], token=control["token"]),
    )


def _account(facts: dict[str, Any]) -> Account:
    return Account(facts["username"], facts["password"], facts["access_key"], facts["secret_key"])


def environment(endpoints: Endpoints, account: Account, ca_file: str | None) -> dict[str, str]:
    """The variables that lead programs to the emulator."""
    variables = {
        "TIE_URL": endpoints.identity_exposure.url,
        "TIE_API_KEY": endpoints.identity_exposure.api_key,
        "TSC_URL": endpoints.security_center.url,
        "TSC_ACCESS_KEY": account.access_key,
        "TSC_SECRET_KEY": account.secret_key,
        "TIO_URL": endpoints.vulnerability_management.url,
        "TIO_ACCESS_KEY": endpoints.vulnerability_management.access_key,
        "TIO_SECRET_KEY": endpoints.vulnerability_management.secret_key,
    }
    if ca_file is not None:
        variables |= {"SSL_CERT_FILE": ca_file, "REQUESTS_CA_BUNDLE": ca_file}
    exceptions = (os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or "").split(",")
    no_proxy = ",".join(filter(None, [*exceptions, *{"127.0.0.1"}.difference(exceptions)]))
    return variables | {"NO_PROXY": no_proxy, "no_proxy": no_proxy}
