"""A lender that takes back what it sent is told so; no other lender is."""

from __future__ import annotations

from tests.acceptance.house import House
from tests.acceptance.test_amendments import accepted, withdraw
from tests.live.listening import SUBMISSIONS, listening


def test_party_is_told_of_what_it_changed_itself_and_no_other_is(house: House) -> None:
    with listening(house, "bank-system") as bank, listening(house, "other-bank-system") as other:
        for one in (bank, other):
            one.subscribe(SUBMISSIONS)
        receipt = accepted(house)
        assert bank.told()["kind"] == "SUBMISSION_RECEIVED"
        withdraw(house, receipt)
        told = bank.told()
        assert (told["kind"], told["rowCount"]) == ("SUBMISSION_CHANGED", 1)
        assert [line["rowNo"] for line in told["defaults"]] == [1]
        assert other.hears_nothing()
        assert other.recorded.shape == (0, 0)
