"""The case, the ways in and the mutation of the strawberry peer."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import strawberry
from strawberry.types import Info

from bench.read import peer_types as types
from bench.read.peer_types import DateTime, MayRead
from hub.demo.offices import BANK
from hub.store.ids import new_id

_SUBMIT = (Path(__file__).parent / "sql" / "q3.sql").read_text(encoding="utf-8")
_CASE = """SELECT c.id, c.case_no, c.phase, c.state, c.opened_at, c.subject_id, c.dwelling_id FROM hub."case" AS c"""
# The row filter is what the hub's policies come to for the unit that asks.
_PAGE = f"""{_CASE}
    WHERE c.municipality = '9901'
        AND EXISTS (
            SELECT FROM hub.participant AS q WHERE q.case_id = c.id AND q.unit_id = $1
                AND q.valid_from <= now() AND (q.valid_to IS NULL OR now() < q.valid_to)
        )
        AND NOT EXISTS (
            SELECT FROM hub.case_person AS m JOIN hub.case_person AS s ON s.person_id = m.person_id
                JOIN hub.case_person AS o ON o.case_id = s.case_id JOIN nav.person AS h ON h.id = o.person_id
            WHERE m.case_id = c.id AND (h.grade >= 2 OR h.shielded)
        )
    ORDER BY c.updated_at DESC, c.id DESC LIMIT $2"""


@strawberry.type
class Case:
    id: strawberry.ID
    case_no: str
    phase: int
    state: str
    opened_at: DateTime
    subject_id: strawberry.Private[Any]
    dwelling_id: strawberry.Private[Any]

    @strawberry.field(permission_classes=[MayRead])
    async def subject(self, info: Info) -> types.Person | None:
        return await info.context["loaders"].one[types.Person].load(self.subject_id)

    @strawberry.field(permission_classes=[MayRead])
    async def household(self, info: Info) -> types.Household | None:
        return await info.context["loaders"].one[types.Household].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def dwelling(self, info: Info) -> types.Dwelling | None:
        return await info.context["loaders"].one[types.Dwelling].load(self.dwelling_id)

    @strawberry.field(permission_classes=[MayRead])
    async def tenancies(self, info: Info) -> list[types.Tenancy]:
        return await info.context["loaders"].many[types.Tenancy].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def rent_defaults(self, info: Info) -> list[types.RentDefault]:
        return await info.context["loaders"].many[types.RentDefault].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def rent_demand_copies(self, info: Info) -> list[types.RentDemandCopy]:
        return await info.context["loaders"].many[types.RentDemandCopy].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def lease_breaches(self, info: Info) -> list[types.LeaseBreach]:
        return await info.context["loaders"].many[types.LeaseBreach].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def eviction_notices(self, info: Info) -> list[types.EvictionNotice]:
        return await info.context["loaders"].many[types.EvictionNotice].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def eviction_petitions(self, info: Info) -> list[types.EvictionPetition]:
        return await info.context["loaders"].many[types.EvictionPetition].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def mortgage_loans(self, info: Info) -> list[types.MortgageLoan]:
        return await info.context["loaders"].many[types.MortgageLoan].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def financial_aid_applications(self, info: Info) -> list[types.FinancialAidApplication]:
        return await info.context["loaders"].many[types.FinancialAidApplication].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def participants(self, info: Info) -> list[types.Participant]:
        return await info.context["loaders"].many[types.Participant].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def contact_log(self, info: Info) -> list[types.ContactLogEntry]:
        return await info.context["loaders"].many[types.ContactLogEntry].load(self.id)

    @strawberry.field(permission_classes=[MayRead])
    async def plan(self, info: Info) -> types.ProgressPlan | None:
        return await info.context["loaders"].one[types.ProgressPlan].load(self.id)


@strawberry.type
class CaseConnection:
    nodes: list[Case]


@strawberry.type
class Query:
    @strawberry.field(permission_classes=[MayRead])
    async def case(self, info: Info, id: strawberry.ID) -> Case | None:  # noqa: A002  the contract's word
        row = await info.context["pool"].fetchrow(f"{_CASE} WHERE c.id = $1", id)
        return Case(**row) if row else None

    @strawberry.field(permission_classes=[MayRead])
    async def cases(self, info: Info, first: int) -> CaseConnection:
        rows = await info.context["pool"].fetch(_PAGE, info.context["unit"], first)
        return CaseConnection(nodes=[Case(**row) for row in rows])


@strawberry.input
class DebtorNameInput:
    first: str
    last: str


@strawberry.input
class DebtorAddressInput:
    line: str
    postal_code: str
    place: str


@strawberry.input
class MortgageDefaultRow:
    loan_type: str
    loan_ref: str
    debtor_national_id: str
    debtor_name: DebtorNameInput
    debtor_address: DebtorAddressInput
    first_unpaid_due: date
    unpaid_terms: int
    arrears: int
    interest_accrued: int
    consent_id: strawberry.ID


@strawberry.input
class SubmitMortgageDefaultsInput:
    idempotency_key: str
    rows: list[MortgageDefaultRow]


@strawberry.type
class RowAccepted:
    row_no: int
    receipt: strawberry.ID
    basis: str
    is_late: bool


@strawberry.type
class Submitted:
    id: strawberry.ID
    received_at: DateTime
    accepted_count: int
    rejected_count: int
    rows: list[RowAccepted]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=[MayRead])
    async def submit_mortgage_defaults(self, info: Info, input: SubmitMortgageDefaultsInput) -> Submitted:  # noqa: A002
        (row,) = input.rows
        submission, receipt, digest = new_id(), new_id(), sha256(input.idempotency_key.encode()).hexdigest()
        name, address = row.debtor_name, row.debtor_address
        received = await info.context["pool"].fetchval(
            _SUBMIT, submission, BANK, input.idempotency_key, digest, receipt, row.loan_type, row.loan_ref,
            row.debtor_national_id, name.first, name.last, address.line, address.postal_code, address.place,
            row.first_unpaid_due, row.unpaid_terms, row.arrears, row.interest_accrued, row.consent_id,
        )  # fmt: skip
        accepted = RowAccepted(row_no=1, receipt=receipt, basis="BANK_CUSTOMER_CONSENT", is_late=False)
        return Submitted(id=submission, received_at=received, accepted_count=1, rejected_count=0, rows=[accepted])
