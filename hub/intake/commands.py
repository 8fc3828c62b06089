"""Mutations: graphql-core runs a valid document on the resolvers of the schema, which call on us for each command."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

from hub.audit import Record
from hub.errors import BofastError, Forbidden, Internal, Refused
from hub.gate import Gate, evaluate
from hub.identity.model import Inquiry
from hub.identity.purposes import PurposeRegister
from hub.intake.batch import Seal
from hub.intake.defaults import MortgageDefaults
from hub.intake.errand import Errand
from hub.intake.forwarding import Forwarding
from hub.intake.grounds import Grounds
from hub.operation.document import Operation
from hub.plan.arguments import ArgumentReader
from hub.plan.desk import Answer
from hub.store.session import Sessions
from schema.mutation import SubmitMortgageDefaultsInput, SubmitResult

logger = logging.getLogger("bofast.intake")


class Intake:
    """Executes mutations by one set of policies, which `digest` names.

    `key` keeps digests of what was sent from being guessed; see `Seal`. `forwarding` passes on to cases what was taken
    in; it outlives the set, and whoever made it starts and settles it.
    """

    def __init__(
        self,
        *,
        digest: str,
        schema: GraphQLSchema,
        gate: Gate,
        purposes: PurposeRegister,
        arguments: ArgumentReader,
        sessions: Sessions,
        record: Record,
        forwarding: Forwarding,
        key: bytes,
        max_rows: int = 500,
    ) -> None:
        self._digest = digest
        self._schema = schema
        self._gate = gate
        self._arguments = arguments
        self.forwarding = forwarding
        self._defaults = MortgageDefaults(
            sessions=sessions,
            record=record,
            grounds=Grounds(gate, purposes),
            forwarding=forwarding,
            seal=Seal(key),
            max_rows=max_rows,
        )

    async def execute(self, inquiry: Inquiry, operation: Operation, variables: Mapping[str, Any]) -> Answer:
        """The whole mutation, in the order written. Raises `BofastError` where there is no answer at all."""
        self._expect_permitted(inquiry, operation)
        # By the contract first: what is outside it is answered as what does not exist.
        self._arguments.variables(operation, variables)
        errand = Errand(inquiry=inquiry, operation=operation, policy_digest=self._digest)
        result = await self._run(errand, variables)
        return errand.answer(_body(result, inquiry.request_id))

    def _expect_permitted(self, inquiry: Inquiry, operation: Operation) -> None:
        """INVARIANT: every command of the document is permitted before the first of them is begun."""
        who, party = self._gate.class_of(inquiry), inquiry.requester.party
        for name in command_names(operation):
            decision = self._gate.decide(who, f"do:{name}")
            # Whoever hands something in hands it in as its own.
            if not evaluate(decision.residual, {"submitter": party}, {"party": party}):
                raise Forbidden

    async def _run(self, errand: Errand, variables: Mapping[str, Any]) -> ExecutionResult:
        result = execute(
            self._schema,
            errand.operation.document,
            context_value=_Context(commands=_Commands(errand, self._defaults)),
            variable_values=dict(variables),
            operation_name=errand.operation.name,
            hide_suggestions=True,
        )
        return await result if isawaitable(result) else result


class _Commands:
    """The commands as the resolvers see them, bound to one request."""

    def __init__(self, errand: Errand, defaults: MortgageDefaults) -> None:
        self._errand = errand
        self._defaults = defaults

    async def submit_mortgage_defaults(self, submitted: SubmitMortgageDefaultsInput) -> SubmitResult:
        return await self._defaults.submit(self._errand, submitted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    commands: _Commands


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
