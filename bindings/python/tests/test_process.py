"""A good guest in a process: Ctrl-C, fork, threads, imports, logging. Each scene is a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

PASSWORD = "Canary-Harbor-42"


def run(script: str) -> str:
    """What a script prints; it must end well, and soon."""
    result = subprocess.run(
        [sys.executable, "-W", "ignore::RuntimeWarning", "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


if hasattr(os, "fork"):

    def test_a_call_after_a_fork_raises_instead_of_waiting_for_ever() -> None:
        output = run("""
            import os, signal
            from tenable_api.testing import Emulator

            with Emulator() as emulator:
                tie = emulator.identity_exposure()
                tie.users.list()
                child = os.fork()
                if child == 0:
                    signal.alarm(60)
                    try:
                        tie.users.list()
                    except RuntimeError as error:
                        os._exit(0 if "forked" in str(error) and "spawn" in str(error) else 3)
                    os._exit(4)
                print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), len(tie.users.list()))
        """)
        assert output.split() == ["0", "6"]

    def test_a_fork_may_close_what_it_inherited() -> None:
        """Clients of every product, waiting and awaited, with a session that stays open for the parent."""
        output = run("""
            import asyncio, os, signal
            from tenable_api import AsyncSecurityCenter, SecurityCenter
            from tenable_api.testing import Emulator

            with Emulator() as emulator:
                where = emulator.endpoints.security_center
                sign_in = {"url": where.url, "username": "north.manager", "password": where.seed_password, "proxy": None}
                with SecurityCenter(**sign_in) as sc, emulator.identity_exposure() as tie:
                    other = AsyncSecurityCenter(**sign_in)
                    sc.users.list()
                    tie.users.list()
                    before = len(emulator.journal)
                    child = os.fork()
                    if child == 0:
                        signal.alarm(60)
                        status = 3
                        try:
                            for client in (sc, tie):
                                client.close()
                                client.close()
                            asyncio.run(other.close())
                            assert sc.closed and tie.closed and other.closed
                            status = 0
                        finally:
                            os._exit(status)
                    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                    print(ended, len(emulator.journal) - before, len(sc.users.list()) > 1)
        """)
        assert output.split() == ["0", "0", "True"]

    def test_before_the_first_call_a_fork_is_harmless() -> None:
        output = run("""
            import os, signal
            from tenable_api import ConnectError, IdentityExposure

            tie = IdentityExposure("http://127.0.0.1:9", api_key="k", max_attempts=1, proxy=None)
            child = os.fork()
            try:
                tie.users.list()
            except ConnectError:
                pass
            if child == 0:
                os._exit(0)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """)
        assert output.split() == ["0"]


@pytest.mark.parametrize("call", ["tie.users.list()", "list(tie.users.iterate())", "tie.raw('GET', '/api/users')"])
def test_ctrl_c_ends_a_call(call: str) -> None:
    output = run(f"""
        import os, signal, threading, time
        from tenable_api.testing import Emulator, Fault

        with Emulator() as emulator, emulator.identity_exposure(timeout=None, attempt_timeout=None) as tie:
            stalled = emulator.faults.add(Fault.stall())
            pressed = []

            def press():
                while not stalled.happened:
                    pass
                pressed.append(time.monotonic())
                os.kill(os.getpid(), signal.SIGINT)

            threading.Thread(target=press).start()
            try:
                {call}
            except KeyboardInterrupt:
                print("interrupted", time.monotonic() - pressed[0])
            print(len(tie.users.list()))
    """)
    said, seconds, count = output.split()
    assert (said, count) == ("interrupted", "6")
    # A quarter of a second on a machine that has time; this only shows that it does not wait for the server.
    assert float(seconds) < 10


def test_ctrl_c_ends_a_program_of_asyncio() -> None:
    output = run("""
        import asyncio, os, signal
        from tenable_api.testing import Emulator, Fault

        async def main(emulator):
            async with emulator.async_identity_exposure(timeout=None, attempt_timeout=None) as tie:
                stalled = emulator.faults.add(Fault.stall())
                call = asyncio.ensure_future(tie.users.list())
                while not stalled.happened:
                    await asyncio.sleep(0)
                os.kill(os.getpid(), signal.SIGINT)
                await call

        with Emulator() as emulator:
            try:
                asyncio.run(main(emulator))
            except KeyboardInterrupt:
                print("interrupted")
    """)
    assert output.split() == ["interrupted"]


if sys.platform.startswith("linux"):  # where threads can be counted, and authorities are files

    def test_an_import_and_a_client_start_no_thread() -> None:
        output = run("""
            import os, tenable_api
            from tenable_api import IdentityExposure, SecurityCenter, VulnerabilityManagement

            clients = [
                IdentityExposure("https://acme.tenable.example", api_key="k"),
                SecurityCenter("https://sc.example.com", access_key="a", secret_key="s"),
                VulnerabilityManagement("a", "s"),
            ]
            clients[0].close(), clients[2].close()
            print(len(os.listdir("/proc/self/task")))
        """)
        assert output.split() == ["1"]

    def test_authorities_are_read_for_https_only() -> None:
        output = run("""
            import os
            os.environ |= {"SSL_CERT_FILE": "/nowhere/ca.pem", "SSL_CERT_DIR": "/nowhere"}
            from tenable_api import ConfigurationError, IdentityExposure
            from tenable_api.testing import Emulator

            IdentityExposure("http://127.0.0.1:9", api_key="k", proxy=None)
            with Emulator(tls=True) as emulator:
                IdentityExposure("https://acme.tenable.example", api_key="k", only_ca_file=emulator.ca_file)
            try:
                IdentityExposure("https://acme.tenable.example", api_key="k")
            except ConfigurationError as error:
                print("trusted certificates could not be read" in str(error))
        """)
        assert output.split() == ["True"]


def test_an_import_loads_nothing_else() -> None:
    output = run("""
        import sys, tenable_api

        loaded = [name for name in sys.modules if name.startswith("tenable_api.")]
        print(sorted(loaded))
    """)
    assert output.strip() == "[]"


@pytest.mark.parametrize(
    ("client", "module"),
    [
        ("IdentityExposure", "identity_exposure"),
        ("SecurityCenter", "security_center"),
        ("VulnerabilityManagement", "vulnerability_management"),
    ],
)
def test_the_import_of_a_client_loads_little(client: str, module: str) -> None:
    """Neither `typing` nor the native module, nor the calls of any resource."""
    output = run(f"""
        import sys

        before = set(sys.modules)
        from tenable_api import {client}

        loaded = set(sys.modules) - before
        print(*sorted(name for name in loaded if not name.startswith("tenable_api")))
        print(*sorted(name.split(".")[-1] for name in loaded if name.startswith("tenable_api.")))
    """)
    others, ours = output.splitlines()
    assert others in ("__future__", "")
    assert ours.split() == ["_client", "_generated", "_hints", "_values", module]


def test_a_first_call_loads_no_typing() -> None:
    output = run("""
        import sys

        before = set(sys.modules)
        from tenable_api import ConnectError, IdentityExposure

        tie = IdentityExposure("http://127.0.0.1:9", api_key="k", max_attempts=1, proxy=None)
        try:
            tie.users.list()
        except ConnectError:
            print("typing" in set(sys.modules) - before)
    """)
    assert output.split() == ["False"]


def test_logging_is_opt_in_and_holds_no_secret() -> None:
    output = run(f"""
        import io, logging
        from tenable_api import TenableError, enable_logging
        from tenable_api.testing import Emulator, Fault

        lines = io.StringIO()
        logging.basicConfig(stream=lines, level=1, format="%(levelname)s %(name)s %(message)s")
        with Emulator() as emulator, emulator.identity_exposure() as tie:
            tie.users.list()
            assert lines.getvalue() == "", lines.getvalue()
            enable_logging()
            enable_logging()
            tie.users.create("Ann", "ann@example.com", "{PASSWORD}")
            emulator.faults.add(Fault.internal_server_error())
            try:
                tie.users.list()
            except TenableError:
                pass
            text = lines.getvalue()
            assert "{PASSWORD}" not in text
            assert tie.current_api_key.reveal() not in text
            logging.getLogger("tenable_api").setLevel(logging.WARNING)
            lines.truncate(0)
            tie.users.list()
            assert lines.getvalue().strip("\\0") == "", lines.getvalue()
        print(text)
    """)
    assert "tenable_api.tenable_transport" in output
    assert "users.create" in output


def test_a_program_may_end_while_a_call_is_under_way() -> None:
    output = run("""
        import threading
        from tenable_api.testing import Emulator, Fault

        emulator = Emulator().start()
        tie = emulator.identity_exposure(timeout=None, attempt_timeout=None)
        stalled = emulator.faults.add(Fault.stall(), times=None)
        threading.Thread(target=tie.users.list, daemon=True).start()
        while not stalled.happened:
            pass
        print("over")
    """)
    assert output.split() == ["over"]


@pytest.mark.parametrize(
    "call",
    ["await tie.users.list()", "await give_up(tie)", "[asyncio.ensure_future(tie.users.details(1)) for _ in range(40)]"],
    ids=["ended", "cancelled", "under way"],
)
def test_a_program_may_end_right_after_it_awaited(call: str) -> None:
    """Nothing comes to the interpreter when it has ended. A race, so it is tried more than once."""
    for _ in range(8):
        output = run(f"""
            import asyncio
            from tenable_api.testing import Emulator, Fault

            async def give_up(tie):
                emulator.faults.add(Fault.stall(), times=None)
                try:
                    await asyncio.wait_for(tie.users.list(), 0.02)
                except asyncio.TimeoutError:
                    pass

            async def main():
                async with emulator.async_identity_exposure() as tie:
                    {call}
                print("over")

            emulator = Emulator().start()
            asyncio.run(main())
        """)
        assert output.split() == ["over"]


def test_logging_is_switched_on_by_many_threads() -> None:
    output = run("""
        import threading
        import tenable_api

        barrier = threading.Barrier(16)
        def switch_on():
            barrier.wait()
            tenable_api.enable_logging()

        threads = [threading.Thread(target=switch_on) for _ in range(16)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print("on")
    """)
    assert output.split() == ["on"]


def test_a_callback_may_call() -> None:
    output = run("""
        from tenable_api.testing import Emulator

        with Emulator() as emulator, emulator.identity_exposure() as tie:
            counts = []
            asking = tie.with_options(on_response=lambda info: counts.append(len(tie.users.list())))
            asking.roles.list()
            print(counts)
    """)
    assert output.strip() == "[6]"


