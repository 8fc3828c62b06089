"""The register decides who acts for whom: an office with special rights, and log-ins that lead to no party."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from hub.demo.people import BARN, DAGLIG_LEDER, IVAN, KARI, LIV, NINA, OLA
from hub.identity.personas import CompanyLogin, Persona, PersonLogin
from hub.identity.scopes import Scope
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints
from tests.acceptance.asking import case_query
from tests.acceptance.changes import protected
from tests.acceptance.house import LEGACY, STRICT, House, open_house
from tests.conftest import clone

_REGISTER = """
    UPDATE hub.registration SET groups = '{SEES_FORTROLIG,SEES_SHIELDED}' WHERE role = 'nav-caseworker-9901';
    DELETE FROM hub.registration WHERE role = 'unit-leader-9901';
    UPDATE hub.employee SET valid_to = current_date - 2 WHERE display_name = 'Hedda Skinnrud';
    UPDATE hub.employee SET unit_id = '9902' WHERE display_name = 'Isak Lånesund';
    UPDATE hub.supplier_agreement SET valid_to = current_date - 2 WHERE consumer_orgnr = '312345005';
    UPDATE hub.registration SET valid_from = current_date + 2 WHERE tenant = '313800202';"""

_WEAKLY, _TOO_WEAKLY = "idporten-loa-substantial", "idporten-loa-low"
_FURTHER = (
    Persona(
        name="kari, signed in at level substantial",
        description="",
        login=PersonLogin(national_id=KARI.national_id, scope=Scope.CITIZEN, acr=_WEAKLY),
    ),
    Persona(
        name="kari, signed in at level low",
        description="",
        login=PersonLogin(national_id=KARI.national_id, scope=Scope.CITIZEN, acr=_TOO_WEAKLY),
    ),
    Persona(
        name="liv, signed in at level substantial",
        description="",
        login=PersonLogin(national_id=LIV.national_id, scope=Scope.LANDLORD, acr=_WEAKLY),
    ),
    Persona(
        name="petter, who represents nobody",
        description="",
        login=CompanyLogin(
            national_id=DAGLIG_LEDER.national_id,
            subject="petter-leder",
            reportee=None,
            reportee_name="",
            scope=Scope.LANDLORD,
        ),
    ),
)


@pytest.fixture(scope="module")
def registered(server: EmbeddedServer, served_template: str) -> Iterator[House]:
    """A hub that finds another register than the demo's when it starts."""
    with clone(server, served_template) as endpoints:
        asyncio.run(_register(endpoints))
        with open_house(endpoints, *_FURTHER) as opened:
            yield opened


async def _register(endpoints: Endpoints) -> None:
    connection = await asyncpg.connect(endpoints.owner)
    try:
        await connection.execute(_REGISTER)
    finally:
        await connection.close()


@pytest.mark.parametrize("accept", [STRICT, LEGACY])
@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("unit-leader", "NO_REGISTRATION"),
        ("housing-caseworker", "EMPLOYEE_UNKNOWN"),
        ("rent-collector", "UNIT_UNKNOWN"),
        ("loan-manager-system", "SUPPLIER_UNKNOWN"),
        ("other-bank-system", "NO_REGISTRATION"),
        ("petter, who represents nobody", "NO_REPRESENTATION"),
    ],
    ids=[
        "role taken away",
        "left",
        "moved to another municipality",
        "agreement ended",
        "not yet registered",
        "represents nobody",
    ],
)
def test_good_token_that_leads_to_no_party_is_forbidden(registered: House, who: str, reason: str, accept: str) -> None:
    answer = registered.ask(who, "{ me { actor } }", accept=accept)
    assert (answer.status, answer.codes) == (403, ["NO_ACTING_PARTY"])
    assert answer.json["errors"][0]["extensions"]["reason"] == reason
    assert "www-authenticate" not in answer.headers
    assert answer.recorded.events == ()
    assert answer.recorded.refusals == (("identity:requester:refused", "NO_ACTING_PARTY", reason),)


def test_caseworker_with_the_special_right_sees_the_shielded_person_and_the_mark(registered: House) -> None:
    answer = registered.ask("nav-caseworker", case_query("nav"), purpose="B101", id=registered.case_of(NINA))
    subject = answer.data["case"]["subject"]
    assert (subject["name"]["first"], subject["shielded"]) == ("Nina", True)
    assert "SHIELDED_MARK" in {name for entry in answer.recorded.shown for name in entry.categories}


def test_caseworker_with_the_special_right_sees_the_confidential_address_and_the_mark(registered: House) -> None:
    case_id = registered.case_of(KARI)
    with protected(registered, BARN, "FORTROLIG"):
        case = registered.ask("nav-caseworker", case_query("nav"), purpose="B101", id=case_id).data["case"]
    assert case["dwelling"]["address"]["line"] == "Prøveveien 4 H0201"
    marks = {
        member["person"]["name"]["first"]: member["person"]["addressProtection"]
        for member in case["household"]["members"]
    }
    assert marks == {"Kari": "UGRADERT", "Barn": "FORTROLIG"}


def test_special_right_to_confidential_addresses_opens_no_strictly_protected_case(registered: House) -> None:
    answer = registered.ask("nav-caseworker", case_query("nav"), purpose="B101", id=registered.case_of(OLA))
    assert answer.json == {"data": {"case": None}}
    with protected(registered, BARN, "STRENGT_FORTROLIG"):
        hidden = registered.ask("nav-caseworker", case_query("nav"), purpose="B101", id=registered.case_of(KARI))
    assert hidden.json == {"data": {"case": None}}


def test_citizen_signed_in_at_a_lower_level_is_known_but_finds_no_case_and_no_log(registered: House) -> None:
    who = "kari, signed in at level substantial"
    assert registered.ask(who, "{ me { actor } }").data["me"] == {"actor": str(KARI.id)}
    asked = "case(id: $id) { id } me { cases { id } person { id } } myAccessLog(first: 1) { totalCount }"
    query = f"query($id: ID!) {{ {asked} }}"
    registered.ask("nav-caseworker", case_query("nav"), purpose="B101", id=registered.case_of(KARI))
    data = registered.ask(who, query, id=registered.case_of(KARI)).data
    assert data == {"case": None, "me": {"cases": [], "person": None}, "myAccessLog": {"totalCount": 0}}
    high = registered.ask("citizen-kari", query, id=registered.case_of(KARI)).data
    assert (high["case"], high["myAccessLog"]["totalCount"] > 0) == ({"id": registered.case_of(KARI)}, True)


def test_citizen_signed_in_at_the_lowest_level_is_not_let_in(registered: House) -> None:
    answer = registered.ask("kari, signed in at level low", "{ me { actor } }")
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert answer.json["errors"][0]["extensions"]["reason"] == "ASSURANCE_TOO_LOW"


def test_landlord_signed_in_at_the_lower_level_sees_what_a_landlord_sees(registered: House) -> None:
    query, case_id = case_query("landlord"), registered.case_of(IVAN)
    high = registered.ask("landlord", query, purpose="B104", id=case_id)
    lower = registered.ask("liv, signed in at level substantial", query, purpose="B104", id=case_id)
    assert high.data["case"] is not None
    assert lower.content == high.content
