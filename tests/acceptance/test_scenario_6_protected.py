"""Scenario 6 of the domain: a landlord notifies of somebody whose address is strictly confidential (kode 6).

Only the special unit hears of it, and the landlord is answered as always. There are no attachments in the hub yet, so
none can be saved without being marked as redacted; what the special unit then plans is not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from hub.demo.offices import LANDLORD_COMPANY, TESTBY
from hub.demo.people import GUNNAR, KARI, OLA, SIRI
from hub.routing import Handovers
from tests.acceptance.asking import case_query, contract, everything
from tests.acceptance.changes import protected
from tests.acceptance.filling_in import NOTICE, result, send, the_row
from tests.acceptance.house import Answer, House
from tests.acceptance.searching import tables_that_hold
from tests.acceptance.test_amendments import wait_until_passed_on
from tests.acceptance.test_protected_persons import UNKNOWN_ID, UNKNOWN_NUMBER, assert_alike, case_asked, person_asked

STREET = "Skjulestedet 19"
ARREARS = 2_990_001
OFFICES = ("nav-caseworker", "nav-caseworker-other-office", "housing-caseworker", "enforcement-officer")
_INBOX = """{ inbox(first: 100) { totalCount nodes { kind task unit sender { id } case { id } } } }"""
_NOTICES = """query($id: ID!) { case(id: $id) { responsibleUnit changes { kind }
    participants { unit validTo } landlordNotices { landlord { id } arrears } } }"""
_LOG = f"{{ myAccessLog(first: 5) {{ nodes {{ {everything('citizen', 'AccessLine')} }} }} }}"
_SHARING = "query($id: ID!) { mySharing(caseId: $id) { recipients { party shared { category } } } }"
_SENT = (
    f"{{ submittedLandlordNotices(first: 100) {{ nodes {{ {everything('landlord', 'SubmittedLandlordNotice')} }} }} }}"
)


@dataclass(frozen=True, kw_only=True)
class Notified:
    """The landlord's notices of Ola and of somebody whom nobody knows, and the inbox of each office before them."""

    about_ola: Answer
    about_nobody: Answer
    before: dict[str, Answer]


def inbox(house: House, who: str) -> Answer:
    return house.ask(who, _INBOX, purpose="B101")


def notify(house: House, number: str, *, who: str = "landlord-company", arrears: int = ARREARS) -> Answer:
    home = {"line": STREET, "postalCode": "9901", "place": "Testby"}
    return send(house, NOTICE, who=who, tenantNationalId=number, dwelling=home, arrears=arrears)


@pytest.fixture(scope="module")
def notified(own_house: House) -> Notified:
    before = {who: inbox(own_house, who) for who in OFFICES[:3]}
    about_ola, about_nobody = (notify(own_house, number) for number in (OLA.national_id, UNKNOWN_NUMBER))
    wait_until_passed_on(own_house)
    return Notified(about_ola=about_ola, about_nobody=about_nobody, before=before)


def bare(answer: Answer) -> dict[str, Any]:
    """An answer without what is another for each."""
    told = result(answer)
    [row] = told["rows"]
    return {**told, "id": None, "receivedAt": None, "rows": [{**row, "receipt": None}]}


# --- what the landlord is told ---------------------------------------------------------------------------------------


def test_landlord_is_answered_as_about_anybody(notified: Notified) -> None:
    ola, nobody = notified.about_ola, notified.about_nobody
    assert bare(ola) == bare(nobody)
    assert the_row(ola)["__typename"] == "RowAccepted"
    assert (ola.status, len(ola.content), ola.bare_headers) == (nobody.status, len(nobody.content), nobody.bare_headers)
    assert ola.recorded.shape == nobody.recorded.shape == (1, 0)
    assert ola.recorded.shown == nobody.recorded.shown == ()


def test_landlord_reads_both_back_alike_and_finds_no_case(own_house: House, notified: Notified) -> None:
    nodes = {
        node["id"]: node for node in own_house.ask("landlord-company", _SENT).data["submittedLandlordNotices"]["nodes"]
    }
    own = {"id", "receivedAt", "sentAt", "tenantNationalIdMasked"}
    ola, nobody = (
        {name: value for name, value in nodes[the_row(answer)["receipt"]].items() if name not in own}
        for answer in (notified.about_ola, notified.about_nobody)
    )
    assert ola == nobody
    assert (ola["addressLine"], ola["arrears"]) == (STREET, ARREARS)
    assert_alike(
        case_asked(own_house, "landlord-company", own_house.case_of(OLA)),
        case_asked(own_house, "landlord-company", UNKNOWN_ID),
    )


# --- who else hears of it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", OFFICES)
def test_ordinary_office_that_looks_for_ola_gets_the_answer_for_a_number_that_nobody_has(
    own_house: House, notified: Notified, who: str
) -> None:
    assert_alike(person_asked(own_house, who, OLA.national_id), person_asked(own_house, who, UNKNOWN_NUMBER))
    assert_alike(case_asked(own_house, who, own_house.case_of(OLA)), case_asked(own_house, who, UNKNOWN_ID))


@pytest.mark.parametrize("who", OFFICES[:3])
def test_inbox_of_an_ordinary_office_is_as_before(own_house: House, notified: Notified, who: str) -> None:
    assert inbox(own_house, who).content == notified.before[who].content


@pytest.mark.parametrize("kind", ["nav", "housing", "enforcement"])
def test_nobody_can_look_for_the_flat(kind: str) -> None:
    """No argument of a question, however deep, takes a home or an address."""
    query = contract(kind).query_type
    assert query is not None
    names, waiting = set(), [argument for field in query.fields.values() for argument in field.args.items()]
    while waiting:
        name, given = waiting.pop()
        names.add(name)
        if isinstance(of := get_named_type(given.type), GraphQLInputObjectType):
            waiting += of.fields.items()
    assert {"nationalId", "responsibleUnit", "id"} <= names
    assert not {name for name in names for word in ("address", "dwelling", "line", "postal", "cadast", "kobo", "home")
                if word in name.lower()}  # fmt: skip


def test_special_unit_has_the_notice_in_its_inbox_and_in_the_case(own_house: House, notified: Notified) -> None:
    mine = [
        node
        for node in inbox(own_house, "nav-secure-unit").data["inbox"]["nodes"]
        if node["case"] == {"id": own_house.case_of(OLA)} and node["sender"] == {"id": LANDLORD_COMPANY}
    ]
    assert (mine[0]["kind"], mine[0]["task"], mine[0]["unit"]) == (
        "LANDLORD_NOTICE", "Ta kontakt med leietakeren", TESTBY.secure_unit,
    )  # fmt: skip
    case = own_house.ask("nav-secure-unit", _NOTICES, purpose="B101", id=own_house.case_of(OLA)).data["case"]
    assert {"landlord": {"id": LANDLORD_COMPANY}, "arrears": ARREARS} in case["landlordNotices"]
    assert {one["unit"] for one in case["participants"]} == {TESTBY.secure_unit}


def test_signal_and_case_are_the_special_unit_s_alone(own_house: House, notified: Notified) -> None:
    stored = own_house.rows(
        'SELECT signal.unit_id, about.nav_unit, about.responsible_unit FROM hub.signal JOIN hub."case" AS about'
        " ON about.id = signal.case_id WHERE about.subject_id = $1",
        OLA.id,
    )
    assert {value for line in stored for value in line.values()} == {TESTBY.secure_unit}


def test_read_of_the_special_unit_is_a_warning_in_the_log_and_one_of_kari_is_not(
    own_house: House, notified: Notified
) -> None:
    ola = own_house.ask("nav-secure-unit", _NOTICES, purpose="B101", id=own_house.case_of(OLA))
    kari = own_house.ask("nav-caseworker", _NOTICES, purpose="B101", id=own_house.case_of(KARI))
    own_house.ask("privacy-officer", "{ accessLog(first: 1) { totalCount } }", purpose="B106")
    severities = "SELECT DISTINCT severity FROM audit.access_subject WHERE request_id = $1"
    found = [own_house.rows(severities, answer.headers["x-request-id"]) for answer in (ola, kari)]
    assert found == [[{"severity": "WARN"}], [{"severity": "INFO"}]]


def test_ola_sees_the_notice_who_read_it_and_that_the_special_unit_alone_may(
    own_house: House, notified: Notified
) -> None:
    case_id = own_house.case_of(OLA)
    own_house.ask("nav-secure-unit", _NOTICES, purpose="B101", id=case_id)
    case = own_house.ask("citizen-ola", case_query("citizen"), id=case_id).data["case"]
    assert ARREARS in {notice["arrears"] for notice in case["landlordNotices"]}
    line = own_house.ask("citizen-ola", _LOG).data["myAccessLog"]["nodes"][0]
    assert (line["recipient"]["name"], line["recipientUnit"]) == ("NAV Testby", TESTBY.secure_unit)
    assert "LANDLORD_NOTICE" in line["categories"]
    sharing = own_house.ask("citizen-ola", _SHARING, id=case_id).data["mySharing"]["recipients"]
    assert {one["party"] for one in sharing if one["shared"]} <= {"NAV Testby"}, sharing


def test_leak_address_that_the_landlord_wrote_stands_in_its_own_copy_and_nowhere_else(
    own_house: House, notified: Notified
) -> None:
    """Not in the case, the signal, the record or the line of events."""
    assert tables_that_hold(own_house, STREET) == {"hub.submitted_report"}
    seen = own_house.ask("nav-secure-unit", case_query("secure-unit"), purpose="B101", id=own_house.case_of(OLA))
    assert seen.data["case"] is not None
    assert STREET not in seen.content.decode()


def test_strictly_protected_tenant_without_a_case_gets_one_at_the_special_unit(own_house: House) -> None:
    with protected(own_house, GUNNAR, "STRENGT_FORTROLIG"):
        waiting = inbox(own_house, "nav-caseworker").content
        notify(own_house, GUNNAR.national_id)
        wait_until_passed_on(own_house)
        opened = own_house.ask("nav-secure-unit", _NOTICES, purpose="B101", id=own_house.case_of(GUNNAR)).data["case"]
        assert opened["responsibleUnit"] == TESTBY.secure_unit
        assert [one["unit"] for one in opened["participants"]] == [TESTBY.secure_unit]
        assert inbox(own_house, "nav-caseworker").content == waiting
        assert_alike(*(person_asked(own_house, "nav-caseworker", n) for n in (GUNNAR.national_id, UNKNOWN_NUMBER)))


# --- protected later -------------------------------------------------------------------------------------------------


@pytest.fixture
def tenant(own_house: House) -> str:
    """Somebody whose landlord has notified, and whose case an ordinary caseworker has open."""
    notify(own_house, SIRI.national_id, who="landlord")
    wait_until_passed_on(own_house)
    return own_house.case_of(SIRI)


def test_case_is_gone_for_the_caseworker_in_the_same_session_and_the_special_unit_takes_over(
    own_house: House, tenant: str
) -> None:
    """From no protection to confidential (kode 7), from there to strictly confidential (kode 6)."""
    session = own_house.token("nav-caseworker")
    before = case_asked(own_house, "nav-caseworker", tenant).data["case"]
    assert (before["responsibleUnit"], before["subject"]["residentialAddress"]["line"]) == (
        TESTBY.nav_unit, "Søstergata 8",
    )  # fmt: skip
    waiting = inbox(own_house, "nav-caseworker").data["inbox"]["totalCount"]
    with protected(own_house, SIRI, "FORTROLIG"):
        confidential = case_asked(own_house, "nav-caseworker", tenant)
        assert [notice["arrears"] for notice in confidential.data["case"]["landlordNotices"]] == [ARREARS]
        assert "Søstergata" not in confidential.content.decode()
    with protected(own_house, SIRI, "STRENGT_FORTROLIG"):
        assert_alike(
            case_asked(own_house, "nav-caseworker", tenant), case_asked(own_house, "nav-caseworker", UNKNOWN_ID)
        )
        assert inbox(own_house, "nav-caseworker").data["inbox"]["totalCount"] == waiting - 1
        own_house.do(Handovers())
        taken = own_house.ask("nav-secure-unit", _NOTICES, purpose="B101", id=tenant).data["case"]
        assert taken["responsibleUnit"] == TESTBY.secure_unit, "without a new signal"
        assert tenant in {
            node["case"]["id"] for node in inbox(own_house, "nav-secure-unit").data["inbox"]["nodes"] if node["case"]
        }
        assert [change["kind"] for change in taken["changes"]].count("HANDED_OVER") == 1
        assert [notice["arrears"] for notice in taken["landlordNotices"]] == [ARREARS]
        assert_alike(
            case_asked(own_house, "nav-caseworker", tenant), case_asked(own_house, "nav-caseworker", UNKNOWN_ID)
        )
        again, nobody = (
            notify(own_house, number, who="landlord", arrears=ARREARS + 1)
            for number in (SIRI.national_id, UNKNOWN_NUMBER)
        )
        assert bare(again) == bare(nobody)
        wait_until_passed_on(own_house)
        taken = own_house.ask("nav-secure-unit", _NOTICES, purpose="B101", id=tenant).data["case"]
        assert taken["responsibleUnit"] == TESTBY.secure_unit
        assert sorted(change["kind"] for change in taken["changes"]) == ["HANDED_OVER", "OPENED"]
        assert {notice["arrears"] for notice in taken["landlordNotices"]} == {ARREARS, ARREARS + 1}
        assert_alike(
            case_asked(own_house, "nav-caseworker", tenant), case_asked(own_house, "nav-caseworker", UNKNOWN_ID)
        )
        units = {one["unit"] for one in taken["participants"] if one["validTo"] is None}
        assert units == {TESTBY.secure_unit}
    # Protection that ends gives nobody a task that the special unit has.
    assert case_asked(own_house, "nav-caseworker", tenant).data["case"] is None
    assert own_house.token("nav-caseworker") == session
