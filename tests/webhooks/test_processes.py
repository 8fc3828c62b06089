"""Three processes call a bank, and are killed at random moments: each change is told, those of a case in their order."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from hub.demo.offices import BANK
from hub.demo.people import EVA
from hub.events.webhooks.secrets import Seal, new_secret
from hub.store.roles import Endpoints
from tests.running import clean_environment
from tests.webhooks import happening
from tests.webhooks.receiver import Receiver, Reply, receiving
from tests.webhooks.test_attempts import REGISTER
from tests.webhooks.working import KEY, told

ROOT = Path(__file__).parents[2]
PROCESSES = 3
CASES = 4
CHANGES = 12
"""A case. Each is made when the one before it has been told, so that none of them is like the last one told."""
KILL_EVERY = 0.7
PATIENCE = 30
STATES = ("BREACHED", "AGREED", "ACTIVE", "PROPOSED")
_CASE = """
    INSERT INTO hub."case" (id, case_no, municipality, nav_unit, subject_id, track, phase, state, responsible_unit,
        opened_at, updated_at, source_party)
    SELECT $1, $1::text, municipality, nav_unit, subject_id, track, 1, 'OPEN', responsible_unit, now(), now(),
        source_party
    FROM hub."case" WHERE id = $2
"""
_MEMBERS = """
    INSERT INTO hub.case_person (case_id, person_id, relation, role, source_party)
    SELECT $1, person_id, relation, role, source_party FROM hub.case_person WHERE case_id = $2
"""
_PLAN = """
    INSERT INTO hub.progress_plan (case_id, version, created_by, alternatives, state, updated_at, source_party)
    SELECT $1, 1, created_by, alternatives, 'DRAFT', now(), source_party FROM hub.progress_plan WHERE case_id = $2
    ORDER BY version LIMIT 1
"""


class Workers:
    """Processes that call; each that is killed is replaced."""

    def __init__(self, place: Endpoints) -> None:
        self._place = place
        self._running = [self._started() for _ in range(PROCESSES)]
        self.killed = 0

    def kill_one(self, chance: random.Random) -> None:
        at = chance.randrange(len(self._running))
        self._end(self._running[at])
        self._running[at] = self._started()
        self.killed += 1

    def end(self) -> None:
        for process in self._running:
            self._end(process)

    def _started(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.webhooks.working"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
            cwd=ROOT,
        )
        assert process.stdin is not None
        print(told(self._place), file=process.stdin, flush=True)
        return process

    def _end(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.communicate()


async def cases_of_eva(owner: Any) -> list[UUID]:
    """Hers, and more like it: what she has agreed to holds for all of them."""
    first = await happening.case_of_eva(owner)
    made = [first]
    for _ in range(CASES - 1):
        case = uuid4()
        async with owner.transaction():
            await owner.execute(_CASE, case, first)
            await owner.execute(_MEMBERS, case, first)
            await owner.execute(_PLAN, case, first)
        made.append(case)
    return made


async def positions(owner: Any, case: UUID) -> dict[str, int]:
    rows = await owner.fetch("SELECT id, position FROM hub.event WHERE case_id = $1 AND topic = 'PLAN'", case)
    return {str(row["id"]): row["position"] for row in rows}


async def change_on_and_on(dsn: str, case: UUID, receiver: Receiver) -> None:
    """One change after the other, each when the one before it has arrived."""
    connection = await asyncpg.connect(dsn)
    try:
        for number in range(CHANGES):
            await happening.plan_becomes(connection, case, STATES[number % len(STATES)])
            async with asyncio.timeout(PATIENCE):
                while not await _has_arrived(connection, case, number + 1, receiver):
                    await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def _has_arrived(connection: Any, case: UUID, count: int, receiver: Receiver) -> bool:
    known = await positions(connection, case)
    taken = {call.headers["webhook-id"] for call in list(receiver.calls) if call.path == "/taken"}
    return len(known.keys() & taken) >= count


async def test_each_change_is_told_in_order_though_processes_die_at_random_moments(place: Endpoints):
    chance = random.Random(20261130)
    owner = await asyncpg.connect(place.owner)
    cases = await cases_of_eva(owner)
    await owner.execute("SELECT hub.put_in_line(500)")
    webhook = uuid4()
    with receiving() as receiver:
        # Some calls are refused, and some take a while: there is something to die in the midst of.
        receiver.reply = lambda _: Reply(
            status=chance.choice((204, 204, 204, 500)), seconds=chance.choice((0, 0, 0.05, 0.3))
        )
        secret = Seal(KEY).sealed(webhook, new_secret())
        await owner.execute(REGISTER, webhook, BANK, receiver.url("/taken"), ["PLAN"], secret)
        workers = await asyncio.to_thread(Workers, place)
        try:
            writers = [asyncio.create_task(change_on_and_on(place.owner, case, receiver)) for case in cases]
            while not all(writer.done() for writer in writers):
                await asyncio.sleep(KILL_EVERY)
                await asyncio.to_thread(workers.kill_one, chance)
            await asyncio.gather(*writers)
        finally:
            await asyncio.to_thread(workers.end)
        calls = list(receiver.calls)
    assert workers.killed > 5
    order: dict[UUID, list[int]] = defaultdict(list)
    for case in cases:
        known = await positions(owner, case)
        seen = [known[call.headers["webhook-id"]] for call in calls if call.headers["webhook-id"] in known]
        # As they came, each the first time that it came: at least once, and never before one that happened before it.
        order[case] = list(dict.fromkeys(seen))
        assert order[case] == sorted(order[case])
        assert len(order[case]) == CHANGES
        assert seen == sorted(seen), "also those that came again"
    assert str(EVA.national_id) not in str([call.body for call in calls])
    await owner.close()
