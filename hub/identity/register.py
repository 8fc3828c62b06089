"""The register of parties, read whole and kept in memory; the register of persons, asked for one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

import asyncpg

from hub.errors import Unavailable
from hub.identity import acting_party
from hub.identity.acting_party import KnownPerson
from hub.identity.claims import CitizenClaims, Claims, CompanyClaims, EmployeeClaims, SystemClaims
from hub.identity.faults import TokenFault, unauthenticated
from hub.identity.model import Requester
from hub.identity.snapshot import Snapshot, legal_day, load
from hub.store.driver import FAILURES
from schema.identifiers import NationalId

log = logging.getLogger(__name__)

REFRESH_EVERY: Final = 15.0
STALE_AFTER: Final = 120.0
PERSON_SECONDS: Final = 30.0
PERSONS_KEPT: Final = 1024
QUERY_SECONDS: Final = 5.0
_PERSON: Final = """
SELECT id, concat_ws(' ', first_name, middle_name, last_name) AS name FROM nav.person WHERE national_id = $1
"""


class RegisterUnavailable(Unavailable):
    """The register of parties cannot be read now. Try again."""


class Register:
    """Leads verified claims to a requester.

    The snapshot is read anew every `refresh_every` seconds and by `refresh()`. When it cannot be, the last one serves
    until it is `stale_after` seconds old; then nobody is let in: a registration may have been withdrawn meanwhile.
    """

    def __init__(
        self,
        dsn: str,
        *,
        refresh_every: float = REFRESH_EVERY,
        stale_after: float = STALE_AFTER,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = lambda: legal_day(datetime.now(UTC)),
    ) -> None:
        self._dsn = dsn
        self._refresh_every = refresh_every
        self._stale_after = stale_after
        self._clock = clock
        self._today = today
        self._pool: asyncpg.Pool | None = None
        self._task: asyncio.Task[None] | None = None
        self._snapshot: Snapshot | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()
        self._persons: OrderedDict[bytes, tuple[float, KnownPerson]] = OrderedDict()
        self._person_key = secrets.token_bytes(32)

    async def start(self) -> None:
        """Reads the register once, so that a hub without one does not come up, and then again and again."""
        try:
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=1,
                max_size=4,
                command_timeout=QUERY_SECONDS,
                server_settings={"application_name": "bofast-register", "search_path": "", "TimeZone": "UTC"},
            )
            await self.refresh()
        except FAILURES as error:
            raise RegisterUnavailable(detail=type(error).__name__) from error
        except RegisterUnavailable:
            await self.stop()
            raise
        self._task = asyncio.create_task(self._keep_fresh(), name="register")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._pool is not None:
            await self._pool.close()

    async def refresh(self) -> None:
        """Reads the register now; what was known of persons is forgotten."""
        async with self._reading:  # one at a time, so that an older picture never replaces a newer one
            began = self._clock()
            try:
                async with self._open_pool().acquire(timeout=QUERY_SECONDS) as connection:
                    self._snapshot = await load(connection)
            except Exception as error:
                raise RegisterUnavailable(detail=type(error).__name__) from error
            self._read_at = began
            self._persons.clear()

    async def resolve(self, claims: Claims) -> Requester:
        snapshot, day = self._current(), self._today()
        match claims:
            case SystemClaims():
                return acting_party.system(claims, snapshot, day)
            case EmployeeClaims():
                return acting_party.employee(claims, snapshot, day)
            case CompanyClaims():
                return acting_party.company(claims, await self._person(claims.national_id), snapshot, day)
            case CitizenClaims():
                person = await self._person(claims.national_id)
                if person is None:
                    raise unauthenticated(TokenFault.UNKNOWN_CITIZEN)
                return acting_party.citizen(claims, person, snapshot, day)

    def _current(self) -> Snapshot:
        if self._snapshot is None or self._clock() - self._read_at > self._stale_after:
            raise RegisterUnavailable
        return self._snapshot

    def _open_pool(self) -> asyncpg.Pool:
        if self._pool is None:
            raise RegisterUnavailable(detail="not started")
        return self._pool

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(self._refresh_every)
            try:
                await self.refresh()
            except RegisterUnavailable as error:
                log.warning("the register of parties could not be read: %s", error.detail)

    async def _person(self, national_id: NationalId) -> KnownPerson | None:
        # Kept under a keyed digest, so that no list of national ids lies in memory.
        key = hashlib.blake2b(national_id.value.encode(), key=self._person_key, digest_size=32).digest()
        known_at, person = self._persons.get(key, (float("-inf"), None))
        if person is None or self._clock() - known_at > PERSON_SECONDS:
            person = await self._ask_for_person(national_id)
            self._keep(key, person)
        return person

    def _keep(self, key: bytes, person: KnownPerson | None) -> None:
        self._persons.pop(key, None)
        if person is not None:
            self._persons[key] = (self._clock(), person)
        while len(self._persons) > PERSONS_KEPT:
            self._persons.popitem(last=False)

    async def _ask_for_person(self, national_id: NationalId) -> KnownPerson | None:
        try:
            async with self._open_pool().acquire(timeout=QUERY_SECONDS) as connection:
                row = await connection.fetchrow(_PERSON, national_id.value)
        except FAILURES as error:
            raise RegisterUnavailable(detail=type(error).__name__) from error
        return None if row is None else KnownPerson(id=str(row["id"]), name=row["name"])
