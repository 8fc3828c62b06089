"""The whole station, as the hub runs it: every persona of the demo signs in over HTTP and is led to its party."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount

from hub.demo.people import KARI
from hub.demo.personas import PERSONAS
from hub.errors import Unauthenticated
from hub.identity import Identity
from hub.identity.development import DevelopmentIssuer
from hub.identity.groups import Group
from hub.identity.model import Kind, PrincipalType
from hub.identity.personas import Persona
from hub.identity.purposes import PurposeRegister
from hub.identity.register import Register
from hub.identity.sign_in import sign_in
from hub.identity.snapshot import legal_day
from hub.identity.tokens import Verifier
from hub.store.roles import Endpoints
from tests.identity.loopback import serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

KINDS = {
    "bank-system": Kind.BANK,
    "citizen-eva": Kind.CITIZEN,
    "citizen-kari": Kind.CITIZEN,
    "citizen-ola": Kind.CITIZEN,
    "debt-counsellor": Kind.DEBT_COUNSEL,
    "enforcement-officer": Kind.ENFORCEMENT,
    "enforcement-system": Kind.ENFORCEMENT_SYSTEM,
    "guardian": Kind.CITIZEN,
    "housing-caseworker": Kind.HOUSING,
    "housing-support": Kind.HOUSING_SUPPORT,
    "landlord": Kind.LANDLORD,
    "landlord-company": Kind.LANDLORD,
    "loan-manager-system": Kind.LOAN_MANAGER,
    "nav-caseworker": Kind.NAV,
    "nav-caseworker-other-municipality": Kind.NAV,
    "nav-caseworker-other-office": Kind.NAV,
    "nav-secure-unit": Kind.SECURE_UNIT,
    "nav-sister": Kind.NAV,
    "other-bank-system": Kind.BANK,
    "other-rent-ledger-system": Kind.RENT_LEDGER,
    "privacy-officer": Kind.PRIVACY,
    "rent-collector": Kind.RENT_COLLECTOR,
    "rent-ledger-system": Kind.RENT_LEDGER,
    "unit-leader": Kind.LEADER,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(
    demo_database: Endpoints, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, Identity]]:
    data = tmp_path_factory.mktemp("hub")
    issuers: list[DevelopmentIssuer] = []

    def app(address: str) -> Starlette:
        issuers.append(_issuer(address, data))
        return Starlette(routes=[Mount("/dev", routes=issuers[0].routes)])

    register = Register(demo_database.app)
    await register.start()
    async with serving(app) as address, httpx.AsyncClient(timeout=5, trust_env=False) as client:
        yield address, Identity(Verifier(issuers[0].issuers, client), register)
    await register.stop()


def _issuer(address: str, data: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer(base_url=address, host="127.0.0.1", data=data, personas=PERSONAS, audience=address)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
async def test_persona_signs_in_and_is_led_to_one_party(hub: tuple[str, Identity], persona: Persona):
    address, identity = hub

    requester = await identity.requester(f"Bearer {await sign_in(address, persona)}")

    assert requester.kind is KINDS[persona.name]
    assert requester.groups <= set(Group)
    assert (requester.unit is not None) == (requester.principal is PrincipalType.STAFF)
    assert (requester.person is None) == (requester.principal is PrincipalType.SYSTEM)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
async def test_persona_may_state_every_purpose_that_it_names(hub: tuple[str, Identity], persona: Persona):
    address, identity = hub
    today, register = legal_day(datetime.now(UTC)), PurposeRegister.load()

    requester = await identity.requester(f"Bearer {await sign_in(address, persona)}")

    assert {register.select(number, requester, today) is not None for number in persona.purposes} <= {True}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer  two-spaces",
        "Basic a2FyaTpoZW1tZWxpZw==",
        "Bearer one, Bearer two",
        "Bearer one two",
        "Bearer one\n",
        "Token abc",
        "Bearer æøå",
    ],
)
async def test_anything_but_one_bearer_token_is_refused(hub: tuple[str, Identity], header: str | None):
    _, identity = hub

    with pytest.raises(Unauthenticated) as refusal:
        await identity.requester(header)
    assert refusal.value.facts["reason"] == "MISSING"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_scheme_is_taken_in_any_case(hub: tuple[str, Identity], scheme: str):
    address, identity = hub
    kari = next(persona for persona in PERSONAS if persona.name == "citizen-kari")

    requester = await identity.requester(f"{scheme} {await sign_in(address, kari)}")

    assert requester.person == str(KARI.id)
