"""A private landlord's notice to the social services (husleieloven § 9-11): what it must be, and what it rests on.

The tenant must have been sent a copy no later than the notice, and must not have reserved against the landlord. Two
weeks after it the landlord should petition at the earliest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.identity.model import Inquiry
from hub.intake import checks, wording
from hub.intake.deadlines import PETITION_AFTER_NOTICE
from hub.intake.grounds import NOTHING, Reports, id_of, served
from hub.intake.model import Fault, Form, Ground, Setting
from hub.intake.payload import payload_of
from hub.store.driver import Held, driver_of
from hub.store.tables import SubmittedReport
from schema.commands.landlord_notice import LandlordNoticeRow
from schema.identifiers import Population

COMMAND = "submitLandlordNotice"
KIND = "LANDLORD_NOTICE"
REPORT = "do:reportLandlordNotice"
LONGEST_SUMMARY = 2000
_OLDEST = timedelta(days=365)

_NO_BASIS = wording.fault(
    wording.NO_BASIS,
    "notice",
    nb="Det er ikke noe grunnlag i kraft for å sende dette varselet.",
    en="There is no ground in force for sending this notice.",
)
_UNKNOWN_LEASE = wording.bad(
    "tenancyId", "id-en til ditt eget leieforhold, eller leietakerens fødselsnummer", "your own lease, or the number"
)


def landlord_notices(reports: Reports, population: Population) -> Form[LandlordNoticeRow]:
    """The form."""
    return Form(
        command=COMMAND,
        kind=KIND,
        population=population,
        rows=lambda given: (given.notice,),
        faults=faults_of,
        identity=lambda row: row.tenant_national_id or row.tenancy_id,
        duplicate=wording.sent_twice("notice"),
        grounds=_Grounds(reports).of,
        groundless=groundless,
        table=SubmittedReport,
        columns=_columns,
    )


def faults_of(row: LandlordNoticeRow, setting: Setting) -> Iterator[Fault]:
    """What is wrong with a notice by itself."""
    if (row.tenant_national_id is None) == (row.tenancy_id is None):
        yield wording.one_tenant("tenantNationalId")
    yield from checks.national_id("tenantNationalId", row.tenant_national_id, setting)
    if row.tenancy_id is None:
        yield from checks.municipality("municipality", row.municipality, setting)
    if row.dwelling is not None:
        yield from checks.address("dwelling", row.dwelling.line, row.dwelling.postal_code, row.dwelling.place)
    if row.arrears is None and row.breach is None:
        yield wording.no_breach("arrears")
    yield from checks.amount("arrears", row.arrears)
    yield from checks.past_day("oldestUnpaidDue", row.oldest_unpaid_due, setting)
    yield from checks.prose("groundsSummary", row.grounds_summary, LONGEST_SUMMARY)
    yield from _in_time(row, setting)


def _in_time(row: LandlordNoticeRow, setting: Setting) -> Iterator[Fault]:
    yield from checks.past("sentAt", row.sent_at, setting)
    if row.sent_at is not None and row.sent_at < setting.at - _OLDEST:
        yield wording.long_ago("sentAt")
    if row.copy_to_tenant_at is None:
        yield wording.copy_missing("copyToTenantAt")
    elif row.copy_to_tenant_at > sent_at(row, setting.at):
        yield wording.copy_too_late("copyToTenantAt")


def sent_at(row: LandlordNoticeRow, received: datetime) -> datetime:
    """When the notice was sent: now, where it was not sent on paper before."""
    return row.sent_at or received


def groundless(row: LandlordNoticeRow, code: str) -> Fault:
    """The same whether the tenant is known or not; that somebody has reserved, the tenant has told the landlord."""
    if code == wording.RESERVATION_ACTIVE:
        return wording.reserved("notice")
    if code == wording.BAD_VALUE:
        return _UNKNOWN_LEASE if row.tenancy_id is not None else wording.not_served("municipality")
    return _NO_BASIS if code == wording.NO_BASIS else wording.rejected_before(code)


def _columns(row: LandlordNoticeRow, ground: Ground) -> Mapping[str, Any]:
    return {
        "payload": payload_of(row, without=frozenset({"municipality", "tenant_national_id"})),
        "basis": ground.basis,
        # INVARIANT: as it was stated. Whose number goes with a lease, the landlord is not told by its own copy.
        "subject_national_id": row.tenant_national_id,
        "municipality": row.municipality,
        "earliest_petition": ground.earliest_petition,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lease:
    """What is known of one notice: whether its lease is the landlord's own, and whether the tenant has reserved."""

    is_found: bool
    is_reserved: bool


class _Grounds:
    """Finds the ground of a notice."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def of(
        self, session: Held, inquiry: Inquiry, rows: Mapping[int, LandlordNoticeRow]
    ) -> dict[int, Ground | Fault]:
        """The grounds by row number. A row that has none is not in it. Raises `PurposeNotPermitted`."""
        decide = self._reports.decider(inquiry, REPORT)
        leases = await _leases(session, inquiry.requester.party, rows)
        places = await served(session, inquiry, (row.municipality for row in rows.values()))
        found: dict[int, Ground | Fault] = {}
        for number, row in rows.items():
            lease = leases[number]
            is_placed = lease.is_found if row.tenancy_id is not None else row.municipality in places
            # That the tenant was informed in time, the row itself has been checked for.
            grant = decide({"reserved": lease.is_reserved, "tenantInformed": True})
            if not is_placed:
                found[number] = groundless(row, wording.BAD_VALUE)
            elif grant is not None:
                day = PETITION_AFTER_NOTICE.end_after(sent_at(row, inquiry.received_at))
                found[number] = Ground(basis=grant.basis, earliest_petition=day)
            elif lease.is_reserved:
                found[number] = groundless(row, wording.RESERVATION_ACTIVE)
        return found


# A reservation about one lease binds a notice about that lease, and one that does not say which lease it is about.
_LEASES = """
    SELECT line.row_no, lease.id IS NOT NULL AS is_found, EXISTS (
        SELECT FROM facts.person_key AS tenant
        JOIN facts.reservation AS reservation ON reservation.tenant_id = tenant.person_id
        WHERE (tenant.national_id = line.national_id OR tenant.person_id = lease.tenant)
            AND reservation.landlord_party = $1
            AND (reservation.tenancy_id IS NULL OR line.tenancy_id IS NULL OR reservation.tenancy_id = line.tenancy_id)
    ) AS is_reserved
    FROM unnest($2::integer[], $3::text[], $4::uuid[])
        AS line (row_no, national_id, tenancy_id)
    LEFT JOIN LATERAL (
        SELECT tenancy.id, about.subject_id AS tenant FROM housing.tenancy AS tenancy
        JOIN hub."case" AS about ON about.id = tenancy.case_id
        WHERE tenancy.id = line.tenancy_id AND tenancy.landlord_party = $1
    ) AS lease ON true
"""


async def _leases(session: Held, landlord: str, rows: Mapping[int, LandlordNoticeRow]) -> dict[int, _Lease]:
    driver = await driver_of(session)
    found = await driver.fetch(
        _LEASES,
        landlord,
        list(rows),
        [row.tenant_national_id for row in rows.values()],
        [_tenancy(row) for row in rows.values()],
    )
    return {row["row_no"]: _Lease(is_found=row["is_found"], is_reserved=row["is_reserved"]) for row in found}


def _tenancy(row: LandlordNoticeRow) -> UUID | None:
    """As it was given out: what is written otherwise finds nothing, here as when it is passed on."""
    if row.tenancy_id is None:
        return None
    found = id_of(row.tenancy_id)
    return found if str(found) == row.tenancy_id else NOTHING
