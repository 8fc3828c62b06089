"""Faults in the compiler, each of the kind that a change could bring in. All must make the oracle fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from hub.gate import DENIED, GRANTED, Binds, Gate, Residual, assumption, evaluation, partial, predicate, residual
from hub.gate import gate as gate_module
from hub.gate.assumption import rewrite
from hub.gate.partial import Outcome
from hub.gate.residual import (
    And,
    Atom,
    Bind,
    Compare,
    Known,
    Not,
    Or,
    compare,
    conjunction,
    contains,
    disjunction,
    facts_in,
    negation,
)
from tests.gate import oracle

Fault = Callable[[pytest.MonkeyPatch], None]


def a_third_conjunct_is_dropped(patch: pytest.MonkeyPatch) -> None:
    sound = partial._both
    patch.setattr(partial, "_both", lambda one, two: one if isinstance(one.holds, And) else sound(one, two))


def the_right_side_of_or_is_dropped(patch: pytest.MonkeyPatch) -> None:
    sound = partial._Evaluation._formula

    def faulty(self: Any, expr: Any) -> Outcome:
        return sound(self, expr.left if getattr(expr, "op", "") == "or" else expr)

    patch.setattr(partial._Evaluation, "_formula", faulty)


def a_negation_is_lost_in_partial_evaluation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(partial, "_not", lambda outcome: outcome)


def a_policy_that_errs_is_skipped(patch: pytest.MonkeyPatch) -> None:
    sound = gate_module.outcome_of
    patch.setattr(gate_module, "outcome_of", lambda *given: Outcome(sound(*given).holds, DENIED))


def a_limit_is_off_by_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(partial, "compare", lambda op, one, two: compare(op, one, two + 1 if op == ">=" else two))


def a_unit_is_taken_for_a_party(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        partial, "contains", lambda members, value: contains(members, Bind("party") if value == Bind("unit") else value)
    )


def a_basis_need_not_be_in_force(patch: pytest.MonkeyPatch) -> None:
    sound = partial._Evaluation._contains

    def faulty(self: Any, members: Any, value: Any) -> Residual:
        return GRANTED if getattr(members, "attr", "") == "bases" else sound(self, members, value)

    patch.setattr(partial._Evaluation, "_contains", faulty)


def the_group_of_a_requester_is_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(partial._Evaluation, "_in_group", lambda *_: True)


def the_type_of_a_requester_is_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(partial._Evaluation, "_is_principal", lambda *_: True)


def a_default_is_taken_for_a_loan(patch: pytest.MonkeyPatch) -> None:
    sound, alike = partial._Evaluation._in_resource_scope, {"MortgageDefault", "MortgageLoan"}

    def faulty(self: Any, scope: Any) -> bool:
        return sound(self, scope) or {self._resource, str(getattr(scope, "entity_type", ""))} == alike

    patch.setattr(partial._Evaluation, "_in_resource_scope", faulty)


def an_optional_fact_is_never_had(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(partial._Evaluation, "_has", lambda *_: DENIED)


def the_guard_is_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate_module, "Known", lambda _: GRANTED)


def forbids_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate_module, "negation", lambda _: GRANTED)


def the_first_permit_alone_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate_module, "disjunction", lambda parts: next(iter(parts), DENIED))


def groups_of_actions_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate_module, "groups_of", lambda *_: frozenset())


def a_decision_is_remembered_across_purposes(patch: pytest.MonkeyPatch) -> None:
    sound = Gate._memory
    patch.setattr(Gate, "_memory", lambda self, who: sound(self, replace(who, purpose=None, bases=frozenset())))


def what_is_known_of_a_fact_settles_all_of_it(patch: pytest.MonkeyPatch) -> None:
    def faulty(residual: Residual, truths: Iterable[Residual]) -> Residual:
        known = {facts_in(truth) for truth in truths}
        return rewrite(residual, lambda part: GRANTED if facts_in(part) in known else None)

    patch.setattr(oracle, "assume", faulty)


def a_limit_settles_every_other(patch: pytest.MonkeyPatch) -> None:
    def faulty(part: Compare, held: set[Residual]) -> Residual | None:
        of_fact = [one for one in held if isinstance(one, Not) and isinstance(one.part, Compare)]
        return DENIED if any(one.part.left == part.left for one in of_fact) else None  # type: ignore[union-attr]

    patch.setattr(assumption, "_settled_by_threshold", faulty)


def a_second_condition_on_a_fact_is_taken_for_the_first_again(patch: pytest.MonkeyPatch) -> None:
    sound = residual._join

    def faulty(parts: Iterable[Residual], same: Any, other: Any, **ends: Any) -> Residual:
        kept = {facts_in(part) or part: part for part in parts} if same is And else dict(enumerate(parts))
        return sound(kept.values(), same, other, **ends)

    patch.setattr(residual, "_join", faulty)


def what_is_negated_stays_joined_as_it_was(patch: pytest.MonkeyPatch) -> None:
    def faulty(part: Residual) -> Residual:
        match part:
            case And(parts):
                return conjunction(map(faulty, parts))
            case Or(parts):
                return disjunction(map(faulty, parts))
            case _:
                return negation(part)

    patch.setattr(partial, "negation", faulty)
    patch.setattr(gate_module, "negation", faulty)


def every_fact_is_known_in_evaluation(patch: pytest.MonkeyPatch) -> None:
    sound = evaluation._atom
    patch.setattr(evaluation, "_atom", lambda atom, *given: isinstance(atom, Known) or sound(atom, *given))


def one_part_that_holds_is_enough_in_evaluation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evaluation, "_all", lambda values: True in values)


IN_PYTHON: tuple[Fault, ...] = (
    a_third_conjunct_is_dropped,
    the_right_side_of_or_is_dropped,
    a_negation_is_lost_in_partial_evaluation,
    a_policy_that_errs_is_skipped,
    a_limit_is_off_by_one,
    a_unit_is_taken_for_a_party,
    a_basis_need_not_be_in_force,
    the_group_of_a_requester_is_not_asked_for,
    the_type_of_a_requester_is_not_asked_for,
    a_default_is_taken_for_a_loan,
    an_optional_fact_is_never_had,
    the_guard_is_left_out,
    forbids_are_forgotten,
    the_first_permit_alone_counts,
    groups_of_actions_are_forgotten,
    a_decision_is_remembered_across_purposes,
    what_is_known_of_a_fact_settles_all_of_it,
    a_limit_settles_every_other,
    a_second_condition_on_a_fact_is_taken_for_the_first_again,
    what_is_negated_stays_joined_as_it_was,
    every_fact_is_known_in_evaluation,
    one_part_that_holds_is_enough_in_evaluation,
)


def _written(patch: pytest.MonkeyPatch, change: Callable[[Any, Callable[..., str]], str | None]) -> None:
    """Let the predicate write some formulas otherwise."""
    sound = predicate._inner

    def faulty(residual: Residual, *given: Any) -> str:
        changed = change(residual, lambda part: faulty(part, *given))
        return sound(residual, *given) if changed is None else changed

    patch.setattr(predicate, "_inner", faulty)


def a_negation_is_lost_in_sql(patch: pytest.MonkeyPatch) -> None:
    _written(patch, lambda part, write: write(part.part) if isinstance(part, Not) else None)


def the_guard_is_not_written(patch: pytest.MonkeyPatch) -> None:
    _written(patch, lambda part, _: "(true)" if isinstance(part, Known) else None)


def alternatives_lose_their_brackets(patch: pytest.MonkeyPatch) -> None:
    _written(patch, lambda part, write: " OR ".join(map(write, part.parts)) if isinstance(part, Or) else None)


def at_least_becomes_more_than(patch: pytest.MonkeyPatch) -> None:
    sound = predicate._atom

    def faulty(atom: Atom, *given: Any) -> str:
        return sound(atom, *given).replace(">=", ">")

    patch.setattr(predicate, "_atom", faulty)


def parameters_change_places(patch: pytest.MonkeyPatch) -> None:
    sound = Binds.values

    def faulty(self: Binds, given: dict[str, object]) -> list[object]:
        changed = {"unit": given["party"], "party": given["unit"]} if {"party", "unit"} <= given.keys() else {}
        return sound(self, {**given, **changed})

    patch.setattr(Binds, "values", faulty)


def a_quotation_is_cut_short(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(predicate, "quoted", lambda text: f"'{text[:-1]}'")


IN_SQL: tuple[Fault, ...] = (
    a_negation_is_lost_in_sql,
    the_guard_is_not_written,
    alternatives_lose_their_brackets,
    at_least_becomes_more_than,
    parameters_change_places,
    a_quotation_is_cut_short,
)
