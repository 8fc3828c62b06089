"""The rate at which denials are put on record, and as what."""

from __future__ import annotations

import pytest

from hub.audit.model import SecurityKind
from hub.edge.denials import Denials
from hub.edge.problems import HeadersTooLarge
from hub.errors import BadInput, NoActingParty, PurposeNotPermitted, PurposeRequired, Unauthenticated
from tests.edge.fakes import FakeRecord


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


async def knock(denials: Denials, times: int, error=None) -> None:
    for _ in range(times):
        await denials.put(error or Unauthenticated(), request_id="request-1", inquiry=None)


async def test_what_did_not_fit_is_counted_by_the_next_of_its_code_that_fits():
    clock, record = Clock(), FakeRecord()
    denials = Denials(record, per_minute=60, clock=clock)
    await knock(denials, 65)
    await knock(denials, 3, BadInput())
    assert len(record.denials) == 60
    clock.now += 2
    await knock(denials, 1)
    await knock(denials, 2, BadInput())
    assert [(event.code, event.count) for event, _ in record.denials[60:]] == [
        ("UNAUTHENTICATED", 6),
        ("BAD_USER_INPUT", 4),
    ]


async def test_rest_does_not_gather_more_than_one_minutes_worth():
    clock, record = Clock(), FakeRecord()
    denials = Denials(record, per_minute=2, clock=clock)
    clock.now += 3600
    await knock(denials, 9)
    assert len(record.denials) == 2


async def test_what_could_not_be_recorded_is_counted_later():
    record = FakeRecord(is_broken=True)
    denials = Denials(record, per_minute=60, clock=Clock())
    await knock(denials, 4)
    record.is_broken = False
    await knock(denials, 1)
    assert [event.count for event, _ in record.denials] == [5]


@pytest.mark.parametrize(
    ("error", "kind", "target"),
    [
        (Unauthenticated(reason="EXPIRED"), SecurityKind.TOKEN_REFUSED, "EXPIRED"),
        (NoActingParty(reason="SYSTEM_USER"), SecurityKind.REQUESTER_REFUSED, "SYSTEM_USER"),
        (PurposeNotPermitted(reason="UNKNOWN"), SecurityKind.PURPOSE_REFUSED, "UNKNOWN"),
        (PurposeRequired(), SecurityKind.PURPOSE_REFUSED, None),
        (HeadersTooLarge(limit="token_bytes"), SecurityKind.LIMIT_EXCEEDED, "token_bytes"),
        (BadInput(member="query"), SecurityKind.DOCUMENT_REFUSED, "query"),
    ],
)
async def test_each_refusal_has_its_kind_and_names_no_value(error, kind, target):
    record = FakeRecord()
    await knock(Denials(record, per_minute=60), 1, error)
    ((event, _),) = record.denials
    assert (event.kind, event.code, event.target) == (kind, error.code, target)
