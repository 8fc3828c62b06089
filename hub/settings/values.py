"""The settings as values: typed, frozen, secrets kept out of their printed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from schema.identifiers import Population


class SettingsError(Exception):
    """The settings are not fit to start with."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class Mode(StrEnum):
    """What the process is for."""

    DEMO = "demo"
    PRODUCTION = "production"


class IssuerKind(StrEnum):
    """Which shape of token an issuer mints."""

    ANSATTPORTEN = "ansattporten"
    ENTRA = "entra"
    IDPORTEN = "idporten"
    MASKINPORTEN = "maskinporten"


class DatabaseRole(StrEnum):
    """A role in the database, with an address of its own because each has a password of its own."""

    APP = "app"
    AUDIT = "audit"
    EXTERNAL = "external"
    OWNER = "owner"
    PUBLIC = "public"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings:
    """A trusted issuer: exact `iss`, the audience that its tokens must carry, and where it describes itself.

    `tenants` are Entra's (the issuer then holds `{tenant}`), `delegation_sources` Maskinporten's,
    `resources` Ansattporten's.
    """

    kind: IssuerKind
    issuer: str
    audience: str
    metadata_url: str
    algorithms: frozenset[str]
    tenants: frozenset[str] = frozenset()
    delegation_sources: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of anything one request may take. Each can be set as BOFAST_LIMIT_<NAME>."""

    body_bytes: int = 1_048_576
    header_bytes: int = 32_768
    header_count: int = 64
    token_bytes: int = 8_192
    head_seconds: int = 10
    body_seconds: int = 10
    send_seconds: int = 30
    concurrent_requests: int = 64
    statement_characters: int = 2_000_000
    denials_per_minute: int = 600
    tokens: int = 4_000
    depth: int = 12
    aliases: int = 30
    root_fields: int = 10
    cost: int = 60_000
    page: int = 100
    introspection_depth: int = 22
    batch_rows: int = 500
    upload_bytes: int = 134_217_728
    upload_rows: int = 100_000
    upload_row_bytes: int = 16_384
    upload_seconds: int = 600
    concurrent_uploads: int = 8
    live_connections: int = 1_000
    live_per_party: int = 50
    live_operations: int = 20
    live_message_bytes: int = 65_536
    live_init_seconds: int = 10
    live_ping_seconds: int = 20
    live_check_seconds: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the composition root needs to know."""

    mode: Mode
    host: str = "127.0.0.1"
    port: int = 8000
    data: Path | None = None
    cases: int = 300
    issuers: tuple[IssuerSettings, ...] = ()
    databases: Mapping[DatabaseRole, str] = field(default_factory=dict[DatabaseRole, str], repr=False)
    key: bytes = field(default=b"", repr=False)
    receipt_keys: Path | None = None
    cors_origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    pool_size: int = 8
    drain_seconds: int = 5
    event_days: int = 30
    webhook_attempts: int = 16
    webhooks_on_loopback: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def population(self) -> Population:
        """Whom the service is for. Not for the operator to choose: what holds real persons takes no others."""
        return Population.SYNTHETIC if self.mode is Mode.DEMO else Population.REAL

    @property
    def base_url(self) -> str:
        """The address that the demo answers at. A real service is reached by whatever stands in front of it."""
        return f"http://{self.host}:{self.port}"
