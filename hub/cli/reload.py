"""`bofast policy reload`: another set of policies and registers is put in force, without a restart."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from hub import settings as reading
from hub.cli.faults import CANNOT_START, refuse
from hub.cli.output import Exit, err, fail, step
from hub.rules import read_folder, read_rules, rules
from hub.rules.activation import InForce, Outcome, kept_files, reload
from hub.settings import SettingsError
from hub.store.embedded import EmbeddedServer

_DIGEST = re.compile(r"[0-9a-f]{64}")


def run_reload(source: Path | None, data: Path | None) -> None:
    """Reads and checks first; only a set that stands it changes the database."""
    try:
        owner = _owner(data)
        with step("policies and registers read"):
            wanted = rules() if source is None else read_rules(_files(source, owner))
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


def _files(source: Path, owner: str) -> Mapping[str, str]:
    """Those of a folder; or of a set that was in force before, by its digest: its folder may be gone."""
    if source.is_dir():
        return read_folder(source)
    if not _DIGEST.fullmatch(str(source)):
        fail(f"{source} is neither a folder nor the digest of a set.", Exit.USAGE, hint="Nothing was changed.")
    files = asyncio.run(kept_files(owner, str(source)))
    if files is None:
        fail("No set with this digest was ever in force.", Exit.USAGE, hint="Nothing was changed.")
    return files


def _say(outcome: Outcome) -> None:
    if outcome.state is InForce.SAME:
        err.print(f"This set was in force already: {outcome.digest}")
        return
    err.print(f"In force, for every process and every request from now on: {outcome.digest}")
    if outcome.before:
        err.print(f"Going back: bofast policy reload --from {outcome.before}")
