"""Scenario 2 of the domain: a bank sends 500 defaults, some of them about customers who have not agreed to it.

It ends with what the office finds in its inbox. What the office then does needs the plan, and is not here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import KARI, OLA
from tests.acceptance.asking import everything
from tests.acceptance.house import Answer, House
from tests.acceptance.searching import tables_that_hold
from tests.acceptance.test_amendments import wait_until_passed_on
from tests.acceptance.test_submission import result, row, send
from tests.intake.factory import add_consent
from tests.routing.town import Town, stranger

SEED = 20261130
CODES = {"consented": None, "unasked": "NO_BASIS", "to another": "NO_BASIS", "expired": "NO_BASIS",
         "misspelt": "INVALID_ID"}  # fmt: skip
_NOW = datetime.now(UTC)
# Whose case an ordinary caseworker sees: alone in it, so that nobody else's protection counts.
_WITH_CASE = """
    SELECT person.id, person.national_id FROM hub.case AS about
    JOIN nav.person AS person ON person.id = about.subject_id
    WHERE about.nav_unit = $1 AND about.state <> 'CLOSED' AND person.protection = 'UGRADERT' AND NOT person.shielded
    AND NOT EXISTS (SELECT FROM hub.case_person AS near WHERE near.case_id = about.id AND near.person_id <> person.id)
    AND NOT EXISTS (SELECT FROM hub.consent AS given WHERE given.subject_id = person.id AND given.source_party = $2)
    ORDER BY person.id"""
_INBOX = """query Inbox($after: String) { inbox(first: 100, after: $after) {
    nodes { kind basis task sender { id } case { track mortgageLoans { loanRef defaults { arrears } } } }
    pageInfo { hasNextPage endCursor } } }"""
_READ = f"""query Read($after: String) {{ submissions(first: 100, after: $after) {{
    nodes {{ {everything("bank", "SubmittedDefault")} }} pageInfo {{ hasNextPage endCursor }} }} }}"""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A row of the batch, what is the matter with it, and whether the customer had a case."""

    what: str
    row: dict[str, Any]
    has_case: bool = False

    @property
    def number(self) -> str:
        return self.row["debtorNationalId"]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What was sent, in its order, with its key and the answer."""

    key: str
    sent: list[Sent]
    answer: Answer

    @property
    def pairs(self) -> list[tuple[Sent, dict[str, Any]]]:
        return list(zip(self.sent, result(self.answer)["rows"], strict=True))

    def told(self, what: str) -> list[dict[str, Any]]:
        return [told for one, told in self.pairs if one.what == what]


class Customers:
    """The bank's customers, each with what they agreed to."""

    def __init__(self, house: House) -> None:
        self._house, self._town, self._loans = house, Town(house.owner), 0

    def consented(self, person: tuple[UUID, str] | None = None, *, what: str = "consented", **consent: Any) -> Sent:
        identifier, number = person or self._somebody()
        given = self._house.runner.run(add_consent(self._house.owner, identifier, **consent))
        return self.row(what, number, has_case=person is not None, consentId=str(given))

    def row(self, what: str, number: str, *, has_case: bool = False, **values: Any) -> Sent:
        self._loans += 1
        loan = {"loanRef": f"BL-2026-{self._loans:04}", "arrears": 1_000_000 + self._loans, "debtorName": None}
        return Sent(what=what, row=row(number, **loan, debtorAddress=None, **values), has_case=has_case)

    def _somebody(self) -> tuple[UUID, str]:
        number, identifier = self._house.runner.run(self._town.person())
        return identifier, number


def misspelt() -> str:
    """Another last digit than the check digit."""
    number = stranger()
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


@pytest.fixture(scope="module")
def batch(own_house: House) -> Batch:
    customers = Customers(own_house)
    known = [(one["id"], one["national_id"]) for one in own_house.rows(_WITH_CASE, TESTBY.nav_unit, BANK)][:12]
    assert known
    sent = [
        *(customers.consented(one) for one in known),
        *(customers.consented() for _ in range(480 - len(known))),
        *(customers.row("unasked", one.national_id, has_case=True) for one in (KARI, OLA)),
        *(customers.row("unasked", stranger()) for _ in range(8)),
        *(customers.consented(what="to another", recipient=OTHER_BANK) for _ in range(5)),
        *(customers.consented(what="expired", expires_at=_NOW - timedelta(days=1)) for _ in range(3)),
        *(customers.row("misspelt", misspelt()) for _ in range(2)),
    ]
    random.Random(SEED).shuffle(sent)
    key = uuid4().hex
    answer = send(own_house, *(one.row for one in sent), key=key)
    wait_until_passed_on(own_house)
    return Batch(key=key, sent=sent, answer=answer)


def paged(house: House, who: str, query: str, root: str, **how: Any) -> list[dict[str, Any]]:
    """All pages of a list."""
    nodes, after = [], None
    while True:
        page = house.ask(who, query, after=after, **how).data[root]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


def test_each_row_is_accepted_or_rejected_by_itself_and_told_in_order(batch: Batch) -> None:
    submitted = result(batch.answer)
    assert (submitted["acceptedCount"], submitted["rejectedCount"]) == (480, 20)
    assert [told["rowNo"] for told in submitted["rows"]] == list(range(1, 501))
    assert [told.get("code") for told in submitted["rows"]] == [CODES[one.what] for one in batch.sent]
    codes = [told["code"] for told in submitted["rows"] if "code" in told]
    assert (codes.count("NO_BASIS"), codes.count("INVALID_ID")) == (18, 2)
    assert {told["basis"] for told in batch.told("consented")} == {"BANK_CUSTOMER_CONSENT"}
    assert len({told["receipt"] for told in batch.told("consented")}) == 480


def test_answer_does_not_tell_who_has_a_case_or_why_there_is_no_ground(batch: Batch) -> None:
    def without(told: dict[str, Any]) -> dict[str, Any]:
        return {**told, "rowNo": None, "receipt": None}

    accepted = [(one.has_case, without(told)) for one, told in batch.pairs if one.what == "consented"]
    assert {has_case for has_case, _ in accepted} == {True, False}
    assert all(told == accepted[0][1] for _, told in accepted)
    rejected = [without(told) for told in [*batch.told("unasked"), *batch.told("to another"), *batch.told("expired")]]
    assert len(rejected) == 18
    assert all(told == rejected[0] for told in rejected)
    text = batch.answer.content.decode()
    assert not [one for one in batch.sent if one.number in text or one.row["loanRef"] in text]


def test_of_a_rejected_row_only_its_number_code_and_digest_are_kept(own_house: House, batch: Batch) -> None:
    stored = own_house.rows(
        "SELECT * FROM hub.submitted_default WHERE submission_id = $1::uuid ORDER BY row_no", result(batch.answer)["id"]
    )
    assert [line["code"] for line in stored] == [CODES[one.what] for one in batch.sent]
    for one, line in zip(batch.sent, stored, strict=True):
        kept = {name for name, value in line.items() if value not in (None, False)}
        if one.what == "consented":
            assert (line["debtor_national_id"], str(line["consent_id"])) == (one.number, one.row["consentId"])
        else:
            assert kept == {"id", "submission_id", "submitter_party", "row_no", "received_at", "outcome", "code",
                            "content_sha256"}  # fmt: skip


def test_what_was_rejected_stands_nowhere_in_the_database(own_house: House, batch: Batch) -> None:
    """The numbers of some stand in the register of persons, where they were before."""
    rejected = [one for one in batch.sent if one.what != "consented"]
    assert tables_that_hold(own_house, *(one.row["loanRef"] for one in rejected)) == set()
    numbers = [one.number for one in rejected if not one.has_case]
    assert tables_that_hold(own_house, *numbers) == {"nav.person"}
    consented = next(one for one in batch.sent if one.what == "consented" and not one.has_case)
    assert "hub.submitted_default" in tables_that_hold(own_house, consented.row["loanRef"])
    unknown = [one.number for one in batch.sent if one.what in ("unasked", "misspelt") and not one.has_case]
    assert own_house.value("SELECT count(*) FROM nav.person WHERE national_id = ANY ($1)", unknown) == 0


def test_batch_is_one_command_on_record_that_shows_nothing_of_anybody(own_house: House, batch: Batch) -> None:
    [event] = batch.answer.recorded.events
    assert (event.kind, event.shown, event.actor["party"]) == ("COMMAND", (), BANK)
    assert batch.answer.recorded.refusals == (("intake:row:ground-missing", "NO_BASIS", "submitMortgageDefaults"),)
    log = own_house.ask("citizen-kari", "{ myAccessLog(first: 100) { nodes { recipient { id } } } }")
    assert BANK not in str(log.data)


def test_office_finds_each_of_the_480_in_its_inbox_with_the_default_and_not_the_loan(
    own_house: House, batch: Batch
) -> None:
    """They agreed that the bank tells of a default, and to no more than that."""
    nodes = paged(own_house, "nav-caseworker", _INBOX, "inbox", purpose="B101")
    told = [node for node in nodes if node["kind"] == "MORTGAGE_DEFAULT" and node["sender"]["id"] == BANK]
    assert len(told) == 480
    assert {(node["basis"], node["task"], node["case"]["track"]) for node in told} == {
        ("BANK_CUSTOMER_CONSENT", "Ta kontakt med låntakeren", "OWNER")
    }
    loans = [loan for node in told for loan in node["case"]["mortgageLoans"]]
    sent = {one.row["arrears"]: one.row["loanRef"] for one in batch.sent if one.what == "consented"}
    arrears = [default["arrears"] for loan in loans for default in loan["defaults"]]
    assert sorted(amount for amount in arrears if amount in sent) == sorted(sent)
    assert not {loan["loanRef"] for loan in loans} & set(sent.values())
    page = own_house.ask("nav-caseworker", _INBOX, purpose="B101")
    [withheld] = page.withheld
    assert (withheld["field"], withheld["reason"], withheld["opens"]) == (
        "MortgageLoan.loanRef", "CONSENT_REQUIRED", [["CONSENT:LOAN_DETAILS"]],
    )  # fmt: skip


def test_bank_reads_back_its_rows_and_the_other_bank_none(own_house: House, batch: Batch) -> None:
    receipts = {told["receipt"] for told in batch.told("consented")}
    nodes = paged(own_house, "bank-system", _READ, "submissions")
    assert receipts <= {node["id"] for node in nodes}
    others = paged(own_house, "other-bank-system", _READ, "submissions")
    assert not receipts & {node["id"] for node in others}


def test_same_batch_again_is_the_same_answer_and_no_second_signal(own_house: House, batch: Batch) -> None:
    signals = "SELECT count(*) FROM hub.signal"
    before = own_house.value(signals)
    assert send(own_house, *(one.row for one in batch.sent), key=batch.key).content == batch.answer.content
    wait_until_passed_on(own_house)
    assert own_house.value(signals) == before
