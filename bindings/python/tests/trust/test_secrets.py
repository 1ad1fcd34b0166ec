"""Every operation with secrets in it, everything logged, errors forced: none shows where somebody may read."""

from __future__ import annotations

import io
import logging
import pickle
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from operations import identity_exposure
from operations.case import FACES, PASSWORD, Call, Entry, Scene, settled

from tenable_api import Secret, TenableError, enable_logging
from tenable_api.testing import Emulator, Fault
from trust.matrix import ENTRIES, ask, own_path
from trust.record import record

# What goes wrong with each call, and nothing.
FAULTS: dict[str, tuple[Fault, bool] | None] = {
    "nothing": None,
    "500": (Fault.internal_server_error(), False),
    "HTML with 200": (Fault.html_page(), False),
    "JSON that is cut": (Fault.truncated_json(), True),
    "reset after the server acted": (Fault.reset(), True),
}


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything that the package says at any level."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("tenable_api")
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(1)
    logger.propagate = False
    enable_logging()
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        # Once on, it stays on; from here on it says little.
        logger.setLevel(level or logging.WARNING)
        logger.propagate = propagate


def secrets_of(emulator: Emulator) -> set[str]:
    """Keys and passwords that the clients of this emulator have."""
    everything = emulator.endpoints
    center, management = everything.security_center, everything.vulnerability_management
    accounts = [center.administrator, center.manager]
    keys = {everything.identity_exposure.api_key, management.secret_key, management.access_key}
    keys |= {account.secret_key for account in accounts} | {account.access_key for account in accounts}
    return keys | {everything.identity_exposure.seed_password, center.seed_password, management.seed_password}


def secrets_in(value: Any) -> set[str]:
    """Texts in the arguments that are passwords, wherever they stand."""
    if isinstance(value, Secret):
        return {value.reveal()}
    if isinstance(value, str):
        return {value} & {PASSWORD, identity_exposure.NEW_PASSWORD}
    if isinstance(value, dict):
        return set().union(*(secrets_in(one) for one in value.values()), set())
    if isinstance(value, (list, tuple)):
        return set().union(*(secrets_in(one) for one in value), set())
    return set()


def shown(error: BaseException) -> str:
    """Whatever of an error may be printed, logged or sent. Of its traceback, what belongs to the package."""
    lines = [line for line in traceback.format_exception(error) if "/tests/" not in line]
    return "".join(lines) + repr(error) + repr(error.__dict__) + repr(error.args)


class Search:
    """Looks for secrets, and counts where."""

    def __init__(self) -> None:
        self.looked: Counter[str] = Counter()
        self.found: list[str] = []

    def look(self, where: str, what: str, text: str | bytes, secrets: set[str]) -> None:
        self.looked[where] += 1
        data = text if isinstance(text, bytes) else text.encode()
        self.found += [f"{what}: {where} shows a secret" for secret in secrets if secret.encode() in data]



def try_out(search: Search, emulator: Emulator, entry: Entry, number: int, what: str) -> None:
    fault = FAULTS[what]
    with Scene(emulator) as scene, closing(entry.script(scene)) as script, logged() as lines:
        made: Call = next(script)
        client = scene.client(entry.product, FACES[number % 2], {"max_attempts": 1} | made.options)
        secrets = secrets_of(emulator) | secrets_in(made.positional) | secrets_in(made.keyword) | secrets_in(made.options)
        secrets |= {mail.token for mail in emulator.mail if mail.token and len(mail.token) > 8}
        if fault is not None:
            method, path = own_path(entry, made)
            emulator.faults.add(fault[0], method=method, path=path, after_commit=fault[1])
        outcome = ask(entry, client, FACES[number % 2], made)
        case = f"{entry.id}, {what}"
        if isinstance(outcome, TenableError):
            search.look("an exception, its repr, attributes and traceback", case, shown(outcome), secrets)
            search.look("a pickled exception", case, pickle.dumps(outcome), secrets)
        else:
            search.look("an answer's repr", case, f"{outcome!r} {outcome}", secrets)
        search.look("a client's repr", case, f"{client!r} {client} {vars(client) if hasattr(client, '__dict__') else ''}", secrets)
        settled(client.close(), FACES[number % 2])
        log = lines.getvalue()
        search.look("the log, everything on", case, log, secrets)
        search.found += [f"{case}: the log shows a cookie" for _ in re.findall(r"TNS_SESSIONID=\w", log)]
        assert "attempt" in log or entry.operation in log, f"{case}: nothing was logged: {log}"


def test_no_secret_shows_anywhere() -> None:
    search = Search()
    with ExitStack() as stack:
        emulators: dict[str, Emulator] = {}
        for number, entry in enumerate(ENTRIES):
            for what in FAULTS:
                key = repr(entry.emulator)
                if key in emulators:
                    emulators[key].reset()
                else:
                    emulators[key] = stack.enter_context(Emulator(**entry.emulator))
                try_out(search, emulators[key], entry, number, what)
    assert not search.found, "\n".join(search.found)
    record(
        "secrets-python",
        title="Secrets, from Python",
        columns=["Where", "Looked at", "Secrets found"],
        rows=[[where, count, 0] for where, count in sorted(search.looked.items())],
        notes=[
            f"All {len(ENTRIES)} operations, each without a fault and with {len(FAULTS) - 1}; waiting and awaited in turns. Looked for are the "
            "passwords of the call, keys, reset tokens and session cookies.",
        ],
    )


def test_what_is_looked_for_would_be_found() -> None:
    search = Search()
    search.look("somewhere", "a call", f"password={PASSWORD}", {PASSWORD})
    search.look("somewhere", "a call", pickle.dumps([PASSWORD]), {PASSWORD})
    assert len(search.found) == 2
    assert secrets_in(([{"password": PASSWORD}, Secret("other")], "name")) == {PASSWORD, "other"}
    try:
        raise TenableError(f"no {PASSWORD}")
    except TenableError as error:
        assert PASSWORD in shown(error)
