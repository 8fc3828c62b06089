"""An independent reading of policies/expected.toml: what each cell says must hold, as plain predicates on facts.

Nothing here is taken from how the gate compiles, or from how its matrix is worked out and worded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.gate import RequesterClass
from tests.gate.drawing import BINDS, ME
from tests.gate.tables import Asked, Table, Value

Row = Mapping[str, Any]
PARTY, UNIT, MUNICIPALITY = BINDS["party"], BINDS["unit"], BINDS["municipality"]


@dataclass(frozen=True)
class Leg:
    """Something that must hold: of the requester where it asks for no fact, else of the row."""

    asked: tuple[Asked, ...]
    of_row: Callable[[Row], bool] = lambda _: False
    of_requester: Callable[[RequesterClass], bool] = lambda _: False

    def where(self, table: Table, who: RequesterClass) -> int:
        """The combinations in which it holds."""
        if not self.asked:
            return table.everything if self.of_requester(who) else 0
        return table.where_all(tuple(dict.fromkeys(name for name, _ in self.asked)), self.of_row)


def _is(fact: str, value: Value) -> Leg:
    return Leg(((fact, value),), lambda row: row[fact] == value)


def _has(fact: str, member: str) -> Leg:
    return Leg(((fact, member),), lambda row: member in row[fact])


def _lacks(fact: str, member: str) -> Leg:
    return Leg(((fact, member),), lambda row: member not in row[fact])


def _below(grade: int) -> Leg:
    return Leg((("grade", None),), lambda row: row["grade"] is not None and row["grade"] < grade)


_PLAIN: Mapping[str, Leg] = {
    "access was taken by break-glass": _has("glassBroken", ME),
    "an agreement with the loan manager is in force": _is("agreed", True),
    "gone through with the tenant": _is("verified", True),
    "it is not close family": _lacks("relatives", ME),
    "it is not one's own ward": _lacks("guardians", ME),
    "it is not the own household": _lacks("persons", ME),
    "it is one's own case": _is("subject", ME),
    "nobody in the household has a confidential address": _below(1),
    "nobody in the household has a strictly confidential address": _below(2),
    "nobody in the household is shielded": _is("shielded", False),
    "one holds the mandate oneself": _has("holders", ME),
    "the case is in the own municipality": _has("municipalities", MUNICIPALITY),
    "the creditor is MUNICIPALITY": _is("creditorType", "MUNICIPALITY"),
    "the employer shows names": _is("namesShown", True),
    "the line is about oneself": _is("about", ME),
    "the loan is a startlån": _is("startlan", True),
    "the mandate covers what the consent is about": _has("readers", ME),
    "the own party knows of the consent": _has("informed", PARTY),
    "the own party is the creditor": _is("creditor", PARTY),
    "the own party is the landlord": _is("landlord", PARTY),
    "the own party is the recipient": _is("recipient", PARTY),
    "the own party is the source": _is("source", PARTY),
    "the own party submitted it": _is("submitter", PARTY),
    "the own party takes part in the case": _has("parties", PARTY),
    "the own unit handles the report": _is("handler", UNIT),
    "the own unit is responsible for the step": _is("responsibleUnit", UNIT),
    "the own unit is the recipient": _is("recipientUnit", UNIT),
    "the own unit takes part in the case": _has("units", UNIT),
    "the person is oneself": _is("self", ME),
    "the person is whom the case is about": Leg(
        (("self", None), ("subject", None)), lambda row: row["self"] is not None and row["self"] == row["subject"]
    ),
    "the step names the own party": _is("namesParty", PARTY),
    "written by the own unit": _is("author", UNIT),
}
_WORDED: tuple[tuple[re.Pattern[str], Callable[[str], Leg]], ...] = (
    (re.compile(r"consent to (\w+)"), lambda word: _has("consented", word)),
    (re.compile(r"mandate for (\w+)"), lambda word: _has("mandates", word)),
    (re.compile(r"shared as (\w+)"), lambda word: _is("shareLevel", word)),
    (re.compile(r"signed in at level (\d)"), lambda level: Leg((), of_requester=lambda who: _level(who) >= int(level))),
    (re.compile(r"special right (\w+)"), lambda right: Leg((), of_requester=lambda who: right in who.groups)),
)


def _level(who: RequesterClass) -> int:
    assert isinstance(who.assurance, int)
    return who.assurance


def leg(words: str) -> Leg:
    """What one phrase means."""
    if words in _PLAIN:
        return _PLAIN[words]
    return next(make(found.group(1)) for pattern, make in _WORDED if (found := pattern.fullmatch(words)))


def any_of(phrase: str) -> tuple[Leg, ...]:
    """`a or b`."""
    return tuple(leg(words) for words in phrase.split(" or "))


_ENTRY = re.compile(
    r"(?P<letter>[RMSXCOL])(\[(?P<extent>[^\]]*)\])?(?P<purposeless> without a purpose)?"
    r"( on (?P<purposes>B\d+(, B\d+)*))?( if (?P<conditions>.*?))?( even if not: (?P<lacking>.*))?"
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One entry of a cell, as it is written."""

    letter: str
    extent: tuple[str, ...]
    purposeless: bool
    purposes: frozenset[str]
    conditions: tuple[str, ...]
    lacking: frozenset[str]


def read_cell(text: str) -> tuple[Cell, ...]:
    """The entries of a cell."""
    return () if text == "-" else tuple(map(_read_entry, text.split(";")))


def _read_entry(text: str) -> Cell:
    found = _ENTRY.fullmatch(text.strip())
    assert found, f"{text!r} is no entry"
    listed = {name: found[name].split(", ") if found[name] else [] for name in ("extent", "purposes", "lacking")}
    return Cell(
        letter=found["letter"],
        extent=tuple(listed["extent"]),
        purposeless=bool(found["purposeless"]),
        purposes=frozenset(listed["purposes"]),
        conditions=tuple(found["conditions"].split(" and ")) if found["conditions"] else (),
        lacking=frozenset(listed["lacking"]),
    )
