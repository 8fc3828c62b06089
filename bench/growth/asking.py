"""One request after the other, each with its own time; and what each kind of requester asks."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import psutil
from graphql import (
    REMOVE,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    parse,
    print_ast,
    visit,
)

from bench.machine import ROOT, to_the_point
from bench.read.load import Load
from bench.read.questions import CASE, Question
from hub.demo.personas import persona

_AN_HOUR: Final = 3_600
_CASE: Final = CASE.replace("case(id: $id)", "root: case(id: $id)")
_LOG: Final = """query Log { root: accessLog(first: 10) { nodes {
    id occurredAt subjectNationalIdMasked source { name } recipient { name } recipientUnit actorId actorName actorRole
    purpose basis evidenceId categories policies kind operationName requestId } } }"""
_DEFAULTS: Final = """query Sent { root: submittedRentDefaults(first: 10) { nodes {
    id rowNo receivedAt outcome code basis municipality tenantNationalIdMasked leaseRef landlordOrgnr dunningLevel
    oldestDueDate monthsInArrears arrears fees interest } } }"""
_NOTICES: Final = """query Sent { root: submittedEvictionNotices(first: 10) { nodes {
    id rowNo receivedAt outcome code basis municipality tenantNationalIdMasked objectionDeadline enforcementCaseNo
    petitionReceivedAt petitionerOrgnr presentedAt status evictionDate } } }"""
# By kind of requester: who asks, and what. Of the case each asks for what its contract has.
_ASKED: Final = {
    "bank": ("bank-system", _CASE),
    "citizen": ("citizen-kari", _CASE),
    "debt-counsel": ("debt-counsellor", _CASE),
    "enforcement": ("enforcement-officer", _CASE),
    "enforcement-system": ("enforcement-system", _NOTICES),
    "housing": ("housing-caseworker", _CASE),
    "housing-support": ("housing-support", _CASE),
    "landlord": ("landlord", _CASE),
    "leader": ("unit-leader", _LOG),
    "loan-manager": ("loan-manager-system", _CASE),
    "nav": ("nav-caseworker", _CASE),
    "privacy": ("privacy-officer", _LOG),
    "rent-collector": ("rent-collector", _CASE),
    "rent-ledger": ("rent-ledger-system", _DEFAULTS),
    "secure-unit": ("nav-secure-unit", _CASE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What one request took, in seconds: as whoever asked saw it, and processor time of either server."""

    seen: float
    hub: float
    database: float


class Single:
    """One connection, on which one request after the other is timed."""

    def __init__(self, hub: psutil.Process, database: psutil.Process, port: int) -> None:
        self._hub = hub
        self._database = database
        self._request = b""
        self._load = Load(port, lambda: self._request)

    async def ask(self, request: bytes) -> Took:
        """What this request took."""
        self._request = request
        before = to_the_point(self._hub), to_the_point(self._database)
        loaded = await self._load.run(_AN_HOUR, most=1)
        return Took(
            seen=loaded.latencies[0],
            hub=to_the_point(self._hub) - before[0],
            database=to_the_point(self._database) - before[1],
        )

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Single]:
        """With its connection, for as long as the context lasts."""
        await self._load.open(1)
        try:
            yield self
        finally:
            self._load.close()


def kinds() -> tuple[str, ...]:
    """The kinds of requesters, each with a contract of its own."""
    return tuple(_ASKED)


def of_kind(kind: str, case: str) -> Question:
    """What this kind asks, of this case if it may ask for cases."""
    who, document = _ASKED[kind]
    known = persona(who)
    assert known is not None
    printed = (ROOT / "schema" / "contracts" / f"{kind}.graphql").read_text(encoding="utf-8")
    # What is printed says what a field is by directives that only the schema itself declares.
    contract = build_schema(printed, assume_valid_sdl=True)
    return Question(
        name=kind,
        persona=who,
        purpose=known.purposes[0] if known.purposes else "",
        unit="",
        document=_cut(document, contract),
        variables=({"id": case} if "$id" in document else {},),
    )


def again(document: str, number: int) -> str:
    """The same question as a document that nobody has sent before, with a statement of its own."""
    return document.replace("root:", f"root{number}:")


def fields(document: str) -> int:
    """How many fields a document has."""
    counted = _Counted()
    visit(parse(document), counted)
    return counted.fields


class _Counted(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.fields = 0

    def enter_field(self, *_: Any) -> None:
        self.fields += 1


class _Missing(Visitor):
    """Takes out what a contract does not have."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info

    def enter_field(self, *_: Any) -> Any:
        return None if self._info.get_field_def() else REMOVE

    @staticmethod
    def leave_field(node: FieldNode, *_: Any) -> Any:
        return REMOVE if node.selection_set is not None and not node.selection_set.selections else None


def _cut(document: str, contract: GraphQLSchema) -> str:
    info = TypeInfo(contract)
    return print_ast(visit(parse(document), TypeInfoVisitor(info, _Missing(info))))
