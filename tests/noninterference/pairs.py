"""Questions that are put about something hidden and, word for word, about something absent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from hub.demo.people import KARI, NINA, OLA, SIRI, Known
from tests.acceptance.filling_in import CONCERN, NOTICE
from tests.acceptance.handing_in import COMMANDS
from tests.intake.factory import SUBMIT, row, strangers
from tests.noninterference.questions import ABSENT_ID, kind_of, whole_case, whole_person

LINES = 30
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
    hidden: Mapping[str, Any]
    absent: Mapping[str, Any]
    is_scan: bool = False

    def body(self, *, is_hidden: bool) -> bytes:
        variables = self.hidden if is_hidden else self.absent
        # A batch needs a key of its own, or the second answer is the first one again.
        key = {"idempotencyKey": f"timing-{next(_BATCH):09}"}
        given = {"input": {**key, **variables["input"]}} if "input" in variables else variables
        return json.dumps({"query": self.text, "variables": given}).encode()


def pairs(case_of: Mapping[str, str]) -> Iterator[Pair]:
    """All of them. `case_of` gives the case of a person by national id."""
    unknown, another = strangers(2)
    for who, known in HIDDEN:
        yield _person(who, known, unknown, "nobody")
    for who, known in (("nav-caseworker", OLA), ("bank-system", KARI)):
        yield _person(who, known, SIRI.national_id, "somebody without a case")
    for who, known in HIDDEN:
        yield Pair(
            name=f"case, {known.first}'s against none",
            who=who,
            text=whole_case(kind_of(who)),
            hidden={"id": case_of[known.national_id]},
            absent={"id": ABSENT_ID},
        )
    yield _submission(SIRI.national_id, "somebody without a case")
    yield _submission(another, "nobody")
    for number, of in ((SIRI.national_id, "somebody without a case"), (another, "nobody")):
        yield from _handed_in(number, of)
    yield Pair(
        name=f"accessLog, {NINA.first} with {LINES} lines of another party against nobody",
        who="privacy-officer",
        text=LOG,
        hidden={"n": NINA.national_id},
        absent={"n": unknown},
        is_scan=True,
    )


def _person(who: str, known: Known, absent: str, of: str) -> Pair:
    return Pair(
        name=f"personByNationalId, {known.first} against {of}",
        who=who,
        text=whole_person(kind_of(who)),
        hidden={"n": known.national_id},
        absent={"n": absent},
    )


def _handed_in(absent: str, of: str) -> Iterator[Pair]:
    """Everything else that is handed in about somebody, by each sort of sender."""
    for what, command in COMMANDS.items():
        rows = [{"rows": [command.sent(tenantNationalId=number)]} for number in (KARI.national_id, absent)]
        yield _sent(f"{command.name} ({what})", command.who, command.text, rows, of)
    for form, about in ((NOTICE, "tenantNationalId"), (CONCERN, "subjectNationalId")):
        given = [{form.field: {**form.row, about: number}} for number in (KARI.national_id, absent)]
        # Whoever is worried about herself has another form for it.
        yield _sent(form.command, "citizen-eva" if form is CONCERN else form.who, form.text, given, of)


def _sent(command: str, who: str, text: str, given: list[dict[str, Any]], of: str) -> Pair:
    hidden, absent = given
    return Pair(
        name=f"{command}, {KARI.first} against {of}",
        who=who,
        text=text,
        hidden={"input": hidden},
        absent={"input": absent},
    )


def _submission(absent: str, of: str) -> Pair:
    return Pair(
        name=f"submitMortgageDefaults, {KARI.first} against {of}",
        who="bank-system",
        text=SUBMIT,
        hidden={"input": {"rows": [row(KARI.national_id)]}},
        absent={"input": {"rows": [row(absent)]}},
    )
