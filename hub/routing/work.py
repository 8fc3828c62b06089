"""One row being filed: what it is, whom it is about, which office has it, and what is to be written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.routing.arrivals import Arrival
from hub.routing.changes import Changes
from hub.routing.files import CaseFile
from hub.routing.routines import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a row is about, and the cases that the person has."""

    person: UUID
    is_strict: bool
    files: list[CaseFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A row, the signal that it becomes, and when."""

    arrival: Arrival
    about: About
    office: Office
    changes: Changes
    signal: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whether the same claim was told of before: by which signal first, and whether there is nothing new in it."""

    duplicates_of: UUID | None = None
    is_repeat: bool = False
