"""Scalars: amounts, legal days, moments and identifiers. Each refuses what it does not mean, by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry

from schema.identifiers import parse_account, parse_kid, parse_municipality, parse_national_id, parse_orgnr

_MAX_SAFE = 2**53 - 1

Ore = NewType("Ore", int)
NationalId = NewType("NationalId", str)
Orgnr = NewType("Orgnr", str)
AccountNo = NewType("AccountNo", str)
Kid = NewType("Kid", str)
Kommunenummer = NewType("Kommunenummer", str)
LegalDay = NewType("LegalDay", date)
Moment = NewType("Moment", datetime)


def _parse_ore(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("Ore is a whole number of øre")
    if not -_MAX_SAFE <= value <= _MAX_SAFE:
        raise ValueError("Ore must lie within plus or minus 2^53 - 1")
    return value


def _parse_date(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("Date is written YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("Date is not a day in the calendar") from None


def _parse_moment(value: Any) -> datetime:
    if not isinstance(value, str) or not re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})", value
    ):
        raise ValueError("DateTime is written in ISO 8601 with an offset, as 2026-11-02T10:00:00Z")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("DateTime is not a moment in the calendar") from None


def _identifier(name: str, expected: str, parse: Callable[[str], str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{name} is {expected}")
        return parse(value)

    return read


def _plain(value: Any) -> Any:
    return value


def _iso_day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _iso_moment(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


SCALARS: dict[object, Any] = {
    Ore: strawberry.scalar(
        name="Ore",
        description="An amount in øre (1/100 krone), as a whole number up to 2^53 - 1.",
        serialize=_plain,
        parse_value=_parse_ore,
    ),
    NationalId: strawberry.scalar(
        name="NationalId",
        description="Fødselsnummer or D-number: 11 digits with valid check digits, by today's rule or that of 2032.",
        serialize=_plain,
        parse_value=_identifier("NationalId", "a string of 11 digits", parse_national_id),
    ),
    Orgnr: strawberry.scalar(
        name="Orgnr",
        description="Organisation number (organisasjonsnummer): 9 digits, the last one a check digit.",
        serialize=_plain,
        parse_value=_identifier("Orgnr", "a string of 9 digits", parse_orgnr),
    ),
    AccountNo: strawberry.scalar(
        name="AccountNo",
        description="A Norwegian account number (kontonummer): 11 digits, the last one a check digit.",
        serialize=_plain,
        parse_value=_identifier("AccountNo", "a string of 11 digits", parse_account),
    ),
    Kid: strawberry.scalar(
        name="Kid",
        description="A payment reference (KID): 2 to 25 digits, of which the last one checks the others, by modulus 10 "
        "or modulus 11; by modulus 11 it may be a dash.",
        serialize=_plain,
        parse_value=_identifier("Kid", "a string of 2 to 25 digits", parse_kid),
    ),
    Kommunenummer: strawberry.scalar(
        name="Kommunenummer",
        description="A municipality number: 4 digits, of a municipality that there is or was.",
        serialize=_plain,
        parse_value=_identifier("Kommunenummer", "a string of 4 digits", parse_municipality),
    ),
    LegalDay: strawberry.scalar(
        name="Date",
        description="A legal day in Norway (Europe/Oslo), as YYYY-MM-DD.",
        serialize=_iso_day,
        parse_value=_parse_date,
    ),
    Moment: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, in ISO 8601, as 2026-11-02T10:00:00.000Z.",
        serialize=_iso_moment,
        parse_value=_parse_moment,
    ),
}
