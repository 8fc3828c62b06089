"""The values that go into the gate and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from hub.gate.facts import BY_ANCHOR, FACTS, Evidence, FactSpec
from hub.gate.residual import Atom, Residual
from hub.identity.groups import Group
from hub.identity.model import Kind, PrincipalType
from schema.categories import Anchor


class Unknown(Enum):
    """A part of the request that is left open."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSpec:
    """A type of the schema as the gate sees it: what its rows hang on and which facts of their own they have."""

    anchors: frozenset[Anchor]
    row_facts: tuple[str, ...] = ()

    @property
    def facts(self) -> Mapping[str, FactSpec]:
        """All facts of the type. INVARIANT: its anchors offer the same, so that a policy need not know the path."""
        shared = {BY_ANCHOR[anchor] for anchor in self.anchors}
        if len(shared) != 1:
            raise ValueError("a type needs anchors that offer the same facts")
        return {name: FACTS[name] for name in (*shared.pop(), *self.row_facts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """An action: the type of row that it is done to and the groups that it is in."""

    resource: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateModel:
    """What can be asked for: built from the schema, so that policies and schema cannot drift apart."""

    resources: Mapping[str, ResourceSpec]
    actions: Mapping[str, ActionSpec]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequesterClass:
    """Everything about a requester that changes what a plan looks like. The rest is bound at execution."""

    principal: PrincipalType
    groups: frozenset[str]
    attributes: frozenset[str]
    purpose: str | Unknown | None
    bases: frozenset[str] | Unknown
    assurance: int | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A permit that may open the action. `residual` is the permit alone, without forbids and guard.

    Where it rests on a document, `evidence` says of what kind, and one of `evidence_atoms` holds and leads to its id.
    """

    policy: str
    basis: str
    residual: Residual
    evidence: Evidence | None = None
    evidence_atoms: tuple[Atom, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A policy that may close the action: a forbid, or one that needs an attribute which the requester lacks."""

    policy: str
    basis: str
    residual: Residual


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the gate says of an action: the whole condition, and the policies behind it in order of legal preference."""

    residual: Residual
    permits: tuple[Grant, ...] = field(default=())
    forbids: tuple[Closing, ...] = field(default=())


KIND_GROUPS: Mapping[Kind, frozenset[str]] = {
    Kind.BANK: frozenset({Group.BANK, Group.PRIVATE}),
    Kind.CITIZEN: frozenset({Group.CITIZEN}),
    Kind.DEBT_COUNSEL: frozenset({Group.DEBT_COUNSEL, Group.PUBLIC}),
    Kind.ENFORCEMENT: frozenset({Group.ENFORCEMENT, Group.PUBLIC}),
    Kind.ENFORCEMENT_SYSTEM: frozenset({Group.ENFORCEMENT_SYSTEM, Group.PUBLIC}),
    Kind.HOUSING: frozenset({Group.HOUSING, Group.PUBLIC}),
    Kind.HOUSING_SUPPORT: frozenset({Group.HOUSING_SUPPORT, Group.PUBLIC}),
    Kind.LANDLORD: frozenset({Group.LANDLORD, Group.PRIVATE}),
    Kind.LEADER: frozenset({Group.LEADER, Group.PUBLIC}),
    Kind.LOAN_MANAGER: frozenset({Group.LOAN_MANAGER, Group.PRIVATE}),
    Kind.NAV: frozenset({Group.NAV, Group.PUBLIC}),
    Kind.PRIVACY: frozenset({Group.PRIVACY, Group.PUBLIC}),
    Kind.RENT_COLLECTOR: frozenset({Group.PUBLIC, Group.RENT_COLLECTOR}),
    Kind.RENT_LEDGER: frozenset({Group.PUBLIC, Group.RENT_LEDGER}),
    Kind.SECURE_UNIT: frozenset({Group.NAV, Group.PUBLIC, Group.SECURE_UNIT}),
}
"""The groups that follow from the kind. They are added even where the register forgot them: some only ever narrow."""

ALL_SPECIAL = frozenset({Group.SEES_FORTROLIG, Group.SEES_SHIELDED, Group.SEES_STRENGT})
SPECIAL_GROUPS: Mapping[Kind, frozenset[str]] = {
    Kind.ENFORCEMENT: frozenset({Group.SEES_FORTROLIG}),
    Kind.NAV: frozenset({Group.SEES_FORTROLIG, Group.SEES_SHIELDED}),
    Kind.SECURE_UNIT: ALL_SPECIAL,
}
"""The special groups that staff of a kind can be members of; nobody else's membership counts."""

_STAFF = frozenset({"glass", "municipality", "party", "person", "unit"})
ATTRIBUTES: Mapping[PrincipalType, frozenset[str]] = {
    PrincipalType.CITIZEN: frozenset({"party", "person"}),
    PrincipalType.STAFF: _STAFF,
    PrincipalType.SYSTEM: frozenset({"party"}),
}
"""The personal attributes that a type of principal can have. `glass` is the break-glass that a request states that it
is made under; it is seldom there, so that ordinary requests have plans that know nothing of it.
"""

PRINCIPALS: Mapping[Kind, PrincipalType] = {
    **dict.fromkeys(Kind, PrincipalType.STAFF),
    Kind.BANK: PrincipalType.SYSTEM,
    Kind.CITIZEN: PrincipalType.CITIZEN,
    Kind.ENFORCEMENT_SYSTEM: PrincipalType.SYSTEM,
    Kind.LANDLORD: PrincipalType.CITIZEN,
    Kind.LOAN_MANAGER: PrincipalType.SYSTEM,
    Kind.RENT_LEDGER: PrincipalType.SYSTEM,
}
"""The type of principal that the contract of a kind is made for."""
