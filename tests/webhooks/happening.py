"""What happens to Eva, and her bank may see: she has agreed that it sees the plan, and the agreements with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hub.demo.offices import BANK
from hub.demo.people import EVA

CONSENT = """
    SELECT id FROM hub.consent WHERE subject_id = $1 AND recipient_party = $2 AND purpose = $3 ORDER BY id LIMIT 1
"""
CASE = "SELECT id FROM hub.case WHERE subject_id = $1 ORDER BY opened_at DESC LIMIT 1"
PLAN = """
    UPDATE hub.progress_plan SET state = $2 WHERE case_id = $1
        AND version = (SELECT max(version) FROM hub.progress_plan WHERE case_id = $1)
"""
HIDDEN_STEP = """
    UPDATE hub.plan_step SET what = what || '.'
    WHERE case_id = $1 AND id = (
        SELECT id FROM hub.plan_step WHERE case_id = $1 AND names_party IS DISTINCT FROM $2 ORDER BY id LIMIT 1)
"""
WITHDRAW = """
    INSERT INTO hub.consent_event (consent_id, kind, effective_at, recorded_by)
    VALUES ($1, 'WITHDRAWN', clock_timestamp(), 'citizen')
"""


async def case_of_eva(owner: Any) -> UUID:
    return await owner.fetchval(CASE, EVA.id)


async def consent_of_eva(owner: Any, purpose: str = "REFINANCING", recipient: str = BANK) -> UUID:
    return await owner.fetchval(CONSENT, EVA.id, recipient, purpose)


async def plan_becomes(owner: Any, case: UUID, state: str) -> None:
    """A change that the bank may see."""
    await owner.execute(PLAN, case, state)


async def hidden_step_changes(owner: Any, case: UUID) -> None:
    """A change of a step that does not name the bank, which it may not see."""
    assert await owner.execute(HIDDEN_STEP, case, BANK) == "UPDATE 1"


async def withdrawn(owner: Any, consent: UUID) -> None:
    await owner.execute(WITHDRAW, consent)
