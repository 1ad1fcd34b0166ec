"""A digest and a contract in one notation, and how they differ.

`test_digest.py` tells what this is for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import product
from pathlib import Path
from typing import Any

LIST_SUFFIX = ".differences.json"

METHODS = {"get", "post", "put", "patch", "delete"}
# Keys of a schema that the notation has too.
SHARED = ("format", "default", "minimum", "maximum", "minLength", "minItems", "pattern", "enum", "deprecated")
# Keys of a schema that are read below in another way, or that the notation has no word for.
OTHERS = {"type", "anyOf", "properties", "required", "items", "additionalProperties", "description", "writeOnly"}
# The contract tells the licences that an operation needs in a sentence of its note.
LICENCES = re.compile(r"Needs one of the licence features ((?:`\w+`(?:, )?)+)")

# Both are JSON objects. An operation has credentials, licences, parameters, perhaps a request, and a body for each status.
Operations = dict[str, Any]
Fields = dict[str, dict[str, Any]]
# A place to what the contract says there and what the vendor says there, as JSON. A place is method, path, part, field and
# property, as far as needed to name the difference.
Differences = dict[str, tuple[str, str]]


class Missing(Enum):
    """The side that says nothing. Not None, since null is a value."""

    MISSING = "nothing"


def operations_of_digest(digest: Mapping[str, Any]) -> Operations:
    if "objects" in digest:
        return enveloped_operations_of_digest(digest)
    operations = {}
    for name, operation in digest["operations"].items():
        parts = {key: value for key, value in operation.items() if key != "responses"}
        operations[name] = parts | operation["responses"]
    return operations


def enveloped_operations_of_digest(digest: Mapping[str, Any]) -> Operations:
    """As `EnvelopedContract` tells them. What the digest need not say is filled in."""
    usual = {"parameters": {}, "credentials": True, "statuses": [200, 400, 403]}
    operations = {}
    for name, operation in digest["operations"].items():
        operations[name] = usual | operation
        if "marks" in operation:
            legend = digest["marks"][operation["marks"]]
            operations[name]["marks"] = {field: mark for mark, fields in legend.items() for field in fields.split()}
    objects = {f"OBJECT {name}": fields for name, fields in digest["objects"].items()}
    choices = {f"CHOICE {name}": {"values": values} for name, values in digest["choices"].items()}
    return operations | objects | choices


class Contract:
    """A document in spec/, told in the notation of the digests."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def operations(self) -> Operations:
        operations = {}
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method not in METHODS:
                    raise ValueError(f"{path}: the comparison cannot read `{method}`")
                operations[f"{method.upper()} {path}"] = self.operation(operation)
        return operations

    def operation(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        parameters = self.credentials(operation)
        for parameter in map(self.resolved, operation.get("parameters", [])):
            for field, said in self.fields(parameter["schema"]):
                place = {"in": parameter["in"]} | ({"required": True} if parameter.get("required") else {})
                parameters[parameter["name"] + field.removeprefix(".")] = place | said
        licences = LICENCES.search(operation.get("x-tenable-note", ""))
        parts: dict[str, Any] = {
            "parameters": parameters,
            "credentials": bool(self.requirements(operation)),
            "licences": re.findall(r"\w+", licences[1]) if licences else [],
        }
        if "requestBody" in operation:
            parts["request"] = self.body(operation["requestBody"])
        return parts | {status: self.body(response) for status, response in operation["responses"].items()}

    def requirements(self, operation: Mapping[str, Any]) -> list[dict[str, Any]]:
        requirements: list[dict[str, Any]] = operation.get("security", self.document.get("security", []))
        return requirements

    def credentials(self, operation: Mapping[str, Any]) -> Fields:
        """The header that the credentials go into, which the vendor lists among the parameters."""
        requirements = self.requirements(operation)
        parameters: Fields = {}
        for name in sorted({name for requirement in requirements for name in requirement}):
            scheme = self.document["components"]["securitySchemes"][name]
            if scheme["type"] == "apiKey":
                required = {"required": True} if all(name in requirement for requirement in requirements) else {}
                parameters[scheme["name"]] = {"in": scheme["in"], "type": "string"} | required
        return parameters

    def body(self, message: Mapping[str, Any]) -> Fields:
        content = self.resolved(message).get("content")
        if content is None:
            return {}
        return dict(self.fields(content["application/json"]["schema"]))

    def fields(self, schema: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        """The value itself and whatever it holds."""
        schema = self.resolved(schema)
        nullable = "anyOf" in schema
        if nullable:
            [choice] = (choice for choice in schema["anyOf"] if choice != {"type": "null"})
            schema = {**self.resolved(choice), **schema}
        self.refuse_unread(schema, name or ".")

        said = {key: schema[key] for key in SHARED if key in schema}
        if "x-tenable-values" in schema:
            said |= {"enum": [*schema["x-tenable-values"]], "open": True}
        if nullable and "enum" in said:
            said["enum"] = [*said["enum"], None]
        types = schema.get("type", "any")
        if isinstance(types, list):
            nullable = nullable or "null" in types
            [types] = (each for each in types if each != "null")
        said["type"] = types
        if nullable:
            said["nullable"] = True
        if schema.get("x-tenable-secret"):
            said["secret"] = True
        if schema.get("additionalProperties") is False:
            said["closed"] = True
        yield name or ".", said

        if "items" in schema:
            yield from self.fields(schema["items"], f"{name}[]")
        for property_name, value in schema.get("properties", {}).items():
            inner = f"{name}.{property_name}" if name else property_name
            for field, facts in self.fields(value, inner):
                required = field == inner and property_name in schema.get("required", [])
                yield field, facts | ({"required": True} if required else {})

    def refuse_unread(self, schema: Mapping[str, Any], name: str) -> None:
        unread = {key for key in schema if not key.startswith("x-tenable-")} - {*SHARED, *OTHERS}
        if unread:
            raise ValueError(f"{name}: the comparison cannot read {', '.join(sorted(unread))}")

    def resolved(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """The node with what it refers to. What stands beside the reference goes first."""
        beside = dict(node)
        if "$ref" not in beside:
            return beside
        target: Any = self.document
        for step in beside.pop("$ref").removeprefix("#/").split("/"):
            target = target[step]
        return {**self.resolved(target), **beside}


class EnvelopedContract(Contract):
    """A document whose answers stand in an envelope, told in the notation of tables that were read by people.

    Objects are told once, by name, as `OBJECT Name`, and open enums as `CHOICE Name`. Types are words; see the `layout` of the
    digest.
    """

    IN_STRING = {"boolean": "str-bool", "integer": "text number", "unix_seconds": "epoch"}
    SCALARS = {"string": "string", "integer": "number", "boolean": "boolean"}

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document)
        self.schemas: Mapping[str, Any] = document["components"]["schemas"]
        self.envelope: Mapping[str, str] = document["x-tenable-envelope"]

    def operations(self) -> Operations:
        operations = super().operations()
        for name, schema in self.schemas.items():
            if self.is_object(schema):
                operations[f"OBJECT {name}"] = {
                    field: self.facts(value, field, field in schema.get("required", []))
                    for field, value in schema["properties"].items()
                }
            elif "x-tenable-values" in schema:
                operations[f"CHOICE {name}"] = {"values": [*schema["x-tenable-values"]]}
        return operations

    def operation(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        parts: dict[str, Any] = {"parameters": {}, "credentials": bool(self.requirements(operation))}
        for parameter in operation.get("parameters", []):
            facts = self.facts(parameter["schema"], parameter["name"], parameter.get("required", False))
            parts["parameters"][parameter["name"]] = {"in": parameter["in"], **facts}
            if "items" in parameter["schema"]:
                parts["marks"] = self.resolved(parameter["schema"]["items"])["x-tenable-legend"]
        if "x-tenable-twin" in operation:
            parts["twin"] = operation["x-tenable-twin"]
        if "requestBody" in operation:
            body = operation["requestBody"]
            parts["request"] = self.word(self.content(body)) + ("" if body["required"] else "?")
        parts["statuses"] = [int(status) for status in operation["responses"]]
        [success] = (answer for status, answer in operation["responses"].items() if status.startswith("2"))
        parts["gives"] = self.payload(self.content(success))
        return parts

    def content(self, message: Mapping[str, Any]) -> dict[str, Any]:
        schema: dict[str, Any] = message["content"]["application/json"]["schema"]
        return schema

    def payload(self, schema: Mapping[str, Any]) -> str:
        wrapper, *inner = schema.get("allOf", [schema])
        if self.word(wrapper) != self.envelope["schema"]:
            raise ValueError(f"an answer without the envelope: {schema}")
        return self.word(inner[0]["properties"][self.envelope["payload"]]) if inner else "nothing"

    def facts(self, schema: Mapping[str, Any], name: str, required: bool) -> dict[str, Any]:
        self.refuse_unread({key: value for key, value in schema.items() if key != "$ref"}, name)
        types = schema.get("type", [])
        said: dict[str, Any] = {"type": self.word(schema)}
        said |= {key: schema[key] for key in ("default", "maximum") if key in schema}
        if "maximum" in schema and "minimum" in schema:
            said["minimum"] = schema["minimum"]
        if "anyOf" in schema or "null" in types:
            said["nullable"] = True
        if required:
            said["required"] = True
        return said

    def word(self, schema: Mapping[str, Any]) -> str:
        """The type in the words of the tables."""
        if "anyOf" in schema:
            [schema] = (choice for choice in schema["anyOf"] if choice != {"type": "null"})
        if "$ref" in schema:
            return self.word_of_component(schema["$ref"].rsplit("/", 1)[1])
        if schema.get("x-tenable-codec") == "json":
            return "any"
        types = schema["type"]
        [kind] = (each for each in ([types] if isinstance(types, str) else types) if each != "null")
        if kind == "array":
            return f"[{self.word(schema['items'])}]"
        if "x-tenable-as" in schema:
            return self.IN_STRING.get(schema["x-tenable-as"], "text id")
        return self.SCALARS[kind]

    def word_of_component(self, name: str) -> str:
        schema = self.schemas[name]
        if self.is_object(schema) or "x-tenable-values" in schema:
            return name
        if schema["type"] == "object":
            return "{id}"
        if "x-tenable-fields-of" in schema:
            return "field"
        # A number or UUID in a path, told by its name since every segment of a path is a text.
        if name.endswith("Key"):
            return "number or uuid"
        types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        return " or ".join(sorted(self.SCALARS[kind] for kind in types))

    def is_object(self, schema: Mapping[str, Any]) -> bool:
        """Not one that stands for the id in it, nor one whose form is written by hand."""
        return schema["type"] == "object" and not {"x-tenable-as", "x-tenable-type"} & {*schema}


def contract_of(document: Mapping[str, Any]) -> Contract:
    return EnvelopedContract(document) if "x-tenable-envelope" in document else Contract(document)


def as_text(value: Any) -> str:
    if value is Missing.MISSING:
        return str(value.value)
    return json.dumps(_in_order(value), sort_keys=True, ensure_ascii=False)


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(inner) for key, inner in value.items()}
    # The lists of the notation are sets.
    return sorted(value, key=json.dumps) if isinstance(value, list) else value


def compare(place: str, spec: Any, vendor: Any) -> Differences:
    if isinstance(spec, dict) and isinstance(vendor, dict):
        found: Differences = {}
        for name in sorted({*spec, *vendor}):
            found |= compare(f"{place} {name}", spec.get(name, Missing.MISSING), vendor.get(name, Missing.MISSING))
        return found
    # As text, since Python takes false for 0 and true for 1.
    said = as_text(spec), as_text(vendor)
    return {place: said} if said[0] != said[1] else {}


def compare_operations(spec: Operations, vendor: Operations) -> Differences:
    found: Differences = {}
    for name in {*spec, *vendor}:
        if name in spec and name in vendor:
            found |= compare(name, spec[name], vendor[name])
        else:
            sides = ("present" if name in side else Missing.MISSING for side in (spec, vendor))
            found |= compare(name, *sides)
    return found


@dataclass(frozen=True)
class Entry:
    """A difference, or several of a kind, with the reason."""

    at: list[str]
    spec: Any
    vendor: Any
    reason: str

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Entry:
        facts = {"reason": "", **entry}
        if isinstance(facts["at"], str):
            facts["at"] = [facts["at"]]
        for side in ("spec", "vendor"):
            if facts[side] is None:
                facts[side] = Missing.MISSING
        return cls(**facts)

    def places(self) -> list[str]:
        """`GET,POST /api/users 401` is two places."""
        choices = ([word.split(",") for word in at.split()] for at in self.at)
        return [" ".join(words) for each in choices for words in product(*each)]

    def differences(self) -> Iterator[tuple[str, tuple[str, str]]]:
        for place in self.places():
            yield from compare(place, self.spec, self.vendor).items()


def complaints(found: Differences, entries: list[Entry]) -> list[str]:
    """All that keeps the list from being exactly what was found, one line each."""
    listed: Differences = {}
    lines = []
    for entry in entries:
        if not entry.reason.strip():
            lines.append(f"{entry.at[0]}: the entry gives no reason")
        said = list(entry.differences())
        if not said:
            lines.append(f"{entry.at[0]}: the entry tells no difference")
        for place, sides in said:
            if place in listed:
                lines.append(f"{place}: listed twice")
            listed[place] = sides
    for place in sorted({*found, *listed}, key=place_order):
        if place not in listed:
            lines.append(f"{place}: {_unlisted(place, *found[place])}")
        elif place not in found:
            lines.append(f"{place}: listed, but there is no such difference any more")
        elif listed[place] != found[place]:
            lines.append(f"{place}: listed as {_sides(*listed[place])}, but it is {_sides(*found[place])}")
    return lines


def _sides(spec: str, vendor: str) -> str:
    return f"{spec} in the spec and {vendor} in the digest"


def _unlisted(place: str, spec: str, vendor: str) -> str:
    if len(place.split()) > 2:
        return f"not listed: {_sides(spec, vendor)}"
    if spec == Missing.MISSING.value:
        return "the vendor has this operation, the spec does not cover it, and it is not listed as left out"
    return "the spec has this operation, the vendor does not, and it is not listed"


def place_order(place: str) -> tuple[str, ...]:
    method, path, *rest = place.split()
    return (path, method, *rest)


def listed_beside(digest: Path) -> list[Entry]:
    document = json.loads(digest.with_suffix(LIST_SUFFIX).read_text(encoding="utf-8"))
    return [Entry.read(entry) for entry in document["differences"]]
