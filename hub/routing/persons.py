"""Whom it is about: known or not, protected or not, and whose turn it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from hub.routing.files import OVER
from hub.store.driver import fetch

STRICT = 2
"""Grade 2 is code 6 (strengt fortrolig), grade 3 the same abroad."""


async def known(session: AsyncSession, parties: Mapping[str, str]) -> dict[str, UUID]:
    """The persons with these national ids, each with the NAV office that it comes to. One whom the register does not
    know is entered by number alone, and treated as strictly protected.
    """
    # In one order, so that two who enter the same persons wait for each other and not in a ring.
    numbers = sorted(parties)
    await fetch(session, _ENTER, numbers, [parties[number] for number in numbers])
    found = await fetch(session, _KNOWN, numbers)
    return {row.national_id: row.person_id for row in found}


async def strict(session: AsyncSession, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those who are strictly protected, or share a household with somebody who is. In doubt, one is."""
    found = await fetch(session, _OPEN, list(persons), STRICT)
    return frozenset(persons) - {row.person_id for row in found}


async def perhaps_strict(session: AsyncSession, after: UUID | None, batch: int) -> list[UUID]:
    """Persons with an open case at an ordinary unit who may be strictly protected, in the order of their ids. `strict`
    says who is: whoever is, and has such a case, is among them.
    """
    return [row.person_id for row in await fetch(session, _PERHAPS, STRICT, sorted(OVER), after, batch)]


_ENTER = """
    INSERT INTO nav.person (national_id, address_grade, protection, in_register, source_party)
    SELECT number, 'UGRADERT', 'STRENGT_FORTROLIG', false, party
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (number, party, place)
    WHERE NOT EXISTS (SELECT FROM facts.person_key AS known WHERE known.national_id = asked.number)
    ORDER BY place
    ON CONFLICT (national_id) DO NOTHING
"""
_KNOWN = """
    SELECT national_id, person_id FROM facts.person_key WHERE national_id = ANY ($1::text[])
"""
_OPEN = """
    SELECT person_id FROM facts.person_protection
    WHERE person_id = ANY ($1::uuid[]) AND grade < $2
"""
# The way of facts.person_protection, walked from the few who are protected and not from everybody who has a case.
_PERHAPS = """
    WITH near AS (
        SELECT DISTINCT housemate.person_id
        FROM nav.person AS protected
        JOIN facts.case_person AS other ON other.person_id = protected.id
        JOIN facts.case_person AS membership ON membership.case_id = other.case_id
        JOIN facts.case_person AS member ON member.person_id = membership.person_id
        JOIN facts.case_person AS housemate ON housemate.case_id = member.case_id
        WHERE protected.grade >= $1
    )
    SELECT near.person_id FROM near
    WHERE ($3::uuid IS NULL OR near.person_id > $3::uuid) AND EXISTS (
        SELECT FROM facts.case_person AS adult
        JOIN hub."case" AS file ON file.id = adult.case_id
        JOIN hub.unit AS unit ON unit.id = file.nav_unit
        WHERE adult.person_id = near.person_id AND adult.role <> 'CHILD' AND NOT unit.secure
            AND file.closed_at IS NULL AND file.state <> ALL ($2::text[])
    )
    ORDER BY near.person_id LIMIT $4
"""
