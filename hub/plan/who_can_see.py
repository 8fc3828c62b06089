"""Who can see a field, and when: read out of the policies in force, by the same reading and in the same words as
`bofast policy matrix`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hub.errors import BadInput
from hub.gate import DENIED, GRANTED, Gate
from hub.gate.matrix import Column, Entry, Group, Matrix
from hub.gate.model import SPECIAL_GROUPS
from hub.gate.openings import Asking, Openings, askings, over_rights, tidied, unguarded
from hub.gate.residual import Residual, conjunction, disjunction, negation, parts_of
from hub.gate.source import Policy
from hub.gate.wording import said
from hub.identity.model import Kind
from hub.identity.purposes import PurposeRegister
from hub.plan.catalogue import Catalogue
from hub.plan.model import know
from hub.plan.paths import paths

_REMEMBERED = 200
"""How many questions are remembered. There are some hundreds of fields, tens of which are decided apart."""

_Alike = frozenset[tuple[str, frozenset[str]]]
_Key = tuple[_Alike, _Alike, _Alike, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one kind of party can see of a field. `presupposed` is asked for on every way that does not lack it."""

    kind: Kind
    presupposed: tuple[tuple[Residual, tuple[str, ...]], ...]
    ways: tuple[Entry, ...]


class WhoCanSee:
    """Reads one set of policies out, field by field."""

    def __init__(self, gate: Gate, catalogue: Catalogue, purposes: PurposeRegister) -> None:
        self._gate = gate
        self._catalogue = catalogue
        self.purposes = purposes
        self._policies = {policy.id: policy for policy in gate.policies}
        self._openings: Openings | None = None
        self._known: OrderedDict[_Key, tuple[View, ...]] = OrderedDict()
        self._turn = asyncio.Lock()

    async def views(self, field: str, purpose: str | None, day: date) -> tuple[View, ...]:
        """Each kind of party, on the purpose or on any. Raises `BadInput`, which names the argument."""
        group = self._group(field)
        self._hold_purpose(purpose, day)
        key = self._key(group, purpose)
        async with self._turn:
            if key not in self._known:
                # In a thread: the first time it takes a tenth of a second or two, and others wait for theirs.
                self._known[key] = await asyncio.to_thread(self._worked_out, group, purpose)
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key]

    def category(self, field: str) -> str:
        """The category of a field that `views` knows."""
        type_name, _, name = field.partition(".")
        return self._catalogue.types[type_name].fields[name].category

    def policy(self, policy_id: str) -> Policy:
        """A policy of this set."""
        return self._policies[policy_id]

    def _hold_purpose(self, number: str | None, day: date) -> None:
        if number is None:
            return
        purpose = self.purposes.purposes.get(number)
        if purpose is None:
            raise BadInput("The argument purpose is not in the register.", field="purpose", reason="UNKNOWN")
        if day < purpose.valid_from or (purpose.valid_to is not None and day > purpose.valid_to):
            raise BadInput("The argument purpose is not in force today.", field="purpose", reason="NOT_IN_FORCE")

    def _group(self, field: str) -> Group:
        """The field as the matrix speaks of it: with the masked one beside it, and what tells that it is there."""
        type_name, _, name = field.partition(".")
        entry = self._catalogue.types.get(type_name)
        known = entry.fields.get(name) if entry else None
        if entry is None or known is None:
            what = "The argument field is no field that policies speak of; write it as MortgageLoan.outstanding."
            raise BadInput(what, field="field", reason="UNKNOWN")
        if known.action is None:
            # A link is decided on the rows that it leads to.
            return Group(name=field, fields=frozenset(), exists=frozenset({f"see:{known.target}"}), own="")
        masked = entry.fields.get(f"{name}Masked")
        exists = {know(type_name, known.category)}
        if entry.declared.category.name == known.category:
            exists.add(entry.see)
        return Group(
            name=field,
            fields=frozenset({known.action}),
            masked=frozenset({masked.action} if masked and masked.action else ()),
            exists=frozenset(exists & self._gate.model.actions.keys()),
            own="",
        )

    def _key(self, group: Group, number: str | None) -> _Key:
        """The same for fields of a type that the same policies are about."""
        return self._alike(group.fields), self._alike(group.masked), self._alike(group.exists), number

    def _alike(self, actions: frozenset[str]) -> _Alike:
        model = self._gate.model
        return frozenset(
            (model.actions[name].resource, frozenset(policy.id for policy in self._gate.applicable(name)))
            for name in actions
        )

    def _worked_out(self, group: Group, number: str | None) -> tuple[View, ...]:
        if self._openings is None:
            # A gate of its own: what is remembered for a read-out must push out nothing that requesters wait for.
            own = Gate(self._gate.model, self._gate.policies)
            self._openings = Openings(own, paths(self._catalogue))
        every = askings(self._openings.gate, self.purposes)
        asking = [one for one in every if number in (None, one.number)]
        return tuple(view_of(self._openings, kind, [one for one in asking if one.kind is kind], group) for kind in Kind)


def view_of(openings: Openings, kind: Kind, asking: Sequence[Asking], group: Group) -> View:
    """What one kind of party can see of a group of fields, on any of these purposes."""
    if not asking:
        return View(kind=kind, presupposed=(), ways=())
    matrix = _OfField(openings, asking, group)
    ways = matrix.cell(Column(name=kind.value, kind=kind, always=frozenset()), group)
    asked = {part for way in ways for part in way.needs} & {*parts_of(tidied(conjunction(matrix.core)))}
    presupposed = ((part, tuple(sorted(by))) for part, by in matrix.core.items() if part in asked)
    return View(kind=kind, presupposed=tuple(sorted(presupposed, key=lambda one: said(one[0]).en)), ways=ways)


class _OfField(Matrix):
    """The matrix of one field. What is presupposed is not given from outside but is what the forbids ask."""

    def __init__(self, openings: Openings, asking: Sequence[Asking], group: Group) -> None:
        super().__init__(openings, asking)
        self.core: dict[Residual, set[str]] = {}
        for one in asking:
            for action in sorted(group.fields | group.masked | group.exists):
                self._collect(openings.gate, one, action)

    def _presupposed(self, column: Column) -> Mapping[str, Residual]:
        del column
        return {said(part).en: part for part in self.core}

    def _collect(self, gate: Gate, asking: Asking, action: str) -> None:
        special = tuple(sorted(SPECIAL_GROUPS.get(asking.kind, ())))
        for policy in gate.applicable(action):
            if policy.effect != "forbid":
                continue

            def condition(groups: frozenset[str], policy_id: str = policy.id) -> Residual:
                who = replace(asking.who, groups=asking.who.groups | groups)
                closings = (one for one in gate.decide(who, action).forbids if one.policy == policy_id)
                return unguarded(negation(disjunction(one.residual for one in closings)))

            for part in parts_of(tidied(over_rights(special, condition))):
                if part not in (GRANTED, DENIED):
                    self.core.setdefault(part, set()).add(policy.id)
