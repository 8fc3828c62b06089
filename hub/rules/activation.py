"""Another set of policies and registers is put in force: all of it or nothing, and for all processes at one moment.

The rights of the read roles are widened before that moment and narrowed after it: a statement of either set then has
what it needs, and one of the set before is refused by PostgreSQL once nobody needs it any more.
"""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto

import asyncpg

from hub.identity.register_files import RegisterError
from hub.plan.grants import read_grants
from hub.rules import UNREADABLE, Rules, digest_of, read_rules, rules
from hub.rules.checks import check_decisions
from hub.store import grants, migrate
from hub.store.policies import Version, activate, claim_reload, in_force
from hub.store.roles import Role

VERSION_TABLE = "hub.alembic_version"
_CONNECT_SECONDS = 10
_KEPT = "SELECT files::text FROM hub.policy_version WHERE digest = $1 ORDER BY id DESC LIMIT 1"


class ReloadUnderWay(Exception):
    """Somebody else is changing the policies just now. Try again when that is done."""


class CommandsUnderWay(ReloadUnderWay):
    """Commands that were decided by the policies in force are not done yet. Try again."""


class InForce(Enum):
    """How what is in force stands to what was wanted."""

    FIRST = auto()  # nothing was in force before
    SAME = auto()  # it was in force already
    CHANGED = auto()  # another set was in force before
    OTHER = auto()  # another set is in force, and stays
    UNFIT = auto()  # another set is in force, and this program cannot use it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is in force now. `fault` says why it does not fit this program, where it does not."""

    state: InForce
    digest: str
    before: str | None = None
    fault: str | None = None


def prepare_database(owner: str, *, follow: bool = False) -> Outcome:
    """Bring a database to the present version, and the rights of its roles to what the policies in force say. Blocking.

    The packaged set is put in force where none is; with `follow` also where another one is.
    """
    migrate.upgrade(owner)
    return asyncio.run(_prepare_rules(owner, follow=follow))


async def _prepare_rules(owner: str, *, follow: bool) -> Outcome:
    packaged = rules()
    async with _claimed(owner) as connection:
        # So that the service can tell whether it was migrated; it may write nothing there.
        await connection.execute(f"GRANT SELECT ON {VERSION_TABLE} TO {Role.APP}")
        version = await in_force(connection)
        if follow or version is None or version.digest == packaged.digest:
            return await _put(connection, packaged, version)
        return await _keep(connection, version)


async def reload(owner: str, wanted: Rules) -> Outcome:
    """Put a set in force that has been read. Raises `PolicyError` or `ReloadUnderWay`, and nothing has changed."""
    check_decisions(wanted)
    async with _claimed(owner) as connection:
        return await _put(connection, wanted, await in_force(connection))


async def kept_files(owner: str, digest: str) -> Mapping[str, str] | None:
    """The files of a set that was in force before, for going back to it."""
    connection = await asyncpg.connect(owner, timeout=_CONNECT_SECONDS)
    try:
        text = await connection.fetchval(_KEPT, digest)
    finally:
        await connection.close()
    files: Mapping[str, str] | None = None if text is None else json.loads(text)
    if files is not None and digest_of(files) != digest:
        raise RegisterError("the files in the database are not those that were activated")
    return files


@asynccontextmanager
async def _claimed(owner: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(owner, timeout=_CONNECT_SECONDS)
    try:
        try:
            await claim_reload(connection)
        except asyncpg.LockNotAvailableError:
            raise ReloadUnderWay from None
        yield connection
    finally:
        await connection.close()


async def _put(connection: asyncpg.Connection, wanted: Rules, version: Version | None) -> Outcome:
    granted = _grants(wanted)
    before = None if version is None else version.digest
    if before != wanted.digest:
        await grants.add(connection, granted)
        await _activate(connection, wanted, version)
    await grants.apply(connection, granted)
    state = InForce.FIRST if before is None else InForce.SAME if before == wanted.digest else InForce.CHANGED
    return Outcome(state=state, digest=wanted.digest, before=before)


async def _activate(connection: asyncpg.Connection, wanted: Rules, version: Version | None) -> None:
    try:
        await activate(connection, Version(digest=wanted.digest, files=wanted.files), _whoever_runs_this())
    except asyncpg.LockNotAvailableError:
        if version is not None:
            # The rights were widened for a set that does not come.
            await _keep(connection, version)
        raise CommandsUnderWay from None


async def _keep(connection: asyncpg.Connection, version: Version) -> Outcome:
    """What is in force stays, with the rights that it needs in this version of the program."""
    try:
        standing = read_rules(version.files)
    except UNREADABLE as error:
        # The rights stay too: whoever still answers by this set has what it needs.
        return Outcome(state=InForce.UNFIT, digest=version.digest, fault=str(error))
    await grants.apply(connection, _grants(standing))
    return Outcome(state=InForce.OTHER, digest=version.digest)


def _grants(known: Rules) -> grants.Grants:
    granted = read_grants(known.catalogue, known.gate, known.reached)
    return {role.value: columns for role, columns in granted.items()}


def _whoever_runs_this() -> str:
    """The account on this machine. PostgreSQL knows only the role of the owner."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
