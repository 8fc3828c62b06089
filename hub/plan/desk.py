"""The desk where an operation becomes an answer: planned, fetched, and its record made out. Nothing leaves from here;
the edge releases it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import orjson
from graphql import DocumentNode, ExecutionResult, SelectionSetNode, Undefined, execute
from graphql.execution.values import VariableValues

from hub.audit.model import AccessEvent, SecurityEvent, SecurityKind
from hub.errors import Internal, PurposeNotPermitted, PurposeRequired
from hub.gate import DENIED, Gate, RequesterClass
from hub.gate.model import UNKNOWN
from hub.identity.model import Inquiry, Kind
from hub.operation.document import Documents, Operation
from hub.operation.request import GraphQLRequest
from hub.plan.arguments import ArgumentReader, Given
from hub.plan.catalogue import Catalogue
from hub.plan.disclosure import entries_of, roots_found
from hub.plan.plain import Plain
from hub.plan.plan import Plan, PlanKey, Planner
from hub.plan.selection import Selected, select
from hub.plan.withheld import withheld_of
from hub.store.policies import PoliciesChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A finished answer with its record. `recorded` says that a command has put it on record in its own transaction;
    `held` that the statement or the transaction saw to it that the policies were those in force.
    """

    body: bytes
    event: AccessEvent
    security: tuple[SecurityEvent, ...] = ()
    status: int = 200
    recorded: bool = field(default=False)
    held: bool = False


class Source(Protocol):
    """Where statements are executed, on behalf of one kind of party."""

    async def fetchrow(self, sql: str, args: Sequence[Any]) -> Any:
        """The one row of a plan's statement."""
        ...


class Commands(Protocol):
    """Executes mutations."""

    async def execute(self, inquiry: Inquiry, operation: Operation, variables: Mapping[str, Any]) -> Answer:
        """The whole mutation, in the order written."""
        ...


class Desk:
    """Answers operations by one set of policies, which `digest` names.

    `sources` gives, per kind of party, the connections of the role that the kind reads with. `index` brings the index
    of the record up to date; it is awaited before the access log is read. `plain` answers without a plan and without a
    record: a test gives it, to hold the two against each other, and nothing else does.
    """

    def __init__(
        self,
        *,
        digest: str,
        gate: Gate,
        catalogue: Catalogue,
        documents: Documents,
        planner: Planner,
        arguments: ArgumentReader,
        sources: Mapping[Kind, Source],
        commands: Commands,
        index: Callable[[], Awaitable[object]],
        plain: Plain | None = None,
    ) -> None:
        self._digest = digest
        self._gate = gate
        self._catalogue = catalogue
        self._documents = documents
        self._planner = planner
        self._arguments = arguments
        self._sources = sources
        self._commands = commands
        self._index = index
        self._plain = plain

    async def answer(self, inquiry: Inquiry, request: GraphQLRequest) -> Answer:
        """One request. Raises `BofastError` where there is no answer at all."""
        kind = inquiry.requester.kind
        operation = self._documents.read(kind, request.query, request.operation_name)
        if operation.is_mutation:
            return await self._commands.execute(inquiry, operation, request.variables)
        variables = self._arguments.variables(operation, request.variables)
        switches = self._arguments.switches(operation, variables)
        roots = select(operation, switches)
        planned = [root for root in roots if root.name in self._catalogue.roots]
        who = self._gate.class_of(inquiry)
        self._hold_purpose(who, planned)
        if self._plain is not None:
            data = b'{"data":' + orjson.dumps(await self._plain.data(inquiry, operation, request.variables))
            return self._answered(inquiry, operation, data, None, None)
        if not planned:
            return self._answered(
                inquiry, operation, await self._introspected(operation, roots, variables, {}), None, None
            )
        return await self._planned(inquiry, operation, roots, planned, variables, tuple(switches.values()), who)

    async def _planned(
        self,
        inquiry: Inquiry,
        operation: Operation,
        roots: Sequence[Selected],
        planned: Sequence[Selected],
        variables: VariableValues,
        switches: tuple[bool, ...],
        who: RequesterClass,
    ) -> Answer:
        given = [
            self._arguments.read(operation, self._catalogue.roots[root.name], root, variables, inquiry)
            for root in planned
        ]
        key = PlanKey(operation.digest, switches, tuple(one.arguments for one in given), who)
        plan = self._planner.find(inquiry.requester.kind, key, planned)
        if any(self._catalogue.roots[root.name].entry.log for root in planned):
            await self._index()
        values = {**_values(inquiry, given), "policies": self._digest}
        row = await self._sources[inquiry.requester.kind].fetchrow(plan.sql, plan.binds.values(values))
        if row is None:
            raise PoliciesChanged
        data: bytes = row["data"]
        if len(planned) != len(roots):
            data = await self._introspected(operation, roots, variables, orjson.loads(data + b"}")["data"])
        return self._answered(inquiry, operation, data, plan, row)

    def _answered(self, inquiry: Inquiry, operation: Operation, data: bytes, plan: Plan | None, row: Any) -> Answer:
        """The body closed, with what was withheld, and the event made out."""
        disclosed = row["disclosed"] if row else None
        withheld = withheld_of(self._gate, plan, row["withheld"], disclosed) if plan else []
        body = data + (b',"extensions":' + orjson.dumps({"withheld": withheld}) + b"}" if withheld else b"}")
        event = AccessEvent(
            inquiry=inquiry,
            operation_name=operation.name,
            operation_digest=bytes.fromhex(operation.digest),
            policy_digest=self._digest,
            entries=entries_of(plan, disclosed, inquiry.requester.party) if plan else (),
        )
        security = self._denials(plan, disclosed, withheld)
        return Answer(body=body, event=event, security=security, held=plan is not None)

    def _denials(
        self, plan: Plan | None, disclosed: str | None, withheld: list[dict[str, object]]
    ) -> tuple[SecurityEvent, ...]:
        """A way in that found nothing is noted, whether the thing is hidden or absent; so is each field withheld."""
        if plan is None:
            return ()
        found = roots_found(plan, disclosed)
        missed = [
            SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="NOT_FOUND", target=plan.nodes[number].type_name)
            for key, number in plan.singles.items()
            if key not in found
        ]
        denied = [
            SecurityEvent(kind=SecurityKind.FIELD_DENIED, code=str(entry["reason"]), target=str(entry["field"]))
            for entry in withheld
        ]
        return (*missed, *denied)

    def _hold_purpose(self, who: RequesterClass, planned: Sequence[Selected]) -> None:
        """A way in that the purpose closes is refused by name; one that no purpose opens just shows nothing."""
        for root in planned:
            see = f"see:{self._catalogue.roots[root.name].entry.type}"
            if self._gate.decide(who, see).residual != DENIED:
                continue
            if self._gate.decide(_on_any_purpose(who), see).residual != DENIED:
                raise PurposeRequired if who.purpose is None else PurposeNotPermitted

    async def _introspected(
        self, operation: Operation, roots: Sequence[Selected], variables: VariableValues, planned: Mapping[str, Any]
    ) -> bytes:
        """Answers of introspection and __typename put among the planned ones, in the order written."""
        asked = [root for root in roots if root.is_introspection]
        answers = _introspect(operation, variables, asked) if asked else {}
        data = {
            root.key: planned.get(root.key, answers.get(root.key, "Query" if root.name == "__typename" else None))
            for root in roots
        }
        return b'{"data":' + orjson.dumps(data)


def _on_any_purpose(who: RequesterClass) -> RequesterClass:
    return RequesterClass(
        principal=who.principal,
        groups=who.groups,
        attributes=who.attributes,
        purpose=UNKNOWN,
        bases=UNKNOWN,
        assurance=who.assurance,
    )


def _introspect(operation: Operation, variables: VariableValues, roots: Sequence[Selected]) -> dict[str, Any]:
    """Introspection, run by graphql-core against the contract. Data fields are not part of what is run."""
    selections = tuple(node for root in roots for node in root.nodes)
    definition = replace(operation.definition, selection_set=SelectionSetNode(selections=selections), directives=())
    document = DocumentNode(definitions=(definition, *operation.fragments.values()))
    # As they were given: graphql-core coerces them itself, and cannot coerce a moment twice.
    given = {name: source.value for name, source in variables.sources.items() if source.value is not Undefined}
    result = execute(operation.contract, document, variable_values=given)
    if not isinstance(result, ExecutionResult) or result.data is None:
        raise Internal
    return result.data


def _values(inquiry: Inquiry, given: Sequence[Given]) -> dict[str, object]:
    requester, purpose = inquiry.requester, inquiry.purpose
    values: dict[str, object] = {
        "actor": requester.id,
        "municipality": requester.municipality,
        "party": requester.party,
        "person": requester.person,
        "purpose": purpose.code if purpose else None,
        "purpose_no": purpose.number if purpose else None,
        "role": requester.role,
        "unit": requester.unit,
    }
    for number, one in enumerate(given):
        values |= {f"{number}.{name}": value for name, value in one.binds.items()}
    return values
