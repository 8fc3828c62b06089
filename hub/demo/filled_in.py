"""What persons have filled in, as their cases hold it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from hub.demo.scene import Scene, fixed_id
from hub.store.tables import ConcernReport, DeferralRequest, LandlordNotice, Signal


def add_notice(
    scene: Scene, signal: UUID, landlord: str, sent: datetime, arrears_ore: int, unpaid: date, petition: date
) -> None:
    """A landlord's notice, which came with the signal. The tenant got a copy the day before."""
    scene.rows.add(
        LandlordNotice,
        id=fixed_id(f"notice {signal}"),
        case_id=scene.case_id,
        signal_id=signal,
        landlord_party=landlord,
        arrears_ore=arrears_ore,
        oldest_unpaid_due=unpaid,
        grounds_summary="Husleien er ikke betalt. Jeg vil helst at leietakeren blir boende.",
        sent_at=sent,
        copy_to_tenant_at=sent - timedelta(days=1),
        sent_by_agent=False,
        earliest_petition=petition,
        source_party=landlord,
    )


def add_deferral(scene: Scene, asked: datetime, until: date, reason: str) -> None:
    """A request for deferral, by the person or who acts for the person."""
    scene.rows.add(
        DeferralRequest,
        id=fixed_id(f"deferral {scene.case_id}"),
        case_id=scene.case_id,
        signal_id=_signal(scene, "DEFERRAL_REQUEST", "OWN_APPLICATION", asked, None),
        claim_refs=[],
        requested_until=until,
        reason=reason,
        requested_at=asked,
        source_party=scene.place.nav,
    )


def add_concern(scene: Scene, reported: datetime, sender: str, text: str) -> None:
    """A report of concern by an office."""
    scene.rows.add(
        ConcernReport,
        id=fixed_id(f"concern {scene.case_id}"),
        case_id=scene.case_id,
        signal_id=_signal(scene, "CONCERN_REPORT", "FVL_GIVERS_TASK", reported, sender),
        reporter_relation="PUBLIC_BODY",
        text=text,
        child_concern=False,
        danger=False,
        reported_at=reported,
        source_party=scene.place.nav,
    )


def _signal(scene: Scene, kind: str, basis: str, received: datetime, sender: str | None) -> UUID:
    """Its id is drawn by itself, so that nothing else in the story comes out differently."""
    identifier = fixed_id(f"signal {kind} {scene.case_id}")
    scene.rows.add(
        Signal,
        id=identifier,
        case_id=scene.case_id,
        kind=kind,
        received_at=received,
        channel="FORM",
        sender_party=sender,
        basis=basis,
        triage_status="ASSIGNED",
        unit_id=scene.nav_unit,
        source_party=scene.place.nav,
    )
    return identifier
