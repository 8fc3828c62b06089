"""Questions that are put about something hidden and, word for word, about something absent.

Whoever is handed in about has a case soon after. So each row about somebody without one is about somebody else, and
those about somebody with one are about many in turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle, repeat
from typing import Any

from hub.demo.people import KARI, NINA, OLA, SIRI, Known
from tests.acceptance.filling_in import CONCERN, NOTICE, Form
from tests.acceptance.handing_in import COMMANDS, Command
from tests.intake.factory import SUBMIT, row, strangers
from tests.noninterference.questions import ABSENT_ID, kind_of, whole_case, whole_person

LINES = 30
SENT = 1 + len(COMMANDS) + 2
"""How many kinds of things are handed in: defaults on loans, what senders have a system for, and two forms."""
LOG = "query($n: NationalId!) { accessLog(first: 20, filter: {nationalId: $n}) { totalCount nodes { id } } }"
_BATCH = count()
# Who may not see whom: for strict protection, shielding, family, another office, no consent, no tenancy.
HIDDEN = (
    ("nav-caseworker", OLA),
    ("nav-caseworker", NINA),
    ("nav-sister", KARI),
    ("nav-caseworker-other-office", KARI),
    ("bank-system", KARI),
    ("landlord", KARI),
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A question, by whom, about what is hidden and what is absent. `is_scan`: it looks through a list, which is known
    to take the longer the more is hidden in it.
    """

    name: str
    who: str
    text: str
    hidden: Iterator[Mapping[str, Any]]
    absent: Iterator[Mapping[str, Any]]
    is_scan: bool = False

    def body(self, *, is_hidden: bool) -> bytes:
        variables = next(self.hidden if is_hidden else self.absent)
        # A batch needs a key of its own, or the second answer is the first one again.
        key = {"idempotencyKey": f"timing-{next(_BATCH):09}"}
        given = {"input": {**key, **variables["input"]}} if "input" in variables else variables
        return json.dumps({"query": self.text, "variables": given}).encode()


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """National ids: of those with a case, the case of each; of persons without one; of nobody. The last two run out."""

    case_of: Mapping[str, str]
    handed_in: tuple[str, ...]
    without: Iterator[str]
    nobody: Iterator[str]


def pairs(subjects: Subjects) -> Iterator[Pair]:
    """All of them."""
    unknown = strangers(1)[0]
    for who, known in HIDDEN:
        yield _person(who, known, unknown, "nobody")
    for who, known in (("nav-caseworker", OLA), ("bank-system", KARI)):
        yield _person(who, known, SIRI.national_id, "somebody without a case")
    for who, known in HIDDEN:
        yield Pair(
            name=f"case, {known.first}'s against none",
            who=who,
            text=whole_case(kind_of(who)),
            hidden=repeat({"id": subjects.case_of[known.national_id]}),
            absent=repeat({"id": ABSENT_ID}),
        )
    for absent, of in ((subjects.without, "somebody without one"), (subjects.nobody, "nobody")):
        yield from _handed_in(subjects.handed_in, absent, of)
    yield Pair(
        name=f"accessLog, {NINA.first} with {LINES} lines of another party against nobody",
        who="privacy-officer",
        text=LOG,
        hidden=repeat({"n": NINA.national_id}),
        absent=repeat({"n": unknown}),
        is_scan=True,
    )


def _person(who: str, known: Known, absent: str, of: str) -> Pair:
    return Pair(
        name=f"personByNationalId, {known.first} against {of}",
        who=who,
        text=whole_person(kind_of(who)),
        hidden=repeat({"n": known.national_id}),
        absent=repeat({"n": absent}),
    )


def _handed_in(hidden: tuple[str, ...], absent: Iterator[str], of: str) -> Iterator[Pair]:
    """Everything that is handed in about somebody, by each sort of sender."""

    def sent(command: str, who: str, text: str, given: Callable[[str], dict[str, Any]]) -> Pair:
        return Pair(
            name=f"{command}, somebody with a case against {of}",
            who=who,
            text=text,
            hidden=({"input": given(number)} for number in cycle(hidden)),
            absent=({"input": given(number)} for number in absent),
        )

    yield sent("submitMortgageDefaults", "bank-system", SUBMIT, lambda number: {"rows": [row(number)]})
    for what, command in COMMANDS.items():
        rows = partial(_row, command)
        yield sent(f"{command.name} ({what})", command.who, command.text, rows)
    for form, about in ((NOTICE, "tenantNationalId"), (CONCERN, "subjectNationalId")):
        # Whoever is worried about herself has another form for it.
        who = "citizen-eva" if form is CONCERN else form.who
        yield sent(form.command, who, form.text, partial(_filled_in, form, about))


def _row(command: Command, number: str) -> dict[str, Any]:
    return {"rows": [command.sent(tenantNationalId=number)]}


def _filled_in(form: Form, about: str, number: str) -> dict[str, Any]:
    return {form.field: {**form.row, about: number}}
