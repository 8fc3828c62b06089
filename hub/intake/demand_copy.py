"""Copies of written demands for rent, of rent ledgers and of landlords: what a row must be, and what it can rest on.

A rent ledger rests on its municipality's routine. A landlord rests on husleieloven § 9-11: the tenant has got a copy,
no later than it is sent, and has not reserved against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.gate import Grant
from hub.identity.model import Inquiry, Kind
from hub.intake import checks, wording
from hub.intake.deadlines import PETITION_AFTER_NOTICE
from hub.intake.grounds import Reports
from hub.intake.leases import Known, Lease, look_up
from hub.intake.model import Fault, Form, Ground, Setting
from hub.intake.payload import payload_of
from hub.routing.routines import level_of
from hub.store.driver import Held
from hub.store.tables import SubmittedReport
from schema.commands.rent import RentDemandCopyRow
from schema.identifiers import Population

COMMAND = "submitRentDemandCopy"
KIND = "RENT_DEMAND_COPY"
REPORT = "do:reportRentDemand"
NOTICE = "HL_9_11"
DEMANDS = range(2, 100)

_DUPLICATE = wording.fault(
    "DUPLICATE_ROW",
    "demandNo",
    nb="Det samme kravet står tidligere i forsendelsen. Send hver kopi én gang.",
    en="The same demand stands earlier in the batch. Send each copy once.",
)


def rent_demand_copies(reports: Reports, population: Population) -> Form[RentDemandCopyRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: given.rows,
        faults=faults_of,
        identity=lambda row: (
            row.landlord_orgnr,
            row.lease_ref,
            row.tenant_national_id,
            row.kind.name,
            row.demand_no,
            row.issued_at,
        ),
        duplicate=_DUPLICATE,
        grounds=_Grounds(reports).of,
        groundless=groundless,
        table=SubmittedReport,
        columns=_columns,
    )


def faults_of(row: RentDemandCopyRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with a row by itself."""
    yield from checks.text("leaseRef", row.lease_ref, checks.LONGEST_REF)
    if setting.kind is Kind.RENT_LEDGER and row.landlord_orgnr is None:
        yield wording.no_landlord("landlordOrgnr")
    yield from checks.orgnr("landlordOrgnr", row.landlord_orgnr)
    yield from checks.national_id("tenantNationalId", row.tenant_national_id, setting)
    yield from checks.municipality("municipality", row.municipality, setting)
    yield from checks.number("demandNo", row.demand_no, DEMANDS)
    yield from checks.past("issuedAt", row.issued_at, setting)
    yield from checks.amount("amount", row.amount)
    yield from checks.text("documentRef", row.document_ref, checks.LONGEST_DOCUMENT_REF)
    yield from _copy(row, setting)


def _copy(row: RentDemandCopyRow, setting: Setting) -> Iterator[Fault]:
    """That the tenant has a copy is the landlord's to state; a rent ledger may."""
    if setting.kind is Kind.RENT_LEDGER:
        yield from checks.past("tenantInformedAt", row.tenant_informed_at, setting)
    elif row.tenant_informed_at is None:
        yield wording.copy_missing("tenantInformedAt")
    elif row.tenant_informed_at > setting.at:
        yield wording.copy_too_late("tenantInformedAt")


def groundless(_row: RentDemandCopyRow, code: str) -> Fault:
    """The same whoever the row is about, but for a reservation, which the tenant has told the landlord of."""
    match code:
        case wording.NO_BASIS:
            return wording.no_ground_for_demand("landlordOrgnr")
        case wording.RESERVATION_ACTIVE:
            return wording.reserved("tenantNationalId")
        case wording.BAD_VALUE:
            return wording.not_served("municipality")
        case _:
            return wording.rejected_before(code)


def _columns(row: RentDemandCopyRow, ground: Ground) -> Mapping[str, Any]:
    return {
        "basis": ground.basis,
        "municipality": ground.municipality,
        "subject_national_id": row.tenant_national_id,
        "payload": payload_of(row, without=frozenset({"municipality", "tenant_national_id"})),
        "earliest_petition": ground.earliest_petition,
        "is_reserved": ground.is_reserved,
    }


class _Grounds:
    """Finds the ground of each row."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def of(
        self, session: Held, inquiry: Inquiry, rows: Mapping[int, RentDemandCopyRow]
    ) -> dict[int, Ground | Fault]:
        """The grounds by row number, or why there is none. Raises `PurposeNotPermitted`."""
        decide = self._reports.decider(inquiry, REPORT)
        leases = {number: _lease(row, inquiry) for number, row in rows.items()}
        known = await look_up(session, inquiry, leases)
        found: dict[int, Ground | Fault] = {}
        for number, row in rows.items():
            lease = leases[number]
            if lease.municipality not in known.offices:
                found[number] = groundless(row, wording.BAD_VALUE)
                continue
            facts = _facts(known, number, lease, row)
            grant = decide(facts)
            if grant is not None:
                found[number] = _ground(grant, inquiry, lease, is_reserved=number in known.reserved)
            elif facts["reserved"] and decide({**facts, "reserved": False}) is not None:
                found[number] = groundless(row, wording.RESERVATION_ACTIVE)
        return found


def _ground(grant: Grant, inquiry: Inquiry, lease: Lease, *, is_reserved: bool) -> Ground:
    is_notice = grant.basis == NOTICE
    return Ground(
        basis=grant.basis,
        municipality=lease.municipality,
        is_reserved=is_reserved,
        # What is handed in here is sent to the social services there and then.
        earliest_petition=PETITION_AFTER_NOTICE.end(inquiry.legal_day) if is_notice else None,
    )


def _lease(row: RentDemandCopyRow, inquiry: Inquiry) -> Lease:
    return Lease(
        tenant=row.tenant_national_id,
        landlord_orgnr=row.landlord_orgnr,
        municipality=row.municipality or str(inquiry.requester.municipality),
    )


def _facts(known: Known, number: int, lease: Lease, row: RentDemandCopyRow) -> dict[str, bool | str]:
    return {
        "ownLease": known.is_own(lease),
        "copiedByRoutine": known.copies(lease, level_of(row.kind.name)),
        "reserved": number in known.reserved,
        # Not later than now: that was looked at with the row itself.
        "tenantInformed": row.tenant_informed_at is not None,
    }
