"""The record's way in: requests hand over their event and wait until it is on disk. Concurrent ones share a commit.

While one group is being committed the next gathers: an idle record writes at once, a busy one in groups of as many
milliseconds as a commit takes. Waiting on purpose for more was measured (1, 2, 4 ms) and only made everybody slower.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from hub import __version__
from hub.audit.command import insert_command
from hub.audit.model import AccessEvent, EventKind, SecurityEvent, moment_of
from hub.audit.packing import pack_event
from hub.audit.refusals import digest_refusals, pack_refusals, pack_refusals_of
from hub.audit.stream import Item, Stream, is_fatal, is_poison, is_uncertain, name_of
from hub.errors import RecordUnavailable
from hub.identity.model import Inquiry
from hub.store.ids import new_id

log = logging.getLogger(__name__)

_GROUP_LIMIT = 128
_PENDING_LIMIT = 10_000
_OWED_LIMIT = 10_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5


class Record:
    """One durable event per request, before release. Whatever goes wrong is `RecordUnavailable` to whom it concerns."""

    def __init__(self, dsn: str, *, timeout: float = 2.0) -> None:
        self._dsn = dsn
        self._timeout = timeout
        self._pending: deque[Item] = deque()
        self._wake = asyncio.Event()
        self._stream: Stream | None = None
        self._command_writer_id: int | None = None
        self._owed: deque[AccessEvent] = deque(maxlen=_OWED_LIMIT)
        self._task: asyncio.Task[None] | None = None
        self._pause = _FIRST_PAUSE
        self._is_stopping = False

    async def start(self) -> None:
        """Open the first stream, or raise."""
        try:
            await self._open()
        except Exception as error:  # noqa: BLE001  whatever it is, nothing can be recorded
            raise RecordUnavailable(detail=name_of(error)) from None
        self._task = asyncio.create_task(self._run(), name="record")

    async def stop(self) -> None:
        """Write what is pending, end the stream, close."""
        self._is_stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
            self._task = None
        if self._stream is not None:
            await self._stream.close()
            self._stream = None

    @property
    def is_ready(self) -> bool:
        """Whether a stream is open, as far as is known."""
        return self._stream is not None and not self._stream.is_closed

    async def write(self, event: AccessEvent, security: Sequence[SecurityEvent] = ()) -> None:
        """Return when the event is committed to disk. If this raises, nothing may be released."""
        with _written_down():
            row = pack_event(event, digest_refusals(security))
            refusals = pack_refusals_of(event, security) if security else None
        await self._hand_over(Item(event=event, row=row, security=refusals))

    async def note(self, security: Sequence[SecurityEvent], *, request_id: str, inquiry: Inquiry | None = None) -> None:
        """Record refusals of a request that came to no event, such as one with a refused token."""
        with _written_down():
            moment = moment_of(new_id())
            refusals = pack_refusals(security, moment=moment, request_id=request_id, inquiry=inquiry, event_id=None)
        await self._hand_over(Item(security=refusals))

    async def not_delivered(self, event: AccessEvent) -> None:
        """Record that the answer whose event this was did not arrive."""
        await self.write(event.not_delivered())

    async def write_in(
        self,
        connection: AsyncSession | asyncpg.Connection,
        event: AccessEvent,
        security: Sequence[SecurityEvent] = (),
    ) -> None:
        """Write a command's event inside the command's own transaction, just before that commits."""
        if self._command_writer_id is None:
            raise RecordUnavailable(detail="the record was not started")
        await insert_command(connection, self._command_writer_id, event, security)

    async def _hand_over(self, item: Item) -> None:
        if self._task is None or self._task.done() or self._is_stopping or len(self._pending) >= _PENDING_LIMIT:
            raise RecordUnavailable(detail="the record takes nothing more")
        item.done = asyncio.get_running_loop().create_future()
        self._pending.append(item)
        self._wake.set()
        await item.done

    async def _run(self) -> None:
        try:
            while self._pending or not self._is_stopping:
                if self.is_ready and not self._pending:
                    await self._wake.wait()
                self._wake.clear()
                if self.is_ready or await self._reopen():
                    await self._write_pending()
            if self._owed and self.is_ready:
                await self._write_pending()
        finally:
            self._refuse(self._take_all(), "the record stopped")

    async def _write_pending(self) -> None:
        self._pending.extend(Item(event=event, row=pack_event(event, None)) for event in self._owed)
        self._owed.clear()
        while self._pending and self.is_ready:
            group = self._take_group()
            if group:
                await self._commit(group)

    async def _commit(self, group: Sequence[Item]) -> None:
        """Write a group in one transaction; where one event of it is at fault, find that one by halving."""
        if self._stream is None:
            self._refuse(group, "the connection was lost")
            return
        try:
            await self._stream.insert(group)
        except Exception as error:  # noqa: BLE001  whatever it is, those who wait must be told and the record must go on
            await self._failed(group, error)
        else:
            self._settle(group)

    async def _failed(self, group: Sequence[Item], error: Exception) -> None:
        if is_poison(error) and len(group) > 1:
            middle = len(group) // 2
            await self._commit(group[:middle])
            await self._commit(group[middle:])
            return
        if is_fatal(error):
            self._drop_stream()
        self._refuse(group, name_of(error), is_uncertain=is_uncertain(error), is_hopeless=is_poison(error))

    def _settle(self, group: Sequence[Item]) -> None:
        for item in group:
            if item.done is None:
                continue
            if item.done.cancelled():
                # Written, but whoever asked is gone: nothing was released.
                self._owe(item)
            else:
                item.done.set_result(None)

    def _refuse(
        self, group: Sequence[Item], reason: str, *, is_uncertain: bool = False, is_hopeless: bool = False
    ) -> None:
        if group:
            log.warning("record: %d not written (%s)", len(group), reason)
        for item in group:
            if is_uncertain or (_is_second(item) and not is_hopeless):
                self._owe(item)
            if item.done is not None and not item.done.done():
                item.done.set_exception(RecordUnavailable(detail=reason))

    def _owe(self, item: Item) -> None:
        """Remember to record that an answer was not delivered, as soon as that can be written."""
        if item.event is not None:
            self._owed.append(item.event if _is_second(item) else item.event.not_delivered())

    def _take_group(self) -> list[Item]:
        """The next to write, all events or all notes. Those whose requests are gone already are left out."""
        group: list[Item] = []
        while self._pending and len(group) < _GROUP_LIMIT:
            item = self._pending[0]
            if group and (item.row is None) != (group[0].row is None):
                break
            self._pending.popleft()
            if item.done is None or not item.done.cancelled():
                group.append(item)
        return group

    def _take_all(self) -> list[Item]:
        items = list(self._pending)
        self._pending.clear()
        return items

    async def _open(self) -> None:
        stream = await Stream.open(
            self._dsn, software=f"bofast {__version__}", seconds=self._timeout, on_lost=self._wake.set
        )
        self._stream = stream
        self._command_writer_id = stream.command_writer_id
        self._pause = _FIRST_PAUSE

    async def _reopen(self) -> bool:
        """Try once. If it fails, those who wait are told, and the next try is a little later."""
        self._drop_stream()
        try:
            await self._open()
        except Exception as error:  # noqa: BLE001  whatever it is, those who wait must be told and the record must go on
            self._refuse(self._take_all(), name_of(error))
            if self._pause == _FIRST_PAUSE:
                log.warning("record: no connection (%s)", name_of(error))
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            return False
        log.info("record: a new stream is open")
        return True

    def _drop_stream(self) -> None:
        if self._stream is not None:
            self._stream.abandon()
            self._stream = None


def _is_second(item: Item) -> bool:
    return item.event is not None and item.event.kind is EventKind.NOT_DELIVERED


@contextmanager
def _written_down() -> Generator[None]:
    """What cannot be put into a row cannot be recorded. The error is not chained: it may quote a value."""
    try:
        yield
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise RecordUnavailable(detail=name_of(error)) from None
