"""What the README files and the book have typed at a terminal does what they show.

A `console` block has commands after `$ `, and below each what it says. The commands of one document run in order in one shell, in an empty
folder, with the variables of an emulator; what the page exports of these is left out, as it would lead to a server of the reader's. Of
what is shown,

* nothing below a command says that it works, and not what it says;
* a line `...` stands for any lines, and `…` for anything within a line;
* a command that ends with another code than 0 says so in a comment (`# exit code 6`), or is followed by `$ echo $?`.

With `BLESS_DOCUMENTS` set, which is what `cargo xtask docs --bless` does, what is shown is written anew instead of compared.
"""

from __future__ import annotations

import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pytest

from conftest import PATIENCE, Emulator
from fenced_blocks import BLESS, OF_THE_WORKSPACE, Block, blocks, documents, name

MARK = "--- end of a command:"
WIDTH = 110


@dataclass
class Command:
    """A command of a page, what the page shows below it, and what came of it."""

    text: str
    shown: list[str]
    block: Block
    said: list[str]
    code: int = -1

    @property
    def announced(self) -> list[int]:
        """The exit codes that its comment names."""
        return [int(code) for code in re.findall(r"\d+", self.text.partition("# ")[2].partition("exit code")[2])]


def commands(block: Block) -> list[Command]:
    found: list[Command] = []
    lines = iter(block.text.splitlines())
    for line in lines:
        if line.startswith("$ "):
            text = line[2:]
            while text.endswith("\\"):
                text += "\n" + next(lines)
            found.append(Command(text, [], block, []))
        elif found:
            found[-1].shown.append(line)
        else:
            assert not line, f"a console block begins with a command, and not with {line!r}"
    for command in found:
        while command.shown and not command.shown[-1]:
            command.shown.pop()
    return found


def terminal(document: Path) -> list[Block]:
    found = [block for block in blocks(document) if block.language == "console"]
    return [block for block in found if not block.said("not run") and not block.said("tour")]


def with_terminal() -> list[Path]:
    return [path for path in documents() if name(path) not in OF_THE_WORKSPACE and terminal(path)]


def without_exports(text: str, variables: dict[str, str]) -> str:
    """The command without the exports of these variables."""
    if not text.startswith("export "):
        return text
    words = shlex.split(text, comments=True)[1:]
    kept = [word for word in words if word.partition("=")[0] not in variables]
    if kept == words:
        return text
    return "export " + " ".join(map(shlex.quote, kept)) if kept else ":"


def script(document: Path, variables: dict[str, str]) -> tuple[str, list[Command]]:
    """The shell script of the page, and the commands whose ends it marks."""
    steps = ["code=0"]
    shown: list[Command] = []
    of_terminal = terminal(document)
    for block in blocks(document):
        steps += [f"{{ {text}\n}} || exit 90" for text in block.said("prepare")]
        if block not in of_terminal:
            continue
        for command in commands(block):
            text = without_exports(command.text, variables)
            # Errors come after the result, as standard output alone is a terminal.
            steps.append(f"(exit $code)\n{{ {text}\n}} 2>\"$ERRORS\"\ncode=$?\ncat \"$ERRORS\"\nprintf '\\n%s %s\\n' '{MARK}' $code")
            shown.append(command)
    return "\n".join(steps) + "\n", shown


def run(text: str, environment: dict[str, str], folder: Path) -> str:
    """What the shell says on a terminal, without its carriage returns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, WIDTH, 0, 0))
    with subprocess.Popen(
        ["sh", "-c", text], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment, cwd=folder
    ) as process:
        os.close(theirs)
        watchdog = threading.Timer(4 * PATIENCE, process.kill)
        watchdog.start()
        said = bytearray()
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:
            # Linux says so when nobody writes any more.
            pass
        process.wait()
        watchdog.cancel()
        os.close(ours)
    assert process.returncode != 90, f"what a page prepares failed:\n{said.decode()}"
    return said.decode().replace("\r\n", "\n")


def matches(shown: list[str], said: list[str]) -> bool:
    def line(text: str) -> str:
        return ".*".join(map(re.escape, text.split("…")))

    pattern = "".join(r"(?:.*\n)*" if text == "..." else line(text) + r"\n" for text in shown)
    return re.fullmatch(pattern, "".join(text + "\n" for text in said)) is not None


def blessed(document: Path, ran: list[Command]) -> None:
    """Writes into the document what its commands said, where it shows that."""
    text = document.read_text(encoding="utf-8")
    for block in reversed(terminal(document)):
        anew = ""
        for command in (command for command in ran if command.block == block):
            shown = command.said if command.shown else []
            if matches(command.shown, command.said):
                shown = command.shown
            anew += "\n".join([f"$ {command.text}", *shown, ""])
        begin, end = block.span
        text = text[:begin] + anew + text[end:]
    document.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("document", with_terminal(), ids=name)
def test_commands_do_what_the_page_shows(document: Path, start_emulator: Callable[..., Emulator], tmp_path: Path) -> None:
    variables = start_emulator().environment()
    programs, home, folder = tmp_path / "bin", tmp_path / "home", tmp_path / "page"
    for made in (programs, home, folder):
        made.mkdir()
    (programs / "tenable").symlink_to(os.environ["TENABLE_BIN"])
    python = Path(sys.executable).parent
    environment = {
        **variables,
        "HOME": str(home),
        "PATH": os.pathsep.join([str(programs), str(python), "/usr/local/bin", "/usr/bin", "/bin"]),
        "ERRORS": str(tmp_path / "errors"),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore:tenable_api is a debug build:RuntimeWarning",
        "NO_PROXY": "127.0.0.1,localhost",
        # Plugins of other packages take seconds to load.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "tenable_api.testing.pytest_plugin",
    }
    for block in blocks(document):
        for file in block.said("file"):
            (folder / file).write_text(block.text, encoding="utf-8")
    text, ran = script(document, variables)
    said = run(text, environment, folder)
    parts = re.split(rf"^{MARK} (\d+)\n", said, flags=re.MULTILINE)
    for command, output, code in zip(ran, parts[:-1:2], parts[1::2], strict=True):
        command.code = int(code)
        command.said = [line.rstrip() for line in output.rstrip("\n").splitlines()]
    for command, after in zip(ran, [*ran[1:], None], strict=True):
        tells = (after is not None and after.text == "echo $?") or command.code in command.announced
        assert command.code == 0 or tells, f"`{command.text}` ended with {command.code}:\n" + "\n".join(command.said)
    if os.environ.get(BLESS):
        blessed(document, ran)
        return
    for command in ran:
        if command.shown and not matches(command.shown, command.said):
            # Compared once more, for pytest shows how they differ.
            assert (command.text, command.said) == (command.text, command.shown)
