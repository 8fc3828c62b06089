"""The room as it is opened: its commands, and a dispatcher that calls parties for as long as the hub runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from hub.audit import Record
from hub.commands import Handlers
from hub.commands.deeds import Deeds
from hub.commands.keys import Keys
from hub.events.webhooks.caller import Caller
from hub.events.webhooks.dispatcher import Dispatcher
from hub.events.webhooks.pace import Pace
from hub.events.webhooks.question import Question, Resolves, Stands
from hub.events.webhooks.queue import Queue
from hub.events.webhooks.registration import Webhooks
from hub.events.webhooks.secrets import Seal
from hub.store.session import Sessions


def commands(*, sessions: Sessions, record: Record, key: bytes, is_loopback_open: bool) -> Handlers:
    """The commands of this room, for the runner."""
    deeds = Deeds(sessions=sessions, record=record, keys=Keys(key))
    return Webhooks(deeds=deeds, seal=Seal(key), is_loopback_open=is_loopback_open).handlers()


@asynccontextmanager
async def calling(
    dsn: str, *, key: bytes, register: Resolves, rules: Stands, record: Record, pace: Pace, is_loopback_open: bool
) -> AsyncGenerator[None]:
    """Parties are called for as long as the context lasts. `dsn` is the role that carries out commands: connections of
    its own, so that calls and commands do not wait for each other.
    """
    async with AsyncExitStack() as stack:
        sessions = Sessions(dsn, size=2, name="bofast webhooks")
        stack.push_async_callback(sessions.close)
        caller = Caller(is_loopback_open=is_loopback_open)
        stack.push_async_callback(caller.close)
        question = Question(register=register, rules=rules, key=key)
        dispatcher = Dispatcher(
            queue=Queue(sessions), question=question, record=record, caller=caller, seal=Seal(key), pace=pace
        )
        stack.push_async_callback(dispatcher.stop)
        await dispatcher.start()
        yield
