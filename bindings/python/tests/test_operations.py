"""Every operation of the three contracts, called against the emulator by the sync client and by the async one.

What is called with which arguments, and how the answer is judged, is written once for both, in `operations/`.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from contracts import CONTRACTS

from tenable_api import Items
from tenable_api.security_center import Page
from tenable_api.testing import Emulator
from tenable_api.vulnerability_management import AuditEvents

pytest.register_assert_rewrite("operations")

from operations import identity_exposure, security_center, vulnerability_management  # noqa: E402 - asserts are to be rewritten
from operations.case import FACES, Call, Entry, Face, Scene, endpoints, settled  # noqa: E402 - the same

TABLES = {table.product: table for table in (identity_exposure.TABLE, security_center.TABLE, vulnerability_management.TABLE)}
ENTRIES = [entry for table in TABLES.values() for entry in table.entries.values()]


def parameters(entries: list[Entry]) -> list[Any]:
    return [
        pytest.param(entry, face, id=f"{entry.id}-{face}", marks=pytest.mark.tenable_emulator(**entry.emulator))
        for entry in entries
        for face in FACES
    ]


@pytest.mark.parametrize("product", CONTRACTS)
def test_no_operation_is_left_out(product: str) -> None:
    operations = {operation.id for operation in CONTRACTS[product].operations()}
    assert set(TABLES[product].entries) == operations
    assert set(endpoints(product)) == operations


@pytest.mark.parametrize(("entry", "face"), parameters(ENTRIES))
def test_operation(entry: Entry, face: Face, tenable_emulator: Emulator) -> None:
    with Scene(tenable_emulator) as scene:
        entry.perform(scene, face)


TWINS = [entry for entry in TABLES["security_center"].entries.values() if endpoints(entry.product)[entry.operation].twin]


@pytest.mark.parametrize(("entry", "face"), parameters(TWINS))
def test_operation_of_enclave_security(entry: Entry, face: Face, tenable_emulator: Emulator) -> None:
    """The same at the paths that another edition of the product has."""
    tenable_emulator.rules.set("sc.enclave_security", "on")
    with Scene(tenable_emulator) as scene:
        entry.perform(scene, face, enclave_security=True)


OLDER = {
    "identity_exposure": [("ie.version_shape", "2021")],
    "security_center": [("sc.generation", "5"), ("sc.generation", "5.20")],
    "vulnerability_management": [("vm.shape", "2021"), ("vm.shape", "2018")],
}
READS = [
    entry
    for entry in ENTRIES
    # Enclave Security came later.
    if (endpoint := endpoints(entry.product)[entry.operation]).method == "GET" and "/tes/" not in endpoint.path
]


@pytest.mark.parametrize(("entry", "face"), parameters(READS))
def test_answers_of_older_servers_are_read(entry: Entry, face: Face, tenable_emulator: Emulator) -> None:
    with Scene(tenable_emulator) as scene:
        made = next(entry.script(scene))
        client = scene.client(entry.product, face, made.options)
        resource, name = entry.operation.split(".")

        def answer() -> Any:
            return settled(getattr(getattr(client, resource), name)(*made.positional, **made.keyword), face)

        current = answer()
        for rule, outcome in OLDER[entry.product]:
            tenable_emulator.rules.set(rule, outcome)
            older = answer()
            assert type(older) is type(current)
            if isinstance(older, Items):
                assert len(older) > 0 and {type(one) for one in older} == {type(one) for one in current}
        settled(client.close(), face)


@pytest.mark.parametrize("face", FACES)
def test_an_answer_that_may_be_without_a_body_is_none_then(face: Face, tenable_emulator: Emulator) -> None:
    tenable_emulator.rules.set("ie.copy_status", 204)
    with Scene(tenable_emulator) as scene:
        client = scene.client("identity_exposure", face, {})
        assert settled(client.roles.copy_role(2, "Second"), face) is None
        settled(client.close(), face)
        assert [role.name for role in scene.tie.roles.list()][3:] == ["Second"]


def iterations(product: str) -> set[str]:
    """The methods that go through a list, by resource."""
    generated = importlib.import_module(f"tenable_api.{product}._generated")

    class Resources(generated.Resources):  # type: ignore[misc, name-defined]
        _client = None

    resources = Resources()
    named = {name: getattr(resources, name) for name in dir(resources) if not name.startswith("_")}
    return {f"{resource}.{name}" for resource, calls in named.items() for name in dir(calls) if name.startswith("iterate")}


def iteration(entry: Entry) -> str:
    """How the method is named that goes through what the operation lists, if it lists anything."""
    resource, name = entry.operation.split(".")
    return f"{resource}.iterate{name.removeprefix('list')}" if name.startswith("list") else f"{resource}.iterate_{name}"


ITERATIONS = {product: iterations(product) for product in CONTRACTS}
LISTS = [entry for entry in ENTRIES if iteration(entry) in ITERATIONS[entry.product]]


def test_no_iteration_is_left_out() -> None:
    assert {product: {iteration(entry) for entry in LISTS if entry.product == product} for product in CONTRACTS} == ITERATIONS
    assert {"users.iterate_paged", "users.iterate"} < ITERATIONS["security_center"]
    assert "audit_log.iterate_events" in ITERATIONS["vulnerability_management"]


def everything(ask: Callable[..., Any], made: Call, face: Face) -> tuple[list[Any], bool]:
    """What a list has when it comes at once, and whether the call asks for a page of it only."""
    answer = settled(ask(*made.positional, **made.keyword), face)
    if isinstance(answer, Page):
        return list(settled(ask(1000, **made.keyword), face).items), True
    if isinstance(answer, AuditEvents):
        return list(settled(ask(**{**made.keyword, "limit": 1000}), face).events), True
    return list(answer), False


async def gathered(elements: AsyncIterator[Any]) -> list[Any]:
    return [element async for element in elements]


@pytest.mark.parametrize(("entry", "face"), parameters(LISTS))
def test_a_list_is_gone_through_as_well(entry: Entry, face: Face, tenable_emulator: Emulator) -> None:
    with Scene(tenable_emulator) as scene:
        made = next(entry.script(scene))
        client = scene.client(entry.product, face, made.options)
        resource, name = iteration(entry).split(".")
        calls = getattr(client, resource)
        expected, paged = everything(getattr(calls, entry.operation.split(".")[1]), made, face)
        before = len(scene.requests)
        elements = getattr(calls, name)(*made.positional, **made.keyword)
        assert len(scene.requests) == before
        found = asyncio.run(gathered(elements)) if face == "async" else list(elements)
        assert found == expected and {type(one) for one in found} == {type(one) for one in expected}
        assert (len(scene.requests) - before > 1) == paged
        settled(client.close(), face)
