"""What a break-glass opens, for whom, for how long; what it never opens; and what is on record of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hub.demo.people import KARI, OLA
from tests.acceptance.asking import everything
from tests.break_glass.conftest import (
    CASEWORKER,
    HOUSING,
    PURPOSE,
    make_guardian,
    taken,
    under,
)

CASE = """query Look($id: ID!) { case(id: $id) { id state subject { name { last } nationalId }
    rentDefaults { id arrears } contactLog { id } mortgageLoans { id } financialAidApplications { id }
    consents { id } signals { id } mandates { id } } }"""
LATER = """UPDATE hub.break_glass
    SET effective_from = effective_from - interval '3 days', until_at = until_at - interval '3 days'"""


@pytest.fixture
def look(house, case):
    """The case as somebody sees it, under a break-glass or without."""

    def ask(who=CASEWORKER, glass=None, purpose=PURPOSE, case_id=None, query=CASE):
        headers = under(glass) if glass else None
        return house.ask(who, query, purpose=purpose, headers=headers, id=case_id or case["id"])

    return ask


def test_without_a_break_glass_there_is_no_such_case(look):
    assert look().data == {"case": None}


def test_under_it_the_arrears_are_seen_and_nothing_that_an_emergency_does_not_take(house, take, case, look):
    glass = taken(take(case["id"]))

    found = look(glass=glass).data["case"]

    arrears = house.rows("SELECT id::text FROM housing.rent_default WHERE case_id = $1::text::uuid", case["id"])
    assert (found["id"], {row["id"] for row in found["rentDefaults"]}) == (case["id"], {row["id"] for row in arrears})
    assert found["subject"]["name"]["last"]
    closed = ("contactLog", "mortgageLoans", "financialAidApplications", "consents", "signals", "mandates")
    assert {name: found[name] for name in closed} == {name: [] for name in closed}


def test_whoever_does_not_state_it_sees_nothing_by_it(take, case, look):
    taken(take(case["id"]))

    assert look().data == {"case": None}


def test_nothing_is_said_to_be_withheld(take, case, look):
    assert look(glass=taken(take(case["id"]))).withheld == []


def test_it_is_for_who_took_it_alone(house, take, case, look):
    """His colleague at the same desk cannot use it, nor the housing office."""
    glass = taken(take(case["id"]))

    assert look("nav-sister", glass).data == {"case": None}
    assert look("nav-caseworker-other-municipality", glass).data == {"case": None}
    small = "query($id: ID!) { case(id: $id) { contactLog { id } id } }"
    house.execute("DELETE FROM hub.participant WHERE case_id = $1::text::uuid AND unit_id = '9941'", case["id"])
    assert look(HOUSING, glass, query=small).data == {"case": None}


def test_it_is_for_that_case_alone(house, take, case, look, free_cases):
    other = next(free_cases)["id"]

    assert look(glass=taken(take(case["id"])), case_id=other).data == {"case": None}


def test_it_is_for_that_purpose_alone(take, case, look):
    assert look(glass=taken(take(case["id"])), purpose="B102").data == {"case": None}


def test_it_ends_by_the_clock_of_the_database(house, take, case, look):
    glass = taken(take(case["id"]))
    assert look(glass=glass).data["case"] is not None

    house.execute("ALTER TABLE hub.break_glass DISABLE TRIGGER refuse_change")
    house.execute(LATER)
    house.execute("ALTER TABLE hub.break_glass ENABLE TRIGGER refuse_change")

    assert look(glass=glass).data == {"case": None}
    assert taken(take(case["id"]))


def test_a_break_glass_that_is_none_opens_nothing(look):
    assert look(glass=str(uuid4())).data == {"case": None}


@pytest.mark.parametrize("stated", ["", "no-id", "' OR true --"])
def test_what_is_no_id_is_refused(look, house, case, stated):
    answer = house.ask(CASEWORKER, CASE, purpose=PURPOSE, headers={"break-glass": stated}, id=case["id"])

    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.json["errors"][0]["extensions"]["member"] == "break-glass"


@pytest.mark.parametrize(
    ("who", "purpose"),
    [("bank-system", "B103"), ("citizen-eva", None), ("privacy-officer", "B106"), ("landlord", "B101")],
)
def test_for_everybody_else_the_header_means_nothing(house, take, case, who, purpose):
    query = "{ me { actor role } }"

    with_it = house.ask(who, query, purpose=purpose, headers=under(taken(take(case["id"]))))

    assert with_it.content == house.ask(who, query, purpose=purpose).content


def test_in_the_own_cases_the_ordinary_ground_stands_on_record(house, take, case):
    """A request under a break-glass that looks at a case of the own unit is an ordinary look-up."""
    glass = taken(take(case["id"]))

    answer = house.ask(CASEWORKER, CASE, purpose=PURPOSE, headers=under(glass), id=house.case_of(KARI))

    (event,) = answer.recorded.events
    assert event.kind == "QUERY"
    assert {policy for shown in event.shown for policy in shown.policies} & {"nav.break-glass.case"} == set()
    assert answer.data == house.ask(CASEWORKER, CASE, purpose=PURPOSE, id=house.case_of(KARI)).data


def test_a_look_up_under_it_is_an_event_of_its_own_with_the_break_glass_as_evidence(take, case, look):
    glass = taken(take(case["id"]))

    (event,) = look(glass=glass).recorded.events

    assert event.kind == "BREAK_GLASS_READ"
    assert {shown.evidence for shown in event.shown} == {glass}
    assert {shown.policies for shown in event.shown} == {("nav.break-glass.case",)}
    assert {shown.basis for shown in event.shown} == {"STL_17"}
    assert case["subject"] in {shown.subject for shown in event.shown}


def test_a_list_holds_the_case_too_and_says_so_on_record(house, take, case):
    query = "{ cases(first: 100) { totalCount nodes { id } } }"
    before = house.ask(CASEWORKER, query, purpose=PURPOSE).data["cases"]

    answer = house.ask(CASEWORKER, query, purpose=PURPOSE, headers=under(taken(take(case["id"]))))

    after = answer.data["cases"]
    assert after["totalCount"] == before["totalCount"] + 1
    assert {row["id"] for row in after["nodes"]} - {row["id"] for row in before["nodes"]} == {case["id"]}
    assert answer.recorded.events[0].kind == "BREAK_GLASS_READ"


def test_the_person_is_found_by_number_too(house, take, case):
    number = house.value("SELECT national_id FROM nav.person WHERE id = $1::text::uuid", case["subject"])
    query = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { id case { id } } }"
    assert house.ask(CASEWORKER, query, purpose=PURPOSE, n=number).data == {"personByNationalId": None}

    found = house.ask(CASEWORKER, query, purpose=PURPOSE, headers=under(taken(take(case["id"]))), n=number)

    assert found.data == {"personByNationalId": {"id": case["subject"], "case": {"id": case["id"]}}}


def test_the_housing_office_sees_the_home_and_not_the_plan(house, take, case):
    house.execute("DELETE FROM hub.participant WHERE case_id = $1::text::uuid AND unit_id = '9941'", case["id"])
    glass = taken(take(case["id"], who=HOUSING))

    found = house.ask(
        HOUSING, "query($id: ID!) { case(id: $id) { id rentDefaults { id } plan { id } evictionPetitions { id } } }",
        purpose=PURPOSE, headers=under(glass), id=case["id"],
    ).data["case"]  # fmt: skip

    assert found["id"] == case["id"]
    assert (found["plan"], found["evictionPetitions"]) == (None, [])


# --- core rules, which nothing overrides: also not what was taken before they came to hold --------------------------


def closes(house, case) -> dict[str, tuple[str, str]]:
    """What makes a core rule hold, and what undoes it."""
    subject = case["subject"]
    person = f"UPDATE nav.person SET {{}} WHERE id = '{subject}'"
    me = "(SELECT person_id FROM hub.employee WHERE ident = 'A123456')"
    return {
        "kode 6": (
            person.format(
                "protection = 'STRENGT_FORTROLIG', residential_line = NULL, residential_postal_code = NULL,"
                " residential_place = NULL, temporary_line = NULL, temporary_postal_code = NULL, temporary_place = NULL"
            ),
            person.format("protection = 'UGRADERT'"),
        ),
        "shielded": (person.format("shielded = true"), person.format("shielded = false")),
        "another municipality": (
            f"UPDATE hub.case SET municipality = '9902' WHERE id = '{case['id']}'",
            f"UPDATE hub.case SET municipality = '9901' WHERE id = '{case['id']}'",
        ),
        "family": (
            f"INSERT INTO nav.kinship (person_id, relative_id, relation) VALUES ('{subject}', {me}, 'SIBLING')",
            f"DELETE FROM nav.kinship WHERE person_id = '{subject}' AND relative_id = {me}",
        ),
        "own household": (
            (
                "INSERT INTO hub.case_person (id, case_id, person_id, relation, role, source_party)"
                f" VALUES (uuidv7(), '{case['id']}', {me}, 'OTHER', 'ADULT', '9901-nav')"
            ),
            f"DELETE FROM hub.case_person WHERE case_id = '{case['id']}' AND person_id = {me}",
        ),
    }


@pytest.mark.parametrize("rule", ["kode 6", "shielded", "another municipality", "family", "own household"])
def test_a_core_rule_that_comes_to_hold_closes_it_at_once(house, take, case, look, rule):
    glass = taken(take(case["id"]))
    assert look(glass=glass).data["case"] is not None
    close, undo = closes(house, case)[rule]

    house.execute(close)
    try:
        hidden, absent = look(glass=glass), look(glass=glass, case_id=str(uuid4()))
        assert hidden.content == absent.content
        assert hidden.recorded.shape == absent.recorded.shape
        assert hidden.recorded.events[0].kind == "QUERY"
    finally:
        house.execute(undo)
    assert look(glass=glass).data["case"] is not None


def test_a_confidential_address_stays_closed_under_it(house, take, case):
    """Kode 7: the case opens, the address does not without the special right."""
    query = "query($id: ID!) { case(id: $id) { id subject { id residentialAddress { line } addressProtection } } }"
    glass = taken(take(case["id"]))
    house.execute("UPDATE nav.person SET protection = 'FORTROLIG' WHERE id = $1::text::uuid", case["subject"])
    try:
        found = house.ask(CASEWORKER, query, purpose=PURPOSE, headers=under(glass), id=case["id"]).data["case"]
        assert found["subject"] == {"id": case["subject"], "residentialAddress": None, "addressProtection": None}
    finally:
        house.execute("UPDATE nav.person SET protection = 'UGRADERT' WHERE id = $1::text::uuid", case["subject"])


def test_who_becomes_the_guardian_is_shut_out_of_what_was_taken(house, take, case, look):
    glass = taken(take(case["id"]))
    assert look(glass=glass).data["case"] is not None

    make_guardian(house, "A123456", of=case["subject"])

    assert look(glass=glass).data == {"case": None}
    house.execute("ALTER TABLE hub.mandate_event DISABLE TRIGGER refuse_change")
    house.execute(
        "DELETE FROM hub.mandate_event WHERE mandate_id IN"
        " (SELECT id FROM hub.mandate WHERE giver_id = $1::text::uuid)",
        case["subject"],
    )
    house.execute("ALTER TABLE hub.mandate_event ENABLE TRIGGER refuse_change")


def test_a_caseworker_who_is_guardian_does_not_see_the_wards_case_in_the_own_unit_either(house):
    """Kari's case is the caseworker's own, until he becomes her guardian."""
    query = "query($id: ID!) { case(id: $id) { id } }"
    kari = house.case_of(KARI)
    assert house.ask(CASEWORKER, query, purpose=PURPOSE, id=kari).data == {"case": {"id": kari}}

    make_guardian(house, "A123456", of=str(KARI.id))
    try:
        assert house.ask(CASEWORKER, query, purpose=PURPOSE, id=kari).data == {"case": None}
        assert house.ask("nav-caseworker-other-office", query, purpose=PURPOSE, id=kari).data == {"case": None}
        assert house.ask("debt-counsellor", query, purpose="B102", id=kari).data == {"case": {"id": kari}}
    finally:
        house.execute("ALTER TABLE hub.mandate_event DISABLE TRIGGER refuse_change")
        house.execute(
            "DELETE FROM hub.mandate_event WHERE mandate_id IN (SELECT id FROM hub.mandate WHERE giver_id = $1)",
            KARI.id,
        )
        house.execute("ALTER TABLE hub.mandate_event ENABLE TRIGGER refuse_change")
    assert house.ask(CASEWORKER, query, purpose=PURPOSE, id=kari).data == {"case": {"id": kari}}


def test_everything_in_the_contract_can_be_asked_under_it(house, take, case):
    query = f"query Whole($id: ID!) {{ case(id: $id) {{ {everything('nav')} }} }}"

    found = house.ask(CASEWORKER, query, purpose=PURPOSE, headers=under(taken(take(case["id"]))), id=case["id"])

    assert found.data["case"]["id"] == case["id"]
    assert str(OLA.id) not in found.content.decode()
