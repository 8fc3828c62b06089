"""The data folder: who owns it, what lies where, and a socket path that is short enough."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hub.store.embedded.account import Account
from hub.store.roles import new_passwords

PORT = 5432
# The shortest limit of the systems that the server runs on (macOS: 104 with the closing zero; Linux: 108).
_LONGEST_SOCKET = 103
_PRIVATE = 0o700


class FolderRefused(RuntimeError):
    """The data folder is not one that Bofast may take over."""


class DataFolder:
    """The folder under which the embedded server keeps everything."""

    def __init__(self, path: Path, account: Account) -> None:
        self.path = path.expanduser().resolve()
        self.cluster = self.path / "postgres"
        self.log = self.path / "postgres.log"
        self._run = self.path / "run"
        self._passwords = self.path / "roles.json"
        self._account = account

    def prepare(self) -> None:
        """Make the folder, 0700. Owned by the account of the server, which could not reach its cluster otherwise."""
        self._refuse_foreign()
        self.path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        self.path.chmod(_PRIVATE)
        self._account.own(self.path)
        self._account.let_through(self.path)

    @contextmanager
    def locked(self) -> Generator[None]:
        """Only one process at a time starts or stops the server."""
        with (self.path / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def passwords(self) -> dict[str, str]:
        """The passwords of the roles, made on first use."""
        if not self._passwords.exists():
            unfinished = self._passwords.with_suffix(".new")
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(new_passwords(), file)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._passwords)
        return dict(json.loads(self._passwords.read_text()))

    def socket_folder(self) -> Path:
        """Where the socket is, or is to be."""
        return self._run.resolve()

    def make_socket_folder(self) -> Path:
        """A private folder for the socket of a server that is about to start."""
        self.remove_socket_folder()
        if len(os.fsencode(self._run / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET:
            self._run.mkdir(mode=_PRIVATE)
        else:
            self._run.symlink_to(tempfile.mkdtemp(prefix="bofast-", dir="/tmp"))
        self._account.own(self.socket_folder())
        return self.socket_folder()

    def remove_socket_folder(self) -> None:
        """Take away the socket of a server that no longer runs."""
        shutil.rmtree(self.socket_folder(), ignore_errors=True)
        if self._run.is_symlink():
            self._run.unlink()

    def _refuse_foreign(self) -> None:
        """A folder in use for something else would be closed to its users."""
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise FolderRefused(f"{self.path} is not a folder")
        is_private = self.path.stat().st_mode & 0o777 == _PRIVATE
        if not is_private and any(self.path.iterdir()):
            raise FolderRefused(f"{self.path} holds something else. Name a folder that is new or empty.")
