"""Who can see a field, and when: asked by those who control the log, answered as the matrix of the policies says."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import pytest

from hub.errors import BadInput
from hub.identity.model import Kind
from hub.identity.purposes import POLICIES
from tests.acceptance.asking import contract
from tests.acceptance.house import Answer, House
from tests.docs.pages import rows

_WORDS = "{ nb en }"
_DAYS = "validFrom validTo inForce"
_POLICIES = f"policies {{ id because grounds {{ code citation gdpr text {_WORDS} {_DAYS} }} }}"
_QUERY = f"""query Rules($field: String!, $purpose: String) {{
    whoCanSee(field: $field, purpose: $purpose) {{ field category recipients {{
        recipient
        presupposed {{ condition {_WORDS} {_POLICIES} }}
        ways {{ shown conditions {_WORDS} notAsked {_WORDS} needsPurpose {_POLICIES}
            purposes {{ number name {_WORDS} {_DAYS} }} }} }} }} }}"""
CONTROLLERS = pytest.mark.parametrize("who", ["privacy-officer", "unit-leader"])
# A field, and the group of the matrix that it stands in with fields that are decided like it.
IN_MATRIX = pytest.mark.parametrize(
    ("field", "group"),
    [
        ("RepaymentAgreement.total", "Repayment agreement"),
        ("DebtSettlement.openedAt", "Debt settlement: opening"),
        ("LeaseBreach.description", "Breaches of the lease: free text"),
        ("ContactLogEntry.note", "Contact log"),
        ("CostComparison.nights", "Comparison of costs"),
        ("SubmittedDefault.arrears", "Own submissions"),
        ("SubmittedAidApplication.amount", "Own submissions: applications for aid"),
        ("LandlordNotice.arrears", "Landlords' notices to the social services"),
        ("ConcernReport.text", "Reports of concern"),
        ("AccessLogEntry.actorName", "Access log: for control"),
    ],
)
_ABOUT_NOBODY = (
    "Access log: for control",
    "Own submissions",
    "Own submissions: applications for aid",
)
# Where the matrix has other fields of a row shown, this one is known to be there.
_SHOWN = {"R": "WHOLE", "C": "WHOLE", "O": "WHOLE", "X": "EXISTENCE", "S": "EXISTENCE"}
_OWN = "the own party submitted it"
Way = tuple[str, frozenset[str], tuple[str, ...], frozenset[str]]
"""How much, under which conditions, for which purposes (none: any), by which policies with their bases."""


def asked(
    house: House, field: str, purpose: str | None = None, *, who: str = "privacy-officer", stated: str | None = "B106"
) -> Answer:
    sent = {"authorization": f"Bearer {house.token(who)}"} | ({"behandlingsnummer": stated} if stated else {})
    return house.post({"query": _QUERY, "variables": {"field": field, "purpose": purpose}}, headers=sent)


def view(answer: Answer, kind: Kind) -> dict[str, Any]:
    [found] = [one for one in answer.data["whoCanSee"]["recipients"] if one["recipient"] == kind.name]
    return found


def ways(found: dict[str, Any]) -> set[Way]:
    """Each way with all that it asks, what is presupposed put in."""
    presupposed = {one["condition"]["en"] for one in found["presupposed"]}
    return {
        (
            way["shown"],
            frozenset(presupposed - _english(way["notAsked"]) | _english(way["conditions"])),
            tuple(one["number"] for one in way["purposes"]) if way["needsPurpose"] else (),
            frozenset(f"{policy['id']} ({policy['grounds'][0]['code']})" for policy in way["policies"]),
        )
        for way in found["ways"]
    }


def _english(words: list[dict[str, str]]) -> set[str]:
    return {one["en"] for one in words}


def in_matrix(group: str) -> dict[Kind, set[Way]]:
    """What the committed page says of the group, by kind of party."""
    page = (POLICIES / "matrix.md").read_text(encoding="utf-8")
    parties = page.partition("## What is presupposed")[2].partition("## Group by group")[0]
    kinds = {cells[0]: (Kind(cells[1]), cells[3]) for cells in rows(parties) if cells[0] not in ("party", "---")}
    part = page.partition(f"### {group}\n")[2].partition("\n### ")[0]
    found: dict[Kind, set[Way]] = {kind: set() for kind, _ in kinds.values()}
    entries = (cells for cells in rows(part) if cells[0] not in ("party", "---"))
    for party, (letter, *_), conditions, numbers, policies in entries:
        kind, always = kinds[party]
        held = set() if group in _ABOUT_NOBODY or always == "-" else set(always.split("; "))
        held |= set() if conditions == "-" else set(conditions.split(" and "))
        held |= {_OWN} if letter == "O" else set()
        purposes = () if "none" in numbers else tuple(numbers.split(", "))
        found[kind].add((_SHOWN[letter], frozenset(held), purposes, frozenset(policies.replace("`", "").split("<br>"))))
    return found


@IN_MATRIX
def test_answer_on_a_field_is_what_the_matrix_says_of_every_kind_of_party(house: House, field: str, group: str) -> None:
    answer = asked(house, field)
    said = {Kind[one["recipient"]]: ways(one) for one in answer.data["whoCanSee"]["recipients"]}
    assert said == in_matrix(group)


def test_bank_sees_an_agreement_with_itself_by_consent_and_is_told_on_which_ground(house: House) -> None:
    bank = view(asked(house, "RepaymentAgreement.total"), Kind.BANK)
    [way] = bank["ways"]
    assert way["conditions"] == [
        {"nb": "samtykke til AGREEMENT_TERMS", "en": "consent to AGREEMENT_TERMS"},
        {"nb": "egen virksomhet er kreditor", "en": "the own party is the creditor"},
    ]
    assert [one["number"] for one in way["purposes"]] == ["B101", "B103", "B104"]
    assert way["purposes"][0]["name"] == {
        "nb": "Forhindre begjæringer om utkastelse", "en": "Prevent petitions for eviction"
    }  # fmt: skip
    [policy] = way["policies"]
    assert policy["id"] == "bank.repayment-agreement.terms"
    [ground] = [one for one in policy["grounds"] if one["inForce"]]
    assert ground["code"] == "CONSENT_LIFTS_CONFIDENTIALITY"
    assert ground["citation"]
    assert ground["validFrom"]


def test_what_nothing_overrides_stands_beside_the_ways_with_its_policy(house: House) -> None:
    bank = view(asked(house, "RepaymentAgreement.total"), Kind.BANK)
    assert {one["condition"]["en"]: [policy["id"] for policy in one["policies"]] for one in bank["presupposed"]} == {
        "nobody in the household has a confidential address": ["core.protection.confidential-from-private"],
        "nobody in the household is shielded": ["core.protection.shielded"],
    }


def test_only_the_mark_of_a_number_is_shown_to_housing_support(house: House) -> None:
    assert {way["shown"] for way in view(asked(house, "Person.nationalId"), Kind.HOUSING_SUPPORT)["ways"]} == {"MASKED"}
    assert {way["shown"] for way in view(asked(house, "Person.nationalId"), Kind.NAV)["ways"]} == {"WHOLE"}


def test_party_that_sees_nothing_has_no_ways(house: House) -> None:
    answer = asked(house, "ContactLogEntry.note")
    for kind in (Kind.BANK, Kind.LANDLORD, Kind.ENFORCEMENT, Kind.PRIVACY):
        assert view(answer, kind) == {"recipient": kind.name, "presupposed": [], "ways": []}


def test_a_purpose_narrows_the_answer_to_requests_for_it(house: House) -> None:
    answer = asked(house, "MortgageLoan.outstanding", "B102")
    numbers = {
        purpose["number"]
        for one in answer.data["whoCanSee"]["recipients"]
        for way in one["ways"]
        for purpose in way["purposes"]
    }
    assert numbers == {"B102"}
    assert {one["recipient"] for one in answer.data["whoCanSee"]["recipients"] if one["ways"]} == {
        "DEBT_COUNSEL", "NAV", "SECURE_UNIT"
    }  # fmt: skip


def test_link_is_told_as_the_existence_of_what_it_leads_to(house: House) -> None:
    found = view(asked(house, "Case.mortgageLoans"), Kind.DEBT_COUNSEL)
    assert {way["shown"] for way in found["ways"]} == {"EXISTENCE"}


@pytest.mark.parametrize(
    "field", ["MortgageLoan.secret", "Nothing.at", "Person", "", "mortgageLoan.outstanding", "Query.case", "Ore.value"]
)
def test_field_that_is_none_is_refused_by_the_name_of_the_argument(house: House, field: str) -> None:
    answer = asked(house, field)
    assert answer.status == 400
    [error] = answer.json["errors"]
    assert error["extensions"] == {
        "code": "BAD_USER_INPUT",
        "text": asdict(BadInput.said),
        "field": "field",
        "reason": "UNKNOWN",
    }
    assert not field or field not in answer.content.decode().replace("MortgageLoan.outstanding", "")


@pytest.mark.parametrize("number", ["B999", "EVICTION_PREVENTION", ""])
def test_purpose_that_is_none_is_refused_by_the_name_of_the_argument(house: House, number: str) -> None:
    answer = asked(house, "Person.name", number)
    assert answer.status == 400
    [error] = answer.json["errors"]
    assert error["extensions"] == {
        "code": "BAD_USER_INPUT",
        "text": asdict(BadInput.said),
        "field": "purpose",
        "reason": "UNKNOWN",
    }


@CONTROLLERS
def test_question_is_on_record_and_shows_nothing_of_anybody(house: House, who: str) -> None:
    answer = asked(house, "MortgageLoan.outstanding", who=who)
    [event] = answer.recorded.events
    assert (event.purpose, event.operation_name, event.shown) == ("LOG_CONTROL", "Rules", ())
    assert answer.recorded.refusals == ()


@CONTROLLERS
def test_without_a_purpose_the_rules_stay_shut(house: House, who: str) -> None:
    answer = asked(house, "MortgageLoan.outstanding", who=who, stated=None)
    assert (answer.status, answer.codes) == (403, ["PURPOSE_REQUIRED"])


@pytest.mark.parametrize("who", ["nav-caseworker", "bank-system", "citizen-kari", "housing-caseworker"])
def test_those_who_do_not_control_the_log_have_no_such_field(house: House, who: str) -> None:
    known = asked(house, "Person.name", who=who, stated=None)
    unknown = house.post(
        {"query": _QUERY.replace("whoCanSee", "whoCanDoo"), "variables": {"field": "Person.name"}},
        headers={"authorization": f"Bearer {house.token(who)}"},
    )
    assert (known.status, set(known.codes)) == (400, {"GRAPHQL_VALIDATION_FAILED"})
    assert known.content == unknown.content.replace(b"whoCanDoo", b"whoCanSee")


def test_field_is_in_the_contracts_of_those_who_control_the_log_and_no_other() -> None:
    having = {kind for kind in Kind if "whoCanSee" in getattr(contract(kind.value).query_type, "fields", {})}
    assert having == {Kind.PRIVACY, Kind.LEADER}


def test_answer_stands_among_planned_ones_and_introspection_in_the_order_written(house: House) -> None:
    query = """query($no: String) {
        b: whoCanSee(field: "Me.actor", purpose: $no) { __typename field } me { actor }
        a: whoCanSee(field: "Me.role") { recipients { recipient } } t: __typename s: __type(name: "Me") { name }
    }"""
    answer = house.ask("privacy-officer", query, purpose="B106")
    assert list(answer.data) == ["b", "me", "a", "t", "s"]
    assert answer.data["b"] == {"__typename": "WhoCanSee", "field": "Me.actor"}
    assert answer.data["me"] == {"actor": house.ask("privacy-officer", "{ me { actor } }").data["me"]["actor"]}
    assert [one["recipient"] for one in answer.data["a"]["recipients"]] == sorted(kind.name for kind in Kind)


def test_kinds_of_parties_are_those_that_the_register_knows() -> None:
    values = contract("privacy").type_map["RecipientKind"]
    assert set(getattr(values, "values", ())) == {kind.name for kind in Kind}


def test_question_that_was_asked_before_is_answered_from_memory(house: House) -> None:
    asked(house, "ProgressPlan.chosen")
    begun = time.perf_counter()
    for _ in range(5):
        asked(house, "ProgressPlan.chosen")
    assert (time.perf_counter() - begun) / 5 < 0.5
