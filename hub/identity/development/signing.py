"""The signing keys of the development issuer: made at first start, kept in the data folder for its owner alone."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, Final

from joserfc.jwk import RSAKey

from hub.identity.issuers import IssuerKind

ALGORITHM: Final = "RS256"
_FOLDER: Final = "development-issuer"
_KEY_BITS: Final = 2048


class KeyFileExposed(RuntimeError):
    """A signing key can be read by others than its owner."""


def signing_keys(data: Path) -> dict[IssuerKind, RSAKey]:
    """One key for each issuer, so that none can sign in another's name."""
    folder = data / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {kind: _key(folder / f"{kind.lower()}.json") for kind in IssuerKind}


def public_set(key: RSAKey) -> dict[str, Any]:
    return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}]}


def _key(path: Path) -> RSAKey:
    if not path.exists():
        _write(path, RSAKey.generate_key(_KEY_BITS, auto_kid=True))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileExposed(f"{path.name} must be readable by its owner alone (chmod 600)")
    return RSAKey.import_key(json.loads(path.read_text(encoding="utf-8")))


def _write(path: Path, key: RSAKey) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(key.as_dict(private=True), file)
    unfinished.replace(path)
