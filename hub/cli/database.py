"""`bofast db`: migrations of a real service, and whether they agree with the tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hub import settings as reading
from hub.cli.faults import CANNOT_START, refuse
from hub.cli.output import err, fail, step
from hub.rules.activation import InForce, prepare_database
from hub.settings import SettingsError
from hub.store import migrate
from hub.store.embedded import EmbeddedServer


def run_migrate() -> None:
    try:
        owner = reading.owner_database()
    except SettingsError as error:
        fail("\n".join(error.problems), hint="It is the address of the role that owns the tables.")
    try:
        with step("database migrated"):
            outcome = prepare_database(owner)
    except CANNOT_START as error:
        refuse("Not migrated", error)
    if outcome.state is InForce.OTHER:
        err.print("The policies in force are not those of this release, and stay: bofast policy reload changes them.")
    if outcome.state is InForce.UNFIT:
        reason = f"The policies in force do not fit this release: {outcome.fault}"
        fail(reason, hint="The tables are migrated. Put policies in force that fit: bofast policy reload")


def run_check() -> None:
    with tempfile.TemporaryDirectory(prefix="bofast-check-") as folder:
        server = EmbeddedServer(Path(folder) / "data", durable=False)
        try:
            endpoints = server.start()
            migrate.upgrade(endpoints.owner)
            differences = migrate.check(endpoints.owner)
        finally:
            server.stop()
    if differences:
        fail("Tables and migrations differ:\n" + "\n".join(f"  - {difference}" for difference in differences))
    err.print("Tables and migrations agree.")
