"""Three processes call a bank, and are killed at random moments: each change is told, those of a case in order."""

from __future__ import annotations

import asyncio
import os
import random
import signal
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
from tests.receipts.ledger import add_consent, add_event
from tests.running import clean_environment
from tests.webhooks import happening
from tests.webhooks.receiver import Reply, receiving
from tests.webhooks.test_attempts import REGISTER
from tests.webhooks.working import KEY, told

ROOT = Path(__file__).parents[2]
PROCESSES = 3
CASES = 4
KILLS = 6
CHANGES = 10
"""Pairs of them a case. Each is made when the one before it has been told, so that it has something to tell."""
KILL_EVERY = 0.7
PATIENCE = 60
STATES = ("BREACHED", "AGREED", "ACTIVE", "PROPOSED")
_CASE = """
    INSERT INTO hub."case" (id, case_no, municipality, nav_unit, subject_id, track, phase, state, responsible_unit,
        opened_at, updated_at, source_party)
    SELECT $1, CAST($1 AS uuid)::text, municipality, nav_unit, subject_id, track, 1, 'OPEN', responsible_unit,
        now(), now(), source_party
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
_AGREEMENT = """
    INSERT INTO hub.repayment_agreement (case_id, creditor_party, creditor_type, total_ore, instalment_ore,
        day_of_month, first_due, last_due, channel, signed_by, breach_rule, status, source_party)
    SELECT id, $2, 'BANK', 100, 10, 1, '2026-12-01', '2027-12-01', 'TENANT_PAYS', ARRAY['tenant'], 'none', 'ACTIVE',
        source_party
    FROM hub."case" WHERE id = $1
"""
_OTHER_TOTAL = "UPDATE hub.repayment_agreement SET total_ore = 1000 + $2 WHERE case_id = $1"
_ON_ITS_WAY = """
    SELECT EXISTS (SELECT FROM hub.outbox WHERE case_id = $1)
        OR EXISTS (SELECT FROM hub.webhook_delivery WHERE line = $1)
        OR EXISTS (SELECT FROM hub.webhook AS hook JOIN hub.event AS event ON event.position > hook.position
            WHERE event.case_id = $1)
"""


class Workers:
    """Processes that call; each that is killed is replaced."""

    def __init__(self, place: Endpoints) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.webhooks.working"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
            cwd=ROOT,
        )
        self._tell(told(place))
        self._numbers = [self._started() for _ in range(PROCESSES)]
        self.killed = 0

    def kill_one(self, chance: random.Random) -> None:
        """As it is at work, and with nothing that it could do about it."""
        at = chance.randrange(len(self._numbers))
        os.kill(self._numbers[at], signal.SIGKILL)
        self._numbers[at] = self._started()
        self.killed += 1

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
    for case in made:
        await owner.execute(_AGREEMENT, case, BANK)
    consent = await add_consent(owner, subject=EVA.id, categories=["AGREEMENT_TERMS", "PLAN_STATUS"])
    await add_event(owner, consent, "GIVEN")
    return made


async def positions(owner: Any, case: UUID, after: int) -> dict[str, int]:
    rows = await owner.fetch(
        "SELECT id, position FROM hub.event WHERE case_id = $1 AND topic IN ('AGREEMENT', 'PLAN') AND position > $2",
        case,
        after,
    )
    return {str(row["id"]): row["position"] for row in rows}


async def change_on_and_on(dsn: str, case: UUID, chance: random.Random, workers: Workers) -> int:
    """Two changes, the plan and an agreement or the other way round; and again when both have been told. Goes on until
    so many processes have died, and returns how often it was.
    """
    connection, number = await asyncpg.connect(dsn), 0
    try:
        while number < CHANGES or workers.killed < KILLS:
            changes = [
                happening.plan_becomes(connection, case, STATES[number % len(STATES)]),
                connection.execute(_OTHER_TOTAL, case, number + 1),
            ]
            if chance.random() < 0.5:
                changes.reverse()
            for change in changes:
                await change
            async with asyncio.timeout(PATIENCE):
                while await connection.fetchval(_ON_ITS_WAY, case):
                    await asyncio.sleep(0.05)
            number += 1
    finally:
        await connection.close()
    return number


async def test_each_change_is_told_in_order_though_processes_die_at_random_moments(place: Endpoints):
    chance = random.Random(20261130)
    owner = await asyncpg.connect(place.owner)
    cases = await cases_of_eva(owner)
    await owner.execute("SELECT hub.put_in_line(500)")
    before = await owner.fetchval("SELECT max(position) FROM hub.event")
    webhook = uuid4()
    with receiving() as receiver:
        # Some calls are refused, and some take a while: there is something to die in the midst of.
        receiver.reply = lambda _: Reply(
            status=chance.choice((204, 204, 204, 500)), seconds=chance.choice((0, 0, 0.05, 0.3))
        )
        secret = Seal(KEY).sealed(webhook, new_secret())
        await owner.execute(REGISTER, webhook, BANK, receiver.url("/taken"), ["AGREEMENT", "PLAN"], secret)
        workers = await asyncio.to_thread(Workers, place)
        try:
            writers = [asyncio.create_task(change_on_and_on(place.owner, case, chance, workers)) for case in cases]
            while not all(writer.done() for writer in writers):
                await asyncio.sleep(KILL_EVERY)
                await asyncio.to_thread(workers.kill_one, chance)
            made = await asyncio.gather(*writers)
        finally:
            await asyncio.to_thread(workers.end)
        calls = list(receiver.calls)
    assert workers.killed >= KILLS
    order: dict[UUID, list[int]] = defaultdict(list)
    for case, changes in zip(cases, made, strict=True):
        known = await positions(owner, case, before)
        seen = [known[call.headers["webhook-id"]] for call in calls if call.headers["webhook-id"] in known]
        # As they came, each the first time that it came: at least once, and never before one that happened before it.
        order[case] = list(dict.fromkeys(seen))
        assert order[case] == sorted(order[case])
        assert len(order[case]) == 2 * changes
        assert seen == sorted(seen), "also those that came again"
    assert str(EVA.national_id) not in str([call.body for call in calls])
    await owner.close()
