"""What a petition for eviction means for a case: one petition for each case of the officer's, as it was told last."""

from __future__ import annotations

from hub.routing.claims import told_again
from hub.routing.files import CaseFile, Claim
from hub.routing.placement import Likeness
from hub.routing.reports import Petition
from hub.routing.work import Told, Work
from hub.store.ids import new_id
from hub.store.tables import EvictionPetition


def likeness(work: Work, file: CaseFile, report: Petition) -> Likeness:
    """A petition says which case of the officer's. Who is to be evicted is taken to be a tenant, unless the only case
    that is open is an owner's.
    """
    if (work.arrival.source, report.case_no) in file.petitions:
        return Likeness.SAME
    if file.track == "OWNER" and any(one.track == "TENANCY" and one.is_open for one in work.about.files):
        return Likeness.OTHER
    return Likeness.PERHAPS


def tell(work: Work, file: CaseFile, report: Petition) -> Told:
    """The petition, added or brought up to date."""
    key = (work.arrival.source, report.case_no)
    claim = file.petitions.get(key)
    if claim is None:
        file.petitions[key] = _add(work, file, report)
        return Told()
    told, is_current = told_again(work, claim, None, report.figures)
    if is_current:
        work.changes.change(EvictionPetition, claim.id, signal_id=claim.signal, **_values(work, report))
    return told


def _add(work: Work, file: CaseFile, report: Petition) -> Claim:
    claim = Claim(
        id=new_id(),
        since=None,
        figures=report.figures,
        reported_at=work.arrival.received_at,
        signal=work.signal,
    )
    work.changes.add(
        EvictionPetition,
        id=claim.id,
        case_id=file.id,
        enforcement_case_no=report.case_no,
        signal_id=work.signal,
        source_party=work.arrival.source,
        **_values(work, report),
    )
    return claim


def _values(work: Work, report: Petition) -> dict[str, object]:
    return {
        "petition_received_at": report.received_at,
        "petitioner_party": report.petitioner,
        "objection_deadline": report.objection_deadline,
        "eviction_date": report.eviction_date,
        "status": report.status,
        "received_at": work.arrival.received_at,
        "basis": work.arrival.basis,
    }
