"""What somebody can see of the rows that a change touches, by the hand-written matrix and never by the hub.

Where that is the same before and after, the change is hidden. What this cannot work out counts as seen.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from hub.demo.offices import BANK, ENFORCEMENT, LANDLORD_COMPANY, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import DAGLIG_LEDER, EVA, GUNNAR, KARI, LIV, OLA
from hub.demo.personas import PERSONAS
from tests.acceptance.house import House
from tests.acceptance.readers import AGENCIES, Expected

# Everybody else acts for one of these parties, or for nobody but themselves.
_PARTIES = {
    "bank-system": BANK,
    "other-bank-system": OTHER_BANK,
    "loan-manager-system": TESTBY.loan_manager,
    "rent-ledger-system": TESTBY.rent_collector,
    "other-rent-ledger-system": SYNTEVIK.rent_collector,
    "enforcement-system": ENFORCEMENT,
    "landlord": str(LIV.id),
    "landlord-company": LANDLORD_COMPANY,
}
_PERSONS = {
    "citizen-kari": KARI.id,
    "citizen-eva": EVA.id,
    "citizen-ola": OLA.id,
    "guardian": GUNNAR.id,
    "landlord": LIV.id,
    "landlord-company": DAGLIG_LEDER.id,
}
# They have one case, their own.
_SUBJECTS = ("citizen-kari", "citizen-eva", "citizen-ola")
_RELATED = """
    SELECT DISTINCT c.id FROM hub.case c JOIN hub.case_person m ON m.case_id = c.id
    WHERE m.person_id = $2
        OR EXISTS (SELECT FROM hub.consent g WHERE g.subject_id = m.person_id AND $1 IN (g.recipient_party,
        g.source_party))
        OR EXISTS (SELECT FROM hub.mandate g WHERE g.giver_id = m.person_id AND g.holder_id = $2)"""
_NOBODY = UUID(int=0)


def who_asks() -> tuple[str, ...]:
    """Everybody that one can be in the demo."""
    return tuple(known.name for known in PERSONAS)


@cache
def purpose_of(who: str) -> str | None:
    purposes = next(known.purposes for known in PERSONAS if known.name == who)
    return AGENCIES[who].purpose if who in AGENCIES else next(iter(purposes), None)


def seen(house: House, who: str, cases: Collection[UUID], person: UUID | None = None) -> Any:
    """A picture of these cases, and of this person found by number. Pictures that are equal look equal."""
    if who in AGENCIES:
        return _by_agency(house, who, cases, person)
    if who in _SUBJECTS and person is None:
        return _by_subject(house, who, cases)
    # A case with which they have anything to do counts as seen in full, so no two pictures of it are equal.
    return object() if open_cases(house, who) & set(cases) or person == _PERSONS.get(who, _NOBODY) else None


def open_cases(house: House, who: str) -> frozenset[UUID]:
    """The cases that are there at all for whoever asks."""
    if who not in AGENCIES:
        related = house.rows(_RELATED, _PARTIES.get(who), _PERSONS.get(who, _NOBODY))
        return frozenset(row["id"] for row in related)
    expected = Expected(house)
    return frozenset(UUID(case["id"]) for case in expected.cases if expected.is_open(AGENCIES[who], case))


def _by_subject(house: House, who: str, cases: Collection[UUID]) -> Any:
    expected, person = Expected(house), str(_PERSONS[who])
    own = [case for case in expected.cases if UUID(case["id"]) in cases and str(case["subject_id"]) == person]
    return {case["id"]: expected.own(person, case) for case in own}


def _by_agency(house: House, who: str, cases: Collection[UUID], person: UUID | None) -> Any:
    expected, agency = Expected(house), AGENCIES[who]
    touched = [case for case in expected.cases if UUID(case["id"]) in set(cases)]
    picture = {case["id"]: whole for case in touched if (whole := expected.whole(agency, case)) is not None}
    is_found = person is not None and str(person) in expected.persons(agency)
    # Found by number without a case that shows the same: more than this can tell.
    return object() if is_found and not picture else picture
