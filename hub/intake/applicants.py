"""Who asks for something: the person herself, or somebody who acts for her under a mandate for her economy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from hub.audit import Entry, EntryKind
from hub.audit import Ground as Shown
from hub.gate import Evidence, Grant
from hub.identity.model import Inquiry
from hub.intake import wording
from hub.intake.grounds import Reports, served
from hub.intake.model import Fault, Ground
from hub.intake.payload import payload_of
from hub.store.driver import Held, driver_of
from schema.categories import DataCategory

REPORT = "do:reportOwnRequest"
LONGEST_REASON = 2000
AREA = "ECONOMY"
"""A guardian of the economy (vergemålsloven § 31) asks for what concerns the person's money."""

_NO_MANDATE = wording.fault(
    wording.NO_BASIS,
    "onBehalfOf",
    nb="Du har ikke vergemål eller fullmakt for økonomien til denne personen.",
    en="You have no guardianship or mandate for this person's economy.",
)


class Asking(Protocol):
    """What every row brings by which somebody asks for something."""

    on_behalf_of: str | None
    municipality: str


Row = TypeVar("Row", bound=Asking)


def groundless(_row: Asking, code: str) -> Fault:
    """The same whether the person is unknown or has given no mandate."""
    if code == wording.BAD_VALUE:
        return wording.not_served("municipality")
    return _NO_MANDATE if code == wording.NO_BASIS else wording.rejected_before(code)


def columns(row: object, ground: Ground) -> Mapping[str, Any]:
    """What the ledger holds of anything that a citizen asks for."""
    return {
        "payload": payload_of(row, without=frozenset({"municipality", "on_behalf_of"})),
        "basis": ground.basis,
        "subject_national_id": ground.subject,
        "municipality": ground.municipality,
        "mandate_id": ground.mandate_id,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Applicant:
    """Whom a row is for."""

    national_id: str | None = field(repr=False)
    person: UUID | None
    source: str | None
    is_own: bool
    mandate: UUID | None


class Applicants:
    """Finds the ground of each row."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def of(self, session: Held, inquiry: Inquiry, rows: Mapping[int, Row]) -> dict[int, Ground | Fault]:
        """The grounds by row number. A row that has none is not in it. Raises `PurposeNotPermitted`."""
        decide = self._reports.decider(inquiry, REPORT)
        applicants = await _applicants(session, inquiry, rows)
        places = await served(session, inquiry, (row.municipality for row in rows.values()))
        found: dict[int, Ground | Fault] = {}
        for number, row in rows.items():
            one = applicants[number]
            grant = decide({"own": one.is_own, "mandated": one.mandate is not None})
            if row.municipality not in places:
                found[number] = groundless(row, wording.BAD_VALUE)
            elif grant is not None:
                found[number] = _ground(inquiry, grant, row, one)
        return found


def _ground(inquiry: Inquiry, grant: Grant, row: Asking, one: _Applicant) -> Ground:
    by_mandate = grant.evidence is Evidence.MANDATE
    return Ground(
        basis=grant.basis,
        subject=one.national_id,
        municipality=row.municipality,
        mandate_id=one.mandate if by_mandate else None,
        entry=_entry(inquiry, grant, one) if by_mandate else None,
    )


def _entry(inquiry: Inquiry, grant: Grant, one: _Applicant) -> Entry:
    """So that the person sees in the own log what was asked for in the person's name."""
    shown = Shown(
        kind=EntryKind.LOOKED_UP,
        source=str(one.source),
        recipient=inquiry.requester.party,
        basis=grant.basis,
        categories=(DataCategory.FINANCIAL_AID.name,),
        policies=(grant.policy,),
    )
    return Entry(shown, str(one.person), str(one.mandate))


# Nobody can ask for anything in the name of the dead.
_APPLICANTS = """
    SELECT line.row_no, person.national_id, person.id AS person_id, person.source_party,
        coalesce(person.id = $1, false) AS is_own, (
            SELECT mandate.id FROM facts.mandate AS mandate
            WHERE mandate.giver_id = person.id AND mandate.holder_id = $1 AND mandate.area = $2
                AND mandate.can_consent AND person.deceased_on IS NULL
            ORDER BY mandate.id LIMIT 1
        ) AS mandate_id
    FROM unnest($3::integer[], $4::text[]) AS line (row_no, national_id)
    LEFT JOIN nav.person AS person ON CASE
        WHEN line.national_id IS NULL THEN person.id = $1 ELSE person.national_id = line.national_id END
"""


async def _applicants(session: Held, inquiry: Inquiry, rows: Mapping[int, Asking]) -> dict[int, _Applicant]:
    driver = await driver_of(session)
    found = await driver.fetch(
        _APPLICANTS,
        UUID(inquiry.requester.person) if inquiry.requester.person else None,
        AREA,
        list(rows),
        [row.on_behalf_of for row in rows.values()],
    )
    return {
        row["row_no"]: _Applicant(
            national_id=row["national_id"],
            person=row["person_id"],
            source=row["source_party"],
            is_own=row["is_own"],
            mandate=row["mandate_id"],
        )
        for row in found
    }
