"""One call over HTTP: to the address that was judged, no redirect followed, nothing of the answer read but its head."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx

from hub.events.webhooks.address import Address, AddressRefused, Place, Resolver, place_of
from hub.events.webhooks.pace import retry_after_of

SECONDS: Final = 10.0
"""That a call may take, from looking the name up to the head of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a call. `said` is a status of HTTP, or why there was no answer."""

    said: str
    status: int | None = None
    retry_after: float | None = None

    @property
    def arrived(self) -> bool:
        return self.status is not None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """There is nobody any more, and will not be (RFC 9110, 15.5.11)."""
        return self.status == 410

    @property
    def asks_for_patience(self) -> bool:
        return self.status in (429, 503)


class Caller:
    """Calls places, and takes certificates that `trust` vouches for; by default the usual authorities.

    INVARIANT: a connection is for one call. Kept, one to a machine that serves many names would be taken for another
    name without its certificate being looked at.
    """

    def __init__(
        self, *, is_loopback_open: bool = False, seconds: float = SECONDS, trust: ssl.SSLContext | None = None
    ) -> None:
        self._is_loopback_open = is_loopback_open
        self.seconds = seconds
        """That a call may take."""
        self._resolver = Resolver(is_loopback_open=is_loopback_open)
        self._client = httpx.AsyncClient(
            verify=trust or True,
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def close(self) -> None:
        await self._client.aclose()
        self._resolver.close()

    async def call(self, url: str, headers: Mapping[str, str], body: bytes) -> Result:
        """Never raises for what the other side does."""
        place = place_of(url, is_loopback_open=self._is_loopback_open)
        if not isinstance(place, Place):
            return Result(said="address refused")
        try:
            async with asyncio.timeout(self.seconds):
                return await self._call(place, await self._resolver.address(place), headers, body)
        except AddressRefused:
            return Result(said="address refused")
        except (TimeoutError, httpx.TimeoutException):
            return Result(said="timed out")
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return Result(said="not reached")

    async def _call(self, place: Place, address: Address, headers: Mapping[str, str], body: bytes) -> Result:
        sent = {**headers, "host": place.authority, "connection": "close", "user-agent": "bofast"}
        request = self._client.build_request(
            "POST", place.at(address), headers=sent, content=body, extensions={"sni_hostname": place.host}
        )
        response = await self._client.send(request, stream=True)
        try:
            return Result(
                said=f"HTTP {response.status_code}",
                status=response.status_code,
                retry_after=retry_after_of(response.headers.get("retry-after"), datetime.now(UTC)),
            )
        finally:
            # Whatever follows the head is not waited for.
            await response.aclose()
