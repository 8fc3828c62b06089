"""The system account that the server runs as. PostgreSQL refuses to run as root, so root lends it another account."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NAME = "bofast"
_TRAVERSE = 0o001
_READ = 0o004


class NoAccount(RuntimeError):
    """The database server needs a system account with a name, and root cannot be it. Run as an ordinary user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who the server runs as, and who may be its superuser over the socket."""

    name: str
    uid: int
    gid: int
    is_lent: bool

    @property
    def administrators(self) -> tuple[str, ...]:
        """System accounts that the server lets in as superuser."""
        return (self.name, "root") if self.is_lent else (self.name,)

    def process_options(self) -> dict[str, object]:
        """What makes a child process run as this account, with no group of root's left."""
        return {"user": self.uid, "group": self.gid, "extra_groups": [self.gid]} if self.is_lent else {}

    def own(self, path: Path) -> None:
        """Hand the path to the account."""
        if self.is_lent:
            os.chown(path, self.uid, self.gid)

    def let_through(self, path: Path) -> None:
        """Let the account pass the folders above `path`: traverse only, and only where it cannot do so yet."""
        if not self.is_lent:
            return
        for folder in path.resolve().parents:
            status = folder.stat()
            if status.st_uid != self.uid and not status.st_mode & _TRAVERSE:
                folder.chmod(status.st_mode & 0o7777 | _TRAVERSE)

    def let_read(self, tree: Path) -> None:
        """Let the account read and run what lies under `tree`, which was perhaps installed for root only."""
        if self.is_lent and not _is_open(tree / "bin" / "postgres"):
            for path in (tree, *_below(tree)):
                mode = path.stat().st_mode & 0o7777
                path.chmod(mode | _READ | (_TRAVERSE if path.is_dir() or mode & 0o100 else 0))


def server_account() -> Account:
    """The present account, or for root the one that is lent."""
    if os.geteuid() != 0:
        try:
            own = pwd.getpwuid(os.geteuid())
        except KeyError:
            # A bare number, as a container may be given: initdb would not take it either.
            raise NoAccount(NoAccount.__doc__) from None
        return Account(name=own.pw_name, uid=own.pw_uid, gid=own.pw_gid, is_lent=False)
    entry = _find() or _create()
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, is_lent=True)


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(_NAME)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    command = shutil.which("useradd")
    if command is None:
        raise NoAccount(NoAccount.__doc__)
    options = (
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
    )
    made = subprocess.run((command, *options, _NAME), check=False, capture_output=True)  # noqa: S603 -- fixed words only
    entry = _find()  # Another process may have made it meanwhile: what counts is that it is there.
    if entry is None:
        raise NoAccount(f"{NoAccount.__doc__} (useradd ended with {made.returncode})")
    return entry


def _is_open(path: Path) -> bool:
    return path.stat().st_mode & (_READ | _TRAVERSE) == _READ | _TRAVERSE


def _below(tree: Path) -> Iterator[Path]:
    return (path for path in tree.rglob("*") if not path.is_symlink())
