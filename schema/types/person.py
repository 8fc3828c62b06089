"""Persons and households. Source: the population register (Folkeregisteret) as NAV holds it, and the caseworker's
notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import children, embedded_type, embedded_value, link, member, shared, shared_type
from schema.enums import AddressGrade, AddressProtection, HouseholdRelation, HouseholdRole
from schema.scalars import LegalDay, NationalId
from schema.types.organisation import Record

if TYPE_CHECKING:
    from schema.types.case import Case

C = DataCategory
LazyCase = Annotated["Case", strawberry.lazy("schema.types.case")]


@embedded_type
class PersonName:
    """A person's name (navn)."""

    first: str | None = member("Given name (fornavn).", column="first_name")
    middle: str | None = member("Middle name (mellomnavn).", column="middle_name")
    last: str | None = member("Family name (etternavn).", column="last_name")


@embedded_type
class Address:
    """A Norwegian address (adresse)."""

    line: str | None = member("Street and number, or post box.")
    postal_code: str | None = member("Postal code (postnummer), 4 digits.")
    place: str | None = member("Postal place (poststed).")


@shared_type(
    source=Source.NAV,
    table="nav.person",
    category=C.PERSON_NAME,
    anchor=Anchor.PERSON,
    subject="id",
)
class Person(Record):
    """A person (person). Source: the population register as NAV holds it."""

    id: strawberry.ID | None = shared(C.PERSON_NAME, "Opaque id, never derived from the national id.")
    national_id: NationalId | None = shared(C.NATIONAL_ID, "Fødselsnummer or D-number, 11 digits.")
    national_id_masked: str | None = shared(
        C.NATIONAL_ID_MASKED,
        "The first six digits, the rest starred (maskert fødselsnummer).",
        expression="left({row}.national_id, 6) || '*****'",
        columns=("national_id",),
    )
    name: PersonName | None = embedded_value(C.PERSON_NAME, "The person's name (navn).")
    residential_address: Address | None = embedded_value(
        C.ADDRESS,
        "Where the person lives (bostedsadresse). Nothing can be concluded from its absence.",
        prefix="residential_",
    )
    postal_address: Address | None = embedded_value(C.ADDRESS, "Where letters go (postadresse).", prefix="postal_")
    temporary_address: Address | None = embedded_value(
        C.ADDRESS, "Where the person stays for a time (oppholdsadresse).", prefix="temporary_"
    )
    address_protection: AddressProtection | None = shared(
        C.ADDRESS_PROTECTION, "Address protection (adressebeskyttelse).", column="protection"
    )
    address_grade: AddressGrade | None = shared(
        C.ADDRESS_PROTECTION, "Grade of the residential address (adressegradering)."
    )
    in_register: bool | None = shared(
        C.ADDRESS_PROTECTION,
        "Whether the population register, as NAV holds it, knows the person. If not, the address counts as strictly "
        "confidential, to be on the safe side.",
    )
    shielded: bool | None = shared(
        C.SHIELDED_MARK, "Whether the person is shielded as an employee (skjermet, egen ansatt)."
    )
    preferred_language: str | None = shared(
        C.CONTACT_INFO, "Language that the person prefers (språk), as an ISO 639-1 code."
    )
    interpreter_needed: bool | None = shared(C.CONTACT_INFO, "Whether an interpreter is needed (tolkebehov).")
    digital_contact_reserved: bool | None = shared(
        C.CONTACT_INFO, "Whether the person has reserved against digital contact (reservasjon i KRR)."
    )
    deceased_on: LegalDay | None = shared(C.PERSON_NAME, "Day of death (dødsdato).")
    case: LazyCase | None = children(
        C.CASE_EXISTENCE,
        "The person's latest case that the requester may see.",
        by="subject_id",
        latest="updated_at DESC, {child}.id",
        new_anchor=True,
        extra_columns=("updated_at",),
    )
    cases: list[LazyCase] | None = children(
        C.CASE_EXISTENCE,
        "The person's cases that the requester may see, the latest first.",
        by="subject_id",
        order="updated_at DESC, {child}.id",
        new_anchor=True,
        extra_columns=("updated_at",),
    )


@shared_type(
    source=Source.HUB,
    table="hub.case_person",
    category=C.HOUSEHOLD_ADULTS,
    subject="person_id",
    order="role, {child}.id",
)
class HouseholdMember(Record):
    """A person in the household (husstandsmedlem). Source: the caseworker."""

    id: strawberry.ID | None = shared(C.HOUSEHOLD_ADULTS, "The hub's id of the membership.")
    relation: HouseholdRelation | None = shared(C.HOUSEHOLD_ADULTS, "Relation to the subject of the case.")
    role: HouseholdRole | None = shared(C.HOUSEHOLD_ADULTS, "Adult, child or other.")
    share_of_tenancy: int | None = shared(C.HOUSEHOLD_ADULTS, "Share of the lease, in percent.")
    person: Person | None = link(C.HOUSEHOLD_ADULTS, "The person.", column="person_id")


@shared_type(source=Source.HUB, table="hub.household", category=C.HOUSEHOLD_FLAG)
class Household(Record):
    """The household of the home in question (husstand). Source: the caseworker."""

    id: strawberry.ID | None = shared(C.HOUSEHOLD_FLAG, "The hub's id of the household.")
    has_children: bool | None = shared(C.HOUSEHOLD_FLAG, "Whether children live there (barnefamilie).")
    children_count: int | None = shared(C.CHILDREN, "Number of children.")
    children_under_18: int | None = shared(C.CHILDREN, "Number of children under 18.", column="children_under18")
    child_needs_note: str | None = shared(C.CHILDREN, "What the children need, in the caseworker's words.")
    members: list[HouseholdMember] | None = children(
        C.HOUSEHOLD_ADULTS,
        "Who lives there.",
        by="case_id",
        key="case_id",
        order="role, {child}.id",
        extra_columns=("role",),
    )
