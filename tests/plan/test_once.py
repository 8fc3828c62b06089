"""What rows look up of their case or person is looked up once, however many kinds of rows hang on it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from sqlmodel import SQLModel

from hub.app import rules
from hub.identity.model import Inquiry
from hub.operation.document import Documents
from hub.operation.limits import Limits
from hub.plan.plan import PlanKey, Planner
from hub.plan.selection import select
from hub.plan.totals import total_facts
from hub.plan.ways import Arguments
from tests.plan.requesters import REQUESTERS

_ONE = "rentDefaults { arrears }"
_MANY = f"""{_ONE} rentDemandCopies {{ amount }} leaseBreaches {{ kind }} evictionNotices {{ sentAt }}
    evictionPetitions {{ status }} mortgageLoans {{ status }} financialAidApplications {{ status }}
    tenancies {{ status claims {{ amount }} }}"""
# A look-up as it stands in a statement, without the alias of its column.
_LOOK_UP = re.compile(r"FROM facts\.(\w+) (?:[^()]|\((?:[^()]|\([^()]*\))*\))*")


@pytest.fixture(scope="module")
def planner() -> Planner:
    known = rules()
    return Planner(known.catalogue, known.gate, total_facts(known.catalogue, known.gate, SQLModel.metadata))


def statement(planner: Planner, inquiry: Inquiry, text: str) -> str:
    kind = inquiry.requester.kind
    operation = Documents(rules().contracts, Limits()).read(kind, text, None)
    roots = select(operation, {})
    key = PlanKey(operation.digest, (), tuple(Arguments() for _ in roots), rules().gate.class_of(inquiry))
    return planner.find(kind, key, roots).sql


def look_ups(sql: str, table: str) -> Counter[str]:
    return Counter(match[0] for match in _LOOK_UP.finditer(sql) if match[1] == table)


@pytest.mark.parametrize("way", ['case(id: "x") { %s }', "cases(first: 5) { nodes { %s } }"])
@pytest.mark.parametrize(("who", "table"), [("citizen", "mandate"), ("nav under a break-glass", "break_glass")])
def test_no_more_is_looked_up_for_many_kinds_of_rows_than_for_one_of_each_area(
    planner: Planner, way: str, who: str, table: str
) -> None:
    areas = "rentDefaults { arrears } mortgageLoans { status } financialAidApplications { status }"
    few, many = (statement(planner, REQUESTERS[who], "{" + way % text + "}") for text in (areas, _MANY))
    assert look_ups(few, table).total() == look_ups(many, table).total() > 0


def test_what_a_row_looks_up_of_itself_stays_with_the_row(planner: Planner) -> None:
    text = '{ case(id: "x") { mortgageLoans { outstanding } } }'
    sql = statement(planner, REQUESTERS["debt counsel"], text)
    beside = re.search(r"LATERAL \(SELECT [^)]*\) AS a1.* OFFSET 0\) x\d+o", sql)
    assert look_ups(sql, "consent")
    assert beside is None
