"""What stays of this room when the rules change, and what is made of it for each set of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hub.audit import Record
from hub.bulk.ahead import Ahead
from hub.bulk.arriving import Arriving, Bounds
from hub.bulk.files import Files
from hub.bulk.results import Results
from hub.bulk.senders import Expect, Resolve, Senders
from hub.bulk.slices import Slices, Step
from hub.bulk.worker import Worker
from hub.intake.batch import Seal
from hub.intake.grounds import Reports
from hub.intake.mortgage import COMMAND, KIND, ground_columns, mortgage_defaults, stated_columns
from hub.routing import Routing
from hub.rules import Rules
from hub.settings import Settings
from hub.store.session import Sessions
from schema.commands.defaults import MortgageDefaultRow


class Bulk:
    """Files of defaults on loans. `resolve` leads claims to a requester, as the register stands at that moment."""

    def __init__(
        self, *, settings: Settings, sessions: Sessions, record: Record, routing: Routing, resolve: Resolve
    ) -> None:
        limits = settings.limits
        self._settings = settings
        self._sessions = sessions
        self._record = record
        self._routing = routing
        self._resolve = resolve
        self._seal = Seal(settings.key)
        self._worker: Worker | None = None
        self.arriving = Arriving(
            sessions=sessions,
            seal=self._seal,
            kind=KIND,
            row=MortgageDefaultRow,
            bounds=Bounds(size=limits.upload_bytes, rows=limits.upload_rows, row=limits.upload_row_bytes),
        )

    def files(self, known: Rules, expect: Expect) -> Files:
        """By one set of rules. `expect` raises where a command is not permitted by it."""
        form = mortgage_defaults(Reports(known.gate, known.purposes), self._settings.population)
        longest = self._settings.limits.upload_row_bytes
        slices = Slices(
            digest=known.digest,
            form=form,
            ground=ground_columns,
            ahead=Ahead(form=form, row=MortgageDefaultRow, stated=stated_columns, longest=longest, seal=self._seal),
            senders=Senders(resolve=self._resolve, purposes=known.purposes, expect=expect),
            sessions=self._sessions,
            record=self._record,
            routing=self._routing,
        )
        return Files(
            digest=known.digest,
            gate=known.gate,
            expect=expect,
            command=COMMAND,
            arriving=self.arriving,
            results=Results(self._sessions),
            slices=slices,
            sessions=self._sessions,
            record=self._record,
            seal=self._seal,
            wake=self.wake,
        )

    def start(self, step: Callable[[], Awaitable[Step]]) -> None:
        """Begin to judge what is not judged yet. `step` judges a slice, by the rules in force."""
        self._worker = Worker(step)
        self._worker.start()

    def wake(self) -> None:
        """A file was received."""
        if self._worker is not None:
            self._worker.wake()

    async def stop(self) -> None:
        """Finish the slice that is under way. Another process does the rest, or the next start."""
        if self._worker is not None:
            await self._worker.stop()
