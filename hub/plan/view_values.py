"""A view of who can see a field as GraphQL has it: conditions in words, policies with sentence, basis and citation,
purposes and bases with the days on which they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from hub.gate.matrix import Entry
from hub.gate.residual import Residual
from hub.gate.wording import said
from hub.identity.legal_bases import LegalBasis
from hub.identity.model import Inquiry, Purpose
from hub.plan.who_can_see import View, WhoCanSee

_SHOWN = {"M": "MASKED", "X": "EXISTENCE"}
"""By the letter of the matrix. Of one field every other letter is the value."""

Values = dict[str, object]


def values_of(known: WhoCanSee, field: str, views: Sequence[View], day: date) -> Values:
    """The whole answer on a field, as of a legal day."""
    told = _Told(known, day)
    return {"field": field, "category": known.category(field), "recipients": [told.view(view) for view in views]}


class RulesReadOut:
    """The answer to `whoCanSee`."""

    def __init__(self, known: WhoCanSee) -> None:
        self._known = known

    def facts(self, inquiry: Inquiry) -> Mapping[str, str]:
        """None: it is about no row."""
        del inquiry
        return {}

    async def read(self, inquiry: Inquiry, given: Mapping[str, Any]) -> Values:
        """Of the field and the purpose that were asked for. Raises `BadInput`."""
        views = await self._known.views(given["field"], given.get("purpose"), inquiry.legal_day)
        return values_of(self._known, given["field"], views, inquiry.legal_day)


class _Told:
    """What stands beside a condition: read from the registers, once for one answer."""

    def __init__(self, known: WhoCanSee, day: date) -> None:
        self._known = known
        self._day = day

    def view(self, view: View) -> Values:
        presupposed = {part for part, _ in view.presupposed}
        return {
            "recipient": view.kind.name,
            "presupposed": [
                {"condition": _words(part), "policies": self._policies(by)} for part, by in view.presupposed
            ],
            "ways": [self._way(way, presupposed) for way in view.ways],
        }

    def _way(self, way: Entry, presupposed: set[Residual]) -> Values:
        stated = [self._known.purposes.purposes[number] for number in way.purposes if number is not None]
        return {
            "shown": _SHOWN.get(way.letter, "WHOLE"),
            "conditions": [_words(part) for part in way.conditions],
            "notAsked": [_words(part) for part in way.lacking if part in presupposed],
            "needsPurpose": None not in way.purposes,
            "purposes": [self._purpose(purpose) for purpose in stated],
            "policies": self._policies(policy for policy, _ in way.grounds),
        }

    def _purpose(self, purpose: Purpose) -> Values:
        text = self._known.purposes.texts[purpose.number]
        return {
            "number": purpose.number,
            "name": {"nb": text.nb, "en": text.en},
            **self._days(purpose.valid_from, purpose.valid_to),
        }

    def _policies(self, ids: Iterable[str]) -> list[Values]:
        return [
            {"id": policy.id, "because": policy.because, "grounds": self._grounds(policy.basis)}
            for policy in map(self._known.policy, ids)
        ]

    def _grounds(self, code: str) -> list[Values]:
        rows = (row for row in self._known.purposes.legal_bases.rows if row.code == code)
        return [self._ground(row) for row in rows]

    def _ground(self, row: LegalBasis) -> Values:
        return {
            "code": row.code,
            "citation": row.citation,
            "gdpr": row.gdpr,
            "text": {"nb": row.nb, "en": row.en},
            **self._days(row.valid_from, row.valid_to),
        }

    def _days(self, first: date | None, last: date | None) -> Mapping[str, object]:
        in_force = first is not None and first <= self._day and (last is None or self._day <= last)
        return {"validFrom": first, "validTo": last, "inForce": in_force}


def _words(part: Residual) -> Values:
    text = said(part)
    return {"nb": text.nb, "en": text.en}
