"""Three products of one emulator, as tenants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tenable_api.directory import Tenants
from tenable_api.testing import Emulator

PEOPLE = b"""\
version: 1
templates:
  analyst:
    ie: {role: User}
    sc: {user_name: '{local_part}', role: Security Analyst, group: Full Access}
    vm: {role: Standard, groups: [Watch]}
groups:
  vm: [Watch]
people:
  - {name: Ann Lee, email: ann@example.com, template: analyst}
  - {name: Bo Berg, email: bo@example.com, template: analyst}
"""


@pytest.fixture
def people() -> bytes:
    """Two people who join three products."""
    return PEOPLE


@pytest.fixture
def tenants(tenable_emulator: Emulator) -> Iterator[Tenants]:
    """Identity Exposure, an organization of Security Center, and Vulnerability Management."""
    emulator = tenable_emulator
    with emulator.identity_exposure() as ie, emulator.security_center() as sc, emulator.vulnerability_management() as vm:
        yield Tenants({"corp-ad": ie, "datacentre": sc, "cloud": vm})


def writes(emulator: Emulator) -> int:
    """How many requests changed something."""
    return sum(entry.method != "GET" for entry in emulator.journal)
