"""Tells parties what has happened, for as long as the hub runs. Every process does; what one does not get done, another
does.

Nothing is locked while a call is made: a delivery is in somebody's hand for a minute, and due again after that. So
whoever dies leaves nothing undone, and a call may be made twice. Each webhook has a worker of its own, so that one that
is slow keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, Protocol
from uuid import UUID

from hub.audit import AccessEvent
from hub.errors import BofastError
from hub.events.webhooks.caller import Result
from hub.events.webhooks.message import MEDIA_TYPE, body_of
from hub.events.webhooks.pace import Pace
from hub.events.webhooks.question import Question, Sight
from hub.events.webhooks.queue import Delivery, Queue
from hub.events.webhooks.secrets import Seal, SecretUnreadable
from hub.events.webhooks.signature import signed

logger = logging.getLogger("bofast.webhooks")
EVERY: Final = 0.25
"""Seconds between two looks."""
AT_ONCE: Final = 4
"""Calls to one webhook at the same time, in a process."""
QUESTIONS: Final = 4
"""Questions to the desk at the same time: whoever asks the hub goes before."""
OUR_FAULT: Final = 5.0
"""Seconds until something is tried again that failed here."""
_LONGEST_PAUSE: Final = 30.0


class Calls(Protocol):
    """Makes calls, each within so many seconds."""

    @property
    def seconds(self) -> float: ...

    async def call(self, url: str, headers: Mapping[str, str], body: bytes) -> Result: ...


class Records(Protocol):
    """The record."""

    async def write(self, event: AccessEvent) -> None: ...

    async def not_delivered(self, event: AccessEvent) -> None: ...


class Dispatcher:
    """Empties the queue. A call is begun only while there is time for it within the lease."""

    def __init__(
        self,
        *,
        queue: Queue,
        question: Question,
        record: Records,
        caller: Calls,
        seal: Seal,
        pace: Pace,
        every: float = EVERY,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._question = question
        self._record = record
        self._caller = caller
        self._seal = seal
        self._pace = pace
        self._every = every
        self._wall = wall
        self._asking = asyncio.Semaphore(QUESTIONS)
        self._workers: dict[UUID, asyncio.Task[None]] = {}
        self._is_over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="webhooks")

    async def stop(self) -> None:
        """Finish the calls that are under way, and begin none."""
        self._is_over.set()
        if self._task is not None:
            await self._task
        if self._workers:
            await asyncio.wait(tuple(self._workers.values()), timeout=self._caller.seconds + OUR_FAULT)
        for worker in tuple(self._workers.values()):
            worker.cancel()

    async def round(self) -> None:
        """Everything that is due now, once."""
        while await self._queue.spread():
            pass
        for webhook in await self._queue.due():
            await self._serve(webhook)

    async def _run(self) -> None:
        pause = self._every
        while not self._is_over.is_set():
            try:
                while await self._queue.spread():
                    pass
                self._put_to_work(await self._queue.due())
                pause = self._every
            except Exception as error:  # noqa: BLE001  whatever it is, what waits must not be lost
                logger.warning("nobody is called error=%s", type(error).__name__)
                pause = min(2 * pause, _LONGEST_PAUSE)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), pause)

    def _put_to_work(self, due: Sequence[UUID]) -> None:
        for webhook in due:
            if webhook not in self._workers:
                worker = asyncio.create_task(self._serve(webhook), name="webhook")
                self._workers[webhook] = worker
                worker.add_done_callback(lambda _, served=webhook: self._workers.pop(served, None))

    async def _serve(self, webhook: UUID) -> None:
        """All that is due for one webhook."""
        try:
            while not self._is_over.is_set():
                until = time.monotonic() + self._queue.lease - self._caller.seconds
                claimed = await self._queue.claim(webhook, AT_ONCE)
                if not claimed:
                    return
                await asyncio.gather(*(self._deliver(delivery, until) for delivery in claimed))
        except Exception as error:  # noqa: BLE001  whatever it is, the next look has its turn
            logger.warning("not called yet error=%s", type(error).__name__)

    async def _deliver(self, delivery: Delivery, until: float) -> None:
        """One delivery, settled. Where something fails here, it is due again a little later."""
        try:
            async with self._asking:
                sight = await self._question.sight(delivery)
            if sight is None or sight.seen == delivery.seen:
                await self._queue.dropped(delivery)
                return
            headers, body = self._signed(delivery, sight)
            await self._record.write(sight.event)
        except (BofastError, SecretUnreadable) as error:
            logger.warning("not called yet error=%s", type(error).__name__)
            await self._queue.postponed(delivery, OUR_FAULT, failed=False)
            return
        # INVARIANT: after the record, and only where nobody else has it in hand by the time that the call is over.
        if time.monotonic() > until:
            await self._record.not_delivered(sight.event)
            return
        await self._settle(delivery, sight, await self._caller.call(delivery.endpoint.url, headers, body))

    def _signed(self, delivery: Delivery, sight: Sight) -> tuple[dict[str, str], bytes]:
        endpoint = delivery.endpoint
        body = body_of(
            event_id=delivery.event_id, kind=delivery.kind, occurred_at=delivery.occurred_at, consent=sight.consent
        )
        secrets = [self._seal.opened(endpoint.id, secret) for secret in endpoint.secrets]
        headers = signed(str(delivery.event_id), int(self._wall()), body, secrets)
        return {**headers, "content-type": MEDIA_TYPE}, body

    async def _settle(self, delivery: Delivery, sight: Sight, result: Result) -> None:
        if result.is_taken:
            await self._queue.told(delivery, sight.seen)
            return
        if not result.arrived:
            with suppress(BofastError):
                await self._record.not_delivered(sight.event)
        attempts = delivery.attempts + 1
        if result.is_gone:
            await self._queue.gone(delivery)
        elif self._pace.is_over(attempts):
            await self._queue.died(delivery, result.said)
        else:
            patience = result.retry_after if result.asks_for_patience else None
            await self._queue.postponed(delivery, self._pace.pause(attempts, patience), failed=True)
