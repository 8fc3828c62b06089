"""What is left of a good token of each shape, and that it is verified once."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import httpx
import pytest

from hub.errors import Unauthenticated
from hub.identity.claims import CitizenClaims, CompanyClaims, EmployeeClaims, SystemClaims
from hub.identity.issuers import IssuerKind, IssuerMisconfigured
from hub.identity.tokens import SKEW, Verifier
from schema.identifiers import NationalId, OrganisationNumber
from tests.identity.forge import (
    AUDIENCE,
    BANK,
    DELEGATION_SOURCE,
    ISSUERS,
    KARI,
    LANDLORD_COMPANY,
    LOAN_MANAGER,
    MUNICIPALITY,
    TENANT,
    Forge,
    actor,
    configs,
)

MP, IDP, ENTRA, ANSATT = IssuerKind.MASKINPORTEN, IssuerKind.IDPORTEN, IssuerKind.ENTRA, IssuerKind.ANSATTPORTEN


async def test_system_token_leaves_consumer_and_scopes(verifier: Verifier, forge: Forge):
    claims = await verifier.verify(forge.token(MP, exp=int(time.time()) + 60))

    assert isinstance(claims, SystemClaims)
    assert (claims.consumer, claims.supplier) == (OrganisationNumber.parse(BANK), None)
    assert claims.scopes == {"bofast:bank"}
    assert claims.issuer == ISSUERS[MP]


async def test_supplier_and_consumer_are_told_apart_and_client_is_ignored(verifier: Verifier, forge: Forge):
    token = forge.token(
        MP,
        consumer=actor(MUNICIPALITY),
        supplier=actor(LOAN_MANAGER),
        delegation_source=DELEGATION_SOURCE,
        client_id="c",
        client_orgno=BANK,
    )

    claims = await verifier.verify(token)

    assert isinstance(claims, SystemClaims)
    assert (str(claims.consumer), str(claims.supplier)) == (MUNICIPALITY, LOAN_MANAGER)
    assert BANK not in repr(claims)


async def test_consent_given_in_altinn_is_carried_along_unread_and_unprinted(verifier: Verifier, forge: Forge):
    details = [{"type": "urn:altinn:consent", "from": f"urn:altinn:person:identifier-no:{KARI}"}]

    claims = await verifier.verify(forge.token(MP, authorization_details=details))

    assert isinstance(claims, SystemClaims)
    assert json.loads(claims.consent_details or "") == details
    assert KARI not in repr(claims)


@pytest.mark.parametrize(
    ("acr", "assurance"),
    [("idporten-loa-high", 4), ("idporten-loa-substantial", 3), ("Level4", 4), ("Level3", 3)],
)
async def test_citizen_token_leaves_person_and_assurance(verifier: Verifier, forge: Forge, acr: str, assurance: int):
    claims = await verifier.verify(forge.token(IDP, acr=acr))

    assert isinstance(claims, CitizenClaims)
    assert (claims.national_id, claims.assurance) == (NationalId.parse(KARI), assurance)
    assert KARI not in f"{claims!r} {claims}"


async def test_employee_of_nav_is_known_by_ident_and_others_by_object_id(verifier: Verifier, forge: Forge):
    nav = await verifier.verify(forge.token(ENTRA))
    other = await verifier.verify(forge.token(ENTRA, NAVident=..., groups=["g1"]))

    assert isinstance(nav, EmployeeClaims)
    assert isinstance(other, EmployeeClaims)
    assert (nav.tenant, nav.ident, nav.roles) == (TENANT, "A123456", {"nav-caseworker"})
    assert (other.ident, other.roles) == ("oid-1", {"nav-caseworker", "g1"})


async def test_company_token_leaves_the_one_company(verifier: Verifier, forge: Forge):
    claims = await verifier.verify(forge.token(ANSATT))

    assert isinstance(claims, CompanyClaims)
    assert (str(claims.reportee), claims.subject, claims.assurance) == (LANDLORD_COMPANY, "s3", 4)


@pytest.mark.parametrize("typ", [..., "JWT", "at+jwt", "application/at+jwt", "AT+JWT"])
async def test_access_token_may_name_its_type_or_not(verifier: Verifier, forge: Forge, typ: object):
    assert await verifier.verify(forge.token(MP, header={"typ": typ}))


async def test_token_within_the_skew_is_taken(verifier: Verifier, forge: Forge):
    now = int(time.time())

    assert await verifier.verify(forge.token(MP, exp=now - SKEW + 5, iat=now - 600))
    assert await verifier.verify(forge.token(MP, iat=now + SKEW - 5, nbf=now + SKEW - 5))


async def test_audience_may_be_a_list_of_us_alone(verifier: Verifier, forge: Forge):
    assert await verifier.verify(forge.token(MP, aud=[AUDIENCE]))


async def test_token_is_verified_once_until_it_expires(forge: Forge, client: httpx.AsyncClient):
    clock = [time.time()]
    verifier = Verifier(configs(forge), client, now=lambda: clock[0])
    token = forge.token(MP)

    first = await verifier.verify(token)
    assert await verifier.verify(token) is first

    clock[0] += 600 + SKEW
    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(token)
    assert refusal.value.facts["reason"] == "EXPIRED"


async def test_verified_tokens_are_bounded_and_the_oldest_goes_first(forge: Forge, client: httpx.AsyncClient):
    verifier = Verifier(configs(forge), client, cached_tokens=2)
    tokens = [forge.token(MP, jti=str(number)) for number in range(3)]

    first = [await verifier.verify(token) for token in tokens]

    assert len(verifier._verified) == 2
    assert await verifier.verify(tokens[2]) is first[2]
    assert await verifier.verify(tokens[0]) is not first[0]


async def test_no_token_and_no_national_id_is_kept(forge: Forge, client: httpx.AsyncClient):
    verifier = Verifier(configs(forge), client)
    token = forge.token(IDP)

    await verifier.verify(token)

    assert token not in repr(verifier._verified)
    assert KARI not in repr(verifier._verified)


def test_one_issuer_twice_or_none_is_refused_at_start(forge: Forge):
    with pytest.raises(IssuerMisconfigured):
        Verifier([], httpx.AsyncClient())
    one, *_ = configs(forge)
    with pytest.raises(IssuerMisconfigured):
        Verifier([one, replace(one, audience="other")], httpx.AsyncClient())
