"""What leaves for the database: one statement an operation, and in it no column of a field that is withheld."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from hub.app import rules
from hub.gate import DENIED
from hub.identity.model import Inquiry
from hub.plan import rows
from hub.store.roles import Endpoints
from tests.plan.both import Both
from tests.plan.columns import Allowed, Column, columns_in
from tests.plan.documents import Pool, Writer
from tests.plan.everything import everything
from tests.plan.requesters import REQUESTERS

_DOCUMENTS = 12


def _allowed(inquiry: Inquiry) -> Allowed:
    known = rules()
    return Allowed(known.catalogue, known.gate, known.gate.class_of(inquiry))


def _looked_at_in_vain(both: Both, inquiry: Inquiry, text: str) -> set[Column]:
    """Columns of the statements executed last that the operation had no right to look at."""
    allowed = _allowed(inquiry).columns(rules().contracts[inquiry.requester.kind], text)
    looked_at = {column for one in both.executed for column in columns_in(one.sql)}
    both.executed.clear()
    return looked_at - allowed


@pytest.mark.parametrize("name", REQUESTERS)
def test_nothing_withheld_is_looked_at_when_everything_is_asked_for(
    name: str, both: Both, runner: asyncio.Runner, pool: Pool
) -> None:
    inquiry = REQUESTERS[name]
    for written in everything(rules().contracts[inquiry.requester.kind], pool):
        both.executed.clear()
        runner.run(both.compare(inquiry, written))
        assert _looked_at_in_vain(both, inquiry, written.text) == set()


@pytest.mark.parametrize("name", REQUESTERS)
def test_nothing_withheld_is_looked_at_by_random_documents(
    name: str, both: Both, runner: asyncio.Runner, pool: Pool
) -> None:
    inquiry = REQUESTERS[name]
    contract = rules().contracts[inquiry.requester.kind]
    for number in range(_DOCUMENTS):
        written = Writer(contract, pool, Random(f"{name} {number}")).write()
        both.executed.clear()
        runner.run(both.ask(inquiry, written))
        assert _looked_at_in_vain(both, inquiry, written.text) == set(), written.text


async def test_columns_of_protection_are_looked_at_for_staff_with_the_special_right_only(planned: Endpoints) -> None:
    asked = "{ cases(first: 3) { nodes { subject { name { last } addressProtection shielded addressGrade } } } }"
    marks = {("nav.person", column) for column in ("protection", "shielded", "address_grade")}
    async with Both(planned) as both:
        await both.answer(REQUESTERS["nav"], asked)
        await both.answer(REQUESTERS["nav with special rights"], asked)
        without, with_right = (columns_in(one.sql) for one in both.executed)
    assert without & marks == set()
    assert with_right >= marks


async def test_order_and_filter_by_what_is_withheld_do_not_look_at_it(planned: Endpoints) -> None:
    # The officer sees that there is a case and which unit to contact, not when it was changed.
    asked = "{ cases(first: 3) { nodes { responsibleUnit } } }"
    async with Both(planned) as both:
        answer = await both.answer(REQUESTERS["enforcement"], asked)
        (executed,) = both.executed
    assert answer["data"]["cases"]["nodes"]
    assert "updated_at" not in {column for _, column in columns_in(executed.sql)}


async def test_a_plan_that_shows_what_is_withheld_is_found_out(
    planned: Endpoints, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = rows.Row.granted

    def granted(row: rows.Row, action: str, *rest: str) -> Any:
        return original(row, action, *rest) if row.decide(action).residual != DENIED else True

    monkeypatch.setattr(rows.Row, "granted", granted)
    inquiry = REQUESTERS["nav"]
    asked = "{ cases(first: 3) { nodes { subject { addressProtection } } } }"
    async with Both(planned) as both:
        await both.answer(inquiry, asked)
        assert _looked_at_in_vain(both, inquiry, asked) == {("nav.person", "protection")}


async def test_an_operation_is_one_statement_however_much_it_asks_for(planned: Endpoints, pool: Pool) -> None:
    inquiry = REQUESTERS["nav"]
    nodes = "totalCount nodes { subject { cases { id } } tenancies { claims { id } } }"
    pages = " ".join(
        f"{key}: cases(first: {first}) {{ {nodes} }}" for key, first in (("one", 1), ("some", 5), ("many", 50))
    )
    others = f'me {{ actor }} case(id: "{pool.cases[0]}") {{ id }} __typename inbox(first: 9) {{ nodes {{ id }} }}'
    document = f"{{ {pages} {others} }}"
    async with Both(planned) as both:
        answer = await both.answer(inquiry, document)
        assert len(answer["data"]["many"]["nodes"]) > len(answer["data"]["one"]["nodes"])
        assert len(both.executed) == 1
        await both.answer(inquiry, document)
        assert len(both.executed) == 2
        assert both.executed[0].sql == both.executed[1].sql


async def test_what_is_personal_is_bound_and_never_part_of_a_statement(planned: Endpoints) -> None:
    asked = "query($id: String!) { accessLog(first: 3, filter: {actorId: $id}) { nodes { actorName } } }"
    number = "query($of: NationalId!) { personByNationalId(input: {nationalId: $of}) { name { last } } }"
    async with Both(planned) as both:
        await both.answer(REQUESTERS["privacy officer"], asked, id="A123456")
        await both.answer(REQUESTERS["nav"], number, of="15928741270")
        for one in both.executed:
            for personal in ("A123456", "15928741270", "9901-nav", "A200009", str(REQUESTERS["nav"].requester.person)):
                assert personal not in one.sql
