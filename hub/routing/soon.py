"""What was accepted is routed a little after the answer, and not as a part of it.

INVARIANT: whoever sends something in cannot tell what becomes of it: not by the time that the answer takes, not by what
is written for it, not by a failure. So nothing of this is done in the command's transaction, and the pause before it
keeps it out of the sender's next request.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from hub.routing.router import Router
from hub.store.session import Sessions

logger = logging.getLogger("bofast.routing")

_LONGEST_PAUSE = 30.0


class Routing:
    """Empties the queue soon after something was put in. What it does not get done, the jobs do, here or elsewhere."""

    def __init__(self, sessions: Sessions, *, pause: float = 0.1, router: Router | None = None) -> None:
        self._sessions = sessions
        self._pause = pause
        self._router = router or Router()
        self._is_wanted = False
        self._is_over = False
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Something may have been accepted. If it was rolled back, there is nothing to do."""
        self._is_wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="routing")

    async def stop(self) -> None:
        """Finish the batch that is under way, and no more. Another process does the rest, or the next start."""
        self._is_over = True
        await self.settle()

    async def settle(self) -> None:
        """Do at once what is to be done."""
        self._hurry.set()
        try:
            if self._task is not None:
                await self._task
        finally:
            self._hurry.clear()

    async def _run(self) -> None:
        pause = self._pause
        while self._is_wanted:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), pause)
            self._is_wanted = False
            if await self._is_emptied():
                pause = self._pause
            elif self._hurry.is_set():
                return
            else:
                self._is_wanted = True
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _is_emptied(self) -> bool:
        try:
            while await self._batch() == self._router.batch and not self._is_over:
                pass
        except Exception as error:  # noqa: BLE001  whatever it is, what waits must not be lost
            logger.warning("not routed yet error=%s", type(error).__name__)
            return False
        return True

    async def _batch(self) -> int:
        async with self._sessions() as session, session.begin():
            return await self._router.run(session)
