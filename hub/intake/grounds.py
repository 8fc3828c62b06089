"""On what a report rests: the gate decides on each row, from what was looked up for all rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from hub.gate import Decision, Gate, Grant, evaluate, facts_in
from hub.identity.model import Inquiry, Kind, Purpose
from hub.identity.purposes import PurposeRegister
from hub.routing.routines import offices
from hub.store.driver import Held, driver_of

# What a report is for, whatever purpose the request states: it goes to those who prevent evictions.
REPORTED_FOR = "B101"
NOTHING = UUID(int=0)

Facts = Mapping[str, bool | str]


class Decider:
    """The gate's answers to the reports of one batch: the permit, if any, for one with these facts."""

    def __init__(self, decision: Decision, binds: Mapping[str, str]) -> None:
        self._decision = decision
        self._binds = binds
        # Most rows of a batch have the same few facts.
        self._decided: dict[tuple[tuple[str, bool | str], ...], Grant | None] = {}

    def __call__(self, facts: Facts) -> Grant | None:
        key = tuple(facts.items())
        if key not in self._decided:
            self._decided[key] = _grant(self._decision, facts, self._binds)
        return self._decided[key]

    def asks(self, fact: str) -> bool:
        """Whether a policy has it decide something for this requester. What none does is not looked up, for any row."""
        policies = (*self._decision.permits, *self._decision.forbids)
        return any(fact in facts_in(policy.residual) for policy in policies)


class Reports:
    """Asks one set of policies about reports. They are no rows of the schema, so they are judged on values."""

    def __init__(self, gate: Gate, purposes: PurposeRegister) -> None:
        self._gate = gate
        self._purposes = purposes

    def purpose(self, inquiry: Inquiry) -> Purpose | None:
        """What the report is for. A citizen states no purpose: it is about nobody's task but the receiver's.

        Raises `PurposeNotPermitted`.
        """
        if inquiry.requester.kind is Kind.CITIZEN:
            return None
        return self._purposes.select(REPORTED_FOR, inquiry.requester, inquiry.legal_day)

    def decider(self, inquiry: Inquiry, action: str) -> Decider:
        """The gate's answer to reports by this requester. Raises `PurposeNotPermitted`."""
        purpose = self.purpose(inquiry)
        who = replace(
            self._gate.class_of(inquiry),
            purpose=purpose.code if purpose else None,
            bases=self._purposes.bases(purpose, inquiry.legal_day),
        )
        decision = self._gate.decide(who, action)
        return Decider(decision, {"party": inquiry.requester.party})


def _grant(decision: Decision, facts: Facts, binds: Mapping[str, str]) -> Grant | None:
    if not evaluate(decision.residual, facts, binds):
        return None
    return next((grant for grant in decision.permits if evaluate(grant.residual, facts, binds)), None)


class Consenting(NamedTuple):
    """Whose consent is looked for; where the row names one, that one, and where it names a municipality, one to its
    NAV office.
    """

    national_id: str | None
    named: str | None = None
    municipality: str | None = None

    @property
    def consent_id(self) -> UUID | None:
        """The consent that the row names."""
        return None if self.named is None else id_of(self.named)


def id_of(text: str) -> UUID:
    """An id as it was stated. One that is none of ours finds nothing, as an unknown one does."""
    try:
        return UUID(text)
    except ValueError:
        return NOTHING


# A consent that lets this submitter tell a NAV office, for this purpose.
# `array_agg` and not LIMIT: the plan then cannot walk all consents from the newest on in hope of meeting the person's.
_CONSENTS = """
    SELECT array_agg((
        SELECT (array_agg(consent.id ORDER BY consent.id DESC))[1]
        FROM facts.person_key AS person
        JOIN facts.consent AS consent ON consent.subject_id = person.person_id
        JOIN hub.party AS recipient ON recipient.id = consent.recipient_party
        WHERE person.national_id = line.national_id
            AND consent.source_party = $1
            AND consent.purpose = $2
            AND consent.category = $3
            AND recipient.kind = 'NAV' AND recipient.municipality IS NOT NULL
            AND (line.consent_id IS NULL OR consent.id = line.consent_id)
            AND (line.municipality IS NULL OR recipient.municipality = line.municipality)
    ) ORDER BY line.place)
    FROM unnest($4::text[], $5::uuid[], $6::text[])
        WITH ORDINALITY AS line (national_id, consent_id, municipality, place)
"""


async def consents_in_force(
    session: Held, submitter: str, purpose: str | None, category: str, rows: Mapping[int, Consenting]
) -> dict[int, UUID]:
    """By row number, the consent that lets this be told."""
    driver = await driver_of(session)
    consents = await driver.fetchval(
        _CONSENTS,
        submitter,
        purpose,
        category,
        [row.national_id for row in rows.values()],
        [row.consent_id for row in rows.values()],
        [row.municipality for row in rows.values()],
    )
    # One value, in the order of the rows: the driver reads it off quicker than a row for each.
    return {number: consent for number, consent in zip(rows, consents or (), strict=True) if consent is not None}


async def served(session: Held, inquiry: Inquiry, municipalities: Iterable[str | None]) -> frozenset[str]:
    """Those of them that have a NAV office in the hub today. That is public, and about nobody."""
    asked = {(place, inquiry.legal_day) for place in municipalities if place is not None}
    return frozenset(place for place, _ in await offices(session, asked))
