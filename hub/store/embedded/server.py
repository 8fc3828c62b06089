"""The embedded server as the rest of Bofast sees it: start, stop, and where it is for each role."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.store.embedded import configuration
from hub.store.embedded.account import server_account
from hub.store.embedded.folder import PORT, DataFolder
from hub.store.embedded.process import Postgres, ServerFailed
from hub.store.roles import Endpoints, create_database, create_roles

DATABASE = "bofast"
_PATIENCE = 60
_PAUSE = 0.1


class EmbeddedServer:
    """A PostgreSQL under a data folder. Blocking: call it before the event loop runs, or in a thread.

    A server that runs already (of another process) is joined, and left running by `stop`.
    """

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self._account = server_account()
        self._folder = DataFolder(data, self._account)
        self._postgres = Postgres(self._folder.cluster, self._folder.log, self._account)
        self._durable = durable
        self._is_mine = False

    def start(self) -> Endpoints:
        """Start, making what is not there yet. Returns where the database is, per role."""
        self._folder.prepare()
        with self._folder.locked():
            if not self._postgres.is_made:
                self._make()
            else:
                self._join_or_launch()
        return self.endpoints()

    def stop(self) -> None:
        """Stop what this object started."""
        if self._is_mine:
            self.halt()

    def halt(self) -> None:
        """Stop the server of this folder, whoever started it."""
        with self._folder.locked():
            if self._postgres.process() is not None:
                self._postgres.stop()
            self._folder.remove_socket_folder()
        self._is_mine = False

    def endpoints(self, database: str = DATABASE) -> Endpoints:
        """Where a database of this server is, per role."""
        host = str(self._folder.socket_folder())
        return Endpoints.at(host=host, port=PORT, database=database, passwords=self._folder.passwords())

    def execute(self, sql: str, database: str = "postgres") -> str:
        """Run SQL as superuser. For set-up and tests; the service has no such right."""
        return self._postgres.execute(self._folder.socket_folder(), sql, database)

    @property
    def pid(self) -> int | None:
        """The process of the server, if it runs."""
        process = self._postgres.process()
        return process and process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _make(self) -> None:
        """From nothing. What an earlier, interrupted attempt left behind holds no data yet and goes."""
        self._stop_remains()
        shutil.rmtree(self._folder.cluster, ignore_errors=True)
        self._postgres.make(durable=self._durable)
        self._launch()
        self.execute(create_roles(self._folder.passwords()))
        self.execute(create_database(DATABASE))
        self._postgres.mark_made()

    def _join_or_launch(self) -> None:
        """Join a server that answers. One that is on its way out, or still recovering, is given time."""
        until = time.monotonic() + _PATIENCE
        while self._postgres.process() is not None:
            if self._postgres.answers(self._folder.socket_folder()):
                return
            if time.monotonic() > until:
                raise ServerFailed("the database runs, but does not answer")
            time.sleep(_PAUSE)
        self._launch()

    def _launch(self) -> None:
        socket_folder = self._folder.make_socket_folder()
        configuration.write(self._folder.cluster, socket_folder, self._account, durable=self._durable)
        self._postgres.start()
        self._is_mine = True

    def _stop_remains(self) -> None:
        if self._postgres.process() is not None:
            self._postgres.stop()
