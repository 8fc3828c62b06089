"""What each party may see of one's own case, told to the citizen: as the policies say, on the case as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from hub.demo.offices import OTHER_BANK, TESTBY
from hub.demo.people import BARN, EVA, KARI, OLA
from tests.acceptance.changes import give_consent, protected, withdraw
from tests.acceptance.house import House

_MINE = """query($id: ID!) { mySharing(caseId: $id) { recipients { party kind shared {
    category what { nb en } shown withoutConsent sentence { nb en } bases because conditions { nb en } consentId
} } } }"""


def told(house: House, who: str, case: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """By the name of the party, by category."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for recipient in house.ask(who, _MINE, id=case).data["mySharing"]["recipients"]:
        lines = found.setdefault(recipient["party"], {})
        for line in recipient["shared"]:
            lines.setdefault(line["category"], []).append(line)
    return found


@pytest.fixture
def consent(own_house: House) -> Iterator[str]:
    given = give_consent(own_house, EVA, TESTBY.nav, OTHER_BANK, "REFINANCING", ["PLAN_STATUS"])
    yield str(given)
    withdraw(own_house, given)


def test_what_law_opens_is_told_with_its_basis_and_without_a_consent(own_house: House) -> None:
    nav = told(own_house, "citizen-kari", own_house.case_of(KARI))["NAV Testby"]
    [rent] = [line for line in nav["RENT"] if line["shown"] == "WHOLE"]
    assert rent["withoutConsent"] is True
    assert rent["consentId"] is None
    assert rent["sentence"]["nb"].startswith("Delt uten samtykke, hjemmel: ")
    assert rent["sentence"]["en"].startswith("Shared without consent, basis: ")
    assert rent["because"]
    assert "COST_COMPARISON" in nav


def test_every_line_is_what_the_party_is_shown(own_house: House) -> None:
    """Held against the answer itself: what a caseworker gets of Kari's rent and contact log, the bank does not."""
    case = own_house.case_of(KARI)
    parties = told(own_house, "citizen-kari", case)
    asked = own_house.ask(
        "nav-caseworker", "query($id: ID!) { case(id: $id) { contactLog { outcome } } }", purpose="B101", id=case
    )
    assert asked.data["case"]["contactLog"]
    assert {line["shown"] for line in parties["NAV Testby"]["CONTACT_LOG"]} == {"WHOLE"}
    assert all("CONTACT_LOG" not in lines for name, lines in parties.items() if "bank" in name.lower())


def test_consent_is_named_for_as_long_as_it_is_in_force(own_house: House, consent: str) -> None:
    case, bank = own_house.case_of(EVA), own_house.value("SELECT name FROM hub.party WHERE id = $1", OTHER_BANK)
    lines = told(own_house, "citizen-eva", case)[bank]["PLAN_STATUS"]
    assert {(line["withoutConsent"], line["consentId"]) for line in lines} == {(False, consent)}
    assert lines[0]["sentence"]["nb"].startswith("Delt med samtykke, hjemmel: ")
    withdraw(own_house, UUID(consent))
    after = told(own_house, "citizen-eva", case)
    assert "PLAN_STATUS" not in after.get(bank, {})


def test_protection_of_anybody_in_the_household_closes_what_it_closes(own_house: House) -> None:
    case = own_house.case_of(KARI)
    before = told(own_house, "citizen-kari", case)
    with protected(own_house, BARN, "STRENGT_FORTROLIG"):
        after = told(own_house, "citizen-kari", case)
    assert before["NAV Testby"]
    assert not after["NAV Testby"]


@pytest.mark.parametrize("case", ["another's", "nobody's", "no id"])
def test_case_that_is_not_one_s_own_is_as_none(own_house: House, case: str) -> None:
    asked = {"another's": own_house.case_of(OLA), "nobody's": "0194ef16-3e80-79b1-86f7-7f93a5fe6a48", "no id": "x"}
    answer = own_house.ask("citizen-kari", _MINE, id=asked[case])
    assert answer.content == b'{"data":{"mySharing":null}}'


def test_others_have_no_such_way_in(own_house: House) -> None:
    answer = own_house.ask("nav-caseworker", _MINE, purpose="B101", id=own_house.case_of(KARI))
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]
