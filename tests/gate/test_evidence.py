"""The document that a permit rests on: where the permit holds there is one, and it is one that makes it hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import asyncpg
import pytest

from hub.demo.people import OLA
from hub.gate import Gate, to_sql
from hub.gate import gate as gate_module
from hub.gate.lint import evidence_atoms
from hub.gate.model import Grant
from hub.gate.residual import Contains, Fact, Residual
from hub.identity.model import Inquiry
from schema.categories import Anchor
from tests.gate import real
from tests.gate.drawing import distinct_actions
from tests.gate.stored import ANCHORED, PLACES, Facts, binds_of
from tests.plan.requesters import REQUESTERS

DOCUMENTS = """
    SELECT id::text, subject_id AS about, recipient_party AS holder, categories AS words FROM hub.consent
    UNION ALL SELECT id::text, giver_id, holder_id::text, areas FROM hub.mandate
    UNION ALL SELECT id::text, NULL, NULL, loan_types FROM hub.agreement"""


@pytest.fixture
async def connection(demo_database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_database.owner)
    yield connection
    await asyncio.wait_for(connection.close(), 5)


def resting(gate: Gate, inquiry: Inquiry) -> Iterator[tuple[Anchor, str, Grant]]:
    """The permits that may open something to the requester on a document."""
    who = gate.class_of(inquiry)
    for anchor, resource in PLACES:
        if anchor in ANCHORED:
            actions = [alike[0] for alike in distinct_actions(gate, resource)]
            grants = {grant.residual: grant for action in actions for grant in gate.decide(who, action).permits}
            yield from ((anchor, resource, grant) for grant in grants.values() if grant.evidence is not None)


async def faults(connection: asyncpg.Connection, gate: Gate, inquiries: Mapping[str, Inquiry]) -> tuple[int, list[str]]:
    """How many rows rest on a document, and those whose document is missing or the wrong one."""
    documents = {row["id"]: row for row in await connection.fetch(DOCUMENTS)}
    held, found = 0, list[str]()
    for inquiry in inquiries.values():
        for anchor, resource, grant in resting(gate, inquiry):
            facts = Facts(anchor, resource)
            condition = to_sql(grant.residual, facts.sql, facts.binds)
            subject = facts.sql.scalar("subject")
            sql = f"SELECT {subject} AS about, {facts.sql.evidence(*grant.evidence_atoms)} AS id FROM {facts.source}"
            rows = await connection.fetch(f"{sql} WHERE {condition}", *facts.binds.values(binds_of(inquiry)))
            held += len(rows)
            wanted = words(evidence_atoms(grant.residual))
            found += [
                f"{grant.policy}: {row['id']}"
                for row in rows
                if not is_right(documents.get(row["id"]), row["about"], inquiry, wanted)
            ]
    return held, found


def words(atoms: tuple[Residual, ...]) -> frozenset[str]:
    """The categories or areas that would do. None are named where the fact is an agreement, or who holds a mandate."""
    return frozenset(atom.value for atom in atoms if isinstance(atom, Contains) and isinstance(atom.value, str))


def is_right(document: Any, about: object, inquiry: Inquiry, wanted: frozenset[str]) -> bool:
    if document is None:
        return False
    if document["about"] is None:
        return not wanted
    holders = {inquiry.requester.party, inquiry.requester.person}
    covers = not wanted or bool(wanted & set(document["words"]))
    return document["about"] == about and document["holder"] in holders and covers


async def test_where_a_permit_rests_on_a_document_it_is_found_and_is_the_right_one(connection):
    held, found = await faults(connection, real.gate(), REQUESTERS)

    assert found == []
    assert held > 50


async def test_the_document_of_another_permit_is_noticed(connection, monkeypatch):
    def of_another(residual: Residual) -> tuple[Residual, ...]:
        return tuple(_other(atom) for atom in evidence_atoms(residual))

    monkeypatch.setattr(gate_module, "evidence_atoms", of_another)

    _, found = await faults(connection, Gate(real.model(), real.gate().policies), REQUESTERS)

    assert found


def _other(atom: Residual) -> Residual:
    """A consent to something else, a mandate for another area."""
    if not isinstance(atom, Contains) or not isinstance(atom.set, Fact):
        return atom
    return Contains(atom.set, {"consented": "LOAN_DETAILS", "mandates": "HOUSING"}.get(atom.set.name, str(OLA.id)))
