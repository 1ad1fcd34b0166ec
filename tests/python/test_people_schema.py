"""The JSON Schema of a file of people, judged by a validator that is not ours."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "crates/tenable-directory/schema/people.schema.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/people-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def errors(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text))]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_accepts_the_examples_of_the_page(example: str) -> None:
    assert errors(example) == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 2


@pytest.mark.parametrize(
    "text",
    [
        "people: []",
        "version: 2",
        "{version: 1, peple: []}",
        "{version: 1, people: {}}",
        "{version: 1, people: [Ann]}",
        "{version: 1, people: [{name: Ann, accounts: {vm: {}}}]}",
        "{version: 1, people: [{email: a@example.com}]}",
        "{version: 1, people: [{email: a@example.com, accounts: {vm: {role: A, roles: [B]}}}]}",
        "{version: 1, people: [{email: a@example.com, accounts: {vm: {group: A, groups: [B]}}}]}",
        "{version: 1, people: [{email: a@example.com, accounts: {vm: {enabled: 'yes'}}}]}",
        "{version: 1, people: [{email: a@example.com, accounts: {vm: {roles: [A, A]}}}]}",
        "{version: 1, people: [{email: a@example.com, accounts: {vm: {sign_in: {pasword: true}}}}]}",
        "{version: 1, people: [{email: a@example.com, accounts: {vm: {password: secret}}}]}",
        "{version: 1, people: [{email: a@example.com, accounts: {vm: {successor: bo}}}]}",
        "{version: 1, roles: {vm: [{description: x}]}}",
        "{version: 1, groups: {vm: [true]}}",
        "{version: 1, scope: {unlisted: keep}}",
        "{version: 1, scope: {max_removals: many}}",
        "{version: 1, protected: bo}",
    ],
)
def test_it_refuses_what_is_a_matter_of_form(text: str) -> None:
    assert errors(text)
