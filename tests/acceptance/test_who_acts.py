"""The register decides who acts for whom: an office with special rights, and log-ins that lead to no party."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from hub.demo.people import BARN, KARI, NINA, OLA
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


@pytest.fixture(scope="module")
def registered(server: EmbeddedServer, served_template: str) -> Iterator[House]:
    """A hub that finds another register than the demo's when it starts."""
    with clone(server, served_template) as endpoints:
        asyncio.run(_register(endpoints))
        with open_house(endpoints) as opened:
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
    ],
    ids=["role taken away", "left", "moved to another municipality", "agreement ended", "not yet registered"],
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
