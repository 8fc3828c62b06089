"""One parser for each kind of issuer: from verified claims to the few that count.

Left alone everywhere: `client_id`, `client_orgno`, `azp` (they name the program, not the party, and must not carry
access), `client_amr`, `amr` (their values change), `jti` (reads may be repeated; a command has a key of its own), `sub`
except where it is all there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from hub.errors import BofastError
from hub.identity.claims import CONSENT_TYPES, CitizenClaims, Claims, CompanyClaims, EmployeeClaims, SystemClaims
from hub.identity.faults import PartyFault, TokenFault, no_acting_party, unauthenticated
from hub.identity.issuers import TENANT_PLACE, IssuerConfig, IssuerKind
from schema.identifiers import ActorId, InvalidIdentifier, NationalId, OrganisationNumber

SUBSTANTIAL: Final = 3
HIGH: Final = 4
_SYSTEM_USER: Final = "urn:altinn:systemuser"
_REPRESENTATION: Final = "ansattporten:altinn:service"
_ID_TOKEN_CLAIMS: Final = frozenset({"at_hash", "c_hash", "nonce"})
_IDPORTEN_LEVELS: Final = {
    "idporten-loa-high": HIGH,
    "idporten-loa-substantial": SUBSTANTIAL,
    "Level4": HIGH,
    "Level3": SUBSTANTIAL,
}
_ANSATTPORTEN_LEVELS: Final = {**_IDPORTEN_LEVELS, "high": HIGH, "substantial": SUBSTANTIAL}

Payload = Mapping[str, Any]


def parse(payload: Payload, config: IssuerConfig) -> Claims:
    return _PARSERS[config.kind](payload, config)


def parse_maskinporten(payload: Payload, config: IssuerConfig) -> SystemClaims:
    """A system. A system user's token is refused: its `consumer` is the supplier, and the customer stands elsewhere."""
    consent_details = _consent_details(payload.get("authorization_details"))
    if "pid" in payload:
        raise unauthenticated(TokenFault.PERSON_TOKEN)
    supplier = _organisation(payload["supplier"]) if "supplier" in payload else None
    source = payload.get("delegation_source")
    if (supplier is None) != (source is None) or (source is not None and source not in config.delegation_sources):
        raise unauthenticated(TokenFault.UNSUPPORTED_DELEGATION)
    return SystemClaims(
        issuer=payload["iss"],
        expires_at=payload["exp"],
        consumer=_organisation(payload.get("consumer")),
        supplier=supplier,
        scopes=_scopes(payload),
        consent_details=consent_details,
    )


def parse_idporten(payload: Payload, config: IssuerConfig) -> CitizenClaims:
    """A person. `consumer` here is the organisation that runs the front end; it gives no access."""
    _refuse_id_token(payload)
    return CitizenClaims(
        issuer=payload["iss"],
        expires_at=payload["exp"],
        national_id=_national_id(payload, config),
        assurance=_assurance(payload, _IDPORTEN_LEVELS),
        scopes=_scopes(payload),
    )


def parse_entra(payload: Payload, config: IssuerConfig) -> EmployeeClaims:
    """An employee. `name`, `preferred_username` and `upn` can be changed and given to another; only ids count."""
    tenant = _text(payload, "tid")
    if tenant not in config.tenants or payload["iss"] != config.issuer.replace(TENANT_PLACE, tenant):
        raise unauthenticated(TokenFault.TENANT)
    if payload.get("ver") != "2.0":
        raise unauthenticated(TokenFault.CLAIM_INVALID, "ver")
    if payload.get("idtyp", "user") != "user":
        raise unauthenticated(TokenFault.MACHINE_TOKEN)
    if _id_token_claims(payload):
        raise unauthenticated(TokenFault.NOT_ACCESS_TOKEN)
    # `idtyp` is optional in Entra ID; a delegated scope is not, and an application asking for itself never has one.
    if not isinstance(payload.get("scp"), str) or not payload["scp"].strip():
        raise unauthenticated(TokenFault.MACHINE_TOKEN, "scp")
    _refuse_overage(payload)
    object_id = _text(payload, "oid")
    return EmployeeClaims(
        issuer=payload["iss"],
        expires_at=payload["exp"],
        tenant=tenant,
        ident=_text(payload, "NAVident") if "NAVident" in payload else object_id,
        roles=_texts(payload, "roles") | _texts(payload, "groups"),
    )


def parse_ansattporten(payload: Payload, config: IssuerConfig) -> CompanyClaims:
    """A person who represents a company. Ansattporten logs in those who represent nobody too: no company, no party."""
    _refuse_id_token(payload)
    return CompanyClaims(
        issuer=payload["iss"],
        expires_at=payload["exp"],
        subject=_text(payload, "sub"),
        national_id=_national_id(payload, config),
        assurance=_assurance(payload, _ANSATTPORTEN_LEVELS),
        reportee=_one_reportee(payload.get("authorization_details"), config),
        scopes=_scopes(payload),
    )


_PARSERS: Final[dict[IssuerKind, Callable[[Payload, IssuerConfig], Claims]]] = {
    IssuerKind.ANSATTPORTEN: parse_ansattporten,
    IssuerKind.ENTRA: parse_entra,
    IssuerKind.IDPORTEN: parse_idporten,
    IssuerKind.MASKINPORTEN: parse_maskinporten,
}


def _consent_details(details: object) -> str | None:
    """A consent that was given in Altinn, to be read by the command that records it. Anything else is refused."""
    if details is None:
        return None
    entries = details if isinstance(details, list) else []
    types = [entry.get("type") if isinstance(entry, dict) else None for entry in entries]
    if not types or not all(isinstance(name, str) and name in CONSENT_TYPES for name in types):
        raise _unsupported_details(details)
    return json.dumps(details)


def _unsupported_details(details: object) -> BofastError:
    entries = details if isinstance(details, list) else [details]
    for entry in entries:
        if isinstance(entry, dict) and (entry.get("type") == _SYSTEM_USER or "systemuser_org" in entry):
            return no_acting_party(PartyFault.SYSTEM_USER)
    return unauthenticated(TokenFault.UNSUPPORTED_DELEGATION, "authorization_details")


def _one_reportee(details: object, config: IssuerConfig) -> OrganisationNumber:
    if details is None or details == []:
        raise no_acting_party(PartyFault.NO_REPRESENTATION)
    if not isinstance(details, list):
        raise unauthenticated(TokenFault.CLAIM_INVALID, "authorization_details")
    organisations = {organisation for entry in details for organisation in _reportees(entry, config)}
    if not organisations:
        raise no_acting_party(PartyFault.NO_REPRESENTATION)
    if len(organisations) > 1:
        raise no_acting_party(PartyFault.SEVERAL_REPRESENTATIONS)
    return organisations.pop()


def _reportees(entry: object, config: IssuerConfig) -> set[OrganisationNumber]:
    """Any client may ask Ansattporten for a representation towards any service; only one towards ours counts."""
    if not isinstance(entry, dict) or entry.get("type") != _REPRESENTATION:
        raise unauthenticated(TokenFault.UNSUPPORTED_DELEGATION, "authorization_details")
    if entry.get("resource") not in config.resources:
        raise unauthenticated(TokenFault.UNSUPPORTED_DELEGATION, "resource")
    reportees = entry.get("reportees", [])
    if not isinstance(reportees, list):
        raise unauthenticated(TokenFault.CLAIM_INVALID, "reportees")
    return {_organisation(reportee, authority="Authority") for reportee in reportees}


def _refuse_id_token(payload: Payload) -> None:
    if _id_token_claims(payload) or not isinstance(payload.get("scope"), str):
        raise unauthenticated(TokenFault.NOT_ACCESS_TOKEN)


def _id_token_claims(payload: Payload) -> bool:
    return bool(_ID_TOKEN_CLAIMS & payload.keys())


def _refuse_overage(payload: Payload) -> None:
    elsewhere = payload.get("_claim_names")
    if payload.get("hasgroups") or (isinstance(elsewhere, dict) and ("groups" in elsewhere or "roles" in elsewhere)):
        raise unauthenticated(TokenFault.GROUPS_OVERAGE)


def _national_id(payload: Payload, config: IssuerConfig) -> NationalId:
    try:
        national_id = NationalId.parse(_text(payload, "pid"))
    except InvalidIdentifier:
        raise unauthenticated(TokenFault.CLAIM_INVALID, "pid") from None
    if national_id.is_synthetic != config.is_test:
        # A test issuer must not speak for real people, nor a real one for invented people.
        raise unauthenticated(TokenFault.CLAIM_INVALID, "pid of the wrong world")
    return national_id


def _organisation(claim: object, *, authority: str = "authority") -> OrganisationNumber:
    if claim is None:
        raise unauthenticated(TokenFault.CLAIM_MISSING, "organisation")
    try:
        return ActorId.from_claim(claim, authority=authority).organisation()
    except InvalidIdentifier:
        raise unauthenticated(TokenFault.CLAIM_INVALID, "organisation") from None


def _assurance(payload: Payload, levels: Mapping[str, int]) -> int:
    level = levels.get(_text(payload, "acr"))
    if level is None:
        raise unauthenticated(TokenFault.ASSURANCE_TOO_LOW)
    return level


def _scopes(payload: Payload) -> frozenset[str]:
    return frozenset(_text(payload, "scope").split(" ")) - {""}


def _text(payload: Payload, name: str) -> str:
    value = payload.get(name)
    if value is None:
        raise unauthenticated(TokenFault.CLAIM_MISSING, name)
    if not isinstance(value, str) or not value.strip():
        raise unauthenticated(TokenFault.CLAIM_INVALID, name)
    return value


def _texts(payload: Payload, name: str) -> frozenset[str]:
    values = payload.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise unauthenticated(TokenFault.CLAIM_INVALID, name)
    return frozenset(values)
