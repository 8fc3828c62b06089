"""Copies of the officer's notices of petitions for eviction: what a row must be, and what it can rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from hub.identity.model import Inquiry
from hub.identity.snapshot import legal_day
from hub.intake import checks, wording
from hub.intake.deadlines import OBJECTION
from hub.intake.grounds import Reports
from hub.intake.model import Fault, Form, Ground, Setting
from hub.intake.payload import payload_of
from hub.routing.routines import offices
from hub.store.driver import Held
from hub.store.tables import SubmittedReport
from schema.commands.eviction_notice import EvictionNoticeCopyRow
from schema.identifiers import Population

COMMAND = "submitEvictionNoticeCopy"
KIND = "EVICTION_NOTICE_COPY"
REPORT = "do:reportEvictionPetition"
FURTHEST = timedelta(days=730)

_DUPLICATE = wording.fault(
    "DUPLICATE_ROW",
    "enforcementCaseNo",
    nb="Den samme saken og den samme personen står tidligere i forsendelsen. Send hver kopi én gang.",
    en="The same case and person stand earlier in the batch. Send each copy once.",
)


def eviction_notice_copies(reports: Reports, population: Population) -> Form[EvictionNoticeCopyRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: given.rows,
        faults=faults_of,
        identity=lambda row: (row.enforcement_case_no, row.tenant_national_id),
        duplicate=_DUPLICATE,
        grounds=_Grounds(reports).of,
        groundless=groundless,
        table=SubmittedReport,
        columns=_columns,
    )


def faults_of(row: EvictionNoticeCopyRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with a row by itself."""
    yield from checks.text("enforcementCaseNo", row.enforcement_case_no, checks.LONGEST_REF)
    yield from checks.national_id("tenantNationalId", row.tenant_national_id, setting)
    yield from checks.municipality("municipality", row.municipality, setting)
    yield from checks.past("petitionReceivedAt", row.petition_received_at, setting)
    yield from checks.orgnr("petitionerOrgnr", row.petitioner_orgnr)
    yield from checks.past("presentedAt", row.presented_at, setting)
    if row.presented_at is not None and row.presented_at < row.petition_received_at:
        yield wording.presented_before_received("presentedAt")
    received = legal_day(row.petition_received_at)
    yield from checks.day_within("evictionDate", row.eviction_date, received, setting.day + FURTHEST)
    if row.status is not None and row.status.name == "DATE_SET" and row.eviction_date is None:
        yield wording.no_eviction_date("evictionDate")


def groundless(_row: EvictionNoticeCopyRow, code: str) -> Fault:
    """The same whoever the row is about: nothing of a person decides on it."""
    match code:
        case wording.BAD_VALUE | wording.NO_BASIS:
            return wording.not_served("municipality")
        case _:
            return wording.rejected_before(code)


def _columns(row: EvictionNoticeCopyRow, ground: Ground) -> Mapping[str, Any]:
    return {
        "basis": ground.basis,
        "municipality": ground.municipality,
        "subject_national_id": row.tenant_national_id,
        "payload": payload_of(row, without=frozenset({"municipality", "tenant_national_id"})),
        "objection_deadline": ground.objection_deadline,
    }


class _Grounds:
    """Finds the ground of each row."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def of(
        self, session: Held, inquiry: Inquiry, rows: Mapping[int, EvictionNoticeCopyRow]
    ) -> dict[int, Ground | Fault]:
        """The grounds by row number, or why there is none. Raises `PurposeNotPermitted`."""
        decide = self._reports.decider(inquiry, REPORT)
        served = await offices(session, {(row.municipality, inquiry.legal_day) for row in rows.values()})
        places = {municipality for municipality, _ in served}
        found: dict[int, Ground | Fault] = {}
        for number, row in rows.items():
            grant = decide({"served": row.municipality in places})
            if grant is None:
                found[number] = groundless(row, wording.BAD_VALUE)
                continue
            presented = row.presented_at
            found[number] = Ground(
                basis=grant.basis,
                municipality=row.municipality,
                objection_deadline=None if presented is None else OBJECTION.end_after(presented),
            )
        return found
