"""`bofast webhook`: the signature of a call, verified as a receiver would."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from hub.cli.output import Exit, fail, out
from hub.events.webhooks.secrets import key_of
from hub.events.webhooks.signature import SignatureRefused, verify


def verify_call(headers: Path, body: str, secret: Path, tolerance: int) -> None:
    stated = dict(_header(line) for line in _read(headers).decode("latin-1").splitlines() if ":" in line)
    try:
        message = verify(stated, _body(body), _secret(secret), now=time.time(), tolerance=tolerance)
    except SignatureRefused as refusal:
        fail(f"Not genuine: {refusal}.")
    out.print(f"Genuine. Its id, the same however often it is sent: {message}", markup=False)


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _body(body: str) -> bytes:
    return sys.stdin.buffer.read() if body == "-" else _read(Path(body))


def _secret(path: Path) -> str:
    secret = _read(path).decode("latin-1").strip()
    try:
        key_of(secret)
    except ValueError:
        fail(f"{path} holds no secret.", Exit.USAGE, hint="It begins with whsec_, as registerWebhook gave it.")
    return secret


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fail(f"{path} cannot be read ({type(error).__name__}).", Exit.USAGE)
