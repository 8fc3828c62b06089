"""What rows of rent and petitions tell, and what persons fill in, read out of what was sent: values, with nothing
looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hub.routing.routines import level_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrears:
    """What is owed under one lease. `landlord` is who lets it, where that is a party of the register."""

    lease_ref: str = field(repr=False)
    landlord: str | None
    level: int
    oldest_due: date
    months: int
    arrears_ore: int
    fees_ore: int
    interest_ore: int

    @property
    def figures(self) -> tuple[object, ...]:
        """Told again with the same, nothing is new in it."""
        return (self.oldest_due, self.months, self.arrears_ore, self.fees_ore, self.interest_ore)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A written demand for rent, of which a copy was sent."""

    lease_ref: str = field(repr=False)
    landlord: str | None
    kind: str
    demand_no: int
    issued_at: datetime
    amount_ore: int
    document_ref: str | None = field(repr=False)
    tenant_informed_at: datetime | None

    @property
    def level(self) -> int:
        return level_of(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """A petition for eviction that lies with the enforcement officer."""

    case_no: str = field(repr=False)
    received_at: datetime
    petitioner: str | None
    objection_deadline: date | None
    status: str
    eviction_date: date | None

    @property
    def figures(self) -> tuple[object, ...]:
        """Told again with the same, nothing is new in it."""
        return (self.received_at, self.objection_deadline, self.status, self.eviction_date)


CONCERN = "CONCERN_REPORT"
DEFERRAL = "DEFERRAL_REQUEST"
AID = "FINANCIAL_AID_APPLICATION"
NOTICE = "LANDLORD_NOTICE"
# When a form was filled in makes nothing new of it.
_WHEN = frozenset({"sentAt", "copyToTenantAt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn:
    """What a person has filled in: a landlord's notice, a report of concern, a request, an application."""

    kind: str
    submitter: str
    sent: Mapping[str, Any] = field(repr=False)
    received_at: datetime
    earliest_petition: date | None

    @property
    def track(self) -> str | None:
        """Whether the home is rented or owned, where that is told. Who has a landlord rents it."""
        return "TENANCY" if self.kind == NOTICE else self.sent.get("track")

    @property
    def matter(self) -> tuple[object, ...]:
        """What it is about: filled in again about the same, it is linked to the first one."""
        match self.kind:
            case "LANDLORD_NOTICE":
                return (self.kind, self.submitter, self.sent.get("oldestUnpaidDue"), self.sent.get("breach"))
            case "CONCERN_REPORT":
                return (self.kind, self.submitter, self.sent["text"])
            case "DEFERRAL_REQUEST":
                return (self.kind, *sorted(self.sent["claimRefs"]))
            case _:
                return (self.kind, self.sent["purpose"])

    @property
    def figures(self) -> tuple[object, ...]:
        """Filled in again with the same, nothing is new in it."""
        return tuple(sorted((name, str(value)) for name, value in self.sent.items() if name not in _WHEN))

    def moment(self, name: str) -> datetime:
        """A moment that was stated; that of its arrival, where none was."""
        return _moment(self.sent.get(name)) or self.received_at

    def day(self, name: str) -> date | None:
        return _day(self.sent.get(name))


def report_of(row: Any) -> Arrears | Demand | Petition | FilledIn | None:
    """What the row tells; nothing where it is of a kind that is not for a case."""
    sent: Mapping[str, Any] = row.payload
    match row.kind:
        case "RENT_DEFAULT":
            return Arrears(
                lease_ref=sent["leaseRef"],
                landlord=row.landlord,
                level=sent["dunningLevel"],
                oldest_due=date.fromisoformat(sent["oldestDueDate"]),
                months=sent["monthsInArrears"],
                arrears_ore=sent["arrears"],
                fees_ore=sent.get("fees", 0),
                interest_ore=sent.get("interest", 0),
            )
        case "RENT_DEMAND_COPY":
            return Demand(
                lease_ref=sent["leaseRef"],
                landlord=row.landlord,
                kind=sent["kind"],
                demand_no=sent["demandNo"],
                issued_at=datetime.fromisoformat(sent["issuedAt"]),
                amount_ore=sent["amount"],
                document_ref=sent.get("documentRef"),
                tenant_informed_at=_moment(sent.get("tenantInformedAt")),
            )
        case "EVICTION_NOTICE_COPY":
            return Petition(
                case_no=sent["enforcementCaseNo"],
                received_at=datetime.fromisoformat(sent["petitionReceivedAt"]),
                petitioner=row.petitioner,
                objection_deadline=row.objection_deadline,
                status=sent.get("status", "RECEIVED"),
                eviction_date=_day(sent.get("evictionDate")),
            )
        case "CONCERN_REPORT" | "DEFERRAL_REQUEST" | "FINANCIAL_AID_APPLICATION" | "LANDLORD_NOTICE":
            return filled_in(row)
        case _:
            return None


def filled_in(row: Any) -> FilledIn:
    """A form as it stands in the ledger."""
    return FilledIn(
        kind=row.kind,
        submitter=row.submitter_party,
        sent=row.payload,
        received_at=row.received_at,
        earliest_petition=row.earliest_petition,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
