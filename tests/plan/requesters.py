"""Who asks in these tests: one of each kind of party, as the demo's register has them, with and without a purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hub.demo import staff
from hub.demo.offices import BANK, ENFORCEMENT, LANDLORD_COMPANY, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import DAGLIG_LEDER, EVA, GUNNAR, KARI, LIV, OLA, Known
from hub.gate.model import KIND_GROUPS, PRINCIPALS
from hub.identity.groups import Group
from hub.identity.model import Inquiry, Kind, Requester
from hub.identity.purposes import PurposeRegister

PURPOSES = PurposeRegister.load()
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
_SEES_ALL = (Group.SEES_FORTROLIG, Group.SEES_STRENGT, Group.SEES_SHIELDED)


GLASS = UUID("00000000-0000-4000-8000-000000091a55")
"""The break-glass that one of them asks under."""


def inquiry(requester: Requester, purpose: str | None) -> Inquiry:
    """A request by somebody, with this number in the header."""
    selected = PURPOSES.select(purpose, requester, TODAY.date())
    return Inquiry(
        requester=requester,
        purpose=selected,
        bases=PURPOSES.bases(selected, TODAY.date()),
        request_id="test",
        received_at=TODAY,
        legal_day=TODAY.date(),
    )


def employee(
    worker: staff.Worker, kind: Kind, party: str, groups: tuple[Group, ...] = (), municipality: str | None = "9901"
) -> Requester:
    """Somebody who works in an office."""
    return Requester(
        principal=PRINCIPALS[kind],
        id=worker.ident,
        name=worker.name,
        person=str(worker.person.id),
        party=party,
        orgnr=None,
        party_name="",
        kind=kind,
        municipality=municipality,
        unit=worker.unit,
        role=worker.role,
        groups=KIND_GROUPS[kind] | frozenset(groups),
        assurance=0,
        issuer="test",
        expires_at=0,
    )


def system(party: str, kind: Kind) -> Requester:
    """A system that acts for a party."""
    return _alone(kind, name=party, person=None, party=party, assurance=0)


def person(known: Known, kind: Kind = Kind.CITIZEN, *, party: str | None = None, assurance: int = 4) -> Requester:
    """A citizen, or somebody who lets."""
    return _alone(kind, name=str(known.id), person=str(known.id), party=party or str(known.id), assurance=assurance)


def _alone(kind: Kind, *, name: str, person: str | None, party: str, assurance: int) -> Requester:
    return Requester(
        principal=PRINCIPALS[kind],
        id=name,
        name=name,
        person=person,
        party=party,
        orgnr=None,
        party_name="",
        kind=kind,
        municipality=None,
        unit=None,
        role="role",
        groups=KIND_GROUPS[kind],
        assurance=assurance,
        issuer="test",
        expires_at=0,
    )


_NAV = employee(staff.CASEWORKER, Kind.NAV, TESTBY.nav)
_SPECIAL_NAV = employee(staff.CASEWORKER, Kind.NAV, TESTBY.nav, (Group.SEES_FORTROLIG, Group.SEES_SHIELDED))
_OTHER_NAV = employee(staff.OTHER_MUNICIPALITY, Kind.NAV, SYNTEVIK.nav, municipality="9902")
_HOUSING = employee(staff.HOUSING, Kind.HOUSING, TESTBY.housing)
_OFFICER = employee(staff.OFFICER, Kind.ENFORCEMENT, ENFORCEMENT, (Group.SEES_FORTROLIG,), None)
_SECURE = employee(staff.SECURE, Kind.SECURE_UNIT, TESTBY.nav, _SEES_ALL)

REQUESTERS: Mapping[str, Inquiry] = {
    "nav": inquiry(_NAV, "B101"),
    "nav under a break-glass": replace(inquiry(_NAV, "B101"), glass=GLASS),
    "nav for debt counselling": inquiry(_NAV, "B102"),
    "nav with special rights": inquiry(_SPECIAL_NAV, "B101"),
    "nav of the other municipality": inquiry(_OTHER_NAV, "B101"),
    "nav, Kari's sister": inquiry(employee(staff.SISTER, Kind.NAV, TESTBY.nav), "B101"),
    "secure unit": inquiry(_SECURE, "B101"),
    "debt counsel": inquiry(employee(staff.DEBT_COUNSELLOR, Kind.DEBT_COUNSEL, TESTBY.debt_counsel), "B102"),
    "housing": inquiry(_HOUSING, "B101"),
    "housing for allocation": inquiry(_HOUSING, "B105"),
    "housing support": inquiry(employee(staff.SUPPORT, Kind.HOUSING_SUPPORT, TESTBY.housing_support), "B101"),
    "rent collector": inquiry(employee(staff.RENT, Kind.RENT_COLLECTOR, TESTBY.rent_collector), "B101"),
    "enforcement": inquiry(_OFFICER, "B101"),
    "bank for refinancing": inquiry(system(BANK, Kind.BANK), "B103"),
    "bank for repayment": inquiry(system(BANK, Kind.BANK), "B104"),
    "bank without consent": inquiry(system(OTHER_BANK, Kind.BANK), "B103"),
    "loan manager": inquiry(system(TESTBY.loan_manager, Kind.LOAN_MANAGER), "B101"),
    "rent ledger": inquiry(system(TESTBY.rent_collector, Kind.RENT_LEDGER), "B101"),
    "the officer's system": inquiry(system(ENFORCEMENT, Kind.ENFORCEMENT_SYSTEM), "B101"),
    "landlord": inquiry(person(LIV, Kind.LANDLORD), "B101"),
    "landlord company": inquiry(person(DAGLIG_LEDER, Kind.LANDLORD, party=LANDLORD_COMPANY), "B101"),
    "citizen": inquiry(person(KARI), None),
    "citizen with loans": inquiry(person(EVA), None),
    "citizen with a protected address": inquiry(person(OLA), None),
    "citizen signed in too weakly": inquiry(person(KARI, assurance=3), None),
    "guardian": inquiry(person(GUNNAR), None),
    "privacy officer": inquiry(employee(staff.PRIVACY, Kind.PRIVACY, TESTBY.nav), "B106"),
    "leader": inquiry(employee(staff.LEADER, Kind.LEADER, TESTBY.nav), "B106"),
}
"""By a name that says who it is and what for."""
