"""Schemathesis, which knows the contracts and nothing else of this project, against the emulator.

It makes requests out of `spec/*.yaml`, right ones and wrong ones, and holds the answers against the contract: status, media type, the
shape of the body, what is refused and what is not, and that nothing is served without credentials. Every difference it reports is in
`EXPLAINED` with the reason why it is none, or the test fails; it fails as well when a reason is not needed any more.

`TENABLE_TRUST_SCHEMATHESIS_EXAMPLES` asks for more: that many random examples for each operation, and every boundary case.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis.configuration
import pytest
import schemathesis
import yaml
from conftest import Control, Emulator, running_emulator
from schemathesis.engine import events, from_schema
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from trust.record import record

SPEC = Path(__file__).parents[2] / "spec"
EXAMPLES = "TENABLE_TRUST_SCHEMATHESIS_EXAMPLES"
SEED = 7
# In the quick run every so many-th boundary case of an operation is tried; a Security Center body has hundreds.
STRIDE = 8
PHASES = ["examples", "coverage", "fuzzing"]

# Where the vendor says nothing, the emulator is set to what a reader of the contract alone expects.
RULES = {
    "ie": ["ie.unknown_method=405", "ie.content_type=400"],
    "sc": ["sc.unknown_method=405", "sc.enclave_security=on"],
    "vm": ["vm.unknown_method=405", "vm.content_type=400"],
}


@dataclass(frozen=True)
class Product:
    """A product, and somebody who may do there what is tried."""

    name: str
    title: str
    spec: str
    rules: list[str]
    at: Callable[[Emulator], tuple[str, str, str]]
    """Address, name of the header that carries the key, and its value."""


def identity_exposure(emulator: Emulator) -> tuple[str, str, str]:
    endpoint = emulator.identity_exposure
    return endpoint.url, "x-api-key", endpoint.api_key


def security_center(emulator: Emulator, *, administrator: bool) -> tuple[str, str, str]:
    endpoint = emulator.security_center
    who = endpoint.administrator if administrator else endpoint.manager
    return endpoint.url, "x-apikey", f"accesskey={who.access_key}; secretkey={who.secret_key};"


def vulnerability_management(emulator: Emulator) -> tuple[str, str, str]:
    endpoint = emulator.vulnerability_management
    return endpoint.url, "X-ApiKeys", f"accessKey={endpoint.access_key}; secretKey={endpoint.secret_key}"


PRODUCTS = [
    Product("ie", "Identity Exposure", "identity-exposure", RULES["ie"], identity_exposure),
    Product(
        "sc-manager",
        "Security Center, a Security Manager",
        "security-center",
        RULES["sc"],
        lambda emulator: security_center(emulator, administrator=False),
    ),
    Product(
        "sc-administrator",
        "Security Center, an administrator",
        "security-center",
        RULES["sc"],
        lambda emulator: security_center(emulator, administrator=True),
    ),
    Product("vm", "Vulnerability Management", "vulnerability-management", RULES["vm"], vulnerability_management),
]


@dataclass(frozen=True)
class Explanation:
    """Why a difference is none. What is not given fits all."""

    reason: str
    products: tuple[str, ...]
    failure: str
    status: int | None = None
    operations: str = ""
    """Begins of the operations, such as `PUT /users`, as a regular expression."""
    answer: str = ""
    """What the body of the answer says, as a regular expression."""
    message: str = ""
    """What Schemathesis says, as a regular expression."""

    def fits(self, product: str, found: Found) -> bool:
        return (
            product in self.products
            and self.failure == found.failure
            and self.status in (None, found.status)
            and re.match(self.operations, found.operation) is not None
            and re.search(self.answer, found.answer) is not None
            and re.search(self.message, found.message) is not None
        )


@dataclass(frozen=True)
class Found:
    """What Schemathesis holds against an answer."""

    operation: str
    failure: str
    status: int
    request: str
    answer: str
    message: str

    def __str__(self) -> str:
        message = " ".join(self.message.split())[:400]
        return f"{self.failure} {self.status} {self.operation}\n  {self.request[:500]}\n  {self.answer[:300]}\n  {message}"


SC = ("sc-manager", "sc-administrator")

EXPLAINED = [
    Explanation(
        "The vendor's description of Identity Exposure lists no 400 for operations without a body; a text where a number belongs was seen "
        "to be refused so elsewhere.",
        ("ie",),
        "UndefinedStatusCode",
        400,
        r"(GET|DELETE) /api/(users|roles|profiles)/\{id\}",
        "should be a numerical string",
    ),
    Explanation(
        "Nothing says what Identity Exposure answers to the number of a role or profile that does not exist in a body: "
        "ie.unknown_role and ie.unknown_profile.",
        ("ie",),
        "UndefinedStatusCode",
        404,
        r"PATCH /api/(application-settings|preferences|ldap-configuration|saml-configuration)",
        "(no profile|no role)",
    ),
    Explanation(
        "What a password must be like in Identity Exposure, the contract says in words.",
        ("ie",),
        "RejectedPositiveData",
        400,
        answer="(newP|p)assword should",
    ),
    Explanation(
        "Old versions of Identity Exposure take a picture, the emulated one does not: x-tenable-legacy.",
        ("ie",),
        "RejectedPositiveData",
        400,
        answer="additional properties: picture",
    ),
    Explanation(
        "The path of Identity Exposure is also one of a user by number, with other methods, and the number is refused first.",
        ("ie",),
        "UnsupportedMethodResponse",
        400,
        answer="data.id should be a numerical string",
    ),
    Explanation(
        "Security Center does not look at parameters that the call has no use for: the organization, without an administrator's key, and "
        "the limits of a page, without paging.",
        SC,
        "AcceptedNegativeData",
        200,
        "GET /rest/user$",
        message="in query",
    ),
    Explanation(
        "Security Center takes numbers, booleans and texts in every form that existing clients send.",
        SC,
        "AcceptedNegativeData",
        200,
        message="(Incorrect|incorrect) type",
    ),
    Explanation(
        "Security Center gives a page of users in another form than the whole list; the contract says it in words, with users.list_paged.",
        SC,
        "JsonSchemaError",
        200,
        "GET /rest/user$",
        answer="totalRecords",
    ),
    Explanation(
        "Security Center refuses a key together with a session as such, with 400, whether or not either is good.",
        SC,
        "IgnoredAuth",
        message="got `400 Bad Request`",
    ),
    Explanation(
        "Security Center tells its version and its sign-in settings to everybody.",
        SC,
        "IgnoredAuth",
        200,
        "GET /rest/system",
    ),
    Explanation(
        "The vendor's description of Vulnerability Management lists no 400 for these operations; what cannot be read is refused as elsewhere.",
        ("vm",),
        "UndefinedStatusCode",
        400,
        r"GET /audit-log/v1/events|PUT /users/\{user_id\}/(enabled|two-factor)",
        '"validation":',
    ),
    Explanation(
        "The group of all users of Vulnerability Management cannot be changed; the vendor's description does not say with which status.",
        ("vm",),
        "UndefinedStatusCode",
        400,
        r"(POST|DELETE) /groups/\{group_uuid\}/users/\{user_uuid\}",
        "All Users group cannot be changed",
    ),
    Explanation(
        "A role of Vulnerability Management that users have cannot be deleted; the vendor's description does not say with which status.",
        ("vm",),
        "UndefinedStatusCode",
        409,
        r"DELETE /access-control/v1/roles/\{role_uuid\}",
        "assigned to users",
    ),
    Explanation(
        "The rules for names, passwords, filters, phones, codes, the roles of a user and the groups that cannot be changed, the contract of "
        "Vulnerability Management says in words.",
        ("vm",),
        "RejectedPositiveData",
        400,
    ),
]


class Reset:
    """Takes the emulator back to its seed data, so that each request meets the same people."""

    def __init__(self, control: Control) -> None:
        address = urlsplit(control.url)
        self._connection = HTTPConnection(address.hostname or "", address.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {control.token}"}

    def __call__(self) -> None:
        self._connection.request("POST", "/reset", headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status == 204


@dataclass
class Run:
    """What was tried on a product, and what came out."""

    product: Product
    requests: Counter[str] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    explained: Counter[Explanation] = field(default_factory=Counter)
    unexplained: list[Found] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def judge(self, found: Found) -> None:
        fitting = [explanation for explanation in EXPLAINED if explanation.fits(self.product.name, found)]
        self.explained.update(fitting[:1])
        if not fitting:
            self.unexplained.append(found)


def run(product: Product, emulator: Emulator, examples: int | None) -> Run:
    """Tries every operation of a product."""
    outcome = Run(product)
    url, header, value = product.at(emulator)
    reset = Reset(emulator.control)
    schema = schemathesis.openapi.from_path(SPEC / f"{product.spec}.yaml")
    schema.config.update(base_url=url, headers={header: value}, workers=1, continue_on_failure=True)
    # Sessions are signed in to by name and password, which no generator guesses, and do not go together with a key.
    schema.config.generation.update(
        max_examples=examples or 2, no_shrink=True, deterministic=True, database="none", with_security_parameters=False
    )
    schema.config.phases.update(phases=PHASES)
    schema.config.seed = SEED
    boundaries: Counter[str] = Counter()
    changed = True

    @schema.hook
    def filter_case(context: Any, case: Any) -> bool:
        if examples is not None or case.meta is None or not isinstance(case.meta.phase.data, CoveragePhaseData):
            return True
        boundaries[case.operation.label] += 1
        return boundaries[case.operation.label] % STRIDE == 1

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        nonlocal changed
        if changed:
            reset()
        changed = case.method != "GET"
        outcome.operations.add(case.operation.label)
        outcome.requests[case.meta.phase.name.value] += 1

    @schemathesis.hook
    def after_call(context: Any, case: Any, response: Any) -> None:
        outcome.statuses[response.status_code] += 1

    @schema.hook
    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        outcome.judge(
            Found(
                operation=case.operation.label,
                failure=type(failure).__name__,
                status=response.status_code,
                request=case.as_curl_command(),
                answer=response.content.decode(errors="replace"),
                message=failure.message or "",
            )
        )
        # Judged here, with the answer at hand.
        return False

    try:
        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError):
                outcome.errors.append(f"{event.label}: {event.value}")
            elif isinstance(event, events.FatalError):
                outcome.errors.append(str(event.exception))
    finally:
        # These two belong to all schemas.
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)
        GLOBAL_HOOK_DISPATCHER.unregister(after_call)
    return outcome


@pytest.fixture
def examples(tmp_path: Path) -> Iterator[int | None]:
    """How many random examples were asked for."""
    # What Hypothesis keeps is not for the folder of the sources.
    hypothesis.configuration.set_hypothesis_home_dir(tmp_path)
    asked = os.environ.get(EXAMPLES)
    yield int(asked) if asked else None
    hypothesis.configuration.set_hypothesis_home_dir(None)


def contracted(product: Product) -> set[str]:
    """Every operation in the contract."""
    paths = yaml.safe_load((SPEC / f"{product.spec}.yaml").read_text("utf-8"))["paths"]
    methods = {"get", "post", "put", "patch", "delete"}
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in methods}


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_answers_as_its_contract_says(product: Product, examples: int | None) -> None:
    with running_emulator(*product.rules) as emulator:
        outcome = run(product, emulator, examples)
    assert outcome.errors == []
    kinds: dict[tuple[str, str, int], Found] = {}
    for found in outcome.unexplained:
        kinds.setdefault((found.failure, found.operation, found.status), found)
    assert not kinds, "\n".join(map(str, kinds.values()))

    assert outcome.operations == contracted(product)
    # Successes as well as refusals, so that both were held against the contract.
    assert 200 in outcome.statuses
    assert any(400 <= status < 500 for status in outcome.statuses)
    assert all(status < 500 for status in outcome.statuses), outcome.statuses
    reasons = [explanation for explanation in EXPLAINED if product.name in explanation.products]
    assert [reason for reason in reasons if reason not in outcome.explained] == [], "reasons that are not needed any more"

    depth = "2 random examples" if examples is None else f"{examples} random examples"
    depth += f" and every {STRIDE}th boundary case" if examples is None else " and every boundary case"
    record(
        f"schemathesis-{product.name}",
        title=f"Schemathesis: the emulated {product.title} against its contract",
        columns=["Operations", "Requests", "Successes", "Refusals", "Status 5xx", "Unexplained differences"],
        rows=[
            [
                len(outcome.operations),
                sum(outcome.requests.values()),
                sum(count for status, count in outcome.statuses.items() if status < 300),
                sum(count for status, count in outcome.statuses.items() if status >= 300),
                0,
                0,
            ]
        ],
        notes=[
            f"Schemathesis {schemathesis.__version__}, seed {SEED}, {depth} for each operation. The emulator is reset after each change.",
            *(f"Explained, {outcome.explained[reason]} times: {reason.reason}" for reason in reasons),
            "Not shown: sequences of calls, the stateful phase of Schemathesis.",
        ],
    )
