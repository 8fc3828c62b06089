"""What a value must be by itself. Nothing is looked up here, so nothing here can tell anything of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from hub.intake import wording
from hub.intake.model import Fault, Setting
from schema.identifiers import InvalidIdentifier, Municipality, parse_account, parse_kid, parse_national_id, parse_orgnr

MOST_ORE = 10**12
LONGEST_REF = 64
LONGEST_NAME = 100
LONGEST_LINE = 200
LONGEST_DOCUMENT_REF = 128
POSTAL_CODE = 4
_LINE_ENDS = {ord(end): " " for end in "\r\n"}


def text(field: str, value: str | None, longest: int) -> Iterator[Fault]:
    if value is not None and not is_text(value, longest):
        yield wording.bad_text(field, longest)


def prose(field: str, value: str | None, longest: int) -> Iterator[Fault]:
    """Of several lines, if need be."""
    yield from text(field, value.translate(_LINE_ENDS) if value else value, longest)


def number(field: str, value: int | None, allowed: range) -> Iterator[Fault]:
    if value is not None and value not in allowed:
        yield wording.bad_number(field, allowed.start, allowed.stop - 1)


def amount(field: str, value: int | None) -> Iterator[Fault]:
    if value is not None and not 0 < value < MOST_ORE:
        yield wording.bad_amount(field)


def amount_or_zero(field: str, value: int | None) -> Iterator[Fault]:
    if value is not None and not 0 <= value < MOST_ORE:
        yield wording.bad_amount_or_zero(field)


def past_day(field: str, value: date | None, setting: Setting) -> Iterator[Fault]:
    if value is not None and value > setting.day:
        yield wording.in_the_future(field)


def day_within(field: str, value: date | None, first: date, last: date) -> Iterator[Fault]:
    if value is not None and not first <= value <= last:
        yield wording.day_outside(field, first, last)


def past(field: str, value: datetime | None, setting: Setting) -> Iterator[Fault]:
    if value is not None and value > setting.at:
        yield wording.moment_in_the_future(field)


def national_id(field: str, value: str | None, setting: Setting) -> Iterator[Fault]:
    if value is not None and not _parses(lambda stated: parse_national_id(stated, setting.population), value):
        yield wording.bad_national_id(field)


def orgnr(field: str, value: str | None) -> Iterator[Fault]:
    if value is not None and not _parses(parse_orgnr, value):
        yield wording.bad_orgnr(field)


def account(field: str, value: str | None) -> Iterator[Fault]:
    if value is not None and not _parses(parse_account, value):
        yield wording.bad_account(field)


def kid(field: str, value: str | None) -> Iterator[Fault]:
    if value is not None and not _parses(parse_kid, value):
        yield wording.bad_kid(field)


def municipality(field: str, value: str | None, setting: Setting) -> Iterator[Fault]:
    """One that is in force today. Who serves it is looked up later; an office's own is meant where none is stated."""
    if value is None:
        if setting.municipality is None:
            yield wording.bad_municipality(field)
    elif not _parses(lambda stated: Municipality.parse(stated, on=setting.day), value):
        yield wording.bad_municipality(field)


def name(field: str, first: str, last: str) -> Iterator[Fault]:
    yield from text(f"{field}.first", first, LONGEST_NAME)
    yield from text(f"{field}.last", last, LONGEST_NAME)


def address(field: str, line: str, postal_code: str, place: str) -> Iterator[Fault]:
    if not _is_postal_code(postal_code):
        yield wording.bad_postal_code(f"{field}.postalCode", POSTAL_CODE)
    yield from text(f"{field}.line", line, LONGEST_LINE)
    yield from text(f"{field}.place", place, LONGEST_NAME)


def is_text(value: str, longest: int) -> bool:
    """Something to read: no control characters, no lone surrogates, no space around it."""
    return 0 < len(value) <= longest and value.isprintable() and value == value.strip()


def _is_postal_code(value: str) -> bool:
    return len(value) == POSTAL_CODE and value.isascii() and value.isdigit()


def _parses(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except InvalidIdentifier:
        return False
    return True
