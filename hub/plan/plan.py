"""A plan: one statement, its parameters by name, and what comes back beside the data means."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from hub.gate import Binds, Gate, RequesterClass
from hub.identity.model import Kind
from hub.plan.catalogue import Catalogue
from hub.plan.disclosure import Shown, shown_on
from hub.plan.pages import compile_call
from hub.plan.record import NodeRecord
from hub.plan.rows import Asker
from hub.plan.selection import Selected
from hub.plan.statement import Compiler, quoted_key
from hub.plan.totals import Totals
from hub.plan.ways import Arguments, Call, Ways
from hub.plan.withheld import Note, explained_on
from hub.store.policies import ACTIVE

_PATTERNS = 64
"""How many patterns of bits are remembered of one plan. The benchmark's questions have one to fifteen."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What one class of requesters gets for one operation. `singles` are the numbers of the root rows' records by key.

    `shown` and `explained` say what the bits of a row stand for. The plan remembers it, a bounded number of patterns.
    INVARIANT: both rest on nothing but the plan, its class and these bits; no id, source or evidence of a row is given.
    """

    who: RequesterClass
    sql: str
    binds: Binds
    nodes: tuple[NodeRecord, ...]
    singles: Mapping[str, int]
    shown: Callable[[str, str], Shown]
    explained: Callable[[int, str, str], tuple[Note, ...]]


@dataclass(frozen=True, slots=True)
class PlanKey:
    """Everything that a plan depends on beside policies and catalogue. What is personal is bound, facts are read in
    the statement.
    """

    operation: str
    switches: tuple[bool, ...]
    arguments: tuple[Arguments, ...]
    who: RequesterClass


class Planner:
    """Compiles plans and remembers them, a bounded number per kind of party."""

    def __init__(self, catalogue: Catalogue, gate: Gate, totals: Totals, *, bound: int = 500) -> None:
        self._catalogue = catalogue
        self._gate = gate
        self._totals = totals
        self._bound = bound
        self._plans: dict[Kind, OrderedDict[PlanKey, Plan]] = {kind: OrderedDict() for kind in Kind}
        self.hits = 0
        self.misses = 0

    def find(self, kind: Kind, key: PlanKey, roots: Sequence[Selected]) -> Plan:
        """The plan under this key, compiled if it is not there yet."""
        plans = self._plans[kind]
        plan = plans.get(key)
        if plan is not None:
            self.hits += 1
            plans.move_to_end(key)
            return plan
        self.misses += 1
        plan = plans[key] = self._compile(key, roots)
        if len(plans) > self._bound:
            plans.popitem(last=False)
        return plan

    def _compile(self, key: PlanKey, roots: Sequence[Selected]) -> Plan:
        binds = Binds()
        compiler = Compiler(self._catalogue, self._totals, Asker(gate=self._gate, who=key.who, binds=binds))
        ways = Ways(compiler)
        text: list[str] = []
        sources: list[str] = []
        singles: dict[str, int] = {}
        for number, selected in enumerate(roots):
            root = self._catalogue.way(selected.name)
            if not root.is_page and root.entry.type != "Me":
                singles[selected.key] = len(compiler.nodes)
            call = Call(number=number, root=root, selected=selected, arguments=key.arguments[number])
            sources.append(f"{compile_call(ways, call).body} r{number}")
            text.append(f"'{',' if number else ''}{quoted_key(selected.key)}'||r{number}.b")
        numbers = range(len(roots))
        groups = ", ".join(f"r{number}.s" for number in numbers)
        marks = ", ".join(f"r{number}.w" for number in numbers)
        sql = (
            f"SELECT convert_to('{{\"data\":{{'||{'||'.join(text)}||'}}','UTF8') AS data,"
            f" nullif(concat_ws(';', {groups}), '') AS disclosed, nullif(concat_ws('', {marks}), '') AS withheld"
            f" FROM {', '.join(sources)}"
            # In the snapshot that the rows are read in. Under another set nothing is read, and no row comes.
            f" WHERE ({ACTIVE}) = {binds.add('policies', 'text')}"
        )
        nodes = tuple(compiler.nodes)
        return Plan(
            who=key.who,
            sql=sql,
            binds=binds,
            nodes=nodes,
            singles=singles,
            shown=lru_cache(_PATTERNS)(partial(shown_on, nodes)),
            explained=lru_cache(_PATTERNS)(partial(explained_on, self._gate, key.who, nodes)),
        )
