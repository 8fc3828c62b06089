"""Decisions of before there were receipts get theirs, once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.consent.receipt_keys import ReceiptKeys
from hub.jobs import Jobs, MissingReceipts
from hub.jobs.missing_receipts import BATCH
from hub.store.session import Sessions
from tests.receipts.conftest import receipts_of
from tests.receipts.ledger import add_consent, add_event

MISSING = """
    SELECT count(*) FROM hub.consent_event AS event WHERE event.kind IN ('GIVEN', 'RENEWED', 'REFUSED', 'WITHDRAWN')
    AND NOT EXISTS (SELECT FROM hub.consent_receipt AS receipt WHERE receipt.event_id = event.id)
"""


async def test_every_decision_has_a_receipt_after_one_round_and_no_other_event_has(
    sessions: Sessions, owner: Any, tmp_path: Path
):
    keys = ReceiptKeys(tmp_path / "keys")
    await keys.start(sessions)
    consent = await add_consent(owner)
    await add_event(owner, consent, "REQUESTED", datetime.now(UTC))
    for _ in range(2 * BATCH):
        await add_event(owner, consent, "GIVEN", datetime.now(UTC))
    jobs = Jobs(sessions, duties=(MissingReceipts(receipts_of(keys)),))
    await jobs.round()
    assert await owner.fetchval(MISSING) == 0
    issued = await owner.fetchval("SELECT count(*) FROM hub.consent_receipt")
    assert issued > 2 * BATCH
    await jobs.round()
    assert await owner.fetchval("SELECT count(*) FROM hub.consent_receipt") == issued
