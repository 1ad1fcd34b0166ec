"""Client certificates in other forms as the PEM files that the SDK reads, as long as they are needed."""

from __future__ import annotations

import importlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ._errors import UnexpectedValueError

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)


@contextmanager
def from_pkcs12(path: Any, password: Any) -> Iterator[tuple[str, str]]:
    """The paths of a certificate with its chain, and of its key, out of a PKCS #12 file. They are gone afterwards.

    Args:
        path: The PKCS #12 file.
        password: What it is encrypted with.

    Raises:
        ModuleNotFoundError: The package `cryptography` is not installed.
        UnexpectedValueError: The password is wrong, or the file is no such file, or lacks one of the two.
    """
    try:
        serialization: Any = importlib.import_module("cryptography.hazmat.primitives.serialization")
        pkcs12: Any = importlib.import_module("cryptography.hazmat.primitives.serialization.pkcs12")
    except ImportError:
        raise ModuleNotFoundError(
            "p12_cert takes the package cryptography: pip install cryptography", name="cryptography"
        ) from None
    text = password.reveal() if hasattr(password, "reveal") else password
    with open(path, "rb") as file:
        content = file.read()
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(content, None if text is None else str(text).encode())
    except ValueError:
        # Its own text may tell of the password.
        raise UnexpectedValueError(f"p12_cert: {os.fspath(path)} is no PKCS #12 file, or password is not its password") from None
    if key is None or certificate is None:
        raise UnexpectedValueError(f"p12_cert: {os.fspath(path)} lacks the certificate or its key")
    pem = serialization.Encoding.PEM
    public = b"".join(one.public_bytes(pem) for one in (certificate, *chain))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with _files(public, private) as found:
        yield found


@contextmanager
def from_one_file(path: Any) -> Iterator[tuple[str, str]]:
    """The paths of a certificate with its chain, and of its key, out of one PEM file that holds both. They are gone afterwards."""
    with open(path, "rb") as file:
        blocks = [(found.group(1), found.group(0) + b"\n") for found in _BLOCK.finditer(file.read())]
    certificates = b"".join(block for kind, block in blocks if kind.endswith(b"CERTIFICATE"))
    keys = b"".join(block for kind, block in blocks if kind.endswith(b"PRIVATE KEY"))
    if not certificates or not keys:
        lacking = "the private key" if certificates else "the certificate"
        raise UnexpectedValueError(
            f"cert: {os.fspath(path)} lacks {lacking}; give the paths of both, or of one PEM file with both"
        )
    with _files(certificates, keys) as found:
        yield found


@contextmanager
def _files(certificate: bytes, key: bytes) -> Iterator[tuple[str, str]]:
    # A folder of one's own is readable by its owner alone.
    with tempfile.TemporaryDirectory() as folder:
        paths = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
        for path, content in zip(paths, (certificate, key), strict=True):
            with open(path, "wb") as file:
                file.write(content)
        yield paths
