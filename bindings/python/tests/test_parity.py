"""The three contracts against the package: every operation has its methods, every object its attributes, every word its value.

What is expected is read from `spec/*.yaml` by `contracts.py`, beside this file; nothing of the generator is used.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from types import ModuleType
from typing import Any

import pytest
from contracts import CONTRACTS, PRODUCTS, SPEC, Operation, argument, python_name

from tenable_api import IdentityExposure, InvalidInputError, OpenEnum, SecurityCenter, VulnerabilityManagement
from tenable_api._values import UNSET, Input

OPERATIONS = [
    pytest.param(product, operation, id=f"{product}.{operation.id}")
    for product, contract in CONTRACTS.items()
    for operation in contract.operations()
]


def package(product: str) -> ModuleType:
    return importlib.import_module(f"tenable_api.{product}")


class Recorder:
    """Stands in the place of the native client and keeps what it is asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, operation: str, given: dict[str, Any]) -> None:
        self.calls.append((operation, given))

    async def call_async(self, operation: str, given: dict[str, Any]) -> None:
        self.calls.append((operation, given))

    def iterate(self, operation: str, given: dict[str, Any]) -> None:
        self.calls.append((operation, given))

    iterate_async = iterate


def resources(product: str) -> tuple[Any, Any, Recorder]:
    """What a client has, sync and async, on a recorder."""
    generated = importlib.import_module(f"tenable_api.{product}._generated")
    recorder = Recorder()

    class Sync(generated.Resources):  # type: ignore[misc, name-defined]
        _client = recorder

    class Async(generated.AsyncResources):  # type: ignore[misc, name-defined]
        _client = recorder

    return Sync(), Async(), recorder


def methods(product: str, operation: Operation) -> tuple[Any, Any, Recorder]:
    sync, asynchronous, recorder = resources(product)
    pair = (getattr(getattr(one, operation.resource), operation.name) for one in (sync, asynchronous))
    return (*pair, recorder)


def test_no_operation_is_overlooked() -> None:
    texts = [(SPEC / file).read_text(encoding="utf-8") for file in PRODUCTS.values()]
    assert len(OPERATIONS) == sum(len(re.findall(r"\boperationId:", text)) for text in texts)


@pytest.mark.parametrize(("product", "operation"), OPERATIONS)
def test_arguments_are_those_of_the_contract(product: str, operation: Operation) -> None:
    for method in methods(product, operation)[:2]:
        parameters = list(inspect.signature(method).parameters.values())
        by_position = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
        by_keyword = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
        assert by_position == [one.name for one in operation.arguments if one.needed]
        assert by_keyword == [one.name for one in operation.arguments if not one.needed]
        assert all(one.default is one.empty for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD)
        assert all(one.default in (UNSET, False) for one in parameters if one.kind is one.KEYWORD_ONLY)


@pytest.mark.parametrize(("product", "operation"), OPERATIONS)
def test_both_faces_say_the_same(product: str, operation: Operation) -> None:
    sync, asynchronous, _ = methods(product, operation)
    assert inspect.iscoroutinefunction(asynchronous) and not inspect.iscoroutinefunction(sync)
    assert inspect.signature(sync) == inspect.signature(asynchronous)
    words = [(method.__doc__ or "").split("Example:")[0] for method in (sync, asynchronous)]
    assert words[0] == words[1]
    assert words[0].strip()


def clients() -> dict[str, Any]:
    """Clients that never get to send anything."""
    url = "https://127.0.0.1:9"
    return {
        "identity_exposure": IdentityExposure(url, api_key="k"),
        "security_center": SecurityCenter(url, access_key="a", secret_key="s"),
        "vulnerability_management": VulnerabilityManagement(access_key="a" * 64, secret_key="b" * 64),
    }


@pytest.mark.parametrize("product", PRODUCTS)
def test_rust_takes_what_python_passes(product: str) -> None:
    """A name that nobody knows is refused with the list of those that the operation table of the SDK has."""
    client = clients()[product]._client
    for operation in CONTRACTS[product].operations():
        sync, _, recorder = methods(product, operation)
        sync(**{one.name: "x" for one in operation.arguments})
        passed_id, passed = recorder.calls.pop()
        assert passed_id == operation.id
        assert set(passed) == {one.wire for one in operation.arguments}
        with pytest.raises(InvalidInputError) as caught:
            client.call(operation.id, {**passed, "nobody_knows": 1})
        known = re.search(r"`nobody_knows` is not an argument; there (?:is none|are ([\w, -]+))", str(caught.value))
        assert known is not None, str(caught.value)
        assert set((known[1] or "").split(", ")) == (set(passed) or {""})


@pytest.mark.parametrize("product", PRODUCTS)
def test_there_is_no_method_besides(product: str) -> None:
    expected = {operation.id for operation in CONTRACTS[product].operations()}
    for one in resources(product)[:2]:
        found = {
            f"{resource}.{name}"
            for resource in names_of(one)
            for name in names_of(getattr(one, resource))
            if not name.startswith("iterate")
        }
        assert found == expected


def names_of(value: object) -> list[str]:
    return [name for name in dir(type(value)) if not name.startswith("_")]


@pytest.mark.parametrize("product", PRODUCTS)
def test_lists_are_gone_through_as_well(product: str) -> None:
    sync, asynchronous, recorder = resources(product)
    found = 0
    for resource in names_of(sync):
        for face in (sync, asynchronous):
            calls = getattr(face, resource)
            for name in [name for name in names_of(calls) if name.startswith("iterate")]:
                rest = name.removeprefix("iterate")
                listing = getattr(calls, rest.removeprefix("_"), None) or getattr(calls, f"list{rest}")
                iterate = getattr(calls, name)
                signature = inspect.signature(iterate)
                assert signature.parameters == inspect.signature(listing).parameters
                iterate(**{parameter: "x" for parameter in signature.parameters})
                assert recorder.calls.pop()[0] == f"{resource}.{listing.__name__}"
                found += 1
        lists = [name for name in names_of(getattr(sync, resource)) if name.startswith("list")]
        assert all(hasattr(getattr(sync, resource), name.replace("list", "iterate", 1)) for name in lists)
    assert found >= 4


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_property_of_what_is_read_is_an_attribute(product: str) -> None:
    objects = CONTRACTS[product].read()
    assert objects
    for name, schema in objects.items():
        kind = getattr(package(product), name)
        assert (kind.__name__, kind.__module__) == (name, f"tenable_api.{product}")
        names = tuple(python_name(wire, one) for wire, one in schema["properties"].items())
        assert kind.__match_args__ == names, name
        for attribute in names:
            assert inspect.getdoc(getattr(kind, attribute)), f"{name}.{attribute}"


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_object_that_is_only_sent_is_a_class(product: str) -> None:
    for name, schema in CONTRACTS[product].only_sent().items():
        kind = getattr(package(product), name)
        assert issubclass(kind, Input)
        assert kind._wire == {python_name(wire, one): wire for wire, one in schema["properties"].items()}
        parameters = inspect.signature(kind).parameters.values()
        needed = [argument(wire, one, wire in schema.get("required", [])) for wire, one in schema["properties"].items()]
        assert [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD] == [
            one.name for one in needed if one.needed
        ]
        assert {one.name for one in parameters} == set(kind._wire)


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_known_value_is_there(product: str) -> None:
    for name, values in CONTRACTS[product].words().items():
        kind = getattr(package(product), name)
        assert issubclass(kind, OpenEnum)
        assert [str(word) for word in kind.known_values()] == values, name
        assert all(isinstance(word, kind) and word.is_known for word in kind.known_values())


@pytest.mark.parametrize("product", PRODUCTS)
def test_examples_are_code_on_methods_that_there_are(product: str) -> None:
    """Each example is parsed, and its call fits the signature of the method that it names."""
    count = 0
    for face in resources(product)[:2]:
        for resource in names_of(face):
            calls = getattr(face, resource)
            for name in names_of(calls):
                (example,) = re.findall(r"```python\n(.*?)```", inspect.getdoc(getattr(calls, name)) or "", re.DOTALL)
                tree = ast.parse(textwrap.dedent(f"async def example():\n{textwrap.indent(textwrap.dedent(example), '    ')}"))
                made_calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
                (call,) = [one for one in made_calls if isinstance(one.func, ast.Attribute) and one.func.attr == name]
                assert ast.unparse(call.func).split(".")[1:] == [resource, name]
                keywords = {one.arg or "": None for one in call.keywords}
                inspect.signature(getattr(calls, name)).bind(*call.args, **keywords)
                count += 1
    assert count > 60
