"""The hub does the jobs: what fell due while it was away is done when it starts."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from hub.app import prepare_database
from hub.store.roles import Endpoints
from tests.acceptance.house import open_house
from tests.receipts.ledger import add_consent, add_event


async def ended_a_day_ago(endpoints: Endpoints) -> Any:
    owner = await asyncpg.connect(endpoints.owner)
    try:
        now = datetime.now(UTC)
        consent = await add_consent(owner)
        await add_event(owner, consent, "GIVEN", now - timedelta(days=40), expires_at=now - timedelta(days=1))
    finally:
        await owner.close()
    return consent


def test_hub_that_starts_writes_down_what_ended_while_it_was_away(database: Endpoints):
    prepare_database(database.owner)
    consent = asyncio.run(ended_a_day_ago(database))
    with open_house(database) as house:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            kinds = [row["kind"] for row in house.rows("SELECT kind FROM hub.message WHERE consent_id = $1", consent)]
            if kinds:
                break
            time.sleep(0.1)
        (mine,) = [
            one
            for one in house.ask("citizen-kari", "{ me { messages { kind consentId } } }").data["me"]["messages"]
            if one["consentId"] == str(consent)
        ]
    assert mine["kind"] == "CONSENT_EXPIRED"
