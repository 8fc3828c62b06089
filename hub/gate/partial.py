"""Partial evaluation of one policy: what is known of the requester goes in, formulas over facts come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cedarpy import pst

from hub.gate.facts import FactSpec
from hub.gate.model import UNKNOWN, RequesterClass
from hub.gate.residual import (
    DENIED,
    GRANTED,
    Bind,
    Context,
    Entity,
    Fact,
    Has,
    Residual,
    Term,
    compare,
    conjunction,
    contains,
    disjunction,
    negation,
    truth,
)
from hub.gate.source import Policy

_ORDER: Mapping[str, Literal["=", "<", "<=", ">", ">="]] = {
    "eq": "=",
    "greater": ">",
    "greater_eq": ">=",
    "less": "<",
    "less_eq": "<=",
}
_CONTEXT = frozenset({"assurance", "bases", "purpose"})


class CannotCompileError(Exception):
    """The policy uses something that has no counterpart in a predicate."""


class MissingAttributeError(Exception):
    """The requester lacks an attribute that the policy needs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An expression on rows: where it errs, as the requester lacks what it needs, and where it holds of the rest."""

    holds: Residual
    fails: Residual = DENIED


def outcome_of(policy: Policy, who: RequesterClass, resource: str, facts: Mapping[str, FactSpec]) -> Outcome:
    """The rows of this type to which the policy applies, and those on which it cannot be decided.

    Plain Cedar skips a policy that errs. Fail closed: the gate denies wherever any policy does, permit or forbid.
    """
    return _Evaluation(who, resource, facts).applies(policy.tree)


def may_apply(policy: Policy, who: RequesterClass) -> bool:
    """Whether the scope of the policy admits requesters of this class at all."""
    return _Evaluation(who, "", {}).in_principal_scope(policy.tree.principal)


class _Evaluation:
    def __init__(self, who: RequesterClass, resource: str, facts: Mapping[str, FactSpec]) -> None:
        self._who = who
        self._resource = resource
        self._facts = facts

    def applies(self, policy: pst.Template) -> Outcome:
        """Scope, then clauses, stopping at the first that cannot hold. The action was matched before."""
        if not (self.in_principal_scope(policy.principal) and self._in_resource_scope(policy.resource)):
            return Outcome(DENIED)
        held = Outcome(GRANTED)
        for clause in policy.clauses:
            if held.holds == DENIED:
                break
            condition = self._formula(clause.expr)
            held = _both(held, condition if isinstance(clause, pst.When) else _not(condition))
        return held

    def in_principal_scope(self, scope: pst.PrincipalOrResourceConstraint) -> bool:
        match scope:
            case pst.ScopeAny():
                return True
            case pst.ScopeIs(entity_type):
                return self._is_principal(entity_type)
            case pst.ScopeIn(entity):
                return self._in_group(entity)
            case pst.ScopeIsIn(entity_type, entity):
                return self._is_principal(entity_type) and self._in_group(entity)
            case _:
                raise CannotCompileError("name a kind of requester or a group, never one requester")

    def _in_resource_scope(self, scope: pst.PrincipalOrResourceConstraint) -> bool:
        match scope:
            case pst.ScopeAny():
                return True
            case pst.ScopeIs(entity_type):
                return str(entity_type) == self._resource
            case _:
                raise CannotCompileError("name a type of resource (`resource is Tenancy`), never one resource")

    def _is_principal(self, entity_type: pst.EntityType) -> bool:
        return str(entity_type) == self._who.principal.value

    def _in_group(self, entity: pst.EntityOrSlot) -> bool:
        if not isinstance(entity, pst.EntityUid) or str(entity.type) != "Group":
            raise CannotCompileError('a principal can be in a Group::"..." only')
        return entity.id in self._who.groups

    def _formula(self, expr: pst.Expr) -> Outcome:
        """A boolean expression. As in Cedar, the right side is not looked at where the left settles it."""
        match expr:
            case pst.UnaryOp("not", arg):
                return _not(self._formula(arg))
            case pst.BinaryOp("and", left, right):
                first = self._formula(left)
                return first if first.holds == DENIED else _both(first, self._formula(right))
            case pst.BinaryOp("or", left, right):
                first = self._formula(left)
                return first if first.holds == GRANTED else _not(_both(_not(first), _not(self._formula(right))))
            case pst.IfThenElse(cond, then_expr, else_expr):
                return self._choice(cond, then_expr, else_expr)
            case _:
                try:
                    return Outcome(self._relation(expr))
                except MissingAttributeError:
                    return Outcome(DENIED, fails=GRANTED)

    def _relation(self, expr: pst.Expr) -> Residual:
        match expr:
            case pst.BoolLit(value):
                return truth(value)
            case pst.HasAttr(base, attrs):
                return self._has(base, attrs)
            case pst.Is(base, entity_type, in_expr):
                return self._is(base, entity_type, in_expr)
            case pst.BinaryOp(op, left, right):
                return self._binary(op, left, right)
            case pst.GetAttr():
                return self._boolean_fact(expr)
            case _:
                raise _not_compilable(expr)

    def _choice(self, cond: pst.Expr, then_expr: pst.Expr, else_expr: pst.Expr) -> Outcome:
        chosen = self._formula(cond)
        if chosen.holds == GRANTED:
            return _both(chosen, self._formula(then_expr))
        if chosen.holds == DENIED:
            return _both(_not(chosen), self._formula(else_expr))
        taken, other = _both(chosen, self._formula(then_expr)), _both(_not(chosen), self._formula(else_expr))
        return Outcome(disjunction((taken.holds, other.holds)), disjunction((taken.fails, other.fails)))

    def _boolean_fact(self, expr: pst.GetAttr) -> Residual:
        term = self._term(expr)
        if not isinstance(term, Fact):
            raise _not_compilable(expr)
        return term

    def _has(self, base: pst.Expr, attrs: tuple[str, ...]) -> Residual:
        match base:
            case pst.Var("resource") if len(attrs) == 1:
                spec = self._facts.get(attrs[0])
                return DENIED if spec is None else Has(spec.name) if spec.optional else GRANTED
            case pst.Var("principal") if len(attrs) == 1:
                return truth(attrs[0] in self._who.attributes)
            case pst.Var("context") if attrs == ("purpose",):
                return truth(self._who.purpose is not None)
            case _:
                raise CannotCompileError("`has` is for one attribute of principal, resource or context")

    def _is(self, base: pst.Expr, entity_type: pst.EntityType, in_expr: pst.Expr | None) -> Residual:
        match base:
            case pst.Var("principal"):
                return truth(self._is_principal(entity_type) and (in_expr is None or self._principal_in(in_expr)))
            case pst.Var("resource") if in_expr is None:
                return truth(str(entity_type) == self._resource)
            case _:
                raise CannotCompileError("`is` is for principal and resource")

    def _principal_in(self, expr: pst.Expr) -> bool:
        match expr:
            case pst.EntityLit(value):
                return self._in_group(value)
            case pst.Set(elements):
                return any(list(map(self._principal_in, elements)))
            case _:
                raise CannotCompileError('after `principal in` write Group::"..." or a list of groups')

    def _binary(self, op: pst.BinaryOpName, left: pst.Expr, right: pst.Expr) -> Residual:
        if op == "in":
            if left != pst.Var("principal"):
                raise CannotCompileError("`in` is for principal in a condition; put actions in the scope of the policy")
            return truth(self._principal_in(right))
        if op == "not_eq":
            return negation(compare("=", self._term(left), self._term(right)))
        if op in _ORDER:
            return compare(_ORDER[op], self._term(left), self._term(right))
        if op == "contains":
            return self._contains(left, self._term(right))
        if op in ("contains_any", "contains_all") and isinstance(right, pst.Set):
            each = [self._contains(left, self._term(element)) for element in right.elements]
            return disjunction(each) if op == "contains_any" else conjunction(each)
        raise _not_compilable(pst.BinaryOp(op, left, right))

    def _contains(self, members: pst.Expr, value: Term) -> Residual:
        match members:
            case pst.Set(elements):
                return contains(frozenset(self._term(element) for element in elements), value)
            case pst.GetAttr(pst.Var("context"), "bases"):
                bases = self._who.bases
                return contains(Context("bases"), value) if bases is UNKNOWN else truth(value in bases)
            case pst.GetAttr(pst.Var("resource"), attr):
                return self._set_fact(attr, value)
            case _:
                raise CannotCompileError("`contains` is for facts that are sets, context.bases and lists written out")

    def _set_fact(self, name: str, value: Term) -> Residual:
        spec = self._fact(name)
        if not spec.is_set:
            raise CannotCompileError(f"resource.{name} is not a set")
        return contains(Fact(name), value) if self._is_bound(spec) else DENIED

    def _is_bound(self, spec: FactSpec) -> bool:
        """A set fact that is about the requester is empty where the requester lacks what it is looked up by."""
        held = self._who.attributes | ({"purpose"} if self._who.purpose is not None else frozenset())
        return spec.needs <= held

    def _term(self, expr: pst.Expr) -> Term:
        match expr:
            case pst.BoolLit(value) | pst.LongLit(value) | pst.StringLit(value):
                return value
            case pst.EntityLit(value):
                return Entity(str(value.type), value.id)
            case pst.GetAttr(pst.Var("resource"), attr):
                spec = self._fact(attr)
                if spec.is_set:
                    raise CannotCompileError(f"resource.{attr} is a set; ask with contains")
                return Fact(attr)
            case pst.GetAttr(pst.Var("principal"), attr):
                return self._attribute(attr)
            case pst.GetAttr(pst.Var("context"), attr) if attr in _CONTEXT:
                return self._context(attr)
            case _:
                raise _not_compilable(expr)

    def _fact(self, name: str) -> FactSpec:
        if name not in self._facts:
            raise CannotCompileError(f"{self._resource} has no fact {name!r}; see hub/gate/facts.py")
        return self._facts[name]

    def _attribute(self, name: str) -> Term:
        if name not in self._who.attributes:
            raise MissingAttributeError
        return Bind(name)

    def _context(self, name: str) -> Term:
        value = self._who.purpose if name == "purpose" else self._who.assurance
        if name == "bases":
            raise CannotCompileError("context.bases is a set; ask with contains")
        if value is None:
            raise MissingAttributeError
        return Context(name) if value is UNKNOWN else value


def _not(outcome: Outcome) -> Outcome:
    return Outcome(negation(outcome.holds), outcome.fails)


def _both(first: Outcome, second: Outcome) -> Outcome:
    """The second is looked at only where the first holds."""
    fails = disjunction((first.fails, conjunction((first.holds, second.fails))))
    return Outcome(conjunction((first.holds, second.holds)), fails)


def _not_compilable(expr: pst.Expr) -> CannotCompileError:
    shape = expr.op if isinstance(expr, pst.UnaryOp | pst.BinaryOp) else type(expr).__name__
    return CannotCompileError(
        f"`{shape}` cannot be decided inside a statement; state it as a fact in hub/gate/facts.py"
    )
