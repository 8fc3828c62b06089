"""The shipped policies over the demo's data: whose case each of its people finds, by case and by person alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from hub.demo.offices import BANK, ENFORCEMENT, LANDLORD_COMPANY, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import EVA, GUNNAR, IVAN, KARI, LIV, MONA, NINA, OLA, Known
from hub.demo.staff import (
    CASEWORKER,
    DEBT_COUNSELLOR,
    HOUSING,
    OFFICER,
    OTHER_MUNICIPALITY,
    OTHER_OFFICE,
    PRIVACY,
    RENT,
    SECURE,
    SISTER,
    SUPPORT,
    Worker,
)
from hub.gate import AnchorFacts, Binds, RequesterClass, protection_from, to_sql
from hub.gate.model import ALL_SPECIAL
from hub.identity.model import Kind
from schema.categories import Anchor
from tests.gate import real

PREVENT = "EVICTION_PREVENTION"
SHIELDED = frozenset({"SEES_FORTROLIG", "SEES_SHIELDED"})
WITH_A_CASE = (KARI, OLA, EVA, NINA, IVAN, MONA)


@dataclass(frozen=True)
class Asking:
    who: RequesterClass
    binds: dict[str, str]


def staff(
    kind: Kind, worker: Worker, party: str = "", special: frozenset[str] = frozenset(), purpose: str = PREVENT
) -> Asking:
    place = SYNTEVIK if worker is OTHER_MUNICIPALITY else TESTBY
    binds = {
        "municipality": place.number,
        "party": party,
        "person": str(worker.person.id),
        "unit": worker.unit,
        "purpose": purpose,
    }
    return Asking(real.asking(kind, purpose, special=special), binds)


def private(kind: Kind, party: str, purpose: str) -> Asking:
    who = real.asking(kind, purpose, assurance=3 if kind is Kind.LANDLORD else 0)
    return Asking(who, {"party": party, "purpose": purpose, "person": str(LIV.id)})


def citizen(person: Known) -> Asking:
    return Asking(real.asking(Kind.CITIZEN), {"person": str(person.id), "party": str(person.id)})


@pytest.fixture
async def connection(demo_database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_database.owner)
    yield connection
    await asyncio.wait_for(connection.close(), 5)


async def found(connection: asyncpg.Connection, asking: Asking, anchor: Anchor) -> set[str]:
    """First names of the known persons whose case, or who themselves, exist for the requester."""
    resource, table = ("Case", 'hub."case"') if anchor is Anchor.CASE else ("Person", "nav.person")
    binds = Binds()
    facts = AnchorFacts(anchor, resource, anchor_alias="r", row_alias="r", protection="p", binds=binds)
    condition = to_sql(real.gate().decide(asking.who, f"see:{resource}").residual, facts, binds)
    subject = facts.scalar("subject")
    rows = await connection.fetch(
        f"SELECT {subject} AS subject FROM {table} r LEFT JOIN LATERAL {protection_from(anchor, 'r')} p ON true"
        f" WHERE {condition}",
        *binds.values(asking.binds),
    )
    names = {str(known.id): known.first for known in WITH_A_CASE}
    return {names[str(row["subject"])] for row in rows if str(row["subject"]) in names}


SEES = {
    "the caseworker": (staff(Kind.NAV, CASEWORKER), {"Kari", "Eva", "Ivan"}),
    "the caseworker of another office": (staff(Kind.NAV, OTHER_OFFICE), set()),
    "the caseworker of another municipality": (staff(Kind.NAV, OTHER_MUNICIPALITY), {"Mona"}),
    "Kari's sister, who sees the shielded": (staff(Kind.NAV, SISTER, special=SHIELDED), {"Eva", "Ivan", "Nina"}),
    "the special unit": (staff(Kind.SECURE_UNIT, SECURE, special=ALL_SPECIAL), {"Ola"}),
    "the special unit without the right": (staff(Kind.SECURE_UNIT, SECURE), set()),
    "the debt counsellor": (staff(Kind.DEBT_COUNSEL, DEBT_COUNSELLOR), {"Kari", "Eva", "Ivan"}),
    "the housing office": (staff(Kind.HOUSING, HOUSING), {"Kari", "Eva"}),
    "the rent collector": (staff(Kind.RENT_COLLECTOR, RENT), {"Kari"}),
    "housing support": (staff(Kind.HOUSING_SUPPORT, SUPPORT), {"Kari"}),
    "the officer": (staff(Kind.ENFORCEMENT, OFFICER, ENFORCEMENT), {"Kari"}),
    "the officer of another party": (staff(Kind.ENFORCEMENT, OFFICER, "other"), set()),
    "the privacy officer": (staff(Kind.PRIVACY, PRIVACY, purpose="LOG_CONTROL"), set()),
    "the bank that Eva has agreed to": (private(Kind.BANK, BANK, "REFINANCING"), {"Eva"}),
    "the same bank on another purpose": (private(Kind.BANK, BANK, PREVENT), set()),
    "the bank that Eva has withdrawn from": (private(Kind.BANK, OTHER_BANK, "REFINANCING"), set()),
    "the landlord that Ivan has agreed to": (private(Kind.LANDLORD, str(LIV.id), PREVENT), {"Ivan"}),
    "another landlord": (private(Kind.LANDLORD, LANDLORD_COMPANY, PREVENT), set()),
    "Kari": (citizen(KARI), {"Kari"}),
    "Ola": (citizen(OLA), {"Ola"}),
    "Ivan's guardian": (citizen(GUNNAR), {"Ivan"}),
}


@pytest.mark.parametrize("name", SEES)
@pytest.mark.parametrize("anchor", [Anchor.CASE, Anchor.PERSON])
async def test_who_finds_whom(connection, name, anchor):
    asking, expected = SEES[name]

    assert await found(connection, asking, anchor) == expected
