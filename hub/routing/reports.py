"""What rows of rent and petitions tell, read out of what was sent: values, with nothing looked up."""

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


def report_of(row: Any) -> Arrears | Demand | Petition | None:
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
        case _:
            return None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
