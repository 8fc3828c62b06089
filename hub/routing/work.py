"""What is being done, for which office, and what is to be written; of a row, what and whom it is about."""

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
class Handling:
    """For which office something is done to a case, and when. `signal` is what calls for it, where something does."""

    office: Office
    changes: Changes
    at: datetime
    signal: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Handling):
    """A row, and the signal that it becomes."""

    arrival: Arrival
    about: About
    signal: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whether the same claim was told of before: by which signal first, and whether there is nothing new in it."""

    duplicates_of: UUID | None = None
    is_repeat: bool = False
