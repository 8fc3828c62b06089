"""A file is looked through before it is sent, by the same code that the hub reads it with. Nothing is looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final

from rich.table import Table

from hub.bulk.lines import cut
from hub.bulk.parts import PART
from hub.bulk.reading import Reader, reader
from hub.bulk.start import BOM, Media, header_of
from hub.bulk.wording import FileRefused
from hub.cli.output import err
from hub.identity.model import Kind
from hub.identity.snapshot import legal_day
from hub.intake.model import Fault, Setting
from hub.intake.mortgage import faults_of
from hub.settings import Limits
from schema.commands.defaults import MortgageDefaultRow
from schema.identifiers import Population

_LONGEST: Final = Limits().upload_row_bytes
Told = tuple[int, str, str, str]
"""Of a row that is not fit: line, code, field, and what to do."""


@dataclass(slots=True, kw_only=True)
class Checked:
    """What a look through a file found. As many faults are kept as are shown; `count` is of all."""

    SHOWN: ClassVar[int] = 50

    sha256: str = ""
    rows: int = 0
    count: int = 0
    is_unreadable: bool = False
    faults: list[Told] = field(default_factory=list[Told])

    def add(self, line: int, code: str, where: str, text: str) -> None:
        self.count += 1
        if len(self.faults) < self.SHOWN:
            self.faults.append((line, code, where, text))


def check(file: Path, media: Media, population: Population) -> Checked:
    """Every row by itself. What two rows have in common, and what they rest on, the hub finds."""
    checked, digest = Checked(), hashlib.sha256()
    now = datetime.now(UTC)
    setting = Setting(kind=Kind.BANK, municipality=None, population=population, at=now, day=legal_day(now))
    try:
        for number, line, read in _lines(file, media, digest):
            checked.rows += 1
            row = read(line)
            fault = row if isinstance(row, Fault) else next(faults_of(row, setting), None)
            if fault is not None:
                checked.add(number, fault.code, fault.field, fault.text.en)
    except FileRefused as refusal:
        checked.is_unreadable = True
        checked.add(1, refusal.code, "file", refusal.text.en)
    checked.sha256 = digest.hexdigest()
    return checked


def show(faults: Sequence[Told], count: int) -> None:
    """As a table with line numbers, on standard error."""
    if not faults:
        return
    table = Table("line", "code", "field", "what to do", box=None, pad_edge=False)
    for line, code, where, text in faults:
        table.add_row(str(line), code, where, text)
    err.print(table)
    if count > len(faults):
        err.print(f"and {count - len(faults)} more")


def _lines(file: Path, media: Media, digest: hashlib._Hash) -> Iterator[tuple[int, bytes, Reader]]:
    """Each row with its line number and what reads it. Whatever the size of the file, a part of it is in memory."""
    with file.open("rb") as stream:
        body = stream.read(PART)
        header = header_of(MortgageDefaultRow, media, body, _LONGEST)
        read = reader(MortgageDefaultRow, header, _LONGEST)
        digest.update(body)
        at, number, carry = len(BOM) if body.startswith(BOM) else 0, 0, b""
        while body:
            lines, _, carry = cut(carry, body, at, most=len(body) + 1, longest=_LONGEST)
            for line in lines:
                number += 1
                if number > bool(header):
                    yield number, line, read
            body, at = stream.read(PART), 0
            digest.update(body)
    if carry:
        yield number + 1, carry.removesuffix(b"\r"), read
