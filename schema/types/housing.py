"""The tenancy track. Source: the landlord's register (Kobo or the rent ledger)."""

from __future__ import annotations

import strawberry

from schema.categories import DataCategory, Source
from schema.declare import children, embedded_value, link, shared, shared_type
from schema.enums import (
    BreachKind,
    BreachStatus,
    ClaimStatus,
    DefaultStatus,
    DemandKind,
    DiscoverySource,
    DwellingType,
    Guarantee,
    TenancyStatus,
    TermType,
)
from schema.scalars import AccountNo, Kid, Kommunenummer, LegalDay, Moment, Ore
from schema.types.organisation import Party, Record
from schema.types.person import Address

C = DataCategory


@shared_type(source=Source.HOUSING, table="housing.dwelling", category=C.CASE_EXISTENCE)
class Dwelling(Record):
    """The home in question (bolig). For a tenant its address is the home address, so it is guarded as one.

    That there is a dwelling, of which kind and whose, goes with the case: a row that vanished with the address would
    tell
    of a protected one.
    """

    id: strawberry.ID | None = shared(C.CASE_EXISTENCE, "The hub's id of the dwelling.")
    address: Address | None = embedded_value(
        C.ADDRESS,
        "Address of the dwelling.",
        columns=(("line", "address_line"), ("postalCode", "postal_code"), ("place", "postal_place")),
    )
    municipality: Kommunenummer | None = shared(C.CASE_EXISTENCE, "Municipality number (kommunenummer), 4 digits.")
    cadastral: str | None = shared(C.ADDRESS, "Cadastral number (matrikkel: gnr/bnr/fnr/snr).")
    dwelling_type: DwellingType | None = shared(C.CASE_EXISTENCE, "Kind of dwelling.")
    owner: Party | None = link(C.CASE_EXISTENCE, "Who owns the dwelling.", column="owner_party")
    kobo_id: str | None = shared(C.ADDRESS, "Id of the dwelling in Kobo.")


@shared_type(source=Source.HOUSING, table="housing.rent_claim", category=C.RENT, order="due_date, {child}.id")
class RentClaim(Record):
    """A claim for rent (husleiekrav)."""

    id: strawberry.ID | None = shared(C.RENT, "The hub's id of the claim.")
    period: LegalDay | None = shared(C.RENT, "First day of the month that the claim is for.")
    due_date: LegalDay | None = shared(C.RENT, "Due date (forfallsdato).")
    amount: Ore | None = shared(C.RENT, "Amount, in øre.")
    paid: Ore | None = shared(C.RENT, "Paid so far, in øre.")
    kid: Kid | None = shared(C.RENT, "Payment reference (KID).")
    status: ClaimStatus | None = shared(C.RENT, "State of the claim.")
    dunning_level: int | None = shared(
        C.RENT, "0 invoice, 1 reminder (purring), 2 second demand (inkassovarsel), 3 betalingsoppfordring, 4 legal."
    )


@shared_type(source=Source.HOUSING, table="housing.tenancy", category=C.RENT, order="start_date DESC, {child}.id")
class Tenancy(Record):
    """A lease (leieforhold). Source: the landlord's register."""

    id: strawberry.ID | None = shared(C.RENT, "The hub's id of the lease.")
    landlord: Party | None = link(C.RENT, "Who lets the dwelling (utleier).", column="landlord_party")
    dwelling: Dwelling | None = link(C.ADDRESS, "The dwelling that is let.", column="dwelling_id")
    start_date: LegalDay | None = shared(C.RENT, "First day of the lease.")
    end_date: LegalDay | None = shared(C.RENT, "Last day of the lease, if it has one.")
    term_type: TermType | None = shared(C.RENT, "Fixed term or indefinite.")
    monthly_rent: Ore | None = shared(C.RENT, "Rent a month (månedsleie), in øre.")
    due_day: int | None = shared(C.RENT, "Day of the month on which rent falls due (forfallsdag), 1 to 31.")
    contract_written: bool | None = shared(C.RENT, "Whether the contract is in writing.")
    eviction_clause: bool | None = shared(
        C.RENT,
        "Whether it has an eviction clause (utkastelsesklausul, tvangsfullbyrdelsesloven § 13-2 (3) a).",
    )
    signed_by_tenant: bool | None = shared(C.RENT, "Whether the tenant has signed.")
    reserved_for_disadvantaged: bool | None = shared(
        C.RENT, "Whether the dwelling is let under the rules for disadvantaged tenants (husleieloven § 11-1)."
    )
    deposit: Ore | None = shared(C.RENT, "Deposit (depositum, husleieloven § 3-5), in øre.")
    guarantee: Guarantee | None = shared(C.RENT, "Municipal guarantee (kommunal garanti).")
    rent_account_no: AccountNo | None = shared(C.RENT, "Account that rent is paid to (kontonummer).")
    kid_pattern: str | None = shared(C.RENT, "How payment references of this lease are built.")
    status: TenancyStatus | None = shared(C.RENT, "State of the lease.")
    claims: list[RentClaim] | None = children(
        C.RENT,
        "Claims for rent, the oldest first.",
        by="tenancy_id",
        order="due_date, {child}.id",
        extra_columns=("due_date",),
    )


@shared_type(source=Source.HOUSING, table="housing.rent_default", category=C.RENT, order="reported_at DESC, {child}.id")
class RentDefault(Record):
    """Default on rent (mislighold av husleie): the unpaid claims together."""

    id: strawberry.ID | None = shared(C.RENT, "The hub's id of the default.")
    arrears: Ore | None = shared(C.RENT, "Arrears (restanse), in øre.")
    months_in_arrears: int | None = shared(C.RENT, "Number of months with unpaid rent.")
    oldest_due_date: LegalDay | None = shared(C.RENT, "Due date of the oldest unpaid claim.")
    fees: Ore | None = shared(C.RENT, "Fees (gebyrer), in øre.")
    interest: Ore | None = shared(C.RENT, "Interest for late payment (forsinkelsesrente), in øre.")
    reported_by: str | None = shared(C.RENT, "Who reported it.")
    reported_at: Moment | None = shared(C.RENT, "When it was reported.")
    basis: str | None = shared(C.RENT, "Code of the legal basis of the report.")
    discovery_source: DiscoverySource | None = shared(C.RENT, "How it was discovered.")
    status: DefaultStatus | None = shared(C.RENT, "State of the default.")
    tenancy: Tenancy | None = link(C.RENT, "The lease in default.", column="tenancy_id")


@shared_type(
    source=Source.HOUSING, table="housing.rent_demand_copy", category=C.RENT_DEMAND, order="issued_at DESC, {child}.id"
)
class RentDemandCopy(Record):
    """Copy of the second demand or the collection claim (kopi av andre gangs husleiekrav eller inkassokrav)."""

    id: strawberry.ID | None = shared(C.RENT_DEMAND, "The hub's id of the copy.")
    demand_no: int | None = shared(C.RENT_DEMAND, "Number of the demand; 2 is the second issue.")
    kind: DemandKind | None = shared(C.RENT_DEMAND, "Second demand or collection claim.")
    issued_at: Moment | None = shared(C.RENT_DEMAND, "When the demand was issued.")
    amount: Ore | None = shared(C.RENT_DEMAND, "Amount demanded, in øre.")
    document_ref: str | None = shared(C.RENT_DEMAND, "Reference to the document.")
    routine_ref: str | None = shared(C.RENT_DEMAND, "The local routine that ordered the copy (skriftlig rutine).")
    delivered_to: str | None = shared(C.RENT_DEMAND, "Unit that received the copy.")
    tenant_informed_at: Moment | None = shared(C.RENT_DEMAND, "When the tenant was told of the copy.")


@shared_type(
    source=Source.HOUSING, table="housing.lease_breach", category=C.LEASE_BREACH, order="occurred_at DESC, {child}.id"
)
class LeaseBreach(Record):
    """Another breach of the lease (annet brudd på leiekontrakten, husleieloven § 9-9)."""

    id: strawberry.ID | None = shared(C.LEASE_BREACH, "The hub's id of the breach.")
    kind: BreachKind | None = shared(C.LEASE_BREACH, "Kind of breach.")
    description: str | None = shared(
        C.LEASE_BREACH_TEXT, "What happened, in free text. It may contain health data (GDPR art. 9) or who reported it."
    )
    occurred_at: Moment | None = shared(C.LEASE_BREACH, "When it happened.")
    verified_with_tenant_at: Moment | None = shared(C.LEASE_BREACH, "When it was checked with the tenant.")
    consequences_explained_at: Moment | None = shared(C.LEASE_BREACH, "When the possible consequences were explained.")
    written_warning_at: Moment | None = shared(C.LEASE_BREACH, "When a written warning was given (advarsel).")
    measures: list[str] | None = shared(C.LEASE_BREACH, "Measures agreed (tiltak).")
    status: BreachStatus | None = shared(C.LEASE_BREACH, "How far the follow-up has come.")
