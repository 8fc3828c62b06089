"""Processes are killed while files come in and while they are judged: each row is there once, and none is lost."""

from __future__ import annotations

import asyncio
import os
import sys
from random import Random
from typing import Any

import asyncpg
import httpx
import pytest

from hub.bulk.parts import PART
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.store.embedded import EmbeddedServer
from tests.bulk.sending import COLLECTION, NDJSON, ndjson
from tests.exactly_once.house import House, open_house
from tests.exactly_once.test_kills import prepare
from tests.intake.factory import add_consent, add_person, row, strangers

_KILLS = int(os.environ.get("KILLS", "3"))
_ROWS = 8_000
_SENDERS = 2
_PATIENCE = 120.0
_TOLD_EVERY = 20
_DEBTORS = strangers(500)
"""Of so many persons, so that what is accepted is soon filed: in one case with thousands of claims it takes long."""

_STORED = """
    SELECT line.submission_id::text AS id, count(*) AS rows, count(DISTINCT line.row_no) AS numbers,
        max(line.row_no) AS last, count(*) FILTER (WHERE line.outcome = 'ACCEPTED') AS accepted,
        count(*) FILTER (WHERE line.outcome = 'ACCEPTED' AND line.loan_ref <> 'BL-' || (line.row_no - 1)) AS strange
    FROM hub.submitted_default AS line JOIN hub.upload AS upload ON upload.id = line.submission_id
    GROUP BY line.submission_id
"""
_LEFT = "SELECT (SELECT count(*) FROM hub.upload_part) + (SELECT count(*) FROM hub.upload_seen)"


@pytest.fixture(scope="module")
def house() -> Any:
    with open_house(prepare_debtors) as opened:
        yield opened


def prepare_debtors(server: EmbeddedServer) -> None:
    """The demo's data, and persons who have consented."""
    prepare(server)
    asyncio.run(_consented(server.endpoints().owner))


async def _consented(owner: str) -> None:
    connection = await asyncpg.connect(owner)
    try:
        async with connection.transaction():
            for number in _DEBTORS:
                await add_consent(connection, await add_person(connection, number))
    finally:
        await connection.close()


def content() -> bytes:
    """One row has a slip in it, and one stands twice."""
    rows = [row(_DEBTORS[number % len(_DEBTORS)], loanRef=f"BL-{number}") for number in range(_ROWS)]
    rows[1_500] = row("12345678901", loanRef="BL-1500")
    rows[6_900] = rows[3]
    return ndjson(rows)


class Sender:
    """Sends one file after the other, each until it is acknowledged and from where the hub says that it is; then waits
    for its end.
    """

    def __init__(self, house: House, tokens: dict[str, str], number: int) -> None:
        self._house = house
        self._tokens = tokens
        self._chance = Random(number)
        self._number = number
        self.is_over = False
        self.told: list[dict[str, Any]] = []

    async def run(self) -> None:
        """Until it is over; what was begun is brought to its end."""
        body = content()
        while not self.is_over:
            self.told.append(await self._judged(f"file-{len(self.told)}-of-{self._number}", body))

    async def _judged(self, key: str, body: bytes) -> dict[str, Any]:
        place, told = "", dict[str, Any]()
        while told.get("state") != "JUDGED":
            url = self._chance.choice(self._house.hubs).url
            headers = {"authorization": f"Bearer {self._tokens[url]}", "idempotency-key": key}
            try:
                async with httpx.AsyncClient(base_url=url, headers=headers, timeout=10, trust_env=False) as hub:
                    place = place or await self._sent(hub, body)
                    if place:
                        answer = await hub.get(place)
                        told = answer.json() if answer.is_success else told
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)
        return told

    async def _sent(self, hub: httpx.AsyncClient, body: bytes) -> str:
        known = await hub.head(COLLECTION)
        if not known.is_success:
            return ""
        if "location" in known.headers:
            return known.headers["location"]
        offset = int(known.headers["upload-offset"])

        async def slowly() -> Any:
            for at in range(offset, len(body), PART // 4):
                yield body[at : at + PART // 4]
                await asyncio.sleep(0.03)

        headers = {"content-type": NDJSON, "upload-offset": str(offset)}
        answer = await hub.post(COLLECTION, content=slowly(), headers=headers)
        assert answer.status_code in {202, 503, 409}, answer.text
        return answer.headers.get("location", "") if answer.status_code == httpx.codes.ACCEPTED else ""


async def killed(house: House, chance: Random) -> list[Sender]:
    bank = persona("bank-system")
    assert bank is not None
    tokens = {hub.url: await sign_in(hub.url, bank) for hub in house.hubs}
    senders = [Sender(house, tokens, number) for number in range(_SENDERS)]
    sending = [asyncio.create_task(sender.run()) for sender in senders]
    for number in range(1, _KILLS + 1):
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        await asyncio.to_thread(house.kill_something, chance)
        if number % _TOLD_EVERY == 0:
            judged = sum(len(sender.told) for sender in senders)
            sys.stdout.write(f"{number} killed, {judged} files judged\n")
    for sender in senders:
        sender.is_over = True
    await asyncio.wait_for(asyncio.gather(*sending), _PATIENCE)
    return senders


async def stored(house: House) -> tuple[dict[str, Any], int]:
    connection = await asyncpg.connect(house.postgres.endpoints().owner)
    try:
        return {row["id"]: row for row in await connection.fetch(_STORED)}, await connection.fetchval(_LEFT)
    finally:
        await connection.close()


def test_each_row_of_a_file_is_there_once_whatever_was_killed(house: House) -> None:
    senders = asyncio.run(killed(house, Random(20261130)))
    found, left = asyncio.run(stored(house))
    assert sum(house.killed.values()) == _KILLS
    told = [one for sender in senders for one in sender.told]
    assert len(told) >= _SENDERS
    assert found.keys() == {one["id"] for one in told}
    for one in told:
        kept = found[one["id"]]
        assert (kept["rows"], kept["numbers"], kept["last"]) == (_ROWS, _ROWS, _ROWS)
        assert (kept["accepted"], kept["strange"]) == (_ROWS - 2, 0)
        assert (one["accepted"], one["rejected"]) == (_ROWS - 2, 2)
    assert left == 0
