"""What a form means for a case: it is kept there as it was filled in, and once, however often it is sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from hub.routing.claims import told_again
from hub.routing.files import CaseFile, Claim
from hub.routing.placement import Likeness
from hub.routing.reports import AID, DEFERRAL, NOTICE, FilledIn
from hub.routing.work import Told, Work
from hub.store.tables import ConcernReport, DeferralRequest, FinancialAidApplication, LandlordNotice

# After a month, the same words are a new cry. What a landlord tells of is the same default for as long as it lasts.
_SAME_MATTER: Final = timedelta(days=30)
_CHILD: Final = "Vurder meldeplikten til barnevernet (barnevernsloven § 13-2)"


def likeness(work: Work, file: CaseFile, report: FilledIn) -> Likeness:
    """A notice may say which lease, and so does a landlord from whom there is one. A person's open case is taken to be
    about the home that the person has.
    """
    tenancy = report.sent.get("tenancyId")
    leases = {str(lease) for lease, _ in file.tenancies}
    is_known = tenancy in leases or any(lets == work.arrival.sender for _, lets in file.tenancies)
    return Likeness.SAME if report.kind == NOTICE and is_known else Likeness.PERHAPS


def tell(work: Work, file: CaseFile, report: FilledIn) -> Told:
    """Kept with the case, unless it is there with the same content."""
    claim = file.forms.get(report.matter)
    if claim is None or _is_new(work, claim, report):
        file.forms[report.matter] = Claim(
            id=work.signal, since=None, figures=report.figures, reported_at=report.received_at, signal=work.signal
        )
        _add(work, file, report)
        return Told()
    told, _ = told_again(work, claim, None, report.figures)
    if not told.is_repeat:
        _add(work, file, report)
    return told


def task_of(work: Work, report: FilledIn) -> str | None:
    """What is to be done about it, by the municipality's routine and the law."""
    task = work.office.tasks.get(report.kind)
    parts = [task.what] if task else []
    if report.sent.get("childConcern"):
        parts.append(_CHILD)
    return ". ".join(parts) or None


def due_on(work: Work, report: FilledIn) -> date | None:
    """By when: as the routine says, and no later than the law or the danger allows.

    Before a petition can be sent (husleieloven § 9-11); within a month, with a preliminary reply, where somebody waits
    for an answer (forvaltningsloven § 11 a); at once, where life or health is in danger.
    """
    task, day = work.office.tasks.get(report.kind), work.arrival.day
    days = [day + timedelta(days=task.within_days)] if task else []
    if report.kind == NOTICE and report.earliest_petition is not None:
        days.append(report.earliest_petition)
    if report.kind in (AID, DEFERRAL):
        days.append(day + relativedelta(months=1))
    if report.sent.get("danger"):
        days.append(day)
    return min(days, default=None)


def _is_new(work: Work, claim: Claim, report: FilledIn) -> bool:
    return report.kind != NOTICE and work.arrival.received_at - claim.reported_at > _SAME_MATTER


def _add(work: Work, file: CaseFile, report: FilledIn) -> None:
    of_case: dict[str, Any] = {"case_id": file.id, "source_party": work.arrival.source}
    sent, at = report.sent, report.received_at
    match report.kind:
        case "LANDLORD_NOTICE":
            work.changes.add(LandlordNotice, **of_case, signal_id=work.signal, **_notice(work, report))
        case "CONCERN_REPORT":
            work.changes.add(
                ConcernReport,
                **of_case,
                signal_id=work.signal,
                reporter_relation=sent["reporterRelation"],
                text=sent["text"],
                child_concern=sent["childConcern"],
                danger=sent["danger"],
                reported_at=at,
            )
        case "DEFERRAL_REQUEST":
            work.changes.add(
                DeferralRequest,
                **of_case,
                signal_id=work.signal,
                claim_refs=sent["claimRefs"],
                requested_until=report.day("requestedUntil"),
                reason=sent.get("reason"),
                requested_at=at,
            )
        case _:
            work.changes.add(
                FinancialAidApplication,
                **of_case,
                purpose=sent["purpose"],
                amount_ore=sent["amount"],
                status="RECEIVED",
                reason=sent.get("reason"),
                applied_at=at,
            )


def _notice(work: Work, report: FilledIn) -> dict[str, Any]:
    sent = report.sent
    return {
        "landlord_party": work.arrival.sender,
        "arrears_ore": sent.get("arrears"),
        "oldest_unpaid_due": report.day("oldestUnpaidDue"),
        "breach": sent.get("breach"),
        "grounds_summary": sent.get("groundsSummary"),
        "sent_at": report.moment("sentAt"),
        "copy_to_tenant_at": report.moment("copyToTenantAt"),
        "sent_by_agent": sent["sentByAgent"],
        "earliest_petition": report.earliest_petition,
    }
