"""The figures of one's own submissions: counted as they stand, by days of the calendar in Oslo, and nobody else's."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from hub.demo.offices import BANK
from hub.store.ids import new_id
from tests.acceptance.house import Answer, House
from tests.acceptance.test_amendments import accepted, correct, withdraw
from tests.acceptance.test_submission import row, send

_ASK = """query Figures($from: Date!, $to: Date!) { submissionStatistics(from: $from, to: $to) {
    rows accepted late corrected rejected { code count } withdrawn { reason count } } }"""
_NOTHING = {"rows": 0, "accepted": 0, "late": 0, "corrected": 0, "rejected": [], "withdrawn": []}


def figures(house: House, who: str = "bank-system", *, first: str = "2026-11-20", last: str = "2999-12-31") -> Any:
    return ask(house, who, first, last).data["submissionStatistics"]


def ask(house: House, who: str, first: str, last: str) -> Answer:
    return house.ask(who, _ASK, **{"from": first, "to": last})


def received(house: House, at: datetime) -> None:
    """A row of the bank's that was rejected at this moment."""
    submission = new_id()
    house.execute(
        "INSERT INTO hub.submission (id, submitter_party, actor, kind, received_at, idempotency_key, content_sha256,"
        " row_count) VALUES ($1, $2, $2, 'MORTGAGE_DEFAULT', $3, $4, repeat('0', 64), 1)",
        submission, BANK, at, str(submission),
    )  # fmt: skip
    house.execute(
        "INSERT INTO hub.submitted_default (submission_id, submitter_party, row_no, received_at, outcome, code,"
        " content_sha256) VALUES ($1, $2, 1, $3, 'REJECTED', 'NO_BASIS', repeat('0', 64))",
        UUID(str(submission)), BANK, at,
    )  # fmt: skip


def grown(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """By how much each figure has risen."""

    def plain(told: Any) -> Counter[str]:
        return Counter(
            {next(str(value) for name, value in one.items() if name != "count"): one["count"] for one in told}
        )

    return {
        name: dict(plain(value) - plain(before[name])) if isinstance(value, list) else value - before[name]
        for name, value in after.items()
    }


def test_rows_are_counted_as_they_stand(own_house: House) -> None:
    before = figures(own_house)
    receipts = [accepted(own_house) for _ in range(5)]
    send(own_house, row("15928741270"), row("15928741271"), row(arrears=0))
    for receipt, reason in zip(receipts, ("PAID", "PAID", "WRONG_PERSON"), strict=False):
        withdraw(own_house, receipt, reason)
    correct(own_house, receipts[3], arrears=1)
    # What was corrected and withdrawn after that counts as withdrawn.
    correct(own_house, receipts[4], arrears=1)
    withdraw(own_house, receipts[4], "REPORTED_IN_ERROR")
    assert grown(before, figures(own_house)) == {
        "rows": 8,
        "accepted": 5,
        "late": 0,
        "corrected": 1,
        "rejected": {"BAD_VALUE": 1, "INVALID_ID": 1, "NO_BASIS": 1},
        "withdrawn": {"PAID": 2, "REPORTED_IN_ERROR": 1, "WRONG_PERSON": 1},
    }


def test_other_bank_has_figures_of_its_own(own_house: House) -> None:
    accepted(own_house)
    assert figures(own_house, "other-bank-system") == _NOTHING


def test_late_rows_are_counted_for_the_loan_manager(own_house: House) -> None:
    before = figures(own_house, "loan-manager-system")
    late = row(loanType="STARTLAN", loanRef="SL-LATE", firstUnpaidDue="2026-09-01")
    send(own_house, late, who="loan-manager-system")
    after = figures(own_house, "loan-manager-system")
    assert (after["late"], after["accepted"]) == (before["late"] + 1, before["accepted"] + 1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2020, 6, 1, 21, 59, 59, tzinfo=UTC), "2020-06-01"),
        (datetime(2020, 6, 2, 22, 0, tzinfo=UTC), "2020-06-03"),
        (datetime(2020, 12, 1, 22, 59, 59, tzinfo=UTC), "2020-12-01"),
        (datetime(2020, 12, 2, 23, 0, tzinfo=UTC), "2020-12-03"),
        # The clock goes back an hour: a day of twenty-five.
        (datetime(2020, 10, 25, 22, 30, tzinfo=UTC), "2020-10-25"),
    ],
)
def test_day_is_the_one_of_the_calendar_in_oslo(own_house: House, moment: datetime, day: str) -> None:
    received(own_house, moment)
    assert figures(own_house, first=day, last=day)["rows"] == 1


def test_period_that_ends_before_it_begins_is_bad_input_by_name(own_house: House) -> None:
    answer = ask(own_house, "bank-system", "2026-11-02", "2026-11-01")
    assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])
    assert answer.json["errors"][0]["extensions"]["field"] == "to"


def test_ends_of_the_calendar_are_days_like_any(own_house: House) -> None:
    assert figures(own_house, first="0001-01-01", last="0001-01-02") == _NOTHING
    assert figures(own_house, first="9999-12-30", last="9999-12-31") == _NOTHING
    assert figures(own_house, first="0001-01-01", last="9999-12-31")["rows"] > 0


@pytest.mark.parametrize("who", ["nav-caseworker", "citizen-eva", "landlord", "privacy-officer"])
def test_figures_exist_for_lenders_alone(own_house: House, who: str) -> None:
    assert ask(own_house, who, "2026-11-01", "2026-11-02").codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_look_up_is_on_record_and_shows_nothing_of_anybody(own_house: House) -> None:
    [event] = ask(own_house, "bank-system", "2026-11-01", "2026-11-02").recorded.events
    assert (event.kind, event.operation_name, event.shown) == ("QUERY", "Figures", ())


def test_figures_stand_beside_the_rows_in_one_answer(own_house: House) -> None:
    query = """{ submissions(first: 1) { totalCount } figures: submissionStatistics(from: "2020-01-01",
        to: "2999-01-01") { rows } }"""
    answer = own_house.ask("bank-system", query).data
    assert answer["figures"]["rows"] == answer["submissions"]["totalCount"]
