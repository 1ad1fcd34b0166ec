"""The JSON Schema of a file of people, judged by a validator that is not ours."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "crates/tenable-directory/schema/people.schema.json").read_text(encoding="utf-8"))
CASES = (ROOT / "crates/tenable-directory/src/file/tests/cases.txt").read_text(encoding="utf-8")
PAGE = (ROOT / "docs/people-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def cases(kind: str) -> list[str]:
    """The files of one kind among those that the crate's own tests read."""
    all_cases = [case.split("\n", 1) for case in CASES.split("\n%%% ")[1:]]
    return [body.split("%%> ")[0] for title, body in all_cases if title.startswith(f"{kind}: ")]


def errors(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text))]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_accepts_the_examples_of_the_page(example: str) -> None:
    assert errors(example) == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 2


@pytest.mark.parametrize("text", cases("good"))
def test_it_accepts_what_is_good(text: str) -> None:
    assert errors(text) == []


@pytest.mark.parametrize("text", cases("form"))
def test_it_refuses_what_is_a_matter_of_form(text: str) -> None:
    assert errors(text)


def test_there_are_cases() -> None:
    assert len(cases("good")) >= 4
    assert len(cases("form")) >= 20
