"""Events and messages that are due. Each is written once, however many processes look, and whenever one of them dies:
the event and its message are one statement, and the history is looked at under the lock of the person it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.commands.locks import TRY_PERSON

BATCH: Final = 200
"""How many at a time: a transaction stays short, and a person is locked for no longer."""
REMIND_BEFORE: Final = "14 days"
LAPSE_AFTER: Final = "30 days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that falls due: `due` finds consents (id, subject), `write` does it for those of them whose person is
    locked and that are due still.
    """

    name: str
    due: str
    write: str
    batch: int = BATCH

    async def run(self, session: AsyncSession) -> int:
        """One batch, in the session's transaction. Returns how many were taken in hand."""
        connection = await session.connection()
        found = (await connection.execute(sa.text(self.due), {"batch": self.batch})).all()
        locked = [row.id for row in found if await _is_locked(session, row.subject_id)]
        if locked:
            # A statement of its own, after the locks: it sees what those who held them have done.
            await connection.execute(sa.text(self.write), {"consents": locked})
        return len(locked)


async def _is_locked(session: AsyncSession, person: UUID) -> bool:
    """Whoever is at it with this person goes first. The next round is soon enough."""
    connection = await session.connection()
    return bool((await connection.execute(_TRY, {"person": str(person)})).scalar_one())


_TRY = sa.text(TRY_PERSON.replace("$1", ":person"))
# The last thing that was written of a consent. Where that is a renewal which has yet to begin, nothing has ended.
_LAST = """
    hub.consent AS consent JOIN hub.consent_event AS last ON last.consent_id = consent.id
    AND NOT EXISTS (SELECT FROM hub.consent_event AS later WHERE later.consent_id = consent.id AND later.seq > last.seq)
"""
_ENDED = "last.kind IN ('GIVEN', 'RENEWED') AND last.expires_at <= now()"
# Not of one that is shorter than the notice: who has just given it knows.
_ENDING = f"""
    last.kind IN ('GIVEN', 'RENEWED') AND last.effective_at <= now() AND last.expires_at > now()
    AND last.expires_at <= now() + interval '{REMIND_BEFORE}'
    AND last.expires_at - last.effective_at > interval '{REMIND_BEFORE}'
    AND NOT EXISTS (
        SELECT FROM hub.message AS message
        WHERE message.consent_id = consent.id AND message.kind = 'CONSENT_REMINDER' AND message.event_seq = last.seq
    )
"""
_UNANSWERED = f"last.kind = 'REQUESTED' AND last.recorded_at <= now() - interval '{LAPSE_AFTER}'"


def _due(condition: str) -> str:
    return f"SELECT consent.id, consent.subject_id FROM {_LAST} WHERE {condition} ORDER BY last.seq LIMIT :batch"


def _event(kind: str, effective_at: str, condition: str, message: str) -> str:
    """The event, and the message that tells of it."""
    return f"""
        WITH written AS (
            INSERT INTO hub.consent_event (consent_id, kind, effective_at, recorded_at, recorded_by)
            SELECT consent.id, '{kind}', {effective_at}, clock_timestamp(), 'hub'
            FROM {_LAST} WHERE consent.id = ANY (CAST(:consents AS uuid[])) AND {condition}
            RETURNING consent_id, seq
        )
        INSERT INTO hub.message (kind, person_id, consent_id, event_seq)
        SELECT '{message}', consent.subject_id, consent.id, written.seq
        FROM written JOIN hub.consent AS consent ON consent.id = written.consent_id
        ON CONFLICT DO NOTHING
    """


_REMIND = f"""
    INSERT INTO hub.message (kind, person_id, consent_id, event_seq)
    SELECT 'CONSENT_REMINDER', consent.subject_id, consent.id, last.seq
    FROM {_LAST} WHERE consent.id = ANY (CAST(:consents AS uuid[])) AND {_ENDING}
    ON CONFLICT DO NOTHING
"""

DUTIES: Final[Sequence[Duty]] = (
    Duty(name="expire", due=_due(_ENDED), write=_event("EXPIRED", "last.expires_at", _ENDED, "CONSENT_EXPIRED")),
    Duty(name="remind", due=_due(_ENDING), write=_REMIND),
    Duty(name="lapse", due=_due(_UNANSWERED), write=_event("LAPSED", "now()", _UNANSWERED, "CONSENT_LAPSED")),
)
"""In the order in which they are done."""
