"""An application for financial aid (økonomisk stønad, sosialtjenesteloven §§ 18 and 19), by the citizen or who acts
for the citizen.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.intake import checks, wording
from hub.intake.applicants import LONGEST_REASON, Applicants, columns, groundless
from hub.intake.grounds import Reports
from hub.intake.model import Fault, Form, Setting
from hub.store.tables import SubmittedReport
from schema.commands.applications import FinancialAidApplicationRow
from schema.identifiers import Population

COMMAND = "submitFinancialAidApplication"
KIND = "FINANCIAL_AID_APPLICATION"


def aid_applications(reports: Reports, population: Population) -> Form[FinancialAidApplicationRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: (given.application,),
        faults=faults_of,
        identity=lambda row: row.on_behalf_of,
        duplicate=wording.sent_twice("application"),
        grounds=Applicants(reports).of,
        groundless=groundless,
        table=SubmittedReport,
        columns=columns,
    )


def faults_of(row: FinancialAidApplicationRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with an application by itself."""
    yield from checks.national_id("onBehalfOf", row.on_behalf_of, setting)
    yield from checks.municipality("municipality", row.municipality, setting)
    yield from checks.amount("amount", row.amount)
    yield from checks.prose("reason", row.reason, LONGEST_REASON)
