"""The lines of a slice are cut, read, checked by themselves and put in columns; of the next one while the database
stores this one.

Nothing is looked up here, so that it does not matter when it is done.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from hub.bulk.keeping import Columns, in_columns
from hub.bulk.lines import cut
from hub.bulk.reading import reader
from hub.bulk.start import BOM
from hub.identity.model import Inquiry
from hub.intake.batch import Seal
from hub.intake.model import Fault, Form
from hub.intake.pipeline import faults_of, setting_of
from hub.store.ids import new_ids
from hub.store.tables import Upload

ROWS: Final = 4_000
"""How many at a time, at most: a transaction stays short, and so does what is in memory."""
FILES: Final = 4
"""Of so many files a slice is kept that is not due yet: files take turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a slice begins: a part, a byte of it, and what of a line stood at the end of the part before; and how many
    rows the file has before that.
    """

    no: int
    at: int
    carry: bytes
    rows: int

    @property
    def is_start(self) -> bool:
        return self.no == self.at == 0 and not self.carry


@dataclass(slots=True, kw_only=True)
class Slice:
    """Rows out of a file, or faults in their places, and what is wrong with the rows by themselves. Digests of each as
    it stands, and of what it has in common with another that is the same. `finished` is a part that nothing is left of.

    `receipts` are for those that are accepted, and `stated` is what is stored of them then; of those that have a fault
    nothing is in it.
    """

    rows: list[Any]
    faults: list[Fault | None]
    receipts: list[UUID]
    stated: Columns
    digests: tuple[str, ...]
    identities: list[bytes | None]
    following: Place
    finished: int | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class _File:
    """What stays the same of a file."""

    id: UUID
    key: str
    columns: tuple[str, ...]
    part_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """What is read ahead: for whom and from where, and the slice when it is read."""

    inquiry: Inquiry
    place: Place
    slice: asyncio.Future[Slice]


class Ahead:
    """Reads slices of so many rows at most, in a thread: it takes a while, and others wait for their answers.

    `row` is the type of a row, and `stated` what one states, by column.
    """

    def __init__(
        self,
        *,
        form: Form[Any],
        row: type[Any],
        stated: Callable[[Any], Mapping[str, Any]],
        longest: int,
        seal: Seal,
        rows: int = ROWS,
    ) -> None:
        self._form = form
        self._row = row
        self._stated = stated
        self._longest = longest
        self._seal = seal
        self._rows = rows
        self._begun: OrderedDict[UUID, _Begun] = OrderedDict()

    def taken(self, upload: Upload, inquiry: Inquiry) -> asyncio.Future[Slice] | None:
        """The slice whose turn it is, if it was begun from this very place and for the same sender."""
        begun = self._begun.pop(upload.id, None)
        if begun is None or begun.place != place_of(upload) or not _is_same(begun.inquiry, inquiry):
            return None
        return begun.slice

    def begin(self, upload: Upload, inquiry: Inquiry, place: Place, body: bytes) -> None:
        """Read the slice from there on, before it is its turn. `body` is the part that it begins in."""
        self._begun[upload.id] = _Begun(inquiry=inquiry, place=place, slice=self.read(upload, inquiry, place, body))
        while len(self._begun) > FILES:
            self._begun.popitem(last=False)

    def read(self, upload: Upload, inquiry: Inquiry, place: Place, body: bytes) -> asyncio.Future[Slice]:
        """The slice from there on."""
        file = _File(upload.id, upload.idempotency_key, tuple(upload.columns), upload.part_count)
        return asyncio.get_running_loop().run_in_executor(None, self._slice, file, inquiry, place, body)

    def _slice(self, file: _File, inquiry: Inquiry, place: Place, body: bytes) -> Slice:
        at = len(BOM) if place.is_start and body.startswith(BOM) else place.at
        most = self._rows + (place.is_start and bool(file.columns))
        lines, at, carry = cut(place.carry, body, at, most=most, longest=self._longest)
        no, finished = place.no, None
        if at == len(body):
            finished, no, at = no, no + 1, 0
        is_last = no >= file.part_count
        if is_last and carry and len(lines) < most:
            lines.append(carry.removesuffix(b"\r"))
            carry = b""
        if place.is_start and file.columns:
            del lines[:1]
        read = reader(self._row, file.columns, self._longest)
        rows = [read(line) for line in lines]
        faults = faults_of(self._form, rows, setting_of(self._form, inquiry))
        return Slice(
            rows=rows,
            faults=faults,
            receipts=new_ids(len(rows)),
            stated=in_columns([None if fault else self._stated(row) for row, fault in zip(rows, faults, strict=True)]),
            digests=self._seal.lines(inquiry.requester, file.key, lines, place.rows + 1),
            identities=[
                None if fault is not None else self._seal.identity(file.id, self._form.identity(row))
                for row, fault in zip(rows, faults, strict=True)
            ],
            following=Place(no=no, at=at, carry=carry, rows=place.rows + len(lines)),
            finished=finished,
            is_last=is_last and not carry,
        )


def place_of(upload: Upload) -> Place:
    """How far the file is judged."""
    return Place(no=upload.part_no, at=upload.part_at, carry=upload.carry, rows=upload.rows_judged)


def _is_same(then: Inquiry, now: Inquiry) -> bool:
    """Whether the rows would be read alike: by whom it was sent counts, and the day that it was received on."""
    return (then.requester, then.received_at) == (now.requester, now.received_at)
