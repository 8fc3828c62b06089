"""Citizens: their own case, whole, and nothing of anybody else's. A guardian: what the mandate covers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.demo.people import EVA, GUNNAR, IVAN, KARI, KNOWN, OLA, Known
from tests.acceptance.asking import case_query
from tests.acceptance.changes import give_mandate, revoke
from tests.acceptance.house import House
from tests.acceptance.readers import Expected
from tests.acceptance.stored import bare

CITIZENS = {"citizen-kari": KARI, "citizen-eva": EVA, "citizen-ola": OLA}
EVERYBODY = pytest.mark.parametrize("who", CITIZENS)
UNKNOWN_ID = "01980000-0000-7000-8000-000000000000"
_PERSON = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { id nationalId case { id } } }"
_LIST = "{ cases(first: 100) { totalCount nodes { id subject { id } } } }"


@EVERYBODY
def test_citizen_is_told_who_she_is_and_sees_her_cases(house: House, who: str) -> None:
    known = CITIZENS[who]
    query = "{ me { actor role unit purpose person { id nationalId name { first last } } cases { id } } }"
    answer = house.ask(who, query)
    assert answer.data["me"] == {
        "actor": str(known.id),
        "role": "bofast:citizen",
        "unit": None,
        "purpose": None,
        "person": {
            "id": str(known.id),
            "nationalId": known.national_id,
            "name": {"first": known.first, "last": known.last},
        },
        "cases": [{"id": house.case_of(known)}],
    }
    assert {(entry.subject, entry.basis) for entry in answer.recorded.shown} == {(str(known.id), "DATA_SUBJECT")}


@EVERYBODY
def test_citizen_sees_the_own_case_as_the_matrix_says(house: House, who: str) -> None:
    expected, known = Expected(house), CITIZENS[who]
    case = next(case for case in expected.cases if case["id"] == house.case_of(known))
    answer = house.ask(who, case_query("citizen"), id=case["id"])
    assert bare(answer.data["case"]) == expected.own(str(known.id), case)
    assert answer.withheld == []


@EVERYBODY
def test_citizen_finds_no_case_and_no_number_but_the_own(house: House, who: str) -> None:
    expected, known = Expected(house), CITIZENS[who]
    query = "query($id: ID!) { case(id: $id) { id } }"
    absent = house.ask(who, query, id=UNKNOWN_ID)
    for case in expected.cases:
        answer = house.ask(who, query, id=case["id"])
        if case["subject_id"] == known.id:
            assert answer.data["case"] == {"id": case["id"]}
        else:
            assert (answer.content, answer.recorded.refusals) == (absent.content, absent.recorded.refusals)
    for other in KNOWN:
        found = house.ask(who, _PERSON, n=other.national_id).data["personByNationalId"]
        assert (found is not None) == (other is known)


@EVERYBODY
def test_citizen_s_list_holds_the_own_case_alone(house: House, who: str) -> None:
    known = CITIZENS[who]
    listed = house.ask(who, _LIST).data["cases"]
    assert listed == {"totalCount": 1, "nodes": [{"id": house.case_of(known), "subject": {"id": str(known.id)}}]}


def test_citizen_sees_no_cost_comparison_no_report_and_no_internal_note(house: House) -> None:
    answer = house.ask("citizen-kari", case_query("citizen"), id=house.case_of(KARI))
    case = answer.data["case"]
    assert "costComparisons" not in case
    assert "signals" not in case
    assert [entry["shareLevel"] for entry in case["contactLog"]] == ["CITIZEN"]
    assert "Svarer ikke" not in answer.content.decode()


# --- a guardian ------------------------------------------------------------------------------------------------------


def test_guardian_sees_of_the_ward_s_case_what_housing_and_economy_cover(house: House) -> None:
    answer = house.ask("guardian", case_query("citizen"), id=house.case_of(IVAN))
    case = answer.data["case"]
    shown = {name for name, value in bare(case).items() if name != "id"}
    assert shown == {
        "caseNo", "municipality", "navUnit", "track", "phase", "state", "responsibleUnit", "openedAt", "updatedAt",
        "subject", "dwelling", "tenancies", "rentDefaults", "participants", "plan", "repaymentAgreements", "mandates",
        "consents", "recidivism", "landlordNotices",
    }  # fmt: skip
    assert bare(case["subject"]) == {
        "id": str(IVAN.id),
        "nationalIdMasked": "528791*****",
        "name": {"first": "Ivan", "last": "D"},
    }
    assert answer.withheld == []
    mandate = house.value("SELECT id::text FROM hub.mandate WHERE giver_id = $1", IVAN.id)
    assert {(entry.subject, entry.basis, entry.evidence) for entry in answer.recorded.shown} == {
        (str(IVAN.id), "MANDATE", mandate)
    }


def test_guardian_has_no_cases_as_own_but_finds_the_ward_s_in_the_list(house: House) -> None:
    assert house.ask("guardian", "{ me { cases { id } } }").data["me"]["cases"] == []
    listed = house.ask("guardian", _LIST).data["cases"]
    assert [node["id"] for node in listed["nodes"]] == [house.case_of(IVAN)]


@pytest.mark.parametrize("known", [KARI, EVA, OLA], ids=["kari", "eva", "ola"])
def test_guardian_finds_nobody_else_s_case(house: House, known: Known) -> None:
    answer = house.ask("guardian", case_query("citizen"), id=house.case_of(known))
    absent = house.ask("guardian", case_query("citizen"), id=UNKNOWN_ID)
    assert (answer.content, answer.recorded.refusals) == (absent.content, absent.recorded.refusals)


def test_guardian_finds_no_case_from_the_moment_the_mandate_is_revoked(own_house: House) -> None:
    mandate = give_mandate(own_house, EVA, GUNNAR, ["ECONOMY"], first=date(2026, 1, 1))
    query, case_id = case_query("citizen"), own_house.case_of(EVA)
    assert own_house.ask("guardian", query, id=case_id).data["case"] is not None
    revoke(own_house, mandate)
    assert own_house.ask("guardian", query, id=case_id).json == {"data": {"case": None}}


@pytest.mark.parametrize(
    ("area", "lists"),
    [
        ("ECONOMY", {"tenancies", "rentDefaults", "rentDemandCopies", "repaymentAgreements"}),
        (
            "HOUSING",
            {
                "tenancies",
                "rentDefaults",
                "rentDemandCopies",
                "leaseBreaches",
                "evictionNotices",
                "evictionPetitions",
                "reservations",
            },
        ),
    ],
)
def test_guardian_sees_only_what_the_one_area_of_the_mandate_covers(
    own_house: House, area: str, lists: set[str]
) -> None:
    mandate = give_mandate(own_house, KARI, GUNNAR, [area], first=date(2026, 1, 1))
    case = own_house.ask("guardian", case_query("citizen"), id=own_house.case_of(KARI)).data["case"]
    revoke(own_house, mandate)
    shown = {name for name, value in bare(case).items() if isinstance(value, list)}
    assert shown == {*lists, "mandates", "participants"}
    assert (case["dwelling"]["address"] is not None) == (area == "HOUSING")
    assert case["household"] is None
    assert case["plan"]["status"] == "ACTIVE"
    assert [breach["description"] for breach in case["leaseBreaches"]] == [None] * len(case["leaseBreaches"])


@pytest.mark.parametrize("days", [(1, None), (-30, -1)], ids=["not yet in force", "over"])
def test_guardian_whose_mandate_is_not_in_force_finds_no_case(own_house: House, days: tuple[int, int | None]) -> None:
    # A mandate holds on legal days, which begin and end in Norway.
    today = datetime.now(ZoneInfo("Europe/Oslo")).date()
    first, last = today + timedelta(days=days[0]), today + timedelta(days=days[1]) if days[1] else None
    give_mandate(own_house, EVA, GUNNAR, ["ECONOMY", "HOUSING", "PERSONAL"], first=first, last=last)
    answer = own_house.ask("guardian", case_query("citizen"), id=own_house.case_of(EVA))
    assert answer.json == {"data": {"case": None}}


def test_guardian_of_a_person_with_a_strictly_protected_address_finds_no_case(own_house: House) -> None:
    give_mandate(own_house, OLA, GUNNAR, ["ECONOMY", "HOUSING", "PERSONAL"], first=date(2026, 1, 1))
    answer = own_house.ask("guardian", case_query("citizen"), id=own_house.case_of(OLA))
    absent = own_house.ask("guardian", case_query("citizen"), id=UNKNOWN_ID)
    assert (answer.content, answer.recorded.refusals) == (absent.content, absent.recorded.refusals)
