"""The types of the strawberry peer, one for each kind of row, with the names of the hub's contract.

strawberry reads annotations at run time, so they are not put off here.
"""

from datetime import date, datetime
from typing import Any, NewType

import strawberry
from strawberry.permission import BasePermission
from strawberry.types import Info

DateTime = strawberry.scalar(
    NewType("DateTime", datetime), serialize=lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
)


class MayRead(BasePermission):
    """Whether whoever asks may follow the relation. Here everybody who says which unit it is."""

    message = "Not permitted"

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        del source, kwargs
        return info.context["unit"] is not None


@strawberry.type
class PersonName:
    first: str | None
    last: str | None


@strawberry.type
class Person:
    id: strawberry.ID
    national_id: strawberry.Private[str]
    first_name: strawberry.Private[str | None]
    last_name: strawberry.Private[str | None]

    @strawberry.field
    def national_id_masked(self) -> str:
        return f"{self.national_id[:6]}*****"

    @strawberry.field
    def name(self) -> PersonName | None:
        if self.first_name is None and self.last_name is None:
            return None
        return PersonName(first=self.first_name, last=self.last_name)


@strawberry.type
class HouseholdMember:
    id: strawberry.ID
    relation: str
    role: str


@strawberry.type
class Household:
    case_id: strawberry.Private[Any]
    has_children: bool
    children_count: int

    @strawberry.field(permission_classes=[MayRead])
    async def members(self, info: Info) -> list[HouseholdMember]:
        return await info.context["loaders"].many[HouseholdMember].load(self.case_id)


@strawberry.type
class Address:
    line: str | None
    postal_code: str | None
    place: str | None


@strawberry.type
class Dwelling:
    dwelling_type: str
    address_line: strawberry.Private[str | None]
    postal_code: strawberry.Private[str | None]
    postal_place: strawberry.Private[str | None]

    @strawberry.field(permission_classes=[MayRead])
    def address(self) -> Address | None:
        if self.address_line is None and self.postal_code is None and self.postal_place is None:
            return None
        return Address(line=self.address_line, postal_code=self.postal_code, place=self.postal_place)


@strawberry.type
class RentClaim:
    id: strawberry.ID
    period: date
    due_date: date
    amount: int
    paid: int
    status: str
    dunning_level: int


@strawberry.type
class Tenancy:
    id: strawberry.ID
    start_date: date
    monthly_rent: int
    status: str

    @strawberry.field(permission_classes=[MayRead])
    async def claims(self, info: Info) -> list[RentClaim]:
        return await info.context["loaders"].many[RentClaim].load(self.id)


@strawberry.type
class RentDefault:
    arrears: int
    months_in_arrears: int
    status: str


@strawberry.type
class RentDemandCopy:
    kind: str
    issued_at: DateTime
    amount: int


@strawberry.type
class LeaseBreach:
    kind: str
    occurred_at: DateTime
    status: str


@strawberry.type
class EvictionNotice:
    sent_at: DateTime
    status: str


@strawberry.type
class EvictionPetition:
    id: strawberry.ID
    enforcement_case_no: str
    petition_received_at: DateTime
    eviction_date: date | None
    status: str


@strawberry.type
class MortgageLoan:
    id: strawberry.ID | None = None
    loan_type: str | None = None
    loan_ref: str | None = None
    principal: int | None = None
    outstanding: int | None = None
    status: str | None = None

    @classmethod
    def of(
        cls, *, is_out: bool, principal_ore: int | None, outstanding_ore: int | None, **shown: Any
    ) -> "MortgageLoan":
        """A loan, or nothing of it where it must be left out."""
        return cls() if is_out else cls(principal=principal_ore, outstanding=outstanding_ore, **shown)


@strawberry.type
class FinancialAidApplication:
    applied_at: DateTime
    status: str


@strawberry.type
class Participant:
    unit: str | None
    role: str


@strawberry.type
class ContactLogEntry:
    at: DateTime
    channel: str
    outcome: str


@strawberry.type
class PlanStep:
    what: str
    due_date: date
    status: str


@strawberry.type
class ProgressPlan:
    id: strawberry.Private[Any]
    status: str

    @strawberry.field(permission_classes=[MayRead])
    async def steps(self, info: Info) -> list[PlanStep]:
        return await info.context["loaders"].many[PlanStep].load(self.id)
