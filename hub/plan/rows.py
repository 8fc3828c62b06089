"""One kind of row in a statement: where it stands, what is already known of it, and what its fields' decisions leave
to ask.

Decisions are made here and nowhere else in a plan. Each distinct condition becomes one column of a fenced lateral.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.gate import DENIED, GRANTED, Binds, Decision, Gate, RequesterClass, Residual, assume, to_sql, to_sql_whole
from hub.gate.anchors import AnchorFacts, protection_from
from hub.gate.explain import explainable_atoms
from hub.gate.facts import FACTS, Scope
from hub.gate.residual import And, Known, Or, atoms, facts_in, parts_of
from hub.plan.catalogue import ColumnField, TypeEntry
from hub.plan.model import existence, know
from hub.plan.once import FactsOnce, Once
from hub.plan.record import Candidate, Ground, NodeRecord, Withholding
from schema.categories import Anchor

if TYPE_CHECKING:
    from hub.gate.residual import Atom


@dataclass(slots=True, kw_only=True)
class AnchorScope:
    """The case or person whose facts decide, by its alias, and the alias of its protection once that is needed.

    `first` is the alias of the row that the scope begins with; what its other rows look up of the anchor stands there.
    """

    anchor: Anchor
    alias: str
    protection: str
    first: str = ""
    is_protection_used: bool = False
    truths: frozenset[Residual] = frozenset()
    once: Once = field(init=False)

    def __post_init__(self) -> None:
        self.once = Once(f"{self.alias}o")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The gate, bound to a class of requesters and to the parameters of one statement."""

    gate: Gate
    who: RequesterClass
    binds: Binds

    def is_open(self, action: str) -> bool:
        """Whether there can be a row on which the action is granted."""
        return self.gate.decide(self.who, action).residual != DENIED

    def can_tell(self, element: str) -> bool:
        """Whether the class can ever see the type, or the field, that a word speaks of."""
        type_name, _, name = element.partition(".")
        actions = [action for action, spec in self.gate.model.actions.items() if spec.resource == type_name]
        reads = [f"read:{element}"] if name else [action for action in actions if action.startswith("read:")]
        return self.is_open(f"see:{type_name}") and any(self.is_open(action) for action in reads)


@dataclass(slots=True, kw_only=True)
class Row:
    """A row of a type under an alias. `truths` are formulas that hold for every such row in the statement."""

    entry: TypeEntry
    alias: str
    scope: AnchorScope
    asker: Asker
    decisions_alias: str
    node: NodeRecord
    totals: frozenset[str]
    truths: frozenset[Residual] = frozenset()
    columns: dict[str, str] = field(default_factory=dict)
    _remaining: dict[Residual, Residual] = field(default_factory=dict)
    _measures: dict[str, str] = field(default_factory=dict)

    def _facts(self, *, is_fenced: bool = False) -> AnchorFacts:
        """How facts of this row are read on the row itself."""
        return AnchorFacts(
            self.scope.anchor,
            self.entry.name,
            anchor_alias=self.scope.alias,
            row_alias=self.alias,
            protection=self.scope.protection,
            binds=self.asker.binds,
            is_fenced=is_fenced,
        )

    def _facts_once(self, *, is_fenced: bool = False) -> AnchorFacts | FactsOnce:
        """How they are read where what can be looked up beside the anchor is."""
        facts = self._facts(is_fenced=is_fenced)
        if self.is_first:
            return facts
        return FactsOnce(self._facts(), facts, self.alias, self.scope.once)

    @property
    def is_first(self) -> bool:
        """Whether the scope of its anchor begins with this row."""
        return self.scope.first == self.alias

    def protection_join(self) -> str:
        """The anchor's grade and shielding, joined once where something asks for them. No row means unknown, and
        unknown means no.
        """
        if not self.scope.is_protection_used:
            return ""
        return (
            f" LEFT JOIN LATERAL {protection_from(self.scope.anchor, self.scope.alias)} {self.scope.protection} ON true"
        )

    def remaining(self, residual: Residual) -> Residual:
        """What is left of a formula, given what is known of the row."""
        if residual not in self._remaining:
            known = {*self.truths, *(Known(fact) for fact in self.totals)}
            self._remaining[residual] = assume(residual, known)
        return self._remaining[residual]

    def see(self) -> Residual:
        """What is left of the condition under which the row exists for the requester."""
        return self.remaining(self.decide(self.entry.see).residual)

    def saw(self, residual: Residual) -> None:
        """The statement keeps only rows on which this holds."""
        self.truths = self.truths | frozenset(parts_of(residual))
        self._remaining.clear()

    def shared_truths(self) -> frozenset[Residual]:
        """Truths about the anchor, which hold for every row under it."""
        return frozenset(
            truth for truth in self.truths if all(FACTS[fact].scope is Scope.ANCHOR for fact in facts_in(truth))
        )

    def decide(self, action: str) -> Decision:
        return self.asker.gate.decide(self.asker.who, action)

    def predicate(self, residual: Residual) -> str:
        """The formula as SQL, all of it on the row itself: for where rows are looked for."""
        self._use_protection(residual)
        return to_sql(residual, self._facts(), self.asker.binds)

    def predicate_below(self, residual: Residual) -> str:
        """The same for a row that hangs on another.

        INVARIANT: fenced, since something is selected below the row. Else PostgreSQL may do all of that first, and then
        find that the row is hidden, and the time that it took tells that there is a row.
        """
        self._use_protection(residual)
        return to_sql(residual, self._facts_once(is_fenced=True), self.asker.binds)

    def _asked(self, residual: Residual) -> str:
        self._use_protection(residual)
        return to_sql(residual, self._facts_once(), self.asker.binds)

    def is_found(self, residual: Residual, sought: str) -> str:
        """Whether this is the row that was sought, and the formula holds. It takes as long whichever of them fails."""
        self._use_protection(residual)
        return to_sql_whole(residual, self._facts(), self.asker.binds, beside=sought)

    def _use_protection(self, residual: Residual) -> None:
        if any(FACTS[fact].name in ("grade", "shielded") for fact in facts_in(residual)):
            self.scope.is_protection_used = True

    def condition(self, residual: Residual) -> str:
        """A column of the row's decisions that says whether the formula holds, never NULL."""
        sql = self._asked(self._cheap_first(residual))
        name = self.columns.setdefault(sql, f"g{len(self.columns) + 1}")
        return f"{self.decisions_alias}.{name}"

    def _cheap_first(self, residual: Residual) -> Residual:
        """The same formula, with what is read off the row itself before what is looked up elsewhere: the columns of a
        lateral are worked out from left to right, as far as need be.
        """
        match residual:
            case And(parts):
                return And(tuple(sorted(map(self._cheap_first, parts), key=self._looks_up)))
            case Or(parts):
                return Or(tuple(sorted(map(self._cheap_first, parts), key=self._looks_up)))
            case _:
                return residual

    def _looks_up(self, residual: Residual) -> bool:
        return "SELECT" in self._asked(residual)

    def told(self, column: ColumnField) -> str:
        """The column's value as this class may be told it: a word for what the class can never see is absent."""
        value = column.sql.format(row=self.alias)
        for word in (word for word, element in column.needs if not self.asker.can_tell(element)):
            value = f"array_remove({value}, '{word}'::text)" if column.is_list else f"nullif({value}, '{word}')"
        return value

    def ordered_by(self, column: str, direction: str) -> str | None:
        """A term of an order by the column, if this class may know it. Where it is withheld on the row it is absent,
        and what is absent comes last.
        """
        shown_by = self.entry.field_of(column)
        if column == "id" or shown_by is None:
            return f"{self.alias}.{column} {direction}".rstrip()
        residual = self.remaining(self.decide(shown_by.action).residual)
        if residual == DENIED:
            return None
        value = self.told(shown_by)
        value = value if residual == GRANTED else f"CASE WHEN {self.condition(residual)} THEN {value} END"
        return " ".join(filter(None, (value, direction, "NULLS LAST")))

    def granted(self, action: str, category: str, key: str) -> str | bool:
        """Whether the field may be shown: always, never, or a condition. What is shown is put on record, what is
        withheld noted.
        """
        decision = self.decide(action)
        residual = self.remaining(decision.residual)
        if residual != DENIED:
            self._on_record(decision, residual, category)
        if residual != GRANTED:
            self._withhold(action, category, key, residual)
        if residual in (GRANTED, DENIED):
            return residual == GRANTED
        return self.condition(residual)

    def exists_on_record(self) -> None:
        """That the row is there is itself a disclosure."""
        decision = self.decide(self.entry.see)
        category = existence(self.asker.gate, self.asker.who, self.entry)
        self._on_record(decision, self.remaining(decision.residual), category)

    def _on_record(self, decision: Decision, residual: Residual, category: str) -> None:
        bit = None if residual == GRANTED else self._bit(residual)
        candidates = tuple(self._candidates(decision, bit))
        self.node.grounds.append(Ground(bit=bit, category=category, candidates=candidates))

    def _candidates(self, decision: Decision, bit: int | None) -> Iterator[Candidate]:
        """The permits that may have opened it, the preferred first. One that surely holds ends the search."""
        open_ = [(grant, self.remaining(grant.residual)) for grant in decision.permits]
        open_ = [(grant, left) for grant, left in open_ if left != DENIED]
        for grant, left in open_:
            alone = left == GRANTED or len(open_) == 1
            held = bit if alone else self._bit(left)
            position = None
            if grant.evidence_atoms:
                position = self.node.evidence_position(self._facts_once().evidence(*grant.evidence_atoms), held)
            yield Candidate(bit=held, policy=grant.policy, basis=grant.basis, evidence=position)
            if left == GRANTED:
                return

    def _bit(self, residual: Residual) -> int:
        return self.node.bit(self.condition(residual))

    def _withhold(self, action: str, category: str, key: str, residual: Residual) -> None:
        knowing = self.remaining(self.decide(know(self.entry.name, category)).residual)
        if knowing == DENIED:
            return
        parts = [] if knowing == GRANTED else [self.condition(knowing)]
        if residual != DENIED:
            parts.append(f"NOT {self.condition(residual)}")
        self.node.withholdings.append(
            Withholding(
                bit=self.node.withheld_bit(" AND ".join(parts) or "true"),
                action=action,
                key=key,
                atoms=tuple((atom, self._atom_bit(atom)) for atom in self._measured(action)),
            )
        )

    def _measured(self, action: str) -> Iterator[Atom]:
        """The atoms that an explanation needs and that are not settled by what is known of the row."""
        for atom in explainable_atoms(self.asker.gate, self.asker.who, action):
            if self.remaining(atom) not in (GRANTED, DENIED):
                yield atom

    def _atom_bit(self, atom: Atom) -> int:
        """What only explains is worked out where something is withheld, and not beside the decisions of every row."""
        sql = self._asked(atom)
        if sql not in self._measures:
            self._measures[sql] = self.condition(atom) if sql in self.columns else f"coalesce(({sql}), false)"
        return self.node.atom_bit(self._measures[sql])

    def known_atoms(self) -> Mapping[Atom, bool]:
        """Atoms whose value is settled for every such row."""
        settled: dict[Atom, bool] = {}
        for truth in self.truths:
            for atom in atoms(truth):
                left = self.remaining(atom)
                if left in (GRANTED, DENIED):
                    settled[atom] = left == GRANTED
        return settled

    def lateral(self) -> str:
        """The fenced lateral of decisions, or nothing where none is needed. OFFSET 0 keeps the planner from copying
        it into every column.

        What looks something up and is part of several of them is worked out before them, once.
        """
        if not self.columns:
            return ""
        shared = sorted((sql for sql in self.columns if self._is_shared(sql)), key=len, reverse=True)
        before = {sql: f"n{number}" for number, sql in enumerate(shared, start=1)}
        named = ", ".join(
            f"coalesce(({self._with(before, sql)}), false) AS {name}" for sql, name in self.columns.items()
        )
        decisions = f" CROSS JOIN LATERAL (SELECT {named} OFFSET 0) {self.decisions_alias}"
        if not before:
            return decisions
        parts = ", ".join(f"({sql}) AS {name}" for sql, name in before.items())
        return f" CROSS JOIN LATERAL (SELECT {parts} OFFSET 0) {self.decisions_alias}n{decisions}"

    def _is_shared(self, sql: str) -> bool:
        return "SELECT" in sql and any(sql in other for other in self.columns if other != sql)

    def _with(self, before: Mapping[str, str], sql: str) -> str:
        """The formula with what is worked out before it in its place. A formula and each of its parts are enclosed in
        parentheses, so that what is found in it as text is a part of it.
        """
        for part, name in before.items():
            sql = sql.replace(part, f"({self.decisions_alias}n.{name})")
        return sql
