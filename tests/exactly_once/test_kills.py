"""What was acknowledged is there once, whatever was killed while it was under way."""

from __future__ import annotations

import asyncio
import os
import sys
from random import Random
from typing import Any

import asyncpg
import pytest

from hub.demo.load import load
from hub.demo.people import EVA
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.rules.activation import prepare_database
from hub.store import migrate
from hub.store.embedded import EmbeddedServer
from tests.exactly_once.house import House, open_house
from tests.exactly_once.senders import CORRECTED, ROWS, Acknowledged, Senders
from tests.intake.factory import add_consent

_KILLS = int(os.environ.get("KILLS", "6"))
"""`make kills` makes two hundred."""
_SENDERS = 4
_TOLD_EVERY = 20
_LONGEST_WAIT = 0.3
"""Seconds between two kills: a batch takes some 20 ms, so that one falls anywhere within it."""

_STORED = """
    SELECT submission.idempotency_key AS key, submission.id::text, submission.row_count,
        array_agg(line.id::text ORDER BY line.row_no) FILTER (WHERE line.outcome = 'ACCEPTED') AS receipts,
        array_agg(line.row_no ORDER BY line.row_no) AS numbers,
        count(*) FILTER (WHERE line.outcome = 'ACCEPTED' AND line.loan_ref IS DISTINCT FROM
            submission.idempotency_key || '-' || (line.row_no - 1)) AS strange
    FROM hub.submission LEFT JOIN hub.submitted_default AS line ON line.submission_id = submission.id
    WHERE submission.idempotency_key LIKE 'sender-%' GROUP BY submission.id
"""
_TWICE = """
    SELECT loan_ref FROM hub.submitted_default WHERE outcome = 'ACCEPTED' GROUP BY loan_ref HAVING count(*) > 1
"""
_AMENDED = """
    SELECT line.id::text AS receipt, array_agg(event.kind || ' ' || event.arrears_ore) AS events
    FROM hub.submitted_default_event AS event JOIN hub.submitted_default AS line ON line.id = event.submitted_default_id
    GROUP BY line.id
"""
# Events that were written in the transaction of a command: by process how many, and the last of their numbers.
_ON_RECORD = """
    SELECT count(*) AS events, max(event.writer_seq) AS last
    FROM audit.event AS event JOIN audit.writer AS writer ON writer.id = event.writer_id
    WHERE writer.kind = 'COMMAND' GROUP BY writer.id
"""


def prepare(server: EmbeddedServer) -> None:
    """The demo's data, and a consent that the batches rest on."""
    owner = server.endpoints().owner
    migrate.upgrade(owner)
    prepare_database(owner)
    asyncio.run(load(owner, cases=2))
    asyncio.run(_consented(owner))


async def _consented(owner: str) -> None:
    connection = await asyncpg.connect(owner)
    try:
        await add_consent(connection, EVA.id)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def house() -> Any:
    with open_house(prepare) as opened:
        yield opened


async def killed(house: House, kills: int, chance: Random) -> Senders:
    """So many kills under load. Returns when the senders have been told of everything that they sent."""
    bank = persona("bank-system")
    assert bank is not None
    tokens = {hub.url: await sign_in(hub.url, bank) for hub in house.hubs}
    senders = Senders(hubs=house.hubs, tokens=tokens, debtor=EVA.national_id, chance=Random(1))
    sending = [asyncio.create_task(senders.run(number)) for number in range(_SENDERS)]
    try:
        for number in range(1, kills + 1):
            await asyncio.sleep(chance.uniform(0, _LONGEST_WAIT))
            await asyncio.to_thread(house.kill_something, chance)
            if number % _TOLD_EVERY == 0:
                sys.stdout.write(f"{number} killed, {len(senders.told)} batches acknowledged\n")
    finally:
        senders.is_over = True
        await asyncio.wait_for(asyncio.gather(*sending), 60)
    return senders


async def amended(house: House) -> dict[str, list[str]]:
    connection = await asyncpg.connect(house.postgres.endpoints().owner)
    try:
        return {row["receipt"]: row["events"] for row in await connection.fetch(_AMENDED)}
    finally:
        await connection.close()


async def stored(house: House) -> tuple[dict[str, Any], list[str], list[tuple[int, int]]]:
    connection = await asyncpg.connect(house.postgres.endpoints().owner)
    try:
        found = {row["key"]: row for row in await connection.fetch(_STORED)}
        twice = [row["loan_ref"] for row in await connection.fetch(_TWICE)]
        written = [(row["events"], row["last"]) for row in await connection.fetch(_ON_RECORD)]
        return found, twice, written
    finally:
        await connection.close()


def test_what_was_acknowledged_is_there_once_whatever_was_killed(house: House) -> None:
    senders = asyncio.run(killed(house, _KILLS, Random(20261130)))
    found, twice, written = asyncio.run(stored(house))
    sys.stdout.write(f"{house.killed} killed, {senders.tries} tries, {len(senders.told)} batches acknowledged\n")
    assert sum(house.killed.values()) == _KILLS
    # It did go on between the kills, and the kills did hit.
    assert len(senders.told) > _KILLS
    assert senders.tries > len(senders.told)
    assert senders.contradicted == []
    assert twice == []
    # Row by row: what was told is what is there, whole, and nothing else is.
    assert found.keys() == senders.told.keys()
    for key, told in senders.told.items():
        row = found[key]
        assert Acknowledged(id=row["id"], receipts=tuple(row["receipts"])) == told
        assert row["row_count"] == ROWS
        assert row["numbers"] == list(range(1, ROWS + 1))
        assert row["strange"] == 0
    # What was done to two rows of each was done once.
    expected = {told.receipts[0]: ["WITHDRAWN 100000"] for told in senders.told.values()}
    expected |= {told.receipts[1]: [f"CORRECTED {CORRECTED}"] for told in senders.told.values()}
    assert asyncio.run(amended(house)) == expected
    # Each has its event, in its own transaction, and no number is missing.
    assert sum(events for events, _ in written) == 3 * len(senders.told)
    assert all(events == last for events, last in written)
