"""Unpacks the Chromium that the npm package @sparticuz/chromium carries, so that `start` in the folder starts it.

The package holds the program, the few libraries that it needs beside those of every Linux, and a font, each packed with Brotli.

usage: unpack_chromium.py PACKAGE.tgz INTEGRITY FOLDER
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import brotli

START = """#!/bin/sh
folder=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$folder/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$folder/fonts.conf" XDG_CACHE_HOME="$folder/cache"
exec "$folder/chromium" "$@"
"""

# The fonts of the machine come first. On a machine without any, text would have no size.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
</fontconfig>
"""


def check(package: Path, integrity: str) -> None:
    found = "sha512-" + base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if found != integrity:
        sys.exit(f"{package.name} has {found} and not {integrity}")


def unpacked(packed: IO[bytes]) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    while chunk := packed.read(1 << 20):
        yield decompressor.process(chunk)
    if not decompressor.is_finished():
        sys.exit("the package ends too early")


def main(package: Path, integrity: str, folder: Path) -> None:
    check(package, integrity)
    # Whoever finds the folder finds all of it.
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with tarfile.open(package) as archive:

        def part(name: str) -> IO[bytes]:
            content = archive.extractfile(f"package/bin/{name}.br")
            assert content is not None, f"the package has no {name}"
            return content

        with (unfinished / "chromium").open("wb") as program:
            for chunk in unpacked(part("chromium")):
                program.write(chunk)
        for name in ("al2023.tar", "fonts.tar", "swiftshader.tar"):
            with tarfile.open(fileobj=io.BytesIO(b"".join(unpacked(part(name))))) as inner:
                # Owners of elsewhere do not come along; the first releases of Python 3.10 do not know it.
                if hasattr(tarfile, "data_filter"):
                    inner.extractall(unfinished, filter="data")
                else:
                    inner.extractall(unfinished)
    (unfinished / "chromium").chmod(0o755)
    (unfinished / "fonts.conf").write_text(FONTS, encoding="utf-8")
    (unfinished / "start").write_text(START, encoding="utf-8")
    (unfinished / "start").chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
