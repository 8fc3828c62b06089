"""A report of concern (bekymringsmelding): what it must be, and what each kind of reporter rests it on.

Anybody may tell NAV that somebody is about to lose the home; a public body as far as its task goes; who follows
tenants up in their homes, with their consent or where life or health is in danger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.gate import Evidence
from hub.identity.model import Inquiry
from hub.intake import checks, wording
from hub.intake.grounds import Consenting, Reports, consents_in_force, served
from hub.intake.model import Fault, Form, Ground, Setting
from hub.intake.payload import payload_of
from hub.store.driver import Held
from hub.store.tables import SubmittedReport
from schema.commands.concern import ConcernReportRow
from schema.identifiers import Population

COMMAND = "submitConcernReport"
KIND = "CONCERN_REPORT"
REPORT = "do:reportConcern"
CONSENTED = "HOUSING_SUPPORT_NOTES"
LONGEST_TEXT = 4000

_NO_BASIS = wording.fault(
    wording.NO_BASIS,
    "report",
    nb="Du kan melde fra når personen har samtykket, eller når det er fare for liv eller helse.",
    en="You may report with the person's consent, or where life or health is in danger.",
)


def concern_reports(reports: Reports, population: Population) -> Form[ConcernReportRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: (given.report,),
        faults=faults_of,
        identity=lambda row: row.subject_national_id,
        duplicate=wording.sent_twice("report"),
        grounds=_Grounds(reports).of,
        groundless=groundless,
        table=SubmittedReport,
        columns=_columns,
    )


def faults_of(row: ConcernReportRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with a report by itself."""
    yield from checks.national_id("subjectNationalId", row.subject_national_id, setting)
    yield from checks.municipality("municipality", row.municipality, setting)
    yield from checks.prose("text", row.text, LONGEST_TEXT)


def groundless(_row: ConcernReportRow, code: str) -> Fault:
    """The same whether the person is known or not."""
    if code == wording.BAD_VALUE:
        return wording.not_served("municipality")
    return _NO_BASIS if code == wording.NO_BASIS else wording.rejected_before(code)


def _columns(row: ConcernReportRow, ground: Ground) -> Mapping[str, Any]:
    return {
        "payload": payload_of(row, without=frozenset({"municipality", "subject_national_id"})),
        "basis": ground.basis,
        "subject_national_id": row.subject_national_id,
        "municipality": ground.municipality,
        "consent_id": ground.consent_id,
    }


class _Grounds:
    """Finds the ground of a report."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def of(
        self, session: Held, inquiry: Inquiry, rows: Mapping[int, ConcernReportRow]
    ) -> dict[int, Ground | Fault]:
        """The grounds by row number. A row that has none is not in it. Raises `PurposeNotPermitted`."""
        decide = self._reports.decider(inquiry, REPORT)
        purpose = self._reports.purpose(inquiry)
        towns = {number: row.municipality or inquiry.requester.municipality for number, row in rows.items()}
        asked = {
            number: Consenting(national_id=row.subject_national_id, municipality=towns[number])
            for number, row in rows.items()
        }
        code = purpose.code if purpose else None
        consents = await consents_in_force(session, inquiry.requester.party, code, CONSENTED, asked)
        places = await served(session, inquiry, towns.values())
        found: dict[int, Ground | Fault] = {}
        for number, row in rows.items():
            consent = consents.get(number)
            grant = decide({"consentInForce": consent is not None, "danger": row.danger})
            if towns[number] not in places:
                found[number] = groundless(row, wording.BAD_VALUE)
            elif grant is not None:
                found[number] = Ground(
                    basis=grant.basis,
                    municipality=towns[number],
                    consent_id=consent if grant.evidence is Evidence.CONSENT else None,
                )
        return found
