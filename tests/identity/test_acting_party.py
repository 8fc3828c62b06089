"""The ladder to an acting party: nothing registered, wrong tenant, wrong day, too many, and the one that holds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import NoActingParty
from hub.identity import acting_party
from hub.identity.acting_party import KnownPerson
from hub.identity.claims import CitizenClaims, CompanyClaims, EmployeeClaims, SystemClaims
from hub.identity.faults import PartyFault
from hub.identity.groups import Group, Sector, groups_of
from hub.identity.model import Kind, PrincipalType, Requester
from hub.identity.snapshot import Snapshot, legal_day
from schema.identifiers import NationalId, OrganisationNumber
from tests.identity.forge import BANK, KARI, LANDLORD_COMPANY, LOAN_MANAGER, MUNICIPALITY, TENANT
from tests.identity.registry import DAY, PERSON, agreement, employee, registration, rows, snapshot

P = PartyFault
ISSUED = {"issuer": "https://x.example", "expires_at": 1e10}
SYSTEM = SystemClaims(
    **ISSUED, consumer=OrganisationNumber(value=BANK), supplier=None, scopes=frozenset({"bofast:bank"})
)
SUPPLIER = SystemClaims(
    **ISSUED,
    consumer=OrganisationNumber(value=MUNICIPALITY),
    supplier=OrganisationNumber(value=LOAN_MANAGER),
    scopes=frozenset({"bofast:loan-manager", "openid"}),
)
STAFF = EmployeeClaims(**ISSUED, tenant=TENANT, ident="A123456", roles=frozenset({"nav-caseworker", "g-other"}))
CITIZEN = CitizenClaims(
    **ISSUED, national_id=NationalId.parse(KARI), assurance=4, scopes=frozenset({"openid", "bofast:citizen"})
)
COMPANY = CompanyClaims(
    **ISSUED,
    subject="s3",
    national_id=NationalId.parse(KARI),
    assurance=3,
    reportee=OrganisationNumber(value=LANDLORD_COMPANY),
    scopes=frozenset({"bofast:landlord"}),
)
PERSONALLY = KnownPerson(id=PERSON, name="Kari Testnes")


def resolve(claims: Any, register: Snapshot, day: date = DAY) -> Requester:
    if isinstance(claims, SystemClaims):
        return acting_party.system(claims, register, day)
    if isinstance(claims, EmployeeClaims):
        return acting_party.employee(claims, register, day)
    if isinstance(claims, CitizenClaims):
        return acting_party.citizen(claims, PERSONALLY, register, day)
    return acting_party.company(claims, PERSONALLY, register, day)


def scopes(claims: Any, *names: str) -> Any:
    return replace(claims, scopes=frozenset(names))


EMPTY = snapshot(parties=[], units=[], employees=[], registrations=[], agreements=[])


@pytest.mark.parametrize(
    "claims", [SYSTEM, SUPPLIER, STAFF, CITIZEN, COMPANY], ids=lambda claims: type(claims).__name__
)
def test_empty_register_lets_nobody_in(claims: Any):
    with pytest.raises(NoActingParty):
        resolve(claims, EMPTY)


def with_registrations(*more: dict[str, Any]) -> Snapshot:
    return snapshot(registrations=[*rows()["registrations"], *more])


def with_agreements(*agreements: dict[str, Any]) -> Snapshot:
    return snapshot(agreements=list(agreements))


REFUSED: dict[str, tuple[PartyFault, Any, Callable[[], Snapshot]]] = {
    "system with a scope that is not registered": (P.NO_REGISTRATION, scopes(SYSTEM, "bofast:enforcement"), snapshot),
    "system without scopes of ours": (P.NO_REGISTRATION, scopes(SYSTEM, "openid", "skatt:bank"), snapshot),
    "system of another organisation": (
        P.NO_REGISTRATION,
        replace(SYSTEM, consumer=OrganisationNumber(value=LANDLORD_COMPANY)),
        snapshot,
    ),
    "system with the scopes of two registrations": (
        P.SEVERAL_REGISTRATIONS,
        replace(
            SYSTEM,
            consumer=OrganisationNumber(value=MUNICIPALITY),
            scopes=frozenset({"bofast:loan-manager", "bofast:rent-collector"}),
        ),
        snapshot,
    ),
    "two rows for one scope": (
        P.SEVERAL_REGISTRATIONS,
        SYSTEM,
        lambda: with_registrations(registration("MASKINPORTEN", BANK, "bofast:bank", "bank", LOAN_MANAGER)),
    ),
    "registration of a party that is gone": (P.NO_REGISTRATION, SYSTEM, lambda: snapshot(parties=[])),
    "supplier without agreement": (P.SUPPLIER_UNKNOWN, SUPPLIER, with_agreements),
    "supplier with an agreement with another municipality": (
        P.SUPPLIER_UNKNOWN,
        SUPPLIER,
        lambda: with_agreements(agreement("310100102", LOAN_MANAGER, "bofast:loan-manager")),
    ),
    "supplier whose agreement has ended": (
        P.SUPPLIER_UNKNOWN,
        SUPPLIER,
        lambda: with_agreements(
            agreement(MUNICIPALITY, LOAN_MANAGER, "bofast:loan-manager", valid_to=date(2026, 11, 21))
        ),
    ),
    "supplier whose agreement leaves the scope out": (
        P.NO_REGISTRATION,
        SUPPLIER,
        lambda: with_agreements(agreement(MUNICIPALITY, LOAN_MANAGER, "bofast:rent-collector")),
    ),
    "supplier who wants what its consumer may and it may not": (
        P.NO_REGISTRATION,
        scopes(SUPPLIER, "bofast:rent-collector"),
        snapshot,
    ),
    "employee who is not registered": (P.EMPLOYEE_UNKNOWN, replace(STAFF, ident="Z999999"), snapshot),
    "employee of another tenant": (P.EMPLOYEE_UNKNOWN, replace(STAFF, tenant="other"), snapshot),
    "employee who has left": (
        P.EMPLOYEE_UNKNOWN,
        STAFF,
        lambda: snapshot(employees=[employee("A123456", valid_to=date(2026, 11, 21))]),
    ),
    "employee without a role of ours": (P.NO_REGISTRATION, replace(STAFF, roles=frozenset({"g-other"})), snapshot),
    "employee with two roles": (
        P.SEVERAL_REGISTRATIONS,
        replace(STAFF, roles=frozenset({"nav-caseworker", "housing"})),
        snapshot,
    ),
    "employee of a unit of another party": (P.UNIT_UNKNOWN, replace(STAFF, ident="H1"), snapshot),
    "employee of a unit that is gone": (P.UNIT_UNKNOWN, STAFF, lambda: snapshot(units=[])),
    "role of the secure unit held elsewhere": (
        P.UNIT_UNKNOWN,
        replace(STAFF, roles=frozenset({"nav-secure"})),
        snapshot,
    ),
    "secure kind in a unit that is not secure": (
        P.UNIT_UNKNOWN,
        replace(STAFF, roles=frozenset({"x"})),
        lambda: with_registrations(registration("ENTRA", TENANT, "x", "secure-unit", "9901-nav")),
    ),
    "person with both scopes": (
        P.SEVERAL_REGISTRATIONS,
        scopes(CITIZEN, "bofast:citizen", "bofast:landlord"),
        snapshot,
    ),
    "person made an employee by a wrong row": (
        P.NO_REGISTRATION,
        scopes(CITIZEN, "bofast:x"),
        lambda: with_registrations(registration("IDPORTEN", "*", "bofast:x", "nav", None)),
    ),
    "person made a party by a wrong row": (
        P.NO_REGISTRATION,
        scopes(CITIZEN, "bofast:x"),
        lambda: with_registrations(registration("IDPORTEN", "*", "bofast:x", "citizen", "9901-nav")),
    ),
    "person given rights by a wrong row": (
        P.NO_REGISTRATION,
        scopes(CITIZEN, "bofast:x"),
        lambda: with_registrations(registration("IDPORTEN", "*", "bofast:x", "citizen", None, groups=["SEES_STRENGT"])),
    ),
    "company that is not registered": (
        P.NO_REGISTRATION,
        replace(COMPANY, reportee=OrganisationNumber(value=BANK)),
        snapshot,
    ),
    "registration that begins tomorrow": (
        P.NO_REGISTRATION,
        SYSTEM,
        lambda: snapshot(
            registrations=[
                registration("MASKINPORTEN", BANK, "bofast:bank", "bank", BANK, valid_from=date(2026, 11, 23))
            ]
        ),
    ),
    "registration that ended yesterday": (
        P.NO_REGISTRATION,
        SYSTEM,
        lambda: snapshot(
            registrations=[registration("MASKINPORTEN", BANK, "bofast:bank", "bank", BANK, valid_to=date(2026, 11, 21))]
        ),
    ),
}


@pytest.mark.parametrize(("fault", "claims", "register"), REFUSED.values(), ids=REFUSED.keys())
def test_no_acting_party_and_the_reason(fault: PartyFault, claims: Any, register: Callable[[], Snapshot]):
    with pytest.raises(NoActingParty) as refusal:
        resolve(claims, register())

    assert refusal.value.facts == {"reason": fault.value}


def test_every_fault_of_a_party_has_a_case():
    elsewhere = {P.NO_REPRESENTATION, P.SEVERAL_REPRESENTATIONS, P.SYSTEM_USER}  # told by the token alone
    assert {fault for fault, *_ in REFUSED.values()} == set(PartyFault) - elsewhere


def test_bank_system_acts_for_its_bank():
    assert resolve(SYSTEM, snapshot()) == Requester(
        principal=PrincipalType.SYSTEM,
        id=BANK,
        name=f"Party {BANK}",
        party=BANK,
        orgnr=BANK,
        party_name=f"Party {BANK}",
        kind=Kind.BANK,
        municipality=None,
        unit=None,
        role="bofast:bank",
        groups=frozenset({"BANK", "PRIVATE"}),
        assurance=0,
        consumer=BANK,
        scopes=frozenset({"bofast:bank"}),
        **ISSUED,
    )


def test_loan_manager_acts_for_the_municipality_and_is_named():
    requester = resolve(SUPPLIER, snapshot())

    assert (requester.party, requester.kind) == (LOAN_MANAGER, Kind.LOAN_MANAGER)
    assert (requester.id, requester.supplier, requester.consumer) == (LOAN_MANAGER, LOAN_MANAGER, MUNICIPALITY)
    assert requester.scopes == {"bofast:loan-manager"}


def test_employee_acts_for_the_party_of_the_role_in_the_own_unit():
    requester = resolve(STAFF, snapshot())

    assert (requester.principal, requester.id, requester.person) == (PrincipalType.STAFF, "A123456", PERSON)
    assert (requester.party, requester.unit, requester.municipality) == ("9901-nav", "9901", "9901")
    assert (requester.role, requester.assurance) == ("nav-caseworker", 0)
    assert requester.groups == {"NAV", "PUBLIC"}
    assert "Ola Test" not in repr(requester)


def test_secure_unit_has_the_groups_of_its_registration():
    requester = resolve(replace(STAFF, ident="S1", roles=frozenset({"nav-secure"})), snapshot())

    assert requester.unit == "9906"
    assert requester.groups == {"SECURE_UNIT", "PUBLIC", "NAV", "SEES_STRENGT"}


def test_citizen_acts_as_herself():
    requester = resolve(CITIZEN, snapshot())

    assert (requester.principal, requester.kind) == (PrincipalType.CITIZEN, Kind.CITIZEN)
    assert (requester.id, requester.person, requester.party) == (PERSON, PERSON, PERSON)
    assert (requester.groups, requester.assurance, requester.orgnr) == ({"CITIZEN"}, 4, None)
    assert KARI not in repr(requester)


def test_private_landlord_is_a_private_party_of_her_own():
    requester = resolve(scopes(CITIZEN, "bofast:landlord"), snapshot())

    assert (requester.kind, requester.party, requester.person) == (Kind.LANDLORD, PERSON, PERSON)
    assert requester.groups == {"LANDLORD", "PRIVATE"}


def test_representative_acts_for_the_company():
    requester = resolve(COMPANY, snapshot())

    assert (requester.principal, requester.kind) == (PrincipalType.CITIZEN, Kind.LANDLORD)
    assert (requester.party, requester.person, requester.id) == (LANDLORD_COMPANY, PERSON, "ansattporten:s3")
    assert requester.groups == {"LANDLORD", "PRIVATE"}


def test_representative_who_is_in_no_register_is_the_same_stranger_each_time():
    first, again = (acting_party.company(COMPANY, None, snapshot(), DAY) for _ in range(2))
    other = acting_party.company(replace(COMPANY, subject="s4"), None, snapshot(), DAY)

    assert first.person == again.person
    assert first.person not in (None, PERSON, other.person)


def test_registration_with_an_unknown_word_is_left_out_and_others_stay(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        register = with_registrations(
            registration("ENTRA", TENANT, "a", "wizard", "9901-nav"),
            registration("ENTRA", TENANT, "b", "nav", "9901-nav", groups=["SEES_ALL"]),
            registration("FACEBOOK", TENANT, "c", "nav", "9901-nav"),
        )

    assert len(caplog.records) == 3
    assert TENANT not in caplog.text
    assert resolve(STAFF, register)
    for role in "abc":
        with pytest.raises(NoActingParty):
            resolve(replace(STAFF, roles=frozenset({role})), register)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.dates())
def test_registration_holds_on_its_days_both_ends_included(first: date, last: date, day: date):
    row = registration("MASKINPORTEN", BANK, "bofast:bank", "bank", BANK, valid_from=first, valid_to=last)
    register = snapshot(registrations=[row])

    try:
        resolve(SYSTEM, register, day)
    except NoActingParty:
        assert not first <= day <= last
    else:
        assert first <= day <= last


def test_legal_day_is_the_day_in_oslo():
    assert legal_day(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == date(2026, 11, 22)
    assert legal_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_group_and_one_sector(kind: Kind):
    assert groups_of(kind, Sector.PUBLIC) == {Group[kind.name].value, "PUBLIC"}
    assert groups_of(kind, None) == {kind.name}
