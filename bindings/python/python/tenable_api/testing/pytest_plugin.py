"""Fixtures for pytest, which finds them by itself once the package is installed.

| Fixture | Gives |
| --- | --- |
| `tenable_emulator` | a running `Emulator`, made for this test |
| `tenable_emulator_environment` | the same one, while the environment of the test leads `from_env()` and subprocesses to it |
| `tenable_identity_exposure` | an `IdentityExposure` client of it, as administrator |
| `tenable_security_center` | a `SecurityCenter` client of it, as Security Manager |
| `tenable_security_center_administrator` | a `SecurityCenter` client of it, as administrator |
| `tenable_vulnerability_management` | a `VulnerabilityManagement` client of it, as administrator |

The marker `@pytest.mark.tenable_emulator(rules={"ie.duplicate_email": 400})` gives the emulator of a test the arguments of
`Emulator`. When a test that has one fails, the report shows the latest requests.

All names begin with `tenable_`. Where plugins are not loaded by themselves, use `-p tenable_api.testing.pytest_plugin`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenable_api import IdentityExposure, SecurityCenter, VulnerabilityManagement

    from ._emulator import Emulator

# Requests that the report of a failed test shows.
_SHOWN = 20


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "tenable_emulator(**options): the arguments of tenable_api.testing.Emulator for the emulator of this test"
    )


@pytest.fixture
def tenable_emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """A running emulator of the products, made for this test; `tenable_api.testing.Emulator`."""
    from ._emulator import Emulator

    options: dict[str, object] = {}
    # The nearest marker wins, argument by argument.
    for marker in reversed(list(request.node.iter_markers("tenable_emulator"))):
        if marker.args:
            pytest.fail("the marker tenable_emulator takes keyword arguments only, those of Emulator", pytrace=False)
        options |= marker.kwargs
    try:
        emulator = Emulator(**options)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        pytest.fail(f"the marker tenable_emulator does not fit: {error}", pytrace=False)
    with emulator:
        yield emulator


@pytest.fixture
def tenable_emulator_environment(tenable_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator of this test, to which the environment leads: for code that calls `from_env()` or starts programs."""
    for name, value in tenable_emulator.environment().items():
        monkeypatch.setenv(name, value)
    return tenable_emulator


@pytest.fixture
def tenable_identity_exposure(tenable_emulator: Emulator) -> Iterator[IdentityExposure]:
    """A client of the emulated Identity Exposure, as administrator."""
    with tenable_emulator.identity_exposure() as client:
        yield client


@pytest.fixture
def tenable_security_center(tenable_emulator: Emulator) -> Iterator[SecurityCenter]:
    """A client of the emulated Security Center, as Security Manager of an organization."""
    with tenable_emulator.security_center() as client:
        yield client


@pytest.fixture
def tenable_security_center_administrator(tenable_emulator: Emulator) -> Iterator[SecurityCenter]:
    """A client of the emulated Security Center, as administrator."""
    with tenable_emulator.security_center(administrator=True) as client:
        yield client


@pytest.fixture
def tenable_vulnerability_management(tenable_emulator: Emulator) -> Iterator[VulnerabilityManagement]:
    """A client of the emulated Vulnerability Management, as administrator."""
    with tenable_emulator.vulnerability_management() as client:
        yield client


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Adds what the emulator has seen to the report of a test that fails; the report itself is for others to make."""
    if call.when != "call" or call.excinfo is None or call.excinfo.errisinstance(pytest.skip.Exception):
        return
    # Items of other kinds than functions have none.
    emulator: Emulator | None = (getattr(item, "funcargs", None) or {}).get("tenable_emulator")
    if emulator is not None:
        lines = [str(entry) for entry in emulator.journal[-_SHOWN:]] or ["none"]
        item.add_report_section("call", "requests to tenable_emulator", "\n".join(lines))
