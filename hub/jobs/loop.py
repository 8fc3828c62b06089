"""The loop that does what is due, for as long as the hub runs. What it does not get done, the next round does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.jobs.expiry import DUTIES
from hub.store.session import Sessions

logger = logging.getLogger("bofast.jobs")
EVERY: Final = 60.0
"""Seconds between two rounds."""
PATIENCE: Final = 5.0
"""Seconds that a start waits for the first round."""
_MINE = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('bofast.jobs'))")


class Job(Protocol):
    """Something to be done over and over. It is done in batches, each in a transaction."""

    @property
    def name(self) -> str: ...

    @property
    def batch(self) -> int:
        """How many it takes in hand at a time: less than that, and nothing is left."""
        ...

    async def run(self, session: AsyncSession) -> int:
        """One batch. Returns how many were taken in hand."""
        ...


class Jobs:
    """Does the duties in turn. In several processes at once one of them is at it, and the others pass by."""

    def __init__(self, sessions: Sessions, *, every: float = EVERY, duties: Sequence[Job] = DUTIES) -> None:
        self._sessions = sessions
        self._every = every
        self._duties = duties
        self._is_caught_up = asyncio.Event()
        self._is_over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin at once: what fell due while nothing ran is done now. That is waited for, but not for long."""
        self._task = asyncio.create_task(self._run(), name="jobs")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_caught_up.wait(), PATIENCE)

    async def stop(self) -> None:
        """Finish the batch that is under way, and no more."""
        self._is_over.set()
        if self._task is not None:
            await self._task

    async def round(self) -> None:
        """Everything that is due now; nothing, where another process is at it."""
        try:
            # Held for the whole round: of two that took turns, each could leave a duty to the other.
            async with self._sessions() as session, session.begin():
                connection = await session.connection()
                if (await connection.execute(_MINE)).scalar_one():
                    for duty in self._duties:
                        await self._do(duty)
        except Exception as error:  # noqa: BLE001  whatever it is, the next round has its turn
            logger.warning("no round error=%s", type(error).__name__)

    async def _run(self) -> None:
        while not self._is_over.is_set():
            await self.round()
            self._is_caught_up.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), self._every)

    async def _do(self, duty: Job) -> None:
        try:
            while not self._is_over.is_set() and await self._batch(duty) == duty.batch:
                pass
        except Exception as error:  # noqa: BLE001  whatever it is, the other duties and the next round have their turn
            logger.warning("not done yet job=%s error=%s", duty.name, type(error).__name__)

    async def _batch(self, duty: Job) -> int:
        async with self._sessions() as session, session.begin():
            return await duty.run(session)
