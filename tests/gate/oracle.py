"""Our decisions beside those of the reference engine.

Each action is decided twice: whole, and as a plan asks for it: on a row that is seen already, under a case that is seen
already, with what is known by then left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import asyncpg

from hub.gate import DENIED, GRANTED, Binds, Gate, Residual, assume, evaluate, to_sql
from hub.gate.facts import FACTS, FactSpec, Scope
from hub.gate.residual import conjunction, facts_in, parts_of
from tests.gate.drawing import Row, Trial
from tests.gate.reference import Asked, Reference

_SQL_TYPES = {"Bool": "boolean", "Long": "bigint", "Person": "uuid"}
_SPARSE = 4
"""What is always or never granted is compared on every fourth row only: the others would tell no more."""
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A formula that is asked of every row. `also` are actions that must be granted too, `given` what must hold."""

    action: str
    residual: Residual
    also: tuple[str, ...] = ()
    given: Residual = GRANTED

    @property
    def is_whole(self) -> bool:
        return not self.also and self.given == GRANTED

    @property
    def is_constant(self) -> bool:
        return self.residual in (GRANTED, DENIED)


Decider = Callable[[Trial, Sequence[Question]], Sequence[Sequence[bool]]]
"""For each row of the trial, an answer to each question."""


@dataclass(kw_only=True)
class Score:
    """What a run came to. `decisions` are whole ones; `planned` those as a plan asks for them."""

    decisions: int = 0
    planned: int = 0
    granted: int = 0
    unknown_rows: int = 0
    rows: int = 0
    differing: int = 0
    differences: list[str] = field(default_factory=list)
    deciding: set[str] = field(default_factory=set)

    def add(self, other: Score) -> None:
        """Take in another run."""
        for name in ("decisions", "planned", "granted", "unknown_rows", "rows", "differing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.differences = [*self.differences, *other.differences][:_SHOWN]
        self.deciding |= other.deciding

    def differ(self, what: str) -> None:
        self.differing += 1
        if len(self.differences) < _SHOWN:
            self.differences.append(what)


def questions(gate: Gate, trial: Trial) -> list[Question]:
    """What is asked of the rows of a trial."""
    return list(_questions(gate, trial))


def _questions(gate: Gate, trial: Trial) -> Iterator[Question]:
    see = f"see:{trial.resource}"
    seen = gate.decide(trial.who, see).residual if see in gate.model.actions else GRANTED
    above = _known_of_the_case(gate, trial)
    for action in trial.actions:
        whole = gate.decide(trial.who, action).residual
        yield Question(action=action, residual=whole)
        if whole in (GRANTED, DENIED) or seen == DENIED:
            continue
        if action != see and see in gate.model.actions:
            left = assume(whole, parts_of(seen))
            yield Question(action=action, residual=conjunction((seen, left)), also=(see,))
        if above != GRANTED:
            left = assume(whole, parts_of(above))
            yield Question(action=action, residual=conjunction((above, left)), given=above)


def _known_of_the_case(gate: Gate, trial: Trial) -> Residual:
    """What a plan knows of every row under a case that is seen: of the facts that the row shares with it."""
    shared = gate.model.resources[trial.resource].facts
    truths = parts_of(gate.decide(trial.who, "see:Case").residual)
    names = {name for name in shared if FACTS[name].scope is Scope.ANCHOR}
    return conjunction(truth for truth in truths if truth != DENIED and facts_in(truth) and facts_in(truth) <= names)


def plain(row: Row) -> dict[str, object]:
    """The row as the gate's own evaluation takes it."""
    return {name: frozenset(value) if isinstance(value, list) else value for name, value in row.items()}


def by_evaluation(trial: Trial, asked: Sequence[Question]) -> list[list[bool]]:
    """Decided in Python."""
    rows = [plain(row) for row in trial.rows]
    return [[evaluate(one.residual, row, trial.binds) for one in asked] for row in rows]  # type: ignore[arg-type]


class SyntheticFacts:
    """A `FactSql` over a record whose columns are facts."""

    def scalar(self, fact: str) -> str:
        return f'f."{fact}"'

    def contains(self, fact: str, value_sql: str) -> str:
        return f'EXISTS (SELECT 1 FROM unnest(f."{fact}") AS e WHERE e = {value_sql})'


def statement(trial: Trial, facts: Iterable[FactSpec], asked: Sequence[Question]) -> tuple[str, list[object]]:
    """All questions on all rows of a trial in one statement."""
    binds = Binds()
    columns = ", ".join(f"({to_sql(one.residual, SyntheticFacts(), binds)})" for one in asked)
    shape = ", ".join(["n int", *(f'"{fact.name}" {sql_type(fact)}' for fact in facts)])
    rows = json.dumps([{"n": number, **row} for number, row in enumerate(trial.rows)])
    place = binds.add("rows", "jsonb")
    values = binds.values({**trial.binds, "rows": rows})
    return f"SELECT {columns} FROM jsonb_to_recordset({place}) AS f({shape}) ORDER BY n", values


def sql_type(fact: FactSpec) -> str:
    inner = fact.type.removeprefix("Set<").removesuffix(">")
    return _SQL_TYPES.get(inner, "text") + ("[]" if fact.is_set else "")


async def compared_in_sql(gate: Gate, drawn: Iterable[Trial], connection: asyncpg.Connection) -> Score:
    """Hold what PostgreSQL makes of the gate's decisions against the reference engine."""
    score, reference = Score(), Reference(gate)
    for trial in drawn:
        asked = questions(gate, trial)
        sql, values = statement(trial, gate.model.resources[trial.resource].facts.values(), asked)
        answers = [list(row) for row in await connection.fetch(sql, *values)]
        _compare(gate, reference, trial, asked, answers, score)
    return score


def compare(gate: Gate, decide: Decider, drawn: Iterable[Trial]) -> Score:
    """Hold the gate's decisions, as `decide` carries them out, against the reference engine."""
    score, reference = Score(), Reference(gate)
    for trial in drawn:
        asked = questions(gate, trial)
        _compare(gate, reference, trial, asked, decide(trial, asked), score)
    return score


def _compare(
    gate: Gate,
    reference: Reference,
    trial: Trial,
    asked: Sequence[Question],
    answers: Sequence[Sequence[bool]],
    score: Score,
) -> None:
    held = [
        (number, one, ours)
        for number, row in enumerate(answers)
        for one, ours in zip(asked, row, strict=True)
        if number % _SPARSE == 0 or not one.is_constant
    ]
    wanted = dict.fromkeys(Asked(number, name) for number, one, _ in held for name in (one.action, *one.also))
    theirs = reference.decided(trial, list(wanted), score.deciding)
    rows = [plain(row) for row in trial.rows]
    for number, one, ours in held:
        expected = all(theirs[Asked(number, name)] for name in (one.action, *one.also))
        expected = expected and evaluate(one.given, rows[number], trial.binds)  # type: ignore[arg-type]
        score.decisions += one.is_whole
        score.planned += not one.is_whole
        score.granted += one.is_whole and expected
        if ours is not expected:
            score.differ(f"{trial.who} {one.action} {one.also}: ours {ours} on {trial.rows[number]}")
    facts = gate.model.resources[trial.resource].facts.values()
    score.rows += len(trial.rows)
    score.unknown_rows += sum(any(row[fact.name] is None for fact in facts) for row in trial.rows)
