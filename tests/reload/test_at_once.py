"""What else goes on while a set is put in force: commands, another reload, the end of the one that does it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil

from hub.demo.people import EVA
from hub.rules import Rules
from hub.rules.activation import reload
from tests.reload.asking import SENDER, SUBMIT, Served, Told, ask, fetch
from tests.reload.children import Children
from tests.reload.sets import AFTER, BEFORE, files_after, written

KILLS = 10
DIGESTS = (BEFORE, AFTER)
_TAKEN = """
    INSERT INTO hub.submission
        (id, submitter_party, supplier, actor, kind, received_at, idempotency_key, content_sha256, row_count)
    SELECT gen_random_uuid(), submitter_party, supplier, actor, kind, received_at, $1, content_sha256, row_count
    FROM hub.submission ORDER BY received_at DESC LIMIT 1
"""
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = $1"


def batch(key: str) -> Mapping[str, object]:
    row = {
        "loanType": "BANK_LOAN",
        "loanRef": "RELOAD-1",
        "debtorNationalId": EVA.national_id,
        "firstUnpaidDue": "2026-09-01",
        "unpaidTerms": 2,
        "arrears": 500_000,
    }
    return {"input": {"idempotencyKey": key, "rows": [row]}}


async def until_waiting(owner: str, kind: str, count: int) -> None:
    for _ in range(1000):
        if (await fetch(owner, _WAITING, kind))[0]["count"] >= count:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError(f"nobody waits for {kind}")


async def send(served: Served, process: int, key: str) -> Told:
    async with served.clients(SENDER)[process] as one:
        return await ask(one, SUBMIT, batch(key))


async def commands_around_a_reload(served: Served, both: tuple[Rules, Rules]) -> tuple[Told, Told, str]:
    """One that was begun before and one that came meanwhile, and what was in force while the first was under way."""
    first, second = uuid4().hex, uuid4().hex
    await send(served, 0, uuid4().hex)
    other = await asyncpg.connect(served.owner)
    try:
        held = other.transaction()
        await held.start()
        # Somebody else is storing the same batch: the command stands still in the middle of its transaction.
        await other.execute(_TAKEN, first)
        begun = asyncio.create_task(send(served, 0, first))
        await until_waiting(served.owner, "transactionid", 1)
        reloading = asyncio.create_task(reload(served.owner, both[1]))
        await until_waiting(served.owner, "advisory", 1)
        came = asyncio.create_task(send(served, 1, second))
        await until_waiting(served.owner, "advisory", 2)
        [standing] = await fetch(served.owner, "SELECT digest FROM facts.active_policy")
        await held.rollback()
    finally:
        await other.close()
    told = await asyncio.gather(begun, came)
    await reloading
    return *told, standing["digest"]


def test_command_under_way_is_done_by_the_set_that_it_was_begun_by_and_the_next_by_the_new_one(
    served: Served, both: tuple[Rules, Rules]
) -> None:
    begun, came, standing = asyncio.run(commands_around_a_reload(served, both))
    assert standing == BEFORE
    assert (begun.status, served.recorded([begun])[begun.request]) == (200, BEFORE)
    # As the new set says: it has no such command.
    assert (came.status, came.code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert served.recorded([came]) == {}


def killed(process: psutil.Process, after: float) -> None:
    time.sleep(after)
    with suppress(psutil.NoSuchProcess):
        process.kill()
        process.wait(timeout=10)


def stand_whole(served: Served, rights: Mapping[str, frozenset[tuple[str, str, str]]]) -> str:
    """What is in force, once PostgreSQL has noticed that a reload is gone: what it sent may still be done."""
    with served.holding("SELECT pg_advisory_lock(hashtext('bofast.policies.reload'))"):
        standing = served.in_force()
        assert served.rights() >= rights[standing]
        served.expect_answers_by(standing)
        return standing


def test_reload_that_is_killed_at_any_moment_leaves_the_old_set_or_the_new_one(
    served: Served, made: Children, both: tuple[Rules, Rules]
) -> None:
    rights = {BEFORE: served.rights()}
    began = time.monotonic()
    made.reload(served.owner, 1).wait(timeout=30)
    took, rights[AFTER] = time.monotonic() - began, served.rights()
    standing, draw = served.in_force(), random.Random(3)
    assert standing == AFTER
    for number in range(KILLS):
        old, wanted = standing, DIGESTS.index(standing) ^ 1
        killed(made.reload(served.owner, wanted), took * (number + draw.random()) / KILLS)
        standing = stand_whole(served, rights)
        assert standing in {old, DIGESTS[wanted]}
    for wanted in (0, 1):
        asyncio.run(reload(served.owner, both[wanted]))
        assert served.rights() == rights[DIGESTS[wanted]]


def test_reload_that_is_killed_before_it_is_in_force_leaves_the_old_set_and_after_that_the_new_one(
    served: Served, made: Children, both: tuple[Rules, Rules]
) -> None:
    rights = {BEFORE: served.rights()}
    after = made.reload(served.owner, 1)
    while served.in_force() == BEFORE:
        time.sleep(0.005)
    killed(after, 0)
    asyncio.run(reload(served.owner, both[1]))
    rights[AFTER] = served.rights()
    # With the wider rights given, it waits for a command.
    with served.holding("SELECT pg_advisory_lock_shared(hashtext('bofast.policies'))"):
        before = made.reload(served.owner, 0)
        asyncio.run(until_waiting(served.owner, "advisory", 1))
        assert served.rights() > rights[AFTER]
        killed(before, 0)
    assert stand_whole(served, rights) == AFTER
    asyncio.run(reload(served.owner, both[1]))
    assert served.rights() == rights[AFTER]


def test_of_two_reloads_at_once_the_last_one_stands_whole(
    served: Served, made: Children, both: tuple[Rules, Rules], tmp_path: Path
) -> None:
    rights = {BEFORE: served.rights()}
    reloads = [
        made.command("policy", "reload", "--data", str(served.data), *chosen)
        for chosen in (("--from", str(written(files_after(), tmp_path / "policies"))), ())
    ]
    said = [one.said() for one in reloads]
    standing = served.in_force()
    for digest, text in zip((AFTER, BEFORE), said, strict=True):
        assert f"from now on: {digest}" in text or f"in force already: {digest}" in text
    served.expect_answers_by(standing)
    asyncio.run(reload(served.owner, both[1]))
    rights[AFTER] = served.rights()
    asyncio.run(reload(served.owner, both[0]))
    assert served.rights() == rights[BEFORE] != rights[AFTER]
