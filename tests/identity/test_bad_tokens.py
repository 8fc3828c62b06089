"""Every trap of RFC 8725 and of the four issuers, by name: each token is bad in one way and is refused for that one."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from hub.errors import BofastError, NoActingParty, Unauthenticated
from hub.identity.faults import PartyFault, TokenFault
from hub.identity.issuers import IssuerKind
from hub.identity.tokens import Verifier
from tests.identity.forge import AUDIENCE, BANK, KARI, LANDLORD_COMPANY, Forge, actor, representation, segment

MP, IDP, ENTRA, ANSATT = IssuerKind.MASKINPORTEN, IssuerKind.IDPORTEN, IssuerKind.ENTRA, IssuerKind.ANSATTPORTEN
F = TokenFault
Bend = Callable[[Forge], str]
STRANGER = RSAKey.generate_key(2048, auto_kid=True)


def claim(kind: IssuerKind, **bent: object) -> Bend:
    return lambda forge: forge.token(kind, **bent)


def header(**bent: object) -> Bend:
    return lambda forge: forge.token(MP, header=bent)


def raw_payload(text: Callable[[dict[str, Any]], str]) -> Bend:
    """A properly signed token with a payload that is not proper JSON."""
    return lambda forge: forge.sign(forge.header(MP), text(forge.payload(MP)).encode(), forge.keys[MP])


def edited(change: Callable[[str], str]) -> Bend:
    return lambda forge: change(forge.token(MP))


def payload_swapped(forge: Forge) -> str:
    head, _, signature = forge.token(MP).split(".")
    return f"{head}.{segment(forge.payload(MP, scope='bofast:enforcement'))}.{signature}"


def signed_with_public_key(forge: Forge) -> str:
    """The classic: the issuer's public key taken as the secret of an HMAC."""
    secret = forge.keys[MP].as_pem(private=False)
    content = f"{segment({'alg': 'HS256', 'kid': forge.keys[MP].kid})}.{segment(forge.payload(MP))}"
    return f"{content}.{segment(hmac.digest(secret, content.encode(), 'sha256'))}"


def signed_by(kind: IssuerKind) -> Bend:
    """A token in Maskinporten's name by another issuer that we trust, under that one's key id."""
    return lambda forge: forge.sign(forge.header(kind), json.dumps(forge.payload(MP)).encode(), forge.keys[kind])


def signed_by_stranger(forge: Forge) -> str:
    return forge.sign(forge.header(MP), json.dumps(forge.payload(MP)).encode(), STRANGER)


def with_own_key(forge: Forge) -> str:
    head = {"alg": "RS256", "kid": STRANGER.kid, "jwk": STRANGER.as_dict(private=False)}
    return forge.sign(head, json.dumps(forge.payload(MP)).encode(), STRANGER)


def header_twice(forge: Forge) -> str:
    kid = forge.keys[MP].kid
    head = f'{{"alg": "RS256", "kid": "{kid}", "alg": "none"}}'.encode()
    return forge.sign(head, json.dumps(forge.payload(MP)).encode(), forge.keys[MP])


def unused_bits_set(token: str) -> str:
    """The last character of a signature of 2048 bits holds bits that decode to nothing and must be 0."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) | 1]


def seconds(offset: float) -> float:
    return int(time.time()) + offset


SYSTEM_USER = [
    {"type": "urn:altinn:systemuser", "systemuser_org": actor(BANK), "systemuser_id": ["x"], "system_id": "y"}
]

BAD: dict[str, tuple[TokenFault | PartyFault, Bend]] = {
    # the outside
    "no algorithm at all": (F.ALGORITHM, header(alg="none")),
    "algorithm None in another case": (F.ALGORITHM, header(alg="nOnE")),
    "algorithm that the issuer does not use": (F.ALGORITHM, header(alg="RS512")),
    "algorithm left out": (F.MALFORMED, header(alg=...)),
    "algorithm that is not a text": (F.MALFORMED, header(alg=["RS256"])),
    "HMAC with the public key as secret": (F.ALGORITHM, signed_with_public_key),
    "signature missing": (F.MALFORMED, edited(lambda token: token.rsplit(".", 1)[0] + ".")),
    "two segments": (F.MALFORMED, edited(lambda token: token.rsplit(".", 1)[0])),
    "five segments, an encrypted token": (F.MALFORMED, edited(lambda token: token + ".a.b")),
    "padded base64": (F.MALFORMED, edited(lambda token: token.replace(".", "=.", 1))),
    "base64 of the other alphabet": (F.MALFORMED, edited(lambda token: "+/" + token[2:])),
    "line break inside": (F.MALFORMED, edited(lambda token: token[:9] + "\n" + token[9:])),
    "stray bits at the end of the signature": (F.SIGNATURE, edited(unused_bits_set)),
    "letters outside ASCII": (F.MALFORMED, edited(lambda token: token + "å")),
    "larger than the limit": (F.TOO_LARGE, claim(MP, padding="x" * 16_000)),
    "header that is not an object": (F.MALFORMED, lambda f: f.sign(b"[]", b"{}", f.keys[MP])),
    "header nested beyond sense": (F.MALFORMED, lambda f: f.sign(b"[" * 5000, b"{}", f.keys[MP])),
    "header with a name twice": (F.MALFORMED, header_twice),
    "payload that is not an object": (F.MALFORMED, raw_payload(lambda _: '"hello"')),
    "payload with a name twice": (F.MALFORMED, raw_payload(lambda p: json.dumps(p)[:-1] + ', "scope": "x"}')),
    "payload with NaN": (F.MALFORMED, claim(MP, exp=float("nan"))),
    "payload that is not UTF-8": (F.MALFORMED, lambda f: f.sign(f.header(MP), b'{"iss": "\xff"}', f.keys[MP])),
    "nested token": (F.MALFORMED, header(cty="JWT")),
    "compressed token": (F.MALFORMED, header(zip="DEF")),
    # keys
    "key id missing": (F.UNKNOWN_KEY, header(kid=...)),
    "key id unknown": (F.UNKNOWN_KEY, header(kid="another")),
    "key id that is a path": (F.UNKNOWN_KEY, header(kid="../../dev/null")),
    "key id that is a query": (F.UNKNOWN_KEY, header(kid="' OR 1=1 --")),
    "key inside the token": (F.EMBEDDED_KEY, with_own_key),
    "address of a key set": (F.EMBEDDED_KEY, header(jku="https://evil.example/jwks")),
    "certificate inside the token": (F.EMBEDDED_KEY, header(x5c=["MIIB"])),
    "address of a certificate": (F.EMBEDDED_KEY, header(x5u="https://evil.example/cert")),
    "critical header unknown": (F.CRITICAL_HEADER, header(crit=["exp"], exp=1)),
    "critical header list empty": (F.CRITICAL_HEADER, header(crit=[])),
    "payload not encoded (RFC 7797)": (F.CRITICAL_HEADER, header(b64=False, crit=["b64"])),
    "signature by a stranger": (F.SIGNATURE, signed_by_stranger),
    "payload exchanged": (F.SIGNATURE, payload_swapped),
    "signed by another issuer that we trust": (F.UNKNOWN_KEY, signed_by(IDP)),
    # what it is and for whom
    "type of a logout token": (F.NOT_ACCESS_TOKEN, header(typ="logout+jwt")),
    "type of a proof": (F.NOT_ACCESS_TOKEN, header(typ="dpop+jwt")),
    "type that is not a text": (F.MALFORMED, header(typ=7)),
    "issuer unknown": (F.UNKNOWN_ISSUER, claim(MP, iss="https://evil.example/")),
    "issuer without its trailing slash": (F.UNKNOWN_ISSUER, claim(MP, iss="https://maskinporten.example")),
    "issuer with a trailing slash too many": (F.UNKNOWN_ISSUER, claim(IDP, iss="https://idporten.example/")),
    "issuer in other case": (F.UNKNOWN_ISSUER, claim(MP, iss="https://MASKINPORTEN.example/")),
    "issuer missing": (F.CLAIM_MISSING, claim(MP, iss=...)),
    "issuer that is a list": (F.CLAIM_MISSING, claim(MP, iss=["https://maskinporten.example/"])),
    "audience unspecified": (F.AUDIENCE, claim(MP, aud="unspecified")),
    "audience missing": (F.CLAIM_MISSING, claim(MP, aud=...)),
    "audience with ours as its beginning": (F.AUDIENCE, claim(MP, aud=AUDIENCE + ".evil.example")),
    "audience ours and another": (F.AUDIENCE, claim(MP, aud=[AUDIENCE, "https://other.example"])),
    "audience an empty list": (F.AUDIENCE, claim(MP, aud=[])),
    "bound to a key of its sender": (F.SENDER_CONSTRAINED, claim(MP, cnf={"jkt": "x"})),
    "logout token in disguise": (F.NOT_ACCESS_TOKEN, claim(IDP, events={"http://x/logout": {}})),
    # time
    "expired beyond the skew": (F.EXPIRED, lambda f: f.token(MP, exp=seconds(-61), iat=seconds(-600))),
    "expiry missing": (F.CLAIM_MISSING, claim(MP, exp=...)),
    "expiry that is a text": (F.CLAIM_INVALID, claim(MP, exp="9999999999")),
    "expiry that is true": (F.CLAIM_INVALID, claim(MP, exp=True)),
    "expiry beyond all numbers": (
        F.CLAIM_INVALID,
        raw_payload(lambda p: json.dumps({**p, "exp": "@"}).replace('"@"', "1e999")),
    ),
    "issued in the future": (F.ISSUED_IN_FUTURE, lambda f: f.token(MP, iat=seconds(90))),
    "time of issue missing": (F.CLAIM_MISSING, claim(MP, iat=...)),
    "not valid yet": (F.NOT_YET_VALID, lambda f: f.token(MP, nbf=seconds(90))),
    "not-before that is a text": (F.CLAIM_INVALID, claim(MP, nbf="now")),
    "valid for a week": (F.LIFETIME, lambda f: f.token(MP, exp=seconds(7 * 86400))),
    # Maskinporten
    "system user": (PartyFault.SYSTEM_USER, claim(MP, authorization_details=SYSTEM_USER)),
    "authorization details of a type unknown": (
        F.UNSUPPORTED_DELEGATION,
        claim(MP, authorization_details=[{"type": "urn:altinn:accesspackage"}]),
    ),
    "a consent, and details of a type unknown": (
        F.UNSUPPORTED_DELEGATION,
        claim(MP, authorization_details=[{"type": "urn:altinn:consent"}, {"type": "x"}]),
    ),
    "a consent, and a system user": (
        PartyFault.SYSTEM_USER,
        claim(MP, authorization_details=[{"type": "urn:altinn:consent"}, *SYSTEM_USER]),
    ),
    "authorization details that are empty": (F.UNSUPPORTED_DELEGATION, claim(MP, authorization_details=[])),
    "authorization details that are no list": (
        F.UNSUPPORTED_DELEGATION,
        claim(MP, authorization_details={"type": "urn:altinn:consent"}),
    ),
    "restricted to an end user": (F.PERSON_TOKEN, claim(MP, pid=KARI)),
    "consumer missing, client_orgno there": (F.CLAIM_MISSING, claim(MP, consumer=..., client_orgno=BANK)),
    "consumer of another authority": (F.CLAIM_INVALID, claim(MP, consumer={"authority": "x", "ID": f"0192:{BANK}"})),
    "consumer under another scheme": (F.CLAIM_INVALID, claim(MP, consumer={**actor(BANK), "ID": f"0088:{BANK}"})),
    "consumer a part of an organisation": (
        F.CLAIM_INVALID,
        claim(MP, consumer={**actor(BANK), "ID": f"0192:{BANK}:hr"}),
    ),
    "consumer a bare number": (F.CLAIM_INVALID, claim(MP, consumer=BANK)),
    "consumer with a wrong check digit": (F.CLAIM_INVALID, claim(MP, consumer=actor("313800106"))),
    "supplier without a delegation": (F.UNSUPPORTED_DELEGATION, claim(MP, supplier=actor("314100204"))),
    "delegation without a supplier": (F.UNSUPPORTED_DELEGATION, claim(MP, delegation_source="https://altinn.example")),
    "delegation scheme not accepted": (
        F.UNSUPPORTED_DELEGATION,
        claim(MP, supplier=actor("314100204"), delegation_source="https://evil.example"),
    ),
    "scope missing": (F.CLAIM_MISSING, claim(MP, scope=...)),
    # ID-porten
    "low assurance": (F.ASSURANCE_TOO_LOW, claim(IDP, acr="idporten-loa-low")),
    "assurance unknown": (F.ASSURANCE_TOO_LOW, claim(IDP, acr="Level9")),
    "assurance missing": (F.CLAIM_MISSING, claim(IDP, acr=...)),
    "person missing, as for some foreign log-ins": (F.CLAIM_MISSING, claim(IDP, pid=...)),
    "person with a wrong check digit": (F.CLAIM_INVALID, claim(IDP, pid="15928741271")),
    "person who is real, from a test issuer": (F.CLAIM_INVALID, claim(IDP, pid="02013299997")),
    "id token with a nonce": (F.NOT_ACCESS_TOKEN, claim(IDP, nonce="n")),
    "id token with a hash of the access token": (F.NOT_ACCESS_TOKEN, claim(IDP, at_hash="h")),
    "id token without scope": (F.NOT_ACCESS_TOKEN, claim(IDP, scope=...)),
    # Entra ID
    "tenant that is not on the list": (F.TENANT, claim(ENTRA, tid="20000000-0000-4000-8000-000000000002")),
    "tenant missing": (F.CLAIM_MISSING, claim(ENTRA, tid=...)),
    "issuer of a tenant not on the list": (F.UNKNOWN_ISSUER, claim(ENTRA, iss="https://login.entra.example/x/v2.0")),
    "issuer still a template": (F.UNKNOWN_ISSUER, claim(ENTRA, iss="https://login.entra.example/{tenant}/v2.0")),
    "application on the employees' road": (F.MACHINE_TOKEN, claim(ENTRA, idtyp="app")),
    "application that does not say so": (F.MACHINE_TOKEN, claim(ENTRA, scp=...)),
    "too many groups": (F.GROUPS_OVERAGE, claim(ENTRA, _claim_names={"groups": "src1"})),
    "too many groups, implicit flow": (F.GROUPS_OVERAGE, claim(ENTRA, hasgroups=True)),
    "version 1 token": (F.CLAIM_INVALID, claim(ENTRA, ver="1.0")),
    "object id missing": (F.CLAIM_MISSING, claim(ENTRA, oid=...)),
    "roles that are a text": (F.CLAIM_INVALID, claim(ENTRA, roles="nav-caseworker")),
    "Entra id token": (F.NOT_ACCESS_TOKEN, claim(ENTRA, nonce="n")),
    # Ansattporten
    "no representation": (PartyFault.NO_REPRESENTATION, claim(ANSATT, authorization_details=...)),
    "representation of nobody": (PartyFault.NO_REPRESENTATION, claim(ANSATT, authorization_details=[representation()])),
    "empty representation": (PartyFault.NO_REPRESENTATION, claim(ANSATT, authorization_details=[])),
    "representation of two": (
        PartyFault.SEVERAL_REPRESENTATIONS,
        claim(ANSATT, authorization_details=[representation(LANDLORD_COMPANY, BANK)]),
    ),
    "representation towards another service": (
        F.UNSUPPORTED_DELEGATION,
        claim(ANSATT, authorization_details=[representation(LANDLORD_COMPANY, resource="urn:altinn:resource:other")]),
    ),
    "representation of another type": (
        F.UNSUPPORTED_DELEGATION,
        claim(ANSATT, authorization_details=[{**representation(LANDLORD_COMPANY), "type": "ansattporten:orgno"}]),
    ),
    "representation that is a text": (F.CLAIM_INVALID, claim(ANSATT, authorization_details="all")),
    "employee log-in in Ansattporten": (F.ASSURANCE_TOO_LOW, claim(ANSATT, acr="entraid")),
}


@pytest.mark.parametrize(("fault", "bend"), BAD.values(), ids=BAD.keys())
async def test_bad_token_is_refused_for_what_is_wrong_with_it(
    verifier: Verifier, forge: Forge, fault: TokenFault | PartyFault, bend: Bend
):
    with pytest.raises(BofastError) as refusal:
        await verifier.verify(bend(forge))

    assert refusal.value.facts["reason"] == fault.value
    assert type(refusal.value) is (NoActingParty if isinstance(fault, PartyFault) else Unauthenticated)


@pytest.mark.parametrize(("fault", "bend"), BAD.values(), ids=BAD.keys())
async def test_refusal_tells_nobody_what_the_token_held(
    verifier: Verifier, forge: Forge, fault: TokenFault | PartyFault, bend: Bend
):
    with pytest.raises(BofastError) as refusal:
        await verifier.verify(bend(forge))

    told = json.dumps(refusal.value.public())
    assert not any(secret in told for secret in (KARI, BANK, "A123456", "evil.example"))


def test_every_fault_of_a_token_has_a_case():
    elsewhere = {F.MISSING, F.UNKNOWN_CITIZEN}  # the header, and the register of persons
    assert {fault for fault, _ in BAD.values() if isinstance(fault, TokenFault)} == set(TokenFault) - elsewhere
