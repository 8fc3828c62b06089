"""The development issuer over real HTTP: every shape of token there and back."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.errors import NoActingParty, Unauthenticated
from hub.identity.claims import CitizenClaims, CompanyClaims, EmployeeClaims, SystemClaims
from hub.identity.development.signing import signing_keys
from hub.identity.issuers import IssuerKind
from hub.identity.personas import Persona
from hub.identity.sign_in import SignInFailed, sign_in
from hub.identity.tokens import Verifier
from tests.identity.forge import BANK, KARI, LANDLORD_COMPANY, LOAN_MANAGER, MUNICIPALITY, TENANT
from tests.identity.staging import CITIZEN, COMPANY, HOUSING, NAV, NOBODY, SUPPLIER, SYSTEM, issuer_at

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def log_in(address: str, dev_verifier: Verifier, persona: Persona) -> Any:
    return await dev_verifier.verify(await sign_in(address, persona))


async def test_citizen_there_and_back(address: str, dev_verifier: Verifier):
    claims = await log_in(address, dev_verifier, CITIZEN)

    assert isinstance(claims, CitizenClaims)
    assert (claims.national_id.value, claims.assurance, claims.scopes) == (KARI, 4, {"openid", "bofast:citizen"})
    assert claims.issuer == f"{address}/dev/idporten"


async def test_employees_of_two_tenants_there_and_back(address: str, dev_verifier: Verifier):
    nav, housing = [await log_in(address, dev_verifier, each) for each in (NAV, HOUSING)]

    assert isinstance(nav, EmployeeClaims)
    assert isinstance(housing, EmployeeClaims)
    assert (nav.tenant, nav.ident, nav.roles) == (TENANT, "A123456", {"nav-caseworker"})
    assert (housing.tenant, housing.ident, housing.issuer) == ("t2", "o2", f"{address}/dev/entra/t2/v2.0")


async def test_company_there_and_back(address: str, dev_verifier: Verifier):
    claims = await log_in(address, dev_verifier, COMPANY)

    assert isinstance(claims, CompanyClaims)
    assert (claims.reportee.value, claims.subject) == (LANDLORD_COMPANY, "s1")


async def test_company_log_in_without_representation_is_logged_in_and_refused(address: str, dev_verifier: Verifier):
    with pytest.raises(NoActingParty) as refusal:
        await log_in(address, dev_verifier, NOBODY)

    assert refusal.value.facts["reason"] == "NO_REPRESENTATION"


async def test_systems_there_and_back(address: str, dev_verifier: Verifier):
    own, supplier = [await log_in(address, dev_verifier, each) for each in (SYSTEM, SUPPLIER)]

    assert isinstance(own, SystemClaims)
    assert isinstance(supplier, SystemClaims)
    assert (own.consumer.value, own.supplier, own.scopes) == (BANK, None, {"bofast:bank"})
    assert supplier.supplier is not None
    assert (supplier.consumer.value, supplier.supplier.value) == (MUNICIPALITY, LOAN_MANAGER)


ALTINN: dict[str, Any] = {
    "type": "urn:altinn:consent",
    "id": "0a7d59f8-8c62-4312-9fb4-62456664c96f",
    "from": f"urn:altinn:person:identifier-no:{KARI}",
    "to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{BANK}"},
    "consented": "2026-11-20T10:34:39.676924+00:00",
    "validTo": "2027-11-20T10:34:34.836+00:00",
    "consentRights": [{"action": ["consent"], "resource": [{"type": "urn:altinn:resource", "value": "bofast-budget"}]}],
}


async def test_consent_in_altinn_there_and_back_letter_for_letter_for_two_minutes(address: str, dev_verifier: Verifier):
    token = await sign_in(address, SYSTEM, consents=[ALTINN])
    claims = await dev_verifier.verify(token)

    assert isinstance(claims, SystemClaims)
    assert claims.consent_details is not None
    assert json.loads(claims.consent_details) == [ALTINN]
    assert 100 < claims.expires_at - time.time() <= 120
    assert claims.consumer.value == BANK


async def test_only_a_system_has_a_token_that_tells_of_consents(address: str):
    with pytest.raises(SignInFailed):
        await sign_in(address, CITIZEN, consents=[ALTINN])


@pytest.mark.parametrize("persona", [CITIZEN, NAV, COMPANY, SYSTEM], ids=lambda each: each.name)
async def test_token_lasts_a_quarter_of_an_hour_at_least(address: str, dev_verifier: Verifier, persona: Persona):
    claims = await log_in(address, dev_verifier, persona)

    assert claims.expires_at - time.time() > 15 * 60


async def test_token_for_another_audience_is_minted_and_refused(address: str, dev_verifier: Verifier):
    with pytest.raises(Unauthenticated) as refusal:
        await dev_verifier.verify(await sign_in(address, CITIZEN, audience="https://other.example"))

    assert refusal.value.facts["reason"] == "AUDIENCE"


async def test_keys_outlive_a_restart(address: str, dev_data: Path, web: httpx.AsyncClient):
    token = await sign_in(address, CITIZEN)

    again = Verifier(issuer_at(address, dev_data).issuers, web)

    assert await again.verify(token)


@pytest.mark.parametrize(
    "metadata",
    [
        "maskinporten/.well-known/oauth-authorization-server",
        "idporten/.well-known/openid-configuration",
        "entra/organizations/v2.0/.well-known/openid-configuration",
        "ansattporten/.well-known/openid-configuration",
    ],
)
async def test_metadata_leads_to_public_keys_alone(address: str, web: httpx.AsyncClient, metadata: str):
    document = (await web.get(f"{address}/dev/{metadata}")).json()
    keys = (await web.get(document["jwks_uri"])).json()["keys"]

    assert document["issuer"].startswith(f"{address}/dev/{metadata.split('/', maxsplit=1)[0]}")
    assert document["token_endpoint"].startswith(f"{address}/dev/")
    assert len(keys) == 1
    assert not keys[0].keys() & {"d", "p", "q", "dp", "dq", "qi", "k"}


async def test_each_issuer_has_a_key_of_its_own(dev_data: Path):
    assert len({key.kid for key in signing_keys(dev_data).values()}) == len(IssuerKind)


async def test_request_to_another_name_than_loopback_gets_nothing(address: str, web: httpx.AsyncClient):
    answer = await web.get(f"{address}/dev/idporten/jwks.json", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.json()) == (403, {"error": "access_denied"})


async def test_signing_in_where_nothing_listens_says_so():
    with pytest.raises(SignInFailed, match="no development issuer"):
        await sign_in("http://127.0.0.1:9", CITIZEN)


async def test_signing_in_as_someone_unknown_says_so(address: str):
    with pytest.raises(SignInFailed, match="access_denied"):
        await sign_in(address, replace(CITIZEN, name="mallory"))
    with pytest.raises(SignInFailed, match="invalid_client_metadata"):
        await sign_in(address, replace(SYSTEM, name="mallory"))
