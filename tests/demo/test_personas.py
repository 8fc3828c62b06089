"""Everybody that one can be in the demo is there, and acts for the party that the description says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from hub.demo import staff
from hub.demo.personas import PERSONAS, persona
from hub.identity.model import Kind
from hub.identity.personas import CompanyLogin, EmployeeLogin, Persona, PersonLogin, SystemLogin
from hub.identity.purposes import PurposeRegister
from hub.identity.snapshot import ANY_TENANT, Registration, Snapshot, load
from hub.store.roles import Endpoints

_EXPECTED = {
    "nav-caseworker": (Kind.NAV, "9901-nav"),
    "nav-caseworker-other-office": (Kind.NAV, "9901-nav"),
    "nav-caseworker-other-municipality": (Kind.NAV, "9902-nav"),
    "nav-secure-unit": (Kind.SECURE_UNIT, "9901-nav"),
    "nav-sister": (Kind.NAV, "9901-nav"),
    "debt-counsellor": (Kind.DEBT_COUNSEL, "9901-debt"),
    "housing-caseworker": (Kind.HOUSING, "9901-housing"),
    "rent-collector": (Kind.RENT_COLLECTOR, "9901-rent"),
    "housing-support": (Kind.HOUSING_SUPPORT, "9901-support"),
    "enforcement-officer": (Kind.ENFORCEMENT, "316300405"),
    "bank-system": (Kind.BANK, "313800105"),
    "other-bank-system": (Kind.BANK, "313800202"),
    "loan-manager-system": (Kind.LOAN_MANAGER, "314100204"),
    "rent-ledger-system": (Kind.RENT_LEDGER, "9901-rent"),
    "other-rent-ledger-system": (Kind.RENT_LEDGER, "9902-rent"),
    "enforcement-system": (Kind.ENFORCEMENT_SYSTEM, "316300405"),
    "landlord": (Kind.LANDLORD, None),
    "landlord-company": (Kind.LANDLORD, "315200318"),
    "guardian": (Kind.CITIZEN, None),
    "citizen-kari": (Kind.CITIZEN, None),
    "citizen-eva": (Kind.CITIZEN, None),
    "citizen-ola": (Kind.CITIZEN, None),
    "privacy-officer": (Kind.PRIVACY, "9901-nav"),
    "unit-leader": (Kind.LEADER, "9901-nav"),
}
_TODAY = date(2026, 11, 22)


@pytest.fixture
async def demo(demo_database: Endpoints) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_database.app)
    yield connection
    await connection.close()


@pytest.fixture
async def snapshot(demo: asyncpg.Connection) -> Snapshot:
    return await load(demo)


def registrations(who: Persona, snapshot: Snapshot) -> tuple[Registration, ...]:
    match who.login:
        case EmployeeLogin(tenant=tenant, roles=roles):
            return snapshot.registered(who.issuer, tenant, frozenset(roles), _TODAY)
        case PersonLogin(scope=scope):
            return snapshot.registered(who.issuer, ANY_TENANT, frozenset({scope}), _TODAY)
        case CompanyLogin(reportee=reportee, scope=scope):
            assert reportee is not None
            return snapshot.registered(who.issuer, reportee, frozenset({scope}), _TODAY)
        case SystemLogin(consumer=consumer, scope=scope):
            return snapshot.registered(who.issuer, consumer, frozenset({scope}), _TODAY)


def test_personas_are_those_that_were_asked_for() -> None:
    assert [who.name for who in PERSONAS] == list(_EXPECTED)
    assert persona("nobody") is None


@pytest.mark.parametrize("who", PERSONAS, ids=lambda who: who.name)
async def test_persona_acts_for_one_party(who: Persona, snapshot: Snapshot) -> None:
    found = registrations(who, snapshot)
    assert [(registration.kind, registration.party_id) for registration in found] == [_EXPECTED[who.name]]


@pytest.mark.parametrize("who", PERSONAS, ids=lambda who: who.name)
async def test_persona_is_a_person_of_the_register(who: Persona, snapshot: Snapshot, demo: asyncpg.Connection) -> None:
    match who.login:
        case EmployeeLogin(tenant=tenant, ident=ident, object_id=object_id):
            employee = snapshot.employees[tenant, ident or object_id]
            assert snapshot.units[employee.unit_id].party_id == _EXPECTED[who.name][1]
            assert employee.name == who.login.name
        case PersonLogin(national_id=number):
            assert await demo.fetchval("SELECT count(*) FROM nav.person WHERE national_id = $1", number) == 1
        case CompanyLogin() | SystemLogin():
            assert any(party.orgnr == who.orgnr for party in snapshot.parties.values())


@pytest.mark.parametrize("who", PERSONAS, ids=lambda who: who.name)
def test_persona_names_the_purposes_that_it_may_state(who: Persona) -> None:
    permitted = PurposeRegister.load(Path("policies")).permitted(_EXPECTED[who.name][0], _TODAY)
    assert set(who.purposes) == {purpose.number for purpose in permitted}


async def test_supplier_has_an_agreement_with_its_own_municipality_alone(snapshot: Snapshot) -> None:
    loan_manager = persona("loan-manager-system")
    assert loan_manager is not None
    login = loan_manager.login
    assert isinstance(login, SystemLogin)
    assert login.supplier is not None
    assert snapshot.agreed_scopes(login.consumer, login.supplier, _TODAY) == {login.scope}
    assert snapshot.agreed_scopes("310100102", login.supplier, _TODAY) is None


async def test_sister_and_caseworker_differ_in_kinship_alone(demo: asyncpg.Connection) -> None:
    assert staff.SISTER.unit == staff.CASEWORKER.unit
    assert staff.SISTER.role == staff.CASEWORKER.role
    relatives = await demo.fetch(
        "SELECT k.relative_id FROM facts.case_kin k JOIN hub.case c ON c.id = k.case_id WHERE c.case_no LIKE '%-000001'"
    )
    found = {relative for (relative,) in relatives}
    assert staff.SISTER.person.id in found
    assert staff.CASEWORKER.person.id not in found


def test_idents_have_the_form_of_the_office() -> None:
    for worker in staff.WORKERS:
        if worker.nav_ident is not None:
            assert re.fullmatch(r"[A-Z]\d{6}", worker.nav_ident)
    assert {"A123456", "B234567"} <= {worker.ident for worker in staff.WORKERS}
