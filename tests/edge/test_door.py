"""What comes through the door, in which order, and what stays outside."""

from __future__ import annotations

import asyncio
import logging

import orjson

from hub.audit.model import SecurityKind
from hub.errors import Internal, PurposeRequired, ValidationFailed
from hub.settings import Limits
from tests.edge.conftest import HEADERS, QUERY
from tests.edge.fakes import B103, REQUESTER, FakeDesk, FakeRecord


async def test_nobody_without_a_token_is_let_in(house):
    answer = await house.client.post("/graphql", json=QUERY)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"] == 'Bearer realm="bofast"'
    assert house.desk.asked == []
    ((denial, inquiry),) = house.record.denials
    assert (denial.kind, denial.code, inquiry) == (SecurityKind.TOKEN_REFUSED, "UNAUTHENTICATED", None)


async def test_foreign_token_is_told_that_it_was_not_accepted(house):
    answer = await house.post(headers=HEADERS | {"authorization": "Bearer foreign"})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_known_token_is_answered_after_the_record_is_written(house):
    answer = await house.post()
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})
    assert len(house.record.written) == 1
    assert house.record.undelivered == []
    assert house.record.denials == []


async def test_inquiry_says_who_what_for_and_on_which_bases(house):
    await house.post(headers=HEADERS | {"behandlingsnummer": "B103", "x-request-id": "frontend-0001"})
    inquiry, request = house.desk.asked[0]
    assert inquiry.requester is REQUESTER
    assert inquiry.purpose is B103
    assert inquiry.bases == {"DATA_SUBJECT", "CONSENT"}
    assert inquiry.request_id == "frontend-0001"
    assert request.query == QUERY["query"]


async def test_purpose_that_is_not_the_partys_is_refused_and_recorded(house):
    answer = await house.post(headers=HEADERS | {"behandlingsnummer": "B999"})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "PURPOSE_NOT_PERMITTED"
    ((denial, inquiry),) = house.record.denials
    assert (denial.kind, denial.code) == (SecurityKind.PURPOSE_REFUSED, "PURPOSE_NOT_PERMITTED")
    assert inquiry is not None
    assert (inquiry.requester, inquiry.purpose) == (REQUESTER, None)


async def test_nothing_is_released_when_the_record_cannot_be_written(house_with):
    house = await house_with(record=FakeRecord(is_broken=True), desk=FakeDesk(body=b'{"data":{"secret":1}}'))
    answer = await house.post()
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "RECORD_UNAVAILABLE"
    assert "data" not in answer.json()
    assert answer.headers["retry-after"] == "1"


async def test_command_that_recorded_itself_is_not_recorded_twice(house_with):
    house = await house_with(desk=FakeDesk(recorded=True))
    assert (await house.post()).status_code == 200
    assert house.record.written == []


async def test_denial_is_given_even_when_it_cannot_be_recorded(house_with, caplog):
    house = await house_with(record=FakeRecord(is_broken=True))
    assert (await house.client.post("/graphql", json=QUERY)).status_code == 401
    assert "denial not recorded" in caplog.text


async def test_refusal_of_the_desk_has_its_status(house_with):
    house = await house_with(desk=FakeDesk(failure=PurposeRequired()))
    answer = await house.post()
    assert answer.status_code == 403
    assert [denial.code for denial, _ in house.record.denials] == ["PURPOSE_REQUIRED"]


async def test_unexpected_failure_shows_and_logs_neither_message_nor_trace(house_with, caplog):
    caplog.set_level(logging.DEBUG)
    house = await house_with(desk=FakeDesk(failure=ValueError("15928741270")))
    answer = await house.post(headers=HEADERS | {"x-request-id": "frontend-0002"})
    assert answer.status_code == 500
    assert answer.json()["errors"] == [Internal().public()]
    assert "frontend-0002" in caplog.text
    assert "ValueError" in caplog.text
    assert "15928741270" not in caplog.text + answer.text
    assert "Traceback" not in caplog.text


async def test_status_of_a_bad_document_depends_on_the_type_of_answer(house_with):
    body = orjson.dumps({"errors": [ValidationFailed().public()]})
    house = await house_with(desk=FakeDesk(body=body, status=400))
    strict = await house.post(headers=HEADERS | {"accept": "application/graphql-response+json"})
    older = await house.post(headers=HEADERS | {"accept": "application/json"})
    assert (strict.status_code, older.status_code) == (400, 200)
    assert strict.json() == older.json()


async def test_document_that_the_desk_refuses_lists_each_error(house_with):
    class Invalid(ValidationFailed):
        """Two things are wrong."""

        def answers(self):
            return [{"message": "one", "extensions": {"code": self.code}}, {"message": "two"}]

    house = await house_with(desk=FakeDesk(failure=Invalid()))
    strict = await house.post()
    older = await house.post(headers=HEADERS | {"accept": "application/json"})
    assert (strict.status_code, older.status_code) == (400, 200)
    assert [error["message"] for error in strict.json()["errors"]] == ["one", "two"]
    assert [denial.kind for denial, _ in house.record.denials] == [SecurityKind.DOCUMENT_REFUSED] * 2


async def test_denial_of_a_known_requester_is_always_on_record(house_with):
    house = await house_with(desk=FakeDesk(failure=PurposeRequired()), limits=Limits(denials_per_minute=1))
    for _ in range(3):
        await house.post()
    assert len(house.record.denials) == 3


async def test_too_many_at_once_are_sent_away_with_a_time_to_come_back(house_with):
    desk = FakeDesk(gate=asyncio.Event())
    house = await house_with(desk=desk, limits=Limits(concurrent_requests=1))
    first = asyncio.create_task(house.post())
    while not desk.asked:
        await asyncio.sleep(0.01)
    second = await house.post()
    desk.gate.set()
    assert (await first).status_code == 200
    assert (second.status_code, second.headers["retry-after"]) == (503, "1")
    assert second.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"
    assert (await house.post()).status_code == 200


async def test_denials_on_record_are_bounded_and_the_rest_is_counted(house_with):
    house = await house_with(limits=Limits(denials_per_minute=3))
    for _ in range(10):
        assert (await house.client.post("/graphql", json=QUERY)).status_code == 401
    assert len(house.record.denials) == 3
