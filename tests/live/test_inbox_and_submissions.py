"""What arrives for a unit, and what becomes known of what a party handed in: to that unit and that party alone."""

from __future__ import annotations

import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, KARI
from tests.acceptance.house import House
from tests.live.listening import INBOX, SUBMISSIONS, listening, signal, submission


def test_unit_is_told_of_what_arrives_and_changes(house: House) -> None:
    case = house.case_of(KARI)
    with listening(house, "nav-caseworker", "B101") as caseworker:
        caseworker.subscribe(INBOX, unit=TESTBY.nav_unit)
        made = signal(house, case)
        event = caseworker.told()
        assert event["kind"] == "SIGNAL_RECEIVED"
        assert (event["signal"]["id"], event["signal"]["unit"]) == (made, TESTBY.nav_unit)
        assert event["signal"]["case"]["caseNo"]
        house.execute("UPDATE hub.signal SET triage_status = 'ASSIGNED' WHERE id = $1::text::uuid", made)
        assert caseworker.told()["kind"] == "SIGNAL_CHANGED"


def test_signal_that_has_gone_to_another_unit_is_told_to_that_one_alone(house: House) -> None:
    """The leak: an event of the time when the unit had the signal shows what another unit has now."""
    case = house.case_of(KARI)
    with (
        listening(house, "nav-caseworker", "B101") as before,
        listening(house, "housing-caseworker", "B101") as after,
    ):
        before.subscribe(INBOX, unit=TESTBY.nav_unit)
        after.subscribe(INBOX, unit=TESTBY.housing_unit)
        made = signal(house, case)
        assert before.told()["kind"] == "SIGNAL_RECEIVED"
        house.execute("UPDATE hub.signal SET unit_id = $2 WHERE id = $1::text::uuid", made, TESTBY.housing_unit)
        assert after.told()["kind"] == "SIGNAL_CHANGED"
        assert before.hears_nothing()
        assert len(before.recorded.events) == 1


@pytest.mark.parametrize("who", ["nav-caseworker-other-office", "nav-caseworker-other-municipality"])
def test_inbox_of_another_unit_is_as_one_in_which_nothing_arrives(house: House, who: str) -> None:
    with listening(house, who, "B101") as other:
        other.subscribe(INBOX, "hidden", unit=TESTBY.nav_unit)
        other.subscribe(INBOX, "absent", unit="0000")
        signal(house, house.case_of(EVA))
        assert other.hears_nothing()
        assert other.recorded.shape == (0, 0)


def test_party_is_told_of_the_receipt_of_its_own_submissions_without_a_purpose(house: House) -> None:
    with listening(house, "bank-system") as bank, listening(house, "other-bank-system") as other:
        for one in (bank, other):
            one.subscribe(SUBMISSIONS)
        mine = submission(house, BANK)
        told = bank.told()
        assert (told["kind"], told["submissionId"], told["rowCount"]) == ("SUBMISSION_RECEIVED", mine, 0)
        assert told["defaults"] == []
        assert other.hears_nothing()
        theirs = submission(house, OTHER_BANK)
        assert other.told()["submissionId"] == theirs
        assert bank.hears_nothing()
        [event] = bank.recorded.events
        assert {(shown.subject, shown.basis, shown.categories) for shown in event.shown} == {
            (None, "OWN_SUBMISSION", ("OWN_SUBMISSION",))
        }
