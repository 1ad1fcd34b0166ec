"""The life of an emulator: start, end, and what comes between."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import os
import pickle
import re
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from tenable_api import Secret, testing
from tenable_api.testing import Emulator, EmulatorError, Fault

# Long enough for a process to start on a busy machine.
PATIENCE = 60
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def ask(emulator: Emulator, path: str = "/api/users/whoami", method: str = "GET", body: Any = None) -> Any:
    """Sends a request to Identity Exposure as a program would that knows nothing of this package."""
    endpoint = emulator.endpoints.identity_exposure
    context = None if emulator.ca_file is None else ssl.create_default_context(cafile=str(emulator.ca_file))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    headers = {"X-API-Key": endpoint.api_key, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(endpoint.url + path, method=method, data=data, headers=headers)
    with opener.open(request, timeout=PATIENCE) as response:
        return json.load(response)


def accepts(url: str) -> bool:
    """Whether somebody listens there."""
    parts = urllib.parse.urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True


def urls(emulator: Emulator) -> list[str]:
    where = emulator.endpoints
    return [where.identity_exposure.url, where.security_center.url, where.vulnerability_management.url, where.control.url]


def test_serves_until_the_end_of_the_block() -> None:
    with Emulator() as emulator:
        assert emulator.running
        assert all(re.fullmatch(r"http://127\.0\.0\.1:\d+", url) for url in urls(emulator))
        assert len({*urls(emulator)}) == 4
        assert len(ask(emulator, "/api/users")) > 1
        assert all(accepts(url) for url in urls(emulator))
    assert not emulator.running
    assert not any(accepts(url) for url in urls(emulator))


def test_ends_when_the_block_fails() -> None:
    emulator = Emulator()
    with pytest.raises(ZeroDivisionError), emulator:
        raise ZeroDivisionError
    assert not emulator.running
    assert not any(accepts(url) for url in urls(emulator))


def test_can_be_started_and_closed_by_hand_and_closed_twice() -> None:
    emulator = Emulator()
    assert not emulator.running
    emulator.close()
    assert emulator.start() is emulator
    emulator.close()
    emulator.close()
    assert not emulator.running


def test_runs_once() -> None:
    with Emulator() as emulator, pytest.raises(EmulatorError, match="the emulator runs already"):
        emulator.start()
    with pytest.raises(EmulatorError, match="has been closed; make another one"):
        emulator.start()


@pytest.mark.parametrize(
    "use",
    [
        lambda emulator: emulator.endpoints,
        lambda emulator: emulator.journal,
        lambda emulator: emulator.faults,
        lambda emulator: emulator.clock,
        lambda emulator: emulator.rules,
        lambda emulator: emulator.mail,
        lambda emulator: emulator.state(),
        lambda emulator: emulator.ca_file,
        lambda emulator: emulator.reset(),
        lambda emulator: emulator.environment(),
    ],
)
def test_says_so_when_it_has_not_been_started(use: Any) -> None:
    with pytest.raises(EmulatorError, match=r"has not been started: use `with Emulator\(\) as emulator:`"):
        use(Emulator())


def test_what_it_has_seen_can_be_read_when_it_is_closed() -> None:
    with Emulator(rules={"ie.duplicate_email": 400}) as emulator:
        ask(emulator)
        users = emulator.state()["identity_exposure"]
    assert [entry.path for entry in emulator.journal] == ["/api/users/whoami"]
    assert emulator.mail == []
    assert emulator.rules["ie.duplicate_email"] == "400"
    assert emulator.state()["identity_exposure"] == users
    for change in (
        emulator.reset,
        lambda: emulator.clock.advance(1),
        lambda: emulator.rules.set("ie.duplicate_email", 409),
        lambda: emulator.faults.add(Fault.reset()),
        lambda: emulator.client_certificate("somebody"),
    ):
        with pytest.raises(EmulatorError, match="the emulator is closed"):
            change()


def test_several_do_not_know_of_each_other() -> None:
    with Emulator() as one, Emulator() as other:
        assert one.endpoints.identity_exposure.api_key != other.endpoints.identity_exposure.api_key
        assert not {*urls(one)} & {*urls(other)}
        ask(one)
        assert (len(one.journal), len(other.journal)) == (1, 0)
        other.rules.set("ie.duplicate_email", 400)
        assert one.rules["ie.duplicate_email"] == "409"
        other.close()
        ask(one)
        assert len(one.journal) == 2


def test_serves_as_an_asynchronous_context_manager() -> None:
    async def main() -> Emulator:
        async with Emulator() as emulator:
            assert emulator.running
            assert await asyncio.to_thread(ask, emulator)
        assert not emulator.running
        await emulator.aclose()
        with pytest.raises(EmulatorError, match="make another one"):
            async with emulator:
                pass
        return emulator

    emulator = asyncio.run(main())
    assert len(emulator.journal) == 1
    assert not any(accepts(url) for url in urls(emulator))


def test_ends_when_an_asynchronous_block_is_cancelled() -> None:
    async def main() -> Emulator:
        emulator = Emulator()

        async def block() -> None:
            async with emulator:
                inside.set()
                await asyncio.Event().wait()

        inside = asyncio.Event()
        task = asyncio.create_task(block())
        await inside.wait()
        assert emulator.running
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return emulator

    emulator = asyncio.run(main())
    assert not emulator.running
    assert not any(accepts(url) for url in urls(emulator))


def test_a_start_that_is_cancelled_can_be_tried_again() -> None:
    async def main() -> None:
        emulator = Emulator()
        task = asyncio.create_task(emulator.__aenter__())
        # Lets it begin.
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not emulator.running
        async with emulator:
            assert emulator.running

    asyncio.run(main())


def test_two_cannot_start_one_at_once() -> None:
    async def main() -> None:
        emulator = Emulator()
        task = asyncio.create_task(emulator.__aenter__())
        await asyncio.sleep(0)
        with pytest.raises(EmulatorError, match="the emulator is starting already"):
            emulator.start()
        await task
        assert emulator.running
        await emulator.aclose()

    asyncio.run(main())


def test_serves_while_python_is_busy() -> None:
    """The server needs no Python, so a program that holds the interpreter does not hold the server."""
    with Emulator() as emulator:
        parts = urllib.parse.urlsplit(emulator.endpoints.identity_exposure.url)
        address = (parts.hostname or "", parts.port or 0)
        key = emulator.endpoints.identity_exposure.api_key
        head = f"GET /api/users/whoami HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n\r\n"
        with socket.create_connection(address, PATIENCE) as connection:
            interval = sys.getswitchinterval()
            sys.setswitchinterval(PATIENCE)
            try:
                met = emulator.faults.add(Fault.extra_fields())
                connection.sendall(head.encode())
                # This thread never gives the interpreter away, nor waits.
                while not met.happened:
                    pass
            finally:
                sys.setswitchinterval(interval)
            assert connection.recv(12) == b"HTTP/1.1 200"


def test_threads_can_share_one() -> None:
    with Emulator() as emulator:
        threads = [threading.Thread(target=lambda: [ask(emulator) for _ in range(5)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [entry.sequence for entry in emulator.journal] == list(range(1, 41))


def test_tls_is_verified_with_the_authority_of_the_run() -> None:
    with Emulator(tls=True) as emulator:
        assert emulator.ca_file is not None
        assert emulator.ca_file.read_text() == emulator.ca_pem
        assert all(url.startswith("https://") for url in urls(emulator)[:3])
        assert ask(emulator)
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(urls(emulator)[0], timeout=PATIENCE)
    assert not emulator.ca_file.exists()
    with Emulator() as emulator:
        assert emulator.ca_file is None
        assert emulator.ca_pem is None


def test_client_certificates_are_of_the_same_authority() -> None:
    with Emulator(tls=True) as emulator:
        certificate = emulator.client_certificate("avery")
        assert certificate.certificate_pem.startswith("-----BEGIN CERTIFICATE-----")
        assert certificate.private_key_pem.startswith("-----BEGIN PRIVATE KEY-----")
        assert re.fullmatch("[0-9a-f]{64}", certificate.fingerprint)
        assert certificate.private_key_pem not in repr(certificate)


def test_the_state_outlives_it_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    with Emulator(state=file) as emulator:
        key = emulator.endpoints.identity_exposure.api_key
        body = {"name": "Ann", "email": "ann@example.com", "password": "Violet-Harbor-42"}
        ask(emulator, "/api/users", "POST", [body])
        with pytest.raises(EmulatorError, match=r"did not start: the state file .* is in use by another emulator"):
            Emulator(state=str(file)).start()
    # It is free at once.
    with Emulator(state=str(file)) as emulator:
        assert emulator.endpoints.identity_exposure.api_key == key
        assert "ann@example.com" in [user["email"] for user in ask(emulator, "/api/users")]
        emulator.reset()
        assert "ann@example.com" not in [user["email"] for user in ask(emulator, "/api/users")]


def test_a_state_file_that_is_none_is_refused_and_left(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text("not a state")
    emulator = Emulator(state=file)
    with pytest.raises(EmulatorError, match=r"did not start: the state file .* is not usable and was left untouched"):
        emulator.start()
    assert file.read_text() == "not a state"
    # A start that failed can be tried again.
    file.unlink()
    with emulator:
        assert emulator.running


@pytest.mark.parametrize("key", ["a-key-for-scripts", Secret("a-key-for-scripts")])
def test_the_administrators_key_can_be_chosen(key: str | Secret) -> None:
    with Emulator(api_key=key) as emulator:
        assert emulator.endpoints.identity_exposure.api_key == "a-key-for-scripts"
        assert ask(emulator)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"rules": {"ie.duplicate_emial": 400}}, "there is no rule 'ie.duplicate_emial'; did you mean ie.duplicate_email"),
        ({"rules": {"x": 400}}, r"there is no rule 'x'; tenable_api.testing.rules\(\) lists them"),
        ({"rules": {"ie.duplicate_email": 418}}, "rule ie.duplicate_email cannot be set to 418; its outcomes are: 409, 400"),
        ({"now": datetime(2026, 1, 1)}, "has no time zone"),
        ({"now": datetime(1969, 1, 1, tzinfo=timezone.utc)}, "is before the year 1970"),
    ],
)
def test_what_cannot_be_is_refused_before_the_start(arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Emulator(**arguments)


def test_is_closed_when_it_is_collected() -> None:
    emulator = Emulator(tls=True).start()
    addresses, ca_file = urls(emulator), emulator.ca_file
    assert ca_file is not None
    with pytest.warns(ResourceWarning, match="an Emulator was not closed"):
        del emulator
        gc.collect()
    assert not any(accepts(url) for url in addresses)
    assert not ca_file.exists()


@pytest.mark.filterwarnings("error")
def test_does_not_complain_where_it_was_closed_or_never_started() -> None:
    emulator = Emulator().start()
    emulator.close()
    del emulator
    Emulator()
    gc.collect()


def test_is_closed_when_the_interpreter_ends() -> None:
    program = "from tenable_api.testing import Emulator; print((emulator := Emulator(tls=True).start()).ca_file)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert ended.stdout.endswith(".pem\n")
    assert not Path(ended.stdout.strip()).exists()


def test_neither_copies_nor_pickles() -> None:
    with Emulator() as emulator:
        for act in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match=r"give its environment\(\) to another process"):
                act(emulator)


def test_shows_where_it_is_and_no_secret() -> None:
    emulator = Emulator(api_key="sentinel-key")
    assert repr(emulator) == "<Emulator, not started>"
    with emulator:
        assert all(url in repr(emulator) for url in urls(emulator)[:3])
        where = emulator.endpoints
        secrets = [
            where.identity_exposure.api_key,
            where.security_center.manager.access_key,
            where.security_center.manager.secret_key,
            where.security_center.administrator.secret_key,
            where.vulnerability_management.secret_key,
            where.control.token,
            where.identity_exposure.seed_password,
            where.vulnerability_management.seed_password,
        ]
        text = repr(emulator) + repr(where) + str(emulator.journal) + repr(emulator.journal)
        assert not any(secret in text for secret in secrets)
    assert repr(emulator) == "<Emulator, closed>"


FORKING = """
import gc, os, sys, warnings
from tenable_api.testing import Emulator, EmulatorError, Fault

warnings.simplefilter("error", ResourceWarning)
emulator = Emulator(tls=True).start()
child = os.fork()
if child == 0:
    uses = [lambda: emulator.journal[0], lambda: emulator.faults.add(Fault.reset()), lambda: emulator.clock.now(), emulator.reset]
    for use in uses:
        try:
            use()
        except EmulatorError as error:
            assert "forked" in str(error), error
        else:
            raise SystemExit("a fork steered the emulator")
    assert not emulator.running
    emulator.close()
    emulator = None
    gc.collect()
    sys.exit(42)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 42, status
assert emulator.running and emulator.ca_file.exists()
assert len(emulator.journal) == 0
emulator.close()
print("fine")
"""


if hasattr(os, "fork"):

    def test_a_fork_leaves_it_alone() -> None:
        """In a program of its own: the tests' process has threads that a fork is not to be made from."""
        command = [sys.executable, "-c", FORKING]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert (ended.returncode, ended.stdout) == (0, "fine\n"), ended.stderr


def test_a_seed_repeats_what_is_random() -> None:
    def run(seed: int | None) -> dict[str, Any]:
        with Emulator(seed=seed, now=START) as emulator, emulator.identity_exposure() as tie:
            tie.users.create("Ann", "ann@example.com", "Violet-Harbor-42")
            with emulator.vulnerability_management(user=2223306) as vm:
                vm.users.list()
            return {**emulator.state(), "environment": [v for k, v in emulator.environment().items() if "KEY" in k]}

    once, again, other, random = run(7), run(7), run(8), run(None)
    assert once == again
    for name, state in once.items():
        assert state != other[name] and state != random[name], name
    assert run(0) == run(0) and run(2**64 - 1) == run(2**64 - 1)
    for wrong in (-1, 2**64):
        with pytest.raises(ValueError, match="is not a number from 0 to"):
            Emulator(seed=wrong)


def test_a_subprocess_reaches_it() -> None:
    program = """
import os, urllib.request
request = urllib.request.Request(os.environ["TIE_URL"] + "/api/users/whoami", headers={"X-API-Key": os.environ["TIE_API_KEY"]})
print(urllib.request.urlopen(request).status)
"""
    with Emulator(tls=True) as emulator:
        variables = {**os.environ, "HTTPS_PROXY": "http://proxy.invalid:3128", **emulator.environment()}
        command = [sys.executable, "-c", program]
        ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert ended.stdout == "200\n", ended.stderr


def test_the_environment_names_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "example.com")
    with Emulator() as emulator:
        where = emulator.endpoints
        variables = {
            "TIE_URL": where.identity_exposure.url,
            "TIE_API_KEY": where.identity_exposure.api_key,
            "TSC_URL": where.security_center.url,
            "TSC_ACCESS_KEY": where.security_center.manager.access_key,
            "TSC_SECRET_KEY": where.security_center.manager.secret_key,
            "TIO_URL": where.vulnerability_management.url,
            "TIO_ACCESS_KEY": where.vulnerability_management.access_key,
            "TIO_SECRET_KEY": where.vulnerability_management.secret_key,
            "NO_PROXY": "example.com,127.0.0.1",
            "no_proxy": "example.com,127.0.0.1",
        }
        assert emulator.environment() == variables
        administrator = where.security_center.administrator
        keys = {"TSC_ACCESS_KEY": administrator.access_key, "TSC_SECRET_KEY": administrator.secret_key}
        assert emulator.environment(administrator=True) == variables | keys
    with Emulator(tls=True) as emulator:
        ca_file = str(emulator.ca_file)
        assert {"SSL_CERT_FILE": ca_file, "REQUESTS_CA_BUNDLE": ca_file}.items() <= emulator.environment().items()


def test_all_that_is_offered_is_there() -> None:
    assert {*testing.__all__} <= {*dir(testing)}
    for name in testing.__all__:
        assert getattr(testing, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Emulatr'"):
        getattr(testing, "Emulatr")
