"""Whether the process lives, and whether it can answer: for those who run it. Neither says anything about data."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

logger = logging.getLogger("bofast.edge")
CHECK_SECONDS = 2.0
KEPT_SECONDS = 1.0

Check = Callable[[], Awaitable[None]]


class Health:
    """`checks` name what an answer needs. A check returns when its thing can be reached and raises when it cannot."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._known: dict[str, str] = {}
        self._known_until = 0.0
        self._asking = asyncio.Lock()
        self.is_draining = False

    def routes(self) -> list[Route]:
        return [
            Route("/health/live", self._live, methods=["GET"]),
            Route("/health/ready", self._ready, methods=["GET"]),
        ]

    def drain(self) -> None:
        """From now on others shall be asked."""
        self.is_draining = True

    async def _live(self, _: Request) -> JSONResponse:
        return JSONResponse({"status": "live"})

    async def _ready(self, _: Request) -> JSONResponse:
        parts = await self._ask()
        is_ready = not self.is_draining and all(state == "ok" for state in parts.values())
        status = "draining" if self.is_draining else "ready" if is_ready else "not ready"
        return JSONResponse({"status": status, **parts}, status_code=200 if is_ready else 503)

    async def _ask(self) -> dict[str, str]:
        # One asks for all: whoever knocks here often must not become load on the database.
        async with self._asking:
            if time.monotonic() >= self._known_until:
                states = await asyncio.gather(*(self._state(name, check) for name, check in self._checks.items()))
                self._known = dict(zip(self._checks, states, strict=True))
                self._known_until = time.monotonic() + KEPT_SECONDS
            return self._known

    async def _state(self, name: str, check: Check) -> str:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await check()
        except Exception as error:  # noqa: BLE001 - whatever broke, it is not ready
            logger.warning("not ready part=%s error=%s", name, type(error).__name__)
            return "unreachable"
        return "ok"
