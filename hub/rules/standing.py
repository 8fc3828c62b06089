"""The set of rules that this process answers by. It is the one in force, or nothing is answered.

Which one is in force, the database says: a plan asks for it in its own statement, a command in its own transaction, and
everything else is asked about here before it leaves. Whoever is told that it is another one loads that, and answers
anew; nobody waits for a notice, so none can be missed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Generic, Protocol, TypeVar

from hub.errors import BofastError, Refused, Unavailable
from hub.identity.register_files import RegisterError
from hub.rules import UNREADABLE, Rules, digest_of, packaged_digest, read_rules, rules
from hub.settings import SettingsError
from hub.store.policies import ACTIVE, PoliciesChanged, expect_in_force, in_force
from hub.store.pool import NotGranted, ReadPool

logger = logging.getLogger("bofast.rules")
_KEPT: Final = 2
"""The set in force, and the one before: going back to it is quick."""
_TRIES: Final = 3
_PAUSE: Final = 5.0
"""Seconds before a set that could not be loaded is tried again."""


class Furnished(Protocol):
    """Everything that is made of one set of rules."""

    @property
    def digest(self) -> str: ...


class Held(Protocol):
    """An answer. `held`: its own statement or transaction saw to it that the set was in force."""

    @property
    def held(self) -> bool: ...


R = TypeVar("R", bound=Furnished)
A = TypeVar("A", bound=Held)


class RulesUnavailable(Unavailable):
    """The policies in force cannot be used here now. Try again."""


class Standing(Generic[R]):
    """Holds what `furnish` makes of the set in force. `pool` reads as the application's role."""

    def __init__(self, pool: ReadPool, furnish: Callable[[Rules], R]) -> None:
        self._pool = pool
        self._furnish = furnish
        self._kept: OrderedDict[str, R] = OrderedDict()
        self._current: R | None = None
        self._renewing: asyncio.Task[R] | None = None
        self._failed: tuple[str, float] = ("", 0.0)

    async def start(self) -> None:
        """Load the set in force. Raises `SettingsError` where there is none, or none that this program can use."""
        version = await in_force(self._pool)
        if version is None:
            raise SettingsError(("no policies are in force in the database; run bofast db migrate",))
        try:
            self._current = await self._loaded(version.digest)
        except UNREADABLE as error:
            what = f"the policies in force do not fit this program: {error}"
            raise SettingsError((what, "put others in force with bofast policy reload")) from None
        if version.digest != packaged_digest():
            logger.warning("the policies in force are not those of this release; see bofast policy reload")

    @property
    def current(self) -> R:
        """What this process answers by, as far as it knows. Raises `RulesUnavailable`."""
        return self._expect_loaded()

    async def stop(self) -> None:
        """Give up what is being loaded."""
        if self._renewing is not None:
            self._renewing.cancel()

    async def answer(self, ask: Callable[[R], Awaitable[A]]) -> A:
        """An answer that is wholly of one set, which was in force when it was made. Asked anew if it was not: more than
        once, since a process that nobody asked for a while can be two sets behind.
        """
        current = self._expect_loaded()
        for _ in range(_TRIES):
            try:
                return await self._answer(current, ask)
            except PoliciesChanged:
                current = await self._renewed()
        return await self._answer(current, ask)

    async def check(self) -> None:
        """Returns when this process could answer now. Loads another set where there is one, so that nobody waits."""
        row = await self._pool.fetchrow(ACTIVE)
        if row is None or row["digest"] != self._expect_loaded().digest:
            await self._renewed()

    async def _answer(self, furnished: R, ask: Callable[[R], Awaitable[A]]) -> A:
        try:
            answer = await ask(furnished)
        except (NotGranted, Refused):
            # Also a refusal is an answer by the rules; and a right that is gone may have gone with the set.
            await expect_in_force(self._pool, furnished.digest)
            raise
        if not answer.held:
            await expect_in_force(self._pool, furnished.digest)
        return answer

    async def _renewed(self) -> R:
        """One loads for all who wait, and goes on if they do not."""
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(), name="rules")
        return await asyncio.shield(self._renewing)

    async def _renew(self) -> R:
        for _ in range(_TRIES):
            row = await self._pool.fetchrow(ACTIVE)
            current = self._expect_loaded()
            if row is None:
                break
            if row["digest"] == current.digest:
                return current
            # It may have been changed again by the time that it is read.
            with suppress(PoliciesChanged):
                self._current = await self._load_or_refuse(row["digest"])
                logger.info("policies changed digest=%s", self._current.digest)
        raise PoliciesChanged

    async def _load_or_refuse(self, digest: str) -> R:
        failed, moment = self._failed
        if failed == digest and time.monotonic() < moment + _PAUSE:
            raise RulesUnavailable
        try:
            return await self._loaded(digest)
        except BofastError:
            # The database, and not the set: it may answer the next time.
            raise
        except Exception as error:  # noqa: BLE001 - whatever broke, this process cannot answer by that set
            self._failed = (digest, time.monotonic())
            # Where it is, and not what is written there.
            place = f"{getattr(error, 'file', '')}:{getattr(error, 'line', '')}"
            logger.error("policies in force cannot be used error=%s at=%s", type(error).__name__, place)  # noqa: TRY400
            raise RulesUnavailable(detail=type(error).__name__) from None

    async def _loaded(self, digest: str) -> R:
        """What is made of this set, which was in force a moment ago."""
        if digest not in self._kept:
            self._kept[digest] = self._furnish(await self._read(digest))
        self._kept.move_to_end(digest)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[digest]

    async def _read(self, digest: str) -> Rules:
        version = await in_force(self._pool)
        if version is None or version.digest != digest:
            raise PoliciesChanged
        if digest_of(version.files) != digest:
            raise RegisterError("the files in the database are not those that were activated")
        # In a thread: it takes a second or two, and other requests have theirs to finish.
        return rules() if digest == packaged_digest() else await asyncio.to_thread(read_rules, version.files)

    def _expect_loaded(self) -> R:
        if self._current is None:
            raise RulesUnavailable
        return self._current
