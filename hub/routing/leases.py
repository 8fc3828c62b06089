"""What arrears and demands mean for a case: one default under a lease, and each demand once, however often told."""

from __future__ import annotations

from hub.routing.claims import told_again
from hub.routing.files import CaseFile, Claim
from hub.routing.placement import Likeness
from hub.routing.reports import Arrears, Demand
from hub.routing.work import Told, Work
from hub.store.ids import new_id
from hub.store.tables import RentDefault, RentDemandCopy


def likeness(work: Work, file: CaseFile, report: Arrears | Demand) -> Likeness:
    """A row says which lease and not which home. A tenant's open case is taken to be about the home that she has."""
    known = (work.arrival.source, report.lease_ref)
    is_known = known in file.arrears or any(key[:2] == known for key in file.demands)
    return Likeness.SAME if is_known else Likeness.PERHAPS


def tell_of_arrears(work: Work, file: CaseFile, report: Arrears) -> Told:
    """The default, added or brought up to date."""
    claim = _claim(work, file, report)
    if claim is None:
        file.arrears[work.arrival.source, report.lease_ref] = _add_default(work, file, report)
        return Told()
    told, is_current = told_again(work, claim, report.oldest_due, report.figures)
    if is_current:
        work.changes.change(
            RentDefault, claim.id, lease_ref=report.lease_ref, signal_id=claim.signal, **_values(work, report)
        )
    return told


def tell_of_demand(work: Work, file: CaseFile, report: Demand) -> Told:
    """The copy, added once. Told again with another amount it is brought up to date."""
    key = (work.arrival.source, report.lease_ref, report.kind, report.demand_no, report.issued_at)
    # Who is in no register cannot be known again.
    claim = file.demands.get(key) if work.arrival.sender is not None else None
    if claim is None:
        file.demands[key] = _add_copy(work, file, report)
        return Told()
    told, is_current = told_again(work, claim, None, (report.amount_ore,))
    if is_current:
        work.changes.change(
            RentDemandCopy,
            claim.id,
            amount_ore=report.amount_ore,
            tenant_informed_at=report.tenant_informed_at,
            signal_id=claim.signal,
        )
    return told


def _claim(work: Work, file: CaseFile, report: Arrears) -> Claim | None:
    """INVARIANT: a sender tells of its own leases alone, whatever reference it states. What it is known to have told of
    before without a reference, of the only lease there was, is this one.
    """
    source = work.arrival.source
    known = file.arrears.get((source, report.lease_ref))
    if known is not None:
        return known
    unnamed = file.arrears.pop((source, None), None)
    if unnamed is not None:
        file.arrears[source, report.lease_ref] = unnamed
    return unnamed


def _add_default(work: Work, file: CaseFile, report: Arrears) -> Claim:
    claim = Claim(
        id=new_id(),
        since=report.oldest_due,
        figures=report.figures,
        reported_at=work.arrival.received_at,
        signal=work.signal,
    )
    work.changes.add(
        RentDefault,
        id=claim.id,
        case_id=file.id,
        tenancy_id=file.tenancy_of(report.landlord),
        lease_ref=report.lease_ref,
        signal_id=work.signal,
        discovery_source="RENT_LEDGER",
        status="OPEN",
        source_party=work.arrival.source,
        **_values(work, report),
    )
    return claim


def _values(work: Work, report: Arrears) -> dict[str, object]:
    return {
        "oldest_due_date": report.oldest_due,
        "months_in_arrears": report.months,
        "arrears_ore": report.arrears_ore,
        "fees_ore": report.fees_ore,
        "interest_ore": report.interest_ore,
        "reported_by": work.arrival.source,
        "reported_at": work.arrival.received_at,
        "basis": work.arrival.basis,
    }


def _add_copy(work: Work, file: CaseFile, report: Demand) -> Claim:
    claim = Claim(
        id=new_id(),
        since=None,
        figures=(report.amount_ore,),
        reported_at=work.arrival.received_at,
        signal=work.signal,
    )
    work.changes.add(
        RentDemandCopy,
        id=claim.id,
        case_id=file.id,
        tenancy_id=file.tenancy_of(report.landlord),
        lease_ref=report.lease_ref,
        demand_no=report.demand_no,
        kind=report.kind,
        issued_at=report.issued_at,
        amount_ore=report.amount_ore,
        document_ref=report.document_ref,
        routine_ref=work.office.ref if work.arrival.is_by_routine else None,
        delivered_to=work.office.party,
        tenant_informed_at=report.tenant_informed_at,
        signal_id=work.signal,
        source_party=work.arrival.source,
    )
    return claim
