"""The composition root: every room is opened here, in the order of the walk, and closed in the reverse order.

running     databases, record, identity, rules and door   (as an async context)
build       the same as an ASGI application with lifespan, for a server of somebody's own

What the rules have a say in is furnished anew for each set of them: see `hub/bench.py` and `hub/rules`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.routing import BaseRoute, Mount

from hub.audit import Record
from hub.bench import opened_bench, opened_pool
from hub.bulk import ForgottenFiles
from hub.consent.notices import Notices
from hub.consent.receipt_keys import published
from hub.console import Graphiql
from hub.edge.asgi import App, Receive, Scope, Send
from hub.edge.beat import Beat
from hub.edge.denials import Denials
from hub.edge.door import Door
from hub.edge.file_forms import file_forms
from hub.edge.health import Check, Health
from hub.edge.live import Live
from hub.edge.notice import NoticeRoute
from hub.edge.receipt_keys import ReceiptKeyRoute
from hub.edge.site import HEALTH, site
from hub.edge.submissions import Submissions
from hub.edge.visit import Threshold
from hub.errors import RecordUnavailable
from hub.events import Line
from hub.events.webhooks import ForgottenDeadLetters, Pace, calling
from hub.identity import Identity
from hub.identity.development import MOUNT, DevelopmentIssuer
from hub.identity.issuers import IssuerConfig, IssuerKind, IssuerMisconfigured, production_faults
from hub.identity.personas import Persona
from hub.identity.purposes import PurposeRegister
from hub.identity.tokens import Verifier
from hub.jobs import DUTIES, ForgottenEvents, Jobs, MissingReceipts
from hub.routing import Handovers, Router
from hub.rules import Rules, rules
from hub.rules.activation import prepare_database
from hub.rules.standing import Standing
from hub.settings import DatabaseRole, IssuerSettings, Mode, Settings, SettingsError
from hub.store.fitness import faults_of
from hub.store.pool import ReadPool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A hub that is open. `drain` is called when it has been asked to stop, `retire` when another process has already
    taken its place: then the service does not stop, and /health/ready does not say so. `remembered` says how often what
    was worked out could be used again. It is asked in the process alone: outside it would tell of others' questions.
    """

    app: App
    drain: Callable[[], None]
    retire: Callable[[], None]
    remembered: Callable[[], Mapping[str, tuple[int, int]]]


@asynccontextmanager
async def running(settings: Settings, personas: Sequence[Persona] = ()) -> AsyncGenerator[Hub]:
    """A hub that is open for as long as the context lasts. `personas` are the demo's."""
    development = _development(settings, personas)
    # Before any database is opened: who may ask is for the settings alone to say.
    issuers = development.issuers if development else issuers_of(settings)
    await expect_fit(settings)
    async with AsyncExitStack() as stack:
        bench, register = await opened_bench(settings, stack)
        own = await opened_pool(settings, DatabaseRole.APP, stack)
        standing = Standing(own, bench.furnish)
        await standing.start()
        stack.push_async_callback(standing.stop)
        stack.push_async_callback(bench.routing.stop)
        line = Line(settings.databases[DatabaseRole.APP], own)
        stack.push_async_callback(line.stop)
        await line.start()
        receipts = MissingReceipts(bench.receipts(PurposeRegister.load()))
        called = calling(
            settings.databases[DatabaseRole.APP],
            key=settings.key,
            register=register,
            rules=standing,
            record=bench.record,
            pace=Pace(attempts=settings.webhook_attempts),
            is_loopback_open=settings.webhooks_on_loopback,
        )
        await stack.enter_async_context(called)
        forgets = (
            ForgottenEvents(settings.event_days),
            ForgottenDeadLetters(settings.event_days),
            ForgottenFiles(),
        )
        jobs = Jobs(bench.sessions, duties=(*DUTIES, receipts, *forgets, Router(), Handovers()))
        stack.push_async_callback(jobs.stop)
        await jobs.start()
        stack.push_async_callback(bench.bulk.stop)
        bench.bulk.start(lambda: standing.answer(lambda rooms: rooms.files.judge()))
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=5, trust_env=False))
        denials = Denials(bench.record, per_minute=settings.limits.denials_per_minute)
        threshold = Threshold(settings=settings, record=bench.record, denials=denials)
        stack.push_async_callback(threshold.drain)
        identity = Identity(Verifier(issuers, client, max_token_bytes=settings.limits.token_bytes), register)
        door = Door(
            settings=settings,
            identity=identity,
            rules=standing,
            record=bench.record,
            threshold=threshold,
            beat=Beat(),
        )
        submissions = Submissions(
            settings=settings,
            identity=identity,
            rules=standing,
            record=bench.record,
            threshold=threshold,
            arriving=bench.bulk.arriving,
        )
        live = Live(
            settings=settings, identity=identity, rules=standing, record=bench.record, line=line, threshold=threshold
        )
        checks = {
            "database": _asks(bench.pools[DatabaseRole.PUBLIC]),
            "policies": standing.check,
            "record": _stands(bench.record),
        }
        health = Health(checks)
        routes: list[BaseRoute] = [
            *health.routes(),
            *NoticeRoute(Notices.load(), own).routes(),
            *ReceiptKeyRoute(lambda: published(own)).routes(),
            *file_forms(),
            *_demo_routes(settings, development, personas),
        ]

        def drain() -> None:
            health.drain()
            live.drain()

        def remembered() -> Mapping[str, tuple[int, int]]:
            return standing.current.desk.remembered()

        app = site(
            settings=settings,
            door=door,
            live=live,
            routes=routes,
            room=threshold.room,
            submissions=submissions,
            # Whether it lives is to be known all the more when it is full; and those inside wait for the demo's keys.
            exempt=(HEALTH, MOUNT),
        )
        yield Hub(app=app, drain=drain, retire=live.drain, remembered=remembered)


def issuers_of(settings: Settings) -> tuple[IssuerConfig, ...]:
    """The issuers that the operator trusts. Raises SettingsError where one may not be trusted with real persons."""
    faults: list[str] = []
    issuers: list[IssuerConfig] = []
    for issuer in settings.issuers:
        try:
            issuers.append(_issuer(issuer))
        except IssuerMisconfigured as error:
            faults.append(f"BOFAST_{error}")
    if faults := faults or production_faults(issuers):
        raise SettingsError(tuple(faults))
    return tuple(issuers)


async def expect_fit(settings: Settings) -> None:
    """Refuses databases that cannot be served from. Real persons also need a record that survives a crash."""
    is_real = settings.mode is Mode.PRODUCTION
    if faults := await faults_of(settings.databases, must_be_durable=is_real):
        raise SettingsError(tuple(faults))


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


__all__ = ["Hub", "Rules", "build", "issuers_of", "prepare_database", "rules", "running"]
