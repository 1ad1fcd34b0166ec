"""The pytest plugin, as it works in somebody else's tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def elsewhere(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with tests of its own, which finds the plugin by its entry point alone."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


def test_fixtures_come_with_the_package(elsewhere: pytest.Pytester) -> None:
    elsewhere.makepyfile(
        """
        from tenable_api.testing import Emulator

        seen = []

        def test_has_one(tenable_emulator):
            assert isinstance(tenable_emulator, Emulator)
            assert tenable_emulator.running
            seen.append(tenable_emulator)

        def test_has_another(tenable_emulator):
            assert tenable_emulator is not seen[0]
            assert not seen[0].running
        """
    )
    elsewhere.runpytest("-W", "error").assert_outcomes(passed=2)


def test_the_environment_leads_to_the_emulator(elsewhere: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIE_URL", "https://of-the-caller.example")
    elsewhere.makepyfile(
        """
        import os

        def test_environment(tenable_emulator_environment, tenable_emulator):
            assert tenable_emulator_environment is tenable_emulator
            assert os.environ["TIE_URL"] == tenable_emulator.endpoints.identity_exposure.url
            assert tenable_emulator.environment().items() <= os.environ.items()

        def test_is_back():
            assert os.environ["TIE_URL"] == "https://of-the-caller.example"
        """
    )
    elsewhere.runpytest().assert_outcomes(passed=2)


def test_the_marker_gives_the_emulator_its_options(elsewhere: pytest.Pytester) -> None:
    elsewhere.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.tenable_emulator(tls=True, rules={"ie.duplicate_email": 400})

        def test_of_the_module(tenable_emulator):
            assert tenable_emulator.ca_file.exists()
            assert tenable_emulator.rules["ie.duplicate_email"] == "400"

        @pytest.mark.tenable_emulator(tls=False, api_key="mine")
        def test_of_its_own(tenable_emulator):
            assert tenable_emulator.ca_file is None
            assert tenable_emulator.endpoints.identity_exposure.api_key == "mine"
            assert tenable_emulator.rules["ie.duplicate_email"] == "400"
        """
    )
    elsewhere.runpytest("--strict-markers", "-W", "error").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("rules={'ie.duplicate_emial': 400}", "*does not fit: there is no rule 'ie.duplicate_emial'; did you mean*"),
        ("tsl=True", "*does not fit: *unexpected keyword argument 'tsl'*"),
        ("True", "*takes keyword arguments only*"),
    ],
)
def test_a_marker_that_does_not_fit_is_an_error_without_a_traceback(elsewhere: pytest.Pytester, options: str, text: str) -> None:
    elsewhere.makepyfile(
        f"""
        import pytest

        @pytest.mark.tenable_emulator({options})
        def test_nothing(tenable_emulator):
            pass
        """
    )
    result = elsewhere.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([text])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_failure_shows_the_requests(elsewhere: pytest.Pytester) -> None:
    elsewhere.makepyfile(
        """
        import urllib.request
        import pytest

        def ask(emulator):
            url = emulator.endpoints.identity_exposure.url + "/api/nonsense"
            with pytest.raises(OSError):
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url)

        def test_fails(tenable_emulator):
            ask(tenable_emulator)
            assert False

        def test_fails_before_the_first(tenable_emulator):
            assert False

        def test_passes(tenable_emulator):
            ask(tenable_emulator)

        def test_is_skipped(tenable_emulator):
            pytest.skip()

        def test_has_none():
            assert False
        """
    )
    result = elsewhere.runpytest("-rP")
    result.assert_outcomes(failed=3, passed=1, skipped=1)
    title = "*Captured requests to tenable_emulator call*"
    result.stdout.fnmatch_lines(["*_ test_fails _*", title, "1 identity_exposure: GET /api/nonsense -> 404, unknown request"])
    result.stdout.fnmatch_lines(["*_ test_fails_before_the_first _*", title, "none"])
    assert sum("Captured requests" in line for line in result.outlines) == 2


def test_an_emulator_that_does_not_stop_in_the_test_is_ended_with_it(elsewhere: pytest.Pytester) -> None:
    elsewhere.makepyfile(
        """
        def test_closes_it(tenable_emulator):
            tenable_emulator.close()
        """
    )
    elsewhere.runpytest("-W", "error").assert_outcomes(passed=1)


def test_the_fixtures_and_the_marker_are_listed(elsewhere: pytest.Pytester) -> None:
    listed = elsewhere.runpytest("--fixtures").stdout.str()
    fixtures = [line.split(" ")[0] for line in listed.splitlines() if "tenable_api/testing" in line]
    assert fixtures == [
        "tenable_emulator",
        "tenable_emulator_environment",
        "tenable_identity_exposure",
        "tenable_security_center",
        "tenable_security_center_administrator",
        "tenable_vulnerability_management",
    ]
    elsewhere.runpytest("--markers").stdout.fnmatch_lines(["@pytest.mark.tenable_emulator(*"])


def test_can_be_named_where_plugins_are_not_found(elsewhere: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    elsewhere.makepyfile("def test_nothing(tenable_emulator): assert tenable_emulator.running")
    elsewhere.runpytest_subprocess().assert_outcomes(errors=1)
    elsewhere.runpytest_subprocess("-p", "tenable_api.testing.pytest_plugin").assert_outcomes(passed=1)


def test_costs_next_to_nothing_where_it_is_not_used() -> None:
    """It is imported at every start of pytest, in every project that has the package installed."""
    program = """
import sys, pytest
before = set(sys.modules)
import tenable_api.testing.pytest_plugin
print(*sorted(set(sys.modules) - before))
"""
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["tenable_api", "tenable_api.testing", "tenable_api.testing.pytest_plugin"]
