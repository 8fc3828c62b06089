"""Any history of corrections and withdrawals ends as a plain model of it says, on whichever of several defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.acceptance.house import House
from tests.acceptance.test_amendments import BANK_USER, OTHER, READ, accepted, changed, correct, withdraw

_LARGEST = 10**12 - 1
_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "arrears": st.integers(1, _LARGEST),
        "unpaidTerms": st.integers(1, 600),
        "interestAccrued": st.integers(0, _LARGEST),
        "firstUnpaidDue": st.dates(date(2000, 1, 1), date(2026, 11, 1)).map(str),
        "debtorName": st.just({"first": "Eva", "last": "Rettet"}),
    },
)
_REASONS = st.sampled_from(["PAID", "WRONG_PERSON", "REPORTED_IN_ERROR"])
_DEEDS = st.one_of(_VALUES, _VALUES, _VALUES, _REASONS)
_STEPS = st.lists(st.tuples(st.integers(0, 1), _DEEDS, st.sampled_from([BANK_USER] * 5 + [OTHER])), max_size=8)
_READ_OFF = ("status", "withdrawalReason", "events")


@dataclass
class Model:
    """A default as it should be read back: what it was at first, and what has been done to it."""

    values: dict[str, Any]
    status: str = "ACCEPTED"
    kinds: list[str] = field(default_factory=list)

    def expect(self, deed: dict[str, Any] | str, who: str) -> str:
        """The answer that there should be, and the default as it should be after it."""
        if deed == {}:
            return "BAD_USER_INPUT"
        if who != BANK_USER:
            return "NOT_FOUND"
        if self.status == "WITHDRAWN":
            return "CONFLICT"
        self.status = "WITHDRAWN" if isinstance(deed, str) else "CORRECTED"
        self.kinds.append(self.status)
        self.values |= deed if isinstance(deed, dict) else {}
        return self.status


def test_any_history_ends_as_the_model_says(own_house: House) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(steps=_STEPS)
    def examples(steps: list[tuple[int, dict[str, Any] | str, str]]) -> None:
        receipts = [accepted(own_house) for _ in range(2)]
        models = [Model(values=read(own_house, receipt)[0]) for receipt in receipts]
        for which, deed, who in steps:
            told = changed(done(own_house, receipts[which], deed, who))
            assert told.get("code", told.get("status")) == models[which].expect(deed, who)
        for receipt, model in zip(receipts, models, strict=True):
            values, node = read(own_house, receipt)
            assert values == model.values
            assert (node["status"], [event["kind"] for event in node["events"]]) == (model.status, model.kinds)

    examples()


def done(house: House, receipt: str, deed: dict[str, Any] | str, who: str) -> Any:
    if isinstance(deed, str):
        return withdraw(house, receipt, deed, who=who)
    return correct(house, receipt, who=who, **deed)


def read(house: House, receipt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the default says, and the whole of it."""
    ref = house.value("SELECT loan_ref FROM hub.submitted_default WHERE id = $1::uuid", receipt)
    [node] = house.ask(BANK_USER, READ, filter={"loanRef": ref}).data["submissions"]["nodes"]
    return {name: value for name, value in node.items() if name not in _READ_OFF}, node
