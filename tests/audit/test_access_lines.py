"""Lines of the access log: kept in two tables, read as one, carried over, and whole for a citizen."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from hub.audit.access_index import AccessIndex, rebuild
from hub.audit.model import Entry, EntryKind
from hub.audit.record import Record
from hub.store import migrate
from hub.store.ids import make_id
from hub.store.roles import Endpoints
from tests.audit.factory import CONSENT, EVA, KARI, OLA, event, ground, known_id, someone
from tests.audit.indexed import add_person, indexed, kept


async def break_glass(owner: Any, *, danger_to_life: bool) -> str:
    """One of no case: what it stands on is let go of in this database."""
    await owner.execute(
        """
        ALTER TABLE hub.break_glass DROP CONSTRAINT IF EXISTS fk_break_glass_case_id,
            DROP CONSTRAINT IF EXISTS fk_break_glass_person_id,
            DROP CONSTRAINT IF EXISTS fk_break_glass_party_id
        """
    )
    made = await owner.fetchval(
        """
        INSERT INTO hub.break_glass
            (case_id, person_id, actor_id, party_id, reason, danger_to_life, effective_from, until_at)
        VALUES (uuidv7(), uuidv7(), 'A123456', '9901-nav', 'For a test of the log', $1, now(), now() + interval '1h')
        RETURNING id
        """,
        danger_to_life,
    )
    return str(made)


async def test_what_entries_of_one_ground_share_is_kept_once(record: Record, index: AccessIndex, owner: Any):
    rent, loan = ground(), ground(source="313800105", categories=("LOAN",))
    shown = [Entry(one, someone()) for _ in range(50) for one in (rent, loan)]
    await record.write(event(*shown))
    await index.catch_up()
    grounds, entries = await kept(owner)
    assert [row["source_party"] for row in grounds] == ["9901-housing", "313800105"]
    assert [row["ground_id"] for row in entries] == [grounds[n % 2]["id"] for n in range(100)]
    assert [row["subject_id"] for row in await indexed(owner)] == [UUID(one.subject) for one in shown if one.subject]


async def test_events_of_one_moment_keep_their_own_grounds(record: Record, index: AccessIndex, owner: Any):
    """The two tables are joined by the moment first."""
    made = [event(id=known_id(number << 16)) for number in range(3)]
    for number, one in enumerate(made):
        await record.write(replace(one, entries=(Entry(ground(source=f"source-{number}"), KARI), Entry(ground(), OLA))))
    await index.catch_up()
    lines = [(row["event_id"], row["source_party"], row["subject_id"]) for row in await indexed(owner)]
    assert lines == [
        line
        for number, one in enumerate(made)
        for line in ((one.id, f"source-{number}", UUID(KARI)), (one.id, "9901-housing", UUID(OLA)))
    ]


async def test_lines_are_carried_over_to_the_version_before_and_back(
    record: Record, index: AccessIndex, owner: Any, empty_database: Endpoints
):
    await add_person(owner, OLA, protection="FORTROLIG")
    loan = ground(source="313800105", categories=("LOAN",))
    for n in range(3):
        await record.write(
            event(Entry(loan, KARI, CONSENT, n), Entry(ground(), OLA), Entry(loan, None), who={"unit": None})
        )
    rent = ground()
    lost = event(Entry(rent, EVA), Entry(rent, EVA))
    await record.write(lost)
    await record.not_delivered(lost)
    await index.catch_up()
    lines, tables = await indexed(owner), await kept(owner)
    assert {row["delivered"] for row in lines} == {True, False}
    assert {row["severity"] for row in lines} == {"INFO", "WARN"}

    await asyncio.to_thread(migrate.downgrade, empty_database.owner, "0020")
    assert await owner.fetchval("SELECT relkind FROM pg_class WHERE oid = 'audit.access_subject'::regclass") == b"r"
    assert await indexed(owner) == lines

    await asyncio.to_thread(migrate.upgrade, empty_database.owner)
    assert await indexed(owner) == lines
    assert await kept(owner) == tables
    await record.write(event())
    assert await index.catch_up() == 1
    assert await rebuild(owner) == 6
    assert (await indexed(owner))[: len(lines)] == lines


# The citizen's log said plainly. The view finds the same without looking at everybody's lines.
_LOOK_UPS = """
    SELECT (array_agg(entry.id ORDER BY entry.id))[1] AS id, entry.occurred_at, entry.subject_id,
        min(entry.source_party) AS source_party, array_agg(DISTINCT entry.source_party) AS sources,
        entry.recipient_party, entry.recipient_unit, entry.actor_id, entry.actor_name, entry.actor_role, entry.purpose,
        array_agg(DISTINCT entry.basis) AS bases, array_agg(DISTINCT category.name) AS categories,
        bool_or(glass.id IS NOT NULL) AS break_glass
    FROM audit.access_subject AS entry
    CROSS JOIN LATERAL unnest(entry.categories) AS category (name)
    LEFT JOIN hub.break_glass AS glass ON glass.id = entry.evidence_id
    WHERE entry.kind = 'LOOKED_UP' AND entry.delivered AND entry.subject_id IS NOT NULL
    GROUP BY entry.event_id, entry.occurred_at, entry.subject_id, entry.recipient_party, entry.recipient_unit,
        entry.actor_id, entry.actor_name, entry.actor_role, entry.purpose
    HAVING NOT bool_or(coalesce(glass.danger_to_life, false))
    ORDER BY id
"""


@pytest.mark.parametrize("seed", range(3))
async def test_line_of_a_citizen_is_a_look_up_as_a_whole(record: Record, index: AccessIndex, owner: Any, seed: int):
    chance = random.Random(seed)
    glasses = [await break_glass(owner, danger_to_life=danger) for danger in (False, True)]
    grounds = [
        ground(kind=kind, source=source, recipient=recipient, basis=basis, categories=categories)
        for kind in EntryKind
        for source in ("9901-housing", "9901-nav")
        for recipient, basis, categories in (
            ("9901-nav", "SOCIAL_SERVICES", ("RENT", "CASE_EXISTENCE")),
            ("9901-nav", "OTHER", ("PLAN",)),
            ("9902-nav", "OTHER", ("RENT",)),
        )
    ]
    for number in range(40):
        shown = [
            Entry(
                chance.choice(grounds), chance.choice((KARI, OLA, None)), chance.choice((None, None, CONSENT, *glasses))
            )
            for _ in range(chance.randrange(1, 7))
        ]
        # Several of them at the same moment.
        moment = make_id(1_764_000_000_000 + number // 3, number << 16)
        given = event(*shown, id=moment, who={"unit": chance.choice((None, "9901"))})
        await record.write(given)
        if chance.random() < 0.1:
            await record.not_delivered(given)
    await index.catch_up()
    plainly = [dict(row) for row in await owner.fetch(_LOOK_UPS)]
    assert len({row["occurred_at"] for row in plainly}) < len(plainly)
    assert {row["break_glass"] for row in plainly} == {True, False}
    assert [dict(row) for row in await owner.fetch("SELECT * FROM audit.access_line ORDER BY id")] == plainly
