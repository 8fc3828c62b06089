"""A value that is withheld on some rows: there it is absent, to who filters, orders, counts or pages by it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from hub.app import rules
from hub.gate import Gate
from hub.identity.purposes import POLICIES
from hub.store.roles import Endpoints
from tests.plan.both import Both
from tests.plan.columns import columns_in
from tests.plan.requesters import REQUESTERS

_NAV = REQUESTERS["nav"]
_HIDING = """
@id("core.test.hidden-on-some")
@basis("DATA_MINIMISATION")
@because("For this test: how far a case has come is hidden where the housing office takes part.")
forbid (
  principal,
  action in [
    Action::"read:Case.caseNo",
    Action::"read:Case.openedAt",
    Action::"read:Case.state",
    Action::"read:Case.track",
    Action::"read:Case.updatedAt"
  ],
  resource
) when {
  resource.parties.contains(Party::"9901-housing")
};
"""
_MORE_PETITIONS = """
    INSERT INTO enforcement.eviction_petition (id, case_id, enforcement_case_no, petition_received_at, petitioner_party,
        objection_deadline, status, received_at, basis, source_party)
    SELECT gen_random_uuid(), case_id, enforcement_case_no, petition_received_at - n * interval '1 day',
        petitioner_party, objection_deadline, status, received_at, basis, source_party
    FROM enforcement.eviction_petition, generate_series(1, 3) n"""
_MORE_LOANS = """
    INSERT INTO bank.mortgage_loan (id, case_id, loan_type, lender_party, loan_ref, principal_ore, outstanding_ore,
        collateral, term_amount_ore, next_due, status, source_party)
    SELECT gen_random_uuid(), case_id, loan_type, '313800202', loan_ref || n, principal_ore, outstanding_ore,
        collateral, term_amount_ore, next_due, status, '313800202'
    FROM bank.mortgage_loan, generate_series(1, 2) n WHERE loan_type = 'BANK_LOAN'"""
_HIDDEN = "SELECT DISTINCT case_id::text FROM hub.participant WHERE party_id = '9901-housing' AND valid_to IS NULL"
_PAGE = """query($filter: CaseFilter, $orderBy: CaseOrder, $after: String, $first: Int! = 100) {
    cases(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
        totalCount nodes { id state openedAt } edges { cursor } pageInfo { next: endCursor } } }"""


@pytest.fixture(scope="module")
def gate() -> Gate:
    """The hub's policies and one that hides values on some rows."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(POLICIES.glob("*.cedar"))}
    return Gate.load(rules().gate.model, {**files, "hiding.cedar": _HIDING})


async def _pages(both: Both, **variables: Any) -> dict[str, Any]:
    return (await both.answer(_NAV, _PAGE, **variables))["data"]["cases"]


async def _is_hidden(both: Both) -> set[str]:
    return {row["case_id"] for row in await both.owner.fetch(_HIDDEN)}


async def test_a_filter_does_not_find_rows_by_a_value_that_is_withheld_on_them(planned: Endpoints, gate: Gate) -> None:
    async with Both(planned) as open_, Both(planned, gate=gate) as hiding:
        hidden = await _is_hidden(open_)
        for asked in (
            {"track": "TENANCY"},
            {"openedFrom": "2000-01-01T00:00:00Z"},
            {"openedBefore": "2100-01-01T00:00:00Z"},
        ):
            all_ = await _pages(open_, filter=asked)
            found = await _pages(hiding, filter=asked)
            expected = {node["id"] for node in all_["nodes"]} - hidden
            assert {node["id"] for node in found["nodes"]} == expected
            assert found["totalCount"] == len(expected) < all_["totalCount"]


async def test_no_filter_counts_what_it_does_not_find(planned: Endpoints, gate: Gate) -> None:
    # Asking for each state in turn adds up to the rows on which the state is shown, so nothing is learnt of the others.
    async with Both(planned, gate=gate) as hiding:
        states = rules().contracts[_NAV.requester.kind].type_map["CaseState"].values  # type: ignore[attr-defined]
        counts = [(await _pages(hiding, filter={"state": [state]}))["totalCount"] for state in states]
        everything = await _pages(hiding)
    shown = [node for node in everything["nodes"] if node["state"] is not None]
    assert sum(counts) == len(shown) < everything["totalCount"]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["OPENED_AT", "STATE", "CASE_NO", "UPDATED_AT"])
async def test_rows_whose_order_value_is_withheld_come_last_by_id(
    field: str, direction: str, planned: Endpoints, gate: Gate
) -> None:
    order = {"field": field, "direction": direction}
    async with Both(planned, gate=gate) as hiding:
        hidden = await _is_hidden(hiding)
        ids = [node["id"] for node in (await _pages(hiding, orderBy=order))["nodes"]]
    last = [identity for identity in ids if identity in hidden]
    assert last
    assert ids[-len(last) :] == last == sorted(last, reverse=direction == "DESC")


async def test_pages_go_on_over_rows_whose_order_value_is_withheld(planned: Endpoints, gate: Gate) -> None:
    async with Both(planned, gate=gate) as hiding:
        hidden = await _is_hidden(hiding)
        whole = [node["id"] for node in (await _pages(hiding))["nodes"]]
        found: list[str] = []
        after = None
        while after is not None or not found:
            page = await _pages(hiding, first=4, after=after)
            found += [node["id"] for node in page["nodes"]]
            for node, edge in zip(page["nodes"], page["edges"], strict=True):
                value, identity = json.loads(base64.urlsafe_b64decode(edge["cursor"] + "==")[:-16])
                assert identity == node["id"]
                assert (value is None) is (node["id"] in hidden)
            after = page["pageInfo"]["next"]
    assert found == whole
    assert any(identity in hidden for identity in found)


async def test_what_is_withheld_on_a_row_is_told_with_the_row(planned: Endpoints, gate: Gate) -> None:
    async with Both(planned, gate=gate) as hiding:
        hidden = await _is_hidden(hiding)
        nodes = (await _pages(hiding))["nodes"]
    assert {node["id"] for node in nodes if node["state"] is None} == {node["id"] for node in nodes} & hidden


# --- lists -----------------------------------------------------------------------------------------------------------


async def test_a_list_is_ordered_by_a_value_only_where_it_is_shown(changeable: Endpoints) -> None:
    # NAV sees that there are loans; what kind only where the customer has agreed with the lender, or by agreement.
    asked = "{ cases(first: 100, filter: {track: OWNER}) { nodes { mortgageLoans { id loanType } } } }"
    async with Both(changeable) as both:
        await both.owner.execute(_MORE_LOANS)
        lists = [node["mortgageLoans"] for node in (await both.answer(_NAV, asked))["data"]["cases"]["nodes"]]
    for loans in lists:
        assert loans == sorted(loans, key=lambda loan: (loan["loanType"] is None, loan["loanType"] or "", loan["id"]))
    assert any(len({loan["loanType"] is None for loan in loans}) == 2 for loans in lists)


async def test_a_list_whose_order_is_withheld_from_a_party_is_ordered_by_id(changeable: Endpoints) -> None:
    # The rent collector may know how far an eviction has come, not when the officer received the petition.
    asked = "{ cases(first: 100) { nodes { evictionPetitions { id } } } }"
    async with Both(changeable) as both:
        await both.owner.execute(_MORE_PETITIONS)
        answer = await both.answer(REQUESTERS["rent collector"], asked)
        (executed,) = both.executed
    lists = [[petition["id"] for petition in node["evictionPetitions"]] for node in answer["data"]["cases"]["nodes"]]
    assert any(len(ids) > 2 for ids in lists)
    assert all(ids == sorted(ids) for ids in lists)
    assert ("enforcement.eviction_petition", "petition_received_at") not in columns_in(executed.sql)


async def test_the_current_plan_is_shown_to_who_may_not_know_its_version(planned: Endpoints) -> None:
    latest = (
        """SELECT DISTINCT ON (case_id) case_id::text, state FROM hub.progress_plan ORDER BY case_id, version DESC"""
    )
    async with Both(planned) as both:
        nodes = await both.answer(REQUESTERS["enforcement"], "{ cases(first: 100) { nodes { id plan { status } } } }")
        states = {row["case_id"]: row["state"] for row in await both.owner.fetch(latest)}
    shown = {node["id"]: node["plan"]["status"] for node in nodes["data"]["cases"]["nodes"] if node["plan"]}
    assert shown
    assert all(states[case] == status for case, status in shown.items())


# --- words -----------------------------------------------------------------------------------------------------------


async def test_a_word_for_what_a_party_can_never_see_is_left_out_of_a_list(changeable: Endpoints) -> None:
    # The bank may know of consents that let it receive. That rent is owed it can never see, in a consent neither.
    asked = "{ cases(first: 100) { nodes { consents { categories } } } }"
    async with Both(changeable) as both:
        await both.owner.execute("ALTER TABLE hub.consent DISABLE TRIGGER USER")
        await both.owner.execute("UPDATE hub.consent SET categories = ARRAY['RENT_ARREARS', 'PLAN_STATUS']")
        answer = await both.answer(REQUESTERS["bank for refinancing"], asked)
        of_nav = await both.answer(_NAV, asked)
    told = [consent["categories"] for node in answer["data"]["cases"]["nodes"] for consent in node["consents"]]
    assert told
    assert all(categories == ["PLAN_STATUS"] for categories in told)
    all_ = [consent["categories"] for node in of_nav["data"]["cases"]["nodes"] for consent in node["consents"]]
    assert ["RENT_ARREARS", "PLAN_STATUS"] in all_


async def test_a_signal_does_not_say_that_it_is_about_what_a_party_can_never_see(changeable: Endpoints) -> None:
    asked = "{ inbox(first: 100) { nodes { id kind } } }"
    async with Both(changeable) as both:
        await both.owner.execute("UPDATE hub.signal SET unit_id = '9941', kind = 'FINANCIAL_AID_APPLICATION'")
        nodes = (await both.answer(REQUESTERS["housing"], asked))["data"]["inbox"]["nodes"]
    assert nodes
    assert {node["kind"] for node in nodes} == {None}
