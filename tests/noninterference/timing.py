"""What the time of an answer tells of what is hidden: each hidden thing against an absent one, in pairs.

    python -m tests.noninterference.timing --pairs 2000

The hub runs in a process of its own, as `bofast demo` with a database that waits for the disk. All kinds of pairs are
measured in turn, each round in another order and each pair in a random one, so that what else the machine does falls on
all alike. It hides small differences all the same: for numbers to rely on, nothing else should run.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import http.client
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from random import Random
from statistics import median
from urllib.parse import urlsplit

import asyncpg

from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.store.embedded import EmbeddedServer
from tests.intake.factory import strangers
from tests.noninterference.auc import Separation, least_told, paired, separation
from tests.noninterference.pairs import LINES, SENT, Pair, Subjects, pairs
from tests.noninterference.scans import Grown, added, grown, of_another_party
from tests.noninterference.sight import purpose_of
from tests.running import Demo, data_folder, running_demo

BOUND = 0.55
CASES = 300
_WARM = 50
_TOLD = 100
_BUSY = 503


@dataclass(frozen=True, kw_only=True)
class Found:
    """What came out of one kind of pair. Times in milliseconds.

    `separation` is of one answer that stands alone, `paired` of two where one is known to be about something hidden.
    `least` is how much slower one of them would have to be for it to be told.
    """

    pair: Pair
    separation: Separation
    paired: Separation
    hidden: float
    absent: float
    least: float

    @property
    def tells(self) -> bool:
        return not self.pair.is_scan and max(self.separation.auc, self.paired.auc) > BOUND

    def __str__(self) -> str:
        told = f"{self.separation}  {self.paired}  {self.hidden:7.3f} {self.absent:7.3f} {self.least:6.3f}"
        return f"{told}  {self.pair.name}, asked by {self.pair.who}"


class Asker:
    """One connection that is kept open, as of a client that measures."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._url = url
        self._heads: dict[str, dict[str, str]] = {}

    def time(self, who: str, ask: Callable[[], bytes]) -> float:
        """Milliseconds from the first byte of the question to the last of the answer. Asked anew where it was busy."""
        head = self._head(who)
        while True:
            body = ask()
            begun = time.perf_counter_ns()
            self._connection.request("POST", "/graphql", body, head)
            response = self._connection.getresponse()
            answer = response.read()
            taken = time.perf_counter_ns() - begun
            if response.status == _BUSY:
                time.sleep(1)
                continue
            assert response.status == 200, answer
            return taken / 1e6

    def _head(self, who: str) -> dict[str, str]:
        if who not in self._heads:
            known = persona(who)
            assert known is not None
            token = asyncio.run(sign_in(self._url, known))
            purpose = purpose_of(who)
            self._heads[who] = {
                "authorization": f"Bearer {token}",
                "content-type": "application/json",
                **({"behandlingsnummer": purpose} if purpose else {}),
            }
        return self._heads[who]


def measure(asker: Asker, kinds: Sequence[Pair], number: int, random: Random) -> list[Found]:
    """So many pairs of each kind, after a warming-up; fewer where it is interrupted."""
    taken: list[dict[bool, list[float]]] = [{True: [], False: []} for _ in kinds]
    started = time.monotonic()
    gc.collect()
    gc.disable()
    with suppress(KeyboardInterrupt):
        for done in range(_WARM + number):
            if done > _WARM and done % _TOLD == 0:
                _say(f"{done - _WARM} pairs of each kind, {time.monotonic() - started:.0f} s")
            for at in random.sample(range(len(kinds)), len(kinds)):
                for is_hidden in random.sample((True, False), 2):
                    ask = partial(kinds[at].body, is_hidden=is_hidden)
                    taken[at][is_hidden].append(asker.time(kinds[at].who, ask))
    gc.enable()
    whole = min(len(times) for one in taken for times in one.values())
    return [
        _found(pair, one[True][_WARM:whole], one[False][_WARM:whole]) for pair, one in zip(kinds, taken, strict=True)
    ]


def _found(pair: Pair, hidden: Sequence[float], absent: Sequence[float]) -> Found:
    return Found(
        pair=pair,
        separation=separation(hidden, absent),
        paired=paired(hidden, absent),
        hidden=median(hidden),
        absent=median(absent),
        least=least_told(absent, BOUND),
    )


@contextmanager
def quiet_demo() -> Iterator[tuple[Demo, str]]:
    """A demo, and where its owner gets at the data."""
    with data_folder() as data, running_demo(data, cases=CASES) as demo:
        yield demo, EmbeddedServer(data).endpoints().owner


async def subjects(owner: str, number: int) -> Subjects:
    """Whom pairs are about; so many persons without a case are added for it."""
    without = strangers(number)
    connection = await asyncpg.connect(owner)
    try:
        await connection.execute(_ADD, without)
        found = await connection.fetch(_WITH_A_CASE)
    finally:
        await connection.close()
    return Subjects(
        case_of={row["national_id"]: row["id"] for row in found},
        handed_in=tuple(row["national_id"] for row in found if row["is_alike"]),
        without=iter(without),
        nobody=iter(strangers(number)),
    )


_ADD = """
    INSERT INTO nav.person (national_id, first_name, last_name, address_grade, protection, shielded, source_party)
    SELECT number, 'Test', 'Person', 'UGRADERT', 'UGRADERT', false, 'nav' FROM unnest($1::text[]) AS number
"""
# Whoever has reserved or consented is known to do so by whom the answer to it is for.
_WITH_A_CASE = """
    SELECT person.national_id, file.id::text,
        NOT EXISTS (SELECT FROM hub.reservation WHERE tenant_id = person.id)
        AND NOT EXISTS (SELECT FROM hub.consent WHERE subject_id = person.id) AS is_alike
    FROM hub.case AS file JOIN nav.person ON person.id = file.subject_id
"""


def report(number: int, only: str = "") -> list[Found]:
    """Measures the pairs with this in their name, a line each. Of all of it, also what grows with hidden rows."""
    _say(f"{number} pairs of each kind among {CASES} cases; load {os.getloadavg()[0]:.2f} before")
    _say("AUC of one answer, AUC within a pair (95 % intervals), medians in ms: hidden, absent, least told")
    with quiet_demo() as (demo, owner):
        asyncio.run(added(owner, of_another_party, LINES))
        of = asyncio.run(subjects(owner, (_WARM + number) * SENT))
        asker, kinds = Asker(demo.url), [pair for pair in pairs(of) if only in pair.name]
        found = measure(asker, kinds, number, Random(1))
        for one in found:
            _say(str(one))
        _say(f"load {os.getloadavg()[0]:.2f} after")
        if not only:
            for scan in grown(owner, asker.time, number):
                _say(_told(scan))
    return found


def _told(scan: Grown) -> str:
    times = ", ".join(f"{hidden:>6}: {taken:7.3f}" for hidden, taken in scan.times.items())
    return f"{scan.name}, asked by {scan.who}; ms with so many hidden rows more:  {times}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2_000)
    # Also where a shell has started it in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parser.add_argument("--only", default="", help="pairs with this in their name")
    given = parser.parse_args()
    sys.exit(any(found.tells for found in report(given.pairs, given.only)))
