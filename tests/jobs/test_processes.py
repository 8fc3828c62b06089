"""Two processes that are killed at random moments, and consents that end all the while: each end is told once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.demo.people import EVA, IVAN, KARI, MONA
from hub.store.roles import Endpoints
from tests.receipts.ledger import add_consent, add_event
from tests.running import clean_environment

ROOT = Path(__file__).parents[2]
KILLS = 25
DAY = timedelta(days=1)
PEOPLE = (KARI.id, EVA.id, IVAN.id, MONA.id)
ONCE = """
    SELECT consent.id, array_agg(event.kind ORDER BY event.seq) AS events, (
        SELECT coalesce(array_agg(message.kind), '{}') FROM hub.message AS message WHERE message.consent_id = consent.id
    ) AS messages
    FROM hub.consent AS consent JOIN hub.consent_event AS event ON event.consent_id = consent.id
    WHERE consent.id = ANY ($1) GROUP BY consent.id
"""


@pytest.fixture
async def owner(database: Endpoints) -> Any:
    connection = await asyncpg.connect(database.owner)
    yield connection
    await connection.close()


class Workers:
    """Two processes that do the jobs; each is replaced when it is killed."""

    def __init__(self, dsn: str) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.serving"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
            cwd=ROOT,
        )
        self._tell(dsn)
        self._numbers = [self._started() for _ in range(2)]

    def kill_one(self, chance: random.Random) -> None:
        """As it is at work, and with nothing that it could do about it."""
        victim = chance.randrange(2)
        os.kill(self._numbers[victim], signal.SIGKILL)
        self._numbers[victim] = self._started()

    def end(self) -> None:
        for number in self._numbers:
            os.kill(number, signal.SIGKILL)
        self._parent.communicate()

    def _started(self) -> int:
        self._tell("another")
        assert self._parent.stdout is not None
        return int(self._parent.stdout.readline())

    def _tell(self, line: str) -> None:
        print(line, file=self._parent.stdin, flush=True)


async def falls_due(owner: Any, kind: str, number: int) -> Any:
    """A consent that is due this moment, of one person or another."""
    consent = await add_consent(owner, subject=PEOPLE[number % len(PEOPLE)])
    now = datetime.now(UTC)
    if kind == "LAPSED":
        await add_event(owner, consent, "REQUESTED", now - 31 * DAY)
    else:
        until = now + timedelta(milliseconds=20) if kind == "EXPIRED" else now + DAY
        await add_event(owner, consent, "GIVEN", now - 30 * DAY, expires_at=until)
    return consent


EXPECTED = {
    "EXPIRED": ({"GIVEN", "EXPIRED"}, {"CONSENT_EXPIRED"}),
    "LAPSED": ({"REQUESTED", "LAPSED"}, {"CONSENT_LAPSED"}),
    "REMINDED": ({"GIVEN"}, {"CONSENT_REMINDER"}),
}


async def test_each_end_is_written_and_told_once_though_processes_die_at_random_moments(
    database: Endpoints, owner: Any
):
    chance = random.Random(20261122)
    workers = await asyncio.to_thread(Workers, database.app)
    due: dict[Any, str] = {}
    try:
        for kill in range(KILLS):
            for number in range(12):
                kind = chance.choice(tuple(EXPECTED))
                due[await falls_due(owner, kind, kill + number)] = kind
            await asyncio.sleep(chance.uniform(0, 0.05))
            await asyncio.to_thread(workers.kill_one, chance)
        found = await settled(owner, due)
    finally:
        await asyncio.to_thread(workers.end)
    assert len(found) == len(due) == KILLS * 12
    for consent, (events, messages) in found.items():
        expected_events, expected = EXPECTED[due[consent]]
        # In the moment before its end, one that ends may be reminded of.
        also = {"CONSENT_REMINDER"} if due[consent] == "EXPIRED" else set[str]()
        assert sorted(events) == sorted(expected_events)
        assert expected <= set(messages) <= expected | also
        assert len(messages) == len(set(messages))


async def settled(owner: Any, due: dict[Any, str]) -> dict[Any, tuple[list[str], list[str]]]:
    """What has been written once nothing is left to be done, or when patience is at an end."""
    deadline = time.monotonic() + 30
    while True:
        rows = await owner.fetch(ONCE, list(due))
        found = {row["id"]: (row["events"], row["messages"]) for row in rows}
        done = [set(EXPECTED[due[one]][1]) <= set(messages) for one, (_, messages) in found.items()]
        if (all(done) and len(done) == len(due)) or time.monotonic() > deadline:
            # A moment more, for what would be written twice.
            await asyncio.sleep(0.5)
            rows = await owner.fetch(ONCE, list(due))
            return {row["id"]: (row["events"], row["messages"]) for row in rows}
        await asyncio.sleep(0.05)
