"""Schema `nav`: persons, their family ties, and applications for financial aid."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    DayOrNone,
    Instant,
    InstantOrNone,
    Ore,
    Table,
    Text,
    TextOrNone,
    flag,
    key,
    one_of,
    ref,
    source,
)

# Spelt as PostgreSQL gives it back, so that Alembic finds no difference.
_GRADE = "CASE protection {} ELSE NULL::integer END".format(
    " ".join(f"WHEN '{word}'::text THEN {place}" for place, word in enumerate(words.PROTECTIONS))
)


class Person(Table, table=True):
    """A natural person, as the population register has it. Of one whom it does not know there is the number alone."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("national_id"),
        CheckConstraint(r"national_id ~ '^\d{11}$'", name="national_id"),
        one_of("address_grade", words.ADDRESS_GRADES),
        one_of("protection", words.PROTECTIONS),
        # INVARIANT: where a strictly protected person lives or stays is never stored.
        CheckConstraint(
            "protection NOT IN ('STRENGT_FORTROLIG', 'STRENGT_FORTROLIG_UTLAND') OR "
            "num_nonnulls(residential_line, residential_postal_code, residential_place, "
            "temporary_line, temporary_postal_code, temporary_place) = 0",
            name="strict_has_no_residence",
        ),
        CheckConstraint("NOT in_register OR num_nulls(first_name, last_name) = 0", name="named_in_register"),
        # INVARIANT: in doubt, strictly protected.
        CheckConstraint("in_register OR protection = 'STRENGT_FORTROLIG'", name="unknown_is_strict"),
        {"schema": "nav"},
    )

    id: UUID = key()
    national_id: Text
    first_name: TextOrNone
    middle_name: TextOrNone
    last_name: TextOrNone
    residential_line: TextOrNone
    residential_postal_code: TextOrNone
    residential_place: TextOrNone
    postal_line: TextOrNone
    postal_postal_code: TextOrNone
    postal_place: TextOrNone
    temporary_line: TextOrNone
    temporary_postal_code: TextOrNone
    temporary_place: TextOrNone
    address_grade: Text
    protection: Text
    # The protection as a number, so that a household has a highest one.
    grade: int = Field(
        default=None, sa_type=sa.SmallInteger, nullable=False, sa_column_args=(sa.Computed(_GRADE, persisted=True),)
    )
    shielded: bool = flag()
    preferred_language: TextOrNone
    interpreter_needed: bool | None = None
    digital_contact_reserved: bool | None = None
    deceased_on: DayOrNone
    in_register: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    source_party: str = source()


class Kinship(Table, table=True):
    """A family tie. Stored in both directions, so that one look-up finds it."""

    __tablename__ = "kinship"
    __table_args__ = (one_of("relation", words.KINSHIPS), {"schema": "nav"})

    person_id: UUID = Field(foreign_key="nav.person.id", primary_key=True)
    relative_id: UUID = Field(foreign_key="nav.person.id", primary_key=True, index=True)
    relation: str = Field(sa_type=sa.Text, primary_key=True)


class FinancialAidApplication(Table, table=True):
    """An application for financial aid (økonomisk sosialhjelp)."""

    __tablename__ = "financial_aid_application"
    __table_args__ = (
        one_of("purpose", words.AID_PURPOSES),
        one_of("status", words.AID_STATUSES),
        one_of("legal_ref", words.AID_LEGAL_REFS),
        {"schema": "nav"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    purpose: Text
    amount_ore: Ore
    decision_ref: TextOrNone
    status: Text
    # Found out by the office, not by who applies.
    legal_ref: TextOrNone
    applied_at: Instant
    decided_at: InstantOrNone
    reason: TextOrNone
    source_party: str = source()
