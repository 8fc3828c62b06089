"""Mutations: graphql-core runs a valid document on the resolvers of the schema, which call on us for each command."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    execute,
)

from hub.commands.errand import Errand
from hub.errors import BofastError, Forbidden, Internal, PurposeNotPermitted, PurposeRequired, Refused
from hub.gate import DENIED, Gate, RequesterClass, evaluate
from hub.gate.model import UNKNOWN
from hub.identity.model import Inquiry
from hub.operation.document import Operation
from hub.plan.arguments import ArgumentReader
from hub.plan.desk import Answer

logger = logging.getLogger("bofast.commands")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One command as its room does it: the request and the input go in, the answer of the schema comes out.

    `facts` are known of the row before anything is looked up, and decide at once. A command without them asks the gate
    itself, in its own transaction, about the row that it finds.
    """

    run: Callable[[Errand, Any], Awaitable[object]]
    facts: Callable[[Inquiry], Mapping[str, str]] | None = None


Handlers = Mapping[str, Handler]
"""Handlers by the name of their command in the schema."""


class Runner:
    """Executes mutations by one set of policies, which `digest` names."""

    def __init__(
        self, *, digest: str, schema: GraphQLSchema, gate: Gate, arguments: ArgumentReader, handlers: Handlers
    ) -> None:
        declared = schema.mutation_type.fields.keys() if schema.mutation_type else frozenset[str]()
        if strays := declared ^ handlers.keys():
            raise ValueError(f"a command has one handler, and a handler a command: {', '.join(sorted(strays))}")
        self._digest = digest
        self._schema = schema
        self._gate = gate
        self._arguments = arguments
        self._handlers = handlers

    async def execute(self, inquiry: Inquiry, operation: Operation, variables: Mapping[str, Any]) -> Answer:
        """The whole mutation, in the order written. Raises `BofastError` where there is no answer at all."""
        self._expect_permitted(inquiry, operation)
        # By the contract first: what is outside it is answered as what does not exist.
        self._arguments.variables(operation, variables)
        errand = Errand(inquiry=inquiry, operation=operation, policy_digest=self._digest)
        result = await self._run(errand, variables)
        return errand.answer(_body(result, inquiry.request_id))

    def _expect_permitted(self, inquiry: Inquiry, operation: Operation) -> None:
        """INVARIANT: every command of the document is permitted, or may be, before the first of them is begun."""
        for name in command_names(operation):
            self.expect_permitted(inquiry, name)

    def expect_permitted(self, inquiry: Inquiry, name: str) -> None:
        """Raises `Forbidden` where this command is not permitted, and can be on nothing that is looked up later."""
        who = self._gate.class_of(inquiry)
        decision = self._gate.decide(who, f"do:{name}")
        known = self._handlers[name].facts if name in self._handlers else None
        permitted = (
            decision.residual != DENIED
            if known is None
            else evaluate(decision.residual, known(inquiry), {"party": inquiry.requester.party})
        )
        if not permitted:
            raise self._refusal(who, f"do:{name}")

    def _refusal(self, who: RequesterClass, action: str) -> Forbidden:
        """A command that the purpose closes is refused by name; one that no purpose opens is forbidden."""
        on_any_purpose = replace(who, purpose=UNKNOWN, bases=UNKNOWN)
        if self._gate.decide(on_any_purpose, action).residual == DENIED:
            return Forbidden()
        return PurposeRequired() if who.purpose is None else PurposeNotPermitted()

    async def _run(self, errand: Errand, variables: Mapping[str, Any]) -> ExecutionResult:
        result = execute(
            self._schema,
            errand.operation.document,
            context_value=_Context(errand=errand, handlers=self._handlers),
            variable_values=dict(variables),
            operation_name=errand.operation.name,
            hide_suggestions=True,
        )
        return await result if isawaitable(result) else result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """The commands as the resolvers see them, bound to one request."""

    errand: Errand
    handlers: Handlers

    async def command(self, name: str, given: object) -> Any:
        return await self.handlers[name].run(self.errand, given)


def command_names(operation: Operation) -> frozenset[str]:
    """The commands that a document names, also where a directive leaves them out."""
    names = _fields(operation, operation.definition.selection_set)
    return frozenset(name for name in names if not name.startswith("__"))


def _fields(operation: Operation, selections: SelectionSetNode) -> Iterator[str]:
    for selection in selections.selections:
        match selection:
            case FieldNode():
                yield selection.name.value
            case InlineFragmentNode():
                yield from _fields(operation, selection.selection_set)
            case FragmentSpreadNode():
                yield from _fields(operation, operation.fragments[selection.name.value].selection_set)
            case _:
                raise Internal(detail="a selection of an unknown sort")


def _body(result: ExecutionResult, request_id: str) -> bytes:
    errors = [_entry(error, request_id) for error in result.errors or ()]
    return orjson.dumps({"errors": errors, "data": result.data} if errors else {"data": result.data})


def _entry(error: GraphQLError, request_id: str) -> dict[str, object]:
    """A refusal stands among the errors of the answer. Where something broke, there is no answer."""
    cause = error.original_error
    if isinstance(cause, Refused):
        return {**error.formatted, **cause.public()}
    if isinstance(cause, BofastError):
        raise cause
    # Neither the message nor the trace is logged: both can hold values.
    logger.error("command failed request_id=%s error=%s", request_id, type(cause or error).__name__)
    raise Internal
