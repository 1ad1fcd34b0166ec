"""The documents in spec/ are valid OpenAPI, so that they serve people who use other tools."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.readers import read_from_filename

SPEC = Path(__file__).parents[2] / "spec"


@pytest.mark.parametrize("path", sorted(SPEC.glob("*.yaml")), ids=lambda path: path.name)
def test_is_valid(path: Path) -> None:
    document, base_uri = read_from_filename(str(path))
    assert document["openapi"].startswith("3.1.")
    errors = OpenAPIV31SpecValidator(document, base_uri=base_uri).iter_errors()
    assert [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors] == []
