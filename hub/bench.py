"""What stays when the rules change, and the rooms that are furnished anew for each set of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, fields

from hub.audit import AccessIndex, Record
from hub.bulk import Bulk
from hub.bulk.files import Files
from hub.commands import Handlers, Runner
from hub.commands.deeds import Deeds
from hub.commands.keys import Keys
from hub.commands.permission import Permission
from hub.consent.break_glass import Glass
from hub.consent.consents import Consents
from hub.consent.mandates import Mandates
from hub.consent.notices import Notices
from hub.consent.receipt_keys import KeyFolderRefused, ReceiptKeys
from hub.consent.receipts import Receipts
from hub.consent.reservations import Reservations
from hub.events.webhooks import commands
from hub.identity.model import Kind
from hub.identity.purposes import PurposeRegister
from hub.identity.register import Register
from hub.intake import intake
from hub.operation.document import Documents
from hub.operation.limits import Limits
from hub.plan.arguments import ArgumentReader
from hub.plan.desk import Desk
from hub.plan.grants import READS_AS
from hub.plan.plan import Planner
from hub.plan.read_outs import read_outs
from hub.plan.totals import total_facts
from hub.routing import Routing
from hub.rules import Rules
from hub.settings import DatabaseRole, Settings, SettingsError
from hub.store.pool import Limits as PoolLimits
from hub.store.pool import ReadPool
from hub.store.session import Sessions
from hub.store.tables.columns import Table

READ_ROLES = (DatabaseRole.PUBLIC, DatabaseRole.EXTERNAL, DatabaseRole.AUDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What one set of rules has a say in: which purposes there are, and what is answered."""

    digest: str
    purposes: PurposeRegister
    desk: Desk
    files: Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What stays when the rules change: connections, the record, and what seals cursors and digests."""

    settings: Settings
    arguments: ArgumentReader
    bulk: Bulk
    index: AccessIndex
    pools: Mapping[DatabaseRole, ReadPool]
    receipt_keys: ReceiptKeys
    record: Record
    routing: Routing
    sessions: Sessions

    def furnish(self, known: Rules) -> Rooms:
        """The rooms of one set."""
        totals = total_facts(known.catalogue, known.gate, Table.metadata)
        runner = self._runner(known)
        sources = {kind: self.pools[DatabaseRole[READS_AS[kind].name]] for kind in Kind}
        desk = Desk(
            digest=known.digest,
            gate=known.gate,
            catalogue=known.catalogue,
            documents=Documents(known.contracts_of(self.settings.population), operation_limits(self.settings)),
            planner=Planner(known.catalogue, known.gate, totals),
            arguments=self.arguments,
            sources=sources,
            commands=runner,
            index=self.index.catch_up,
            read_outs=read_outs(known, sources),
        )
        files = self.bulk.files(known, runner.expect_permitted)
        return Rooms(digest=known.digest, purposes=known.purposes, desk=desk, files=files)

    def _runner(self, known: Rules) -> Runner:
        return Runner(
            digest=known.digest,
            schema=known.schema,
            gate=known.gate,
            arguments=self.arguments,
            handlers={**self._intake(known), **self._consent(known), **self._webhooks()},
        )

    def _intake(self, known: Rules) -> Handlers:
        return intake(
            gate=known.gate,
            purposes=known.purposes,
            sessions=self.sessions,
            record=self.record,
            routing=self.routing,
            key=self.settings.key,
            population=self.settings.population,
            max_rows=self.settings.limits.batch_rows,
        )

    def _webhooks(self) -> Handlers:
        is_loopback_open = self.settings.webhooks_on_loopback
        return commands(
            sessions=self.sessions, record=self.record, key=self.settings.key, is_loopback_open=is_loopback_open
        )

    def receipts(self, purposes: PurposeRegister) -> Receipts:
        """Receipts that cite the law as this register has it."""
        return Receipts(keys=self.receipt_keys, notices=Notices.load(), purposes=purposes)

    def _consent(self, known: Rules) -> Handlers:
        deeds = Deeds(sessions=self.sessions, record=self.record, keys=Keys(self.settings.key))
        permission = Permission(known.gate)
        consents = Consents(
            deeds=deeds, permission=permission, notices=Notices.load(), receipts=self.receipts(known.purposes)
        )
        return {
            **consents.handlers(),
            **Mandates(deeds=deeds, permission=permission).handlers(),
            **Reservations(deeds=deeds, permission=permission).handlers(),
            **Glass(deeds=deeds, permission=permission).handlers(),
        }


async def opened_bench(settings: Settings, stack: AsyncExitStack) -> tuple[Bench, Register]:
    """What stays when the rules change, and the register of parties. Closed with the stack."""
    record = Record(settings.databases[DatabaseRole.RECORD])
    await record.start()
    stack.push_async_callback(record.stop)
    index = AccessIndex(settings.databases[DatabaseRole.RECORD])
    await index.start()
    stack.push_async_callback(index.stop)
    register = Register(settings.databases[DatabaseRole.APP])
    await register.start()
    stack.push_async_callback(register.stop)
    pools = {role: await opened_pool(settings, role, stack) for role in READ_ROLES}
    sessions = Sessions(settings.databases[DatabaseRole.APP])
    stack.push_async_callback(sessions.close)
    routing = Routing(sessions)
    bench = Bench(
        settings=settings,
        arguments=ArgumentReader(settings.key, settings.limits.page),
        bulk=Bulk(settings=settings, sessions=sessions, record=record, routing=routing, resolve=register.resolve),
        index=index,
        pools=pools,
        receipt_keys=await _opened_keys(settings, sessions),
        record=record,
        routing=routing,
        sessions=sessions,
    )
    return bench, register


def operation_limits(settings: Settings) -> Limits:
    """The part of the limits that concerns a document. They have the same names; a test says so."""
    return Limits(**{limit.name: getattr(settings.limits, limit.name) for limit in fields(Limits)})


async def _opened_keys(settings: Settings, sessions: Sessions) -> ReceiptKeys:
    if settings.receipt_keys is None:
        raise SettingsError(("BOFAST_RECEIPT_KEYS: name the folder for the keys that receipts are signed with",))
    keys = ReceiptKeys(settings.receipt_keys)
    try:
        await keys.start(sessions)
    except KeyFolderRefused as error:
        raise SettingsError((f"BOFAST_RECEIPT_KEYS: {error}",)) from None
    return keys


async def opened_pool(settings: Settings, role: DatabaseRole, stack: AsyncExitStack) -> ReadPool:
    pool = ReadPool(
        settings.databases[role], PoolLimits(size=settings.pool_size, characters=settings.limits.statement_characters)
    )
    await pool.start()
    stack.push_async_callback(pool.close)
    return pool
