"""Arrears of rent, as a municipality's rent ledger sends them: what a row must be, and what it can rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.identity.model import Inquiry
from hub.intake import checks, wording
from hub.intake.grounds import Reports
from hub.intake.leases import Known, Lease, look_up
from hub.intake.model import Fault, Form, Ground, Setting
from hub.intake.payload import payload_of
from hub.store.driver import Held
from hub.store.tables import SubmittedReport
from schema.commands.rent import RentDefaultRow
from schema.identifiers import Population

COMMAND = "submitRentDefaults"
KIND = "RENT_DEFAULT"
REPORT = "do:reportRentDefault"
DUNNING_LEVELS = range(5)
MONTHS = range(1, 601)

_DUPLICATE = wording.fault(
    "DUPLICATE_ROW",
    "leaseRef",
    nb="Det samme leieforholdet og den samme leietakeren står tidligere i forsendelsen. Send hvert mislighold én gang.",
    en="The same lease and tenant stand earlier in the batch. Send each default once.",
)


def rent_defaults(reports: Reports, population: Population) -> Form[RentDefaultRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: given.rows,
        faults=faults_of,
        identity=lambda row: (row.landlord_orgnr, row.lease_ref, row.tenant_national_id),
        duplicate=_DUPLICATE,
        grounds=_Grounds(reports).of,
        groundless=groundless,
        table=SubmittedReport,
        columns=_columns,
    )


def faults_of(row: RentDefaultRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with a row by itself."""
    yield from checks.text("leaseRef", row.lease_ref, checks.LONGEST_REF)
    yield from checks.orgnr("landlordOrgnr", row.landlord_orgnr)
    yield from checks.national_id("tenantNationalId", row.tenant_national_id, setting)
    yield from checks.municipality("municipality", row.municipality, setting)
    yield from checks.number("dunningLevel", row.dunning_level, DUNNING_LEVELS)
    yield from checks.past_day("oldestDueDate", row.oldest_due_date, setting)
    yield from checks.number("monthsInArrears", row.months_in_arrears, MONTHS)
    yield from checks.amount("arrears", row.arrears)
    yield from checks.amount_or_zero("fees", row.fees)
    yield from checks.amount_or_zero("interest", row.interest)


def groundless(_row: RentDefaultRow, code: str) -> Fault:
    """The same whoever the row is about: nothing of a person decides on it."""
    return wording.no_routine("landlordOrgnr") if code == wording.NO_BASIS else wording.rejected_before(code)


def _columns(row: RentDefaultRow, ground: Ground) -> Mapping[str, Any]:
    return {
        "basis": ground.basis,
        "municipality": ground.municipality,
        "subject_national_id": row.tenant_national_id,
        "payload": payload_of(row, without=frozenset({"municipality", "tenant_national_id"})),
        "is_reserved": ground.is_reserved,
    }


class _Grounds:
    """Finds the ground of each row."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def of(
        self, session: Held, inquiry: Inquiry, rows: Mapping[int, RentDefaultRow]
    ) -> dict[int, Ground | Fault]:
        """The grounds by row number. A row that has none is not in it. Raises `PurposeNotPermitted`."""
        decide = self._reports.decider(inquiry, REPORT)
        leases = {number: _lease(row, inquiry) for number, row in rows.items()}
        known = await look_up(session, inquiry, leases)
        found: dict[int, Ground | Fault] = {}
        for number, row in rows.items():
            grant = decide(_facts(known, number, leases[number], row))
            if grant is not None:
                found[number] = Ground(
                    basis=grant.basis,
                    municipality=leases[number].municipality,
                    is_reserved=number in known.reserved,
                )
        return found


def _lease(row: RentDefaultRow, inquiry: Inquiry) -> Lease:
    return Lease(
        tenant=row.tenant_national_id,
        landlord_orgnr=row.landlord_orgnr,
        municipality=row.municipality or str(inquiry.requester.municipality),
    )


def _facts(known: Known, number: int, lease: Lease, row: RentDefaultRow) -> dict[str, bool | str]:
    return {
        "ownLease": known.is_own(lease),
        "copiedByRoutine": known.copies(lease, row.dunning_level),
        "reserved": number in known.reserved,
        # The hub tells the tenant itself, as the case gets the row.
        "tenantInformed": False,
    }
