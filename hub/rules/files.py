"""Which files make a set of policies and registers, and the digest that names it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hub.gate import PolicyError
from hub.identity.purposes import REGISTERS
from hub.identity.register_files import RegisterError

POLICY: Final = ".cedar"


def read_folder(folder: Path) -> dict[str, str]:
    """The files of a set, by name. Raises `PolicyError` or `RegisterError` where they cannot be read as text."""
    policies = sorted(path.name for path in folder.glob(f"*{POLICY}"))
    if not policies:
        raise PolicyError(f"*{POLICY}", 1, f"there is no policy in {folder}; name a folder that holds them")
    return {name: _read(folder / name) for name in (*policies, *REGISTERS)}


def digest_of(files: Mapping[str, str]) -> str:
    """A name for exactly these files. It rests on nothing else, so that two versions of the program agree on it."""
    content = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode()
            content.update(b"%d:" % len(data) + data)
    return content.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fault = _fault(error)
        if path.suffix == POLICY:
            raise PolicyError(path.name, 1, fault) from None
        raise RegisterError(fault, file=path.name) from None


def _fault(error: OSError | UnicodeDecodeError) -> str:
    match error:
        case FileNotFoundError():
            return "the file is missing; add it"
        case UnicodeDecodeError():
            return "the file is not text in UTF-8; save it as such"
        case _:
            return "the file cannot be read; put its rights in order"
