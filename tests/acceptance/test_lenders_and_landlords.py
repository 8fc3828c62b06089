"""Banks, loan managers and landlords as creditors: terms open with the debtor's consent, and close with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from hub.demo.offices import LANDLORD_COMPANY, OTHER_BANK, TESTBY
from hub.demo.people import EVA, IVAN, KARI, LIV, NINA, OLA, Known
from tests.acceptance.asking import case_query
from tests.acceptance.changes import changed, give_consent, withdraw
from tests.acceptance.house import House

UNKNOWN_ID = "01980000-0000-7000-8000-000000000000"
_PERSON = (
    "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { case { repaymentAgreements { total } } } }"
)


@dataclass(frozen=True, kw_only=True)
class Creditor:
    """A private party that somebody owes."""

    kind: str
    party: str
    debtor: Known
    name: str | None


CREDITORS: Mapping[str, Creditor] = {
    "loan-manager-system": Creditor(
        kind="loan-manager", party=TESTBY.loan_manager, debtor=EVA, name="Prøve Låneforvaltning AS"
    ),
    "other-bank-system": Creditor(kind="bank", party=OTHER_BANK, debtor=KARI, name="Liksom Sparebank"),
    "landlord": Creditor(kind="landlord", party=str(LIV.id), debtor=KARI, name="Privat utleier"),
    "landlord-company": Creditor(kind="landlord", party=LANDLORD_COMPANY, debtor=KARI, name="Utleie AS"),
}
EACH = pytest.mark.parametrize("who", CREDITORS)


@contextmanager
def owed(house: House, creditor: Creditor, *, consent: bool = True) -> Iterator[None]:
    """The debtor has an agreement with the party, and has agreed that the party sees its terms."""
    agreement = house.value(
        "SELECT r.id FROM hub.repayment_agreement r JOIN hub.case c ON c.id = r.case_id WHERE c.subject_id = $1",
        creditor.debtor.id,
    )
    with ExitStack() as stack:
        stack.enter_context(changed(house, "hub.repayment_agreement", agreement, {"creditor_party": creditor.party}))
        if consent:
            given = give_consent(
                house, creditor.debtor, TESTBY.nav, creditor.party, "REPAYMENT_AGREEMENT", ["AGREEMENT_TERMS"]
            )
            stack.callback(withdraw, house, given)
        yield


def asked(house: House, who: str, purpose: str = "B104") -> Any:
    creditor = CREDITORS[who]
    query = case_query(creditor.kind)
    return house.ask(who, query, purpose=purpose, id=house.case_of(creditor.debtor)).data["case"]


@EACH
def test_party_is_told_which_party_it_acts_for(house: House, who: str) -> None:
    me = house.ask(who, "{ me { party { id name } purpose } }", purpose="B104").data["me"]
    creditor = CREDITORS[who]
    assert me == {"party": {"id": creditor.party, "name": creditor.name}, "purpose": "B104"}


@EACH
def test_terms_open_with_the_debtor_s_consent(own_house: House, who: str) -> None:
    creditor = CREDITORS[who]
    count = "{ cases(first: 9) { totalCount } }"
    before = own_house.ask(who, count, purpose="B104").data["cases"]["totalCount"]
    with owed(own_house, creditor):
        case = asked(own_house, who)
        by_number = own_house.ask(who, _PERSON, purpose="B104", n=creditor.debtor.national_id).data
        after = own_house.ask(who, count, purpose="B104").data["cases"]["totalCount"]
    [terms] = case["repaymentAgreements"]
    assert terms["creditor"]["id"] == creditor.party
    assert all(terms[name] is not None for name in ("total", "instalment", "firstDue", "lastDue", "status"))
    assert by_number["personByNationalId"]["case"]["repaymentAgreements"] == [{"total": terms["total"]}]
    assert after == before + 1


@EACH
def test_consent_shows_nothing_of_the_person_and_nothing_of_the_social_services(own_house: House, who: str) -> None:
    with owed(own_house, CREDITORS[who]):
        case = asked(own_house, who)
    reserved = case.pop("reservations", [])
    # A landlord is told of what was said to the landlord.
    assert all(one["landlord"]["id"] == CREDITORS[who].party for one in reserved)
    assert set(case) == {"subject", "debtSettlements", "plan", "repaymentAgreements", "consents"}
    assert (case["subject"], case["plan"]) == ({}, None)


@EACH
def test_without_consent_there_is_no_case(own_house: House, who: str) -> None:
    creditor = CREDITORS[who]
    query = case_query(creditor.kind)
    absent = own_house.ask(who, query, purpose="B104", id=UNKNOWN_ID)
    with owed(own_house, creditor, consent=False):
        answer = own_house.ask(who, query, purpose="B104", id=own_house.case_of(creditor.debtor))
    assert (answer.content, answer.bare_headers) == (absent.content, absent.bare_headers)
    assert answer.recorded.refusals == absent.recorded.refusals


@EACH
def test_consent_for_repayment_opens_nothing_under_another_purpose(own_house: House, who: str) -> None:
    with owed(own_house, CREDITORS[who]):
        case = asked(own_house, who, "B101")
    assert not case or case["repaymentAgreements"] == []


@pytest.mark.parametrize(
    ("purpose", "plan", "totals"), [("B101", {"status": "PROPOSED"}, []), ("B104", None, [1_080_000])]
)
def test_ivan_s_landlord_sees_for_each_purpose_what_ivan_agreed_to_share_for_it(
    house: House, purpose: str, plan: object, totals: list[int]
) -> None:
    query, known = case_query("landlord"), {"id": house.case_of(IVAN)}
    case = house.ask("landlord", query, purpose=purpose, **known).data["case"]
    given = house.rows("SELECT id::text FROM hub.consent WHERE recipient_party = $1", str(LIV.id))
    assert case["plan"] == plan
    assert [terms["total"] for terms in case["repaymentAgreements"]] == totals
    assert {consent["id"] for consent in case["consents"]} == {row["id"] for row in given}
    assert (case["subject"], case["debtSettlements"]) == ({}, [])


@EACH
def test_consent_of_one_debtor_opens_no_agreement_with_another_creditor(own_house: House, who: str) -> None:
    """The case opens, since the debtor agreed; an agreement with somebody else in it does not."""
    creditor = CREDITORS[who]
    given = give_consent(
        own_house, creditor.debtor, TESTBY.nav, creditor.party, "REPAYMENT_AGREEMENT", ["AGREEMENT_TERMS"]
    )
    agreement = own_house.value(
        "SELECT r.id FROM hub.repayment_agreement r JOIN hub.case c ON c.id = r.case_id WHERE c.subject_id = $1",
        creditor.debtor.id,
    )
    with changed(own_house, "hub.repayment_agreement", agreement, {"creditor_party": TESTBY.housing}):
        case = asked(own_house, who)
    withdraw(own_house, given)
    assert case["repaymentAgreements"] == []


def test_loan_manager_acts_for_itself_and_never_as_the_municipality(house: House) -> None:
    event = house.ask("loan-manager-system", "{ me { actor } }").recorded.events[0]
    assert (event.actor["party"], event.actor["supplier"]) == (TESTBY.loan_manager, TESTBY.loan_manager)
    answer = house.ask("loan-manager-system", case_query("loan-manager"), purpose="B101", id=house.case_of(EVA))
    assert answer.json == {"data": {"case": None}}


def test_landlord_is_not_told_that_the_tenant_has_a_case(house: House) -> None:
    for who, tenant in (("landlord", KARI), ("landlord-company", OLA), ("landlord-company", NINA)):
        query = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { __typename } }"
        answer = house.ask(who, query, purpose="B104", n=tenant.national_id)
        absent = house.ask(who, query, purpose="B104", n="25922947409")
        assert (answer.content, answer.recorded.refusals) == (absent.content, absent.recorded.refusals)
