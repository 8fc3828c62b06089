"""How a file begins. What can be told from its first line is told before anything of it is kept."""

from __future__ import annotations

import csv
from enum import StrEnum
from typing import Any, Final

from hub.bulk import wording
from hub.bulk.fields import columns, row_of

BOM: Final = b"\xef\xbb\xbf"
"""UTF-8 says here that it is UTF-8: spreadsheets do. It is passed over."""
_OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_COMPRESSED: Final = (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ")
_OTHER_SEPARATORS: Final = (b";", b"\t", b"|")


class Media(StrEnum):
    """What a file is. NDJSON has a JSON object on each line, CSV (RFC 4180) the names of its columns on the first."""

    CSV = "CSV"
    NDJSON = "NDJSON"


def header_of(kind: type[Any], media: Media, begin: bytes, longest: int) -> tuple[str, ...]:
    """The columns of a CSV file; none of NDJSON. `begin` holds its first line, or is longer than a line may be.

    Raises `FileRefused`.
    """
    if begin.startswith(_COMPRESSED):
        raise wording.compressed()
    if begin.startswith(_OTHER_ENCODINGS) or b"\x00" in begin[:4]:
        raise wording.not_utf8()
    line, _, _ = begin.removeprefix(BOM).partition(b"\n")
    if media is Media.NDJSON:
        if line.lstrip().startswith(b"["):
            raise wording.a_list()
        return ()
    if len(line) > longest:
        raise wording.no_header(longest)
    return _names(kind, line.removesuffix(b"\r"))


def _names(kind: type[Any], line: bytes) -> tuple[str, ...]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise wording.not_utf8() from None
    if not text.strip():
        raise wording.no_rows()
    if b"," not in line and any(other in line for other in _OTHER_SEPARATORS):
        raise wording.other_separator()
    names = tuple(next(csv.reader([text])))
    known = {column.path: column for column in columns(row_of(kind))}
    for number, name in enumerate(names, start=1):
        if name not in known:
            raise wording.unknown_column(number)
        if name in names[: number - 1]:
            raise wording.column_twice(name)
    for name, column in known.items():
        # A part of an object is needed where there is one at all.
        if column.is_required and "." not in name and name not in names:
            raise wording.column_missing(name)
    return names
