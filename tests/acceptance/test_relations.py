"""Who has a relation to a case, and who has not: family, one's own case, other offices, and a person who moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hub.demo import staff
from hub.demo.people import BARN, EVA, IVAN, KARI, MONA, SIRI, Known
from hub.store.ids import new_id
from tests.acceptance.asking import case_query, everything
from tests.acceptance.house import Answer, House
from tests.acceptance.readers import AGENCIES, Expected

UNKNOWN_ID = "01980000-0000-7000-8000-000000000000"
UNKNOWN_NUMBER = "25922947409"
_PERSON = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { id cases { id } } }"


def case_asked(house: House, who: str, case_id: str) -> Answer:
    agency = AGENCIES[who]
    return house.ask(who, case_query(agency.kind), purpose=agency.purpose, id=case_id)


def assert_not_there(house: House, who: str, known: Known) -> None:
    """The case is absent by id, and the person's cases are by number."""
    answer, absent = case_asked(house, who, house.case_of(known)), case_asked(house, who, UNKNOWN_ID)
    assert (answer.status, answer.content, answer.bare_headers) == (200, absent.content, absent.bare_headers)
    assert answer.recorded.refusals == absent.recorded.refusals
    assert (answer.recorded.shape, answer.recorded.shown) == (absent.recorded.shape, ())


def test_caseworker_who_is_kari_s_sister_finds_no_case_of_kari_but_does_the_rest_of_the_work(house: House) -> None:
    assert_not_there(house, "nav-sister", KARI)
    found = house.ask("nav-sister", _PERSON, purpose="B101", n=KARI.national_id)
    absent = house.ask("nav-sister", _PERSON, purpose="B101", n=UNKNOWN_NUMBER)
    assert found.content == absent.content
    assert found.recorded.refusals == absent.recorded.refusals
    assert case_asked(house, "nav-sister", house.case_of(EVA)).data["case"] is not None


def test_colleague_with_the_same_surname_by_chance_is_not_family(house: House) -> None:
    assert staff.CASEWORKER.person.last == KARI.last
    assert case_asked(house, "nav-caseworker", house.case_of(KARI)).data["case"] is not None


@contextmanager
def in_household(house: House, person: object, known: Known) -> Iterator[None]:
    """An employee who has moved in with a person who has a case."""
    row = new_id()
    house.execute(
        "INSERT INTO hub.case_person (id, case_id, person_id, relation, role, source_party)"
        " SELECT $1, id, $2, 'COHABITANT', 'ADULT', source_party FROM hub.case WHERE subject_id = $3",
        row,
        person,
        known.id,
    )
    try:
        yield
    finally:
        house.execute("DELETE FROM hub.case_person WHERE id = $1", row)


@pytest.mark.parametrize(
    ("who", "worker"),
    [
        ("nav-caseworker", staff.CASEWORKER),
        ("debt-counsellor", staff.DEBT_COUNSELLOR),
        ("housing-caseworker", staff.HOUSING),
    ],
)
def test_employee_finds_no_case_of_the_own_household(own_house: House, who: str, worker: staff.Worker) -> None:
    assert case_asked(own_house, who, own_house.case_of(EVA)).data["case"] is not None
    with in_household(own_house, worker.person.id, EVA):
        assert_not_there(own_house, who, EVA)
        found = own_house.ask(who, _PERSON, purpose=AGENCIES[who].purpose, n=worker.person.national_id)
        assert found.data == {"personByNationalId": None}


def test_caseworker_of_an_office_whose_part_in_the_case_is_over_finds_no_case(house: House) -> None:
    ended = house.value(
        "SELECT valid_to < now() FROM hub.participant p JOIN hub.case c ON c.id = p.case_id"
        " WHERE c.subject_id = $1 AND p.unit_id = '9911'",
        KARI.id,
    )
    assert ended is True
    assert_not_there(house, "nav-caseworker-other-office", KARI)


@pytest.mark.parametrize("known", [KARI, EVA, IVAN], ids=["kari", "eva", "ivan"])
def test_caseworker_of_another_municipality_finds_no_case(house: House, known: Known) -> None:
    assert_not_there(house, "nav-caseworker-other-municipality", known)


@pytest.mark.parametrize("who", ["nav-caseworker", "debt-counsellor", "housing-caseworker"])
def test_part_in_a_case_of_another_municipality_opens_nothing_to_municipal_staff(own_house: House, who: str) -> None:
    agency = AGENCIES[who]
    own_house.execute(
        "INSERT INTO hub.participant"
        " (id, case_id, party_id, unit_id, role, valid_from, basis, granted_by, source_party)"
        " SELECT $1, id, $2, $3, 'COORDINATOR', now(), 'NAVL_16', '9902', source_party"
        " FROM hub.case WHERE id = $4::uuid",
        new_id(),
        agency.party,
        agency.unit,
        own_house.case_of(MONA),
    )
    assert_not_there(own_house, who, MONA)


def test_person_who_moved_is_known_to_the_new_office_with_the_new_case_only(house: House) -> None:
    new, old = (
        row["id"]
        for row in house.rows("SELECT id::text FROM hub.case WHERE subject_id = $1 ORDER BY opened_at DESC", MONA.id)
    )
    answer = house.ask("nav-caseworker-other-municipality", _PERSON, purpose="B101", n=MONA.national_id)
    assert [case["id"] for case in answer.data["personByNationalId"]["cases"]] == [new]
    assert old not in answer.content.decode()


def test_person_who_moved_is_no_longer_known_to_the_old_office(house: House) -> None:
    answer = house.ask("nav-caseworker", _PERSON, purpose="B101", n=MONA.national_id)
    absent = house.ask("nav-caseworker", _PERSON, purpose="B101", n=UNKNOWN_NUMBER)
    assert answer.content == absent.content == b'{"data":{"personByNationalId":null}}'
    assert answer.recorded.refusals == absent.recorded.refusals


@pytest.mark.parametrize("who", AGENCIES)
def test_agency_finds_by_number_exactly_the_persons_of_its_cases(house: House, who: str) -> None:
    """Everybody in the register is asked for, ten at a time; nobody else is found, and nobody is missed."""
    expected, agency = Expected(house), AGENCIES[who]
    numbers = {row["id"]: row["national_id"] for row in house.rows("SELECT id::text, national_id FROM nav.person")}
    asked, found = list(numbers.items()), {}
    for start in range(0, len(asked), 10):
        part = asked[start : start + 10]
        fields = " ".join(
            f'p{n}: personByNationalId(input: {{nationalId: "{number}"}}) {{ id cases {{ id }} }}'
            for n, (_, number) in enumerate(part)
        )
        data = house.ask(who, f"{{ {fields} }}", purpose=agency.purpose).data
        found |= {person: data[f"p{n}"] for n, (person, _) in enumerate(part) if data[f"p{n}"] is not None}
    assert found == expected.persons(agency)


def test_child_is_known_by_number_to_nav_and_to_no_other_office(house: House) -> None:
    known = {
        who: house.ask(who, _PERSON, purpose=AGENCIES[who].purpose, n=BARN.national_id).data["personByNationalId"]
        for who in AGENCIES
        if who not in ("nav-sister", "nav-secure-unit")
    }
    assert {who for who, person in known.items() if person is not None} == {"nav-caseworker"}


def test_family_member_without_a_case_is_not_found_by_number(house: House) -> None:
    answer = house.ask("nav-caseworker", _PERSON, purpose="B101", n=SIRI.national_id)
    assert answer.data == {"personByNationalId": None}


def test_person_reached_through_a_case_shows_no_more_than_the_person_by_number(house: House) -> None:
    query = f"query($id: ID!) {{ case(id: $id) {{ subject {{ {everything('nav', 'Person')} case {{ id }} }} }} }}"
    through = house.ask("nav-caseworker", query, purpose="B101", id=house.case_of(KARI)).data["case"]["subject"]
    query = (
        "query($n: NationalId!) { personByNationalId(input: {nationalId: $n})"
        f" {{ {everything('nav', 'Person')} case {{ id }} }} }}"
    )
    by_number = house.ask("nav-caseworker", query, purpose="B101", n=KARI.national_id).data["personByNationalId"]
    assert through == by_number


@pytest.mark.parametrize("who", ["nav-caseworker", "housing-caseworker", "rent-collector", "enforcement-officer"])
def test_dwelling_and_lease_reached_by_another_way_are_the_same(house: House, who: str) -> None:
    kind = AGENCIES[who].kind
    home, lease = everything(kind, "Dwelling"), everything(kind, "Tenancy")
    query = (
        f"query($id: ID!) {{ case(id: $id) {{ dwelling {{ {home} }} tenancies {{ {lease} dwelling {{ {home} }} }}"
        f" rentDefaults {{ tenancy {{ {lease} dwelling {{ {home} }} }} }} }} }}"
    )
    case = house.ask(who, query, purpose=AGENCIES[who].purpose, id=house.case_of(KARI)).data["case"]
    assert [case["dwelling"]] == [tenancy["dwelling"] for tenancy in case["tenancies"]]
    assert [default["tenancy"] for default in case["rentDefaults"]] == case["tenancies"]


def test_case_reached_through_a_person_is_decided_by_itself(house: House) -> None:
    """From one's own case one can go on to its persons and their cases, but only to cases that are one's own."""
    query = (
        """{ cases(first: 100) { nodes { id household { members { person { id cases { id } case { id } } } } } } }"""
    )
    nodes = house.ask("nav-caseworker", query, purpose="B101").data["cases"]["nodes"]
    own = {node["id"] for node in nodes}
    people = [member["person"] for node in nodes for member in node["household"]["members"]]
    reached = {case["id"] for person in people for case in (*person["cases"], person["case"]) if case}
    assert reached == own
