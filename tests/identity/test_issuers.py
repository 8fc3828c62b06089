"""An issuer is configured whole or not at all, and no test issuer gets into production."""

from __future__ import annotations

from typing import Any

import pytest

from hub.identity.issuers import IssuerConfig, IssuerKind, IssuerMisconfigured, production_faults

GOOD: dict[str, Any] = {
    "kind": IssuerKind.MASKINPORTEN,
    "issuer": "https://maskinporten.no/",
    "audience": "https://bofast.example",
    "algorithms": frozenset({"RS256"}),
    "metadata_url": "https://maskinporten.no/.well-known/oauth-authorization-server",
}
ENTRA: dict[str, Any] = {
    **GOOD,
    "kind": IssuerKind.ENTRA,
    "issuer": "https://login.microsoftonline.com/{tenant}/v2.0",
    "tenants": frozenset({"t2", "t1"}),
}

BAD: dict[str, dict[str, Any]] = {
    "no audience": {"audience": ""},
    "blank audience": {"audience": "  "},
    "no algorithm": {"algorithms": frozenset()},
    "symmetric algorithm": {"algorithms": frozenset({"RS256", "HS256"})},
    "no signature": {"algorithms": frozenset({"none"})},
    "neither metadata nor keys": {"metadata_url": None},
    "both metadata and keys": {"jwks": {"keys": []}},
    "metadata in the clear": {"metadata_url": "http://maskinporten.no/.well-known/x"},
    "issuer in the clear": {"issuer": "http://maskinporten.no/"},
    "no lifetime": {"max_lifetime": 0},
    "no token type": {"types": frozenset()},
    "tenants without Entra": {"tenants": frozenset({"t"})},
    "Ansattporten without resources": {"kind": IssuerKind.ANSATTPORTEN},
    "Entra without tenants": {**ENTRA, "tenants": frozenset()},
    "Entra without a place for the tenant": {**ENTRA, "issuer": "https://login.microsoftonline.com/common/v2.0"},
}


@pytest.mark.parametrize("bent", BAD.values(), ids=BAD.keys())
def test_half_configured_issuer_is_refused(bent: dict[str, Any]):
    with pytest.raises(IssuerMisconfigured):
        IssuerConfig(**{**GOOD, **bent})


def test_entra_has_one_exact_issuer_for_each_tenant():
    assert IssuerConfig(**ENTRA).names() == (
        "https://login.microsoftonline.com/t1/v2.0",
        "https://login.microsoftonline.com/t2/v2.0",
    )


def test_real_issuers_may_go_into_production():
    assert production_faults([IssuerConfig(**GOOD), IssuerConfig(**ENTRA)]) == []


@pytest.mark.parametrize(
    "bent",
    [
        {"is_test": True},
        {"issuer": "https://test.maskinporten.no/"},
        {"issuer": "https://ver2.maskinporten.no/"},
        {"issuer": "https://login.test.ansattporten.no"},
        {"issuer": "http://127.0.0.1:8000/dev/maskinporten/"},
        {"metadata_url": "http://localhost:8000/dev/x"},
    ],
    ids=str,
)
def test_test_issuer_may_not_go_into_production(bent: dict[str, Any]):
    assert production_faults([IssuerConfig(**{**GOOD, **bent})]) == ["MASKINPORTEN: a test issuer is configured"]


def test_no_issuer_at_all_may_not_go_into_production():
    assert production_faults([]) == ["no issuer is configured"]
