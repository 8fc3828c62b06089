"""An event is decided when it is sent: what was open when it happened, or when they subscribed, counts for nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hub.demo.offices import TESTBY
from hub.demo.people import EVA, KARI
from tests.acceptance.changes import protected
from tests.acceptance.house import House
from tests.consent.asking import done
from tests.live.listening import CASE, listening
from tests.live.test_case_events import happens
from tests.live.test_scenario_5_told import LOANS, TO_NAV, amounts


@contextmanager
def held_back(house: House) -> Iterator[None]:
    """Nothing is put in line meanwhile: what happens waits for its place, and so for being sent."""
    house.execute("SELECT pg_advisory_lock(hashtext('bofast.line'))")
    try:
        yield
    finally:
        house.execute("SELECT pg_advisory_unlock(hashtext('bofast.line'))")


def test_consent_withdrawn_between_event_and_sending_is_not_sent(house: House) -> None:
    """The leak: what was open when it happened is sent when it is open no longer."""
    case, consent = house.case_of(EVA), house.value(TO_NAV, EVA.id, TESTBY.nav)
    with listening(house, "nav-caseworker", "B101") as caseworker:
        caseworker.subscribe(LOANS, id=case)
        with held_back(house):
            happens(house, case)
            time.sleep(0.3)
            done(house, "citizen-eva", "withdrawConsent", consentId=consent)
        payload = caseworker.next()
        assert payload["data"]["caseEvents"]["kind"] == "PLAN_CHANGED"
        assert amounts(payload) == {"STARTLAN": True, None: False}
        assert all(shown.evidence != consent for event in caseworker.recorded.events for shown in event.shown)


def test_protection_given_between_event_and_sending_hides_the_event(house: House) -> None:
    """The leak: the last event of a case shows what a strictly confidential address hides already."""
    case = house.case_of(KARI)
    with listening(house, "nav-caseworker", "B101") as caseworker:
        caseworker.subscribe(CASE, id=case)
        with ExitStack() as until:
            with held_back(house):
                happens(house, case)
                until.enter_context(protected(house, KARI, "STRENGT_FORTROLIG"))
            assert caseworker.hears_nothing()
            assert caseworker.recorded.shape == (0, 0)
        happens(house, case)
        assert caseworker.told()["kind"] == "PLAN_CHANGED"


def test_part_in_the_case_that_ends_ends_what_is_told(house: House) -> None:
    """The leak: a subscription that began in time goes on after the right to it is gone."""
    case = house.case_of(EVA)
    with listening(house, "nav-caseworker", "B101") as caseworker:
        caseworker.subscribe(CASE, id=case)
        happens(house, case)
        assert caseworker.told()["kind"] == "PLAN_CHANGED"
        parts = house.rows(
            "SELECT id, valid_to FROM hub.participant WHERE case_id = $1::text::uuid AND unit_id = $2",
            case,
            TESTBY.nav_unit,
        )
        house.execute(
            "UPDATE hub.participant SET valid_to = now() WHERE case_id = $1::text::uuid AND unit_id = $2",
            case,
            TESTBY.nav_unit,
        )
        happens(house, case)
        assert caseworker.hears_nothing()
        for part in parts:
            house.execute("UPDATE hub.participant SET valid_to = $2 WHERE id = $1", part["id"], part["valid_to"])
        assert [caseworker.told()["kind"] for _ in range(len(parts))] == ["PARTICIPANT_CHANGED"] * len(parts)
