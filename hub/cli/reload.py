"""`bofast policy reload`: another set of policies and registers is put in force, without a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hub import settings as reading
from hub.cli.faults import CANNOT_START, refuse
from hub.cli.output import Exit, err, fail, step
from hub.rules import POLICIES, read_folder, read_rules
from hub.rules.activation import InForce, Outcome, reload
from hub.settings import SettingsError
from hub.store.embedded import EmbeddedServer


def run_reload(folder: Path | None, data: Path | None) -> None:
    """Reads and checks first; only a set that stands it touches the database."""
    try:
        owner = _owner(data)
        with step("policies and registers read"):
            wanted = read_rules(read_folder(folder or POLICIES))
        with step("put in force"):
            outcome = asyncio.run(reload(owner, wanted))
    except CANNOT_START as error:
        refuse("Nothing was changed", error)
    else:
        _say(outcome)


def _owner(data: Path | None) -> str:
    if data is None:
        try:
            return reading.owner_database()
        except SettingsError as error:
            raise SettingsError((*error.problems, "or name the data folder of a demo with --data")) from None
    if not (data / "postgres").is_dir():
        fail(f"{data} is not the data folder of a demo.", Exit.USAGE)
    return EmbeddedServer(data).endpoints().owner


def _say(outcome: Outcome) -> None:
    if outcome.state is InForce.SAME:
        err.print(f"This set was in force already: {outcome.digest}")
    else:
        err.print(f"In force, for every process and every request from now on: {outcome.digest}")
        err.print(f"Before: {outcome.before or 'none'}. Going back is a reload from the folder of that set.")
