"""What the operator decides, read once at start. The only room that reads the environment.

`production` takes everything from the environment and refuses to start, naming every value that is missing or unfit.
`demo` takes nothing secret from anywhere: it serves synthetic data on loopback.
A value can also come from a file: `NAME_FILE` holds the path, as container platforms hand out secrets.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from hub.settings.reader import Reader, database_name
from hub.settings.values import (
    DatabaseRole,
    IssuerKind,
    IssuerSettings,
    Limits,
    Mode,
    Settings,
    SettingsError,
)

__all__ = [
    "DatabaseRole",
    "IssuerKind",
    "IssuerSettings",
    "Limits",
    "Mode",
    "Settings",
    "SettingsError",
    "database_name",
    "demo",
    "hub_url",
    "owner_database",
    "production",
    "receipt_keys",
]

DEMO_URL = "http://127.0.0.1:8000"
RECEIPT_KEYS = "BOFAST_RECEIPT_KEYS"
LAST_PORT = 65_535
LONGEST_KEPT = 3_650
MOST_ATTEMPTS = 40


def demo(*, port: int, data: Path, cases: int, key: bytes, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of a demo on loopback. `key` is kept in the data folder, so that cursors outlive a restart."""
    reader = Reader(os.environ if environment is None else environment)
    limits = reader.limits()
    reader.finish()
    # The names a browser can reach loopback by. Any other Host is a page elsewhere that had its name rebound to us.
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    return Settings(
        mode=Mode.DEMO,
        port=port,
        data=data,
        cases=cases,
        key=key,
        receipt_keys=data / "receipt-keys",
        hosts=hosts,
        drain_seconds=0,
        # A receiver of one's own on the same machine. A real service is never told to call itself.
        webhooks_on_loopback=True,
        limits=limits,
    )


def production(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of a real service. Raises SettingsError with every problem found, not just the first."""
    reader = Reader(os.environ if environment is None else environment)
    settings = Settings(
        mode=Mode.PRODUCTION,
        host=reader.text("BOFAST_HOST", default="127.0.0.1"),
        port=reader.number("BOFAST_PORT", default=8000, most=LAST_PORT),
        issuers=reader.issuers(),
        databases=reader.databases(),
        key=reader.key("BOFAST_KEY"),
        receipt_keys=Path(reader.text(RECEIPT_KEYS)),
        cors_origins=frozenset(reader.listed("BOFAST_CORS_ORIGINS")),
        hosts=frozenset(reader.listed("BOFAST_HOSTS")),
        pool_size=reader.number("BOFAST_POOL_SIZE", default=8),
        drain_seconds=reader.number("BOFAST_DRAIN_SECONDS", default=5),
        event_days=reader.number("BOFAST_EVENT_DAYS", default=30, most=LONGEST_KEPT),
        webhook_attempts=reader.number("BOFAST_WEBHOOK_ATTEMPTS", default=16, most=MOST_ATTEMPTS),
        limits=reader.limits(),
    )
    reader.finish()
    return settings


def owner_database(environment: Mapping[str, str] | None = None) -> str:
    """The address that migrations run with: the one role that owns the tables."""
    reader = Reader(os.environ if environment is None else environment)
    address = reader.text(database_name(DatabaseRole.OWNER))
    reader.finish()
    return address


def receipt_keys(environment: Mapping[str, str] | None = None) -> tuple[Path, str]:
    """What a change of the receipts' key needs: the folder that it is kept in, and the database of commands."""
    reader = Reader(os.environ if environment is None else environment)
    folder, address = reader.text(RECEIPT_KEYS), reader.text(database_name(DatabaseRole.APP))
    reader.finish()
    return Path(folder), address


def hub_url(environment: Mapping[str, str] | None = None) -> str:
    """Where the command line finds a running hub."""
    return (os.environ if environment is None else environment).get("BOFAST_URL") or DEMO_URL
