"""Packs a folder so that the same files make the same archive, wherever and whenever it is packed.

usage: archive.py FOLDER ARCHIVE tar.gz|zip TIME

The time is in seconds since 1970, and that of every file. What has no ending or is an .exe can be started.
"""

from __future__ import annotations

import gzip
import sys
import tarfile
import time
import zipfile
from pathlib import Path

DOCUMENTS = {"LICENSE-MIT", "LICENSE-APACHE", "_tenable"}


def mode(path: Path) -> int:
    return 0o755 if path.suffix in {"", ".exe"} and path.name not in DOCUMENTS else 0o644


def tar(files: list[tuple[str, Path]], archive: Path, seconds: int) -> None:
    # The name and the time in the header of gzip would tell of this run.
    with archive.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as whole:
            for name, path in files:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mtime, entry.mode = path.stat().st_size, seconds, mode(path)
                with path.open("rb") as content:
                    whole.addfile(entry, content)


def zipped(files: list[tuple[str, Path]], archive: Path, seconds: int) -> None:
    moment = time.gmtime(seconds)[:6]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as whole:
        for name, path in files:
            entry = zipfile.ZipInfo(name, moment)
            # Not the system that it is packed on: Unix, for the sake of the mode.
            entry.create_system, entry.external_attr = 3, mode(path) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(entry, path.read_bytes())


def main(folder: Path, archive: Path, kind: str, seconds: int) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [(path.relative_to(folder.parent).as_posix(), path) for path in paths]
    files.sort()
    (zipped if kind == "zip" else tar)(files, archive, seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
