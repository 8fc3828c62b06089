"""Processes are killed at random moments. While rows come in: each row becomes one signal, each debtor gets one case.
While persons become strictly protected: each case is handed over once.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.store.roles import Endpoints
from tests.routing.town import TESTBY, Town
from tests.running import clean_environment

ROOT = Path(__file__).parents[2]
KILLS = 40
A_TIME = 12
PEOPLE = 25


@pytest.fixture
def place(database: Endpoints) -> Endpoints:
    """A database of its own, which others are killed over."""
    return database


@pytest.fixture
async def owner(place: Endpoints) -> Any:
    connection = await asyncpg.connect(place.owner)
    yield connection
    await connection.close()


class Workers:
    """Processes that route; each is replaced when it is killed."""

    def __init__(self, dsn: str, count: int) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.routing.working"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
            cwd=ROOT,
        )
        self._tell(dsn)
        self._numbers = [self._started() for _ in range(count)]

    def kill_one(self, chance: random.Random) -> None:
        """As it is at work, and with nothing that it could do about it."""
        victim = chance.randrange(len(self._numbers))
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


async def test_each_row_becomes_one_signal_though_processes_die_at_random_moments(
    place: Endpoints, owner: Any, town: Town
):
    chance = random.Random(20261130)
    people = [await town.customer() for _ in range(PEOPLE)]
    workers = await asyncio.to_thread(Workers, place.app, 3)
    rows: list[Any] = []
    try:
        for _ in range(KILLS):
            for _ in range(A_TIME):
                number, _, consent = chance.choice(people)
                # Two loans each, told of again and again, by two channels as it were.
                rows.append(
                    await town.default(
                        number, consent, loan_ref=chance.choice("AB"), arrears_ore=chance.randrange(1, 4)
                    )
                )
            await asyncio.sleep(chance.uniform(0, 0.1))
            await asyncio.to_thread(workers.kill_one, chance)
        await emptied(owner, rows)
    finally:
        await asyncio.to_thread(workers.end)
    assert len(rows) == KILLS * A_TIME
    done = await owner.fetch(
        "SELECT done.id, done.outcome, signal.case_id, one.subject_id, line.debtor_national_id, person.national_id"
        " FROM hub.routed AS done JOIN hub.submitted_default AS line ON line.id = done.id"
        " JOIN hub.signal AS signal ON signal.id = done.signal_id"
        ' JOIN hub."case" AS one ON one.id = signal.case_id JOIN nav.person AS person ON person.id = one.subject_id'
        " WHERE done.id = ANY ($1)",
        rows,
    )
    assert sorted(row["id"] for row in done) == sorted(rows)
    assert {row["outcome"] for row in done} == {"SIGNAL"}
    assert all(row["debtor_national_id"] == row["national_id"] for row in done)
    subjects = {row["subject_id"]: row["case_id"] for row in done}
    assert len({row["case_id"] for row in done}) == len(subjects), "one case for each debtor"
    cases = list(subjects.values())
    assert await owner.fetchval("SELECT count(*) FROM hub.signal WHERE case_id = ANY ($1)", cases) == len(rows)
    loans = await owner.fetch(
        "SELECT loan.case_id, loan.loan_ref, count(DISTINCT loan.id) AS loans, count(owed.id) AS defaults"
        " FROM bank.mortgage_loan AS loan JOIN bank.mortgage_default AS owed ON owed.loan_id = loan.id"
        " WHERE loan.case_id = ANY ($1) GROUP BY loan.case_id, loan.loan_ref",
        cases,
    )
    assert {(loan["loans"], loan["defaults"]) for loan in loans} == {(1, 1)}
    firsts = await owner.fetchval(
        "SELECT count(*) FROM hub.signal WHERE case_id = ANY ($1) AND duplicates_of IS NULL", cases
    )
    assert firsts == len(loans), "of each claim one signal is the first, and all others are linked to it"
    latest = await owner.fetchval(
        """
        SELECT count(*) FROM bank.mortgage_default AS owed JOIN LATERAL (
            SELECT line.arrears_ore FROM hub.submitted_default AS line JOIN hub.routed AS done ON done.id = line.id
            JOIN hub.signal AS signal ON signal.id = done.signal_id
            WHERE signal.case_id = owed.case_id AND line.loan_ref = owed.loan_ref
            ORDER BY line.received_at DESC LIMIT 1
        ) AS last ON true WHERE owed.case_id = ANY ($1) AND owed.arrears_ore <> last.arrears_ore
        """,
        cases,
    )
    assert latest == 0, "each default says what was told last"


async def test_each_case_is_handed_over_once_though_processes_die_at_random_moments(
    place: Endpoints, owner: Any, town: Town
):
    chance = random.Random(20261201)
    workers = await asyncio.to_thread(Workers, place.app, 3)
    cases: list[Any] = []
    try:
        for _ in range(KILLS):
            household = [(await town.person())[1] for _ in range(2)]
            made = [await town.case(person, lender=None) for person in household]
            await town.member(made[0], household[1])
            cases += made
            protected = chance.choice(household)
            await owner.execute("UPDATE nav.person SET protection = 'STRENGT_FORTROLIG' WHERE id = $1", protected)
            await asyncio.sleep(chance.uniform(0, 0.05))
            await asyncio.to_thread(workers.kill_one, chance)
        until = time.monotonic() + 60
        while await owner.fetchval(
            'SELECT count(*) FROM hub."case" WHERE id = ANY ($1) AND nav_unit <> $2', cases, TESTBY.secure_unit
        ):
            assert time.monotonic() < until, "cases are left where nobody may see them"
            await asyncio.sleep(0.05)
        # A moment more, for what would be done twice.
        await asyncio.sleep(0.5)
    finally:
        await asyncio.to_thread(workers.end)
    done = await owner.fetch(
        "SELECT case_id, count(*) AS times FROM hub.case_change WHERE case_id = ANY ($1) AND kind = 'HANDED_OVER'"
        " GROUP BY case_id",
        cases,
    )
    assert {one["case_id"]: one["times"] for one in done} == dict.fromkeys(cases, 1)
    working = await owner.fetch("SELECT case_id, unit_id FROM facts.participant WHERE case_id = ANY ($1)", cases)
    assert sorted((one["case_id"], one["unit_id"]) for one in working) == sorted(
        (case, TESTBY.secure_unit) for case in cases
    )


async def emptied(owner: Any, rows: list[Any]) -> None:
    until = time.monotonic() + 60
    while await owner.fetchval("SELECT count(*) FROM hub.unrouted WHERE row_id = ANY ($1)", rows):
        assert time.monotonic() < until, "rows are left over"
        await asyncio.sleep(0.05)
