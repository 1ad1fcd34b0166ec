"""The clients that an emulator makes, and the code of the documentation."""

from __future__ import annotations

import asyncio
import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tenable_api import (
    AsyncIdentityExposure,
    IdentityExposure,
    PermissionDeniedError,
    SecurityCenter,
    UnavailableError,
    VulnerabilityManagement,
    testing,
)
from tenable_api.testing import Emulator, Fault

pytest_plugins = ["pytester"]

DOCUMENT = Path(__file__).parents[3] / "docs" / "testing-python.md"
FENCE = re.compile(r"^( *)```python\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(params=[False, True], ids=["http", "https"])
def emulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator of each kind, on a machine with a proxy that does not exist."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://proxy.invalid:3128")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Emulator(tls=request.param) as emulator:
        yield emulator


def test_clients_are_administrators(emulator: Emulator) -> None:
    with emulator.identity_exposure() as tie:
        assert tie.users.info().email == "admin@example.com"
    with emulator.security_center() as sc:
        assert sc.current_user.details().username == "north.manager"
    with emulator.security_center(administrator=True) as sc:
        assert sc.current_user.details().username == "admin"
    with emulator.vulnerability_management() as vm:
        assert vm.session.details().username == "admin@example.com"


def test_asynchronous_clients_are_administrators(emulator: Emulator) -> None:
    async def main() -> list[str | None]:
        async with (
            emulator.async_identity_exposure() as tie,
            emulator.async_security_center() as sc,
            emulator.async_security_center(administrator=True) as administrator,
            emulator.async_vulnerability_management() as vm,
        ):
            return [
                (await tie.users.info()).email,
                (await sc.current_user.details()).username,
                (await administrator.current_user.details()).username,
                (await vm.session.details()).username,
            ]

    assert asyncio.run(main()) == ["admin@example.com", "north.manager", "admin", "admin@example.com"]


def test_clients_can_be_somebody_else(emulator: Emulator) -> None:
    with emulator.identity_exposure(user=2) as tie:
        assert tie.users.info().email == "robin.active@example.com"
        with pytest.raises(PermissionDeniedError):
            tie.users.delete(3)
    for user, organization, username in [(5, None, "casey.auditor"), (2, 2, "gray.analyst"), (2, 0, "kit.admin")]:
        with emulator.security_center(user=user, organization=organization) as sc:
            assert sc.current_user.details().username == username
    with emulator.vulnerability_management(user=2223306) as vm:
        assert vm.session.details().username == "standard@example.com"

    async def main() -> str:
        async with emulator.async_identity_exposure(user=2) as tie:
            return (await tie.users.info()).email

    assert asyncio.run(main()) == "robin.active@example.com"


def test_whoever_is_not_there_cannot_be(emulator: Emulator) -> None:
    with pytest.raises(LookupError, match="Identity Exposure has no user 99"):
        emulator.identity_exposure(user=99)
    with pytest.raises(LookupError, match="Security Center has no user 99 in organization 1"):
        emulator.security_center(user=99)
    with pytest.raises(LookupError, match="Vulnerability Management has no user 99"):
        emulator.vulnerability_management(user=99)
    with pytest.raises(ValueError, match="give user as well"):
        emulator.security_center(organization=2)
    with pytest.raises(ValueError, match="administrator and user exclude each other"):
        emulator.security_center(administrator=True, user=1)


def test_users_of_later_have_keys_as_well(emulator: Emulator) -> None:
    with emulator.vulnerability_management() as vm:
        bo = vm.users.create("bo@example.com", "Violet-Harbor-42", role=64)
    with emulator.vulnerability_management(user=bo.id) as vm:
        assert vm.session.details().username == "bo@example.com"


def test_options_go_to_the_client(emulator: Emulator) -> None:
    with emulator.identity_exposure(max_attempts=1, user_agent="a-script") as tie:
        with emulator.fault(Fault.service_unavailable()), pytest.raises(UnavailableError):
            tie.users.list()
        assert len(emulator.journal) == 1
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        emulator.identity_exposure(nonsense=1)  # type: ignore[call-arg]


def test_the_environment_is_what_from_env_reads(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    with IdentityExposure.from_env() as tie:
        assert tie.users.info().email == "admin@example.com"
    with SecurityCenter.from_env() as sc:
        assert sc.current_user.details().username == "north.manager"
    with VulnerabilityManagement.from_env() as vm:
        assert vm.session.details().username == "admin@example.com"


# What it warns of at its import is its own affair.
@pytest.mark.filterwarnings("ignore")
def test_the_environment_leads_pytenable_as_well(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenable.ie import TenableIE
    from tenable.io import TenableIO
    from tenable.sc import TenableSC

    # What its client of Identity Exposure needs is written in the README of the emulator.
    emulator.rules.set("ie.entity_ids", "lenient")
    emulator.rules.set("ie.tenable_cloud_user_name", "absent")
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    assert "robin.active@example.com" in [user["email"] for user in TenableIE().users.list()]
    assert "north.manager" in [user["username"] for user in TenableSC().users.list()]
    assert "admin@example.com" in [user["username"] for user in TenableIO().users.list()]


def test_a_client_certificate_signs_in(tmp_path: Path) -> None:
    with Emulator(tls=True) as emulator:
        issued = emulator.client_certificate("avery")
        certificate, key = tmp_path / "avery.pem", tmp_path / "avery.key"
        certificate.write_text(issued.certificate_pem)
        key.write_text(issued.private_key_pem)
        with emulator.security_center() as sc:
            sc.users.update(3, fingerprint=issued.fingerprint)
        avery = SecurityCenter(
            emulator.endpoints.security_center.url,
            client_certificate_login=True,
            client_certificate=certificate,
            client_key=key,
            only_ca_file=emulator.ca_file,
            proxy=None,
        )
        with avery:
            assert avery.current_user.details().username == "avery.analyst"


def test_the_fixtures_give_clients(
    tenable_emulator: Emulator,
    tenable_identity_exposure: IdentityExposure,
    tenable_security_center: SecurityCenter,
    tenable_security_center_administrator: SecurityCenter,
    tenable_vulnerability_management: VulnerabilityManagement,
) -> None:
    assert tenable_identity_exposure.users.info().email == "admin@example.com"
    assert tenable_security_center.current_user.details().username == "north.manager"
    assert tenable_security_center_administrator.current_user.details().username == "admin"
    assert tenable_vulnerability_management.session.details().username == "admin@example.com"
    assert {entry.product for entry in tenable_emulator.journal} == {
        "identity_exposure",
        "security_center",
        "vulnerability_management",
    }


def test_a_client_of_an_emulator_that_is_gone_says_so() -> None:
    with Emulator() as emulator:
        tie = emulator.identity_exposure(max_attempts=1)
    with tie, pytest.raises(ConnectionError):
        tie.users.list()


def test_the_two_kinds_of_client_are_told_apart(emulator: Emulator) -> None:
    assert type(emulator.identity_exposure()) is IdentityExposure
    assert type(emulator.async_identity_exposure()) is AsyncIdentityExposure


# What is documented


def documented() -> list[tuple[str, str]]:
    """Where an example stands, and its code."""
    modules = [import_module(f"{testing.__name__}{name}") for name in ("", ".pytest_plugin")]
    objects: list[tuple[str, object]] = [(module.__name__, module) for module in modules]
    for name in testing.__all__:
        value = getattr(testing, name)
        objects.append((name, value))
        if inspect.isclass(value):
            objects += [(f"{name}.{inner}", member) for inner, member in vars(value).items() if callable(member)]
    found = [(name, match) for name, value in objects for match in FENCE.finditer(getattr(value, "__doc__", None) or "")]
    return [(name, textwrap.dedent(match[2])) for name, match in found]


@pytest.mark.parametrize(("name", "code"), documented(), ids=lambda value: value if "\n" not in value else "")
def test_the_examples_of_the_docstrings_run(name: str, code: str) -> None:
    exec(compile(code, name, "exec"), {"__name__": "__main__"})


def test_there_are_examples() -> None:
    names = {name for name, _ in documented()}
    assert {"tenable_api.testing", "Emulator", "Emulator.fault", "Emulator.environment", "Fault", "Journal", "Clock"} <= names


def test_the_tests_of_the_guide_pass(pytester: pytest.Pytester) -> None:
    """The guide as one file of tests. That its other code runs is shown by the import."""
    code = "".join(match[2] for match in FENCE.finditer(DOCUMENT.read_text(encoding="utf-8")))
    pytester.makepyfile(test_guide=code)
    expected = len(re.findall(r"^def test_", code, re.MULTILINE))
    assert expected > 3
    pytester.runpytest("-W", "error").assert_outcomes(passed=expected)


def test_the_guide_names_every_fixture_and_every_kind_of_fault() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    plugin: Any = import_module("tenable_api.testing.pytest_plugin")
    names = [name for name in vars(plugin) if name.startswith("tenable_")]
    names += [name for name, member in vars(Fault).items() if isinstance(member, staticmethod)]
    missing = [name for name in names if f"`{name}`" not in text]
    assert (len(names), missing) == (6 + 22, [])
