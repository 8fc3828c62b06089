"""What is asked of a hub to find out about somebody: each way to look, count, order, page, alias, fail, as far as a
contract goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_required_argument,
)

from hub.demo.people import KNOWN
from tests.acceptance.asking import case_query as whole_case
from tests.acceptance.asking import contract, everything
from tests.acceptance.house import House
from tests.acceptance.readers import AGENCIES
from tests.noninterference.trace import Question, Trace, Tracer
from tests.plan.documents import Pool

_KINDS = {
    "bank-system": "bank",
    "other-bank-system": "bank",
    "loan-manager-system": "loan-manager",
    "rent-ledger-system": "rent-ledger",
    "other-rent-ledger-system": "rent-ledger",
    "enforcement-system": "enforcement-system",
    "landlord": "landlord",
    "landlord-company": "landlord",
    "privacy-officer": "privacy",
    "unit-leader": "leader",
}
ABSENT_ID = "01980000-0000-7000-8000-000000000000"
ABSENT_NUMBER = "25922947409"
# They have questions of their own, or are about nobody but the requester.
_ASKED_ELSEWHERE = {
    "accessLog",
    "case",
    "cases",
    "me",
    "mySharing",
    "personByNationalId",
    "submissionStatistics",
    "whoCanSee",
}
_PAGE = """query Page($first: Int!, $after: String%s) { cases(first: $first, after: $after%s) {
    __typename totalCount pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { __typename } } } }"""
_INFO = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { __typename"
_LOG = """query Log($after: String, $filter: AccessLogFilter!) { accessLog(first: 50, after: $after, filter: $filter) {
    totalCount pageInfo { hasNextPage endCursor } nodes { %s } } }"""
# Lines of the log from before this; what the test itself asks comes after.
LOG_ENDS = "2025-12-01T00:00:00Z"
_ALIASES = """query Who($one: NationalId!, $other: NationalId!) {
    a: personByNationalId(input: {nationalId: $other}) { ...F } b: personByNationalId(input: {nationalId: $one}) {
    ...F }
    c: personByNationalId(input: {nationalId: $one}) { ... { kind: __typename } ...F ...F } __typename }
    fragment F on Person { __typename cases { __typename } case { __typename plan { __typename } } }"""


@dataclass(frozen=True, kw_only=True)
class Focus:
    """Whom and what the questions are about."""

    case: str
    number: str
    consent: str
    row: Mapping[str, Any]


def kind_of(who: str) -> str:
    return AGENCIES[who].kind if who in AGENCIES else _KINDS.get(who, "citizen")


def focus_on(house: House, case: object) -> Focus:
    """A case and its subject, as they are before anything is changed."""
    [row] = house.rows("SELECT * FROM hub.case WHERE id = $1", case)
    number = house.value("SELECT national_id FROM nav.person WHERE id = $1", row["subject_id"])
    consent = house.value("SELECT id FROM hub.consent WHERE subject_id = $1 ORDER BY id LIMIT 1", row["subject_id"])
    return Focus(case=str(case), number=number, consent=str(consent or ABSENT_ID), row=row)


def questions(who: str, focus: Focus, purpose: str | None, *, first: int = 6) -> Iterator[tuple[str, Question]]:
    """Every question, with a word for it. Those with `after` are asked page by page, so many rows a page."""
    kind = kind_of(who)
    known = contract(kind).query_type
    assert known is not None
    for name, question in _all(kind, known, focus, first):
        yield name, replace(question, purpose=question.purpose or purpose)


def _all(kind: str, known: GraphQLObjectType, focus: Focus, first: int) -> Iterator[tuple[str, Question]]:
    if "case" in known.fields:
        for name, identity in (("the case", focus.case), ("no case", ABSENT_ID)):
            yield name, Question(text=whole_case(kind), variables={"id": identity})
    if "personByNationalId" in known.fields:
        yield from _persons(kind, focus)
    if "cases" in known.fields:
        for name, question in _lists(kind, known, focus):
            yield name, replace(question, variables={"first": first, "after": None, **question.variables})
    yield from _further(kind, known)
    yield from _narrowed(kind, known, focus)
    if "submissions" in known.fields:
        yield from _submissions(kind)
    if "consents" in known.fields:
        yield from _consents(kind, focus)
    if "accessLog" in known.fields:
        yield from _log(kind, focus)
    yield from _mistakes(focus)


def _persons(kind: str, focus: Focus) -> Iterator[tuple[str, Question]]:
    for name, number in (("the person", focus.number), ("nobody", ABSENT_NUMBER)):
        yield name, Question(text=whole_person(kind), variables={"n": number})
    yield "aliases and fragments", Question(text=_ALIASES, variables={"one": focus.number, "other": ABSENT_NUMBER})


def whole_person(kind: str) -> str:
    """One person by number, with all that the contract has below, cases included."""
    below = f"{everything(kind, 'Person')} case {{ {everything(kind)} }} cases {{ {everything(kind)} }}"
    return f"query Whole($n: NationalId!) {{ personByNationalId(input: {{nationalId: $n}}) {{ __typename {below} }} }}"


def _lists(kind: str, known: GraphQLObjectType, focus: Focus) -> Iterator[tuple[str, Question]]:
    yield "pages", Question(text=_PAGE % ("", ""), variables={})
    types = contract(kind).type_map
    if "filter" in known.fields["cases"].args:
        filter_ = types["CaseFilter"]
        assert isinstance(filter_, GraphQLInputObjectType)
        text = _PAGE % (", $filter: CaseFilter", ", filter: $filter")
        for name, value in _conditions(focus):
            if name in filter_.fields:
                yield f"filter by {name}", Question(text=text, variables={"filter": {name: value}})
    if "orderBy" in known.fields["cases"].args:
        orders = types["CaseOrderField"]
        assert isinstance(orders, GraphQLEnumType)
        text = _PAGE % (", $by: CaseOrder", ", orderBy: $by")
        for at, field in enumerate(orders.values):
            by = {"field": field, "direction": "DESC" if at % 2 else "ASC"}
            yield f"order by {field}", Question(text=text, variables={"by": by})


def _conditions(focus: Focus) -> Sequence[tuple[str, Any]]:
    row = focus.row
    opened = row["opened_at"].isoformat()
    return (
        ("state", [row["state"], "CLOSED"]),
        ("track", row["track"]),
        ("phase", row["phase"]),
        ("responsibleUnit", row["responsible_unit"]),
        ("openedFrom", opened),
        ("openedBefore", opened),
        ("municipality", row["municipality"]),
    )


def _further(kind: str, known: GraphQLObjectType) -> Iterator[tuple[str, Question]]:
    """Ways in that need no more than the size of a page, under their own names."""
    for name, field in known.fields.items():
        if name in _ASKED_ELSEWHERE or any(
            is_required_argument(one) for key, one in field.args.items() if key != "first"
        ):
            continue
        node = get_named_type(field.type)
        if "first" not in field.args:
            yield name, Question(text=f"{{ {name} {{ {everything(kind, node.name)} }} }}", variables={})
            continue
        assert isinstance(node, GraphQLObjectType)
        # The own log grows with what others ask; how much of it there is, is enough.
        below = "" if name == "myAccessLog" else everything(kind, get_named_type(node.fields["nodes"].type).name)
        text = f"query P($after: String) {{ {name}(first: 5, after: $after) {{ {_INFO} {below} }} }} }}"
        yield name, Question(text=text, variables={"after": None})


def _narrowed(kind: str, known: GraphQLObjectType, focus: Focus) -> Iterator[tuple[str, Question]]:
    """Ways in with an argument that narrows them: by what the row has, and by what nothing has."""
    for way, argument, column in (("inbox", "unit", "nav_unit"), ("routines", "municipality", "municipality")):
        if way not in known.fields:
            continue
        node = get_named_type(known.fields[way].type)
        assert isinstance(node, GraphQLObjectType)
        below = everything(kind, get_named_type(node.fields["nodes"].type).name)
        given = f"first: 5, after: $after, {argument}: $by"
        text = f"query N($after: String, $by: String) {{ {way}({given}) {{ {_INFO} {below} }} }} }}"
        for name, value in ((f"{way} by {argument}", focus.row[column]), (f"{way} by no {argument}", "0000")):
            yield name, Question(text=text, variables={"after": None, "by": value})


def _submissions(kind: str) -> Iterator[tuple[str, Question]]:
    below = everything(kind, "SubmittedDefault")
    text = f"""query S($after: String, $by: SubmissionFilter) {{ submissions(first: 3, after: $after, filter: $by) {{
        {_INFO} {below} }} }} }}"""
    moment = "2026-11-12T05:00:00Z"
    conditions: Mapping[str, Any] = {
        "loanRef": "BL-44681859",
        "status": ["ACCEPTED", "CORRECTED", "WITHDRAWN"],
        "receivedFrom": moment,
        "receivedBefore": moment,
    }
    for name, value in conditions.items():
        yield f"submissions filter by {name}", Question(text=text, variables={"after": None, "by": {name: value}})
    figures = everything(kind, "SubmissionStatistics")
    yield (
        "submissionStatistics",
        Question(
            text=f'{{ submissionStatistics(from: "2020-01-01", to: "2999-12-31") {{ {figures} }} }}', variables={}
        ),
    )


def _consents(kind: str, focus: Focus) -> Iterator[tuple[str, Question]]:
    """One of the person's consents by its id, and one that there is not."""
    filter_ = contract(kind).type_map["ConsentFilter"]
    assert isinstance(filter_, GraphQLInputObjectType)
    if "id" not in filter_.fields:
        return
    given = "first: 5, after: $after, filter: {id: $by}"
    text = f"query C($after: String, $by: ID!) {{ consents({given}) {{ {_INFO} {everything(kind, 'Consent')} }} }} }}"
    for name, value in (("a consent by id", focus.consent), ("no consent by id", ABSENT_ID)):
        yield name, Question(text=text, variables={"after": None, "by": value})


def _log(kind: str, focus: Focus) -> Iterator[tuple[str, Question]]:
    text = _LOG % everything(kind, "AccessLogEntry")
    conditions = {
        "log": {},
        "log of the person": {"nationalId": focus.number},
        "log of an employee": {"actorId": "A123456"},
        "log filter by unit": {"unit": focus.row["responsible_unit"]},
        "log filter by purpose": {"purpose": "EVICTION_PREVENTION"},
        "log filter by from": {"from": focus.row["opened_at"].isoformat()},
    }
    for name, condition in conditions.items():
        yield name, Question(text=text, variables={"after": None, "filter": {"before": LOG_ENDS, **condition}})


def _mistakes(focus: Focus) -> Iterator[tuple[str, Question]]:
    """Errors, each with the case or the person in it."""
    person = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { __typename } }"
    yield (
        "wrong digit",
        Question(text=person, variables={"n": focus.number[:-1] + str((int(focus.number[-1]) + 1) % 10)}),
    )
    yield "no variable", Question(text=person, variables={})
    yield "unknown field", Question(text=f'{{ case(id: "{focus.case}") {{ secret }} }}', variables={})
    yield "no syntax", Question(text=f'{{ case(id: "{focus.case}") {{', variables={})
    yield "page too large", Question(text="{ cases(first: 5000) { totalCount } }", variables={})
    yield "no cursor", Question(text='{ cases(first: 5, after: "QUJD") { totalCount } }', variables={})
    by_case = "query($id: ID!) { case(id: $id) { __typename } me { actor } }"
    yield "no such purpose", Question(text=by_case, variables={"id": focus.case}, purpose="B999")


def answers(tracer: Tracer, who: str, question: Question) -> Iterator[Trace]:
    """The answer and, where it is a page with more to come, the pages after it."""
    while True:
        trace = tracer.ask(who, question)
        yield trace
        cursor = trace.cursor if "after" in question.variables else None
        if cursor is None:
            return
        question = replace(question, variables={**question.variables, "after": cursor})


def pool_of(house: House) -> Pool:
    """Values for random documents: of everybody, whoever may see them."""
    cases = house.rows(
        "SELECT id::text FROM hub.case ORDER BY subject_id = ANY($1) DESC, id LIMIT 25", [k.id for k in KNOWN]
    )
    others = house.rows("SELECT national_id FROM nav.person ORDER BY id LIMIT 10")
    return Pool(
        cases=(*(row["id"] for row in cases), ABSENT_ID, "none"),
        national_ids=(*(known.national_id for known in KNOWN), *(row["national_id"] for row in others), ABSENT_NUMBER),
        actors=("A123456", "nobody"),
        units=("9901", "9911", "9921", "9931", "9941", "9902", ""),
        moments=("2026-11-01T08:00:00.123Z", "2026-06-01T00:00:00+02:00", "2030-01-01T00:00:00Z"),
    )
