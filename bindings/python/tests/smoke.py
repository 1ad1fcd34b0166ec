"""The least that must work on every Python, with nothing installed but the wheel: plain statements, for there is no pytest.

`clean_environment.py` runs it. It prints which Python it ran on.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.metadata
import os
import pickle
import pkgutil
import platform
import sys
import threading
import warnings


def check_import_starts_nothing() -> None:
    before = set(sys.modules)
    with warnings.catch_warnings():
        # A build for tests says that it is one.
        warnings.filterwarnings("ignore", message="tenable_api is a debug build", category=RuntimeWarning)
        from tenable_api import __version__

    assert __version__ == importlib.metadata.version("tenable-api")
    for module in ("asyncio", "ssl", "logging", "tenable_api.testing", "tenable_api.compat", "tenable_api.directory"):
        assert module in before or module not in sys.modules, f"the import brings {module}"
    assert threading.active_count() == 1
    if os.path.isdir("/proc/self/task"):
        # Those of the native module as well.
        assert len(os.listdir("/proc/self/task")) == 1


def check_it_needs_nothing() -> None:
    assert importlib.metadata.requires("tenable-api") is None
    import tenable_api

    for module in pkgutil.walk_packages(tenable_api.__path__, "tenable_api."):
        # The plugin is imported by pytest, and a program starts when it is imported.
        if module.name.endswith((".pytest_plugin", ".__main__")):
            continue
        importlib.import_module(module.name)


def check_a_day_at_work() -> None:
    from tenable_api import NotFoundError
    from tenable_api.testing import Emulator

    with Emulator() as emulator, emulator.identity_exposure() as tie:
        ann = tie.users.create("Ann", "ann@example.com", "Violet-Harbor-42", surname="Lee")
        assert tie.users.details(ann.id) == ann
        assert pickle.loads(pickle.dumps(ann)) == ann
        assert ann.surname == "Lee" and "Ann" in repr(ann) and "Violet" not in repr(ann)
        assert ann in tie.users.list()
        tie.users.delete(ann.id)
        try:
            tie.users.details(ann.id)
        except NotFoundError as error:
            assert error.status == 404 and isinstance(error, LookupError)
        else:
            raise AssertionError("Ann is still there")


async def check_a_day_at_work_async() -> None:
    from tenable_api.testing import Emulator

    async with Emulator() as emulator, emulator.async_identity_exposure() as tie:
        names = ["Ann", "Bo", "Cy"]
        created = await asyncio.gather(
            *(tie.users.create(name, f"{name}@example.com", "Violet-Harbor-42") for name in names)
        )
        assert [user.name for user in created] == names
        listed = [user.id async for user in tie.users.iterate()]
        assert {user.id for user in created} <= set(listed)


def check_sub_interpreters_are_refused() -> None:
    """State of the native module is one for the process, and says so instead of failing later."""
    refused = "try:\n    import tenable_api._native\nexcept ImportError:\n    pass\nelse:\n    raise SystemError('imported')\n"
    import tenable_api._native  # noqa: F401

    if sys.version_info >= (3, 13):
        interpreters = importlib.import_module("_interpreters")
        for kind in ("legacy", "isolated"):
            interpreter = interpreters.create(kind)
            problem = interpreters.exec(interpreter, refused)
            assert problem is None, f"{kind}: {problem}"
            interpreters.destroy(interpreter)
    else:
        interpreters = importlib.import_module("_xxsubinterpreters")
        # Before 3.12 what is isolated shares the lock as well.
        for isolated in (False, True):
            interpreter = interpreters.create(isolated=isolated)
            interpreters.run_string(interpreter, refused)
            interpreters.destroy(interpreter)


def main() -> None:
    check_import_starts_nothing()
    check_a_day_at_work()
    asyncio.run(check_a_day_at_work_async())
    check_sub_interpreters_are_refused()
    # Last: what it imports is no longer new to the others.
    check_it_needs_nothing()
    print(f"{platform.python_implementation()} {platform.python_version()}")


if __name__ == "__main__":
    main()
