"""What the contracts say otherwise than the vendor does, difference by difference.

A digest in spec/digest/ holds what the vendor's description of a product says. Here the contract is brought into the same
notation, the two are compared, and the outcome must be exactly the list that stands beside the digest, where each difference
has a reason. So nobody departs from the vendor unawares, and no reason outlives its difference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from digest_comparison import (
    LIST_SUFFIX,
    Contract,
    Differences,
    Entry,
    compare_operations,
    complaints,
    contract_of,
    listed_beside,
    operations_of_digest,
    place_order,
)

SPEC = Path(__file__).parents[2] / "spec"
DIGESTS = sorted(path for path in SPEC.glob("digest/*.json") if not path.name.endswith(LIST_SUFFIX))


@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.stem)
def test_each_difference_from_the_vendor_is_listed_with_its_reason(path: Path) -> None:
    contract = contract_of(yaml.safe_load((SPEC / path.with_suffix(".yaml").name).read_text(encoding="utf-8")))
    vendor = operations_of_digest(json.loads(path.read_text(encoding="utf-8")))
    lines = complaints(compare_operations(contract.operations(), vendor), listed_beside(path))
    if lines:
        pytest.fail(f"{path.with_suffix(LIST_SUFFIX).name} and the documents disagree:\n" + "\n".join(lines), pytrace=False)


@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.stem)
def test_the_list_is_sorted(path: Path) -> None:
    entries = listed_beside(path)
    for entry in entries:
        assert entry.at == sorted(entry.at, key=place_order)
        assert all(word.split(",") == sorted(word.split(",")) for at in entry.at for word in at.split()), entry.at
    first = [entry.at[0] for entry in entries]
    assert first == sorted(first, key=place_order)


# The comparison itself, on a document that is small enough to be seen through.

READ = "GET /things/{id}"


def a_spec() -> dict[str, Any]:
    """Agrees with `a_digest`, by other means wherever OpenAPI leaves the choice."""
    return {
        "security": [{"key": []}],
        "paths": {
            "/things/{id}": {
                "get": {
                    "x-tenable-note": "Rare. Needs one of the licence features `gold`, `silver`.",
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                        "401": {"$ref": "#/components/responses/Unauthorized"},
                    },
                },
                "patch": {
                    "security": [],
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "required": ["active"],
                                        "properties": {"active": {"type": "boolean", "default": False}},
                                    },
                                }
                            }
                        }
                    },
                    "responses": {"204": {"description": "Done."}},
                },
            }
        },
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-key"}},
            "responses": {"Unauthorized": {"description": "Who is there?"}},
            "schemas": {
                "Kind": {"type": "string", "enum": ["small", "big"]},
                "Thing": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "x-tenable-secret": True},
                        "tags": {"type": ["array", "null"], "items": {"type": "integer"}},
                        "kind": {"anyOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}]},
                    },
                },
            },
        },
    }


def a_digest() -> dict[str, Any]:
    return {
        "operations": {
            READ: {
                "parameters": {
                    "id": {"in": "path", "required": True, "type": "string"},
                    "x-key": {"in": "header", "required": True, "type": "string"},
                },
                "credentials": True,
                "licences": ["silver", "gold"],
                "responses": {
                    "200": {
                        ".": {"type": "object"},
                        "kind": {"type": "string", "nullable": True, "enum": ["big", None, "small"]},
                        "name": {"type": "string", "required": True, "secret": True},
                        "tags": {"type": "array", "nullable": True},
                        "tags[]": {"type": "integer"},
                    },
                    "401": {},
                },
            },
            "PATCH /things/{id}": {
                "parameters": {},
                "credentials": False,
                "licences": [],
                "request": {
                    ".": {"type": "array", "minItems": 1},
                    "[]": {"type": "object", "closed": True},
                    "[].active": {"type": "boolean", "required": True, "default": False},
                },
                "responses": {"204": {}},
            },
        }
    }


def found_in(spec: dict[str, Any], digest: dict[str, Any]) -> Differences:
    return compare_operations(Contract(spec).operations(), operations_of_digest(digest))


def test_documents_that_agree_have_no_difference() -> None:
    assert found_in(a_spec(), a_digest()) == {}


def test_finds_an_added_field() -> None:
    spec = a_spec()
    spec["components"]["schemas"]["Thing"]["properties"]["colour"] = {"type": "string"}
    assert found_in(spec, a_digest()) == {f"{READ} 200 colour": ('{"type": "string"}', "nothing")}


def test_finds_a_field_that_the_spec_lacks() -> None:
    spec = a_spec()
    del spec["components"]["schemas"]["Thing"]["properties"]["tags"]["items"]
    assert found_in(spec, a_digest()) == {f"{READ} 200 tags[]": ("nothing", '{"type": "integer"}')}


def test_finds_a_changed_type() -> None:
    digest = a_digest()
    digest["operations"][READ]["responses"]["200"]["tags[]"]["type"] = "number"
    assert found_in(a_spec(), digest) == {f"{READ} 200 tags[] type": ('"integer"', '"number"')}


def test_finds_a_missing_status() -> None:
    spec = a_spec()
    del spec["paths"]["/things/{id}"]["get"]["responses"]["401"]
    assert found_in(spec, a_digest()) == {f"{READ} 401": ("nothing", "{}")}


def test_finds_other_credentials_and_licences() -> None:
    digest = a_digest()
    digest["operations"]["PATCH /things/{id}"] |= {"credentials": True, "licences": ["gold"]}
    assert found_in(a_spec(), digest) == {
        "PATCH /things/{id} credentials": ("false", "true"),
        "PATCH /things/{id} licences": ("[]", '["gold"]'),
    }


def test_finds_null_as_a_value_and_false_beside_zero() -> None:
    digest = a_digest()
    digest["operations"][READ]["responses"]["200"]["kind"]["default"] = None
    digest["operations"]["PATCH /things/{id}"]["request"]["[].active"]["default"] = 0
    assert found_in(a_spec(), digest) == {
        f"{READ} 200 kind default": ("nothing", "null"),
        "PATCH /things/{id} request [].active default": ("false", "0"),
    }


def test_finds_an_operation_that_one_side_lacks() -> None:
    spec, digest = a_spec(), a_digest()
    del spec["paths"]["/things/{id}"]["patch"]
    del digest["operations"][READ]
    found = found_in(spec, digest)
    assert found == {READ: ('"present"', "nothing"), "PATCH /things/{id}": ("nothing", '"present"')}
    assert complaints(found, []) == [
        f"{READ}: the spec has this operation, the vendor does not, and it is not listed",
        "PATCH /things/{id}: the vendor has this operation, the spec does not cover it, and it is not listed as left out",
    ]


def test_tells_an_open_enum_from_a_closed_one() -> None:
    spec = a_spec()
    spec["components"]["schemas"]["Kind"] = {"type": "string", "x-tenable-values": {"big": "Big.", "small": "Small."}}
    assert found_in(spec, a_digest()) == {f"{READ} 200 kind open": ("true", "nothing")}


def test_refuses_a_key_that_it_would_overlook() -> None:
    spec = a_spec()
    spec["components"]["schemas"]["Kind"]["maxLength"] = 5
    with pytest.raises(ValueError, match="kind: the comparison cannot read maxLength"):
        Contract(spec).operations()


FOUND: Differences = {
    "GET /things 200 [].id type": ('"integer"', '"number"'),
    "GET /things 403": ("{}", "nothing"),
    "POST /things 403": ("{}", "nothing"),
}
ENTRIES: list[dict[str, Any]] = [
    {"at": "GET /things 200 [].id", "spec": {"type": "integer"}, "vendor": {"type": "number"}, "reason": "Whole numbers."},
    {"at": ["GET,POST /things 403"], "spec": {}, "vendor": None, "reason": "Rights are needed."},
]


def complaints_about(entries: list[dict[str, Any]]) -> list[str]:
    return complaints(FOUND, [Entry.read(entry) for entry in entries])


def test_accepts_a_list_of_exactly_what_was_found() -> None:
    assert complaints_about(ENTRIES) == []


def test_refuses_an_unlisted_difference() -> None:
    assert complaints_about(ENTRIES[1:]) == [
        'GET /things 200 [].id type: not listed: "integer" in the spec and "number" in the digest'
    ]


def test_refuses_a_stale_entry() -> None:
    stale: dict[str, Any] = {"at": "PUT /things 403", "spec": {}, "vendor": None, "reason": "Rights were needed."}
    assert complaints_about([*ENTRIES, stale]) == ["PUT /things 403: listed, but there is no such difference any more"]


def test_refuses_an_entry_that_tells_it_otherwise() -> None:
    other = {**ENTRIES[0], "spec": {"type": "string"}}
    assert complaints_about([other, ENTRIES[1]]) == [
        'GET /things 200 [].id type: listed as "string" in the spec and "number" in the digest, '
        'but it is "integer" in the spec and "number" in the digest'
    ]


@pytest.mark.parametrize("reason", [{}, {"reason": " "}], ids=["absent", "blank"])
def test_refuses_an_entry_without_reason(reason: dict[str, str]) -> None:
    bare = {key: value for key, value in ENTRIES[0].items() if key != "reason"} | reason
    assert complaints_about([bare, ENTRIES[1]]) == ["GET /things 200 [].id: the entry gives no reason"]


def test_refuses_a_difference_that_is_listed_twice() -> None:
    assert complaints_about([*ENTRIES, {**ENTRIES[1], "at": "POST /things 403"}]) == ["POST /things 403: listed twice"]


def test_refuses_an_entry_that_tells_no_difference() -> None:
    empty = {"at": "PUT /things 200 [].id", "spec": {"type": "string"}, "vendor": {"type": "string"}, "reason": "None."}
    assert complaints_about([*ENTRIES, empty]) == ["PUT /things 200 [].id: the entry tells no difference"]


# The same for a document whose answers stand in an envelope.


def a_wrapped_spec() -> dict[str, Any]:
    """Agrees with `a_wrapped_digest`."""
    envelope = {"$ref": "#/components/schemas/Envelope"}
    refused = {"content": {"application/json": {"schema": envelope}}}
    things = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
    answer = {"allOf": [envelope, {"type": "object", "properties": {"response": things}}]}
    digits = {"type": "string", "pattern": "^[0-9]+$"}
    return {
        "x-tenable-envelope": {"schema": "Envelope", "payload": "response"},
        "security": [{"key": []}],
        "paths": {
            "/things/{id}": {
                "get": {
                    "x-tenable-twin": "/other/things/{id}",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"$ref": "#/components/schemas/ThingKey"}},
                        {
                            "name": "fields",
                            "in": "query",
                            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/ThingField"}},
                        },
                    ],
                    "responses": {
                        "200": {"content": {"application/json": {"schema": answer}}},
                        "400": refused,
                        "403": refused,
                    },
                },
                "delete": {
                    "security": [],
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"$ref": "#/components/schemas/ThingKey"}}
                    ],
                    "requestBody": {
                        "required": False,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Removal"}}},
                    },
                    "responses": {"200": {"content": {"application/json": {"schema": envelope}}}},
                },
            }
        },
        "components": {
            "schemas": {
                "Envelope": {"type": "object", "properties": {"response": {"x-tenable-codec": "json"}}},
                "ThingId": {"type": "integer", "minimum": 0, "x-tenable-id": True},
                "ThingKey": {"type": "string", "x-tenable-type": True},
                "ThingObject": {"type": "object", "x-tenable-as": "ThingId", "properties": {"id": {"type": "integer"}}},
                "AnyId": {"type": ["string", "integer"], "x-tenable-type": True},
                "Kind": {"type": "string", "x-tenable-values": {"big": "Big.", "small": "Small."}},
                "Thing": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "id": {**digits, "x-tenable-as": "ThingId"},
                        "kind": {"$ref": "#/components/schemas/Kind", "description": "Its kind."},
                        "owner": {"$ref": "#/components/schemas/AnyId"},
                        "active": {"type": "string", "enum": ["true", "false"], "default": "true", "x-tenable-as": "boolean"},
                        "days": {"type": ["string", "null"], "pattern": "^[0-9]+$", "x-tenable-as": "integer"},
                        "made": {**digits, "x-tenable-as": "unix_seconds"},
                        "next": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
                        "usable": {"type": "boolean"},
                    },
                },
                "Removal": {
                    "type": "object",
                    "properties": {
                        "heirs": {"type": "array", "items": {"$ref": "#/components/schemas/ThingObject"}},
                        "days": {"type": "integer", "minimum": 1, "maximum": 365},
                        "since": {"type": "integer", "minimum": 0},
                    },
                },
                "ThingField": {
                    "type": "string",
                    "x-tenable-fields-of": "Thing",
                    "x-tenable-legend": {"id": "always", "kind": "default", "active": "request"},
                },
            }
        },
    }


def a_wrapped_digest() -> dict[str, Any]:
    key = {"in": "path", "required": True, "type": "number or uuid"}
    return {
        "choices": {"Kind": ["small", "big"]},
        "marks": {"page": {"always": "id", "default": "kind", "request": "active"}},
        "objects": {
            "Envelope": {"response": {"type": "any"}},
            "Thing": {
                "id": {"type": "text id", "required": True},
                "kind": {"type": "Kind"},
                "owner": {"type": "number or string"},
                "active": {"type": "str-bool", "default": "true"},
                "days": {"type": "text number", "nullable": True},
                "made": {"type": "epoch"},
                "next": {"type": "Thing", "nullable": True},
                "usable": {"type": "boolean"},
            },
            "Removal": {
                "heirs": {"type": "[{id}]"},
                "days": {"type": "number", "minimum": 1, "maximum": 365},
                "since": {"type": "number"},
            },
        },
        "operations": {
            READ: {
                "twin": "/other/things/{id}",
                "parameters": {"id": key, "fields": {"in": "query", "type": "[field]"}},
                "marks": "page",
                "gives": "[Thing]",
            },
            "DELETE /things/{id}": {
                "credentials": False,
                "parameters": {"id": key},
                "request": "Removal?",
                "gives": "nothing",
                "statuses": [200],
            },
        },
    }


def found_in_wrapped(spec: dict[str, Any], digest: dict[str, Any]) -> Differences:
    return compare_operations(contract_of(spec).operations(), operations_of_digest(digest))


def test_wrapped_documents_that_agree_have_no_difference() -> None:
    assert found_in_wrapped(a_wrapped_spec(), a_wrapped_digest()) == {}


def test_finds_another_mark_and_a_field_without_one() -> None:
    digest = a_wrapped_digest()
    digest["marks"]["page"] = {"always": "id kind"}
    assert found_in_wrapped(a_wrapped_spec(), digest) == {
        f"{READ} marks active": ('"request"', "nothing"),
        f"{READ} marks kind": ('"default"', '"always"'),
    }


def test_finds_another_twin_payload_and_status() -> None:
    digest = a_wrapped_digest()
    del digest["operations"][READ]["twin"]
    digest["operations"][READ]["gives"] = "Thing"
    digest["operations"]["DELETE /things/{id}"] |= {"statuses": [200, 403], "request": "Removal", "credentials": True}
    assert found_in_wrapped(a_wrapped_spec(), digest) == {
        f"{READ} gives": ('"[Thing]"', '"Thing"'),
        f"{READ} twin": ('"/other/things/{id}"', "nothing"),
        "DELETE /things/{id} credentials": ("false", "true"),
        "DELETE /things/{id} request": ('"Removal?"', '"Removal"'),
        "DELETE /things/{id} statuses": ("[200]", "[200, 403]"),
    }


def test_finds_another_field_of_an_object_and_another_choice() -> None:
    digest = a_wrapped_digest()
    digest["objects"]["Thing"]["active"] = {"type": "boolean"}
    digest["objects"]["Removal"]["reason"] = {"type": "string"}
    digest["choices"]["Kind"].append("huge")
    assert found_in_wrapped(a_wrapped_spec(), digest) == {
        "CHOICE Kind values": ('["big", "small"]', '["big", "huge", "small"]'),
        "OBJECT Removal reason": ("nothing", '{"type": "string"}'),
        "OBJECT Thing active default": ('"true"', "nothing"),
        "OBJECT Thing active type": ('"str-bool"', '"boolean"'),
    }


def test_refuses_an_answer_without_the_envelope() -> None:
    spec = a_wrapped_spec()
    spec["paths"]["/things/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {
        "$ref": "#/components/schemas/Thing"
    }
    with pytest.raises(ValueError, match="an answer without the envelope"):
        contract_of(spec).operations()


def test_refuses_a_key_of_an_object_that_it_would_overlook() -> None:
    spec = a_wrapped_spec()
    spec["components"]["schemas"]["Thing"]["properties"]["kind"]["maxLength"] = 5
    with pytest.raises(ValueError, match="kind: the comparison cannot read maxLength"):
        contract_of(spec).operations()
