"""The desk where an operation becomes an answer: planned, fetched, and its record made out. Nothing leaves from here;
the edge releases it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLResolveInfo, SelectionSetNode, Undefined, execute
from graphql.execution.values import VariableValues

from hub.audit.model import AccessEvent, Entry, EventKind, SecurityEvent, SecurityKind
from hub.errors import BadInput, Internal, PurposeNotPermitted, PurposeRequired
from hub.gate import DENIED, Gate, RequesterClass, evaluate
from hub.gate.model import UNKNOWN
from hub.identity.model import Inquiry, Kind
from hub.operation.document import Documents, Operation
from hub.operation.request import GraphQLRequest
from hub.plan.arguments import ArgumentReader, Given, identity
from hub.plan.catalogue import Catalogue, telling_of
from hub.plan.disclosure import entries_of, roots_found
from hub.plan.plain import Plain
from hub.plan.plan import Plan, PlanKey, Planner
from hub.plan.selection import Selected, select
from hub.plan.telling import AskElsewhere, SubscribeElsewhere, Wish
from hub.plan.ways import IDENTITIES
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
    is_told: bool = True
    """Of an event: whether the requester may know of it at all. What is not told is neither sent nor put on record."""


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


class ReadOut(Protocol):
    """Works an answer out, of the rules or of what is the requester's own."""

    def facts(self, inquiry: Inquiry) -> Mapping[str, str]:
        """What the gate may ask of it: known before anything is looked up."""
        ...

    async def read(self, inquiry: Inquiry, given: Mapping[str, Any]) -> Mapping[str, object] | None:
        """The fields of the answer by name; None where there is nothing. Raises `BadInput`."""
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
        read_outs: Mapping[str, ReadOut],
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
        self._read_outs = read_outs
        self._plain = plain

    def remembered(self) -> Mapping[str, tuple[int, int]]:
        """How often a document or a plan was found again, and how often it had to be made."""
        documents, plans = self._documents, self._planner
        return {"documents": (documents.hits, documents.misses), "plans": (plans.hits, plans.misses)}

    async def answer(self, inquiry: Inquiry, request: GraphQLRequest) -> Answer:
        """One request. Raises `BofastError` where there is no answer at all."""
        kind = inquiry.requester.kind
        operation = self._documents.read(kind, request.query, request.operation_name)
        if operation.is_subscription:
            raise SubscribeElsewhere
        if operation.is_mutation:
            return await self._commands.execute(inquiry, operation, request.variables)
        variables = self._arguments.variables(operation, request.variables)
        switches = self._arguments.switches(operation, variables)
        roots = select(operation, switches)
        ways_in = [root for root in roots if root.name in self._catalogue.roots]
        who = self._gate.class_of(inquiry)
        self._hold_purpose(who, ways_in)
        if self._plain is not None:
            data = b'{"data":' + orjson.dumps(await self._plain.data(inquiry, operation, request.variables))
            return self._answered(inquiry, operation, data, None, None)
        planned = [root for root in ways_in if not self._catalogue.roots[root.name].entry.computed]
        beside = _Beside(
            operation=operation,
            roots=roots,
            variables=variables,
            computed={
                root.key: await self._read_out(inquiry, operation, root, variables, who)
                for root in ways_in
                if root not in planned
            },
        )
        if not planned:
            return self._answered(inquiry, operation, beside.put_in({}), None, None)
        return await self._planned(inquiry, beside, planned, tuple(switches.values()), who)

    async def wish(self, inquiry: Inquiry, request: GraphQLRequest) -> Wish:
        """What a subscription asks for, held against the contract and the purpose. Raises `BofastError`."""
        operation, root, variables, _ = self._told(inquiry, request)
        self._hold_purpose(self._gate.class_of(inquiry), [root])
        telling = telling_of(self._catalogue.tellings[root.name])
        given = self._arguments.values(operation, root.name, root, variables)
        value = inquiry.requester.party if telling.argument is None else str(given[telling.argument])
        if telling.argument in IDENTITIES:
            value = str(identity(value))
        after = given.get("after")
        return Wish(by=telling.by, value=value, topic=telling.topic, after=None if after is None else identity(after))

    async def tell(self, inquiry: Inquiry, request: GraphQLRequest, event: UUID) -> Answer:
        """One event, decided now. It takes the road of a query."""
        operation, root, variables, switches = self._told(inquiry, request)
        who = self._gate.class_of(inquiry)
        self._hold_purpose(who, [root])
        way = self._catalogue.tellings[root.name]
        given = self._arguments.read(operation, way, root, variables, inquiry)
        key = PlanKey(operation.digest, switches, (given.arguments,), who)
        plan = self._planner.find(inquiry.requester.kind, key, [root])
        values = {**_values(inquiry, [given]), "policies": self._digest, "event": event}
        row = await self._sources[inquiry.requester.kind].fetchrow(plan.sql, plan.binds.values(values))
        if row is None:
            raise PoliciesChanged
        is_told = root.key in roots_found(plan, row["disclosed"])
        answer = self._answered(inquiry, operation, row["data"], plan, row, {"event": str(event)})
        return replace(answer, is_told=is_told)

    def _told(
        self, inquiry: Inquiry, request: GraphQLRequest
    ) -> tuple[Operation, Selected, VariableValues, tuple[bool, ...]]:
        """The one way in of a subscription. Validation sees to that, but for one that is switched off."""
        operation = self._documents.read(inquiry.requester.kind, request.query, request.operation_name)
        if not operation.is_subscription:
            raise AskElsewhere
        variables = self._arguments.variables(operation, request.variables)
        switches = self._arguments.switches(operation, variables)
        roots = [root for root in select(operation, switches) if root.name in self._catalogue.tellings]
        if len(roots) != 1:
            raise BadInput("A subscription asks for exactly one field.", member="query")
        return operation, roots[0], variables, tuple(switches.values())

    async def _read_out(
        self,
        inquiry: Inquiry,
        operation: Operation,
        root: Selected,
        variables: VariableValues,
        who: RequesterClass,
    ) -> Mapping[str, object] | None:
        """What is worked out and not planned: of the rules, of the requester's own case, of its own submissions. It
        shows nothing of anybody else, so that nothing of it is an entry of the record.
        """
        entry = self._catalogue.types[self._catalogue.roots[root.name].entry.type]
        given = self._arguments.values(operation, root.name, root, variables)
        facts, binds = self._read_outs[root.name].facts(inquiry), {"party": inquiry.requester.party}

        def is_granted(action: str) -> bool:
            return evaluate(self._gate.decide(who, action).residual, facts, binds)

        if not is_granted(entry.see):
            return None
        values = await self._read_outs[root.name].read(inquiry, given)
        if values is None:
            return None
        actions = {name: known.action for name, known in entry.fields.items() if known.action is not None}
        shown = {name for name, action in actions.items() if is_granted(action)}
        return {name: value for name, value in values.items() if name in shown}

    async def _planned(
        self,
        inquiry: Inquiry,
        beside: _Beside,
        planned: Sequence[Selected],
        switches: tuple[bool, ...],
        who: RequesterClass,
    ) -> Answer:
        operation, variables = beside.operation, beside.variables
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
        if len(planned) != len(beside.roots):
            data = beside.put_in(orjson.loads(data + b"}")["data"])
        return self._answered(inquiry, operation, data, plan, row)

    def _answered(
        self,
        inquiry: Inquiry,
        operation: Operation,
        data: bytes,
        plan: Plan | None,
        row: Any,
        beside: Mapping[str, object] = MappingProxyType({}),
    ) -> Answer:
        """The body closed, with what was withheld, and the event made out."""
        disclosed = row["disclosed"] if row else None
        withheld = withheld_of(self._gate, plan, row["withheld"], disclosed, inquiry.requester.party) if plan else []
        extensions = {**beside, **({"withheld": withheld} if withheld else {})}
        body = data + (b',"extensions":' + orjson.dumps(extensions) + b"}" if extensions else b"}")
        entries = entries_of(plan, disclosed, inquiry.requester.party) if plan else ()
        event = AccessEvent(
            inquiry=inquiry,
            kind=_kind(inquiry, entries),
            operation_name=operation.name,
            operation_digest=bytes.fromhex(operation.digest),
            policy_digest=self._digest,
            entries=entries,
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
            see = f"see:{self._catalogue.way(root.name).entry.type}"
            if self._gate.decide(who, see).residual != DENIED:
                continue
            if self._gate.decide(_on_any_purpose(who), see).residual != DENIED:
                raise PurposeRequired if who.purpose is None else PurposeNotPermitted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What of an operation is not planned: introspection, __typename, and what the hub works out, by key."""

    operation: Operation
    roots: Sequence[Selected]
    variables: VariableValues
    computed: Mapping[str, Mapping[str, object] | None]

    def put_in(self, planned: Mapping[str, Any]) -> bytes:
        """Put among the planned answers, in the order written."""
        asked = [root for root in self.roots if root.is_introspection or root.key in self.computed]
        answers = _executed(self.operation, self.variables, asked, self.computed) if asked else {}
        data = {
            root.key: planned.get(root.key, answers.get(root.key, "Query" if root.name == "__typename" else None))
            for root in self.roots
        }
        return b'{"data":' + orjson.dumps(data)


def _kind(inquiry: Inquiry, entries: Sequence[Entry]) -> EventKind:
    """A look-up under a break-glass is a kind of its own, where the break-glass is what opened something."""
    glass = str(inquiry.glass)
    is_used = inquiry.glass is not None and any(entry.evidence == glass for entry in entries)
    return EventKind.BREAK_GLASS_READ if is_used else EventKind.QUERY


def _on_any_purpose(who: RequesterClass) -> RequesterClass:
    return RequesterClass(
        principal=who.principal,
        groups=who.groups,
        attributes=who.attributes,
        purpose=UNKNOWN,
        bases=UNKNOWN,
        assurance=who.assurance,
    )


def _executed(
    operation: Operation,
    variables: VariableValues,
    roots: Sequence[Selected],
    computed: Mapping[str, Mapping[str, object] | None],
) -> dict[str, Any]:
    """Introspection and what was worked out, run by graphql-core against the contract. Data fields are not part of what
    is run.
    """

    def resolve(info: GraphQLResolveInfo[None], **_: object) -> Mapping[str, object] | None:
        return computed[str(info.path.key)]

    selections = tuple(node for root in roots for node in root.nodes)
    definition = replace(operation.definition, selection_set=SelectionSetNode(selections=selections), directives=())
    document = DocumentNode(definitions=(definition, *operation.fragments.values()))
    # As they were given: graphql-core coerces them itself, and cannot coerce a moment twice.
    given = {name: source.value for name, source in variables.sources.items() if source.value is not Undefined}
    values = {root.name: resolve for root in roots if root.key in computed}
    result = execute(operation.contract, document, root_value=values, variable_values=given)
    if not isinstance(result, ExecutionResult) or result.data is None or result.errors:
        raise Internal
    return result.data


def _values(inquiry: Inquiry, given: Sequence[Given]) -> dict[str, object]:
    requester, purpose = inquiry.requester, inquiry.purpose
    values: dict[str, object] = {
        "actor": requester.id,
        "glass": inquiry.glass,
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
