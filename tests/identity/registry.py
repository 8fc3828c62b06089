"""A small register of parties for the tests: rows as they stand in the database, and the ways in that they open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.identity.snapshot import Snapshot, build
from tests.identity.forge import BANK, LANDLORD_COMPANY, LOAN_MANAGER, MUNICIPALITY, TENANT

DAY = date(2026, 11, 22)
START = date(2026, 1, 1)
PERSON = "01890000-0000-7000-8000-000000000001"


def party(
    id_: str, kind: str, sector: str = "PUBLIC", municipality: str | None = "9901", **bent: Any
) -> dict[str, Any]:
    orgnr = MUNICIPALITY if id_.startswith("99") else id_
    row = {
        "id": id_,
        "orgnr": orgnr,
        "kind": kind,
        "name": f"Party {id_}",
        "sector": sector,
        "municipality": municipality,
    }
    return {**row, **bent}


def registration(issuer: str, tenant: str, role: str, kind: str, party_id: str | None, **bent: Any) -> dict[str, Any]:
    row = {"issuer": issuer, "tenant": tenant, "role": role, "kind": kind, "party_id": party_id, "unit_id": None}
    return {**row, "groups": [], "valid_from": START, "valid_to": None, **bent}


def employee(ident: str, unit: str = "9901", **bent: Any) -> dict[str, Any]:
    row = {"tenant": TENANT, "ident": ident, "display_name": "Ola Test", "person_id": PERSON, "unit_id": unit}
    return {**row, "valid_from": START, "valid_to": None, **bent}


def agreement(consumer: str, supplier: str, *scopes: str, **bent: Any) -> dict[str, Any]:
    row = {"consumer_orgnr": consumer, "supplier_orgnr": supplier, "scopes": list(scopes)}
    return {**row, "valid_from": START, "valid_to": None, **bent}


def rows() -> dict[str, list[dict[str, Any]]]:
    return {
        "parties": [
            party("9901-nav", "NAV"),
            party("9901-housing", "HOUSING"),
            party("9901-rent", "RENT_COLLECTOR"),
            party(BANK, "BANK", "PRIVATE", None),
            party(LOAN_MANAGER, "LOAN_MANAGER", "PRIVATE", None),
            party(LANDLORD_COMPANY, "LANDLORD", "PRIVATE", None),
        ],
        "units": [
            {"id": "9901", "party_id": "9901-nav", "secure": False},
            {"id": "9906", "party_id": "9901-nav", "secure": True},
            {"id": "9911", "party_id": "9901-housing", "secure": False},
        ],
        "employees": [employee("A123456"), employee("S1", "9906"), employee("H1", "9911")],
        "registrations": [
            registration("ENTRA", TENANT, "nav-caseworker", "nav", "9901-nav"),
            registration(
                "ENTRA", TENANT, "nav-secure", "secure-unit", "9901-nav", unit_id="9906", groups=["SEES_STRENGT", "NAV"]
            ),
            registration("ENTRA", TENANT, "housing", "housing", "9901-housing"),
            registration("MASKINPORTEN", BANK, "bofast:bank", "bank", BANK),
            registration("MASKINPORTEN", MUNICIPALITY, "bofast:loan-manager", "loan-manager", LOAN_MANAGER),
            registration("MASKINPORTEN", MUNICIPALITY, "bofast:rent-collector", "rent-ledger", "9901-rent"),
            registration("IDPORTEN", "*", "bofast:citizen", "citizen", None),
            registration("IDPORTEN", "*", "bofast:landlord", "landlord", None),
            registration("ANSATTPORTEN", LANDLORD_COMPANY, "bofast:landlord", "landlord", LANDLORD_COMPANY),
        ],
        "agreements": [agreement(MUNICIPALITY, LOAN_MANAGER, "bofast:loan-manager")],
    }


def snapshot(**replaced: list[Mapping[str, Any]]) -> Snapshot:
    return build(**{**rows(), **replaced})
