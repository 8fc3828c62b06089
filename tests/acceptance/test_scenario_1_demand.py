"""Scenario 1 of the domain: the second demand of rent is copied to NAV by the municipality's routine, not the first.

The rent ledger sends what it has; the tenant, two months behind in a municipal flat, has no case before. What needs the
plan is not here: the office cannot take the task in hand, contact the tenant or agree on anything through the hub yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import HOUSING_COMPANY, TESTBY
from hub.demo.people import SIRI
from hub.identity.personas import Persona, PersonLogin
from hub.identity.scopes import Scope
from hub.identity.snapshot import legal_day
from hub.store.embedded import EmbeddedServer
from tests.acceptance.asking import case_query, everything
from tests.acceptance.handing_in import DEFAULTS, DEMANDS, Command, own, result, send
from tests.acceptance.house import Answer, House, open_house
from tests.acceptance.test_amendments import wait_until_passed_on
from tests.conftest import clone

TENANT, NOBODY = "citizen-siri", "25922947409"
RENT, ARREARS = 1_145_000, 2_290_000
_LOOK_UP = "query Look($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { case { id } } }"
_LOG = f"{{ myAccessLog(first: 100) {{ nodes {{ {everything('citizen', 'AccessLine')} }} }} }}"
_SHARING = """query($id: ID!) { mySharing(caseId: $id) { recipients { party shared { category bases } } } }"""
_INBOX = """{ inbox(first: 100) { nodes {
    kind basis triageStatus unit task dueOn isReserved duplicatesOf sender { id } case { id } } } }"""


def about_the_lease(command: Command, **values: Any) -> dict[str, Any]:
    return command.sent(tenantNationalId=SIRI.national_id, leaseRef="LEIE-77", **values)


def first_demand() -> dict[str, Any]:
    """One month is unpaid."""
    return about_the_lease(DEFAULTS, dunningLevel=1, monthsInArrears=1, arrears=RENT, fees=0, interest=0)


def second_demand(command: Command) -> dict[str, Any]:
    """Two months are unpaid: the copy of the demand, or what the ledger says of the arrears."""
    if command is DEMANDS:
        return about_the_lease(DEMANDS, amount=ARREARS)
    return about_the_lease(DEFAULTS, dunningLevel=2, monthsInArrears=2, arrears=ARREARS, fees=0, interest=0)


@pytest.fixture(scope="module")
def street(server: EmbeddedServer, served_template: str) -> Iterator[House]:
    """A hub where the tenant can sign in, too."""
    tenant = Persona(name=TENANT, description="", login=PersonLogin(national_id=SIRI.national_id, scope=Scope.CITIZEN))
    with clone(server, served_template) as endpoints, open_house(endpoints, tenant) as opened:
        yield opened


@pytest.fixture(scope="module")
def refused(street: House) -> Answer:
    """The first demand: nothing comes of it."""
    answer = send(street, DEFAULTS, first_demand())
    wait_until_passed_on(street)
    return answer


@pytest.fixture(scope="module")
def copied(street: House, refused: Answer) -> dict[str, tuple[str, Answer]]:
    """The second demand, and the arrears that it is about: by command, the key and the answer."""
    assert street.ask(TENANT, "{ cases(first: 1) { totalCount } }").data["cases"]["totalCount"] == 0
    sent = {}
    for command in (DEMANDS, DEFAULTS):
        key = uuid4().hex
        sent[command.name] = key, send(street, command, second_demand(command), key=key)
        wait_until_passed_on(street)
    return sent


def case_of(house: House) -> str:
    [case] = house.rows("SELECT id::text FROM hub.case WHERE subject_id = $1", SIRI.id)
    return case["id"]


def test_first_demand_is_not_copied_and_nothing_of_the_tenant_is_kept(street: House, refused: Answer) -> None:
    [row] = result(refused)["rows"]
    assert (row["code"], row["field"]) == ("NO_BASIS", "landlordOrgnr")
    kept = street.rows("SELECT * FROM hub.submitted_report WHERE submission_id = $1::uuid", result(refused)["id"])
    assert [(line["subject_national_id"], line["payload"]) for line in kept] == [(None, None)]


def test_second_demand_opens_a_case_at_nav_with_the_copy(street: House, copied: dict[str, Any]) -> None:
    query = case_query("nav")
    case = street.ask("nav-caseworker", query, purpose="B101", id=case_of(street)).data["case"]
    assert (case["track"], case["phase"], case["state"], case["responsibleUnit"]) == (
        "TENANCY", 1, "SIGNAL_RECEIVED", TESTBY.nav_unit,
    )  # fmt: skip
    [copy] = case["rentDemandCopies"]
    assert (copy["demandNo"], copy["kind"], copy["amount"], copy["deliveredTo"], copy["routineRef"]) == (
        2, "SECOND_DEMAND", ARREARS, TESTBY.nav, "rutine-v3",
    )  # fmt: skip
    [default] = case["rentDefaults"]
    assert (default["arrears"], default["monthsInArrears"], default["basis"], default["status"]) == (
        ARREARS, 2, "MUNI_ROUTINE", "OPEN",
    )  # fmt: skip
    assert [change["kind"] for change in case["changes"]] == ["OPENED"]
    assert case["plan"] is None


def test_unit_finds_a_task_with_a_day_for_each_in_its_inbox(street: House, copied: dict[str, Any]) -> None:
    nodes = street.ask("nav-caseworker", _INBOX, purpose="B101").data["inbox"]["nodes"]
    mine = {node["kind"]: node for node in nodes if node["case"] == {"id": case_of(street)}}
    today = legal_day(datetime.now(UTC))
    assert {kind: date.fromisoformat(node["dueOn"]) - today for kind, node in mine.items()} == {
        "RENT_DEMAND_COPY": timedelta(days=3), "RENT_DEFAULT": timedelta(days=7),
    }  # fmt: skip
    for node in mine.values():
        assert (node["task"], node["unit"], node["triageStatus"]) == (
            "Ta kontakt med leietakeren", TESTBY.nav_unit, "NEW",
        )  # fmt: skip
        assert (node["basis"], node["sender"]["id"], node["isReserved"]) == (
            "MUNI_ROUTINE", TESTBY.rent_collector, False,
        )  # fmt: skip
    for who in ("nav-caseworker-other-office", "nav-caseworker-other-municipality"):
        others = street.ask(who, _INBOX, purpose="B101").data["inbox"]["nodes"]
        assert case_of(street) not in {node["case"]["id"] for node in others if node["case"]}


def test_housing_office_takes_part_by_the_routine(street: House, copied: dict[str, Any]) -> None:
    case = street.ask("housing-caseworker", case_query("housing"), purpose="B101", id=case_of(street)).data["case"]
    assert [copy["amount"] for copy in case["rentDemandCopies"]] == [ARREARS]


def test_rent_office_has_its_receipts_and_finds_no_case(street: House, copied: dict[str, Any]) -> None:
    for command in (DEMANDS, DEFAULTS):
        [row] = result(copied[command.name][1])["rows"]
        assert (row["__typename"], row["basis"]) == ("RowAccepted", "MUNI_ROUTINE")
        assert row["receipt"] in {node["id"] for node in own(street, command, "rent-ledger-system")}
    asked = street.ask("rent-ledger-system", "query($id: ID!) { case(id: $id) { id } }", id=case_of(street))
    assert set(asked.codes) == {"GRAPHQL_VALIDATION_FAILED"}
    known, unknown = (
        street.ask("rent-collector", _LOOK_UP, purpose="B101", n=number) for number in (SIRI.national_id, NOBODY)
    )
    assert known.json == {"data": {"personByNationalId": None}}
    assert (known.content, known.bare_headers) == (unknown.content, unknown.bare_headers)
    assert known.recorded.refusals == unknown.recorded.refusals
    by_id, absent = (
        street.ask("rent-collector", case_query("rent-collector"), purpose="B101", id=one)
        for one in (case_of(street), str(uuid4()))
    )
    assert (by_id.content, by_id.recorded.refusals) == (absent.content, absent.recorded.refusals)


@pytest.mark.parametrize("who", ["nav-sister", "debt-counsellor", "housing-support", "enforcement-officer"])
def test_nobody_else_is_in_the_case(street: House, copied: dict[str, Any], who: str) -> None:
    """She is the tenant herself; the others have no task in the case."""
    asked = street.ask(who, "query($id: ID!) { case(id: $id) { id } }", purpose="B101", id=case_of(street))
    assert asked.data == {"case": None}


def test_tenant_is_told_that_there_is_news_and_sees_the_case_and_who_looked(
    street: House, copied: dict[str, Any]
) -> None:
    case_id = case_of(street)
    told = street.rows("SELECT kind, person_id, party_id FROM hub.message WHERE case_id = $1::uuid", case_id)
    assert told == [{"kind": "CASE_NEWS", "person_id": SIRI.id, "party_id": None}] * 2
    case = street.ask(TENANT, case_query("citizen"), id=case_id).data["case"]
    assert [copy["amount"] for copy in case["rentDemandCopies"]] == [ARREARS]
    assert [default["arrears"] for default in case["rentDefaults"]] == [ARREARS]
    street.ask("nav-caseworker", case_query("nav"), purpose="B101", id=case_id)
    line = street.ask(TENANT, _LOG).data["myAccessLog"]["nodes"][0]
    assert (line["recipient"]["name"], line["recipientUnit"]) == ("NAV Testby", TESTBY.nav_unit)
    assert {"CASE_EXISTENCE", "RENT", "RENT_DEMAND"} <= set(line["categories"])
    sharing = street.ask(TENANT, _SHARING, id=case_id).data["mySharing"]["recipients"]
    shared = {one["party"]: {line["category"] for line in one["shared"]} for one in sharing}
    assert "RENT_DEMAND" in shared["NAV Testby"]
    assert "RENT_DEMAND" in shared["Boligkontoret i Testby"]
    assert not any("Kemneren" in party and categories for party, categories in shared.items())


def test_same_demand_under_the_same_key_gets_the_same_receipt_and_is_no_second_one(
    street: House, copied: dict[str, Any]
) -> None:
    counted = """SELECT (SELECT count(*) FROM hub.signal) AS signals, (SELECT count(*) FROM hub.message) AS messages,
        (SELECT count(*) FROM housing.rent_demand_copy) AS copies, (SELECT count(*) FROM hub.case) AS cases,
        (SELECT count(*) FROM hub.submitted_report) AS reports"""
    before = street.rows(counted)
    for command in (DEMANDS, DEFAULTS):
        key, first = copied[command.name]
        assert send(street, command, second_demand(command), key=key).content == first.content
    wait_until_passed_on(street)
    assert street.rows(counted) == before


def test_same_demand_under_another_key_is_marked_as_a_repeat_and_is_nobody_s_task(
    street: House, copied: dict[str, Any]
) -> None:
    copies = "SELECT id FROM housing.rent_demand_copy WHERE case_id = $1::uuid"
    before = street.rows(copies, case_of(street))
    [row] = result(send(street, DEMANDS, second_demand(DEMANDS)))["rows"]
    assert row["__typename"] == "RowAccepted"
    wait_until_passed_on(street)
    assert street.rows(copies, case_of(street)) == before
    latest = street.rows(
        "SELECT triage_status, duplicates_of IS NOT NULL AS repeats FROM hub.signal WHERE case_id = $1::uuid"
        " ORDER BY id DESC LIMIT 1",
        case_of(street),
    )
    assert latest == [{"triage_status": "MERGED", "repeats": True}]


@pytest.mark.parametrize("landlord", [HOUSING_COMPANY, TESTBY.orgnr])
def test_ground_is_the_routine_that_is_in_force(street: House, landlord: str) -> None:
    query = '{ routines(first: 1, municipality: "9901") { nodes { version } } }'
    assert street.ask("rent-ledger-system", query).data["routines"]["nodes"] == [{"version": 3}]
    [row] = result(send(street, DEMANDS, DEMANDS.sent(landlordOrgnr=landlord)))["rows"]
    assert row["basis"] == "MUNI_ROUTINE"
