"""A residual as SQL text: its shape, its parameters, what is refused."""

from __future__ import annotations

import pytest

from hub.gate import Binds, MissingBindError, OpenContextError, to_sql
from hub.gate.predicate import quoted, to_sql_whole
from hub.gate.residual import (
    Bind,
    Compare,
    Contains,
    Context,
    Entity,
    Fact,
    Has,
    Known,
    conjunction,
    disjunction,
    negation,
)
from hub.identity.model import Kind
from tests.gate.small import HIDE_GRADED, READ_NAMES, STAFF, load


class Columns:
    def scalar(self, fact: str) -> str:
        return f"r.{fact}"

    def contains(self, fact: str, value_sql: str) -> str:
        return f"EXISTS (SELECT 1 FROM {fact} WHERE v = {value_sql})"


def sql(residual, binds: Binds | None = None) -> str:
    return to_sql(residual, Columns(), binds or Binds())


def test_conjuncts_stand_bare_at_the_top_so_that_indexes_serve():
    binds = Binds()
    decision = load(READ_NAMES, HIDE_GRADED).decide(STAFF, "see:Person")

    text = sql(decision.residual, binds)

    assert text == (
        "(EXISTS (SELECT 1 FROM units WHERE v = $1::text)) AND (r.child IS NOT NULL) AND (r.grade IS NOT NULL)"
        " AND (r.self IS NOT NULL) AND (r.shielded IS NOT NULL) AND (r.source IS NOT NULL) AND (r.subject IS NOT NULL)"
        " AND (NOT (r.grade >= 2))"
    )
    assert binds.names == ["unit"]


@pytest.mark.parametrize(
    ("residual", "text"),
    [
        (Has("servicer"), "(r.servicer IS NOT NULL)"),
        (Known("grade"), "(r.grade IS NOT NULL)"),
        (Fact("startlan"), "(r.startlan)"),
        (negation(Fact("startlan")), "(NOT (r.startlan))"),
        (
            disjunction([Fact("startlan"), conjunction([Fact("agreed"), Fact("child")])]),
            "(((r.agreed) AND (r.child)) OR (r.startlan))",
        ),
        (Compare("=", Fact("shareLevel"), "it's"), "(r.shareLevel = 'it''s')"),
        (Compare("=", Fact("lender"), Entity("Party", "1")), "(r.lender = '1')"),
        (Contains(Fact("consented"), "BUDGET"), "(EXISTS (SELECT 1 FROM consented WHERE v = 'BUDGET'))"),
        (conjunction([]), "true"),
        (disjunction([]), "false"),
    ],
)
def test_each_formula_has_its_sql(residual, text):
    assert sql(residual) == text


@pytest.mark.parametrize(
    ("residual", "text"),
    [
        (conjunction([]), "(SELECT a0 AND true FROM (SELECT (r.id = $1) AS a0 OFFSET 0) whole)"),
        (
            conjunction([Fact("startlan"), negation(Fact("agreed")), disjunction([Has("servicer"), Fact("child")])]),
            (
                "(SELECT a0 AND (a1 AND (NOT a2) AND (a3 OR a4)) FROM (SELECT (r.id = $1) AS a0, (r.startlan) AS a1,"
                " (r.agreed) AS a2, (r.child) AS a3, (r.servicer IS NOT NULL) AS a4 OFFSET 0) whole)"
            ),
        ),
    ],
)
def test_what_a_row_is_found_by_is_worked_out_beside_all_of_the_formula(residual, text):
    assert to_sql_whole(residual, Columns(), Binds(), beside="r.id = $1") == text


def test_a_parameter_is_numbered_once_and_carries_its_type():
    binds = Binds()

    text = sql(
        disjunction(
            [
                Compare("=", Fact("subject"), Bind("person")),
                Contains(Fact("persons"), Bind("person")),
                Contains(Fact("units"), Bind("unit")),
            ]
        ),
        binds,
    )

    assert text.count("$1::uuid") == 2
    assert "$2::text" in text
    assert binds.names == ["person", "unit"]
    assert binds.values({"unit": "9901", "person": "p", "more": 1}) == ["p", "9901"]


@pytest.mark.parametrize("given", [{"person": "p"}, {"person": "p", "unit": None}, {}])
def test_a_missing_parameter_is_refused_and_its_value_not_told(given):
    binds = Binds()
    sql(conjunction([Contains(Fact("units"), Bind("unit")), Compare("=", Fact("subject"), Bind("person"))]), binds)

    with pytest.raises(MissingBindError) as refused:
        binds.values(given)

    assert "unit" in str(refused.value)
    assert "'p'" not in str(refused.value)


def test_one_name_has_one_type():
    binds = Binds()
    binds.add("x", "text")

    with pytest.raises(ValueError, match="both text and uuid"):
        binds.add("x", "uuid")


@pytest.mark.parametrize(
    "residual",
    [
        Contains(Context("bases"), "STL_17"),
        Compare("=", Context("purpose"), "X"),
        Compare(">=", Context("assurance"), 3),
    ],
)
def test_an_open_context_has_no_sql(residual):
    with pytest.raises(OpenContextError):
        sql(residual)


def test_a_contract_cannot_be_executed():
    gate = load(READ_NAMES)

    with pytest.raises(OpenContextError):
        sql(gate.decide(gate.contract_class(Kind.NAV), "see:Person").residual)


@pytest.mark.parametrize(
    ("text", "literal"), [("x", "'x'"), ("'; DROP TABLE x; --", "'''; DROP TABLE x; --'"), ("\\", "'\\'")]
)
def test_a_literal_cannot_leave_its_quotes(text, literal):
    assert quoted(text) == literal
