"""What a value must be by itself. Nothing is looked up here, so nothing here can tell anything of anybody.

Each check gives the faults that it finds. They are no generators: of most values there is nothing to say, and to begin
one takes longer than to look.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from hub.intake import wording
from hub.intake.model import Fault, Setting
from schema.identifiers import InvalidIdentifier, Municipality, parse_account, parse_kid, parse_national_id, parse_orgnr

MOST_ORE = 10**12
LONGEST_REF = 64
LONGEST_NAME = 100
LONGEST_LINE = 200
LONGEST_DOCUMENT_REF = 128
POSTAL_CODE = 4
Faults = tuple[Fault, ...]
NONE: Final[Faults] = ()
_LINE_ENDS = {ord(end): " " for end in "\r\n"}


def text(field: str, value: str | None, longest: int) -> Faults:
    return NONE if value is None or is_text(value, longest) else (wording.bad_text(field, longest),)


def prose(field: str, value: str | None, longest: int) -> Faults:
    """Of several lines, if need be."""
    return text(field, value.translate(_LINE_ENDS) if value else value, longest)


def number(field: str, value: int | None, allowed: range) -> Faults:
    if value is None or value in allowed:
        return NONE
    return (wording.bad_number(field, allowed.start, allowed.stop - 1),)


def amount(field: str, value: int | None) -> Faults:
    return NONE if value is None or 0 < value < MOST_ORE else (wording.bad_amount(field),)


def amount_or_zero(field: str, value: int | None) -> Faults:
    return NONE if value is None or 0 <= value < MOST_ORE else (wording.bad_amount_or_zero(field),)


def past_day(field: str, value: date | None, setting: Setting) -> Faults:
    return NONE if value is None or value <= setting.day else (wording.in_the_future(field),)


def day_within(field: str, value: date | None, first: date, last: date) -> Faults:
    return NONE if value is None or first <= value <= last else (wording.day_outside(field, first, last),)


def past(field: str, value: datetime | None, setting: Setting) -> Faults:
    return NONE if value is None or value <= setting.at else (wording.moment_in_the_future(field),)


def national_id(field: str, value: str | None, setting: Setting) -> Faults:
    if value is None or _parses(parse_national_id, value, setting.population):
        return NONE
    return (wording.bad_national_id(field),)


def orgnr(field: str, value: str | None) -> Faults:
    return NONE if value is None or _parses(parse_orgnr, value) else (wording.bad_orgnr(field),)


def account(field: str, value: str | None) -> Faults:
    return NONE if value is None or _parses(parse_account, value) else (wording.bad_account(field),)


def kid(field: str, value: str | None) -> Faults:
    return NONE if value is None or _parses(parse_kid, value) else (wording.bad_kid(field),)


def municipality(field: str, value: str | None, setting: Setting) -> Faults:
    """One that is in force today. Who serves it is looked up later; an office's own is meant where none is stated."""
    if value is None:
        return (wording.bad_municipality(field),) if setting.municipality is None else NONE
    if _parses(lambda stated: Municipality.parse(stated, on=setting.day), value):
        return NONE
    return (wording.bad_municipality(field),)


def name(field: str, first: str, last: str) -> Faults:
    return *text(f"{field}.first", first, LONGEST_NAME), *text(f"{field}.last", last, LONGEST_NAME)


def address(field: str, line: str, postal_code: str, place: str) -> Faults:
    code = NONE if _is_postal_code(postal_code) else (wording.bad_postal_code(f"{field}.postalCode", POSTAL_CODE),)
    return (
        *code,
        *text(f"{field}.line", line, LONGEST_LINE),
        *text(f"{field}.place", place, LONGEST_NAME),
    )


def is_text(value: str, longest: int) -> bool:
    """Something to read: no control characters, no lone surrogates, no space around it."""
    return 0 < len(value) <= longest and value.isprintable() and value == value.strip()


def _is_postal_code(value: str) -> bool:
    return len(value) == POSTAL_CODE and value.isascii() and value.isdigit()


def _parses(parse: Callable[..., object], value: str, *more: object) -> bool:
    try:
        parse(value, *more)
    except InvalidIdentifier:
        return False
    return True
