"""Who becomes strictly protected has the open case handed over to the special unit, though no signal comes any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from hub.commands.locks import HOLD_PERSON
from hub.routing import Handovers, handovers
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from tests.routing.town import TESTBY, Town

HandOver = Callable[..., Awaitable[int]]


@pytest.fixture
def place(database: Endpoints) -> Endpoints:
    """A database of its own: the job looks at everybody."""
    return database


@pytest.fixture
def hand_over(sessions: Sessions) -> HandOver:
    """One round. Returns how many persons were looked at."""

    async def run(duty: Handovers | None = None) -> int:
        duty, taken = duty or Handovers(), 0
        while True:
            async with sessions() as session, session.begin():
                found = await duty.run(session)
            taken += found
            if found < duty.batch:
                return taken

    return run


async def protect(town: Town, person: UUID, protection: str = "STRENGT_FORTROLIG") -> None:
    await town.owner.execute("UPDATE nav.person SET protection = $2 WHERE id = $1", person, protection)


async def unit_of(town: Town, case: UUID) -> tuple[str, str]:
    found = await town.owner.fetchrow('SELECT nav_unit, responsible_unit FROM hub."case" WHERE id = $1', case)
    return found["nav_unit"], found["responsible_unit"]


async def handed_over(town: Town, case: UUID) -> list[Any]:
    return [one for one in await town.of_case("hub.case_change", case) if one["kind"] == "HANDED_OVER"]


SECURE = (TESTBY.secure_unit, TESTBY.secure_unit)
ORDINARY = (TESTBY.second_nav_unit, TESTBY.second_nav_unit)


async def test_nothing_in_the_demo_is_left_where_nobody_may_see_it(hand_over: HandOver):
    assert await hand_over() == 0


@pytest.mark.parametrize("protection", ["STRENGT_FORTROLIG", "STRENGT_FORTROLIG_UTLAND"])
async def test_case_is_handed_over_whole_without_a_signal(town, route, hand_over, protection):
    number, person = await town.person()
    case = await town.case(person, loan_type="STARTLAN", lender=TESTBY.orgnr, servicer=TESTBY.loan_manager)
    row = await town.default(number)
    await route()
    signals, messages = await town.of_case("hub.signal", case), await town.of_case("hub.message", case)
    await protect(town, person, protection)
    assert await hand_over() == 1
    assert await unit_of(town, case) == SECURE
    assert (await town.signal_of(row))["unit_id"] == TESTBY.secure_unit
    working = await town.owner.fetch("SELECT party_id, unit_id FROM facts.participant WHERE case_id = $1", case)
    assert [(one["party_id"], one["unit_id"]) for one in working] == [(TESTBY.nav, TESTBY.secure_unit)]
    [change] = await handed_over(town, case)
    assert (change["unit_before"], change["unit_after"]) == (TESTBY.second_nav_unit, TESTBY.secure_unit)
    assert (change["state_before"], change["state_after"]) == ("OPEN", "OPEN")
    assert (change["signal_id"], change["source_party"]) == (None, TESTBY.nav)
    # Nobody is told, and nothing comes in.
    assert len(await town.of_case("hub.signal", case)) == len(signals)
    assert await town.of_case("hub.message", case) == messages


async def test_case_is_handed_over_once_and_the_next_signal_comes_to_it(town, route, hand_over):
    number, person = await town.person()
    case = await town.case(person, loan_type="STARTLAN", lender=TESTBY.orgnr, servicer=TESTBY.loan_manager)
    await protect(town, person)
    duty = Handovers()
    assert [await hand_over(duty), await hand_over(duty)] == [1, 0]
    before = await town.of_case("hub.participant", case)
    row = await town.default(number)
    await route()
    signal = await town.signal_of(row)
    assert (signal["case_id"], signal["unit_id"]) == (case, TESTBY.secure_unit)
    assert len(await handed_over(town, case)) == 1
    assert await town.of_case("hub.participant", case) == before


@pytest.mark.parametrize(("relation", "role"), [("CHILD", "CHILD"), ("SPOUSE", "ADULT")])
async def test_case_is_handed_over_where_somebody_of_the_household_is_protected(town, hand_over, relation, role):
    _, person = await town.person()
    _, other = await town.person()
    case = await town.case(person, lender=None)
    await town.member(case, other, relation, role)
    await protect(town, other)
    await hand_over()
    assert await unit_of(town, case) == SECURE
    assert len(await handed_over(town, case)) == 1, "once, though two of its persons are found"


async def test_case_is_handed_over_where_the_household_is_that_of_another_case(town, hand_over):
    _, person = await town.person()
    _, child = await town.person()
    closed = {"state": "CLOSED", "closed_at": datetime.now(UTC), "close_reason": "CLAIM_MET"}
    elsewhere = await town.case(person, track="TENANCY", lender=None, **closed)
    await town.member(elsewhere, child, "CHILD", "CHILD")
    case = await town.case(person, lender=None)
    await protect(town, child)
    await hand_over()
    assert (await unit_of(town, case), await unit_of(town, elsewhere)) == (SECURE, ORDINARY)
    assert await handed_over(town, elsewhere) == [], "what is over stays as it was"


@pytest.mark.parametrize("protection", ["UGRADERT", "FORTROLIG"])
async def test_case_of_anybody_else_stays(town, hand_over, protection):
    _, person = await town.person(protection=protection, shielded=True)
    case = await town.case(person, lender=None)
    await hand_over()
    assert (await unit_of(town, case), await handed_over(town, case)) == (ORDINARY, [])


async def test_protection_that_ends_before_the_turn_leaves_the_case(town, owner, hand_over):
    """Somebody else has the person in hand; when the turn comes, the person is protected no longer."""
    _, person = await town.person()
    case = await town.case(person, lender=None)
    await protect(town, person)
    async with owner.transaction():
        await owner.execute(HOLD_PERSON, str(person))
        assert await hand_over() == 1
        assert await unit_of(town, case) == ORDINARY
    await protect(town, person, "UGRADERT")
    await hand_over()
    assert (await unit_of(town, case), await handed_over(town, case)) == (ORDINARY, [])


async def test_protection_that_ends_between_look_and_lock_leaves_the_case(town, sessions, monkeypatch):
    _, person = await town.person()
    case = await town.case(person, lender=None)
    await protect(town, person)
    lock = handovers.try_persons

    async def then_it_ends(session: Any, persons: Any) -> Any:
        assert person in persons
        await protect(town, person, "UGRADERT")
        return await lock(session, persons)

    monkeypatch.setattr(handovers, "try_persons", then_it_ends)
    async with sessions() as session, session.begin():
        assert await Handovers().run(session) == 1
    assert (await unit_of(town, case), await handed_over(town, case)) == (ORDINARY, [])


async def test_two_processes_hand_over_once(town, place, sessions):
    cases = []
    for _ in range(5):
        _, person = await town.person()
        cases.append(await town.case(person, lender=None))
        await protect(town, person)
    others = Sessions(place.app)
    try:
        async with sessions() as first, first.begin():
            assert await Handovers().run(first) == 5
            # The first has yet to commit; the second passes by, and waits for nobody.
            async with others() as second, second.begin():
                async with asyncio.timeout(5):
                    assert await Handovers().run(second) == 5
        async with others() as second, second.begin():
            assert await Handovers().run(second) == 0
    finally:
        await others.close()
    assert [len(await handed_over(town, case)) for case in cases] == [1] * 5


async def test_case_waits_where_there_is_no_special_unit_and_holds_up_nobody(town, hand_over):
    waiting = []
    await town.owner.execute("UPDATE hub.unit SET secure = false WHERE id = $1", TESTBY.secure_unit)
    for _ in range(3):
        _, person = await town.person()
        waiting.append(await town.case(person, lender=None))
        await protect(town, person)
    _, person = await town.person()
    elsewhere = await town.case(person, lender=None, municipality="9902", unit="9902")
    await protect(town, person)
    duty = Handovers(batch=1)
    await hand_over(duty)
    assert [await unit_of(town, case) for case in waiting] == [ORDINARY] * 3
    for case in waiting:
        assert await handed_over(town, case) == []
    assert len(await handed_over(town, elsewhere)) == 1
    await town.owner.execute("UPDATE hub.unit SET secure = true WHERE id = $1", TESTBY.secure_unit)
    await hand_over(duty)
    assert [await unit_of(town, case) for case in waiting] == [SECURE] * 3


async def test_one_that_cannot_be_handed_over_holds_up_nobody(town, hand_over, caplog):
    number, person = await town.person()
    bad = await town.case(person, lender=None)
    _, person_too = await town.person()
    good = await town.case(person_too, lender=None)
    await town.owner.execute(
        "CREATE FUNCTION hub.break_it() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF NEW.case_id = '{bad}' THEN RAISE 'broken'; END IF; RETURN NEW; END $$"
    )
    await town.owner.execute(
        "CREATE TRIGGER break_it BEFORE INSERT ON hub.case_change FOR EACH ROW EXECUTE FUNCTION hub.break_it()"
    )
    await protect(town, person)
    await protect(town, person_too)
    await hand_over()
    assert (await unit_of(town, bad), await unit_of(town, good)) == (ORDINARY, SECURE)
    assert number not in caplog.text
    assert str(person) not in caplog.text
    await town.owner.execute("DROP TRIGGER break_it ON hub.case_change")
    await hand_over()
    assert (await unit_of(town, bad), len(await handed_over(town, bad))) == (SECURE, 1)
