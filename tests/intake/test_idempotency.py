"""The same key with the same content is the same batch, whenever and however often it is sent."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from hub.errors import RecordUnavailable
from tests.intake.factory import (
    BANK,
    KARI,
    OTHER_BANK,
    SYNTEVIK,
    add_consent,
    add_consent_event,
    add_person,
    bank,
    loan_manager,
    row,
    startlan,
    strangers,
)

MIXED = [row(), row(KARI.national_id), row("15928741271"), row(unpaidTerms=0), row()]


@pytest.fixture
def key() -> str:
    return f"batch-{uuid4()}"


async def test_replay_gets_the_same_bytes_and_stores_nothing(send, count, key):
    first = await send(bank(), MIXED, key)
    before = await count()
    replay = await send(bank(), MIXED, key)
    assert replay.answer.body == first.answer.body
    assert replay.codes == ["ACCEPTED", "NO_BASIS", "INVALID_ID", "BAD_VALUE", "DUPLICATE_ROW"]
    assert await count() == before


async def test_replay_is_yet_to_be_put_on_record_by_whoever_releases_it(send, key):
    await send(bank(), MIXED, key)
    replay = await send(bank(), MIXED, key)
    assert not replay.answer.recorded
    assert replay.answer.event.kind == "COMMAND"


async def test_replay_after_a_restart_gets_the_same_bytes(send, make_intake, key):
    first = await send(bank(), MIXED, key)
    replay = await send(bank(), MIXED, key, by=make_intake())
    assert replay.answer.body == first.answer.body


async def test_replay_on_a_later_day_is_judged_as_on_the_first(send, key):
    future = [row(firstUnpaidDue="2026-11-20")]
    first = await send(bank(), future, key, on=date(2026, 11, 18))
    assert first.codes == ["BAD_VALUE"]
    replay = await send(bank(), future, key, on=date(2026, 11, 22))
    assert replay.answer.body == first.answer.body


async def test_replay_after_the_consent_was_withdrawn_still_tells_what_was_done(send, owner, key):
    (number,) = strangers(1)
    consent = await add_consent(owner, await add_person(owner, number))
    first = await send(bank(), [row(number)], key)
    await add_consent_event(owner, consent, "WITHDRAWN")
    assert (await send(bank(), [row(number)], key)).answer.body == first.answer.body
    assert (await send(bank(), [row(number)])).codes == ["NO_BASIS"]


@pytest.mark.parametrize(
    "other",
    [
        [*MIXED[:-1]],
        [MIXED[1], MIXED[0], *MIXED[2:]],
        [row(arrears=2_012_501), *MIXED[1:]],
        [row(debtorName=None), *MIXED[1:]],
    ],
    ids=["shorter", "other-order", "other-amount", "without-a-name"],
)
async def test_same_key_with_other_content_is_a_conflict_and_stores_nothing(send, count, other, key):
    await send(bank(), MIXED, key)
    before = await count()
    reply = await send(bank(), other, key)
    assert reply.submitted == {
        "__typename": "CommandRefused",
        "code": "CONFLICT",
        "field": "idempotencyKey",
        "text": {
            "nb": "Nøkkelen er brukt før, med et annet innhold. Send nytt innhold med en ny nøkkel.",
            "en": "The same key was used before with other content. Send other content under a key of its own.",
        },
    }
    assert not reply.answer.recorded
    assert await count() == before


async def test_a_value_that_is_null_is_one_that_is_not_given(send, key):
    first = await send(bank(), [row(consentId=None)], key)
    replay = await send(bank(), [row()], key)
    assert replay.answer.body == first.answer.body


async def test_keys_of_two_senders_have_nothing_to_do_with_each_other(send, key):
    first = await send(bank(), [row()], key)
    other = await send(bank(OTHER_BANK), [row()], key)
    assert first.codes == ["ACCEPTED"]
    assert other.codes == ["NO_BASIS"]
    assert other.submitted["id"] != first.submitted["id"]


async def test_on_whose_behalf_it_is_sent_is_part_of_the_content(send, key):
    await send(loan_manager(), [startlan()], key)
    reply = await send(loan_manager(SYNTEVIK.orgnr), [startlan()], key)
    assert reply.submitted["code"] == "CONFLICT"


async def test_the_same_batch_sent_many_times_at_once_is_stored_once(send, owner, key):
    replies = await asyncio.gather(*(send(bank(), MIXED, key) for _ in range(8)))
    assert len({reply.answer.body for reply in replies}) == 1
    assert [reply.answer.recorded for reply in replies].count(True) == 1
    submitted = "SELECT count(*) FROM hub.submission WHERE submitter_party = $1 AND idempotency_key = $2"
    assert await owner.fetchval(submitted, BANK, key) == 1


async def test_different_batches_at_once_under_one_key_one_wins_and_the_others_conflict(send, key):
    batches = [[row(arrears=amount)] for amount in range(1, 6)]
    replies = await asyncio.gather(*(send(bank(), batch, key) for batch in batches))
    names = sorted(reply.submitted["__typename"] for reply in replies)
    assert names == ["CommandRefused"] * 4 + ["Submitted"]


async def test_a_batch_that_failed_can_be_sent_again_under_its_key(send, owner, key):
    await owner.execute("UPDATE audit.command_counter SET closed = true")
    with pytest.raises(RecordUnavailable):
        await send(bank(), MIXED, key)
    await owner.execute("UPDATE audit.command_counter SET closed = false")
    assert (await send(bank(), MIXED, key)).codes[0] == "ACCEPTED"
