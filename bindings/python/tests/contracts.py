"""The contracts in `spec/`, as far as the package must follow them: read here by rules of this file, not by those of the generator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SPEC = Path(__file__).parents[3] / "spec"
PRODUCTS = {
    "identity_exposure": "identity-exposure.yaml",
    "security_center": "security-center.yaml",
    "vulnerability_management": "vulnerability-management.yaml",
}

Schema = dict[str, Any]


def snake(name: str) -> str:
    """`smtpUseStartTLS` as `smtp_use_start_tls`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.replace("-", "_"))
    return parted.lower()


def python_name(wire: str, schema: Schema) -> str:
    only: dict[str, str] | None = schema.get("x-tenable-only")
    return only["method"] if only else str(schema.get("x-tenable-name", snake(wire)))


def may_be_null(schema: Schema) -> bool:
    kinds = [schema.get("type"), *(part.get("type") for part in schema.get("anyOf", []))]
    return any("null" in kind if isinstance(kind, list) else kind == "null" for kind in kinds)


@dataclass
class Argument:
    wire: str
    name: str
    """Whether a call cannot be made without it."""
    needed: bool


@dataclass
class Operation:
    resource: str
    name: str
    arguments: list[Argument] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.resource}.{self.name}"


class Contract:
    """A document, as far as the package must follow it."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.document: dict[str, Any] = yaml.safe_load((SPEC / PRODUCTS[product]).read_text(encoding="utf-8"))
        self.schemas: dict[str, Schema] = self.document["components"]["schemas"]

    def resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        return schema if reference is None else self.schemas[reference.rsplit("/", 1)[1]]

    def operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for operation in item.values():
                yield from self.of_endpoint(path, operation)

    def of_endpoint(self, path: str, operation: dict[str, Any]) -> Iterator[Operation]:
        parameters = operation.get("parameters", [])
        in_path = sorted((one for one in parameters if one["in"] == "path"), key=lambda one: path.index(f"{{{one['name']}}}"))
        scopes = [one["x-tenable-scope"] for one in in_path if "x-tenable-scope" in one]
        own = [argument(one["name"], one, one.get("required", False)) for one in in_path]
        rest = [
            argument(one["name"], one, one.get("required", False))
            for one in parameters
            if one["in"] == "query" and one["name"] not in self.properties_of_body(operation)
        ]
        if "x-tenable-argument" in operation:
            name = operation["x-tenable-argument"]
            rest.append(Argument(name, snake(name), True))
        else:
            rest += self.of_object(self.body(operation))
        without = operation.get("x-tenable-without", [])
        options = operation.get("x-tenable-options", {})
        kept = [one for one in rest if one.wire not in without or one.wire in scopes]
        yield made(operation["operationId"], own + kept, options)
        if one := operation.get("x-tenable-one"):
            element = self.resolved(self.resolved(operation["requestBody"]["content"]["application/json"]["schema"])["items"])
            yield made(one["operationId"], own + self.of_object(element), {})
        for variant in operation.get("x-tenable-variants", []):
            takes, requires = variant.get("takes", []), variant.get("requires", [])
            arguments = [
                Argument(
                    one.wire,
                    one.name,
                    one.wire in requires or one.needed and not (variant.get("conduct", False) and one.wire in takes),
                )
                for one in rest
                if one.wire in [*takes, *requires, *scopes]
            ]
            yield made(variant["operationId"], own + arguments, variant.get("options", {}))

    def body(self, operation: dict[str, Any]) -> Schema:
        body = operation.get("requestBody")
        return self.resolved(body["content"]["application/json"]["schema"]) if body else {}

    def properties_of_body(self, operation: dict[str, Any]) -> list[str]:
        return list(self.body(operation).get("properties", {}))

    def of_object(self, schema: Schema) -> list[Argument]:
        required = schema.get("required", [])
        arguments = [argument(wire, one, wire in required) for wire, one in schema.get("properties", {}).items()]
        return arguments + ([Argument("extra", "extra", False)] if schema.get("additionalProperties") is True else [])

    def objects_below(self, schema: Schema, found: dict[str, Schema]) -> None:
        """Collects the named objects that a schema refers to, at any depth."""
        if reference := schema.get("$ref"):
            name = reference.rsplit("/", 1)[1]
            target = self.schemas[name]
            if name not in found and target.get("type") == "object" and not target.get("x-tenable-type"):
                if "x-tenable-as" in target:
                    return
                found[name] = target
                for one in target.get("properties", {}).values():
                    self.objects_below(one, found)
        for part in [*schema.get("anyOf", []), *schema.get("allOf", []), schema.get("items", {})]:
            if part:
                self.objects_below(part, found)
        if "$ref" not in schema:
            for one in schema.get("properties", {}).values():
                self.objects_below(one, found)

    def read(self) -> dict[str, Schema]:
        found: dict[str, Schema] = {}
        for item in self.document["paths"].values():
            for operation in item.values():
                if operation.get("x-tenable-reply") == "ignored":
                    continue
                for status, response in operation["responses"].items():
                    if status.startswith("2") and "content" in response:
                        self.objects_below(response["content"]["application/json"]["schema"], found)
        found.pop(self.document.get("x-tenable-envelope", {}).get("schema", ""), None)
        return found

    def only_sent(self) -> dict[str, Schema]:
        """Objects within bodies; the one that is a body itself is the arguments of its call."""
        found: dict[str, Schema] = {}
        for item in self.document["paths"].values():
            for operation in item.values():
                if body := operation.get("requestBody"):
                    schema = body["content"]["application/json"]["schema"]
                    inner = self.resolved(schema).get("properties", {}).values() if "$ref" in schema else [schema]
                    for one in inner:
                        self.objects_below(one, found)
        return {name: schema for name, schema in found.items() if name not in self.read()}

    def words(self) -> dict[str, list[str]]:
        words = {name: list(schema["x-tenable-values"]) for name, schema in self.schemas.items() if "x-tenable-values" in schema}
        fields = {name: list(schema["x-tenable-legend"]) for name, schema in self.schemas.items() if "x-tenable-legend" in schema}
        return words | fields


def argument(wire: str, schema: Schema, required: bool) -> Argument:
    inner = schema.get("schema", schema)
    name = str(schema.get("x-tenable-name", python_name(wire, inner)))
    sent = inner.get("x-tenable-sent", False)
    return Argument(wire, name, required and not may_be_null(inner) and not sent)


def made(operation_id: str, arguments: list[Argument], options: dict[str, Schema]) -> Operation:
    resource, name = operation_id.split(".")
    own = [argument(wire, schema, False) for wire, schema in options.items()]
    return Operation(resource, name, arguments + own)


CONTRACTS = {product: Contract(product) for product in PRODUCTS}


PLAIN = {
    "Uuid": "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d",
    "ReferenceId": "19",
    "RoleNumber": 40,
    "AddressList": "192.0.2.0/24,198.51.100.7",
    "TagName": "Location,Berlin",
}
"""Values of the types that are written by hand, as a product writes them."""


def sample(contract: Contract, schema: Schema, depth: int = 0) -> Any:
    """A value of a schema, as a product writes it."""
    for part in [*schema.get("anyOf", []), schema]:
        if reference := part.get("$ref"):
            name = reference.rsplit("/", 1)[1]
            return PLAIN.get(name) or sample(contract, contract.schemas[name], depth)
    if "x-tenable-values" in schema:
        return next(iter(schema["x-tenable-values"]))
    if schema.get("x-tenable-codec") == "json":
        return {"any": ["thing", 1, None]}
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    meaning = schema.get("x-tenable-as")
    if kind == "object":
        if meaning:
            return {"id": 19}
        # Some objects hold others of their kind.
        return {wire: sample(contract, one, depth + 1) for wire, one in schema["properties"].items() if depth < 3}
    if kind == "array":
        return [sample(contract, schema["items"], depth)]
    if kind == "integer":
        return {"boolean": 1, "unix_milliseconds": 1_785_585_600_000}.get(meaning or "", 300)
    if kind == "boolean":
        return True
    in_string = {"boolean": "true", "unix_seconds": "1785585600"}.get(meaning or "", "300")
    if schema.get("format") == "date-time":
        return "2026-08-01T12:00:00Z"
    return in_string if meaning else "text"
