"""A request for deferral of payment (forespørsel om betalingsutsettelse), by who owes or who acts for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hub.intake import checks, wording
from hub.intake.applicants import LONGEST_REASON, Applicants, columns, groundless
from hub.intake.grounds import Reports
from hub.intake.model import Fault, Form, Setting
from hub.store.tables import SubmittedReport
from schema.commands.applications import DeferralRequestRow
from schema.identifiers import Population

COMMAND = "requestDeferral"
KIND = "DEFERRAL_REQUEST"
MOST_CLAIMS = 20
LONGEST_DEFERRAL = timedelta(days=365)


def deferral_requests(reports: Reports, population: Population) -> Form[DeferralRequestRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: (given.request,),
        faults=faults_of,
        identity=lambda row: row.on_behalf_of,
        duplicate=wording.sent_twice("request"),
        grounds=Applicants(reports).of,
        groundless=groundless,
        table=SubmittedReport,
        columns=columns,
    )


def faults_of(row: DeferralRequestRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with a request by itself."""
    yield from checks.national_id("onBehalfOf", row.on_behalf_of, setting)
    yield from checks.municipality("municipality", row.municipality, setting)
    if len(row.claim_refs) > MOST_CLAIMS:
        yield wording.too_many_claims("claimRefs", MOST_CLAIMS)
    for reference in row.claim_refs:
        yield from checks.text("claimRefs", reference, checks.LONGEST_REF)
    tomorrow, last = setting.day + timedelta(days=1), setting.day + LONGEST_DEFERRAL
    yield from checks.day_within("requestedUntil", row.requested_until, tomorrow, last)
    yield from checks.prose("reason", row.reason, LONGEST_REASON)
