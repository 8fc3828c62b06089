"""The composition root: every room is opened here, in the order of the walk, and closed in the reverse order.

rules       what the policies say, read once          (no connection)
running     pools, record, identity, desk and door     (as an async context)
build       the same as an ASGI application with lifespan, for a server of somebody's own
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import asyncpg
import httpx
from alembic.script import ScriptDirectory
from graphql import GraphQLSchema
from sqlmodel import SQLModel
from starlette.routing import BaseRoute, Mount

from hub.audit import AccessIndex, Record
from hub.console import Graphiql
from hub.edge.asgi import App, Receive, Scope, Send
from hub.edge.denials import Denials
from hub.edge.door import Door
from hub.edge.health import Check, Health
from hub.edge.seams import Answers
from hub.edge.site import site
from hub.errors import RecordUnavailable
from hub.gate import Gate
from hub.identity import Identity
from hub.identity.development import MOUNT, DevelopmentIssuer
from hub.identity.issuers import IssuerConfig, IssuerKind, production_faults
from hub.identity.model import Kind
from hub.identity.personas import Persona
from hub.identity.purposes import POLICIES, PurposeRegister
from hub.identity.register import Register
from hub.identity.tokens import Verifier
from hub.intake import Intake
from hub.operation.contract import prune
from hub.operation.document import Documents
from hub.operation.limits import Limits
from hub.plan.arguments import ArgumentReader
from hub.plan.catalogue import Catalogue, build_catalogue
from hub.plan.contracts import reach
from hub.plan.desk import Desk
from hub.plan.grants import READS_AS, read_grants
from hub.plan.model import gate_model
from hub.plan.plan import Planner
from hub.plan.totals import total_facts
from hub.settings import DatabaseRole, IssuerSettings, Mode, Settings, SettingsError
from hub.store import migrate
from hub.store.grants import apply
from hub.store.pool import Limits as PoolLimits
from hub.store.pool import ReadPool
from hub.store.roles import Role
from hub.store.session import Sessions
from schema.build import SCHEMA

READ_ROLES = (DatabaseRole.PUBLIC, DatabaseRole.EXTERNAL, DatabaseRole.AUDIT)
VERSION_TABLE = "hub.alembic_version"
DURABLE = "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on' ORDER BY name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the schema declares and the policies say, worked out before there is any connection."""

    schema: GraphQLSchema
    catalogue: Catalogue
    gate: Gate
    reached: Mapping[Kind, frozenset[str]]
    contracts: Mapping[Kind, GraphQLSchema]
    purposes: PurposeRegister


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A hub that is open. `drain` is called when it has been asked to stop."""

    app: App
    drain: Callable[[], None]


@cache
def rules(policies: Path = POLICIES) -> Rules:
    """Reads and checks everything that is written down; whatever is unclear stops the start."""
    schema = SCHEMA._schema  # noqa: SLF001 - Strawberry has no public name for it
    purposes = PurposeRegister.load(policies)
    catalogue = build_catalogue(schema, SQLModel.metadata)
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(policies.glob("*.cedar"))}
    gate = Gate.load(gate_model(catalogue), files, purposes.legal_bases.codes)
    reached = {kind: reach(schema, catalogue, gate, gate.contract_class(kind)) for kind in Kind}
    contracts = {kind: prune(schema, kept) for kind, kept in reached.items()}
    return Rules(schema=schema, catalogue=catalogue, gate=gate, reached=reached, contracts=contracts, purposes=purposes)


def prepare_database(owner: str) -> None:
    """Brings a database to the present version, and the rights of its roles to what the contracts say. Blocking."""
    migrate.upgrade(owner)
    asyncio.run(_prepare_rights(owner))


async def _prepare_rights(owner: str) -> None:
    known = rules()
    connection = await asyncpg.connect(owner, timeout=10)
    try:
        granted = read_grants(known.catalogue, known.gate, known.reached)
        await apply(connection, {role.value: columns for role, columns in granted.items()})
        # So that the service can tell whether it was migrated; it may write nothing there.
        await connection.execute(f"GRANT SELECT ON {VERSION_TABLE} TO {Role.APP}")
    finally:
        await connection.close()


@asynccontextmanager
async def running(settings: Settings, personas: Sequence[Persona] = ()) -> AsyncGenerator[Hub]:
    """A hub that is open for as long as the context lasts. `personas` are the demo's."""
    known = rules()
    async with AsyncExitStack() as stack:
        if settings.mode is Mode.PRODUCTION:
            await expect_fit(settings.databases[DatabaseRole.APP])
        record = Record(settings.databases[DatabaseRole.RECORD])
        await record.start()
        stack.push_async_callback(record.stop)
        index = AccessIndex(settings.databases[DatabaseRole.RECORD])
        await index.start()
        stack.push_async_callback(index.stop)
        register = Register(settings.databases[DatabaseRole.APP])
        await register.start()
        stack.push_async_callback(register.stop)
        pools = {role: await _opened_pool(settings, role, stack) for role in READ_ROLES}
        sessions = Sessions(settings.databases[DatabaseRole.APP])
        stack.push_async_callback(sessions.close)
        arguments = ArgumentReader(settings.key, settings.limits.page)
        intake = intake_of(settings, known, arguments, sessions, record)
        await intake.start()
        stack.push_async_callback(intake.settle)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=5, trust_env=False))
        development = _development(settings, personas)
        issuers = development.issuers if development else issuers_of(settings)
        identity = Identity(Verifier(issuers, client, max_token_bytes=settings.limits.token_bytes), register)
        door = Door(
            settings=settings,
            identity=identity,
            purposes=known.purposes,
            desk=assemble(settings, known, pools, arguments, intake, index),
            record=record,
            denials=Denials(record, per_minute=settings.limits.denials_per_minute),
        )
        stack.push_async_callback(door.drain)
        health = Health({"database": _asks(pools[DatabaseRole.PUBLIC]), "record": _stands(record)})
        routes: list[BaseRoute] = [*health.routes(), *_demo_routes(settings, development, personas)]
        yield Hub(app=site(settings=settings, door=door, routes=routes), drain=health.drain)


def assemble(
    settings: Settings,
    known: Rules,
    pools: Mapping[DatabaseRole, ReadPool],
    arguments: ArgumentReader,
    intake: Intake,
    index: AccessIndex,
) -> Answers:
    """The desk: what the rules say, on the connections of the role that each kind of party reads with."""
    totals = total_facts(known.catalogue, known.gate, SQLModel.metadata)
    return Desk(
        gate=known.gate,
        catalogue=known.catalogue,
        documents=Documents(known.contracts, operation_limits(settings)),
        planner=Planner(known.catalogue, known.gate, totals),
        arguments=arguments,
        sources={kind: pools[DatabaseRole[READS_AS[kind].name]] for kind in Kind},
        commands=intake,
        index=index.catch_up,
    )


def intake_of(
    settings: Settings, known: Rules, arguments: ArgumentReader, sessions: Sessions, record: Record
) -> Intake:
    """The commands. Started, it passes on what an earlier stop left behind; settled, it leaves nothing."""
    return Intake(
        schema=known.schema,
        gate=known.gate,
        purposes=known.purposes,
        arguments=arguments,
        sessions=sessions,
        record=record,
        key=settings.key,
        max_rows=settings.limits.batch_rows,
    )


def operation_limits(settings: Settings) -> Limits:
    """The part of the limits that concerns a document. They have the same names; a test says so."""
    return Limits(**{limit.name: getattr(settings.limits, limit.name) for limit in fields(Limits)})


def issuers_of(settings: Settings) -> tuple[IssuerConfig, ...]:
    """The issuers that the operator trusts. Raises SettingsError where one may not be trusted with real persons."""
    issuers = tuple(_issuer(issuer) for issuer in settings.issuers)
    if faults := production_faults(issuers):
        raise SettingsError(tuple(faults))
    return issuers


async def expect_fit(dsn: str) -> None:
    """Refuses a database that skips the disk, since the record must survive a crash, or that has another version."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        problems = [f"the database runs with {row['name']} off" for row in await connection.fetch(DURABLE)]
        if await _version(connection) != _head():
            problems.append("the database is not at the version of this program; run bofast db migrate")
    finally:
        await connection.close()
    if problems:
        raise SettingsError(tuple(problems))


async def _version(connection: asyncpg.Connection) -> str | None:
    try:
        return await connection.fetchval(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError):
        return None


def _head() -> str | None:
    return ScriptDirectory(str(Path(migrate.__file__).parent / "migrations")).get_current_head()


def build(settings: Settings, personas: Sequence[Persona] = ()) -> App:
    """An ASGI application that opens the hub at lifespan start and closes it at lifespan end."""
    return _Lifespan(settings, personas)


class _Lifespan:
    def __init__(self, settings: Settings, personas: Sequence[Persona]) -> None:
        self._settings = settings
        self._personas = personas
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._hub is not None:
            await self._hub.app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with running(self._settings, self._personas) as hub:
                self._hub = hub
                await send({"type": "lifespan.startup.complete"})
                await receive()
                hub.drain()
        except Exception as error:  # noqa: BLE001 - the server is told the kind of failure, and no value
            stage = "startup" if self._hub is None else "shutdown"
            await send({"type": f"lifespan.{stage}.failed", "message": type(error).__name__})
        else:
            await send({"type": "lifespan.shutdown.complete"})


async def _opened_pool(settings: Settings, role: DatabaseRole, stack: AsyncExitStack) -> ReadPool:
    pool = ReadPool(settings.databases[role], PoolLimits(size=settings.pool_size))
    await pool.start()
    stack.push_async_callback(pool.close)
    return pool


def _issuer(issuer: IssuerSettings) -> IssuerConfig:
    return IssuerConfig(
        kind=IssuerKind[issuer.kind.name],
        issuer=issuer.issuer,
        audience=issuer.audience,
        algorithms=issuer.algorithms,
        metadata_url=issuer.metadata_url,
        tenants=issuer.tenants,
        delegation_sources=issuer.delegation_sources,
        resources=issuer.resources,
    )


def _development(settings: Settings, personas: Sequence[Persona]) -> DevelopmentIssuer | None:
    if settings.mode is not Mode.DEMO or settings.data is None:
        return None
    return DevelopmentIssuer(
        base_url=settings.base_url,
        host=settings.host,
        data=settings.data,
        personas=personas,
        audience=settings.base_url,
    )


def _demo_routes(
    settings: Settings, development: DevelopmentIssuer | None, personas: Sequence[Persona]
) -> list[BaseRoute]:
    if development is None:
        return []
    console = Graphiql(base_url=settings.base_url, personas=personas)
    return [Mount(MOUNT, routes=development.routes), *console.routes()]


def _asks(pool: ReadPool) -> Check:
    async def check() -> None:
        await pool.fetchrow("SELECT 1")

    return check


def _stands(record: Record) -> Check:
    async def check() -> None:
        if not record.is_ready:
            raise RecordUnavailable

    return check
