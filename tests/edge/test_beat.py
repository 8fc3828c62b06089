"""What a search did not find is told with a tick that does not depend on how long it took to find nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.audit.model import SecurityEvent, SecurityKind
from hub.edge.beat import SECONDS, Beat, next_tick
from tests.edge.fakes import FakeBeat, FakeDesk

MISSED = SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND", target="Person")
WITHHELD = SecurityEvent(kind=SecurityKind.FIELD_DENIED, code="CONSENT_REQUIRED", target="MortgageLoan.outstanding")
NOT_YET = 0.05


@given(st.integers(0, 10**9), st.integers(1, 4_999), st.integers(1, 4_999))
def test_whoever_asks_between_two_ticks_is_told_with_the_later_whenever_that_was(number, one, other):
    """Leak: somebody without a case took some hundredths of a millisecond less than somebody hidden (AUC 0.57)."""
    tick = number * SECONDS
    ticks = {round(next_tick(tick + microseconds / 1e6, SECONDS) / SECONDS) for microseconds in (one, other)}
    assert ticks == {number + 1}


@dataclass
class Clock:
    """Stands still until it is slept on; what is slept ends when it is let."""

    now: float
    let: Event = field(default_factory=Event)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.let.wait()
        self.now += seconds


async def test_all_who_wait_are_released_together_with_the_tick():
    clock = Clock(now=1.002)
    beat = Beat(every=0.005, clock=lambda: clock.now, sleep=clock.sleep)
    early = asyncio.create_task(beat.next())
    await asyncio.sleep(NOT_YET)
    late = asyncio.create_task(beat.next())
    await asyncio.sleep(NOT_YET)
    assert (early.done(), late.done()) == (False, False)
    clock.let.set()
    await asyncio.wait_for(asyncio.gather(early, late), 5)
    assert clock.slept == [pytest.approx(0.003)]


async def test_beat_goes_on_when_somebody_has_left():
    beat = Beat()
    leaving = asyncio.create_task(beat.next())
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait_for(beat.next(), 5)


def _leave(beat: Beat) -> None:
    """Wait in a loop of one's own, and close it before the tick."""

    async def wait_a_while() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(beat.next(), NOT_YET)

    asyncio.run(wait_a_while())


async def test_beat_goes_on_when_a_loop_was_closed():
    """A clock that stood still would leave every later search without an answer."""
    clock = Clock(now=1.002)
    beat = Beat(every=0.005, clock=lambda: clock.now, sleep=clock.sleep)
    await asyncio.to_thread(_leave, beat)
    staying = asyncio.create_task(beat.next())
    await asyncio.sleep(NOT_YET)
    clock.let.set()
    await asyncio.wait_for(staying, 5)


async def test_what_was_not_found_is_told_with_the_tick_and_after_the_record(house_with):
    ticks = asyncio.Event()
    beat = FakeBeat(ticks=ticks)
    house = await house_with(beat=beat, desk=FakeDesk(body=b'{"data":{"case":null}}', security=(MISSED,)))
    answer = asyncio.create_task(house.post())
    await asyncio.sleep(NOT_YET)
    assert (answer.done(), beat.waited, len(house.record.written)) == (False, 1, 1)
    ticks.set()
    assert (await answer).json() == {"data": {"case": None}}


@pytest.mark.parametrize("security", [(), (WITHHELD,)])
async def test_what_was_found_is_told_at_once(house_with, security):
    beat = FakeBeat()
    house = await house_with(beat=beat, desk=FakeDesk(security=security))
    assert (await house.post()).status_code == 200
    assert beat.waited == 0
