"""What falls due is written once, at its own moment by the database's clock, and nothing else is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.commands.locks import HOLD_PERSON
from hub.demo.people import EVA, KARI
from hub.jobs import DUTIES, Duty, Jobs
from hub.jobs.expiry import BATCH
from hub.store.session import Sessions
from tests.receipts.ledger import add_consent, add_event

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def history(owner: Any, consent: UUID) -> list[str]:
    rows = await owner.fetch("SELECT kind FROM hub.consent_event WHERE consent_id = $1 ORDER BY seq", consent)
    return [row["kind"] for row in rows]


async def messages(owner: Any, consent: UUID) -> list[str]:
    rows = await owner.fetch("SELECT kind FROM hub.message WHERE consent_id = $1 ORDER BY created_at, kind", consent)
    return [row["kind"] for row in rows]


async def given(owner: Any, at: datetime, until: datetime, **changed: Any) -> UUID:
    consent = await add_consent(owner)
    await add_event(owner, consent, "GIVEN", at, expires_at=until, **changed)
    return consent


async def test_consent_that_has_ended_has_an_event_at_its_end_and_a_message(jobs: Jobs, owner: Any):
    until = NOW - DAY
    consent = await given(owner, NOW - 30 * DAY, until)
    await jobs.round()
    event = await owner.fetchrow("SELECT * FROM hub.consent_event WHERE consent_id = $1 ORDER BY seq DESC", consent)
    assert (event["kind"], event["effective_at"], event["recorded_by"]) == ("EXPIRED", until, "hub")
    assert event["recorded_at"] > NOW
    message = await owner.fetchrow("SELECT * FROM hub.message WHERE consent_id = $1", consent)
    assert (message["kind"], message["person_id"], message["party_id"], message["event_seq"]) == (
        "CONSENT_EXPIRED",
        KARI.id,
        None,
        event["seq"],
    )


async def test_consent_that_ends_soon_has_one_reminder_and_no_event(jobs: Jobs, owner: Any):
    consent = await given(owner, NOW - 30 * DAY, NOW + 13 * DAY)
    for _ in range(3):
        await jobs.round()
    assert await history(owner, consent) == ["GIVEN"]
    assert await messages(owner, consent) == ["CONSENT_REMINDER"]


async def test_renewal_is_reminded_of_in_its_turn(jobs: Jobs, owner: Any):
    consent = await given(owner, NOW - 30 * DAY, NOW + 2 * DAY)
    await jobs.round()
    await add_event(owner, consent, "RENEWED", NOW - 20 * DAY, expires_at=NOW + 9 * DAY)
    await jobs.round()
    assert await messages(owner, consent) == ["CONSENT_REMINDER", "CONSENT_REMINDER"]


async def test_request_that_nobody_answered_for_a_month_lapses(jobs: Jobs, owner: Any):
    consent = await add_consent(owner)
    await add_event(owner, consent, "REQUESTED", NOW - 31 * DAY)
    await jobs.round()
    assert await history(owner, consent) == ["REQUESTED", "LAPSED"]
    assert await messages(owner, consent) == ["CONSENT_LAPSED"]


async def nothing_due(owner: Any, name: str) -> UUID:
    consent = await add_consent(owner)
    match name:
        case "ends in more than two weeks":
            await add_event(owner, consent, "GIVEN", NOW - 30 * DAY, expires_at=NOW + 15 * DAY)
        case "is shorter than the notice":
            await add_event(owner, consent, "GIVEN", NOW - DAY, expires_at=NOW + 9 * DAY)
        case "has yet to begin":
            await add_event(owner, consent, "GIVEN", NOW - DAY, effective_at=NOW + DAY, expires_at=NOW + 10 * DAY)
        case "was withdrawn before its end":
            await add_event(owner, consent, "GIVEN", NOW - 30 * DAY, expires_at=NOW - DAY)
            await add_event(owner, consent, "WITHDRAWN", NOW - 2 * DAY)
        case "was withdrawn and would end soon":
            await add_event(owner, consent, "GIVEN", NOW - 30 * DAY, expires_at=NOW + DAY)
            await add_event(owner, consent, "WITHDRAWN", NOW - 2 * DAY)
        case "was renewed from after its end":
            await add_event(owner, consent, "GIVEN", NOW - 30 * DAY, expires_at=NOW - DAY)
            await add_event(owner, consent, "RENEWED", NOW - 2 * DAY, effective_at=NOW + DAY, expires_at=NOW + 9 * DAY)
        case "was asked for lately":
            await add_event(owner, consent, "REQUESTED", NOW - 29 * DAY)
        case "was refused":
            await add_event(owner, consent, "REQUESTED", NOW - 99 * DAY)
            await add_event(owner, consent, "REFUSED", NOW - 98 * DAY)
        case _:
            pass
    return consent


@pytest.mark.parametrize(
    "name",
    [
        "ends in more than two weeks",
        "is shorter than the notice",
        "has yet to begin",
        "was withdrawn before its end",
        "was withdrawn and would end soon",
        "was renewed from after its end",
        "was asked for lately",
        "was refused",
        "has no history",
    ],
)
async def test_nothing_is_written_of_a_consent_that(name: str, jobs: Jobs, owner: Any):
    consent = await nothing_due(owner, name)
    before = await history(owner, consent)
    await jobs.round()
    assert (await history(owner, consent), await messages(owner, consent)) == (before, [])


async def test_rounds_of_many_at_once_write_each_once(sessions: Sessions, jobs: Jobs, owner: Any):
    ended = [await given(owner, NOW - 30 * DAY, NOW - DAY) for _ in range(20)]
    ending = [await given(owner, NOW - 30 * DAY, NOW + DAY) for _ in range(20)]
    await asyncio.gather(*(Jobs(sessions).round() for _ in range(5)))
    assert [await history(owner, one) for one in ended] == [["GIVEN", "EXPIRED"]] * 20
    assert [await messages(owner, one) for one in ended] == [["CONSENT_EXPIRED"]] * 20
    assert [await messages(owner, one) for one in ending] == [["CONSENT_REMINDER"]] * 20


async def test_more_than_a_batch_is_done_in_one_round(jobs: Jobs, owner: Any):
    number = 2 * BATCH + 1
    await owner.execute(
        """
        WITH many AS (
            INSERT INTO hub.consent (kind, subject_id, source_party, recipient_party, purpose, categories)
            SELECT 'CONSENT_GDPR', $1, '9901-nav', '313800105', 'REFINANCING', ARRAY['BUDGET']
            FROM generate_series(1, $2::int) RETURNING id
        )
        INSERT INTO hub.consent_event (consent_id, kind, effective_at, recorded_by)
        SELECT id, 'REQUESTED', now(), 'bank' FROM many
        """,
        EVA.id,
        number,
    )
    await owner.execute("ALTER TABLE hub.consent_event DISABLE TRIGGER refuse_change")
    await owner.execute(
        "UPDATE hub.consent_event SET recorded_at = now() - interval '31 days' WHERE recorded_by = 'bank'"
    )
    await jobs.round()
    assert await owner.fetchval("SELECT count(*) FROM hub.consent_event WHERE kind = 'LAPSED'") == number


async def test_whoever_is_at_it_with_the_person_goes_first_and_the_next_round_sees_what_was_done(
    jobs: Jobs, owner: Any
):
    consent = await given(owner, NOW - 30 * DAY, NOW - DAY)
    async with owner.transaction():
        await owner.execute(HOLD_PERSON, str(KARI.id))
        # A withdrawal is under way. The round passes it by, without waiting.
        await asyncio.wait_for(jobs.round(), 10)
        await add_event(owner, consent, "WITHDRAWN", NOW)
    await jobs.round()
    assert await history(owner, consent) == ["GIVEN", "WITHDRAWN"]


async def test_duty_that_breaks_is_passed_over_and_done_when_it_is_mended(
    sessions: Sessions, jobs: Jobs, owner: Any, caplog: pytest.LogCaptureFixture
):
    consent = await given(owner, NOW - 30 * DAY, NOW - DAY)
    broken = Duty(name="broken", due="SELECT id FROM hub.nothing", write="")
    await Jobs(sessions, duties=(broken, *DUTIES)).round()
    assert await history(owner, consent) == ["GIVEN", "EXPIRED"]
    (told,) = [entry.getMessage() for entry in caplog.records if entry.name == "bofast.jobs"]
    assert "job=broken" in told
    assert "hub.nothing" not in told


async def test_loop_does_what_is_due_at_once_and_stops_when_told(sessions: Sessions, jobs: Jobs, owner: Any):
    consent = await given(owner, NOW - 30 * DAY, NOW - DAY)
    running = Jobs(sessions, every=3600)
    await running.start()
    for _ in range(100):
        if await messages(owner, consent):
            break
        await asyncio.sleep(0.05)
    await asyncio.wait_for(running.stop(), 5)
    assert await history(owner, consent) == ["GIVEN", "EXPIRED"]


async def test_end_counts_by_its_own_date_whether_or_not_a_job_has_run(owner: Any):
    consent = await given(owner, NOW - 30 * DAY, NOW - timedelta(seconds=1))
    status = await owner.fetchval("SELECT status FROM facts.consent_status WHERE consent_id = $1", consent)
    in_force = await owner.fetchval("SELECT count(*) FROM facts.consent WHERE id = $1", consent)
    assert (status, in_force) == ("EXPIRED", 0)
