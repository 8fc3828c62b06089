"""The values of this room. A form is what one command takes in; a verdict is what becomes of a row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from hub.audit import Entry
from hub.identity.model import Inquiry, Kind
from hub.store.driver import Held
from hub.store.tables import SubmittedDefault, SubmittedReport
from hub.text import Text
from schema.identifiers import Population

Row = TypeVar("Row")
Line = SubmittedDefault | SubmittedReport
"""A row as it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a row is rejected, as a word of the schema's `RowCode`, the field at fault, and what to do."""

    code: str
    field: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The legal basis of an accepted row, the document that it rests on, and what the law makes of it.

    `subject` is the number of whom it is about, where that is known; `entry` is for that person's own log.
    To be late is no reason to be rejected, and neither is a reservation against a municipal landlord.
    """

    basis: str
    consent_id: UUID | None = None
    agreement_id: UUID | None = None
    mandate_id: UUID | None = None
    is_late: bool = False
    is_reserved: bool = False
    subject: str | None = field(default=None, repr=False)
    municipality: str | None = None
    earliest_petition: date | None = None
    objection_deadline: date | None = None
    entry: Entry | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a row: accepted on a ground, or rejected for a fault."""

    row_no: int
    receipt: UUID
    outcome: Ground | Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """By whom and when a row was handed in. The day is the legal one."""

    kind: Kind
    municipality: str | None
    population: Population
    at: datetime
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[Row]):
    """What one command takes in.

    faults      what is wrong with a row by itself, in its setting; nothing is looked up
    identity    what two rows have in common that are the same; `duplicate` is said of the second
    grounds     by row number, on what a row rests; one that is not in it rests on nothing
    groundless  what is said of a row that is rejected for what was looked up, by its code
    table       the ledger, and `columns` what of an accepted row its own columns hold
    """

    command: str
    kind: str
    population: Population
    rows: Callable[[Any], Sequence[Row]]
    faults: Callable[[Row, Setting], Iterator[Fault]]
    identity: Callable[[Row], Hashable]
    duplicate: Fault
    grounds: Callable[[Held, Inquiry, Mapping[int, Row]], Awaitable[Mapping[int, Ground | Fault]]]
    groundless: Callable[[Row, str], Fault]
    table: type[Line]
    columns: Callable[[Row, Ground], Mapping[str, Any]]
