"""What of one's own case decides what others may see of it: read for `mySharing` by the role of citizens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from hub.identity.model import Inquiry, Kind
from hub.plan.desk import Source
from hub.plan.sharing import CaseFacts, Recipient, Sharing

# Who takes part now, and whom a consent in force names. A case that is not the requester's own has no row.
_FACTS = """
SELECT p.grade, p.shielded, (
    SELECT coalesce(json_agg(json_build_object(
        'name', party.name, 'kind', party.kind, 'takesPart', part.party_id IS NOT NULL,
        'byUnit', coalesce(part.by_unit, false),
        'inMunicipality', party.municipality IS NOT DISTINCT FROM c.municipality,
        'consents', (
            SELECT coalesce(json_agg(json_build_array(q.purpose, q.category, q.id) ORDER BY q.id), '[]')
            FROM facts.consent q
            WHERE q.subject_id = c.subject_id AND q.recipient_party = party.id
                AND (q.case_id IS NULL OR q.case_id = c.id)
        )
    ))::text, '[]')
    FROM hub.party party
    LEFT JOIN (
        SELECT r.party_id, bool_or(r.unit_id IS NOT NULL) AS by_unit
        FROM facts.participant r WHERE r.case_id = $1 GROUP BY r.party_id
    ) part ON part.party_id = party.id
    WHERE part.party_id IS NOT NULL OR party.id IN (
        SELECT q.recipient_party FROM facts.consent q
        WHERE q.subject_id = c.subject_id AND (q.case_id IS NULL OR q.case_id = c.id)
    )
) AS recipients
FROM hub."case" c
JOIN facts.protection p ON p.case_id = c.id
WHERE c.id = $1 AND c.subject_id = $2"""
_KINDS: Mapping[str, Kind] = {kind.name: kind for kind in Kind if kind is not Kind.CITIZEN}


class SharingReadOut:
    """The answer to `mySharing`."""

    def __init__(self, sharing: Sharing, source: Source) -> None:
        self._sharing = sharing
        self._source = source

    def facts(self, inquiry: Inquiry) -> Mapping[str, str]:
        """None: whose case it is, is a part of the search."""
        del inquiry
        return {}

    async def read(self, inquiry: Inquiry, given: Mapping[str, Any]) -> Mapping[str, object] | None:
        """Of one case of the requester's own. Any other, and one that is not there, is nothing."""
        case, person = _identity(given["caseId"]), inquiry.requester.person
        if case is None or person is None:
            return None
        row = await self._source.fetchrow(_FACTS, (case, UUID(person)))
        if row is None:
            return None
        facts = CaseFacts(
            grade=row["grade"], shielded=row["shielded"], recipients=_recipients(orjson.loads(row["recipients"]))
        )
        return {"recipients": await self._sharing.of(facts, inquiry.legal_day)}


def _recipients(found: Sequence[Mapping[str, Any]]) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(
            name=one["name"],
            kind=_KINDS[one["kind"]],
            takes_part=one["takesPart"],
            by_unit=one["byUnit"],
            in_municipality=one["inMunicipality"],
            consents={(purpose, category): consent for purpose, category, consent in one["consents"]},
        )
        for one in found
        if one["kind"] in _KINDS
    )


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
