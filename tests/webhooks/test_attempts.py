"""Attempts by a clock that is given: pauses, patience that is asked for, dead letters, order, what fails here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from hub.demo.offices import BANK
from hub.errors import RecordUnavailable
from hub.events.webhooks import ForgottenDeadLetters, Pace
from hub.events.webhooks.dispatcher import Dispatcher
from hub.events.webhooks.secrets import Seal, new_secret
from hub.jobs import Jobs
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from tests.webhooks import happening
from tests.webhooks.receiver import Receiver, Reply, receiving
from tests.webhooks.working import KEY, dispatching

PACE = Pace(first=10.0, longest=100.0, attempts=4, chance=lambda: 1.0)
REGISTER = """
    INSERT INTO hub.webhook (id, submitter_party, consumer, scopes, issuer, purpose, url, kinds, secret, position)
    VALUES ($1, $2, $2, ARRAY['bofast:bank'], 'test', 'B103', $3, $4, $5, (SELECT coalesce(max(position), 0) FROM
        hub.event))
"""


@dataclass(kw_only=True)
class Desk:
    """A dispatcher that is told when to work, its clock, whom it calls, and the database."""

    dispatcher: Dispatcher
    receiver: Receiver
    owner: Any
    case: UUID
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 30, 12, tzinfo=UTC))

    def after(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def webhook(self, *kinds: str) -> UUID:
        id_ = uuid4()
        secret = Seal(KEY).sealed(id_, new_secret())
        await self.owner.execute(REGISTER, id_, BANK, self.receiver.url(f"/{id_}"), list(kinds), secret)
        return id_

    async def round(self) -> int:
        """Everything that is due; how many calls were made."""
        before = len(self.receiver.calls)
        await self.owner.execute("SELECT hub.put_in_line(500)")
        await self.dispatcher.round()
        return len(self.receiver.calls) - before

    async def letters(self) -> list[Any]:
        return await self.owner.fetch("SELECT * FROM hub.webhook_dead_letter ORDER BY position")

    async def waiting(self) -> list[Any]:
        return await self.owner.fetch("SELECT * FROM hub.webhook_delivery ORDER BY position")


@pytest.fixture
async def desk(place: Endpoints) -> AsyncIterator[Desk]:
    owner = await asyncpg.connect(place.owner)
    given: list[Desk] = []
    with receiving() as receiver:
        async with dispatching(place, pace=PACE, clock=lambda: given[0].now) as dispatcher:
            case = await happening.case_of_eva(owner)
            given.append(Desk(dispatcher=dispatcher, receiver=receiver, owner=owner, case=case))
            yield given[0]
    await owner.close()


async def test_pauses_double_and_then_it_is_a_dead_letter(desk: Desk):
    webhook = await desk.webhook("PLAN")
    desk.receiver.reply = lambda _: Reply(status=500)
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    assert await desk.round() == 1
    for pause in (10, 20, 40):
        desk.after(pause - 0.5)
        assert await desk.round() == 0
        desk.after(0.5)
        assert await desk.round() == 1
    assert await desk.waiting() == []
    [letter] = await desk.letters()
    assert (letter["webhook_id"], letter["attempts"], letter["last_result"]) == (webhook, 4, "HTTP 500")
    assert letter["died_at"] == desk.now
    calls = desk.receiver.calls
    assert len({call.body for call in calls}) == 1, "the same however often it is sent"
    assert {call.headers["webhook-id"] for call in calls} == {str(letter["event_id"])}
    desk.after(1_000)
    assert await desk.round() == 0


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("asked", "pause"), [("50", 50), ("3", 10), ("99999", 100)])
async def test_patience_that_is_asked_for_is_had_up_to_a_limit(desk: Desk, status: int, asked: str, pause: int):
    await desk.webhook("PLAN")
    desk.receiver.reply = lambda _: Reply(status=status, headers={"retry-after": asked})
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    assert await desk.round() == 1
    desk.after(pause - 0.5)
    assert await desk.round() == 0
    desk.after(0.5)
    assert await desk.round() == 1


async def test_later_event_of_a_case_waits_for_the_earlier_one_and_others_go_on(desk: Desk):
    await desk.webhook("CONSENT", "PLAN")
    desk.receiver.reply = lambda call: Reply(status=500 if call.event["data"]["fetch"] == "PLAN" else 204)
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    await desk.round()
    await happening.plan_becomes(desk.owner, desk.case, "ACTIVE")
    await happening.withdrawn(desk.owner, await happening.consent_of_eva(desk.owner, "REPAYMENT_AGREEMENT"))
    assert await desk.round() == 1, "the consent alone"
    assert desk.receiver.calls[-1].event["data"]["fetch"] == "CONSENT"
    first, second = await desk.waiting()
    desk.receiver.reply = lambda _: Reply()
    desk.after(10)
    assert await desk.round() == 1, "of two that show the same now, the second has nothing to tell"
    assert desk.receiver.calls[-1].headers["webhook-id"] == str(first["event_id"])
    assert second["line"] == first["line"] == desk.case
    assert await desk.waiting() == []


async def test_dead_letter_frees_its_line(desk: Desk):
    await desk.webhook("PLAN")
    desk.receiver.reply = lambda _: Reply(status=500)
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    await desk.round()
    await happening.plan_becomes(desk.owner, desk.case, "ACTIVE")
    for _ in range(2):
        desk.after(100)
        assert await desk.round() == 1
    desk.after(100)
    # The fourth attempt of the first, which dies of it, and the first of the second.
    assert await desk.round() == 2
    [letter], [next_] = await desk.letters(), await desk.waiting()
    assert letter["position"] < next_["position"]
    assert next_["attempts"] == 1


async def test_call_that_takes_too_long_or_reaches_nobody_is_noted_as_that(desk: Desk):
    await desk.webhook("PLAN")
    desk.receiver.reply = lambda _: Reply(seconds=1.5)
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    for _ in range(4):
        assert await desk.round() == 1
        desk.after(100)
    [letter] = await desk.letters()
    assert letter["last_result"] == "timed out"
    counted = "SELECT count(*) FILTER (WHERE kind = 'QUERY') AS asked, count(*) FILTER (WHERE kind = 'NOT_DELIVERED')"
    [row] = await desk.owner.fetch(
        f"{counted} AS failed FROM audit.event WHERE request_id = $1", f"webhook-{letter['event_id']}"
    )
    assert dict(row) == {"asked": 4, "failed": 4}, "each attempt is on record, and that nobody answered"


async def test_without_a_record_nobody_is_called_and_no_attempt_is_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    await desk.webhook("PLAN")
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")

    async def lost(*_: object) -> None:
        raise RecordUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(desk.dispatcher._record, "write", lost)
        assert await desk.round() == 0
    [row] = await desk.waiting()
    assert (row["attempts"], row["lease"]) == (0, None)
    desk.after(5)
    assert await desk.round() == 1


async def test_secret_that_does_not_open_signs_nothing(desk: Desk):
    webhook = await desk.webhook("PLAN")
    other = Seal(bytes(32)).sealed(webhook, new_secret())
    await desk.owner.execute("UPDATE hub.webhook SET secret = $1", other)
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    assert await desk.round() == 0
    assert [row["attempts"] for row in await desk.waiting()] == [0]


async def test_whoever_has_it_in_hand_keeps_it_until_the_lease_is_over(desk: Desk):
    webhook = await desk.webhook("PLAN")
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    await desk.owner.execute("SELECT hub.put_in_line(500)")
    queue = desk.dispatcher._queue
    await queue.spread()
    [one] = await queue.claim(webhook, 4)
    assert await queue.claim(webhook, 4) == []
    desk.after(queue.lease)
    [other] = await queue.claim(webhook, 4)
    assert other.event_id == one.event_id
    await queue.dropped(one)
    assert len(await desk.waiting()) == 1, "the one whose lease is over settles nothing"
    await queue.told(other, "seen")
    assert await desk.waiting() == []


async def test_job_forgets_old_dead_letters(desk: Desk, place: Endpoints):
    await desk.webhook("PLAN")
    desk.receiver.reply = lambda _: Reply(status=500)
    await happening.plan_becomes(desk.owner, desk.case, "BREACHED")
    for _ in range(4):
        await desk.round()
        desk.after(100)
    sessions = Sessions(place.app)
    await desk.owner.execute("UPDATE hub.webhook_dead_letter SET died_at = now() - interval '31 days'")
    await Jobs(sessions, duties=(ForgottenDeadLetters(32),)).round()
    assert len(await desk.letters()) == 1
    await Jobs(sessions, duties=(ForgottenDeadLetters(30),)).round()
    assert await desk.letters() == []
    await sessions.close()
