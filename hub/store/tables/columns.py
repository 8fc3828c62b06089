"""Column types and constraints that every table is declared with."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from hub.store.ids import new_id

# Stable names, so that a migration can name what it changes.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Table(SQLModel):
    """What every table is derived from."""

    # SQLModel's own declaration wants a function where it takes a string just as well.
    __tablename__: ClassVar[Any]


Text = Annotated[str, Field(sa_type=sa.Text)]
TextOrNone = Annotated[str | None, Field(sa_type=sa.Text, default=None)]
Texts = Annotated[list[str], Field(sa_type=ARRAY(sa.Text))]
# An object as it came from outside. Absent is NULL, never the word null of JSON.
JsonOrNone = Annotated[dict[str, Any] | None, Field(sa_type=JSONB(none_as_null=True), default=None)]
# Whole øre, never a float.
Ore = Annotated[int, Field(sa_type=sa.BigInteger)]
OreOrNone = Annotated[int | None, Field(sa_type=sa.BigInteger, default=None)]
Small = Annotated[int, Field(sa_type=sa.SmallInteger)]
SmallOrNone = Annotated[int | None, Field(sa_type=sa.SmallInteger, default=None)]
# An instant on the clock, against a legal day of the calendar (Europe/Oslo).
Instant = Annotated[datetime, Field(sa_type=sa.DateTime(timezone=True))]
InstantOrNone = Annotated[datetime | None, Field(sa_type=sa.DateTime(timezone=True), default=None)]
Day = Annotated[date, Field(sa_type=sa.Date)]
DayOrNone = Annotated[date | None, Field(sa_type=sa.Date, default=None)]


def key() -> Any:
    """The primary key: a uuid of version 7, made here or by the database."""
    return Field(default_factory=new_id, primary_key=True, sa_column_kwargs={"server_default": sa.text("uuidv7()")})


def code_key() -> Any:
    """A primary key that is a code known outside."""
    return Field(sa_type=sa.Text, primary_key=True)


def flag() -> Any:
    """A mark that is off unless it is set."""
    return Field(default=False, sa_column_kwargs={"server_default": sa.false()})


def ref(target: str, *, index: bool = True) -> Any:
    """A required reference to a uuid key. Without an index of its own where a unique key serves."""
    return Field(foreign_key=target, index=index)


def ref_or_none(target: str) -> Any:
    """An optional reference to a uuid key."""
    return Field(default=None, foreign_key=target, index=True)


def code_ref(target: str) -> Any:
    """A required reference to a text key (party, unit)."""
    return Field(sa_type=sa.Text, foreign_key=target, index=True)


def code_ref_or_none(target: str) -> Any:
    """An optional reference to a text key."""
    return Field(default=None, sa_type=sa.Text, foreign_key=target, index=True)


def party() -> Any:
    """A required reference to a party."""
    return code_ref("hub.party.id")


def unindexed_party() -> Any:
    """A required reference to a party, without an index of its own: parties are few, and none is ever deleted."""
    return Field(sa_type=sa.Text, foreign_key="hub.party.id")


def source() -> Any:
    """The party that discloses the row. Rows are not looked up by it."""
    return unindexed_party()


def sequence() -> Any:
    """A number that the database gives out in order of insertion."""
    return Field(default=None, sa_type=sa.BigInteger, nullable=False, sa_column_args=(sa.Identity(always=True),))


def number_or_none() -> Any:
    """A number of a sequence, kept elsewhere."""
    return Field(default=None, sa_type=sa.BigInteger, nullable=True)


def now() -> Any:
    """The instant of the insert, by the database's clock."""
    return Field(
        default=None,
        sa_type=sa.DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": sa.func.now()},
    )


def one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """The column holds one of these words."""
    return sa.CheckConstraint(f"{column} IN ({_listed(values)})", name=column)


def all_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """The array column holds these words only, and no NULL among them."""
    return sa.CheckConstraint(f"{column} <@ ARRAY[{_listed(values)}]", name=column)


def within(columns: tuple[str, ...], table: str, others: tuple[str, ...]) -> sa.ForeignKeyConstraint:
    """A reference that carries a copied column along, so that the copy can never differ from the original."""
    return sa.ForeignKeyConstraint(columns, [f"{table}.{other}" for other in others])


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


__all__ = [
    "UUID",
    "Day",
    "DayOrNone",
    "Instant",
    "InstantOrNone",
    "JsonOrNone",
    "Ore",
    "OreOrNone",
    "Small",
    "SmallOrNone",
    "Table",
    "Text",
    "TextOrNone",
    "Texts",
    "all_of",
    "code_key",
    "code_ref",
    "code_ref_or_none",
    "flag",
    "key",
    "now",
    "number_or_none",
    "one_of",
    "party",
    "ref",
    "ref_or_none",
    "sequence",
    "source",
    "unindexed_party",
    "within",
]
