"""What must hold of policies before any of them is used. Each finding names file, line and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache

from cedarpy import Schema, pst, validate_policies

from hub.gate.cedar_schema import groups_of
from hub.gate.facts import FACTS
from hub.gate.model import ATTRIBUTES, UNKNOWN, GateModel, RequesterClass
from hub.gate.partial import CannotCompileError, outcome_of
from hub.gate.residual import And, Contains, Fact, Not, Residual, atoms, facts_in, parts_of
from hub.gate.source import Policy
from hub.identity.groups import Group
from hub.identity.model import PrincipalType

_OPERATORS = frozenset(
    {
        "and",
        "contains",
        "contains_all",
        "contains_any",
        "eq",
        "greater",
        "greater_eq",
        "in",
        "less",
        "less_eq",
        "not",
        "not_eq",
        "or",
    }
)


def check_policies(model: GateModel, schema: str, policies: tuple[Policy, ...], bases: Collection[str] | None) -> None:
    """Raises PolicyError for the first finding."""
    engine = _engine(schema)
    # All at once costs a tenth of one by one, which is only needed to say whose the error is.
    is_typed = not validate_policies("\n".join(policy.text for policy in policies), engine).errors
    names = {action: groups_of(model, action) | {action} for action in model.actions}
    for policy in policies:
        _check_shape(policy)
        if not is_typed:
            _check_types(policy, engine)
        _check_basis(policy, bases)
        covered = [action for action in model.actions if action_in_scope(policy.tree.action, names[action])]
        _check_compiles(policy, model, covered)
        if policy.effect == "forbid":
            _check_leaves_no_trace(policy, model, frozenset(covered))


@lru_cache(maxsize=2)
def _engine(schema: str) -> Schema:
    # Reading it takes longer than checking ten policies by it.
    return Schema.from_str(schema)


def action_in_scope(scope: pst.ActionConstraint, names: frozenset[str]) -> bool:
    """Whether a policy's scope names the action itself or one of its groups."""
    match scope:
        case pst.ScopeAny():
            return True
        case pst.ActionEq(entity):
            return entity.id in names
        case pst.ActionIn(entities):
            return any(entity.id in names for entity in entities)


def _nodes(node: object) -> Iterator[object]:
    yield node
    if isinstance(node, tuple):
        for part in node:
            yield from _nodes(part)
    elif is_dataclass(node) and not isinstance(node, type):
        for part in fields(node):
            yield from _nodes(getattr(node, part.name))


def _check_shape(policy: Policy) -> None:
    """No arithmetic, no extension calls, no patterns: they can err, or have no counterpart in a predicate."""
    for node in _nodes(policy.tree.clauses):
        if isinstance(node, pst.UnaryOp | pst.BinaryOp) and node.op not in _OPERATORS:
            raise policy.error(f"`{node.op}` is not used in policies; state it as a fact in hub/gate/facts.py")
        if isinstance(node, pst.Like | pst.Record | pst.Slot):
            raise policy.error(f"`{type(node).__name__.lower()}` is not used in policies; compare with whole values")
        if node == pst.Var("action"):
            raise policy.error("name actions in the scope of the policy, not in its conditions")


def _check_types(policy: Policy, schema: Schema) -> None:
    result = validate_policies(policy.text, schema)
    for error in result.errors:
        what = error.error.replace("for policy `policy0`", "").strip(" ,:")
        raise policy.error(f"{what}; see hub/gate/facts.py for facts, and put `has` before an optional one")


def _check_basis(policy: Policy, bases: Collection[str] | None) -> None:
    if bases is not None and policy.basis not in bases:
        raise policy.error(f"@basis {policy.basis!r} is not in policies/legal_bases.toml; add it there or correct it")
    if policy.effect == "permit" and not any(_asks_for(clause, policy.basis) for clause in policy.tree.clauses):
        raise policy.error(f'a permit holds only while its basis does: add `context.bases.contains("{policy.basis}")`')


def _asks_for(clause: pst.Clause, basis: str) -> bool:
    """Whether the basis is a conjunct of a `when`."""
    wanted = pst.BinaryOp("contains", pst.GetAttr(pst.Var("context"), "bases"), pst.StringLit(basis))

    def among(expr: pst.Expr) -> bool:
        if isinstance(expr, pst.BinaryOp) and expr.op == "and":
            return among(expr.left) or among(expr.right)
        return expr == wanted

    return isinstance(clause, pst.When) and among(clause.expr)


def _everybody() -> Iterator[RequesterClass]:
    """One class of each type of principal, in all groups, with everything else open: it meets every part."""
    for principal in PrincipalType:
        yield RequesterClass(
            principal=principal,
            groups=frozenset(Group),
            attributes=ATTRIBUTES[principal],
            purpose=UNKNOWN,
            bases=UNKNOWN,
            assurance=UNKNOWN,
        )


def _check_compiles(policy: Policy, model: GateModel, covered: list[str]) -> None:
    for resource in sorted({model.actions[action].resource for action in covered}):
        for who in _everybody():
            try:
                residual = outcome_of(policy, who, resource, model.resources[resource].facts).holds
            except CannotCompileError as error:
                raise policy.error(str(error)) from error
            if policy.effect == "permit":
                _check_evidence(policy, residual)


def _check_evidence(policy: Policy, residual: Residual) -> None:
    """One document a permit, so that the record can say which."""
    resting = [part for part in parts_of(residual) if evidence_atoms(part)]
    kinds = {FACTS[name].evidence for part in resting for name in facts_in(part)} - {None}
    if len(resting) > 1 or len(kinds) > 1:
        raise policy.error("a permit rests on one consent, agreement or mandate; split it into one permit for each")
    if any(isinstance(part, Not | And) for part in resting):
        raise policy.error(
            "a permit rests on a consent, agreement or mandate that there is; move what must not be to a forbid"
        )


def evidence_atoms(residual: Residual) -> tuple[Fact | Contains, ...]:
    """The atoms that stand for a document: a consent, an agreement, a mandate."""
    found: list[Fact | Contains] = []
    for atom in atoms(residual):
        fact = atom if isinstance(atom, Fact) else atom.set if isinstance(atom, Contains) else None
        if isinstance(fact, Fact) and FACTS[fact.name].evidence is not None:
            found.append(atom)  # type: ignore[arg-type]
    return tuple(found)


def _check_leaves_no_trace(policy: Policy, model: GateModel, covered: frozenset[str]) -> None:
    """A forbid on a fact that is never told of closes `know` with `read`, and `see` where it closes all."""
    secret = sorted(name for name in _facts_named(policy) if name in FACTS and not FACTS[name].explainable)
    if not secret:
        return
    for action in sorted(covered):
        spec = model.actions[action]
        for category in (group.removeprefix("read:") for group in spec.groups if group.startswith("read:")):
            note = f"know:{spec.resource}.{category}"
            if note in model.actions and note not in covered:
                raise policy.error(
                    f'resource.{secret[0]} must leave no trace: add Action::"know:{category}" to the scope'
                )
    for resource in sorted({model.actions[action].resource for action in covered}):
        reads = {a for a, spec in model.actions.items() if spec.resource == resource and a.startswith("read:")}
        see = f"see:{resource}"
        if reads and reads <= covered and see in model.actions and see not in covered:
            raise policy.error(f'resource.{secret[0]} must leave no trace: add Action::"{see}" to the scope')


def _facts_named(policy: Policy) -> frozenset[str]:
    nodes = _nodes(policy.tree.clauses)
    return frozenset(node.attr for node in nodes if isinstance(node, pst.GetAttr) and node.base == pst.Var("resource"))
